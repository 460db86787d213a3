"""A delivery in the inbox queue, and the channels seen as one."""

import json

import pytest

from jiesu.channels import douyin, partner, wechat, weibo
from jiesu.channels.delivery import (
    MAX_BODY_BYTES,
    AccountMisconfiguredError,
    MalformedDeliveryError,
    OversizedDeliveryError,
    RawDelivery,
    UnknownAccountError,
    UntrustedDeliveryError,
    from_queue_body,
    to_queue_body,
)
from jiesu.channels.outgoing import reason_label
from jiesu.channels.registry import channel_of
from jiesu.model.words import Platform
from tests import builders as build

DELIVERY = RawDelivery(
    account_id="weibo-main",
    platform=Platform.WEIBO,
    body='{"text":"求助"}'.encode(),
    query={"signature": "00", "timestamp": "1397022061823", "nonce": "57155157"},
    received_at=build.NOW,
)


def test_queued_delivery_comes_out_as_it_went_in() -> None:
    assert from_queue_body(to_queue_body(DELIVERY)) == DELIVERY


def test_queued_delivery_carries_the_envelope_of_all_our_messages() -> None:
    content = json.loads(to_queue_body(DELIVERY))
    assert (content["type"], content["version"]) == ("DeliveryReceived", 1)
    assert content["id"] == content["correlation_id"] == DELIVERY.id
    assert content["occurred_at"] == build.NOW.isoformat()


def test_largest_body_fits_a_queue_message() -> None:
    largest = RawDelivery(
        account_id="weibo-main", platform=Platform.WEIBO, body=bytes(MAX_BODY_BYTES), query=DELIVERY.query, received_at=build.NOW
    )
    assert len(to_queue_body(largest).encode()) < 256 * 1024


@pytest.mark.parametrize(
    "change",
    [
        {"type": "NoticeDue"},
        {"platform": "pigeon"},
        {"body_base64": "not base64!"},
        {"body_base64": None},
        {"query": []},
        {"received_at": "yesterday"},
        {"received_at": "2026-11-23T01:30:00"},
    ],
)
def test_queue_message_that_is_no_delivery_is_refused(change: dict[str, object]) -> None:
    body = json.dumps({**json.loads(to_queue_body(DELIVERY)), **change})
    with pytest.raises(MalformedDeliveryError, match="queue_message"):
        from_queue_body(body)


@pytest.mark.parametrize("body", ["", "[]", "7", "{}", "[" * 100_000])
def test_queue_message_that_is_no_object_is_refused(body: str) -> None:
    with pytest.raises(MalformedDeliveryError, match="queue_message_malformed"):
        from_queue_body(body)


def test_each_refusal_has_its_http_status() -> None:
    statuses = [
        one.status for one in (MalformedDeliveryError, UntrustedDeliveryError, UnknownAccountError, OversizedDeliveryError)
    ]
    assert statuses == [400, 403, 404, 413]


def test_each_platform_has_its_module() -> None:
    assert [channel_of(platform) for platform in Platform if not platform.is_by_hand] == [weibo, wechat, douyin, partner]


@pytest.mark.parametrize("platform", [platform for platform in Platform if platform.is_by_hand])
def test_what_people_keep_by_hand_has_no_module(platform: Platform) -> None:
    with pytest.raises(AccountMisconfiguredError, match="platform_without_interface"):
        channel_of(platform)


def test_reason_that_no_table_knows_is_shown_with_its_code() -> None:
    assert reason_label("refused:29999") == "平台拒绝发送（代码 29999）"
    assert "48 小时" in reason_label("window_closed")
