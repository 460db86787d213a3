"""Evidence: the bytes in S3 under their hash, what became of each file, a line in the case, and who saw it.

EVIDENCE#<case>   FILE#<sent at>#<message>#<number>     what became of one file
                  VIEW#<time>#<person>#<hash>           somebody was given it to see

A file's item and its entry are written in one transaction, so that the timeline names each file once
however often its fetching is repeated.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from jiesu.cases.commands import RecordEvidence, decide
from jiesu.cases.fold import next_entry
from jiesu.model.case import MessageRef
from jiesu.model.errors import ConflictError
from jiesu.model.evidence import Derivative, Evidence, EvidenceView
from jiesu.model.message import Message
from jiesu.model.people import Actor
from jiesu.store import keys
from jiesu.store.attributes import item, text, text_or_none
from jiesu.store.cases import MAX_ATTEMPTS, CaseStore
from jiesu.store.codec import dumps, loads
from jiesu.store.transactions import TransactionLostError, transact
from jiesu.store.writes import put

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef
    from mypy_boto3_s3 import S3Client

LINK_LIFE = timedelta(minutes=5)


class Shelf(StrEnum):
    """Where a file lies; the value stands before its hash. Each may be opened to somebody else."""

    ORIGINALS = ""
    COPIES = "copies/"
    THUMBNAILS = "thumbnails/"


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceVault:
    """The bytes. `client` is asked for when it is needed: loading S3 takes a tenth of a second that few pages need."""

    client: "Callable[[], S3Client]"
    bucket_name: str

    def keep(self, content: bytes, media_type: str, shelf: Shelf = Shelf.ORIGINALS) -> Derivative:
        """Store `content` unless it is there already; the hash that names it."""
        digest = sha256(content)
        s3 = self.client()
        try:
            s3.put_object(
                Bucket=self.bucket_name,
                Key=shelf + digest.hexdigest(),
                Body=content,
                ContentType=media_type,
                ChecksumAlgorithm="SHA256",
                IfNoneMatch="*",
            )
        except s3.exceptions.ClientError as error:
            if error.response["Error"]["Code"] != "PreconditionFailed":
                raise
        return Derivative(sha256=digest.hexdigest(), size_bytes=len(content), media_type=media_type)

    def link(self, digest: str, shelf: Shelf = Shelf.ORIGINALS, *, file_name: str = "") -> str:
        """An address under which the file can be read for `LINK_LIFE` by whoever has it; nobody else is asked.

        With a `file_name` the browser saves it under that.
        """
        named = {"ResponseContentDisposition": f"attachment; filename*=UTF-8''{quote(file_name)}"} if file_name else {}
        return self.client().generate_presigned_url(
            "get_object",
            Params={"Bucket": self.bucket_name, "Key": shelf + digest, "ResponseCacheControl": "no-store", **named},
            ExpiresIn=int(LINK_LIFE.total_seconds()),
        )


class EvidenceStore:
    """What became of the files. A message's own item is read here too: it names the files."""

    def __init__(self, client: "DynamoDBClient", *, messages_table_name: str) -> None:
        self._client = client
        self._table = messages_table_name

    def message(self, ref: MessageRef) -> Message | None:
        """The message that `ref` stands for; one consistent read."""
        found = self._item(keys.conversation(ref.conversation), keys.message(ref.sent_at, ref.message_id))
        return None if found is None else loads(Message, text(found, "body"))

    def located(self, ref: MessageRef, case_id: str) -> tuple[Message, str] | None:
        """The message, and the case that it belongs to by now: it was of `case_id` when it was queued. One consistent read."""
        found = self._item(keys.conversation(ref.conversation), keys.message(ref.sent_at, ref.message_id))
        return None if found is None else (loads(Message, text(found, "body")), text_or_none(found, "case_id") or case_id)

    def find(self, case_id: str, ref: MessageRef, number: int) -> Evidence | None:
        """What became of file `number` of a message of the case; one consistent read."""
        found = self._item(keys.case_evidence(case_id), keys.evidence(ref.sent_at, ref.message_id, number))
        return None if found is None else loads(Evidence, text(found, "body"))

    def of_case(self, case_id: str) -> tuple[Evidence, ...]:
        """All files of a case, oldest message first; a query or more."""
        files = (one for one in self._all(case_id, keys.FILE_PREFIX) if "moved_to" not in one)
        return tuple(loads(Evidence, text(one, "body")) for one in files)

    def views(self, case_id: str) -> tuple[EvidenceView, ...]:
        """Who was given files of the case to see, oldest first; a query or more."""
        return tuple(loads(EvidenceView, text(one, "body")) for one in self._all(case_id, keys.VIEW_PREFIX))

    def record_view(self, case_id: str, view: EvidenceView) -> None:
        """Note that somebody is about to be given a file; one conditional write. Whoever asks twice at once saw it once."""
        stored = {
            "pk": keys.case_evidence(case_id),
            "sk": keys.evidence_view(view.at, view.actor.id, view.sha256),
            "case_id": case_id,
            "body": dumps(view),
        }
        try:
            self._client.put_item(**put(self._table, stored, "attribute_not_exists(pk)"))
        except self._client.exceptions.ConditionalCheckFailedException:
            return

    def record(self, cases: CaseStore, case_id: str, ref: MessageRef, evidence: Evidence, *, actor: Actor, now: datetime) -> bool:
        """Write `evidence` down and into the case's timeline, in one transaction; False where it stands there.

        Raises `CommandRefusedError` where there is no such case, and `ConflictError` where the message has gone to another.
        """
        stored = {
            "pk": keys.case_evidence(case_id),
            "sk": keys.evidence(ref.sent_at, ref.message_id, evidence.number),
            "gsi1pk": keys.case(case_id),
            "gsi1sk": keys.evidence_place(ref.sent_at, ref.message_id, evidence.number),
            "case_id": case_id,
            "body": dumps(evidence),
        }
        for _ in range(MAX_ATTEMPTS):
            case = cases.load(case_id)
            change = decide(case, RecordEvidence(evidence=evidence), now)
            if change is None:
                raise AssertionError("evidence always changes its case")
            _, writes = cases.write_of(case, next_entry(case, case_id, change, actor=actor, now=now))
            needed: list[TransactWriteItemTypeDef] = [
                {"Put": put(self._table, stored, "attribute_not_exists(pk)")},
                {"ConditionCheck": self._belongs(ref, case_id)},
            ]
            try:
                transact(self._client, [*needed, *writes])
            except TransactionLostError as error:
                if 0 in error.lost:
                    return False
                if 1 in error.lost:
                    raise ConflictError(f"message {ref.message_id} went to another case") from error
                continue
            return True
        raise ConflictError(f"case {case_id} is written by many at once")

    def beside(self, case_id: str, files: Iterable[Evidence]) -> "list[TransactWriteItemTypeDef]":
        """The writes of a bureau's files, for the transaction of the entry that names them."""
        return [bureau_file(self._table, case_id, one) for one in files]

    def _all(self, case_id: str, prefix: str) -> Iterator[Mapping[str, Any]]:
        """Every item of the case's evidence whose place begins with `prefix`."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="pk = :case AND begins_with(sk, :prefix)",
            ExpressionAttributeValues=item(**{":case": keys.case_evidence(case_id), ":prefix": prefix}),
        )
        for page in pages:
            yield from page["Items"]

    def _belongs(self, ref: MessageRef, case_id: str) -> Any:
        """That the message is still one of the case: what is moved takes along the files that are known."""
        return {
            "TableName": self._table,
            "Key": item(pk=keys.conversation(ref.conversation), sk=keys.message(ref.sent_at, ref.message_id)),
            "ConditionExpression": "attribute_not_exists(case_id) OR case_id = :case",
            "ExpressionAttributeValues": item(**{":case": case_id}),
        }

    def _item(self, pk: str, sk: str) -> Mapping[str, Any] | None:
        return self._client.get_item(TableName=self._table, Key=item(pk=pk, sk=sk), ConsistentRead=True).get("Item")


def bureau_file(table_name: str, case_id: str, one: Evidence) -> "TransactWriteItemTypeDef":
    """The write of a file that a bureau sent, for the transaction of the entry that names it.

    Without a place in the index, where the page of the case looks for what citizens sent.
    """
    place = keys.evidence(one.fetched_at, one.message_id, one.number)
    stored = {"pk": keys.case_evidence(case_id), "sk": place, "case_id": case_id, "body": dumps(one)}
    return {"Put": put(table_name, stored, "attribute_not_exists(pk)")}


def message_with_media(image: Mapping[str, Any]) -> tuple[str, Message] | None:
    """The case and the message in an item's image; None where its files are not to be kept, or were asked for before."""
    case_id = text_or_none(image, "case_id")
    if case_id is None or "media_count" not in image or "post" in image:
        return None
    return case_id, loads(Message, text(image, "body"))
