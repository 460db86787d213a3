"""The head of a case as the fold of its timeline."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from datetime import datetime
from functools import partial

from jiesu.cases.asking import (
    AskingChange,
    answer_applied,
    asking_after_reply,
    asking_applied,
    askings_after_matter,
    askings_ended,
)
from jiesu.cases.bulletins import bulletin_corrected
from jiesu.cases.consultations import taken
from jiesu.cases.coverage import coverage_after_statement, coverage_applied, coverage_ended
from jiesu.cases.emergency import emergency_after
from jiesu.cases.extensions import ExtensionChange, extension_applied, without_request
from jiesu.cases.heat import HeatChange, heat_applied, response_after_statement, response_ended
from jiesu.cases.mails import mail_read, mail_received, without_read_mails
from jiesu.cases.matters import MatterChange, matter_applied, split_off
from jiesu.cases.owning import owner_applied
from jiesu.cases.publishing import PublishingChange, publishing_applied
from jiesu.cases.reply_window import after_answer, after_message
from jiesu.cases.returns import ReturnChange, decided, return_applied
from jiesu.cases.spent import spent_applied, without_spent_tasks
from jiesu.cases.suggestions import suggestions_after
from jiesu.cases.unmasking import unmasking_applied
from jiesu.cases.voices import heard
from jiesu.model.case import LADDER_FIELDS, Alarm, Assignment, Case, MessageRef, Reply
from jiesu.model.coverage import CoverageChange
from jiesu.model.duty import OwnerChanged
from jiesu.model.mail import BureauMailAccepted
from jiesu.model.people import Actor
from jiesu.model.returns import ReturnVerdict
from jiesu.model.timeline import (
    Acknowledged,
    AnswerKept,
    BulletinCorrected,
    BureauMailReceived,
    Change,
    Closed,
    Concealed,
    Corrected,
    Disclosed,
    Dispatched,
    Entry,
    Escalated,
    EvidenceMissing,
    EvidenceStored,
    FeedbackAccepted,
    LadderSpent,
    MergeUndone,
    MessageJoined,
    Noted,
    NoticeFailed,
    NoticeUndelivered,
    Opened,
    Progressed,
    PublicationPosted,
    Reopened,
    Replanned,
    RepliesRequested,
    ReplyFailed,
    ReplyRequested,
    ReplySent,
    ReplyWindowClosing,
    Reported,
    SameSuggested,
    SentBack,
    TaskDone,
    Withdrawn,
)
from jiesu.model.unmasking import Unmasked
from jiesu.model.words import AssignmentStatus, CaseStatus, Resolution, Urgency


def next_entry(case: Case | None, case_id: str, change: Change, *, actor: Actor, now: datetime) -> Entry:
    """The entry that adds `change` to `case`. A timeline's hours never run backwards, whoever's clock is behind."""
    if case is None:
        return Entry(case_id=case_id, version=1, at=now, actor=actor, change=change)
    return Entry(case_id=case_id, version=case.version + 1, at=max(now, case.updated_at), actor=actor, change=change)


def fold(entries: Iterable[Entry]) -> Case | None:
    """The case that `entries`, in order of their versions, amount to."""
    case: Case | None = None
    for entry in entries:
        case = apply(case, entry)
    return case


def apply(case: Case | None, entry: Entry) -> Case:
    """The case after `entry`. Raises `ValueError` where the entry is not the next one."""
    if isinstance(entry.change, Opened):
        if case is not None or entry.version != 1:
            raise ValueError(f"entry {entry.id} opens a case that is open already")
        return _opened(entry, entry.change)
    if case is None or entry.version != case.version + 1:
        raise ValueError(f"entry {entry.id} is not the next of its case")
    changed = without_spent_tasks(_changed(case, entry))
    released = {one.id for one in case.assignments if one.status.is_released}
    standing = tuple(_left(without_request(one), entry.at, released) for one in changed.assignments)
    return replace(changed, assignments=standing, version=entry.version, updated_at=entry.at)


def _opened(entry: Entry, change: Opened) -> Case:
    said = change.verdict or change.triage
    case = Case(
        id=entry.case_id,
        version=1,
        status=CaseStatus.OPEN,
        title=change.title,
        category=said.category,
        urgency=said.urgency,
        intent=said.intent,
        place=change.place,
        opened_at=entry.at,
        updated_at=entry.at,
        latest_message=change.message,
        message_count=1,
        voices=(change.message,),
        suggestions=suggestions_after((), change.message.message_id, change.suggested),
    )
    return _alarmed(case, change.alarm, entry.at) if change.split is None else split_off(case, change.split)


def _changed(case: Case, entry: Entry) -> Case:
    if isinstance(entry.change, PublishingChange):
        published = publishing_applied(case, entry.change, entry.actor)
        if not isinstance(entry.change, PublicationPosted) or not _is_first_out(case, entry.change):
            return published
        return coverage_after_statement(response_after_statement(published, entry.at), entry.change, entry.at)
    if isinstance(entry.change, CoverageChange):
        return coverage_applied(case, entry.change, entry.actor, entry.at)
    if isinstance(entry.change, HeatChange):
        return heat_applied(case, entry.change, entry.at)
    if isinstance(entry.change, MatterChange):
        changed = askings_after_matter(matter_applied(case, entry.change, version=entry.version, at=entry.at), entry.change)
        return _settled(changed) if isinstance(entry.change, MergeUndone) else changed
    if isinstance(entry.change, ReturnChange | ExtensionChange):
        return _decided_on(case, entry.change, entry)
    if isinstance(entry.change, AskingChange):
        return asking_applied(case, entry.change, entry.at)
    match entry.change:
        case MessageJoined() as change:
            joined = replace(
                case,
                message_count=case.message_count + 1,
                latest_message=_latest(case.latest_message, change.message),
                urgency=min(case.urgency, (change.verdict or change.triage).urgency, key=lambda urgency: Urgency(urgency).rank),
                voices=heard(case.voices, change.message),
                suggestions=suggestions_after(case.suggestions, change.message.message_id, change.suggested),
            )
            answered = answer_applied(joined, change.answer, change.message.message_id, entry.at)
            return _alarmed(after_message(answered, change.message), change.alarm, entry.at)
        case SameSuggested(message_id=message_id, matches=matches):
            return replace(case, suggestions=suggestions_after(case.suggestions, message_id, matches))
        case Corrected() as change:
            return replace(
                case,
                category=change.category or case.category,
                urgency=change.urgency or case.urgency,
                intent=change.intent or case.intent,
                place=change.place or case.place,
            )
        case EvidenceStored() as change:
            return replace(case, evidence_kept=(*case.evidence_kept, change.evidence.content_type))
        case Noted() | EvidenceMissing():
            return case
        case Dispatched() as change:
            return replace(
                case,
                status=CaseStatus.DISPATCHED,
                bulletins=(*case.bulletins, change.bulletin),
                assignments=(*case.assignments, *change.assignments),
                tasks=case.tasks if change.task is None else (*case.tasks, change.task),
                command_joined_at=case.command_joined_at or (entry.at if change.joined else None),
            )
        case BulletinCorrected() as change:
            return bulletin_corrected(case, change)
        case Acknowledged() as change:
            return _with(
                case,
                change.assignment_id,
                run=change.run,
                level=0,
                status=AssignmentStatus.ACKNOWLEDGED,
                acknowledged_at=entry.at,
                action=change.action,
            )
        case BureauMailReceived() as change:
            return mail_received(case, change)
        case BureauMailAccepted() as change:
            return _mail_accepted(case, change, entry.at)
        case Progressed() as change:
            return _for(case, change.assignment_id, partial(_progressed, change=change, at=entry.at))
        case Reported() as change:
            return mail_read(_for(case, change.assignment_id, partial(_reported, change=change, at=entry.at)), change.mail_id)
        case AnswerKept() as change:
            return _with(case, change.assignment_id, article_id=change.article_id)
        case FeedbackAccepted() as change:
            return _settled(
                _with(case, change.assignment_id, run=change.run, status=AssignmentStatus.ACCEPTED, accepted_at=entry.at)
            )
        case SentBack() as change:
            return _with(
                case,
                change.assignment_id,
                run=change.run,
                level=0,
                status=AssignmentStatus.SENT_BACK,
                feedback_ladder=change.feedback_ladder,
            )
        case Withdrawn() as change:
            given_up = partial(decided, verdict=ReturnVerdict.WITHDRAWN, said=change.reason, by=entry.actor, at=entry.at)
            withdrawn = _with(case, change.assignment_id, run=change.run, status=AssignmentStatus.WITHDRAWN)
            return _settled(_for(withdrawn, change.assignment_id, given_up))
        case Escalated() as change:
            return _for(case, change.assignment_id, partial(_climbed, change=change))
        case Replanned() as change:
            ladders = {LADDER_FIELDS[ladder.kind]: ladder for ladder in change.ladders}
            return _with(case, change.assignment_id, run=change.run, level=0, plan=change.plan, **ladders)
        case ReplyRequested() | RepliesRequested() as change:
            return _with_replies(case, _requested(change), entry.at)
        case ReplySent() as change:
            return _reply_sent(case, change, entry.at)
        case ReplyFailed() as change:
            failed = replace(_with_reply(case, change.reply_id, state="failed"), tasks=(*case.tasks, change.task))
            return asking_after_reply(failed, change.reply_id, sent=False)
        case ReplyWindowClosing() | NoticeFailed() as change:
            return replace(case, tasks=(*case.tasks, change.task))
        case NoticeUndelivered() as change:
            return replace(
                case,
                undelivered=(*case.undelivered, change.undelivered),
                tasks=case.tasks if change.task is None else (*case.tasks, change.task),
            )
        case LadderSpent() as change:
            return spent_applied(case, change, entry.at)
        case TaskDone() as change:
            return without_read_mails(replace(case, tasks=tuple(task for task in case.tasks if task.id != change.task_id)))
        case Closed() as change:
            closed = replace(case, status=CaseStatus.CLOSED, resolution=change.resolution, closed_at=entry.at)
            return askings_ended(coverage_ended(response_ended(closed), entry.at, reason="诉求件已办结"))
        case Reopened() as change:
            again = (entry.at,) if case.resolution is Resolution.HANDLED and not change.takes_back else ()
            return _settled(replace(case, resolution=None, closed_at=None, returned_at=(*case.returned_at, *again)))
        case (Disclosed() | Concealed()) as change:
            return replace(case, disclosure=change.disclosure if isinstance(change, Disclosed) else None)
        case Unmasked() as change:
            return unmasking_applied(case, change, entry.actor, entry.at)
        case OwnerChanged() as change:
            return owner_applied(case, change)
        case Opened():
            raise AssertionError("apply takes Opened first")


def _reply_sent(case: Case, change: ReplySent, at: datetime) -> Case:
    # One that was thought lost waited for a person.
    waiting = tuple(task for task in case.tasks if task.subject != change.reply_id)
    sent = _with_reply(case, change.reply_id, state="sent", platform_ref=change.platform_ref)
    reply = case.reply(change.reply_id)
    # What the system answers by itself is nobody's speaking with the citizen.
    spoken = sent if reply is None or reply.automatic_at is not None else _contacted(sent, at)
    told = after_answer(replace(spoken, tasks=waiting), reply)
    return asking_after_reply(told, change.reply_id, sent=True)


def _decided_on(case: Case, change: ReturnChange | ExtensionChange, entry: Entry) -> Case:
    if isinstance(change, ReturnChange):
        return _settled(return_applied(case, change, entry.actor, entry.at))
    return extension_applied(case, change, entry.actor, entry.at)


def _is_first_out(case: Case, change: PublicationPosted) -> bool:
    """Whether with `change` a text stands in public that did not before: on a second account it is no second statement."""
    publication = case.publication(change.publication_id)
    return publication is not None and not publication.is_out


def _requested(change: ReplyRequested | RepliesRequested) -> tuple[Reply, ...]:
    return change.replies if isinstance(change, RepliesRequested) else (change.reply,)


def _alarmed(case: Case, alarm: Alarm | None, at: datetime) -> Case:
    if alarm is None:
        return case
    return replace(
        case,
        emergency=emergency_after(case.emergency, alarm, at),
        replies=case.replies if alarm.reply is None else (*case.replies, alarm.reply),
        tasks=case.tasks if alarm.task is None else (*case.tasks, alarm.task),
    )


def _latest(known: MessageRef | None, joined: MessageRef) -> MessageRef:
    """The message sent last: platforms deliver out of order, and the reply windows count from the newest."""
    return joined if known is None or joined.sent_at >= known.sent_at else known


def _with(case: Case, assignment_id: str, **changes: object) -> Case:
    return _for(case, assignment_id, lambda one: replace(one, **changes))  # type: ignore[arg-type]


def _left(one: Assignment, at: datetime, before: Collection[str]) -> Assignment:
    """`one` with when it was released, where it was not among those that were `before`."""
    return replace(one, released_at=at) if one.status.is_released and one.id not in before else one


def _for(case: Case, assignment_id: str, change: Callable[[Assignment], Assignment]) -> Case:
    return replace(case, assignments=tuple(change(one) if one.id == assignment_id else one for one in case.assignments))


def _mail_accepted(case: Case, change: BureauMailAccepted, at: datetime) -> Case:
    """It counts as what the bureau said itself, from when the editor took it for that."""
    return mail_read(_for(case, change.assignment_id, partial(_progressed, change=change, at=at)), change.mail_id)


def _progressed(one: Assignment, change: Progressed | BureauMailAccepted, at: datetime) -> Assignment:
    """A report of contact meets the first contact, any other report the interim one; both end an acknowledgement's term."""
    met = replace(one, contacted_at=one.contacted_at or at) if change.contacted else replace(one, interim_at=one.interim_at or at)
    return _moved_on(one, replace(met, status=AssignmentStatus.IN_PROGRESS))


def _reported(one: Assignment, change: Reported, at: datetime) -> Assignment:
    """The first report counts for the figures, with the deadline it had."""
    first = one.first_reported_at or one.reported_at
    return replace(
        one,
        run=change.run,
        level=0,
        status=AssignmentStatus.REPORTED,
        feedback=change.feedback,
        reported_at=at,
        first_reported_at=first or at,
        first_report_due=one.first_report_due or (one.feedback_ladder.deadline if first is None else None),
        article_id="",
    )


def _contacted(case: Case, at: datetime) -> Case:
    """`case` after the office spoke with the citizen: that is the first contact of every bureau that owes one."""

    def spoken(one: Assignment) -> Assignment:
        owed = one.first_contact is not None and one.contacted_at is None and one.reported_at is None
        return _moved_on(one, replace(one, contacted_at=at)) if owed and not one.status.is_over else one

    return replace(case, assignments=tuple(spoken(one) for one in case.assignments))


def _moved_on(before: Assignment, after: Assignment) -> Assignment:
    """`after`; where a duty is met, what its clock waits for is no longer next."""
    return after if len(after.running) == len(before.running) else replace(after, level=before.level + 1)


def _climbed(one: Assignment, change: Escalated) -> Assignment:
    ladder = one.ladder_of(change.ladder)
    if ladder is None:
        raise ValueError(f"assignment {one.id} has no ladder of {change.ladder}")
    climbed = {LADDER_FIELDS[change.ladder]: replace(ladder, climbed=change.rung + 1)}
    orders = one.orders if change.order is None else (*one.orders, change.order)
    return replace(one, level=one.level + 1, orders=orders, **climbed)  # type: ignore[arg-type]


def _with_replies(case: Case, replies: tuple[Reply, ...], at: datetime) -> Case:
    """The answers of departments that they are made of are settled by them."""
    used = replace(case, replies=(*case.replies, *replies))
    return _settled(taken(used, replies[0].answers, at)) if replies[0].answers else used


def _with_reply(case: Case, reply_id: str, **changes: object) -> Case:
    def changed(one: Reply) -> Reply:
        return replace(one, **changes) if one.id == reply_id else one  # type: ignore[arg-type]

    return replace(case, replies=tuple(changed(one) for one in case.replies))


def _settled(case: Case) -> Case:
    """The case's status as its assignments have it: nothing given out, all done, or still at work."""
    given = [one.status for one in case.assignments if not one.status.is_released]
    if not given:
        status = CaseStatus.OPEN
    elif all(status is AssignmentStatus.ACCEPTED for status in given):
        status = CaseStatus.RESOLVED
    else:
        status = CaseStatus.DISPATCHED
    return replace(case, status=status)
