"""Deliveries as Douyin makes them, in its own wire format. What signs here is the platform; the office only checks.

https://developer.open-douyin.com/docs/resource/zh-CN/dop/develop/webhooks/summarize
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime


def signature(client_secret: str, body: bytes) -> str:
    """The value of `X-Douyin-Signature`."""
    return hashlib.sha1(client_secret.encode() + body, usedforsecurity=False).hexdigest()


def signed_delivery(
    account_secrets: Mapping[str, str], payload: Mapping[str, object], *, message_id: str
) -> tuple[dict[str, str], bytes, dict[str, str]]:
    """Query (empty), body and headers of one push; no time is signed."""
    body = json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
    return (
        {},
        body,
        {
            "Content-Type": "application/json",
            "X-Douyin-Signature": signature(account_secrets["client_secret"], body),
            "Msg-Id": message_id,
        },
    )


def challenge(value: int) -> dict[str, object]:
    """The question whether the address is the office's; nothing is known of a signature on it."""
    return {"event": "verify_webhook", "client_key": "", "content": {"challenge": value}}


def private_message(
    *, open_id: str, account_id: str, client_key: str, text: str, message_id: str, sent_at: datetime
) -> dict[str, object]:
    """A private message in words."""
    return {
        "event": "im_receive_msg",
        "client_key": client_key,
        "from_user_id": open_id,
        "to_user_id": account_id,
        "content": {
            "conversation_short_id": f"@conversation/{open_id}==",
            "server_message_id": f"@message/{message_id}==",
            "conversation_type": 1,
            "create_time": int(sent_at.timestamp() * 1000),
            "message_type": "text",
            "source": "",
            "scene_type": 100,
            "text": text,
        },
    }
