"""The assignments in CasesTable as their bureaus list them.

CASE#<id>   BUREAU#<assignment>   an assignment in one line, in the index under its bureau, or under what is over for it
"""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from jiesu.cases.bureau_lines import BureauLine, bureau_lines
from jiesu.model.case import Case
from jiesu.store import keys
from jiesu.store.attributes import Value, item, text
from jiesu.store.codec import dumps, loads
from jiesu.store.writes import put

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef


def put_bureau_lines(table_name: str, before: Case | None, after: Case) -> list["TransactWriteItemTypeDef"]:
    """The writes of the lines that differ between `before` and `after`."""
    known = set() if before is None else set(bureau_lines(before))
    condition = "attribute_not_exists(pk) OR #version < :version"
    return [
        {"Put": put(table_name, line_item(line, after.version), condition, version=after.version)}
        for line in bureau_lines(after)
        if line not in known
    ]


def line_item(line: BureauLine, version: int) -> dict[str, Value]:
    """The item of a line of a case at that version."""
    if line.ended_at is None:
        listed = keys.bureau_open(line.bureau_code), keys.bureau_place(line.due, line.case_id, line.assignment_id)
    else:
        listed = keys.bureau_ended(line.bureau_code), keys.bureau_place(line.ended_at, line.case_id, line.assignment_id)
    return {
        "pk": keys.case(line.case_id),
        "sk": keys.bureau_line(line.assignment_id),
        "version": version,
        "gsi1pk": listed[0],
        "gsi1sk": listed[1],
        "body": dumps(line),
    }


@dataclass(frozen=True, slots=True)
class BureauLineStore:
    """Reads the lines. Eventually consistent."""

    client: "DynamoDBClient"
    cases_table_name: str

    def open(self, code: str) -> tuple[BureauLine, ...]:
        """All that is not over, what is due first before the rest; one query a megabyte, some 2,000 assignments."""
        return self._lines(keys.bureau_open(code), "gsi1pk = :listed")

    def ended(self, code: str, first: datetime, end: datetime) -> tuple[BureauLine, ...]:
        """What was over from `first` until before `end`, the newest first; likewise."""
        within = "gsi1pk = :listed AND gsi1sk BETWEEN :first AND :end"
        return self._lines(keys.bureau_ended(code), within, first=keys.instant(first), end=keys.instant(end))[::-1]

    def _lines(self, listed_under: str, condition: str, **bounds: str) -> tuple[BureauLine, ...]:
        pages = self.client.get_paginator("query").paginate(
            TableName=self.cases_table_name,
            IndexName="gsi1",
            KeyConditionExpression=condition,
            ExpressionAttributeValues=item(**{":listed": listed_under, **{f":{name}": one for name, one in bounds.items()}}),
        )
        return tuple(loads(BureauLine, text(one, "body")) for page in pages for one in page["Items"])
