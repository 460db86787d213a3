"""Weibo 粉丝服务平台: pushed private messages and @mentions in, private replies out.

The signature covers time, nonce and App Secret, never the body
(https://open.weibo.com/wiki/Messages_api_start). Whoever has seen one signed address could
post anything under it for as long as its time is believed, so `verify` alone is not enough:
the caller must bind `Verified.signature` to the body it came with first, and refuse another
body under the same signature. It is the signature that is bound and not the nonce, because
digits can be moved between time and nonce without changing what was signed.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import quote, urlencode

from jiesu.channels.delivery import (
    NO_HEADERS,
    Headers,
    Query,
    RawDelivery,
    Verified,
    object_of,
    secret_field,
    signed_parameters,
    single,
)
from jiesu.channels.outgoing import (
    TEXT_TOO_LONG,
    MediaFile,
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
from jiesu.channels.signature import check_fresh, check_signature, sign
from jiesu.model.message import ChannelAccount, Media, Message
from jiesu.model.words import Platform

MAX_REPLY_CHARACTERS = 299
""""less than 300 Chinese characters": http://open.weibo.com/wiki/Send_Customer_Service_Message"""

ACCEPTED = ""
"""An empty answer: taken, and no automatic reply."""

REPEATABLE = False

_MEDIA_BASES = dict.fromkeys(("https://m.api.weibo.com", "https://api.weibo.com"), "https://upload.api.weibo.com")
"""Weibo keeps files on a host of their own; whoever stands in for Weibo serves both under one."""


def handshake(account: ChannelAccount, secrets: Mapping[str, str], query: Query, now: datetime) -> str:
    """The text that proves to Weibo that this address is ours. Raises `RefusedDeliveryError`."""
    _verify_query(account, secrets, query, now)
    return single(query, "echostr")


def verify(
    account: ChannelAccount,
    secrets: Mapping[str, str],
    query: Query,
    body: bytes,
    now: datetime,
    *,
    headers: Headers = NO_HEADERS,  # noqa: ARG001 - Weibo signs in the query
) -> Verified:
    """Check a pushed delivery. Raises `RefusedDeliveryError`. What the signature leaves open: see the module."""
    verified = _verify_query(account, secrets, query, now)
    object_of(body)
    return verified


def _verify_query(account: ChannelAccount, secrets: Mapping[str, str], query: Query, now: datetime) -> Verified:
    secret = secret_field(secrets, "app_secret", account.id)
    given = signed_parameters(query, signature="signature")
    expected = sign(secret, given["timestamp"], given["nonce"])
    check_signature(given["signature"], expected)
    check_fresh(given["timestamp"], now, digits=13)
    return Verified(signature=expected, covers_body=False, query=given)


def parse(account: ChannelAccount, secrets: Mapping[str, str], delivery: RawDelivery) -> tuple[Message, ...]:  # noqa: ARG001
    """The messages of a verified delivery. Raises `RefusedDeliveryError` where it is not for `account` or not a message."""
    from jiesu.channels.weibo_payload import messages_of  # noqa: PLC0415 - pydantic, which the webhook must not pay for

    return messages_of(account, object_of(delivery.body), delivery.received_at)


def text_refusal(text: str) -> str | None:
    """Why Weibo would not take `text`: a reason code, or None."""
    return TEXT_TOO_LONG if len(text) > MAX_REPLY_CHARACTERS else None


def token_source(account: ChannelAccount, secrets: Mapping[str, str]) -> str | TokenRequest:
    """The access token, which the account's owner authorises by hand: there is nothing to fetch."""
    return secret_field(secrets, "access_token", account.id)


def reply_call(account: ChannelAccount, access_token: str, reply: OutgoingReply) -> OutgoingCall:
    """A private message to a citizen who wrote, be it privately or by an @mention.

    Weibo takes any number within 48 hours of a private message, and one after an @mention:
    http://open.weibo.com/wiki/Send_Customer_Service_Message
    """
    data = json.dumps({"text": reply.text}, ensure_ascii=False, separators=(",", ":"))
    fields = {"receiver_id": reply.citizen_id, "type": "text", "data": data}
    return OutgoingCall(
        method="POST",
        url=f"{account.api_base}/2/messages/reply.json?{urlencode({'access_token': access_token})}",
        headers={"Content-Type": "application/x-www-form-urlencoded"},
        body=urlencode(fields, quote_via=quote).encode("ascii"),
    )


def read_answer(answer: PlatformAnswer) -> SendOutcome:
    """What Weibo says to a reply: an object, with `error_code` (a number or a text) where it failed."""
    value = json_object(answer.body)
    if value is None:
        return outcome_by_status(answer.status)
    if "error_code" in value:
        return outcome_by_code(Platform.WEIBO, str(value["error_code"]))
    if answer.status != 200:
        return outcome_by_status(answer.status)
    if value.get("result") is False:
        return SendOutcome(result=SendResult.GIVE_TO_PERSON, reason="refused:result_false")
    return SendOutcome(result=SendResult.SENT, provider_ref=str(value.get("id", "")))


def media_call(account: ChannelAccount, access_token: str, media: Media) -> OutgoingCall:
    """Ask for the file of a private message, with the token of the account that received it and its own handle (`tovfid`).

    https://open.weibo.com/wiki/2/mss/msget. A post's picture has an address of its own, on hosts that
    hand out nothing to a reader who does not say that he comes from Weibo.
    """
    if media.url:
        return OutgoingCall(method="GET", url=media.url, headers={"Referer": "https://weibo.com/"}, body=b"")
    base = _MEDIA_BASES.get(account.api_base, account.api_base)
    query = urlencode({"access_token": access_token, "fid": media.media_id})
    return OutgoingCall(method="GET", url=f"{base}/2/mss/msget?{query}", headers={}, body=b"")


def read_media(
    account: ChannelAccount,  # noqa: ARG001
    answer: PlatformAnswer,
    *,
    access_token: str,  # noqa: ARG001
) -> MediaFile | OutgoingCall | SendOutcome:
    """The file, or what Weibo says instead: an object with `error_code`."""
    value = json_object(answer.body) if answer.body[:1] == b"{" else None
    if value is not None and "error_code" in value:
        return outcome_by_code(Platform.WEIBO, str(value["error_code"]))
    if value is None and answer.status == 200 and answer.body:
        return MediaFile(content=answer.body)
    return media_outcome_by_status(answer.status)
