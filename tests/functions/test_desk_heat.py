"""Heat at the desk: the grade where cases are listed, the series as chart and table, and lowering it with a reason."""

import pytest

from jiesu.cases.commands import ReopenCase
from jiesu.cases.heat import LowerHeat, RaiseHeat
from jiesu.matters.spread import Bucket
from jiesu.model.case import Case
from jiesu.model.post import Post
from jiesu.model.words import HeatGrade, Platform, Urgency
from jiesu.pages.desk_heat import WIDTH, bars
from jiesu.store.directory import Office
from jiesu.store.messages import ref_of
from tests import builders as build
from tests.conftest import Stores
from tests.functions import desks
from tests.functions.desks import DemoDesk

CASE = f"/prod/desk/cases/{build.CASE_ID}"


@pytest.fixture
def desk(stores: Stores) -> DemoDesk:
    desks.opened(stores)
    return DemoDesk(stores)


def raised(stores: Stores, command: RaiseHeat | None = None) -> Case:
    return stores.cases.execute(build.CASE_ID, command or build.raise_heat(), actor=build.SYSTEM, now=build.NOW).case


def test_the_grade_stands_in_the_queue_and_on_the_case_with_the_statement_that_is_owed(desk: DemoDesk, stores: Stores) -> None:
    raised(stores)
    browser = desk.editor()
    assert "热度橙色" in browser.get("/prod/desk").text
    page = browser.get(CASE).text
    assert "热度橙色" in page
    assert "第 1 次须在 11月23日 14:30 前发布" in page


def test_hot_cases_are_listed_the_hottest_first_until_a_person_calls_them_cold(desk: DemoDesk, stores: Stores) -> None:
    for number, grade in enumerate((HeatGrade.RED, HeatGrade.BLUE), start=2):
        case_id = f"{build.CASE_ID[:-1]}{number}"
        desks.opened(stores, citizen=f"citizen-{number}", case_id=case_id)
        stores.cases.execute(case_id, build.raise_heat(grade), actor=build.SYSTEM, now=build.NOW)
    raised(stores)
    assert [case.heat.grade for case in stores.cases.hot() if case.heat] == [HeatGrade.RED, HeatGrade.ORANGE, HeatGrade.BLUE]
    browser = desk.editor()
    page = browser.get("/prod/desk/hot").text
    assert page.index("热度红色") < page.index("热度橙色") < page.index("热度蓝色")
    cold = LowerHeat(grade=None, reason="平息")
    stores.cases.execute(build.CASE_ID, cold, actor=build.SUPERVISOR, now=build.NOW)
    assert "热度橙色" not in browser.get("/prod/desk/hot").text


def test_a_closed_case_leaves_the_list_and_is_back_when_it_is_opened_again(desk: DemoDesk, stores: Stores) -> None:
    raised(stores)
    for command, listed in ((build.close(), 0), (ReopenCase(reason="网民再次来信"), 1)):
        stores.cases.execute(build.CASE_ID, command, actor=build.EDITOR, now=build.NOW)
        assert len(stores.cases.hot()) == listed


def test_a_calm_office_has_no_hot_cases(desk: DemoDesk) -> None:
    assert "现在没有热点" in desk.editor().get("/prod/desk/hot").text


def test_a_calm_case_shows_no_heat(desk: DemoDesk) -> None:
    assert "传播与热度" not in desk.editor().get(CASE).text


def test_the_series_is_a_chart_with_a_name_and_a_table_that_says_the_same(desk: DemoDesk, stores: Stores) -> None:
    for number in range(3):
        message = build.a_message(id=f"weibo:{number}", citizen_id=f"c{number % 2}", sent_at=build.after(minutes=-30))
        stores.cases.spread.observe(build.CASE_ID, ref_of(message))
    post = Post(id="5000000001", text="", read_at=build.NOW, reposts_count=77)
    stores.cases.spread.read_post(build.CASE_ID, Platform.WEIBO, post)
    page = desk.editor().get(f"{CASE}/spread").text
    assert "4 条留言，3 人，1 个平台" in page
    assert "最多的 10 分钟有 3 条留言" in page
    assert "77" in page


def test_a_person_lowers_the_heat_with_a_reason_and_not_above_what_it_is(desk: DemoDesk, stores: Stores) -> None:
    raised(stores)
    browser = desk.editor()
    form = browser.get(f"{CASE}/lower-heat").form("/lower-heat")
    assert "请填写理由" in browser.submit(form, grade="blue", reason=" ").text
    browser.submit(form, grade="blue", reason="同一业主群集体转发")
    case = stores.cases.load(build.CASE_ID)
    assert case is not None
    assert case.heat is not None
    assert case.heat.grade is HeatGrade.BLUE
    assert "同一业主群集体转发" in browser.get(CASE).text


def a_bucket(minutes: int, messages: int, people: int) -> Bucket:
    return Bucket(
        start=build.after(minutes=minutes),
        messages=messages,
        people=people,
        newcomers=0,
        platforms=1,
        reposts=0,
        comments=0,
        likes=0,
    )


def test_bars_stand_where_their_time_is_and_none_leaves_the_chart() -> None:
    drawn = bars((a_bucket(0, 2, 1), a_bucket(10, 4, 4), a_bucket(7 * 24 * 60 - 10, 1, 1)))
    assert [bar.whole_height for bar in drawn] == [80, 160, 40]
    assert drawn[0].part_height == 40
    assert drawn[0].x == 0 < drawn[1].x < drawn[2].x
    assert all(bar.x + bar.width <= WIDTH for bar in drawn)
    assert bars(()) == ()


def test_a_ride_of_a_patient_proposes_the_traffic_bureau_and_one_press_has_it_chosen(stores: Stores) -> None:
    stores.directory.put_bureaus(
        [build.a_bureau(), build.a_bureau("JG", name="交通管理局", kind="总队", district="全市")], build.a_note()
    )
    stores.directory.put_office(
        Office(contacts=build.office_contacts(), plans=dict.fromkeys(Urgency, build.a_plan())), build.a_note()
    )
    desks.opened(stores, text="我父亲装着人工肺，今晚要从丰台转到西城的医院，请帮忙开道")
    browser = DemoDesk(stores).editor()
    assert "沿途疏导" in browser.get(CASE).text
    assert browser.get(f"{CASE}/dispatch").form("/dispatch").fields["joint"] == ("JG",)
