"""The webhook on an emulated AWS: what is taken, what is refused and counted, what is kept when the inbox is gone."""

import base64
import importlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jiesu.channels.delivery import MAX_BODY_BYTES, RawDelivery, from_queue_body
from jiesu.channels.registry import channel_of
from jiesu.model.message import ChannelAccount
from jiesu.model.words import Platform
from jiesu.road import sweep
from jiesu.road.accounts import AccountBook
from jiesu.road.receive import INBOX_UNAVAILABLE, WebhookAnswer, WebhookReceiver, WebhookRequest, request_of
from jiesu.runtime import clients
from jiesu.runtime.secrets import SecretBook
from local.platforms import wechat, weibo
from tests import builders as build
from tests.conftest import Stores
from tests.dying import counting, refusing
from tests.functions.conftest import queue_url
from tests.unit.channels.accounts import (
    DOUYIN_SECRETS,
    PARTNER_SECRETS,
    WECHAT_SECRETS,
    WEIBO_SECRETS,
    as_query,
    douyin_account,
    partner_account,
    wechat_account,
    weibo_account,
)

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

EVENTS = Path(__file__).parents[2] / "events"
INBOX = queue_url("InboxQueue")
MENTION = weibo.mention(
    sender_id="2489518277", receiver_id="1000000001", text="@平安北京 有人吐痰", post_id="5000000001", sent_at=build.NOW
)
TEXT = wechat.text_message(
    open_id="oCitizen1", account_id="gh_0123456789ab", text="请问居住证怎么办", message_id=1, sent_at=build.NOW
)


@pytest.fixture
def configured(stores: Stores, sqs: "SQSClient") -> Stores:
    """One account of each platform that pushes, with its secrets."""
    secretsmanager = boto3.client("secretsmanager")
    for account, secrets in (
        (weibo_account(), WEIBO_SECRETS),
        (wechat_account(), WECHAT_SECRETS),
        (douyin_account(), DOUYIN_SECRETS),
        (partner_account(), PARTNER_SECRETS),
    ):
        stores.accounts.put_account(account, build.a_note())
        secretsmanager.create_secret(Name=account.secret_name, SecretString=json.dumps(secrets))
    return stores


@pytest.fixture
def receiver(configured: Stores, sqs: "SQSClient") -> WebhookReceiver:
    return WebhookReceiver(
        accounts=AccountBook(configured.accounts.accounts),
        secrets=SecretBook(boto3.client("secretsmanager")),
        transient=configured.transient,
        parking=configured.parking,
        sqs=sqs,
        inbox_queue_url=INBOX,
    )


def a_request(
    account: ChannelAccount, query: Mapping[str, str], body: bytes | None = b"", *, method: str = "POST"
) -> WebhookRequest:
    return WebhookRequest(
        method=method, platform=account.platform, path_token=account.path_token, query=as_query(query), body=body
    )


def a_mention(nonce: str = "57155157", **changes: object) -> WebhookRequest:
    query, body, _ = weibo.signed_delivery(WEIBO_SECRETS, {**MENTION, **changes}, timestamp=build.NOW, nonce=nonce)
    return a_request(weibo_account(), query, body)


def a_text(nonce: str = "1590219412") -> WebhookRequest:
    account = wechat_account()
    query, body, _ = wechat.signed_delivery(WECHAT_SECRETS, TEXT, app_id=account.app_id, timestamp=build.NOW, nonce=nonce)
    return a_request(account, query, body)


def queued(sqs: "SQSClient") -> list[RawDelivery]:
    """What lies in the inbox."""
    messages = sqs.receive_message(QueueUrl=INBOX, MaxNumberOfMessages=10).get("Messages", [])
    return [from_queue_body(message["Body"]) for message in messages]


def counted(capsys: pytest.CaptureFixture[str], name: str) -> list[dict[str, Any]]:
    """The dimensions under which `name` was counted."""
    lines = (json.loads(line) for line in capsys.readouterr().out.splitlines() if '"_aws"' in line)
    return [
        {dimension: line[dimension] for dimension in ("platform", "reason") if dimension in line}
        for line in lines
        if name in line
    ]


# --- Taken ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("request_", "answer", "platform"), [(a_mention(), "", Platform.WEIBO), (a_text(), "success", Platform.WECHAT)]
)
def test_signed_delivery_waits_in_the_inbox_byte_for_byte(
    receiver: WebhookReceiver, sqs: "SQSClient", request_: WebhookRequest, answer: str, platform: Platform
) -> None:
    assert receiver.receive(request_, build.NOW) == WebhookAnswer(status=200, body=answer)
    (delivery,) = queued(sqs)
    assert (delivery.platform, delivery.body, delivery.received_at) == (platform, request_.body, build.NOW)


def test_what_was_queued_can_be_parsed(receiver: WebhookReceiver, sqs: "SQSClient") -> None:
    receiver.receive(a_mention(), build.NOW)
    receiver.receive(a_text(), build.NOW)
    accounts = {Platform.WEIBO: (weibo_account(), WEIBO_SECRETS), Platform.WECHAT: (wechat_account(), WECHAT_SECRETS)}
    texts = set()
    for delivery in queued(sqs):
        account, secrets = accounts[delivery.platform]
        texts |= {message.text for message in channel_of(delivery.platform).parse(account, secrets, delivery)}
    assert texts == {"@平安北京 有人吐痰", "请问居住证怎么办"}


@pytest.mark.parametrize(
    ("account", "query"),
    [
        (weibo_account(), weibo.signed_handshake(WEIBO_SECRETS, echostr="dnPdpTZz85", timestamp=build.NOW, nonce="1")),
        (wechat_account(), wechat.signed_handshake(WECHAT_SECRETS, echostr="dnPdpTZz85", timestamp=build.NOW, nonce="1")),
    ],
)
def test_handshake_is_answered_with_its_echo_in_plain_text(
    receiver: WebhookReceiver, sqs: "SQSClient", account: ChannelAccount, query: dict[str, str]
) -> None:
    answer = receiver.receive(a_request(account, query, method="GET"), build.NOW)
    assert answer.as_response() == {
        "statusCode": 200,
        "headers": {"Content-Type": "text/plain; charset=utf-8", "X-Content-Type-Options": "nosniff"},
        "body": "dnPdpTZz85",
    }
    assert queued(sqs) == []


def test_delivery_costs_one_send_and_one_write_where_the_body_is_not_signed(
    receiver: WebhookReceiver, configured: Stores, sqs: "SQSClient"
) -> None:
    receiver.receive(a_mention(nonce="1"), build.NOW)
    receiver.receive(a_text(nonce="1"), build.NOW)
    with counting(configured.client) as reads_and_writes, counting(sqs) as sends:
        receiver.receive(a_mention(nonce="2"), build.NOW)
        assert (reads_and_writes, sends) == (["PutItem"], ["SendMessage"])
        receiver.receive(a_text(nonce="2"), build.NOW)
        assert (reads_and_writes, sends) == (["PutItem"], ["SendMessage", "SendMessage"])


# --- Repeated and replayed --------------------------------------------------------------------


def test_retry_of_the_platform_is_taken_and_queued_again(receiver: WebhookReceiver, sqs: "SQSClient") -> None:
    # The first attempt may have died between the write and the queue; what comes twice is stored once.
    answers = [receiver.receive(a_mention(), build.after(seconds=5 * retry)) for retry in range(3)]
    assert answers == [WebhookAnswer(status=200)] * 3
    assert len({delivery.id for delivery in queued(sqs)}) == 1


def test_another_body_under_a_seen_signature_is_a_forgery(
    receiver: WebhookReceiver, sqs: "SQSClient", capsys: pytest.CaptureFixture[str]
) -> None:
    receiver.receive(a_mention(), build.NOW)
    genuine = queued(sqs)
    assert receiver.receive(a_mention(text="伪造的内容"), build.NOW) == WebhookAnswer(status=403)
    assert (len(genuine), queued(sqs)) == (1, [])
    assert counted(capsys, "DeliveryRefused") == [{"platform": "weibo", "reason": "nonce_reused"}]


def test_seen_signature_cannot_be_cut_anew_to_carry_another_body(receiver: WebhookReceiver) -> None:
    # 1397022061823|57155157 signs the same as 13970220618235|7155157: neither may open a door.
    receiver.receive(a_mention(), build.NOW)
    forged = a_mention(text="伪造的内容")
    timestamp, nonce = forged.query["timestamp"][0], forged.query["nonce"][0]
    for cut in (1, 2, len(nonce) - 1):
        query = {**forged.query, "timestamp": [timestamp + nonce[:cut]], "nonce": [nonce[cut:]]}
        moved = WebhookRequest(method="POST", platform="weibo", path_token=forged.path_token, query=query, body=forged.body)
        assert receiver.receive(moved, build.NOW).status in (400, 403)


def test_signature_outlives_its_own_time(receiver: WebhookReceiver) -> None:
    # Signed five minutes ahead of us and used at once, it stays believable for ten minutes.
    receiver.receive(a_mention(), build.after(minutes=-5))
    assert receiver.receive(a_mention(text="伪造的内容"), build.after(minutes=5)) == WebhookAnswer(status=403)


def test_sealed_delivery_needs_no_memory(receiver: WebhookReceiver, configured: Stores) -> None:
    with refusing(configured.client, "PutItem", "InternalServerError", 500):
        assert receiver.receive(a_text(), build.NOW) == WebhookAnswer(status=200, body="success")


# --- Refused ----------------------------------------------------------------------------------


def changed(request: WebhookRequest, **changes: Any) -> WebhookRequest:
    fields = {name: getattr(request, name) for name in ("method", "platform", "path_token", "query", "body")}
    return WebhookRequest(**{**fields, **changes})


BOMB = b'<?xml version="1.0"?><!DOCTYPE xml [<!ENTITY a "ha">]><xml><Encrypt>&a;</Encrypt></xml>'
REFUSED = {
    "unknown platform": (changed(a_mention(), platform="toutiao"), 404, {"platform": "unknown", "reason": "account_unknown"}),
    "unknown address": (changed(a_mention(), path_token="guess"), 404, {"platform": "unknown", "reason": "account_unknown"}),
    "no address": (changed(a_mention(), path_token=""), 404, {"platform": "unknown", "reason": "account_unknown"}),
    "half a character": (changed(a_mention(), path_token="\ud800"), 404, {"platform": "unknown", "reason": "account_unknown"}),
    "address of another platform": (
        changed(a_mention(), platform="wechat"),
        404,
        {"platform": "unknown", "reason": "account_unknown"},
    ),
    "no query": (changed(a_mention(), query={}), 400, {"platform": "weibo", "reason": "query_missing"}),
    "no signature": (changed(a_text(), query={}), 403, {"platform": "wechat", "reason": "safe_mode_missing"}),
    "wrong signature": (
        changed(a_mention(), query={**a_mention().query, "signature": ["0" * 40]}),
        403,
        {"platform": "weibo", "reason": "signature_wrong"},
    ),
    "no JSON": (changed(a_mention(), body=b"<xml/>"), 400, {"platform": "weibo", "reason": "json_malformed"}),
    "XML bomb": (changed(a_text(), body=BOMB), 400, {"platform": "wechat", "reason": "xml_root_missing"}),
    "oversized": (
        changed(a_mention(), body=b" " * (MAX_BODY_BYTES + 1)),
        413,
        {"platform": "weibo", "reason": "body_oversized"},
    ),
    "coding without sense": (changed(a_text(), body=None), 400, {"platform": "wechat", "reason": "body_coding_malformed"}),
    "handshake unsigned": (
        changed(a_text(), method="GET", query={"echostr": ["1"]}),
        400,
        {"platform": "wechat", "reason": "query_missing"},
    ),
}


def test_refusal_is_empty_stores_nothing_and_is_counted(
    receiver: WebhookReceiver,
    configured: Stores,
    sqs: "SQSClient",
    capsys: pytest.CaptureFixture[str],
    subtests: pytest.Subtests,
) -> None:
    for case, (request, status, dimensions) in REFUSED.items():
        with subtests.test(case), counting(configured.client) as calls:
            assert receiver.receive(request, build.NOW) == WebhookAnswer(status=status)
            assert set(calls) <= {"Query"}
            assert counted(capsys, "DeliveryRefused") == [dimensions]
    assert (queued(sqs), configured.parking.parked()) == ([], ())


def test_stale_delivery_is_refused(receiver: WebhookReceiver) -> None:
    assert receiver.receive(a_mention(), build.after(minutes=6)).status == 403
    assert receiver.receive(a_text(), build.after(minutes=6)).status == 403


def test_guessing_addresses_costs_one_read_a_minute(receiver: WebhookReceiver, configured: Stores) -> None:
    with counting(configured.client) as calls:
        for second in range(0, 120, 10):
            receiver.receive(changed(a_mention(), path_token=f"guess-{second}"), build.after(seconds=second))
    assert calls == ["Query", "Query"]


def test_new_account_is_known_within_a_minute(receiver: WebhookReceiver, configured: Stores) -> None:
    new = changed(a_mention(), path_token="freshly-made")
    assert receiver.receive(new, build.NOW).status == 404
    configured.accounts.put_account(build.an_account(id="weibo-traffic", path_token="freshly-made"), build.a_note())
    assert receiver.receive(new, build.after(minutes=1)).status == 200


any_text = st.text(alphabet=st.characters(exclude_categories=()), max_size=20)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    event=st.fixed_dictionaries(
        {
            "httpMethod": st.sampled_from(["GET", "POST", "HEAD"]),
            "pathParameters": st.none()
            | st.fixed_dictionaries(
                {
                    "platform": st.sampled_from(["weibo", "wechat"]) | any_text,
                    "path_token": st.sampled_from([weibo_account().path_token, wechat_account().path_token]) | any_text,
                }
            ),
            "multiValueQueryStringParameters": st.none()
            | st.dictionaries(
                st.sampled_from(["signature", "msg_signature", "timestamp", "nonce", "echostr"]) | any_text,
                st.lists(any_text, max_size=2),
            ),
            "body": st.none() | any_text | st.binary(max_size=40).map(lambda body: base64.b64encode(body).decode()),
            "isBase64Encoded": st.booleans(),
        }
    )
)
def test_no_stranger_gets_a_5xx(receiver: WebhookReceiver, event: dict[str, Any]) -> None:
    answer = receiver.receive(request_of(event), build.NOW)
    assert 400 <= answer.status < 500
    assert answer.body == ""


# --- Outages ----------------------------------------------------------------------------------


def test_delivery_is_parked_where_the_inbox_does_not_take_it(
    receiver: WebhookReceiver, configured: Stores, sqs: "SQSClient", capsys: pytest.CaptureFixture[str]
) -> None:
    with refusing(sqs, "SendMessage", "ServiceUnavailable", 503):
        assert receiver.receive(a_text(), build.NOW) == WebhookAnswer(status=200, body="success")
    (parked,) = configured.parking.parked()
    assert (parked.reason, parked.context["account_id"]) == (INBOX_UNAVAILABLE, "wechat-main")
    assert from_queue_body(parked.body.decode()).body == a_text().body
    assert counted(capsys, "DeliveryParked") == [{"platform": "wechat"}]


def test_sweeper_queues_what_the_webhook_parked() -> None:
    assert sweep.INBOX_UNAVAILABLE == INBOX_UNAVAILABLE


def test_platform_is_asked_to_try_again_where_nothing_can_be_kept(
    receiver: WebhookReceiver, configured: Stores, sqs: "SQSClient", capsys: pytest.CaptureFixture[str]
) -> None:
    receiver.receive(changed(a_text(), path_token="guess"), build.NOW)
    with (
        refusing(sqs, "SendMessage", "ServiceUnavailable", 503),
        refusing(configured.client, "PutItem", "InternalServerError", 500),
    ):
        response = receiver.receive(a_text(), build.NOW).as_response()
    assert (response["statusCode"], response["body"]) == (503, "")
    assert response["headers"]["Content-Type"].startswith("text/plain")
    assert counted(capsys, "DeliveryDeferred") == [{"platform": "wechat"}]


def test_unsigned_body_is_not_taken_while_signatures_cannot_be_remembered(
    receiver: WebhookReceiver, configured: Stores, sqs: "SQSClient"
) -> None:
    with refusing(configured.client, "PutItem", "InternalServerError", 500):
        assert receiver.receive(a_mention(), build.NOW) == WebhookAnswer(status=503)
    assert queued(sqs) == []
    assert receiver.receive(a_mention(), build.after(seconds=5)) == WebhookAnswer(status=200)


def test_accounts_that_were_known_are_served_while_the_directory_is_gone(receiver: WebhookReceiver, configured: Stores) -> None:
    with refusing(configured.client, "Query", "InternalServerError", 500):
        assert receiver.receive(a_text(), build.NOW).status == 503
    assert receiver.receive(a_text(), build.NOW).status == 200
    with refusing(configured.client, "Query", "InternalServerError", 500):
        assert receiver.receive(a_text(), build.after(minutes=2)).status == 200


def test_account_without_its_secret_takes_nothing_and_loses_nothing(configured: Stores, receiver: WebhookReceiver) -> None:
    boto3.client("secretsmanager").put_secret_value(SecretId=wechat_account().secret_name, SecretString='{"token": ""}')
    assert receiver.receive(a_text(), build.NOW) == WebhookAnswer(status=503)


# --- The handler ------------------------------------------------------------------------------


@pytest.fixture
def app(configured: Stores, sqs: "SQSClient", monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The function, freshly started."""
    monkeypatch.setattr(clients, "dynamodb", lambda **_: configured.client)
    monkeypatch.setattr(clients, "sqs", lambda **_: sqs)
    monkeypatch.setattr(clients, "secretsmanager", lambda **_: boto3.client("secretsmanager"))
    return importlib.reload(importlib.import_module("functions.receive_webhook.app"))


def sample(name: str) -> dict[str, Any]:
    event: dict[str, Any] = json.loads((EVENTS / f"{name}.json").read_text(encoding="utf-8"))
    return event


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("receive_webhook_weibo_mention", ""),
        ("receive_webhook_wechat_text", "success"),
        ("receive_webhook_douyin_text", "success"),
        ("receive_webhook_partner_message", ""),
    ],
)
def test_sample_event_was_genuine_in_its_time(receiver: WebhookReceiver, name: str, answer: str) -> None:
    assert receiver.receive(request_of(sample(name)), build.NOW) == WebhookAnswer(status=200, body=answer)


@pytest.mark.parametrize(
    ("name", "status"),
    [("receive_webhook_weibo_mention", 403), ("receive_webhook_wechat_text", 403), ("receive_webhook_partner_message", 401)],
)
def test_handler_refuses_what_is_stale_by_the_clock(app: ModuleType, name: str, status: int) -> None:
    assert app.handler(sample(name), None)["statusCode"] == status


@pytest.mark.parametrize("base64_coded", [False, True])
def test_handler_takes_what_was_signed_just_now(app: ModuleType, sqs: "SQSClient", base64_coded: bool) -> None:
    query, body, _ = weibo.signed_delivery(WEIBO_SECRETS, MENTION, timestamp=datetime.now(UTC), nonce="1")
    event = {
        **sample("receive_webhook_weibo_mention"),
        "multiValueQueryStringParameters": as_query(query),
        "body": base64.b64encode(body).decode() if base64_coded else body.decode(),
        "isBase64Encoded": base64_coded,
    }
    assert app.handler(event, None)["statusCode"] == 200
    assert [delivery.body for delivery in queued(sqs)] == [body]
