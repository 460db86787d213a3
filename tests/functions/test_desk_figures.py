"""How far bureaus keep their deadlines: each rate with its cases, none ranked by a handful."""

from dataclasses import replace
from datetime import timedelta

import pytest

from jiesu.cases.commands import GiveFeedback, SendBack, WithdrawAssignment
from jiesu.cases.timeliness import LEAST, TimelinessLine, by_bureau
from tests import builders as build
from tests.conftest import Stores
from tests.functions import desks
from tests.functions.desks import DemoDesk

FIGURES = "/prod/desk/figures"
LINE = TimelinessLine(
    case_id=build.CASE_ID,
    assignment_id="a1",
    bureau_code="FT",
    bureau_name="丰台分局",
    dispatched_at=build.NOW,
    acknowledge_by=build.after(hours=2),
    acknowledged_at=build.after(hours=1),
    report_by=build.after(hours=48),
    reported_at=build.after(hours=50),
)


@pytest.fixture
def office(stores: Stores) -> DemoDesk:
    desks.fill_directory(stores)
    return DemoDesk(stores)


def test_a_duty_counts_once_it_is_met_or_past_and_what_was_taken_back_never() -> None:
    waiting = replace(LINE, acknowledged_at=None, reported_at=None)
    (bureau,) = by_bureau([LINE, waiting, replace(waiting, taken_back=True)], build.NOW)
    assert (bureau.acknowledged.met, bureau.acknowledged.due) == (1, 1)
    assert (bureau.reported.met, bureau.reported.due) == (0, 1)
    (bureau,) = by_bureau([LINE, waiting], build.after(hours=3))
    assert (bureau.acknowledged.met, bureau.acknowledged.due) == (1, 2)
    (bureau,) = by_bureau([waiting], build.NOW)
    assert bureau.acknowledged.share is None


def test_few_assignments_have_an_interval_and_no_rank() -> None:
    good = replace(LINE, reported_at=build.after(hours=1))
    few = [replace(good, bureau_code="CY")] * (LEAST - 1)
    ranked = by_bureau([*few, *[good] * LEAST, *[replace(LINE, bureau_code="HD")] * LEAST], build.NOW)
    assert [(one.code, one.rank) for one in ranked] == [("FT", 1), ("HD", 2), ("CY", None)]
    assert ranked[2].reported.low is not None
    assert ranked[2].reported.low < 1


def test_what_is_sent_back_does_not_make_the_first_report_late(office: DemoDesk) -> None:
    case = desks.dispatched(office.stores, desks.opened(office.stores))
    lead, joint = (one.id for one in case.assignments)
    feedback = GiveFeedback(assignment_id=lead, feedback=build.a_feedback())
    desks.carried_out(
        office.stores,
        case,
        build.acknowledge(lead),
        feedback,
        SendBack(assignment_id=lead, reason="请补充"),
        WithdrawAssignment(assignment_id=joint, reason="改由主办"),
    )
    office.stores.cases.execute(case.id, feedback, actor=build.BUREAU_OFFICER, now=build.after(days=20))
    lines = office.stores.timeliness.between(build.NOW, build.after(days=1))
    assert [(one.taken_back, one.reported_at) for one in lines] == [(False, build.after(minutes=3)), (True, None)]


def test_the_page_its_cases_and_its_file_say_the_same(office: DemoDesk) -> None:
    assert "没有可以统计的交办" in office.editor().get(FIGURES).text
    case = desks.dispatched(office.stores, desks.opened(office.stores))
    office.now = build.NOW + timedelta(days=7)
    browser = office.editor()
    page = browser.get(FIGURES)
    assert "0/1" in page.text
    assert "不排名" in page.text
    (behind,) = (one for one in page.links if "bureau=FT" in one)
    assert f"/prod/desk/cases/{case.id}" in browser.get(behind).links
    file = browser.get(f"{FIGURES}/export?month=2026-11")
    assert file.headers["Content-Type"].startswith("text/csv")
    assert file.body.count(f"\n{case.id},") == 2
    assert browser.get(f"{FIGURES}?month=soon").status == 400
