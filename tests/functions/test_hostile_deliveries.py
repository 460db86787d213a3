"""Ten thousand deliveries by strangers, through the webhook's public entry.

Each hostile delivery is a genuine one with something wrong in its signature, time, body, coding,
headers, query or address; the seed makes every run the same. What lies in the inbox at the end
must be byte for byte what a platform signed.
"""

import base64
import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from jiesu.channels.delivery import RefusedDeliveryError
from jiesu.channels.signature import sign
from jiesu.channels.wechat import encrypted_of
from jiesu.model.words import Platform
from local.feed.push import signed
from local.platforms import douyin, partner, wechat, weibo
from tests import builders as build
from tests.conftest import Stores
from tests.functions.webhooks import ACCOUNTS, Event, Webhook, event_of_push, started_webhook

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

SEED = 20261124
HOSTILE = 10_000
GENUINE_EVERY = 20


@pytest.fixture
def webhook(stores: Stores, sqs: "SQSClient", monkeypatch: pytest.MonkeyPatch) -> Iterator[Webhook]:
    with started_webhook(stores, sqs, monkeypatch) as webhook:
        yield webhook


# --- Deliveries -----------------------------------------------------------------------------------


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
    return event_of_push(demo, push)


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


def test_no_stranger_is_believed_none_breaks_anything_and_nobody_genuine_is_refused(webhook: Webhook) -> None:
    rng = random.Random(SEED)
    statuses: Counter[int] = Counter()
    sent: list[bytes] = []
    seen: set[str] = set()
    for number, (name, event) in enumerate(hostile(rng, HOSTILE)):
        status = webhook.post(event)
        assert 400 <= status < 500, (name, status, event)
        assert len(webhook.queued) == len(sent), (name, event)
        statuses[status] += 1
        seen.add(name)
        if number % GENUINE_EVERY == 0:
            real = genuine(rng.choice(list(ACCOUNTS)), 1_000 + number)
            assert webhook.post(real) == 200, real
            sent.append(real["body"].encode())
    assert [delivery.body for delivery in webhook.taken] == sent
    assert sum(statuses.values()) == HOSTILE
    assert set(statuses) == {400, 401, 403, 404, 413}
    assert {name.split()[1] for name in seen} == {mutation.__name__ for mutation in MUTATIONS}


def test_another_body_under_a_seen_signature_of_weibo_is_never_queued(webhook: Webhook) -> None:
    rng = random.Random(SEED)
    for number in range(50):
        real = genuine(Platform.WEIBO, number)
        assert webhook.post(real) == 200
        forged = {**real, "body": real["body"].replace("居住证", f"伪造{rng.random()}")}
        assert webhook.post(forged) == 403
    assert len(webhook.queued) == 50
