"""Deliveries as WeChat makes them in safe mode, in its own wire format. What seals and signs here is the platform.

https://developers.weixin.qq.com/doc/service/guide/dev/push/encryption.html
"""

import base64
import hashlib
from collections.abc import Mapping
from datetime import datetime

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.padding import PKCS7

from jiesu.channels.signature import sign

HEADERS = {"Content-Type": "text/xml; charset=utf-8"}


def encrypt(message: bytes, *, encoding_aes_key: str, app_id: str, random16: bytes) -> str:
    """`message` as it stands in `Encrypt`."""
    key = base64.b64decode(encoding_aes_key + "=")
    plain = random16 + len(message).to_bytes(4) + message + app_id.encode()
    padder = PKCS7(256).padder()
    padded = padder.update(plain) + padder.finalize()
    encryptor = Cipher(AES(key), CBC(key[:16])).encryptor()
    return base64.b64encode(encryptor.update(padded) + encryptor.finalize()).decode("ascii")


def signed_delivery(
    account_secrets: Mapping[str, str], payload: Mapping[str, str | int], *, app_id: str, timestamp: datetime, nonce: str
) -> tuple[dict[str, str], bytes, dict[str, str]]:
    """Query, body and headers of one push; `payload` holds the tags of the message, `ToUserName` among them.

    The sixteen random bytes come from the nonce, so that the same arguments make the same delivery.
    """
    return sealed_delivery(account_secrets, message_xml(payload), app_id=app_id, timestamp=timestamp, nonce=nonce)


def sealed_delivery(
    account_secrets: Mapping[str, str], message: bytes, *, app_id: str, timestamp: datetime, nonce: str
) -> tuple[dict[str, str], bytes, dict[str, str]]:
    """As `signed_delivery`, for a message that is written already."""
    encrypted = encrypt(
        message,
        encoding_aes_key=account_secrets["encoding_aes_key"],
        app_id=app_id,
        random16=hashlib.sha256(nonce.encode()).hexdigest()[:16].encode(),
    )
    seconds = str(int(timestamp.timestamp()))
    query = {
        "signature": sign(account_secrets["token"], seconds, nonce),
        "timestamp": seconds,
        "nonce": nonce,
        "encrypt_type": "aes",
        "msg_signature": sign(account_secrets["token"], seconds, nonce, encrypted),
    }
    return query, f"<xml><Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>".encode(), dict(HEADERS)


def signed_handshake(account_secrets: Mapping[str, str], *, echostr: str, timestamp: datetime, nonce: str) -> dict[str, str]:
    """The query of the call with which WeChat asks whether the address is the office's."""
    seconds = str(int(timestamp.timestamp()))
    signature = sign(account_secrets["token"], seconds, nonce)
    return {"signature": signature, "timestamp": seconds, "nonce": nonce, "echostr": echostr}


def message_xml(payload: Mapping[str, str | int]) -> bytes:
    """The message that is sealed: texts in CDATA, numbers bare."""
    tags = "".join(f"<{tag}>{value if isinstance(value, int) else _cdata(value)}</{tag}>\n" for tag, value in payload.items())
    return f"<xml>{tags}</xml>".encode()


def text_message(*, open_id: str, account_id: str, text: str, message_id: int, sent_at: datetime) -> dict[str, str | int]:
    """A message in words; `account_id` is the account's gh_ id."""
    return {**_head(open_id, account_id, sent_at, "text"), "Content": text, "MsgId": message_id}


def image_message(
    *, open_id: str, account_id: str, url: str, media_id: str, message_id: int, sent_at: datetime
) -> dict[str, str | int]:
    """A picture."""
    return {**_head(open_id, account_id, sent_at, "image"), "PicUrl": url, "MediaId": media_id, "MsgId": message_id}


def voice_message(
    *, open_id: str, account_id: str, media_id: str, recognition: str, message_id: int, sent_at: datetime
) -> dict[str, str | int]:
    """A voice message; `recognition` is what WeChat heard in it, if anything."""
    said = {"Format": "amr", "MediaId": media_id, "Recognition": recognition}
    return {**_head(open_id, account_id, sent_at, "voice"), **said, "MsgId": message_id}


def location_message(
    *, open_id: str, account_id: str, latitude: float, longitude: float, label: str, message_id: int, sent_at: datetime
) -> dict[str, str | int]:
    """A place on the map; `Location_X` is the latitude."""
    place: dict[str, str | int] = {"Location_X": str(latitude), "Location_Y": str(longitude), "Scale": 16, "Label": label}
    return {**_head(open_id, account_id, sent_at, "location"), **place, "MsgId": message_id}


def link_message(
    *, open_id: str, account_id: str, title: str, url: str, message_id: int, sent_at: datetime
) -> dict[str, str | int]:
    """A shared page."""
    page = {"Title": title, "Description": title, "Url": url}
    return {**_head(open_id, account_id, sent_at, "link"), **page, "MsgId": message_id}


def event(*, open_id: str, account_id: str, name: str, sent_at: datetime, key: str = "") -> dict[str, str | int]:
    """`subscribe`, `CLICK` and the like; `key` says which button or page. Events have no id."""
    return {**_head(open_id, account_id, sent_at, "event"), "Event": name, "EventKey": key}


def _head(open_id: str, account_id: str, sent_at: datetime, kind: str) -> dict[str, str | int]:
    return {"ToUserName": account_id, "FromUserName": open_id, "CreateTime": int(sent_at.timestamp()), "MsgType": kind}


def _cdata(text: str) -> str:
    """`]]>` inside a text ends one section and begins the next."""
    return f"<![CDATA[{text.replace(']]>', ']]]]><![CDATA[>')}]]>"
