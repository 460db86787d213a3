"""Deliveries as a partner makes them, by Standard Webhooks: the office's own payload, described in `docs/channels.md`."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime


def signature(secret: str, message_id: str, seconds: int, body: bytes) -> str:
    """One signature of the list in `webhook-signature`."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    digest = hmac.digest(key, b".".join((message_id.encode(), str(seconds).encode(), body)), hashlib.sha256)
    return f"v1,{base64.b64encode(digest).decode()}"


def signed_delivery(
    account_secrets: Mapping[str, str], payload: Mapping[str, object], *, timestamp: datetime, message_id: str
) -> tuple[dict[str, str], bytes, dict[str, str]]:
    """Query (empty), body and headers of one delivery."""
    body = json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
    seconds = int(timestamp.timestamp())
    return (
        {},
        body,
        {
            "Content-Type": "application/json",
            "webhook-id": message_id,
            "webhook-timestamp": str(seconds),
            "webhook-signature": signature(account_secrets["secret"], message_id, seconds, body),
        },
    )


def message(*, message_id: str, citizen_id: str, text: str, sent_at: datetime, kind: str = "private") -> dict[str, object]:
    """A citizen's message, passed on by the partner."""
    data = {"id": message_id, "citizen_id": citizen_id, "kind": kind, "text": text, "sent_at": sent_at.isoformat()}
    return {"type": "message.created", "timestamp": sent_at.isoformat(), "data": data}
