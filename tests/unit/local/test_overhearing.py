"""The platforms remember who wrote, from the deliveries that pass the office's door."""

from datetime import UTC, datetime

import pytest
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from jiesu.model.words import Platform
from local.demo import DemoAccount
from local.feed.morning import deliveries, lines
from local.feed.push import Push, signed
from local.platforms import wechat, weibo
from local.world.app import World
from local.world.exchanges import ExchangeKind
from tests.builders import NOW
from tests.unit.local.conftest import WECHAT, WEIBO, Outside

ACCOUNTS = {Platform.WEIBO: WEIBO, Platform.WECHAT: WECHAT}


def pass_door(world: World, push: Push, status: int = 200) -> None:
    builder = EnvironBuilder(path=push.url, method="POST", data=push.body, headers=list(push.headers.items()))
    world.overhear(Request(builder.get_environ()), status)


def push_of(demo: DemoAccount, payload: dict[str, object] | dict[str, str | int], *, nonce: str = "1") -> Push:
    return signed(demo, payload, door_url="http://127.0.0.1:8600", now=NOW, nonce=nonce)


@pytest.mark.parametrize("in_comment", [False, True])
def test_a_mention_is_remembered_as_one(outside: Outside, in_comment: bool) -> None:
    payload = weibo.mention(
        sender_id="2000000001",
        receiver_id=WEIBO.account.external_id,
        text="@平安北京",
        post_id="1",
        sent_at=NOW,
        in_comment=in_comment,
    )
    pass_door(outside.world, push_of(WEIBO, payload))
    [exchange] = outside.exchanges.between(WEIBO.account.external_id, "2000000001")
    assert (exchange.kind, exchange.at) == (ExchangeKind.MENTION, NOW)


def test_a_redelivery_is_one_exchange_however_it_is_sealed(outside: Outside) -> None:
    payload = wechat.text_message(open_id="oDemo", account_id=WECHAT.account.external_id, text="您好", message_id=1, sent_at=NOW)
    first, second = (push_of(WECHAT, payload, nonce=nonce) for nonce in ("1", "2"))
    assert first.body != second.body
    pass_door(outside.world, first)
    pass_door(outside.world, second)
    [exchange] = outside.exchanges.between(WECHAT.account.external_id, "oDemo")
    assert (exchange.kind, exchange.text) == (ExchangeKind.PRIVATE, "您好")


@pytest.mark.parametrize(
    ("subtype", "kind"), [("follow", ExchangeKind.FOLLOWED), ("unfollow", ExchangeKind.UNFOLLOWED), ("click", None)]
)
def test_events_are_remembered_where_they_change_what_may_be_sent(
    outside: Outside, subtype: str, kind: ExchangeKind | None
) -> None:
    receiver_id = WEIBO.account.external_id
    pass_door(outside.world, push_of(WEIBO, weibo.event(subtype=subtype, sender_id="3", receiver_id=receiver_id, sent_at=NOW)))
    assert [one.kind for one in outside.exchanges.between(receiver_id, "3")] == ([kind] if kind else [])


def test_a_delivery_that_the_office_refused_is_nothing(outside: Outside) -> None:
    payload = weibo.private_message(sender_id="3", receiver_id=WEIBO.account.external_id, text="您好", sent_at=NOW)
    pass_door(outside.world, push_of(WEIBO, payload), status=403)
    assert outside.exchanges.conversations() == ()


def test_the_whole_morning_is_remembered_once(outside: Outside) -> None:
    morning = deliveries(lines(), ACCOUNTS, ends_at=datetime(2026, 11, 23, 2, tzinfo=UTC))
    for delivery in morning:
        pass_door(outside.world, push_of(delivery.demo, dict(delivery.payload), nonce=delivery.nonce))
    remembered = sum(len(exchanges) for exchanges in outside.exchanges.conversations())
    silent = ("CLICK", "VIEW", "SCAN")
    assert remembered == sum(1 for line in lines() if not line.via.endswith(silent))
