"""Cases that may be the same matter: what waits for a person to say so."""

from collections.abc import Iterable
from typing import Final

from jiesu.model.case import Case
from jiesu.model.match import Match, Suggestion

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
    decided = {case.merged_into, *case.never_with, *(one.id for one in case.absorbed)}
    return tuple(one for one in case.suggestions if one.match.case_id not in decided)
