"""Plain values to DynamoDB's typed attributes and back."""

import zlib
from base64 import b64decode
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

Value = str | int | bytes | None

LONGEST_PLAIN: Final = 32_768
"""Bytes from which on a document is stored compressed. Most are a tenth of that, and stay readable in the tables."""


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


def document(written: str) -> str | bytes:
    """A JSON document as it is stored: a text, or, where it is long, that compressed.

    A case keeps each of its citizens with what they were answered. A hundred long answers are more than an item's
    400 KB, and the same text a hundred times.
    """
    encoded = written.encode()
    return written if len(encoded) <= LONGEST_PLAIN else zlib.compress(encoded)


def read_document(stored: Mapping[str, Any], name: str) -> str | bytes:
    """What `document` made of it. An item of a stream's record has its bytes in base 64."""
    match stored[name]:
        case {"S": str(written)}:
            return written
        case {"B": str(coded)}:
            return zlib.decompress(b64decode(coded))
        case {"B": packed}:
            return zlib.decompress(packed)
        case other:
            raise TypeError(f"neither a text nor bytes: {sorted(other)}")
