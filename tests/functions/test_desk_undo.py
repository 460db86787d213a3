"""What was done at the desk is taken back by one press, and done to many cases at once."""

import pytest

from jiesu.cases.commands import AddNote
from jiesu.cases.matters import FinishMove
from jiesu.model.case import Case
from jiesu.model.words import CaseStatus, Resolution, Urgency, UserRole
from tests import builders as build
from tests.conftest import Stores
from tests.functions.browser import Browser, Page
from tests.functions.desks import DemoDesk, dispatched, opened
from tests.functions.test_desk_queue import QUEUE, numbered


@pytest.fixture
def office(stores: Stores) -> DemoDesk:
    return DemoDesk(stores=stores)


def now(office: DemoDesk, case: Case) -> Case:
    known = office.stores.cases.load(case.id)
    assert known is not None
    return known


def many(office: DemoDesk, count: int) -> list[Case]:
    return [opened(office.stores, citizen=f"c{one}", case_id=numbered(one)) for one in range(count)]


def rows(page: Page) -> list[str]:
    """What the boxes of the rows would send."""
    return [part.partition('"')[0] for part in page.body.split('form="batch" name="row" value="')[1:]]


def batch(browser: Browser, act: str, chosen: list[str] | None = None, query: str = "") -> Page:
    page = browser.get(f"{QUEUE}{query}")
    return browser.submit(page.form("/batch"), act=act, row=rows(page) if chosen is None else chosen)


def close(browser: Browser, case: Case) -> Page:
    form = browser.get(f"{QUEUE}/cases/{case.id}/close").form("/close")
    return browser.submit(form, resolution=Resolution.NOISE.value, reason="广告")


def test_a_closing_is_taken_back_by_one_press_and_both_stand_in_the_timeline(office: DemoDesk) -> None:
    case = opened(office.stores)
    browser = office.editor()
    page = browser.submit(close(browser, case).form("/undo"))
    assert "已撤销 1 件" in page.text
    assert now(office, case).status is CaseStatus.OPEN
    assert now(office, case).version == 3
    assert "/undo" not in page.body


def test_the_offer_stays_on_the_pages_that_follow_until_its_time_is_over(office: DemoDesk) -> None:
    case = opened(office.stores)
    browser = office.editor()
    close(browser, case)
    assert "刚才：本件已办结" in browser.get(QUEUE).text
    browser.now = build.after(minutes=6)
    assert "/undo" not in browser.get(QUEUE).body


def test_what_left_the_house_is_not_offered(office: DemoDesk) -> None:
    case = opened(office.stores)
    browser = office.editor()
    close(browser, case)
    other = opened(office.stores, citizen="c9", case_id=numbered(9))
    form = browser.get(f"{QUEUE}/cases/{other.id}/note").form("/note")
    assert "/undo" not in browser.submit(form, text="记一笔").body


def test_an_entry_of_a_colleague_is_not_taken_back_whatever_a_form_says(office: DemoDesk) -> None:
    case = opened(office.stores)
    first, other = office.editor(), office.editor("王芳")
    form = close(first, case).form("/undo")
    token = other.get(QUEUE).form("/look").fields["csrf_token"]
    assert "只能撤销自己刚才做的" in other.post(form.action, {**form.fields, "csrf_token": token}).text
    assert now(office, case).status is CaseStatus.CLOSED
    assert other.post(form.action, {"csrf_token": token, "entry": "x.1"}).status == 400


def test_a_case_that_was_decided_anew_meanwhile_stays_as_it_is(office: DemoDesk) -> None:
    case = opened(office.stores)
    browser, other = office.editor(), office.editor("王芳")
    form = close(browser, case).form("/undo")
    other.submit(other.get(f"{QUEUE}/cases/{case.id}/reopen").form("/reopen"), reason="再看")
    assert "之后又有新的改动" in browser.submit(form).text


def test_a_note_that_came_between_does_not_stand_against_it(office: DemoDesk) -> None:
    case = opened(office.stores)
    browser = office.editor()
    form = close(browser, case).form("/undo")
    office.stores.cases.execute(case.id, AddNote(text="记一笔"), actor=build.EDITOR, now=office.now)
    assert "已撤销 1 件" in browser.submit(form).text
    assert now(office, case).status is CaseStatus.OPEN


def test_a_merge_is_taken_back(office: DemoDesk) -> None:
    one, other = many(office, 2)
    browser = office.editor()
    page = browser.get(f"{QUEUE}/cases/{one.id}/merge?other={other.id}")
    page = browser.submit(page.form("/merge"), other=other.id, reason="同一件事")
    merged = now(office, one)
    assert merged.merged_into == other.id
    page = browser.submit(page.form("/undo"))
    assert "稍候几秒再试" in page.text  # the messages are still on their way; the offer stays
    (moved,) = now(office, other).moving
    office.stores.cases.execute(other.id, FinishMove(moved=moved), actor=build.SYSTEM, now=office.now)
    assert "已撤销 1 件" in browser.submit(page.form("/undo")).text
    assert now(office, one).merged_into is None


# --- Many at once -------------------------------------------------------------------------------


def test_chosen_rows_are_closed_together_and_brought_back_together(office: DemoDesk) -> None:
    cases = many(office, 3)
    browser = office.editor()
    page = batch(browser, "noise", rows(browser.get(QUEUE))[:2], "?district=丰台区")
    assert "2 件按不是诉求办结" in page.text
    assert page.path.endswith("district=%E4%B8%B0%E5%8F%B0%E5%8C%BA")
    assert sorted(now(office, one).status.value for one in cases) == ["closed", "closed", "open"]
    assert "已撤销 2 件" in browser.submit(page.form("/undo")).text
    assert {now(office, one).status for one in cases} == {CaseStatus.OPEN}


def test_rows_are_taken_and_raised_together(office: DemoDesk) -> None:
    cases = many(office, 2)
    browser = office.editor()
    assert "2 件由您负责" in batch(browser, "take").text
    assert {one.owner.id for one in (now(office, case) for case in cases) if one.owner} == {"李明"}
    before = cases[0].urgency
    assert "2 件调高一级" in batch(browser, "raise").text
    assert now(office, cases[0]).urgency is not before
    batch(browser, "raise")
    assert "2 件没有改动" in batch(browser, "raise").text
    assert now(office, cases[0]).urgency is Urgency.CRITICAL


def test_a_row_that_changed_after_it_was_chosen_stays_as_it_is_and_the_others_do_not_wait_for_it(office: DemoDesk) -> None:
    one, other = many(office, 2)
    browser = office.editor()
    chosen = rows(browser.get(QUEUE))
    colleague = office.editor("王芳")
    colleague.submit(colleague.get(f"{QUEUE}/cases/{one.id}").form("/take"))
    page = batch(browser, "noise", chosen)
    assert "1 件按不是诉求办结" in page.text
    assert f"1 件没有改动：{one.id} 您选择之后有了变化" in page.text
    assert now(office, one).status is CaseStatus.OPEN
    assert now(office, other).status is CaseStatus.CLOSED


def test_what_the_rules_refuse_is_said_by_case(office: DemoDesk) -> None:
    case = dispatched(office.stores, opened(office.stores))
    browser = office.editor()
    page = batch(browser, "noise", query="?status=dispatched")
    assert f"1 件没有改动：{case.id}" in page.text
    assert now(office, case).status is CaseStatus.DISPATCHED


def test_nothing_chosen_an_unknown_act_and_too_many_are_answered(office: DemoDesk) -> None:
    opened(office.stores)
    browser = office.editor()
    assert "没有选中诉求件" in batch(browser, "noise", []).text
    assert batch(browser, "explode").status == 400
    assert batch(browser, "noise", [f"{numbered(one)}.x" for one in range(51)]).status == 400


def test_who_may_not_act_chooses_nothing(office: DemoDesk) -> None:
    opened(office.stores)
    auditor = office.signed_in(UserRole.AUDITOR)
    page = auditor.get(QUEUE)
    assert rows(page) == []
    token = page.form("/look").fields["csrf_token"]
    assert auditor.post(f"{QUEUE}/batch", {"csrf_token": token, "act": "noise"}).status == 403
