"""What the HTTP gateway says of an SMS after it took it. The contract is in `docs/sms-gateway.md`."""

import hashlib
import hmac
import json
from datetime import datetime, timedelta

from jiesu.model.errors import PermanentError
from jiesu.model.receipt import Receipt, ReceiptKind

GATEWAY = "http"

SIGNATURE_HEADER = "x-jiesu-signature"
TIMESTAMP_HEADER = "x-jiesu-timestamp"

TOLERANCE = timedelta(minutes=5)
"""How far the gateway's clock may be off. A repetition within it is harmless: a receipt counts once."""

_KINDS = {
    "delivered": ReceiptKind.DELIVERED,
    "delayed": ReceiptKind.DELAYED,
    "undelivered": ReceiptKind.SOFT_BOUNCE,
    "number_invalid": ReceiptKind.HARD_BOUNCE,
    "blocked": ReceiptKind.BLOCKED,
    "opted_out": ReceiptKind.OPTED_OUT,
}
"""The contract's `status`."""


def signature(key: bytes, timestamp: str, body: bytes) -> str:
    """What the gateway puts into `X-Jiesu-Signature`: HMAC-SHA256 over time and body, in hexadecimal."""
    return hmac.digest(key, timestamp.encode() + b"." + body, hashlib.sha256).hex()


def is_genuine(key: bytes, *, timestamp: str, signed: str, body: bytes, now: datetime) -> bool:
    """Whether a callback is the gateway's own, and of now. `timestamp` counts seconds since 1970."""
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        return False
    if abs(now.timestamp() - int(timestamp)) > TOLERANCE.total_seconds():
        return False
    return hmac.compare_digest(signature(key, timestamp, body).encode(), signed.encode())


def read_sms_receipt(body: str) -> Receipt:
    """The receipt in a callback. Raises `PermanentError`: `receipt_unknown` for another status, `receipt_malformed`."""
    try:
        said = json.loads(body)
        status, reference, at = said["status"], said["id"], datetime.fromisoformat(said["at"])
        code = str(said.get("code") or "")[:60]
        if not isinstance(reference, str) or at.tzinfo is None:
            raise PermanentError("receipt_malformed", provider=GATEWAY)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise PermanentError("receipt_malformed", provider=GATEWAY) from error
    if status not in _KINDS:
        raise PermanentError("receipt_unknown", provider=GATEWAY, word=str(status)[:40])
    return Receipt(provider=GATEWAY, reference=reference, kind=_KINDS[status], at=at, code=code)
