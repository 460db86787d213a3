"""What Douyin pushes, field by field, and the `Message` that it is.

https://developer.open-douyin.com/docs/resource/zh-CN/dop/develop/webhooks/event-list. Events that
are no message, and messages of unknown types, are kept and rest.
"""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from jiesu.channels.delivery import MalformedDeliveryError, RawDelivery, UntrustedDeliveryError
from jiesu.channels.douyin_event import content_of, reply_handle
from jiesu.channels.douyin_public import comment_handle
from jiesu.channels.readable import readable, readable_line, web_address
from jiesu.model.message import ChannelAccount, Media, Message
from jiesu.model.words import ContentType, MessageKind, Platform


def _text(value: object) -> object:
    return "" if value is None else readable(value) if isinstance(value, str) else value


def _loose(value: object) -> str:
    """A field whose absence or shape must not cost a message."""
    return readable(value) if isinstance(value, str) and len(value) <= 2_048 else ""


def _id(value: object) -> str:
    """Open ids and message ids: base 64 with `@`, or a number."""
    text = "" if value is None else str(value) if isinstance(value, str | int) and not isinstance(value, bool) else "\0"
    if len(text) > 256 or not text.isascii() or not all(one.isprintable() and one != " " for one in text):
        raise ValueError("not an id")
    return text


def _card(value: object) -> tuple[tuple[str, str], ...]:
    rows = value if isinstance(value, list) else []
    pairs = [(row.get("label"), row.get("value")) for row in rows if isinstance(row, dict)]
    return tuple((readable(name), readable(said)) for name, said in pairs if isinstance(name, str) and isinstance(said, str))


def _names(value: object) -> tuple[tuple[str, str], ...]:
    """The people that `user_infos` tells of: the open id of each with its name."""
    rows = value if isinstance(value, list) else []
    return tuple((str(row.get("open_id")), readable_line(row.get("nick_name"))) for row in rows if isinstance(row, dict))


_Id = Annotated[str, BeforeValidator(_id)]
_Text = Annotated[str, BeforeValidator(_text)]
_Loose = Annotated[str, BeforeValidator(_loose)]


class _Envelope(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    event: Annotated[str, Field(min_length=1, max_length=64)]
    client_key: _Id = ""
    from_user_id: _Id = ""
    to_user_id: _Id = ""


class _Content(BaseModel):
    """The fields of all events together; which are there depends on the event."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    conversation_short_id: _Id = ""
    server_message_id: _Id = ""
    create_time: int | None = None
    message_type: _Loose = ""
    text: _Text = ""
    resource_url: _Loose = ""
    card_data: Annotated[tuple[tuple[str, str], ...], BeforeValidator(_card)] = ()
    user_infos: Annotated[tuple[tuple[str, str], ...], BeforeValidator(_names)] = ()
    comment_id: _Id = ""
    comment_user_id: _Id = ""
    reply_to_item_id: _Id = ""
    content: _Text = ""


_RECEIVED = frozenset({"im_receive_msg", "im_group_receive_msg", "receive_msg"})
_TYPES = {
    "text": ContentType.TEXT,
    "image": ContentType.IMAGE,
    "user_local_image": ContentType.IMAGE,
    "emoji": ContentType.IMAGE,
    "video": ContentType.VIDEO,
    "user_local_video": ContentType.VIDEO,
    "retain_consult_card": ContentType.TEXT,
}


def messages_of(account: ChannelAccount, pushed: Mapping[str, object], delivery: RawDelivery) -> tuple[Message, ...]:
    """The message of one push. Raises `MalformedDeliveryError`, or `UntrustedDeliveryError` where it is for another account."""
    try:
        envelope = _Envelope.model_validate(pushed)
        content = _Content.model_validate(content_of(pushed))
        sent_at = _time(content.create_time) or delivery.received_at
    except ValidationError as error:
        raise MalformedDeliveryError("payload_malformed", account_id=account.id) from error
    if envelope.client_key not in ("", account.app_id):
        raise UntrustedDeliveryError("receiver_wrong", account_id=account.id)
    common: dict[str, Any] = {
        "platform": Platform.DOUYIN,
        "account_id": account.id,
        "sent_at": sent_at,
        "received_at": delivery.received_at,
    }
    if envelope.event in _RECEIVED:
        return (_received(account, envelope, content, delivery, common),)
    if envelope.event == "item_comment_reply":
        return (
            Message(
                **common,
                id=_message_id(account, envelope.event, content.comment_id or _digest(delivery.body)),
                citizen_id=content.comment_user_id or "unknown",
                kind=MessageKind.COMMENT,
                content_type=ContentType.TEXT,
                text=content.content,
                post_id=(handle := comment_handle(content.reply_to_item_id, content.comment_id)),
                post_is_comment=handle is not None,
            ),
        )
    event_id = _message_id(account, envelope.event, content.server_message_id or _event_id(delivery))
    if envelope.event == "im_send_msg":
        return (
            Message(
                **common,
                id=event_id,
                citizen_id=envelope.to_user_id or "unknown",
                kind=MessageKind.PRIVATE,
                content_type=ContentType.ECHO,
                text=content.text,
                post_id=content.server_message_id or None,
            ),
        )
    return (
        Message(
            **common,
            id=event_id,
            citizen_id=envelope.from_user_id or "unknown",
            kind=MessageKind.PRIVATE,
            content_type=ContentType.EVENT,
            text=envelope.event,
        ),
    )


def _received(
    account: ChannelAccount, envelope: _Envelope, content: _Content, delivery: RawDelivery, common: Mapping[str, Any]
) -> Message:
    if envelope.to_user_id not in ("", account.external_id):
        raise UntrustedDeliveryError("receiver_wrong", account_id=account.id)
    content_type = _TYPES.get(content.message_type, ContentType.UNKNOWN)
    names_both = envelope.event == "im_receive_msg" and content.conversation_short_id and content.server_message_id
    handle = reply_handle(content.conversation_short_id, content.server_message_id) if names_both else None
    card = "\n".join(f"{label}：{value}" for label, value in content.card_data)
    url = web_address(content.resource_url) if content.resource_url.startswith("https://") else ""
    # Only what citizens took themselves can be asked for; `video` is a film that stands on Douyin.
    own_file = handle is not None and content.message_type in ("user_local_image", "user_local_video")
    has_file = content_type in (ContentType.IMAGE, ContentType.VIDEO) and (url or own_file)
    return Message(
        **common,
        id=_message_id(account, envelope.event, content.server_message_id or _digest(delivery.body)),
        citizen_id=envelope.from_user_id or "unknown",
        kind=MessageKind.PRIVATE,
        content_type=content_type,
        text=content.text or (card if content.message_type == "retain_consult_card" else ""),
        post_id=handle,
        media=(Media(content_type=content_type, media_id=handle or content.server_message_id, url=url),) if has_file else (),
        nickname=dict(content.user_infos).get(envelope.from_user_id, "") if envelope.from_user_id else "",
    )


def _message_id(account: ChannelAccount, event: str, own_id: str) -> str:
    said = "\0".join((account.id, event, own_id))
    return f"douyin:{hashlib.sha256(said.encode()).hexdigest()}"


def _event_id(delivery: RawDelivery) -> str:
    """`Msg-Id` is the same in every redelivery, but not signed, so it tells apart only events, which open no case."""
    return delivery.headers.get("msg-id") or _digest(delivery.body)


def _digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def _time(value: int | None) -> datetime | None:
    """Milliseconds in messages, seconds in comments and authorisations; None for what is neither."""
    if value is None:
        return None
    seconds = value / 1000 if value > 10**11 else value
    return datetime.fromtimestamp(seconds, UTC) if 1_262_304_000 <= seconds < 4_102_444_800 else None
