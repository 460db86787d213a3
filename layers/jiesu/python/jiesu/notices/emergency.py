"""The notice of an emergency to the command centre: the citizen's own words by mail, that there is one by SMS."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from jiesu.model.message import Message, PlaceMatch
from jiesu.model.people import Contact
from jiesu.model.words import NoticeTemplate, Urgency
from jiesu.notices.mail import Envelope, Letter, post
from jiesu.notices.notice import in_full, zone_in_words


@dataclass(frozen=True, slots=True, kw_only=True)
class EmergencyNotice:
    """One notice to one contact. `reason` is what made `message` an emergency, `place` the case's as it stands."""

    id: str
    case_id: str
    contact: Contact
    message: Message
    reason: str
    place: PlaceMatch
    link: str
    office_name: str
    zone: ZoneInfo


def write_letter(notice: EmergencyNotice) -> Letter:
    """The letter: unlike a bulletin it names what the citizen wrote in full, for whoever reads it may have to act on it alone."""
    message, place = notice.message, notice.place
    rows = (
        ("诉求件", notice.case_id),
        ("判断依据", notice.reason),
        ("来源", f"{message.platform.label}{message.kind.label}"),
        ("发送时间", in_full(message.sent_at, notice.zone)),
        ("地点", " ".join(part for part in (place.district, place.text) if part) or "未识别，请看原文"),
        ("留言原文", message.text.strip()),
    )
    return Letter(
        subject=f"【{Urgency.CRITICAL.label}】{NoticeTemplate.EMERGENCY.label}：诉求件 {notice.case_id}",
        heading=f"{NoticeTemplate.EMERGENCY.label} · 网民留言",
        urgency=Urgency.CRITICAL,
        greeting=f"{notice.contact.role.label} {notice.contact.name}：",
        paragraphs=(
            "下列网民留言经系统自动识别，可能有人身危险或正在发生的违法犯罪，请立即核实处置。",
            "本通知由系统自动发出，尚未经人工核实；请登录工作台查看后续留言，并与小编联系。",
        ),
        rows=rows,
        link=notice.link,
        link_label="打开工作台",
        link_hint="请登录工作台查看全部留言和办理经过。",
        closing=(
            f"以上时间均为{zone_in_words(notice.zone)}。",
            "留言内容仅供处置使用，请勿扩散。",
            f"{notice.office_name} · 本邮件由系统发出",
        ),
    )


def compose(notice: EmergencyNotice, *, sender: str, now: datetime) -> bytes:
    """The whole message in 7-bit MIME. Raises `PermanentError` ("mail_address_malformed") as a bulletin's does."""
    envelope = Envelope(
        notice_id=notice.id,
        thread=notice.case_id,
        sender=sender,
        office_name=notice.office_name,
        contact=notice.contact,
        important=True,
    )
    return post(write_letter(notice), envelope, now=now)


def write_sms(notice: EmergencyNotice) -> str:
    """The text, in one short message: which case and which district, nothing of what was written."""
    where = f"，地点可能在{notice.place.district}" if notice.place.district else ""
    said = f"{Urgency.CRITICAL.label}：网民留言可能有人身危险{where}"
    return f"【{notice.office_name}】{said}，诉求件{notice.case_id}，请立即登录工作台处置。"
