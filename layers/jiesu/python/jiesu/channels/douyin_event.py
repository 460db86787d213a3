"""What an event of Douyin is about, and how a message that can be answered is named.

https://developer.open-douyin.com/docs/resource/zh-CN/dop/develop/webhooks/event-list
"""

from collections.abc import Mapping

from jiesu.channels.delivery import MalformedDeliveryError, object_of


def content_of(pushed: Mapping[str, object]) -> Mapping[str, object]:
    """What an event is about: an object, or the same as JSON in a text. Raises `MalformedDeliveryError`."""
    content = pushed.get("content")
    if isinstance(content, str):
        return object_of(content.encode("utf-8", "surrogatepass")) if content else {}
    if content is None:
        return {}
    if not isinstance(content, dict):
        raise MalformedDeliveryError("content_malformed")
    return content


def reply_handle(conversation_id: str, message_id: str) -> str:
    """What an answer must name, in one text. Both ids are base 64 with `@`, so a blank parts them."""
    return f"{conversation_id} {message_id}"


def parts_of_handle(handle: str) -> tuple[str, str] | None:
    """The conversation and the message that `reply_handle` named; None where `handle` names no private message."""
    conversation_id, blank, message_id = handle.partition(" ")
    return (conversation_id, message_id) if blank else None
