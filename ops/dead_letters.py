"""Dead letters: how many wait, and a way back for them. The China regions have no redrive API, so this is one."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ops.errors import OperatorError
from ops.stack import Stack

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

QUEUES = ("inbox", "commands", "notices", "receipts", "answers", "outbound", "media")
"""The queues whose dead letters can go back where they came from."""

EFFECTS = "effects"
"""Its dead letters only point at stream records, which are gone after a day: they are listed and cannot be sent back."""

_HIDDEN_SECONDS = 60
"""Long enough to send one batch on; what a command that was broken off had taken is seen again after it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetters:
    """How many letters a dead-letter queue holds, about: SQS counts a little behind. `hidden` ones are being read by somebody."""

    queue: str
    waiting: int
    hidden: int


def count(sqs: "SQSClient", stack: Stack, queue: str) -> DeadLetters:
    """The dead letters of one queue."""
    attributes = sqs.get_queue_attributes(
        QueueUrl=dead_letter_url(stack, queue),
        AttributeNames=["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"],
    )["Attributes"]
    return DeadLetters(
        queue=queue,
        waiting=int(attributes["ApproximateNumberOfMessages"]),
        hidden=int(attributes["ApproximateNumberOfMessagesNotVisible"]),
    )


def redrive(sqs: "SQSClient", *, dead_letter_queue_url: str, queue_url: str, wait_seconds: int = 2) -> Iterator[str]:
    """Send each dead letter back to its queue; yields its message id when it is there.

    Sent first, deleted after: a command that is broken off between the two leaves a letter in
    both queues, and every consumer takes a second delivery of the same thing for nothing new.
    """
    while letters := sqs.receive_message(
        QueueUrl=dead_letter_queue_url,
        MaxNumberOfMessages=10,
        MessageAttributeNames=["All"],
        VisibilityTimeout=_HIDDEN_SECONDS,
        WaitTimeSeconds=wait_seconds,  # long polling asks all of SQS's servers; a short poll may see none of a few letters
    ).get("Messages", []):
        for letter in letters:
            sqs.send_message(
                QueueUrl=queue_url, MessageBody=letter["Body"], MessageAttributes=letter.get("MessageAttributes", {})
            )
            sqs.delete_message(QueueUrl=dead_letter_queue_url, ReceiptHandle=letter["ReceiptHandle"])
            yield letter["MessageId"]


def queue_url(stack: Stack, queue: str) -> str:
    """Where `queue`'s letters go back to. Raises `OperatorError` for a queue that has no way back."""
    if queue not in QUEUES:
        reason = "its letters cannot be sent back" if queue == EFFECTS else f"the queues are {', '.join(QUEUES)}"
        raise OperatorError(f"{queue}: {reason}")
    return stack.output(f"{queue.capitalize()}QueueUrl")


def dead_letter_url(stack: Stack, queue: str) -> str:
    return stack.output(f"{queue.capitalize()}DeadLetterQueueUrl")
