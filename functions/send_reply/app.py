"""Sends replies to citizens, and public posts to everybody, through the platforms."""

from datetime import UTC, datetime
from functools import partial
from typing import Any

from jiesu.channels.transmission import connection_pool, transmit
from jiesu.model.errors import PermanentError
from jiesu.road.accounts import AccountBook
from jiesu.road.outbound import Outbound
from jiesu.road.sending import SendingDelayedError
from jiesu.runtime import clients
from jiesu.runtime.batch import Record, hide, process
from jiesu.runtime.secrets import SecretBook
from jiesu.runtime.settings import SendReplySettings
from jiesu.store.accounts import AccountStore
from jiesu.store.cases import CaseStore
from jiesu.store.deliveries import DeliveryStore
from jiesu.store.parking import ParkingStore
from jiesu.store.reply_windows import ReplyWindowStore
from jiesu.store.transient import TransientStore

settings = SendReplySettings.from_env()
dynamodb = clients.dynamodb()
parking = ParkingStore(dynamodb, settings.messages_table_name)
outbound = Outbound(
    cases=CaseStore(dynamodb, cases_table_name=settings.cases_table_name),
    deliveries=DeliveryStore(dynamodb, deliveries_table_name=settings.deliveries_table_name),
    windows=ReplyWindowStore(dynamodb, messages_table_name=settings.messages_table_name),
    transient=TransientStore(dynamodb, transient_table_name=settings.transient_table_name),
    accounts=AccountBook(AccountStore(dynamodb, settings.directory_table_name).accounts),
    secrets=SecretBook(clients.secretsmanager()),
    transmit=partial(transmit, connection_pool()),
)


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:  # noqa: ARG001 - Lambda's signature
    return process(event, _send, _park)


def _send(record: Record) -> None:
    try:
        outbound.carry_out(record.body, datetime.now(UTC), attempt=record.attempt)
    except SendingDelayedError as error:
        if error.wait is not None:
            hide(clients.sqs(), settings.outbound_queue_url, record, error.wait)
        raise


def _park(record: Record, error: PermanentError) -> None:
    parking.park(
        parked_id=record.message_id,
        reason=error.code,
        body=record.body.encode(),
        context={"queue": "outbound"},
        now=datetime.now(UTC),
    )
