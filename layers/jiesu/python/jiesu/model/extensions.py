"""More time for the feedback (延期): asked by a bureau, decided by a person."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from jiesu.model.people import Actor, Contact

ExtensionState = Literal["asked", "granted", "refused", "lapsed"]
"""`lapsed`: the bureau reported or gave back before anybody had decided, or its assignment was taken back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension:
    """One request for time until `until`. `granted_until` is what was granted of it, `said` the reason of whoever decided.

    With the replies `reply_ids` the citizens were told of the new date: no answer to what they asked.
    """

    until: datetime
    reason: str
    by: Actor
    at: datetime
    state: ExtensionState = "asked"
    granted_until: datetime | None = None
    said: str = ""
    decided_by: Actor | None = None
    reply_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtensionAsked:
    """The clock goes on; `contacts` are those who can decide."""

    assignment_id: str
    until: datetime
    reason: str
    contacts: tuple[Contact, ...]
    kind: Literal["extension_asked"] = "extension_asked"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtensionRefused:
    assignment_id: str
    reason: str
    contacts: tuple[Contact, ...]
    kind: Literal["extension_refused"] = "extension_refused"
