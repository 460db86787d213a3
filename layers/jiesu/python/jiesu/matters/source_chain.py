"""Who told whom: a graph of tellers with the evidence for each edge, and the first poster that follows from it.

A clue says that one teller has the matter from another, or (no parent) that they saw it themselves. All
clues of one pair make one edge. Of an edge with clues of the kinds K, each kind counted once,

    support    = 1 - product over K of (1 - weight)
    confidence = support x product over the child's other edges of (1 - support / 2)
                         x 1/2 where the parent is known to have had it only after the child

so a second kind of evidence strengthens an edge, and a rival weakens it. Nothing is thrown away: an edge
that contradicts another is kept beside it. The chain that is drawn takes edges from the surest down, one
parent a child, and none that would close a circle; those are told. The result does not depend on the
order in which clues and sightings come.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from math import prod
from typing import Final


class ClueKind(StrEnum):
    """What speaks for an edge."""

    REPOST = "repost"
    CONFIRMED = "confirmed"
    TRAIL = "trail"
    ASKED = "asked"
    UNDER_POST = "under_post"
    TEXT = "text"
    SAME_PICTURE = "same_picture"

    @property
    def label(self) -> str:
        return {
            "repost": "平台显示转发",
            "confirmed": "小编确认",
            "trail": "转发记录 //@",
            "asked": "询问后回答",
            "under_post": "在其帖下评论",
            "text": "正文写明来源",
            "same_picture": "同一图片较早出现",
        }[self.value]

    @property
    def weight(self) -> float:
        """How far one such clue carries by itself. Set by judgement, not measured."""
        return _WEIGHTS[self]


_WEIGHTS: Final[Mapping[ClueKind, float]] = {
    ClueKind.REPOST: 0.95,
    ClueKind.CONFIRMED: 0.95,
    ClueKind.TRAIL: 0.90,
    ClueKind.ASKED: 0.70,
    ClueKind.UNDER_POST: 0.60,
    ClueKind.TEXT: 0.60,
    ClueKind.SAME_PICTURE: 0.35,
}
_TOO_LATE: Final = 0.5
_NEVER: Final = datetime.max.replace(tzinfo=UTC)
_DIGITS: Final = 6
"""Confidences are rounded to these many places, so that equal ones are equal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """That a teller is known to have had the matter at `at`; `alias` is the key under which others may name them."""

    teller: str
    label: str
    at: datetime
    alias: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clue:
    """One piece of evidence that `child` has it from `parent`; None where `child` is said to be the origin.

    `words` is the passage it rests on, and `message_id` the message that holds it, where there is one.
    """

    child: str
    parent: str | None
    kind: ClueKind
    label: str
    words: str = ""
    message_id: str = ""


class Standing(StrEnum):
    """`CHOSEN` is drawn; a `RIVAL` is less sure than another of the child's; a `CIRCLE` would make somebody their own source."""

    CHOSEN = "chosen"
    RIVAL = "rival"
    CIRCLE = "circle"

    @property
    def label(self) -> str:
        return {"chosen": "采信", "rival": "与之矛盾，保留", "circle": "成环，不采信"}[self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """All that speaks for one pair; `late` where the parent is known to have had it only after the child."""

    child: str
    parent: str | None
    clues: tuple[Clue, ...]
    confidence: float
    standing: Standing
    late: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Teller:
    """Somebody, or some group, that passed it on; `first_at` is the earliest time known, None where only others name them."""

    key: str
    label: str
    first_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceChain:
    """The graph, its edges the surest first.

    `since` is the latest hour by which each must have had it: their own, or that of the first whom they told.
    `first` is the first poster: of the origins with evidence the one whose story is known earliest.
    """

    tellers: Mapping[str, Teller]
    edges: tuple[Edge, ...]
    since: Mapping[str, datetime]
    first: Teller | None

    @property
    def origins(self) -> tuple[Teller, ...]:
        """Those who have it from nobody, as far as is known; the one whose story is known earliest first."""
        told = {edge.child for edge in self._chosen if edge.parent is not None}
        return tuple(
            sorted((one for key, one in self.tellers.items() if key not in told), key=lambda one: _order(one.key, self.since))
        )

    def told_by(self, parent: str) -> tuple[Edge, ...]:
        """The chosen edges that lead away from `parent`, the earliest child first."""
        away = (edge for edge in self._chosen if edge.parent == parent)
        return tuple(sorted(away, key=lambda edge: _order(edge.child, self.since)))

    def from_whom(self, child: str) -> tuple[Edge, ...]:
        """Every edge that leads to `child`, the surest first."""
        return tuple(edge for edge in self.edges if edge.child == child)

    @property
    def _chosen(self) -> tuple[Edge, ...]:
        return tuple(edge for edge in self.edges if edge.standing is Standing.CHOSEN)


def source_chain(sightings: Iterable[Sighting], clues: Iterable[Clue]) -> SourceChain:
    """The graph of all that is known."""
    seen = sorted(set(sightings), key=lambda one: (one.at, one.teller, one.label, one.alias))
    keys = {one.alias: one.teller for one in reversed(seen) if one.alias}
    known = {replaced for clue in clues if (replaced := _resolved(clue, keys)).parent != replaced.child}
    tellers = _tellers(seen, known)
    edges = _chosen(_edges(known, tellers))
    since = _known_since(tellers, edges)
    proven = {edge.parent or edge.child for edge in edges if edge.standing is Standing.CHOSEN}
    told = {edge.child for edge in edges if edge.standing is Standing.CHOSEN and edge.parent is not None}
    origins = sorted(tellers.keys() - told, key=lambda key: (key not in proven, *_order(key, since)))
    return SourceChain(tellers=tellers, edges=edges, since=since, first=tellers[origins[0]] if origins else None)


def named_account(platform: str, name: str) -> str:
    """The key of an account of which only the name is known; it becomes the account's own once that is seen."""
    return f"{platform}:@{name}"


def _resolved(clue: Clue, keys: Mapping[str, str]) -> Clue:
    """`clue` about the account itself, where a name in it belongs to one that was seen."""
    parent = None if clue.parent is None else keys.get(clue.parent, clue.parent)
    return replace(clue, child=keys.get(clue.child, clue.child), parent=parent)


def _tellers(seen: Iterable[Sighting], clues: Iterable[Clue]) -> dict[str, Teller]:
    tellers: dict[str, Teller] = {}
    for one in seen:
        known = tellers.get(one.teller)
        # A name that the platform shows says more than the number of a conversation.
        if known is None or (one.alias and not known.label.startswith("@")):
            tellers[one.teller] = Teller(key=one.teller, label=one.label, first_at=one.at if known is None else known.first_at)
    for clue in sorted(clues, key=_clue_order):
        if clue.parent is not None and clue.parent not in tellers:
            tellers[clue.parent] = Teller(key=clue.parent, label=clue.label, first_at=None)
        if clue.child not in tellers:
            tellers[clue.child] = Teller(key=clue.child, label=clue.child.rpartition(":")[2], first_at=None)
    return tellers


def _edges(clues: Iterable[Clue], tellers: Mapping[str, Teller]) -> list[Edge]:
    pairs: dict[tuple[str, str | None], list[Clue]] = {}
    for clue in sorted(clues, key=_clue_order):
        pairs.setdefault((clue.child, clue.parent), []).append(clue)
    supports: dict[str, list[tuple[str | None, float]]] = {}
    for (child, parent), behind in pairs.items():
        supports.setdefault(child, []).append((parent, _support(behind)))
    edges = []
    for (child, parent), behind in pairs.items():
        rivals = prod(sorted(1 - support / 2 for other, support in supports[child] if other != parent))
        late = parent is not None and _is_later(tellers[parent], tellers[child])
        edges.append(
            Edge(
                child=child,
                parent=parent,
                clues=tuple(behind),
                confidence=round(_support(behind) * rivals * (_TOO_LATE if late else 1), _DIGITS),
                standing=Standing.RIVAL,
                late=late,
            )
        )
    return sorted(edges, key=lambda edge: (-edge.confidence, edge.child, edge.parent or ""))


def _support(clues: Iterable[Clue]) -> float:
    return 1 - prod(1 - weight for weight in sorted({clue.kind: clue.kind.weight for clue in clues}.values()))


def _is_later(parent: Teller, child: Teller) -> bool:
    return parent.first_at is not None and child.first_at is not None and parent.first_at > child.first_at


def _chosen(edges: Iterable[Edge]) -> tuple[Edge, ...]:
    """`edges`, the surest first, with their standing."""
    parents: dict[str, str | None] = {}

    def leads_back(edge: Edge) -> bool:
        at = edge.parent
        while at is not None and at != edge.child:
            at = parents.get(at)
        return at is not None

    judged = []
    for edge in edges:
        standing = Standing.CIRCLE if leads_back(edge) else Standing.RIVAL if edge.child in parents else Standing.CHOSEN
        if standing is Standing.CHOSEN:
            parents[edge.child] = edge.parent
        judged.append(replace(edge, standing=standing))
    return tuple(judged)


def _known_since(tellers: Mapping[str, Teller], edges: Iterable[Edge]) -> dict[str, datetime]:
    """As `SourceChain.since`."""
    parents = {edge.child: edge.parent for edge in edges if edge.standing is Standing.CHOSEN}
    since: dict[str, datetime] = {}
    for key, teller in tellers.items():
        at: str | None = key
        while at is not None and teller.first_at is not None:
            since[at] = min(teller.first_at, since.get(at, teller.first_at))
            at = parents.get(at)
    return since


def _order(key: str, since: Mapping[str, datetime]) -> tuple[datetime, str]:
    return since.get(key, _NEVER), key


def _clue_order(clue: Clue) -> tuple[str, str, str, str, str, str]:
    return (clue.child, clue.parent or "", clue.kind, clue.label, clue.words, clue.message_id)
