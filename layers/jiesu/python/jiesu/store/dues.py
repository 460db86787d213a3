"""The outbox: which entries asked for a notice, a reply, a post or a move that is not known to have left.

CASE#<id>   DUE#<version>   written with the entry, listed by when it is to be looked after next; gone once all has left

The stream carries an entry's effects out within a second or two. Whatever it loses stands here, so that the
sweeper finds it without reading what is in order.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from jiesu.cases.effects import ClockEffect, Queued, effects_of
from jiesu.model.timeline import Entry
from jiesu.store import keys
from jiesu.store.attributes import Value, item, number, text
from jiesu.store.writes import delete, put

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """An entry whose effects are to be looked after. `queued_again` counts how often they were; `place` is where it is listed."""

    case_id: str
    version: int
    queued_again: int
    place: str


def sent_by(entry: Entry) -> tuple[Queued, ...]:
    """The effects of an entry that leave through a queue. Clocks are looked after by the list of those that must run."""
    return tuple(one for one in effects_of(entry) if not isinstance(one, ClockEffect))


def owed_by(table_name: str, entry: Entry) -> "list[TransactWriteItemTypeDef]":
    """The write that notes what an entry sends, for the entry's own transaction; none where it sends nothing."""
    if not sent_by(entry):
        return []
    stored: dict[str, Value] = {
        "pk": keys.case(entry.case_id),
        "sk": keys.due(entry.version),
        "version": entry.version,
        "queued_again": 0,
        "gsi1pk": keys.DUES,
        "gsi1sk": keys.due_place(entry.at, entry.case_id, entry.version),
    }
    return [{"Put": put(table_name, stored, "attribute_not_exists(pk)")}]


@dataclass(frozen=True, slots=True)
class DueStore:
    """Lists and settles what is due; it lies in the table of the cases."""

    client: "DynamoDBClient"
    cases_table_name: str

    def older_than(self, moment: datetime, *, limit: int) -> Iterator[Due]:
        """The longest waiting, `limit` at most; one query. Eventually consistent."""
        answer = self.client.query(
            TableName=self.cases_table_name,
            IndexName="gsi1",
            KeyConditionExpression="gsi1pk = :dues AND gsi1sk < :moment",
            ExpressionAttributeValues=item(**{":dues": keys.DUES, ":moment": keys.instant(moment)}),
            Limit=limit,
        )
        for one in answer["Items"]:
            yield Due(
                case_id=text(one, "pk").removeprefix("CASE#"),
                version=number(one, "version"),
                queued_again=number(one, "queued_again"),
                place=text(one, "gsi1sk"),
            )

    def put_off(self, due: Due, *, to: datetime, queued: bool) -> None:
        """Have it looked after again once `to` is past; `queued` says that its effects were queued again."""
        values: dict[str, Value] = {
            ":later": keys.due_place(to, due.case_id, due.version),
            ":place": due.place,
            ":one": int(queued),
        }
        try:
            self.client.update_item(
                TableName=self.cases_table_name,
                Key=item(pk=keys.case(due.case_id), sk=keys.due(due.version)),
                UpdateExpression="SET gsi1sk = :later ADD queued_again :one",
                ConditionExpression="gsi1sk = :place",
                ExpressionAttributeValues=item(**values),
            )
        except self.client.exceptions.ConditionalCheckFailedException:
            return  # another sweep was faster

    def settled(self, due: Due) -> None:
        """All has left, or is a person's business: list it no more."""
        key = item(pk=keys.case(due.case_id), sk=keys.due(due.version))
        try:
            self.client.delete_item(**delete(self.cases_table_name, key, "gsi1sk = :place", place=due.place))
        except self.client.exceptions.ConditionalCheckFailedException:
            return  # another sweep was faster
