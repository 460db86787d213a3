"""Live coverage at the desk: begun, told of statement by statement, seen on a page that says what is owed, ended."""

import pytest

from jiesu.cases.publishing import RecordPublicationPosted
from jiesu.model.coverage import Coverage
from jiesu.model.words import UserRole
from tests import builders as build
from tests.conftest import Stores
from tests.functions import desks
from tests.functions.browser import Browser
from tests.functions.desks import DemoDesk
from tests.unit.channels.accounts import publishing_weibo_account

LINK = "https://gaj.example.org/t/1"
CASE = f"/prod/desk/cases/{build.CASE_ID}"


@pytest.fixture
def desk(stores: Stores) -> DemoDesk:
    stores.accounts.put_account(publishing_weibo_account(), build.a_note())
    desks.fill_directory(stores)
    desks.dispatched(stores, desks.opened(stores))
    return DemoDesk(stores, now=build.after(minutes=5))


def start(browser: Browser, **typed: str) -> None:
    form = browser.get(f"{CASE}/start-coverage").form("/start-coverage")
    page = browser.submit(form, **{"interval": "60", **typed})
    assert page.path == f"{CASE}/coverage"


def state(browser: Browser, approving: Browser, **typed: str) -> None:
    form = browser.get(f"{CASE}/statement").form("/statement")
    given = {"account": ["weibo-main"], "title": "", "text": "患者正在转运途中。", "link": LINK, **typed}
    assert browser.submit(form, **given).path == f"{CASE}/coverage"
    (approval,) = (one for one in approving.get(f"{CASE}/coverage").links if "/approve-publication/" in one)
    approving.submit(approving.get(approval).form(approval))


def posted(desk: DemoDesk) -> None:
    """The platform has taken the statement that was approved last."""
    case = desk.stores.cases.load(build.CASE_ID)
    assert case is not None
    told = RecordPublicationPosted(
        publication_id=case.publications[-1].id, account_id="weibo-main", platform_ref="1", link="https://weibo.example.org/1"
    )
    desk.stores.cases.execute(build.CASE_ID, told, actor=build.SYSTEM, now=desk.now)


def coverage_of(desk: DemoDesk) -> Coverage:
    case = desk.stores.cases.load(build.CASE_ID)
    assert case is not None
    assert case.coverage is not None
    return case.coverage


def test_a_case_without_coverage_says_what_it_is_for_and_lets_only_editors_begin(desk: DemoDesk) -> None:
    page = desk.editor().get(f"{CASE}/coverage")
    assert "本件没有现场通报" in page.text
    assert f"{CASE}/start-coverage" in page.links
    assert f"{CASE}/start-coverage" not in desk.signed_in(UserRole.AUDITOR).get(f"{CASE}/coverage").links


def test_the_form_begins_with_what_the_bulletin_says_and_who_has_not_reported(desk: DemoDesk) -> None:
    fields = desk.editor().get(f"{CASE}/start-coverage").form("/start-coverage").fields
    assert fields["interval"] == ("60",)
    assert build.a_bulletin().facts in fields["facts"][0]
    assert "北京市公安局丰台分局尚未反馈" in fields["unknowns"][0]


def test_two_statements_stand_in_the_log_with_who_approved_them_and_when_the_next_is_due(desk: DemoDesk) -> None:
    author, second = desk.editor("李明"), desk.editor("张华")
    start(author, facts="救护车已出发\n沿途已疏导", unknowns="到达时间")
    page = author.get(f"{CASE}/coverage").text
    assert "现场通报还剩 1 小时" in page
    assert "自开始现场通报起 1 小时内现场通报" in page
    assert "沿途已疏导" in page
    state(author, second)
    posted(desk)
    state(author, second, text="患者已到达医院。", due_at="2026-11-23T11:00")
    posted(desk)
    page = author.get(f"{CASE}/coverage").text
    assert page.index("第 2 次") < page.index("第 1 次"), "the newest first"
    assert "李明起草，张华审核通过" in page
    assert "截止 11月23日 11:00 ，上一次通报中写明" in page
    assert "https://weibo.example.org/1" in author.get(f"{CASE}/coverage").links
    assert "已通报 2 次" in author.get(CASE).text


def test_the_last_statement_ends_the_coverage_and_the_page_says_so(desk: DemoDesk) -> None:
    author, second = desk.editor("李明"), desk.editor("张华")
    start(author)
    state(author, second, is_last="yes")
    assert coverage_of(desk).is_running
    posted(desk)
    assert not coverage_of(desk).is_running
    page = author.get(f"{CASE}/coverage").text
    assert "（最后一次）" in page
    assert "结束：已发布最后一次通报" in page


def test_a_statement_is_seen_as_the_platform_shows_it_before_it_is_handed_in(desk: DemoDesk) -> None:
    author = desk.editor()
    start(author)
    form = author.get(f"{CASE}/statement").form("/statement")
    page = author.submit(form, account=["weibo-main"], text="患者正在转运途中。", link=LINK, step="preview")
    assert "/140 字" in page.text
    case = desk.stores.cases.load(build.CASE_ID)
    assert case is not None
    assert case.publications == ()


@pytest.mark.parametrize(
    ("act", "typed", "said"),
    [
        ("next-statement", {"due_at": "2026-11-20T10:00", "reason": "改期"}, "下一次通报的时间须晚于现在"),
        ("next-statement", {"due_at": "明天", "reason": "改期"}, "时间不完整"),
        ("next-statement", {"due_at": "", "reason": "改期"}, "请填写下一次通报的时间"),
        ("end-coverage", {"reason": " "}, "请填写理由"),
        ("statement", {"account": [], "text": "患者正在转运途中。"}, "请至少选择一个发布账号"),
    ],
)
def test_what_is_wrong_comes_back_with_every_word_of_it(
    desk: DemoDesk, act: str, typed: dict[str, str | list[str]], said: str
) -> None:
    author = desk.editor()
    start(author)
    page = author.submit(author.get(f"{CASE}/{act}").form(f"/{act}"), **typed)
    assert page.status == 422
    assert said in page.text


def test_the_hour_of_the_next_statement_and_what_is_known_can_be_put_right(desk: DemoDesk) -> None:
    author = desk.editor()
    start(author)
    form = author.get(f"{CASE}/next-statement").form("/next-statement")
    author.submit(form, due_at="2026-11-23T12:30", reason="等待检测结果")
    ladder = coverage_of(desk).ladder
    assert ladder is not None
    assert ladder.deadline == build.after(hours=3)
    author.submit(author.get(f"{CASE}/brief-coverage").form("/brief-coverage"), facts="检测合格", unknowns="")
    assert coverage_of(desk).facts == "检测合格"
    author.submit(author.get(f"{CASE}/end-coverage").form("/end-coverage"), reason="已恢复")
    assert "重新开始现场通报" in author.get(f"{CASE}/coverage").text


def test_the_clock_finds_the_item_of_the_coverage_while_a_statement_is_owed(desk: DemoDesk) -> None:
    author = desk.editor()
    start(author)
    assert [one.assignment_id for one in desk.stores.cases.open_clocks() if one.assignment_id == "coverage"] == ["coverage"]
    author.submit(author.get(f"{CASE}/end-coverage").form("/end-coverage"), reason="已恢复")
    assert not [one for one in desk.stores.cases.open_clocks() if one.assignment_id == "coverage"]
