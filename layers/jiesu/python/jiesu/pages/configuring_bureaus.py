"""Bureaus and whom a notice reaches there, as the desk sets them."""

from collections.abc import Iterator, Mapping
from functools import partial
from itertools import count
from typing import Any

from jiesu.model.people import Bureau
from jiesu.model.revision import ChangeNote
from jiesu.office.bureaus import ROLES, bureau_in_words, read_bureau
from jiesu.office.reasons import Reason
from jiesu.pages.configuring import NEW, Topic
from jiesu.pages.forms import Typed, value
from jiesu.pages.visit import Visit
from jiesu.store.codec import loads
from jiesu.store.directory import DirectoryStore

_LINES = ("code", "name", "kind", "district", "weibo")
_OF_CONTACT = ("role", "name", "email", "phone")
SPARE = 1
"""Empty rows for contacts below those that are there."""


def bureaus(directory: DirectoryStore) -> Topic[Bureau]:
    """The directory of bureaus. None is ever removed: cases name their bureau."""

    def save(wanted: Bureau, before: Bureau | None, revision: int, note: ChangeNote) -> None:
        directory.put_bureau(wanted, before=before, revision=revision, note=note)

    def listed(_: Visit) -> Mapping[str, Any]:
        return {"bureaus": directory.bureaus()}

    return Topic(
        name="bureaus",
        title="承办单位与联系人",
        list_template="admin_bureaus.html",
        form_template="admin_bureau.html",
        listed=listed,
        standing=directory.bureau,
        read=partial(_read, directory),
        typed=_typed,
        in_words=bureau_in_words,
        name_of=lambda bureau: bureau.code,
        save=save,
        history=directory.bureau_history,
        parse=partial(loads, Bureau),
        choices=lambda typed: {"rows": max(len(list(_contacts(typed))), len(ROLES)) + SPARE, "roles": ROLES},
        may_add=True,
    )


def _read(directory: DirectoryStore, typed: Typed, item: str, problems: list[Reason]) -> Bureau | None:
    contacts = [one for one in _contacts(typed) if any(one[name] for name in _OF_CONTACT if name != "role")]
    raw = {name: value(typed, name) for name in _LINES} | {"contacts": contacts}
    if item != NEW:
        raw["code"] = item
    bureau = read_bureau(raw, problems.append)
    if bureau is not None and any(one.name == bureau.name and one.code != bureau.code for one in directory.bureaus()):
        problems.append(Reason(f"name {bureau.name} is another bureau's", f"已有名称为「{bureau.name}」的单位"))
    return bureau


def _contacts(typed: Typed) -> Iterator[dict[str, str]]:
    for place in count(1):
        if f"contact_role_{place}" not in typed:
            return
        yield {name: value(typed, f"contact_{name}_{place}").strip() for name in _OF_CONTACT}


def _typed(bureau: Bureau | None) -> Typed:
    if bureau is None:
        return {f"contact_role_{place}": (role.value,) for place, role in enumerate(ROLES, start=1)}
    lines = {name: (str(getattr(bureau, name) or ""),) for name in _LINES}
    return lines | {
        f"contact_{name}_{place}": (str(getattr(one, name)),)
        for place, one in enumerate(bureau.contacts, start=1)
        for name in _OF_CONTACT
    }
