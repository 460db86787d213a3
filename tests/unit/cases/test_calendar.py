"""Working time: which days count, where terms end, and the reasons that are given."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiesu.cases.calendar import calendar_of, shipped_years
from jiesu.cases.ladder import lay_out
from jiesu.model.calendar import DaysOff, HolidayYear, Period, WorkingHours
from jiesu.model.ladder import LadderPlan
from jiesu.model.words import Clock, LadderKind, RungAction
from tests import builders as build

BEIJING = ZoneInfo("Asia/Shanghai")
HOURS = WorkingHours()
CALENDAR = calendar_of(HOURS)
NEW_YORK = ZoneInfo("America/New_York")


def at(text: str, zone: ZoneInfo = BEIJING) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def due(start: str, *, hours: float) -> str:
    """When a term of working hours ends, in Beijing."""
    return f"{CALENDAR.after(at(start), timedelta(hours=hours)).astimezone(BEIJING):%Y-%m-%d %H:%M}"


def working(term: timedelta, start: str) -> str:
    """Why a deadline in working time falls where it falls."""
    plan = LadderPlan(term=term, rungs=(), clock=Clock.WORKING)
    return lay_out(LadderKind.ACKNOWLEDGEMENT, plan, at(start), hours=HOURS).why


@pytest.mark.parametrize(
    ("start", "hours", "deadline"),
    [
        ("2026-11-23 09:00", 3, "2026-11-23 12:00"),
        ("2026-11-23 09:00", 3.5, "2026-11-23 14:00"),
        ("2026-11-23 18:00", 1, "2026-11-24 10:00"),
        ("2026-11-23 06:00", 1, "2026-11-23 10:00"),
        ("2026-11-23 12:30", 1, "2026-11-23 14:30"),
        ("2026-11-27 17:00", 2, "2026-11-30 10:00"),
        ("2026-11-28 10:00", 1, "2026-11-30 10:00"),
    ],
    ids=["within", "over noon", "exactly at closing", "before opening", "at noon", "over the weekend", "on a Saturday"],
)
def test_a_term_counts_only_while_the_office_works(start: str, hours: float, deadline: str) -> None:
    assert due(start, hours=hours) == deadline


def test_what_is_dispatched_at_23_59_before_a_seven_day_holiday_waits_until_it_is_over() -> None:
    assert due("2026-09-30 23:59", hours=8) == "2026-10-09 09:30"
    assert working(timedelta(hours=8), "2026-09-30 23:59") == (
        "自 9月30日 23:59 交办起 8 个工作小时内签收；当时不在工作时间，自 10月8日 09:00 起算；10月1日至7日国庆节放假"
    )


def test_a_saturday_that_is_worked_for_a_holiday_counts_as_a_day() -> None:
    assert due("2026-10-09 18:00", hours=7.5) == "2026-10-10 18:00"
    assert working(timedelta(hours=7.5), "2026-10-09 17:00") == "自 10月9日 17:00 交办起 1 个工作日内签收；10月10日（周六）上班"


def test_a_weekday_of_a_holiday_is_off() -> None:
    assert not CALENDAR.is_worked(date(2026, 2, 20))
    assert CALENDAR.is_worked(date(2026, 2, 28))


def test_a_leap_day_is_a_day() -> None:
    assert due("2024-02-28 18:00", hours=7.5) == "2024-02-29 18:00"
    assert due("2028-02-28 18:00", hours=7.5) == "2028-02-29 18:00"


def test_a_year_that_is_not_known_goes_by_its_weekends_and_the_reason_says_so() -> None:
    assert due("2026-12-31 17:00", hours=2) == "2027-01-01 10:00"
    assert working(timedelta(hours=2), "2026-12-31 17:00").endswith("2027 年放假安排尚未载入，暂按周末推算")


def test_a_year_that_the_office_states_is_known() -> None:
    new_year = HolidayYear(year=2027, off=(DaysOff(name="元旦", first=date(2027, 1, 1), last=date(2027, 1, 3)),), worked=())
    calendar = calendar_of(WorkingHours(years=(new_year,)))
    assert calendar.after(at("2026-12-31 17:00"), timedelta(hours=2)) == at("2027-01-04 10:00")
    assert calendar.unknown_years(at("2026-12-31 17:00"), timedelta(days=30)) == ()


def test_a_year_that_is_not_known_is_told_of_ahead_of_its_first_day() -> None:
    assert CALENDAR.unknown_years(at("2026-11-28 10:00"), timedelta(days=45)) == (2027,)
    assert CALENDAR.unknown_years(at("2026-11-01 10:00"), timedelta(days=45)) == ()


def test_the_shipped_years_have_holidays_and_days_worked_for_them() -> None:
    years = shipped_years()
    assert [one.year for one in years] == list(range(2024, 2024 + len(years)))
    for one in years:
        assert {"元旦", "春节", "清明", "劳动节", "端午", "国庆节"} <= {off.name for off in one.off}
        assert all(day.weekday() >= 5 for day in one.worked)


NIGHT_SHIFT = WorkingHours(zone="America/New_York", periods=(Period(opens=time(0, 30), closes=time(8)),))


@pytest.mark.parametrize(
    ("sunday_before", "hours_of_the_night"),
    [("2027-03-14", 6.5), ("2027-11-07", 8.5), ("2027-04-04", 7.5)],
    ids=["clocks put on", "clocks put back", "an ordinary night"],
)
def test_a_night_in_which_the_clocks_change_has_the_hours_that_it_has(sunday_before: str, hours_of_the_night: float) -> None:
    sunday = HolidayYear(year=2027, off=(), worked=(date.fromisoformat(sunday_before),))
    calendar = calendar_of(WorkingHours(zone=NIGHT_SHIFT.zone, periods=NIGHT_SHIFT.periods, years=(sunday,)))
    opens, closes = at(f"{sunday_before} 00:30", NEW_YORK), at(f"{sunday_before} 08:00", NEW_YORK)
    assert calendar.between(opens, closes) == timedelta(hours=hours_of_the_night)
    assert calendar.after(opens, timedelta(hours=hours_of_the_night)) == closes


def test_what_reads_the_same_in_the_office_is_counted_from_there_and_not_from_the_server() -> None:
    calendar = calendar_of(WorkingHours(zone="America/New_York"))
    assert calendar.after(at("2027-03-12 17:00", NEW_YORK), timedelta(hours=2)) == at("2027-03-15 10:00", NEW_YORK)


def test_reasons_stay_short_however_much_a_term_passes() -> None:
    why = working(timedelta(hours=7.5 * 400), "2024-01-02 09:00")
    assert "另有" in why
    assert len(why) <= 220


# --- Rungs ------------------------------------------------------------------------------------


def test_a_routine_reminder_of_a_night_waits_for_the_morning_and_an_urgent_one_does_not() -> None:
    rungs = (build.a_rung_plan(timedelta()),)
    waiting = tuple(build.a_rung_plan(one.offset, clock=Clock.WORKING) for one in rungs)
    friday_evening = at("2026-11-27 20:00")
    urgent = lay_out(LadderKind.FEEDBACK, LadderPlan(term=timedelta(hours=6), rungs=rungs), friday_evening)
    routine = lay_out(LadderKind.FEEDBACK, LadderPlan(term=timedelta(hours=6), rungs=waiting), friday_evening)
    assert urgent.deadline == routine.deadline == at("2026-11-28 02:00")
    assert urgent.rungs[0].at == at("2026-11-28 02:00")
    assert routine.rungs[0].at == at("2026-11-30 09:00")


def test_a_routine_reminder_before_a_deadline_on_a_holiday_comes_on_the_last_working_day_before_it() -> None:
    before = build.a_rung_plan(timedelta(hours=-1), clock=Clock.WORKING)
    ladder = lay_out(LadderKind.FEEDBACK, LadderPlan(term=timedelta(days=5), rungs=(before,)), at("2026-09-28 10:00"))
    assert ladder.deadline == at("2026-10-03 10:00")
    assert ladder.rungs[0].at == at("2026-09-30 17:00")


# --- Properties -------------------------------------------------------------------------------

starts = st.datetimes(min_value=datetime(2024, 1, 1), max_value=datetime(2028, 1, 1)).map(
    lambda naive: naive.replace(microsecond=0, tzinfo=UTC)
)
terms = st.integers(min_value=0, max_value=60 * 200).map(lambda minutes: timedelta(minutes=minutes))
offices = st.sampled_from(
    [
        HOURS,
        WorkingHours(periods=(Period(opens=time(8, 30), closes=time(17, 15)),)),
        WorkingHours(zone="America/New_York"),
        NIGHT_SHIFT,
    ]
)


@given(offices, starts, terms)
def test_between_start_and_deadline_lies_exactly_the_term(hours: WorkingHours, start: datetime, term: timedelta) -> None:
    calendar = calendar_of(hours)
    assert calendar.between(start, calendar.after(start, term)) == term
    assert calendar.between(calendar.before(start, term), start) == term


@given(offices, starts, terms)
def test_a_deadline_never_falls_outside_working_time(hours: WorkingHours, start: datetime, term: timedelta) -> None:
    calendar = calendar_of(hours)
    assert calendar.is_working_time(calendar.after(start, term))
    assert calendar.is_working_time(calendar.before(start, term))


@given(offices, starts, st.integers(0, 10**6), terms, terms)
def test_who_starts_later_or_has_longer_is_never_due_earlier(
    hours: WorkingHours, start: datetime, later: int, one: timedelta, other: timedelta
) -> None:
    calendar = calendar_of(hours)
    short, long = sorted((one, other))
    assert calendar.after(start, short) <= calendar.after(start + timedelta(seconds=later), short)
    assert calendar.after(start, short) <= calendar.after(start, long)


@given(starts, terms.filter(bool))
def test_natural_time_is_plain_addition(start: datetime, term: timedelta) -> None:
    ladder = lay_out(LadderKind.FEEDBACK, LadderPlan(term=term, rungs=(build.a_rung_plan(timedelta()),)), start)
    assert ladder.deadline == ladder.rungs[0].at == start + term


@given(offices, starts, terms.filter(bool), st.integers(-3000, 3000))
def test_a_rung_on_the_working_clock_never_falls_outside_working_time(
    hours: WorkingHours, start: datetime, term: timedelta, minutes: int
) -> None:
    rung = build.a_rung_plan(timedelta(minutes=minutes), action=RungAction.REMINDER, clock=Clock.WORKING)
    for clock in Clock:
        ladder = lay_out(LadderKind.FEEDBACK, LadderPlan(term=term, rungs=(rung,), clock=clock), start, hours=hours)
        assert all(calendar_of(hours).is_working_time(one.at) for one in ladder.rungs)
