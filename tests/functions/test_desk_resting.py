"""The desk's list of what became no case, as editors use it."""

import pytest

from jiesu.model.words import CaseStatus, Urgency, UserRole
from tests import builders as build
from tests.conftest import Stores
from tests.functions.desks import DemoDesk, fill_directory

RESTING = "/prod/desk/resting"


@pytest.fixture
def office(stores: Stores) -> DemoDesk:
    fill_directory(stores)
    return DemoDesk(stores)


def rest(stores: Stores, text: str, *, number: int = 1) -> None:
    message = build.a_message(id=f"weibo:{number}", citizen_id=f"citizen-{number}", text=text)
    stores.messages.rest(
        build.a_screened(message=message, triage=build.noise()), day=build.NOW.date(), expires_at=build.after(days=180)
    )


def test_an_editor_makes_a_case_of_what_the_system_missed(office: DemoDesk) -> None:
    rest(office.stores, "丰台区马家堡西路有人一直跟着我")
    browser = office.editor()
    page = browser.get(RESTING)
    assert "有人一直跟着我" in page.text
    assert build.noise().reasons[0] in page.text
    assert build.noise().model_version in page.text
    (link,) = [one for one in page.links if one.startswith(f"{RESTING}/")]
    form = browser.get(link).form(link.rpartition("/")[2])
    shown = browser.submit(form, category="public_order.offence", urgency="urgent", intent="help")
    assert "已转为诉求件。" in shown.text
    assert "李明认定为「社会治安·治安案件」、紧急" in shown.text
    assert "丰台区" in shown.text
    (case,) = office.stores.cases.queue(CaseStatus.OPEN).cases
    assert (case.urgency, case.place.bureau_code) == (Urgency.URGENT, "FT")
    assert "没有未立件的留言" in browser.get(RESTING).text
    again = browser.submit(form, category="public_order.offence", urgency="urgent")
    assert "此前已经在本件中" in again.text


def test_a_form_without_a_category_comes_back_with_the_message(office: DemoDesk) -> None:
    rest(office.stores, "有人跟着我")
    browser = office.editor()
    (link,) = [one for one in browser.get(RESTING).links if one.startswith(f"{RESTING}/")]
    page = browser.submit(browser.get(link).form(link.rpartition("/")[2]), category="noise", urgency="urgent")
    assert page.status == 422
    assert "请选择类别" in page.text
    assert "有人跟着我" in page.text


def test_who_may_only_read_sees_the_list_and_makes_no_case(office: DemoDesk) -> None:
    rest(office.stores, "转发微博")
    page = office.signed_in(UserRole.AUDITOR).get(RESTING)
    assert "转发微博" in page.text
    assert [one for one in page.links if one.startswith(f"{RESTING}/")] == []


def test_a_day_without_messages_says_so_and_a_wrong_day_is_refused(office: DemoDesk) -> None:
    browser = office.editor()
    assert "2026-11-20 没有未立件的留言" in browser.get(f"{RESTING}?day=2026-11-20").text
    assert browser.get(f"{RESTING}?day=x").status == 400
    assert browser.get(f"{RESTING}?cursor=x").status == 400
    assert browser.get(f"{RESTING}/x").status == 404


def test_a_long_day_is_read_page_by_page(office: DemoDesk) -> None:
    for number in range(51):
        rest(office.stores, f"转发微博 {number}", number=number)
    browser = office.editor()
    page = browser.get(RESTING)
    assert "本页 50 条，后面还有" in page.text
    (more,) = [one for one in page.links if "cursor=" in one]
    assert "本页 1 条" in browser.get(more).text
