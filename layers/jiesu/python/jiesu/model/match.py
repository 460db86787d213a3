"""That a message is like another one, and why: what joined it to a case, or what an editor is asked about."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A case that a message may belong to: its message `message_id`, how like the two are from 0 to 1, and why, in Chinese."""

    case_id: str
    message_id: str
    score: float
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """That the case's message `message_id` is perhaps of another case. It waits until a person merges the two or parts them."""

    message_id: str
    match: Match
