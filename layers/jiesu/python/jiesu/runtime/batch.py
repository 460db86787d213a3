"""An SQS batch, record by record: what fails is retried, what can never succeed is parked, the rest is done.

The mapping of the error tree to a queue, in one place: `PermanentError` is parked and counts
as done; everything else (`RetryableError`, `ConflictError`, a throttled AWS call, a bug) fails
its own record and no other, and goes to the dead-letter queue after the queue's tries.
"""

import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from jiesu.model.errors import PermanentError
from jiesu.runtime.logging import logger


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One queue message as its consumer sees it. `attempt` counts deliveries, from 1."""

    message_id: str
    body: str
    attempt: int


def records_of(event: Mapping[str, Any]) -> list[Record]:
    """The records of an SQS event, in order."""
    return [
        Record(
            message_id=record["messageId"],
            body=record["body"],
            attempt=int(record.get("attributes", {}).get("ApproximateReceiveCount", "1")),
        )
        for record in event["Records"]
    ]


def process(
    event: Mapping[str, Any],
    handle: Callable[[Record], None],
    park: Callable[[Record, PermanentError], None],
) -> dict[str, list[dict[str, str]]]:
    """Handle each record of an SQS event; the answer is a partial batch response naming those to retry."""
    failures: list[dict[str, str]] = []
    for record in records_of(event):
        try:
            try:
                handle(record)
            except PermanentError as error:
                park(record, error)
                logger.warning("record parked", extra={"queue_message_id": record.message_id, "code": error.code, **error.ids})
        except Exception as error:  # noqa: BLE001 - whatever it was, this record alone is retried; the queue's dead letters keep it
            failures.append({"itemIdentifier": record.message_id})
            logger.error(
                "record failed and will be retried",
                extra={"queue_message_id": record.message_id, "attempt": record.attempt, **said_safely(error)},
            )
    return {"batchItemFailures": failures}


def said_safely(error: BaseException) -> dict[str, str]:
    """An error as a log line may hold it: its type and where it was raised, not its text, which may quote a citizen."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f"{frames[-1].filename.rpartition('/python/')[2]}:{frames[-1].lineno}" if frames else ""
    return {"error_type": type(error).__name__, "error_at": where}
