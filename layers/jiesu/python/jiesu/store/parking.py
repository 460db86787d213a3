"""What could not be handled, kept whole where a person sees it and can send it on again."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

from jiesu.store import keys
from jiesu.store.attributes import blob, item, text
from jiesu.store.writes import put

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@dataclass(frozen=True, slots=True, kw_only=True)
class Parked:
    """One parked delivery. `place` names it; `context` says where it came from; `reason` is a code."""

    place: str
    reason: str
    parked_at: datetime
    body: bytes
    context: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ParkingStore:
    """One partition of the messages table: few things ever stand here, and an alarm says so when they do."""

    client: "DynamoDBClient"
    messages_table_name: str

    def park(self, *, parked_id: str, reason: str, body: bytes, context: Mapping[str, str], now: datetime) -> None:
        """Keep `body`; parking the same thing at the same time twice keeps it once."""
        try:
            self.client.put_item(
                **put(
                    self.messages_table_name,
                    {
                        "pk": keys.PARKED,
                        "sk": keys.parked(now, parked_id),
                        "reason": reason,
                        "parked_at": keys.instant(now),
                        "body": body,
                        "context": json.dumps(dict(context), ensure_ascii=False),
                    },
                    "attribute_not_exists(pk)",
                )
            )
        except self.client.exceptions.ConditionalCheckFailedException:
            return  # it stands there already

    def parked(self, *, limit: int = 50, behind: str | None = None) -> tuple[Parked, ...]:
        """At most `limit` of what stands there, oldest first, from behind the place `behind` on."""
        return tuple(islice(self.every(behind=behind, page=limit), limit))

    def every(self, *, behind: str | None = None, page: int | None = None) -> Iterator[Parked]:
        """All that stands there, oldest first, read as it is asked for: a megabyte a consistent query, or `page` of them."""
        query = self._query(limit=page)
        if behind is not None:
            query["ExclusiveStartKey"] = item(pk=keys.PARKED, sk=behind)
        while True:
            answer = self.client.query(**query)
            yield from map(_parked, answer["Items"])
            if "LastEvaluatedKey" not in answer:
                return
            query["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    def number(self) -> int:
        """How many stand there."""
        query = self._query() | {"Select": "COUNT"}
        pages = self.client.get_paginator("query").paginate(**query)
        return sum(one["Count"] for one in pages)

    def at(self, place: str) -> Parked | None:
        """The one that stands at `place`; one consistent read."""
        key = item(pk=keys.PARKED, sk=place)
        found = self.client.get_item(TableName=self.messages_table_name, Key=key, ConsistentRead=True).get("Item")
        return None if found is None else _parked(found)

    def remove(self, place: str) -> None:
        """Take away what has been handled after all. Raises `ConditionalCheckFailedException` where it is gone already."""
        self.client.delete_item(
            TableName=self.messages_table_name,
            Key=item(pk=keys.PARKED, sk=place),
            ConditionExpression="attribute_exists(pk)",
        )

    def _query(self, *, limit: int | None = None) -> dict[str, Any]:
        return {
            "TableName": self.messages_table_name,
            "KeyConditionExpression": "pk = :parked",
            "ExpressionAttributeValues": item(**{":parked": keys.PARKED}),
            "ConsistentRead": True,
        } | ({} if limit is None else {"Limit": limit})


def _parked(stored: Mapping[str, Any]) -> Parked:
    return Parked(
        place=text(stored, "sk"),
        reason=text(stored, "reason"),
        parked_at=datetime.fromisoformat(text(stored, "parked_at")),
        body=blob(stored, "body"),
        context=json.loads(text(stored, "context")),
    )
