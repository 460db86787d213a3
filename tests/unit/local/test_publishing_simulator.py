"""The simulated platforms take public posts built by the office's own channels, and refuse what the platforms refuse."""

import json
from typing import Any

import pytest
from werkzeug.test import TestResponse

from jiesu.channels import wechat_publishing, weibo_publishing
from jiesu.channels.outgoing import OutgoingCall, PlatformAnswer, SendOutcome, SendResult
from jiesu.channels.public_post import JobEnd, PublicPost
from jiesu.channels.wechat import token_source
from tests.unit.local.conftest import WECHAT, WEIBO, Outside

SECRETS = {**WEIBO.secrets, "operator_ip": "192.0.2.7"}
POST = PublicPost(title="情况通报", text="电梯内吐痰者已被行政拘留。", link="https://gaj.example.org/t/1")


def carried(outside: Outside, call: OutgoingCall) -> PlatformAnswer:
    response: TestResponse = outside.client.open(
        call.url.removeprefix("http://world.invalid"), method=call.method, headers=dict(call.headers), data=call.body
    )
    return PlatformAnswer(status=response.status_code, body=response.get_data())


def shared(outside: Outside, post: PublicPost = POST) -> SendOutcome:
    call = weibo_publishing.post_call(WEIBO.account, SECRETS, WEIBO.secrets["access_token"], post)
    return weibo_publishing.read_post(carried(outside, call))


def token(outside: Outside) -> str:
    source = token_source(WECHAT.account, WECHAT.secrets)
    assert not isinstance(source, str)
    fetched: dict[str, Any] = json.loads(carried(outside, source.call).body)
    return str(fetched["access_token"])


def test_a_post_on_weibo_is_seen_by_everybody(outside: Outside) -> None:
    outcome = shared(outside)
    assert outcome.result is SendResult.SENT
    (post,) = outside.client.get("/posts.json").get_json()
    assert (post["id"], post["platform"]) == (outcome.provider_ref, "weibo")
    link = weibo_publishing.post_link(WEIBO.account, outcome.provider_ref).removeprefix("http://world.invalid")
    assert outside.client.get(link).location == f"/posts#{outcome.provider_ref}"
    assert "电梯内吐痰者已被行政拘留" in outside.client.get("/posts").get_data(as_text=True)


@pytest.mark.parametrize(
    ("post", "reason"),
    [
        (PublicPost(title="", text="没有链接", link=""), "refused:10017"),
        (PublicPost(title="", text="别处", link="https://example.com/1"), "refused:10017"),
        (PublicPost(title="", text="#话题#", link=POST.link), "refused:10017"),
        (PublicPost(title="", text="长" * 141, link=POST.link), "text_too_long"),
    ],
)
def test_weibo_refuses_what_its_page_forbids(outside: Outside, post: PublicPost, reason: str) -> None:
    outcome = shared(outside, post)
    assert outcome.result is SendResult.GIVE_TO_PERSON
    assert outcome.reason in (reason, "request_refused")
    assert outside.client.get("/posts.json").get_json() == []


def test_the_same_post_twice_running_is_refused(outside: Outside) -> None:
    assert [shared(outside).reason, shared(outside).reason] == ["", "content_repeated"]


def test_an_article_on_wechat_is_a_draft_then_a_job_then_stands_in_public(outside: Outside) -> None:
    access = token(outside)
    draft = wechat_publishing.read_draft(carried(outside, wechat_publishing.draft_call(WECHAT.account, access, POST)))
    assert isinstance(draft, str)
    assert outside.client.get("/posts.json").get_json() == []
    submit = wechat_publishing.post_call(WECHAT.account, WECHAT.secrets, access, POST, draft)
    taken = wechat_publishing.read_post(carried(outside, submit))
    end = wechat_publishing.read_job(carried(outside, wechat_publishing.job_call(WECHAT.account, access, taken.provider_ref)))
    assert isinstance(end, JobEnd)
    (post,) = outside.client.get("/posts.json").get_json()
    assert (post["id"], post["title"], post["text"]) == (end.platform_ref, POST.title, POST.text)
    again = wechat_publishing.read_post(carried(outside, submit))
    assert again.result is SendResult.GIVE_TO_PERSON, "a draft leaves the box when it is published"


def test_wechat_knows_no_other_cover(outside: Outside) -> None:
    call = wechat_publishing.draft_call(WECHAT.account, token(outside), POST)
    other = OutgoingCall(
        method=call.method, url=call.url, headers=call.headers, body=call.body.replace(b"cover-demo", b"another")
    )
    assert wechat_publishing.read_draft(carried(outside, other)) == SendOutcome(
        result=SendResult.GIVE_TO_PERSON, reason="cover_missing"
    )
