"""An office with cases in every state that a page is about, made without a browser."""

import smtplib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from jiesu.cases.consultations import is_consultation
from jiesu.model.case import Assignment, Case
from jiesu.model.words import Platform, UserRole
from jiesu.pages.hours import as_typed
from jiesu.store.samples import SampleStore
from local.serving import HOST
from tests.browser.conftest import DUTY_OFFICER, Assigned, assign
from tests.eventually import eventually
from tests.stack.test_answers import answer_to
from tests.stack.test_road import act_at_bureau, link_in
from tests.stack.town import WITHIN_SECONDS, Town
from tests.stack.visitor import Visitor

BEIJING = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class Shown:
    """`places` are the ids and days that the addresses of `visits.VISITS` name; `bureau` the paths of a bureau's pages."""

    places: Mapping[str, str]
    bureau: Mapping[str, str]


def show(town: Town) -> Shown:
    """A case that waits, one just given to a bureau, one given back, one into which another was merged, one with all else."""
    editor = town.signed_in(UserRole.SUPERVISOR)
    fresh = assign(town, "丰台区石榴庄路夜里有人飙车扰民,请查处 @平安北京", "石榴庄路")
    busy = assign(town, "丰台区大红门东路桥下有人摆摊卖管制刀具,请查处 @平安北京", "大红门东路")
    returned = assign(town, "丰台区长辛店老火车站旁有人收购赃物,请查处 @平安北京", "长辛店老火车站")
    act_at_bureau(returned.link, "return", returned.code, return_reason="unclear", return_words="没有写明是哪一家。")
    kept, absorbed = _merged(town, editor)
    opened = _opened(town, "丰台区青塔西路有人当街赌博,聚了二十多人,请来查处 @平安北京", "青塔西路")
    town.deliver(town.push("转发抽奖 @平安北京", via="weibo.mention.status", who="抽奖的人"))
    entered = _entered(town, editor)
    _at_work(town, editor, busy)
    asked = _consulted(town, editor, busy)
    case, given_back = town.case(busy.case_id), town.case(returned.case_id)
    resting = _resting(town, editor)
    return Shown(
        places={
            "open": opened.id,
            "alias": opened.voices[0].conversation.alias,
            "fresh": fresh.case_id,
            "busy": case.id,
            "assignment": _assignment(case).id,
            "bulletin": _assignment(case).bulletin_number,
            "question": next(one.id for one in case.assignments if is_consultation(one)),
            "publication": case.publications[0].id,
            "asking": case.askings[0].id,
            "task": case.tasks[0].id,
            "mail": case.mails[0].id,
            "returned": given_back.id,
            "returned_assignment": _assignment(given_back).id,
            "kept": kept.id,
            "absorbed": absorbed.id,
            "entered": entered,
            "resting": resting,
            "sampled_day": _sampled(town, resting),
            "account": town.demo.account(Platform.WEIBO).account.id,
        },
        bureau={
            "fresh": fresh.path,
            "under-way": busy.path,
            "given-back": returned.path,
            "question": asked[asked.index("/bureau/") :],
            "no-such-link": "/bureau/nothing",
        },
    )


def _assignment(case: Case) -> Assignment:
    return next(one for one in case.assignments if not is_consultation(one))


def _opened(town: Town, text: str, words: str) -> Case:
    assert town.deliver(town.push(text, via="weibo.mention.status", who=f"网民{words}")) == (200, "")
    return town.case_titled(words)


def _merged(town: Town, editor: Visitor) -> tuple[Case, Case]:
    """A case with another in it, and that other."""
    absorbed = _opened(town, "朝阳区望京花家地街烧烤摊深夜扰民,请派出所管管 @平安北京", "花家地街")
    kept = _opened(town, "海淀区五道口城铁站外有人倒卖演唱会门票,请查处 @平安北京", "五道口")
    page = editor.get(f"{town.door_url}/desk/cases/{absorbed.id}/merge?other={kept.id}")
    assert "已并案" in editor.submit(page, page.form("/merge"), reason="网民说是一件事").text
    eventually(lambda: not town.case(kept.id).moving, within_seconds=WITHIN_SECONDS)
    return town.case(kept.id), town.case(absorbed.id)


def _entered(town: Town, editor: Visitor) -> str:
    """Where the page of a telephone call that was entered stands."""
    form = editor.get(f"{town.door_url}/desk/enter")
    call = {
        "citizen": "来电人甲",
        "sent_at": as_typed(datetime.now(UTC), BEIJING),
        "text": "门头沟区龙泉镇有人在河道里电鱼，请去看看",
    }
    preview = editor.submit(form, form.form("/enter"), step="preview", **call)
    sent = editor.submit(preview, preview.form("/enter"), step="send")
    eventually(lambda: "登记完成" in editor.get(sent.url).text, within_seconds=WITHIN_SECONDS)
    return sent.url.rpartition("/")[2].partition("?")[0]


def _at_work(town: Town, editor: Visitor, busy: Assigned) -> None:
    """A bureau that asks for more time and answers by mail, a second version, a draft, a citizen asked, live coverage."""
    act_at_bureau(busy.link, "acknowledge", busy.code, signer="王警官")
    deadline = _assignment(town.case(busy.case_id)).feedback_ladder.deadline
    until = as_typed(deadline.replace(second=0) + timedelta(days=2), BEIJING)
    act_at_bureau(busy.link, "extension", busy.code, until=until, extension_reason="摊主每周只来一次。")
    number = _assignment(town.case(busy.case_id)).bulletin_number
    facts = "丰台区大红门东路桥下有人摆摊卖管制刀具，每周六上午九点前后出摊。"
    town.act(editor, busy.case_id, f"correct-bulletin/{number}", facts=facts, reason="网民补充了时间")
    town.act(editor, busy.case_id, "start-coverage", interval="60", facts="已派员到场", unknowns="货从哪里来")
    statement = {
        "account": "weibo-pinganbeijing",
        "title": "现场通报",
        "text": "正在核查。",
        "link": "https://gaj.example.org/t/1",
    }
    town.act(editor, busy.case_id, "statement", **statement)
    page = editor.get(f"{town.door_url}/desk/cases/{busy.case_id}/source")
    editor.submit(page, page.form("/ask"))
    (mail, *_) = [one for one in town.mails_to(DUTY_OFFICER.email, number) if one.reply_to.startswith("reply+")]
    with smtplib.SMTP(HOST, town.mail_port) as server:
        server.send_message(answer_to(mail, mail.reply_to, text="摊主已找到，正在查货源。"))
    eventually(lambda: town.case(busy.case_id).mails, within_seconds=WITHIN_SECONDS)


def _consulted(town: Town, editor: Visitor, busy: Assigned) -> str:
    """The link under which a question is answered."""
    town.act(editor, busy.case_id, "consult", bureau="FT", question="多长的刀算管制刀具？")
    number = next(one.bulletin_number for one in town.case(busy.case_id).assignments if is_consultation(one))
    (mail, *_) = eventually(lambda: town.mails_to(DUTY_OFFICER.email, number), within_seconds=WITHIN_SECONDS)
    return link_in(mail)


def _resting(town: Town, editor: Visitor) -> str:
    """What names a message that became no case."""

    def found() -> list[str]:
        links = editor.get(f"{town.door_url}/desk/resting").links
        return [one.rpartition("/")[2] for one in links if "/desk/resting/" in one]

    return eventually(found, within_seconds=WITHIN_SECONDS)[0]


def _sampled(town: Town, resting: str) -> str:
    """A day of which a sample was drawn."""
    day = datetime.now(BEIJING).date() - timedelta(days=1)
    samples = SampleStore(town.emulator.client("dynamodb"), town.deployment.outputs["MessagesTableName"])
    samples.draw(day, [resting], datetime.now(UTC))
    return day.isoformat()
