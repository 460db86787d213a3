"""Counts, every day, the issues of the last months: what grows, and what comes back after it was called solved."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from jiesu.road.issues import tally_due
from jiesu.runtime import clients
from jiesu.runtime.logging import logger
from jiesu.runtime.settings import TallyIssuesSettings
from jiesu.store.issues import IssueStore

settings = TallyIssuesSettings.from_env()
issues = IssueStore(clients.dynamodb(), settings.cases_table_name)


def handler(event: dict[str, Any], context: object) -> dict[str, int]:  # noqa: ARG001 - Lambda's signature
    tallied = tally_due(issues, zone=ZoneInfo(settings.office_time_zone), now=datetime.now(UTC))
    logger.info("issues tallied", extra=tallied)
    return tallied
