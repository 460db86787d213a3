"""The bureaus' site put together: every page with the stores it reads and writes."""

from functools import cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from jiesu.pages.bureau import BureauPages
from jiesu.pages.bureau_assignment import AssignmentPages
from jiesu.pages.bureau_evidence import BureauEvidence
from jiesu.pages.bureau_links import LinkPages
from jiesu.pages.documents import Print
from jiesu.pages.view import View
from jiesu.runtime import clients
from jiesu.runtime.secrets import SecretBook
from jiesu.runtime.settings import ServeBureauSettings
from jiesu.store.cases import CaseStore
from jiesu.store.deliveries import DeliveryStore
from jiesu.store.directory import DirectoryStore
from jiesu.store.evidence import EvidenceStore, EvidenceVault
from jiesu.store.transient import TransientStore

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from jiesu.pages.bureau_accounts import AccountPages


def assemble(settings: ServeBureauSettings, dynamodb: "DynamoDBClient", *, print_form: Print) -> BureauPages:
    """The site of one office; `print_form` does as the road does, which the pages do not know."""
    secret_book = SecretBook(clients.secretsmanager())
    view = View(office_name=settings.office_name, zone=ZoneInfo(settings.office_time_zone))
    directory = DirectoryStore(dynamodb, directory_table_name=settings.directory_table_name)
    assignments = AssignmentPages(
        cases=CaseStore(dynamodb, cases_table_name=settings.cases_table_name),
        deliveries=DeliveryStore(dynamodb, deliveries_table_name=settings.deliveries_table_name),
        evidence=BureauEvidence(
            evidence=EvidenceStore(dynamodb, messages_table_name=settings.messages_table_name),
            vault=EvidenceVault(client=clients.s3, bucket_name=settings.evidence_bucket_name),
        ),
        documents=EvidenceVault(client=clients.s3, bucket_name=settings.documents_bucket_name),
        print_form=print_form,
        view=view,
    )

    @cache
    def accounts() -> "AccountPages":
        from jiesu.pages.bureau_accounts import AccountPages  # noqa: PLC0415 - as much again as a link needs
        from jiesu.pages.oidc import ConfigBook  # noqa: PLC0415
        from jiesu.store.bureau_lines import BureauLineStore  # noqa: PLC0415
        from jiesu.store.timeliness import TimelinessStore  # noqa: PLC0415

        return AccountPages(
            config=ConfigBook(clients.ssm(), settings.oidc_parameter_name).config,
            session_secret=lambda: secret_book.text(settings.session_secret_name),
            assignments=assignments,
            lines=BureauLineStore(dynamodb, settings.cases_table_name),
            timeliness=TimelinessStore(dynamodb, settings.cases_table_name),
            directory=directory,
            view=view,
        )

    links = LinkPages(
        assignments=assignments,
        directory=directory,
        transient=TransientStore(dynamodb, transient_table_name=settings.transient_table_name),
        link_secret=lambda: secret_book.text(settings.link_secret_name).encode(),
        view=view,
    )
    return BureauPages(links=links, accounts=accounts, view=view)
