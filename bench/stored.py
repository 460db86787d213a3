"""Years of messages, laid straight into the tables of the emulator: a million puts through its API would take hours."""

from base64 import b64encode
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends
from moto.dynamodb.models.dynamo_type import DynamoType, Item, LimitedSizeDict

from bench.office import REGION
from jiesu.matters.frequencies import shipped
from jiesu.matters.index import BUCKET_SIZE, all_packed
from jiesu.matters.likeness import TERMS, Sketch
from jiesu.matters.same import Posting
from jiesu.model.message import ConversationKey, PlaceMatch
from jiesu.model.numbers import case_id_for
from jiesu.model.words import CaseStatus, Urgency
from jiesu.road.matching import trace_of
from jiesu.store import keys
from jiesu.store.codec import dumps
from tests import builders as build
from tests.tables import TABLES

BUSY_SHARE = 10
"""Every so many messages one is by the citizen whose next message is measured."""
CASE_SHARE = 10
"""Every so many messages one has opened a case."""

_FIRST = datetime(2020, 1, 1, tzinfo=UTC)


class _Text(DynamoType):
    """A text that is never changed, so that the emulator need not copy it before every transaction."""

    def __deepcopy__(self, memo: dict[int, Any]) -> "_Text":
        return self


class _StoredItem(Item):
    """An item that is never changed."""

    def __deepcopy__(self, memo: dict[int, Any]) -> "_StoredItem":
        return self


def store_messages(count: int, *, busy: ConversationKey, beside: Iterable[str] = ()) -> None:
    """Store `count` messages, a tenth of them by `busy`, and a case for every tenth.

    Their texts are one and the same: what is measured must not depend on what they say. In the index of matters they lie
    in the buckets that the texts `beside` are looked for in, as many as a bucket holds, and are like none of them.
    """
    _fill_buckets(min(count, BUCKET_SIZE), beside)
    messages = _adder(TABLES.messages)
    cases = _adder(TABLES.cases)
    body, triage = _Text({"S": dumps(build.a_message())}), _Text({"S": dumps(build.noise())})
    head = _Text({"S": dumps(build.a_case())})
    raw = DynamoType({"B": b"{}"})
    for number in range(count):
        sent_at = _FIRST + timedelta(seconds=number)
        busy_one = number % BUSY_SHARE == 0
        conversation = busy if busy_one else ConversationKey(account_id=busy.account_id, citizen_id=f"stored-{number:08d}")
        place = _Text({"S": keys.message(sent_at, f"stored-{number:08d}")})
        attributes = {"gsi1pk": _Text({"S": keys.noise(sent_at.date())}), "gsi1sk": place}
        messages(_Text({"S": keys.conversation(conversation)}), place, {**attributes, "body": body, "triage": triage, "raw": raw})
        if number % CASE_SHARE == 1:
            case_id = case_id_for(f"stored-{number:08d}", sent_at.date())
            queued = {
                "version": DynamoType({"N": "1"}),
                "gsi1pk": _Text({"S": keys.queue(CaseStatus.OPEN)}),
                "gsi1sk": _Text({"S": keys.queue_place(Urgency.ROUTINE, sent_at, case_id)}),
                "body": head,
            }
            cases(_Text({"S": keys.case(case_id)}), _Text({"S": keys.HEAD}), queued)


def _adder(table_name: str) -> Callable[[_Text, _Text, dict[str, DynamoType]], None]:
    """What adds one item to a table, past all that the emulator does on a put."""
    stored = dynamodb_backends[DEFAULT_ACCOUNT_ID][REGION].get_table(table_name).items

    def add(pk: _Text, sk: _Text, attributes: dict[str, DynamoType]) -> None:
        item: Any = _StoredItem.__new__(_StoredItem)  # its constructor would copy every attribute
        item.hash_key, item.range_key = pk, sk
        item.attrs = LimitedSizeDict.__new__(LimitedSizeDict)
        dict.update(item.attrs, {"pk": pk, "sk": sk, **attributes})
        stored[pk][sk] = item

    return add


def _fill_buckets(number: int, beside: Iterable[str]) -> None:
    """Put `number` strangers into every bucket of every text, each of which shares that bucket's n-gram and no other."""
    buckets = _adder(TABLES.matters)
    for text in beside:
        message = build.a_message(text=text)
        sketch = trace_of(message, build.a_triage(), PlaceMatch(), shipped()).sketch
        for key in sketch.keys:
            postings = [_stranger(key, one) for one in range(number)]
            name = _Text({"S": keys.bucket(key)})
            buckets(
                name,
                name,
                {
                    "revision": DynamoType({"N": str(number)}),
                    "postings": DynamoType({"B": b64encode(all_packed(postings)).decode()}),
                },
            )


def _stranger(key: int, number: int) -> Posting:
    sent_at = _FIRST + timedelta(minutes=number)
    terms = (key, *range(number * TERMS, number * TERMS + TERMS - 1))
    return Posting(
        message_id=f"weibo:stored-{number:058d}",
        case_id=case_id_for(f"stored-{number:08d}", sent_at.date()),
        sent_at=datetime.now(UTC) - timedelta(minutes=number + 1),
        sketch=Sketch.of(terms, bytes([32] * TERMS)),
        citizen=f"{number:016x}",
    )
