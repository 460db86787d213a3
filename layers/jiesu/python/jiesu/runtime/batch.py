"""An SQS batch, record by record: what fails is retried, what can never succeed is parked, the rest is done.

The mapping of the error tree to a queue, in one place: `PermanentError` is parked and counts
as done; everything else (`RetryableError`, `ConflictError`, a throttled AWS call, a bug) fails
its own record and no other, and goes to the dead-letter queue after the queue's tries.
"""

import traceback
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from jiesu.model.errors import PermanentError
from jiesu.runtime.logging import logger

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One queue message as its consumer sees it. `attempt` counts deliveries, from 1."""

    message_id: str
    body: str
    attempt: int
    receipt_handle: str


@dataclass(slots=True)
class Batch:
    """The records of one invocation, taken through one or several steps; a record that fails a step takes no further one."""

    event: Mapping[str, Any]
    park: Callable[[Record, PermanentError], None]
    _failures: list[dict[str, str]] = field(default_factory=list)

    @property
    def records(self) -> list[tuple[Record, Record]]:
        """Every record, paired with itself, as the first step takes them."""
        records = [
            Record(
                message_id=one["messageId"],
                body=one["body"],
                attempt=int(one.get("attributes", {}).get("ApproximateReceiveCount", "1")),
                receipt_handle=one["receiptHandle"],
            )
            for one in self.event["Records"]
        ]
        return [(record, record) for record in records]

    def each[A, B](self, values: Iterable[tuple[Record, A]], step: Callable[[A], B]) -> list[tuple[Record, B]]:
        """Take each value through `step`; what comes back are those that succeeded."""
        done: list[tuple[Record, B]] = []
        for record, value in values:
            try:
                try:
                    done.append((record, step(value)))
                except PermanentError as error:
                    self.park(record, error)
                    logger.warning(
                        "record parked", extra={"queue_message_id": record.message_id, "code": error.code, **error.ids}
                    )
            except Exception as error:  # noqa: BLE001 - whatever it was, this record alone is retried; the queue's dead letters keep it
                self._failures.append({"itemIdentifier": record.message_id})
                logger.error(
                    "record failed and will be retried",
                    extra={"queue_message_id": record.message_id, "attempt": record.attempt, **said_safely(error)},
                )
        return done

    @property
    def response(self) -> dict[str, list[dict[str, str]]]:
        """The partial batch response: the records that the queue is to deliver again."""
        return {"batchItemFailures": self._failures}


def process(
    event: Mapping[str, Any],
    handle: Callable[[Record], None],
    park: Callable[[Record, PermanentError], None],
) -> dict[str, list[dict[str, str]]]:
    """Handle each record of an SQS event in one step; the answer is the partial batch response."""
    batch = Batch(event, park)
    batch.each(batch.records, handle)
    return batch.response


def hide(sqs: "SQSClient", queue_url: str, record: Record, length: timedelta) -> None:
    """Have the queue bring a record that fails back after `length`, at most twelve hours, instead of at its own pace."""
    sqs.change_message_visibility(
        QueueUrl=queue_url, ReceiptHandle=record.receipt_handle, VisibilityTimeout=int(length.total_seconds())
    )


def said_safely(error: BaseException) -> dict[str, str]:
    """An error as a log line may hold it: its type, where it was raised, and what AWS called it.

    Never its text, which may quote a citizen.
    """
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "/jiesu/" in frame.filename] or list(frames)
    said = {"error_type": type(error).__name__}
    if ours:
        said["error_at"] = f"{ours[-1].filename.rpartition('/python/')[2]}:{ours[-1].lineno}"
    if isinstance(error, ClientError):
        said |= {"aws_operation": error.operation_name, "aws_error": error.response.get("Error", {}).get("Code", "")}
    return said
