"""Whatever comes in, the channels answer with a message or a refusal, and raise nothing else."""

import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from jiesu.channels.delivery import Query, RefusedDeliveryError
from jiesu.channels.registry import channel_of
from jiesu.channels.signature import sign
from jiesu.channels.wechat_xml import fields_of
from jiesu.model.message import ChannelAccount
from jiesu.model.words import Platform
from local.platforms import wechat as wechat_platform
from tests import builders as build
from tests.unit.channels.accounts import (
    DOUYIN_SECRETS,
    PARTNER_SECRETS,
    WECHAT_SECRETS,
    WEIBO_SECRETS,
    as_query,
    douyin_account,
    partner_account,
    raw,
    wechat_account,
    weibo_account,
)
from tests.vectors import PUBLISHED

ACCOUNTS: dict[Platform, tuple[ChannelAccount, Mapping[str, str]]] = {
    Platform.WEIBO: (weibo_account(), WEIBO_SECRETS),
    Platform.WECHAT: (wechat_account(), WECHAT_SECRETS),
    Platform.DOUYIN: (douyin_account(), DOUYIN_SECRETS),
    Platform.PARTNER: (partner_account(), PARTNER_SECRETS),
}

any_text = st.text(alphabet=st.characters(exclude_categories=()))
"""Halves of surrogate pairs included: JSON events can carry them."""

names = st.sampled_from(["signature", "msg_signature", "timestamp", "nonce", "echostr", "encrypt_type", "openid"])
queries = st.dictionaries(names | any_text, st.lists(any_text, max_size=2), max_size=8)
json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | any_text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(any_text, inner, max_size=3),
    max_leaves=6,
)


@given(platform=st.sampled_from(list(ACCOUNTS)), query=queries, body=st.binary(max_size=300))
def test_unsigned_calls_are_refused(platform: Platform, query: Query, body: bytes) -> None:
    account, secrets = ACCOUNTS[platform]
    channel = channel_of(platform)
    for refused in (
        lambda: channel.handshake(account, secrets, query, build.NOW),
        lambda: channel.verify(account, secrets, query, body, build.NOW),
    ):
        with suppress(RefusedDeliveryError):
            raise AssertionError(f"taken: {refused()}")


@given(body=st.binary(max_size=300) | json_values.map(lambda value: json.dumps(value).encode()))
def test_signed_weibo_body_is_taken_or_refused(body: bytes) -> None:
    account, secrets = ACCOUNTS[Platform.WEIBO]
    milliseconds = str(int(build.NOW.timestamp() * 1000))
    query = as_query({"signature": sign(secrets["app_secret"], milliseconds, "1"), "timestamp": milliseconds, "nonce": "1"})
    channel = channel_of(Platform.WEIBO)
    with suppress(RefusedDeliveryError):
        channel.verify(account, secrets, query, body, build.NOW)
        channel.parse(account, secrets, raw(account, body))


@given(
    name=st.sampled_from(list(PUBLISHED["weibo"]["payloads"])),
    changes=st.dictionaries(
        st.sampled_from(["type", "receiver_id", "sender_id", "created_at", "text", "data"]), json_values, max_size=3
    ),
    data=st.dictionaries(st.sampled_from(["subtype", "key", "tovfid", "vfid", "latitude", "longitude"]), json_values, max_size=4),
)
@example(name="position", changes={}, data={"latitude": 10**400, "longitude": 0})
@example(name="text", changes={"created_at": "Mon Jan 01 00:00:00 +0000 2050"}, data={})
def test_changed_weibo_payload_is_read_or_refused(name: str, changes: dict[str, Any], data: dict[str, Any]) -> None:
    account, secrets = ACCOUNTS[Platform.WEIBO]
    sample = {**PUBLISHED["weibo"]["payloads"][name]["body"], "receiver_id": int(account.external_id), "data": data}
    body = json.dumps({**sample, **changes}).encode()
    with suppress(RefusedDeliveryError):
        for message in channel_of(Platform.WEIBO).parse(account, secrets, raw(account, body)):
            assert message.text.encode() is not None
            assert message.citizen_id.isascii()


@given(inner=st.text(max_size=200) | st.text(alphabet="<>/&;!?[]xmlDOCTYPE \"'=ab", max_size=200))
def test_any_text_is_xml_or_refused(inner: str) -> None:
    for document in (inner, f"<xml>{inner}</xml>", f"<xml><Content>{inner}</Content></xml>"):
        with suppress(RefusedDeliveryError):
            assert all(value.encode() is not None for value in fields_of(document.encode()).values())


@given(
    tags=st.dictionaries(
        st.sampled_from(
            [
                "ToUserName",
                "FromUserName",
                "CreateTime",
                "MsgType",
                "MsgId",
                "Content",
                "Location_X",
                "Location_Y",
                "PicUrl",
                "Event",
            ]
        ),
        st.text(alphabet=st.characters(min_codepoint=32, exclude_categories=("Cs", "Cc", "Cn")), max_size=40) | st.integers(),
    )
)
def test_sealed_wechat_message_is_read_or_refused(tags: dict[str, str | int]) -> None:
    account, secrets = ACCOUNTS[Platform.WECHAT]
    sample: dict[str, str | int] = {
        "ToUserName": account.external_id,
        "FromUserName": "oCitizen1",
        "CreateTime": 1348831860,
        "MsgType": "location",
    }
    query, body, _ = wechat_platform.signed_delivery(
        secrets, {**sample, **tags}, app_id=account.app_id, timestamp=build.NOW, nonce="1"
    )
    channel = channel_of(Platform.WECHAT)
    with suppress(RefusedDeliveryError):
        channel.verify(account, secrets, as_query(query), body, build.NOW)
        channel.parse(account, secrets, raw(account, body))
