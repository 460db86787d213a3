"""What was observed of a case's spread: one item for every ten minutes in which there was something, in the cases table.

Both attributes are sets of short texts, to which `ADD` adds: what is observed twice is there once, in whatever order it
comes, and nobody has to read before writing.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

from jiesu.matters.spread import REMEMBERED, Observation, Reading, Spread, bucket_of
from jiesu.model.case import MessageRef
from jiesu.model.post import Post
from jiesu.model.words import Platform
from jiesu.store import keys
from jiesu.store.attributes import item

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

MOST_IN_A_BUCKET = 2_000
"""From so many messages in ten minutes on, further ones that are not work are not counted: no grade depends on them."""

ALWAYS = "attribute_not_exists(pk) OR attribute_exists(pk)"
"""A condition that is never lost: an update that is refused would keep the citizen's message from its case."""

MOST_READINGS = 500
"""So many readings of posts a bucket keeps."""


def observed(table_name: str, case_id: str, message: MessageRef, *, opening: bool = False) -> Any:
    """The arguments of an update that counts `message`, for `update_item` or as a transaction's `Update`.

    The first message of a case is marked as `opening`: nothing can be hot yet.
    """
    seen = "|".join((message.platform, _digest(message.platform, message.conversation.citizen_id), _digest(message.message_id)))
    request = _adding(table_name, case_id, message.sent_at, "seen", seen)
    if opening:
        request["UpdateExpression"] = f"SET opening = :opening {request['UpdateExpression']}"
        request["ExpressionAttributeValues"][":opening"] = {"BOOL": True}
    return request


def unobserved(table_name: str, case_id: str, message: MessageRef) -> Any:
    """As `observed`, to count `message` no longer, because it belongs to another case."""
    request = observed(table_name, case_id, message)
    request["UpdateExpression"] = request["UpdateExpression"].replace("ADD", "DELETE")
    return request


@dataclass(frozen=True, slots=True)
class SpreadStore:
    """Reads and extends the spread of cases."""

    client: "DynamoDBClient"
    cases_table_name: str

    def observe(self, case_id: str, message: MessageRef) -> None:
        """Count a message that is no work but speaks of the case's matter. One that joins the case is counted with its entry."""
        self._add(observed(self.cases_table_name, case_id, message), "seen", MOST_IN_A_BUCKET)

    def read_post(self, case_id: str, platform: Platform, post: Post) -> None:
        """Keep the counts of a post, or of the one that it repeats, as they were when it was read."""
        root = post.root or post
        reading = f"{platform}|{root.id}|{root.reposts_count}|{root.comments_count}|{root.likes_count}"
        self._add(_adding(self.cases_table_name, case_id, post.read_at, "readings", reading), "readings", MOST_READINGS)

    def of_case(self, case_id: str, now: datetime) -> Spread:
        """What was observed within `REMEMBERED`: one consistent query, of which the newest megabyte counts."""
        answer = self.client.query(
            TableName=self.cases_table_name,
            KeyConditionExpression="pk = :pk AND sk BETWEEN :oldest AND :newest",
            ExpressionAttributeValues=item(
                **{":pk": keys.case(case_id), ":oldest": keys.spread(now - REMEMBERED), ":newest": keys.spread(now)}
            ),
            ScanIndexForward=False,
            ConsistentRead=True,
        )
        return Spread(
            observations=frozenset(_observation(at, one) for at, one in _texts(answer["Items"], "seen")),
            readings=frozenset(_reading(at, one) for at, one in _texts(answer["Items"], "readings")),
        )

    def copy(self, source_id: str, target_id: str) -> None:
        """Let the spread of one case count in another's as well; a query a megabyte and a write a bucket."""
        self._carry(source_id, target_id, "ADD")

    def withdraw(self, source_id: str, target_id: str) -> None:
        """Take out of the target's spread what is in the source's."""
        self._carry(source_id, target_id, "DELETE")

    def _carry(self, source_id: str, target_id: str, verb: Literal["ADD", "DELETE"]) -> None:
        pages = self.client.get_paginator("query").paginate(
            TableName=self.cases_table_name,
            KeyConditionExpression="pk = :pk AND begins_with(sk, :spread)",
            ExpressionAttributeValues=item(**{":pk": keys.case(source_id), ":spread": keys.SPREAD_PREFIX}),
            ConsistentRead=True,
        )
        for one in (one for page in pages for one in page["Items"]):
            sets = {name: one[name] for name in ("seen", "readings") if name in one}
            if sets:
                self.client.update_item(
                    TableName=self.cases_table_name,
                    Key={"pk": item(pk=keys.case(target_id))["pk"], "sk": one["sk"]},
                    UpdateExpression=f"{verb} {', '.join(f'{name} :{name}' for name in sets)}",
                    ConditionExpression=ALWAYS,
                    ExpressionAttributeValues={f":{name}": value for name, value in sets.items()},
                )

    def _add(self, request: Any, attribute: str, most: int) -> None:
        request["ConditionExpression"] = f"attribute_not_exists({attribute}) OR size({attribute}) < :most"
        request["ExpressionAttributeValues"][":most"] = {"N": str(most)}
        try:
            self.client.update_item(**request)
        except self.client.exceptions.ConditionalCheckFailedException:
            return  # full: whoever is that hot has every grade already


def _adding(table_name: str, case_id: str, at: datetime, attribute: str, value: str) -> Any:
    return {
        "TableName": table_name,
        "Key": item(pk=keys.case(case_id), sk=keys.spread(bucket_of(at))),
        "UpdateExpression": f"ADD {attribute} :one",
        "ConditionExpression": ALWAYS,
        "ExpressionAttributeValues": {":one": {"SS": [value]}},
    }


def _texts(items: Any, attribute: str) -> list[tuple[datetime, str]]:
    return [(_start(one), text) for one in items if attribute in one for text in one[attribute]["SS"]]


def _start(stored: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(stored["sk"]["S"].removeprefix(keys.SPREAD_PREFIX)).astimezone(UTC)


def _observation(at: datetime, text: str) -> Observation:
    platform, person, message = text.split("|")
    return Observation(platform=Platform(platform), person=person, message=message, at=at)


def _reading(at: datetime, text: str) -> Reading:
    platform, post, reposts, comments, likes = text.split("|")
    return Reading(post=f"{platform}|{post}", at=at, reposts=int(reposts), comments=int(comments), likes=int(likes))


def _digest(*parts: str) -> str:
    """Tells people and messages apart and names nobody."""
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:12]
