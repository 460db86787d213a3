"""The desk's queue: the lines of unfinished cases and who is on which, read together."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from jiesu.cases.desk_lines import DeskLine
from jiesu.model.colleague import Colleague
from jiesu.store import keys
from jiesu.store.attributes import item, text
from jiesu.store.colleagues import colleague_from_item
from jiesu.store.desk_lines import line_from_item

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Lines in the queue's order, each with its place there; `after` is the place to go on behind, None at the end.

    `colleagues` are who is at the desk; none on a page that goes on.
    """

    lines: tuple[tuple[str, DeskLine], ...]
    after: str | None
    colleagues: tuple[Colleague, ...] = ()


@dataclass(frozen=True, slots=True)
class QueueStore:
    """Eventually consistent."""

    client: "DynamoDBClient"
    cases_table_name: str

    def waiting(self, *, after: str | None = None) -> Waiting:
        """All that is not closed, emergencies first, then by urgency, heat and waiting time; one query, at most 1 MB of it."""
        answer = self.client.query(
            TableName=self.cases_table_name,
            IndexName="gsi1",
            KeyConditionExpression="gsi1pk = :desk" + ("" if after is None else " AND gsi1sk > :after"),
            ExpressionAttributeValues=item(**{":desk": keys.DESK, ":after": after}),
        )
        items = answer["Items"]
        people = [one for one in items if text(one, "gsi1sk").startswith(keys.COLLEAGUE_PLACE)]
        lines = tuple((text(one, "gsi1sk"), line_from_item(one)) for one in items[len(people) :])
        return Waiting(
            lines=lines,
            after=lines[-1][0] if "LastEvaluatedKey" in answer and lines else None,
            colleagues=tuple(colleague_from_item(one) for one in people),
        )
