"""Takes in the mails by which bureaus answer."""

from datetime import UTC, datetime
from typing import Any

from jiesu.model.errors import PermanentError
from jiesu.road.answers import MailReceiver, Stored, parked_context, stored_mails
from jiesu.runtime import clients
from jiesu.runtime.batch import Record, process
from jiesu.runtime.logging import logger
from jiesu.runtime.secrets import SecretBook
from jiesu.runtime.settings import ReceiveMailSettings
from jiesu.store.bureau_mails import BureauMailStore
from jiesu.store.cases import CaseStore
from jiesu.store.evidence import EvidenceVault
from jiesu.store.mail_bucket import MailBucket
from jiesu.store.parking import ParkingStore

settings = ReceiveMailSettings.from_env()
dynamodb = clients.dynamodb()
secrets = SecretBook(clients.secretsmanager())
parking = ParkingStore(dynamodb, settings.messages_table_name)
cases = CaseStore(dynamodb, cases_table_name=settings.cases_table_name)
receiver = MailReceiver(
    bucket=MailBucket(client=clients.s3, bucket_name=settings.mail_bucket_name),
    vault=EvidenceVault(client=clients.s3, bucket_name=settings.evidence_bucket_name),
    cases=cases,
    mails=BureauMailStore(client=dynamodb, messages_table_name=settings.messages_table_name, cases=cases),
    sqs=clients.sqs(),
    receipts_queue_url=settings.receipts_queue_url,
    link_secret=lambda: secrets.text(settings.link_secret_name).encode(),
    reply_domain=settings.reply_domain,
)


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:  # noqa: ARG001 - Lambda's signature
    return process(event, _receive, _park)


def _receive(record: Record) -> None:
    for stored in stored_mails(record.body):
        try:
            fate = receiver.receive(stored, datetime.now(UTC))
        except PermanentError as error:
            _keep(record, stored, error)
        else:
            logger.info("mail at its end", extra={"fate": fate, "mail": stored.key})


def _keep(record: Record, stored: Stored, error: PermanentError) -> None:
    """Park one mail and go on: S3 may tell of several at once."""
    body, context = receiver.leaflet(stored), dict(parked_context(stored))
    parked_id = f"{record.message_id}.{stored.key.rpartition('/')[2]}"
    parking.park(parked_id=parked_id, reason=error.code, body=body, context=context, now=datetime.now(UTC))
    logger.warning("mail parked", extra={"code": error.code, "mail": stored.key, **error.ids})


def _park(record: Record, error: PermanentError) -> None:
    body, context = record.body.encode(), {"queue": "answers"}
    parking.park(parked_id=record.message_id, reason=error.code, body=body, context=context, now=datetime.now(UTC))
