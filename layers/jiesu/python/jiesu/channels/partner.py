"""Partners: other police accounts, a district's platform, a mini-program, by Standard Webhooks.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
The payloads are ours: `docs/channels.md`. An answer goes to the address that the partner gives for it;
for one that gives none it is a person's task.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from http import HTTPStatus

from jiesu.channels.delivery import (
    NO_HEADERS,
    AccountMisconfiguredError,
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
from jiesu.channels.outgoing import (
    PARTNER_HAS_NO_REPLY,
    PLATFORM_BUSY,
    TEXT_TOO_LONG,
    TOKEN_REJECTED,
    NoReplyWayError,
    OutgoingCall,
    OutgoingReply,
    PlatformAnswer,
    SendOutcome,
    SendResult,
    TokenRequest,
)
from jiesu.channels.signature import check_fresh
from jiesu.model.message import ChannelAccount, Message

ACCEPTED = ""
"""Any 2xx counts."""

MAX_SIGNATURES_LENGTH = 2_048
"""Room for a dozen signatures: of old and new secrets, and of schemes that are not ours."""

MAX_REPLY_CHARACTERS = 5_000
"""Ours, so that a delivery stays under the 20 kB that the specification advises."""

NO_ADDRESS = "https://partner.invalid"
"""Stands in an account whose partner takes no answers."""

REPEATABLE = True

REPLY_CREATED = "reply.created"

_HEADERS = ("webhook-id", "webhook-timestamp", "webhook-signature")


class UnsignedDeliveryError(UntrustedDeliveryError):
    """No signature that fits, or none that fits now: the answer that Standard Webhooks' senders know."""

    status = 401


def handshake(account: ChannelAccount, secrets: Mapping[str, str], query: Query, now: datetime) -> str:  # noqa: ARG001
    """Standard Webhooks know no handshake. Raises `MalformedDeliveryError`."""
    raise MalformedDeliveryError("handshake_unknown", account_id=account.id)


def verify(
    account: ChannelAccount,
    secrets: Mapping[str, str],
    query: Query,  # noqa: ARG001 - nothing is in the query
    body: bytes,
    now: datetime,
    *,
    headers: Headers = NO_HEADERS,
) -> Verified:
    """Check a delivery. Raises `RefusedDeliveryError`.

    It is signed by `secret` or, while a partner changes over, by `previous_secret`.
    """
    keys = _keys(secrets, account.id)
    if not all(name in headers for name in _HEADERS):
        raise UnsignedDeliveryError("header_missing")
    message_id = single_header(headers, "webhook-id")
    timestamp = single_header(headers, "webhook-timestamp")
    given = single_header(headers, "webhook-signature", max_length=MAX_SIGNATURES_LENGTH).split(" ")
    expected = _signatures(keys, message_id, timestamp, body)
    # A dot in the id would let bytes move between id and time.
    if "." in message_id or not any(hmac.compare_digest(one, ours) for one in given for ours in expected):
        raise UnsignedDeliveryError("signature_wrong")
    try:
        check_fresh(timestamp, now, digits=10)
    except UntrustedDeliveryError as error:
        raise UnsignedDeliveryError(error.code) from error
    object_of(body)
    return Verified(signature=expected[0], covers_body=True, query={}, headers={"webhook-id": message_id})


def _keys(secrets: Mapping[str, str], account_id: str) -> list[bytes]:
    """The secrets' bytes, the current one first. Raises `AccountMisconfiguredError`."""
    written = [secret_field(secrets, "secret", account_id)]
    if secrets.get("previous_secret"):
        written.append(secrets["previous_secret"])
    return [_key(secret, account_id) for secret in written]


def _key(secret: str, account_id: str) -> bytes:
    try:
        key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except ValueError as error:
        raise AccountMisconfiguredError("secret_field_malformed", account_id=account_id, field="secret") from error
    if not 24 <= len(key) <= 64:
        raise AccountMisconfiguredError("secret_field_malformed", account_id=account_id, field="secret")
    return key


def parse(account: ChannelAccount, secrets: Mapping[str, str], delivery: RawDelivery) -> tuple[Message, ...]:  # noqa: ARG001
    """The message of a verified delivery. Raises `RefusedDeliveryError` where it is none."""
    from jiesu.channels.partner_payload import messages_of  # noqa: PLC0415 - pydantic, which the webhook must not pay for

    return messages_of(account, object_of(delivery.body), delivery)


def text_refusal(text: str) -> str | None:
    """Why we would not send `text`: a reason code, or None."""
    return TEXT_TOO_LONG if len(text) > MAX_REPLY_CHARACTERS else None


def token_source(account: ChannelAccount, secrets: Mapping[str, str]) -> str | TokenRequest:
    """What proves to a partner who speaks: the secrets that sign, the current one first, parted by blanks.

    Raises `NoReplyWayError` for a partner without an address for answers, and `AccountMisconfiguredError`.
    """
    if account.api_base == NO_ADDRESS:
        raise NoReplyWayError(PARTNER_HAS_NO_REPLY)
    current = secret_field(secrets, "reply_secret", account.id)
    return " ".join(filter(None, (current, secrets.get("previous_reply_secret"))))


def reply_call(account: ChannelAccount, access_token: str, reply: OutgoingReply) -> OutgoingCall:
    """`reply.created`, signed by every secret of `token_source`; the account's `api_base` is the partner's address for it."""
    data = {"id": reply.id, "citizen_id": reply.citizen_id, "text": reply.text, "post_url": reply.handle}
    said = {name: value for name, value in data.items() if value is not None}
    body = json.dumps({"type": REPLY_CREATED, "timestamp": reply.at.isoformat(), "data": said}, ensure_ascii=False).encode()
    # A dot would let bytes move between id and time.
    message_id, timestamp = reply.id.replace(".", "-"), str(int(reply.at.timestamp()))
    keys = [_key(secret, account.id) for secret in access_token.split(" ")]
    return OutgoingCall(
        method="POST",
        url=account.api_base,
        headers={
            "Content-Type": "application/json",
            "webhook-id": message_id,
            "webhook-timestamp": timestamp,
            "webhook-signature": " ".join(_signatures(keys, message_id, timestamp, body)),
        },
        body=body,
    )


def read_answer(answer: PlatformAnswer) -> SendOutcome:
    """What a partner says to a reply, by its status alone. Whatever may pass is worth another try: the reply has an id."""
    if 200 <= answer.status < 300:
        return SendOutcome(result=SendResult.SENT)
    if answer.status == HTTPStatus.UNAUTHORIZED:
        return SendOutcome(result=SendResult.REFRESH_TOKEN, reason=TOKEN_REJECTED)
    if answer.status == HTTPStatus.GONE:
        return SendOutcome(result=SendResult.GIVE_TO_PERSON, reason=PARTNER_HAS_NO_REPLY)
    if answer.status >= 500 or answer.status in (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS):
        return SendOutcome(result=SendResult.RETRY, reason=PLATFORM_BUSY)
    return SendOutcome(result=SendResult.GIVE_TO_PERSON, reason=f"refused:http_{answer.status}")


def _signatures(keys: Iterable[bytes], message_id: str, timestamp: str, body: bytes) -> list[str]:
    signed = b".".join((message_id.encode(), timestamp.encode(), body))
    return [f"v1,{base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()}" for key in keys]
