"""From the tables to the outside: what follows from a new entry is queued or started, the files of a new message are asked for.

Nothing is decided and nothing is sent here. An entry that the stream brings twice asks for the
same effects under the same ids: a clock's name is taken, a delivery is claimed already.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import batched
from typing import TYPE_CHECKING, Any

from jiesu.cases.effects import (
    ClockEffect,
    Effect,
    MediaEffect,
    MoveEffect,
    NoticeEffect,
    PostEffect,
    PublicationEffect,
    ReplyEffect,
    effects_of,
)
from jiesu.model.errors import RetryableError
from jiesu.model.post import post_handle
from jiesu.model.timeline import Entry
from jiesu.store.cases import entry_from_item
from jiesu.store.codec import dumps
from jiesu.store.evidence import message_with_media
from jiesu.store.keys import ENTRY_PREFIX, SPREAD_PREFIX, whole_second
from jiesu.store.messages import ref_of

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import SendMessageBatchRequestEntryTypeDef
    from mypy_boto3_stepfunctions import SFNClient

SQS_BATCH = 10

CHECK_DELAY_SECONDS = 60
"""How long a platform is given to say of its own accord what became of a post, before it is asked."""


class NotQueuedError(RetryableError):
    """SQS took only a part of a batch; the whole entry is to be dispatched again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectQueues:
    """Hands what leaves through a queue to it."""

    sqs: "SQSClient"
    notices_queue_url: str
    outbound_queue_url: str
    commands_queue_url: str

    def queue(self, effects: Sequence[Effect], now: datetime) -> None:
        """Queue each of `effects`; clocks have no queue."""
        notices = [one for one in effects if isinstance(one, NoticeEffect)]
        send_all(self.sqs, self.notices_queue_url, "NoticeDue", notices, now)
        replies = [one for one in effects if isinstance(one, ReplyEffect)]
        send_all(self.sqs, self.outbound_queue_url, "ReplyDue", replies, now)
        posts = [one for one in effects if isinstance(one, PublicationEffect)]
        send_all(self.sqs, self.outbound_queue_url, "PublicationDue", posts, now)
        moves = [one for one in effects if isinstance(one, MoveEffect)]
        send_all(self.sqs, self.commands_queue_url, "MoveMessages", moves, now)


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectDispatcher:
    """Hands effects to the queues and the state machine."""

    queues: EffectQueues
    stepfunctions: "SFNClient"
    media_queue_url: str
    state_machine_arn: str

    def dispatch(self, entry: Entry, now: datetime) -> None:
        """Carry out the effects of one entry."""
        effects = effects_of(entry)
        self.queues.queue(effects, now)
        for clock in effects:
            if isinstance(clock, ClockEffect):
                start_clock(self.stepfunctions, self.state_machine_arn, clock)

    def dispatch_media(self, wanted: Sequence[MediaEffect | PostEffect], now: datetime) -> None:
        """Have the files of one message fetched, and the post that it speaks of."""
        files = [one for one in wanted if isinstance(one, MediaEffect)]
        send_all(self.queues.sqs, self.media_queue_url, "MediaDue", files, now)
        posts = [one for one in wanted if isinstance(one, PostEffect)]
        send_all(self.queues.sqs, self.media_queue_url, "PostDue", posts, now)

    def dispatch_weighing(self, case_id: str, now: datetime) -> None:
        """Have a case's heat looked at."""
        body = {
            "type": "WeighHeat",
            "version": 1,
            "occurred_at": whole_second(now),
            "correlation_id": case_id,
            "case_id": case_id,
        }
        self.queues.sqs.send_message(QueueUrl=self.queues.commands_queue_url, MessageBody=json.dumps(body))


def send_all(
    sqs: "SQSClient", queue_url: str, kind: str, effects: Sequence[Effect | MediaEffect | PostEffect], now: datetime
) -> None:
    """Queue `effects` as messages of type `kind`. Raises `NotQueuedError`."""
    for some in batched(effects, SQS_BATCH, strict=False):
        answer = sqs.send_message_batch(QueueUrl=queue_url, Entries=list(_entries(kind, some, now)))
        if answer.get("Failed"):
            raise NotQueuedError(f"{len(answer['Failed'])} of {len(some)} effects were not queued")


def start_clock(stepfunctions: "SFNClient", state_machine_arn: str, clock: ClockEffect) -> bool:
    """Start the clock of one run; False where it was started before."""
    try:
        stepfunctions.start_execution(
            stateMachineArn=state_machine_arn,
            name=clock.name,
            input=json.dumps({"case_id": clock.case_id, "assignment_id": clock.assignment_id, "run": clock.run}),
        )
    except stepfunctions.exceptions.ExecutionAlreadyExists:
        return False
    return True


def entry_of(record: Any) -> Entry | None:
    """The timeline entry that a stream record brings; None for any other item."""
    image = record["dynamodb"].get("NewImage")
    if image is None or record["eventName"] != "INSERT" or not image["sk"]["S"].startswith(ENTRY_PREFIX):
        return None
    return entry_from_item(image)


def spread_of(record: Any) -> str | None:
    """The case whose spread a stream record says has changed. None for the message that opens it: one alone heats nothing."""
    image = record["dynamodb"].get("NewImage")
    if image is None or not image["sk"]["S"].startswith(SPREAD_PREFIX):
        return None
    if record["eventName"] == "INSERT" and "opening" in image:
        return None
    case_id: str = image["pk"]["S"].removeprefix("CASE#")
    return case_id


def media_of(record: Any) -> tuple[MediaEffect | PostEffect, ...]:
    """The files of the message that a stream record brings, and its post; none where it is no message of a case.

    A message that rested and is made part of a case later comes as a change of its item. Its files are asked for
    then; those that are known already are not fetched again.
    """
    image = record["dynamodb"].get("NewImage")
    if image is None or (found := message_with_media(image)) is None:
        return ()
    case_id, message = found
    files = tuple(
        MediaEffect(id=f"{message.id}.{number}", case_id=case_id, message=ref_of(message), number=number)
        for number in range(len(message.media))
    )
    if post_handle(message) is None:
        return files
    return (*files, PostEffect(id=f"{message.id}.post", case_id=case_id, message=ref_of(message)))


def _entries(
    kind: str, effects: Iterable[Effect | MediaEffect | PostEffect], now: datetime
) -> Iterable["SendMessageBatchRequestEntryTypeDef"]:
    for place, effect in enumerate(effects):
        envelope = {
            "type": kind,
            "version": 1,
            "occurred_at": whole_second(now),
            "correlation_id": effect.case_id,
            "effect": json.loads(dumps(effect)),
        }
        body = json.dumps(envelope, ensure_ascii=False)
        is_check = isinstance(effect, PublicationEffect) and effect.step == "check"
        yield {"Id": str(place), "MessageBody": body, "DelaySeconds": CHECK_DELAY_SECONDS if is_check else 0}
