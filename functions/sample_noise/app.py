"""Draws, every day, the sample of what was called noise that a person is to read again."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from jiesu.road.sampling import draw_due
from jiesu.runtime import clients
from jiesu.runtime.logging import logger
from jiesu.runtime.settings import SampleNoiseSettings
from jiesu.store.resting import RestingStore
from jiesu.store.samples import SampleStore

settings = SampleNoiseSettings.from_env()
resting = RestingStore(clients.dynamodb(), settings.messages_table_name)
samples = SampleStore(clients.dynamodb(), settings.messages_table_name)


def handler(event: dict[str, Any], context: object) -> dict[str, int]:  # noqa: ARG001 - Lambda's signature
    drawn = draw_due(resting, samples, zone=ZoneInfo(settings.office_time_zone), now=datetime.now(UTC))
    logger.info("noise sampled", extra=drawn)
    return drawn
