"""Who a citizen is, at the desk: an alias for everybody, the account for whoever said why."""

import pytest

from jiesu.model.case import Case
from jiesu.model.message import ConversationKey
from jiesu.model.words import UserRole
from tests import builders as build
from tests.conftest import Stores
from tests.functions.desks import DemoDesk, dispatched, fill_directory, opened

CASE = f"/prod/desk/cases/{build.CASE_ID}"
CITIZEN = "citizen-of-the-tests"
ALIAS = ConversationKey(account_id=build.a_message().account_id, citizen_id=CITIZEN).alias


@pytest.fixture
def desk(stores: Stores) -> DemoDesk:
    fill_directory(stores)
    return DemoDesk(stores, now=build.after(minutes=30))


@pytest.fixture
def case(desk: DemoDesk, stores: Stores) -> Case:
    return opened(stores, citizen=CITIZEN, case_id=build.CASE_ID)


def test_every_page_names_an_alias_until_a_reason_was_given(desk: DemoDesk, case: Case, stores: Stores) -> None:
    browser = desk.editor()
    for path in (CASE, f"{CASE}/reply", f"{CASE}/dispatch", f"{CASE}/move-messages", f"{CASE}/source", "/prod/desk"):
        assert CITIZEN not in browser.get(path).text, path
    page = browser.get(CASE)
    assert f"网民 {ALIAS} 查看身份" in page.text
    form = browser.get(f"{CASE}/unmask/{ALIAS}").form(f"/unmask/{ALIAS}")
    refused = browser.submit(form, reason=" ")
    assert (refused.status, "请填写理由" in refused.text) == (422, True)
    shown = browser.submit(form, reason="须当面核实")
    assert f"网民 {ALIAS}：{CITIZEN}" in shown.text
    assert f"查看了网民 {ALIAS} 的身份；理由：须当面核实" in shown.text
    assert stores.cases.timeline(case.id).entries[0].change.kind == "unmasked"


def test_a_colleague_and_the_next_shift_give_a_reason_of_their_own(desk: DemoDesk, case: Case) -> None:
    browser = desk.editor()
    browser.submit(browser.get(f"{CASE}/unmask/{ALIAS}").form(f"/unmask/{ALIAS}"), reason="须当面核实")
    for role in (UserRole.COMMAND, UserRole.AUDITOR, UserRole.ADMIN):
        other = desk.signed_in(role)
        assert other.get(f"{CASE}/unmask/{ALIAS}").status == 403
        assert f"网民 {ALIAS} 查看身份" not in other.get(CASE).text


def test_a_citizen_of_another_case_is_nobody_here(desk: DemoDesk, case: Case) -> None:
    assert desk.editor().get(f"{CASE}/unmask/0000").status == 404


def test_a_bureau_reads_nothing_of_it(desk: DemoDesk, case: Case, stores: Stores) -> None:
    going = dispatched(stores, case)
    browser = desk.editor()
    browser.submit(browser.get(f"{CASE}/unmask/{ALIAS}").form(f"/unmask/{ALIAS}"), reason="须当面核实")
    assert desk.signed_in(UserRole.BUREAU).get(f"{CASE}/unmask/{ALIAS}").status == 403
    after = stores.cases.load(going.id)
    assert after is not None
    assert len(after.unmaskings) == 1
