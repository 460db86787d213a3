"""How what the office has set came to be as it is: who changed it, when and why, from what to what."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from jiesu.model.people import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeNote:
    """Who changes something that the office has set, when and why."""

    by: Actor
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """One change, the `number`th of its item: the whole as it was stored before, empty for what is new, and after."""

    number: int
    note: ChangeNote
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that differs, by its name on the form; a text is empty where there is none."""

    name: str
    before: str
    after: str


def differences(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[Difference, ...]:
    """What differs between two that are put into words by the same names."""
    names = dict.fromkeys((*before, *after))
    told = (Difference(name, before.get(name, ""), after.get(name, "")) for name in names)
    return tuple(one for one in told if one.before != one.after)
