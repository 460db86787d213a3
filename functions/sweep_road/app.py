"""Proves every few minutes that every clock that must run does run, and that no citizen waits until it is too late."""

from datetime import UTC, datetime
from typing import Any

from jiesu.road.sweep import sweep
from jiesu.runtime import clients
from jiesu.runtime.logging import logger
from jiesu.runtime.settings import SweepRoadSettings
from jiesu.store.cases import CaseStore
from jiesu.store.directory import DirectoryStore
from jiesu.store.parking import ParkingStore
from jiesu.store.reply_windows import ReplyWindowStore

settings = SweepRoadSettings.from_env()
cases = CaseStore(clients.dynamodb(), cases_table_name=settings.cases_table_name)
parking = ParkingStore(clients.dynamodb(), settings.messages_table_name)
directory = DirectoryStore(clients.dynamodb(), directory_table_name=settings.directory_table_name)
windows = ReplyWindowStore(clients.dynamodb(), messages_table_name=settings.messages_table_name)


def handler(event: dict[str, Any], context: object) -> dict[str, int]:  # noqa: ARG001 - Lambda's signature
    report = sweep(
        cases,
        parking,
        windows,
        clients.stepfunctions(),
        clients.sqs(),
        directory=directory,
        state_machine_arn=settings.escalation_state_machine_arn,
        inbox_queue_url=settings.inbox_queue_url,
        now=datetime.now(UTC),
    )
    logger.info("road swept", extra=report)
    return report
