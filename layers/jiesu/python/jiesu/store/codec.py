"""Domain objects as JSON documents: how they lie in an item's `body`, checked on the way in and out.

What the tables are queried by are attributes of their own; all else of an object is one JSON
document. Pydantic reads the dataclasses' own annotations; fields with a default may be missing
in what an older version wrote.
"""

from typing import Any, get_args

from pydantic import TypeAdapter

from jiesu.model.delivery import DeliveryDescription
from jiesu.model.timeline import Change

CHANGES: dict[str, type[Change]] = {change.__dataclass_fields__["kind"].default: change for change in get_args(Change)}
"""The kinds of entry by the name they are stored under."""


_DESCRIPTION: TypeAdapter[DeliveryDescription] = TypeAdapter(DeliveryDescription)

_adapters: dict[type[Any], TypeAdapter[Any]] = {}


def _adapter(kind: type[Any]) -> TypeAdapter[Any]:
    """Building an adapter costs milliseconds: one of each a process."""
    if kind not in _adapters:
        _adapters[kind] = TypeAdapter(kind)
    return _adapters[kind]


def dumps(value: object) -> str:
    """`value` as JSON. Times become UTC texts, spans ISO 8601 durations."""
    return _adapter(type(value)).dump_json(value).decode()


def loads[T](kind: type[T], document: str | bytes) -> T:
    """The `kind` that `document` holds. Raises pydantic's `ValidationError` where it does not fit."""
    value: T = _adapter(kind).validate_json(document)
    return value


def load_change(kind: str, document: str | bytes) -> Change:
    """The change of an entry of `kind`. Raises `KeyError` for a kind this version does not know."""
    return loads(CHANGES[kind], document)


def load_description(document: str) -> DeliveryDescription:
    """What a delivery is. Raises pydantic's `ValidationError` where it does not fit."""
    return _DESCRIPTION.validate_json(document)
