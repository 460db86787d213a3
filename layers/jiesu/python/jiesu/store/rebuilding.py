"""The desk's lines written anew from the heads of the cases: a scan, for operators alone."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from jiesu.model.case import Case
from jiesu.store import keys
from jiesu.store.attributes import item, text
from jiesu.store.codec import loads
from jiesu.store.desk_lines import line_item
from jiesu.store.writes import put

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


def rebuild_lines(client: "DynamoDBClient", cases_table_name: str) -> Iterator[bool]:
    """Whether the line of each case was written: not where the case has moved on since its head was read.

    Reads the whole table once, a megabyte at a time.
    """
    pages = client.get_paginator("scan").paginate(
        TableName=cases_table_name,
        FilterExpression="sk = :head",
        ExpressionAttributeValues=item(**{":head": keys.HEAD}),
    )
    for page in pages:
        for one in page["Items"]:
            yield _write(client, cases_table_name, loads(Case, text(one, "body")))


def _write(client: "DynamoDBClient", table: str, case: Case) -> bool:
    condition = "attribute_not_exists(pk) OR #version <= :version"
    try:
        client.put_item(**put(table, line_item(case), condition, version=case.version))
    except client.exceptions.ConditionalCheckFailedException:
        return False
    return True
