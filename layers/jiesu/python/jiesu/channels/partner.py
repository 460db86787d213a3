"""Partners: other police accounts, a district's platform, a mini-program, by Standard Webhooks.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
The payload is ours: `docs/channels.md`. Nothing can be answered through a partner, so an answer is
a person's task.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import NoReturn

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
    NoReplyWayError,
    OutgoingCall,
    PlatformAnswer,
    SendOutcome,
    TokenRequest,
    outcome_by_status,
)
from jiesu.channels.signature import check_fresh
from jiesu.model.message import ChannelAccount, Message

ACCEPTED = ""
"""Any 2xx counts."""

MAX_SIGNATURES_LENGTH = 2_048
"""Room for a dozen signatures: of old and new secrets, and of schemes that are not ours."""

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
    signed = b".".join((message_id.encode(), timestamp.encode(), body))
    expected = [f"v1,{base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()}" for key in keys]
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


def text_refusal(text: str) -> str | None:  # noqa: ARG001 - a person answers, and may say what they like
    """None: the office writes the answer down, and a person passes it on."""
    return None


def token_source(account: ChannelAccount, secrets: Mapping[str, str]) -> str | TokenRequest:  # noqa: ARG001
    """Raises `NoReplyWayError`: a partner takes no answers."""
    _refuse()


def reply_call(
    account: ChannelAccount,  # noqa: ARG001
    access_token: str,  # noqa: ARG001
    citizen_id: str,  # noqa: ARG001
    text: str,  # noqa: ARG001
    *,
    handle: str | None = None,  # noqa: ARG001
) -> OutgoingCall:
    """Raises `NoReplyWayError`, as `token_source` does before it."""
    _refuse()


def read_answer(answer: PlatformAnswer) -> SendOutcome:
    """Nothing is ever sent to a partner; an answer says no more than its status."""
    return outcome_by_status(answer.status)


def _refuse() -> NoReturn:
    raise NoReplyWayError(PARTNER_HAS_NO_REPLY)
