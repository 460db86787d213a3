"""Counts, every day, how common words are in the cases that were opened: what tells one matter from another is what is rare."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from jiesu.road.frequencies import FrequencyCount
from jiesu.runtime import clients
from jiesu.runtime.logging import logger
from jiesu.runtime.settings import CountFrequenciesSettings
from jiesu.store.frequencies import FrequencyRegistry
from jiesu.store.issues import IssueStore
from jiesu.store.messages import MessageStore
from jiesu.store.models import ModelVault

settings = CountFrequenciesSettings.from_env()
counting = FrequencyCount(
    registry=FrequencyRegistry(clients.dynamodb(), settings.directory_table_name),
    vault=ModelVault(client=clients.s3, bucket_name=settings.model_bucket_name),
    issues=IssueStore(clients.dynamodb(), settings.cases_table_name),
    messages=MessageStore(clients.dynamodb(), messages_table_name=settings.messages_table_name),
    zone=ZoneInfo(settings.office_time_zone),
)


def handler(event: dict[str, Any], context: object) -> dict[str, int]:  # noqa: ARG001 - Lambda's signature
    counted = counting.count_due(datetime.now(UTC))
    logger.info("frequencies counted", extra=counted)
    return counted
