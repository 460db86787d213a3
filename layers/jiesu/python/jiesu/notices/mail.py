"""The mail of a notice: one letter, said once, written twice: as plain text and as HTML.

The mail carries the link and never the code, so that what reads or scans a mailbox cannot act.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from html import escape

from jiesu.model.bulletin import FIELD_LABELS
from jiesu.model.errors import PermanentError
from jiesu.model.ladder import SupervisionOrder
from jiesu.model.people import Contact
from jiesu.model.timeline import BulletinCorrected, Dispatched, Escalated, Rerouted, SentBack
from jiesu.model.words import LadderKind, RungAction, Urgency
from jiesu.notices import consultations
from jiesu.notices.decisions import paragraphs_of, subject_of
from jiesu.notices.notice import Notice, in_full, zone_in_words

_POLICY = SMTP.clone(cte_type="7bit", max_line_length=76)
"""Seven bits from end to end: a relay without 8BITMIME would refuse or mangle anything else."""

_ON_THE_WAY = (LadderKind.ACTION, LadderKind.FIRST_CONTACT, LadderKind.INTERIM)

_URGENCY_COLOURS = {Urgency.CRITICAL: "#b42318", Urgency.URGENT: "#b54708", Urgency.ROUTINE: "#344054"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What a mail says, free of any format. `rows` are fields, each a name and its text.

    `urgency` is a bulletin's or a case's; None where the mail is about no single one.
    """

    subject: str
    heading: str
    urgency: Urgency | None
    greeting: str
    paragraphs: tuple[str, ...]
    rows: tuple[tuple[str, str], ...]
    link: str
    link_label: str
    link_hint: str
    closing: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that goes with a letter; `content_type` as `type/subtype`."""

    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What stands around a letter. Mails of one `thread` (an assignment, or a case) are shown together.

    An answer goes to `reply_to`; where that is empty, to the sender.
    """

    notice_id: str
    thread: str
    sender: str
    office_name: str
    contact: Contact
    important: bool
    reply_to: str = ""
    attachments: tuple[Attachment, ...] = ()


def write_letter(notice: Notice) -> Letter:
    """The letter of `notice`."""
    return Letter(
        subject=_subject(notice),
        heading=consultations.heading_of(notice) if notice.asks else f"网民反映问题通报单 · {notice.headline}",
        urgency=notice.bulletin.urgency,
        greeting=f"{notice.assignment.bureau_name if notice.to_bureau else notice.contact.role.label} {notice.contact.name}：",
        paragraphs=tuple(_paragraphs(notice)),
        rows=tuple((name, text) for name, text in _rows(notice) if text),
        link=_link(notice),
        link_label=("打开咨询单，答复" if notice.asks else "打开通报单，签收和反馈") if notice.to_bureau else "打开工作台",
        link_hint=(
            ("答复时须输入短信中的四位验证码。" if notice.asks else "签收、反馈时须输入短信中的四位验证码；打开链接不等于签收。")
            if notice.to_bureau
            else "请登录工作台查看办理全过程。"
        ),
        closing=(
            *(("可直接回复本邮件说明情况、附上材料；回复邮件不代替签收和反馈，时限照常计算。",) if notice.reply_to else ()),
            f"以上时间均为{zone_in_words(notice.zone)}。",
            "答复会注明由你单位解答后发给网民，请按现行规定作答。"
            if notice.asks
            else "本通报为内部工作信息，请勿扩散；不得向被反映人透露反映人情况。",
            f"{notice.office_name} · 本邮件由系统发出",
        ),
    )


def compose(notice: Notice, *, sender: str, now: datetime, attachments: tuple[Attachment, ...] = ()) -> bytes:
    """The whole message in 7-bit MIME, to be handed to a transport as it is.

    Raises `PermanentError` ("mail_address_malformed") where the contact's address is none.
    """
    envelope = Envelope(
        notice_id=notice.id,
        thread=f"{notice.case_id}.{notice.assignment.id}",
        sender=sender,
        office_name=notice.office_name,
        contact=notice.contact,
        important=notice.bulletin.urgency is Urgency.CRITICAL or _is_supervision(notice),
        reply_to=notice.reply_to,
        attachments=attachments,
    )
    return post(write_letter(notice), envelope, now=now)


def post(letter: Letter, envelope: Envelope, *, now: datetime) -> bytes:
    """`letter` in its envelope, as `compose` has it."""
    message = EmailMessage(policy=_POLICY)
    domain = envelope.sender.rpartition("@")[2]
    try:
        message["From"] = Address(envelope.office_name, addr_spec=envelope.sender)
        message["To"] = Address(envelope.contact.name, addr_spec=envelope.contact.email)
    except (MessageError, ValueError, IndexError) as exc:
        raise PermanentError("mail_address_malformed", notice_id=envelope.notice_id) from exc
    if envelope.reply_to:
        message["Reply-To"] = Address(addr_spec=envelope.reply_to)
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(now)
    # The same id at each try: a mailbox that gets a mail twice can see that it is one.
    message["Message-ID"] = f"<{envelope.notice_id}@{domain}>"
    # Every mail of a thread refers to one ancestor, so that mail programs show them as one.
    message["References"] = f"<{envelope.thread}@{domain}>"
    # RFC 3834: absence notices and other answering machines stay quiet.
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    if envelope.important:
        message["Importance"] = "high"
    # No List-Unsubscribe, on purpose: this is an order to one office, not a list, and a mail
    # program's "unsubscribe" button would silence a bureau without anybody's decision.
    message.set_content(as_text(letter), cte="base64")
    message.add_alternative(as_html(letter), subtype="html", cte="base64")
    for one in envelope.attachments:
        kind, _, subtype = one.content_type.partition("/")
        message.add_attachment(one.content, maintype=kind, subtype=subtype, filename=one.name, cte="base64")
    try:
        return message.as_bytes()
    except UnicodeEncodeError as exc:  # an address with letters outside ASCII before the @
        raise PermanentError("mail_address_malformed", notice_id=envelope.notice_id) from exc


def as_text(letter: Letter) -> str:
    """The letter as plain text."""
    parts = [
        letter.heading,
        *([f"【{letter.urgency.label}】"] if letter.urgency else []),
        "",
        letter.greeting,
        *(f"    {paragraph}" for paragraph in letter.paragraphs),
        "",
    ]
    for name, text in letter.rows:
        parts += [f"{name}：", *(f"    {line}" for line in text.splitlines())] if "\n" in text else [f"{name}：{text}"]
    if letter.link:
        parts += ["", f"{letter.link_label}：", letter.link, letter.link_hint]
    parts += ["", "-- ", *letter.closing]
    return "\n".join(parts) + "\n"


def as_html(letter: Letter) -> str:
    """The letter as HTML that mail programs show alike: tables, styles in place, nothing loaded from outside."""
    badge = (
        f'<p style="margin:0 0 20px"><span style="padding:2px 10px;background:{_URGENCY_COLOURS[letter.urgency]};color:#ffffff;'
        f'font-size:13px">{letter.urgency.label}</span></p>'
        if letter.urgency
        else ""
    )
    paragraphs = "".join(f'<p style="margin:0 0 12px">{_lines(paragraph)}</p>' for paragraph in letter.paragraphs)
    rows = "".join(
        '<tr><th scope="row" style="padding:8px 12px;border:1px solid #d0d5dd;background:#f2f4f7;text-align:left;'
        f'vertical-align:top;white-space:nowrap;font-weight:600">{escape(name)}</th>'
        f'<td style="padding:8px 12px;border:1px solid #d0d5dd;vertical-align:top">{_lines(text)}</td></tr>\n'
        for name, text in letter.rows
    )
    button = (
        f'<p style="margin:24px 0 8px"><a href="{escape(letter.link)}" style="display:inline-block;padding:12px 24px;'
        f'background:#1d4f91;color:#ffffff;text-decoration:none;border-radius:4px;font-weight:600">{escape(letter.link_label)}</a></p>'
        f'<p style="margin:0 0 8px;color:#475467">{escape(letter.link_hint)}</p>'
        f'<p style="margin:0;font-size:13px;color:#475467;word-break:break-all">若按钮无法打开，请复制此地址：<br>'
        f"{escape(letter.link)}</p>"
        if letter.link
        else ""
    )
    closing = "<br>".join(escape(line) for line in letter.closing)
    return f"""\
<!doctype html>
<html lang="zh-CN">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light">
<title>{escape(letter.subject)}</title></head>
<body style="margin:0;padding:0;background:#f2f4f7">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="background:#f2f4f7"><tr>
<td align="center" style="padding:24px 12px">
<table role="presentation" width="640" cellpadding="0" cellspacing="0" style="width:100%;max-width:640px;background:#ffffff;\
border-top:4px solid #b42318;font:15px/1.7 'PingFang SC','Microsoft YaHei','Noto Sans CJK SC',sans-serif;color:#101828"><tr>
<td style="padding:28px 32px">
<h1 style="margin:0 0 8px;font-size:20px;line-height:1.4;color:#b42318">{escape(letter.heading)}</h1>
{badge}
<p style="margin:0 0 12px;font-weight:600">{escape(letter.greeting)}</p>
{paragraphs}
<table width="100%" cellpadding="0" cellspacing="0" style="border-collapse:collapse;margin:20px 0 0">
{rows}</table>
{button}
<p style="margin:28px 0 0;padding-top:16px;border-top:1px solid #d0d5dd;font-size:13px;color:#475467">{closing}</p>
</td></tr></table>
</td></tr></table>
</body>
</html>
"""


def _is_supervision(notice: Notice) -> bool:
    return isinstance(notice.change, Escalated) and notice.change.action is not RungAction.REMINDER


def _subject(notice: Notice) -> str:
    """Number and urgency, nothing of the matter: subjects show on lock screens and stay in relays' logs."""
    number = f"通报单 {notice.bulletin.number}"
    match notice.change:
        case _ if notice.asks:
            said = consultations.subject_of(notice)
        case Rerouted() as change if not notice.begins:
            said = subject_of(notice, change)
        case Dispatched() if not notice.to_bureau:
            said = f"请会同处置：网民反映问题{number}"
        case Dispatched() | Rerouted():
            said = f"请{notice.ladder.kind.label}：网民反映问题{number}"
        case Escalated():
            headline = notice.headline if notice.change.order is None else f"{notice.headline} {notice.change.order.number}"
            said = f"{headline}：{number} {notice.standing}"
            if not notice.to_bureau:
                said += f"（{notice.assignment.bureau_name}）"
        case SentBack():
            said = f"退回重办：{number}"
        case BulletinCorrected():
            said = f"更正：{number} 第 {notice.bulletin.version} 版"
        case change:
            said = subject_of(notice, change)
    return f"【{notice.bulletin.urgency.label}】{said}"


def _paragraphs(notice: Notice) -> Iterator[str]:
    deadline = in_full(notice.ladder.deadline, notice.zone)
    match notice.change:
        case _ if notice.asks:
            yield from consultations.paragraphs_of(notice)
        case Rerouted() as change if not notice.begins:
            yield from paragraphs_of(notice, change)
        case Dispatched(assignments=given) if not notice.to_bureau:
            bureaus = "、".join(f"{one.bureau_name}（{one.role.label}）" for one in given)
            yield f"下列通报单已交办{bureaus}，按本单位的规定请指挥中心会同处置。"
            yield f"承办单位须于 {deadline} 前签收；办理全过程可在工作台查看。"
        case Dispatched() | Rerouted():
            yield f"现将网民反映的问题转交你单位{notice.assignment.role.label}。"
            reporting = f"于 {in_full(notice.assignment.feedback_ladder.deadline, notice.zone)} 前反馈调查情况和处置结果。"
            if notice.assignment.acknowledged_at is None:
                yield f"请于 {deadline} 前签收，并{reporting}"
            else:  # another contact of the bureau was faster
                yield f"你单位已签收，请{reporting}"
            if isinstance(notice.change, Rerouted):
                yield f"本件由其他单位改派而来，改派说明：{notice.change.reason}"
        case Escalated(order=SupervisionOrder() as order):
            whose = "你单位" if notice.to_bureau else notice.assignment.bureau_name
            yield f"督办单 {order.number}"
            yield f"{whose}承办的通报单 {notice.bulletin.number} {notice.standing}，时限为 {deadline}，经催办仍未办理，现予督办。"
            yield (
                f"请立即{notice.ladder.kind.label}，并说明逾期原因。"
                if notice.to_bureau
                else "请督促承办单位立即办理，并说明逾期原因。"
            )
        case Escalated(ladder=LadderKind.DECISION):
            yield f"{notice.assignment.bureau_name}退回的通报单{notice.standing}，裁决时限为 {deadline}。"
            yield "请登录工作台裁决：由原单位继续办理、改派其他单位或者撤回。"
        case Escalated() if notice.to_bureau:
            duty = notice.ladder.kind.label
            yield f"你单位承办的通报单{notice.standing}，{notice.ladder.kind.label}时限为 {deadline}。"
            yield f"请立即{duty}。" if notice.is_late else f"请按时{duty}。"
        case Escalated():
            yield f"{notice.assignment.bureau_name}承办的通报单{notice.standing}，{notice.ladder.kind.label}时限为 {deadline}。"
            yield "请督促承办单位办理。"
        case SentBack() as change:
            yield "你单位的反馈未通过审核，现退回重办。"
            yield f"退回理由：{change.reason}"
            yield f"请于 {deadline} 前重新反馈。"
        case BulletinCorrected() as change:
            yield f"通报单已更正为第 {change.bulletin.version} 版，请以新版为准，时限不变。"
            yield f"改动的内容：{'、'.join(FIELD_LABELS[name] for name in change.changed)}。"
            yield f"更正理由：{change.reason}"
        case change:
            yield from paragraphs_of(notice, change)


def _rows(notice: Notice) -> Iterator[tuple[str, str]]:
    bulletin, assignment = notice.bulletin, notice.assignment
    yield "编号", bulletin.number
    yield "紧急程度", bulletin.urgency.label
    if notice.asks:
        yield from consultations.rows_of(notice)
        return
    yield "承办单位", f"{assignment.bureau_name}（{assignment.role.label}）"
    yield "标题", bulletin.title
    if notice.releases:
        return
    yield "诉求类别", notice.category
    yield "地点", bulletin.place
    yield "内容摘要", bulletin.facts
    yield "办理要求", bulletin.requirements
    yield "签发", f"{bulletin.issued_by}，{in_full(bulletin.issued_at, notice.zone)}"
    if assignment.acknowledged_at is None:
        yield "签收时限", _due(notice, assignment.acknowledgement.deadline, assignment.acknowledgement.why)
    else:
        yield "签收时间", in_full(assignment.acknowledged_at, notice.zone)
    for ladder in assignment.running:
        if ladder.kind in _ON_THE_WAY:
            yield f"{ladder.kind.label}时限", _due(notice, ladder.deadline, ladder.why)
    ladder = notice.ladder if isinstance(notice.change, SentBack) else assignment.feedback_ladder
    yield "反馈时限", _due(notice, ladder.deadline, ladder.why)


def _due(notice: Notice, deadline: datetime, why: str) -> str:
    return f"{in_full(deadline, notice.zone)}\n（{why}）"


def _link(notice: Notice) -> str:
    return "" if notice.releases else notice.link


def _lines(text: str) -> str:
    return "<br>".join(escape(line) for line in text.splitlines())
