"""The issues of a month from the cases that write their lines to the page that shows them."""

import importlib
from datetime import UTC, date, datetime, timedelta
from types import ModuleType
from zoneinfo import ZoneInfo

import pytest

from jiesu.cases.commands import CloseCase, CorrectCase, ReopenCase
from jiesu.cases.issues import IssueTable
from jiesu.model.words import Resolution
from jiesu.road.issues import tally_due
from jiesu.runtime import clients
from tests import builders as build
from tests.conftest import Stores
from tests.functions import desks
from tests.functions.desks import DemoDesk

BEIJING = ZoneInfo("Asia/Shanghai")
NOVEMBER = date(2026, 11, 1)
NEXT_DAY = build.after(days=1)
"""`build.NOW` is 23 November."""

OTHER = "261123-222222"


def counted(stores: Stores, now: datetime = NEXT_DAY) -> IssueTable:
    tally_due(stores.issues, zone=BEIJING, now=now)
    table = stores.issues.table(NOVEMBER)
    assert table is not None
    return table


def test_a_second_count_on_one_day_gives_the_same_table_and_an_older_day_replaces_none(stores: Stores) -> None:
    desks.opened(stores)
    table = counted(stores)
    assert (table.until, table.total, table.rows[0].cases) == (date(2026, 11, 24), 1, (build.CASE_ID,))
    assert counted(stores) == table
    assert counted(stores, build.after(days=2)).until == date(2026, 11, 25)
    assert counted(stores).until == date(2026, 11, 25)


def test_corrections_and_reopenings_of_earlier_days_are_counted_as_they_are_now(stores: Stores) -> None:
    desks.opened(stores)
    desks.opened(stores, citizen="citizen-2", case_id=OTHER)
    assert [(row.category, row.count) for row in counted(stores).rows] == [("public_order.offence", 2)]
    for command in (
        CorrectCase(category="traffic.congestion"),
        CloseCase(resolution=Resolution.HANDLED, reason="已办理"),
        ReopenCase(reason="没有解决"),
    ):
        stores.cases.execute(OTHER, command, actor=build.EDITOR, now=NEXT_DAY)
    rows = counted(stores, build.after(days=2)).rows
    assert [(row.category, row.count, row.returned) for row in rows] == [
        ("traffic.congestion", 1, 1),
        ("public_order.offence", 1, 0),
    ]
    noise = CloseCase(resolution=Resolution.NOISE, reason="误判")
    stores.cases.execute(OTHER, noise, actor=build.EDITOR, now=NEXT_DAY)
    assert counted(stores, build.after(days=2)).total == 1


def test_the_function_keeps_a_table_for_each_open_month(stores: Stores, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clients, "dynamodb", lambda: stores.client)
    app: ModuleType = importlib.reload(importlib.import_module("functions.tally_issues.app"))
    assert app.handler({}, None) == {"tables": 4, "cases": 0}
    yesterday = (datetime.now(UTC).astimezone(BEIJING) - timedelta(days=1)).date()
    assert stores.issues.table(yesterday.replace(day=1)) is not None


def test_a_month_without_a_count_says_when_there_will_be_one(stores: Stores) -> None:
    page = DemoDesk(stores, now=NEXT_DAY).editor().get("/prod/desk/issues")
    assert "2026-11 还没有统计" in page.text
    assert DemoDesk(stores).editor().get("/prod/desk/issues?month=soon").status == 400


def test_the_page_shows_numerator_denominator_and_the_cases_and_filters_by_category_and_district(stores: Stores) -> None:
    for number in range(5):
        case_id = f"261123-22222{number}"
        desks.opened(stores, citizen=f"citizen-{number}", case_id=case_id)
    desks.opened(stores, citizen="citizen-9", case_id=build.CASE_ID, place=build.a_place(district=""))
    counted(stores)
    browser = DemoDesk(stores, now=NEXT_DAY).editor()
    page = browser.get("/prod/desk/issues?month=2026-11")
    assert "5/6" in page.text
    assert "不能断定" in page.text, "there is no month before to compare with that would bear it out"
    assert f"/prod/desk/cases/{build.CASE_ID}" in page.links
    (behind,) = (one for one in page.links if "/issues/cases?" in one)
    assert browser.get(behind).text.count("261123-22222") == 5
    unknown = browser.get("/prod/desk/issues?month=2026-11&category=&district=")
    assert "5/6" not in unknown.text
    assert "1/6" in unknown.text
    assert "没有符合条件的诉求" in browser.get("/prod/desk/issues?month=2026-11&category=traffic.congestion").text
