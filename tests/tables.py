"""The tables of `template.yaml` for the in-process AWS: created from the template's own words, not retyped."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from local import template as template_file

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

TEMPLATE = Path(__file__).parent.parent / "template.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class TableNames:
    """What the tables are called in tests: their logical ids in the template."""

    cases: str = "CasesTable"
    messages: str = "MessagesTable"
    deliveries: str = "DeliveriesTable"
    directory: str = "DirectoryTable"
    matters: str = "MattersTable"
    transient: str = "TransientTable"


TABLES = TableNames()

MODEL_BUCKET = "jiesu-models"
EVIDENCE_BUCKET = "jiesu-evidence"
MAIL_BUCKET = "jiesu-mail"
"""Names of the tests: a bucket's has no capitals."""

_AS_THEY_ARE = ("KeySchema", "AttributeDefinitions", "GlobalSecondaryIndexes", "BillingMode")


@cache
def _resources() -> dict[str, Any]:
    """Read once: parsing the template takes longer than making its tables."""
    resources: dict[str, Any] = template_file.load(TEMPLATE)["Resources"]
    return resources


def create_tables(client: "DynamoDBClient") -> None:
    """Create every table of the template, with its keys, indexes and stream."""
    for logical_id, resource in _resources().items():
        if resource["Type"] == "AWS::DynamoDB::Table":
            properties = resource["Properties"]
            request: dict[str, Any] = {name: properties[name] for name in _AS_THEY_ARE if name in properties}
            if "StreamSpecification" in properties:
                request["StreamSpecification"] = {"StreamEnabled": True, **properties["StreamSpecification"]}
            client.create_table(TableName=logical_id, **request)
