"""Whose shift it is: by the office's calendar and clock, exact days first."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from jiesu.cases.calendar import Calendar
from jiesu.cases.rosters import next_night, on_duty, stretches
from jiesu.model.calendar import DaysOff, HolidayYear, WorkingHours
from jiesu.model.roster import DutyDates, DutyDays, Roster, Shift
from jiesu.model.words import ContactRole
from tests import builders as build

ZONE = ZoneInfo("Asia/Shanghai")
NATIONAL_DAY = DaysOff(name="国庆节", first=date(2026, 10, 1), last=date(2026, 10, 7))
CALENDAR = Calendar(
    WorkingHours(years=(HolidayYear(year=2026, off=(NATIONAL_DAY,), worked=(date(2026, 10, 10),)),), zone="Asia/Shanghai")
)
DAY, NIGHT, REST, HOLIDAY, CHIEF = (
    replace(build.a_contact(role), name=name)
    for role, name in (
        (ContactRole.DUTY_OFFICER, "白班"),
        (ContactRole.DUTY_OFFICER, "夜班"),
        (ContactRole.DUTY_OFFICER, "休班"),
        (ContactRole.DUTY_OFFICER, "国庆"),
        (ContactRole.CHIEF, "所长"),
    )
)


def shift(person: str, days: DutyDays | DutyDates, begins: int, ends: int) -> Shift:
    return Shift(person=person, days=days, begins=time(begins), ends=time(ends % 24))


ROSTER = Roster(
    owner="FT",
    people=(DAY, NIGHT, REST, HOLIDAY, CHIEF),
    shifts=(
        shift("白班", DutyDays.WORKED, 9, 18),
        shift("夜班", DutyDays.WORKED, 18, 9),
        shift("休班", DutyDays.OFF, 9, 9),
        shift("国庆", DutyDates(first=date(2026, 10, 1), last=date(2026, 10, 2)), 0, 24),
        shift("所长", DutyDays.MONDAY, 9, 18),
    ),
)


def at(day: str) -> datetime:
    return datetime.fromisoformat(day).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("moment", "name"),
    [
        ("2026-09-29T09:00", "白班"),
        ("2026-09-29T17:59", "白班"),
        ("2026-09-29T18:00", "夜班"),
        ("2026-09-30T02:00", "夜班"),
        ("2026-10-01T02:00", "国庆"),
        ("2026-10-02T23:59", "国庆"),
        ("2026-10-03T00:00", "休班"),
        ("2026-10-10T10:00", "白班"),
        ("2026-10-11T10:00", "休班"),
        ("2026-10-11T08:59", "夜班"),
    ],
)
def test_the_hour_the_holiday_and_the_exact_day_say_whose_shift_it_is(moment: str, name: str) -> None:
    assert [one.name for one in on_duty(ROSTER, ContactRole.DUTY_OFFICER, at(moment), CALENDAR)] == [name]


def test_a_day_of_the_week_comes_back_every_week_and_only_that_roles_people_are_named() -> None:
    assert on_duty(ROSTER, ContactRole.CHIEF, at("2026-09-28T10:00"), CALENDAR) == (CHIEF,)
    assert on_duty(ROSTER, ContactRole.CHIEF, at("2026-09-29T10:00"), CALENDAR) == ()


def test_gaps_and_overlaps_are_found_with_their_hours() -> None:
    both = replace(ROSTER, shifts=(shift("白班", DutyDays.EVERY, 8, 20), shift("夜班", DutyDays.EVERY, 19, 7)))
    found = stretches(both, ContactRole.DUTY_OFFICER, at("2026-09-29T12:00"), at("2026-09-30T12:00"), CALENDAR)
    assert [(one.begins, [each.name for each in one.people]) for one in found] == [
        (at("2026-09-29T12:00"), ["白班"]),
        (at("2026-09-29T19:00"), ["白班", "夜班"]),
        (at("2026-09-29T20:00"), ["夜班"]),
        (at("2026-09-30T07:00"), []),
        (at("2026-09-30T08:00"), ["白班"]),
    ]
    assert found[0].begins + timedelta(hours=24) == found[-1].ends


def test_tonight_at_two_is_the_coming_night_even_after_midnight() -> None:
    assert next_night(at("2026-09-29T15:00"), time(2), CALENDAR) == at("2026-09-30T02:00")
    assert next_night(at("2026-09-30T01:00"), time(2), CALENDAR) == at("2026-09-30T02:00")
    assert next_night(at("2026-09-30T02:00"), time(2), CALENDAR) == at("2026-10-01T02:00")
