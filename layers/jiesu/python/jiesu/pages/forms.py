"""The desk's forms: what each is filled with at first, and the command that a filled one stands for. No I/O."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from jiesu.cases.asking import AskingPlan, SettleQuestion, StartAsking, StopAsking
from jiesu.cases.assigning import following, new_assignments
from jiesu.cases.bulletins import CorrectBulletin
from jiesu.cases.commands import (
    AcceptFeedback,
    AddNote,
    CloseCase,
    Command,
    CorrectCase,
    DispatchCase,
    FinishTask,
    ReopenCase,
    ReplyToAll,
    ReplyToCitizen,
    SendBack,
    WithdrawAssignment,
)
from jiesu.cases.consultations import is_consultation
from jiesu.cases.disclosure import Conceal, Disclose
from jiesu.cases.extensions import CITIZEN_TEXT, GrantExtension, RefuseExtension
from jiesu.cases.heat import LowerHeat
from jiesu.cases.ladder import lay_out_if
from jiesu.cases.mails import AcceptBureauMail, ReportBureauMail
from jiesu.cases.owning import AssignOwner, ReleaseCase, TakeCase
from jiesu.cases.placing import placed
from jiesu.cases.public_text import MAX_DESCRIPTION, MAX_PLACE, MAX_TITLE
from jiesu.cases.publishing import ApprovePublication, WithdrawPublication
from jiesu.cases.refusals import refuse, text_of
from jiesu.cases.reply_window import ReplyLedger
from jiesu.cases.returns import DecideReturn, ExcuseAssignment
from jiesu.cases.unmasking import Unmask
from jiesu.cases.voices import unanswered
from jiesu.channels.reply_rooms import refuse_reply, refuse_reply_to_all
from jiesu.model.bulletin import Bulletin
from jiesu.model.case import Assignment, Case, Feedback, MessageRef
from jiesu.model.errors import CommandRefusedError
from jiesu.model.evidence import Evidence
from jiesu.model.extensions import Extension
from jiesu.model.ladder import Ladder
from jiesu.model.message import ChannelAccount, Message
from jiesu.model.people import Actor, Bureau
from jiesu.model.returns import ReturnVerdict
from jiesu.model.words import (
    AssignmentRole,
    AssignmentStatus,
    CaseStatus,
    HeatGrade,
    Intent,
    LadderKind,
    ReplyManner,
    Resolution,
    Urgency,
)
from jiesu.pages import bulletins, draft, publishing
from jiesu.pages.hours import as_typed, local_hour
from jiesu.places.joint import joint_bureaus
from jiesu.store.directory import Office
from jiesu.store.messages import StoredMessage
from jiesu.triage import categories

Typed = Mapping[str, tuple[str, ...]]
"""What stands in a form's fields."""

REQUIREMENTS = "请核实情况，依法处理，并在时限内反馈调查情况、处置结果和可以公开的内容。"

NOT_HOT = "none"
"""What the form of a lowering sends for no grade at all."""

EVERYBODY = "all"
"""What the form of a reply sends for all citizens who have no answer."""

_QUOTED_MESSAGES = 5
"""How many of a case's newest messages the facts of a new bulletin begin with."""


class Act(StrEnum):
    """What a person can do to a case; the value is the last part of the form's address."""

    NOTE = "note"
    CORRECT = "correct"
    DISPATCH = "dispatch"
    REPLY = "reply"
    CLOSE = "close"
    REOPEN = "reopen"
    DISCLOSE = "disclose"
    CONCEAL = "conceal"
    ACCEPT = "accept"
    SEND_BACK = "send-back"
    WITHDRAW = "withdraw"
    FINISH_TASK = "finish-task"
    PUBLISH = "publish"
    APPROVE_PUBLICATION = "approve-publication"
    WITHDRAW_PUBLICATION = "withdraw-publication"
    LOWER_HEAT = "lower-heat"
    START_COVERAGE = "start-coverage"
    STATEMENT = "statement"
    BRIEF_COVERAGE = "brief-coverage"
    NEXT_STATEMENT = "next-statement"
    END_COVERAGE = "end-coverage"
    ASK = "ask"
    SETTLE_QUESTION = "settle-question"
    STOP_ASKING = "stop-asking"
    CORRECT_BULLETIN = "correct-bulletin"
    EXCUSE = "excuse"
    DECIDE_RETURN = "decide-return"
    ARBITRATE = "arbitrate"
    TAKE = "take"
    RELEASE = "release"
    ASSIGN_OWNER = "assign-owner"
    SET_URGENCY = "set-urgency"
    GRANT_EXTENSION = "grant-extension"
    REFUSE_EXTENSION = "refuse-extension"
    UNMASK = "unmask"
    ACCEPT_MAIL = "accept-mail"
    REPORT_MAIL = "report-mail"
    CONSULT = "consult"
    ACCEPT_ANSWER = "accept-answer"
    ASK_AGAIN = "ask-again"
    WITHDRAW_CONSULTATION = "withdraw-consultation"
    KEEP_ANSWER = "keep-answer"

    @property
    def label(self) -> str:
        return {
            "note": "备注",
            "correct": "更正",
            "dispatch": "签发通报单",
            "reply": "答复网民",
            "close": "办结",
            "reopen": "重新打开",
            "disclose": "公开",
            "conceal": "撤下公开",
            "accept": "审核通过",
            "send-back": "退回重办",
            "withdraw": "撤回交办",
            "finish-task": "待办处理完毕",
            "publish": "公开发布",
            "approve-publication": "审核公开发布",
            "withdraw-publication": "撤回公开发布",
            "lower-heat": "调低热度",
            "start-coverage": "开始现场通报",
            "statement": "起草通报",
            "brief-coverage": "更新已知与待查",
            "next-statement": "改定下一次通报时间",
            "end-coverage": "结束现场通报",
            "ask": "询问来源",
            "settle-question": "记下回答",
            "stop-asking": "停止询问",
            "correct-bulletin": "更正通报单",
            "excuse": "免予反馈",
            "decide-return": "裁决退回",
            "arbitrate": "仲裁退回",
            "take": "接手",
            "release": "不再负责",
            "assign-owner": "改派负责人",
            "set-urgency": "调整紧急程度",
            "grant-extension": "同意延期",
            "refuse-extension": "不同意延期",
            "unmask": "查看网民身份",
            "accept-mail": "采纳来信",
            "report-mail": "采纳来信为反馈",
            "consult": "业务咨询",
            "accept-answer": "收下解答",
            "ask-again": "追问",
            "withdraw-consultation": "撤回咨询",
            "keep-answer": "存入知识库",
        }[self.value]

    @property
    def done(self) -> str:
        """What the next page says once it is done."""
        return {
            "note": "备注已记入经过。",
            "correct": "更正已保存。",
            "dispatch": "通报单已签发，通知正在发出。",
            "reply": "答复已提交，正在发往平台。",
            "close": "本件已办结。",
            "reopen": "本件已重新打开。",
            "disclose": "本件已公开，任何人都可以查到所填内容。",
            "conceal": "本件已不再公开。",
            "accept": "反馈已审核通过。",
            "send-back": "反馈已退回，通知正在发出。",
            "withdraw": "交办已撤回，通知正在发出。",
            "finish-task": "待办已处理。",
            "publish": "公开发布已起草，等待另一位同事审核。",
            "approve-publication": "公开发布已批准，正在发往平台。",
            "withdraw-publication": "公开发布已撤回。",
            "lower-heat": "热度已调低。",
            "start-coverage": "现场通报已开始。",
            "statement": "通报已起草，等待另一位同事审核。",
            "brief-coverage": "已知与待查已更新。",
            "next-statement": "下一次通报的时间已改定。",
            "end-coverage": "现场通报已结束。",
            "ask": "第一问正在发往平台，网民回答后系统接着问。",
            "settle-question": "已记下。",
            "stop-asking": "已停止询问。",
            "correct-bulletin": "通报单已更正，新版正在发给承办单位。",
            "excuse": "已免予反馈，通知正在发出。",
            "decide-return": "已裁决，通知正在发出。",
            "arbitrate": "已仲裁，通知正在发出。",
            "take": "本件由您负责。",
            "release": "本件现在无人负责。",
            "assign-owner": "负责人已改派。",
            "set-urgency": "紧急程度已调整。",
            "grant-extension": "已同意延期，正在通知承办单位、告知网民。",
            "refuse-extension": "已答复不同意延期，通知正在发出。",
            "unmask": "身份已显示在留言旁，本次查看已记入经过。",
            "accept-mail": "来信已采纳为承办单位的进展。",
            "report-mail": "来信已采纳为承办单位的反馈，请审核。",
            "consult": "咨询已提出，通知正在发出；答复会回到本件。",
            "accept-answer": "解答已收下。",
            "ask-again": "追问正在发出，时限重新计算。",
            "withdraw-consultation": "咨询已撤回，通知正在发出。",
            "keep-answer": "已存入知识库，遇到类似的提问会在答复时提示。",
        }[self.value]

    @property
    def has_subject(self) -> bool:
        """Whether it is about one assignment, task, mail, publication, asking, bulletin or citizen of the case."""
        own = (Act.ACCEPT, Act.SEND_BACK, Act.WITHDRAW, Act.FINISH_TASK, Act.CORRECT_BULLETIN, Act.EXCUSE, Act.UNMASK)
        decides = self.decides_return or self.decides_extension or self.is_about_mail
        return self in own or decides or self.is_about_publication or self.is_about_asking or self.is_about_answer

    @property
    def is_about_mail(self) -> bool:
        return self in (Act.ACCEPT_MAIL, Act.REPORT_MAIL)

    @property
    def is_about_answer(self) -> bool:
        """Whether it is about what one department was asked."""
        return self in (Act.ACCEPT_ANSWER, Act.ASK_AGAIN, Act.WITHDRAW_CONSULTATION, Act.KEEP_ANSWER)

    @property
    def is_about_coverage(self) -> bool:
        """Whether its form is one of `pages/coverage.py`."""
        return self in (Act.START_COVERAGE, Act.STATEMENT, Act.BRIEF_COVERAGE, Act.NEXT_STATEMENT, Act.END_COVERAGE)

    @property
    def needs_decider(self) -> bool:
        """Whether whoever works on the case may not do it by that alone."""
        return self in (Act.ARBITRATE, Act.ASSIGN_OWNER, Act.SET_URGENCY) or self.decides_extension

    @property
    def decides_return(self) -> bool:
        return self in (Act.DECIDE_RETURN, Act.ARBITRATE)

    @property
    def decides_extension(self) -> bool:
        return self in (Act.GRANT_EXTENSION, Act.REFUSE_EXTENSION)

    @property
    def drafts_publication(self) -> bool:
        return self in (Act.PUBLISH, Act.STATEMENT)

    @property
    def is_about_publication(self) -> bool:
        return self in (Act.APPROVE_PUBLICATION, Act.WITHDRAW_PUBLICATION)

    @property
    def is_about_asking(self) -> bool:
        """The subject is an asking's id; of one of its questions, with a dot and the question's place behind it."""
        return self in (Act.SETTLE_QUESTION, Act.STOP_ASKING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a form is filled from: the case, and as far as the form needs them its messages and the directory."""

    case: Case
    messages: tuple[StoredMessage, ...] = ()
    ledgers: tuple[ReplyLedger, ...] = ()
    bureaus: tuple[Bureau, ...] = ()
    office: Office | None = None
    accounts: tuple[ChannelAccount, ...] = ()
    asking: AskingPlan = field(default_factory=AskingPlan)
    evidence: tuple[Evidence, ...] = ()
    template_id: str = ""
    colleagues: tuple[Actor, ...] = ()

    @property
    def lead(self) -> Assignment | None:
        """The bureau that answers for the whole case already, if one does."""
        return next(
            (one for one in self.case.assignments if one.role is AssignmentRole.LEAD and not one.status.is_released),
            None,
        )

    def at(self, case: Case) -> "Surroundings":
        """The same around another state of the case."""
        return replace(self, case=case)

    @property
    def may_comment(self) -> bool:
        """Whether one of the messages stands in public, where it can be answered."""
        return any(message_ref(stored.message).allows_comment for stored in self.messages)

    @property
    def bureaus_at_work(self) -> frozenset[str]:
        return frozenset(one.bureau_code for one in self.case.assignments if not one.status.is_over and not is_consultation(one))

    @property
    def bureaus_consulted(self) -> frozenset[str]:
        """Those that owe an answer, or whose answer waits."""
        return frozenset(one.bureau_code for one in self.case.assignments if not one.status.is_over and is_consultation(one))


def acts_on(case: Case) -> frozenset[Act]:
    """What can be done to the case as a whole in its state; `decide` has the last word."""
    acts = {Act.NOTE, Act.DISCLOSE}
    if case.heat is not None and case.heat.grade is not None:
        acts.add(Act.LOWER_HEAT)
    if case.disclosure is not None:
        acts.add(Act.CONCEAL)
    if case.status is CaseStatus.CLOSED:
        return frozenset(acts if case.merged_into is not None else {*acts, Act.REOPEN})
    acts |= {Act.CORRECT, Act.DISPATCH, Act.CONSULT, Act.PUBLISH, Act.TAKE, Act.ASSIGN_OWNER, Act.SET_URGENCY}
    if case.owner is not None:
        acts.add(Act.RELEASE)
    if case.coverage is None or not case.coverage.is_running:
        acts.add(Act.START_COVERAGE)
    if case.latest_message is not None:
        acts.add(Act.REPLY)
    if all(one.status.is_over for one in case.assignments):
        acts.add(Act.CLOSE)
    return frozenset(acts)


def prefill(act: Act, around: Surroundings, *, zone: ZoneInfo, now: datetime, subject: Bulletin | None = None) -> Typed:
    """What the form starts with: nothing is typed that the case knows already. `subject` is the bulletin to be corrected."""
    case = around.case
    match act:
        case Act.CORRECT:
            return _fields(
                category=case.category,
                urgency=case.urgency,
                intent=case.intent or "",
                place_text=case.place.text,
                bureau_code=case.place.bureau_code,
            )
        case Act.DISPATCH:
            known = {bureau.code for bureau in around.bureaus} - around.bureaus_at_work
            suggested = case.place.bureau_code
            written = [stored.message for stored in around.messages if stored.message.text.strip()]
            lead = suggested if suggested in known and around.lead is None else ""
            also = [one.bureau_code for one in joint_bureaus([one.text for one in written])]
            joint = tuple(code for code in also if code in known and code != lead)
            fields = _fields(
                title=draft.title(case.title, zone, now),
                category=case.category,
                urgency=case.urgency,
                place=case.place.text or case.place.district,
                facts=draft.facts(written[-_QUOTED_MESSAGES:], zone, now),
                requirements=REQUIREMENTS,
                lead=lead,
            )
            details = bulletins.known_details(case, written, around.evidence, zone, now)
            return {**details, **fields, **({"joint": joint} if joint else {})}
        case Act.CORRECT_BULLETIN:
            return {} if subject is None else bulletins.typed_bulletin(subject, zone)
        case Act.REPLY:
            latest = case.latest_message.message_id if case.latest_message else ""
            return _fields(text=publishable(case), message_id=EVERYBODY if len(unanswered(case)) > 1 else latest)
        case Act.ASK:
            return _fields(message_id=case.latest_message.message_id if case.latest_message else "")
        case Act.CLOSE:
            handled = any(one.status is AssignmentStatus.ACCEPTED and not is_consultation(one) for one in case.assignments)
            asked = {step.reply_id for asking in case.askings for step in asking.steps}
            answered = any(reply.state != "failed" and reply.id not in asked for reply in case.replies)
            resolution = Resolution.HANDLED if handled else Resolution.ANSWERED if answered else ""
            return _fields(resolution=resolution)
        case Act.DISCLOSE:
            return _disclosure(case)
        case Act.PUBLISH:
            return _publication(case)
        case Act.SET_URGENCY:
            return _fields(urgency=case.urgency)
        case _:
            return {}


def _publication(case: Case) -> Typed:
    """The draft that was taken back last; else what the bureaus gave free."""
    withdrawn = publishing.last_withdrawn(case)
    if withdrawn is None:
        return _fields(text=publishable(case))
    chosen = tuple(one.account_id for one in withdrawn.postings)
    return {**_fields(title=withdrawn.title, text=withdrawn.text, link=withdrawn.link), "account": chosen}


def _disclosure(case: Case) -> Typed:
    """What is public now; else what the bureaus gave free, under the category's name: nothing that a citizen wrote."""
    if (shown := case.disclosure) is not None:
        return _fields(title=shown.title, description=shown.description, place=shown.place)
    return _fields(
        title=f"网民反映{categories.name(case.category)}情况", description=publishable(case), place=case.place.district
    )


def publishable(case: Case) -> str:
    """What the bureaus gave free for the public, the lead's first."""
    reported = [
        one for one in case.assignments if one.feedback is not None and not one.status.is_released and not is_consultation(one)
    ]
    reported.sort(key=lambda one: one.role is not AssignmentRole.LEAD)
    return "\n".join(one.feedback.publishable for one in reported if one.feedback and one.feedback.publishable)


def read_command(act: Act, typed: Typed, around: Surroundings, *, subject: str, new_id: str, by: Actor) -> Command:
    """The command that a filled form stands for; `subject` is an assignment's, a task's, a publication's or an asking's id.

    For all but bulletins (`read_dispatch`, `read_correction`). Raises `CommandRefusedError`
    for what a form of ours would not have sent, and for a reply that its platform would refuse.
    """
    match act:
        case Act.NOTE:
            return AddNote(text=value(typed, "text"))
        case Act.CORRECT:
            return CorrectCase(
                category=value(typed, "category") or None,
                urgency=urgency_of(typed),
                intent=intent_of(typed),
                place=placed(around.case.place, value(typed, "place_text"), value(typed, "bureau_code"), around.bureaus),
                reason=value(typed, "reason"),
            )
        case Act.REPLY if value(typed, "message_id") == EVERYBODY:
            if _manner(typed) is ReplyManner.COMMENT:
                raise CommandRefusedError("comment_to_all", "公开评论只能逐条回复，答复全部网民请用私信")
            text = value(typed, "text")
            refuse_reply_to_all(unanswered(around.case), text)
            return ReplyToAll(reply_id=new_id, text=text, answers=_answers(typed))
        case Act.REPLY:
            to = _addressee(typed, around)
            text = value(typed, "text")
            manner = _manner(typed)
            refuse_reply(to, text, manner)
            return ReplyToCitizen(reply_id=new_id, text=text, to=to, manner=manner, answers=_answers(typed))
        case Act.CLOSE:
            return CloseCase(
                resolution=_resolution(typed),
                reason=value(typed, "reason"),
                leaves_unanswered=bool(value(typed, "leaves_unanswered")),
            )
        case Act.REOPEN:
            return ReopenCase(reason=value(typed, "reason"))
        case Act.DISCLOSE:
            return Disclose(title=value(typed, "title"), description=value(typed, "description"), place=value(typed, "place"))
        case Act.CONCEAL:
            return Conceal(reason=value(typed, "reason"))
        case Act.ACCEPT | Act.ACCEPT_ANSWER:
            return AcceptFeedback(assignment_id=subject)
        case Act.SEND_BACK | Act.ASK_AGAIN:
            return SendBack(assignment_id=subject, reason=value(typed, "reason"))
        case Act.WITHDRAW | Act.WITHDRAW_CONSULTATION:
            return WithdrawAssignment(assignment_id=subject, reason=value(typed, "reason"))
        case Act.ACCEPT_MAIL:
            return AcceptBureauMail(mail_id=subject, contacted=bool(value(typed, "contacted")))
        case Act.REPORT_MAIL:
            feedback = Feedback(
                findings=value(typed, "findings"),
                result=value(typed, "result"),
                legal_basis=value(typed, "legal_basis"),
                publishable=value(typed, "publishable"),
            )
            return ReportBureauMail(mail_id=subject, feedback=feedback)
        case Act.FINISH_TASK:
            return FinishTask(task_id=subject, note=value(typed, "note"))
        case Act.PUBLISH:
            return publishing.read_draft(typed, around.accounts, new_id=new_id, by=by)
        case Act.APPROVE_PUBLICATION:
            return ApprovePublication(publication_id=subject, by=by)
        case Act.WITHDRAW_PUBLICATION:
            return WithdrawPublication(publication_id=subject, reason=value(typed, "reason"))
        case Act.LOWER_HEAT:
            return LowerHeat(grade=_lower_grade(typed), reason=value(typed, "reason"))
        case Act.ASK:
            return StartAsking(to=_addressee(typed, around), plan=around.asking)
        case Act.SETTLE_QUESTION:
            asking_id, step = question_at(subject)
            return SettleQuestion(asking_id=asking_id, step=step, said=value(typed, "text"))
        case Act.STOP_ASKING:
            return StopAsking(asking_id=subject, reason=value(typed, "reason"))
        case Act.UNMASK:
            return Unmask(alias=subject, reason=value(typed, "reason"))
        case Act.EXCUSE:
            return ExcuseAssignment(assignment_id=subject, reason=value(typed, "reason"))
        case Act.REFUSE_EXTENSION:
            return RefuseExtension(assignment_id=subject, reason=value(typed, "reason"))
        case Act.DECIDE_RETURN | Act.ARBITRATE:
            return _return_decision(act, typed, around, subject)
        case Act.TAKE:
            return TakeCase(by=by, reason=value(typed, "reason"))
        case Act.RELEASE:
            return ReleaseCase(by=by, reason=value(typed, "reason"))
        case Act.ASSIGN_OWNER:
            return AssignOwner(to=_colleague(typed, around), reason=value(typed, "reason"))
        case Act.SET_URGENCY:
            return CorrectCase(urgency=urgency_of(typed), reason=text_of(value(typed, "reason"), missing="reason_missing"))
        case Act.DISPATCH | Act.CORRECT_BULLETIN | Act.GRANT_EXTENSION | Act.CONSULT | Act.KEEP_ANSWER:
            raise ValueError(f"{act} is read by a function of its own")
        case Act.START_COVERAGE | Act.STATEMENT | Act.BRIEF_COVERAGE | Act.NEXT_STATEMENT | Act.END_COVERAGE:
            raise ValueError("the forms of a live coverage are read in a module of their own")


def read_dispatch(
    typed: Typed, around: Surroundings, *, number: str, issued_by: str, zone: ZoneInfo, now: datetime
) -> DispatchCase:
    """The dispatch that a filled form stands for, under the bulletin number `number`. Raises `CommandRefusedError`."""
    if around.office is None:
        raise ValueError("a dispatch needs the office's ladders")
    urgency = urgency_of(typed)
    assignments = new_assignments(
        number,
        lead=(code for code in typed.get("lead", ()) if code),
        joint=(code for code in typed.get("joint", ()) if code),
        bureaus=around.bureaus,
        office=around.office.contacts,
    )
    return DispatchCase(
        bulletin=_typed_bulletin(typed, around, number=number, urgency=urgency, issued_by=issued_by, zone=zone, now=now),
        assignments=assignments,
        plan=around.office.plan(urgency, value(typed, "category"), zone.key),
        grave=around.office.grave,
    )


def read_correction(
    typed: Typed, before: Bulletin, around: Surroundings, *, by: str, zone: ZoneInfo, now: datetime
) -> CorrectBulletin:
    """The correction of a bulletin that a filled form stands for. Raises `CommandRefusedError`."""
    after = _typed_bulletin(typed, around, number=before.number, urgency=before.urgency, issued_by=by, zone=zone, now=now)
    return CorrectBulletin(bulletin=after, reason=value(typed, "reason"))


def _typed_bulletin(
    typed: Typed, around: Surroundings, *, number: str, urgency: Urgency, issued_by: str, zone: ZoneInfo, now: datetime
) -> Bulletin:
    return Bulletin(
        number=number,
        title=value(typed, "title"),
        facts=value(typed, "facts"),
        place=value(typed, "place"),
        category=value(typed, "category"),
        urgency=urgency,
        requirements=value(typed, "requirements"),
        issued_at=now,
        issued_by=issued_by,
        details=bulletins.read_details(typed, zone),
        template_id=around.template_id,
    )


def read_grant(typed: Typed, around: Surroundings, *, subject: str, new_id: str, zone: ZoneInfo) -> GrantExtension:
    """The grant of more time that a filled form stands for. Raises `CommandRefusedError`."""
    until, text = local_hour(value(typed, "until"), zone), value(typed, "text")
    if until is None:
        raise CommandRefusedError("time_missing", "请填写批准延到的时间")
    refuse_reply_to_all(around.case.voices, text)
    return GrantExtension(assignment_id=subject, until=until, reason=value(typed, "reason"), reply_id=new_id, text=text)


def prefill_grant(asked: Extension, zone: ZoneInfo) -> Typed:
    """All that was asked, and the words for the citizens, who are named a day and no hour."""
    until = asked.until.astimezone(zone)
    return _fields(until=as_typed(asked.until, zone), text=CITIZEN_TEXT.format(date=f"{until.month}月{until.day}日"))


def prefill_report(case: Case, mail_id: str) -> Typed:
    """What the mail says, as findings; what was sent back is not typed again, as on the bureau's own page."""
    mail = case.mail(mail_id)
    given = None if mail is None or (of := case.assignment(mail.assignment_id)) is None else of.feedback
    before = Feedback(findings="", result="", publishable="") if given is None else given
    return _fields(
        findings="" if mail is None else mail.text,
        result=before.result,
        legal_basis=before.legal_basis,
        publishable=before.publishable,
    )


def _return_decision(act: Act, typed: Typed, around: Surroundings, subject: str) -> DecideReturn:
    if around.office is None:
        raise ValueError("a decision on a return needs the office's contacts")
    try:
        verdict = ReturnVerdict(value(typed, "verdict"))
    except ValueError as error:
        raise CommandRefusedError("verdict_unknown", "请选择裁决") from error
    assignment, code = around.case.assignment(subject), value(typed, "to")
    to = None
    if verdict is ReturnVerdict.REROUTED and code and assignment is not None:
        to = following(around.case, assignment, code, bureaus=around.bureaus, office=around.office.contacts)
    return DecideReturn(
        assignment_id=subject, verdict=verdict, reason=value(typed, "reason"), to=to, arbitrates=act is Act.ARBITRATE
    )


def ladders_shown(around: Surroundings, typed: Typed, *, zone: ZoneInfo, now: datetime) -> Mapping[Urgency, tuple[Ladder, ...]]:
    """What would run from now on for the category that is chosen, by the urgency."""
    if around.office is None:
        return {}
    category = value(typed, "category") or around.case.category
    shown = {}
    for urgency in around.office.plans:
        plan = around.office.plan(urgency, category, zone.key)
        of_kind = (
            (LadderKind.ACKNOWLEDGEMENT, plan.acknowledgement),
            (LadderKind.FIRST_CONTACT, plan.first_contact),
            (LadderKind.INTERIM, plan.interim),
            (LadderKind.FEEDBACK, plan.feedback),
        )
        ladders = (lay_out_if(kind, ladder, now, hours=plan.hours) for kind, ladder in of_kind)
        shown[urgency] = tuple(one for one in ladders if one is not None)
    return shown


def value(typed: Typed, name: str) -> str:
    """The field's only value, trimmed; empty where it is absent."""
    values = typed.get(name, ())
    return values[0].strip() if values else ""


DISCLOSURE_ROOMS: Mapping[str, int] = {"title": MAX_TITLE, "description": MAX_DESCRIPTION, "place": MAX_PLACE}
"""How many characters each field of a disclosure holds."""


def message_ref(message: Message) -> MessageRef:
    """A stored message as a case refers to it."""
    return MessageRef(
        message_id=message.id,
        platform=message.platform,
        kind=message.kind,
        conversation=message.conversation,
        sent_at=message.sent_at,
        post_id=message.post_id,
        post_is_comment=message.post_is_comment,
    )


def question_at(subject: str) -> tuple[str, int]:
    """The asking and the place of its question that an address names. Raises `CommandRefusedError`."""
    asking_id, _, place = subject.partition(".")
    if not (place.isascii() and place.isdigit()) or len(place) > 2:
        raise refuse("question_missing")
    return asking_id, int(place)


def _fields(**values: str) -> Typed:
    return {name: (text,) for name, text in values.items()}


def intent_of(typed: Typed) -> Intent | None:
    try:
        return Intent(value(typed, "intent")) if value(typed, "intent") else None
    except ValueError as exc:
        raise CommandRefusedError("intent_unknown", "请选择诉求") from exc


def _lower_grade(typed: Typed) -> HeatGrade | None:
    given = value(typed, "grade")
    if given == NOT_HOT:
        return None
    try:
        return HeatGrade(given)
    except ValueError as exc:
        raise CommandRefusedError("grade_unknown", "请选择调低到哪一级") from exc


def urgency_of(typed: Typed) -> Urgency:
    try:
        return Urgency(value(typed, "urgency"))
    except ValueError as exc:
        raise CommandRefusedError("urgency_unknown", "请选择紧急程度") from exc


def _resolution(typed: Typed) -> Resolution:
    try:
        return Resolution(value(typed, "resolution"))
    except ValueError as exc:
        raise CommandRefusedError("resolution_unknown", "请选择办结结论") from exc


def _answers(typed: Typed) -> tuple[str, ...]:
    """The consultations that the text is made of, as the form has them ticked."""
    return tuple(one for one in typed.get("answers", ()) if one)


def _manner(typed: Typed) -> ReplyManner:
    try:
        return ReplyManner(value(typed, "manner") or ReplyManner.PRIVATE)
    except ValueError as error:
        raise CommandRefusedError("manner_unknown", "请选择答复方式") from error


def _colleague(typed: Typed, around: Surroundings) -> Actor:
    chosen = next((one for one in around.colleagues if one.id == value(typed, "owner")), None)
    if chosen is None:
        raise refuse("owner_unknown")
    return chosen


def _addressee(typed: Typed, around: Surroundings) -> MessageRef:
    wanted = value(typed, "message_id")
    latest = around.case.latest_message
    if latest is not None and wanted in ("", latest.message_id):
        return latest
    found = next((stored.message for stored in around.messages if stored.message.id == wanted), None)
    if found is None:
        raise refuse("no_one_to_answer")
    return message_ref(found)
