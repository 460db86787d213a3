"""Years of messages, laid straight into the tables of the emulator: a million puts through its API would take hours."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends
from moto.dynamodb.models.dynamo_type import DynamoType, Item, LimitedSizeDict

from bench.office import REGION
from jiesu.model.message import ConversationKey
from jiesu.model.numbers import case_id_for
from jiesu.model.words import CaseStatus, Urgency
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


def store_messages(count: int, *, busy: ConversationKey) -> None:
    """Store `count` messages, a tenth of them by `busy`, and a case for every tenth.

    Their texts are one and the same: what is measured must not depend on what they say.
    """
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
