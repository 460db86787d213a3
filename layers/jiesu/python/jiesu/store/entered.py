"""Messages that came by no webhook, as they wait in the inbox: a telephone note, a letter, a row of a file."""

import json

from pydantic import ValidationError

from jiesu.model.errors import PermanentError
from jiesu.model.message import Message
from jiesu.store.codec import dumps, loads
from jiesu.store.keys import instant

KIND = "MessageEntered"


def to_queue_body(message: Message) -> str:
    """The `MessageEntered` message of the inbox queue."""
    envelope = {
        "type": KIND,
        "version": 1,
        "id": message.id,
        "occurred_at": instant(message.received_at),
        "correlation_id": message.id,
        "message": json.loads(dumps(message)),
    }
    return json.dumps(envelope, ensure_ascii=False)


def is_entered(queue_body: str) -> bool:
    """Whether an inbox message is of this kind; one that cannot be read is not."""
    try:
        content = json.loads(queue_body)
    except ValueError:
        return False
    return isinstance(content, dict) and content.get("type") == KIND


def from_queue_body(queue_body: str) -> Message:
    """What `to_queue_body` wrote. Raises `PermanentError` for anything else."""
    try:
        return loads(Message, json.dumps(json.loads(queue_body)["message"]))
    except (ValidationError, ValueError, KeyError, TypeError) as error:
        raise PermanentError("entered_message_malformed") from error
