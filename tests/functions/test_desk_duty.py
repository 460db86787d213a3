"""The duty page, handing over between shifts, who answers for a case, the wall, and who is late."""

import pytest

from jiesu.cases.commands import GiveFeedback
from jiesu.cases.owning import TakeCase
from jiesu.model.case import Case
from jiesu.model.words import Urgency, UserRole
from tests import builders as build
from tests.conftest import Stores
from tests.functions import desks
from tests.functions.browser import Page
from tests.functions.desks import DemoDesk

DUTY = "/prod/desk/duty"


@pytest.fixture
def office(stores: Stores) -> DemoDesk:
    desks.fill_directory(stores)
    return DemoDesk(stores)


def held(office: DemoDesk, case: Case) -> str | None:
    now = office.stores.cases.load(case.id)
    assert now is not None
    return None if now.owner is None else now.owner.id


def section(page: Page, name: str) -> str:
    """What stands on the duty page under a heading."""
    return page.body.partition(f'id="{name}-title"')[2].partition("</section>")[0]


def test_what_nobody_owns_is_taken_with_one_press_and_then_is_mine(office: DemoDesk) -> None:
    case = desks.opened(office.stores)
    browser = office.editor()
    page = browser.get(DUTY)
    assert case.id in section(page, "unowned")
    page = browser.submit(page.form(f"/take/{case.id}"))
    assert f"{case.id} 由您负责" in page.text
    assert case.id in section(page, "mine")
    assert "每一件都有人负责" in section(page, "unowned")
    assert held(office, case) == "李明"


def test_of_two_who_take_at_once_the_second_is_told(office: DemoDesk) -> None:
    case = desks.opened(office.stores)
    first, second = office.editor(), office.editor("王芳")
    form = second.get(DUTY).form(f"/take/{case.id}")
    first.submit(first.get(DUTY).form(f"/take/{case.id}"))
    assert "本件已有人负责" in second.submit(form).text
    assert held(office, case) == "李明"
    page = second.submit(second.get(f"/prod/desk/cases/{case.id}/take").form("/take"), reason="交班")
    assert "负责人 王芳" in page.text
    assert "接手负责本件" in page.text


def test_what_waits_is_shown_to_the_owner_and_where_there_is_none_to_everybody(office: DemoDesk) -> None:
    case = desks.dispatched(office.stores, desks.opened(office.stores))
    feedback = GiveFeedback(assignment_id=case.assignments[0].id, feedback=build.a_feedback())
    acknowledge = build.acknowledge(case.assignments[0].id)
    desks.carried_out(office.stores, case, acknowledge, feedback)
    other = office.editor("王芳")
    assert "待审核：北京市公安局丰台分局的反馈" in section(other.get(DUTY), "waiting")
    office.stores.cases.execute(case.id, TakeCase(by=build.EDITOR), actor=build.EDITOR, now=build.after(hours=1))
    assert case.id not in section(other.get(DUTY), "waiting")


def test_a_note_is_shown_until_somebody_else_takes_it_over_once(office: DemoDesk) -> None:
    leaving, coming, late = office.editor(), office.editor("王芳"), office.editor("赵强")
    page = leaving.submit(leaving.get(DUTY).form("/duty/note"), text="丰台一件等反馈，九点前催。")
    assert "丰台一件等反馈" in page.text
    assert not [one for one in page.forms if one.action.endswith("/take-note")], "nobody hands over to themselves"
    form = coming.get(DUTY).form("/take-note")
    too_late = late.get(DUTY).form("/take-note")
    assert "已接班" in coming.submit(form).text
    assert "已有人接手" in late.submit(too_late).text
    page = late.get(DUTY)
    assert "王芳 于" in page.text
    assert not [one for one in page.forms if one.action.endswith("/take-note")]


@pytest.mark.parametrize(("text", "said"), [(" ", "不能为空"), ("长" * 2001, "现有 2001 字")])
def test_a_note_that_cannot_be_taken_says_why_and_keeps_the_text(office: DemoDesk, text: str, said: str) -> None:
    browser = office.editor()
    page = browser.submit(browser.get(DUTY).form("/duty/note"), text=text)
    assert page.status == 422
    assert said in page.text
    assert text.strip() in page.body
    assert office.stores.duty.roster(build.NOW).notes == ()


def test_whoever_reports_is_on_duty_until_they_leave_or_have_forgotten_to(office: DemoDesk) -> None:
    browser = office.editor()
    page = browser.submit(browser.get(DUTY).form("/duty/come"))
    assert [one.person.id for one in office.stores.duty.roster(build.after(hours=23)).people] == ["李明"]
    assert office.stores.duty.roster(build.after(hours=25)).people == ()
    office.now = browser.now = build.after(minutes=5)
    browser.submit(page.form("/duty/go"))
    assert office.stores.duty.roster(build.after(hours=1)).people == ()


def test_the_command_centre_reassigns_to_those_on_duty_and_raises_the_urgency_but_does_no_editors_work(office: DemoDesk) -> None:
    case = desks.opened(office.stores)
    editor = office.editor("王芳")
    editor.submit(editor.get(DUTY).form("/duty/come"))
    command = office.signed_in(UserRole.COMMAND, name="指挥长")
    address = f"/prod/desk/cases/{case.id}"
    assert {f"{address}/assign-owner", f"{address}/set-urgency"} <= set(command.get(address).links)
    form = command.get(f"{address}/assign-owner").form("/assign-owner")
    assert "只能改派给在岗的人" in command.submit(form, owner="nobody", reason="改派").text
    assert "请填写理由" in command.submit(form, owner="王芳", reason="").text
    command.submit(form, owner="王芳", reason="熟悉该小区")
    assert held(office, case) == "王芳"
    form = command.get(f"{address}/set-urgency").form("/set-urgency")
    assert "请填写理由" in command.submit(form, urgency="critical", reason="").text
    command.submit(form, urgency="critical", reason="领导批示")
    now = office.stores.cases.load(case.id)
    assert now is not None
    assert now.urgency is Urgency.CRITICAL
    assert command.get(f"{address}/dispatch").status == 403
    assert office.editor().get(f"{address}/assign-owner").status == 403


def test_the_late_list_has_what_is_overdue_and_not_done_by_bureau(office: DemoDesk) -> None:
    case = desks.dispatched(office.stores, desks.opened(office.stores))
    browser = office.editor()
    assert "没有超时的事项" in browser.get("/prod/desk/late").text
    office.now = browser.now = build.after(days=30)
    browser = office.editor()
    page = browser.get("/prod/desk/late")
    assert page.body.count(f"/prod/desk/cases/{case.id}") == 4, "two duties of each of two bureaus"
    assert "北京市公安局丰台分局超时 2 项" in page.text.replace(" 超时", "超时")


def test_the_wall_counts_and_says_neither_citizens_words_nor_names(office: DemoDesk) -> None:
    case = desks.dispatched(office.stores, desks.opened(office.stores))
    office.stores.cases.execute(case.id, TakeCase(by=build.EDITOR), actor=build.EDITOR, now=build.after(hours=1))
    office.now = build.after(days=30)
    browser = office.signed_in(UserRole.COMMAND, name="指挥长")
    page = browser.get("/prod/desk/wall")
    assert "办理中" in page.text
    assert "北京市公安局丰台分局" in page.text
    for secret in (case.title, "小编一", "指挥长", "吐痰"):
        assert secret not in page.text
    renewed = browser.get("/prod/desk/wall/now")
    assert "<html" not in renewed.body
    assert "data-live" in renewed.body
