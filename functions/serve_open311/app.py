"""Serves Open311 GeoReport v2: what the office disclosed, and the way in for clients that have a key."""

from datetime import UTC, datetime
from typing import Any

from jiesu.open311.endpoint import Open311Endpoint
from jiesu.runtime import clients
from jiesu.runtime.settings import ServeOpen311Settings
from jiesu.store.api_keys import ApiKeyStore
from jiesu.store.messages import MessageStore
from jiesu.store.public_requests import PublicRequestStore
from jiesu.store.transient import TransientStore

settings = ServeOpen311Settings.from_env()
dynamodb = clients.dynamodb()
endpoint = Open311Endpoint(
    requests=PublicRequestStore(dynamodb, cases_table_name=settings.cases_table_name),
    messages=MessageStore(dynamodb, messages_table_name=settings.messages_table_name),
    api_keys=ApiKeyStore(dynamodb, settings.directory_table_name),
    transient=TransientStore(dynamodb, transient_table_name=settings.transient_table_name),
    sqs=clients.sqs(),
    inbox_queue_url=settings.inbox_queue_url,
    jurisdiction_id=settings.jurisdiction_id,
    office_name=settings.office_name,
    public_base_url=settings.public_base_url,
)


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:  # noqa: ARG001 - Lambda's signature
    return endpoint.answer(event, datetime.now(UTC))
