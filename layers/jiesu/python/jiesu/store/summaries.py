"""Which morning summaries went out: one a day and recipient, however often the function is called.

SUMMARY#<day>   <address>   `state` is `sending` while somebody is at it, then `sent`
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from jiesu.store import keys
from jiesu.store.attributes import Value, item
from jiesu.store.writes import delete, put

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

KEEP = timedelta(days=90)

LEASE = timedelta(minutes=10)
"""Longer than the function may run."""


@dataclass(frozen=True, slots=True)
class SummaryStore:
    """Lies in the table of deliveries; forgotten after `KEEP`."""

    client: "DynamoDBClient"
    deliveries_table_name: str

    def claim(self, day: date, address: str, now: datetime) -> bool:
        """Take the summary of `day` for `address`; False where it has gone out, or another call is at it."""
        stored = self._stored(day, address, "sending", now) | {"lease_until": keys.instant(now + LEASE)}
        free = "attribute_not_exists(pk) OR (#state = :sending AND lease_until < :now)"
        try:
            self.client.put_item(**put(self.deliveries_table_name, stored, free, sending="sending", now=keys.instant(now)))
        except self.client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def sent(self, day: date, address: str, now: datetime) -> None:
        """It has gone out."""
        stored = self._stored(day, address, "sent", now)
        self.client.put_item(**put(self.deliveries_table_name, stored, "#state = :sending", sending="sending"))

    def release(self, day: date, address: str) -> None:
        """It has not, for certain, and may be claimed again."""
        key = item(pk=keys.summary(day), sk=address)
        self.client.delete_item(**delete(self.deliveries_table_name, key, "#state = :sending", sending="sending"))

    @staticmethod
    def _stored(day: date, address: str, state: str, now: datetime) -> dict[str, Value]:
        return {"pk": keys.summary(day), "sk": address, "state": state, "expires_at": int((now + KEEP).timestamp())}
