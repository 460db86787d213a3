"""The desk put together: every page with the stores it reads and writes."""

import secrets
from functools import partial
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from jiesu.channels.transmission import connection_pool, transmit
from jiesu.office.city_book import CityBook
from jiesu.office.secret_trial import try_secrets
from jiesu.pages.configuring import ConfigurationPages
from jiesu.pages.configuring_accounts import SecretPages, accounts
from jiesu.pages.configuring_bureaus import bureaus
from jiesu.pages.configuring_forms import TemplatePages, form_templates
from jiesu.pages.configuring_jurisdictions import PastCases, jurisdictions
from jiesu.pages.configuring_office import office_settings
from jiesu.pages.configuring_rosters import rosters
from jiesu.pages.desk import Desk
from jiesu.pages.desk_acting import ActingPages
from jiesu.pages.desk_answers import AnswerPages
from jiesu.pages.desk_batch import BatchPages
from jiesu.pages.desk_bulletins import BulletinPages
from jiesu.pages.desk_coverage import CoveragePages
from jiesu.pages.desk_decisions import DecisionPages
from jiesu.pages.desk_duty import DutyPages
from jiesu.pages.desk_entering import EnteringPages, Screen
from jiesu.pages.desk_evidence import EvidencePages
from jiesu.pages.desk_figures import FigurePages
from jiesu.pages.desk_heat import HeatPages
from jiesu.pages.desk_issues import IssuePages
from jiesu.pages.desk_lookup import LookupPages
from jiesu.pages.desk_matters import MatterPages
from jiesu.pages.desk_queue import QueuePages
from jiesu.pages.desk_reading import ReadingPages
from jiesu.pages.desk_replanning import ReplanPages
from jiesu.pages.desk_resting import RestingPages
from jiesu.pages.desk_sampling import SamplingPages
from jiesu.pages.desk_search import SearchPages
from jiesu.pages.desk_sign_in import SignInPages
from jiesu.pages.desk_similar import SimilarPages
from jiesu.pages.desk_source import SourcePages
from jiesu.pages.desk_standing import Explain, StandingPages
from jiesu.pages.desk_undo import UndoPages
from jiesu.pages.desk_wall import WallPages
from jiesu.pages.documents import Print
from jiesu.pages.oidc import ConfigBook, Issuer, fetch
from jiesu.pages.view import View
from jiesu.runtime import clients
from jiesu.runtime.secrets import SecretBook
from jiesu.runtime.settings import ServeDeskSettings
from jiesu.store.accounts import AccountStore
from jiesu.store.articles import ArticleStore
from jiesu.store.case_pairs import CasePairStore
from jiesu.store.cases import CaseStore
from jiesu.store.citizen_search import CitizenSearch
from jiesu.store.citizens import CitizenIndex
from jiesu.store.colleagues import ColleagueStore
from jiesu.store.contact_marks import ContactMarkStore
from jiesu.store.deliveries import DeliveryStore
from jiesu.store.desk_lines import DeskLineStore
from jiesu.store.directory import DirectoryStore
from jiesu.store.duty import DutyStore
from jiesu.store.evidence import EvidenceStore, EvidenceVault
from jiesu.store.finding import CaseSearch, FindingStore
from jiesu.store.form_templates import FormTemplateStore
from jiesu.store.issues import IssueStore
from jiesu.store.lookups import LookupStore
from jiesu.store.messages import MessageStore
from jiesu.store.parking import ParkingStore
from jiesu.store.queue import QueueStore
from jiesu.store.resting import RestingStore
from jiesu.store.samples import SampleStore
from jiesu.store.timeliness import TimelinessStore
from jiesu.store.volume import VolumeStore

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


def assemble(
    settings: ServeDeskSettings,
    dynamodb: "DynamoDBClient",
    *,
    screen: Screen,
    print_form: Print,
    explain: Explain,
    cities: CityBook,
) -> Desk:
    """The desk of one office; `screen`, `print_form` and `explain` do as the road does, which the pages do not know."""
    cases = CaseStore(dynamodb, cases_table_name=settings.cases_table_name)
    messages = MessageStore(dynamodb, messages_table_name=settings.messages_table_name)
    resting = RestingStore(dynamodb, settings.messages_table_name)
    documents = EvidenceVault(client=clients.s3, bucket_name=settings.documents_bucket_name)
    vault = EvidenceVault(client=clients.s3, bucket_name=settings.evidence_bucket_name)
    directory = DirectoryStore(dynamodb, directory_table_name=settings.directory_table_name)
    channel_accounts = AccountStore(dynamodb, settings.directory_table_name)
    templates = FormTemplateStore(dynamodb, directory_table_name=settings.directory_table_name)
    articles = ArticleStore(dynamodb, settings.cases_table_name)
    duty = DutyStore(dynamodb, settings.cases_table_name)
    lines = DeskLineStore(dynamodb, settings.cases_table_name)
    finding = FindingStore(dynamodb, settings.cases_table_name)
    lookups = LookupStore(dynamodb, settings.cases_table_name)
    view = View(office_name=settings.office_name, zone=ZoneInfo(settings.office_time_zone))
    secret_book = SecretBook(clients.secretsmanager())
    citizens = CitizenIndex(dynamodb, settings.messages_table_name, lambda: secret_book.text(settings.telephone_secret_name))
    pool = connection_pool()
    return Desk(
        config=ConfigBook(clients.ssm(), settings.oidc_parameter_name).config,
        session_secret=lambda: secret_book.text(settings.session_secret_name),
        view=view,
        sign_in=SignInPages(issuer=Issuer(fetch), view=view, new_token=lambda: secrets.token_urlsafe(32)),
        queue=QueuePages(
            cases=cases,
            lines=QueueStore(dynamodb, settings.cases_table_name),
            colleagues=ColleagueStore(dynamodb, settings.cases_table_name),
            view=view,
        ),
        search=SearchPages(
            search=CaseSearch(lines=lines, finding=finding),
            directory=directory,
            view=view,
        ),
        lookup=LookupPages(
            search=CitizenSearch(
                citizens=citizens,
                finding=finding,
                messages=messages,
                accounts=channel_accounts.accounts,
                lookups=lookups,
            ),
            lookups=lookups,
            directory=directory,
            view=view,
        ),
        undo=UndoPages(cases=cases, pairs=CasePairStore(dynamodb, cases)),
        batch=BatchPages(cases=cases),
        reading=ReadingPages(
            cases=cases,
            messages=messages,
            deliveries=DeliveryStore(dynamodb, deliveries_table_name=settings.deliveries_table_name),
            parking=ParkingStore(dynamodb, settings.messages_table_name),
            marks=ContactMarkStore(dynamodb, settings.directory_table_name),
            vault=vault,
            view=view,
        ),
        acting=ActingPages(
            cases=cases,
            messages=messages,
            directory=directory,
            accounts=channel_accounts.accounts,
            duty=duty,
            articles=articles,
            view=view,
            new_id=lambda: secrets.token_hex(8),
        ),
        replanning=ReplanPages(cases=cases, directory=directory, view=view),
        answers=AnswerPages(articles=articles, view=view),
        entering=EnteringPages(
            cases=cases,
            messages=messages,
            resting=resting,
            sqs=clients.sqs,
            inbox_queue_url=settings.inbox_queue_url,
            screen=screen,
            view=view,
            new_token=lambda: secrets.token_hex(16),
        ),
        bulletins=BulletinPages(cases=cases, shelf=documents, print=print_form, view=view),
        heat=HeatPages(cases=cases, view=view),
        matters=MatterPages(cases=cases, pairs=CasePairStore(dynamodb, cases), cities=cities, messages=messages, view=view),
        similar=SimilarPages(cases=cases, messages=messages, view=view),
        source=SourcePages(cases=cases, messages=messages, view=view),
        coverage=CoveragePages(cases=cases, view=view),
        decisions=DecisionPages(cases=cases, view=view),
        duty=DutyPages(cases=cases, duty=duty, lines=lines, view=view),
        figures=FigurePages(
            timeliness=TimelinessStore(dynamodb, settings.cases_table_name),
            volume=VolumeStore(dynamodb, settings.messages_table_name, finding),
            samples=SampleStore(dynamodb, settings.messages_table_name),
            issues=IssueStore(dynamodb, settings.cases_table_name),
            finding=finding,
            shelf=documents,
            view=view,
        ),
        configuration=ConfigurationPages(
            topics=(
                bureaus(directory),
                rosters(directory, view.zone),
                jurisdictions(directory, PastCases(lines=lines, finding=finding, messages=messages)),
                office_settings(directory),
                accounts(channel_accounts, settings.channel_secrets_prefix),
                form_templates(templates),
            ),
            view=view,
        ),
        secrets=SecretPages(
            accounts=channel_accounts,
            secrets=secret_book,
            trial=lambda account, fields: try_secrets(account, fields, partial(transmit, pool)),
            view=view,
        ),
        templates=TemplatePages(templates=templates, shelf=documents, view=view),
        standing=StandingPages(directory=directory, explain=explain, cities=cities, view=view),
        wall=WallPages(lines=lines, view=view),
        issues=IssuePages(issues=IssueStore(dynamodb, settings.cases_table_name), view=view),
        resting=RestingPages(cases=cases, resting=resting, citizens=citizens, cities=cities, view=view),
        sampling=SamplingPages(resting=resting, samples=SampleStore(dynamodb, settings.messages_table_name), view=view),
        evidence=EvidencePages(
            cases=cases,
            evidence=EvidenceStore(dynamodb, messages_table_name=settings.messages_table_name),
            vault=vault,
            view=view,
        ),
    )
