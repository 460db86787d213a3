"""Serves the desk: what editors, their supervisor and the command centre see and do, and the static files of all pages."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from jiesu.office.city_book import CityBook
from jiesu.pages.desk_assembly import assemble
from jiesu.pages.http import serve
from jiesu.road.explain import explain
from jiesu.road.model_book import ModelBook
from jiesu.road.printing import Printer
from jiesu.road.screening import screen
from jiesu.runtime import clients
from jiesu.runtime.settings import ServeDeskSettings
from jiesu.store.directory import DirectoryStore
from jiesu.store.form_templates import FormTemplateStore
from jiesu.store.models import ModelRegistry, ModelVault

settings = ServeDeskSettings.from_env()
models = ModelBook(
    registry=ModelRegistry(clients.dynamodb(), settings.directory_table_name),
    vault=ModelVault(client=clients.s3, bucket_name=settings.model_bucket_name),
)
printer = Printer(
    templates=FormTemplateStore(clients.dynamodb(), directory_table_name=settings.directory_table_name),
    office_name=settings.office_name,
    zone=ZoneInfo(settings.office_time_zone),
)
cities = CityBook(DirectoryStore(clients.dynamodb(), directory_table_name=settings.directory_table_name).own_jurisdictions)
desk = assemble(
    settings,
    clients.dynamodb(),
    screen=lambda message, now: screen(message, models.model(now), cities.city(now)),
    print_form=printer.print,
    explain=lambda text, now: explain(text, now=now, time_zone=printer.zone, city=cities.city(now)),
    cities=cities,
)


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:  # noqa: ARG001 - Lambda's signature
    return serve(event, desk, datetime.now(UTC), takes_files=True)
