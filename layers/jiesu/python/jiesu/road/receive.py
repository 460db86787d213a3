"""From a platform's webhook to the inbox: the first stage of the road.

Verify, queue, answer: nothing else, for a platform waits five seconds and then calls again,
three times in all, and WeChat tells the citizen that the account is out of service. So:

    genuine                      200 in the platform's own terms, once the delivery is safe
    not genuine, or nonsense     4xx, nothing stored, counted by reason
    an outage of ours            the delivery is parked if it can be, else 503: the platform tries again

Every answer is plain text, whatever happens: a platform shows what it cannot read to the citizen.
Only a challenge is answered in JSON, by which Douyin learns that the address is ours.
"""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from jiesu.channels.delivery import (
    MAX_BODY_BYTES,
    NO_HEADERS,
    AccountMisconfiguredError,
    Challenge,
    Headers,
    MalformedDeliveryError,
    OversizedDeliveryError,
    Query,
    RawDelivery,
    RefusedDeliveryError,
    UnknownAccountError,
    Verified,
    to_queue_body,
)
from jiesu.channels.registry import channel_of
from jiesu.model.message import ChannelAccount
from jiesu.road.accounts import AccountBook
from jiesu.runtime.batch import said_safely
from jiesu.runtime.logging import logger
from jiesu.runtime.metrics import count
from jiesu.runtime.secrets import SecretBook
from jiesu.store.parking import ParkingStore
from jiesu.store.transient import ForgedReplayError, TransientStore

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

KEEP_SIGNATURES = timedelta(minutes=15)
"""A signature is believed from five minutes before its time to five after it. Kept longer, it cannot be used anew."""

INBOX_UNAVAILABLE = "inbox_unavailable"
"""The reason under which a delivery is parked that SQS would not take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookRequest:
    """One HTTP request to a webhook's address. `body` is None where the gateway's coding of it makes no sense."""

    method: str
    platform: str
    path_token: str
    query: Query
    body: bytes | None
    headers: Headers = field(default_factory=lambda: NO_HEADERS)


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookAnswer:
    """What the platform gets: plain text, unless it asked for JSON."""

    status: int
    body: str = ""
    media_type: str = "text/plain"

    def as_response(self) -> dict[str, Any]:
        """The form that API Gateway's proxy integration takes."""
        return {
            "statusCode": self.status,
            "headers": {"Content-Type": f"{self.media_type}; charset=utf-8", "X-Content-Type-Options": "nosniff"},
            "body": self.body,
        }


def request_of(event: Mapping[str, Any]) -> WebhookRequest:
    """The request in an API Gateway REST proxy event."""
    path = event.get("pathParameters") or {}
    return WebhookRequest(
        method=event["httpMethod"],
        platform=path.get("platform", ""),
        path_token=path.get("path_token", ""),
        query=event.get("multiValueQueryStringParameters") or {},
        body=_body_of(event.get("body") or "", base64_coded=bool(event.get("isBase64Encoded"))),
        headers=_headers_of(event.get("multiValueHeaders") or {}),
    )


def _headers_of(headers: Mapping[str, list[str] | None]) -> Headers:
    """Header names know no case: two spellings of one name are one header, given twice."""
    gathered: dict[str, list[str]] = {}
    for name, values in headers.items():
        gathered.setdefault(name.lower(), []).extend(values or [])
    return gathered


def _body_of(body: str, *, base64_coded: bool) -> bytes | None:
    try:
        return base64.b64decode(body, validate=True) if base64_coded else body.encode()
    except ValueError:
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookReceiver:
    """Takes the deliveries of all platforms."""

    accounts: AccountBook
    secrets: SecretBook
    transient: TransientStore
    parking: ParkingStore
    sqs: "SQSClient"
    inbox_queue_url: str

    def receive(self, request: WebhookRequest, now: datetime) -> WebhookAnswer:
        """Answer one request. Whatever a stranger sends, this raises nothing and answers no 5xx."""
        account: ChannelAccount | None = None
        try:
            account = self.accounts.at_address(request.platform, request.path_token, now)
            if account is None:
                raise UnknownAccountError("account_unknown")
            return self._receive_for(account, request, now)
        except RefusedDeliveryError as refusal:
            return _refused(account, refusal.code, refusal.status)
        except ForgedReplayError as forgery:
            return _refused(account, forgery.code, HTTPStatus.FORBIDDEN)
        except (BotoCoreError, ClientError, AccountMisconfiguredError) as error:
            logger.error("delivery deferred to the platform's retry", extra=said_safely(error))
            count("DeliveryDeferred", platform=_platform_of(account))
            return WebhookAnswer(status=HTTPStatus.SERVICE_UNAVAILABLE)

    def _receive_for(self, account: ChannelAccount, request: WebhookRequest, now: datetime) -> WebhookAnswer:
        channel = channel_of(account.platform)
        body = _checked(request.body)
        secrets = self.secrets.fields(account.secret_name)
        if request.method == "GET":
            return WebhookAnswer(status=HTTPStatus.OK, body=channel.handshake(account, secrets, request.query, now))
        verified = channel.verify(account, secrets, request.query, body, now, headers=request.headers)
        if isinstance(verified, Challenge):
            return WebhookAnswer(status=HTTPStatus.OK, body=verified.answer, media_type="application/json")
        self._refuse_forgery(account, verified, body, now)
        self._keep(
            RawDelivery(
                account_id=account.id,
                platform=account.platform,
                body=body,
                query=verified.query,
                received_at=now,
                headers=verified.headers,
            ),
            now,
        )
        count("DeliveryReceived", platform=account.platform)
        return WebhookAnswer(status=HTTPStatus.OK, body=channel.ACCEPTED)

    def _refuse_forgery(self, account: ChannelAccount, verified: Verified, body: bytes, now: datetime) -> None:
        """Where the body is not signed: one signature, one body.

        The same body again is the platform's retry, and is queued again too: the first attempt
        may have died between this write and the queue.
        """
        if not verified.covers_body:
            self.transient.remember_nonce(
                account_id=account.id,
                nonce=verified.signature,
                body_sha256=hashlib.sha256(body).hexdigest(),
                now=now,
                keep=KEEP_SIGNATURES,
            )

    def _keep(self, delivery: RawDelivery, now: datetime) -> None:
        """Queue the delivery, or park it for the sweeper to queue later."""
        queue_body = to_queue_body(delivery)
        try:
            self.sqs.send_message(QueueUrl=self.inbox_queue_url, MessageBody=queue_body)
        except (BotoCoreError, ClientError) as error:
            logger.error("delivery parked, the inbox did not take it", extra={"delivery_id": delivery.id, **said_safely(error)})
            self.parking.park(
                parked_id=delivery.id,
                reason=INBOX_UNAVAILABLE,
                body=queue_body.encode(),
                context={"queue": "inbox", "account_id": delivery.account_id},
                now=now,
            )
            count("DeliveryParked", platform=delivery.platform)


def _checked(body: bytes | None) -> bytes:
    if body is None:
        raise MalformedDeliveryError("body_coding_malformed")
    if len(body) > MAX_BODY_BYTES:
        raise OversizedDeliveryError("body_oversized")
    return body


def _refused(account: ChannelAccount | None, reason: str, status: int) -> WebhookAnswer:
    count("DeliveryRefused", platform=_platform_of(account), reason=reason)
    return WebhookAnswer(status=status)


def _platform_of(account: ChannelAccount | None) -> str:
    """For a dimension, so never what a stranger wrote into an address."""
    return "unknown" if account is None else account.platform
