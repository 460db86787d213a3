"""The desk over the emulated tables, with an issuer in this process; and cases for it to show."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from zoneinfo import ZoneInfo

from cryptography.hazmat.primitives.asymmetric import rsa

from jiesu.cases.commands import Command
from jiesu.cases.emergency import NO_PLAN, EmergencyPlan
from jiesu.channels.outgoing import OutgoingCall, PlatformAnswer
from jiesu.channels.transmission import NotSentError
from jiesu.model.case import Case
from jiesu.model.message import PlaceMatch, Triage
from jiesu.model.people import Actor
from jiesu.model.words import Urgency, UserRole
from jiesu.office.city_book import CityBook
from jiesu.office.secret_trial import try_secrets
from jiesu.pages.bureau import BureauPages
from jiesu.pages.bureau_accounts import AccountPages
from jiesu.pages.bureau_assignment import AssignmentPages
from jiesu.pages.bureau_evidence import BureauEvidence
from jiesu.pages.bureau_links import LinkPages
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
from jiesu.pages.desk_entering import EnteringPages
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
from jiesu.pages.desk_standing import StandingPages
from jiesu.pages.desk_undo import UndoPages
from jiesu.pages.desk_wall import WallPages
from jiesu.pages.http import Request, Response, Site
from jiesu.pages.oidc import Fetch, Issuer, OidcConfig
from jiesu.pages.view import View
from jiesu.road.explain import explain
from jiesu.road.printing import Printer
from jiesu.road.screening import screen
from jiesu.runtime import clients
from jiesu.runtime.secrets import SecretBook
from jiesu.store.citizen_search import CitizenSearch
from jiesu.store.directory import Office
from jiesu.store.finding import CaseSearch
from jiesu.triage.model import load
from tests import builders as build
from tests.conftest import Stores
from tests.functions.browser import Browser
from tests.functions.conftest import queue_url
from tests.unit.pages.issuer import CONFIG, FakeIssuer

OFFICE_NAME = "平安北京"
VIEW = View(office_name=OFFICE_NAME, zone=ZoneInfo("Asia/Shanghai"))
TRANSIT = build.a_bureau("GJ", name="北京市公安局公共交通安全保卫总队", kind="总队", district="")

_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
"""One for all tests: making a key takes longer than any of them."""


def unreachable(_: OutgoingCall) -> PlatformAnswer:
    """No platform answers, unless a test says what one says."""
    raise NotSentError


@dataclass(slots=True)
class DemoDesk:
    """A desk, its stores and its issuer, all at one time."""

    stores: Stores
    now: datetime = build.NOW
    numbers: Iterator[int] = field(default_factory=count)
    transmit: Callable[[OutgoingCall], PlatformAnswer] = unreachable

    def desk(self, fetch: Fetch, config: OidcConfig = CONFIG) -> Desk:
        cases, messages = self.stores.cases, self.stores.messages
        cities = CityBook(self.stores.directory.own_jurisdictions)
        return Desk(
            config=lambda: config,
            session_secret=lambda: SESSION_SECRET,
            view=VIEW,
            sign_in=SignInPages(issuer=Issuer(fetch), view=VIEW, new_token=lambda: f"token-{next(self.numbers):040d}"),
            queue=QueuePages(cases=cases, lines=self.stores.queue, colleagues=self.stores.colleagues, view=VIEW),
            search=SearchPages(
                search=CaseSearch(lines=self.stores.lines, finding=self.stores.finding),
                directory=self.stores.directory,
                view=VIEW,
            ),
            lookup=LookupPages(
                search=CitizenSearch(
                    citizens=self.stores.citizens,
                    finding=self.stores.finding,
                    messages=messages,
                    accounts=self.stores.accounts.accounts,
                    lookups=self.stores.lookups,
                ),
                lookups=self.stores.lookups,
                directory=self.stores.directory,
                view=VIEW,
            ),
            undo=UndoPages(cases=cases, pairs=self.stores.pairs),
            batch=BatchPages(cases=cases),
            reading=ReadingPages(
                cases=cases,
                messages=messages,
                deliveries=self.stores.deliveries,
                parking=self.stores.parking,
                marks=self.stores.marks,
                vault=self.stores.vault,
                view=VIEW,
            ),
            acting=ActingPages(
                cases=cases,
                messages=messages,
                directory=self.stores.directory,
                accounts=self.stores.accounts.accounts,
                duty=self.stores.duty,
                articles=self.stores.articles,
                view=VIEW,
                new_id=lambda: f"id-{next(self.numbers)}",
            ),
            replanning=ReplanPages(cases=cases, directory=self.stores.directory, view=VIEW),
            answers=AnswerPages(articles=self.stores.articles, view=VIEW),
            entering=EnteringPages(
                cases=cases,
                messages=messages,
                resting=self.stores.resting,
                sqs=clients.sqs,
                inbox_queue_url=queue_url("InboxQueue"),
                screen=lambda message, now: screen(message, load()),
                view=VIEW,
                new_token=lambda: f"{next(self.numbers):032x}",
            ),
            bulletins=BulletinPages(
                cases=cases,
                shelf=self.stores.vault,
                print=Printer(templates=self.stores.form_templates, office_name=OFFICE_NAME, zone=VIEW.zone).print,
                view=VIEW,
            ),
            heat=HeatPages(cases=cases, view=VIEW),
            matters=MatterPages(cases=cases, pairs=self.stores.pairs, cities=cities, messages=messages, view=VIEW),
            source=SourcePages(cases=cases, messages=messages, view=VIEW),
            coverage=CoveragePages(cases=cases, view=VIEW),
            decisions=DecisionPages(cases=cases, view=VIEW),
            duty=DutyPages(cases=cases, duty=self.stores.duty, lines=self.stores.lines, view=VIEW),
            figures=FigurePages(
                timeliness=self.stores.timeliness,
                volume=self.stores.volume,
                samples=self.stores.samples,
                issues=self.stores.issues,
                finding=self.stores.finding,
                shelf=self.stores.vault,
                view=VIEW,
            ),
            configuration=ConfigurationPages(
                topics=(
                    bureaus(self.stores.directory),
                    rosters(self.stores.directory, VIEW.zone),
                    jurisdictions(
                        self.stores.directory,
                        PastCases(lines=self.stores.lines, finding=self.stores.finding, messages=messages),
                    ),
                    office_settings(self.stores.directory),
                    accounts(self.stores.accounts, "jiesu/channels/"),
                    form_templates(self.stores.form_templates),
                ),
                view=VIEW,
            ),
            secrets=SecretPages(
                accounts=self.stores.accounts,
                secrets=SecretBook(clients.secretsmanager()),
                trial=lambda account, fields: try_secrets(account, fields, self.transmit),
                view=VIEW,
            ),
            templates=TemplatePages(templates=self.stores.form_templates, shelf=self.stores.vault, view=VIEW),
            standing=StandingPages(
                directory=self.stores.directory,
                explain=lambda text, now: explain(text, now=now, time_zone=VIEW.zone, city=cities.city(now)),
                cities=cities,
                view=VIEW,
            ),
            wall=WallPages(lines=self.stores.lines, view=VIEW),
            issues=IssuePages(issues=self.stores.issues, view=VIEW),
            similar=SimilarPages(cases=cases, messages=messages, view=VIEW),
            resting=RestingPages(
                cases=cases, resting=self.stores.resting, citizens=self.stores.citizens, cities=cities, view=VIEW
            ),
            sampling=SamplingPages(resting=self.stores.resting, samples=self.stores.samples, view=VIEW),
            evidence=EvidencePages(cases=cases, evidence=self.stores.evidence, vault=self.stores.vault, view=VIEW),
        )

    def visitor(self, *roles: UserRole, name: str = "李明") -> Browser:
        """A browser of someone who is in `roles` at the issuer and has not signed in yet."""
        issuer = FakeIssuer(now=self.now, groups=[role.value for role in roles], claims={"name": name, "sub": name}, key=_KEY)
        return Browser(site=self.desk(issuer.fetch), now=self.now, issuer=issuer, prefix="/prod")

    def signed_in(self, *roles: UserRole, name: str = "李明") -> Browser:
        """A browser of someone who has just signed in."""
        browser = self.visitor(*roles, name=name)
        browser.get("/prod/desk/sign-in/start")
        return browser

    def editor(self, name: str = "李明") -> Browser:
        return self.signed_in(UserRole.EDITOR, name=name)


SESSION_SECRET = "a secret of the tests"


def bureau_pages(stores: Stores, secret: bytes, config: OidcConfig = CONFIG) -> BureauPages:
    """The bureaus' pages, behind links that are signed with `secret` and behind the desk's own sign-in."""
    assignments = AssignmentPages(
        cases=stores.cases,
        deliveries=stores.deliveries,
        evidence=BureauEvidence(evidence=stores.evidence, vault=stores.vault),
        documents=stores.vault,
        print_form=Printer(templates=stores.form_templates, office_name=VIEW.office_name, zone=VIEW.zone).print,
        view=VIEW,
    )
    links = LinkPages(
        assignments=assignments,
        directory=stores.directory,
        transient=stores.transient,
        link_secret=lambda: secret,
        view=VIEW,
    )
    accounts = AccountPages(
        config=lambda: config,
        session_secret=lambda: SESSION_SECRET,
        assignments=assignments,
        lines=stores.bureau_lines,
        timeliness=stores.timeliness,
        directory=stores.directory,
        view=VIEW,
    )
    return BureauPages(links=links, accounts=lambda: accounts, view=VIEW)


@dataclass(frozen=True, slots=True)
class Door:
    """The desk and the bureaus' pages under one roof, as API Gateway has them."""

    desk: Site
    bureaus: Site

    def answer(self, request: Request, now: datetime) -> Response:
        return (self.bureaus if request.path.startswith("/bureau") else self.desk).answer(request, now)

    def plain_error(self, status: int, now: datetime, path: str = "") -> Response:
        return self.desk.plain_error(status, now, path)


def fill_directory(stores: Stores) -> None:
    """Two bureaus, and a ladder for each urgency."""
    stores.directory.put_bureaus((build.a_bureau(), TRANSIT), build.a_note())
    stores.directory.put_office(
        Office(contacts=build.office_contacts(), plans=dict.fromkeys(Urgency, build.a_plan())), build.a_note()
    )


def opened(
    stores: Stores,
    *,
    text: str = build.a_message().text,
    citizen: str = "citizen-1",
    case_id: str = build.CASE_ID,
    triage: Triage | None = None,
    place: PlaceMatch | None = None,
    emergency: EmergencyPlan = NO_PLAN,
) -> Case:
    """A case that `citizen` opened with `text`."""
    message = build.a_message(id=f"weibo:{citizen}", citizen_id=citizen, text=text)
    return stores.messages.open_case(
        stores.cases,
        build.a_screened(message=message, triage=triage, place=place),
        case_id=case_id,
        title="电梯内吐痰",
        now=build.NOW,
        previous_case_id=None,
        emergency=emergency,
    )


def dispatched(stores: Stores, case: Case) -> Case:
    """`case`, given to Fengtai and the transit corps."""
    return stores.cases.dispatch(
        case.id,
        make_command=lambda number: build.dispatch(
            build.a_new_assignment(), build.a_joint_assignment(), bulletin=build.a_bulletin(number=number)
        ),
        year=2026,
        actor=build.EDITOR,
        now=build.after(minutes=1),
        expected_version=case.version,
    ).case


def carried_out(stores: Stores, case: Case, *commands: Command, actor: Actor = build.BUREAU_OFFICER) -> Case:
    """`case` after `commands`, one a minute."""
    for minutes, command in enumerate(commands, start=2):
        case = stores.cases.execute(case.id, command, actor=actor, now=build.after(minutes=minutes)).case
    return case
