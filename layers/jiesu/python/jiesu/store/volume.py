"""What came in, in MessagesTable: the messages by the hour in which they were received, and a count of each day.

gsi2: ARRIVED#<day of UTC>   <received at>#<platform>   a message, with the case that it belongs to now
VOLUME                       <day>                      one of the office's days, as the daily count left it

No counter is moved by anything that comes twice: a message is one item, and a day is counted from the index.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import batched
from typing import TYPE_CHECKING, Any

from jiesu.cases.volume import Arrival, DayVolume, called_noise, count_day
from jiesu.model.words import Platform
from jiesu.store import keys
from jiesu.store.attributes import Value, document, item, read_document, text, text_or_none
from jiesu.store.codec import dumps, loads
from jiesu.store.finding import MOST_IDS, FindingStore
from jiesu.store.writes import put

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@dataclass(frozen=True, slots=True)
class VolumeStore:
    """Counts days and keeps the counts. `lines` says which cases people called noise."""

    client: "DynamoDBClient"
    messages_table_name: str
    lines: FindingStore

    def count(self, day: date, *, zone: tzinfo, now: datetime) -> DayVolume:
        """The office's `day` as it stands: a query a megabyte, some 6,000 messages, of each day of UTC that it touches, and a
        batch read a hundred cases. Eventually consistent. Raises `ConflictError` where not all cases could be read.
        """
        first, end = (datetime.combine(one, time(), tzinfo=zone) for one in (day, day + timedelta(days=1)))
        arrivals = tuple(self._received(first, end))
        cases = dict.fromkeys(one.case_id for one in arrivals if one.case_id is not None)
        lines = [line for part in batched(cases, MOST_IDS, strict=False) for line in self.lines.of(part)]
        return count_day(day, arrivals, called_noise(lines), zone=zone, now=now)

    def put(self, volume: DayVolume) -> bool:
        """Keep the count of a day; False where a later one stands, or one of more messages: what is missing now has expired."""
        received = sum(one.received for one in volume.cells)
        counted_at = keys.instant(volume.counted_at)
        stored: dict[str, Value] = {
            "pk": keys.VOLUMES,
            "sk": volume.day.isoformat(),
            "counted_at": counted_at,
            "received": received,
            "body": document(dumps(volume)),
        }
        condition = "attribute_not_exists(pk) OR (#counted_at <= :counted_at AND #received <= :received)"
        try:
            self.client.put_item(**put(self.messages_table_name, stored, condition, counted_at=counted_at, received=received))
        except self.client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def between(self, first: date, last: date) -> tuple[DayVolume, ...]:
        """The counts of some days, the oldest first; one query a megabyte, some hundred days. Eventually consistent."""
        pages = self.client.get_paginator("query").paginate(
            TableName=self.messages_table_name,
            KeyConditionExpression="pk = :volumes AND sk BETWEEN :first AND :last",
            ExpressionAttributeValues=item(**{":volumes": keys.VOLUMES, ":first": first.isoformat(), ":last": last.isoformat()}),
        )
        return tuple(loads(DayVolume, read_document(one, "body")) for page in pages for one in page["Items"])

    def first_day(self) -> date | None:
        """The earliest day that was counted; one query of one item. Eventually consistent."""
        found = self.client.query(
            TableName=self.messages_table_name,
            KeyConditionExpression="pk = :volumes",
            ExpressionAttributeValues=item(**{":volumes": keys.VOLUMES}),
            ProjectionExpression="sk",
            Limit=1,
        )["Items"]
        return date.fromisoformat(text(found[0], "sk")) if found else None

    def _received(self, first: datetime, end: datetime) -> Iterator[Arrival]:
        """What was received from `first` until before `end`."""
        day = first.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        while day < end:
            pages = self.client.get_paginator("query").paginate(
                TableName=self.messages_table_name,
                IndexName="gsi2",
                KeyConditionExpression="gsi2pk = :day AND gsi2sk BETWEEN :first AND :end",
                ExpressionAttributeValues=item(
                    **{":day": keys.arrivals(day), ":first": keys.instant(first), ":end": keys.instant(end)}
                ),
            )
            for page in pages:
                yield from (_arrival(one) for one in page["Items"])
            day += timedelta(days=1)


def _arrival(stored: Mapping[str, Any]) -> Arrival:
    received_at, _, platform = text(stored, "gsi2sk").partition("#")
    return Arrival(
        received_at=datetime.fromisoformat(received_at),
        platform=Platform(platform),
        case_id=text_or_none(stored, "case_id"),
        by_hand="handed_over_at" in stored,
    )
