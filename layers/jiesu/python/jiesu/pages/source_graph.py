"""The source chain of what was read of a case, put in rows: no I/O."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from jiesu.matters.reach import Reach, reach
from jiesu.matters.source_chain import Edge, SourceChain, Standing, Teller
from jiesu.matters.source_clues import Report, chain_of, teller_of
from jiesu.model.case import Case
from jiesu.model.evidence import Evidence
from jiesu.pages.asking import answers, texts_of
from jiesu.pages.source_drawing import in_time, strength
from jiesu.store.messages import StoredMessage


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One edge in the table, or a teller of whom nobody knows where they have it from."""

    teller: Teller
    at: datetime | None
    edge: Edge | None
    parent: str
    strength: str
    reach: Reach
    is_first: bool

    @property
    def is_believed(self) -> bool:
        return self.edge is None or self.edge.standing is Standing.CHOSEN


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstPoster:
    """Who had it first, as far as is known, and whether they were reached.

    `is_proven` where evidence says so, not the hour alone.
    """

    teller: Teller
    at: datetime | None
    reach: Reach
    is_proven: bool
    has_written: bool
    """Whether a message of theirs is in the case: only whoever has written can be asked by the system."""


def chain_of_case(case: Case, messages: Sequence[StoredMessage], evidence: Iterable[Evidence]) -> SourceChain:
    """The source chain of what was read of a case."""
    reports = [Report(message=one.message, post=None if one.post is None else one.post.post) for one in messages]
    return chain_of(reports, evidence, answers(case, texts_of(messages)), ())


def first_poster(chain: SourceChain, case: Case, messages: Iterable[StoredMessage]) -> FirstPoster | None:
    """The first poster of `chain`; None where nothing is known of anybody."""
    if chain.first is None:
        return None
    key = chain.first.key
    return FirstPoster(
        teller=chain.first,
        at=chain.since.get(key),
        reach=reach(case).get(key, Reach.NOT_REACHED),
        is_proven=any(key in (edge.parent, edge.child) for edge in chain.edges if edge.standing is Standing.CHOSEN),
        has_written=any(key == teller_of(one.message.platform, one.message.conversation) for one in messages),
    )


def rows(chain: SourceChain, reached: Mapping[str, Reach]) -> tuple[Row, ...]:
    """The table: the tellers in order of time, each with every edge that leads to them."""
    return tuple(
        Row(
            teller=teller,
            at=chain.since.get(teller.key),
            edge=edge,
            parent=_parent(chain, edge),
            strength="" if edge is None else strength(edge),
            reach=reached.get(teller.key, Reach.NOT_REACHED),
            is_first=chain.first is not None and teller.key == chain.first.key,
        )
        for teller in in_time(chain)
        for edge in chain.from_whom(teller.key) or (None,)
    )


def _parent(chain: SourceChain, edge: Edge | None) -> str:
    if edge is None:
        return ""
    return "本人是源头" if edge.parent is None else chain.tellers[edge.parent].label
