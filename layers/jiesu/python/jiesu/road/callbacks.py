"""The SMS gateway's callbacks: verified, queued, answered. What they mean is found out behind the queue.

genuine                        202, once it is queued
not signed, too old, too long  4xx, nothing stored
SQS does not take it           the error goes up, API Gateway answers 502, and the gateway calls again
"""

import base64
import binascii
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from jiesu.notices.sms_receipts import SIGNATURE_HEADER, TIMESTAMP_HEADER, is_genuine
from jiesu.runtime.metrics import count
from jiesu.store.keys import whole_second

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

MAX_BODY = 16_384


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptReceiver:
    """`key` is None where no gateway is configured. It is asked for at each callback, so that a rotated one is picked up."""

    sqs: "SQSClient"
    queue_url: str
    key: Callable[[], bytes | None]

    def receive(self, event: Mapping[str, Any], now: datetime) -> dict[str, Any]:
        """Answer one API Gateway proxy event."""
        key = self.key()
        if key is None:
            return _answer(HTTPStatus.NOT_FOUND)
        body = _body(event)
        if body is None or len(body) > MAX_BODY:
            return _refused("body", HTTPStatus.BAD_REQUEST)
        headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
        timestamp, signed = headers.get(TIMESTAMP_HEADER, ""), headers.get(SIGNATURE_HEADER, "")
        if not is_genuine(key, timestamp=timestamp, signed=signed, body=body, now=now):
            return _refused("signature", HTTPStatus.FORBIDDEN)
        queued = {
            "type": "SmsReceipt",
            "version": 1,
            "occurred_at": whole_second(now),
            "correlation_id": str((event.get("requestContext") or {}).get("requestId", "")),
            "body": body.decode("utf-8", "replace"),
        }
        self.sqs.send_message(QueueUrl=self.queue_url, MessageBody=json.dumps(queued, ensure_ascii=False))
        return _answer(HTTPStatus.ACCEPTED)


def _body(event: Mapping[str, Any]) -> bytes | None:
    body = event.get("body") or ""
    if not event.get("isBase64Encoded"):
        return str(body).encode()
    try:
        return base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError):
        return None


def _refused(why: str, status: HTTPStatus) -> dict[str, Any]:
    count("ReceiptRefused", reason=why)
    return _answer(status)


def _answer(status: HTTPStatus) -> dict[str, Any]:
    headers = {"Content-Type": "text/plain; charset=utf-8", "X-Content-Type-Options": "nosniff"}
    return {"statusCode": int(status), "headers": headers, "body": ""}
