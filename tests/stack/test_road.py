"""The road from end to end on the deployed template: a citizen writes, a bureau acts, the citizen is answered."""

import json
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from itertools import takewhile

from jiesu.cases.emergency import ANSWER
from jiesu.model.timeline import Escalated
from jiesu.model.words import AssignmentStatus, CaseStatus, ContactRole, MessageKind, Urgency
from local.world.mailbox import Mail
from tests import builders as build
from tests.eventually import eventually
from tests.stack.town import STACK_NAME, WITHIN_SECONDS, Town
from tests.stack.visitor import Page, Visitor

DUTY_OFFICER, CHIEF = build.bureau_contacts()
LINK = re.compile(r"http://\S+/bureau/\S+")


def link_in(mail: Mail) -> str:
    found = LINK.search(mail.text)
    assert found, mail.text
    return found.group()


def code_in(text: str) -> str:
    """The four digits that stand alone in an SMS."""
    found = re.search(r"(?<!\d)\d{4}(?![\d-])", text)
    assert found, text
    return found.group()


def act_at_bureau(link: str, action: str, code: str, **typed: str) -> Page:
    visitor = Visitor()
    page = visitor.get(link)
    assert page.status == 200, page.text[:400]
    done = visitor.submit(page, page.form(action=action), code=code, **typed)
    assert done.status == 200, done.text[:400]
    return done


def dispatch(town: Town, editor: Visitor, case_id: str, **typed: str) -> str:
    """Dispatch to Fengtai at the desk; the bulletin's number."""
    given = {"title": "网民反映电梯内吐痰", "facts": "网民反映某小区电梯内有人吐痰。", "lead": "FT", "urgency": "routine"}
    town.act(editor, case_id, "dispatch", **(given | typed))
    case = town.case(case_id)
    assert case.status is CaseStatus.DISPATCHED
    return case.bulletins[-1].number


def test_a_mention_becomes_a_case_a_bureau_reports_the_citizen_is_answered_and_the_case_is_closed(town: Town) -> None:
    mention = town.push("马家堡西路的电梯里有人吐痰,请查处,求助 @平安北京", via="weibo.mention.status", who="路人甲")
    assert town.deliver(mention) == (200, "")
    case = town.case_titled("马家堡西路的电梯")

    editor = town.signed_in()
    assert case.title in editor.get(f"{town.door_url}/desk").html
    number = dispatch(town, editor, case.id)

    (mail,) = eventually(lambda: town.mails_to(DUTY_OFFICER.email, number), within_seconds=WITHIN_SECONDS)
    (text,) = eventually(lambda: town.texts_to(DUTY_OFFICER.phone, number), within_seconds=WITHIN_SECONDS)
    code, link = code_in(text), link_in(mail)
    assert code not in mail.text, "the code travels apart from the link"

    assert "请先" not in act_at_bureau(link, "acknowledge", code).text
    assert town.case(case.id).assignments[0].status is AssignmentStatus.ACKNOWLEDGED
    act_at_bureau(link, "progress", code, text="已到现场调取监控")
    act_at_bureau(
        link, "feedback", code, findings="经查属实,行为人已找到。", result="已依法处罚。", publishable="已依法处罚,感谢监督。"
    )

    assignment = town.case(case.id).assignments[0].id
    page = editor.get(f"{town.door_url}/desk/cases/{case.id}")
    editor.submit(page, page.form(f"/accept/{assignment}"))
    assert town.case(case.id).status is CaseStatus.RESOLVED
    reply = editor.get(f"{town.door_url}/desk/cases/{case.id}/reply")
    assert "已依法处罚,感谢监督。" in reply.html, "what the bureau lets be published is there already"
    editor.submit(reply, reply.form("/reply"), text="您好,您反映的问题已依法处理,感谢监督。")
    eventually(lambda: "您好,您反映的问题已依法处理,感谢监督。" in town.replies_to_citizens(), within_seconds=WITHIN_SECONDS)
    eventually(lambda: town.case(case.id).replies[0].state == "sent", within_seconds=WITHIN_SECONDS)
    town.act(editor, case.id, "close", resolution="handled", reason="已办理并答复")
    assert town.case(case.id).status is CaseStatus.CLOSED
    assert town.case(case.id).tasks == ()


def has_mails(town: Town, address: str, words: str, count: int) -> bool:
    return len(town.mails_to(address, words)) >= count


def test_a_bureau_that_stays_silent_is_escalated_rung_by_rung_and_never_again_once_it_answers(town: Town) -> None:
    town.deliver(town.push("五棵松地铁口有人持刀伤人,快来人 @平安北京", via="weibo.mention.status", who="路人乙"))
    case = town.case_titled("五棵松地铁口")
    number = dispatch(town, town.signed_in(), case.id, urgency="critical")

    def climbed() -> list[Escalated]:
        entries = reversed(town.cases.timeline(case.id).entries)
        return [entry.change for entry in entries if isinstance(entry.change, Escalated)]

    eventually(lambda: len(climbed()) == 4, within_seconds=WITHIN_SECONDS)
    rungs = town.case(case.id).assignments[0].acknowledgement.rungs
    assert [(one.rung, one.due) for one in climbed()] == [(level, rung.at) for level, rung in enumerate(rungs)]
    for superior in build.office_contacts():
        # The command centre was joined at the dispatch: its rung is its second mail.
        expected = 2 if superior.role is ContactRole.COMMAND_CENTRE else 1
        eventually(partial(has_mails, town, superior.email, number, expected), within_seconds=WITHIN_SECONDS)
        assert len(town.mails_to(superior.email, number)) == expected, superior.role
    centre = build.office_contacts()[-1]
    assert [mail for mail in town.mails_to(centre.email, number) if "请会同处置" in mail.subject]

    first = town.mails_to(DUTY_OFFICER.email, number)[-1]
    code = code_in(town.texts_to(DUTY_OFFICER.phone, number)[0])
    act_at_bureau(link_in(first), "acknowledge", code)
    act_at_bureau(link_in(first), "feedback", code, findings="已到场。", result="已控制。")
    before = len(climbed())
    eventually(lambda: town.case(case.id).assignments[0].ladder is None, within_seconds=WITHIN_SECONDS)
    assert list(town.cases.open_clocks()) == [clock for clock in town.cases.open_clocks() if clock.case_id != case.id]
    assert len(climbed()) == before


def test_an_emergency_delivered_thrice_tells_the_command_centre_once_and_sends_the_citizen_to_110_once(
    town: Town,
) -> None:
    call = town.push("有人站在马连道一栋楼的楼顶边上要往下跳,快来人", via="weibo.private.text", who="路人辛")
    for _ in range(3):
        town.deliver(call)
    case = town.case_titled("有人站在马连道")
    assert case.urgency is Urgency.CRITICAL
    centre = build.office_contacts()[-1]
    (mail,) = eventually(lambda: town.mails_to(centre.email, f"诉求件 {case.id}"), within_seconds=WITHIN_SECONDS)
    assert "马连道" in mail.text
    eventually(lambda: town.texts_to(centre.phone, case.id), within_seconds=WITHIN_SECONDS)
    eventually(lambda: town.case(case.id).replies[0].state == "sent", within_seconds=WITHIN_SECONDS)
    (talk,) = [talk for talk in town.exchanges.conversations() if any("马连道" in one.text for one in talk)]
    assert [one.text for one in talk].count(ANSWER) == 1
    assert len(town.mails_to(centre.email, f"诉求件 {case.id}")) == len(town.texts_to(centre.phone, case.id)) == 1
    assert town.case(case.id).tasks == ()


def test_a_link_that_a_mail_scanner_opens_acknowledges_nothing(town: Town) -> None:
    town.deliver(town.push("郭公庄小区楼道被占,请问归谁管 @平安北京", via="weibo.mention.status", who="路人丙"))
    case = town.case_titled("郭公庄小区")
    number = dispatch(town, town.signed_in(), case.id)
    (mail,) = eventually(lambda: town.mails_to(CHIEF.email, number), within_seconds=WITHIN_SECONDS)
    link, scanner = link_in(mail), Visitor()
    page = scanner.get(link)
    assert scanner.submit(page, page.form(action="acknowledge"), code="").status != 500
    wrong = scanner.submit(page, page.form(action="acknowledge"), code="0000" if code_of(town, number) != "0000" else "1111")
    assert "没有提交成功" in wrong.text
    assert town.case(case.id).assignments[0].status is AssignmentStatus.DISPATCHED


def code_of(town: Town, number: str) -> str:
    return code_in(eventually(lambda: town.texts_to(CHIEF.phone, number), within_seconds=WITHIN_SECONDS)[0])


def test_a_private_message_on_wechat_is_answered_on_wechat(town: Town) -> None:
    status, body = town.deliver(town.push("请问补办身份证要带什么材料?", via="wechat.text", who="路人丁"))
    assert (status, body) == (200, "success")
    case = town.case_titled("补办身份证")
    editor = town.signed_in()
    town.act(editor, case.id, "reply", text="您好,请携带户口簿到任一派出所办理。")
    eventually(lambda: "您好,请携带户口簿到任一派出所办理。" in town.replies_to_citizens(), within_seconds=WITHIN_SECONDS)
    eventually(lambda: town.case(case.id).replies[0].state == "sent", within_seconds=WITHIN_SECONDS)
    town.act(editor, case.id, "close", resolution="answered", reason="已解答")


def test_a_citizen_with_a_picture_is_asked_back_answers_twice_at_once_and_writes_again_once_the_window_is_shut(
    town: Town,
) -> None:
    who = "路人辛"
    town.deliver(town.push("楼下夜市天天占道扰民,请派人来看看", via="wechat.text", who=who))
    case = town.case_titled("楼下夜市")
    assert town.deliver(town.push("", via="wechat.image", who=who)) == (200, "success")
    eventually(lambda: town.case(case.id).evidence_kept, within_seconds=WITHIN_SECONDS)
    editor = town.signed_in()
    address = f"{town.door_url}/desk/cases/{case.id}"
    assert 'class="thumbnail"' in editor.get(address).html

    def answered(text: str) -> str:
        """Reply at the desk; what became of it."""
        before = len(town.case(case.id).replies)
        town.act(editor, case.id, "reply", text=text)
        return eventually(
            lambda: next((one.state for one in town.case(case.id).replies[before:] if one.state != "requested"), None) or "",
            within_seconds=WITHIN_SECONDS,
        )

    assert answered("您好,请问是哪条路、几点?") == "sent"
    assert "您好,请问是哪条路、几点?" in town.replies_to_citizens()

    answers = [town.push(text, via="wechat.text", who=who) for text in ("丰台区大井东里门口", "每天晚上十点以后")]
    with ThreadPoolExecutor(len(answers)) as both:
        assert list(both.map(town.deliver, answers)) == [(200, "success")] * 2

    eventually(lambda: town.case(case.id).message_count == 4, within_seconds=WITHIN_SECONDS)
    citizen = case.latest_message
    assert citizen is not None
    mine = [one.id for one in town.all_cases() if one.latest_message and one.latest_message.conversation == citizen.conversation]
    assert mine == [case.id]
    page = editor.get(address)
    unmarked = re.sub(r"<[^>]+>", "", page.html)  # what a message says of places and times is marked
    assert "丰台区大井东里门口" in unmarked
    assert "每天晚上十点以后" in unmarked
    assert "微信公众号答复窗口还剩" in page.html

    # Five answers use the window up, which shuts it before its time. WeChat tells
    # whole seconds only, so the question may count among the five answers to what came in the same second.
    taken = list(takewhile(lambda state: state == "sent", (answered(f"补充说明之{number}") for number in range(1, 7))))
    assert len(taken) in (4, 5)
    assert [task.reason for task in town.case(case.id).tasks] == ["reply_quota"]
    page = editor.get(address)
    assert "可答复的条数已用完" in page.html
    assert "网民再次来信后窗口重新打开" in page.html
    assert f"补充说明之{len(taken) + 1}" not in town.replies_to_citizens()

    town.deliver(town.push("请问我反映的事有结果了吗", via="wechat.text", who=who))
    eventually(lambda: town.case(case.id).message_count == 5, within_seconds=WITHIN_SECONDS)
    assert "微信公众号答复窗口还剩" in editor.get(address).html
    assert answered("您好,已转丰台分局办理。") == "sent"
    assert "您好,已转丰台分局办理。" in town.replies_to_citizens()

    # The window shuts by time as well: everything the citizen wrote is set back by two days where it is stored.
    town.set_back(citizen.conversation, timedelta(hours=48))
    assert "微信公众号答复窗口已经关闭，距网民来信已超过 48 小时" in editor.get(address).html
    assert answered("您好,夜市已经整治。") == "failed"
    assert town.case(case.id).tasks[-1].reason == "window_closed"
    assert "您好,夜市已经整治。" not in town.replies_to_citizens()

    town.deliver(town.push("我又来问问进展", via="wechat.text", who=who))
    eventually(lambda: town.case(case.id).message_count == 6, within_seconds=WITHIN_SECONDS)
    assert "微信公众号答复窗口还剩" in editor.get(address).html
    assert answered("您好,夜市已于今日取缔。") == "sent"
    assert "您好,夜市已于今日取缔。" in town.replies_to_citizens()


def test_a_mention_is_answered_once_in_private_and_after_that_only_in_public(town: Town) -> None:
    town.deliver(town.push("三里屯酒吧街半夜飙车炸街,举报 @平安北京", via="weibo.mention.status", who="路人壬"))
    case = town.case_titled("三里屯酒吧街")
    editor = town.signed_in()

    def state_after(number: int, text: str, **typed: str) -> str:
        town.act(editor, case.id, "reply", text=text, **typed)
        return eventually(
            lambda: next((one.state for one in town.case(case.id).replies[number:] if one.state != "requested"), None) or "",
            within_seconds=WITHIN_SECONDS,
        )

    assert state_after(0, "您好,已转朝阳分局核实。") == "sent"
    assert state_after(1, "补充:今晚已增派警力。") == "failed"
    assert [task.reason for task in town.case(case.id).tasks] == ["reply_quota"]
    assert "可答复的条数已用完" in editor.get(f"{town.door_url}/desk/cases/{case.id}").html
    assert state_after(2, "补充:今晚已增派警力。", manner="comment") == "sent"


def test_the_same_delivery_five_times_is_one_case_and_a_forged_body_under_its_signature_is_refused(town: Town) -> None:
    push = town.push("西罗园南里有人砸车,求助 @平安北京", via="weibo.private", who="路人戊")
    assert [town.deliver(push)[0] for _ in range(5)] == [200] * 5
    forged = type(push)(url=push.url, body=push.body.replace("砸车".encode(), "放火".encode()), headers=push.headers)
    assert town.deliver(forged)[0] == 403
    assert town.case_titled("西罗园南里").message_count == 1


def test_of_two_editors_on_one_version_the_second_is_told_who_was_faster_and_keeps_the_text(town: Town) -> None:
    town.deliver(town.push("方庄芳古园有人推销保健品骗老人,举报", via="weibo.private", who="路人己"))
    case = town.case_titled("方庄芳古园")
    first, second = town.signed_in(), town.signed_in()
    url = f"{town.door_url}/desk/cases/{case.id}/reply"
    page_of_second = second.get(url)
    town.act(first, case.id, "reply", text="您好,我们正在核实。")
    conflict = second.submit(page_of_second, page_of_second.form("/reply"), text="这段话不能丢")
    assert conflict.status == 409
    assert "这段话不能丢" in conflict.html
    assert len(town.case(case.id).replies) == 1


def test_a_clock_that_was_lost_is_started_again_by_the_sweeper(town: Town) -> None:
    town.deliver(town.push("成寿寺路有人打架流血,救命 @平安北京", via="weibo.mention.status", who="路人庚"))
    case = town.case_titled("成寿寺路")
    dispatch(town, town.signed_in(), case.id, urgency="routine")
    stepfunctions, machine = town.emulator.client("stepfunctions"), town.deployment.outputs["EscalationStateMachineArn"]

    def running() -> list[str]:
        executions = stepfunctions.list_executions(stateMachineArn=machine, statusFilter="RUNNING")["executions"]
        return [one["executionArn"] for one in executions if one["name"].startswith(case.id)]

    (clock,) = eventually(running, within_seconds=WITHIN_SECONDS)
    stepfunctions.stop_execution(executionArn=clock)
    eventually(lambda: not running(), within_seconds=WITHIN_SECONDS)
    answer = town.emulator.client("lambda").invoke(FunctionName=f"{STACK_NAME}-sweep-road", Payload=b"{}")
    assert "FunctionError" not in answer
    assert json.loads(answer["Payload"].read())["clocks_restarted"] == 1
    (restarted,) = eventually(running, within_seconds=WITHIN_SECONDS)
    assert restarted != clock


def test_a_comment_that_weibo_does_not_push_is_fetched_and_opens_a_case(town: Town) -> None:
    answer = town.emulator.client("lambda").invoke(FunctionName=f"{STACK_NAME}-poll-platform", Payload=b"{}")
    assert "FunctionError" not in answer
    case = town.case_titled("八角街道每晚都有人飙车")
    assert case.latest_message is not None
    assert case.latest_message.kind is MessageKind.COMMENT


def test_nothing_is_left_in_a_dead_letter_queue(town: Town) -> None:
    sqs = town.emulator.client("sqs")
    for name, url in town.deployment.outputs.items():
        if name.endswith("DeadLetterQueueUrl"):
            attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"])["Attributes"]
            assert attributes["ApproximateNumberOfMessages"] == "0", name
