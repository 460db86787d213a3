"""Conditional puts as plain data: the same for a single write and for one of a transaction."""

import re
from collections.abc import Mapping
from typing import Any

from jiesu.store.attributes import Value, item

_NAME = re.compile(r"#(\w+)")


def put(table_name: str, stored: Mapping[str, Value], condition: str, **values: Value) -> Any:
    """The arguments of a put of `stored` under `condition`, for `put_item` or as a transaction's `Put`.

    `#name` in the condition stands for the attribute of that name (some are words DynamoDB
    reserves), `:name` for `values[name]`.
    """
    return {"TableName": table_name, "Item": item(**stored), **_under(condition, values)}


def delete(table_name: str, key: Mapping[str, Any], condition: str, **values: Value) -> Any:
    """The arguments of a deletion of `key` under `condition`, which reads as in `put`."""
    return {"TableName": table_name, "Key": key, **_under(condition, values)}


def _under(condition: str, values: Mapping[str, Value]) -> dict[str, Any]:
    request: dict[str, Any] = {"ConditionExpression": condition, "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
    if names := _NAME.findall(condition):
        request["ExpressionAttributeNames"] = {f"#{name}": name for name in names}
    if values:
        request["ExpressionAttributeValues"] = item(**{f":{name}": value for name, value in values.items()})
    return request


def at_revision(revision: int) -> Any:
    """The condition that an item is still at `revision`, where 0 means that it does not exist yet."""
    return {"condition": "revision = :revision", "revision": revision} if revision else {"condition": "attribute_not_exists(pk)"}
