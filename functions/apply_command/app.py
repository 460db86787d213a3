"""Carries out the commands that come by queue: from escalation clocks, when a spread has changed, when messages move."""

from datetime import UTC, datetime
from functools import partial
from typing import Any

from jiesu.model.errors import PermanentError
from jiesu.road.apply import carry_out
from jiesu.road.heat import HeatWatch, concerned_together
from jiesu.road.moving import MessageMover
from jiesu.runtime import clients
from jiesu.runtime.batch import Record, process
from jiesu.runtime.settings import ApplyCommandSettings
from jiesu.store.cases import CaseStore
from jiesu.store.directory import DirectoryStore
from jiesu.store.matters import MatterIndex
from jiesu.store.messages import MessageStore
from jiesu.store.moves import MoveStore
from jiesu.store.parking import ParkingStore

settings = ApplyCommandSettings.from_env()
cases = CaseStore(clients.dynamodb(), cases_table_name=settings.cases_table_name)
messages = MessageStore(clients.dynamodb(), messages_table_name=settings.messages_table_name)
directory = DirectoryStore(clients.dynamodb(), directory_table_name=settings.directory_table_name)
watch = HeatWatch(cases=cases, office=directory.office, together=partial(concerned_together, messages, directory))
index = MatterIndex(
    clients.dynamodb(), matters_table_name=settings.matters_table_name, messages_table_name=settings.messages_table_name
)
moves = MoveStore(clients.dynamodb(), settings.cases_table_name, settings.messages_table_name, index)
mover = MessageMover(cases=cases, moves=moves)
parking = ParkingStore(clients.dynamodb(), settings.messages_table_name)


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:  # noqa: ARG001 - Lambda's signature
    return process(event, _apply, _park)


def _apply(record: Record) -> None:
    carry_out(record.body, clients.stepfunctions(), watch, mover, datetime.now(UTC))


def _park(record: Record, error: PermanentError) -> None:
    parking.park(
        parked_id=record.message_id,
        reason=error.code,
        body=record.body.encode(),
        context={"queue": "commands"},
        now=datetime.now(UTC),
    )
