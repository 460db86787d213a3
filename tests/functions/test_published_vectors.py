"""Everything the platforms print: pushes through the webhook's public entry, calls and answers as ours are built.

`shows` notes which vectors a test is about; the last test fails while one is left.
"""

import importlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import ModuleType
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote, urlencode, urlsplit
from xml.etree import ElementTree as Xml

import boto3
import pytest

from jiesu.channels import douyin, douyin_public, wechat, wechat_publishing, weibo
from jiesu.channels.douyin_event import reply_handle
from jiesu.channels.outgoing import AccessToken, OutgoingCall, PlatformAnswer, SendOutcome, SendResult, TokenRequest
from jiesu.channels.public_post import PublicPost
from jiesu.channels.registry import channel_of
from jiesu.channels.signature import sign
from jiesu.channels.wechat_xml import fields_of
from jiesu.model.message import ChannelAccount, Media
from jiesu.model.numbers import case_id_for
from jiesu.model.words import ContentType, Platform
from jiesu.runtime import clients
from local.demo import DemoAccount
from local.feed.push import signed
from local.platforms import wechat as wechat_platform
from tests import builders as build
from tests.conftest import Stores
from tests.functions.webhooks import ACCOUNTS, Event, Webhook, event_of, event_of_push, give_secrets, started_webhook
from tests.unit.channels.accounts import a_reply, douyin_account, wechat_account, weibo_account
from tests.vectors import VECTORS

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

_SHOWN: set[str] = set()


def shows(*names: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """The test is about these vectors; where it has an argument `name`, it runs once with each."""
    _SHOWN.update(names)

    def mark(test: Callable[..., None]) -> Callable[..., None]:
        by_name = "name" in test.__annotations__
        return pytest.mark.parametrize("name", names)(test) if by_name else test

    return mark


def below(*places: str) -> tuple[str, ...]:
    return tuple(name for name in VECTORS if name.startswith(places))


def by_clock(seconds: str, per_second: int = 1) -> datetime:
    return datetime.fromtimestamp(int(seconds) / per_second, UTC)


@pytest.fixture
def webhook(stores: Stores, sqs: "SQSClient", monkeypatch: pytest.MonkeyPatch) -> Iterator[Webhook]:
    with started_webhook(stores, sqs, monkeypatch) as webhook:
        yield webhook


# --- Handshakes and signatures, in -----------------------------------------------------------------


@shows("weibo/handshake", "wechat/handshake")
def test_printed_handshake_is_answered_with_its_echo(webhook: Webhook, name: str) -> None:
    vector, platform = VECTORS[name], Platform(name.partition("/")[0])
    demo = ACCOUNTS[platform]
    give_secrets(demo, {field: vector[field] for field in ("app_secret", "token") if field in vector})
    query = {field: vector[field] for field in ("signature", "timestamp", "nonce", "echostr")}
    webhook.now = by_clock(vector["timestamp"], 1_000 if platform is Platform.WEIBO else 1)
    event = {**event_of(demo, query, b"", {}), "httpMethod": "GET"}
    assert webhook.answer(event) == (200, vector["echostr"])
    event["multiValueQueryStringParameters"]["signature"] = [vector["signature"][::-1]]
    assert webhook.post(event) == 403


@shows("douyin/payloads/verify_webhook", "douyin/signature")
def test_a_challenge_is_answered_to_anybody_and_nothing_is_kept(webhook: Webhook, name: str) -> None:
    vector = VECTORS[name]
    body = vector["body"] if isinstance(vector["body"], str) else json.dumps(vector["body"])
    for headers in ({}, {"X-Douyin-Signature": vector["signature"]}):
        assert webhook.answer(event_of(ACCOUNTS[Platform.DOUYIN], {}, body.encode(), headers)) == (200, '{"challenge":12345}')
    assert webhook.queued == []


@shows("wechat/primitive")
def test_the_signature_is_the_hash_of_its_sorted_parts() -> None:
    vector = VECTORS["wechat/primitive"]
    assert sign(*vector["parts"]) == sign(*reversed(vector["parts"])) == vector["signature"]


@shows("wechat/plain")
def test_a_push_in_plain_mode_is_refused_although_its_printed_signature_fits(webhook: Webhook) -> None:
    vector, demo = VECTORS["wechat/plain"], ACCOUNTS[Platform.WECHAT]
    give_secrets(demo, {"token": vector["token"]})
    webhook.now = by_clock(vector["timestamp"])
    assert sign(vector["token"], vector["timestamp"], vector["nonce"]) == vector["signature"]
    query = {field: vector[field] for field in ("signature", "timestamp", "nonce")}
    assert webhook.post(event_of(demo, query, VECTORS["wechat/payloads/text"]["body"].encode(), {})) == 403
    assert webhook.queued == []


def sealed_query(vector: dict[str, Any]) -> dict[str, str]:
    fields = ("signature", "timestamp", "nonce", "msg_signature")
    return {"encrypt_type": "aes", **{field: vector[field] for field in fields if field in vector}}


def enveloped(encrypted: str) -> bytes:
    return f"<xml><Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>".encode()


@shows("wechat/sealed/xml")
def test_printed_sealed_push_is_taken_and_opened(webhook: Webhook, stores: Stores) -> None:
    vector, demo = VECTORS["wechat/sealed/xml"], ACCOUNTS[Platform.WECHAT]
    secrets = {field: vector[field] for field in ("token", "encoding_aes_key")}
    give_secrets(demo, secrets)
    webhook.now = by_clock(vector["timestamp"])
    assert webhook.answer(event_of(demo, sealed_query(vector), vector["body"].encode(), {})) == (200, "success")
    owner = wechat_account(external_id="gh_97417a04a28d", app_id=vector["app_id"])
    (message,) = wechat.parse(owner, secrets, webhook.taken[0])
    assert (message.content_type, message.text) == (ContentType.EVENT, "debug_demo")


@shows("wechat/sealed/json", "wechat/sealing/json", "wechat/sealing/xml")
def test_printed_ciphertext_is_believed_by_its_printed_signature_and_an_envelope_in_json_is_refused(
    webhook: Webhook, name: str
) -> None:
    vector, demo = VECTORS[name], ACCOUNTS[Platform.WECHAT]
    give_secrets(demo, {field: vector[field] for field in ("token", "encoding_aes_key")})
    webhook.now = by_clock(vector["timestamp"])
    query, encrypted = sealed_query(vector), vector["encrypt"]
    envelope = json.dumps({"ToUserName": "gh_97417a04a28d", "Encrypt": encrypted})
    assert webhook.post(event_of(demo, query, envelope.encode(), {})) == 400
    assert webhook.post(event_of(demo, {**query, "msg_signature": "0" * 40}, enveloped(encrypted), {})) == 403
    assert webhook.queued == []
    assert webhook.post(event_of(demo, query, enveloped(encrypted), {})) == 200


@shows("partner/signature")
def test_printed_signature_of_standard_webhooks_is_believed_and_the_wrong_one_is_not(webhook: Webhook) -> None:
    vector, demo = VECTORS["partner/signature"], ACCOUNTS[Platform.PARTNER]
    give_secrets(demo, {"secret": vector["secret"]})
    webhook.now = by_clock(vector["timestamp"])
    for signature, status in ((vector["signature"], 200), (vector["wrong_signature"], 401)):
        headers = {"Webhook-Id": vector["id"], "Webhook-Timestamp": vector["timestamp"], "Webhook-Signature": signature}
        assert webhook.post(event_of(demo, {}, vector["body"].encode(), headers)) == status


@shows("partner/headers")
def test_printed_headers_are_read_and_without_their_secret_not_believed(webhook: Webhook) -> None:
    vector, demo = VECTORS["partner/headers"], ACCOUNTS[Platform.PARTNER]
    webhook.now = by_clock(vector["timestamp"])
    headers = {"webhook-id": vector["id"], "webhook-timestamp": vector["timestamp"], "webhook-signature": vector["signature"]}
    assert webhook.post(event_of(demo, {}, vector["body"].encode(), headers)) == 401
    assert webhook.queued == []


@shows("toutiao/customer_service", "toutiao/customer_service_text")
def test_toutiaos_push_is_closed_and_has_no_address(webhook: Webhook) -> None:
    vector, payload = VECTORS["toutiao/customer_service"], VECTORS["toutiao/customer_service_text"]["body"]
    assert sign(*vector["params"].values()) == vector["signature"]
    query = {**vector["params"], "signature": vector["signature"]}
    event = event_of(ACCOUNTS[Platform.PARTNER], query, json.dumps(payload).encode(), {})
    event["pathParameters"]["platform"] = "toutiao"
    assert webhook.post(event) == 404
    assert webhook.post({**event, "httpMethod": "GET"}) == 404
    assert webhook.queued == []


# --- Payloads, in ------------------------------------------------------------------------------------


def pushed(demo: DemoAccount, printed: Any) -> Event:
    """The printed message as its platform signs it to the tests' account."""
    account = demo.account
    match account.platform:
        case Platform.WECHAT:
            to = f"<ToUserName><![CDATA[{account.external_id}]]></ToUserName>"
            message = printed.replace("<ToUserName><![CDATA[toUser]]></ToUserName>", to).encode()
            assert to in message.decode()
            query, body, headers = wechat_platform.sealed_delivery(
                demo.secrets, message, app_id=account.app_id, timestamp=build.NOW, nonce="57155157"
            )
            return event_of(demo, query, body, headers)
        case Platform.WEIBO:
            payload = {**printed, "receiver_id": int(account.external_id)}
        case _:
            payload = {**printed, "client_key": account.app_id, "to_user_id": account.external_id}
    return event_of_push(demo, signed(demo, payload, door_url="https://jiesu.example.org", now=build.NOW, nonce="57155157"))


@shows(*(name for name in below("weibo/payloads", "wechat/payloads", "douyin/payloads") if "verify_webhook" not in name))
def test_every_printed_payload_passes_through_the_entry_and_is_read(webhook: Webhook, name: str) -> None:
    demo = ACCOUNTS[Platform(name.partition("/")[0])]
    assert webhook.post(pushed(demo, VECTORS[name]["body"])) == 200
    (message,) = channel_of(demo.account.platform).parse(demo.account, demo.secrets, webhook.taken[0])
    assert message.content_type in ContentType


# --- Calls, out --------------------------------------------------------------------------------------


def at_the_platform(account: ChannelAccount, printed: dict[str, Any]) -> ChannelAccount:
    """`account` at the host that the page names."""
    host = urlsplit(printed["url"])
    return replace(account, api_base=f"{host.scheme}://{host.netloc}")


def answered(printed: dict[str, Any]) -> PlatformAnswer:
    return PlatformAnswer(status=200, body=json.dumps(printed["answer"]).encode())


def is_the_printed_call(call: OutgoingCall, printed: dict[str, Any]) -> bool:
    return (call.method, call.url, json.loads(call.body)) == ("POST", printed["url"], printed["body"])


@shows("weibo/reply")
def test_weibos_reply_is_the_printed_call() -> None:
    printed = VECTORS["weibo/reply"]
    account = at_the_platform(weibo_account(), printed)
    call = weibo.reply_call(account, "ACCESS_TOKEN", a_reply(printed["text"], to="RECEIVER_ID"))
    assert (call.method, call.url, call.body.decode()) == ("POST", printed["url"], printed["body"])


@shows("wechat/custom_send")
def test_wechats_reply_is_the_printed_call() -> None:
    printed = VECTORS["wechat/custom_send"]
    account = at_the_platform(wechat_account(), printed)
    assert is_the_printed_call(wechat.reply_call(account, "ACCESS_TOKEN", a_reply("Hello World", to="OPENID")), printed)
    assert wechat.read_answer(answered(printed)).result is SendResult.SENT


@shows("wechat/stable_token")
def test_wechats_token_is_asked_for_by_the_printed_call() -> None:
    printed = VECTORS["wechat/stable_token"]
    request = wechat.token_source(
        replace(at_the_platform(wechat_account(), printed), app_id="APPID"), {"app_secret": "APPSECRET"}
    )
    assert isinstance(request, TokenRequest)
    assert is_the_printed_call(request.call, printed)
    assert request.read(answered(printed)) == AccessToken(value="ACCESS_TOKEN", keep=timedelta(seconds=6_900))


@shows("wechat/freepublish_submit")
def test_wechats_publication_is_the_printed_call_and_its_job_is_read() -> None:
    printed = VECTORS["wechat/freepublish_submit"]
    account = at_the_platform(wechat_account(), printed)
    call = wechat_publishing.post_call(
        account, {}, "ACCESS_TOKEN", PublicPost(title="通报", text="通报", link=""), draft="MEDIA_ID"
    )
    assert is_the_printed_call(call, printed)
    assert wechat_publishing.read_post(answered(printed)).provider_ref == printed["answer"]["publish_id"]


@shows("douyin/send")
def test_douyins_reply_is_the_printed_call() -> None:
    printed = VECTORS["douyin/send"]
    body = printed["body"]
    account = at_the_platform(douyin_account(external_id="OPEN_ID"), printed)
    handle = reply_handle("conversation", "message")
    call = douyin.reply_call(account, "act.1", a_reply("你好", to="citizen", handle=handle))
    filled = {**body, "msg_id": "message", "conversation_id": "conversation", "to_user_id": "citizen"}
    assert is_the_printed_call(call, {**printed, "body": filled})
    assert douyin.read_answer(answered(printed)) == SendOutcome(result=SendResult.SENT, provider_ref=printed["answer"]["msg_id"])


@shows("douyin/comment_reply")
def test_douyins_public_answer_is_the_printed_call() -> None:
    printed = VECTORS["douyin/comment_reply"]
    account = at_the_platform(douyin_account(external_id="OPEN_ID"), printed)
    handle = douyin_public.comment_handle("@...", "@...")
    assert handle is not None
    call = douyin_public.comment_call(account, "act.1", handle=handle, text=printed["body"]["content"])
    assert is_the_printed_call(call, printed)
    assert douyin.read_answer(answered(printed)) == SendOutcome(result=SendResult.SENT, provider_ref="11")


@shows("douyin/media")
def test_douyins_file_is_asked_for_by_the_printed_call_and_fetched_where_the_answer_says() -> None:
    printed = VECTORS["douyin/media"]
    account = at_the_platform(douyin_account(), printed)
    media = Media(content_type=ContentType.IMAGE, media_id=reply_handle("conversation", "message"))
    call = douyin.media_call(account, "act.1", media)
    assert (call.method, call.url.partition("?")[0]) == ("GET", printed["url"])
    assert list(parse_qs(urlsplit(call.url).query)) == printed["query"]
    assert call.headers["access-token"] == "act.1"
    fetched = douyin.read_media(account, answered(printed), access_token="act.1")
    assert isinstance(fetched, OutgoingCall)
    assert (fetched.method, fetched.url) == ("GET", printed["answer"]["data"]["url"])


@shows("weibo/passive_reply")
def test_a_push_of_weibos_is_not_answered_passively_and_our_reply_says_the_same_in_the_same_form(webhook: Webhook) -> None:
    printed = VECTORS["weibo/passive_reply"]
    assert webhook.answer(pushed(ACCOUNTS[Platform.WEIBO], VECTORS["weibo/payloads/text"]["body"])) == (200, "")
    passive = printed["body"]
    call = weibo.reply_call(weibo_account(), "token", a_reply(printed["text"], to=passive["receiver_id"]))
    form = {"receiver_id": passive["receiver_id"], "type": passive["type"], "data": unquote(passive["data"])}
    assert call.body.decode() == urlencode(form)
    assert passive["data"] in call.body.decode()


@shows("wechat/passive_reply")
def test_a_push_of_wechats_is_not_answered_passively_and_our_reply_says_the_same_to_the_same(webhook: Webhook) -> None:
    assert webhook.answer(pushed(ACCOUNTS[Platform.WECHAT], VECTORS["wechat/payloads/text"]["body"])) == (200, "success")
    passive = fields_of(VECTORS["wechat/passive_reply"]["body"].encode())
    sent = json.loads(wechat.reply_call(wechat_account(), "token", a_reply(passive["Content"], to=passive["ToUserName"])).body)
    assert (sent["touser"], sent["msgtype"], sent["text"]["content"]) == (
        passive["ToUserName"],
        passive["MsgType"],
        passive["Content"],
    )


# --- Open311 -----------------------------------------------------------------------------------------

KEY = "a-key-for-tests-with-256-random-bits"
FORM = {"api_key": KEY, "service_code": "public_order.offence", "lat": "39.84", "long": "116.37", "description": "有人吐痰"}


@pytest.fixture
def open311(stores: Stores, sqs: "SQSClient", monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    stores.api_keys.add(KEY, name="12345 热线", now=build.NOW)
    monkeypatch.setattr(clients, "dynamodb", lambda: stores.client)
    monkeypatch.setattr(clients, "sqs", lambda: boto3.client("sqs"))
    return importlib.reload(importlib.import_module("functions.serve_open311.app"))


def asked(app: ModuleType, method: str, path: str, form: Mapping[str, str] | None = None) -> tuple[int, Xml.Element]:
    """Status and document of one request to the function."""
    event = {
        "httpMethod": method,
        "path": f"/open311/{path}",
        "pathParameters": {"proxy": path},
        "headers": {"content-type": "application/x-www-form-urlencoded"},
        "multiValueQueryStringParameters": None,
        "requestContext": {"domainName": "api.example.org", "path": f"/prod/open311/{path}"},
        "body": urlencode(form) if form else None,
        "isBase64Encoded": False,
    }
    answer = app.handler(event, None)
    return answer["statusCode"], Xml.fromstring(answer["body"].encode())


def elements(document: Xml.Element) -> list[str]:
    return [element.tag for element in document.iter()]


@shows("open311/error")
def test_an_error_of_ours_has_the_printed_form(open311: ModuleType) -> None:
    printed = VECTORS["open311/error"]
    form = {name: value for name, value in FORM.items() if name != printed["without"]}
    status, document = asked(open311, "POST", "v2/requests.xml", form)
    assert (status, document.findtext("error/code")) == (400, printed["code"])
    assert elements(document) == printed["elements"]
    assert printed["without"] in str(document.findtext("error/description"))


@shows("open311/handed_in")
def test_a_request_that_is_handed_in_is_answered_in_the_printed_form_with_a_token_in_place_of_the_number(
    open311: ModuleType,
) -> None:
    printed = VECTORS["open311/handed_in"]["elements"]
    _, document = asked(open311, "POST", "v2/requests.xml", FORM)
    assert elements(document)[:2] == printed[:2]
    token = document.findtext("request/token")
    assert token
    _, later = asked(open311, "GET", f"v2/tokens/{token}.xml")
    assert set(printed) <= set(elements(later))


@shows("open311/requests")
def test_what_is_public_is_listed_with_every_printed_element(open311: ModuleType, stores: Stores) -> None:
    message, at = build.a_message(id="weibo:1"), datetime.now(UTC)
    case = stores.messages.open_case(
        stores.cases,
        build.a_screened(message=message),
        case_id=case_id_for(message.id, at.date()),
        title="网民原话里的标题",
        now=at,
        previous_case_id=None,
    )
    stores.cases.execute(case.id, build.disclose(), actor=build.EDITOR, now=at)
    status, document = asked(open311, "GET", "v2/requests.xml")
    assert (status, document.tag) == (200, "service_requests")
    request = document.find("request")
    assert request is not None
    assert set(VECTORS["open311/requests"]["elements"]) <= {element.tag for element in request}


# --- All of them --------------------------------------------------------------------------------------


def test_no_vector_is_left_without_a_test() -> None:
    assert set(VECTORS) == _SHOWN
