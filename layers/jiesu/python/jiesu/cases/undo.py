"""Taking back what was just done: the command that leaves the case as it was before, for a while and for whoever made it.

Nothing is deleted: the entry stays, and what takes it back is another. What left the house cannot be taken back.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from operator import attrgetter

from jiesu.cases.commands import Command, CorrectCase, ReopenCase, decide
from jiesu.cases.fold import apply, fold, next_entry
from jiesu.cases.matters import Told
from jiesu.cases.owning import AssignOwner, ReleaseCase, TakeCase
from jiesu.cases.refusals import refuse
from jiesu.model.case import Case
from jiesu.model.duty import OwnerChanged
from jiesu.model.errors import CommandRefusedError
from jiesu.model.people import Actor
from jiesu.model.timeline import Closed, Corrected, Entry, Merged

UNDO_FOR = timedelta(minutes=5)
"""How long the pages offer it."""
_GRACE = timedelta(seconds=30)
"""And how much longer it is taken: a press at the last moment counts."""
_REASON = "撤销刚才的操作"

_decided = attrgetter(
    "status", "resolution", "closed_at", "category", "urgency", "intent", "place", "owner", "emergency", "merged_into"
)
"""What may not have changed since: a later decision is not taken back with an earlier one, and no later alarm is played down."""


def entry_to_undo(told: Told, version: int, by: Actor, now: datetime) -> Entry:
    """The entry that `by` may take back at `now`. Raises `CommandRefusedError`."""
    entry = next((one for one in told.entries if one.version == version), None)
    if entry is None:
        raise refuse("undo_impossible")
    if (entry.actor.kind, entry.actor.id) != (by.kind, by.id):
        raise refuse("undo_of_others")
    if now - entry.at > UNDO_FOR + _GRACE:
        raise refuse("undo_too_late")
    then = fold(one for one in told.entries if one.version <= version)
    if _decided(then) != _decided(told.case):
        raise refuse("undo_overtaken")
    return entry


def command_to_undo(told: Told, entry: Entry) -> Command:
    """What takes `entry` back. Raises `CommandRefusedError` where nothing does."""
    before = fold(one for one in told.entries if one.version < entry.version)
    command = None if before is None else inverse(before, entry)
    if command is None:
        raise refuse("undo_impossible")
    return command


def is_undoable(before: Case, entry: Entry) -> bool:
    """Whether `entry`, made on `before`, can be taken back. A merge can, by a command of both cases."""
    return isinstance(entry.change, Merged) or inverse(before, entry) is not None


def inverse(before: Case, entry: Entry) -> Command | None:
    """The command after which the case is `before` again in all but version and time; None where there is none."""
    command = _opposite(before, entry)
    if command is None:
        return None
    after = apply(before, entry)
    try:
        change = decide(after, command, entry.at)
    except CommandRefusedError:
        return None
    if change is None:
        return None
    again = apply(after, next_entry(after, after.id, change, actor=entry.actor, now=entry.at))
    return command if replace(again, version=before.version, updated_at=before.updated_at) == before else None


def _opposite(before: Case, entry: Entry) -> Command | None:
    match entry.change:
        case Closed():
            return ReopenCase(reason=_REASON, takes_back=True)
        case Corrected() as change:
            return CorrectCase(
                category=None if change.category is None else before.category,
                urgency=None if change.urgency is None else before.urgency,
                intent=None if change.intent is None else before.intent,
                place=None if change.place is None else before.place,
                reason=_REASON,
            )
        case OwnerChanged(owner=None) if before.owner is not None:
            return TakeCase(by=before.owner)
        case OwnerChanged(owner=Actor() as owner):
            if before.owner is None:
                return ReleaseCase(by=owner, reason=_REASON)
            return AssignOwner(to=before.owner, reason=_REASON)
        case _:
            return None
