"""Plain values to DynamoDB's typed attributes and back."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

Value = str | int | bytes | None


def item(**values: Value) -> dict[str, "AttributeValueTypeDef"]:
    """An item of texts, whole numbers and bytes; `None` leaves the attribute out."""
    return {name: attribute(value) for name, value in values.items() if value is not None}


def attribute(value: str | int | bytes) -> "AttributeValueTypeDef":
    match value:
        case str():
            return {"S": value}
        case int():
            return {"N": str(value)}
        case bytes():
            return {"B": value}


def text(stored: Mapping[str, Any], name: str) -> str:
    value: str = stored[name]["S"]
    return value


def text_or_none(stored: Mapping[str, Any], name: str) -> str | None:
    return text(stored, name) if name in stored else None


def number(stored: Mapping[str, Any], name: str) -> int:
    return int(stored[name]["N"])


def blob(stored: Mapping[str, Any], name: str) -> bytes:
    value: bytes = stored[name]["B"]
    return value
