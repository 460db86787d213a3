"""Weibo: published vectors, what is refused, what becomes of each type, what goes out."""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from jiesu.channels import weibo
from jiesu.channels.delivery import (
    AccountMisconfiguredError,
    MalformedDeliveryError,
    UntrustedDeliveryError,
)
from jiesu.channels.outgoing import PlatformAnswer, SendOutcome, SendResult
from jiesu.channels.signature import sign
from jiesu.model.message import Media, Message, Position
from jiesu.model.words import ContentType, MessageKind
from local.platforms import weibo as platform
from tests import builders as build
from tests.unit.channels.accounts import WEIBO_SECRETS, as_query, raw, weibo_account
from tests.vectors import PUBLISHED

HANDSHAKE = PUBLISHED["weibo"]["handshake"]
PAYLOADS = PUBLISHED["weibo"]["payloads"]
SIGNED_AT = datetime.fromtimestamp(int(HANDSHAKE["timestamp"]) / 1000, UTC)
PUBLISHED_ACCOUNT = weibo_account(external_id="1902538057")


def published(name: str, **changes: object) -> Message:
    """The message that a published payload is, some of its fields changed."""
    return parsed({**PAYLOADS[name]["body"], **changes})


def parsed(payload: Mapping[str, Any]) -> Message:
    (message,) = weibo.parse(PUBLISHED_ACCOUNT, WEIBO_SECRETS, raw(PUBLISHED_ACCOUNT, json.dumps(payload).encode()))
    return message


def a_push(**changes: object) -> tuple[dict[str, str], bytes]:
    payload = platform.mention(
        sender_id="2489518277", receiver_id="1000000001", text="@平安北京 有人吐痰", post_id="5000000001", sent_at=build.NOW
    )
    query, body, _ = platform.signed_delivery(WEIBO_SECRETS, {**payload, **changes}, timestamp=build.NOW, nonce="57155157")
    return query, body


# --- Signatures -------------------------------------------------------------------------------


def test_published_handshake_is_answered_with_its_echo() -> None:
    query = as_query({name: HANDSHAKE[name] for name in ("signature", "timestamp", "nonce", "echostr")})
    secrets = {"app_secret": HANDSHAKE["app_secret"]}
    assert weibo.handshake(weibo_account(), secrets, query, SIGNED_AT) == HANDSHAKE["echostr"]


def test_platform_signs_as_published() -> None:
    query = platform.signed_query({"app_secret": HANDSHAKE["app_secret"]}, timestamp=SIGNED_AT, nonce=HANDSHAKE["nonce"])
    assert query == {name: HANDSHAKE[name] for name in ("signature", "timestamp", "nonce")}


def test_signed_push_is_verified_and_known_to_leave_its_body_open() -> None:
    query, body = a_push()
    verified = weibo.verify(weibo_account(), WEIBO_SECRETS, as_query(query), body, build.NOW)
    assert (verified.signature, verified.covers_body, verified.query) == (query["signature"], False, query)


@pytest.mark.parametrize("minutes", [-5, 5])
def test_signed_time_is_believed_for_five_minutes_either_way(minutes: int) -> None:
    query, body = a_push()
    assert weibo.verify(weibo_account(), WEIBO_SECRETS, as_query(query), body, build.after(minutes=minutes))


@pytest.mark.parametrize("seconds", [-301, 301])
def test_stale_time_is_refused(seconds: int) -> None:
    query, body = a_push()
    with pytest.raises(UntrustedDeliveryError, match="timestamp_stale"):
        weibo.verify(weibo_account(), WEIBO_SECRETS, as_query(query), body, build.after(seconds=seconds))


def test_time_in_seconds_is_refused_although_it_is_signed() -> None:
    seconds = str(int(build.NOW.timestamp()))
    signature = sign(WEIBO_SECRETS["app_secret"], seconds, "1")
    query = {"signature": signature, "timestamp": seconds, "nonce": "1"}
    with pytest.raises(MalformedDeliveryError, match="timestamp_malformed"):
        weibo.verify(weibo_account(), WEIBO_SECRETS, as_query(query), b"{}", build.NOW)


def test_digits_moved_from_nonce_to_time_are_refused() -> None:
    # The signature is computed over the joined parts, so it fits both ways of cutting them.
    query, body = a_push()
    moved = {**query, "timestamp": query["timestamp"] + query["nonce"][:1], "nonce": query["nonce"][1:]}
    assert sign(WEIBO_SECRETS["app_secret"], moved["timestamp"], moved["nonce"]) == query["signature"]
    with pytest.raises(MalformedDeliveryError, match="timestamp_malformed"):
        weibo.verify(weibo_account(), WEIBO_SECRETS, as_query(moved), body, build.NOW)


@pytest.mark.parametrize("name", ["signature", "timestamp", "nonce"])
@pytest.mark.parametrize(
    ("values", "error"),
    [
        ([], "query_missing"),
        ([""], "query_malformed"),
        (["1", "1"], "query_repeated"),
        (["签名"], "query_malformed"),
        (["\ud800"], "query_malformed"),
        (["a\nb"], "query_malformed"),
        (["1" * 257], "query_malformed"),
    ],
)
def test_nonsense_in_the_query_is_refused(name: str, values: list[str], error: str) -> None:
    query, body = a_push()
    with pytest.raises(MalformedDeliveryError, match=error):
        weibo.verify(weibo_account(), WEIBO_SECRETS, {**as_query(query), name: values}, body, build.NOW)


@pytest.mark.parametrize("field", ["signature", "nonce"])
def test_changed_parameter_breaks_the_signature(field: str) -> None:
    query, body = a_push()
    changed = {**query, field: query[field][:-1] + ("0" if query[field][-1] != "0" else "1")}
    with pytest.raises(UntrustedDeliveryError, match="signature_wrong"):
        weibo.verify(weibo_account(), WEIBO_SECRETS, as_query(changed), body, build.NOW)


def test_account_without_secret_verifies_nothing() -> None:
    # An empty secret would let anybody compute the signature.
    query, body, _ = platform.signed_delivery({"app_secret": ""}, {}, timestamp=build.NOW, nonce="1")
    for secrets in ({}, {"app_secret": ""}):
        with pytest.raises(AccountMisconfiguredError, match="secret_field_missing"):
            weibo.verify(weibo_account(), secrets, as_query(query), body, build.NOW)


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b"", "json_malformed"),
        (b"not json", "json_malformed"),
        (b"[]", "json_not_an_object"),
        (b'"text"', "json_not_an_object"),
        (b"\xff\xfe{}", "json_malformed"),
        ("{}".encode("utf-16"), "json_malformed"),
        (b"[" * 100_000, "json_malformed"),
        (b'{"a":' * 20_000, "json_malformed"),
        (b'{"sender_id": ' + b"9" * 5_000 + b"}", "json_malformed"),
    ],
)
def test_body_that_is_no_object_is_refused(body: bytes, error: str) -> None:
    query, _ = a_push()
    with pytest.raises(MalformedDeliveryError, match=error):
        weibo.verify(weibo_account(), WEIBO_SECRETS, as_query(query), body, build.NOW)


# --- Messages ---------------------------------------------------------------------------------


def test_published_text_is_a_private_message() -> None:
    message = published("text")
    assert (message.kind, message.content_type, message.text) == (MessageKind.PRIVATE, ContentType.TEXT, "私信或留言内容")
    assert (message.account_id, message.citizen_id) == ("weibo-main", "2489518277")
    assert message.sent_at == datetime(2012, 7, 16, 10, 9, 20, tzinfo=UTC)
    assert message.received_at == build.NOW


@pytest.mark.parametrize(("name", "content_type"), [("image", ContentType.IMAGE), ("voice", ContentType.VOICE)])
def test_published_media_keep_the_receivers_handle(name: str, content_type: ContentType) -> None:
    message = published(name)
    assert message.media == (Media(content_type=content_type, media_id="821804469"),)


def test_media_handle_may_be_a_text() -> None:
    assert published("image", data={"vfid": "1", "tovfid": "2"}).media[0].media_id == "2"


def test_published_position_has_degrees() -> None:
    message = published("position")
    assert message.content_type is ContentType.LOCATION
    assert message.position == Position(latitude=39.982525, longitude=116.308586)


@pytest.mark.parametrize(
    "data",
    [{}, {"latitude": "nan", "longitude": "1"}, {"latitude": "91", "longitude": "1"}, {"latitude": [1], "longitude": True}],
)
def test_position_without_sense_is_kept_without_degrees(data: dict[str, object]) -> None:
    message = published("position", data=data)
    assert (message.content_type, message.position) == (ContentType.LOCATION, None)


@pytest.mark.parametrize("name", [name for name in PAYLOADS if name.startswith("event.")])
def test_published_events_are_events(name: str) -> None:
    assert published(name).content_type is ContentType.EVENT


@pytest.mark.parametrize(("name", "in_comment"), [("mention.status", False), ("mention.comment", True)])
def test_mention_names_the_post_or_comment_it_stands_in(name: str, in_comment: bool) -> None:
    message = published(name)
    assert (message.kind, message.content_type) == (MessageKind.MENTION, ContentType.TEXT)
    assert message.post_id == PAYLOADS[name]["body"]["data"]["key"]
    assert message.post_is_comment is in_comment


def test_unknown_type_is_kept_as_unknown() -> None:
    message = published("text", type="hologram", data={"shape": "cube"})
    assert (message.content_type, message.text) == (ContentType.UNKNOWN, "私信或留言内容")


def test_unknown_kind_of_mention_is_kept_as_unknown() -> None:
    message = published("mention.status", data={"subtype": "live", "key": ["x"]})
    assert (message.kind, message.content_type, message.post_id) == (MessageKind.MENTION, ContentType.UNKNOWN, None)


@pytest.mark.parametrize("data", [None, [], "", "{}"])
def test_data_that_is_no_object_counts_as_empty(data: object) -> None:
    assert published("text", data=data).content_type is ContentType.TEXT


def test_missing_text_is_an_empty_one() -> None:
    assert published("image", text=None).text == ""


def test_half_an_emoji_is_replaced() -> None:
    assert published("text", text="求助\ud83d").text == "求助\ufffd"


def test_ids_keep_all_their_digits() -> None:
    assert published("text", sender_id=9007199254740993).citizen_id == "9007199254740993"
    assert published("text", sender_id="9007199254740993").citizen_id == "9007199254740993"


@pytest.mark.parametrize(
    "changes",
    [
        {"sender_id": None},
        {"sender_id": True},
        {"sender_id": 1.5},
        {"sender_id": "1#2"},
        {"sender_id": -1},
        {"sender_id": "٣"},
        {"type": 7},
        {"type": "x" * 65},
        {"text": ["a"]},
        {"created_at": 1342433360},
        {"created_at": "2012-07-16T18:09:20+08:00"},
        {"created_at": "Mon Jul 16 18:09:20 2012"},
        {"created_at": "Mon Jan 01 00:00:00 +2359 0001"},
        {"created_at": "Fri Dec 31 23:59:59 -2359 9999"},
    ],
)
def test_payload_that_is_no_message_is_refused_without_quoting_it(changes: dict[str, object]) -> None:
    with pytest.raises(MalformedDeliveryError, match="payload_malformed") as refusal:
        published("text", **{"text": "家住某小区", **changes})
    assert "某小区" not in f"{refusal.value} {refusal.value.__cause__}"


def test_message_for_another_account_is_refused() -> None:
    with pytest.raises(UntrustedDeliveryError, match="receiver_wrong"):
        published("text", receiver_id=1902538058)


def test_redelivery_has_the_same_id() -> None:
    body = json.dumps(PAYLOADS["mention.status"]["body"]).encode()
    first, second = (raw(PUBLISHED_ACCOUNT, body, received_at=build.after(minutes=minute)) for minute in (0, 3))
    (a,), (b,) = (weibo.parse(PUBLISHED_ACCOUNT, WEIBO_SECRETS, one) for one in (first, second))
    assert a.id == b.id
    assert a != b


def test_order_of_fields_does_not_change_the_id() -> None:
    body = PAYLOADS["position"]["body"]
    assert parsed(body).id == parsed(dict(reversed(body.items()))).id


@pytest.mark.parametrize(
    "changes", [{"text": "别的话"}, {"created_at": "Mon Jul 16 18:09:21 +0800 2012"}, {"sender_id": 1}, {"data": {"a": 1}}]
)
def test_another_message_has_another_id(changes: dict[str, object]) -> None:
    assert published("text", **changes).id != published("text").id


def test_one_post_that_mentions_two_accounts_is_two_messages() -> None:
    other = replace(PUBLISHED_ACCOUNT, id="weibo-traffic")
    delivery = raw(other, json.dumps(PAYLOADS["mention.status"]["body"]).encode())
    (message,) = weibo.parse(other, WEIBO_SECRETS, delivery)
    assert message.id != published("mention.status").id


@pytest.mark.parametrize("depth", [500, 1_000, 5_000, 20_000])
def test_deep_nesting_is_refused_or_read_but_breaks_nothing(depth: int) -> None:
    body = json.dumps({**PAYLOADS["text"]["body"], "data": {"deep": "X"}}).replace('"X"', "[" * depth + "]" * depth)
    with suppress(MalformedDeliveryError):
        assert weibo.parse(PUBLISHED_ACCOUNT, WEIBO_SECRETS, raw(PUBLISHED_ACCOUNT, body.encode()))


# --- Replies ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("length", "refusal"), [(1, None), (299, None), (300, "text_too_long")])
def test_text_must_be_shorter_than_three_hundred_characters(length: int, refusal: str | None) -> None:
    assert weibo.text_refusal("答" * length) == refusal


@pytest.mark.parametrize(
    ("status", "body", "result", "reason"),
    [
        (200, b'{"result":true,"sender_id":1902538057,"receiver_id":2489518277,"type":"text"}', SendResult.SENT, ""),
        (200, b'{"result":false}', SendResult.GIVE_TO_PERSON, "refused:result_false"),
        (
            503,
            b'{"request":"/2/messages/reply.json","error_code":10001,"error":"system error"}',
            SendResult.RETRY,
            "platform_busy",
        ),
        (403, b'{"error_code":"10023","error":"user requests out of rate limit"}', SendResult.WAIT, "rate_limited"),
        (403, b'{"error_code":"21327","error":"expired_token"}', SendResult.REFRESH_TOKEN, "token_rejected"),
        (403, b'{"error_code":"10014","error":"insufficient permissions"}', SendResult.GIVE_TO_PERSON, "not_authorized"),
        (400, b'{"error_code":"20012","error":"text too long"}', SendResult.GIVE_TO_PERSON, "text_too_long"),
        (400, b'{"error_code":"29999","error":"new"}', SendResult.GIVE_TO_PERSON, "refused:29999"),
        (429, b"", SendResult.RETRY, "platform_busy"),
        (503, b"<html>", SendResult.RETRY, "platform_busy"),
        (404, b"<html>", SendResult.GIVE_TO_PERSON, "refused:http_404"),
        (504, b"<html>", SendResult.GIVE_TO_PERSON, "outcome_unknown"),
        (502, b"{}", SendResult.GIVE_TO_PERSON, "outcome_unknown"),
        (302, b"", SendResult.GIVE_TO_PERSON, "outcome_unknown"),
        (200, b"", SendResult.GIVE_TO_PERSON, "outcome_unknown"),
        (200, b"[" * 100_000, SendResult.GIVE_TO_PERSON, "outcome_unknown"),
    ],
)
def test_answers_are_sorted_by_what_must_be_done(status: int, body: bytes, result: SendResult, reason: str) -> None:
    assert weibo.read_answer(PlatformAnswer(status=status, body=body)) == SendOutcome(result=result, reason=reason)


def test_access_token_is_the_accounts_secret() -> None:
    assert weibo.token_source(weibo_account(), WEIBO_SECRETS) == WEIBO_SECRETS["access_token"]


# --- The platform's side ----------------------------------------------------------------------


def test_platform_writes_what_the_office_reads() -> None:
    payload = platform.private_media(
        kind="image", sender_id="2489518277", receiver_id="1000000001", file_id=821804459, sent_at=build.NOW
    )
    _, body, _ = platform.signed_delivery(WEIBO_SECRETS, payload, timestamp=build.NOW, nonce="1")
    (message,) = weibo.parse(weibo_account(), WEIBO_SECRETS, raw(weibo_account(), body))
    assert message.sent_at == build.NOW - timedelta(microseconds=build.NOW.microsecond)
    assert message.media[0].media_id == "821804460"
