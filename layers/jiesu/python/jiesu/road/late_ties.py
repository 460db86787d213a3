"""What is known of a message only once its files and its post were fetched, and which other cases have the same.

Such a case is suggested, never joined: the message has its case by now, and people have seen it there.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from jiesu.cases.suggestions import SuggestSame
from jiesu.matters.likeness import Sketch
from jiesu.matters.same import Posting
from jiesu.matters.ties import Tie, file_tie, is_same_picture, picture_of, picture_ties, why_tied
from jiesu.model.case import MessageRef
from jiesu.model.errors import ConflictError
from jiesu.model.evidence import Evidence
from jiesu.model.match import Match
from jiesu.model.people import Actor
from jiesu.model.words import ActorKind, CaseStatus
from jiesu.store.cases import CaseStore
from jiesu.store.matters import MatterIndex, citizen_digest, names_of_posting

MAX_ATTEMPTS: Final = 8
MOST_CASES: Final = 3
_SYSTEM = Actor(kind=ActorKind.SYSTEM, id="fetch_media")


def ties_of(evidence: Evidence) -> tuple[Tie, ...]:
    """What a stored file may share with others; nothing of one that is missing."""
    if evidence.state != "stored":
        return ()
    pictures = picture_ties(int(evidence.perceptual_hash, 16)) if evidence.perceptual_hash else ()
    return (file_tie(evidence.sha256), *pictures)


@dataclass(frozen=True, slots=True, kw_only=True)
class TieWatch:
    """Finds the cases that share something with a message, and lets the message be found by it."""

    cases: CaseStore
    index: MatterIndex

    def note(self, case_id: str, ref: MessageRef, ties: tuple[Tie, ...], now: datetime) -> None:
        """One batch read and one transaction; where another case has the same, its head and the suggestion.

        Noting twice changes nothing. Raises `ConflictError` where the buckets are written by many at once.
        """
        if not ties:
            return
        posting = Posting(
            message_id=ref.message_id,
            case_id=case_id,
            sent_at=ref.sent_at,
            sketch=Sketch(),
            citizen=citizen_digest(ref.conversation),
            ties=tuple(one.name for one in ties),
        )
        found = self._put(posting)
        matches = tuple(self._matches(case_id, posting, found))
        if matches:
            command = SuggestSame(message_id=ref.message_id, matches=matches)
            self.cases.execute(case_id, command, actor=_SYSTEM, now=now)

    def _put(self, posting: Posting) -> tuple[Posting, ...]:
        """Put it into its buckets; what lay there."""
        names = names_of_posting(posting)
        for _ in range(MAX_ATTEMPTS):
            known = self.index.look_up((), names)
            try:
                self.index.put(self.index.posting(posting, known))
            except ConflictError:
                continue
            return tuple(known.postings(names))
        raise ConflictError(f"the ties of message {posting.message_id} are written by many at once")

    def _matches(self, case_id: str, posting: Posting, found: Iterable[Posting]) -> Iterable[Match]:
        """The other cases that share a tie, each by its newest message, at most `MOST_CASES` that still stand for themselves."""
        others: dict[str, tuple[Posting, frozenset[str]]] = {}
        for one in sorted(found, key=lambda one: one.sent_at):
            names = shared_ties(posting, one)
            if one.case_id != case_id and names:
                others[one.case_id] = (one, names)
        for one, names in list(others.values())[-MOST_CASES:]:
            other = self.cases.standing(one.case_id)
            if other is not None and other.id != case_id and other.status is not CaseStatus.CLOSED:
                yield Match(case_id=other.id, message_id=one.message_id, score=1.0, reasons=why_tied(names))


def shared_ties(one: Posting, other: Posting) -> frozenset[str]:
    """The ties of both. A picture's count only where the whole hashes are of one picture: each of them is a quarter of it."""
    shared = frozenset(one.ties) & frozenset(other.ties)
    mine, theirs = picture_of(one.ties), picture_of(other.ties)
    if mine is None or theirs is None or is_same_picture(mine, theirs):
        return shared
    return frozenset(name for name in shared if not name.startswith("picture:"))
