"""Merging, parting and telling apart at the desk: seen before it happens, said on both pages, and undone from either."""

from functools import partial

import pytest

from jiesu.cases.commands import ReplyToCitizen
from jiesu.cases.refusals import OF_TWO_CASES
from jiesu.model.case import Case
from jiesu.model.words import CaseStatus, UserRole
from jiesu.road.moving import MessageMover
from tests import builders as build
from tests.conftest import Stores
from tests.functions import desks
from tests.functions.browser import Browser, Page
from tests.functions.desks import DemoDesk

ONE, OTHER = build.CASE_ID, build.OTHER_ID
HERE, THERE = f"/prod/desk/cases/{ONE}", f"/prod/desk/cases/{OTHER}"


@pytest.fixture
def browser(stores: Stores) -> Browser:
    desks.opened(stores, text="电梯按键上有人吐痰")
    desks.opened(stores, citizen="citizen-2", case_id=OTHER, text="三单元电梯里有污物")
    return DemoDesk(stores).editor()


def case(stores: Stores, case_id: str) -> Case:
    found = stores.cases.load(case_id)
    assert found is not None
    return found


def arrive(stores: Stores, case_id: str) -> None:
    for version in case(stores, case_id).moving:
        MessageMover(cases=stores.cases, moves=stores.moves).move(case_id, version, build.NOW)


def merge(browser: Browser, reason: str = "同一部电梯") -> Page:
    page = browser.get(f"{HERE}/merge?other={OTHER}")
    return browser.submit(page.form("/merge"), reason=reason)


def test_the_other_case_is_found_by_its_number_as_people_write_it(browser: Browser) -> None:
    step = browser.get(f"{HERE}/merge")
    assert "另一件的编号" in step.text
    page = browser.get(f"{HERE}/merge?other={OTHER.lower()}")
    assert "本件的 1 条留言、1 位网民归" in page.text
    assert "其中 1 位还没有得到答复" in page.text
    assert OF_TWO_CASES["other_missing"] in browser.get(f"{HERE}/merge?other=261123-9999").text


def test_a_merge_is_said_on_both_pages_and_offers_its_undoing_on_both(browser: Browser, stores: Stores) -> None:
    page = merge(browser)
    assert page.path == THERE
    assert "已并案，留言正在移入本件" in page.text
    assert "还有留言正在移入本件" in page.text
    arrive(stores, OTHER)
    there, here = browser.get(THERE), browser.get(HERE)
    assert "还有留言正在移入本件" not in there.text
    assert "电梯按键上有人吐痰" in there.text
    assert "的 1 条留言并入本件，理由：同一部电梯。" in there.text
    assert "本件已并入" in here.text
    for seen, link in ((there, f"{THERE}/undo-merge/{ONE}"), (here, f"{HERE}/undo-merge/{OTHER}")):
        assert link in seen.links


@pytest.mark.parametrize(("page", "other"), [(HERE, OTHER), (THERE, ONE)])
def test_a_merge_is_undone_from_either_page(browser: Browser, stores: Stores, page: str, other: str) -> None:
    merge(browser)
    arrive(stores, OTHER)
    form = browser.get(f"{page}/undo-merge/{other}")
    assert "1 条留言、1 位网民移回" in form.text
    done = browser.submit(form.form(f"/undo-merge/{other}"), reason="并错了")
    assert "已撤销并案" in done.text
    arrive(stores, ONE)
    assert case(stores, ONE).status is CaseStatus.OPEN
    assert "电梯按键上有人吐痰" in browser.get(HERE).text
    assert "撤销并案" in browser.get(THERE).text


def test_a_case_whose_bureaus_are_at_work_is_not_merged_and_the_page_offers_the_other_way_round(
    browser: Browser, stores: Stores
) -> None:
    stores.cases.execute(ONE, build.dispatch(), actor=build.EDITOR, now=build.NOW)
    page = browser.get(f"{HERE}/merge?other={OTHER}")
    assert OF_TWO_CASES["merge_assignments"] in page.text
    turned = f"{THERE}/merge?other={ONE}"
    assert turned in page.links
    assert "那一件的承办单位和时限不变" in browser.get(turned).text


def test_what_was_typed_stays_when_the_rules_refuse_or_somebody_was_faster(browser: Browser, stores: Stores) -> None:
    page = browser.get(f"{HERE}/merge?other={OTHER}")
    assert "请填写理由" in browser.submit(page.form("/merge"), reason=" ").text
    stores.cases.execute(ONE, ReplyToCitizen(reply_id="r", text="已转办"), actor=build.EDITOR, now=build.NOW)
    again = browser.submit(page.form("/merge"), reason="同一部电梯")
    assert again.status == 409
    assert "本件有了变化" in again.text
    assert OF_TWO_CASES["reply_unsettled"] in browser.get(f"{HERE}/merge?other={OTHER}").text
    assert case(stores, OTHER).message_count == 1


def two_messages(stores: Stores) -> None:
    late = build.a_screened(message=build.a_message(id="weibo:2", sent_at=build.after(minutes=5), text="另外楼下井盖坏了"))
    stores.messages.join_case(stores.cases, case(stores, ONE), late, now=build.after(minutes=5))


def test_a_message_is_split_off_into_a_case_of_its_own(browser: Browser, stores: Stores) -> None:
    two_messages(stores)
    page = browser.get(f"{HERE}/move-messages")
    assert "另外楼下井盖坏了" in page.text
    form = page.form("/move-messages")
    assert OF_TWO_CASES["messages_missing"] in browser.submit(form, reason="另一件事").text
    done = browser.submit(form, message="weibo:2", to="new", reason="另一件事")
    assert "这是新建立的诉求件" in done.text
    made = done.path.rpartition("/")[2]
    assert made not in (ONE, OTHER)
    arrive(stores, made)
    assert "另外楼下井盖坏了" in browser.get(done.path).text
    assert f"拆分为 {made}" in browser.get(HERE).text


def test_a_message_is_moved_to_a_case_that_is_there(browser: Browser, stores: Stores) -> None:
    two_messages(stores)
    move = partial(browser.submit, browser.get(f"{HERE}/move-messages").form("/move-messages"), message="weibo:2", to="other")
    assert OF_TWO_CASES["other_missing"] in move(other="", reason="说的是那一件").text
    assert "留言已移出" in move(other=OTHER, reason="说的是那一件").text
    arrive(stores, OTHER)
    assert "另外楼下井盖坏了" in browser.get(THERE).text


def test_two_cases_are_never_the_same_until_somebody_takes_it_back(browser: Browser, stores: Stores) -> None:
    form = browser.get(f"{HERE}/never-same?other={OTHER}").form("/never-same")
    assert "已记为不是同一件事" in browser.submit(form, reason="两个单元").text
    page = browser.get(THERE)
    assert f"认定与 {ONE}" in page.text
    assert case(stores, OTHER).never_with == (ONE,)
    assert "已撤销" in browser.submit(page.form("/revoke")).text
    assert case(stores, ONE).never_with == ()


def test_who_may_only_read_sees_what_was_merged_and_no_form(browser: Browser, stores: Stores) -> None:
    merge(browser)
    reader = DemoDesk(stores).signed_in(UserRole.AUDITOR)
    page = reader.get(THERE)
    assert ONE in page.text
    assert not [link for link in page.links if "undo-merge" in link]
    assert reader.get(f"{THERE}/merge").status == 403
