"""Keeps the office's authorizations at the platforms alive, and notes until when each is good."""

from datetime import UTC, datetime
from functools import partial
from typing import Any

from jiesu.channels.transmission import connection_pool, transmit
from jiesu.road.authorizations import AuthorizationKeeper
from jiesu.runtime import clients
from jiesu.runtime.logging import logger
from jiesu.runtime.secrets import SecretBook
from jiesu.runtime.settings import RenewAuthorizationsSettings
from jiesu.store.accounts import AccountStore
from jiesu.store.authorizations import AuthorizationStore
from jiesu.store.polls import PollStore
from jiesu.store.transient import TransientStore

settings = RenewAuthorizationsSettings.from_env()
keeper = AuthorizationKeeper(
    accounts=AccountStore(clients.dynamodb(), settings.directory_table_name).accounts,
    secrets=SecretBook(clients.secretsmanager()),
    transient=TransientStore(clients.dynamodb(), transient_table_name=settings.transient_table_name),
    authorizations=AuthorizationStore(clients.dynamodb(), settings.directory_table_name),
    polls=PollStore(clients.dynamodb(), settings.directory_table_name),
    transmit=partial(transmit, connection_pool()),
)


def handler(event: dict[str, Any], context: object) -> dict[str, int]:  # noqa: ARG001 - Lambda's signature
    report = keeper.keep(datetime.now(UTC))
    logger.info("authorizations kept", extra=report)
    return report
