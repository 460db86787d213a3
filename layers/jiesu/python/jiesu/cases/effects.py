"""What must happen outside because an entry exists: notices, replies, clocks.

Pure: an entry carries all that its effects need. Ids come from the entry's id, so that an
entry that is delivered twice asks for the same effects twice, and each is carried out once.
"""

from dataclasses import dataclass
from typing import Literal

from jiesu.model.case import PUBLIC_RESPONSE, Alarm, AnswerThreaded, MessageRef, NextQuestion, Reply, SplitOff
from jiesu.model.coverage import COVERAGE, CoverageReminded, CoverageStarted, NextStatement, NextStatementMoved
from jiesu.model.extensions import ExtensionAsked, ExtensionRefused
from jiesu.model.people import Contact
from jiesu.model.receipt import Undelivered, Way
from jiesu.model.returns import Excused, Returned, ReturnRejected
from jiesu.model.timeline import (
    Acknowledged,
    AskingReminded,
    AskingStarted,
    BulletinCorrected,
    CaseAbsorbed,
    Dispatched,
    Entry,
    Escalated,
    ExtensionGranted,
    HeatRaised,
    MergeUndone,
    MessageJoined,
    MessagesMovedIn,
    NoticeUndelivered,
    Opened,
    PublicationApproved,
    PublicationPosted,
    PublicationSubmitted,
    QuestionSettled,
    Replanned,
    RepliesRequested,
    ReplyRequested,
    Rerouted,
    SentBack,
    StatementReminded,
    Withdrawn,
)
from jiesu.model.words import NoticeTemplate, Transport


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeEffect:
    """One mail or SMS to one contact, which says what entry `version` says; `assignment_id` is empty where it is about none.

    It goes to whoever of the contact's role is on duty then; to the contact itself where it is `as_named`.
    """

    id: str
    case_id: str
    version: int
    assignment_id: str
    template: NoticeTemplate
    transport: Transport
    contact: Contact
    as_named: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyEffect:
    """One reply to be sent to its platform."""

    id: str
    case_id: str
    reply_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicationEffect:
    """One publication to be posted on one account (`post`), or to be asked after there (`check`)."""

    id: str
    case_id: str
    publication_id: str
    account_id: str
    step: Literal["post", "check"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockEffect:
    """One clock to be started. `name` is the execution's name: starting twice starts once."""

    name: str
    case_id: str
    assignment_id: str
    run: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveEffect:
    """The messages that entry `version` of the case names are to be moved to it."""

    id: str
    case_id: str
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaEffect:
    """One file of a message of the case, to be fetched while its platform keeps it. Follows from the message, from no entry."""

    id: str
    case_id: str
    message: MessageRef
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PostEffect:
    """The post that a message of the case speaks of, to be fetched. Follows from the message, from no entry."""

    id: str
    case_id: str
    message: MessageRef


Queued = NoticeEffect | ReplyEffect | PublicationEffect | MoveEffect
"""What leaves through a queue."""

Effect = Queued | ClockEffect


def effects_of(entry: Entry) -> tuple[Effect, ...]:
    """The effects of `entry`, the same ones with the same ids whenever it is asked."""
    match entry.change:
        case Dispatched() as change:
            effects: list[Effect] = []
            for place, assignment in enumerate(change.assignments):
                # The command centre is told once, about the first of them: the notice names all.
                told = (*assignment.bureau_contacts, *(change.joined if place == 0 else ()))
                effects.append(clock_of(entry.case_id, assignment.id, assignment.run))
                effects += _notices(entry, assignment.id, NoticeTemplate.DISPATCHED, told)
            return tuple(effects)
        case BulletinCorrected() as change:
            corrected = NoticeTemplate.BULLETIN_CORRECTED
            return tuple(one for told in change.told for one in _notices(entry, told.assignment_id, corrected, told.contacts))
        case (Acknowledged() | Replanned()) as change:
            return (clock_of(entry.case_id, change.assignment_id, change.run),)
        case SentBack() as change:
            return (
                clock_of(entry.case_id, change.assignment_id, change.run),
                *_notices(entry, change.assignment_id, NoticeTemplate.SENT_BACK, change.contacts),
            )
        case Withdrawn() as change:
            return _notices(entry, change.assignment_id, NoticeTemplate.WITHDRAWN, change.contacts)
        case Returned() as change:
            return (
                clock_of(entry.case_id, change.assignment_id, change.run),
                *_notices(entry, change.assignment_id, NoticeTemplate.RETURNED, change.contacts),
            )
        case ReturnRejected() as change:
            return (
                clock_of(entry.case_id, change.assignment_id, change.run),
                *_notices(entry, change.assignment_id, NoticeTemplate.RETURN_REJECTED, change.contacts),
            )
        case Rerouted(assignment=follower) as change:
            return (
                clock_of(entry.case_id, follower.id, follower.run),
                *_notices(entry, follower.id, NoticeTemplate.DISPATCHED, follower.bureau_contacts),
                *_notices(entry, change.assignment_id, NoticeTemplate.REROUTED, change.contacts),
            )
        case ExtensionAsked() as change:
            return _notices(entry, change.assignment_id, NoticeTemplate.EXTENSION_ASKED, change.contacts)
        case ExtensionRefused() as change:
            return _notices(entry, change.assignment_id, NoticeTemplate.EXTENSION_REFUSED, change.contacts)
        case ExtensionGranted() as change:
            return (
                clock_of(entry.case_id, change.assignment_id, change.run),
                *_notices(entry, change.assignment_id, NoticeTemplate.EXTENSION_GRANTED, change.contacts),
                *_replies(entry, change.replies),
            )
        case Excused() as change:
            return _notices(entry, change.assignment_id, NoticeTemplate.EXCUSED, change.contacts)
        case Escalated() as change:
            return _notices(entry, change.assignment_id, NoticeTemplate.ESCALATED, change.contacts)
        case ReplyRequested() as change:
            return (_reply(entry, change.reply),)
        case RepliesRequested() as change:
            return _replies(entry, change.replies)
        case Opened(alarm=Alarm() as alarm) | MessageJoined(alarm=Alarm() as alarm):
            answer = () if alarm.reply is None else (_reply(entry, alarm.reply),)
            return (*_notices(entry, "", NoticeTemplate.EMERGENCY, alarm.contacts), *answer)
        case MessageJoined(answer=AnswerThreaded(following=NextQuestion() as question) as answer):
            return _question(entry, answer.asking_id, answer.run, question)
        case AskingStarted() as change:
            return _question(entry, change.asking.id, change.asking.run, change.first)
        case QuestionSettled(following=NextQuestion() as question) as change:
            return _question(entry, change.asking_id, change.run, question)
        case AskingReminded() as change:
            return (_reply(entry, change.reply),)
        case HeatRaised(public_response=response) as change:
            clock = () if response is None else (clock_of(entry.case_id, PUBLIC_RESPONSE, response.run),)
            return (*clock, *_notices(entry, "", NoticeTemplate.HEAT, change.contacts))
        case StatementReminded() as change:
            return _notices(entry, "", NoticeTemplate.STATEMENT, change.contacts)
        case Opened(split=SplitOff()) | MessagesMovedIn():
            return (_move(entry),)
        case CaseAbsorbed(public_response=response) | MergeUndone(public_response=response):
            owed = response is not None and response.next_rung is not None
            clock = (clock_of(entry.case_id, PUBLIC_RESPONSE, response.run),) if owed and response else ()
            return (*clock, _move(entry))
        case CoverageStarted(next_statement=owed) | NextStatementMoved(next_statement=owed):
            return (clock_of(entry.case_id, COVERAGE, owed.run),)
        case PublicationPosted(next_statement=NextStatement() as owed):
            return (clock_of(entry.case_id, COVERAGE, owed.run),)
        case CoverageReminded() as change:
            return _notices(entry, "", NoticeTemplate.COVERAGE, change.contacts)
        case NoticeUndelivered(undelivered=Undelivered(following=Way() as way)) as change:
            return (_notice(entry, change.assignment_id, change.template, way, version=change.undelivered.origin),)
        case PublicationApproved() as change:
            return tuple(_publication(entry, change.publication_id, account_id, "post") for account_id in change.account_ids)
        case PublicationSubmitted() as change:
            return (_publication(entry, change.publication_id, change.account_id, "check"),)
        case _:
            return ()


def clock_of(case_id: str, assignment_id: str, run: int, *, attempt: str = "") -> ClockEffect:
    """The clock of one run; `attempt` tells a restarted one from the lost one, whose name is spent."""
    name = ".".join(part for part in (case_id, assignment_id, str(run), attempt) if part)
    return ClockEffect(name=name, case_id=case_id, assignment_id=assignment_id, run=run)


def _reply(entry: Entry, reply: Reply) -> ReplyEffect:
    return ReplyEffect(id=f"{entry.id}.reply", case_id=entry.case_id, reply_id=reply.id)


def _replies(entry: Entry, replies: tuple[Reply, ...]) -> tuple[ReplyEffect, ...]:
    return tuple(
        ReplyEffect(id=f"{entry.id}.reply.{number}", case_id=entry.case_id, reply_id=reply.id)
        for number, reply in enumerate(replies)
    )


def _move(entry: Entry) -> MoveEffect:
    return MoveEffect(id=f"{entry.id}.move", case_id=entry.case_id, version=entry.version)


def _question(entry: Entry, asking_id: str, run: int, question: NextQuestion) -> tuple[Effect, ...]:
    return clock_of(entry.case_id, asking_id, run), _reply(entry, question.reply)


def _publication(entry: Entry, publication_id: str, account_id: str, step: Literal["post", "check"]) -> PublicationEffect:
    return PublicationEffect(
        id=f"{entry.id}.{step}.{account_id}",
        case_id=entry.case_id,
        publication_id=publication_id,
        account_id=account_id,
        step=step,
    )


def _notices(
    entry: Entry, assignment_id: str, template: NoticeTemplate, contacts: tuple[Contact, ...]
) -> tuple[NoticeEffect, ...]:
    return tuple(
        _notice(entry, assignment_id, template, way, version=entry.version, number=number)
        for number, contact in enumerate(contacts)
        for way in (Way(contact=contact, transport=Transport.MAIL), Way(contact=contact, transport=Transport.SMS))
        if way.address
    )


def _notice(
    entry: Entry, assignment_id: str, template: NoticeTemplate, way: Way, *, version: int, number: int = 0
) -> NoticeEffect:
    """`version` is the entry that is told of; the id is of the entry that has it told."""
    return NoticeEffect(
        id=f"{entry.id}.{assignment_id or template}.{number}.{way.transport}",
        case_id=entry.case_id,
        version=version,
        assignment_id=assignment_id,
        template=template,
        transport=way.transport,
        contact=way.contact,
        as_named=version != entry.version,
    )
