"""The office's own contacts and its ladders as a file. What they mean is in `docs/ladders.md`."""

from pathlib import Path

from jiesu.office.reasons import Reason
from jiesu.office.settings import read_office as read_document
from jiesu.store.directory import Office
from ops.errors import InvalidFileError, Problem
from ops.files import read_json


def read_office(path: Path) -> Office:
    """The office that a JSON file describes. Raises `InvalidFileError` with every problem of it."""
    problems: list[Problem] = []

    def note(where: str, reason: Reason) -> None:
        problems.append(Problem(where=where, reason=reason.en))

    office = read_document(read_json(path), note)
    if office is None or problems:
        raise InvalidFileError(str(path), problems)
    return office
