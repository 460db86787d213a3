"""Answers the platforms' webhooks: verify, queue, answer."""

from datetime import UTC, datetime
from typing import Any

from jiesu import cold_start
from jiesu.road.accounts import AccountBook
from jiesu.road.receive import WebhookReceiver, request_of
from jiesu.runtime import clients
from jiesu.runtime.secrets import SecretBook
from jiesu.runtime.settings import ReceiveWebhookSettings
from jiesu.store.accounts import AccountStore
from jiesu.store.parking import ParkingStore
from jiesu.store.transient import TransientStore

settings = ReceiveWebhookSettings.from_env()
dynamodb = clients.dynamodb(prompt=True)
receiver = WebhookReceiver(
    accounts=AccountBook(AccountStore(dynamodb, settings.directory_table_name).accounts),
    secrets=SecretBook(clients.secretsmanager(prompt=True)),
    transient=TransientStore(dynamodb, transient_table_name=settings.transient_table_name),
    parking=ParkingStore(dynamodb, settings.messages_table_name),
    sqs=clients.sqs(prompt=True),
    inbox_queue_url=settings.inbox_queue_url,
)
cold_start.is_over()


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:  # noqa: ARG001 - Lambda's signature
    return receiver.receive(request_of(event), datetime.now(UTC)).as_response()
