"""Public posts at the desk: drafted with a preview of each platform, approved by somebody else, seen on the case."""

import pytest

from jiesu.cases.publishing import RecordPublicationPosted
from jiesu.model.publication import PostingState, PublicationState
from tests import builders as build
from tests.conftest import Stores
from tests.functions import desks
from tests.functions.desks import DemoDesk
from tests.unit.channels.accounts import douyin_account, publishing_wechat_account, publishing_weibo_account

LINK = "https://gaj.example.org/t/1"
CASE = f"/prod/desk/cases/{build.CASE_ID}"


@pytest.fixture
def desk(stores: Stores) -> DemoDesk:
    for account in (publishing_weibo_account(), publishing_wechat_account(), douyin_account()):
        stores.accounts.put_account(account, build.a_note())
    desks.opened(stores)
    return DemoDesk(stores)


def written(**changes: str | list[str]) -> dict[str, str | list[str]]:
    fields: dict[str, str | list[str]] = {
        "account": ["weibo-main", "wechat-main"],
        "title": "情况通报",
        "text": "电梯内吐痰者已被行政拘留。",
        "link": LINK,
    }
    return fields | changes


def states(stores: Stores) -> list[tuple[PublicationState, tuple[PostingState, ...]]]:
    case = stores.cases.load(build.CASE_ID)
    assert case is not None
    return [(one.state, tuple(posting.state for posting in one.postings)) for one in case.publications]


def test_a_draft_is_seen_as_each_platform_shows_it_before_anything_is_handed_in(desk: DemoDesk) -> None:
    browser = desk.editor()
    page = browser.submit(browser.get(f"{CASE}/publish").form("/publish"), **written(), step="preview")
    assert f"【情况通报】电梯内吐痰者已被行政拘留。 {LINK}" in page.text
    assert "正文 33/140 字" in page.text
    assert "标题 4/32 字 ， 正文 20/19999 字" in page.text
    assert "不能发布" not in page.text
    assert states(desk.stores) == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"link": ""}, "微博「平安北京」：须附一个安全域名之下的链接"),
        ({"link": "https://example.com/1"}, "微博「平安北京」：链接须在账号应用登记的安全域名之下"),
        ({"text": "#平安北京# 提示"}, "微博「平安北京」：不能带 #话题#"),
        ({"text": "字" * 140}, "微博「平安北京」：内容超过平台的长度限制"),
        ({"title": "题" * 33, "account": ["wechat-main"]}, "微信公众号「平安北京」：标题超过平台的长度限制"),
        ({"account": []}, "请至少选择一个发布账号"),
        ({"account": ["douyin-main"]}, "请至少选择一个发布账号"),
        ({"text": "请拨打 199 0000 0123 联系"}, "公开内容中不能出现电话号码"),
        ({"text": ""}, "内容不能为空"),
    ],
)
def test_what_cannot_be_published_is_refused_before_anybody_approves_it(
    desk: DemoDesk, changes: dict[str, str | list[str]], said: str
) -> None:
    browser = desk.editor()
    page = browser.submit(browser.get(f"{CASE}/publish").form("/publish"), **written(**changes))
    assert (page.status, states(desk.stores)) == (422, [])
    assert said in page.text


def test_one_person_drafts_and_another_approves_what_then_goes_out(desk: DemoDesk) -> None:
    author, second = desk.editor("李明"), desk.editor("张华")
    page = author.submit(author.get(f"{CASE}/publish").form("/publish"), **written())
    assert page.path == CASE
    assert "须由另一位同事审核。" in page.text
    assert states(desk.stores) == [(PublicationState.DRAFTED, (PostingState.WAITING, PostingState.WAITING))]

    (approval,) = (one for one in second.get(CASE).links if "/approve-publication/" in one)
    form = second.get(approval)
    assert "【情况通报】" in form.text
    own = author.submit(author.get(approval).form(approval))
    assert (own.status, "自己起草的公开发布须由另一位同事审核" in own.text) == (422, True)

    page = second.submit(form.form(approval))
    assert "公开发布已批准，正在发往平台。" in page.text
    assert "李明起草，张华审核通过" in page.text
    assert states(desk.stores) == [(PublicationState.APPROVED, (PostingState.SENDING, PostingState.SENDING))]


def test_a_withdrawn_draft_is_where_the_next_one_begins(desk: DemoDesk) -> None:
    author, second = desk.editor("李明"), desk.editor("张华")
    author.submit(author.get(f"{CASE}/publish").form("/publish"), **written())
    (withdrawal,) = (one for one in second.get(CASE).links if "/withdraw-publication/" in one)
    second.submit(second.get(withdrawal).form(withdrawal), reason="处罚种类有误")
    assert states(desk.stores)[0][0] is PublicationState.WITHDRAWN
    fields = author.get(f"{CASE}/publish").form("/publish").fields
    assert (fields["text"], fields["account"]) == (("电梯内吐痰者已被行政拘留。",), ("wechat-main", "weibo-main"))


def test_the_case_links_to_what_stands_in_public(desk: DemoDesk) -> None:
    author, second = desk.editor("李明"), desk.editor("张华")
    author.submit(author.get(f"{CASE}/publish").form("/publish"), **written())
    (approval,) = (one for one in second.get(CASE).links if "/approve-publication/" in one)
    second.submit(second.get(approval).form(approval))
    case = desk.stores.cases.load(build.CASE_ID)
    assert case is not None
    posted = RecordPublicationPosted(
        publication_id=case.publications[0].id, account_id="wechat-main", platform_ref="a1", link="https://mp.example.org/s/1"
    )
    desk.stores.cases.execute(build.CASE_ID, posted, actor=build.SYSTEM, now=build.NOW)
    page = author.get(CASE)
    assert "https://mp.example.org/s/1" in page.links
    assert "已发布" in page.text
