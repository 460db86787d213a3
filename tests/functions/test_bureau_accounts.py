"""A bureau whose people sign in: what it was given, in one list, and each of it answered without a code."""

from dataclasses import replace
from datetime import timedelta

import pytest

from jiesu.cases.bureau_lines import bureau_lines
from jiesu.cases.commands import AcceptFeedback, WithdrawAssignment
from jiesu.cases.extensions import AskExtension
from jiesu.model.case import Case
from jiesu.model.words import UserRole
from jiesu.pages.bureau import ACCOUNT_PLACES
from jiesu.pages.bureau_accounts import ROWS_SHOWN
from jiesu.pages.rights import BUREAU_ROUTES, Right, Route, rights_of
from jiesu.pages.session import ABSOLUTE_LIMIT, IDLE_LIMIT
from jiesu.store import keys
from jiesu.store.attributes import item
from jiesu.store.bureau_lines import line_item
from jiesu.store.rebuilding import rebuild_lines
from tests import builders as build
from tests.conftest import Stores
from tests.dying import counting
from tests.functions.browser import Browser, Page
from tests.functions.desks import DemoDesk, Door, bureau_pages, carried_out, dispatched, fill_directory, opened
from tests.tables import TABLES

HOME = "/prod/bureau"
FEEDBACK = {"findings": "经查属实。", "result": "已依法行政拘留。", "publishable": "已依法处理。"}


@pytest.fixture
def office(stores: Stores) -> DemoDesk:
    fill_directory(stores)
    return DemoDesk(stores)


@pytest.fixture
def case(office: DemoDesk) -> Case:
    """A case given to Fengtai (`a1`) and the transit corps (`a2`)."""
    return dispatched(office.stores, opened(office.stores, citizen="2489518277"))


def visitor(office: DemoDesk, *groups: str, name: str = "王建国") -> Browser:
    """A browser of somebody in these groups of the issuer, half an hour after the dispatch."""
    office.now = build.after(minutes=30)
    browser = office.visitor(name=name)
    assert browser.issuer is not None
    browser.issuer.groups = list(groups)
    browser.site, browser.takes_files = Door(browser.site, bureau_pages(office.stores, b"secret")), True
    return browser


def signed_in(office: DemoDesk, *groups: str, name: str = "王建国") -> Browser:
    browser = visitor(office, *groups, name=name)
    browser.get("/prod/desk/sign-in/start")
    return browser


def of(case: Case, assignment_id: str = "a1") -> str:
    return f"{HOME}/assignments/{case.id}/{assignment_id}"


def act(officer: Browser, case: Case, action: str, **typed: str) -> Page:
    """Fill in the form for `action` as it stands on the page, and send it."""
    page = officer.get(of(case))
    (form,) = (form for form in page.forms if form.fields.get("action") == (action,))
    return officer.submit(form, **typed)


# --- Who may ---------------------------------------------------------------------------------


def concrete(route: Route, case: Case) -> str:
    return "/prod" + route.path.format(case_id=case.id, assignment_id="a1")


def test_whoever_signs_in_for_a_bureau_comes_to_its_list(office: DemoDesk, case: Case) -> None:
    page = visitor(office, "bureau-FT").get("/prod/desk/sign-in/start")
    assert page.path == HOME
    assert case.bulletins[0].title in page.text


def test_whoever_is_not_signed_in_comes_back_to_the_page_they_wanted(office: DemoDesk, case: Case) -> None:
    officer = visitor(office, "bureau-FT")
    welcome = officer.get(of(case))
    assert case.bulletins[0].title not in welcome.text
    (start,) = (one for one in welcome.links if "/sign-in/start" in one)
    assert officer.get(start).path == of(case)


@pytest.mark.parametrize("role", UserRole, ids=str)
def test_every_page_of_a_bureau_admits_its_people_and_nobody_else(office: DemoDesk, case: Case, role: UserRole) -> None:
    browser = signed_in(office, role.value)
    for route in BUREAU_ROUTES:
        page = browser.get(concrete(route, case)) if route.method == "GET" else browser.post(concrete(route, case), {})
        assert case.bulletins[0].title not in page.text
        if route.method == "GET":
            assert (page.status == 403) == (Right.ANSWER not in rights_of((role,))), route.path
        else:
            assert page.status == 403  # without the session's token


@pytest.mark.parametrize("route", BUREAU_ROUTES, ids=lambda one: f"{one.method} {one.path}")
def test_no_page_of_a_bureau_shows_anything_to_a_stranger(office: DemoDesk, case: Case, route: Route) -> None:
    stranger = visitor(office)
    page = stranger.get(concrete(route, case)) if route.method == "GET" else stranger.post(concrete(route, case), {})
    assert case.bulletins[0].title not in page.text
    assert page.status == 401 if route.method == "POST" else page.path.startswith("/prod/desk/sign-in")


def test_what_needs_a_sign_in_is_told_from_a_link_by_how_it_begins() -> None:
    assert {route.path.removeprefix("/bureau").removeprefix("/").partition("/")[0] for route in BUREAU_ROUTES} == ACCOUNT_PLACES


def test_a_bureau_sees_its_own_and_no_other(office: DemoDesk, case: Case) -> None:
    transit = signed_in(office, "bureau-GJ")
    assert case.bulletins[0].title in transit.get(HOME).text
    assert transit.get(of(case, "a2")).status == 200
    for path in (of(case, "a1"), f"{HOME}?bureau=FT", f"{HOME}/figures?bureau=FT", f"{HOME}/assignments/261123-D11CNX/a1"):
        page = transit.get(path)
        assert page.status == 404, path
        assert case.bulletins[0].title not in page.text
    stranger = signed_in(office, "bureau-CY")
    assert "没有未结束的交办" in stranger.get(HOME).text
    assert "没有找到" in stranger.get(f"{HOME}/find?q={case.bulletins[0].number}").text


def test_another_bureaus_person_cannot_act_on_it(office: DemoDesk, case: Case) -> None:
    officer, transit = signed_in(office, "bureau-FT"), signed_in(office, "bureau-GJ", name="赵强")
    (form,) = (one for one in officer.get(of(case)).forms if one.fields.get("action") == ("acknowledge",))
    own = next(one for one in transit.get(of(case, "a2")).forms if one.fields.get("action") == ("acknowledge",))
    page = transit.post(of(case), {**form.fields, "csrf_token": own.fields["csrf_token"]})
    assert page.status == 404
    assert office.stores.cases.load(case.id) == case


def test_nothing_of_the_citizen_stands_on_any_page(office: DemoDesk, case: Case) -> None:
    officer = signed_in(office, "bureau-FT")
    for path in (HOME, f"{HOME}/ended", f"{HOME}/figures", f"{HOME}/find?q={case.bulletins[0].number}", of(case)):
        page = officer.get(path)
        assert "2489518277" not in page.body
        assert build.a_message().text not in page.text


def test_somebody_of_no_bureau_is_told_whom_to_ask(office: DemoDesk, case: Case) -> None:
    officer = signed_in(office, "bureau")
    for path in (HOME, f"{HOME}/ended", f"{HOME}/figures", f"{HOME}/find"):
        assert "请联系管理员把您加入" in officer.get(path).text


def test_whoever_answers_for_two_bureaus_chooses_between_them(office: DemoDesk, case: Case) -> None:
    officer = signed_in(office, "bureau-FT", "bureau-GJ")
    page = officer.get(HOME)
    assert "北京市公安局丰台分局未结束的交办" in page.text
    assert f"{HOME}?bureau=GJ" in page.links
    assert "北京市公安局公共交通安全保卫总队" in page.text
    assert "北京市公安局公共交通安全保卫总队未结束的交办" in officer.get(f"{HOME}?bureau=GJ").text


# --- The list --------------------------------------------------------------------------------


def test_the_list_says_what_is_due_next_in_words_and_is_one_query(office: DemoDesk, case: Case) -> None:
    officer = signed_in(office, "bureau-FT")
    with counting(office.stores.client) as calls:
        page = officer.get(HOME)
    assert calls == ["Query"]
    assert "签收还剩 1 小时 31 分" in page.text
    assert "待签收 1" in page.text
    assert case.bulletins[0].number in page.text
    assert of(case) in page.links


def test_what_waits_for_the_office_stands_behind_what_the_bureau_owes(office: DemoDesk, case: Case) -> None:
    carried_out(office.stores, case, build.acknowledge(), build.report())
    other = dispatched(office.stores, opened(office.stores, citizen="c2", case_id="261123-AAAAA6"))
    officer = signed_in(office, "bureau-FT")
    page = officer.get(HOME)
    assert page.text.index(other.bulletins[0].number) < page.text.index(case.bulletins[0].number)
    assert "等待审核" in page.text
    waiting = officer.get(f"{HOME}?stage=with_office")
    assert case.bulletins[0].number in waiting.text
    assert other.bulletins[0].number not in waiting.text
    assert "这一类没有交办" in officer.get(f"{HOME}?stage=to_answer").text


def test_time_that_was_asked_for_stands_in_the_list_until_it_is_decided_on(office: DemoDesk, case: Case) -> None:
    until = build.after(days=8)
    carried_out(office.stores, case, build.acknowledge(), AskExtension(assignment_id="a1", until=until, reason="需要委托鉴定。"))
    assert "已申请延期到" in signed_in(office, "bureau-FT").get(HOME).text


def test_what_is_over_is_listed_by_the_month_in_which_it_was(office: DemoDesk, case: Case) -> None:
    accepted = carried_out(office.stores, case, build.acknowledge(), build.report())
    carried_out(
        office.stores,
        accepted,
        WithdrawAssignment(assignment_id="a2", reason="不属该队管辖。"),
        AcceptFeedback(assignment_id="a1"),
        actor=build.EDITOR,
    )
    officer = signed_in(office, "bureau-FT")
    assert "没有未结束的交办" in officer.get(HOME).text
    assert case.bulletins[0].number in officer.get(f"{HOME}/ended").text
    assert "没有结束的交办" in officer.get(f"{HOME}/ended?month=2026-10").text
    withdrawn = signed_in(office, "bureau-GJ").get(f"{HOME}/ended")
    assert "已撤回" in withdrawn.text
    assert "已撤回" in signed_in(office, "bureau-GJ").get(of(case, "a2")).text


def test_a_long_list_is_turned_page_by_page(office: DemoDesk) -> None:
    (line,) = (one for one in bureau_lines(build.a_dispatched_case()) if one.bureau_code == "FT")
    for number in range(ROWS_SHOWN + 1):
        stored = line_item(replace(line, case_id=f"261123-{number:06d}"), 1)
        office.stores.client.put_item(TableName=TABLES.cases, Item=item(**stored))
    officer = signed_in(office, "bureau-FT")
    first, second = officer.get(HOME), officer.get(f"{HOME}?page=2")
    assert "第 1 页，共 2 页" in first.text
    assert first.body.count('class="queue-title"') == ROWS_SHOWN
    assert second.body.count('class="queue-title"') == 1


@pytest.mark.parametrize("query", ["?stage=none", "?page=0", "?page=x", "/ended?month=2026-13", "/figures?month=x"])
def test_an_address_that_no_list_links_to_is_refused_kindly(office: DemoDesk, case: Case, query: str) -> None:
    page = signed_in(office, "bureau-FT").get(HOME + query)
    assert page.status == 400
    assert "请求无效" in page.text


def test_an_assignment_is_found_by_its_number_however_it_is_typed(office: DemoDesk, case: Case) -> None:
    officer = signed_in(office, "bureau-FT")
    number = case.bulletins[0].number
    assert officer.get(f"{HOME}/find?q={number.replace('-', '—')}").path == of(case)
    assert "没有找到" in officer.get(f"{HOME}/find?q=2026-00042-6").text
    assert "请输入编号" in officer.get(f"{HOME}/find").text


def test_a_bureau_reads_how_far_it_kept_its_deadlines_with_what_is_behind_the_numbers(office: DemoDesk, case: Case) -> None:
    carried_out(office.stores, case, build.acknowledge(), build.report())
    officer = signed_in(office, "bureau-FT")
    with counting(office.stores.client) as calls:
        page = officer.get(f"{HOME}/figures")
    assert calls == ["Query"]
    assert "签收及时率 100%，1/1" in page.text
    assert of(case) in page.links
    assert "公共交通" not in page.text


def test_lines_from_before_lists_were_kept_come_with_the_rebuilding(office: DemoDesk, case: Case) -> None:
    for assignment_id in ("a1", "a2"):
        key = item(pk=keys.case(case.id), sk=keys.bureau_line(assignment_id))
        office.stores.client.delete_item(TableName=TABLES.cases, Key=key)
    officer = signed_in(office, "bureau-FT")
    assert "没有未结束的交办" in officer.get(HOME).text
    assert list(rebuild_lines(office.stores.client, TABLES.cases)) == [True]
    assert case.bulletins[0].number in officer.get(HOME).text


# --- Acting ----------------------------------------------------------------------------------


def test_all_that_a_bureau_does_is_done_in_the_persons_name(office: DemoDesk, case: Case) -> None:
    officer = signed_in(office, "bureau-FT")
    assert "验证码" not in officer.get(of(case)).text
    page = act(officer, case, "acknowledge")
    assert "已签收，请在时限内办理并反馈。" in page.text
    assert "北京市公安局丰台分局 王建国（账号登录）已签收。" in page.text
    act(officer, case, "progress", text="正在调取监控。")
    act(officer, case, "extension", until="2026-12-01T18:00", extension_reason="需要委托鉴定。")
    act(officer, case, "feedback", **FEEDBACK)
    after = office.stores.cases.told(case.id)
    assert after is not None
    assert {(one.actor.id, one.actor.account) for one in after.entries[-4:]} == {("FT", "王建国")}
    standing = after.case.assignment("a1")
    assert standing is not None
    assert standing.feedback is not None
    assert standing.extensions[0].reason == "需要委托鉴定。"


def test_a_bureau_gives_back_from_its_account(office: DemoDesk, case: Case) -> None:
    officer = signed_in(office, "bureau-FT")
    page = act(officer, case, "return", return_reason="not_ours", return_words="地点在西城区。")
    assert "已退回，等待裁决" in page.text
    assert "等待裁决" in officer.get(HOME).text


def test_the_second_of_two_people_is_told_that_it_was_acknowledged_and_by_whom(office: DemoDesk, case: Case) -> None:
    first, second = signed_in(office, "bureau-FT"), signed_in(office, "bureau-FT", name="李强")
    page = second.get(of(case))
    (form,) = (one for one in page.forms if one.fields.get("action") == ("acknowledge",))
    act(first, case, "acknowledge")
    told = second.submit(form)
    assert told.status == 200
    assert "本单位已有人签收，不必再签收" in told.text
    assert "王建国（账号登录）已签收" in told.text


def test_what_was_typed_is_kept_where_a_colleague_was_faster(office: DemoDesk, case: Case) -> None:
    carried_out(office.stores, case, build.acknowledge())
    first, second = signed_in(office, "bureau-FT"), signed_in(office, "bureau-FT", name="李强")
    page = second.get(of(case))
    (form,) = (one for one in page.forms if one.fields.get("action") == ("feedback",))
    act(first, case, "feedback", **FEEDBACK)
    told = second.submit(form, **{**FEEDBACK, "findings": "我写的另一份调查。"})
    assert told.status == 422
    assert "您刚才填写的内容" in told.text
    assert "我写的另一份调查。" in told.text


@pytest.mark.parametrize("later", [IDLE_LIMIT, ABSOLUTE_LIMIT])
def test_what_was_typed_while_the_session_ran_out_is_given_back_with_the_way_back(
    office: DemoDesk, case: Case, later: timedelta
) -> None:
    carried_out(office.stores, case, build.acknowledge())
    officer = signed_in(office, "bureau-FT")
    (form,) = (one for one in officer.get(of(case)).forms if one.fields.get("action") == ("feedback",))
    officer.now += later
    page = officer.submit(form, **FEEDBACK)
    assert page.status == 401
    assert "登录已结束" in page.text
    assert FEEDBACK["findings"] in page.text
    assert any("sign-in?next=" in one and case.id in one for one in page.links)


def test_a_form_without_the_sessions_token_changes_nothing(office: DemoDesk, case: Case) -> None:
    officer = signed_in(office, "bureau-FT")
    page = officer.post(of(case), {"action": "acknowledge"})
    assert page.status == 403
    assert office.stores.cases.load(case.id) == case


def test_each_page_keeps_the_session_alive(office: DemoDesk, case: Case) -> None:
    officer = signed_in(office, "bureau-FT")
    for _ in range(3):
        officer.now += IDLE_LIMIT - timedelta(minutes=1)
        assert officer.get(HOME).path == HOME
