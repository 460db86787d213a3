"""Files as operators have them: UTF-8 or what a Chinese spreadsheet saves, JSON or CSV, with line numbers for complaints."""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ops.errors import InvalidFileError, OperatorError, Problem

_BLANK = " \t\r\n"


def read_text(path: Path) -> str:
    """The file's text. Spreadsheets save CSV as UTF-8 with a mark or, on Chinese systems, as GB 18030."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise OperatorError(f"{path} cannot be read: {error.strerror}") from error
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise OperatorError(f"{path} is neither UTF-8 nor GB 18030 text")


def read_json(path: Path) -> Any:
    """The file's JSON value. Raises `InvalidFileError` with the line where it breaks off."""
    text = read_text(path)
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise _broken(path, error) from error


def read_json_rows(path: Path) -> list[tuple[int, Any]]:
    """The elements of a JSON array, each with the line it begins on."""
    text = read_text(path)
    try:
        return list(_elements(text))
    except json.JSONDecodeError as error:
        raise _broken(path, error) from error


def read_csv_rows(path: Path, columns: tuple[str, ...]) -> list[tuple[int, Mapping[str, str]]]:
    """The rows of a CSV file with exactly these columns in any order, each with its last line; empty rows are left out."""
    reader = csv.reader(io.StringIO(read_text(path), newline=""), strict=True)
    problems: list[Problem] = []
    rows: list[tuple[int, Mapping[str, str]]] = []
    try:
        header = [name.strip() for name in next(reader, [])]
        problems += [Problem(where="line 1", reason=f"unknown column {name!r}") for name in header if name not in columns]
        problems += [Problem(where="line 1", reason=f"column {name!r} is missing") for name in columns if name not in header]
        if len(set(header)) != len(header):
            problems.append(Problem(where="line 1", reason="a column stands twice"))
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(header):
                reason = f"{len(cells)} cells under {len(header)} columns"
                problems.append(Problem(where=f"line {reader.line_num}", reason=reason))
            else:
                rows.append((reader.line_num, dict(zip(header, cells, strict=True))))
    except csv.Error as error:
        problems.append(Problem(where=f"line {reader.line_num}", reason=f"not CSV: {error}"))
    if problems:
        raise InvalidFileError(str(path), problems)
    return rows


def _elements(text: str) -> Iterator[tuple[int, Any]]:
    """`json.loads` would give the elements without their lines."""
    decoder = json.JSONDecoder()
    place = _expect(text, _skip(text, 0), "[")
    first = True
    while text[place : place + 1] != "]":
        if not first:
            place = _expect(text, place, ",")
        first = False
        value, end = decoder.raw_decode(text, place)
        yield text.count("\n", 0, place) + 1, value
        place = _skip(text, end)
    if _skip(text, place + 1) != len(text):
        raise json.JSONDecodeError("Extra data", text, place + 1)


def _skip(text: str, place: int) -> int:
    while place < len(text) and text[place] in _BLANK:
        place += 1
    return place


def _expect(text: str, place: int, char: str) -> int:
    """The place of what follows `char` and the blanks behind it."""
    if text[place : place + 1] != char:
        raise json.JSONDecodeError(f"Expecting {char!r}", text, place)
    return _skip(text, place + 1)


def _broken(path: Path, error: json.JSONDecodeError) -> InvalidFileError:
    return InvalidFileError(str(path), [Problem(where=f"line {error.lineno}", reason=f"not JSON: {error.msg}")])
