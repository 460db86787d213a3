"""Counts, every day, what came in on the last days: by hour and platform, and how much of it was work."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from jiesu.road.volume import tally_volume
from jiesu.runtime import clients
from jiesu.runtime.logging import logger
from jiesu.runtime.settings import TallyVolumeSettings
from jiesu.store.finding import FindingStore
from jiesu.store.volume import VolumeStore

settings = TallyVolumeSettings.from_env()
volume = VolumeStore(
    clients.dynamodb(), settings.messages_table_name, FindingStore(clients.dynamodb(), settings.cases_table_name)
)


def handler(event: dict[str, Any], context: object) -> dict[str, int]:  # noqa: ARG001 - Lambda's signature
    tallied = tally_volume(volume, zone=ZoneInfo(settings.office_time_zone), now=datetime.now(UTC))
    logger.info("volume tallied", extra=tallied)
    return tallied
