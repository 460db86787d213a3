"""The issues of a month: cases as they are now, growth only where there is some, what came back with what was solved."""

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from jiesu.cases.commands import CloseCase, Command, CorrectCase, ReopenCase
from jiesu.cases.issues import (
    CASES_NAMED,
    MOST_ROWS,
    RETURNS_NAMED,
    IssueLine,
    IssueRow,
    IssueTable,
    line_of,
    month_before,
    months_counted,
    ratio_interval,
    read_month,
    tally,
)
from jiesu.model.words import Resolution
from jiesu.store.codec import dumps
from tests import builders as build

BEIJING = ZoneInfo("Asia/Shanghai")
OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 1)
AFTER = date(2026, 12, 5)


def a_line(number: int, day: date, **changes: object) -> IssueLine:
    line = IssueLine(
        case_id=f"{day:%y%m%d}-{number:06d}",
        title="电梯内吐痰",
        category="public_order.offence",
        district="丰台区",
        place="马家堡西路某小区",
        opened_at=datetime(day.year, day.month, day.day, 2, tzinfo=UTC) + timedelta(seconds=number),
    )
    return replace(line, **changes)  # type: ignore[arg-type]


def in_month(month: date, count: int, **changes: object) -> list[IssueLine]:
    return [a_line(number, month + timedelta(days=number % 28), **{"place": "", **changes}) for number in range(count)]


def table_of(*lines: IssueLine, today: date = AFTER) -> IssueTable:
    table = tally(NOVEMBER, lines, today=today, zone=BEIJING)
    assert table is not None
    return table


def only_row(*lines: IssueLine, today: date = AFTER) -> IssueRow:
    (row,) = table_of(*lines, today=today).rows
    return row


@pytest.mark.parametrize(
    ("before", "now", "grows", "falls"),
    [
        (1, 3, False, False),
        (0, 4, False, False),
        (0, 6, False, False),
        (10, 30, True, False),
        (30, 10, False, True),
        (20, 21, False, False),
    ],
)
def test_a_few_cases_more_are_no_growth(before: int, now: int, grows: bool, falls: bool) -> None:
    row = only_row(*in_month(OCTOBER, before), *in_month(NOVEMBER, now))
    assert (row.count, row.before, row.grows, row.falls) == (now, before, grows, falls)


def test_the_interval_is_the_one_that_the_page_of_documentation_gives() -> None:
    assert [round(one or 0, 1) for one in ratio_interval(3, 1, 1)] == [0.3, 32.3]
    assert [round(one or 0, 1) for one in ratio_interval(30, 10, 1)] == [1.2, 7.4]
    assert ratio_interval(0, 0, 1) == (None, None)
    assert ratio_interval(6, 0, 1)[1] is None


def test_a_month_that_runs_is_compared_by_cases_a_day_and_only_days_that_are_over_count() -> None:
    today = date(2026, 11, 11)
    lines = [*in_month(OCTOBER, 31), *(a_line(number, date(2026, 11, 1 + number % 12)) for number in range(36))]
    table = table_of(*lines, today=today)
    assert (table.days, table.days_before, table.total, table.total_before) == (10, 31, 30, 31)
    (row,) = table.rows
    assert row.grows, "three a day after one a day"
    assert tally(NOVEMBER, lines, today=NOVEMBER, zone=BEIJING) is None


def test_lines_in_another_order_make_the_same_table() -> None:
    lines = [*in_month(OCTOBER, 20), *in_month(NOVEMBER, 40), *in_month(NOVEMBER, 7, district="通州区")]
    table = table_of(*lines)
    random.Random(1).shuffle(lines)
    assert table_of(*lines) == table


def test_what_comes_back_is_named_with_what_was_called_solved() -> None:
    solved = a_line(1, date(2026, 9, 3), solved_at=datetime(2026, 9, 20, tzinfo=UTC))
    again = a_line(2, date(2026, 11, 8), place="马家堡西路 某小区")
    row = only_row(solved, again)
    (one,) = row.returns
    assert (one.case_id, one.earlier_id, one.is_reopened) == (again.case_id, solved.case_id, False)
    for other in (
        replace(again, place=""),
        replace(again, place="马家堡东路某小区"),
        replace(again, category="traffic.congestion"),
        replace(again, district="通州区"),
    ):
        assert sum(row.returned for row in table_of(solved, other).rows) == 0
    early = a_line(3, date(2026, 11, 2))
    later = replace(solved, solved_at=datetime(2026, 11, 20, tzinfo=UTC))
    assert only_row(later, early).returned == 0, "it was opened before the other was called solved"


def test_a_case_that_is_reopened_comes_back_in_the_month_of_the_reopening() -> None:
    line = a_line(1, date(2026, 9, 3), returned_at=(datetime(2026, 11, 8, tzinfo=UTC),))
    row = only_row(line)
    assert (row.count, row.before, row.returned) == (0, 0, 1)
    assert row.returns[0].is_reopened
    before = tally(OCTOBER, [line], today=AFTER, zone=BEIJING)
    assert before is not None
    assert [(one.count, one.before, one.returned) for one in before.rows] == [(0, 1, 0)], "October saw no return"


def test_what_grows_stands_first_then_what_came_back_then_the_most() -> None:
    lines = [
        *in_month(OCTOBER, 50, district="朝阳区"),
        *in_month(NOVEMBER, 50, district="朝阳区"),
        *in_month(OCTOBER, 2, district="通州区"),
        *in_month(NOVEMBER, 20, district="通州区"),
        a_line(1, date(2026, 9, 3), returned_at=(datetime(2026, 11, 8, tzinfo=UTC),)),
    ]
    assert [row.district for row in table_of(*lines).rows] == ["通州区", "丰台区", "朝阳区"]


def test_the_largest_table_fits_into_one_item_and_says_what_it_leaves_out() -> None:
    place = "某" * 99
    closed_at = datetime(2026, 10, 20, tzinfo=UTC)
    lines = [
        replace(one, category=f"public_order.offence{cell:04d}")
        for cell in range(MOST_ROWS + 5)
        for one in (
            *in_month(OCTOBER, 1, solved_at=closed_at, place=place),
            *in_month(NOVEMBER, CASES_NAMED + 1, place=place),
        )
    ]
    table = table_of(*lines)
    assert (len(table.rows), table.left_out) == (MOST_ROWS, 5)
    assert (len(table.rows[0].cases), table.rows[0].count) == (CASES_NAMED, CASES_NAMED + 1)
    assert (len(table.rows[0].returns), table.rows[0].returned) == (CASES_NAMED, CASES_NAMED + 1)
    assert sum(len(row.returns) for row in table.rows) == RETURNS_NAMED
    assert len(dumps(table).encode()) < 400_000


def line_after(*commands: Command) -> IssueLine | None:
    return line_of(build.a_case(*commands))


def test_a_line_says_what_the_case_is_now() -> None:
    closed = CloseCase(resolution=Resolution.HANDLED, reason="已办理")
    opened = line_after()
    assert opened is not None
    assert (opened.category, opened.district, opened.solved_at, opened.month) == (
        "public_order.offence",
        "丰台区",
        None,
        NOVEMBER,
    )
    moved = line_after(CorrectCase(category="traffic.congestion", place=build.a_place(district="通州区")))
    assert moved is not None
    assert (moved.category, moved.district) == ("traffic.congestion", "通州区")
    solved = line_after(closed)
    assert solved is not None
    assert solved.solved_at == build.after(minutes=1)
    again = line_after(closed, ReopenCase(reason="没有解决"))
    assert again is not None
    assert (again.solved_at, again.returned_at) == (None, (build.after(minutes=2),))
    answered = line_after(CloseCase(resolution=Resolution.ANSWERED, reason="已答复"), ReopenCase(reason="又来信"))
    assert answered is not None
    assert answered.returned_at == (), "what was answered was not called solved"
    assert line_after(CloseCase(resolution=Resolution.NOISE, reason="误判")) is None


def test_four_months_are_counted_anew_each_day_and_the_first_of_a_month_finishes_the_one_before() -> None:
    assert months_counted(date(2027, 1, 1)) == (date(2026, 9, 1), OCTOBER, NOVEMBER, date(2026, 12, 1))
    assert months_counted(date(2027, 1, 2))[-1] == date(2027, 1, 1)
    assert month_before(date(2026, 1, 1)) == date(2025, 12, 1)
    assert month_before(date(2026, 12, 1), -1) == date(2027, 1, 1)


def test_a_number_of_another_shape_counts_in_the_month_of_its_opening() -> None:
    assert a_line(1, NOVEMBER, case_id="C01").month == NOVEMBER


def test_only_a_month_is_read_as_one() -> None:
    assert read_month("2026-11") == NOVEMBER
    assert [read_month(text) for text in ("2026-13", "2026-1", "", "2026-11-01", "11-2026")] == [None] * 5
