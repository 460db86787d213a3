"""One message from one case to another: one transaction, so that it is never half moved.

It takes along what lies beside it: where its citizen's conversation goes along, the conversation's head and reply window;
its files (`store/evidence.py`), which stay listed under their former case as moved; its place in the spread.
A case of many messages moves one message after the other. Whoever dies in between begins anew, and finds moved what was.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from jiesu.matters.index import packed
from jiesu.model.case import CarriedMessage, MessageRef
from jiesu.model.errors import ConflictError, PermanentError
from jiesu.store import keys
from jiesu.store.attributes import Value, item, text
from jiesu.store.cases import MAX_ATTEMPTS
from jiesu.store.matters import MatterIndex, names_of_posting
from jiesu.store.messages import stored_from_item
from jiesu.store.spread import observed, unobserved
from jiesu.store.transactions import TransactionLostError, transact

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef


@dataclass(frozen=True, slots=True)
class MoveStore:
    """Moves messages between cases whose heads say so already."""

    client: "DynamoDBClient"
    cases_table_name: str
    messages_table_name: str
    index: MatterIndex

    def carry(self, carried: CarriedMessage, source_id: str, target_id: str) -> bool:
        """Move one message; False where it was moved before, or is no longer kept. A batch read, and a query if it has files.

        Raises `PermanentError` where it belongs to a third case.
        """
        for _ in range(MAX_ATTEMPTS):
            found = self._beside(carried.message)
            stored = found.get(keys.message(carried.message.sent_at, carried.message.message_id))
            if stored is None or text(stored, "case_id") == target_id:
                return False
            if text(stored, "case_id") != source_id:
                raise PermanentError("message_elsewhere", case_id=target_id, message_id=carried.message.message_id)
            try:
                transact(self.client, [*self._writes(carried, stored, found, source_id, target_id)])
            except TransactionLostError:
                continue
            return True
        raise ConflictError(f"message {carried.message.message_id} is written by many at once")

    def post_again(self, message: MessageRef) -> bool:
        """Have the index of matters name the case that the message belongs to now; False where it says so, or has it not.

        What is like the message is put to its new case from then on. Buckets that fill up meanwhile forget it, as always.
        """
        for _ in range(MAX_ATTEMPTS):
            stored = self._beside(message).get(keys.message(message.sent_at, message.message_id))
            filed = None if stored is None else stored_from_item(stored)
            if stored is None or filed is None or filed.posting is None or filed.case_id is None:
                return False
            if filed.posting.case_id == filed.case_id:
                return False
            posting = replace(filed.posting, case_id=filed.case_id)
            known = self.index.look_up((), names_of_posting(posting))
            filing = self.index.posting(posting, known)
            kept = self._update(stored, "SET posting = :new", "case_id = :case", new=packed(posting), case=filed.case_id)
            try:
                transact(self.client, [kept, *filing.writes])
            except TransactionLostError:
                continue
            return True
        raise ConflictError(f"the index of message {message.message_id} is written by many at once")

    def _beside(self, message: MessageRef) -> dict[str, Mapping[str, Any]]:
        """The message, its conversation's head, its reply window and the warning of its end, by their places."""
        places = (keys.message(message.sent_at, message.message_id), keys.CONVERSATION_HEAD, keys.WINDOW, keys.ANSWER_DUE)
        wanted = [item(pk=keys.conversation(message.conversation), sk=place) for place in places]
        table = self.messages_table_name
        answer = self.client.batch_get_item(RequestItems={table: {"Keys": wanted, "ConsistentRead": True}})
        if answer["UnprocessedKeys"]:
            raise ConflictError(f"message {message.message_id} could not be read")
        return {text(one, "sk"): one for one in answer["Responses"][table]}

    def _writes(
        self,
        carried: CarriedMessage,
        stored: Mapping[str, Any],
        found: Mapping[str, Mapping[str, Any]],
        source_id: str,
        target_id: str,
    ) -> "Iterator[TransactWriteItemTypeDef]":
        source, target = keys.case(source_id), keys.case(target_id)
        yield self._update(
            stored, "SET case_id = :to, gsi1pk = :there", "case_id = :from", to=target_id, there=target, **{"from": source_id}
        )
        for place in (keys.CONVERSATION_HEAD, keys.ANSWER_DUE) if carried.leads else ():
            if (one := found.get(place)) is not None and text(one, "case_id") == source_id:
                yield self._update(one, "SET case_id = :to", "case_id = :from", to=target_id, **{"from": source_id})
        window = found.get(keys.WINDOW)
        if carried.leads and window is not None and text(window, "gsi1pk") == source:
            yield self._update(window, "SET gsi1pk = :to", "gsi1pk = :from", to=target, **{"from": source})
        if "media_count" in stored:
            yield from self._files(carried.message, source_id, target_id)
        yield {"Update": observed(self.cases_table_name, target_id, carried.message)}
        yield {"Update": unobserved(self.cases_table_name, source_id, carried.message)}

    def _files(self, message: MessageRef, source_id: str, target_id: str) -> "Iterator[TransactWriteItemTypeDef]":
        """What became of the message's files, listed under the target from now on."""
        found = self.client.query(
            TableName=self.messages_table_name,
            KeyConditionExpression="pk = :case AND begins_with(sk, :message)",
            FilterExpression="attribute_not_exists(moved_to)",
            ExpressionAttributeValues=item(
                **{
                    ":case": keys.case_evidence(source_id),
                    ":message": keys.evidence_of(message.sent_at, message.message_id),
                }
            ),
            ConsistentRead=True,
        )["Items"]
        for one in found:
            moved = item(pk=keys.case_evidence(target_id), gsi1pk=keys.case(target_id), case_id=target_id)
            yield {
                "Put": {
                    "TableName": self.messages_table_name,
                    "Item": {**one, **moved},
                    "ConditionExpression": "attribute_not_exists(pk) OR attribute_exists(moved_to)",
                }
            }
            yield self._update(one, "SET moved_to = :to REMOVE gsi1pk, gsi1sk", "attribute_not_exists(moved_to)", to=target_id)

    def _update(self, stored: Mapping[str, Any], expression: str, condition: str, **values: Value) -> "TransactWriteItemTypeDef":
        return {
            "Update": {
                "TableName": self.messages_table_name,
                "Key": {"pk": stored["pk"], "sk": stored["sk"]},
                "UpdateExpression": expression,
                "ConditionExpression": condition,
                "ExpressionAttributeValues": item(**{f":{name}": value for name, value in values.items()}),
            }
        }
