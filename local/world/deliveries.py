"""What a delivery tells its platform's memory: a citizen wrote to an account, followed it or left."""

import hashlib
import json
from datetime import UTC, datetime

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
        case other:
            raise ValueError(f"{other} pushes nothing")


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


def _ref(demo: DemoAccount, message: bytes) -> str:
    return f"{demo.account.id}:{hashlib.sha256(message).hexdigest()[:32]}"
