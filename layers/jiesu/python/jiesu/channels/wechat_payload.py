"""What WeChat pushes, field by field, and the `Message` that it is.

https://developers.weixin.qq.com/doc/offiaccount/Message_Management/Receiving_standard_messages.html
and https://developers.weixin.qq.com/doc/offiaccount/Message_Management/Receiving_event_pushes.html
"""

import hashlib
import json
from datetime import UTC, datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from jiesu.channels.delivery import MalformedDeliveryError, UntrustedDeliveryError
from jiesu.channels.readable import degrees, web_address
from jiesu.channels.wechat_xml import fields_of, leaves_of
from jiesu.model.message import ChannelAccount, Media, Message, PlatformEvent, Position
from jiesu.model.words import ContentType, MessageKind, Platform

_Name = Annotated[str, Field(min_length=1, max_length=128)]


class _Push(BaseModel):
    """All fields of all types that are used; each type fills some. Texts, as XML has them."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    to_user_name: _Name = Field(alias="ToUserName")
    from_user_name: _Name = Field(alias="FromUserName")
    create_time: Annotated[int, Field(ge=0, le=4_102_444_800)] = Field(alias="CreateTime")
    msg_type: _Name = Field(alias="MsgType")
    msg_id: str = Field(alias="MsgId", default="")
    content: str = Field(alias="Content", default="")
    media_id: str = Field(alias="MediaId", default="")
    pic_url: str = Field(alias="PicUrl", default="")
    recognition: str = Field(alias="Recognition", default="")
    latitude: str = Field(alias="Location_X", default="")
    longitude: str = Field(alias="Location_Y", default="")
    label: str = Field(alias="Label", default="")
    title: str = Field(alias="Title", default="")
    description: str = Field(alias="Description", default="")
    url: str = Field(alias="Url", default="")
    event: str = Field(alias="Event", default="")
    event_key: str = Field(alias="EventKey", default="")


_TYPES = {
    "text": ContentType.TEXT,
    "image": ContentType.IMAGE,
    "voice": ContentType.VOICE,
    "video": ContentType.VIDEO,
    "shortvideo": ContentType.VIDEO,
    "location": ContentType.LOCATION,
    "link": ContentType.LINK,
    "event": ContentType.EVENT,
}


def messages_of(account: ChannelAccount, document: bytes, received_at: datetime) -> tuple[Message, ...]:
    """The message of one opened push.

    Raises `MalformedDeliveryError`, or `UntrustedDeliveryError` where it is for another account.
    """
    try:
        push = _Push.model_validate(fields_of(document))
    except ValidationError as error:
        raise MalformedDeliveryError("payload_malformed", account_id=account.id) from error
    if push.to_user_name != account.external_id:
        raise UntrustedDeliveryError("receiver_wrong", account_id=account.id)
    content_type = _TYPES.get(push.msg_type, ContentType.UNKNOWN)
    event = _event(push, document) if content_type is ContentType.EVENT else None
    return (
        Message(
            id=_message_id(account, push, event),
            platform=Platform.WECHAT,
            account_id=account.id,
            citizen_id=push.from_user_name,
            kind=MessageKind.PRIVATE,
            content_type=content_type,
            text=_text(content_type, push),
            sent_at=datetime.fromtimestamp(push.create_time, UTC),
            received_at=received_at,
            media=_media(content_type, push),
            position=_position(push) if content_type is ContentType.LOCATION else None,
            event=event,
        ),
    )


_ENVELOPE = frozenset({"ToUserName", "FromUserName", "CreateTime", "MsgType", "Event"})


def _event(push: _Push, document: bytes) -> PlatformEvent:
    """What is reported: of a job (`PUBLISHJOBFINISH`, `MASSSENDJOBFINISH`, `TEMPLATESENDJOBFINISH`), how it ended.

    https://developers.weixin.qq.com/doc/offiaccount/Publish/Callback_on_finish.html
    """
    return PlatformEvent(
        name=push.event, fields=tuple((place, said) for place, said in leaves_of(document) if place not in _ENVELOPE)
    )


def _message_id(account: ChannelAccount, push: _Push, event: PlatformEvent | None) -> str:
    """WeChat's own advice: `MsgId`, and for events, which have none, sender and time.

    Two events can share a second, two jobs of the same kind too: what an event says is part of its id.
    """
    parts: list[object] = [push.from_user_name, push.create_time, push.msg_type, push.event]
    if push.msg_id:
        parts = [push.msg_id]
    elif event is not None and event.fields:
        parts.append(event.fields)
    said = json.dumps([account.id, *parts], separators=(",", ":"))
    return f"wechat:{hashlib.sha256(said.encode()).hexdigest()}"


def _text(content_type: ContentType, push: _Push) -> str:
    """What a reader should see of a message; of a voice message what WeChat heard in it, if it says so."""
    match content_type:
        case ContentType.VOICE:
            return push.recognition
        case ContentType.LOCATION:
            return push.label
        case ContentType.LINK:
            return "\n".join(part for part in (push.title, push.description, web_address(push.url)) if part)
        case ContentType.EVENT:
            return " ".join(part for part in (push.event, push.event_key) if part)
        case _:
            return push.content


def _media(content_type: ContentType, push: _Push) -> tuple[Media, ...]:
    if content_type not in (ContentType.IMAGE, ContentType.VOICE, ContentType.VIDEO):
        return ()
    return (Media(content_type=content_type, media_id=push.media_id, url=web_address(push.pic_url)),)


def _position(push: _Push) -> Position | None:
    """`Location_X` is the latitude."""
    latitude, longitude = degrees(push.latitude, 90), degrees(push.longitude, 180)
    if latitude is None or longitude is None:
        return None
    return Position(latitude=latitude, longitude=longitude, label=push.label)
