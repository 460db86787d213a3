"""Messages in bulk: what came by telephone, by letter, or from where no interface is open. Formats: `docs/operators.md`."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import batched
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from jiesu.cases.entered import MAX_CITIZEN, MAX_TEXT, EnteredMessageError, FieldFlaw, Flaw, read_entered
from jiesu.model.message import Message
from jiesu.model.words import Platform
from jiesu.store.entered import to_queue_body
from ops.errors import InvalidFileError, OperatorError, Problem
from ops.files import read_csv_rows, read_text

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import SendMessageBatchRequestEntryTypeDef

CSV_COLUMNS = ("platform", "citizen", "text", "sent_at", "id")

_ROOMS = {"citizen": MAX_CITIZEN, "id": MAX_CITIZEN, "text": MAX_TEXT}
_FIELDS = frozenset(CSV_COLUMNS)
_SQS_BATCH = 10


class NotQueuedError(OperatorError):
    """SQS did not take some rows; running the command again sends all of them, and each is stored once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What a file holds: the messages that can be sent, and what is wrong with the other rows."""

    messages: tuple[Message, ...]
    problems: tuple[Problem, ...]


def read_messages(path: Path, *, zone: ZoneInfo, now: datetime) -> Read:
    """The messages of a `.csv` or `.jsonl` file.

    Times without a zone are the office's. A row that is wrong is left out and named; one bad
    telephone note must not hold back a hundred good ones. A file of another shape raises `OperatorError`.
    """
    match path.suffix.lower():
        case ".csv":
            rows: list[tuple[int, Any]] = [(line, dict(cells)) for line, cells in read_csv_rows(path, CSV_COLUMNS)]
        case ".jsonl":
            rows = _read_lines(path)
        case _:
            raise OperatorError(f"{path} must end in .csv or .jsonl")
    if not rows:
        raise InvalidFileError(str(path), [Problem(where="line 1", reason="no message in the file")])
    problems: list[Problem] = []
    messages: list[Message] = []
    for line, raw in rows:
        message = _read_message(raw, partial(_note, problems, line), zone=zone, now=now)
        if message is not None:
            messages.append(message)
    return Read(messages=tuple(messages), problems=tuple(problems))


def send(sqs: "SQSClient", inbox_queue_url: str, messages: Sequence[Message]) -> Iterator[int]:
    """Put messages into the inbox; yields how many each call sent. Twice is as once. Raises `NotQueuedError`."""
    for some in batched(messages, _SQS_BATCH, strict=False):
        entries: list[SendMessageBatchRequestEntryTypeDef] = [
            {"Id": str(place), "MessageBody": to_queue_body(one)} for place, one in enumerate(some)
        ]
        failed = sqs.send_message_batch(QueueUrl=inbox_queue_url, Entries=entries).get("Failed", [])
        if failed:
            raise NotQueuedError(f"{len(failed)} of {len(some)} messages were not taken by the inbox: run the command again")
        yield len(some)


def _read_lines(path: Path) -> list[tuple[int, Any]]:
    """Each line's value with its number, or why it is no JSON: so that all flaws are named in the file's order."""
    rows: list[tuple[int, Any]] = []
    for number, line in enumerate(read_text(path).splitlines(), start=1):
        if not line.strip():
            continue
        try:
            rows.append((number, json.loads(line)))
        except json.JSONDecodeError as error:
            rows.append((number, error))
    return rows


def _note(problems: list[Problem], line: int, reason: str) -> None:
    problems.append(Problem(where=f"line {line}", reason=reason))


def _read_message(raw: Any, note: Callable[[str], None], *, zone: ZoneInfo, now: datetime) -> Message | None:
    if isinstance(raw, json.JSONDecodeError):
        note(f"not JSON: {raw.msg}")
        return None
    if not isinstance(raw, Mapping):
        note("a message must be an object")
        return None
    unknown = [name for name in raw if name not in _FIELDS]
    for name in unknown:
        note(f"unknown field {name!r}")
    try:
        message = read_entered(raw, zone=zone, now=now)
    except EnteredMessageError as error:
        for flaw in error.flaws:
            note(_in_words(flaw))
        return None
    return None if unknown else message


def _in_words(found: FieldFlaw) -> str:
    match found.flaw:
        case Flaw.MISSING:
            return f"{found.field} is missing"
        case Flaw.NOT_ONE_LINE:
            return f"{found.field} must be one line of text"
        case Flaw.TOO_LONG:
            return f"{found.field} is longer than {_ROOMS[found.field]} characters"
        case Flaw.UNKNOWN:
            return f"{found.field} must be one of {', '.join(Platform)}"
        case Flaw.NO_TIME:
            return f"{found.field} must be a time such as 2026-11-23 09:30"
        case Flaw.FUTURE:
            return f"{found.field} lies in the future"
        case Flaw.NO_WEB_ADDRESS:  # files have no links
            raise AssertionError(found)
