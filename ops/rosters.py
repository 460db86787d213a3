"""Duty rosters as a file: by whose they are, the office's under `office`. The format is in `docs/operators.md`."""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from jiesu.model.roster import Roster
from jiesu.office.reasons import Reason
from jiesu.office.rosters import read_roster, roster_document
from ops.errors import InvalidFileError, Problem
from ops.files import read_json


def read_rosters(path: Path, owners: Collection[str]) -> tuple[Roster, ...]:
    """The rosters of a JSON file, each of one of `owners`. Raises `InvalidFileError` with every problem of it."""
    raw = read_json(path)
    if not isinstance(raw, Mapping):
        raise InvalidFileError(str(path), [Problem(where="file", reason="must be an object of rosters by bureau code or office")])
    problems: list[Problem] = []
    rosters: list[Roster] = []
    for owner, one in raw.items():
        found: list[Reason] = []
        if owner not in owners:
            found.append(Reason("no bureau has this code", "没有这个单位"))
        elif (roster := read_roster(one, owner, found.append)) is not None:
            rosters.append(roster)
        problems += [Problem(where=owner, reason=each.en) for each in found]
    if problems:
        raise InvalidFileError(str(path), problems)
    return tuple(rosters)


def rosters_document(rosters: Mapping[str, Roster]) -> dict[str, Any]:
    """What `read_rosters` gives `rosters` for."""
    return {owner: roster_document(one) for owner, one in rosters.items()}
