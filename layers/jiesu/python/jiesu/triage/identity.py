"""By what a citizen is found again: the telephones that a message has, in one form however they are written."""

import re

from jiesu.model.message import Message
from jiesu.triage.extract.extraction import telephones

MOST_TELEPHONES = 10
"""Of one message. More are a list of somebody's, not the writer's."""

_FIXED = re.compile(r"(0(?:10|2\d|[3-9]\d\d))(\d{7,8})")


def telephones_of(message: Message) -> tuple[str, ...]:
    """The telephones in what `message` says, in how its writer can be reached, and in the name that was entered."""
    found = [number for one in (message.text, message.contact, message.nickname) for number in telephones(one)]
    return tuple(dict.fromkeys(found))[:MOST_TELEPHONES]


def telephone_typed(typed: str) -> str | None:
    """The one number that somebody types to look for it; None where it is none, or more than one."""
    # Eight digits are a telephone where something says that they are.
    found = telephones(f"电话{typed.strip()}")
    return found[0] if len(found) == 1 else None


def kept_as(telephone: str) -> tuple[str, ...]:
    """What a number is kept under. A fixed line is found by its own digits too, whatever its area."""
    fixed = _FIXED.fullmatch(telephone)
    return (telephone,) if fixed is None else (telephone, f"*{fixed[2]}")


def sought_as(telephone: str) -> tuple[str, ...]:
    """What of `kept_as` means the same line: with an area code that area alone, and what was written without any."""
    fixed = _FIXED.fullmatch(telephone)
    if fixed is not None:
        return (telephone, fixed[2])
    return (telephone,) if len(telephone) == 11 else (telephone, f"*{telephone}")
