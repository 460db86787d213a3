"""What was observed of a case's spread: one item for every ten minutes in which there was something, in the cases table.

Both attributes are sets of short texts, to which `ADD` adds: what is observed twice is there once, in whatever order it
comes, and nobody has to read before writing.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

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
        # Always true: an update that is refused would keep the citizen's message from its case.
        "ConditionExpression": "attribute_not_exists(pk) OR attribute_exists(pk)",
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
