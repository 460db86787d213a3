"""Working time: which days are worked, how a term runs through them, and why it ends where it does.

Legal holidays and the weekends worked for them are announced by the State Council each autumn for the year
to come. A year that nobody has told us of is reckoned by its weekends, and whoever shows a deadline says so.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

from jiesu.model.calendar import DaysOff, HolidayYear, WorkingHours

_DAY = timedelta(days=1)
_SATURDAY = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """What lies between a start and a deadline: why so many days made so few hours.

    `begins` is when working time began where the start lay outside of it. `weekend_days` were off and no holiday's.
    """

    begins: datetime | None
    off: tuple[DaysOff, ...]
    worked: tuple[date, ...]
    weekend_days: int
    unknown_years: tuple[int, ...]


class Calendar:
    """The working time of an office. Instants are aware; what comes back is in UTC."""

    def __init__(self, hours: WorkingHours) -> None:
        known = {one.year: one for one in (*shipped_years(), *hours.years)}
        self.zone = ZoneInfo(hours.zone)
        self.known_years = frozenset(known)
        self._periods = hours.periods
        self._off = {day: off for year in known.values() for off in year.off for day in _days(off.first, off.last)}
        self._worked = frozenset(day for year in known.values() for day in year.worked)

    @property
    def day_length(self) -> timedelta:
        """What one working day counts for."""
        return sum((_length(one.opens, one.closes) for one in self._periods), timedelta())

    def is_worked(self, day: date) -> bool:
        return day in self._worked or (day not in self._off and day.weekday() < _SATURDAY)

    def after(self, start: datetime, term: timedelta) -> datetime:
        """The first moment of working time by which `term` of it has passed since `start`; `term` may be nothing."""
        left = term
        for opens, closes in self._worked_from(start, 1):
            begins = max(opens, start)
            if begins <= closes:
                if begins + left <= closes:
                    return begins + left
                left -= closes - begins
        raise AssertionError("the days never end")

    def before(self, end: datetime, term: timedelta) -> datetime:
        """The last moment of working time from which `term` of it passes until `end`; `term` may be nothing."""
        left = term
        for opens, closes in self._worked_from(end, -1):
            ends = min(closes, end)
            if ends >= opens:
                if ends - left >= opens:
                    return ends - left
                left -= ends - opens
        raise AssertionError("the days never end")

    def moved(self, at: datetime, by: timedelta) -> datetime:
        """`at` moved by working time, back where `by` is negative."""
        return self.before(at, -by) if by < timedelta() else self.after(at, by)

    def between(self, start: datetime, end: datetime) -> timedelta:
        """The working time from `start` until `end`."""
        passed = timedelta()
        for opens, closes in self._worked_from(start, 1):
            if opens >= end:
                return passed
            passed += max(min(closes, end) - max(opens, start), timedelta())
        raise AssertionError("the days never end")

    def is_working_time(self, at: datetime) -> bool:
        """Whether `at` is worked, the last moment of a period included."""
        return self.after(at, timedelta()) == at

    def passage(self, start: datetime, end: datetime) -> Passage:
        """What lies between `start` and `end` that a reader would stumble over."""
        days = list(_days(self._local_day(start), self._local_day(end)))
        begins = self.after(start, timedelta())
        return Passage(
            begins=None if begins == start else begins,
            off=tuple(dict.fromkeys(self._off[day] for day in days if day in self._off)),
            worked=tuple(day for day in days if day in self._worked),
            weekend_days=sum(not self.is_worked(day) and day not in self._off for day in days),
            unknown_years=tuple(year for year in dict.fromkeys(day.year for day in days) if year not in self.known_years),
        )

    def unknown_years(self, now: datetime, ahead: timedelta) -> tuple[int, ...]:
        """The years, from that of `now` to that of `ahead` later, of whose holidays nothing is known."""
        first, last = self._local_day(now).year, self._local_day(now + ahead).year
        return tuple(year for year in range(first, last + 1) if year not in self.known_years)

    def _worked_from(self, at: datetime, step: int) -> Iterator[tuple[datetime, datetime]]:
        """The periods of working time from the day of `at` on, or back from it; today's first is among them."""
        day = self._local_day(at)
        periods = self._periods[::step]
        while True:
            if self.is_worked(day):
                # Through UTC, so that a day on which the clocks are put on or back has the hours that it has.
                for one in periods:
                    yield self._instant(day, one.opens), self._instant(day, one.closes)
            day += step * _DAY

    def _local_day(self, at: datetime) -> date:
        return at.astimezone(self.zone).date()

    def _instant(self, day: date, at: time) -> datetime:
        return datetime.combine(day, at, self.zone).astimezone(UTC)


@lru_cache(maxsize=16)
def calendar_of(hours: WorkingHours) -> Calendar:
    """The calendar of `hours`; the lookups of one are made once."""
    return Calendar(hours)


@lru_cache(maxsize=1)
def shipped_years() -> tuple[HolidayYear, ...]:
    """The years that ship with the software: `jiesu holidays` writes them."""
    source = files("jiesu.cases") / "data" / "holidays.json"
    return tuple(_read(one) for one in json.loads(source.read_text(encoding="utf-8"))["years"])


def _read(raw: dict[str, Any]) -> HolidayYear:
    off = (
        DaysOff(name=one["name"], first=date.fromisoformat(one["first"]), last=date.fromisoformat(one["last"]))
        for one in raw["off"]
    )
    return HolidayYear(year=raw["year"], off=tuple(off), worked=tuple(date.fromisoformat(one) for one in raw["worked"]))


def _days(first: date, last: date) -> Iterator[date]:
    return (first + _DAY * number for number in range((last - first).days + 1))


def _length(opens: time, closes: time) -> timedelta:
    return datetime.combine(date.min, closes) - datetime.combine(date.min, opens)
