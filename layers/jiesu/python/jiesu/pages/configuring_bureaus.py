"""Bureaus and whom a notice reaches there, as the desk sets them."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from jiesu.model.people import Bureau
from jiesu.model.revision import ChangeNote
from jiesu.office.bureaus import ROLES, bureau_in_words, read_bureau
from jiesu.office.reasons import Reason
from jiesu.pages.configuring import NEW, Topic
from jiesu.pages.contact_rows import contacts_in, filled_contacts, typed_contacts
from jiesu.pages.forms import Typed, value
from jiesu.pages.visit import Visit
from jiesu.store.codec import loads
from jiesu.store.directory import DirectoryStore

_LINES = ("code", "name", "kind", "district", "weibo")


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
        choices=lambda _, typed: {"rows": len(list(contacts_in(typed))) + 1, "roles": ROLES},
        may_add=True,
    )


def _read(directory: DirectoryStore, typed: Typed, item: str, _: Bureau | None, problems: list[Reason]) -> Bureau | None:
    raw = {name: value(typed, name) for name in _LINES} | {"contacts": filled_contacts(typed)}
    if item != NEW:
        raw["code"] = item
    bureau = read_bureau(raw, problems.append)
    if bureau is not None and any(one.name == bureau.name and one.code != bureau.code for one in directory.bureaus()):
        problems.append(Reason(f"name {bureau.name} is another bureau's", f"已有名称为「{bureau.name}」的单位"))
    return bureau


def _typed(_: str, bureau: Bureau | None) -> Typed:
    if bureau is None:
        return {f"contact_role_{place}": (role.value,) for place, role in enumerate(ROLES, start=1)}
    lines = {name: (str(getattr(bureau, name) or ""),) for name in _LINES}
    return lines | dict(typed_contacts(bureau.contacts))
