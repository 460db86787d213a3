"""The queue as its editors use it: narrowed down, in order, with who is on what and what is new to whom."""

from dataclasses import replace
from datetime import timedelta

import pytest

from jiesu.cases.commands import CloseCase
from jiesu.cases.desk_lines import DeskLine, desk_line
from jiesu.model.case import Case
from jiesu.model.numbers import case_id_for
from jiesu.model.words import HeatGrade, Platform, Resolution, Urgency, UserRole
from jiesu.pages import desk_queue
from jiesu.store import keys
from jiesu.store.attributes import item
from jiesu.store.codec import dumps
from jiesu.store.desk_lines import line_item
from jiesu.store.rebuilding import rebuild_lines
from tests import builders as build
from tests.conftest import Stores
from tests.dying import counting
from tests.functions.browser import Page
from tests.functions.desks import DemoDesk, dispatched, opened
from tests.tables import TABLES

QUEUE = "/prod/desk"


@pytest.fixture
def office(stores: Stores) -> DemoDesk:
    return DemoDesk(stores=stores)


def numbered(number: int) -> str:
    return case_id_for(f"weibo:n{number}", build.NOW.date())


def line_of(case: Case) -> DeskLine:
    line = desk_line(case)
    assert line is not None
    return line


def stored(office: DemoDesk, line: DeskLine, number: int | None = None, **changed: object) -> str:
    """A line as a case would have it, under a number of its own unless it is another state of the same case."""
    known = replace(line, **changed)  # type: ignore[arg-type]
    known = known if number is None else replace(known, case_id=numbered(number))
    place = keys.waiting_place(known.urgency, known.heat, known.opened_at, known.case_id, is_emergency=known.is_emergency)
    index = {"gsi1pk": keys.DESK, "gsi1sk": place}
    put = item(pk=keys.case(known.case_id), sk=keys.DESK, version=1, body=dumps(known), **index)
    office.stores.client.put_item(TableName=TABLES.cases, Item=put)
    return known.case_id


def order(page: Page, *case_ids: str) -> list[str]:
    """Those of the cases that the page has, from its top."""
    return sorted((one for one in case_ids if f"row-{one}" in page.body), key=lambda one: page.body.index(f"row-{one}"))


def test_emergencies_stand_first_then_urgency_heat_and_waiting_time(office: DemoDesk) -> None:
    line = line_of(opened(office.stores))
    late = stored(office, line, 1, opened_at=build.after(minutes=5))
    early = stored(office, line, 2, opened_at=build.after(minutes=1))
    hot = stored(office, line, 3, opened_at=build.after(minutes=9), heat=HeatGrade.RED)
    urgent = stored(office, line, 4, opened_at=build.after(minutes=9), urgency=Urgency.URGENT)
    alarm = stored(office, line, 5, opened_at=build.after(minutes=9), is_emergency=True, emergency="有人落水")
    page = office.editor().get(QUEUE)
    assert order(page, late, early, hot, urgent, alarm) == [alarm, urgent, hot, early, late]


def test_filters_stay_in_the_address_and_narrow_the_one_query(office: DemoDesk) -> None:
    case = opened(office.stores)
    line = line_of(case)
    elsewhere = stored(office, line, 1, district="东城区")
    wechat = stored(office, line, 2, platform=Platform.WECHAT)
    other = stored(office, line, 3, category="traffic.parking")
    browser = office.editor()
    everything = (case.id, elsewhere, wechat, other)
    for query, expected in (("district=东城区", elsewhere), ("platform=wechat", wechat)):
        with counting(office.stores.client) as calls:
            page = browser.get(f"{QUEUE}?status=open&{query}")
        assert calls == ["Query"]
        assert order(page, *everything) == [expected]
        assert "取消筛选" in page.text
    page = browser.get(f"{QUEUE}?group=社会治安")
    assert other not in order(page, *everything)
    assert "group=%E7%A4%BE%E4%BC%9A%E6%B2%BB%E5%AE%89" in page.body.partition('hx-get="')[2].partition('"')[0]


def test_mine_is_what_i_answer_for(office: DemoDesk) -> None:
    case = opened(office.stores)
    browser = office.editor()
    assert "没有符合条件" in browser.get(f"{QUEUE}?mine=1").text
    browser.submit(browser.get(f"{QUEUE}/cases/{case.id}").form("/take"))
    page = browser.get(f"{QUEUE}?mine=1")
    assert order(page, case.id) == [case.id]
    assert "李明 负责" in page.text
    assert "没有符合条件" in office.editor(name="王芳").get(f"{QUEUE}?mine=1").text


def test_five_hundred_waiting_items_are_one_query_a_page_and_all_are_reached(office: DemoDesk) -> None:
    line = line_of(opened(office.stores))
    for number in range(500):
        stored(office, line, number, opened_at=build.after(seconds=number))
    browser = office.editor()
    seen: set[str] = set()
    address = QUEUE
    while address:
        with counting(office.stores.client) as calls:
            page = browser.get(address)
        assert calls == ["Query"]
        seen.update(one for one in (numbered(number) for number in range(500)) if f"row-{one}" in page.body)
        address = next((link for link in page.links if "cursor=" in link), "")
    assert len(seen) == 500
    assert "共 501 件" in browser.get(QUEUE).text


def test_closed_cases_stand_apart_and_are_narrowed_down_a_page_at_a_time(
    office: DemoDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk_queue, "QUEUE_PAGE", 2)
    cases = [opened(office.stores, citizen=f"c{number}", case_id=numbered(number)) for number in range(3)]
    close = CloseCase(resolution=Resolution.NOISE, reason="广告")
    for case in cases:
        office.stores.cases.execute(case.id, close, actor=build.EDITOR, now=build.after(hours=1))
    browser = office.editor()
    assert order(browser.get(QUEUE), *(case.id for case in cases)) == []
    page = browser.get(f"{QUEUE}?status=closed")
    rest = browser.get(next(link for link in page.links if "cursor=" in link))
    ids = [case.id for case in cases]
    assert len(order(page, *ids)) == 2
    assert len(order(rest, *ids)) == 1
    assert "已看过 2 件" in browser.get(f"{QUEUE}?status=closed&platform=douyin").text
    assert browser.get(f"{QUEUE}?status=closed&cursor=nonsense").status == 400


def test_a_case_that_changes_status_is_in_one_place_of_the_queue(office: DemoDesk) -> None:
    case = dispatched(office.stores, opened(office.stores))
    browser = office.editor()
    assert order(browser.get(QUEUE), case.id) == []
    page = browser.get(f"{QUEUE}?status=dispatched")
    assert order(page, case.id) == [case.id]
    assert "办理中 1" in page.text


# --- What is new --------------------------------------------------------------------------------


def is_new(page: Page) -> bool:
    return 'class="pill new"' in page.body


def test_what_came_since_the_last_look_is_new_until_it_was_opened(office: DemoDesk) -> None:
    browser = office.editor()
    browser.submit(browser.get(QUEUE).form("/look"))
    browser.now += timedelta(minutes=6)
    case = opened(office.stores)
    stored(office, line_of(case), arrived_at=build.after(minutes=3))
    page = browser.get(QUEUE)
    assert is_new(page)
    assert order(browser.get(f"{QUEUE}?new=1"), case.id) == [case.id]
    browser.submit(page.form("/look"))
    assert is_new(browser.get(f"{QUEUE}/rows"))
    browser.submit(browser.get(f"{QUEUE}/cases/{case.id}").form("/take-over"))
    browser.post(f"{QUEUE}/cases/{case.id}/lease", {"csrf_token": token(page), "messages": "1"})
    assert not is_new(browser.get(QUEUE))
    assert "没有符合条件" in browser.get(f"{QUEUE}?new=1").text


def token(page: Page) -> str:
    (value, *_) = page.form("/look").fields["csrf_token"]
    return value


def test_nothing_is_new_to_whoever_looks_for_the_first_time_and_a_refresh_writes_nothing(office: DemoDesk) -> None:
    opened(office.stores)
    browser = office.editor()
    page = browser.get(QUEUE)
    assert not is_new(page)
    for _ in range(2):
        with counting(office.stores.client) as calls:
            browser.get(f"{QUEUE}/rows")
        assert calls == ["Query"]
    with counting(office.stores.client) as calls:
        browser.post(f"{QUEUE}/look", {"csrf_token": token(page)})
        browser.post(f"{QUEUE}/look", {"csrf_token": token(page)})
    assert calls == ["GetItem", "PutItem", "GetItem"]


# --- Who is on a case ---------------------------------------------------------------------------


def on_it(office: DemoDesk, case: Case, name: str, minutes: int, *, takes: bool = False) -> Page:
    """What somebody's open page of the case is told at that minute."""
    office.now = build.after(minutes=minutes)
    browser = office.editor(name=name)
    browser.headers["HX-Request"] = "true"
    fields = {"csrf_token": token(browser.get(QUEUE)), "messages": "1"}
    return browser.post(f"{QUEUE}/cases/{case.id}/{'take-over' if takes else 'lease'}", fields)


def test_a_colleague_who_has_the_case_is_named_with_the_time_that_is_left(office: DemoDesk) -> None:
    case = opened(office.stores)
    assert "您正在处理本件" in on_it(office, case, "李明", 0).text
    assert "李明 正在处理 （还剩 8 分）" in on_it(office, case, "王芳", 2).text
    assert "李明 正在处理（还剩 8 分）" in office.editor(name="王芳").get(QUEUE).text
    assert "正在处理" not in office.editor(name="李明").get(QUEUE).text
    office.now = build.after(minutes=11)
    assert "正在处理" not in office.editor(name="王芳").get(QUEUE).text
    assert "您正在处理本件" in on_it(office, case, "王芳", 11).text


def test_a_case_is_kept_while_its_page_stands_open_and_goes_to_whoever_takes_it_over(office: DemoDesk) -> None:
    case = opened(office.stores)
    on_it(office, case, "李明", 0)
    on_it(office, case, "李明", 8)
    assert "李明 正在处理" in on_it(office, case, "王芳", 12).text
    assert "您正在处理本件" in on_it(office, case, "王芳", 13, takes=True).text
    assert "王芳 正在处理" in on_it(office, case, "李明", 14).text
    assert "您正在处理本件" in on_it(office, case, "王芳", 15).text


def test_whoever_goes_back_to_the_queue_leaves_the_case(office: DemoDesk) -> None:
    case = opened(office.stores)
    on_it(office, case, "李明", 0)
    browser = office.editor()
    browser.submit(browser.get(QUEUE).form("/look"))
    assert "您正在处理本件" in on_it(office, case, "王芳", 1).text


def test_being_on_a_case_is_a_courtesy_and_the_version_decides(office: DemoDesk) -> None:
    case = opened(office.stores)
    on_it(office, case, "李明", 0)
    other = office.editor(name="王芳")
    page = other.submit(other.get(f"{QUEUE}/cases/{case.id}").form("/note"), text="我先记一笔")
    assert "备注已记入经过" in page.text


def test_a_page_that_stands_open_keeps_no_session_alive_by_its_lease(office: DemoDesk) -> None:
    case = opened(office.stores)
    browser = office.editor()
    fields = {"csrf_token": token(browser.get(QUEUE)), "messages": "1"}
    for _ in range(4):
        browser.now += timedelta(minutes=9)
        answer = browser.post(f"{QUEUE}/cases/{case.id}/lease", fields)
    assert answer.status == 401


def test_who_may_only_read_is_on_no_case(office: DemoDesk) -> None:
    case = opened(office.stores)
    auditor = office.signed_in(UserRole.AUDITOR)
    assert "/lease" not in auditor.get(f"{QUEUE}/cases/{case.id}").body
    answer = auditor.post(f"{QUEUE}/cases/{case.id}/lease", {"csrf_token": token(auditor.get(QUEUE)), "messages": "1"})
    assert answer.status == 403


# --- What the store promises --------------------------------------------------------------------


def test_a_person_who_writes_from_two_pages_loses_neither(stores: Stores) -> None:
    people = stores.colleagues
    people.change("lm", "李明", lambda one: one.reading(build.CASE_ID, 1))
    raced = False

    def changed(person: object) -> object:
        nonlocal raced
        if not raced:
            raced = True
            people.change("lm", "李明", lambda one: one.reading(numbered(5), 1))
        return person.reading(numbered(2), 1)  # type: ignore[attr-defined]

    after = people.change("lm", "李明", changed)  # type: ignore[arg-type]
    assert [one for one, _ in after.read] == [build.CASE_ID, numbered(5), numbered(2)]
    assert keys.colleague("lm") == "COLLEAGUE#lm"


def test_lines_are_written_anew_from_the_heads_unless_the_case_has_moved_on(stores: Stores) -> None:
    case, other = opened(stores), opened(stores, citizen="c2", case_id=numbered(2))
    stores.client.delete_item(TableName=TABLES.cases, Key=item(pk=keys.case(case.id), sk=keys.DESK))
    stores.client.put_item(TableName=TABLES.cases, Item=item(**line_item(replace(other, version=9))))
    assert sorted(rebuild_lines(stores.client, TABLES.cases)) == [False, True]
    assert {line.case_id for line in stores.lines.all()} == {case.id, other.id}
    assert {line.case_id for _, line in stores.queue.waiting().lines} == {case.id, other.id}
