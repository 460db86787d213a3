"""Serves bureaus: the page behind a signed link, and the lists of those whose people sign in."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from jiesu.pages.bureau_assembly import assemble
from jiesu.pages.http import serve
from jiesu.road.printing import Printer
from jiesu.runtime import clients
from jiesu.runtime.settings import ServeBureauSettings
from jiesu.store.form_templates import FormTemplateStore

settings = ServeBureauSettings.from_env()
printer = Printer(
    templates=FormTemplateStore(clients.dynamodb(), directory_table_name=settings.directory_table_name),
    office_name=settings.office_name,
    zone=ZoneInfo(settings.office_time_zone),
)
bureau = assemble(settings, clients.dynamodb(), print_form=printer.print)


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:  # noqa: ARG001 - Lambda's signature
    return serve(event, bureau, datetime.now(UTC), takes_files=True)
