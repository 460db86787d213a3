"""What Weibo pushes, field by field, and the `Message` that it is.

http://open.weibo.com/wiki/Receive_General_Message and http://open.weibo.com/wiki/Receive_Event_Push.
Weibo says of types to come: unknown ones may be ignored. They are kept, as `ContentType.UNKNOWN`.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from jiesu.channels.delivery import MalformedDeliveryError, UntrustedDeliveryError
from jiesu.channels.readable import degrees, readable
from jiesu.model.message import ChannelAccount, Media, Message, Position
from jiesu.model.words import ContentType, MessageKind, Platform


def weibo_id(value: object) -> str:
    """Weibo's int64 ids come as numbers and as texts; as numbers they would lose digits in a browser."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise ValueError("not an id")  # noqa: TRY004 - pydantic reads ValueError
    digits = str(value)
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 20):
        raise ValueError("not an id")
    return digits


def weibo_time(value: object) -> datetime:
    """`Mon Jul 16 18:09:20 +0800 2012` in UTC."""
    if not isinstance(value, str):
        raise ValueError("not a time")  # noqa: TRY004 - pydantic reads ValueError
    at = datetime.strptime(value, "%a %b %d %H:%M:%S %z %Y")
    if not 2009 <= at.year <= 2100:  # before Weibo, or where conversion to UTC leaves the calendar
        raise ValueError("not a time of Weibo's")
    return at.astimezone(UTC)


def _text(value: object) -> object:
    return "" if value is None else readable(value) if isinstance(value, str) else value


def _data(value: object) -> object:
    """An empty object comes from PHP as an empty list as often as not."""
    return value if isinstance(value, dict) else {}


class _Push(BaseModel):
    """The fields that all pushes share. `data` depends on the type."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    type: Annotated[str, Field(max_length=64)]
    receiver_id: Annotated[str, BeforeValidator(weibo_id)]
    sender_id: Annotated[str, BeforeValidator(weibo_id)]
    created_at: Annotated[datetime, BeforeValidator(weibo_time)]
    text: Annotated[str, BeforeValidator(_text)] = ""
    data: Annotated[dict[str, Any], BeforeValidator(_data)] = Field(default_factory=dict)


_PRIVATE_TYPES = {
    "text": ContentType.TEXT,
    "image": ContentType.IMAGE,
    "voice": ContentType.VOICE,
    "position": ContentType.LOCATION,
    "event": ContentType.EVENT,
}


def messages_of(account: ChannelAccount, pushed: Mapping[str, object], received_at: datetime) -> tuple[Message, ...]:
    """The message of one push. Raises `MalformedDeliveryError`, or `UntrustedDeliveryError` where it is for another account."""
    try:
        push = _Push.model_validate(pushed)
    except ValidationError as error:
        raise MalformedDeliveryError("payload_malformed", account_id=account.id) from error
    if push.receiver_id != account.external_id:
        raise UntrustedDeliveryError("receiver_wrong", account_id=account.id)
    mention = push.type == "mention"
    subtype = push.data.get("subtype")
    if mention:
        content_type = ContentType.TEXT if subtype in ("status", "comment") else ContentType.UNKNOWN
    else:
        content_type = _PRIVATE_TYPES.get(push.type, ContentType.UNKNOWN)
    return (
        Message(
            id=_message_id(account, pushed),
            platform=Platform.WEIBO,
            account_id=account.id,
            citizen_id=push.sender_id,
            kind=MessageKind.MENTION if mention else MessageKind.PRIVATE,
            content_type=content_type,
            text=push.text,
            sent_at=push.created_at,
            received_at=received_at,
            post_id=_handle(push.data.get("key")) if mention else None,
            post_is_comment=mention and subtype == "comment",
            media=_media(content_type, push.data),
            position=_position(push.data) if content_type is ContentType.LOCATION else None,
        ),
    )


def _message_id(account: ChannelAccount, pushed: Mapping[str, object]) -> str:
    """Weibo gives messages no id, and its times have whole seconds: everything that was sent makes the id.

    The account is part of it: one post may mention two accounts of the office.
    """
    parts = [account.id, *(pushed.get(name) for name in ("type", "sender_id", "created_at", "text", "data"))]
    try:
        said = json.dumps(parts, sort_keys=True, separators=(",", ":"))
    except RecursionError as error:
        raise MalformedDeliveryError("payload_malformed", account_id=account.id) from error
    return f"weibo:{hashlib.sha256(said.encode()).hexdigest()}"


def _handle(value: object) -> str | None:
    """The id of a post or a file, which the documentation calls a text and its samples write as a number."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    handle = str(value)
    return handle if handle.isascii() and handle.isalnum() and len(handle) <= 64 else None


def _media(content_type: ContentType, data: Mapping[str, Any]) -> tuple[Media, ...]:
    """`tovfid` is the receiver's handle of the file: `2/mss/msget` gives it to nobody else."""
    if content_type not in (ContentType.IMAGE, ContentType.VOICE):
        return ()
    media_id = _handle(data.get("tovfid"))
    return () if media_id is None else (Media(content_type=content_type, media_id=media_id),)


def _position(data: Mapping[str, Any]) -> Position | None:
    latitude, longitude = degrees(data.get("latitude"), 90), degrees(data.get("longitude"), 180)
    return None if latitude is None or longitude is None else Position(latitude=latitude, longitude=longitude)
