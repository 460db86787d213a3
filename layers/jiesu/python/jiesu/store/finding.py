"""The lines of cases as the search reads them: closed ones by the month they were opened in, some by their ids."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from jiesu.cases.desk_lines import DeskLine
from jiesu.cases.search import Sought
from jiesu.model.errors import ConflictError
from jiesu.store import keys
from jiesu.store.attributes import item, text
from jiesu.store.desk_lines import line_from_item

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

MOST_IDS = 100
"""What one BatchGetItem takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Lines that fit, newest first; `after` is the place to go on behind in the same month, None where the month is read."""

    lines: tuple[DeskLine, ...]
    after: str | None


@dataclass(frozen=True, slots=True)
class FindingStore:
    """Eventually consistent."""

    client: "DynamoDBClient"
    cases_table_name: str

    def closed(self, month: date, sought: Sought, *, behind: str | None = None) -> Part:
        """One query: at most a megabyte of the closed cases that were opened in a month, some 1,000, from the newest on."""
        words = {f":word{number}": word for number, word in enumerate(sought.words)}
        filtered: dict[str, Any] = {}
        if words:
            # The table sends only what has the words; it reads, and counts, all the same.
            filtered["FilterExpression"] = " AND ".join(f"contains(find, {name})" for name in words)
        answer = self.client.query(
            TableName=self.cases_table_name,
            IndexName="gsi1",
            KeyConditionExpression="gsi1pk = :month AND gsi1sk BETWEEN :since AND :until",
            ExpressionAttributeValues=item(
                **{
                    ":month": keys.closed_lines(month),
                    ":since": keys.instant(sought.since),
                    ":until": behind or keys.instant(sought.until),
                    **words,
                }
            ),
            ScanIndexForward=False,
            **filtered,
        )
        found = (line_from_item(one) for one in answer["Items"] if text(one, "gsi1sk") != behind)
        last = answer.get("LastEvaluatedKey")
        return Part(
            lines=tuple(line for line in found if sought.fits(line)), after=None if last is None else text(last, "gsi1sk")
        )

    def of(self, case_ids: Iterable[str]) -> tuple[DeskLine, ...]:
        """The lines of at most `MOST_IDS` cases; one batch read. Those from before lines were kept are missing."""
        wanted = [item(pk=keys.case(one), sk=keys.DESK) for one in dict.fromkeys(case_ids)]
        if not wanted:
            return ()
        answer = self.client.batch_get_item(RequestItems={self.cases_table_name: {"Keys": wanted}})
        if answer["UnprocessedKeys"]:
            raise ConflictError("not all lines could be read")
        found = (line_from_item(one) for one in answer["Responses"][self.cases_table_name] if "body" in one)
        return tuple(sorted(found, key=lambda one: one.opened_at, reverse=True))
