"""People and offices: who acts, who is told, who answers for what."""

from collections.abc import Iterable
from dataclasses import dataclass

from jiesu.model.words import ActorKind, ContactRole


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who made an entry. `id` is a user id, a bureau code, a citizen id or a function's name.

    `account` is the user id of a bureau's person who signed in; empty for whoever gave the code, whose name is as they typed it.
    """

    kind: ActorKind
    id: str
    name: str = ""
    account: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """One person or desk that a notice can reach."""

    role: ContactRole
    name: str
    email: str
    phone: str


def reachable(contacts: Iterable[Contact]) -> tuple[Contact, ...]:
    """Those who have an address that a notice can be sent to."""
    return tuple(one for one in contacts if one.email or one.phone)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bureau:
    """A branch (分局) or corps (总队) that answers for a place or a matter."""

    code: str
    name: str
    kind: str
    district: str
    contacts: tuple[Contact, ...]
    weibo: str | None = None
