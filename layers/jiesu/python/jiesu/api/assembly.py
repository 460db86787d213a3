"""The API put together: what it reads and writes, from a function's settings."""

import secrets
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from aws_lambda_powertools.utilities.idempotency import DynamoDBPersistenceLayer

from jiesu.api.access import Api
from jiesu.model.case import Case
from jiesu.model.timeline import Entry
from jiesu.runtime import clients
from jiesu.runtime.secrets import SecretBook
from jiesu.runtime.settings import ServeApiSettings
from jiesu.store import keys
from jiesu.store.accounts import AccountStore
from jiesu.store.api_keys import ApiKeyStore
from jiesu.store.articles import ArticleStore
from jiesu.store.case_pairs import CasePairStore
from jiesu.store.cases import CaseStore
from jiesu.store.citizen_search import CitizenSearch
from jiesu.store.citizens import CitizenIndex
from jiesu.store.desk_lines import DeskLineStore
from jiesu.store.directory import DirectoryStore
from jiesu.store.finding import CaseSearch, FindingStore
from jiesu.store.lookups import LookupStore
from jiesu.store.messages import MessageStore
from jiesu.store.timeliness import TimelinessStore

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


def api_of(
    settings: ServeApiSettings,
    dynamodb: "DynamoDBClient",
    *,
    say: Callable[[Entry, Case, datetime], str],
    clock: Callable[[], datetime],
) -> Api:
    """The API of one office; `say` puts an entry in words, as the desk does."""
    cases = CaseStore(dynamodb, cases_table_name=settings.cases_table_name)
    messages = MessageStore(dynamodb, messages_table_name=settings.messages_table_name)
    accounts = AccountStore(dynamodb, settings.directory_table_name).accounts
    finding = FindingStore(dynamodb, settings.cases_table_name)
    secret_book = SecretBook(clients.secretsmanager())
    citizens = CitizenIndex(dynamodb, settings.messages_table_name, lambda: secret_book.text(settings.telephone_secret_name))
    return Api(
        cases=cases,
        pairs=CasePairStore(dynamodb, cases),
        messages=messages,
        directory=DirectoryStore(dynamodb, directory_table_name=settings.directory_table_name),
        articles=ArticleStore(dynamodb, settings.cases_table_name),
        accounts=accounts,
        search=CaseSearch(lines=DeskLineStore(dynamodb, settings.cases_table_name), finding=finding),
        citizens=CitizenSearch(
            citizens=citizens,
            finding=finding,
            messages=messages,
            accounts=accounts,
            lookups=LookupStore(dynamodb, settings.cases_table_name),
        ),
        timeliness=TimelinessStore(dynamodb, settings.cases_table_name),
        api_keys=ApiKeyStore(dynamodb, settings.directory_table_name),
        idempotency=DynamoDBPersistenceLayer(
            table_name=settings.transient_table_name,
            key_attr="pk",
            sort_key_attr="sk",
            static_pk_value=keys.IDEMPOTENCY,
            expiry_attr="expires_at",
            boto3_client=dynamodb,
        ),
        say=say,
        new_id=lambda: secrets.token_hex(8),
        clock=clock,
        zone=ZoneInfo(settings.office_time_zone),
    )
