"""The notices to the office's own people about what the public waits for: a case has become hot, a statement is owed."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from jiesu.model.case import Case
from jiesu.model.coverage import CoverageReminded
from jiesu.model.people import Contact
from jiesu.model.timeline import HeatRaised, StatementReminded
from jiesu.model.words import HeatGrade, NoticeTemplate, Urgency
from jiesu.notices.mail import Envelope, Letter, post
from jiesu.notices.notice import in_full, zone_in_words


@dataclass(frozen=True, slots=True, kw_only=True)
class HeatNotice:
    """One notice to one contact; `at` is when the case became so hot, or the rung was climbed."""

    id: str
    case: Case
    contact: Contact
    change: HeatRaised | StatementReminded | CoverageReminded
    at: datetime
    link: str
    office_name: str
    zone: ZoneInfo


def write_letter(notice: HeatNotice) -> Letter:
    """The letter: what the matter is by its title and place, and nothing that would name a citizen."""
    case, change = notice.case, notice.change
    place = " ".join(part for part in (case.place.district, case.place.text) if part) or "未识别"
    rows = [("诉求件", case.id), ("事项", case.title or "（无标题）"), ("地点", place)]
    if isinstance(change, HeatRaised):
        rows += [("热度等级", change.grade.label), ("判断依据", "；".join(change.reasons))]
        heading, hint = NoticeTemplate.HEAT.label, f"本件热度升为{change.grade.label}，请研判是否需要会商和公开回应。"
        if change.together:
            rows.append(("建议会同", "；".join(change.together)))
        if change.public_response is not None:
            due = "、".join(in_full(ladder.deadline, notice.zone) for ladder in change.public_response.ladders)
            rows.append(("公开回应时限", due))
    else:
        rows.append(("发布截止", in_full(change.deadline, notice.zone)))
        heading, hint = _template(change).label, _statement_owed(change)
    rows.append(("时间", in_full(notice.at, notice.zone)))
    return Letter(
        subject=f"【{_tag(notice)}】{heading}：诉求件 {case.id}",
        heading=heading,
        urgency=_urgency(notice),
        greeting=f"{notice.contact.role.label} {notice.contact.name}：",
        paragraphs=(hint, "本通知由系统自动发出；传播走势、留言和办理经过请在工作台查看。"),
        rows=tuple(rows),
        link=notice.link,
        link_label="打开工作台",
        link_hint="请登录工作台查看传播走势和办理经过。",
        closing=(f"以上时间均为{zone_in_words(notice.zone)}。", f"{notice.office_name} · 本邮件由系统发出"),
    )


def compose(notice: HeatNotice, *, sender: str, now: datetime) -> bytes:
    """The whole message in 7-bit MIME. Raises `PermanentError` ("mail_address_malformed") as a bulletin's does."""
    envelope = Envelope(
        notice_id=notice.id,
        thread=notice.case.id,
        sender=sender,
        office_name=notice.office_name,
        contact=notice.contact,
        important=_urgency(notice) is Urgency.CRITICAL,
    )
    return post(write_letter(notice), envelope, now=now)


def write_sms(notice: HeatNotice) -> str:
    """The text, in one short message: which case, nothing of what was written."""
    change = notice.change
    said = f"热点预警：热度升为{change.grade.label}" if isinstance(change, HeatRaised) else _statement_owed(change).rstrip("。")
    return f"【{notice.office_name}】{said}，诉求件{notice.case.id}，请登录工作台处置。"


def _template(change: StatementReminded | CoverageReminded) -> NoticeTemplate:
    return NoticeTemplate.STATEMENT if isinstance(change, StatementReminded) else NoticeTemplate.COVERAGE


def _statement_owed(change: StatementReminded | CoverageReminded) -> str:
    what = "公开回应" if isinstance(change, StatementReminded) else "下一次现场通报"
    return f"{what}已到时限，尚未发布。" if change.due >= change.deadline else f"{what}时限将至，尚未发布。"


def _tag(notice: HeatNotice) -> str:
    change = notice.change
    return change.grade.label if isinstance(change, HeatRaised) else change.action.label


def _urgency(notice: HeatNotice) -> Urgency:
    change = notice.change
    high = change.grade.rank >= HeatGrade.ORANGE.rank if isinstance(change, HeatRaised) else change.due >= change.deadline
    return Urgency.CRITICAL if high else Urgency.URGENT
