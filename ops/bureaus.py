"""The bureau directory as a file: read, checked whole, compared with what stands. The formats are in `docs/operators.md`."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from functools import partial
from pathlib import Path
from typing import Any

from jiesu.model.people import Bureau, Contact
from jiesu.model.words import ContactRole
from ops.contacts import MAX_NAME, Report, line_of_text, read_contact
from ops.errors import InvalidFileError, OperatorError, Problem
from ops.files import read_csv_rows, read_json_rows

ROLES = (ContactRole.DUTY_OFFICER, ContactRole.CHIEF)
"""Whom a bureau has; the office's own people stand in its own file."""

CSV_COLUMNS = (
    "code",
    "name",
    "kind",
    "district",
    "weibo",
    *(f"{role}_{field}" for role in ROLES for field in ("name", "email", "phone")),
)

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


def read_bureaus(path: Path) -> tuple[Bureau, ...]:
    """The bureaus of a `.json` or `.csv` file. Raises `InvalidFileError` with every problem of every row."""
    match path.suffix.lower():
        case ".json":
            rows = read_json_rows(path)
        case ".csv":
            rows = [(line, _from_cells(cells)) for line, cells in read_csv_rows(path, CSV_COLUMNS)]
        case _:
            raise OperatorError(f"{path} must end in .json or .csv")
    problems: list[Problem] = []
    bureaus: list[Bureau] = []
    lines: dict[str, int] = {}
    for line, raw in rows:
        report = partial(_note, problems, line)
        bureau = _read_bureau(raw, report)
        if bureau is None:
            continue
        for what, value in (("code", bureau.code), ("name", bureau.name)):
            if (first := lines.setdefault(f"{what} {value}", line)) != line:
                report(f"{what} {value} stands on line {first} already")
        bureaus.append(bureau)
    if not rows:
        problems.append(Problem(where="line 1", reason="no bureau in the file"))
    if problems:
        raise InvalidFileError(str(path), problems)
    return tuple(bureaus)


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


def _note(problems: list[Problem], line: int, reason: str) -> None:
    problems.append(Problem(where=f"line {line}", reason=reason))


def _from_cells(cells: Mapping[str, str]) -> dict[str, Any]:
    """A CSV row in the shape of the JSON file. An empty group of contact cells is no contact."""
    contacts = []
    for role in ROLES:
        filled = {field: cells[f"{role}_{field}"] for field in ("name", "email", "phone")}
        if any(cell.strip() for cell in filled.values()):
            contacts.append({"role": role.value, **filled})
    return {**{name: cells[name] for name in ("code", "name", "kind", "district", "weibo")}, "contacts": contacts}


def _read_bureau(raw: Any, report: Report) -> Bureau | None:
    if not isinstance(raw, Mapping):
        report("a bureau must be an object")
        return None
    problems: list[str] = [f"unknown field {name!r}" for name in raw if name not in _FIELDS]
    note = problems.append
    code = line_of_text(raw.get("code"), "code", note, longest=16)
    if code and not _CODE.fullmatch(code):
        note(f"code {code!r} must be capital letters and digits and begin with a letter")
    name = line_of_text(raw.get("name"), "name", note, longest=MAX_NAME)
    kind = line_of_text(raw.get("kind"), "kind", note, longest=MAX_NAME)
    district = line_of_text(raw.get("district"), "district", note, longest=MAX_NAME, required=False)
    weibo = line_of_text(raw.get("weibo"), "weibo", note, longest=MAX_NAME, required=False)
    contacts = _read_contacts(raw.get("contacts"), note)
    for problem in problems:
        report(f"{code or 'bureau without code'}: {problem}")
    if problems:
        return None
    return Bureau(code=code, name=name, kind=kind, district=district, contacts=contacts, weibo=weibo or None)


def _read_contacts(raw: Any, report: Report) -> tuple[Contact, ...]:
    if not isinstance(raw, list):
        report("contacts is missing or no list")
        return ()
    read = [read_contact(one, ROLES, report) for one in raw]
    contacts = tuple(one for one in read if one is not None)
    if len(contacts) < len(read):
        return contacts
    # A ladder that climbs from the duty officer to the chief must find both.
    for role in ROLES:
        if not any(one.role is role for one in contacts):
            report(f"no contact with the role {role}")
    if len({one.phone for one in contacts}) < len(contacts) or len({one.email for one in contacts}) < len(contacts):
        report("two contacts share a phone or a mail address: the ladder would climb to the same desk")
    return contacts


def _differing(before: Bureau, after: Bureau) -> tuple[str, ...]:
    return tuple(one.name for one in fields(Bureau) if getattr(before, one.name) != getattr(after, one.name))
