"""Ten thousand deliveries by strangers, and everything the platforms print, through the webhook's public entry.

Each hostile delivery is a genuine one with something wrong in its signature, time, body, coding,
headers, query or address; the seed makes every run the same. What lies in the inbox at the end
must be byte for byte what a platform signed.
"""

import base64
import json
import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import boto3
import pytest

from jiesu.channels.delivery import RefusedDeliveryError, from_queue_body
from jiesu.channels.registry import channel_of
from jiesu.channels.signature import sign
from jiesu.channels.wechat import encrypted_of
from jiesu.channels.wechat_xml import fields_of
from jiesu.model.message import ChannelAccount
from jiesu.model.words import ContentType, Platform
from jiesu.road import receive
from jiesu.road.accounts import AccountBook
from jiesu.road.receive import WebhookReceiver, request_of
from jiesu.runtime.secrets import SecretBook
from local.demo import DemoAccount
from local.feed.push import signed
from local.platforms import douyin, partner, wechat, weibo
from tests import builders as build
from tests.conftest import Stores
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
from tests.vectors import PUBLISHED

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

SEED = 20261124
HOSTILE = 10_000
GENUINE_EVERY = 20

ACCOUNTS = {
    Platform.WEIBO: DemoAccount(account=weibo_account(), secrets=WEIBO_SECRETS),
    Platform.WECHAT: DemoAccount(account=wechat_account(), secrets=WECHAT_SECRETS),
    Platform.DOUYIN: DemoAccount(account=douyin_account(), secrets=DOUYIN_SECRETS),
    Platform.PARTNER: DemoAccount(account=partner_account(), secrets=PARTNER_SECRETS),
}
assert set(ACCOUNTS) == {platform for platform in Platform if not platform.is_by_hand}

Event = dict[str, Any]


# --- An office whose AWS answers from memory ------------------------------------------------------


class Office:
    """The webhook as its function has it, with what it queued."""

    def __init__(self, receiver: WebhookReceiver) -> None:
        self.receiver = receiver
        self.queued: list[str] = []

    def post(self, event: Event) -> int:
        response = self.receiver.receive(request_of(event), build.NOW).as_response()
        status: int = response["statusCode"]
        return status


@contextmanager
def answering(client: Any, operation: str, answer: Callable[[dict[str, Any]], dict[str, Any]]) -> Iterator[None]:
    """Calls of `operation` are built and checked by botocore, and answered before they are signed and sent."""
    held: list[dict[str, Any]] = []

    def keep(params: dict[str, Any], **_: Any) -> None:
        held[:] = [params]

    def reply(**_: Any) -> Any:
        return SimpleNamespace(status_code=200, headers={}), {**answer(held[0]), "ResponseMetadata": {"HTTPStatusCode": 200}}

    service = client.meta.service_model.service_name
    names = (f"provide-client-params.{service}.{operation}", f"before-call.{service}.{operation}")
    client.meta.events.register_first(names[0], keep)
    client.meta.events.register_first(names[1], reply)
    try:
        yield
    finally:
        client.meta.events.unregister(names[0], keep)
        client.meta.events.unregister(names[1], reply)


@pytest.fixture
def office(stores: Stores, sqs: "SQSClient", monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    """All platforms' accounts. Accounts and secrets are read once; the inbox is a list."""
    monkeypatch.setattr(receive, "count", lambda *_, **__: None)  # the output would be megabytes
    secretsmanager = boto3.client("secretsmanager")
    for demo in ACCOUNTS.values():
        stores.accounts.put_account(demo.account)
        secretsmanager.create_secret(Name=demo.account.secret_name, SecretString=json.dumps(dict(demo.secrets)))
    office = Office(
        WebhookReceiver(
            accounts=AccountBook(stores.accounts.accounts),
            secrets=SecretBook(secretsmanager),
            transient=stores.transient,
            parking=stores.parking,
            sqs=sqs,
            inbox_queue_url=queue_url("InboxQueue"),
        )
    )

    def queue(params: dict[str, Any]) -> dict[str, Any]:
        office.queued.append(params["MessageBody"])
        return {"MessageId": "1", "MD5OfMessageBody": ""}

    with answering(sqs, "SendMessage", queue):
        yield office


# --- Deliveries -----------------------------------------------------------------------------------


def event_of(demo: DemoAccount, query: Mapping[str, str], body: bytes, headers: Mapping[str, str]) -> Event:
    """What API Gateway hands over."""
    return {
        "httpMethod": "POST",
        "pathParameters": {"platform": demo.account.platform.value, "path_token": demo.account.path_token},
        "multiValueQueryStringParameters": as_query(query),
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "body": body.decode(),
        "isBase64Encoded": False,
    }


def genuine(platform: Platform, number: int, *, at: datetime = build.NOW) -> Event:
    """A message as its platform signs it."""
    demo, text = ACCOUNTS[platform], f"请问居住证怎么办 {number}"
    account = demo.account
    payload: Mapping[str, Any]
    match platform:
        case Platform.WEIBO:
            payload = weibo.private_message(
                sender_id=str(2_000_000_000 + number), receiver_id=account.external_id, text=text, sent_at=at
            )
        case Platform.WECHAT:
            payload = wechat.text_message(
                open_id=f"oCitizen{number}", account_id=account.external_id, text=text, message_id=number + 1, sent_at=at
            )
        case Platform.DOUYIN:
            payload = douyin.private_message(
                open_id=f"citizen-{number}",
                account_id=account.external_id,
                client_key=account.app_id,
                text=text,
                message_id=str(number),
                sent_at=at,
            )
        case Platform.PARTNER:
            payload = partner.message(message_id=str(number), citizen_id=f"citizen-{number}", text=text, sent_at=at)
        case other:
            raise AssertionError(f"{other} pushes nothing")
    push = signed(demo, payload, door_url="https://jiesu.example.org", now=at, nonce=str(1_000_000 + number))
    query = {name: values[0] for name, values in parse_qs(urlsplit(push.url).query).items()}
    return event_of(demo, query, push.body, push.headers)


SIGNATURES = {
    Platform.WEIBO: ("multiValueQueryStringParameters", "signature"),
    Platform.WECHAT: ("multiValueQueryStringParameters", "msg_signature"),
    Platform.DOUYIN: ("multiValueHeaders", "X-Douyin-Signature"),
    Platform.PARTNER: ("multiValueHeaders", "webhook-signature"),
}
SIGNED_TIMES = {
    Platform.WEIBO: ("multiValueQueryStringParameters", "timestamp"),
    Platform.WECHAT: ("multiValueQueryStringParameters", "timestamp"),
    Platform.PARTNER: ("multiValueHeaders", "webhook-timestamp"),
}
JUNK = ("", " ", "0", "-1", "1e9", "9" * 300, "\x00", "\ud800", "é", "v1,", "v1,AAAA", "../..", "{}", "null", "a\r\nb: c", "١٢٣")

Mutation = Callable[[random.Random, Platform, Event], Event | None]
"""Makes a genuine delivery hostile; None where it has nothing to change on that platform."""


def _garbled(rng: random.Random, text: str) -> str:
    """`text` with one character changed, dropped or added, or something else altogether."""
    at = rng.randrange(len(text)) if text else 0
    other = rng.choice([one for one in "0123456789abcdefXYZ" if one != text[at : at + 1]])
    return rng.choice(
        [text[:at] + other + text[at + 1 :], text[:at] + text[at + 1 :] + other + other, text + other, text[::-1] + "x"]
    )


def wrong_signature(rng: random.Random, platform: Platform, event: Event) -> Event:
    part, name = SIGNATURES[platform]
    value = event[part][name][0]
    event[part][name] = [rng.choice(JUNK) if rng.random() < 0.3 else _garbled(rng, value)]
    return event


def missing_or_repeated(rng: random.Random, platform: Platform, event: Event) -> Event:
    part, name = rng.choice([SIGNATURES[platform], SIGNED_TIMES.get(platform, SIGNATURES[platform])])
    value = event[part][name]
    event[part][name] = rng.choice([[], [*value, *value], [*value, "0"], None])
    if event[part][name] is None:
        del event[part][name]
    return event


def wrong_time(rng: random.Random, platform: Platform, event: Event) -> Event | None:
    if platform not in SIGNED_TIMES:
        return None
    part, name = SIGNED_TIMES[platform]
    value = event[part][name][0]
    moved = str(int(value) + rng.choice([-1, 1]) * rng.randrange(1, 10**6))
    event[part][name] = [rng.choice([*JUNK, moved, f"{value}.9", f"+{value}", f" {value}", f"0{value}"])]
    return event


def stale(rng: random.Random, platform: Platform, event: Event) -> Event | None:
    """Genuine once, and too old or too new."""
    if platform not in SIGNED_TIMES:
        return None
    minutes = rng.choice([-1, 1]) * rng.randrange(6, 10**6)
    return genuine(platform, rng.randrange(10**6), at=build.NOW + timedelta(minutes=minutes))


def another_body(rng: random.Random, platform: Platform, event: Event) -> Event | None:
    """Bytes that nobody signed, under a genuine signature. Where the body is not signed, see `unsigned_body`."""
    if platform is Platform.WEIBO:
        return None
    body = event["body"].encode()
    at = rng.randrange(len(body))
    changed = rng.choice(
        [
            body[:at] + bytes([body[at] ^ (1 << rng.randrange(8))]) + body[at + 1 :],
            body[:at],
            body + bytes(rng.randrange(256) for _ in range(rng.randrange(1, 80))),
            body + b"\x80" + bytes(40) + b'{"event":"authorize"}',
            rng.randbytes(rng.randrange(300)),
            b"[" * rng.choice([1, 100_000]),
            b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><xml><Encrypt>&a;</Encrypt></xml>',
            b" " * (128 * 1024 + 1),
        ]
    )
    if platform is Platform.WECHAT and _encrypted(changed) == _encrypted(body):
        return None  # the envelope is not signed, and says nothing: what it holds is what WeChat sealed
    event["body"], event["isBase64Encoded"] = base64.b64encode(changed).decode(), True
    return event


def _encrypted(body: bytes) -> str | None:
    try:
        return encrypted_of(body)
    except RefusedDeliveryError:
        return None


def no_object(rng: random.Random, platform: Platform, event: Event) -> Event | None:
    """Weibo signs no body, so nonsense under a good signature must be refused for what it is."""
    if platform is not Platform.WEIBO:
        return None
    junk = [b"", b"[]", b"7", b"<xml/>", b"{", b"[" * 100_000, rng.randbytes(40) + b"\xff", b"\xef\xbb\xbf{}", b"{}{}"]
    event["body"], event["isBase64Encoded"] = base64.b64encode(rng.choice(junk)).decode(), True
    return event


def wrong_coding(rng: random.Random, platform: Platform, event: Event) -> Event:
    event["isBase64Encoded"] = True
    event["body"] = rng.choice(["%", "é", "a", "====", "AAAA=A", "\ud800", event["body"]])
    return event


def wrong_address(rng: random.Random, platform: Platform, event: Event) -> Event:
    path = event["pathParameters"]
    kind = rng.choice(["platform", "path_token", "none"])
    if kind == "none":
        event["pathParameters"] = rng.choice([None, {}])
    else:
        path[kind] = rng.choice([*JUNK, "toutiao", "telephone", _garbled(rng, path[kind])])
    return event


def question(rng: random.Random, platform: Platform, event: Event) -> Event:
    """A GET with what a handshake would have, and no signature of it."""
    event["httpMethod"] = "GET"
    event["multiValueQueryStringParameters"] = {"echostr": [rng.choice(JUNK)], "signature": [rng.choice(JUNK)]}
    return event


def anothers_signature(rng: random.Random, platform: Platform, event: Event) -> Event:
    """Everything as it should be, but signed by somebody who does not know the secret."""
    part, name = SIGNATURES[platform]
    guess = rng.randbytes(8).hex()
    body = event["body"].encode()
    match platform:
        case Platform.DOUYIN:
            value = douyin.signature(guess, body)
        case Platform.PARTNER:
            key = base64.b64encode(guess.encode() * 2).decode()
            headers = event["multiValueHeaders"]
            value = partner.signature(f"whsec_{key}", headers["webhook-id"][0], int(headers["webhook-timestamp"][0]), body)
        case _:
            query = event["multiValueQueryStringParameters"]
            parts = [query["timestamp"][0], query["nonce"][0]]
            value = sign(guess, *parts, *([encrypted_of(body)] if platform is Platform.WECHAT else []))
    event[part][name] = [value]
    return event


MUTATIONS: tuple[Mutation, ...] = (
    wrong_signature,
    missing_or_repeated,
    wrong_time,
    stale,
    another_body,
    no_object,
    wrong_coding,
    wrong_address,
    question,
    anothers_signature,
)


def hostile(rng: random.Random, count: int) -> Iterator[tuple[str, Event]]:
    """`count` hostile deliveries, each with the name of what is wrong with it."""
    samples = {platform: [genuine(platform, number) for number in range(20)] for platform in ACCOUNTS}
    made = 0
    while made < count:
        platform, mutation = rng.choice(list(ACCOUNTS)), rng.choice(MUTATIONS)
        event = mutation(rng, platform, deepcopy(rng.choice(samples[platform])))
        if event is not None:
            made += 1
            yield f"{platform} {mutation.__name__}", event


# --- The run --------------------------------------------------------------------------------------


def test_no_stranger_is_believed_none_breaks_anything_and_nobody_genuine_is_refused(office: Office) -> None:
    rng = random.Random(SEED)
    statuses: Counter[int] = Counter()
    sent: list[bytes] = []
    seen: set[str] = set()
    for number, (name, event) in enumerate(hostile(rng, HOSTILE)):
        status = office.post(event)
        assert 400 <= status < 500, (name, status, event)
        assert len(office.queued) == len(sent), (name, event)
        statuses[status] += 1
        seen.add(name)
        if number % GENUINE_EVERY == 0:
            real = genuine(rng.choice(list(ACCOUNTS)), 1_000 + number)
            assert office.post(real) == 200, real
            sent.append(real["body"].encode())
    assert [from_queue_body(body).body for body in office.queued] == sent
    assert sum(statuses.values()) == HOSTILE
    assert set(statuses) == {400, 401, 403, 404, 413}
    assert {name.split()[1] for name in seen} == {mutation.__name__ for mutation in MUTATIONS}


def test_another_body_under_a_seen_signature_of_weibo_is_never_queued(office: Office) -> None:
    rng = random.Random(SEED)
    for number in range(50):
        real = genuine(Platform.WEIBO, number)
        assert office.post(real) == 200
        forged = {**real, "body": real["body"].replace("居住证", f"伪造{rng.random()}")}
        assert office.post(forged) == 403
    assert len(office.queued) == 50


def test_a_challenge_is_answered_to_anybody_and_nothing_is_kept(office: Office) -> None:
    body = json.dumps(PUBLISHED["douyin"]["payloads"]["verify_webhook"]["body"]).encode()
    response = office.receiver.receive(request_of(event_of(ACCOUNTS[Platform.DOUYIN], {}, body, {})), build.NOW).as_response()
    assert (response["statusCode"], response["body"]) == (200, '{"challenge":12345}')
    assert response["headers"]["Content-Type"].startswith("application/json")
    assert office.queued == []


# --- What the platforms print ---------------------------------------------------------------------


def published(platform: Platform) -> dict[str, Mapping[str, Any]]:
    """The platform's printed payloads by name, written to the tests' account."""
    account = ACCOUNTS[platform].account
    mine: Mapping[str, object]
    match platform:
        case Platform.WEIBO:
            mine = {"receiver_id": int(account.external_id)}
        case Platform.WECHAT:
            mine = {"ToUserName": account.external_id}
        case _:
            mine = {"client_key": account.app_id, "to_user_id": account.external_id}
    samples = PUBLISHED[platform.value]["payloads"]
    return {name: {**_fields(sample), **mine} for name, sample in samples.items() if name != "verify_webhook"}


def _fields(sample: Mapping[str, Any]) -> Mapping[str, Any]:
    body = sample["body"]
    return fields_of(body.encode()) if isinstance(body, str) else body


PUBLISHED_PAYLOADS = [
    (platform, name) for platform in (Platform.WEIBO, Platform.WECHAT, Platform.DOUYIN) for name in published(platform)
]


@pytest.mark.parametrize(("platform", "name"), PUBLISHED_PAYLOADS)
def test_every_printed_payload_passes_through_the_entry_and_is_read(office: Office, platform: Platform, name: str) -> None:
    demo = ACCOUNTS[platform]
    push = signed(demo, published(platform)[name], door_url="https://jiesu.example.org", now=build.NOW, nonce="57155157")
    query = {key: values[0] for key, values in parse_qs(urlsplit(push.url).query).items()}
    assert office.post(event_of(demo, query, push.body, push.headers)) == 200
    (queued,) = office.queued
    (message,) = channel_of(platform).parse(demo.account, demo.secrets, from_queue_body(queued))
    assert message.content_type in ContentType


def entry_of(stores: Stores, office: Office, account: ChannelAccount, secrets: Mapping[str, str]) -> WebhookReceiver:
    """The same office with an account that has a published vector's own secret."""
    boto3.client("secretsmanager").put_secret_value(SecretId=account.secret_name, SecretString=json.dumps(dict(secrets)))
    return WebhookReceiver(
        accounts=AccountBook(stores.accounts.accounts),
        secrets=SecretBook(boto3.client("secretsmanager")),
        transient=stores.transient,
        parking=stores.parking,
        sqs=office.receiver.sqs,
        inbox_queue_url=office.receiver.inbox_queue_url,
    )


@pytest.mark.parametrize("platform", [Platform.WEIBO, Platform.WECHAT])
def test_printed_handshake_passes_through_the_entry(office: Office, stores: Stores, platform: Platform) -> None:
    vector, demo = PUBLISHED[platform.value]["handshake"], ACCOUNTS[platform]
    secrets = {**demo.secrets, **{name: vector[name] for name in ("app_secret", "token") if name in vector}}
    entry = entry_of(stores, office, demo.account, secrets)
    query = {name: vector[name] for name in ("signature", "timestamp", "nonce", "echostr")}
    event = {**event_of(demo, query, b"", {}), "httpMethod": "GET"}
    seconds = int(vector["timestamp"]) / (1_000 if platform is Platform.WEIBO else 1)
    answer = entry.receive(request_of(event), datetime.fromtimestamp(seconds, UTC))
    assert (answer.status, answer.body) == (200, vector["echostr"])


def test_printed_signature_of_standard_webhooks_passes_through_the_entry(office: Office, stores: Stores) -> None:
    vector, demo = PUBLISHED["partner"]["signature"], ACCOUNTS[Platform.PARTNER]
    entry = entry_of(stores, office, demo.account, {"secret": vector["secret"]})
    now = datetime.fromtimestamp(int(vector["timestamp"]), UTC)
    for signature, status in ((vector["signature"], 200), (vector["wrong_signature"], 401)):
        headers = {"Webhook-Id": vector["id"], "Webhook-Timestamp": vector["timestamp"], "Webhook-Signature": signature}
        event = event_of(demo, {}, vector["body"].encode(), headers)
        assert entry.receive(request_of(event), now).status == status


def test_toutiaos_push_is_closed_and_has_no_address(office: Office) -> None:
    vector = PUBLISHED["toutiao"]["customer_service"]
    given = vector["params"]
    assert sign(*given.values()) == vector["signature"]
    event = event_of(ACCOUNTS[Platform.PARTNER], {**given, "signature": vector["signature"]}, b"{}", {})
    event["pathParameters"]["platform"] = "toutiao"
    assert office.post(event) == 404
