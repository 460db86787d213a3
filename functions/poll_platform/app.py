"""Asks the platforms for comments, which they do not push."""

from datetime import UTC, datetime
from functools import partial
from typing import Any

from jiesu.channels.transmission import connection_pool, transmit
from jiesu.road.poll import Poller
from jiesu.runtime import clients
from jiesu.runtime.logging import logger
from jiesu.runtime.secrets import SecretBook
from jiesu.runtime.settings import PollPlatformSettings
from jiesu.store.accounts import AccountStore
from jiesu.store.polls import PollStore

settings = PollPlatformSettings.from_env()
poller = Poller(
    accounts=AccountStore(clients.dynamodb(), settings.directory_table_name).accounts,
    secrets=SecretBook(clients.secretsmanager()),
    polls=PollStore(clients.dynamodb(), settings.directory_table_name),
    sqs=clients.sqs(),
    inbox_queue_url=settings.inbox_queue_url,
    transmit=partial(transmit, connection_pool()),
)


def handler(event: dict[str, Any], context: object) -> dict[str, int]:  # noqa: ARG001 - Lambda's signature
    report = poller.poll(datetime.now(UTC))
    logger.info("platforms asked", extra=report)
    return report
