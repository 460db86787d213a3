"""The names of writers in MessagesTable: an item by which one message is found (`store/citizens.py` reads them)."""

from collections.abc import Mapping
from typing import Any

from jiesu.model.lookup import name_of
from jiesu.model.message import Message
from jiesu.store import keys
from jiesu.store.writes import put


def name_item(message: Message, name: str) -> dict[str, str] | None:
    """The item by which `message` is found under `name`; None where that is no name."""
    known = name_of(name)
    if not known:
        return None
    return {"pk": keys.name(known), "sk": keys.name_place(known, message.sent_at, message.id), **where(message)}


def put_trace(table_name: str, stored: Mapping[str, str]) -> Any:
    """The arguments of a put of an item by which a message is found: absent, or the same message's."""
    return put(table_name, stored, "attribute_not_exists(pk) OR #message = :message", message=stored["message"])


def where(message: Message) -> dict[str, str]:
    """Where a message lies."""
    return {"conversation": keys.conversation(message.conversation), "message": keys.message(message.sent_at, message.id)}
