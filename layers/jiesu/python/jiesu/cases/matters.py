"""Which messages are one case: cases are merged, parted again, messages moved, and two called different, by people.

What is done to two cases is two changes, one in each timeline, stored together; what is decided here is decided on both
as they stand. The changes name every message that changes its case, so that whoever moves the messages needs nothing else,
and an entry whose messages have not all arrived is in its case's `moving`.

    X ── merged ──▶ closed, `merged_into` Y          Y ── case_absorbed ──▶ has X's messages and replies
    X ◀── merge_undone ──                            Y ── case_released ──▶ without them

A case that is merged does nothing any more. Only one without running assignments can be: its bureaus would go on under a
number that no longer is a case of its own.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from jiesu.cases.heat import response_ended
from jiesu.cases.refusals import MAX_CARRIED, opened, refuse, text_of
from jiesu.cases.voices import heard, without
from jiesu.model.case import AbsorbedCase, CarriedMessage, Case, Heat, MessageRef, PublicResponse, Reply, SplitOff
from jiesu.model.message import ConversationKey, PlaceMatch, Triage
from jiesu.model.publication import PublicationState
from jiesu.model.timeline import (
    CalledDifferent,
    CaseAbsorbed,
    CaseReleased,
    DifferenceRevoked,
    Entry,
    EvidenceStored,
    Merged,
    MergeUndone,
    MessageJoined,
    MessagesArrived,
    MessagesMovedIn,
    MessagesMovedOut,
    Opened,
)
from jiesu.model.words import CaseStatus, Resolution, Urgency


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishMove:
    """What is sent when all messages of the entry `moved` have arrived."""

    moved: int


MatterChange = (
    Merged
    | CaseAbsorbed
    | MergeUndone
    | CaseReleased
    | MessagesMovedOut
    | MessagesMovedIn
    | MessagesArrived
    | CalledDifferent
    | DifferenceRevoked
)
Messages = dict[str, CarriedMessage]
"""Messages by their ids."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A case with its timeline, oldest entry first: what is decided on here."""

    case: Case
    entries: tuple[Entry, ...]

    @property
    def messages(self) -> Messages:
        return messages_of(self.entries)


def messages_of(entries: Iterable[Entry]) -> Messages:
    """The messages of a case by its timeline, in order of coming. Those of a case that is merged are those it had."""
    found: Messages = {}
    for entry in entries:
        match entry.change:
            case Opened(split=SplitOff(messages=messages)) | CaseAbsorbed(messages=messages) | MessagesMovedIn(messages=messages):
                found.update(_by_id(messages))
            case Opened(message=message) | MessageJoined(message=message):
                found[message.message_id] = CarriedMessage(message=message)
            case EvidenceStored(evidence=evidence) if (kept := found.get(evidence.message_id)) is not None:
                found[evidence.message_id] = replace(kept, evidence=(*kept.evidence, evidence.content_type))
            case CaseReleased(messages=messages) | MessagesMovedOut(messages=messages):
                found = {one: known for one, known in found.items() if one not in _by_id(messages)}
            case MergeUndone(messages=messages):
                found = _by_id(messages)
            case _:
                pass
    return found


# --- Deciding ---------------------------------------------------------------------------------


def merge(source: Told, target: Case, reason: str) -> tuple[Merged, CaseAbsorbed]:
    """All of `source` becomes a part of `target`. Raises `CommandRefusedError`, as all of these do."""
    case, messages = source.case, source.messages
    _both(case, target)
    if not all(one.status.is_over for one in case.assignments):
        raise refuse("merge_assignments")
    if any(one.state is PublicationState.DRAFTED for one in case.publications):
        raise refuse("publication_waiting")
    _settled(case, messages)
    if case.tasks:
        raise refuse("merge_tasks")
    # The public was promised the next statement of this case.
    if case.coverage is not None and case.coverage.is_running:
        raise refuse("merge_coverage")
    reason = text_of(reason, missing="reason_missing")
    response = case.public_response
    takes = response is not None and response.ladder is not None and not _owes(target.public_response)
    return (
        Merged(into=target.id, title=target.title, reason=reason),
        CaseAbsorbed(
            source=case.id,
            title=case.title,
            messages=_leaving(messages, messages),
            replies=case.replies,
            urgency=case.urgency,
            emergency=case.emergency,
            heat=case.heat,
            public_response=replace(response, run=_next_run(target.public_response)) if takes and response else None,
            never_with=tuple(one for one in case.never_with if one not in (target.id, *target.never_with)),
            reason=reason,
        ),
    )


def undo_merge(source: Told, target: Told, reason: str) -> tuple[MergeUndone, CaseReleased]:
    """`source` is a case of its own again, as it was, with what its citizens wrote and were answered meanwhile."""
    absorbed = next((one for one in target.case.absorbed if one.id == source.case.id), None)
    if absorbed is None or source.case.merged_into != target.case.id:
        raise refuse("not_merged")
    if target.case.merged_into is not None:
        raise refuse("other_merged")
    _still(source.case, target.case)
    there = target.messages
    back = {one: there[one] for one in _returning(source, target) if one in there}
    _settled(target.case, back)
    staying = {one: known for one, known in there.items() if one not in back}
    taken_back = absorbed.response_taken and target.case.public_response is not None
    progress = target.case.public_response if taken_back else None
    return (
        MergeUndone(
            target=target.case.id,
            title=target.case.title,
            messages=_leaving(back, there),
            replies=_new_replies(source.case, _replies_to(target.case, back)),
            public_response=_resumed(source.case.public_response, progress),
            reason=reason.strip(),
        ),
        CaseReleased(
            source=source.case.id,
            title=source.case.title,
            messages=_leaving(back, there),
            latest=_newest(staying.values()),
            ends_response=taken_back,
            reason=reason.strip(),
        ),
    )


def undo_either(one: Told, other: Told, reason: str) -> tuple[MergeUndone | CaseReleased, MergeUndone | CaseReleased]:
    """The changes of the two, in their order, whichever was merged into the other."""
    if one.case.merged_into == other.case.id:
        return undo_merge(one, other, reason)
    back, released = undo_merge(other, one, reason)
    return released, back


def move_messages(source: Told, target: Case, chosen: Collection[str], reason: str) -> tuple[MessagesMovedOut, MessagesMovedIn]:
    """Some messages of `source` belong to `target`."""
    _both(source.case, target)
    out, replies = _moved_out(source, chosen, target.id, target.title, reason)
    moved = MessagesMovedIn(
        source=source.case.id,
        title=source.case.title,
        messages=out.messages,
        replies=replies,
        urgency=source.case.urgency,
        reason=out.reason,
    )
    return out, moved


def split(
    source: Told, chosen: Collection[str], reason: str, *, case_id: str, title: str, triage: Triage, place: PlaceMatch
) -> tuple[MessagesMovedOut, Opened]:
    """Some messages of `source` become a case of their own; `triage` and `title` are of the oldest of them."""
    opened(source.case)
    _still(source.case)
    out, replies = _moved_out(source, chosen, case_id, title, reason)
    made = SplitOff(source=source.case.id, title=source.case.title, messages=out.messages, replies=replies, reason=out.reason)
    first = min((one.message for one in out.messages), key=lambda one: one.sent_at)
    return replace(out, opens=True), Opened(title=title, message=first, triage=triage, place=place, split=made)


def call_different(one: Case, other: Case, reason: str) -> tuple[CalledDifferent, CalledDifferent] | None:
    """Nothing suggests again that the two are one matter, and no machine joins them. None where that was said."""
    _two(one, other)
    if called_different(one, other):
        return None
    reason = reason.strip()
    return (
        CalledDifferent(other=other.id, title=other.title, reason=reason),
        CalledDifferent(other=one.id, title=one.title, reason=reason),
    )


def revoke_difference(one: Case, other: Case, reason: str) -> tuple[DifferenceRevoked, DifferenceRevoked]:
    """They may be suggested to each other again."""
    if not called_different(one, other):
        raise refuse("not_called_different")
    reason = reason.strip()
    return (
        DifferenceRevoked(other=other.id, title=other.title, reason=reason),
        DifferenceRevoked(other=one.id, title=one.title, reason=reason),
    )


def called_different(one: Case, other: Case) -> bool:
    """Whether a person said that they are two matters."""
    return other.id in one.never_with or one.id in other.never_with


def finish_move(case: Case, command: FinishMove) -> MessagesArrived | None:
    """None where it was finished before."""
    return MessagesArrived(moved=command.moved) if command.moved in case.moving else None


def _two(one: Case, other: Case) -> None:
    if one.id == other.id:
        raise refuse("same_case")


def _both(case: Case, other: Case) -> None:
    """Two cases that are open, and whose messages all lie where their timelines say."""
    _two(case, other)
    opened(case)
    if other.merged_into is not None:
        raise refuse("other_merged")
    if other.status is CaseStatus.CLOSED:
        raise refuse("other_closed")
    _still(case, other)


def _still(*cases: Case) -> None:
    if any(case.moving for case in cases):
        raise refuse("messages_moving")


def _settled(case: Case, messages: Messages) -> None:
    """No answer to one of `messages` is on its way or waits for a person, and they are not too many."""
    if len(messages) > MAX_CARRIED:
        raise refuse("merge_too_many")
    waiting = {task.subject for task in case.tasks}
    if any(reply.state == "requested" or reply.id in waiting for reply in _replies_to(case, messages)):
        raise refuse("reply_unsettled")


def _moved_out(
    source: Told, chosen: Collection[str], to: str, title: str, reason: str
) -> tuple[MessagesMovedOut, tuple[Reply, ...]]:
    messages = source.messages
    moved = {one: known for one, known in messages.items() if one in chosen}
    if not moved or len(moved) < len(set(chosen)):
        raise refuse("messages_missing")
    if len(moved) == len(messages):
        raise refuse("messages_all")
    _settled(source.case, moved)
    staying = [known for one, known in messages.items() if one not in moved]
    out = MessagesMovedOut(
        to=to,
        title=title,
        messages=_leaving(moved, messages),
        latest=_newest(staying),
        reason=text_of(reason, missing="reason_missing"),
    )
    return out, _replies_to(source.case, moved)


def _leaving(moved: Messages, had: Messages) -> tuple[CarriedMessage, ...]:
    """Those that leave a case, each told whether its conversation goes along."""
    newest: dict[ConversationKey, MessageRef] = {}
    for one in had.values():
        known = newest.get(one.message.conversation)
        if known is None or one.message.sent_at >= known.sent_at:
            newest[one.message.conversation] = one.message
    return tuple(replace(one, leads=newest[one.message.conversation] == one.message) for one in moved.values())


def _returning(source: Told, target: Told) -> list[str]:
    """What goes back when a merge is undone: what came by it, and what the same people wrote since.

    Not of people who had written to `target` before: whatever they wrote since is its own.
    """
    before = _before_absorbing(target.entries, source.case.id)
    own = {one.message.conversation for one in messages_of(before).values()}
    people = {one.message.conversation for one in source.messages.values()} - own
    since = [
        entry.change.message
        for entry in target.entries[len(before) :]
        if isinstance(entry.change, MessageJoined) and entry.change.message.conversation in people
    ]
    return [*source.messages, *(one.message_id for one in since)]


def _before_absorbing(entries: tuple[Entry, ...], source_id: str) -> tuple[Entry, ...]:
    """The timeline up to the newest merge of that case into it."""
    merged = [
        place for place, one in enumerate(entries) if isinstance(one.change, CaseAbsorbed) and one.change.source == source_id
    ]
    return entries[: merged[-1]] if merged else entries


def _by_id(messages: Iterable[CarriedMessage]) -> Messages:
    return {one.message.message_id: one for one in messages}


def _newest(messages: Iterable[CarriedMessage]) -> MessageRef | None:
    return max((one.message for one in messages), key=lambda one: one.sent_at, default=None)


def _replies_to(case: Case, messages: Messages) -> tuple[Reply, ...]:
    return tuple(reply for reply in case.replies if reply.to.message_id in messages)


def _new_replies(case: Case, replies: Iterable[Reply]) -> tuple[Reply, ...]:
    return tuple(reply for reply in replies if case.reply(reply.id) is None)


def _owes(response: PublicResponse | None) -> bool:
    return response is not None and response.ladder is not None


def _next_run(response: PublicResponse | None) -> int:
    return 1 if response is None else response.run + 1


def _resumed(response: PublicResponse | None, progress: PublicResponse | None) -> PublicResponse | None:
    """What was owed before the merge, with the statements that were made for it meanwhile; None where nothing rests."""
    if response is None or not response.resting:
        return None
    met, level = (0, 0) if progress is None else (progress.met, progress.level)
    ended = response.ended or (progress is not None and progress.ended)
    return replace(
        response,
        met=max(response.met, met),
        level=max(response.level, level),
        run=response.run + 1,
        ended=ended,
        resting=False,
    )


# --- What the entries make of a case ----------------------------------------------------------


def split_off(case: Case, made: SplitOff) -> Case:
    """`case`, which was just opened out of another."""
    return replace(_with_messages(replace(case, message_count=0, voices=()), made.messages, made.replies), moving=(case.version,))


def matter_applied(case: Case, change: MatterChange, *, version: int, at: datetime) -> Case:
    """`case` after `change`, the entry of `version`, which was made at `at`."""
    match change:
        case Merged():
            response = case.public_response
            return replace(
                case,
                status=CaseStatus.CLOSED,
                resolution=Resolution.MERGED,
                closed_at=at,
                merged_into=change.into,
                never_with=_without(case.never_with, change.into),
                public_response=None if response is None else replace(response, resting=response.ladder is not None),
            )
        case CaseAbsorbed():
            absorbed = AbsorbedCase(
                id=change.source,
                title=change.title,
                merged_at=at,
                response_taken=change.public_response is not None,
                never_with=change.never_with,
            )
            joined = _with_messages(case, change.messages, change.replies)
            return replace(
                joined,
                urgency=_more_urgent(case.urgency, change.urgency),
                emergency=case.emergency or change.emergency,
                heat=_hotter(case.heat, change.heat),
                public_response=change.public_response or case.public_response,
                absorbed=(*case.absorbed, absorbed),
                never_with=(*_without(case.never_with, change.source), *change.never_with),
                moving=(*case.moving, version),
            )
        case MergeUndone():
            back = replace(
                case,
                resolution=None,
                closed_at=None,
                merged_into=None,
                message_count=0,
                voices=(),
                evidence_kept=(),
                public_response=change.public_response or case.public_response,
                moving=(*case.moving, version),
            )
            return _with_messages(back, change.messages, change.replies)
        case CaseReleased():
            released = _without_messages(case, change.messages, change.latest)
            inherited = [other for one in case.absorbed if one.id == change.source for other in one.never_with]
            released = replace(
                released,
                absorbed=tuple(one for one in case.absorbed if one.id != change.source),
                never_with=tuple(one for one in case.never_with if one not in inherited),
            )
            return response_ended(released) if change.ends_response else released
        case MessagesMovedOut():
            return _without_messages(case, change.messages, change.latest)
        case MessagesMovedIn():
            joined = _with_messages(case, change.messages, change.replies)
            return replace(joined, urgency=_more_urgent(case.urgency, change.urgency), moving=(*case.moving, version))
        case MessagesArrived():
            return replace(case, moving=tuple(one for one in case.moving if one != change.moved))
        case CalledDifferent():
            return replace(case, never_with=(*case.never_with, change.other))
        case DifferenceRevoked():
            return replace(case, never_with=_without(case.never_with, change.other))


def _with_messages(case: Case, messages: tuple[CarriedMessage, ...], replies: tuple[Reply, ...]) -> Case:
    newest = _newest(messages)
    known = case.latest_message
    voices = case.voices
    for one in messages:
        voices = heard(voices, one.message)
    return replace(
        case,
        voices=voices,
        message_count=case.message_count + len(messages),
        latest_message=newest if known is None or (newest is not None and newest.sent_at >= known.sent_at) else known,
        evidence_kept=(*case.evidence_kept, *(kind for one in messages for kind in one.evidence)),
        replies=(*case.replies, *_new_replies(case, replies)),
    )


def _without_messages(case: Case, messages: tuple[CarriedMessage, ...], latest: MessageRef | None) -> Case:
    gone = _by_id(messages)
    kept = list(case.evidence_kept)
    for kind in (kind for one in messages for kind in one.evidence):
        kept.remove(kind)
    return replace(
        case,
        message_count=case.message_count - len(messages),
        latest_message=latest,
        voices=without(case.voices, {one.message.conversation for one in messages if one.leads}),
        evidence_kept=tuple(kept),
        replies=tuple(reply for reply in case.replies if reply.to.message_id not in gone),
    )


def _more_urgent(one: Urgency, other: Urgency) -> Urgency:
    return min(one, other, key=lambda urgency: Urgency(urgency).rank)


def _hotter(own: Heat | None, other: Heat | None) -> Heat | None:
    """The grade that was told of already is told of no second time."""
    if other is None or (own is not None and own.rank >= other.rank):
        return own
    return other


def _without(ids: tuple[str, ...], one: str) -> tuple[str, ...]:
    return tuple(known for known in ids if known != one)
