"""What every test stands on: false credentials, an emulated AWS in this process, tables as the template has them."""

import os

# Before anything imports boto3: no test may ever find a real account.
os.environ.update(
    AWS_ACCESS_KEY_ID="testing",
    AWS_SECRET_ACCESS_KEY="testing",
    AWS_SESSION_TOKEN="testing",
    AWS_DEFAULT_REGION="cn-north-1",
    AWS_REGION="cn-north-1",
    POWERTOOLS_METRICS_NAMESPACE="Jiesu",
)
os.environ.pop("AWS_ENDPOINT_URL", None)
os.environ.pop("AWS_PROFILE", None)

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import boto3
import pytest
from moto import mock_aws

from jiesu.store.accounts import AccountStore
from jiesu.store.api_keys import ApiKeyStore
from jiesu.store.articles import ArticleStore
from jiesu.store.bureau_lines import BureauLineStore
from jiesu.store.case_pairs import CasePairStore
from jiesu.store.cases import CaseStore
from jiesu.store.citizens import CitizenIndex
from jiesu.store.colleagues import ColleagueStore
from jiesu.store.contact_marks import ContactMarkStore
from jiesu.store.deliveries import DeliveryStore
from jiesu.store.desk_lines import DeskLineStore
from jiesu.store.directory import DirectoryStore
from jiesu.store.duty import DutyStore
from jiesu.store.evidence import EvidenceStore, EvidenceVault
from jiesu.store.finding import FindingStore
from jiesu.store.form_templates import FormTemplateStore
from jiesu.store.issues import IssueStore
from jiesu.store.lookups import LookupStore
from jiesu.store.matters import MatterIndex
from jiesu.store.messages import MessageStore
from jiesu.store.models import ModelRegistry, ModelVault
from jiesu.store.moves import MoveStore
from jiesu.store.parking import ParkingStore
from jiesu.store.polls import PollStore
from jiesu.store.posts import PostStore
from jiesu.store.public_requests import PublicRequestStore
from jiesu.store.queue import QueueStore
from jiesu.store.reply_windows import ReplyWindowStore
from jiesu.store.resting import RestingStore
from jiesu.store.samples import SampleStore
from jiesu.store.timeliness import TimelinessStore
from jiesu.store.transient import TransientStore
from jiesu.store.volume import VolumeStore
from tests.tables import EVIDENCE_BUCKET, MODEL_BUCKET, TABLES, create_tables

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from tests.stack.town import Town


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What needs the deployed office comes last and together: it stands no longer than it is used."""
    items.sort(key=lambda item: "town" in getattr(item, "fixturenames", ()))


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator["Town"]:
    """Deployed once for each file: no matter of one joins that of another, and each test has citizens and cases of its own."""
    from tests.stack.town import running_town  # Much is imported with it that the other tests do not need.

    with running_town(tmp_path_factory.mktemp("town")) as town:
        yield town


@pytest.fixture
def aws() -> Iterator[None]:
    """AWS in this process, empty."""
    with mock_aws():
        yield


@pytest.fixture
def dynamodb(aws: None) -> "DynamoDBClient":
    """The template's tables, empty, under their logical ids."""
    client = boto3.client("dynamodb")
    create_tables(client)
    return client


@pytest.fixture
def evidence_bucket(aws: None) -> str:
    """The template's bucket, empty; its name."""
    region = os.environ["AWS_REGION"]
    boto3.client("s3").create_bucket(Bucket=EVIDENCE_BUCKET, CreateBucketConfiguration={"LocationConstraint": region})  # type: ignore[typeddict-item]
    return EVIDENCE_BUCKET


@pytest.fixture
def model_vault(aws: None) -> ModelVault:
    """The template's bucket of models, empty."""
    region = os.environ["AWS_REGION"]
    boto3.client("s3").create_bucket(Bucket=MODEL_BUCKET, CreateBucketConfiguration={"LocationConstraint": region})  # type: ignore[typeddict-item]
    return ModelVault(client=lambda: boto3.client("s3"), bucket_name=MODEL_BUCKET)


@dataclass(frozen=True, slots=True)
class Stores:
    """Every store over the same tables."""

    client: "DynamoDBClient"

    @property
    def cases(self) -> CaseStore:
        return CaseStore(self.client, cases_table_name=TABLES.cases)

    @property
    def citizens(self) -> CitizenIndex:
        return CitizenIndex(self.client, TABLES.messages, lambda: "a key of the tests")

    @property
    def lookups(self) -> LookupStore:
        return LookupStore(self.client, TABLES.cases)

    @property
    def messages(self) -> MessageStore:
        return MessageStore(self.client, messages_table_name=TABLES.messages)

    @property
    def bureau_lines(self) -> BureauLineStore:
        return BureauLineStore(self.client, TABLES.cases)

    @property
    def pairs(self) -> CasePairStore:
        return CasePairStore(self.client, self.cases)

    @property
    def moves(self) -> MoveStore:
        return MoveStore(self.client, TABLES.cases, TABLES.messages, self.matters)

    @property
    def matters(self) -> MatterIndex:
        return MatterIndex(self.client, matters_table_name=TABLES.matters, messages_table_name=TABLES.messages)

    @property
    def windows(self) -> ReplyWindowStore:
        return ReplyWindowStore(self.client, messages_table_name=TABLES.messages)

    @property
    def resting(self) -> RestingStore:
        return RestingStore(self.client, TABLES.messages)

    @property
    def posts(self) -> PostStore:
        return PostStore(self.client, TABLES.messages)

    @property
    def polls(self) -> PollStore:
        return PollStore(self.client, TABLES.directory)

    @property
    def finding(self) -> FindingStore:
        return FindingStore(self.client, TABLES.cases)

    @property
    def queue(self) -> QueueStore:
        return QueueStore(self.client, TABLES.cases)

    @property
    def colleagues(self) -> ColleagueStore:
        return ColleagueStore(self.client, TABLES.cases)

    @property
    def issues(self) -> IssueStore:
        return IssueStore(self.client, TABLES.cases)

    @property
    def lines(self) -> DeskLineStore:
        return DeskLineStore(self.client, TABLES.cases)

    @property
    def timeliness(self) -> TimelinessStore:
        return TimelinessStore(self.client, TABLES.cases)

    @property
    def volume(self) -> VolumeStore:
        return VolumeStore(self.client, TABLES.messages, self.finding)

    @property
    def articles(self) -> ArticleStore:
        return ArticleStore(self.client, TABLES.cases)

    @property
    def duty(self) -> DutyStore:
        return DutyStore(self.client, TABLES.cases)

    @property
    def samples(self) -> SampleStore:
        return SampleStore(self.client, TABLES.messages)

    @property
    def models(self) -> ModelRegistry:
        return ModelRegistry(self.client, TABLES.directory)

    @property
    def parking(self) -> ParkingStore:
        return ParkingStore(self.client, TABLES.messages)

    @property
    def marks(self) -> ContactMarkStore:
        return ContactMarkStore(self.client, TABLES.directory)

    @property
    def deliveries(self) -> DeliveryStore:
        return DeliveryStore(self.client, deliveries_table_name=TABLES.deliveries)

    @property
    def directory(self) -> DirectoryStore:
        return DirectoryStore(self.client, directory_table_name=TABLES.directory)

    @property
    def form_templates(self) -> FormTemplateStore:
        return FormTemplateStore(self.client, directory_table_name=TABLES.directory)

    @property
    def accounts(self) -> AccountStore:
        return AccountStore(self.client, TABLES.directory)

    @property
    def evidence(self) -> EvidenceStore:
        return EvidenceStore(self.client, messages_table_name=TABLES.messages)

    @property
    def vault(self) -> EvidenceVault:
        return EvidenceVault(client=lambda: boto3.client("s3"), bucket_name=EVIDENCE_BUCKET)

    @property
    def public_requests(self) -> PublicRequestStore:
        return PublicRequestStore(self.client, cases_table_name=TABLES.cases)

    @property
    def api_keys(self) -> ApiKeyStore:
        return ApiKeyStore(self.client, TABLES.directory)

    @property
    def transient(self) -> TransientStore:
        return TransientStore(self.client, transient_table_name=TABLES.transient)


@pytest.fixture
def stores(dynamodb: "DynamoDBClient") -> Stores:
    return Stores(dynamodb)
