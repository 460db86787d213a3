"""The case's rules: what may be done to a case in which state, decided without any I/O.

`decide` is the only place that says yes or no. It turns a command into the one change that
the timeline will remember, into nothing where there is nothing left to do (a second
acknowledgement, a stale clock), or refuses by name. Times and ids are arguments.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from jiesu.cases.asking import AskingCommand, answer_of, climb_asking, decide_asking
from jiesu.cases.assigning import NewAssignment, assigned
from jiesu.cases.bulletins import CorrectBulletin, correct_bulletin, in_order
from jiesu.cases.consultations import (
    ConsultationCommand,
    answer_plan,
    answers_used,
    decide_consultation,
    is_consultation,
)
from jiesu.cases.coverage import CoverageCommand, decide_coverage, remind_of_next_statement
from jiesu.cases.disclosure import Conceal, Disclose, conceal, disclose
from jiesu.cases.emergency import NO_PLAN, EmergencyPlan, alarm_of
from jiesu.cases.extensions import ExtensionCommand, decide_extension
from jiesu.cases.grave import NOTHING_GRAVE, GravePlan, joined
from jiesu.cases.heat import HeatCommand, decide_heat, remind_of_statement
from jiesu.cases.ladder import lay_out, lay_out_if
from jiesu.cases.mails import AcceptBureauMail, ReceiveBureauMail, ReportBureauMail, mail_of, receive_mail
from jiesu.cases.matters import FinishMove, finish_move
from jiesu.cases.owning import OwnerCommand, decide_owner
from jiesu.cases.public_text import names_a_person
from jiesu.cases.publishing import PublishingCommand, decide_publishing
from jiesu.cases.refusals import opened, refuse, text_of
from jiesu.cases.replanning import Replan, replan
from jiesu.cases.reply_window import WarnOfReplyWindow, warn_of_window
from jiesu.cases.returns import ReturnCommand, decide_return, joint_unfinished
from jiesu.cases.spent import TellOfSpentLadder, tell_of_spent_ladder
from jiesu.cases.suggestions import SuggestSame, suggest_same
from jiesu.cases.undelivered import RecordNoticeUndelivered, tell_otherwise
from jiesu.cases.unmasking import Unmask, decide_unmasking
from jiesu.cases.voices import unanswered
from jiesu.model.asking import ASKING_PREFIX
from jiesu.model.bulletin import Bulletin
from jiesu.model.case import PUBLIC_RESPONSE, Assignment, Case, Feedback, MessageRef, Reply, Task, Verdict
from jiesu.model.coverage import COVERAGE, CoverageReminded
from jiesu.model.evidence import Evidence
from jiesu.model.ladder import EscalationPlan, Ladder, Rung, SupervisionOrder
from jiesu.model.mail import BureauMailAccepted
from jiesu.model.match import Match
from jiesu.model.message import PlaceMatch, Triage
from jiesu.model.people import reachable
from jiesu.model.publication import PublicationState
from jiesu.model.timeline import (
    Acknowledged,
    AskingReminded,
    AskingTimedOut,
    Change,
    Closed,
    Corrected,
    Dispatched,
    Escalated,
    EvidenceMissing,
    EvidenceStored,
    FeedbackAccepted,
    MessageJoined,
    Noted,
    NoticeFailed,
    Opened,
    Progressed,
    Reopened,
    RepliesRequested,
    ReplyFailed,
    ReplyRequested,
    ReplySent,
    Reported,
    SentBack,
    StatementReminded,
    TaskDone,
    Withdrawn,
)
from jiesu.model.words import (
    AssignmentRole,
    AssignmentStatus,
    CaseStatus,
    Intent,
    LadderKind,
    ReplyManner,
    Resolution,
    RungAction,
    TaskKind,
    Urgency,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCase:
    """`verdict` is of the person who opens it, if one does; `answered` are the replies of the citizen's case before."""

    title: str
    message: MessageRef
    triage: Triage
    place: PlaceMatch
    verdict: Verdict | None = None
    emergency: EmergencyPlan = NO_PLAN
    answered: tuple[Reply, ...] = ()
    suggested: tuple[Match, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinMessage:
    """`verdict` as of `OpenCase`; `matched` is what the message was joined by, `suggested` are further cases that it is like."""

    message: MessageRef
    triage: Triage
    verdict: Verdict | None = None
    emergency: EmergencyPlan = NO_PLAN
    matched: Match | None = None
    suggested: tuple[Match, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordEvidence:
    """What became of a file that a citizen sent. Whoever sends it sees to it that each file is recorded once."""

    evidence: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectCase:
    """`None` leaves a field as it is."""

    category: str | None = None
    urgency: Urgency | None = None
    intent: Intent | None = None
    place: PlaceMatch | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddNote:
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DispatchCase:
    bulletin: Bulletin
    assignments: tuple[NewAssignment, ...]
    plan: EscalationPlan
    grave: GravePlan = NOTHING_GRAVE


@dataclass(frozen=True, slots=True, kw_only=True)
class AcknowledgeAssignment:
    assignment_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportProgress:
    """`contacted` as of `Progressed`."""

    assignment_id: str
    text: str
    contacted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveFeedback:
    assignment_id: str
    feedback: Feedback


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptFeedback:
    assignment_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SendBack:
    assignment_id: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawAssignment:
    assignment_id: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalate:
    """What a clock sends when the hour of rung `rung` of run `run` has come.

    `order_number` is the next one of the supervision orders, and must be there where `order_zone` says so.
    """

    assignment_id: str
    run: int
    rung: int
    order_number: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyToCitizen:
    """`to` defaults to the case's newest message; `answers` are the consultations that the text is made of."""

    reply_id: str
    text: str
    answers: tuple[str, ...] = ()
    to: MessageRef | None = None
    manner: ReplyManner = ReplyManner.PRIVATE


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyToAll:
    """One answer to every citizen of the case who has none; the replies' ids are `reply_id` and a number."""

    reply_id: str
    text: str
    answers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordReplySent:
    """It arrived: the platform's answer said so, or its echo, which counts more than what was believed before."""

    reply_id: str
    platform_ref: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordReplyFailed:
    reply_id: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordNoticeFailed:
    notice_id: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishTask:
    task_id: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseCase:
    """`leaves_unanswered`: the one who closes it knows that some citizens of it get no answer."""

    resolution: Resolution
    reason: str
    leaves_unanswered: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReopenCase:
    """`takes_back` as of `Reopened`."""

    reason: str
    takes_back: bool = False


Command = (
    OpenCase
    | JoinMessage
    | RecordEvidence
    | SuggestSame
    | CorrectCase
    | AddNote
    | DispatchCase
    | CorrectBulletin
    | AcknowledgeAssignment
    | ReportProgress
    | GiveFeedback
    | AcceptFeedback
    | SendBack
    | WithdrawAssignment
    | ReturnCommand
    | ExtensionCommand
    | ConsultationCommand
    | Escalate
    | Replan
    | ReplyToCitizen
    | ReplyToAll
    | RecordReplySent
    | RecordReplyFailed
    | WarnOfReplyWindow
    | TellOfSpentLadder
    | PublishingCommand
    | HeatCommand
    | CoverageCommand
    | AskingCommand
    | RecordNoticeFailed
    | RecordNoticeUndelivered
    | ReceiveBureauMail
    | AcceptBureauMail
    | ReportBureauMail
    | FinishTask
    | CloseCase
    | ReopenCase
    | Disclose
    | Conceal
    | FinishMove
    | OwnerCommand
    | Unmask
)


def decide(case: Case | None, command: Command, now: datetime) -> Change | None:
    """The change that `command` makes to `case`, or None where nothing is left to do.

    Raises `CommandRefusedError` with a code of `REFUSALS`.
    """
    if isinstance(command, OpenCase):
        if case is not None:
            raise refuse("case_exists")
        alarm = alarm_of(None, command.message, command.triage, command.emergency, answered=command.answered, now=now)
        return Opened(
            title=command.title,
            message=command.message,
            triage=command.triage,
            place=command.place,
            verdict=command.verdict,
            alarm=alarm,
            suggested=command.suggested,
        )
    if case is None:
        raise refuse("case_missing")
    if isinstance(command, PublishingCommand):
        return decide_publishing(case, command, now)
    if isinstance(command, HeatCommand):
        return decide_heat(case, command, now)
    if isinstance(command, CoverageCommand):
        return decide_coverage(case, command, now)
    if isinstance(command, AskingCommand):
        return decide_asking(case, command, now)
    if isinstance(command, ConsultationCommand):
        return decide_consultation(case, command, now)
    if isinstance(command, ExtensionCommand):
        return decide_extension(case, _handled(case, command.assignment_id), command, now)
    if isinstance(command, ReturnCommand):
        return decide_return(case, _handled(case, command.assignment_id), command, now)
    if isinstance(command, OwnerCommand | Unmask):
        return decide_unmasking(case, command) if isinstance(command, Unmask) else decide_owner(case, command)
    match command:
        case JoinMessage():
            opened(case)
            alarm = alarm_of(case, command.message, command.triage, command.emergency, answered=case.replies, now=now)
            return MessageJoined(
                message=command.message,
                triage=command.triage,
                verdict=command.verdict,
                alarm=alarm,
                matched=command.matched,
                suggested=command.suggested,
                answer=answer_of(case, command.message, emergency=command.triage.emergency, now=now),
            )
        case RecordEvidence(evidence=evidence):
            # A closed case takes it too: the citizen sent it while the case was open.
            return EvidenceStored(evidence=evidence) if evidence.state == "stored" else EvidenceMissing(evidence=evidence)
        case SuggestSame():
            return suggest_same(case, command)
        case CorrectCase():
            return _correct(case, command)
        case AddNote():
            return Noted(text=text_of(command.text))
        case DispatchCase():
            return _dispatch(case, command, now)
        case CorrectBulletin():
            return correct_bulletin(case, command, now)
        case AcknowledgeAssignment():
            return _acknowledge(case, command, now)
        case ReportProgress():
            return _progress(case, command)
        case GiveFeedback():
            return _report(case, command)
        case AcceptFeedback():
            return _accept(case, command)
        case SendBack():
            return _send_back(case, command, now)
        case WithdrawAssignment():
            return _withdraw(case, command)
        case Escalate():
            return _escalate(case, command, now)
        case Replan():
            return replan(_running(case, command.assignment_id), command, now)
        case ReplyToCitizen():
            return _reply(case, command)
        case ReplyToAll():
            return _reply_to_all(case, command)
        case RecordReplySent():
            reply = _known_reply(case, command.reply_id)
            return None if reply.state == "sent" else ReplySent(reply_id=reply.id, platform_ref=command.platform_ref)
        case RecordReplyFailed():
            return _reply_failed(case, command, now)
        case WarnOfReplyWindow():
            return warn_of_window(case, command, now)
        case TellOfSpentLadder():
            return tell_of_spent_ladder(case, command, now)
        case RecordNoticeFailed():
            return _notice_failed(case, command, now)
        case RecordNoticeUndelivered():
            return tell_otherwise(case, command, now)
        case ReceiveBureauMail():
            return receive_mail(case, command, now)
        case AcceptBureauMail() | ReportBureauMail():
            return _take_mail(case, command)
        case FinishTask():
            return _finish_task(case, command)
        case CloseCase():
            return _close(case, command)
        case ReopenCase():
            return _reopen(case, command)
        case Disclose():
            return disclose(case, command)
        case Conceal():
            return conceal(case, command)
        case FinishMove():
            return finish_move(case, command)


def _running(case: Case, assignment_id: str) -> Assignment:
    """An assignment of which something is still expected."""
    assignment = case.assignment(assignment_id)
    if assignment is None:
        raise refuse("assignment_missing")
    if assignment.status.is_over:
        raise refuse("assignment_over")
    return assignment


def _handled(case: Case, assignment_id: str) -> Assignment:
    """A running assignment by which something is handled."""
    assignment = _running(case, assignment_id)
    if is_consultation(assignment):
        raise refuse("consultation_only_answered")
    return assignment


def _correct(case: Case, command: CorrectCase) -> Corrected:
    opened(case)
    category = command.category if command.category != case.category else None
    urgency = command.urgency if command.urgency != case.urgency else None
    intent = command.intent if command.intent != case.intent else None
    place = command.place if command.place != case.place else None
    if category is None and urgency is None and intent is None and place is None:
        raise refuse("nothing_corrected")
    return Corrected(category=category, urgency=urgency, intent=intent, place=place, reason=command.reason.strip())


def _dispatch(case: Case, command: DispatchCase, now: datetime) -> Dispatched:
    opened(case)
    if not command.assignments:
        raise refuse("bureau_missing")
    leads = [one for one in case.assignments if one.role is AssignmentRole.LEAD and not one.status.is_released]
    new_leads = [one for one in command.assignments if one.role is AssignmentRole.LEAD]
    # A lead that is done may be followed by another: what comes back unsolved needs a bureau that answers for it again.
    leads_at_work = [one for one in leads if not one.status.is_over]
    if not leads + new_leads or len(leads_at_work) + len(new_leads) > 1:
        raise refuse("lead_not_one")
    at_work = [one.bureau_code for one in case.assignments if not one.status.is_over and not is_consultation(one)]
    bureaus = at_work + [one.bureau_code for one in command.assignments]
    if len(set(bureaus)) != len(bureaus):
        raise refuse("bureau_twice")
    bulletin = in_order(command.bulletin)
    assignments = tuple(assigned(one, bulletin.number, command.plan, now) for one in command.assignments)
    told, task = joined(bulletin, command.assignments[0].contacts, command.grave, now)
    return Dispatched(bulletin=bulletin, assignments=assignments, joined=told, task=task)


def _acknowledge(case: Case, command: AcknowledgeAssignment, now: datetime) -> Acknowledged | None:
    assignment = _handled(case, command.assignment_id)
    if assignment.status is not AssignmentStatus.DISPATCHED:
        return None
    plan = assignment.plan
    action = lay_out_if(LadderKind.ACTION, plan.action, now, hours=plan.hours, counted_from="签收")
    return Acknowledged(assignment_id=assignment.id, run=assignment.run + 1, action=action)


def _acknowledged(case: Case, assignment_id: str) -> Assignment:
    assignment = _handled(case, assignment_id)
    if assignment.status is AssignmentStatus.DISPATCHED:
        raise refuse("not_acknowledged")
    if assignment.status is AssignmentStatus.REPORTED:
        raise refuse("already_reported")
    if assignment.status is AssignmentStatus.RETURNED:
        raise refuse("return_pending")
    return assignment


def _progress(case: Case, command: ReportProgress) -> Progressed:
    assignment = _acknowledged(case, command.assignment_id)
    return Progressed(assignment_id=assignment.id, text=text_of(command.text), contacted=command.contacted)


def _take_mail(case: Case, command: AcceptBureauMail | ReportBureauMail) -> BureauMailAccepted | Reported | None:
    """For progress, or for a feedback, by the rules of one that the bureau gives itself."""
    opened(case)
    mail = mail_of(case, command.mail_id)
    if _running(case, mail.assignment_id).status is AssignmentStatus.DISPATCHED:
        raise refuse("mail_unacknowledged")
    assignment = _acknowledged(case, mail.assignment_id)
    if isinstance(command, ReportBureauMail):
        feedback = replace(command.feedback, files=tuple(one for one in mail.files if one.sha256))
        reported = _report(case, GiveFeedback(assignment_id=assignment.id, feedback=feedback))
        return None if reported is None else replace(reported, mail_id=mail.id)
    text = text_of(mail.text, missing="mail_empty")
    return BureauMailAccepted(assignment_id=assignment.id, mail_id=mail.id, text=text, contacted=command.contacted)


def _report(case: Case, command: GiveFeedback) -> Reported | None:
    """Whoever sends one form twice reported once."""
    feedback = Feedback(
        findings=text_of(command.feedback.findings, missing="feedback_incomplete"),
        result=text_of(command.feedback.result, missing="feedback_incomplete"),
        publishable=_optional(command.feedback.publishable),
        legal_basis=_optional(command.feedback.legal_basis),
        files=command.feedback.files,
    )
    standing = case.assignment(command.assignment_id)
    if standing is not None and standing.status is AssignmentStatus.REPORTED and standing.feedback == feedback:
        return None
    assignment = _acknowledged(case, command.assignment_id)
    return Reported(assignment_id=assignment.id, feedback=feedback, run=assignment.run + 1)


def _optional(text: str) -> str:
    return text_of(text) if text.strip() else ""


def _reported(case: Case, assignment_id: str) -> Assignment:
    assignment = _running(case, assignment_id)
    if assignment.status is not AssignmentStatus.REPORTED:
        raise refuse("not_reported")
    return assignment


def _accept(case: Case, command: AcceptFeedback) -> FeedbackAccepted:
    assignment = _reported(case, command.assignment_id)
    if assignment.role is AssignmentRole.LEAD and joint_unfinished(case):
        raise refuse("joint_unfinished")
    return FeedbackAccepted(assignment_id=assignment.id, run=assignment.run + 1)


def _send_back(case: Case, command: SendBack, now: datetime) -> SentBack:
    assignment = _reported(case, command.assignment_id)
    plan, asked_again = assignment.plan, is_consultation(assignment)
    return SentBack(
        assignment_id=assignment.id,
        reason=text_of(command.reason, missing="reason_missing"),
        feedback_ladder=lay_out(
            assignment.feedback_ladder.kind,
            answer_plan(plan) if asked_again else plan.feedback,
            now,
            hours=plan.hours,
            counted_from="追问" if asked_again else "退回重办",
        ),
        contacts=assignment.bureau_contacts,
        run=assignment.run + 1,
    )


def _withdraw(case: Case, command: WithdrawAssignment) -> Withdrawn:
    assignment = _running(case, command.assignment_id)
    if assignment.pending_return is not None:
        raise refuse("return_pending")
    return Withdrawn(
        assignment_id=assignment.id,
        reason=text_of(command.reason, missing="reason_missing"),
        contacts=assignment.bureau_contacts,
        run=assignment.run + 1,
    )


def order_zone(case: Case, command: Escalate) -> str | None:
    """Where the rung that a clock asks for issues a supervision order: the zone in whose year it is numbered."""
    assignment = case.assignment(command.assignment_id)
    step = None if assignment is None else _asked_for(assignment, command)
    return None if assignment is None or step is None or step[1].action is not RungAction.ORDER else assignment.plan.hours.zone


def _asked_for(assignment: Assignment, command: Escalate) -> tuple[Ladder, Rung] | None:
    """The rung that a clock asks for; None where it is of an older run, or has passed."""
    return assignment.next_step if (command.run, command.rung) == (assignment.run, assignment.level) else None


def _escalate(
    case: Case, command: Escalate, now: datetime
) -> Escalated | StatementReminded | CoverageReminded | AskingReminded | AskingTimedOut | None:
    """A clock of an older run, or one that repeats itself, changes nothing.

    A rung for people whom the bureau does not have (a bureau without a chief) tells all others: no rung is climbed in silence.
    """
    if command.assignment_id == PUBLIC_RESPONSE:
        return remind_of_statement(case, run=command.run, rung=command.rung)
    if command.assignment_id == COVERAGE:
        return remind_of_next_statement(case, run=command.run, rung=command.rung)
    if command.assignment_id.startswith(ASKING_PREFIX):
        return climb_asking(case, command.assignment_id, run=command.run, rung=command.rung, now=now)
    assignment = case.assignment(command.assignment_id)
    if assignment is None:
        raise refuse("assignment_missing")
    step = _asked_for(assignment, command)
    if step is None:
        return None
    ladder, rung = step
    order = None
    if rung.action is RungAction.ORDER:
        if not command.order_number:
            raise ValueError("a rung that issues a supervision order needs its number")
        order = SupervisionOrder(number=command.order_number, ladder=ladder.kind, deadline=ladder.deadline, issued_at=now)
    return Escalated(
        assignment_id=assignment.id,
        ladder=ladder.kind,
        rung=ladder.climbed,
        order=order,
        action=rung.action,
        due=rung.at,
        contacts=reachable(one for one in assignment.contacts if one.role in rung.recipients) or reachable(assignment.contacts),
    )


def _reply(case: Case, command: ReplyToCitizen) -> ReplyRequested:
    opened(case)
    text = text_of(command.text)
    to = command.to or case.latest_message
    if to is None:
        raise refuse("no_one_to_answer")
    if case.reply(command.reply_id) is not None:
        raise refuse("reply_repeated")
    if command.manner is ReplyManner.COMMENT:
        if not to.allows_comment:
            raise refuse("comment_impossible")
        if names_a_person(text):
            raise refuse("personal_data_public")
    answers = answers_used(case, command.answers)
    return ReplyRequested(reply=Reply(id=command.reply_id, text=text, to=to, manner=command.manner, answers=answers))


def _reply_to_all(case: Case, command: ReplyToAll) -> RepliesRequested:
    opened(case)
    text = text_of(command.text)
    waiting = unanswered(case)
    if not waiting:
        raise refuse("everybody_answered")
    if any(case.reply(_numbered(command.reply_id, number)) is not None for number in range(len(waiting))):
        raise refuse("reply_repeated")
    answers = answers_used(case, command.answers)
    return RepliesRequested(
        replies=tuple(
            Reply(id=_numbered(command.reply_id, number), text=text, to=to, answers=answers) for number, to in enumerate(waiting)
        )
    )


def _numbered(reply_id: str, number: int) -> str:
    return f"{reply_id}-{number + 1}"


def _known_reply(case: Case, reply_id: str) -> Reply:
    reply = case.reply(reply_id)
    if reply is None:
        raise refuse("reply_missing")
    return reply


def _reply_failed(case: Case, command: RecordReplyFailed, now: datetime) -> ReplyFailed | None:
    reply = _known_reply(case, command.reply_id)
    if reply.state != "requested":
        return None
    task = Task(id=f"task.{reply.id}", kind=TaskKind.REPLY_FAILED, subject=reply.id, reason=command.reason, opened_at=now)
    return ReplyFailed(reply_id=reply.id, task=task)


def _notice_failed(case: Case, command: RecordNoticeFailed, now: datetime) -> NoticeFailed | None:
    task_id = f"task.{command.notice_id}"
    if any(task.id == task_id for task in case.tasks):
        return None
    return NoticeFailed(
        task=Task(id=task_id, kind=TaskKind.NOTICE_FAILED, subject=command.notice_id, reason=command.reason, opened_at=now)
    )


def _finish_task(case: Case, command: FinishTask) -> TaskDone:
    if not any(task.id == command.task_id for task in case.tasks):
        raise refuse("task_missing")
    return TaskDone(task_id=command.task_id, note=text_of(command.note))


def _close(case: Case, command: CloseCase) -> Closed:
    opened(case)
    if command.resolution is Resolution.MERGED:
        raise refuse("merge_chosen")
    if not all(one.status.is_over for one in case.assignments):
        raise refuse("assignments_unfinished")
    if any(one.state is PublicationState.DRAFTED for one in case.publications):
        raise refuse("publication_waiting")
    # The citizen of a case that is one person's is in sight; of forty, one is easily forgotten.
    if len(case.voices) > 1 and unanswered(case) and not command.leaves_unanswered:
        raise refuse("citizens_unanswered")
    return Closed(resolution=command.resolution, reason=text_of(command.reason, missing="reason_missing"))


def _reopen(case: Case, command: ReopenCase) -> Reopened:
    if case.merged_into is not None:
        raise refuse("case_merged")
    if case.status is not CaseStatus.CLOSED:
        raise refuse("case_not_closed")
    return Reopened(reason=text_of(command.reason, missing="reason_missing"), takes_back=command.takes_back)
