"""The morning's feed is what it claims to be: real wire formats, mostly noise, the same every time."""

from collections import Counter
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from jiesu.channels import douyin
from jiesu.channels.delivery import Challenge, RawDelivery
from jiesu.channels.registry import channel_of
from jiesu.model.message import Message
from jiesu.model.words import ContentType, MessageKind, Platform
from local.demo import DemoAccount
from local.feed.morning import Delivery, deliveries, lines
from local.feed.push import handshake, signed
from tests.unit.local.conftest import DOUYIN, PARTNER, WECHAT, WEIBO

ENDS_AT = datetime(2026, 11, 23, 2, 0, 30, tzinfo=UTC)
DOOR = "http://127.0.0.1:8600"
ACCOUNTS = {Platform.WEIBO: WEIBO, Platform.WECHAT: WECHAT}
MORNING = deliveries(lines(), ACCOUNTS, ends_at=ENDS_AT)


def received(delivery: Delivery) -> Message:
    """The message that the office reads from a delivery, its signature checked first."""
    account, secrets = delivery.demo.account, delivery.demo.secrets
    push = signed(delivery.demo, delivery.payload, door_url=DOOR, now=ENDS_AT, nonce=delivery.nonce)
    address = urlsplit(push.url)
    assert address.path == f"/webhooks/{account.platform}/{account.path_token}"
    query = parse_qs(address.query)
    channel = channel_of(account.platform)
    channel.verify(account, secrets, query, push.body, ENDS_AT)
    raw = RawDelivery(account_id=account.id, platform=account.platform, body=push.body, query={}, received_at=ENDS_AT)
    [message] = channel.parse(account, secrets, raw)
    return message


def test_there_are_at_least_two_hundred_messages_and_a_tenth_is_work() -> None:
    script = lines()
    assert len(script) >= 200
    assert 0.08 <= sum(line.work is not None for line in script) / len(script) <= 0.12


def test_every_way_to_write_is_there() -> None:
    seen = {(message.platform, message.kind, message.content_type) for message in map(received, MORNING)}
    assert seen == {
        (Platform.WEIBO, MessageKind.PRIVATE, ContentType.TEXT),
        (Platform.WEIBO, MessageKind.PRIVATE, ContentType.IMAGE),
        (Platform.WEIBO, MessageKind.PRIVATE, ContentType.VOICE),
        (Platform.WEIBO, MessageKind.PRIVATE, ContentType.EVENT),
        (Platform.WEIBO, MessageKind.MENTION, ContentType.TEXT),
        (Platform.WECHAT, MessageKind.PRIVATE, ContentType.TEXT),
        (Platform.WECHAT, MessageKind.PRIVATE, ContentType.IMAGE),
        (Platform.WECHAT, MessageKind.PRIVATE, ContentType.VOICE),
        (Platform.WECHAT, MessageKind.PRIVATE, ContentType.LOCATION),
        (Platform.WECHAT, MessageKind.PRIVATE, ContentType.LINK),
        (Platform.WECHAT, MessageKind.PRIVATE, ContentType.EVENT),
    }
    intents = Counter(line.work for line in lines() if line.work)
    assert set(intents) == {"咨询", "反映", "举报", "求助", "线索"}


def test_texts_and_times_survive_the_wire() -> None:
    for delivery in MORNING:
        message = received(delivery)
        if message.content_type in (ContentType.TEXT, ContentType.LOCATION):
            assert message.text == delivery.line.text
        assert message.sent_at <= delivery.arrives_at
        assert message.sent_at <= ENDS_AT


def test_the_same_arguments_give_the_same_deliveries() -> None:
    assert deliveries(lines(), ACCOUNTS, ends_at=ENDS_AT) == MORNING
    assert deliveries(lines(), ACCOUNTS, ends_at=ENDS_AT, seed=1) != MORNING


def test_some_messages_come_again_and_are_the_same_message() -> None:
    ids = Counter(received(delivery).id for delivery in MORNING)
    assert len(ids) == len(lines())
    assert max(ids.values()) in (2, 3)
    assert [delivery.arrives_at for delivery in MORNING] == sorted(delivery.arrives_at for delivery in MORNING)


def test_some_messages_overtake_older_ones() -> None:
    first = [delivery for delivery in MORNING if delivery.attempt == 1]
    sent = [received(delivery).sent_at for delivery in first]
    assert sent != sorted(sent)


def test_quick_messages_of_one_citizen_are_one_conversation() -> None:
    senders = Counter(received(delivery).conversation for delivery in MORNING if delivery.line.work and delivery.attempt == 1)
    assert max(senders.values()) == 3


def test_nobody_can_be_called() -> None:
    digits = Counter(char for line in lines() for char in line.text if char.isdigit())
    assert digits
    for line in lines():
        for number in "".join(char if char.isdigit() else " " for char in line.text).split():
            assert len(number) < 7 or number.startswith("19900000"), line.text


@pytest.mark.parametrize("demo", [WEIBO, WECHAT], ids=["weibo", "wechat"])
def test_a_handshake_is_answered_with_its_echo(demo: DemoAccount) -> None:
    asked = handshake(demo, door_url=DOOR, now=ENDS_AT)
    assert asked is not None
    query = parse_qs(urlsplit(asked.url).query)
    assert channel_of(demo.account.platform).handshake(demo.account, demo.secrets, query, ENDS_AT) == asked.wanted


def test_douyins_handshake_is_a_question_in_a_body_and_a_partner_asks_none() -> None:
    asked = handshake(DOUYIN, door_url=DOOR, now=ENDS_AT)
    assert asked is not None
    assert douyin.verify(DOUYIN.account, DOUYIN.secrets, {}, asked.body, ENDS_AT) == Challenge(answer=asked.wanted)
    assert handshake(PARTNER, door_url=DOOR, now=ENDS_AT) is None


def test_a_push_can_be_sent_from_the_shell() -> None:
    push = signed(WEIBO, {"text": "it's me"}, door_url=DOOR, now=ENDS_AT, nonce="1")
    assert push.curl.startswith("curl --include 'http://127.0.0.1:8600/webhooks/weibo/")
    assert """'{"text":"it'"'"'s me"}'""" in push.curl
