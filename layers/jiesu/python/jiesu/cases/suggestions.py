"""Cases that may be the same matter: what waits for a person to say so."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from jiesu.model.case import Case
from jiesu.model.match import Match, Suggestion
from jiesu.model.timeline import SameSuggested
from jiesu.model.words import CaseStatus

MOST_SUGGESTIONS: Final = 20
"""Suggestions that a case keeps, the likest: a person looks at no more, and a head must stay small."""


def suggestions_after(known: tuple[Suggestion, ...], message_id: str, matches: Iterable[Match]) -> tuple[Suggestion, ...]:
    """What waits once `message_id` was found like `matches`: of each case its likest message, the likest case first."""
    best = {one.match.case_id: one for one in known}
    for match in matches:
        standing = best.get(match.case_id)
        if standing is None or match.score > standing.match.score:
            best[match.case_id] = Suggestion(message_id=message_id, match=match)
    return tuple(sorted(best.values(), key=lambda one: (-one.match.score, one.match.case_id))[:MOST_SUGGESTIONS])


def waiting(case: Case) -> tuple[Suggestion, ...]:
    """The suggestions on which nobody has decided: the two are neither merged nor called different."""
    decided = _decided(case)
    return tuple(one for one in case.suggestions if one.match.case_id not in decided)


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestSame:
    """What is sent when a file or a post was fetched that other cases have too."""

    message_id: str
    matches: tuple[Match, ...]


def suggest_same(case: Case, command: SuggestSame) -> SameSuggested | None:
    """What of it is new; None where it is known or decided, or where the case is closed."""
    if case.status is CaseStatus.CLOSED:
        return None
    decided = _decided(case)
    known = {one.match.case_id: one.match.score for one in case.suggestions}
    matches = tuple(one for one in command.matches if one.case_id not in decided and one.score > known.get(one.case_id, 0))
    return SameSuggested(message_id=command.message_id, matches=matches) if matches else None


def _decided(case: Case) -> set[str | None]:
    """The cases of which a person said that they are this one's matter, or that they are not."""
    return {case.id, case.merged_into, *case.never_with, *(one.id for one in case.absorbed)}
