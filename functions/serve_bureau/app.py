"""Serves the page behind a bureau's signed link."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from jiesu.pages.bureau import BureauPages
from jiesu.pages.bureau_evidence import BureauEvidence
from jiesu.pages.http import serve
from jiesu.pages.view import View
from jiesu.road.printing import Printer
from jiesu.runtime import clients
from jiesu.runtime.secrets import SecretBook
from jiesu.runtime.settings import ServeBureauSettings
from jiesu.store.cases import CaseStore
from jiesu.store.deliveries import DeliveryStore
from jiesu.store.directory import DirectoryStore
from jiesu.store.evidence import EvidenceStore, EvidenceVault
from jiesu.store.form_templates import FormTemplateStore
from jiesu.store.transient import TransientStore

settings = ServeBureauSettings.from_env()
dynamodb = clients.dynamodb()
secret_book = SecretBook(clients.secretsmanager())
printer = Printer(
    templates=FormTemplateStore(dynamodb, directory_table_name=settings.directory_table_name),
    office_name=settings.office_name,
    zone=ZoneInfo(settings.office_time_zone),
)
bureau = BureauPages(
    cases=CaseStore(dynamodb, cases_table_name=settings.cases_table_name),
    directory=DirectoryStore(dynamodb, directory_table_name=settings.directory_table_name),
    transient=TransientStore(dynamodb, transient_table_name=settings.transient_table_name),
    deliveries=DeliveryStore(dynamodb, deliveries_table_name=settings.deliveries_table_name),
    evidence=BureauEvidence(
        evidence=EvidenceStore(dynamodb, messages_table_name=settings.messages_table_name),
        vault=EvidenceVault(client=clients.s3, bucket_name=settings.evidence_bucket_name),
    ),
    documents=EvidenceVault(client=clients.s3, bucket_name=settings.documents_bucket_name),
    print_form=printer.print,
    link_secret=lambda: secret_book.text(settings.link_secret_name).encode(),
    view=View(office_name=settings.office_name, zone=ZoneInfo(settings.office_time_zone)),
)


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:  # noqa: ARG001 - Lambda's signature
    return serve(event, bureau, datetime.now(UTC), takes_files=True)
