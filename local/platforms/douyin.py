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
    return _pushed(
        "im_receive_msg",
        from_user_id=open_id,
        to_user_id=account_id,
        client_key=client_key,
        content=_content("text", f"@conversation/{open_id}==", f"@message/{message_id}==", sent_at, text=text),
    )


def private_file(
    *, kind: str, open_id: str, account_id: str, client_key: str, message_id: str, sent_at: datetime
) -> dict[str, object]:
    """A picture (`image`) or film (`video`) of the citizen's own; where it lies must be asked for."""
    return _pushed(
        "im_receive_msg",
        from_user_id=open_id,
        to_user_id=account_id,
        client_key=client_key,
        content=_content(f"user_local_{kind}", f"@conversation/{open_id}==", f"@message/{message_id}==", sent_at),
    )


def comment(*, open_id: str, client_key: str, text: str, comment_id: str, sent_at: datetime) -> dict[str, object]:
    """A comment under a film of the office's."""
    content = {
        "comment_id": f"@comment/{comment_id}==",
        "comment_user_id": open_id,
        "content": text,
        "create_time": int(sent_at.timestamp()),
        "digg_count": 0,
        "reply_comment_total": 0,
        "reply_to_comment_id": "",
        "reply_to_item_id": "@item/1==",
        "at_user_id": "",
    }
    return _pushed("item_comment_reply", from_user_id=open_id, to_user_id="", client_key=client_key, content=content)


def echo(
    *, open_id: str, account_id: str, client_key: str, text: str, conversation_id: str, message_id: str, sent_at: datetime
) -> dict[str, object]:
    """The office's own private message, as it comes back."""
    return _pushed(
        "im_send_msg",
        from_user_id=account_id,
        to_user_id=open_id,
        client_key=client_key,
        content=_content("text", conversation_id, message_id, sent_at, text=text),
    )


def _pushed(
    event: str, *, from_user_id: str, to_user_id: str, client_key: str, content: Mapping[str, object]
) -> dict[str, object]:
    return {
        "event": event,
        "client_key": client_key,
        "from_user_id": from_user_id,
        "to_user_id": to_user_id,
        "content": dict(content),
    }


def _content(message_type: str, conversation_id: str, message_id: str, sent_at: datetime, **more: object) -> Mapping[str, object]:
    return {
        "conversation_short_id": conversation_id,
        "server_message_id": message_id,
        "conversation_type": 1,
        "create_time": int(sent_at.timestamp() * 1000),
        "message_type": message_type,
        "source": "",
        "scene_type": 100,
        **more,
    }
