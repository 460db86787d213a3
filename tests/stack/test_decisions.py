"""Joint handling, returns and more time on the deployed template: who is told what, and when; each timeline is printed."""

from datetime import UTC, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest

from jiesu.model.case import Case
from jiesu.model.returns import ReturnVerdict
from jiesu.model.timeline import Escalated
from jiesu.model.words import AssignmentStatus, CaseStatus, ContactRole, LadderKind, UserRole
from jiesu.pages.hours import as_typed
from jiesu.pages.sentences import say
from jiesu.store.directory import DirectoryStore
from local.world.mailbox import Mail
from tests import builders as build
from tests.eventually import eventually
from tests.stack.test_road import act_at_bureau, code_in, dispatch, link_in
from tests.stack.town import WITHIN_SECONDS, Town

BEIJING = ZoneInfo("Asia/Shanghai")
LEAD = build.bureau_contacts()[0]
OTHER = build.a_contact(ContactRole.DUTY_OFFICER, email="duty.cy@example.org", phone="+8619900001003")
CHAOYANG = build.a_bureau("CY", name="北京市公安局朝阳分局", district="朝阳区", contacts=(OTHER,), weibo=None)


@pytest.fixture
def town_of_two(town: Town) -> Town:
    directory = DirectoryStore(
        town.emulator.client("dynamodb"), directory_table_name=town.deployment.outputs["DirectoryTableName"]
    )
    directory.put_bureaus([build.a_bureau(), CHAOYANG], build.a_note())
    return town


def print_timeline(town: Town, case_id: str) -> None:
    """One line an entry, with when it was done; of a rung also when it was due."""
    case, now = town.case(case_id), datetime.now(UTC)
    for entry in reversed(town.cases.timeline(case_id, limit=100).entries):
        due = f"due {entry.change.due:%H:%M:%S} " if isinstance(entry.change, Escalated) else ""
        print(f"{entry.at:%H:%M:%S} {due}{say(entry, case, BEIJING, now)}")  # noqa: T201 - the timeline is what the test shows


def told(town: Town, address: str, phone: str, number: str, words: str) -> tuple[Mail, str]:
    """The mail and the SMS that say `words`, once both are there."""
    (mail,) = eventually(
        lambda: [one for one in town.mails_to(address, number) if words in one.text], within_seconds=WITHIN_SECONDS
    )
    texts = eventually(partial(town.texts_to, phone, number), within_seconds=WITHIN_SECONDS)
    return mail, texts[-1]


def opened(town: Town, text: str, who: str) -> Case:
    town.deliver(town.push(f"{text} @平安北京", via="weibo.mention.status", who=who))
    return town.case_titled(text[:9])


def test_a_lead_waits_for_a_silent_joint_bureau_which_climbs_its_ladder_until_it_is_excused(town_of_two: Town) -> None:
    town, editor = town_of_two, town_of_two.signed_in()
    case = opened(town, "大红门南路上有人持刀追砍路人，快来人", "路人戊一")
    number = dispatch(town, editor, case.id, urgency="critical", joint="CY")
    mail, text = told(town, LEAD.email, LEAD.phone, number, "主办")
    act_at_bureau(link_in(mail), "acknowledge", code_in(text))
    act_at_bureau(link_in(mail), "feedback", code_in(text), findings="已到场。", result="已控制。")

    lead, joint = town.case(case.id).assignments

    def climbed() -> list[Escalated]:
        changes = [entry.change for entry in reversed(town.cases.timeline(case.id, limit=100).entries)]
        return [one for one in changes if isinstance(one, Escalated) and one.assignment_id == joint.id]

    eventually(lambda: len(climbed()) >= len(joint.acknowledgement.rungs), within_seconds=WITHIN_SECONDS)
    rungs = [(one.rung, one.due) for one in climbed() if one.ladder is LadderKind.ACKNOWLEDGEMENT]
    assert rungs == [(place, rung.at) for place, rung in enumerate(joint.acknowledgement.rungs)]
    page = editor.get(f"{town.door_url}/desk/cases/{case.id}")
    refused = editor.submit(page, page.form(f"/accept/{lead.id}"))
    assert refused.status == 422
    assert "协办单位还没有全部办结" in refused.text
    town.act(editor, case.id, f"excuse/{joint.id}", reason="主办单位已一并查明")
    mail, _ = told(town, OTHER.email, OTHER.phone, number, "免予反馈")
    assert "http" not in mail.text
    page = editor.get(f"{town.door_url}/desk/cases/{case.id}")
    editor.submit(page, page.form(f"/accept/{lead.id}"))
    assert town.case(case.id).status is CaseStatus.RESOLVED
    assert not [clock for clock in town.cases.open_clocks() if clock.case_id == case.id]
    print_timeline(town, case.id)


def test_what_is_given_back_goes_to_a_second_bureau_and_what_that_gives_back_is_arbitrated(town_of_two: Town) -> None:
    town, editor = town_of_two, town_of_two.signed_in()
    case = opened(town, "成寿寺路小区门口有人聚众赌博，请查处", "路人戊二")
    number = dispatch(town, editor, case.id)
    mail, text = told(town, LEAD.email, LEAD.phone, number, "主办")
    act_at_bureau(link_in(mail), "return", code_in(text), return_reason="not_ours", return_words="事发地在朝阳区。")
    first = town.case(case.id).assignments[0]
    assert first.status is AssignmentStatus.RETURNED
    assert "事发地在朝阳区。" in editor.get(f"{town.door_url}/desk/decisions").text
    town.act(editor, case.id, f"decide-return/{first.id}", verdict="rerouted", to="CY", reason="事发地在朝阳区，按属地办理。")
    told(town, LEAD.email, LEAD.phone, number, "已改派其他单位")

    mail, text = told(town, OTHER.email, OTHER.phone, number, "改派说明：事发地在朝阳区，按属地办理。")
    act_at_bureau(link_in(mail), "return", code_in(text), return_reason="place_unknown", return_words="楼号不清。")
    second = town.case(case.id).assignments[1]
    supervisor = build.office_contacts()[0]
    eventually(lambda: town.mails_to(supervisor.email, f"请仲裁：{CHAOYANG.name}"), within_seconds=WITHIN_SECONDS)
    assert editor.get(f"{town.door_url}/desk/cases/{case.id}/arbitrate/{second.id}").status == 403
    above = town.signed_in(UserRole.SUPERVISOR)
    page = above.get(f"{town.door_url}/desk/cases/{case.id}/arbitrate/{second.id}")
    for said in ("事发地在朝阳区。", "按属地办理", "楼号不清。"):
        assert said in page.text
    town.act(above, case.id, f"arbitrate/{second.id}", verdict="upheld", reason="楼号已补充，由你单位办理。")
    told(town, OTHER.email, OTHER.phone, number, "楼号已补充，由你单位办理。")
    after = town.case(case.id)
    assert [one.returns[0].verdict for one in after.assignments] == [ReturnVerdict.REROUTED, ReturnVerdict.UPHELD]
    assert [clock.assignment_id for clock in town.cases.open_clocks() if clock.case_id == case.id] == [second.id]
    print_timeline(town, case.id)


def test_more_time_is_granted_by_a_supervisor_and_the_citizen_is_told_the_new_date(town_of_two: Town) -> None:
    town, editor = town_of_two, town_of_two.signed_in()
    case = opened(town, "蒲黄榆路口有人贩卖假药，请查处", "路人戊三")
    number = dispatch(town, editor, case.id)
    mail, text = told(town, LEAD.email, LEAD.phone, number, "主办")
    act_at_bureau(link_in(mail), "acknowledge", code_in(text))
    before = town.case(case.id).assignments[0]
    until = before.feedback_ladder.deadline.replace(second=0) + timedelta(days=3)
    act_at_bureau(link_in(mail), "extension", code_in(text), until=as_typed(until, BEIJING), extension_reason="检验尚未完成。")
    asked = town.case(case.id).assignments[0]
    assert (asked.run, asked.next_rung) == (before.run, before.next_rung), "what is asked stops no clock"
    supervisor = build.office_contacts()[0]
    eventually(lambda: town.mails_to(supervisor.email, "检验尚未完成。"), within_seconds=WITHIN_SECONDS)
    above = town.signed_in(UserRole.SUPERVISOR)
    said = "您好，您反映的问题需要检验，结果出来后即答复您。"
    town.act(above, case.id, f"grant-extension/{asked.id}", reason="检验需时", text=said)
    told(town, LEAD.email, LEAD.phone, number, "同意延期")
    eventually(lambda: said in town.replies_to_citizens(), within_seconds=WITHIN_SECONDS)
    after = town.case(case.id).assignments[0]
    assert after.feedback_ladder.deadline == until
    clocks = [(clock.assignment_id, clock.run) for clock in town.cases.open_clocks() if clock.case_id == case.id]
    assert clocks == [(after.id, after.run)]
    print_timeline(town, case.id)
