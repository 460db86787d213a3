"""The cases of the desk in CasesTable, a line each.

CASE#<id>   DESK    the case in one line, in the index under `DESK` until it is closed, then under the month it was opened in
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jiesu.cases.desk_lines import DeskLine, findable, line_of
from jiesu.model.case import Case
from jiesu.model.words import CaseStatus
from jiesu.store import keys
from jiesu.store.attributes import Value, item, text
from jiesu.store.codec import dumps, loads
from jiesu.store.writes import put

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef


def put_desk_line(table_name: str, before: Case | None, after: Case) -> list["TransactWriteItemTypeDef"]:
    """The write of the line of `after`, where it is another than that of `before`; a closed case leaves the queue."""
    if before is not None and line_of(before) == line_of(after):
        return []
    return [{"Put": put(table_name, line_item(after), "attribute_not_exists(pk) OR #version < :version", version=after.version)}]


def line_item(case: Case) -> dict[str, Value]:
    """The item of the line of `case`. `find` is what is searched for words."""
    line = line_of(case)
    place: dict[str, Value] = {"gsi1pk": keys.DESK, "gsi1sk": _place(line)}
    if line.status is CaseStatus.CLOSED:
        opened = keys.closed_place(line.opened_at, line.case_id)
        place = {"gsi1pk": keys.closed_lines(line.opened_at), "gsi1sk": opened, "find": findable(line)}
    return {"pk": keys.case(case.id), "sk": keys.DESK, "version": case.version, **place, "body": dumps(line)}


def _place(line: DeskLine) -> str:
    return keys.waiting_place(line.urgency, line.heat, line.opened_at, line.case_id, is_emergency=line.is_emergency)


def line_from_item(stored: Any) -> DeskLine:
    return loads(DeskLine, text(stored, "body"))


@dataclass(frozen=True, slots=True)
class DeskLineStore:
    """Reads the lines."""

    client: "DynamoDBClient"
    cases_table_name: str

    def all(self) -> tuple[DeskLine, ...]:
        """Every unfinished case, the most urgent first, then the oldest; one query a megabyte, some two thousand cases.

        Eventually consistent.
        """
        pages = self.client.get_paginator("query").paginate(
            TableName=self.cases_table_name,
            IndexName="gsi1",
            # The people come before the lines.
            KeyConditionExpression="gsi1pk = :desk AND gsi1sk >= :first",
            ExpressionAttributeValues=item(**{":desk": keys.DESK, ":first": "0"}),
        )
        return tuple(line_from_item(one) for page in pages for one in page["Items"])
