"""By what a message is found in the index, and what its index entry is once it has a case."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from jiesu.matters.likeness import Sketch
from jiesu.matters.same import Decision, Posting, judge


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """What of a message is compared with others; its fields are as of `judge`."""

    message_id: str
    sent_at: datetime
    sketch: Sketch
    text_length: int
    category: str
    spelled: Mapping[int, str]
    district: str
    estates: tuple[str, ...]
    citizen: str
    ties: tuple[str, ...]
    place_terms: frozenset[int]

    def decide(self, postings: Iterable[Posting], *, never: Collection[str] = (), over: Collection[str] = ()) -> Decision:
        """Which case it joins, and which ones it may be of. An earlier delivery of itself is none of the `postings`."""
        return judge(
            self.sketch,
            [one for one in postings if one.message_id != self.message_id],
            sent_at=self.sent_at,
            text_length=self.text_length,
            category=self.category,
            spelled=self.spelled,
            district=self.district,
            estates=self.estates,
            citizen=self.citizen,
            ties=self.ties,
            place_terms=self.place_terms,
            never=never,
            over=over,
        )

    def posting(self, case_id: str) -> Posting:
        return Posting(
            message_id=self.message_id,
            case_id=case_id,
            sent_at=self.sent_at,
            sketch=self.sketch,
            district=self.district,
            estates=self.estates,
            citizen=self.citizen,
            ties=self.ties,
        )
