"""What the sweeps of a day did, summed up for the morning after.

SWEEPS#<day>   SWEEPS#<day>   one number a counter
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from jiesu.store import keys
from jiesu.store.attributes import item

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

KEEP = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class SweepLog:
    """One item a day of the office, in the table of deliveries; forgotten after `KEEP`."""

    client: "DynamoDBClient"
    deliveries_table_name: str

    def add(self, day: date, numbers: Mapping[str, int], now: datetime) -> None:
        """Add what one sweep did. A sweep that is told of twice counts twice: these are for people to read."""
        names = {f"#{name}": name for name in numbers}
        added = ", ".join(f"#{name} :{name}" for name in numbers)
        self.client.update_item(
            TableName=self.deliveries_table_name,
            Key=item(pk=keys.sweeps(day), sk=keys.sweeps(day)),
            UpdateExpression=f"SET expires_at = :expires ADD sweeps :one, {added}",
            ExpressionAttributeNames=names,
            ExpressionAttributeValues=item(
                **{":one": 1, ":expires": int((now + KEEP).timestamp()), **{f":{name}": value for name, value in numbers.items()}}
            ),
        )

    def of(self, day: date) -> dict[str, int]:
        """The day's sums, with the number of `sweeps`; empty where nothing swept. One read."""
        key = item(pk=keys.sweeps(day), sk=keys.sweeps(day))
        found = self.client.get_item(TableName=self.deliveries_table_name, Key=key).get("Item", {})
        return {name: int(value["N"]) for name, value in found.items() if "N" in value and name != "expires_at"}
