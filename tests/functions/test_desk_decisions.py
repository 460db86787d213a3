"""Returns at the desk and on the bureau's page: given back, decided, arbitrated, re-routed, excused, and listed."""

import pytest

from jiesu.model.case import Case
from jiesu.model.returns import ReturnReason, ReturnVerdict
from jiesu.model.words import AssignmentStatus, UserRole
from tests import builders as build
from tests.conftest import Stores
from tests.dying import counting
from tests.functions.desks import DemoDesk, carried_out, dispatched, fill_directory, opened

CHAOYANG = build.a_bureau("CY", name="北京市公安局朝阳分局", district="朝阳区")
CASE = f"/prod/desk/cases/{build.CASE_ID}"


@pytest.fixture
def desk(stores: Stores) -> DemoDesk:
    fill_directory(stores)
    stores.directory.put_bureaus((CHAOYANG,), build.a_note())
    return DemoDesk(stores, now=build.after(minutes=30))


@pytest.fixture
def case(desk: DemoDesk, stores: Stores) -> Case:
    return dispatched(stores, opened(stores))


def standing(stores: Stores) -> Case:
    case = stores.cases.load(build.CASE_ID)
    assert case is not None
    return case


def test_a_critical_dispatch_joins_the_command_centre_and_says_so_beforehand_and_after(desk: DemoDesk, stores: Stores) -> None:
    opened(stores)
    browser = desk.editor()
    page = browser.get(f"{CASE}/dispatch")
    assert page.text.count("重大件：同时告知指挥中心会同处置") == 1, "what is critical, and nothing else"
    page = browser.submit(page.form("/dispatch"), urgency="critical", lead="FT")
    assert "通报单已签发" in page.text
    assert "同时会同指挥中心" in page.text
    assert "起会同处置" in page.text
    assert "同时会同指挥中心" in desk.signed_in(UserRole.COMMAND).get(CASE).text, "the command centre reads the case"


def test_an_editor_reroutes_what_was_given_back_and_the_second_bureau_sees_why(
    desk: DemoDesk, case: Case, stores: Stores
) -> None:
    carried_out(stores, case, build.give_back())
    browser = desk.editor()
    assert "退回（不属本职）：事发地在朝阳区。" in browser.get(CASE).text
    page = browser.get(f"{CASE}/decide-return/a1")
    assert "退回的理由" in page.text
    assert "事发地在朝阳区。" in page.text
    done = browser.submit(page.form("/decide-return/a1"), verdict="rerouted", to="CY", reason="事发地在朝阳区，按属地办理。")
    assert "已裁决，通知正在发出。" in done.text
    old, _, new = standing(stores).assignments
    assert old.status is AssignmentStatus.WITHDRAWN
    assert old.returns[0].verdict is ReturnVerdict.REROUTED
    assert (new.bureau_code, new.rerouted_from) == ("CY", "a1")
    assert "由其他单位退回后改派" in done.text


def test_a_decision_without_its_bureau_comes_back_with_what_was_typed(desk: DemoDesk, case: Case, stores: Stores) -> None:
    carried_out(stores, case, build.give_back())
    browser = desk.editor()
    form = browser.get(f"{CASE}/decide-return/a1").form("/decide-return/a1")
    page = browser.submit(form, verdict="rerouted", reason="按属地办理。")
    assert page.status == 422
    assert "请选择改派的单位" in page.text
    assert "按属地办理。" in page.body


def test_a_second_return_shows_both_reasons_on_one_page_to_whoever_may_arbitrate(
    desk: DemoDesk, case: Case, stores: Stores
) -> None:
    carried_out(stores, case, build.give_back(), build.decide_return(), build.give_back(words="经核实仍不属本局管辖。"))
    editor, supervisor = desk.editor(), desk.signed_in(UserRole.SUPERVISOR)
    assert "须由值班领导或指挥中心仲裁" in editor.get(CASE).text
    assert editor.get(f"{CASE}/arbitrate/a1").status == 403
    page = supervisor.get(f"{CASE}/arbitrate/a1")
    for said in ("事发地在朝阳区。", "由原单位继续办理", "事发地已核实。", "经核实仍不属本局管辖。"):
        assert said in page.text
    done = supervisor.submit(page.form("/arbitrate/a1"), verdict="upheld", reason="监控显示事发地在丰台。")
    assert "已仲裁，通知正在发出。" in done.text
    assert standing(stores).assignments[0].status is AssignmentStatus.ACKNOWLEDGED


def test_the_command_centre_arbitrates_too_and_changes_nothing_else(desk: DemoDesk, case: Case, stores: Stores) -> None:
    carried_out(stores, case, build.give_back(), build.decide_return(), build.give_back())
    browser = desk.signed_in(UserRole.COMMAND)
    form = browser.get(f"{CASE}/arbitrate/a1").form("/arbitrate/a1")
    browser.submit(form, verdict="withdrawn", reason="网民已撤诉。")
    assert standing(stores).assignments[0].status is AssignmentStatus.WITHDRAWN
    assert browser.get(f"{CASE}/withdraw/a2").status == 403


def test_what_waits_is_listed_with_the_reasons_counted(desk: DemoDesk, case: Case, stores: Stores) -> None:
    browser = desk.editor()
    assert "现在没有待裁决的事项" in browser.get("/prod/desk/decisions").text
    carried_out(stores, case, build.give_back(), build.give_back("a2", reason=ReturnReason.TAKEN_BACK))
    page = browser.get("/prod/desk/decisions").text
    assert "共 2 项，先到期的在前。" in page
    assert "近 30 天退回 2 次，其中 1 次的原因指向派单差错" in page
    assert "不属本职（派单差错） 1 次" in page
    with counting(stores.client) as calls:
        browser.get("/prod/desk/decisions")
    assert sorted(calls) == ["BatchGetItem", "Query", "Query"]
    carried_out(stores, case, build.decide_return(), build.decide_return(ReturnVerdict.WITHDRAWN, "a2"))
    assert stores.cases.awaiting_decision() == ()


def test_a_joint_bureau_is_excused_with_a_reason_and_the_lead_can_be_accepted(desk: DemoDesk, case: Case, stores: Stores) -> None:
    carried_out(stores, case, build.acknowledge(), build.report())
    browser = desk.editor()
    page = browser.submit(browser.get(CASE).form("/accept/a1"))
    assert "协办单位还没有全部办结" in page.text
    page = browser.get(f"{CASE}/excuse/a2")
    browser.submit(page.form("/excuse/a2"), reason="主办单位已一并查明")
    page = browser.submit(browser.get(CASE).form("/accept/a1"))
    assert "反馈已审核通过。" in page.text
    assert standing(stores).assignments[1].status is AssignmentStatus.EXCUSED


def test_a_supervisor_grants_less_than_was_asked_and_sees_what_the_citizen_is_told(
    desk: DemoDesk, case: Case, stores: Stores
) -> None:
    carried_out(stores, case, build.acknowledge(), build.ask_extension(build.after(days=10)))
    assert "延期须由值班领导或指挥中心审批。" in desk.editor().get(CASE).text
    browser = desk.signed_in(UserRole.SUPERVISOR)
    assert "申请延期到 12月3日 09:30" in browser.get("/prod/desk/decisions").text
    form = browser.get(f"{CASE}/grant-extension/a1").form("/grant-extension/a1")
    assert form.fields["until"] == ("2026-12-03T09:30",)
    assert "预计12月3日前答复您" in form.fields["text"][0]
    told = "您好，预计12月2日前答复您。"
    done = browser.submit(form, until="2026-12-02T18:00", reason="鉴定需时", text=told)
    assert "已同意延期" in done.text
    after = standing(stores)
    assert after.assignments[0].feedback_ladder.deadline.isoformat() == "2026-12-02T10:00:00+00:00"
    assert [reply.text for reply in after.replies] == [told]
    assert browser.get(f"{CASE}/grant-extension/a1").status == 404
