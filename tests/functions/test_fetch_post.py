"""The post that a message speaks of: fetched once, within the day's calls, and shown on the case whatever became of it."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import boto3
import pytest

from jiesu.cases.effects import PostEffect
from jiesu.channels.outgoing import OutgoingCall, PlatformAnswer
from jiesu.channels.transmission import MaybeSentError
from jiesu.channels.weibo_comments import Feed
from jiesu.model.errors import PermanentError
from jiesu.model.message import Message
from jiesu.model.post import Post, PostRecord, post_handle
from jiesu.model.words import MessageKind, Platform, Urgency, UserRole
from jiesu.road.accounts import AccountBook
from jiesu.road.evidence import PLATFORM_KEEPS, EvidenceFetcher
from jiesu.road.poll_budget import POST_CALLS, URGENT_POST_CALLS
from jiesu.road.posts import PostDelayedError, PostFetcher
from jiesu.road.tokens import TokenBook
from jiesu.runtime.secrets import SecretBook
from jiesu.store.messages import media_count, ref_of
from local.world.weibo_posts import post as shown_post
from tests import builders as build
from tests.conftest import Stores
from tests.functions.desks import DemoDesk, fill_directory
from tests.unit.channels.accounts import WEIBO_SECRETS, weibo_account

PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)
REPOST, ROOT, GONE = "5000000000001007", "5000000000001000", "5000000000001404"


class Weibo:
    """Shows posts as the simulated platform makes them up; `answer` replaces what it says."""

    def __init__(self) -> None:
        self.calls: list[OutgoingCall] = []
        self.answer: dict[str, Any] | BaseException | None = None

    def transmit(self, call: OutgoingCall) -> PlatformAnswer:
        self.calls.append(call)
        path, _, query = call.url.partition(".example.org")[2].partition("?")
        if "/large/" in call.url:
            assert call.headers["Referer"] == "https://weibo.com/"
            return PlatformAnswer(status=200, body=PNG)
        if isinstance(self.answer, BaseException):
            raise self.answer
        said: Any = self.answer
        if said is None:
            asked = query.rpartition("=")[2]
            if path == "/2/comments/show_batch.json":
                said = [{"id": int(asked), "status": shown_post(ROOT, weibo_account().api_base)}]
            else:
                said = shown_post(asked, weibo_account().api_base)
        return PlatformAnswer(status=200, body=json.dumps(said).encode())

    @property
    def asked(self) -> list[str]:
        return [call.url.partition(".example.org")[2] for call in self.calls]


@pytest.fixture
def weibo(stores: Stores, evidence_bucket: str) -> Weibo:
    stores.accounts.put_account(weibo_account(), build.a_note())
    boto3.client("secretsmanager").create_secret(Name=weibo_account().secret_name, SecretString=json.dumps(WEIBO_SECRETS))
    return Weibo()


def fetcher(stores: Stores, weibo: Weibo) -> PostFetcher:
    secrets = SecretBook(boto3.client("secretsmanager"))
    return PostFetcher(
        files=EvidenceFetcher(
            cases=stores.cases,
            evidence=stores.evidence,
            vault=stores.vault,
            tokens=TokenBook(transient=stores.transient, secrets=secrets, transmit=weibo.transmit),
            accounts=AccountBook(stores.accounts.accounts),
            index=stores.matters,
            fetch=weibo.transmit,
        ),
        posts=stores.posts,
        polls=stores.polls,
    )


def a_mention(number: int = 1, **changes: Any) -> Message:
    fields = {"id": f"weibo:{number}", "citizen_id": f"citizen-{number}", "post_id": REPOST} | changes
    return replace(build.a_message(), **fields)


def due(stores: Stores, message: Message, *, urgency: Urgency = Urgency.ROUTINE) -> PostEffect:
    """`message` has opened a case; this is what its post asks for."""
    case_id = f"{build.CASE_ID[:-1]}{message.id[-1]}"
    screened = build.a_screened(message=message)
    screened = replace(screened, triage=replace(screened.triage, urgency=urgency))
    stores.messages.open_case(stores.cases, screened, case_id=case_id, title="帖", now=build.NOW, previous_case_id=None)
    return PostEffect(id=f"{message.id}.post", case_id=case_id, message=ref_of(message))


def record(stores: Stores, handle: str = REPOST) -> PostRecord:
    found = stores.posts.find(Platform.WEIBO, handle)
    assert found is not None
    return found


def test_a_mentioned_repost_is_kept_with_its_root_its_counts_and_its_pictures(
    stores: Stores, weibo: Weibo, evidence_bucket: str
) -> None:
    effect = due(stores, a_mention())
    fetcher(stores, weibo).collect(effect, build.NOW)
    post = record(stores).post
    assert post is not None
    assert (post.id, post.root_id, post.author_name, post.read_at) == (REPOST, ROOT, "网友7", build.NOW)
    assert (post.reposts_count, post.comments_count, post.likes_count) == tuple(int(REPOST) % one for one in (97, 89, 83))
    assert post.root is not None
    (evidence,) = stores.evidence.of_case(effect.case_id)
    assert evidence.source == f"weibo-main/{post.root.picture_urls[0]}"
    kept = boto3.client("s3").get_object(Bucket=evidence_bucket, Key=evidence.sha256)
    assert kept["Body"].read() == PNG


def test_one_post_is_asked_for_once_however_many_messages_speak_of_it(stores: Stores, weibo: Weibo) -> None:
    for number in (1, 2, 3):
        fetcher(stores, weibo).collect(due(stores, a_mention(number, post_id=ROOT)), build.NOW)
    assert [one for one in weibo.asked if one.startswith("/2/")] == [
        f"/2/statuses/show.json?access_token={WEIBO_SECRETS['access_token']}&id={ROOT}"
    ]


@pytest.mark.parametrize(
    ("under_post_id", "handle", "path"),
    [(ROOT, ROOT, "/2/statuses/show.json"), (None, "comment-77", "/2/comments/show_batch.json")],
)
def test_the_post_of_a_comment_is_asked_for_by_what_is_known_of_it(
    stores: Stores, weibo: Weibo, under_post_id: str | None, handle: str, path: str
) -> None:
    message = a_mention(kind=MessageKind.COMMENT, post_id="77", post_is_comment=True, under_post_id=under_post_id)
    fetcher(stores, weibo).collect(due(stores, message), build.NOW)
    post = record(stores, handle).post
    assert post is not None
    assert (post.id, weibo.asked[0].partition("?")[0]) == (ROOT, path)


def test_a_deleted_root_is_kept_without_its_author(stores: Stores, weibo: Weibo) -> None:
    weibo.answer = {
        **shown_post(REPOST, ""),
        "retweeted_status": {"id": int(ROOT), "text": "抱歉，此微博已被作者删除。", "deleted": "1"},
    }
    fetcher(stores, weibo).collect(due(stores, a_mention()), build.NOW)
    post = record(stores).post
    assert post is not None
    assert post.root == Post(id=ROOT, text="抱歉，此微博已被作者删除。", read_at=build.NOW)


@pytest.mark.parametrize(
    "url", ["https://evil.example.net/thumbnail/1.jpg", "http://169.254.169.254/", "https://x.sinaimg.cn:8443/1.jpg", 7]
)
def test_an_answer_makes_nobody_else_be_asked_for_pictures(stores: Stores, weibo: Weibo, url: object) -> None:
    weibo.answer = {**shown_post(ROOT, ""), "pic_urls": [{"thumbnail_pic": url}]}
    effect = due(stores, a_mention())
    fetcher(stores, weibo).collect(effect, build.NOW)
    assert (record(stores).state, len(weibo.calls)) == ("read", 1)


def test_weibos_own_thumbnail_names_the_whole_picture(stores: Stores, weibo: Weibo) -> None:
    weibo.answer = {**shown_post(ROOT, ""), "pic_urls": [{"thumbnail_pic": "http://ww1.sinaimg.cn/thumbnail/a.jpg"}]}
    effect = due(stores, a_mention())
    fetcher(stores, weibo).collect(effect, build.NOW)
    assert weibo.calls[-1].url == "https://ww1.sinaimg.cn/large/a.jpg"


# --- What cannot be had -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("trouble", "reason"),
    [
        ({"error_code": 10001, "error": "System error"}, "platform_busy"),
        ({"error_code": 10023, "error": "User requests out of rate limit!"}, "rate_limited"),
        ({"error_code": 21332, "error": "access_token is invalid!"}, "token_rejected"),
        (MaybeSentError(), "platform_unreachable"),
    ],
)
def test_trouble_is_noted_and_asked_again_until_it_is_over(
    stores: Stores, weibo: Weibo, trouble: dict[str, Any] | BaseException, reason: str
) -> None:
    effect = due(stores, a_mention())
    weibo.answer = trouble
    with pytest.raises(PostDelayedError):
        fetcher(stores, weibo).collect(effect, build.NOW)
    assert (record(stores).state, record(stores).reason) == ("delayed", reason)
    weibo.answer = None
    fetcher(stores, weibo).collect(effect, build.after(hours=1))
    assert record(stores).state == "read"


@pytest.mark.parametrize(
    ("answer", "after", "reason"),
    [
        ({"error_code": 20101, "error": "target weibo does not exist!"}, timedelta(), "comment_gone"),
        ({"error_code": 10014, "error": "Insufficient app permissions!"}, timedelta(), "not_authorized"),
        ({"id": "no id"}, timedelta(), "answer_unreadable"),
        ({"error_code": 10001, "error": "System error"}, PLATFORM_KEEPS, "platform_busy"),
    ],
)
def test_what_no_other_try_would_bring_is_missing_with_its_reason_and_not_asked_again(
    stores: Stores, weibo: Weibo, answer: dict[str, Any], after: timedelta, reason: str
) -> None:
    effect = due(stores, a_mention())
    weibo.answer = answer
    for _ in range(2):
        fetcher(stores, weibo).collect(effect, build.NOW + after)
    assert (record(stores).state, record(stores).reason, len(weibo.calls)) == ("missing", reason, 1)


def test_when_the_days_calls_run_short_the_last_ones_are_for_urgent_cases(stores: Stores, weibo: Weibo) -> None:
    routine, urgent = due(stores, a_mention(1)), due(stores, a_mention(2, post_id="5000000000002000"), urgency=Urgency.URGENT)
    spend(stores, POST_CALLS - URGENT_POST_CALLS, build.NOW)
    with pytest.raises(PostDelayedError):
        fetcher(stores, weibo).collect(routine, build.NOW)
    assert (record(stores).reason, weibo.calls) == ("daily_quota", [])
    fetcher(stores, weibo).collect(urgent, build.NOW)
    fetcher(stores, weibo).collect(routine, build.after(days=1))
    assert record(stores).state == "read"


def spend(stores: Stores, calls: int, now: datetime) -> None:
    state, revision = stores.polls.state(weibo_account().id, "posts")
    stores.polls.advance(weibo_account().id, "posts", replace(state, day=now.date(), calls=calls), revision=revision)


def test_a_message_that_is_gone_is_an_error_for_a_person(stores: Stores, weibo: Weibo) -> None:
    effect = due(stores, a_mention())
    with pytest.raises(PermanentError, match="post_unknown"):
        fetcher(stores, weibo).collect(replace(effect, message=build.a_message_ref(message_id="weibo:other")), build.NOW)


@pytest.mark.parametrize(
    ("message", "count"),
    [
        (a_mention(), 0),
        (a_mention(kind=MessageKind.PRIVATE, post_id=None), None),
        (a_mention(platform=Platform.WECHAT, kind=MessageKind.COMMENT), None),
    ],
)
def test_the_stream_lets_a_message_through_that_speaks_of_a_post(message: Message, count: int | None) -> None:
    assert media_count(message) == count
    assert (post_handle(message) is not None) == (count == 0)


def test_no_feed_is_counted_under_the_name_of_the_posts() -> None:
    assert "posts" not in set(Feed)


# --- On the desk ------------------------------------------------------------------------------


def test_the_case_page_quotes_the_post_and_says_what_is_missing(stores: Stores, weibo: Weibo) -> None:
    fill_directory(stores)
    browser = DemoDesk(stores).visitor(UserRole.EDITOR)
    effect = due(stores, a_mention())
    page = f"/prod/desk/cases/{effect.case_id}"
    browser.get(f"/prod/desk/sign-in/start?next=/desk/cases/{effect.case_id}")
    assert "原帖尚未取到" in browser.get(page).text
    weibo.answer = MaybeSentError()
    with pytest.raises(PostDelayedError):
        fetcher(stores, weibo).collect(effect, build.NOW)
    assert "原帖暂时没有取到：平台暂时无法连接" in browser.get(page).text
    weibo.answer = None
    fetcher(stores, weibo).collect(effect, build.NOW)
    text = browser.get(page).text
    assert "网友7（992000000007）" in text
    assert "有人知道这是哪里吗？转给 @平安北京 看看" in text
    assert f"编号 {ROOT}，转发 {int(ROOT) % 97}" in text
