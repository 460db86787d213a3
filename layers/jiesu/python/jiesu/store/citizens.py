"""By what citizens' messages are found: telephones and names, in MessagesTable beside what they belong to.

TELEPHONE#<digest>        <sent at>#<message>          a message of a case that has the number; the number stands nowhere
NAME#<first character>    <name>#<sent at>#<message>   a message of a case whose writer goes by the name

Each says where its message lies, and no more: which case the message belongs to, the message says.
"""

import hashlib
import hmac
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jiesu.model.errors import ConflictError
from jiesu.model.lookup import name_of
from jiesu.model.message import Message
from jiesu.store import keys
from jiesu.store.attributes import item, text, text_or_none
from jiesu.store.names import name_item, put_trace, where
from jiesu.triage.identity import kept_as, sought_as, telephones_of

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

MOST_FOUND = 100
"""Messages that one search looks at: what one batch read takes."""

MANY = 2
"""Characters from which on a name is looked for by its beginning; shorter ones must be the whole name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Traced:
    """The cases of the messages that were found, each once; `is_cut` where more were found than are looked at."""

    case_ids: tuple[str, ...]
    is_cut: bool


@dataclass(frozen=True, slots=True)
class CitizenIndex:
    """Keeps and finds. `secret` is the key of the digests, asked for only where there is a telephone."""

    client: "DynamoDBClient"
    messages_table_name: str
    secret: Callable[[], str]

    def writes_of(self, message: Message) -> "list[TransactWriteItemTypeDef]":
        """What `message` is found by, to be written in the transaction that makes it a case's.

        Nothing stands in the way of these writes: the same twice is the same, and no message must be lost for them.
        """
        return [{"Put": put_trace(self.messages_table_name, one)} for one in items_of(message, self.secret)]

    def by_telephone(self, telephone: str) -> Traced:
        """The newest messages that have a number (`triage.identity.telephone_typed`); a query or two, and a batch read."""
        secret = self.secret()
        found = [
            one
            for sought in sought_as(telephone)
            for one in self._query("pk = :pk", {":pk": keys.telephone(digest(secret, sought))}, newest_first=True)
        ]
        return self._traced(found)

    def by_name(self, typed: str) -> Traced:
        """Messages whose writer's name begins so, or is so where it is shorter than `MANY`; a query and a batch read."""
        name = name_of(typed)
        if not name:
            return Traced(case_ids=(), is_cut=False)
        beginning = name if len(name) >= MANY else keys.name_beginning(name)
        condition = "pk = :pk AND begins_with(sk, :name)"
        return self._traced(self._query(condition, {":pk": keys.name(name), ":name": beginning}))

    def _query(self, condition: str, values: dict[str, str], *, newest_first: bool = False) -> list[dict[str, Any]]:
        return self.client.query(
            TableName=self.messages_table_name,
            KeyConditionExpression=condition,
            ExpressionAttributeValues=item(**values),
            ScanIndexForward=not newest_first,
            Limit=MOST_FOUND + 1,
        )["Items"]

    def _traced(self, found: Iterable[dict[str, Any]]) -> Traced:
        places = list(dict.fromkeys((text(one, "conversation"), text(one, "message")) for one in found))
        if not places:
            return Traced(case_ids=(), is_cut=False)
        answer = self.client.batch_get_item(
            RequestItems={
                self.messages_table_name: {
                    "Keys": [item(pk=pk, sk=sk) for pk, sk in places[:MOST_FOUND]],
                    "ProjectionExpression": "case_id",
                }
            }
        )
        if answer["UnprocessedKeys"]:
            raise ConflictError("not all messages could be read")
        cases = (text_or_none(one, "case_id") for one in answer["Responses"][self.messages_table_name])
        return Traced(case_ids=tuple(dict.fromkeys(filter(None, cases))), is_cut=len(places) > MOST_FOUND)


def items_of(message: Message, secret: Callable[[], str]) -> Iterator[dict[str, str]]:
    """The items by which `message` is found: one or two for each telephone, one for its writer's name."""
    if telephones := telephones_of(message):
        key = secret()
        for kept in dict.fromkeys(form for one in telephones for form in kept_as(one)):
            pk, sk = keys.telephone(digest(key, kept)), keys.telephone_place(message.sent_at, message.id)
            yield {"pk": pk, "sk": sk, "digested_with": mark_of(key), **where(message)}
    if named := name_item(message, message.nickname):
        yield named


def digest(secret: str, telephone: str) -> str:
    """HMAC-SHA256 of a number: whoever has the table and not the key cannot try out numbers."""
    return hmac.new(secret.encode(), telephone.encode(), hashlib.sha256).hexdigest()


def mark_of(secret: str) -> str:
    """What tells one key of the digests from another and gives none away."""
    return digest(secret, "mark")[:8]
