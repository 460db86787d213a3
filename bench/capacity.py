"""What a DynamoDB call consumes, computed from the sizes of its items.

The emulator answers one unit for everything, so the published rules are applied here instead:
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html and
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html (write capacity).
"""

import math
from collections.abc import Iterable, Mapping
from typing import Any

Item = Mapping[str, Any]
"""An item in DynamoDB's own JSON, such as `{"pk": {"S": "CASE#1"}}`."""

WRITE_BYTES = 1_024
READ_BYTES = 4_096

INDEXES: Mapping[tuple[str, str], tuple[str, ...] | None] = {
    ("gsi1pk", "gsi1sk"): None,
    ("gsi2pk", "gsi2sk"): ("pk", "sk", "gsi2pk", "gsi2sk", "case_id", "handed_over_at"),
}
"""What the tables' indexes call their keys, and which attributes each projects; None is all."""


def item_bytes(item: Item) -> int:
    """The size of an item: names and texts in UTF-8, bytes as they are, numbers by their digits."""
    return sum(len(name.encode()) + _value_bytes(value) for name, value in item.items())


def _value_bytes(value: Mapping[str, Any]) -> int:
    match value:
        case {"S": str(text)}:
            return len(text.encode())
        case {"N": str(digits)}:
            return math.ceil(len(digits.strip("-0.") or "0") / 2) + 1
        case {"B": bytes(content)}:
            return len(content)
        case {"SS": list(members)}:
            return sum(len(member.encode()) for member in members)
        case {"BOOL": bool()}:
            return 1
        case {"M": dict(members)}:
            return 3 + item_bytes(members) + len(members)
        case _:
            raise ValueError(f"no rule for an attribute of type {sorted(value)}")


def write_units(before: Item | None, after: Item | None, *, transactional: bool) -> float:
    """The units of one write that turns `before` into `after`, its indexes included.

    A transaction writes each item twice, to prepare and to commit; each index follows once.
    """
    largest = max(item_bytes(one) for one in (before, after) if one is not None)
    table = _rounded(largest, WRITE_BYTES) * (2 if transactional else 1)
    return table + sum(
        _index_units(_projected(before, key, names), _projected(after, key, names), key) for key, names in INDEXES.items()
    )


def _index_units(was: Item | None, will_be: Item | None, key: tuple[str, str]) -> float:
    if was == will_be:
        return 0
    moved = was is not None and will_be is not None and any(was[name] != will_be[name] for name in key)
    if moved:
        # One write takes the old entry away, one puts the new one.
        return sum(_rounded(item_bytes(one), WRITE_BYTES) for one in (was, will_be) if one is not None)
    return _rounded(max(item_bytes(one) for one in (was, will_be) if one is not None), WRITE_BYTES)


def _projected(item: Item | None, key: tuple[str, str], names: tuple[str, ...] | None) -> Item | None:
    """The item as the index has it; None where it is not in it."""
    if item is None or any(name not in item for name in key):
        return None
    return item if names is None else {name: value for name, value in item.items() if name in names}


def read_units(items: Iterable[Item], *, consistent: bool) -> float:
    """The units of a query, which rounds the sum of what it reads; also of one item, or of none."""
    return _rounded(sum(item_bytes(item) for item in items), READ_BYTES) * (1.0 if consistent else 0.5)


def _rounded(size: int, unit: int) -> int:
    return max(1, math.ceil(size / unit))
