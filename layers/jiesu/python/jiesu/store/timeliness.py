"""The assignments in CasesTable as the figures count them.

CASE#<id>   TIMELY#<assignment>   its deadlines and what was done when, in the index by the hour of its dispatch
"""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from jiesu.cases.timeliness import TimelinessLine, timeliness_lines
from jiesu.model.case import Case
from jiesu.store import keys
from jiesu.store.attributes import Value, item, text
from jiesu.store.codec import dumps, loads
from jiesu.store.writes import put

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef


def put_timeliness(table_name: str, before: Case | None, after: Case) -> list["TransactWriteItemTypeDef"]:
    """The writes of the lines that differ between `before` and `after`."""
    known = set() if before is None else set(timeliness_lines(before))
    lines = [line for line in timeliness_lines(after) if line not in known]
    return [{"Put": put(table_name, _stored(line, after.version), _NEWER, version=after.version)} for line in lines]


_NEWER = "attribute_not_exists(pk) OR #version < :version"


def _stored(line: TimelinessLine, version: int) -> dict[str, Value]:
    return {
        "pk": keys.case(line.case_id),
        "sk": keys.timely(line.assignment_id),
        "version": version,
        "gsi1pk": keys.TIMELINESS,
        "gsi1sk": keys.timeliness_place(line.dispatched_at, line.case_id, line.assignment_id),
        "body": dumps(line),
    }


@dataclass(frozen=True, slots=True)
class TimelinessStore:
    """Reads the lines."""

    client: "DynamoDBClient"
    cases_table_name: str

    def between(self, first: datetime, end: datetime) -> tuple[TimelinessLine, ...]:
        """What was given to bureaus from `first` until before `end`, oldest first; one query a megabyte, some 2,000 assignments.

        Eventually consistent.
        """
        values = item(**{":timeliness": keys.TIMELINESS, ":first": keys.instant(first), ":end": keys.instant(end)})
        pages = self.client.get_paginator("query").paginate(
            TableName=self.cases_table_name,
            IndexName="gsi1",
            KeyConditionExpression="gsi1pk = :timeliness AND gsi1sk BETWEEN :first AND :end",
            ExpressionAttributeValues=values,
        )
        return tuple(loads(TimelinessLine, text(one, "body")) for page in pages for one in page["Items"])
