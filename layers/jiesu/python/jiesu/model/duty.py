"""Who answers for a case at the desk, who is on duty, and what one shift tells the next."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from jiesu.model.people import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerChanged:
    """`owner` answers for the case from now on; None: nobody does."""

    owner: Actor | None
    reason: str = ""
    kind: Literal["owner_changed"] = "owner_changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class OnDuty:
    """Somebody at the desk; `until` is there once they have gone."""

    person: Actor
    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverNote:
    """What a shift leaves to the next; it waits until somebody else takes it over."""

    text: str
    by: Actor
    written_at: datetime
    taken_by: Actor | None = None
    taken_at: datetime | None = None
