"""Messages that rest: what the system called noise, listed by day, and made a case of by a person.

It is the message's own item that changes hands: in one transaction it leaves its day, belongs to
the case and expires no more, while the case gets the entry that says who decided so. Whoever does
it second finds the message with its case.
"""

import base64
import binascii
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from jiesu.cases.commands import JoinMessage, OpenCase, decide
from jiesu.cases.fold import next_entry
from jiesu.cases.titles import title_of
from jiesu.model.case import Case, Verdict
from jiesu.model.errors import ConflictError
from jiesu.model.message import Message, PlaceMatch
from jiesu.model.people import Actor
from jiesu.model.timeline import Change
from jiesu.model.words import CaseStatus
from jiesu.store import keys
from jiesu.store.attributes import item, text, text_or_none
from jiesu.store.cases import MAX_ATTEMPTS, CaseStore
from jiesu.store.messages import StoredMessage, claim, media_count, ref_of, stored_from_item, transact_opening
from jiesu.store.samples import found_item
from jiesu.store.transactions import TransactionLostError
from jiesu.store.writes import put

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef


@dataclass(frozen=True, slots=True, kw_only=True)
class RestingMessage:
    """A message that rests, or did when it was listed. `place` names it in addresses; `day` is what it is listed under."""

    place: str
    stored: StoredMessage
    day: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RestingPage:
    """Some messages of one day, oldest first; `cursor` continues them."""

    messages: tuple[RestingMessage, ...]
    cursor: str | None


def place_of(message: Message) -> str:
    """What names a message in an address: its key, so that it is found by one read."""
    return _named(keys.conversation(message.conversation), keys.message(message.sent_at, message.id))


def _named(pk: str, sk: str) -> str:
    return base64.urlsafe_b64encode(json.dumps([pk, sk], ensure_ascii=False).encode()).decode().rstrip("=")


class RestingStore:
    """Reads what rests and makes cases of it."""

    def __init__(self, client: "DynamoDBClient", messages_table_name: str) -> None:
        self._client = client
        self._table = messages_table_name

    def page(self, day: date, *, limit: int = 50, cursor: str | None = None) -> RestingPage:
        """What was received on the office's `day` and rests; one query. Eventually consistent.

        Raises `ValueError` for what is no cursor.
        """
        start: dict[str, Any] = {"ExclusiveStartKey": json.loads(base64.urlsafe_b64decode(cursor))} if cursor else {}
        answer = self._client.query(
            TableName=self._table,
            IndexName="gsi1",
            KeyConditionExpression="gsi1pk = :day",
            ExpressionAttributeValues=item(**{":day": keys.noise(day)}),
            Limit=limit,
            **start,
        )
        last = answer.get("LastEvaluatedKey")
        return RestingPage(
            messages=tuple(_resting(one) for one in answer["Items"]),
            cursor=base64.urlsafe_b64encode(json.dumps(last).encode()).decode() if last else None,
        )

    def find(self, place: str) -> RestingMessage | None:
        """The message that `place` names; one consistent read. None where there is none, or no longer."""
        key = _key(place)
        found = None if key is None else self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True).get("Item")
        return None if found is None else _resting(found)

    def find_all(self, places: Iterable[str]) -> dict[str, RestingMessage]:
        """Those of at most a hundred messages that are still there; one batch read. Eventually consistent."""
        wanted = [key for place in dict.fromkeys(places) if (key := _key(place)) is not None]
        if not wanted:
            return {}
        answer = self._client.batch_get_item(RequestItems={self._table: {"Keys": wanted}})
        if answer["UnprocessedKeys"]:
            raise ConflictError("not all messages could be read")
        return {(found := _resting(one)).place: found for one in answer["Responses"][self._table]}

    def places(self, day: date) -> Iterator[str]:
        """The names of all messages of the office's `day` that rest; one query a megabyte, a few hundred messages."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            IndexName="gsi1",
            KeyConditionExpression="gsi1pk = :day",
            ExpressionAttributeValues=item(**{":day": keys.noise(day)}),
            ProjectionExpression="pk, sk",
        )
        for page in pages:
            for one in page["Items"]:
                yield _named(text(one, "pk"), text(one, "sk"))

    def make_case(
        self,
        cases: CaseStore,
        resting: RestingMessage,
        verdict: Verdict,
        *,
        where: PlaceMatch,
        case_id: str,
        actor: Actor,
        now: datetime,
        found_by: "Sequence[TransactWriteItemTypeDef]" = (),
    ) -> str:
        """Open a case of a message that rests, or add it to the open case of its citizen; the case's id.

        From then on it is found by its writer's telephones and name (`found_by`, of `CitizenIndex.writes_of`).

        Where the message has a case already, that is the answer and nothing is written.
        """
        message, triage = resting.stored.message, resting.stored.triage
        for _ in range(MAX_ATTEMPTS):
            taken, previous = self._as_of_now(message)
            if taken is not None:
                return taken
            case = None if previous is None else cases.standing(previous)
            if case is not None and case.status is not CaseStatus.CLOSED:
                join = JoinMessage(message=ref_of(message), triage=triage, verdict=verdict)
                entry = next_entry(case, case.id, _change(case, join, now), actor=actor, now=now)
                more: list[TransactWriteItemTypeDef] = []
            else:
                case = None
                opening = OpenCase(title=title_of(message), message=ref_of(message), triage=triage, place=where, verdict=verdict)
                entry = next_entry(None, case_id, _change(None, opening, now), actor=actor, now=now)
                more = [claim(self._table, message.conversation, case_id, previous)]
            _, writes = cases.write_of(case, entry)
            if resting.day is not None:
                known = found_item(resting.day, resting.place, actor=actor, now=now)
                more.append({"Put": put(self._table, known, "attribute_not_exists(pk)")})
            needed = [self._handed_over(message, entry.case_id, now), *more, *writes, *found_by]
            try:
                transact_opening(self._client, self._table, needed, message, entry.case_id)
            except TransactionLostError:
                continue
            return entry.case_id
        raise ConflictError(f"message {message.id} is made a case of by many at once")

    def _as_of_now(self, message: Message) -> tuple[str | None, str | None]:
        """The case that the message has, and the one that its conversation last belonged to; one consistent read."""
        conversation = keys.conversation(message.conversation)
        key = item(pk=conversation, sk=keys.message(message.sent_at, message.id))
        head = item(pk=conversation, sk=keys.CONVERSATION_HEAD)
        answer = self._client.batch_get_item(RequestItems={self._table: {"Keys": [key, head], "ConsistentRead": True}})
        if answer["UnprocessedKeys"]:
            raise ConflictError(f"message {message.id} could not be read")
        found = {text(one, "sk"): text_or_none(one, "case_id") for one in answer["Responses"][self._table]}
        return found.get(keys.message(message.sent_at, message.id)), found.get(keys.CONVERSATION_HEAD)

    def _handed_over(self, message: Message, case_id: str, now: datetime) -> "TransactWriteItemTypeDef":
        """The message belongs to the case and stays with it; lost where it has one, or has expired."""
        count = media_count(message)
        media = "" if count is None else ", media_count = :media"
        return {
            "Update": {
                "TableName": self._table,
                "Key": item(pk=keys.conversation(message.conversation), sk=keys.message(message.sent_at, message.id)),
                "UpdateExpression": f"SET case_id = :case, gsi1pk = :where, handed_over_at = :now{media} REMOVE expires_at",
                "ConditionExpression": "attribute_exists(pk) AND attribute_not_exists(case_id)",
                "ExpressionAttributeValues": item(
                    **{":case": case_id, ":where": keys.case(case_id), ":now": keys.instant(now), ":media": count}
                ),
            }
        }


def _change(case: Case | None, command: OpenCase | JoinMessage, now: datetime) -> Change:
    change = decide(case, command, now)
    if change is None:
        raise AssertionError("a message always changes its case")
    return change


def _resting(found: Mapping[str, Any]) -> RestingMessage:
    stored = stored_from_item(found)
    where = text_or_none(found, "gsi1pk")
    listed = stored.case_id is None and where is not None
    day = date.fromisoformat(where.removeprefix(keys.NOISE_PREFIX)) if listed and where else None
    return RestingMessage(place=place_of(stored.message), stored=stored, day=day)


def _key(place: str) -> dict[str, Any] | None:
    """The key that `place` stands for; None for anything that `place_of` does not give."""
    try:
        pk, sk = json.loads(base64.urlsafe_b64decode(place + "=" * (-len(place) % 4)))
    except (binascii.Error, ValueError, TypeError):
        return None
    is_message = isinstance(pk, str) and isinstance(sk, str) and pk.startswith(keys.CONVERSATION_PREFIX)
    return item(pk=pk, sk=sk) if is_message and sk.startswith(keys.MESSAGE_PREFIX) else None
