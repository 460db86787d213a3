"""Where a matter comes from, at the desk: the graph as drawing and table, its first poster, and whether they were reached."""

import re

import pytest

from jiesu.cases.commands import RecordReplySent, ReplyToCitizen
from jiesu.model.post import Post, PostRecord
from jiesu.store.messages import ref_of
from tests import builders as build
from tests.conftest import Stores
from tests.functions import desks
from tests.functions.desks import DemoDesk

CASE = f"/prod/desk/cases/{build.CASE_ID}"


@pytest.fixture
def desk(stores: Stores) -> DemoDesk:
    return DemoDesk(stores)


def joined(stores: Stores, citizen: str, text: str, *, minutes: int) -> None:
    """One more citizen's message in the case."""
    case = stores.cases.load(build.CASE_ID)
    assert case is not None
    message = build.a_message(
        id=f"weibo:{citizen}", citizen_id=citizen, text=text, sent_at=build.after(minutes=minutes), post_id=f"post-{citizen}"
    )
    stores.messages.join_case(stores.cases, case, build.a_screened(message=message), now=build.after(minutes=minutes))


def reposted(stores: Stores, citizen: str) -> None:
    """What the message of `citizen` speaks of is a repost of somebody's post."""
    root = Post(
        id="900",
        text="电梯里有人吐痰",
        read_at=build.NOW,
        author_id="4001",
        author_name="路人甲",
        created_at=build.after(hours=-2),
    )
    post = Post(
        id="901", text="转发微博", read_at=build.NOW, author_id=citizen, author_name="小区业主", created_at=build.NOW, root=root
    )
    message = build.a_message(id=f"weibo:{citizen}", citizen_id=citizen)
    stores.posts.attach(message, PostRecord(handle="901", state="read", noted_at=build.NOW, post=post))


def test_a_case_that_nothing_is_known_of_says_what_is_missing_and_what_to_ask(desk: DemoDesk, stores: Stores) -> None:
    desks.opened(stores)
    page = desk.editor().get(f"{CASE}/source")
    assert "还看不出从哪里传来" in page.text
    assert "信息从哪里转的" in page.text
    assert "<svg" not in page.body


def test_the_graph_is_drawn_and_told_in_a_table_with_evidence_and_confidence(desk: DemoDesk, stores: Stores) -> None:
    desks.opened(stores)
    reposted(stores, "citizen-1")
    joined(stores, "citizen-2", "@平安北京 转自业主群，电梯里有人吐痰", minutes=5)
    page = desk.editor().get(f"{CASE}/source")
    assert '<svg class="chain"' in page.body
    assert "@路人甲" in page.text
    assert "平台显示转发 95%" in page.text
    assert "正文写明来源：「转自业主群」" in page.text
    assert f"{CASE}#message-weibo%3Acitizen-2" in page.body
    assert re.search(r"<style|\sstyle=", page.body) is None, "the content security policy lets no style through"


def test_the_first_poster_stands_on_both_pages_and_whoever_never_wrote_cannot_be_asked(desk: DemoDesk, stores: Stores) -> None:
    desks.opened(stores)
    reposted(stores, "citizen-1")
    browser = desk.editor()
    for address in (CASE, f"{CASE}/source"):
        assert re.search(r"首发者.*@路人甲.*未联系", browser.get(address).text, re.DOTALL)
    assert "平台不让系统先开口" in browser.get(f"{CASE}/source").text


def test_a_first_poster_whom_the_office_has_written_to_is_reached(desk: DemoDesk, stores: Stores) -> None:
    desks.opened(stores, text="@平安北京 我自己拍的，电梯里有人吐痰")
    message = build.a_message(id="weibo:citizen-1")
    for command in (
        ReplyToCitizen(reply_id="r1", text="请问视频是您拍的吗？", to=ref_of(message)),
        RecordReplySent(reply_id="r1", platform_ref="1"),
    ):
        stores.cases.execute(build.CASE_ID, command, actor=build.EDITOR, now=build.NOW)
    page = desk.editor().get(f"{CASE}/source").text
    assert re.search(r"首发者.*网民 [0-9A-Z]{4}.*已联系", page, re.DOTALL)


def test_a_case_that_is_not_there_is_said_so(desk: DemoDesk) -> None:
    assert "没有这个诉求件" in desk.editor().get(f"{CASE}/source").text
