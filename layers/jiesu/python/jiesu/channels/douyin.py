"""Douyin open platform: pushed private messages and answers to comments in, private replies out, files on request.

The signature is the SHA-1 of client secret and raw body, joined, and not an HMAC: who knows one body
with its signature can sign that body with bytes of a certain kind added. No JSON document is left
then, so a body must be exactly one. No time is signed either: an old delivery fits for ever, and
does no harm, because a message's id is made of what is signed.
https://developer.open-douyin.com/docs/resource/zh-CN/dop/develop/webhooks/summarize

What an office needs for it is in `docs/channels.md`.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import urlencode

from jiesu.channels.delivery import (
    NO_HEADERS,
    Challenge,
    Headers,
    MalformedDeliveryError,
    Query,
    RawDelivery,
    UntrustedDeliveryError,
    Verified,
    object_of,
    secret_field,
    single_header,
)
from jiesu.channels.douyin_event import content_of, parts_of_handle
from jiesu.channels.douyin_tokens import token_request
from jiesu.channels.outgoing import (
    OUTCOME_UNKNOWN,
    TEXT_TOO_LONG,
    MediaFile,
    NoReplyWayError,
    OutgoingCall,
    OutgoingReply,
    PlatformAnswer,
    SendOutcome,
    SendResult,
    TokenRequest,
    json_object,
    media_outcome_by_status,
    outcome_by_status,
)
from jiesu.channels.provider_errors import outcome_by_code
from jiesu.channels.signature import check_signature
from jiesu.model.message import ChannelAccount, Media, Message
from jiesu.model.words import Platform

ACCEPTED = "success"
"""Any 2xx counts; the documentation asks for no particular body."""

REPEATABLE = False

MAX_REPLY_CHARACTERS = 500
"""Ours: no limit is printed. Longer answers are better read elsewhere."""


def handshake(account: ChannelAccount, secrets: Mapping[str, str], query: Query, now: datetime) -> str:  # noqa: ARG001
    """Douyin asks by POST, see `verify`; a GET is nobody it sent. Raises `MalformedDeliveryError`."""
    raise MalformedDeliveryError("handshake_by_post", account_id=account.id)


def verify(
    account: ChannelAccount,
    secrets: Mapping[str, str],
    query: Query,  # noqa: ARG001 - Douyin signs in a header
    body: bytes,
    now: datetime,  # noqa: ARG001 - and signs no time
    *,
    headers: Headers = NO_HEADERS,
) -> Verified | Challenge:
    """Check a pushed delivery, or answer the question whether this address is ours. Raises `RefusedDeliveryError`.

    Whether the question is signed is not documented, so it is answered to anybody: the answer
    repeats what the asker has sent.
    """
    pushed = object_of(body)
    if pushed.get("event") == "verify_webhook":
        return Challenge(answer=json.dumps({"challenge": _challenge(pushed)}, separators=(",", ":")))
    secret = secret_field(secrets, "client_secret", account.id)
    if "x-douyin-signature" not in headers:
        raise UntrustedDeliveryError("signature_missing")
    expected = hashlib.sha1(secret.encode() + body, usedforsecurity=False).hexdigest()
    check_signature(single_header(headers, "x-douyin-signature"), expected)
    message_id = headers.get("msg-id", ())
    kept = {"msg-id": single_header(headers, "msg-id")} if message_id else {}
    return Verified(signature=expected, covers_body=True, query={}, headers=kept)


def _challenge(pushed: Mapping[str, object]) -> int | str:
    value = content_of(pushed).get("challenge")
    short = (isinstance(value, int) and abs(value) < 2**63) or (isinstance(value, str) and len(value) <= 256)
    if isinstance(value, bool) or not isinstance(value, int | str) or not short:
        raise MalformedDeliveryError("challenge_malformed")
    return value


def parse(account: ChannelAccount, secrets: Mapping[str, str], delivery: RawDelivery) -> tuple[Message, ...]:  # noqa: ARG001
    """The messages of a verified delivery. Raises `RefusedDeliveryError` where it is not for `account` or not a message."""
    from jiesu.channels.douyin_payload import messages_of  # noqa: PLC0415 - pydantic, which the webhook must not pay for

    return messages_of(account, object_of(delivery.body), delivery)


def text_refusal(text: str) -> str | None:
    """Why Douyin would not take `text`: a reason code, or None."""
    return TEXT_TOO_LONG if len(text) > MAX_REPLY_CHARACTERS else None


def token_source(account: ChannelAccount, secrets: Mapping[str, str]) -> str | TokenRequest:
    """How to prolong the access token; without a refresh token the one that the account's owner had given out by hand."""
    refresh_token = secrets.get("refresh_token")
    return token_request(account, refresh_token) if refresh_token else secret_field(secrets, "access_token", account.id)


def reply_call(account: ChannelAccount, access_token: str, reply: OutgoingReply) -> OutgoingCall:
    """A private answer to one message of a citizen; its handle is what `reply_handle` made of that.

    Six within 24 hours of each, says who quotes the documentation. Raises `NoReplyWayError` where
    it names no private message: an answer to a comment is a different, public call.
    https://developer.open-douyin.com/docs/resource/zh-CN/dop/develop/openapi/interaction-management/business-tool/send-im-msg
    """
    named = parts_of_handle(reply.handle or "")
    if named is None:
        raise NoReplyWayError("comment_needs_public_reply")
    conversation_id, message_id = named
    fields = {
        "msg_id": message_id,
        "conversation_id": conversation_id,
        "to_user_id": reply.citizen_id,
        "scene": "im_reply_msg",
        "content": {"msg_type": 1, "text": {"text": reply.text}},
    }
    return OutgoingCall(
        method="POST",
        url=f"{account.api_base}/im/send/msg/?{urlencode({'open_id': account.external_id})}",
        headers={"Content-Type": "application/json; charset=utf-8", "access-token": access_token},
        body=json.dumps(fields, ensure_ascii=False).encode(),
    )


def read_answer(answer: PlatformAnswer) -> SendOutcome:
    """What Douyin says to a reply: the error is in `extra.error_code`, `data.error_code` or `err_no`; 0 is none."""
    value = json_object(answer.body)
    if value is None:
        return outcome_by_status(answer.status)
    wrong = _wrong_code(value)
    if wrong is not None:
        return outcome_by_code(Platform.DOUYIN, wrong)
    if answer.status != 200:
        return outcome_by_status(answer.status)
    if not _codes(value):
        return SendOutcome(result=SendResult.GIVE_TO_PERSON, reason=OUTCOME_UNKNOWN)
    data = value.get("data")
    said = value.get("msg_id") or (data.get("comment_id") if isinstance(data, dict) else None) or ""
    return SendOutcome(result=SendResult.SENT, provider_ref=str(said))


def media_call(account: ChannelAccount, access_token: str, media: Media) -> OutgoingCall:
    """Ask where a citizen's own picture or film lies; a file of the platform's has its address already.

    https://developer.open-douyin.com/docs/resource/zh-CN/dop/develop/openapi/search-management/business-tool/get-message-resources
    """
    if media.url:
        return OutgoingCall(method="GET", url=media.url, headers={}, body=b"")
    conversation_id, message_id = parts_of_handle(media.media_id) or ("", "")
    query = urlencode({"open_id": account.external_id, "conversation_id": conversation_id, "message_id": message_id})
    return OutgoingCall(
        method="GET",
        url=f"{account.api_base}/api/im/message/resources/?{query}",
        headers={"Content-Type": "application/json", "access-token": access_token},
        body=b"",
    )


def read_media(account: ChannelAccount, answer: PlatformAnswer, *, access_token: str) -> MediaFile | OutgoingCall | SendOutcome:
    """The file, or where it lies: there the token and the open id must be shown that its address was asked for with."""
    value = json_object(answer.body) if answer.body[:1] == b"{" else None
    if value is None:
        return MediaFile(content=answer.body) if answer.status == 200 and answer.body else media_outcome_by_status(answer.status)
    wrong = _wrong_code(value)
    if wrong is not None:
        return outcome_by_code(Platform.DOUYIN, wrong)
    data = value.get("data")
    address = data.get("url") if isinstance(data, dict) else None
    # Nothing but the web, and never less sheltered than the interface that gave the address.
    if not isinstance(address, str) or not address.startswith(("https://", f"{account.api_base}/")):
        return SendOutcome(result=SendResult.GIVE_TO_PERSON, reason="refused:resource_url")
    headers = {"Access-Token": access_token, "OpenID": account.external_id}
    # The page says that an `&` may come escaped once more than JSON does.
    return OutgoingCall(method="GET", url=address.replace("\\u0026", "&"), headers=headers, body=b"")


def _wrong_code(value: Mapping[str, object]) -> str | None:
    """The first code of an answer that is not 0."""
    return next((str(code) for code in _codes(value) if str(code) != "0"), None)


def _codes(value: Mapping[str, object]) -> list[object]:
    found = (_code(value.get("extra")), _code(value.get("data")), value.get("err_no"))
    return [code for code in found if code is not None]


def _code(part: object) -> object:
    return part.get("error_code") if isinstance(part, dict) else None
