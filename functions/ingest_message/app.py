"""Takes deliveries from the inbox: stores each message once, opens a case or joins one, or lets it rest."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from jiesu.model.errors import PermanentError
from jiesu.model.message import ConversationKey
from jiesu.road.accounts import AccountBook
from jiesu.road.ingest import Ingest
from jiesu.road.model_book import ModelBook
from jiesu.runtime import clients
from jiesu.runtime.batch import Batch, Record
from jiesu.runtime.secrets import SecretBook
from jiesu.runtime.settings import IngestMessageSettings
from jiesu.store.accounts import AccountStore
from jiesu.store.cases import CaseStore
from jiesu.store.directory import DirectoryStore
from jiesu.store.messages import MessageStore, Screened
from jiesu.store.models import ModelRegistry, ModelVault
from jiesu.store.parking import ParkingStore
from jiesu.store.reply_windows import ReplyWindowStore

settings = IngestMessageSettings.from_env()
parking = ParkingStore(clients.dynamodb(), settings.messages_table_name)
vault = ModelVault(client=clients.s3, bucket_name=settings.model_bucket_name)
ingest = Ingest(
    accounts=AccountBook(AccountStore(clients.dynamodb(), settings.directory_table_name).accounts),
    secrets=SecretBook(clients.secretsmanager()),
    cases=CaseStore(clients.dynamodb(), cases_table_name=settings.cases_table_name),
    messages=MessageStore(clients.dynamodb(), messages_table_name=settings.messages_table_name),
    windows=ReplyWindowStore(clients.dynamodb(), messages_table_name=settings.messages_table_name),
    models=ModelBook(registry=ModelRegistry(clients.dynamodb(), settings.directory_table_name), vault=vault),
    time_zone=ZoneInfo(settings.office_time_zone),
    retention=timedelta(days=settings.retention_days),
    office=DirectoryStore(clients.dynamodb(), directory_table_name=settings.directory_table_name).office,
)


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:  # noqa: ARG001 - Lambda's signature
    batch = Batch(event, _park)
    read = batch.each(batch.records, lambda record: ingest.read(record.body, datetime.now(UTC)))
    cases = ingest.cases_of(one for _, messages in read for one in messages)
    batch.each(read, lambda messages: _store(messages, cases))
    return batch.response


def _store(messages: tuple[Screened, ...], cases: dict[ConversationKey, str]) -> None:
    for screened in messages:
        ingest.store(screened, cases.get(screened.message.conversation), datetime.now(UTC))


def _park(record: Record, error: PermanentError) -> None:
    parking.park(
        parked_id=record.message_id,
        reason=error.code,
        body=record.body.encode(),
        context={"queue": "inbox"},
        now=datetime.now(UTC),
    )
