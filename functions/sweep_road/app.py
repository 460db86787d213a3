"""Proves every few minutes that the road is whole: clocks run, nothing is unsent, nothing lies unread; then beats its heart."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from jiesu.road.effects import EffectQueues
from jiesu.road.sweep import Sweeper
from jiesu.road.unsent import Outbox
from jiesu.runtime import clients
from jiesu.runtime.heartbeat import heartbeat_to
from jiesu.runtime.logging import logger
from jiesu.runtime.settings import SweepRoadSettings
from jiesu.store.cases import CaseStore
from jiesu.store.deliveries import DeliveryStore
from jiesu.store.directory import DirectoryStore
from jiesu.store.dues import DueStore
from jiesu.store.parking import ParkingStore
from jiesu.store.reply_windows import ReplyWindowStore
from jiesu.store.sweeps import SweepLog

settings = SweepRoadSettings.from_env()
cases = CaseStore(clients.dynamodb(), cases_table_name=settings.cases_table_name)
queues = EffectQueues(
    sqs=clients.sqs(),
    notices_queue_url=settings.notices_queue_url,
    outbound_queue_url=settings.outbound_queue_url,
    commands_queue_url=settings.commands_queue_url,
)
outbox = Outbox(
    cases=cases,
    dues=DueStore(clients.dynamodb(), settings.cases_table_name),
    deliveries=DeliveryStore(clients.dynamodb(), deliveries_table_name=settings.deliveries_table_name),
    queues=queues,
)
sweeper = Sweeper(
    cases=cases,
    parking=ParkingStore(clients.dynamodb(), settings.messages_table_name),
    windows=ReplyWindowStore(clients.dynamodb(), messages_table_name=settings.messages_table_name),
    directory=DirectoryStore(clients.dynamodb(), directory_table_name=settings.directory_table_name),
    outbox=outbox,
    log=SweepLog(clients.dynamodb(), settings.deliveries_table_name),
    stepfunctions=clients.stepfunctions(),
    sqs=clients.sqs(),
    state_machine_arn=settings.escalation_state_machine_arn,
    inbox_queue_url=settings.inbox_queue_url,
    dead_letter_queue_urls=tuple(settings.dead_letter_queue_urls.split(",")),
    zone=ZoneInfo(settings.office_time_zone),
    beat=heartbeat_to(settings.heartbeat_url) if settings.heartbeat_url else None,
)


def handler(event: dict[str, Any], context: object) -> dict[str, int]:  # noqa: ARG001 - Lambda's signature
    report = sweeper.sweep(datetime.now(UTC))
    logger.info("road swept", extra=report)
    return report
