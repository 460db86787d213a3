"""Who of the office saw who a citizen is."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from jiesu.model.message import ConversationKey
from jiesu.model.people import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmasked:
    """Whoever makes the entry is shown who the citizen is, for the reason that they gave."""

    citizen: ConversationKey
    reason: str
    kind: Literal["unmasked"] = "unmasked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmasking:
    """`by` was shown who `citizen` is."""

    citizen: ConversationKey
    by: Actor
    at: datetime
