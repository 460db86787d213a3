"""How many messages came in, and how many of them were work: by hour of day, platform and day. Pure counting.

A message counts on the office's day and in the hour in which it was received. It is work where it is part of a case,
unless people closed that case as noise, or corrected it to that: what they decided counts, not what the system thought.
"""

from collections import Counter, defaultdict
from collections.abc import Container, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from enum import StrEnum

from jiesu.cases.desk_lines import DeskLine
from jiesu.cases.labels import NOISE
from jiesu.cases.timeliness import Rate, rate_of
from jiesu.model.words import Platform, Resolution

DAYS_OPEN = 14
"""How many days that are over are counted anew every day: people decide late, messages arrive late. Then a day stands."""


class Part(StrEnum):
    """Which messages: those that were work; of these, those that a person made a case of; those that people took back."""

    WORK = "work"
    RAISED = "raised"
    LOWERED = "lowered"


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """One message as the count sees it. `by_hand`: the system had let it rest, and a person made it part of a case."""

    received_at: datetime
    platform: Platform
    case_id: str | None = None
    by_hand: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class VolumeCell:
    """The messages of one hour and platform. The cases of each part have the number of their messages in it."""

    hour: int
    platform: Platform
    received: int
    work: tuple[tuple[str, int], ...] = ()
    raised: tuple[tuple[str, int], ...] = ()
    lowered: tuple[tuple[str, int], ...] = ()

    def cases(self, part: Part) -> tuple[tuple[str, int], ...]:
        match part:
            case Part.WORK:
                return self.work
            case Part.RAISED:
                return self.raised
            case Part.LOWERED:
                return self.lowered


@dataclass(frozen=True, slots=True, kw_only=True)
class DayVolume:
    """One of the office's days, as it was counted at `counted_at`."""

    day: date
    counted_at: datetime
    cells: tuple[VolumeCell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Volume:
    """A number of messages, and how many of them were work, with the interval of that share; `raised` are among `work`."""

    received: int
    work: int
    raised: int
    lowered: int

    @property
    def share(self) -> Rate:
        return rate_of(self.work, self.received)


@dataclass(frozen=True, slots=True, kw_only=True)
class VolumeTable:
    """Some days together; of `hours` the place is the hour. A day that was not counted is in `uncounted`, and in no number."""

    days: tuple[DayVolume, ...]
    uncounted: tuple[date, ...]
    total: Volume
    hours: tuple[Volume, ...]
    platforms: tuple[tuple[Platform, Volume], ...]
    by_day: tuple[tuple[date, Volume], ...]

    def cases(
        self, part: Part, *, day: date | None = None, hour: int | None = None, platform: Platform | None = None
    ) -> dict[str, int]:
        """The cases behind one number, those with most messages first, with how many of the messages each has."""
        found: Counter[str] = Counter()
        for one in self.days:
            for cell in one.cells:
                if day in (None, one.day) and hour in (None, cell.hour) and platform in (None, cell.platform):
                    found.update(dict(cell.cases(part)))
        return dict(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))


def together(days: Iterable[DayVolume], uncounted: Iterable[date] = ()) -> VolumeTable:
    """The table of `days`; the platforms with most messages first, those without any left out."""
    days = tuple(sorted(days, key=lambda one: one.day))
    by_hour: dict[int, list[VolumeCell]] = defaultdict(list)
    by_platform: dict[Platform, list[VolumeCell]] = defaultdict(list)
    for cell in (cell for day in days for cell in day.cells):
        by_hour[cell.hour].append(cell)
        by_platform[cell.platform].append(cell)
    platforms = [(platform, _sum(cells)) for platform, cells in by_platform.items()]
    return VolumeTable(
        days=days,
        uncounted=tuple(sorted(uncounted)),
        total=_sum(cell for day in days for cell in day.cells),
        hours=tuple(_sum(by_hour[hour]) for hour in range(24)),
        platforms=tuple(sorted(platforms, key=lambda one: (-one[1].received, one[0]))),
        by_day=tuple((day.day, _sum(day.cells)) for day in days),
    )


def called_noise(lines: Iterable[DeskLine]) -> frozenset[str]:
    """The cases that people closed as noise, or corrected to that."""
    return frozenset(one.case_id for one in lines if one.resolution is Resolution.NOISE or one.category == NOISE)


def count_day(day: date, arrivals: Iterable[Arrival], noise: Container[str], *, zone: tzinfo, now: datetime) -> DayVolume:
    """The messages of one day; `noise` are the cases that are none. The order of `arrivals` does not matter."""
    received: Counter[tuple[int, Platform]] = Counter()
    parts: dict[tuple[int, Platform], dict[Part, Counter[str]]] = defaultdict(lambda: {part: Counter() for part in Part})
    for one in arrivals:
        at = one.received_at.astimezone(zone)
        if at.date() != day:
            continue
        cell = (at.hour, one.platform)
        received[cell] += 1
        if one.case_id is None:
            continue
        if one.case_id in noise:
            parts[cell][Part.LOWERED][one.case_id] += 1
            continue
        parts[cell][Part.WORK][one.case_id] += 1
        if one.by_hand:
            parts[cell][Part.RAISED][one.case_id] += 1
    return DayVolume(
        day=day,
        counted_at=now,
        cells=tuple(
            VolumeCell(
                hour=cell[0],
                platform=cell[1],
                received=count,
                **{part.value: tuple(sorted(parts[cell][part].items())) for part in Part},
            )
            for cell, count in sorted(received.items())
        ),
    )


def days_to_count(today: date) -> tuple[date, ...]:
    """The days that are counted on `today`, the oldest first: those that are over."""
    return tuple(today - timedelta(days=back) for back in range(DAYS_OPEN, 0, -1))


def _sum(cells: Iterable[VolumeCell]) -> Volume:
    received = 0
    messages: Counter[Part] = Counter()
    for cell in cells:
        received += cell.received
        messages.update({part: sum(count for _, count in cell.cases(part)) for part in Part})
    return Volume(received=received, work=messages[Part.WORK], raised=messages[Part.RAISED], lowered=messages[Part.LOWERED])
