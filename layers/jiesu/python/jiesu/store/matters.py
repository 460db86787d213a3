"""The index of matters in DynamoDB, and what is known before a batch of messages is stored.

BUCKET#<fingerprint>   the newest messages that have one rare n-gram
TIE#<hash>             the newest messages that share one post, link, file or picture

A bucket is one item, read whole and replaced under its revision, in the transaction that stores the message: of two
first reports of one matter the slower one loses, looks again and finds the faster one's case.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from itertools import batched
from typing import TYPE_CHECKING, Any

from jiesu.matters.index import all_packed, all_unpacked, with_posting
from jiesu.matters.same import Posting, longest_window
from jiesu.model.errors import ConflictError
from jiesu.model.message import ConversationKey
from jiesu.store import keys
from jiesu.store.attributes import Value, blob, item, number, text
from jiesu.store.transactions import transact
from jiesu.store.writes import at_revision, put

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

MOST_TIES = 8
"""Ties of a message that are kept: no citizen means more links than that, and a transaction is bounded."""

_KEYS_A_READ = 100
"""What one BatchGetItem takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """`revision` 0 is a bucket that does not exist yet."""

    revision: int = 0
    postings: tuple[Posting, ...] = ()


_EMPTY = Bucket()


@dataclass(frozen=True, slots=True)
class Known:
    """What was known when it was read: the case that each conversation last belonged to, and some buckets by name.

    Whoever writes keeps it true of what was written, so that the next message of a batch sees it without a read.
    """

    cases: dict[ConversationKey, str] = field(default_factory=dict)
    buckets: dict[str, Bucket] = field(default_factory=dict)

    def postings(self, names: Iterable[str]) -> Iterator[Posting]:
        """What lies in the buckets called `names`; a message that lies in several comes several times."""
        for name in names:
            yield from self.buckets.get(name, _EMPTY).postings

    def update(self, newer: "Known", conversations: Iterable[ConversationKey]) -> None:
        """Take over what was read later, for `conversations` also that they have no case."""
        for conversation in conversations:
            self.cases.pop(conversation, None)
        self.cases.update(newer.cases)
        self.buckets.update(newer.buckets)


def names_of(terms: Iterable[int], ties: Iterable[str]) -> tuple[str, ...]:
    """The buckets of the n-grams `terms` and of `ties`."""
    return (*map(keys.bucket, terms), *map(keys.tie_bucket, ties))


def names_of_posting(posting: Posting) -> tuple[str, ...]:
    return names_of(posting.sketch.keys, posting.ties)


def citizen_digest(conversation: ConversationKey) -> str:
    """What tells citizens apart in the index and names nobody."""
    return sha256(keys.conversation(conversation).encode()).hexdigest()[:16]


class MatterIndex:
    """Reads buckets and makes the writes that put a message into them."""

    def __init__(self, client: "DynamoDBClient", *, matters_table_name: str, messages_table_name: str) -> None:
        self._client = client
        self._table = matters_table_name
        self._messages_table = messages_table_name

    def look_up(self, conversations: Iterable[ConversationKey], names: Iterable[str]) -> Known:
        """The cases of `conversations` and the buckets called `names`, consistently; one call a hundred of them.

        Raises `ConflictError` where the tables did not answer for all of them.
        """
        asked = {keys.conversation(key): key for key in conversations}
        buckets = tuple(dict.fromkeys(names))
        wanted = [
            *((self._messages_table, item(pk=pk, sk=keys.CONVERSATION_HEAD)) for pk in asked),
            *((self._table, item(pk=name, sk=name)) for name in buckets),
        ]
        known = Known(buckets=dict.fromkeys(buckets, _EMPTY))
        postings: dict[bytes, Posting] = {}
        for part in batched(wanted, _KEYS_A_READ, strict=False):
            answer = self._client.batch_get_item(RequestItems=_requests(part))
            if answer["UnprocessedKeys"]:
                raise ConflictError("not all conversations and buckets could be read")
            for one in answer["Responses"].get(self._messages_table, ()):
                known.cases[asked[text(one, "pk")]] = text(one, "case_id")
            for one in answer["Responses"].get(self._table, ()):
                known.buckets[text(one, "pk")] = Bucket(
                    revision=number(one, "revision"), postings=all_unpacked(blob(one, "postings"), postings)
                )
        return known

    def posting(self, posting: Posting, known: Known) -> "Filing":
        """The writes that put `posting` into its buckets, which are among those that are `known`, for a transaction with more."""
        buckets = {
            name: Bucket(revision=known.buckets[name].revision + 1, postings=with_posting(known.buckets[name].postings, posting))
            for name in dict.fromkeys(names_of_posting(posting))
        }
        return Filing(
            posting=posting, buckets=buckets, writes=tuple([self._put(name, bucket) for name, bucket in buckets.items()])
        )

    def put(self, filing: "Filing") -> None:
        """Put a posting into its buckets by itself. Raises `ConflictError` where one of them was written since it was read."""
        transact(self._client, filing.writes)

    def _put(self, name: str, bucket: Bucket) -> "TransactWriteItemTypeDef":
        stored: dict[str, Value] = {
            "pk": name,
            "sk": name,
            "revision": bucket.revision,
            "postings": all_packed(bucket.postings),
            "expires_at": _expiry(bucket.postings),
        }
        return {"Put": put(self._table, stored, **at_revision(bucket.revision - 1))}


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """A posting on its way into its buckets: what they hold afterwards, and the writes that make it so."""

    posting: Posting
    buckets: Mapping[str, Bucket]
    writes: "Sequence[TransactWriteItemTypeDef]"


def _expiry(postings: Iterable[Posting]) -> int:
    """When the newest posting can be like nothing any more, in seconds."""
    newest: datetime = max(one.sent_at for one in postings)
    return int((newest + longest_window()).timestamp())


def _requests(wanted: Iterable[tuple[str, Any]]) -> Any:
    requests: dict[str, Any] = {}
    for table, key in wanted:
        requests.setdefault(table, {"Keys": [], "ConsistentRead": True})["Keys"].append(key)
    return requests
