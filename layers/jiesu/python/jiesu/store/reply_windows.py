"""The reply ledger of a conversation: which message opened a window last, and what was answered since.

CONVERSATION#<account>#<citizen>   WINDOW       `<kind>_at` of each kind of message that opens one, `replies` by their ids
                                   ANSWER_DUE   the newest message that opened one; gone once it was asked whether it is answered

The window sorts behind the conversation's messages, and in the index behind those of its case: whoever
reads the newest messages in descending order gets it with them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from jiesu.cases.reply_window import RULES, ReplyLedger, opens_window, warning_at
from jiesu.model.case import MessageRef
from jiesu.model.message import ConversationKey, Message
from jiesu.model.words import MessageKind, Platform
from jiesu.store import keys
from jiesu.store.attributes import item, text
from jiesu.store.codec import dumps, loads
from jiesu.store.writes import delete, put

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

RECENT_MESSAGES = 5
"""How many messages are read beside the ledger: those of them that rest opened a window too, without a write of their own."""

_KINDS = frozenset(kind for _, kind in RULES)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerDue:
    """A message of a case that somebody must have answered by now."""

    case_id: str
    message: MessageRef
    place: str


def opening(table_name: str, message: Message, ref: MessageRef, case_id: str) -> "list[TransactWriteItemTypeDef]":
    """The writes that open the conversation's window with `message`, and list it for a warning; none where it opens none.

    Their conditions are lost where a newer message has come already: platforms deliver out of order.
    """
    warned_at = warning_at(ref)
    if warned_at is None or not opens_window(message.platform, message.kind, message.content_type):
        return []
    pk = keys.conversation(message.conversation)
    place = keys.answer_due_place(warned_at, pk)
    due = {"pk": pk, "sk": keys.ANSWER_DUE, "gsi1pk": keys.ANSWER_DUE, "gsi1sk": place, "case_id": case_id, "body": dumps(ref)}
    newest = put(table_name, due, "attribute_not_exists(pk) OR gsi1sk <= :place", place=place)
    return [_opened(table_name, message, case_id), {"Put": newest}]


def _opened(table_name: str, message: Message, case_id: str) -> "TransactWriteItemTypeDef":
    return {
        "Update": {
            "TableName": table_name,
            "Key": item(pk=keys.conversation(message.conversation), sk=keys.WINDOW),
            "UpdateExpression": (
                "SET platform = :platform, gsi1pk = :case, gsi1sk = :window, "
                "replies = if_not_exists(replies, :none), #opened = :at"
            ),
            "ConditionExpression": "attribute_not_exists(#opened) OR #opened <= :at",
            "ExpressionAttributeNames": {"#opened": _opened_by(message.kind)},
            "ExpressionAttributeValues": {
                **item(
                    **{
                        ":platform": message.platform,
                        ":case": keys.case(case_id),
                        ":window": keys.WINDOW,
                        ":at": keys.instant(message.sent_at),
                    }
                ),
                ":none": {"M": {}},
            },
        }
    }


def ledger_from_item(stored: Mapping[str, Any]) -> ReplyLedger:
    """The ledger that a `WINDOW` item holds."""
    return ReplyLedger(
        platform=Platform(text(stored, "platform")),
        opened={kind: _instant(stored[name]) for kind in sorted(_KINDS) if (name := _opened_by(kind)) in stored},
        replied={reply_id: _instant(at) for reply_id, at in stored["replies"]["M"].items()},
    )


class ReplyWindowStore:
    """Reads what a conversation's window is computed from, and counts what was answered in it."""

    def __init__(self, client: "DynamoDBClient", *, messages_table_name: str) -> None:
        self._client = client
        self._table = messages_table_name

    def ledger(self, conversation: ConversationKey) -> ReplyLedger | None:
        """The conversation as of now; one consistent query. None where no message of it ever opened a window."""
        answer = self._client.query(
            TableName=self._table,
            KeyConditionExpression="pk = :pk AND sk BETWEEN :message AND :window",
            ExpressionAttributeValues=item(
                **{":pk": keys.conversation(conversation), ":message": keys.MESSAGE_PREFIX, ":window": keys.WINDOW}
            ),
            ScanIndexForward=False,
            ConsistentRead=True,
            Limit=1 + RECENT_MESSAGES,
        )
        stored = answer["Items"]
        if not stored or text(stored[0], "sk") != keys.WINDOW:
            return None
        ledger = ledger_from_item(stored[0])
        for one in stored[1:]:
            message = loads(Message, text(one, "body"))
            if opens_window(message.platform, message.kind, message.content_type):
                ledger = ledger.heard(message.kind, message.sent_at)
        return ledger

    def count(self, conversation: ConversationKey, *, reply_id: str, at: datetime) -> None:
        """Note that a reply was sent; once a reply, however often it is told. Without a window there is nothing to count in."""
        try:
            self._client.update_item(
                TableName=self._table,
                Key=item(pk=keys.conversation(conversation), sk=keys.WINDOW),
                UpdateExpression="SET replies.#reply = :at",
                ConditionExpression="attribute_exists(pk) AND attribute_not_exists(replies.#reply)",
                ExpressionAttributeNames={"#reply": reply_id},
                ExpressionAttributeValues=item(**{":at": keys.instant(at)}),
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return

    def answers_due(self, now: datetime) -> Iterator[AnswerDue]:
        """The conversations that must be looked at by `now`, the longest waiting first. Eventually consistent."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            IndexName="gsi1",
            KeyConditionExpression="gsi1pk = :due AND gsi1sk < :now",
            ExpressionAttributeValues=item(**{":due": keys.ANSWER_DUE, ":now": keys.instant(now)}),
        )
        for page in pages:
            yield from (_answer_due(one) for one in page["Items"])

    def looked_at(self, due: AnswerDue) -> None:
        """List it no more, unless the citizen wrote again meanwhile."""
        key = item(pk=keys.conversation(due.message.conversation), sk=keys.ANSWER_DUE)
        try:
            self._client.delete_item(**delete(self._table, key, "gsi1sk = :place", place=due.place))
        except self._client.exceptions.ConditionalCheckFailedException:
            return


def _answer_due(stored: Mapping[str, Any]) -> AnswerDue:
    return AnswerDue(
        case_id=text(stored, "case_id"), message=loads(MessageRef, text(stored, "body")), place=text(stored, "gsi1sk")
    )


def _opened_by(kind: MessageKind) -> str:
    return f"{kind}_at"


def _instant(attribute: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(attribute["S"])
