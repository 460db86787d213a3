"""What everybody may read, in items of their own: no reader of these ever meets a case.

PUBLIC#<case>   PUBLIC#<case>   title, description, place, status; written and taken away with the head of its case
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import batched
from typing import TYPE_CHECKING, Any

from jiesu.cases.disclosure import public_request
from jiesu.model.case import Case
from jiesu.model.errors import RetryableError
from jiesu.model.public_request import PublicRequest
from jiesu.model.words import PublicStatus
from jiesu.store import keys
from jiesu.store.attributes import Value, item, text
from jiesu.store.codec import dumps, loads
from jiesu.store.writes import delete, put

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

_BATCH = 100
"""Items of one BatchGetItem at most."""


def publication(table_name: str, before: Case | None, after: Case) -> "list[TransactWriteItemTypeDef]":
    """The write, if one is needed, that makes the public read what `after` says, for the transaction that stores `after`."""
    read_before = None if before is None else public_request(before)
    read_after = public_request(after)
    pk = keys.public_request(after.id)
    if read_after is None:
        if read_before is None:
            return []
        return [{"Delete": delete(table_name, item(pk=pk, sk=pk), "#version < :version", version=after.version)}]
    if read_before is not None and replace(read_before, updated_at=read_after.updated_at) == read_after:
        return []
    stored: dict[str, Value] = {
        "pk": pk,
        "sk": pk,
        "version": after.version,
        "gsi1pk": keys.public_requests(read_after.status),
        "gsi1sk": keys.public_place(read_after.requested_at, after.id),
        "body": dumps(read_after),
    }
    return [{"Put": put(table_name, stored, "attribute_not_exists(pk) OR #version < :version", version=after.version)}]


class PublicRequestStore:
    """Reads what was disclosed. Names no key of a case, so that its role need not allow one."""

    def __init__(self, client: "DynamoDBClient", *, cases_table_name: str) -> None:
        self._client = client
        self._table = cases_table_name

    def find(self, case_ids: Iterable[str]) -> tuple[PublicRequest, ...]:
        """Those of the cases that are disclosed, in the order asked for; one batch read a hundred. Consistent.

        Raises `RetryableError` where the table did not answer for all of them.
        """
        wanted = list(dict.fromkeys(case_ids))
        found: dict[str, PublicRequest] = {}
        for some in batched(wanted, _BATCH, strict=False):
            read_keys = [item(pk=keys.public_request(one), sk=keys.public_request(one)) for one in some]
            answer = self._client.batch_get_item(RequestItems={self._table: {"Keys": read_keys, "ConsistentRead": True}})
            if answer["UnprocessedKeys"]:
                raise RetryableError("not all public requests could be read")
            for one in answer["Responses"][self._table]:
                request = loads(PublicRequest, text(one, "body"))
                found[request.id] = request
        return tuple(found[one] for one in wanted if one in found)

    def newest(self, status: PublicStatus, *, start: datetime, end: datetime, batch: int) -> Iterator[PublicRequest]:
        """The disclosed cases of `status` opened from `start` to `end`, both included, newest first.

        Read as far as the caller goes on, `batch` a query. Eventually consistent.
        """
        bounds: dict[str, Value] = {
            ":status": keys.public_requests(status),
            ":lower": keys.instant(start),
            # Every id sorts below the tilde, so this is behind the last key of the instant.
            ":upper": keys.public_place(end, "~"),
        }
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            IndexName="gsi1",
            KeyConditionExpression="gsi1pk = :status AND gsi1sk BETWEEN :lower AND :upper",
            ExpressionAttributeValues=item(**bounds),
            ScanIndexForward=False,
            PaginationConfig={"PageSize": batch},
        )
        for page in pages:
            yield from _requests(page["Items"])


def _requests(items: Sequence[Any]) -> Iterator[PublicRequest]:
    for one in items:
        yield loads(PublicRequest, text(one, "body"))
