"""Carries out the commands that escalation clocks send by queue."""

from datetime import UTC, datetime
from typing import Any

from jiesu.model.errors import PermanentError
from jiesu.road.apply import apply_command, read_command
from jiesu.runtime import clients
from jiesu.runtime.batch import Record, process
from jiesu.runtime.settings import ApplyCommandSettings
from jiesu.store.cases import CaseStore
from jiesu.store.parking import ParkingStore

settings = ApplyCommandSettings.from_env()
cases = CaseStore(clients.dynamodb(), cases_table_name=settings.cases_table_name)
parking = ParkingStore(clients.dynamodb(), settings.messages_table_name)


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:  # noqa: ARG001 - Lambda's signature
    return process(event, _apply, _park)


def _apply(record: Record) -> None:
    apply_command(cases, clients.stepfunctions(), read_command(record.body), datetime.now(UTC))


def _park(record: Record, error: PermanentError) -> None:
    parking.park(
        parked_id=record.message_id,
        reason=error.code,
        body=record.body.encode(),
        context={"queue": "commands"},
        now=datetime.now(UTC),
    )
