"""What a bureau of the directory must be, whoever writes it; and what differs between two. `docs/operators.md` has the rules."""

import re
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from typing import Any

from jiesu.model.people import Bureau, Contact
from jiesu.model.words import ContactRole
from jiesu.office.contacts import MAX_NAME, line_of_text, read_contact
from jiesu.office.reasons import Reason, Report

ROLES = (ContactRole.DUTY_OFFICER, ContactRole.CHIEF)
"""Whom a bureau has; the office's own people stand with the office."""

_FIELDS = frozenset({"code", "name", "kind", "district", "weibo", "contacts"})
_CODE = re.compile(r"[A-Z][A-Z0-9]{0,15}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What an import does to the directory. `changed` names the fields that differ; `absent` stand only in the directory."""

    added: tuple[Bureau, ...]
    changed: tuple[tuple[Bureau, tuple[str, ...]], ...]
    unchanged: tuple[Bureau, ...]
    absent: tuple[Bureau, ...]

    @property
    def to_write(self) -> tuple[Bureau, ...]:
        return (*self.added, *(bureau for bureau, _ in self.changed))


def compare(standing: Collection[Bureau], wanted: Collection[Bureau]) -> Changes:
    """What it takes to make the directory hold `wanted`. Nothing is ever removed: open cases name their bureau."""
    before = {one.code: one for one in standing}
    after = {one.code for one in wanted}
    return Changes(
        added=tuple(one for one in wanted if one.code not in before),
        changed=tuple((one, _differing(before[one.code], one)) for one in wanted if before.get(one.code, one) != one),
        unchanged=tuple(one for one in wanted if before.get(one.code) == one),
        absent=tuple(one for one in standing if one.code not in after),
    )


def read_bureau(raw: Any, report: Report) -> Bureau | None:
    """The bureau that `raw` describes, or None after a problem. Every problem is reported, with the bureau's code before it."""
    if not isinstance(raw, Mapping):
        report(Reason("a bureau must be an object", "单位要有代码、名称、类别和联系人"))
        return None
    problems = [Reason(f"unknown field {name!r}", f"单位没有「{name}」这一项") for name in raw if name not in _FIELDS]
    note = problems.append
    code = line_of_text(raw.get("code"), "code", note, longest=16)
    if code and not _CODE.fullmatch(code):
        note(
            Reason(
                f"code {code!r} must be capital letters and digits and begin with a letter",
                "代码只能用大写字母和数字，以字母开头",
            )
        )
    name = line_of_text(raw.get("name"), "name", note, longest=MAX_NAME)
    kind = line_of_text(raw.get("kind"), "kind", note, longest=MAX_NAME)
    district = line_of_text(raw.get("district"), "district", note, longest=MAX_NAME, required=False)
    weibo = line_of_text(raw.get("weibo"), "weibo", note, longest=MAX_NAME, required=False)
    contacts = _read_contacts(raw.get("contacts"), note)
    for problem in problems:
        report(problem.of(code or "bureau without code", code or "单位"))
    if problems:
        return None
    return Bureau(code=code, name=name, kind=kind, district=district, contacts=contacts, weibo=weibo or None)


def bureau_in_words(bureau: Bureau) -> dict[str, str]:
    """What a person compares: each thing that can be set, by its name on the form."""
    said = {
        "名称": bureau.name,
        "类别": bureau.kind,
        "辖区": bureau.district,
        "微博": bureau.weibo or "",
    }
    return said | contacts_in_words(bureau.contacts)


def contacts_in_words(contacts: Collection[Contact]) -> dict[str, str]:
    """Each contact by its role, numbered from the second of a role on."""
    said: dict[str, str] = {}
    seen: Counter[ContactRole] = Counter()
    for one in contacts:
        seen[one.role] += 1
        number = f" {seen[one.role]}" if seen[one.role] > 1 else ""
        said[f"{one.role.label}{number}"] = f"{one.name}，{one.email}，{one.phone}"
    return said


def _read_contacts(raw: Any, report: Report) -> tuple[Contact, ...]:
    if not isinstance(raw, list):
        report(Reason("contacts is missing or no list", "请填写联系人"))
        return ()
    read = [read_contact(one, ROLES, report) for one in raw]
    contacts = tuple(one for one in read if one is not None)
    if len(contacts) < len(read):
        return contacts
    # A ladder that climbs from the duty officer to the chief must find both.
    for role in ROLES:
        if not any(one.role is role for one in contacts):
            report(Reason(f"no contact with the role {role}", f"缺少{role.label}：时限方案要逐级找到人"))
    if len({one.phone for one in contacts}) < len(contacts) or len({one.email for one in contacts}) < len(contacts):
        report(
            Reason(
                "two contacts share a phone or a mail address: the ladder would climb to the same desk",
                "两位联系人用了同一个手机或邮箱：逐级催办会催到同一个人",
            )
        )
    return contacts


def _differing(before: Bureau, after: Bureau) -> tuple[str, ...]:
    return tuple(one.name for one in fields(Bureau) if getattr(before, one.name) != getattr(after, one.name))
