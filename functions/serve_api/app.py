"""Serves the API under `/api/v1`: the acts of the desk as JSON, for systems of the police intranet."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from jiesu.api.assembly import api_of
from jiesu.api.endpoint import answer, resolver_of
from jiesu.pages.sentences import say
from jiesu.runtime import clients
from jiesu.runtime.settings import ServeApiSettings

settings = ServeApiSettings.from_env()
zone = ZoneInfo(settings.office_time_zone)
app = resolver_of(
    api_of(
        settings,
        clients.dynamodb(),
        say=lambda entry, case, now: say(entry, case, zone, now),
        clock=lambda: datetime.now(UTC),
    )
)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    return answer(app, event, context)
