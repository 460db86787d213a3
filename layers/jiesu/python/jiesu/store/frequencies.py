"""Which table of frequencies stands: one item of the directory. The tables themselves lie beside the models."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from jiesu.store import keys
from jiesu.store.attributes import Value, item, text
from jiesu.store.codec import dumps, loads
from jiesu.store.writes import at_revision, put

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The table by its hash, which names its version, and the tally it was made of; `counted_until` is the last day in them."""

    table: str
    tally: str
    counted_until: date
    documents: int
    revision: int = 0


class FrequencyRegistry:
    """Which table stands."""

    def __init__(self, client: "DynamoDBClient", directory_table_name: str) -> None:
        self._client = client
        self._table = directory_table_name

    def standing(self) -> Standing | None:
        """None as long as only the one that ships does; one consistent read."""
        key = item(pk=keys.FREQUENCIES, sk=keys.FREQUENCIES)
        found = self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True).get("Item")
        return None if found is None else loads(Standing, text(found, "body"))

    def put(self, standing: Standing, *, revision: int) -> bool:
        """Let `standing` stand; False where another was put since `revision` was read."""
        stored: dict[str, Value] = {
            "pk": keys.FREQUENCIES,
            "sk": keys.FREQUENCIES,
            "revision": standing.revision,
            "body": dumps(standing),
        }
        try:
            self._client.put_item(**put(self._table, stored, **at_revision(revision)))
        except self._client.exceptions.ConditionalCheckFailedException:
            return False
        return True
