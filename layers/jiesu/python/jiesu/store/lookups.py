"""Who looked for citizens, in CasesTable: written before the answer is shown, never changed.

LOOKUPS#<month>   <at>#<person>   when, by whom, by what kind, and which cases were shown
"""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from jiesu.model.errors import ConflictError
from jiesu.model.lookup import Lookup
from jiesu.store import keys
from jiesu.store.attributes import item, text
from jiesu.store.codec import dumps, loads
from jiesu.store.writes import put

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

MOST_SHOWN = 200


@dataclass(frozen=True, slots=True)
class LookupStore:
    """Months are those of UTC."""

    client: "DynamoDBClient"
    cases_table_name: str

    def note(self, lookup: Lookup) -> None:
        """Keep that somebody looked. Raises `ConflictError` where the same person did so in the same microsecond."""
        place = keys.lookup_place(lookup.at, lookup.by.id)
        stored = {"pk": keys.lookups(lookup.at.date()), "sk": place, "body": dumps(lookup)}
        try:
            self.client.put_item(**put(self.cases_table_name, stored, "attribute_not_exists(pk)"))
        except self.client.exceptions.ConditionalCheckFailedException as error:
            raise ConflictError("a person looks twice at once") from error

    def of_month(self, month: date, *, behind: str | None = None) -> tuple[tuple[Lookup, ...], str | None]:
        """The newest `MOST_SHOWN` of a month, or those before the place `behind`, and the place to go on behind; one query."""
        answer = self.client.query(
            TableName=self.cases_table_name,
            KeyConditionExpression="pk = :month" if behind is None else "pk = :month AND sk < :behind",
            ExpressionAttributeValues=item(**{":month": keys.lookups(month), ":behind": behind}),
            ScanIndexForward=False,
            ConsistentRead=True,
            Limit=MOST_SHOWN,
        )
        last = answer.get("LastEvaluatedKey")
        found = tuple(loads(Lookup, text(one, "body")) for one in answer["Items"])
        return found, None if last is None else text(last, "sk")
