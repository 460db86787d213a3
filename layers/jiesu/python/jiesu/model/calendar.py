"""When an office works: its hours, and the years whose holidays it has laid down by itself."""

from dataclasses import dataclass
from datetime import date, time


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A stretch of a working day, in the office's own time; it closes later than it opens, and before midnight."""

    opens: time
    closes: time


@dataclass(frozen=True, slots=True, kw_only=True)
class DaysOff:
    """A legal holiday with the days around it that are off as well."""

    name: str
    first: date
    last: date


@dataclass(frozen=True, slots=True, kw_only=True)
class HolidayYear:
    """The holidays of one year, and the weekend days that are worked for them (调休)."""

    year: int
    off: tuple[DaysOff, ...]
    worked: tuple[date, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingHours:
    """What working time is counted by; copied into an assignment with its ladders.

    `years` go before what ships with the software, so that an office need not wait for a release.
    """

    zone: str = "Asia/Shanghai"
    periods: tuple[Period, ...] = (
        Period(opens=time(9), closes=time(12)),
        Period(opens=time(13, 30), closes=time(18)),
    )
    years: tuple[HolidayYear, ...] = ()
