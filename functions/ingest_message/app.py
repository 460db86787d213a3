"""Takes deliveries from the inbox: stores each message once, opens a case or joins one, or lets it rest."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from jiesu.model.errors import PermanentError
from jiesu.office.city_book import CityBook
from jiesu.road.accounts import AccountBook
from jiesu.road.frequencies import FrequencyBook
from jiesu.road.ingest import Ingest
from jiesu.road.model_book import ModelBook
from jiesu.runtime import clients
from jiesu.runtime.batch import Batch, Record
from jiesu.runtime.secrets import SecretBook
from jiesu.runtime.settings import IngestMessageSettings
from jiesu.store.accounts import AccountStore
from jiesu.store.cases import CaseStore
from jiesu.store.citizens import CitizenIndex
from jiesu.store.directory import DirectoryStore
from jiesu.store.frequencies import FrequencyRegistry
from jiesu.store.matters import MatterIndex
from jiesu.store.messages import MessageStore
from jiesu.store.models import ModelRegistry, ModelVault
from jiesu.store.parking import ParkingStore
from jiesu.store.reply_windows import ReplyWindowStore

settings = IngestMessageSettings.from_env()
dynamodb, secrets = clients.dynamodb(), SecretBook(clients.secretsmanager())
tables = {"messages_table_name": settings.messages_table_name}
parking = ParkingStore(dynamodb, settings.messages_table_name)
vault = ModelVault(client=clients.s3, bucket_name=settings.model_bucket_name)
ingest = Ingest(
    accounts=AccountBook(AccountStore(dynamodb, settings.directory_table_name).accounts),
    secrets=secrets,
    cases=CaseStore(dynamodb, cases_table_name=settings.cases_table_name),
    messages=MessageStore(dynamodb, **tables),
    windows=ReplyWindowStore(dynamodb, **tables),
    models=ModelBook(registry=ModelRegistry(dynamodb, settings.directory_table_name), vault=vault),
    cities=CityBook(DirectoryStore(dynamodb, directory_table_name=settings.directory_table_name).own_jurisdictions),
    matters=MatterIndex(dynamodb, matters_table_name=settings.matters_table_name, **tables),
    citizens=CitizenIndex(dynamodb, settings.messages_table_name, lambda: secrets.text(settings.telephone_secret_name)),
    frequencies=FrequencyBook(registry=FrequencyRegistry(dynamodb, settings.directory_table_name), vault=vault).table,
    time_zone=ZoneInfo(settings.office_time_zone),
    retention=timedelta(days=settings.retention_days),
    office=DirectoryStore(dynamodb, directory_table_name=settings.directory_table_name).office,
)


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:  # noqa: ARG001 - Lambda's signature
    batch = Batch(event, _park)
    read = batch.each(batch.records, lambda record: ingest.read(record.body, datetime.now(UTC)))
    known = ingest.look_up(one for _, messages in read for one in messages)
    batch.each(read, lambda messages: [ingest.store(one, known, datetime.now(UTC)) for one in messages])
    return batch.response


def _park(record: Record, error: PermanentError) -> None:
    body, context = record.body.encode(), {"queue": "inbox"}
    parking.park(parked_id=record.message_id, reason=error.code, body=body, context=context, now=datetime.now(UTC))
