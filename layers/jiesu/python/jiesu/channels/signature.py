"""The signature that Weibo and WeChat share, and the age at which one is no longer believed."""

import hashlib
import hmac
from datetime import datetime, timedelta

from jiesu.channels.delivery import MalformedDeliveryError, UntrustedDeliveryError

TOLERANCE = timedelta(minutes=5)
"""How far a signed time may lie from ours, either way."""


def sign(*parts: str) -> str:
    """SHA-1 in hex over the parts in dictionary order, joined.

    Both platforms prescribe it: https://open.weibo.com/wiki/Messages_api_start and
    https://developers.weixin.qq.com/doc/service/guide/dev/push/encryption.html
    """
    return hashlib.sha1("".join(sorted(parts)).encode(), usedforsecurity=False).hexdigest()


def check_signature(given: str, expected: str) -> None:
    """Raises `UntrustedDeliveryError` where they differ; takes the same time wherever they do."""
    if not hmac.compare_digest(given.encode(), expected.encode()):
        raise UntrustedDeliveryError("signature_wrong")


def check_fresh(timestamp: str, now: datetime, *, digits: int) -> None:
    """Refuse a signed time that is too far from `now`: 10 digits are seconds, 13 are milliseconds.

    The number of digits is checked because the signature does not know where the time ends: it
    covers the parts joined, so digits could be moved between time and nonce without breaking it.
    """
    if len(timestamp) != digits or not timestamp.isascii() or not timestamp.isdigit():
        raise MalformedDeliveryError("timestamp_malformed")
    seconds = int(timestamp) / 10 ** (digits - 10)
    if abs(now.timestamp() - seconds) > TOLERANCE.total_seconds():
        raise UntrustedDeliveryError("timestamp_stale")
