"""Serves the desk: what editors, their supervisor and the command centre see and do, and the static files of all pages."""

from datetime import UTC, datetime
from typing import Any

from jiesu.pages.desk_assembly import assemble
from jiesu.pages.http import serve
from jiesu.runtime import clients
from jiesu.runtime.settings import ServeDeskSettings

desk = assemble(ServeDeskSettings.from_env(), clients.dynamodb())


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:  # noqa: ARG001 - Lambda's signature
    return serve(event, desk, datetime.now(UTC))
