"""What a partner sends, field by field, and the `Message` that it is: the payload that `docs/channels.md` describes."""

import hashlib
from collections.abc import Mapping
from datetime import UTC
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from jiesu.channels.delivery import MalformedDeliveryError, RawDelivery
from jiesu.channels.readable import readable, readable_line, web_address
from jiesu.model.message import ChannelAccount, Message
from jiesu.model.words import ContentType, MessageKind, Platform

CREATED = "message.created"


def _text(value: object) -> object:
    return "" if value is None else readable(value) if isinstance(value, str) else value


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    id: Annotated[str, BeforeValidator(_text), Field(min_length=1, max_length=128)]
    citizen_id: Annotated[str, BeforeValidator(_text), Field(min_length=1, max_length=128)]
    kind: MessageKind
    text: Annotated[str, BeforeValidator(_text), Field(max_length=20_000)]
    sent_at: AwareDatetime
    post_url: Annotated[str, BeforeValidator(_text), Field(max_length=2_048)] = ""
    citizen_name: Annotated[str, BeforeValidator(readable_line)] = ""


def messages_of(account: ChannelAccount, sent: Mapping[str, object], delivery: RawDelivery) -> tuple[Message, ...]:
    """The message of one delivery; one of a type that we do not know is kept as such. Raises `MalformedDeliveryError`."""
    if sent.get("type") != CREATED:
        return (_unknown(account, delivery),)
    try:
        data = _Data.model_validate(sent.get("data"))
        sent_at = data.sent_at.astimezone(UTC)
    except (ValidationError, OverflowError) as error:
        raise MalformedDeliveryError("payload_malformed", account_id=account.id) from error
    return (
        Message(
            # The partner's own id, not the delivery's: it must not depend on how often and by whom it was sent.
            id=_message_id(account, "data", data.id),
            platform=Platform.PARTNER,
            account_id=account.id,
            citizen_id=data.citizen_id,
            kind=data.kind,
            content_type=ContentType.TEXT,
            text=data.text,
            sent_at=sent_at,
            received_at=delivery.received_at,
            post_id=web_address(data.post_url) or None,
            nickname=data.citizen_name,
        ),
    )


def _unknown(account: ChannelAccount, delivery: RawDelivery) -> Message:
    return Message(
        id=_message_id(account, "delivery", delivery.headers.get("webhook-id") or delivery.id),
        platform=Platform.PARTNER,
        account_id=account.id,
        citizen_id="unknown",
        kind=MessageKind.PRIVATE,
        content_type=ContentType.UNKNOWN,
        text="",
        sent_at=delivery.received_at,
        received_at=delivery.received_at,
    )


def _message_id(account: ChannelAccount, of: str, own_id: str) -> str:
    said = "\0".join((account.id, of, own_id))
    return f"partner:{hashlib.sha256(said.encode()).hexdigest()}"
