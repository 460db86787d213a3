"""Messages in bulk: what came by telephone, by letter, or from where no interface is open. Formats: `docs/operators.md`."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import batched
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from jiesu.model.message import DESK_ACCOUNT_ID, Message
from jiesu.model.words import ContentType, MessageKind, Platform
from jiesu.store.entered import to_queue_body
from ops.contacts import Report, line_of_text
from ops.errors import InvalidFileError, OperatorError, Problem
from ops.files import read_csv_rows, read_text

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import SendMessageBatchRequestEntryTypeDef

CSV_COLUMNS = ("platform", "citizen", "text", "sent_at", "id")
MAX_TEXT = 5_000
MAX_CITIZEN = 64

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
            broken: list[Problem] = []
        case ".jsonl":
            rows, broken = _read_lines(path)
        case _:
            raise OperatorError(f"{path} must end in .csv or .jsonl")
    if not rows and not broken:
        raise InvalidFileError(str(path), [Problem(where="line 1", reason="no message in the file")])
    problems = list(broken)
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


def _read_lines(path: Path) -> tuple[list[tuple[int, Any]], list[Problem]]:
    rows: list[tuple[int, Any]] = []
    problems: list[Problem] = []
    for number, line in enumerate(read_text(path).splitlines(), start=1):
        if not line.strip():
            continue
        try:
            rows.append((number, json.loads(line)))
        except json.JSONDecodeError as error:
            problems.append(Problem(where=f"line {number}", reason=f"not JSON: {error.msg}"))
    return rows, problems


def _note(problems: list[Problem], line: int, reason: str) -> None:
    problems.append(Problem(where=f"line {line}", reason=reason))


def _read_message(raw: Any, note: Report, *, zone: ZoneInfo, now: datetime) -> Message | None:
    if not isinstance(raw, Mapping):
        note("a message must be an object")
        return None
    problems = [f"unknown field {name!r}" for name in raw if name not in _FIELDS]
    platform = _platform(raw.get("platform"), problems)
    citizen = line_of_text(raw.get("citizen"), "citizen", problems.append, longest=MAX_CITIZEN)
    own_id = line_of_text(raw.get("id"), "id", problems.append, longest=MAX_CITIZEN, required=False)
    text = raw.get("text")
    if not isinstance(text, str) or not text.strip():
        problems.append("text is missing")
    elif len(text) > MAX_TEXT:
        problems.append(f"text is longer than {MAX_TEXT} characters")
    sent_at = _time(raw.get("sent_at"), zone, now, problems)
    for problem in problems:
        note(problem)
    if problems or platform is None or sent_at is None or not isinstance(text, str):
        return None
    return Message(
        id=_id(platform, citizen, own_id, sent_at, text.strip()),
        platform=platform,
        account_id=DESK_ACCOUNT_ID,
        citizen_id=f"{platform}:{citizen}",
        kind=MessageKind.PRIVATE,
        content_type=ContentType.TEXT,
        text=text.strip(),
        sent_at=sent_at,
        received_at=now,
    )


def _platform(value: object, problems: list[str]) -> Platform | None:
    try:
        return Platform(str(value).strip())
    except ValueError:
        problems.append(f"platform must be one of {', '.join(Platform)}")
        return None


def _time(value: object, zone: ZoneInfo, now: datetime, problems: list[str]) -> datetime | None:
    try:
        at = datetime.fromisoformat(str(value).strip())
    except ValueError:
        problems.append("sent_at must be a time such as 2026-11-23 09:30")
        return None
    at = (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)
    if at > now:
        problems.append("sent_at lies in the future")
        return None
    return at


def _id(platform: Platform, citizen: str, own_id: str, sent_at: datetime, text: str) -> str:
    """The same for the same row in every run: a row with an id of its own is known by it, another by all that it says."""
    said = [platform, own_id] if own_id else [platform, citizen, sent_at.isoformat(), text]
    return f"entered:{hashlib.sha256(json.dumps(said).encode()).hexdigest()[:32]}"
