"""Who is on duty at a moment, and where a roster has gaps and overlaps."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

from jiesu.cases.calendar import Calendar
from jiesu.model.people import Contact
from jiesu.model.roster import WEEK, DutyDates, DutyDays, Roster, Shift
from jiesu.model.words import ContactRole

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Who of one role is on duty from `begins` until `ends`: nobody is a gap, several overlap and the first is told."""

    begins: datetime
    ends: datetime
    people: tuple[Contact, ...]


def on_duty(roster: Roster, role: ContactRole, at: datetime, calendar: Calendar) -> tuple[Contact, ...]:
    """Those of `role` whose shift it is at `at`, in the order of the shifts; exact days go before days in general."""
    people = {one.name: one for one in roster.people if one.role is role}
    today = at.astimezone(calendar.zone).date()
    running = [
        shift
        for shift in roster.shifts
        if shift.person in people
        and any(begins <= at < ends for day in (today - _DAY, today) for begins, ends in _hours(shift, day, calendar))
    ]
    exact = [one for one in running if isinstance(one.days, DutyDates)]
    return tuple(dict.fromkeys(people[one.person] for one in exact or running))


def stretches(roster: Roster, role: ContactRole, start: datetime, end: datetime, calendar: Calendar) -> tuple[Stretch, ...]:
    """Who is on duty from `start` until `end`, each stretch as long as the same people are."""
    first, last = (one.astimezone(calendar.zone).date() for one in (start, end))
    days = [first + _DAY * number for number in range(-1, (last - first).days + 1)]
    turns = {at for shift in roster.shifts for day in days for hours in _hours(shift, day, calendar) for at in hours}
    moments = sorted({start, end, *(at for at in turns if start < at < end)})
    found: list[Stretch] = []
    for begins, ends in pairwise(moments):
        people = on_duty(roster, role, begins, calendar)
        if found and found[-1].people == people:
            found[-1] = Stretch(begins=found[-1].begins, ends=ends, people=people)
        else:
            found.append(Stretch(begins=begins, ends=ends, people=people))
    return tuple(found)


def next_night(now: datetime, hour: time, calendar: Calendar) -> datetime:
    """The next `hour` of the office's clock after `now`."""
    today = now.astimezone(calendar.zone).date()
    return next(at for day in (today, today + _DAY) if (at := _instant(day, hour, calendar)) > now)


def _hours(shift: Shift, day: date, calendar: Calendar) -> Iterator[tuple[datetime, datetime]]:
    """From when until when the shift that begins on `day` runs; nothing where none begins."""
    if _begins_on(shift, day, calendar):
        ends_on = day if shift.ends > shift.begins else day + _DAY
        yield _instant(day, shift.begins, calendar), _instant(ends_on, shift.ends, calendar)


def _begins_on(shift: Shift, day: date, calendar: Calendar) -> bool:
    match shift.days:
        case DutyDates(first=first, last=last):
            return first <= day <= last
        case DutyDays.EVERY:
            return True
        case DutyDays.WORKED:
            return calendar.is_worked(day)
        case DutyDays.OFF:
            return not calendar.is_worked(day)
        case weekday:
            return WEEK[day.weekday()] is weekday


def _instant(day: date, at: time, calendar: Calendar) -> datetime:
    return datetime.combine(day, at, calendar.zone).astimezone(UTC)
