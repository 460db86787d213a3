"""The office's working hours and holidays as its file has them. What they mean is in `docs/ladders.md`."""

import re
from collections.abc import Callable, Mapping
from datetime import date, time
from functools import partial
from itertools import pairwise
from typing import Any

from jiesu.model.calendar import DaysOff, HolidayYear, Period, WorkingHours
from jiesu.office.ladders import ReportAt
from jiesu.office.reasons import Reason

_PERIOD = re.compile(r"(?P<opens>\d{2}:\d{2})-(?P<closes>\d{2}:\d{2})")


def read_calendar(raw: Any, report_at: ReportAt) -> WorkingHours:
    """The hours of `calendar` in an office's file; the zone is the stack's and filled in at dispatch."""
    if not isinstance(raw, Mapping) or "hours" not in raw or set(raw) - {"hours", "years"}:
        report_at("calendar", Reason("must have hours and perhaps years, and nothing else", "要有 hours，可以有 years，没有别的"))
        return WorkingHours()
    periods = _read_periods(raw["hours"], report_at)
    years = raw.get("years", [])
    if not isinstance(years, list):
        report_at("calendar.years", Reason("must be a list", "要是一个列表"))
        years = []
    read = [_read_year(one, f"calendar.years[{place}]", report_at) for place, one in enumerate(years)]
    known = tuple(one for one in read if one is not None)
    if len({one.year for one in known}) < len(known):
        report_at("calendar.years", Reason("must name each year once", "每个年份只能写一次"))
    return WorkingHours(periods=periods, years=known) if periods else WorkingHours(years=known)


def _read_periods(raw: Any, report_at: ReportAt) -> tuple[Period, ...]:
    if not isinstance(raw, list) or not raw:
        report_at(
            "calendar.hours",
            Reason('must be a list like ["09:00-12:00", "13:30-18:00"]', '要写成 ["09:00-12:00", "13:30-18:00"] 这样的列表'),
        )
        return ()
    periods = []
    for place, text in enumerate(raw):
        match = _PERIOD.fullmatch(text) if isinstance(text, str) else None
        try:
            opens, closes = (time.fromisoformat(match[one]) for one in ("opens", "closes")) if match else (time.max, time.min)
        except ValueError:
            opens, closes = time.max, time.min
        if opens >= closes:
            report_at(
                f"calendar.hours[{place}]",
                Reason(f"{text!r} is no stretch of a day like 09:00-12:00", f"「{text}」不是 09:00-12:00 这样的时段"),
            )
            return ()
        periods.append(Period(opens=opens, closes=closes))
    if any(earlier.closes > later.opens for earlier, later in pairwise(periods)):
        report_at(
            "calendar.hours",
            Reason("must stand in order, none beginning before the one before it ends", "要按先后排列，互不重叠"),
        )
        return ()
    return tuple(periods)


def _read_year(raw: Any, where: str, report_at: ReportAt) -> HolidayYear | None:
    if not isinstance(raw, Mapping) or set(raw) != {"year", "off", "worked"}:
        report_at(where, Reason("must have year, off and worked, and nothing else", "要有且只有 year、off、worked"))
        return None
    year = raw["year"]
    if type(year) is not int or not 2000 < year < 2100:
        report_at(f"{where}.year", Reason(f"{year!r} is no year like 2027", f"「{year}」不是 2027 这样的年份"))
        return None
    if not isinstance(raw["off"], list) or not raw["off"] or not isinstance(raw["worked"], list):
        report_at(
            where,
            Reason(
                "off must be a list of at least one holiday, and worked a list of days",
                "off 至少要有一个假期，worked 要是日期的列表",
            ),
        )
        return None
    in_year = partial(_read_day, year=year, report_at=report_at)
    off = [_read_off(one, f"{where}.off[{place}]", in_year, report_at) for place, one in enumerate(raw["off"])]
    worked = [in_year(one, f"{where}.worked[{place}]") for place, one in enumerate(raw["worked"])]
    holidays = tuple(one for one in off if one is not None)
    days = tuple(one for one in worked if one is not None)
    if len(holidays) < len(off) or len(days) < len(worked):
        return None
    for place, day in enumerate(days):
        if any(one.first <= day <= one.last for one in holidays):
            report_at(f"{where}.worked[{place}]", Reason(f"{day} is a holiday as well", f"{day} 同时写成了放假"))
    return HolidayYear(year=year, off=holidays, worked=days)


def _read_off(raw: Any, where: str, read_day: Callable[[Any, str], date | None], report_at: ReportAt) -> DaysOff | None:
    if not isinstance(raw, Mapping) or set(raw) != {"name", "first", "last"}:
        report_at(where, Reason("must have name, first and last, and nothing else", "要有且只有 name、first、last"))
        return None
    name = raw["name"]
    if not isinstance(name, str) or not 0 < len(name.strip()) <= 10:
        report_at(
            f"{where}.name", Reason("must be a name of at most 10 characters, like 元旦", "要写名称，不超过 10 个字，如元旦")
        )
        return None
    first, last = read_day(raw["first"], f"{where}.first"), read_day(raw["last"], f"{where}.last")
    if first is None or last is None:
        return None
    if last < first:
        report_at(where, Reason("last lies before first", "结束早于开始"))
        return None
    return DaysOff(name=name.strip(), first=first, last=last)


def _read_day(raw: Any, where: str, *, year: int, report_at: ReportAt) -> date | None:
    try:
        day = date.fromisoformat(raw) if isinstance(raw, str) else None
    except ValueError:
        day = None
    if day is None or day.year != year:
        report_at(
            where, Reason(f"{raw!r} is no day of {year} like {year}-01-01", f"「{raw}」不是 {year} 年的日期，应写成 {year}-01-01")
        )
        return None
    return day
