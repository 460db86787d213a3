"""What a delivery tells its platform's memory: a citizen wrote to an account, followed it or left."""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

from jiesu.channels.wechat import encrypted_of
from jiesu.channels.wechat_crypto import aes_key, decrypt
from jiesu.channels.wechat_xml import fields_of
from jiesu.model.words import Platform
from local.demo import DemoAccount
from local.world.exchanges import Exchange, ExchangeKind

_MOVES = {
    "follow": ExchangeKind.FOLLOWED,
    "subscribe": ExchangeKind.FOLLOWED,
    "unfollow": ExchangeKind.UNFOLLOWED,
    "unsubscribe": ExchangeKind.UNFOLLOWED,
}


def exchange_of(demo: DemoAccount, body: bytes) -> Exchange | None:
    """The exchange behind a delivery that the office took; None for a pressed menu or the like, which earns no reply.

    A redelivery gives the same `ref`: it says the same, however it is sealed.
    """
    match demo.account.platform:
        case Platform.WEIBO:
            return _weibo(demo, body)
        case Platform.WECHAT:
            key = aes_key(demo.secrets["encoding_aes_key"], demo.account.id)
            return _wechat(demo, decrypt(encrypted_of(body), key=key, app_id=demo.account.app_id))
        case Platform.DOUYIN:
            return _douyin(demo, json.loads(body))
        case Platform.PARTNER:
            return _partner(demo, json.loads(body))
        case other:
            raise ValueError(f"{other} pushes nothing")


def exchange_ref(demo: DemoAccount, message_id: str) -> str:
    """The `ref` of a message that has an id of its own."""
    return f"{demo.account.id}:{message_id}"


def _weibo(demo: DemoAccount, body: bytes) -> Exchange | None:
    push = json.loads(body)
    match push["type"]:
        case "mention":
            kind = ExchangeKind.MENTION
        case "event" if push["data"]["subtype"] in _MOVES:
            kind = _MOVES[push["data"]["subtype"]]
        case "event":
            return None
        case _:
            kind = ExchangeKind.PRIVATE
    return Exchange(
        ref=_ref(demo, body),
        at=datetime.strptime(push["created_at"], "%a %b %d %H:%M:%S %z %Y"),
        platform=Platform.WEIBO,
        account_id=demo.account.external_id,
        citizen_id=str(push["sender_id"]),
        kind=kind,
        text=str(push["text"]),
    )


def _wechat(demo: DemoAccount, message: bytes) -> Exchange | None:
    fields = fields_of(message)
    if fields["MsgType"] == "event":
        if fields["Event"] not in _MOVES:
            return None
        kind = _MOVES[fields["Event"]]
    else:
        kind = ExchangeKind.PRIVATE
    return Exchange(
        ref=_ref(demo, message),
        at=datetime.fromtimestamp(int(fields["CreateTime"]), UTC),
        platform=Platform.WECHAT,
        account_id=demo.account.external_id,
        citizen_id=fields["FromUserName"],
        kind=kind,
        text=fields.get("Content") or fields.get("Recognition") or fields.get("Label") or fields.get("Title") or "",
    )


def _douyin(demo: DemoAccount, push: dict[str, Any]) -> Exchange | None:
    content = push.get("content", {})
    match push["event"]:
        case "im_receive_msg":
            kind, citizen_id, message_id = ExchangeKind.PRIVATE, push["from_user_id"], content["server_message_id"]
        case "item_comment_reply":
            kind, citizen_id, message_id = ExchangeKind.COMMENT, content["comment_user_id"], content["comment_id"]
        case _:
            return None
    seconds = content["create_time"] / (1 if kind is ExchangeKind.COMMENT else 1000)
    return Exchange(
        ref=exchange_ref(demo, message_id),
        at=datetime.fromtimestamp(seconds, UTC),
        platform=Platform.DOUYIN,
        account_id=demo.account.external_id,
        citizen_id=citizen_id,
        kind=kind,
        text=content.get("text") or content.get("content") or "",
    )


def _partner(demo: DemoAccount, sent: dict[str, Any]) -> Exchange | None:
    if sent["type"] != "message.created":
        return None
    data = sent["data"]
    return Exchange(
        ref=exchange_ref(demo, data["id"]),
        at=datetime.fromisoformat(data["sent_at"]),
        platform=Platform.PARTNER,
        account_id=demo.account.external_id,
        citizen_id=data["citizen_id"],
        kind=ExchangeKind(data["kind"]),
        text=data["text"],
    )


def _ref(demo: DemoAccount, message: bytes) -> str:
    return f"{demo.account.id}:{hashlib.sha256(message).hexdigest()[:32]}"
