"""Fetches files of messages and the posts that they speak of from their platforms, and keeps them as evidence."""

from datetime import UTC, datetime
from functools import partial
from typing import Any

from jiesu.channels.media import MAX_BYTES
from jiesu.channels.transmission import connection_pool, fetch, transmit
from jiesu.model.errors import PermanentError
from jiesu.road.accounts import AccountBook
from jiesu.road.evidence import EvidenceFetcher
from jiesu.road.posts import PostFetcher
from jiesu.road.tokens import TokenBook
from jiesu.runtime import clients
from jiesu.runtime.batch import Record, process
from jiesu.runtime.secrets import SecretBook
from jiesu.runtime.settings import FetchMediaSettings
from jiesu.store.accounts import AccountStore
from jiesu.store.cases import CaseStore
from jiesu.store.evidence import EvidenceStore, EvidenceVault
from jiesu.store.matters import MatterIndex
from jiesu.store.parking import ParkingStore
from jiesu.store.polls import PollStore
from jiesu.store.posts import PostStore
from jiesu.store.transient import TransientStore

settings = FetchMediaSettings.from_env()
dynamodb = clients.dynamodb()
pool = connection_pool()
parking = ParkingStore(dynamodb, settings.messages_table_name)
tables = {"messages_table_name": settings.messages_table_name}
files = EvidenceFetcher(
    cases=CaseStore(dynamodb, cases_table_name=settings.cases_table_name),
    evidence=EvidenceStore(dynamodb, **tables),
    vault=EvidenceVault(client=clients.s3, bucket_name=settings.evidence_bucket_name),
    accounts=AccountBook(AccountStore(dynamodb, settings.directory_table_name).accounts),
    tokens=TokenBook(
        transient=TransientStore(dynamodb, transient_table_name=settings.transient_table_name),
        secrets=SecretBook(clients.secretsmanager()),
        transmit=partial(transmit, pool),
    ),
    index=MatterIndex(dynamodb, matters_table_name=settings.matters_table_name, **tables),
    fetch=partial(fetch, pool, max_bytes=MAX_BYTES),
)
fetcher = PostFetcher(
    files=files,
    posts=PostStore(dynamodb, settings.messages_table_name),
    polls=PollStore(dynamodb, settings.directory_table_name),
)


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:  # noqa: ARG001 - Lambda's signature
    return process(event, lambda record: fetcher.carry_out(record.body, datetime.now(UTC)), _park)


def _park(record: Record, error: PermanentError) -> None:
    body, context = record.body.encode(), {"queue": "media"}
    parking.park(parked_id=record.message_id, reason=error.code, body=body, context=context, now=datetime.now(UTC))
