"""Takes the SMS gateway's receipts: verify, queue, answer."""

from datetime import UTC, datetime
from typing import Any

from jiesu.road.callbacks import ReceiptReceiver
from jiesu.runtime import clients
from jiesu.runtime.secrets import SecretBook
from jiesu.runtime.settings import ReceiveReceiptSettings

settings = ReceiveReceiptSettings.from_env()
secrets = SecretBook(clients.secretsmanager(prompt=True))
gateway = settings.sms_gateway_secret_name
receiver = ReceiptReceiver(
    sqs=clients.sqs(prompt=True),
    queue_url=settings.receipts_queue_url,
    key=lambda: secrets.fields(gateway)["receipt_key"].encode() if gateway else None,
)


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:  # noqa: ARG001 - Lambda's signature
    return receiver.receive(event, datetime.now(UTC))
