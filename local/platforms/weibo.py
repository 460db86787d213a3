"""Deliveries as Weibo makes them, in its own wire format. What signs here is the platform; the office only checks.

http://open.weibo.com/wiki/Messages_api_start, http://open.weibo.com/wiki/Receive_General_Message
"""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone

from jiesu.channels.signature import sign

BEIJING = timezone(timedelta(hours=8))

HEADERS = {"Content-Type": "application/json; charset=utf-8"}


def signed_query(account_secrets: Mapping[str, str], *, timestamp: datetime, nonce: str) -> dict[str, str]:
    """The query of every call; the time is in milliseconds."""
    milliseconds = str(int(timestamp.timestamp() * 1000))
    signature = sign(account_secrets["app_secret"], milliseconds, nonce)
    return {"signature": signature, "timestamp": milliseconds, "nonce": nonce}


def signed_delivery(
    account_secrets: Mapping[str, str], payload: Mapping[str, object], *, timestamp: datetime, nonce: str
) -> tuple[dict[str, str], bytes, dict[str, str]]:
    """Query, body and headers of one push. The body is not part of the signature."""
    body = json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
    return signed_query(account_secrets, timestamp=timestamp, nonce=nonce), body, dict(HEADERS)


def signed_handshake(account_secrets: Mapping[str, str], *, echostr: str, timestamp: datetime, nonce: str) -> dict[str, str]:
    """The query of the call with which Weibo asks whether the address is the office's."""
    return {**signed_query(account_secrets, timestamp=timestamp, nonce=nonce), "echostr": echostr}


def private_message(*, sender_id: str, receiver_id: str, text: str, sent_at: datetime) -> dict[str, object]:
    """A private message in words."""
    return _push("text", sender_id=sender_id, receiver_id=receiver_id, text=text, sent_at=sent_at, data={})


def private_media(*, kind: str, sender_id: str, receiver_id: str, file_id: int, sent_at: datetime) -> dict[str, object]:
    """A picture (`image`) or a voice message (`voice`); the text is Weibo's own."""
    text = {"image": "发了一张图片", "voice": "发了一个语音消息"}[kind]
    data = {"vfid": file_id, "tovfid": file_id + 1}
    return _push(kind, sender_id=sender_id, receiver_id=receiver_id, text=text, sent_at=sent_at, data=data)


def mention(
    *, sender_id: str, receiver_id: str, text: str, post_id: str, sent_at: datetime, in_comment: bool = False
) -> dict[str, object]:
    """An @ in a post or in a comment; `post_id` is the id of that post or comment."""
    data = {"subtype": "comment" if in_comment else "status", "key": post_id}
    return _push("mention", sender_id=sender_id, receiver_id=receiver_id, text=text, sent_at=sent_at, data=data)


def event(*, subtype: str, sender_id: str, receiver_id: str, sent_at: datetime) -> dict[str, object]:
    """`follow`, `unfollow`, `subscribe` or `unsubscribe`."""
    text = {"follow": "关注事件消息", "unfollow": "取消关注事件消息"}.get(subtype, "订阅事件消息")
    return _push("event", sender_id=sender_id, receiver_id=receiver_id, text=text, sent_at=sent_at, data={"subtype": subtype})


def _push(
    kind: str, *, sender_id: str, receiver_id: str, text: str, sent_at: datetime, data: Mapping[str, object]
) -> dict[str, object]:
    return {
        "type": kind,
        "receiver_id": int(receiver_id),
        "sender_id": int(sender_id),
        "created_at": sent_at.astimezone(BEIJING).strftime("%a %b %d %H:%M:%S %z %Y"),
        "text": text,
        "data": dict(data),
    }
