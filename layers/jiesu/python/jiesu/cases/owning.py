"""Who of the office answers for a case (负责人). A fact of the case, unlike the lease of whoever has it open."""

from dataclasses import dataclass, replace

from jiesu.cases.refusals import MAX_TEXT, opened, refuse, text_of
from jiesu.model.case import Case
from jiesu.model.duty import OwnerChanged
from jiesu.model.people import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeCase:
    """`by` answers for it from now on; taking it from somebody else needs a reason."""

    by: Actor
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseCase:
    """`by`, who answers for it, does so no longer, and nobody does."""

    by: Actor
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignOwner:
    """Somebody in charge says who answers for it."""

    to: Actor
    reason: str


OwnerCommand = TakeCase | ReleaseCase | AssignOwner


def decide_owner(case: Case, command: OwnerCommand) -> OwnerChanged | None:
    """The change that `command` makes; None where it is so already. Raises `CommandRefusedError`."""
    opened(case)
    held_by = None if case.owner is None else case.owner.id
    match command:
        case TakeCase(by=by, reason=reason):
            if held_by == by.id:
                return None
            if held_by is not None and not reason.strip():
                raise refuse("case_held")
            if len(reason) > MAX_TEXT:
                raise refuse("text_too_long")
            return OwnerChanged(owner=by, reason=reason.strip())
        case ReleaseCase(by=by, reason=reason):
            if held_by != by.id:
                raise refuse("case_not_held")
            return OwnerChanged(owner=None, reason=text_of(reason, missing="reason_missing"))
        case AssignOwner(to=to, reason=reason):
            said = text_of(reason, missing="reason_missing")
            return None if held_by == to.id else OwnerChanged(owner=to, reason=said)


def owner_applied(case: Case, change: OwnerChanged) -> Case:
    return replace(case, owner=change.owner)
