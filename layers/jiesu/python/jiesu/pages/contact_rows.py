"""Contacts on a form: a row for each, numbered from 1."""

from collections.abc import Iterable, Iterator
from itertools import count

from jiesu.model.people import Contact
from jiesu.pages.forms import Typed, value

_NAMES = ("role", "name", "email", "phone")


def contacts_in(typed: Typed) -> Iterator[dict[str, str]]:
    """Every row that the form has, as it was typed."""
    for place in count(1):
        if f"contact_role_{place}" not in typed:
            return
        yield {name: value(typed, f"contact_{name}_{place}") for name in _NAMES}


def filled_contacts(typed: Typed) -> list[dict[str, str]]:
    """The rows in which anything stands beside the role; emptying a row takes its contact away."""
    return [one for one in contacts_in(typed) if any(one[name] for name in _NAMES if name != "role")]


def typed_contacts(contacts: Iterable[Contact]) -> Typed:
    """What a form starts with."""
    return {
        f"contact_{name}_{place}": (str(getattr(one, name)),) for place, one in enumerate(contacts, start=1) for name in _NAMES
    }
