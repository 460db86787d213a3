"""The bureau directory as a file: read and checked whole. The formats are in `docs/operators.md`."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from jiesu.model.people import Bureau
from jiesu.office.bureaus import ROLES, read_bureau
from jiesu.office.reasons import Reason
from ops.errors import InvalidFileError, OperatorError, Problem
from ops.files import read_csv_rows, read_json_rows

CSV_COLUMNS = (
    "code",
    "name",
    "kind",
    "district",
    "weibo",
    *(f"{role}_{field}" for role in ROLES for field in ("name", "email", "phone")),
)


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
        bureau = read_bureau(raw, report)
        if bureau is None:
            continue
        for what, value in (("code", bureau.code), ("name", bureau.name)):
            if (first := lines.setdefault(f"{what} {value}", line)) != line:
                report(Reason(f"{what} {value} stands on line {first} already", f"与第 {first} 行重复：{value}"))
        bureaus.append(bureau)
    if not rows:
        problems.append(Problem(where="line 1", reason="no bureau in the file"))
    if problems:
        raise InvalidFileError(str(path), problems)
    return tuple(bureaus)


def _note(problems: list[Problem], line: int, reason: Reason) -> None:
    problems.append(Problem(where=f"line {line}", reason=reason.en))


def _from_cells(cells: Mapping[str, str]) -> dict[str, Any]:
    """A CSV row in the shape of the JSON file. An empty group of contact cells is no contact."""
    contacts = []
    for role in ROLES:
        filled = {field: cells[f"{role}_{field}"] for field in ("name", "email", "phone")}
        if any(cell.strip() for cell in filled.values()):
            contacts.append({"role": role.value, **filled})
    return {**{name: cells[name] for name in ("code", "name", "kind", "district", "weibo")}, "contacts": contacts}
