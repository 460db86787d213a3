"""The search for a citizen at the desk: what is found, who may look, and that whoever looked is on record."""

import pytest

from jiesu.model.lookup import Lookup, LookupKind
from jiesu.model.words import UserRole
from tests import builders as build
from tests.conftest import Stores
from tests.contract.test_citizen_index import keep, numbered
from tests.functions import desks
from tests.functions.browser import Browser, Page
from tests.functions.desks import DemoDesk
from tests.functions.test_desk_queue import QUEUE, order

FORM = f"{QUEUE}/find/citizen"
NUMBER = "19900000001"
CASES = (build.CASE_ID, numbered(2))


@pytest.fixture
def office(stores: Stores) -> DemoDesk:
    """A case that has a telephone, and one whose writer has a name; the accounts of both."""
    desks.fill_directory(stores)
    stores.accounts.put_account(build.an_account(), build.a_note())
    keep(stores, build.a_message(id="m1", citizen_id="citizen-7", text=f"电梯里有人吐痰，请回电 {NUMBER}"))
    keep(stores, build.a_message(id="m2", citizen_id="citizen-8", nickname="南城小王"), case_id=numbered(2))
    return DemoDesk(stores)


def looked(browser: Browser, kind: LookupKind, who: str) -> Page:
    return browser.submit(browser.get(FORM).form("/find/citizen"), kind=kind.value, who=who)


@pytest.mark.parametrize(
    ("kind", "typed", "case_id"),
    [
        (LookupKind.TELEPHONE, "199 0000 0001", CASES[0]),
        (LookupKind.NAME, "南城", CASES[1]),
        (LookupKind.ACCOUNT, "citizen-8", CASES[1]),
    ],
)
def test_a_citizens_case_is_found_by_telephone_by_name_and_by_account(
    office: DemoDesk, kind: LookupKind, typed: str, case_id: str
) -> None:
    page = looked(office.editor(), kind, typed)
    assert order(page, *CASES) == [case_id]
    assert typed not in page.path
    (noted,), after = office.stores.lookups.of_month(build.NOW.date())
    assert (noted.kind, noted.by.name, noted.case_ids, after) == (kind, "李明", (case_id,), None)


def test_what_cannot_be_looked_for_is_said_kept_in_the_form_and_not_on_record(office: DemoDesk) -> None:
    browser = office.editor()
    for kind, typed, said in (
        (LookupKind.TELEPHONE, "1990000", "手机 11 位"),
        (LookupKind.TELEPHONE, "王女士", "手机 11 位"),
        (LookupKind.NAME, "  ", "请填写要查找的内容"),
    ):
        page = looked(browser, kind, typed)
        assert page.status == 422
        assert said in page.text
        assert page.form("/find/citizen").fields["who"] == (typed.strip(),)
    assert office.stores.lookups.of_month(build.NOW.date()) == ((), None)


def test_a_search_in_vain_is_on_record_too(office: DemoDesk) -> None:
    assert "没有找到" in looked(office.editor(), LookupKind.TELEPHONE, "19900000009").text
    (noted,), _ = office.stores.lookups.of_month(build.NOW.date())
    assert noted.case_ids == ()


def test_who_may_not_see_who_a_citizen_is_may_not_look_either(office: DemoDesk) -> None:
    for role in (UserRole.COMMAND, UserRole.AUDITOR, UserRole.ADMIN):
        browser = office.signed_in(role)
        assert browser.get(FORM).status == 403, role
        assert "find/citizen" not in browser.get(f"{QUEUE}/find").body


def test_the_auditor_reads_who_looked_by_what_kind_and_what_they_saw_but_not_for_whom(office: DemoDesk) -> None:
    looked(office.editor("王芳"), LookupKind.TELEPHONE, NUMBER)
    page = office.signed_in(UserRole.AUDITOR).get(f"{QUEUE}/lookups")
    for said in ("王芳", "电话号码", CASES[0]):
        assert said in page.text
    assert NUMBER not in page.body
    assert office.editor().get(f"{QUEUE}/lookups").status == 403


def test_the_record_is_read_month_by_month_and_page_by_page(office: DemoDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jiesu.store.lookups.MOST_SHOWN", 2)
    for minute in range(3):
        at = build.after(minutes=minute)
        office.stores.lookups.note(Lookup(at=at, by=build.EDITOR, kind=LookupKind.NAME, case_ids=(numbered(minute),)))
    auditor = office.signed_in(UserRole.AUDITOR)
    first = auditor.get(f"{QUEUE}/lookups")
    assert numbered(2) in first.text
    assert numbered(0) not in first.text
    (more,) = (link for link in first.links if "behind=" in link)
    assert numbered(0) in auditor.get(more).text
    assert "没有查找记录" in auditor.get(f"{QUEUE}/lookups?month=2026-10").text
    for query in ("month=2026-13", "month=x", "behind=x", "month=1999-01"):
        assert auditor.get(f"{QUEUE}/lookups?{query}").status == 400, query


def test_no_word_that_was_typed_stands_in_the_log_or_in_the_record(office: DemoDesk, caplog: pytest.LogCaptureFixture) -> None:
    browser = office.editor()
    looked(browser, LookupKind.TELEPHONE, NUMBER)
    looked(browser, LookupKind.NAME, "南城小王")
    said = " ".join(str(one.__dict__) for one in caplog.records)
    record = str(office.stores.lookups.of_month(build.NOW.date()))
    assert "citizen looked for" in said
    for typed in (NUMBER, "南城"):
        assert typed not in said
        assert typed not in record


def test_a_telephone_in_the_box_at_the_top_leads_to_the_form_and_is_carried_nowhere(office: DemoDesk) -> None:
    page = office.editor().search(NUMBER)
    assert page.path == FORM
    assert NUMBER not in page.body
    # Who may not look for citizens searches titles for it.
    assert office.signed_in(UserRole.AUDITOR).search(NUMBER).path.startswith(f"{QUEUE}/find?")
