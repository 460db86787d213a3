"""Records what providers say of mails and SMS, and has told otherwise whom they did not reach."""

from datetime import UTC, datetime
from typing import Any

from jiesu.model.errors import PermanentError
from jiesu.road.receipts import ReceiptRecorder, read_receipt
from jiesu.runtime import clients
from jiesu.runtime.batch import Record, process
from jiesu.runtime.logging import logger
from jiesu.runtime.settings import RecordReceiptSettings
from jiesu.store.cases import CaseStore
from jiesu.store.contact_marks import ContactMarkStore
from jiesu.store.deliveries import DeliveryStore
from jiesu.store.parking import ParkingStore

settings = RecordReceiptSettings.from_env()
dynamodb = clients.dynamodb()
parking = ParkingStore(dynamodb, settings.messages_table_name)
recorder = ReceiptRecorder(
    cases=CaseStore(dynamodb, cases_table_name=settings.cases_table_name),
    deliveries=DeliveryStore(dynamodb, deliveries_table_name=settings.deliveries_table_name),
    marks=ContactMarkStore(dynamodb, settings.directory_table_name),
)


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:  # noqa: ARG001 - Lambda's signature
    return process(event, _record, _park)


def _record(record: Record) -> None:
    receipt = read_receipt(record.body)
    fate = "nothing" if receipt is None else recorder.record(receipt, datetime.now(UTC))
    said = {} if receipt is None else {"provider": receipt.provider, "receipt": receipt.kind}
    logger.info("receipt at its end", extra={"fate": fate, **said})


def _park(record: Record, error: PermanentError) -> None:
    parking.park(
        parked_id=record.message_id,
        reason=error.code,
        body=record.body.encode(),
        context={"queue": "receipts"},
        now=datetime.now(UTC),
    )
