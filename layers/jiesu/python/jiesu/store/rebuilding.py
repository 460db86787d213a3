"""What is kept for finding things, written anew from what it was made of: scans, for operators alone."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from jiesu.cases.bureau_lines import bureau_lines as lines_of
from jiesu.model.case import Case
from jiesu.model.message import Message
from jiesu.store import bureau_lines, keys
from jiesu.store.attributes import Value, item, read_document, text, text_or_none
from jiesu.store.citizens import CitizenIndex, mark_of
from jiesu.store.codec import loads
from jiesu.store.desk_lines import line_item
from jiesu.store.writes import put

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


def rebuild_lines(client: "DynamoDBClient", cases_table_name: str) -> Iterator[bool]:
    """Whether the lines of each case were written: not where the case has moved on since its head was read.

    Reads the whole table once, a megabyte at a time.
    """
    pages = client.get_paginator("scan").paginate(
        TableName=cases_table_name,
        FilterExpression="sk = :head",
        ExpressionAttributeValues=item(**{":head": keys.HEAD}),
    )
    for page in pages:
        for one in page["Items"]:
            yield _write(client, cases_table_name, loads(Case, read_document(one, "body")))


def rebuild_traces(index: CitizenIndex) -> Iterator[int]:
    """How many items of the index of citizens were written, for each message of a case; -1 for each that was deleted.

    Deleted is what an earlier key digested, and what belongs to a message that is no more. Reads the whole table once,
    a megabyte at a time, and each message that an item speaks of.
    """
    table, current = index.messages_table_name, mark_of(index.secret())
    for page in index.client.get_paginator("scan").paginate(TableName=table):
        for one in page["Items"]:
            pk, sk = text(one, "pk"), text(one, "sk")
            if sk.startswith(keys.MESSAGE_PREFIX) and "case_id" in one:
                writes = index.writes_of(loads(Message, text(one, "body")))
                for write in writes:
                    index.client.put_item(**write["Put"])
                yield len(writes)
            elif pk.startswith((keys.TELEPHONE_PREFIX, keys.NAME_PREFIX)):
                outdated = text_or_none(one, "digested_with") not in (None, current)
                if outdated or not _is_kept(index.client, table, text(one, "conversation"), text(one, "message")):
                    index.client.delete_item(TableName=table, Key=item(pk=pk, sk=sk))
                    yield -1


def list_arrivals(client: "DynamoDBClient", messages_table_name: str) -> Iterator[tuple[Message, bool, bool]]:
    """Each message of a citizen, whether it rests, and whether it was put into the index of what came in, where it was not.

    Reads the whole table once, a megabyte at a time.
    """
    pages = client.get_paginator("scan").paginate(
        TableName=messages_table_name,
        # What no citizen wrote is listed nowhere.
        FilterExpression="begins_with(sk, :message) AND attribute_exists(gsi1pk) AND attribute_exists(body)",
        ExpressionAttributeValues=item(**{":message": keys.MESSAGE_PREFIX}),
    )
    for page in pages:
        for one in page["Items"]:
            message = loads(Message, text(one, "body"))
            yield message, "case_id" not in one, "gsi2pk" not in one and _is_listed(client, messages_table_name, message)


def _is_listed(client: "DynamoDBClient", table: str, message: Message) -> bool:
    """False where the message was deleted meanwhile."""
    try:
        client.update_item(
            TableName=table,
            Key=item(pk=keys.conversation(message.conversation), sk=keys.message(message.sent_at, message.id)),
            UpdateExpression="SET gsi2pk = :day, gsi2sk = :place",
            ConditionExpression="attribute_exists(pk)",
            ExpressionAttributeValues=item(
                **{
                    ":day": keys.arrivals(message.received_at),
                    ":place": keys.arrival_place(message.received_at, message.platform),
                }
            ),
        )
    except client.exceptions.ConditionalCheckFailedException:
        return False
    return True


def _is_kept(client: "DynamoDBClient", table: str, conversation: str, message: str) -> bool:
    answer = client.get_item(
        TableName=table, Key=item(pk=conversation, sk=message), ProjectionExpression="pk", ConsistentRead=True
    )
    return "Item" in answer


def _write(client: "DynamoDBClient", table: str, case: Case) -> bool:
    """Each line by its own version: one that has moved on keeps back none of the others."""
    lines = [line_item(case), *(bureau_lines.line_item(one, case.version) for one in lines_of(case))]
    written = [_is_written(client, table, one, case.version) for one in lines]
    return all(written)


def _is_written(client: "DynamoDBClient", table: str, line: Mapping[str, Value], version: int) -> bool:
    try:
        client.put_item(**put(table, line, "attribute_not_exists(pk) OR #version <= :version", version=version))
    except client.exceptions.ConditionalCheckFailedException:
        return False
    return True
