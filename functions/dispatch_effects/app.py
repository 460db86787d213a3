"""Reads the streams of cases and messages; hands on new entries' effects, changed spreads, the files of new messages."""

from datetime import UTC, datetime
from typing import Any

from jiesu.road.effects import EffectDispatcher, EffectQueues, entry_of, media_of, spread_of
from jiesu.runtime import clients
from jiesu.runtime.batch import said_safely
from jiesu.runtime.logging import logger
from jiesu.runtime.settings import DispatchEffectsSettings

settings = DispatchEffectsSettings.from_env()
dispatcher = EffectDispatcher(
    queues=EffectQueues(
        sqs=clients.sqs(),
        notices_queue_url=settings.notices_queue_url,
        outbound_queue_url=settings.outbound_queue_url,
        commands_queue_url=settings.commands_queue_url,
    ),
    stepfunctions=clients.stepfunctions(),
    media_queue_url=settings.media_queue_url,
    state_machine_arn=settings.escalation_state_machine_arn,
)


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:  # noqa: ARG001 - Lambda's signature
    """Dispatch in the stream's order; at the first record that fails, ask for it and all after it again."""
    for record in event["Records"]:
        try:
            if (entry := entry_of(record)) is not None:
                dispatcher.dispatch(entry, datetime.now(UTC))
            if (case_id := spread_of(record)) is not None:
                dispatcher.dispatch_weighing(case_id, datetime.now(UTC))
            dispatcher.dispatch_media(media_of(record), datetime.now(UTC))
        except Exception as error:  # noqa: BLE001 - the stream retries from here on, then keeps the record as a dead letter
            logger.error("record not dispatched, will be retried", extra=said_safely(error))
            return {"batchItemFailures": [{"itemIdentifier": record["dynamodb"]["SequenceNumber"]}]}
    return {"batchItemFailures": []}
