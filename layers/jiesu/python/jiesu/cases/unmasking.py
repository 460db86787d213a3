"""Who a citizen is (揭示身份): the office's pages name an alias, and whoever needs more says why, in the timeline."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from jiesu.cases.refusals import refuse, text_of
from jiesu.model.case import Case
from jiesu.model.message import ConversationKey
from jiesu.model.people import Actor
from jiesu.model.unmasking import Unmasked, Unmasking

SHOWN_FOR = timedelta(hours=12)
"""As long as a sign-in lasts at most: the next shift gives a reason of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmask:
    """`alias` is a citizen of the case as its pages name them."""

    alias: str
    reason: str


def decide_unmasking(case: Case, command: Unmask) -> Unmasked:
    """Whatever state the case is in. Raises `CommandRefusedError`."""
    citizen = citizen_of(case, command.alias)
    if citizen is None:
        raise refuse("citizen_unknown")
    return Unmasked(citizen=citizen, reason=text_of(command.reason, missing="reason_missing"))


def citizen_of(case: Case, alias: str) -> ConversationKey | None:
    """The citizen of the case who goes by `alias`."""
    return next((one.conversation for one in case.voices if one.conversation.alias == alias), None)


def unmasking_applied(case: Case, change: Unmasked, by: Actor, at: datetime) -> Case:
    """`case` with one more whom it was shown to; who was shown it longer ago than it is shown stands in the timeline only."""
    kept = tuple(one for one in case.unmaskings if at - one.at < SHOWN_FOR)
    return replace(case, unmaskings=(*kept, Unmasking(citizen=change.citizen, by=by, at=at)))


def unmasked(case: Case, actor_id: str, now: datetime) -> frozenset[ConversationKey]:
    """The citizens whom `actor_id` is shown now."""
    return frozenset(one.citizen for one in case.unmaskings if one.by.id == actor_id and now - one.at < SHOWN_FOR)
