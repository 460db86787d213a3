"""Sends the notices that bureaus and the office are due: one mail or SMS a queue message."""

from datetime import UTC, datetime
from typing import Any

from jiesu.model.errors import PermanentError
from jiesu.road.notify import read_notice, sender_from
from jiesu.runtime import clients
from jiesu.runtime.batch import Record, process
from jiesu.runtime.logging import logger
from jiesu.runtime.settings import SendNoticeSettings
from jiesu.store.parking import ParkingStore

settings = SendNoticeSettings.from_env()
sender = sender_from(settings)
parking = ParkingStore(clients.dynamodb(), settings.messages_table_name)


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:  # noqa: ARG001 - Lambda's signature
    return process(event, _send, _park)


def _send(record: Record) -> None:
    notice = read_notice(record.body)
    fate = sender.send(notice, last_delivery=record.attempt >= settings.max_receive_count, now=datetime.now(UTC))
    logger.info("notice at its end", extra={"notice_id": notice.id, "transport": notice.transport, "fate": fate})


def _park(record: Record, error: PermanentError) -> None:
    parking.park(
        parked_id=record.message_id,
        reason=error.code,
        body=record.body.encode(),
        context={"queue": "notices"},
        now=datetime.now(UTC),
    )
