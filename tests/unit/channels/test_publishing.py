"""Public posts: what each platform takes, and what its answers mean."""

import json

import pytest

from jiesu.channels import wechat_publishing, weibo_publishing
from jiesu.channels.delivery import AccountMisconfiguredError
from jiesu.channels.outgoing import OUTCOME_UNKNOWN, TEXT_TOO_LONG, PlatformAnswer, SendOutcome, SendResult, known_reasons
from jiesu.channels.public_post import JobEnd, PublicPost, is_below, links_in
from jiesu.channels.publishing import publishing_channel_of
from jiesu.channels.wechat_payload import messages_of
from jiesu.model.words import Platform
from tests import builders as build
from tests.unit.channels.accounts import publishing_wechat_account, publishing_weibo_account
from tests.vectors import PUBLISHED

LINK = "https://gaj.example.org/t/1"
POST = PublicPost(title="情况通报", text="电梯内吐痰者已被行政拘留。", link=LINK)
WEIBO, WECHAT = publishing_weibo_account(), publishing_wechat_account()
SECRETS = {"operator_ip": "203.0.113.7"}


def answer(value: object, status: int = 200) -> PlatformAnswer:
    return PlatformAnswer(status=status, body=json.dumps(value).encode())


# --- Weibo ------------------------------------------------------------------------------------


def test_weibo_shows_title_text_and_link_in_one_and_counts_letters_half() -> None:
    shown = weibo_publishing.preview(WEIBO, POST)
    assert shown.text == f"【情况通报】电梯内吐痰者已被行政拘留。 {LINK}"
    (room,) = shown.rooms
    assert (room.used, room.limit) == (19 + 14, 140)
    assert shown.refusals == ()


@pytest.mark.parametrize(
    ("text", "link", "reason"),
    [
        ("字" * 127, LINK, TEXT_TOO_LONG),
        ("没有链接", "", "link_missing"),
        ("别处的链接", "https://example.com/1", "link_foreign"),
        ("假冒的域名", "https://notgaj.example.org/1", "link_foreign"),
        ("正文里另有一个链接 https://example.com/1", LINK, "link_foreign"),
        ("#平安北京# 提示", LINK, "topic_forbidden"),
        ("＃平安北京＃提示", LINK, "topic_forbidden"),
    ],
)
def test_weibo_takes_no(text: str, link: str, reason: str) -> None:
    assert weibo_publishing.preview(WEIBO, PublicPost(title="", text=text, link=link)).refusals == (reason,)


def test_a_text_that_just_fits_weibo_is_taken() -> None:
    assert weibo_publishing.preview(WEIBO, PublicPost(title="", text="字" * 126, link=LINK)).refusals == ()


def test_a_link_that_the_text_has_already_is_not_repeated() -> None:
    assert weibo_publishing.preview(WEIBO, PublicPost(title="", text=f"详见{LINK}", link=LINK)).text == f"详见{LINK}"


def test_an_account_without_registered_domains_is_told_so() -> None:
    assert weibo_publishing.preview(publishing_weibo_account(link_domains=()), POST).refusals == ("link_domains_missing",)


def test_weibo_is_asked_as_its_page_prints() -> None:
    call = weibo_publishing.post_call(WEIBO, SECRETS, "token", PublicPost(title="", text="通报", link=LINK))
    assert (call.method, call.url) == ("POST", "https://weibo.example.org/2/statuses/share.json?access_token=token")
    assert call.body == b"status=%E9%80%9A%E6%8A%A5%20https%3A%2F%2Fgaj.example.org%2Ft%2F1&rip=203.0.113.7"


def test_weibo_is_not_asked_without_the_operators_address() -> None:
    with pytest.raises(AccountMisconfiguredError):
        weibo_publishing.post_call(WEIBO, {}, "token", POST)


def test_weibos_post_is_known_by_its_idstr_and_read_where_weibo_leads() -> None:
    outcome = weibo_publishing.read_post(answer({"id": 3504803600500000, "idstr": "3504803600502730", "text": "…"}))
    assert outcome == SendOutcome(result=SendResult.SENT, provider_ref="3504803600502730")
    assert (
        weibo_publishing.post_link(WEIBO, outcome.provider_ref)
        == "https://weibo.example.org/2/statuses/go?uid=1000000001&id=3504803600502730"
    )


@pytest.mark.parametrize(
    ("said", "result", "reason"),
    [
        (answer({"error_code": "20019", "error": "repeat content"}, 400), SendResult.GIVE_TO_PERSON, "content_repeated"),
        (answer({"error_code": 21327, "error": "expired_token"}, 403), SendResult.REFRESH_TOKEN, "token_rejected"),
        (answer({"error_code": "10001", "error": "system error"}, 503), SendResult.RETRY, "platform_busy"),
        (answer({"text": "no id"}), SendResult.GIVE_TO_PERSON, OUTCOME_UNKNOWN),
        (PlatformAnswer(status=504, body=b"<html>"), SendResult.GIVE_TO_PERSON, OUTCOME_UNKNOWN),
    ],
)
def test_weibos_refusals_mean_what_the_table_says(said: PlatformAnswer, result: SendResult, reason: str) -> None:
    outcome = weibo_publishing.read_post(said)
    assert (outcome.result, outcome.reason) == (result, reason)


# --- WeChat -----------------------------------------------------------------------------------


def test_wechats_article_has_a_title_of_its_own_and_its_link_behind_it() -> None:
    shown = wechat_publishing.preview(WECHAT, POST)
    assert (shown.title, shown.text, shown.link, shown.refusals) == (POST.title, POST.text, LINK, ())
    assert [(room.part, room.used, room.limit) for room in shown.rooms] == [
        ("标题", 4, 32),
        ("正文", 20, 19_999),
        ("链接", len(LINK), 1_024),
    ]


@pytest.mark.parametrize(
    ("post", "reason"),
    [
        (PublicPost(title="", text="正文", link=""), "title_missing"),
        (PublicPost(title="题" * 33, text="正文", link=""), "title_too_long"),
        (PublicPost(title="题", text="字" * 20_000, link=""), TEXT_TOO_LONG),
        (PublicPost(title="题", text="正文", link="https://example.org/" + "a" * 1_024), "link_too_long"),
    ],
)
def test_wechat_takes_no(post: PublicPost, reason: str) -> None:
    assert wechat_publishing.preview(WECHAT, post).refusals == (reason,)


def test_an_account_without_a_cover_is_told_so() -> None:
    assert wechat_publishing.preview(publishing_wechat_account(cover_media_id=""), POST).refusals == ("cover_missing",)


def test_wechats_draft_is_paragraphs_and_never_markup_of_the_editors() -> None:
    call = wechat_publishing.draft_call(WECHAT, "token", PublicPost(title="题", text="第一段\n\n<b>第二段</b>", link=LINK))
    assert call.url == "https://wechat.example.org/cgi-bin/draft/add?access_token=token"
    assert json.loads(call.body) == {
        "articles": [
            {
                "article_type": "news",
                "title": "题",
                "content": "<p>第一段</p><p>&lt;b&gt;第二段&lt;/b&gt;</p>",
                "thumb_media_id": "cover-for-tests",
                "need_open_comment": 1,
                "content_source_url": LINK,
            }
        ]
    }


def test_a_draft_is_read_refused_or_asked_for_again() -> None:
    assert wechat_publishing.read_draft(answer({"media_id": "draft-1", "item": []})) == "draft-1"
    cover = wechat_publishing.read_draft(answer({"errcode": 40007, "errmsg": "invalid media_id"}))
    assert cover == SendOutcome(result=SendResult.GIVE_TO_PERSON, reason="cover_missing")
    lost = wechat_publishing.read_draft(PlatformAnswer(status=504, body=b"<html>"))
    assert isinstance(lost, SendOutcome)
    assert lost.result is SendResult.RETRY


def test_a_submitted_draft_is_known_by_its_job_whether_number_or_text() -> None:
    call = wechat_publishing.post_call(WECHAT, {}, "token", POST, "draft-1")
    assert (call.url, call.body) == (
        "https://wechat.example.org/cgi-bin/freepublish/submit?access_token=token",
        b'{"media_id": "draft-1"}',
    )
    for job in ("2247503051", 2247503051):
        outcome = wechat_publishing.read_post(answer({"errcode": 0, "errmsg": "ok", "publish_id": job}))
        assert outcome == SendOutcome(result=SendResult.SENT, provider_ref="2247503051")


@pytest.mark.parametrize(
    ("code", "reason"),
    [(53503, "content_refused"), (53504, "publish_by_hand"), (53505, "publish_by_hand"), (48001, "not_authorized")],
)
def test_wechats_refusals_of_a_post_mean_what_the_table_says(code: int, reason: str) -> None:
    outcome = wechat_publishing.read_post(answer({"errcode": code, "errmsg": "…"}))
    assert (outcome.result, outcome.reason) == (SendResult.GIVE_TO_PERSON, reason)


def test_a_job_that_ended_well_says_where_the_article_stands() -> None:
    detail = {"count": 1, "item": [{"idx": 1, "article_url": "https://mp.example.org/s/1"}]}
    said = answer({"publish_id": "1", "publish_status": 0, "article_id": "a1", "article_detail": detail, "fail_idx": []})
    assert wechat_publishing.read_job(said) == JobEnd(platform_ref="a1", link="https://mp.example.org/s/1")


@pytest.mark.parametrize("status", range(2, 8))
def test_a_job_that_ended_badly_says_why(status: int) -> None:
    end = wechat_publishing.read_job(answer({"publish_id": "1", "publish_status": status, "fail_idx": [1]}))
    assert isinstance(end, JobEnd)
    assert end.refusal in known_reasons() or end.refusal == "refused:status_7"


@pytest.mark.parametrize(
    "said", [answer({"publish_id": "1", "publish_status": 1}), answer({"errcode": -1}), PlatformAnswer(status=502, body=b"")]
)
def test_a_job_that_has_not_ended_is_asked_for_again(said: PlatformAnswer) -> None:
    outcome = wechat_publishing.read_job(said)
    assert isinstance(outcome, SendOutcome)
    assert outcome.result is SendResult.RETRY


@pytest.mark.parametrize(
    ("name", "end"),
    [
        ("event.PUBLISHJOBFINISH", JobEnd(platform_ref="b5O2OUs25HBxRceL7hfReg-U9QGeq9zQjiDvyWP4Hq4", link="ARTICLE_URL")),
        ("event.PUBLISHJOBFINISH_refused", JobEnd(refusal="article_not_original")),
    ],
)
def test_the_printed_events_tell_the_same(name: str, end: JobEnd) -> None:
    account = publishing_wechat_account(external_id="toUser")
    (message,) = messages_of(account, PUBLISHED["wechat"]["payloads"][name]["body"].encode(), build.NOW)
    assert message.event is not None
    assert wechat_publishing.job_of_event(message.event) == ("2247503051", end)


def test_another_event_is_about_no_job() -> None:
    body = PUBLISHED["wechat"]["payloads"]["event.subscribe"]["body"].encode()
    (message,) = messages_of(publishing_wechat_account(external_id="toUser"), body, build.NOW)
    assert message.event is not None
    assert wechat_publishing.job_of_event(message.event) is None


# --- All --------------------------------------------------------------------------------------


def test_only_platforms_with_an_open_interface_for_texts_publish() -> None:
    assert [platform for platform in Platform if publishing_channel_of(platform)] == [Platform.WEIBO, Platform.WECHAT]


def test_links_end_where_chinese_begins() -> None:
    assert links_in("详见https://gaj.example.org/1。另见 http://example.org/2（二）") == (
        "https://gaj.example.org/1",
        "http://example.org/2",
    )
    assert is_below("https://www.gaj.example.org:8443/1", ("gaj.example.org",))
    assert not is_below("https://gaj.example.org.example.com/1", ("gaj.example.org",))
