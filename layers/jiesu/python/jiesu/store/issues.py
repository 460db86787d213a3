"""The monthly issues in CasesTable: a line for each case, written with its head, and a table for each month.

CASE#<id>          ISSUE           the case as the count sees it, in the index under its month
ISSUES#<month>     the same        the table of a month, as the daily count left it
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from jiesu.cases.issues import IssueLine, IssueTable, line_of
from jiesu.model.case import Case
from jiesu.store import keys
from jiesu.store.attributes import Value, item, text
from jiesu.store.codec import dumps, loads
from jiesu.store.writes import put

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef


def put_line(table_name: str, before: Case | None, after: Case) -> list["TransactWriteItemTypeDef"]:
    """The write of the line of `after`, where it is another than that of `before`; one that is not counted leaves the index."""
    known, line = None if before is None else line_of(before), line_of(after)
    if known == line:
        return []
    stored: dict[str, Value] = {
        "pk": keys.case(after.id),
        "sk": keys.ISSUE,
        "version": after.version,
        "gsi1pk": None if line is None else keys.issues(line.month),
        "gsi1sk": None if line is None else keys.issue_place(line.category, line.district, after.id),
        "body": None if line is None else dumps(line),
    }
    return [{"Put": put(table_name, stored, "attribute_not_exists(pk) OR #version < :version", version=after.version)}]


@dataclass(frozen=True, slots=True)
class IssueStore:
    """Reads lines, keeps tables."""

    client: "DynamoDBClient"
    cases_table_name: str

    def lines(self, month: date) -> Iterator[IssueLine]:
        """The lines of the cases that were opened in a month; one query a megabyte, some thousand cases.

        Eventually consistent.
        """
        yield from self._lines(keys.issues(month), "")

    def of_cell(self, month: date, category: str, district: str) -> tuple[IssueLine, ...]:
        """The cases behind one line of a table, the newest first; as they are now. One query a megabyte."""
        found = self._lines(keys.issues(month), keys.issue_place(category, district, ""))
        return tuple(sorted(found, key=lambda one: (one.opened_at, one.case_id), reverse=True))

    def table(self, month: date) -> IssueTable | None:
        """The table of a month as it was counted last; one consistent read."""
        pk = keys.issues(month)
        found = self.client.get_item(TableName=self.cases_table_name, Key=item(pk=pk, sk=pk), ConsistentRead=True).get("Item")
        return None if found is None else loads(IssueTable, text(found, "body"))

    def put_table(self, table: IssueTable) -> bool:
        """Keep a month's table; False where a later day's stands."""
        pk = keys.issues(table.month)
        stored: dict[str, Value] = {"pk": pk, "sk": pk, "until": table.until.isoformat(), "body": dumps(table)}
        condition = "attribute_not_exists(pk) OR #until <= :until"
        try:
            self.client.put_item(**put(self.cases_table_name, stored, condition, until=table.until.isoformat()))
        except self.client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def _lines(self, pk: str, prefix: str) -> Iterator[IssueLine]:
        values = {":month": pk, **({":prefix": prefix} if prefix else {})}
        request: dict[str, Any] = {
            "TableName": self.cases_table_name,
            "IndexName": "gsi1",
            "KeyConditionExpression": "gsi1pk = :month" + (" AND begins_with(gsi1sk, :prefix)" if prefix else ""),
            "ExpressionAttributeValues": item(**values),
        }
        for page in self.client.get_paginator("query").paginate(**request):
            for one in page["Items"]:
                yield loads(IssueLine, text(one, "body"))
