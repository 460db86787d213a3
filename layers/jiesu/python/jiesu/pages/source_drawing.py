"""The source chain as a drawing: a row a teller, the earliest at the top, and lines from each to those whom they told.

Units are those of the drawing's own view box. Whoever told somebody has a lane to themselves from their row to that of
the last whom they told, so that no line runs through somebody else's mark.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from jiesu.matters.source_chain import Edge, SourceChain, Standing, Teller

WIDTH = 360
ROW = 44
TOP = 20
"""Where the first mark stands."""
MOST_ROWS = 60
"""Further tellers stand in the table alone."""

_AXIS = 92
_FIRST_LANE = 108
_LANES = 96
"""How much room the lanes have together."""
_LANE = 18
_BEND = 8
_CHARACTER = 13.5
"""What a Chinese character of a label takes at most."""

SURE, LIKELY = 0.7, 0.4
"""From these confidences on a line is drawn as sure, or as likely."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One teller: where their mark and their label stand. `said` is what the label says at most; `edge` leads to their source."""

    teller: Teller
    x: float
    y: float
    label_x: float
    label: str
    at: datetime | None
    edge: Edge | None
    is_first: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One edge, as the `d` of a path. `strength` is sure, likely, weak, or rival."""

    path: str
    strength: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """`more` counts the tellers that did not fit; `axis_x` is where the axis of time stands."""

    marks: tuple[Mark, ...]
    lines: tuple[Line, ...]
    height: int
    more: int
    axis_x: int = _AXIS


def in_time(chain: SourceChain) -> tuple[Teller, ...]:
    """The tellers, the earliest known first; of one hour a source before those whom it told, those without any hour last."""
    depths = _depths(chain)

    def place(teller: Teller) -> tuple[bool, float, int, str]:
        at = chain.since.get(teller.key)
        return at is None, 0 if at is None else at.timestamp(), depths[teller.key], teller.key

    return tuple(sorted(chain.tellers.values(), key=place))


def draw(chain: SourceChain) -> Drawing:
    """The drawing of `chain`."""
    tellers = in_time(chain)
    shown = tellers[:MOST_ROWS]
    rows = {teller.key: number for number, teller in enumerate(shown)}
    chosen = {edge.child: edge for edge in chain.edges if edge.standing is Standing.CHOSEN}
    lanes = _lanes(rows, chosen)
    width = min(_LANE, _LANES / (1 + max(lanes.values(), default=0)))
    label_x = _FIRST_LANE + width * max(lanes.values(), default=0) + 14

    def point(key: str) -> tuple[float, float]:
        return round(_FIRST_LANE + lanes[key] * width, 1), TOP + rows[key] * ROW

    marks = tuple(
        Mark(
            teller=teller,
            x=point(teller.key)[0],
            y=point(teller.key)[1],
            label_x=round(label_x, 1),
            label=_shortened(teller.label, WIDTH - label_x),
            at=chain.since.get(teller.key),
            edge=chosen.get(teller.key),
            is_first=chain.first is not None and teller.key == chain.first.key,
        )
        for teller in shown
    )
    lines = tuple(
        Line(path=_path(point(edge.parent), point(edge.child), edge), strength=strength(edge))
        for edge in reversed(chain.edges)
        if edge.parent in rows and edge.child in rows and edge.parent is not None
    )
    return Drawing(marks=marks, lines=lines, height=TOP + max(1, len(shown)) * ROW, more=len(tellers) - len(shown))


def strength(edge: Edge) -> str:
    """How an edge is drawn."""
    if edge.standing is not Standing.CHOSEN:
        return "rival"
    return "sure" if edge.confidence >= SURE else "likely" if edge.confidence >= LIKELY else "weak"


def percent(edge: Edge) -> str:
    """An edge's confidence in words; nothing is certain."""
    return f"{min(99, int(edge.confidence * 100))}%"


def _depths(chain: SourceChain) -> Mapping[str, int]:
    depths: dict[str, int] = {}
    level: Iterable[Teller] = chain.origins
    depth = 0
    while keys := [one.key for one in level]:
        depths |= dict.fromkeys(keys, depth)
        level = [chain.tellers[edge.child] for key in keys for edge in chain.told_by(key)]
        depth += 1
    return depths


def _lanes(rows: Mapping[str, int], chosen: Mapping[str, Edge]) -> Mapping[str, int]:
    """The lane of each row: the leftmost that is free there."""
    last: dict[str, int] = {}
    for child, edge in chosen.items():
        if edge.parent in rows and child in rows and edge.parent is not None:
            last[edge.parent] = max(last.get(edge.parent, 0), rows[child])
    taken: dict[int, int] = {}
    lanes: dict[str, int] = {}
    for key, row in rows.items():
        lane = next(lane for lane in range(len(rows)) if taken.get(lane, -1) <= row)
        lanes[key], taken[lane] = lane, max(row, last.get(key, row))
    return lanes


def _path(parent: tuple[float, float], child: tuple[float, float], edge: Edge) -> str:
    """Down the parent's lane and over to the child; what is not believed swings out to the left."""
    (from_x, from_y), (to_x, to_y) = parent, child
    if edge.standing is not Standing.CHOSEN:
        return f"M{from_x} {from_y}Q{min(from_x, to_x) - _LANE} {(from_y + to_y) / 2} {to_x} {to_y}"
    if from_x == to_x:
        return f"M{from_x} {from_y}V{to_y}"
    bend = _BEND if to_x > from_x else -_BEND
    return f"M{from_x} {from_y}V{to_y - _BEND}Q{from_x} {to_y} {from_x + bend} {to_y}H{to_x}"


def _shortened(label: str, room: float) -> str:
    most = int(room / _CHARACTER)
    return label if len(label) <= most else f"{label[: most - 1]}…"
