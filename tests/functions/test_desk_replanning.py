"""A supervisor puts running assignments on the ladders of today: seen first, then done, and said in each timeline."""

from dataclasses import replace
from datetime import timedelta

import pytest

from jiesu.model.case import Case
from jiesu.model.words import Urgency, UserRole
from jiesu.store.directory import Office
from tests import builders as build
from tests.conftest import Stores
from tests.functions.browser import Browser, Form
from tests.functions.desks import DemoDesk, carried_out, dispatched, fill_directory, opened

PAGE = "/prod/desk/replan?urgency=routine&category="
LONGER = build.a_plan(feedback=build.a_ladder_plan(timedelta(days=9)))


@pytest.fixture
def desk(stores: Stores) -> DemoDesk:
    fill_directory(stores)
    return DemoDesk(stores, now=build.after(minutes=30))


@pytest.fixture
def case(desk: DemoDesk, stores: Stores) -> Case:
    return dispatched(stores, opened(stores))


@pytest.fixture
def supervisor(desk: DemoDesk, case: Case) -> Browser:
    return desk.signed_in(UserRole.SUPERVISOR)


def laid_down(stores: Stores) -> None:
    office = Office(contacts=build.office_contacts(), plans=dict.fromkeys(Urgency, LONGER))
    stores.directory.put_office(office, build.a_note())


def standing(stores: Stores) -> Case:
    case = stores.cases.load(build.CASE_ID)
    assert case is not None
    return case


def _form(browser: Browser) -> Form:
    """The one under what would change."""
    return next(form for form in browser.get(PAGE).forms if "mark" in form.fields)


def test_what_would_change_is_shown_with_old_and_new_deadlines_and_changes_nothing(
    supervisor: Browser, case: Case, stores: Stores
) -> None:
    assert "没有会变的" in supervisor.get(PAGE).text
    laid_down(stores)
    page = supervisor.get(PAGE)
    assert "会变的 2 项" in page.text
    assert "11月30日 09:31" in page.text
    assert "12月2日 09:31 ，自交办起 9 天内反馈" in page.text
    assert standing(stores) == case


def test_what_is_ticked_is_changed_and_each_timeline_says_so(supervisor: Browser, case: Case, stores: Stores) -> None:
    laid_down(stores)
    page = supervisor.submit(_form(supervisor), reason="节后顺延")
    assert "已调整 2 项的时限" in page.text
    after = standing(stores)
    assert [one.feedback_ladder.deadline for one in after.assignments] == [build.after(days=9, minutes=1)] * 2
    said = supervisor.get(f"/prod/desk/cases/{build.CASE_ID}").text
    assert said.count("理由：节后顺延") == 2
    assert "没有会变的" in supervisor.get(PAGE).text


def test_only_what_is_ticked_is_changed(supervisor: Browser, case: Case, stores: Stores) -> None:
    laid_down(stores)
    form = _form(supervisor)
    supervisor.submit(form, mark=form.fields["mark"][:1], reason="节后顺延")
    changed = [one.plan == replace(LONGER, hours=one.plan.hours) for one in standing(stores).assignments]
    assert changed == [True, False]


def test_what_has_moved_on_since_it_was_shown_is_left_and_said(supervisor: Browser, case: Case, stores: Stores) -> None:
    laid_down(stores)
    form = _form(supervisor)
    carried_out(stores, case, build.acknowledge())
    page = supervisor.submit(form, reason="节后顺延")
    assert page.status == 409
    assert "已调整 1 项；另有 1 项在您查看之后有了变化" in page.text
    assert standing(stores).assignments[0].plan == case.assignments[0].plan


def test_without_a_reason_nothing_is_changed(supervisor: Browser, case: Case, stores: Stores) -> None:
    laid_down(stores)
    page = supervisor.submit(_form(supervisor), reason=" ")
    assert page.status == 422
    assert "请填写理由" in page.text
    assert standing(stores) == case


def test_editors_do_not_change_deadlines(desk: DemoDesk, supervisor: Browser) -> None:
    assert desk.editor().get(PAGE).status == 403
    assert "调整在办件的时限" in supervisor.get("/prod/desk/late").text
    assert "调整在办件的时限" not in desk.editor().get("/prod/desk/late").text
