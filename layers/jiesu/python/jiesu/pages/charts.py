"""Charts as the templates draw them (`charts.html`): plain geometry, in the units of a drawing's own view box.

Two kinds do for all figures: columns, each a whole with a part of it in front or a share with its interval, and shares with
their intervals, a line each.
Every number that a chart shows stands beside it in a table too.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import count

from jiesu.cases.timeliness import Rate
from jiesu.pages.source_drawing import WIDTH

COLUMNS_HEIGHT = 150
_AXIS = 42
"""What is left of the columns for the numbers of the scale."""
_TOP, _FOOT = 10, 20
_NARROWEST_LABEL = 22
"""How far apart the labels under two columns are at least."""

ROW = 40
_BAR_Y, _BAR = 20, 12
"""Where the bar of a line lies under its words, and how thick it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A column: the whole, and the part of it in front."""

    x: float
    width: float
    whole_y: float
    whole_height: float
    part_y: float
    part_height: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A word of a scale, and where it stands along it."""

    at: float
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """What a share may be in truth, as an upright line at `x`."""

    x: float
    low_y: float
    high_y: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnChart:
    """Columns over a scale from nought; `axis` is where they begin, `foot` where they stand."""

    bars: tuple[Bar, ...]
    intervals: tuple[Interval, ...] = ()
    scale: tuple[Mark, ...]
    labels: tuple[Mark, ...]
    axis: float
    foot: float
    width: int = WIDTH
    height: int = COLUMNS_HEIGHT


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareLine:
    """One share of the whole width: its bar, and the interval as a line with two ends."""

    name: str
    said: str
    words_y: float
    bar_y: float
    bar_height: float
    bar_width: float
    low_x: float
    high_x: float

    @property
    def middle_y(self) -> float:
        return self.bar_y + self.bar_height / 2


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareChart:
    lines: tuple[ShareLine, ...]
    height: float
    width: int = WIDTH


def bar(x: float, width: float, whole: float, part: float, *, most: float, foot: float, room: float) -> Bar:
    """The column of `whole` and `part`, where `most` is as high as there is `room` above `foot`."""
    heights = [room * one / most for one in (whole, part)]
    return Bar(
        x=round(x, 1),
        width=round(width, 1),
        whole_y=round(foot - heights[0], 1),
        whole_height=round(heights[0], 1),
        part_y=round(foot - heights[1], 1),
        part_height=round(heights[1], 1),
    )


def columns(values: Sequence[tuple[str, int, int]]) -> ColumnChart:
    """A column for each label, whole and part, side by side; so many labels are written as there is room for."""
    most = max((whole for _, whole, _ in values), default=0)
    return _columns([label for label, _, _ in values], [(whole, part) for _, whole, part in values], most=most)


def share_columns(rates: Sequence[tuple[str, Rate]]) -> ColumnChart:
    """A column for the share of each label, in per cent, with its interval; where there is no share there is a gap."""
    highest = max((one.high or 0.0 for _, one in rates), default=0.0)
    drawn = _columns(
        [label for label, _ in rates],
        [(0.0, (one.share or 0) * 100) for _, one in rates],
        most=math.ceil(highest * 100),
        unit="%",
    )
    _, top = _scale(math.ceil(highest * 100))

    def height(share: float) -> float:
        return round(drawn.foot - (drawn.foot - _TOP) * share * 100 / top, 1)

    return replace(
        drawn,
        intervals=tuple(
            Interval(x=round(column.x + column.width / 2, 1), low_y=height(one.low), high_y=height(one.high))
            for column, (_, one) in zip(drawn.bars, rates, strict=True)
            if one.low is not None and one.high is not None
        ),
    )


def _columns(labels: Sequence[str], values: Sequence[tuple[float, float]], *, most: int, unit: str = "") -> ColumnChart:
    foot = COLUMNS_HEIGHT - _FOOT
    step, top = _scale(most)
    slot = (WIDTH - _AXIS) / max(1, len(values))
    every = next(one for one in count(1) if one * slot >= _NARROWEST_LABEL)
    room = foot - _TOP
    return ColumnChart(
        bars=tuple(
            bar(_AXIS + place * slot + slot * 0.12, slot * 0.76, whole, part, most=top, foot=foot, room=room)
            for place, (whole, part) in enumerate(values)
        ),
        scale=tuple(Mark(at=round(foot - room * one / top, 1), said=f"{one:,}{unit}") for one in range(0, top + 1, step)),
        labels=tuple(
            Mark(at=round(_AXIS + (place + 0.5) * slot, 1), said=label)
            for place, label in enumerate(labels)
            if place % every == 0
        ),
        axis=_AXIS,
        foot=foot,
    )


def shares(rates: Iterable[tuple[str, Rate]]) -> ShareChart:
    """A line for each rate of which there is one, in their order."""
    known = [(name, one) for name, one in rates if one.share is not None and one.low is not None and one.high is not None]
    return ShareChart(
        lines=tuple(
            ShareLine(
                name=name,
                said=f"{(one.share or 0) * 100:.0f}%（{one.met}/{one.due}）",
                words_y=place * ROW + 13,
                bar_y=place * ROW + _BAR_Y,
                bar_height=_BAR,
                bar_width=round(WIDTH * (one.share or 0), 1),
                low_x=round(WIDTH * (one.low or 0), 1),
                high_x=round(WIDTH * (one.high or 0), 1),
            )
            for place, (name, one) in enumerate(known)
        ),
        height=len(known) * ROW,
    )


def _scale(most: int) -> tuple[int, int]:
    """A round step that is taken four times at most, and the multiple of it that nothing is above."""
    step = next(one for power in count() for one in (10**power, 2 * 10**power, 5 * 10**power) if one * 4 >= most)
    return step, max(step, -(-most // step) * step)
