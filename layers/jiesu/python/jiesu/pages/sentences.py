"""Times, spans and the timeline in words: one Chinese sentence an entry."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from jiesu.cases.asking import EMERGENCY, UNANSWERED, AskingChange
from jiesu.cases.consultations import is_consultation
from jiesu.cases.extensions import ExtensionChange
from jiesu.cases.ladder import in_words
from jiesu.cases.matters import MatterChange
from jiesu.cases.returns import ReturnChange
from jiesu.channels.outgoing import reason_label
from jiesu.model.bulletin import FIELD_LABELS
from jiesu.model.case import PUBLIC_RESPONSE, Alarm, Assignment, Case, MessageRef, Reply, SplitOff, Verdict
from jiesu.model.coverage import (
    COVERAGE,
    CoverageBriefed,
    CoverageChange,
    CoverageEnded,
    CoverageReminded,
    CoverageStarted,
    NextStatementMoved,
)
from jiesu.model.delivery import NEVER_LEFT, NoticeDescription, PublicationDescription, ReplyDescription
from jiesu.model.duty import OwnerChanged
from jiesu.model.evidence import FIRST_POST_PICTURE, Evidence
from jiesu.model.extensions import ExtensionAsked, ExtensionRefused
from jiesu.model.ladder import Ladder
from jiesu.model.mail import BureauMail, BureauMailAccepted
from jiesu.model.match import Match
from jiesu.model.message import PlaceMatch
from jiesu.model.people import Actor, Contact
from jiesu.model.publication import Posting, Publication
from jiesu.model.receipt import ReceiptKind
from jiesu.model.returns import Excused, Returned, ReturnRejected
from jiesu.model.timeline import (
    Acknowledged,
    AnswerKept,
    AskingReminded,
    AskingStarted,
    AskingStopped,
    AskingTimedOut,
    BulletinCorrected,
    BureauMailReceived,
    CalledDifferent,
    CaseAbsorbed,
    CaseReleased,
    Closed,
    Concealed,
    Corrected,
    DifferenceRevoked,
    Disclosed,
    Dispatched,
    Entry,
    Escalated,
    EvidenceMissing,
    EvidenceStored,
    ExtensionGranted,
    FeedbackAccepted,
    HeatLowered,
    HeatRaised,
    LadderSpent,
    Merged,
    MergeUndone,
    MessageJoined,
    MessagesArrived,
    MessagesMovedIn,
    MessagesMovedOut,
    Noted,
    NoticeFailed,
    NoticeUndelivered,
    Opened,
    Progressed,
    PublicationApproved,
    PublicationDrafted,
    PublicationFailed,
    PublicationPosted,
    PublicationSubmitted,
    PublicationUnconfirmed,
    PublicationWithdrawn,
    QuestionSettled,
    Reopened,
    Replanned,
    RepliesRequested,
    ReplyFailed,
    ReplyRequested,
    ReplySent,
    ReplyWindowClosing,
    Reported,
    Rerouted,
    SameSuggested,
    SentBack,
    StatementReminded,
    TaskDone,
    Withdrawn,
)
from jiesu.model.unmasking import Unmasked
from jiesu.model.words import ActorKind, ContentType, DeliveryState, LadderKind, ReplyManner, TaskKind, Urgency
from jiesu.pages.evidence_words import derivation, evidence_reason, file_size
from jiesu.store.deliveries import Delivery
from jiesu.triage.categories import label as category_label

_NEAR_TERM_DAYS = 300

IN_TIME = {True: "及时", False: "超时", None: "未到期"}
"""What is said of a deadline that was kept, missed, or has not come."""


def local_time(at: datetime, zone: ZoneInfo, now: datetime) -> str:
    """`11月24日 10:05` in the office's time; with the year where the day is not near."""
    local = at.astimezone(zone)
    text = f"{local.month}月{local.day}日 {local:%H:%M}"
    return text if abs(at - now) < timedelta(days=_NEAR_TERM_DAYS) else f"{local.year}年{text}"


def span(length: timedelta) -> str:
    """A span as people say it: whole minutes below a day, whole hours above, `不到 1 分钟` below one minute."""
    unit = timedelta(hours=1) if length >= timedelta(days=1) else timedelta(minutes=1)
    whole = length // unit * unit
    return in_words(whole) if whole else "不到 1 分钟"


def remaining(deadline: datetime, now: datetime) -> str:
    """`还剩 1 小时 12 分` or `已超时 3 分`."""
    return f"还剩 {span(deadline - now)}" if deadline > now else f"已超时 {span(now - deadline)}"


def who(actor: Actor) -> str:
    """An actor in words. A citizen's id is never said, and a machine needs no name."""
    match actor.kind:
        case ActorKind.EDITOR | ActorKind.OPERATOR:
            return f"{actor.kind.label} {actor.name or actor.id}"
        case ActorKind.BUREAU:
            return (actor.name or actor.id) + ("（账号登录）" if actor.account else "")
        case ActorKind.CITIZEN | ActorKind.CLOCK | ActorKind.SYSTEM:
            return actor.kind.label


def message_source(message: MessageRef) -> str:
    """`微博 @提及`."""
    return f"{message.platform.label} {message.kind.label}"


def place_in_words(place: PlaceMatch) -> str:
    """The place as found and its district; `未识别` where nothing was found."""
    parts = [place.text] if place.district in place.text else [place.district, place.text]
    return " · ".join(part for part in parts if part) or "未识别"


def alarm_in_words(reason: str) -> str:
    """What made it an emergency. That it is critical goes without saying, though triage says so in front of each reason."""
    return reason.removeprefix(f"{Urgency.CRITICAL.label}：")


def media_in_words(kinds: tuple[ContentType, ...]) -> str:
    """`图片 2 个、视频 1 个`."""
    return "、".join(f"{kind.label} {kinds.count(kind)} 个" for kind in dict.fromkeys(kinds))


_NOTICE_REASONS = {
    "mail_address_malformed": "收件地址格式有误",
    "mail_address_rejected": "收件地址被退回",
    "mail_configuration_missing": "发信配置缺失",
    "mail_content_rejected": "邮件内容被拒收",
    "mail_rejected": "邮件被拒收",
    "mail_sender_rejected": "发件地址被拒绝",
    "mail_sender_unverified": "发件地址未经验证",
    "outcome_unknown": "不能确定是否送达",
    NEVER_LEFT: "系统多次排队仍未发出",
    "sms_number_opted_out": "该号码已退订短信",
    **{kind.value: kind.label for kind in ReceiptKind},
    "sms_number_rejected": "手机号码无效",
    "assignment_over": "交办已经结束",
    "case_closed": "诉求件已经办结",
    "statement_made": "已经公开回应，或不再需要",
    "answered_meanwhile": "承办单位已先行答复",
    "told_on_duty": "已通知当班人员",
}


def notice_reason(code: str) -> str:
    """Why a notice was not sent, in words; an unknown code is shown as it is."""
    if code.endswith("_unavailable"):
        return "发送服务一直没有应答"
    return _NOTICE_REASONS.get(code) or f"未能送达（代码 {code}）"


def failure_in_words(kind: TaskKind, reason: str) -> str:
    """What went wrong before a person had to be asked."""
    match kind:
        case TaskKind.REPLY_FAILED | TaskKind.PUBLICATION_FAILED | TaskKind.PUBLICATION_UNCONFIRMED:
            return reason_label(reason)
        case TaskKind.NOTICE_FAILED:
            return notice_reason(reason)
        case TaskKind.EMERGENCY_UNTOLD | TaskKind.COMMAND_UNTOLD:
            return "名录中没有指挥中心的联系人"
        case TaskKind.HEAT_UNTOLD:
            return "名录中没有可以报告热点的联系人"
        case TaskKind.REPLY_WINDOW_CLOSING:
            return "窗口关闭后私信会被平台拒绝，只能公开回复或等网民再次来信"
        case TaskKind.LADDER_SPENT:
            return "各级都已通知过，以后不会再自动催办；请打电话督促，或另作处置"
        case TaskKind.BUREAU_MAIL:
            return "来信不代替签收和反馈" + ("" if reason == "known" else "；发件地址不在该单位联系人中，请先核实")
        case TaskKind.ASKING:
            return {
                UNANSWERED: "网民在期限内没有回答，请改用电话等方式，或停止询问",
                EMERGENCY: "网民的来信涉及紧急情形，系统不再自动发问，请先处置",
            }.get(reason, reason)


def delivery_in_words(delivery: Delivery) -> str:
    """What is on its way to whom: `短信 → 值班民警 张三（010-5550-0001）`."""
    match delivery.description:
        case ReplyDescription() as about:
            return f"答复 → {about.platform.label}"
        case PublicationDescription() as about:
            return f"公开发布 → {about.platform.label}「{about.account_name}」"
        case NoticeDescription() as about:
            to = f"{about.role.label} {about.contact}（{about.address}）"
            return f"{about.template.label}{about.transport.label} → {to}"


def delivery_reason(delivery: Delivery) -> str:
    """Why a delivery stands where it stands; empty where there is nothing to say."""
    if delivery.reason is None or delivery.state is DeliveryState.SENT:
        return ""
    match delivery.description:
        case ReplyDescription() | PublicationDescription():
            return reason_label(delivery.reason)
        case NoticeDescription():
            return notice_reason(delivery.reason)


def _whose(evidence: Evidence) -> str:
    return "网民发来的" if evidence.number < FIRST_POST_PICTURE else "原帖中的"


def say(entry: Entry, case: Case, zone: ZoneInfo, now: datetime) -> str:
    """What the entry says, with who did it. `case` lends the names of bureaus and platforms."""
    actor = who(entry.actor)
    if isinstance(entry.change, MatterChange | SameSuggested):
        return _of_two_cases(entry.change, actor)
    if isinstance(entry.change, CoverageChange | ReturnChange | ExtensionChange):
        return _coverage_or_decision(entry, entry.change, case, zone, now)
    if isinstance(entry.change, AskingChange):
        return _asking(entry.change, actor, case)
    if (said := _of_consultation(entry, case, zone, now)) is not None:
        return said
    match entry.change:
        case Opened() as change:
            return _opened(change, actor)
        case MessageJoined() as change:
            return _joined(change, actor, case)
        case EvidenceStored(evidence=evidence):
            return (
                f"{_whose(evidence)}{evidence.content_type.label}已存证：{evidence.media_type}，{file_size(evidence.size_bytes)}，"
                f"SHA-256 {evidence.sha256}{f'；{made}' if (made := derivation(evidence)) else ''}。"
            )
        case EvidenceMissing(evidence=evidence):
            return f"{_whose(evidence)}{evidence.content_type.label}没有取到：{evidence_reason(evidence.reason)}。"
        case (Corrected() | OwnerChanged()) as change:
            return f"{actor}{_changed(change, entry.actor)}{_because(change.reason)}。"
        case (Noted() | AnswerKept() | Unmasked()) as change:
            return f"{actor}{_kept(change, case)}"
        case (Dispatched() | BulletinCorrected()) as change:
            return f"{actor}{_issued(change, zone, now)}"
        case Acknowledged() as change:
            return f"{_by(entry, case, change.assignment_id)}已签收。"
        case Progressed() as change:
            return f"{_by(entry, case, change.assignment_id)}{_progress(change)}"
        case (BureauMailReceived() | BureauMailAccepted()) as change:
            return _mail(change, actor, case)
        case Reported() as change:
            return _reported(change, entry, case)
        case FeedbackAccepted() as change:
            return f"{actor}审核通过了{_bureau(case, change.assignment_id)}的反馈。"
        case SentBack() as change:
            deadline = local_time(change.feedback_ladder.deadline, zone, now)
            return (
                f"{actor}把反馈退回{_bureau(case, change.assignment_id)}重办，须在 {deadline} 前再次反馈；理由：{change.reason}"
            )
        case Withdrawn() as change:
            return f"{actor}撤回了对{_bureau(case, change.assignment_id)}的交办；理由：{change.reason}"
        case Escalated() as change:
            return (
                f"{_escalation(change, _bureau(case, change.assignment_id))}"
                f"（第 {change.rung + 1} 级，应于 {local_time(change.due, zone, now)}），通知：{_people(change.contacts)}。"
            )
        case Replanned() as change:
            return f"{actor}调整了{_bureau(case, change.assignment_id)}的时限{_replan(change, zone, now)}"
        case ReplyRequested() as change:
            manner = "公开回复网民" if change.reply.manner is ReplyManner.COMMENT else "答复网民"
            return f"{actor}通过{change.reply.to.platform.label}{manner}{_answers_in(case, change.reply)}：{change.reply.text}"
        case RepliesRequested(replies=replies):
            return (
                f"{actor}通过{_platforms_of(replies)}答复尚未答复的 {len(replies)} 位网民"
                f"{_answers_in(case, replies[0])}：{replies[0].text}"
            )
        case ReplySent() as change:
            return f"答复已由{_reply_platform(case.reply(change.reply_id))}送出。"
        case ReplyFailed() as change:
            return f"答复没有发出，需要人工处理：{failure_in_words(change.task.kind, change.task.reason)}。"
        case LadderSpent(clock_id=clock):
            return f"{_of_clock(clock, case)}的催办已到最后一级，仍然没有结果，已列为待办。"
        case ReplyWindowClosing() as change:
            return _window_closing(change, zone, now)
        case PublicationDrafted(publication=publication):
            where = "、".join(_account_of(one) for one in publication.postings)
            return f"{actor}起草{_published(publication)}，拟发{where}，等待另一位同事审核：{public_text(publication)}"
        case PublicationApproved() as change:
            return f"{actor}审核通过公开发布，正在发往{_accounts(case, change.publication_id, change.account_ids)}。"
        case PublicationWithdrawn() as change:
            return f"{actor}撤回了公开发布{_because(change.reason)}。"
        case PublicationSubmitted() as change:
            return f"{_accounts(case, change.publication_id, (change.account_id,))}已收下公开发布，等待平台处理结果。"
        case PublicationPosted() as change:
            return _posted(case, change, zone, now)
        case (PublicationFailed() | PublicationUnconfirmed()) as change:
            return _not_posted(change, case)
        case (NoticeFailed() | NoticeUndelivered()) as change:
            return _untold(change)
        case TaskDone() as change:
            return f"{actor}处理了待办：{change.note}"
        case Closed() as change:
            return f"{actor}办结本件，结论：{change.resolution.label}{_because(change.reason)}。"
        case Reopened() as change:
            return f"{actor}重新打开本件{_because(change.reason)}。"
        case Disclosed(disclosure=shown):
            where = f"，地点写作「{shown.place}」" if shown.place else ""
            return f"{actor}公开本件，标题「{shown.title}」{where}，说明：{shown.description}"
        case Concealed() as change:
            return f"{actor}撤下本件的公开{_because(change.reason)}。"
        case HeatRaised() as change:
            return _heat_raised(change, zone, now)
        case HeatLowered() as change:
            to = f"{change.grade.label}" if change.grade is not None else "非热点"
            ended = "；公开回应时限停止" if change.ends_response else ""
            return f"{actor}把热度调低为{to}{_because(change.reason)}{ended}。"
        case StatementReminded() as change:
            return (
                f"{change.action.label}公开回应（须在 {local_time(change.deadline, zone, now)} 前发布），"
                f"通知：{_people(change.contacts)}。"
            )


def _changed(change: Corrected | OwnerChanged, actor: Actor) -> str:
    if isinstance(change, Corrected):
        return _corrections(change)
    if change.owner is None:
        return "不再负责本件"
    return "接手负责本件" if change.owner.id == actor.id else f"把本件交给{change.owner.name or change.owner.id}负责"


def assignment_of(entry: Entry) -> tuple[str, ...]:
    """The ids of the assignments that an entry is about; empty where it is the office's own business."""
    match entry.change:
        case Dispatched() as change:
            return tuple(one.id for one in change.assignments)
        case Rerouted() as change:
            return (change.assignment_id, change.assignment.id)
        case (
            Acknowledged()
            | Progressed()
            | BureauMailAccepted()
            | Reported()
            | FeedbackAccepted()
            | SentBack()
            | Withdrawn()
            | Escalated()
            | Replanned()
        ) as change:
            return (change.assignment_id,)
        case BureauMailReceived(mail=mail):
            return (mail.assignment_id,)
        case BulletinCorrected() as change:
            return tuple(one.assignment_id for one in change.told)
        case (Returned() | ReturnRejected() | Excused() | ExtensionAsked() | ExtensionGranted() | ExtensionRefused()) as change:
            return (change.assignment_id,)
        case _:
            return ()


def _issued(change: Dispatched | BulletinCorrected, zone: ZoneInfo, now: datetime) -> str:
    return _dispatch(change, zone, now) if isinstance(change, Dispatched) else _corrected_bulletin(change)


def _corrected_bulletin(change: BulletinCorrected) -> str:
    names = "、".join(FIELD_LABELS[name] for name in change.changed)
    return f"更正通报单 {change.bulletin.number}，为第 {change.bulletin.version} 版，改动：{names}。理由：{change.reason}"


def say_to_bureau(entry: Entry, assignment: Assignment, zone: ZoneInfo, now: datetime) -> str:
    """The entry as the bureau of `assignment` reads it; only for entries about that assignment.

    Names neither the citizen nor what other bureaus of the same bulletin did.
    """
    actor = who(entry.actor)
    if is_consultation(assignment) and (said := _consulted(entry, assignment, actor, zone, now, to_desk=False)) is not None:
        return said
    if isinstance(entry.change, ExtensionChange):
        return _extension(entry.change, actor, "", zone, now)
    if isinstance(entry.change, ReturnChange):
        return _return_to_bureau(entry.change, assignment, actor, zone, now)
    match entry.change:
        case Dispatched():
            return f"{actor}签发通报单 {assignment.bulletin_number}，交办本单位（{assignment.role.label}）。"
        case BulletinCorrected() as change:
            return f"{actor}{_corrected_bulletin(change)}"
        case Acknowledged():
            return f"{actor}已签收。"
        case Progressed() as change:
            return f"{actor}{_progress(change)}"
        case BureauMailReceived(mail=mail):
            return f"收到本单位来信（{mail.sender}），等待新媒体办公室阅处；来信不代替签收和反馈。{_mail_text(mail)}"
        case BureauMailAccepted() as change:
            return f"{actor}把本单位来信采纳为{_taken_for(change)}。"
        case Reported() as change:
            return f"{actor}{'把本单位来信采纳为反馈：' if change.mail_id else ''}{_fed_back(change)}"
        case FeedbackAccepted():
            return f"{actor}审核通过了反馈。"
        case SentBack() as change:
            deadline = local_time(change.feedback_ladder.deadline, zone, now)
            return f"{actor}退回反馈，请在 {deadline} 前再次反馈；理由：{change.reason}"
        case Withdrawn() as change:
            return f"{actor}撤回了交办；理由：{change.reason}"
        case Escalated() as change:
            return f"{_escalation(change, '')}（第 {change.rung + 1} 级），通知：{_people(change.contacts)}。"
        case Replanned() as change:
            return f"{actor}调整了时限{_replan(change, zone, now)}"
        case _:
            raise ValueError(f"entry {entry.id} is not about an assignment")


def _coverage_or_decision(
    entry: Entry, change: CoverageChange | ReturnChange | ExtensionChange, case: Case, zone: ZoneInfo, now: datetime
) -> str:
    if isinstance(change, ReturnChange):
        return _return(entry, change, _bureau(case, change.assignment_id), zone, now)
    if isinstance(change, ExtensionChange):
        asking = isinstance(change, ExtensionAsked)
        by = _by(entry, case, change.assignment_id) if asking else who(entry.actor)
        return _extension(change, by, "" if asking else _bureau(case, change.assignment_id), zone, now)
    return _coverage(change, who(entry.actor), zone, now)


def _return(entry: Entry, change: ReturnChange, bureau: str, zone: ZoneInfo, now: datetime) -> str:
    """What the entries about a return say at the desk."""
    actor = who(entry.actor)
    match change:
        case Returned():
            again = "再次退回，须仲裁" if change.arbitrated else "退回"
            by = entry.actor.name if entry.actor.name.startswith(bureau) else bureau
            return (
                f"{by}{again}，原因：{change.reason.label}，{change.words.rstrip('。')}；"
                f"须在 {local_time(change.decision.deadline, zone, now)} 前裁决，其间承办时限停止。"
            )
        case ReturnRejected():
            return f"{actor}裁决由{bureau}继续办理，时限重新计算：{_deadlines(change.ladders, zone, now)}；理由：{change.reason}"
        case Rerouted(assignment=follower):
            return (
                f"{actor}把{bureau}退回的交办改派{follower.bureau_name}（{follower.role.label}），"
                f"须在 {local_time(follower.acknowledgement.deadline, zone, now)} 前签收、"
                f"{local_time(follower.feedback_ladder.deadline, zone, now)} 前反馈；{bureau}的时限停止；说明：{change.reason}"
            )
        case Excused():
            return f"{actor}免予{bureau}反馈，其时限停止；理由：{change.reason}"


def _extension(change: ExtensionChange, by: str, bureau: str, zone: ZoneInfo, now: datetime) -> str:
    """As the desk reads it, or, without `bureau`, as the bureau itself does: what citizens were told is not its business."""
    match change:
        case ExtensionAsked():
            return f"{by}申请延期到 {local_time(change.until, zone, now)}，审批前时限照常计算；理由：{change.reason}"
        case ExtensionGranted():
            told = f"；告知网民：{change.replies[0].text}" if change.replies and bureau else ""
            return (
                f"{by}同意{bureau}延期，反馈时限改为 {local_time(change.ladder.deadline, zone, now)}；理由：{change.reason}{told}"
            )
        case ExtensionRefused():
            return f"{by}没有同意{bureau}延期，时限不变；理由：{change.reason}"


def _return_to_bureau(change: ReturnChange, assignment: Assignment, actor: str, zone: ZoneInfo, now: datetime) -> str:
    match change:
        case Returned():
            return f"{actor}退回，原因：{change.reason.label}，{change.words.rstrip('。')}；等待裁决，其间时限停止。"
        case ReturnRejected():
            return f"{actor}裁决由本单位继续办理，时限重新计算：{_deadlines(change.ladders, zone, now)}；理由：{change.reason}"
        case Rerouted(assignment=follower) if follower.id == assignment.id:
            return f"{actor}把通报单 {assignment.bulletin_number} 改派本单位（{assignment.role.label}）；说明：{change.reason}"
        case Rerouted():
            return f"{actor}改派其他单位，本单位时限停止；说明：{change.reason}"
        case Excused():
            return f"{actor}免予本单位反馈，时限停止；理由：{change.reason}"


def _joined(change: MessageJoined, actor: str, case: Case) -> str:
    source, answer = message_source(change.message), change.answer
    if change.verdict is not None:
        said = f"{actor}把网民的一条{source}（系统未识别为诉求）并入本件。"
    elif answer is not None:
        said = f"网民回答了{_question(case, answer.asking_id, answer.step)}，并入本件。"
    elif change.matched is not None:
        why = "，".join(change.matched.reasons)
        said = f"另一位网民发来一条{source}，系统判断是同一件事，并入本件：{why}。"
    else:
        said = f"网民又发来一条{source}，并入本件。"
    then = f"系统接着问：{answer.following.reply.text}" if answer is not None and answer.following is not None else ""
    return f"{said}{then}{_suggested(change.suggested)}{_alarm(change.alarm)}"


def _mail(change: BureauMailReceived | BureauMailAccepted, actor: str, case: Case) -> str:
    if isinstance(change, BureauMailAccepted):
        return f"{actor}把{_bureau(case, change.assignment_id)}的来信采纳为{_taken_for(change)}：{change.text}"
    mail = change.mail
    return f"{_bureau(case, mail.assignment_id)}来信，发件人{mail_sender(mail)}：{_mail_text(mail)}"


def mail_sender(mail: BureauMail) -> str:
    """Whom a mail claims to be from, and whether the address is one of the bureau's contacts."""
    if mail.contact:
        return f"{mail.contact}（{mail.sender}）"
    return f"{mail.sender_name} {mail.sender}（不在该单位联系人中，身份未经核实）".strip()


def _mail_text(mail: BureauMail) -> str:
    text = f"{mail.text}{'……（全文见原邮件）' if mail.is_cut else ''}" or "（没有新写的文字）"
    names = "、".join(one.name for one in mail.files)
    return f"{text}{f'（附件 {len(mail.files)} 个：{names}）' if names else ''}"


def _taken_for(change: BureauMailAccepted) -> str:
    return "已联系反映人的报告" if change.contacted else "进展报告"


_MAIL_FILE_REASONS = {
    "type_unknown": "类型不在可单独保存之列，只在原邮件中",
    "name_mismatch": "内容与文件名不符，只在原邮件中",
    "empty": "文件是空的",
    "too_many": "附件过多，只在原邮件中",
}


def mail_file_reason(code: str) -> str:
    """Why a file of a mail is not kept by itself, in words."""
    return _MAIL_FILE_REASONS.get(code, code)


def _progress(change: Progressed) -> str:
    return f"{'已联系反映人' if change.contacted else '报告进展'}：{change.text}"


def _reported(change: Reported, entry: Entry, case: Case) -> str:
    if change.mail_id:
        return f"{who(entry.actor)}把{_bureau(case, change.assignment_id)}的来信采纳为反馈：{_fed_back(change)}"
    return f"{_by(entry, case, change.assignment_id)}{_fed_back(change)}"


def _fed_back(change: Reported) -> str:
    attached = f"（附件 {len(change.feedback.files)} 个）" if change.feedback.files else ""
    return f"提交反馈{attached}，处置结果：{change.feedback.result}"


def _escalation(change: Escalated, bureau: str) -> str:
    """`催办丰台分局签收`; a supervision order by its number, an acknowledgement without progress by that name."""
    duty = "（签收后无进展）" if change.ladder is LadderKind.ACTION else change.ladder.label
    action = change.action.label if change.order is None else f"下达督办单 {change.order.number}，督办"
    return f"{action}{bureau}{duty}"


def _replan(change: Replanned, zone: ZoneInfo, now: datetime) -> str:
    return f"：{_deadlines(change.ladders, zone, now)}；理由：{change.reason}"


def _deadlines(ladders: tuple[Ladder, ...], zone: ZoneInfo, now: datetime) -> str:
    return "、".join(f"{local_time(one.deadline, zone, now)} 前{one.kind.label}" for one in ladders)


def _alarm(alarm: Alarm | None) -> str:
    """What an emergency set off by itself; empty where there was none."""
    if alarm is None:
        return ""
    said = f"紧急情形（{alarm_in_words(alarm.reason)}）"
    if alarm.contacts:
        said += f"，系统自动通知{_people(alarm.contacts)}"
    elif alarm.task is not None:
        said += "，但没有可通知的指挥中心联系人，须由人工打电话"
    else:
        said += "，此前已经通知"
    if alarm.reply is not None:
        said += f"；系统通过{alarm.reply.manner.label}自动答复网民：{alarm.reply.text}"
    return f"{said.rstrip('。')}。"


def _heat_raised(change: HeatRaised, zone: ZoneInfo, now: datetime) -> str:
    told = f"系统自动通知{_people(change.contacts)}" if change.contacts else "没有可通知的联系人，须由人工打电话"
    said = f"热度升为{change.grade.label}（{'；'.join(change.reasons)}），{told}"
    if change.together:
        said += f"；建议会同{'；'.join(change.together)}"
    if change.public_response is not None:
        due = "、".join(local_time(ladder.deadline, zone, now) for ladder in change.public_response.ladders)
        said += f"；公开回应须在 {due} 前各发布一次"
    return f"{said}。"


def _opened(change: Opened, actor: str) -> str:
    match change:
        case Opened(split=SplitOff(messages=messages, reason=reason) as parted):
            return f"{actor}把 {_case(parted.source, parted.title)}的 {len(messages)} 条留言拆分为本件{_because(reason)}。"
        case Opened(verdict=Verdict() as verdict):
            return (
                f"网民通过{message_source(change.message)}反映，系统未识别为诉求；{actor}认定为「{category_label(verdict.category)}」、"
                f"{verdict.urgency.label}，建立诉求件。"
            )
        case _:
            reasons = "、".join(change.triage.reasons)
            because = f"，依据：{reasons}" if reasons else ""
            return (
                f"网民通过{message_source(change.message)}反映，系统建立诉求件；"
                f"判断为「{category_label(change.triage.category)}」、{change.triage.urgency.label}{because}。{_suggested(change.suggested)}{_alarm(change.alarm)}"
            )


def _platforms_of(replies: tuple[Reply, ...]) -> str:
    return "、".join(dict.fromkeys([one.to.platform.label for one in replies]))


def _suggested(matches: tuple[Match, ...]) -> str:
    """What an editor is asked to compare; empty where nothing is."""
    if not matches:
        return ""
    return f"可能与 {'、'.join(one.case_id for one in matches)} 是同一件事，待人工判断。"


def _of_two_cases(change: MatterChange | SameSuggested, actor: str) -> str:
    """What was done to the case and another."""
    match change:
        case SameSuggested(matches=matches):
            return f"取到的文件或原帖与其他诉求件相同（{'，'.join(matches[0].reasons)}）。{_suggested(matches)}"
        case Merged() as change:
            return f"{actor}把本件并入 {_case(change.into, change.title)}，本件随之办结{_because(change.reason)}。"
        case CaseAbsorbed() as change:
            owed = "，公开回应时限一并接管" if change.public_response is not None else ""
            count = len(change.messages)
            return f"{actor}把 {_case(change.source, change.title)}的 {count} 条留言并入本件{owed}{_because(change.reason)}。"
        case MergeUndone() as change:
            return f"{actor}撤销并案，本件从 {_case(change.target, change.title)}恢复为单独一件{_because(change.reason)}。"
        case CaseReleased() as change:
            owed = "，公开回应时限一并交还" if change.ends_response else ""
            count = len(change.messages)
            return f"{actor}撤销并案，{_case(change.source, change.title)}的 {count} 条留言移回{owed}{_because(change.reason)}。"
        case MessagesMovedOut(opens=opens) as change:
            what = "拆分为" if opens else "移到"
            return (
                f"{actor}把本件的 {len(change.messages)} 条留言{what} {_case(change.to, change.title)}{_because(change.reason)}。"
            )
        case MessagesMovedIn() as change:
            return f"{actor}从 {_case(change.source, change.title)}移入 {len(change.messages)} 条留言{_because(change.reason)}。"
        case MessagesArrived():
            return "移入的留言已全部到位。"
        case CalledDifferent() as change:
            return f"{actor}认定与 {_case(change.other, change.title)}不是同一件事，系统不再提示{_because(change.reason)}。"
        case DifferenceRevoked() as change:
            return f"{actor}撤销了与 {_case(change.other, change.title)}「不是同一件事」的认定{_because(change.reason)}。"


def _case(case_id: str, title: str) -> str:
    return f"{case_id}「{title}」" if title else f"{case_id} "


def _untold(change: NoticeFailed | NoticeUndelivered) -> str:
    """Whom a notice did not reach, why, and who is told instead."""
    if isinstance(change, NoticeFailed):
        return f"一条通知没有送达，需要电话通知：{failure_in_words(change.task.kind, change.task.reason)}。"
    missed, following = change.undelivered.way, change.undelivered.following
    said = (
        f"{change.template.label}{missed.transport.label}没有送达{missed.contact.role.label} {missed.contact.name}"
        f"（{notice_reason(change.reason)}）"
    )
    if following is not None:
        return f"{said}，改用{following.transport.label}通知{following.contact.role.label} {following.contact.name}。"
    return f"{said}，没有其他联系方式可用，需要电话通知。" if change.task is not None else f"{said}，无需另行通知。"


def _not_posted(change: PublicationFailed | PublicationUnconfirmed, case: Case) -> str:
    where = _accounts(case, change.publication_id, (change.account_id,))
    failed = isinstance(change, PublicationFailed)
    what = "没有发出，需要人工处理" if failed else "迟迟没有结果，需要到平台查看"
    return f"{where}的公开发布{what}：{failure_in_words(change.task.kind, change.task.reason)}。"


def _of_clock(clock_id: str, case: Case) -> str:
    """Whose clock it is."""
    if clock_id == PUBLIC_RESPONSE:
        return LadderKind.STATEMENT.label
    if clock_id == COVERAGE:
        return LadderKind.COVERAGE.label
    assignment = case.assignment(clock_id)
    return clock_id if assignment is None else assignment.bureau_name


def _window_closing(change: ReplyWindowClosing, zone: ZoneInfo, now: datetime) -> str:
    shuts = "就要关闭" if change.task.due is None else f"将于 {local_time(change.task.due, zone, now)} 关闭"
    return f"{message_source(change.message)}还没有答复，答复窗口{shuts}，已列为待办。"


def _coverage(change: CoverageChange, actor: str, zone: ZoneInfo, now: datetime) -> str:
    match change:
        case CoverageStarted() as change:
            deadline = local_time(change.next_statement.ladder.deadline, zone, now)
            return f"{actor}开始现场通报，每 {in_words(change.interval)}一次，第一次须在 {deadline} 前发布。"
        case CoverageBriefed() as change:
            known, unknown = ("；".join(text.splitlines()) or "无" for text in (change.facts, change.unknowns))
            return f"{actor}更新了现场通报的情况。已知：{known}。待查：{unknown}。"
        case NextStatementMoved() as change:
            deadline = local_time(change.next_statement.ladder.deadline, zone, now)
            return f"{actor}把下一次现场通报改定在 {deadline} 前{_because(change.reason)}。"
        case CoverageReminded() as change:
            return (
                f"{change.action.label}现场通报（须在 {local_time(change.deadline, zone, now)} 前发布），"
                f"通知：{_people(change.contacts)}。"
            )
        case CoverageEnded() as change:
            return f"{actor}结束现场通报{_because(change.reason)}。"


def _because(reason: str) -> str:
    return f"，理由：{reason.rstrip('。')}" if reason else ""


def _corrections(change: Corrected) -> str:
    parts = []
    if change.category is not None:
        parts.append(f"类别改为「{category_label(change.category)}」")
    if change.urgency is not None:
        parts.append(f"紧急程度改为「{change.urgency.label}」")
    if change.intent is not None:
        parts.append(f"诉求改为「{change.intent.label}」")
    if change.place is not None:
        parts.append(f"地点改为「{place_in_words(change.place)}」")
    return "把" + "、".join(parts)


def _dispatch(change: Dispatched, zone: ZoneInfo, now: datetime) -> str:
    bureaus = "、".join(f"{one.bureau_name}（{one.role.label}）" for one in change.assignments)
    first = change.assignments[0]
    return (
        f"签发通报单 {change.bulletin.number}「{change.bulletin.title}」，交办{bureaus}；"
        f"须在 {local_time(first.acknowledgement.deadline, zone, now)} 前签收、"
        f"{local_time(first.feedback_ladder.deadline, zone, now)} 前反馈{_command_joined(change)}。"
    )


def _command_joined(change: Dispatched) -> str:
    if change.task is not None:
        return "；属于重大件，名录中没有指挥中心的联系人，已列为待办"
    return f"；同时会同{_people(change.joined)}" if change.joined else ""


def _bureau(case: Case, assignment_id: str) -> str:
    assignment = case.assignment(assignment_id)
    return assignment.bureau_name if assignment is not None else assignment_id


def _of_consultation(entry: Entry, case: Case, zone: ZoneInfo, now: datetime) -> str | None:
    """What an entry about a question to departments says at the desk; None where it is about something else."""
    match entry.change:
        case Dispatched(assignments=(first, *_)) as change if is_consultation(first):
            bureaus = "、".join(one.bureau_name for one in change.assignments)
            deadline = local_time(first.feedback_ladder.deadline, zone, now)
            question = change.bulletin.facts
            return f"{who(entry.actor)}咨询{bureaus}（{change.bulletin.number}），须在 {deadline} 前答复：{question}"
        case Reported() | FeedbackAccepted() | SentBack() | Withdrawn() as change:
            assignment = case.assignment(change.assignment_id)
            if assignment is None or not is_consultation(assignment):
                return None
            actor = _by(entry, case, assignment.id) if isinstance(change, Reported) else who(entry.actor)
            return _consulted(entry, assignment, actor, zone, now, to_desk=True)
        case _:
            return None


def _kept(change: Noted | AnswerKept | Unmasked, case: Case) -> str:
    if isinstance(change, Noted):
        return f"备注：{change.text}"
    if isinstance(change, Unmasked):
        return f"查看了网民 {change.citizen.alias} 的身份；理由：{change.reason}"
    return f"把{_bureau(case, change.assignment_id)}的解答存入知识库，有效期至 {change.valid_until}。"


def _consulted(entry: Entry, assignment: Assignment, actor: str, zone: ZoneInfo, now: datetime, *, to_desk: bool) -> str | None:
    """What became of a question to one department, in words for the desk or for the department itself."""
    whose, whom = (f"{assignment.bureau_name}的", assignment.bureau_name) if to_desk else ("", "")
    match entry.change:
        case Dispatched():
            return f"{actor}提出咨询 {assignment.bulletin_number}。"
        case Reported() as change:
            return f"{actor}答复咨询：{change.feedback.publishable}"
        case FeedbackAccepted():
            return f"{actor}收下了{whose}解答。"
        case SentBack() as change:
            deadline = local_time(change.feedback_ladder.deadline, zone, now)
            return f"{actor}追问{whom}，须在 {deadline} 前再次答复：{change.reason}"
        case Withdrawn() as change:
            return f"{actor}撤回了{f'对{whom}的' if whom else ''}咨询；理由：{change.reason}"
        case _:
            return None


def _answers_in(case: Case, reply: Reply) -> str:
    """Whose answers a reply is made of, in brackets; nothing where it is made of none."""
    bureaus = "、".join(_bureau(case, one) for one in reply.answers)
    return f"（用了{bureaus}的解答）" if bureaus else ""


def _by(entry: Entry, case: Case, assignment_id: str) -> str:
    """The bureau; and the person where the bureau gave a name that is not its own."""
    bureau = _bureau(case, assignment_id)
    return who(entry.actor) if entry.actor.name.startswith(bureau) else bureau


def _people(contacts: tuple[Contact, ...]) -> str:
    return "、".join(f"{one.role.label} {one.name}" for one in contacts) or "无可通知的联系人"


def _posted(case: Case, change: PublicationPosted, zone: ZoneInfo, now: datetime) -> str:
    """Where it stands, and when the next statement of a live coverage is owed."""
    link = f"：{change.link}" if change.link else ""
    said = f"公开发布已在{_accounts(case, change.publication_id, (change.account_id,))}发出{link}"
    if (owed := change.next_statement) is None:
        return said
    return f"{said}；下一次现场通报须在 {local_time(owed.ladder.deadline, zone, now)} 前发布（{owed.ladder.why}）"


def _published(publication: Publication) -> str:
    """What kind of public post it is."""
    if publication.statement is None:
        return "公开发布"
    return "最后一次现场通报" if publication.statement.is_last else "现场通报"


def public_text(publication: Publication) -> str:
    """A publication in one piece: title, text and link."""
    title = f"「{publication.title}」" if publication.title else ""
    return title + " ".join(part for part in (publication.text, publication.link) if part)


def _account_of(posting: Posting) -> str:
    return f"{posting.platform.label}「{posting.account_name}」"


def _accounts(case: Case, publication_id: str, account_ids: tuple[str, ...]) -> str:
    publication = case.publication(publication_id)
    postings = publication.postings if publication is not None else ()
    return "、".join(_account_of(one) for one in postings if one.account_id in account_ids) or "平台"


def _asking(change: AskingChange, actor: str, case: Case) -> str:
    """What the entries about the questions to a citizen say."""
    match change:
        case AskingStarted(first=first):
            how = f"{first.reply.to.platform.label}{first.reply.manner.label}"
            return f"{actor}开始向网民询问来源，共 {len(change.asking.steps)} 问，第一问（{how}）：{first.reply.text}"
        case AskingReminded():
            return f"网民还没有回答{_question(case, change.asking_id, change.step)}，系统提醒一次：{change.reply.text}"
        case AskingTimedOut():
            return f"网民在期限内没有回答{_question(case, change.asking_id, change.step)}，询问超时，须由人工接手。"
        case QuestionSettled(said=said):
            then = f"系统接着问：{change.following.reply.text}" if change.following is not None else ""
            about = _question(case, change.asking_id, change.step)
            done = f"记下{about}的回答：{said.rstrip('。')}。" if said else f"不再问{about}。"
            return f"{actor}{done}{then}"
        case AskingStopped():
            return f"{actor}停止询问网民{_because(change.reason)}。"


def _question(case: Case, asking_id: str, step: int) -> str:
    """`第 1 问「信息从哪里转的」`."""
    asking = case.asking(asking_id)
    return f"第 {step + 1} 问" + (f"「{asking.steps[step].question.topic.label}」" if asking is not None else "")


def _reply_platform(reply: Reply | None) -> str:
    return reply.to.platform.label if reply is not None else "平台"
