"""A deployed stack, found by its name: the names of its tables and queues, as CloudFormation knows them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

import boto3
import typer
from botocore.exceptions import ClientError

from jiesu.runtime import clients
from jiesu.store.accounts import AccountStore
from jiesu.store.api_keys import ApiKeyStore
from jiesu.store.cases import CaseStore
from jiesu.store.contact_marks import ContactMarkStore
from jiesu.store.directory import DirectoryStore
from jiesu.store.form_templates import FormTemplateStore
from jiesu.store.labels import LabelStore
from jiesu.store.mail_bucket import MailBucket
from jiesu.store.models import ModelRegistry, ModelVault
from jiesu.store.parking import ParkingStore
from ops.errors import OperatorError

StackName = Annotated[str, typer.Option("--stack", envvar="JIESU_STACK", help="Name of the CloudFormation stack.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """A stack's outputs and the stores behind them."""

    name: str
    outputs: Mapping[str, str]

    def output(self, key: str) -> str:
        """One output. Raises `OperatorError` where the stack has none of that name."""
        if key not in self.outputs:
            raise OperatorError(f"stack {self.name} has no output {key}: it is no Jiesu stack, or an older one")
        return self.outputs[key]

    @property
    def accounts(self) -> AccountStore:
        return AccountStore(clients.dynamodb(), self.output("DirectoryTableName"))

    @property
    def api_keys(self) -> ApiKeyStore:
        return ApiKeyStore(clients.dynamodb(), self.output("DirectoryTableName"))

    @property
    def directory(self) -> DirectoryStore:
        return DirectoryStore(clients.dynamodb(), directory_table_name=self.output("DirectoryTableName"))

    @property
    def cases(self) -> CaseStore:
        return CaseStore(clients.dynamodb(), cases_table_name=self.output("CasesTableName"))

    @property
    def form_templates(self) -> FormTemplateStore:
        return FormTemplateStore(clients.dynamodb(), directory_table_name=self.output("DirectoryTableName"))

    @property
    def labels(self) -> LabelStore:
        return LabelStore(
            clients.dynamodb(),
            cases_table_name=self.output("CasesTableName"),
            messages_table_name=self.output("MessagesTableName"),
        )

    @property
    def models(self) -> ModelRegistry:
        return ModelRegistry(clients.dynamodb(), self.output("DirectoryTableName"))

    @property
    def model_vault(self) -> ModelVault:
        return ModelVault(client=clients.s3, bucket_name=self.output("ModelBucketName"))

    @property
    def mail_bucket(self) -> MailBucket:
        return MailBucket(client=clients.s3, bucket_name=self.output("MailBucketName"))

    @property
    def parking(self) -> ParkingStore:
        return ParkingStore(clients.dynamodb(), self.output("MessagesTableName"))

    @property
    def contact_marks(self) -> ContactMarkStore:
        return ContactMarkStore(clients.dynamodb(), self.output("DirectoryTableName"))


def find_stack(name: str) -> Stack:
    """The stack called `name` in the region and account of the environment. Raises `OperatorError` where there is none."""
    cloudformation = boto3.client("cloudformation")
    try:
        (found,) = cloudformation.describe_stacks(StackName=name)["Stacks"]
    except ClientError as error:
        if error.response["Error"]["Code"] != "ValidationError":
            raise
        region = cloudformation.meta.region_name
        raise OperatorError(
            f"there is no stack {name} in region {region}; name another with --stack, or set AWS_PROFILE and AWS_DEFAULT_REGION"
        ) from error
    return Stack(name=name, outputs={one["OutputKey"]: one["OutputValue"] for one in found.get("Outputs", [])})
