"""Who is at the desk, in CasesTable: one small item a person, in the index before the unfinished cases,
so that one query has both.

COLLEAGUE#<person>   the same   when the person looked, what was read, which case is held
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from jiesu.model.colleague import Colleague
from jiesu.store import keys
from jiesu.store.attributes import Value, item, number, text
from jiesu.store.codec import dumps, loads
from jiesu.store.writes import at_revision, put

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class ColleagueStore:
    """Reads and replaces the items of persons."""

    client: "DynamoDBClient"
    cases_table_name: str

    def all(self) -> tuple[Colleague, ...]:
        """Everybody; one query. Eventually consistent."""
        found = self.client.query(
            TableName=self.cases_table_name,
            IndexName="gsi1",
            KeyConditionExpression="gsi1pk = :desk AND begins_with(gsi1sk, :people)",
            ExpressionAttributeValues=item(**{":desk": keys.DESK, ":people": keys.COLLEAGUE_PLACE}),
        )["Items"]
        return tuple(colleague_from_item(one) for one in found)

    def change(self, person_id: str, name: str, changed: Callable[[Colleague], Colleague | None]) -> Colleague:
        """The person after `changed`, which answers None for no change: a read and a conditional write.

        Nothing is written where others of the same person write without end: what is lost is a mark, no work.
        """
        known = Colleague(id=person_id, name=name)
        for _ in range(_ATTEMPTS):
            known = self.find(person_id) or known
            after = changed(known)
            if after is None:
                return known
            after = replace(after, name=name, revision=known.revision + 1)
            if self._put(after):
                return after
        return known

    def find(self, person_id: str) -> Colleague | None:
        pk = keys.colleague(person_id)
        found = self.client.get_item(TableName=self.cases_table_name, Key=item(pk=pk, sk=pk), ConsistentRead=True).get("Item")
        return None if found is None else colleague_from_item(found)

    def _put(self, person: Colleague) -> bool:
        pk = keys.colleague(person.id)
        stored: dict[str, Value] = {
            "pk": pk,
            "sk": pk,
            "revision": person.revision,
            "gsi1pk": keys.DESK,
            "gsi1sk": keys.colleague_place(person.id),
            "body": dumps(person),
        }
        try:
            self.client.put_item(**put(self.cases_table_name, stored, **at_revision(person.revision - 1)))
        except self.client.exceptions.ConditionalCheckFailedException:
            return False
        return True


def colleague_from_item(stored: Any) -> Colleague:
    return replace(loads(Colleague, text(stored, "body")), revision=number(stored, "revision"))
