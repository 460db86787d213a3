"""Douyin's wire format against what its pages print, and what may not come through."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from jiesu.channels import douyin, douyin_public, douyin_tokens
from jiesu.channels.delivery import (
    Challenge,
    MalformedDeliveryError,
    RawDelivery,
    UntrustedDeliveryError,
    Verified,
    from_queue_body,
    to_queue_body,
)
from jiesu.channels.outgoing import (
    AccessToken,
    MediaFile,
    NoReplyWayError,
    OutgoingCall,
    PlatformAnswer,
    SendOutcome,
    SendResult,
    TokenRequest,
)
from jiesu.model.message import Message
from jiesu.model.words import ContentType, MessageKind
from local.platforms import douyin as platform
from tests import builders as build
from tests.unit.channels.accounts import DOUYIN_SECRETS, a_reply, as_headers, douyin_account, raw
from tests.vectors import PUBLISHED

VECTORS = PUBLISHED["douyin"]
ACCOUNT = douyin_account()
TEXT = platform.private_message(
    open_id="open-id-of-a-citizen",
    account_id=ACCOUNT.external_id,
    client_key=ACCOUNT.app_id,
    text="请问居住证怎么办",
    message_id="1",
    sent_at=build.NOW,
)


def compact(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def parsed(payload: dict[str, Any], headers: dict[str, str] | None = None) -> Message:
    delivery = replace(raw(ACCOUNT, compact(payload)), headers=headers or {})
    (message,) = douyin.parse(ACCOUNT, DOUYIN_SECRETS, delivery)
    return message


def addressed(name: str) -> dict[str, Any]:
    """A published payload, written to the tests' account."""
    return {**VECTORS["payloads"][name]["body"], "client_key": ACCOUNT.app_id, "to_user_id": ACCOUNT.external_id}


def with_content(**changes: object) -> dict[str, Any]:
    content = TEXT["content"]
    assert isinstance(content, dict)
    return {**TEXT, "content": {**content, **changes}}


def verify(body: bytes, headers: dict[str, str]) -> Verified | Challenge:
    return douyin.verify(ACCOUNT, DOUYIN_SECRETS, {}, body, build.NOW, headers=as_headers(headers))


# --- Signature and handshake --------------------------------------------------------------------


def test_signature_is_sha1_of_secret_and_raw_body() -> None:
    vector = VECTORS["signature"]
    assert platform.signature(vector["client_secret"], vector["body"].encode()) == vector["signature"]


@pytest.mark.parametrize("name", [name for name in VECTORS["payloads"] if name != "verify_webhook"])
def test_published_payload_is_taken_under_its_signature_and_read(name: str) -> None:
    vector, secrets = VECTORS["payloads"][name], {"client_secret": VECTORS["signature"]["client_secret"]}
    body, headers = compact(vector["body"]), {"x-douyin-signature": [vector["signature"]]}
    assert isinstance(douyin.verify(ACCOUNT, secrets, {}, body, build.NOW, headers=headers), Verified)
    assert parsed(addressed(name)).account_id == ACCOUNT.id


def test_signature_of_another_body_is_refused() -> None:
    _, body, headers = platform.signed_delivery(DOUYIN_SECRETS, TEXT, message_id="1")
    for changed in (body + b" ", body.replace(b"1", b"2"), compact({**TEXT, "event": "authorize"})):
        with pytest.raises(UntrustedDeliveryError, match="signature_wrong"):
            verify(changed, headers)


@pytest.mark.parametrize("glue", [b"\x80" + bytes(40), b"{}", b"\n{}", b",1"])
def test_body_with_bytes_after_its_document_is_refused_though_signed(glue: bytes) -> None:
    # Who extends the hash needs not know the secret: the signature fits.
    body = compact(TEXT) + glue
    signed = {"X-Douyin-Signature": platform.signature(DOUYIN_SECRETS["client_secret"], body)}
    with pytest.raises(MalformedDeliveryError, match="json_malformed"):
        verify(body, signed)


def test_unsigned_delivery_is_refused() -> None:
    with pytest.raises(UntrustedDeliveryError, match="signature_missing"):
        verify(compact(TEXT), {})


@pytest.mark.parametrize("content", [{"challenge": 12345}, '{ "challenge": 12345 }'])
def test_challenge_is_answered_as_a_number_however_its_content_is_written(content: object) -> None:
    body = compact({"event": "verify_webhook", "client_key": "", "content": content})
    assert verify(body, {}) == Challenge(answer='{"challenge":12345}')


@pytest.mark.parametrize("content", [None, [], "", "[]", {}, {"challenge": None}, {"challenge": 1.5}, {"challenge": "1" * 300}])
def test_challenge_that_asks_nothing_is_refused(content: object) -> None:
    with pytest.raises(MalformedDeliveryError):
        verify(compact({"event": "verify_webhook", "content": content}), {})


# --- Messages -----------------------------------------------------------------------------------


def test_text_is_a_private_message() -> None:
    message = parsed(TEXT)
    assert (message.citizen_id, message.kind, message.content_type, message.text, message.sent_at) == (
        "open-id-of-a-citizen",
        MessageKind.PRIVATE,
        ContentType.TEXT,
        "请问居住证怎么办",
        build.NOW,
    )


def test_the_citizen_goes_by_the_name_that_stands_beside_their_open_id() -> None:
    assert parsed(addressed("im_receive_msg.text")).nickname == "刘东"
    assert parsed(TEXT).nickname == ""
    nonsense: tuple[object, ...] = (None, {}, [None], [{"open_id": "open-id-of-a-citizen", "nick_name": 7}])
    for people in nonsense:
        assert parsed(with_content(user_infos=people)).nickname == ""


def test_content_as_a_text_says_the_same_as_an_object() -> None:
    assert parsed({**TEXT, "content": json.dumps(TEXT["content"])}) == parsed(TEXT)


@pytest.mark.parametrize(
    ("message_type", "content_type"),
    [
        ("image", ContentType.IMAGE),
        ("user_local_image", ContentType.IMAGE),
        ("emoji", ContentType.IMAGE),
        ("video", ContentType.VIDEO),
        ("user_local_video", ContentType.VIDEO),
        ("other", ContentType.UNKNOWN),
        ("a type to come", ContentType.UNKNOWN),
    ],
)
def test_every_type_is_kept(message_type: str, content_type: ContentType) -> None:
    message = parsed(with_content(message_type=message_type, text=None, resource_url="https://media.example.org/1"))
    assert (message.content_type, bool(message.media)) == (content_type, content_type is not ContentType.UNKNOWN)


@pytest.mark.parametrize(
    ("message_type", "changes", "media_id"),
    [
        ("user_local_image", {}, "@conversation/open-id-of-a-citizen== @message/1=="),
        ("user_local_video", {}, "@conversation/open-id-of-a-citizen== @message/1=="),
        ("user_local_image", {"conversation_short_id": ""}, None),
        ("image", {}, None),
        ("video", {}, None),
        ("emoji", {"resource_url": "http://media.example.org/1"}, None),
    ],
)
def test_only_what_a_citizen_took_can_be_asked_for(message_type: str, changes: dict[str, str], media_id: str | None) -> None:
    message = parsed(with_content(message_type=message_type, text=None, **changes))
    assert [(one.media_id, one.url) for one in message.media] == ([] if media_id is None else [(media_id, "")])


def test_card_that_a_citizen_filled_in_is_a_text() -> None:
    card = [{"label": "城市", "value": "北京市"}, {"label": "手机号", "value": "010-5550-0001"}, 7]
    message = parsed(with_content(message_type="retain_consult_card", text=None, card_data=card))
    assert (message.content_type, message.text) == (ContentType.TEXT, "城市：北京市\n手机号：010-5550-0001")


def test_answer_to_a_comment_is_a_comment() -> None:
    payload = addressed("item_comment_reply")
    payload["content"] = {**payload["content"], "comment_id": "@c1==", "comment_user_id": "citizen", "content": "没人管吗"}
    message = parsed(payload)
    assert (message.kind, message.text, message.post_is_comment) == (MessageKind.COMMENT, "没人管吗", True)
    assert message.post_id == f"{payload['content']['reply_to_item_id']}#@c1=="


@pytest.mark.parametrize("lost", ["comment_id", "reply_to_item_id"])
def test_comment_whose_place_is_not_named_is_kept_without_one(lost: str) -> None:
    payload = addressed("item_comment_reply")
    payload["content"] = {**payload["content"], "comment_id": "@c1==", "content": "没人管吗", lost: ""}
    message = parsed(payload)
    assert (message.post_id, message.post_is_comment) == (None, False)


def test_echo_of_the_offices_own_message_belongs_to_the_citizens_conversation() -> None:
    echo = {**TEXT, "event": "im_send_msg", "from_user_id": ACCOUNT.external_id, "to_user_id": "citizen"}
    message = parsed(echo)
    assert (message.citizen_id, message.content_type, message.text) == ("citizen", ContentType.ECHO, "请问居住证怎么办")
    assert message.post_id == "@message/1=="


@pytest.mark.parametrize(
    "event", ["authorize", "unauthorize", "im_authorize", "im_enter_direct_msg", "new_follow_action", "to come"]
)
def test_event_is_kept_as_one(event: str) -> None:
    message = parsed({"event": event, "client_key": ACCOUNT.app_id, "from_user_id": "citizen", "content": ""})
    assert (message.content_type, message.text) == (ContentType.EVENT, event)


def test_redelivery_is_the_same_message_whatever_its_unsigned_header_says() -> None:
    assert parsed(TEXT, {"msg-id": "1"}).id == parsed({**TEXT, "log_id": "another"}, {"msg-id": "2"}).id


def test_events_without_an_id_of_their_own_are_told_apart_by_the_header() -> None:
    event = {"event": "authorize", "content": {"scopes": []}}
    again = parsed({**event, "log_id": "another"}, {"msg-id": "1"})
    assert parsed(event, {"msg-id": "1"}).id == again.id != parsed(event, {"msg-id": "2"}).id


@pytest.mark.parametrize("change", [{"client_key": "another"}, {"to_user_id": "another"}])
def test_message_for_another_account_is_refused(change: dict[str, str]) -> None:
    with pytest.raises(UntrustedDeliveryError, match="receiver_wrong"):
        parsed({**TEXT, **change})


@pytest.mark.parametrize(
    "change", [{"event": 7}, {"content": 7}, {"content": "["}, {"from_user_id": {}}, {"from_user_id": "a b"}]
)
def test_payload_that_makes_no_sense_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(MalformedDeliveryError):
        parsed({**TEXT, **change})


def test_headers_survive_the_queue_and_older_bodies_have_none() -> None:
    delivery: RawDelivery = replace(raw(ACCOUNT, b"{}"), headers={"msg-id": "1"})
    assert from_queue_body(to_queue_body(delivery)) == delivery
    old = json.loads(to_queue_body(delivery))
    del old["headers"]
    assert from_queue_body(json.dumps(old)).headers == {}


# --- Answers ------------------------------------------------------------------------------------


def test_reply_is_as_documented() -> None:
    call = douyin.reply_call(ACCOUNT, "act.1", a_reply("你好", handle=parsed(TEXT).post_id))
    published = VECTORS["send"]["body"]
    body = json.loads(call.body)
    assert call.url == "https://douyin.example.org/im/send/msg/?open_id=open-id-of-the-office"
    assert call.headers["access-token"] == "act.1"
    assert set(body) == set(published)
    assert (body["scene"], body["content"]) == (published["scene"], published["content"])
    assert (body["msg_id"], body["conversation_id"]) == ("@message/1==", "@conversation/open-id-of-a-citizen==")


def test_public_answer_names_film_and_comment() -> None:
    call = douyin_public.comment_call(ACCOUNT, "act.1", handle="@item==#@comment==", text="已转分局办理")
    assert (call.method, call.url) == ("POST", "https://douyin.example.org/item/comment/reply/?open_id=open-id-of-the-office")
    assert call.headers["access-token"] == "act.1"
    assert json.loads(call.body) == {"item_id": "@item==", "comment_id": "@comment==", "content": "已转分局办理"}


def test_answer_to_a_public_answer_names_it() -> None:
    body = compact({"data": {"error_code": 0, "comment_id": "@answer=="}, "extra": {"error_code": 0}})
    assert douyin.read_answer(PlatformAnswer(status=200, body=body)).provider_ref == "@answer=="


@pytest.mark.parametrize("handle", ["@conversation== @message==", "@comment=="])
def test_private_message_cannot_be_answered_in_public(handle: str) -> None:
    with pytest.raises(NoReplyWayError, match="comment_gone"):
        douyin_public.comment_call(ACCOUNT, "act.1", handle=handle, text="已转分局办理")


# --- Tokens -------------------------------------------------------------------------------------


def test_access_token_comes_from_the_refresh_token_where_there_is_one() -> None:
    request = douyin.token_source(ACCOUNT, {**DOUYIN_SECRETS, "refresh_token": "rft.1"})
    assert isinstance(request, TokenRequest)
    assert (request.call.method, request.call.url) == ("POST", "https://douyin.example.org/oauth/refresh_token/")
    assert request.call.body == b"client_key=client-key-for-tests&grant_type=refresh_token&refresh_token=rft.1"
    data = {"access_token": "act.1", "expires_in": "86400", "refresh_expires_in": "172800", "error_code": "0"}
    answer = PlatformAnswer(status=200, body=compact({"data": data, "message": "success"}))
    assert request.read(answer) == AccessToken(value="act.1", keep=timedelta(seconds=86_400 - 600))
    assert douyin.token_source(ACCOUNT, DOUYIN_SECRETS) == DOUYIN_SECRETS["access_token"]


@pytest.mark.parametrize(
    ("status", "body", "result", "reason"),
    [
        (200, {"data": {"error_code": 10010}}, SendResult.GIVE_TO_PERSON, "token_rejected"),
        (200, {"data": {"error_code": "10020"}}, SendResult.GIVE_TO_PERSON, "token_rejected"),
        (200, {"data": {"error_code": 10004}}, SendResult.GIVE_TO_PERSON, "not_authorized"),
        (200, {"data": {"error_code": 2100004}}, SendResult.RETRY, "platform_busy"),
        (200, {"data": {"error_code": 0}}, SendResult.RETRY, "platform_busy"),
        (200, {"data": {"error_code": 0, "access_token": "a", "refresh_token": "r"}}, SendResult.RETRY, "platform_busy"),
        (200, {"data": None}, SendResult.RETRY, "platform_busy"),
        (503, {}, SendResult.RETRY, "platform_busy"),
    ],
)
def test_refused_or_unreadable_tokens_say_what_to_do(status: int, body: object, result: SendResult, reason: str) -> None:
    answer = PlatformAnswer(status=status, body=compact(body))
    wanted = SendOutcome(result=result, reason=reason)
    assert douyin_tokens.read_grant(answer) == douyin_tokens.read_renewed(answer) == wanted


# --- Files --------------------------------------------------------------------------------------


def read_media(body: object, status: int = 200) -> MediaFile | OutgoingCall | SendOutcome:
    content = body if isinstance(body, bytes) else compact(body)
    return douyin.read_media(ACCOUNT, PlatformAnswer(status=status, body=content), access_token="act.1")


def test_file_is_asked_for_by_conversation_and_message_and_then_with_the_same_token() -> None:
    (media,) = parsed(with_content(message_type="user_local_image", text=None, server_message_id="@a+/=")).media
    call = douyin.media_call(ACCOUNT, "act.1", media)
    assert call.url == (
        "https://douyin.example.org/api/im/message/resources/?open_id=open-id-of-the-office"
        "&conversation_id=%40conversation%2Fopen-id-of-a-citizen%3D%3D&message_id=%40a%2B%2F%3D"
    )
    assert call.headers["access-token"] == "act.1"
    where = read_media({"data": {"media_type": "image", "url": "https://media.example.org/1?a=1\\u0026b=2"}, "err_no": 0})
    assert isinstance(where, OutgoingCall)
    assert where.url == "https://media.example.org/1?a=1&b=2"
    assert where.headers == {"Access-Token": "act.1", "OpenID": "open-id-of-the-office"}
    assert read_media(b"\x89PNG") == MediaFile(content=b"\x89PNG")


def test_file_with_an_address_of_its_own_is_fetched_there_and_shown_no_token() -> None:
    (media,) = parsed(with_content(message_type="emoji", text=None, resource_url="https://media.example.org/1")).media
    call = douyin.media_call(ACCOUNT, "act.1", media)
    assert (call.url, call.headers) == ("https://media.example.org/1", {})


@pytest.mark.parametrize(
    ("body", "status", "result", "reason"),
    [
        ({"err_no": 28029020}, 200, SendResult.GIVE_TO_PERSON, "media_gone"),
        ({"err_no": 28001008}, 200, SendResult.REFRESH_TOKEN, "token_rejected"),
        ({"data": {"url": "http://169.254.0.1/"}, "err_no": 0}, 200, SendResult.GIVE_TO_PERSON, "refused:resource_url"),
        ({"data": None, "err_no": 0}, 200, SendResult.GIVE_TO_PERSON, "refused:resource_url"),
        (b"", 200, SendResult.RETRY, "platform_busy"),
        (b"", 404, SendResult.GIVE_TO_PERSON, "media_gone"),
        (b"", 403, SendResult.GIVE_TO_PERSON, "refused:http_403"),
    ],
)
def test_file_that_cannot_be_had_says_why(body: object, status: int, result: SendResult, reason: str) -> None:
    assert read_media(body, status) == SendOutcome(result=result, reason=reason)


@pytest.mark.parametrize("handle", [None, "@comment==", "@item==#@comment=="])
def test_comment_cannot_be_answered_in_private(handle: str | None) -> None:
    with pytest.raises(NoReplyWayError, match="comment_needs_public_reply"):
        douyin.reply_call(ACCOUNT, "act.1", a_reply("你好", handle=handle))


@pytest.mark.parametrize(
    ("answer", "result", "reason"),
    [
        (VECTORS["send"]["answer"], SendResult.SENT, ""),
        ({"err_no": 0, "err_msg": ""}, SendResult.SENT, ""),
        ({"extra": {"error_code": 28003070}}, SendResult.GIVE_TO_PERSON, "rate_limited"),
        ({"data": {"error_code": "28003070"}, "extra": {"error_code": 0}}, SendResult.GIVE_TO_PERSON, "rate_limited"),
        ({"err_no": 28003070}, SendResult.GIVE_TO_PERSON, "rate_limited"),
        ({"data": {"error_code": 2190008}}, SendResult.REFRESH_TOKEN, "token_rejected"),
        ({"data": {"error_code": 2100004}}, SendResult.RETRY, "platform_busy"),
        ({"data": {"error_code": 1}}, SendResult.GIVE_TO_PERSON, "refused:1"),
        ({}, SendResult.GIVE_TO_PERSON, "outcome_unknown"),
        ([], SendResult.GIVE_TO_PERSON, "outcome_unknown"),
    ],
)
def test_answer_says_what_to_do(answer: object, result: SendResult, reason: str) -> None:
    outcome = douyin.read_answer(PlatformAnswer(status=200, body=compact(answer)))
    assert (outcome.result, outcome.reason) == (result, reason)


def test_long_answer_is_refused() -> None:
    assert douyin.text_refusal("长" * 501) == "text_too_long"
    assert douyin.text_refusal("长" * 500) is None
