"""Mails, every morning and once, what is open, late, unowned, unread or unreachable to those who answer for it."""

from datetime import UTC, datetime
from typing import Any

from jiesu.road.morning import report_from
from jiesu.runtime.logging import logger
from jiesu.runtime.settings import SummarizeMorningSettings

settings = SummarizeMorningSettings.from_env()
report = report_from(settings)


def handler(event: dict[str, Any], context: object) -> dict[str, int]:  # noqa: ARG001 - Lambda's signature
    sent = report.send(datetime.now(UTC))
    logger.info("morning summarized", extra=sent)
    return sent
