"""A delivery as a platform made it: what is kept of it, how it lies in the inbox queue, how it is refused.

Everything here runs before anybody is trusted, in the function whose cold start a citizen could
notice: standard library only.
"""

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from jiesu.model.errors import PermanentError
from jiesu.model.words import Platform

MAX_BODY_BYTES = 128 * 1024
"""Far above what any platform sends; in base 64 it still fits an SQS message of 256 KiB."""

Query = Mapping[str, Sequence[str]]
"""Query parameters as they came: a name may stand there more than once."""

Headers = Mapping[str, Sequence[str]]
"""Request headers as they came, by their names in small letters: a name may stand there more than once."""

NO_HEADERS: Headers = {}


class RefusedDeliveryError(PermanentError):
    """A delivery is not taken; `code` names the rule and `status` is the HTTP status that the platform gets."""

    status: ClassVar[int] = 400


class MalformedDeliveryError(RefusedDeliveryError):
    """The delivery is not what the platform's documentation describes."""

    status = 400


class OversizedDeliveryError(RefusedDeliveryError):
    """The body is larger than `MAX_BODY_BYTES`."""

    status = 413


class UntrustedDeliveryError(RefusedDeliveryError):
    """Nothing shows that the platform sent it, or that it sent it now."""

    status = 403


class UnknownAccountError(RefusedDeliveryError):
    """No channel account has this address."""

    status = 404


class AccountMisconfiguredError(PermanentError):
    """A channel account's secret lacks a field or holds nonsense: an operator must mend it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What is known of a delivery whose signature fits.

    `signature` is the one computed here. Where the platform does not sign the body
    (`covers_body` is False), it is what must tie this body to this call: see `weibo`.
    `query` holds the parameters that were checked, and no others; `headers` those that `parse` will need.
    """

    signature: str
    covers_body: bool
    query: Mapping[str, str]
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Challenge:
    """A POST that only asks whether this address is ours. It may be anybody's: it is answered, and nothing is kept."""

    answer: str
    """A JSON document."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RawDelivery:
    """One verified delivery, byte for byte, as it waits in the inbox."""

    account_id: str
    platform: Platform
    body: bytes
    query: Mapping[str, str]
    received_at: datetime
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """The same for every redelivery of the same bytes to the same account."""
        return hashlib.sha256(b"\0".join((self.account_id.encode(), self.body))).hexdigest()[:32]


def signed_parameters(query: Query, *, signature: str) -> dict[str, str]:
    """Time, nonce and the parameter that carries the signature; see `single`."""
    return {name: single(query, name) for name in (signature, "timestamp", "nonce")}


def single(query: Query, name: str) -> str:
    """The one value of a query parameter that is checked.

    Raises `MalformedDeliveryError` where it is missing, empty, repeated (each reader would be
    free to take another one), long, or not plain ASCII, which no platform's value ever is.
    """
    return _single(query.get(name, ()), "query", name, 256)


def single_header(headers: Headers, name: str, *, max_length: int = 256) -> str:
    """The one value of a request header that is checked; refused as `single` refuses."""
    return _single(headers.get(name, ()), "header", name, max_length)


def _single(values: Sequence[str], part: str, name: str, max_length: int) -> str:
    if len(values) != 1:
        raise MalformedDeliveryError(f"{part}_repeated" if values else f"{part}_missing", parameter=name)
    value = values[0]
    if not value or len(value) > max_length or not value.isascii() or not value.isprintable():
        raise MalformedDeliveryError(f"{part}_malformed", parameter=name)
    return value


def object_of(body: bytes) -> dict[str, object]:
    """The one JSON object that a body is, with nothing after it. Raises `MalformedDeliveryError`."""
    try:
        value = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError) as error:  # deep nesting overflows the decoder, long digits overflow an int
        raise MalformedDeliveryError("json_malformed") from error
    if not isinstance(value, dict):
        raise MalformedDeliveryError("json_not_an_object")
    return value


def secret_field(secrets: Mapping[str, str], name: str, account_id: str) -> str:
    """One field of an account's secret. An empty one would let anybody sign, so it counts as missing."""
    value = secrets.get(name, "")
    if not value:
        raise AccountMisconfiguredError("secret_field_missing", account_id=account_id, field=name)
    return value


def to_queue_body(delivery: RawDelivery) -> str:
    """The `DeliveryReceived` message of the inbox queue."""
    received_at = delivery.received_at.isoformat()
    return json.dumps(
        {
            "type": "DeliveryReceived",
            "version": 1,
            "id": delivery.id,
            "occurred_at": received_at,
            "correlation_id": delivery.id,
            "account_id": delivery.account_id,
            "platform": delivery.platform,
            "body_base64": base64.b64encode(delivery.body).decode("ascii"),
            "query": dict(delivery.query),
            "headers": dict(delivery.headers),
            "received_at": received_at,
        },
        ensure_ascii=False,
    )


def from_queue_body(body: str) -> RawDelivery:
    """What `to_queue_body` wrote. Raises `MalformedDeliveryError` for anything else."""
    try:
        fields = json.loads(body)
        if fields["type"] != "DeliveryReceived":
            raise MalformedDeliveryError("queue_message_unknown")
        received_at = datetime.fromisoformat(fields["received_at"])
        if received_at.tzinfo is None:
            raise MalformedDeliveryError("queue_message_malformed")
        return RawDelivery(
            account_id=str(fields["account_id"]),
            platform=Platform(fields["platform"]),
            body=base64.b64decode(fields["body_base64"], validate=True),
            query={str(name): str(value) for name, value in fields["query"].items()},
            received_at=received_at,
            headers={str(name): str(value) for name, value in fields.get("headers", {}).items()},
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise MalformedDeliveryError("queue_message_malformed") from error
