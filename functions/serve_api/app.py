"""Serves the API under `/api/v1`: the acts of the desk as JSON, for systems of the police intranet."""

import secrets
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from aws_lambda_powertools.utilities.idempotency import DynamoDBPersistenceLayer

from jiesu.api.access import Api
from jiesu.api.endpoint import answer, resolver_of
from jiesu.pages.sentences import say
from jiesu.runtime import clients
from jiesu.runtime.settings import ServeApiSettings
from jiesu.store import keys
from jiesu.store.api_keys import ApiKeyStore
from jiesu.store.cases import CaseStore
from jiesu.store.directory import DirectoryStore
from jiesu.store.messages import MessageStore

settings = ServeApiSettings.from_env()
dynamodb = clients.dynamodb()
zone = ZoneInfo(settings.office_time_zone)
app = resolver_of(
    Api(
        cases=CaseStore(dynamodb, cases_table_name=settings.cases_table_name),
        messages=MessageStore(dynamodb, messages_table_name=settings.messages_table_name),
        directory=DirectoryStore(dynamodb, directory_table_name=settings.directory_table_name),
        api_keys=ApiKeyStore(dynamodb, settings.directory_table_name),
        idempotency=DynamoDBPersistenceLayer(
            table_name=settings.transient_table_name,
            key_attr="pk",
            sort_key_attr="sk",
            static_pk_value=keys.IDEMPOTENCY,
            expiry_attr="expires_at",
            boto3_client=dynamodb,
        ),
        say=lambda entry, case, now: say(entry, case, zone, now),
        new_id=lambda: secrets.token_hex(8),
        clock=lambda: datetime.now(UTC),
        zone=zone,
    )
)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    return answer(app, event, context)
