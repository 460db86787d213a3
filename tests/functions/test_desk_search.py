"""The search: what is found by what, what a page reads, and that it says what it looked through."""

import re
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from jiesu.cases.commands import CloseCase
from jiesu.model.case import Case
from jiesu.model.words import CaseStatus, Resolution, UserRole
from jiesu.store import finding
from jiesu.store.attributes import item
from jiesu.store.desk_lines import line_item
from tests import builders as build
from tests.conftest import Stores
from tests.dying import counting
from tests.functions import desks
from tests.functions.browser import Browser, Page
from tests.functions.desks import DemoDesk, dispatched, opened
from tests.functions.test_desk_queue import QUEUE, numbered, order
from tests.tables import TABLES

FIND = f"{QUEUE}/find"


@pytest.fixture
def office(stores: Stores) -> DemoDesk:
    desks.fill_directory(stores)
    return DemoDesk(stores)


def closed(office: DemoDesk, number: int, title: str = "电梯内吐痰", opened_at: datetime = build.NOW) -> str:
    """The line of a case that is over, as it would be stored."""
    case = build.a_case(CloseCase(resolution=Resolution.HANDLED, reason="已办理"))
    case = replace(case, id=numbered(number), title=title, opened_at=opened_at)
    office.stores.client.put_item(TableName=TABLES.cases, Item=item(**line_item(case)))
    return case.id


def found(office: DemoDesk, query: str, *cases: Case | str) -> list[str]:
    page = office.editor().get(f"{FIND}?{query}")
    assert page.status == 200
    return order(page, *(one if isinstance(one, str) else one.id for one in cases))


def test_words_are_found_in_titles_places_and_numbers_of_open_and_of_closed_cases(office: DemoDesk) -> None:
    case = opened(office.stores)
    over = closed(office, 1, "方庄路夜间飙车")
    for query in ("q=电梯", "q=马家堡西路 电梯", f"q={case.id.lower()}"):
        assert found(office, query, case, over) == [case.id], query
    assert found(office, "q=飙车", case, over) == [over]
    assert found(office, "q=丰台区", case, over) == [case.id, over]
    assert found(office, "q=电梯 飙车", case, over) == []


def test_words_of_a_bulletin_are_found_where_the_case_itself_has_them_not(office: DemoDesk) -> None:
    work = dispatched(office.stores, opened(office.stores))
    (bulletin,) = work.bulletins
    assert bulletin.title not in work.title
    assert found(office, f"q={bulletin.title}", work) == [work.id]
    assert "事实和要求" in office.editor().get(f"{FIND}?q=电梯").text  # what is not found is said


def test_a_case_that_is_closed_and_one_that_is_reopened_are_found_once(office: DemoDesk) -> None:
    case = opened(office.stores)
    close = CloseCase(resolution=Resolution.NOISE, reason="广告")
    office.stores.cases.execute(case.id, close, actor=build.EDITOR, now=build.after(hours=1))
    page = office.editor().get(f"{FIND}?q=电梯")
    assert page.body.count(f'id="row-{case.id}"') == 1
    assert "已办结" in page.text
    assert found(office, "q=电梯&status=closed", case) == [case.id]
    assert found(office, "q=电梯&status=open", case) == []


def test_state_bureau_and_days_narrow_it_down(office: DemoDesk) -> None:
    work = dispatched(office.stores, opened(office.stores))
    fresh = opened(office.stores, citizen="c2", case_id=numbered(2))
    old = closed(office, 3, opened_at=build.NOW - timedelta(days=100))
    assert found(office, "bureau=FT", work, fresh, old) == [work.id]
    assert found(office, f"status={CaseStatus.OPEN}", work, fresh, old) == [fresh.id]
    assert found(office, "until=2026-10-01", work, fresh, old) == [old]
    assert set(found(office, "since=2026-11-01&q=电梯", work, fresh, old)) == {work.id, fresh.id}
    assert found(office, "q=电梯", old) == [old]


def test_a_page_stops_when_it_is_full_says_how_far_it_looked_and_goes_on_from_there(
    office: DemoDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "SHOWN", 2)
    ids = [closed(office, one, opened_at=build.NOW - timedelta(days=31 * one)) for one in range(5)]
    browser = office.editor()
    page = browser.get(f"{FIND}?q=电梯")
    assert order(page, *ids) == ids[:2]
    assert "更早的还没有查完" in page.text
    assert re.search(r"10月0?1日 08:00 以后立件", page.text)
    seen = [ids[:2]]
    while links := [link for link in page.links if "cursor=" in link]:
        page = browser.get(links[0])
        seen.append(order(page, *ids))
    assert [one for some in seen for one in some] == ids
    assert "又找到" in browser.get(f"{FIND}?q=电梯&cursor=2026-09|").text


def test_a_search_in_vain_over_a_year_reads_each_month_once_and_no_more_than_a_page_may(office: DemoDesk) -> None:
    closed(office, 1)
    browser = office.editor()
    with counting(office.stores.client) as calls:
        page = browser.get(f"{FIND}?q=没有这样的词")
    # The unfinished cases, thirteen months that a year touches, and the names of the bureaus.
    assert calls.count("Query") == 1 + 13 + 1
    assert "没有找到" in page.text
    with counting(office.stores.client) as calls:
        page = browser.get(f"{FIND}?q=没有这样的词&since=2020-01-01")
    assert calls.count("Query") == 1 + finding.MOST_READS + 1
    assert "继续往前查找" in page.text


def test_what_cannot_be_read_is_said_and_what_no_page_links_to_is_refused(office: DemoDesk) -> None:
    browser = office.editor()
    assert "请填写至少一项条件" in browser.get(FIND).text
    for query, said in (("since=2026-13-01", "日期不完整"), ("since=2026-11-02&until=2026-11-01", "起始日期在截止日期之后")):
        page = browser.get(f"{FIND}?{query}")
        assert page.status == 422
        assert said in page.text
    for query in ("status=lost", "q=x&cursor=nonsense", "q=x&cursor=2026-11|0", "q=x&cursor=2019-11|"):
        assert browser.get(f"{FIND}?{query}").status == 400, query


def test_the_box_at_the_top_leads_on_to_the_search_but_not_whoever_may_not_search(office: DemoDesk) -> None:
    case = opened(office.stores)
    page: Page = office.editor().search("电梯 吐痰")
    assert page.path.startswith(FIND)
    assert order(page, case.id) == [case.id]
    admin: Browser = office.signed_in(UserRole.ADMIN)
    assert admin.search("电梯").status == 404
    assert admin.get(f"{FIND}?q=电梯").status == 403


def test_nothing_that_was_typed_stands_in_the_log(office: DemoDesk, caplog: pytest.LogCaptureFixture) -> None:
    office.editor().get(f"{FIND}?q=某某人的名字")
    said = " ".join(str(one.__dict__) for one in caplog.records)
    assert "cases searched" in said
    assert "某某人" not in said
