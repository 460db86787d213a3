"""Counts what botocore clients send and what it consumes, at the protocol, without touching the code that calls."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bench.capacity import Item, read_units, write_units

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_KEY = ("pk", "sk")


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One AWS call. Capacity units are DynamoDB's; `unconditional_writes` should be none."""

    service: str
    operation: str
    read_units: float = 0
    write_units: float = 0
    unconditional_writes: int = 0

    @property
    def name(self) -> str:
        return f"{self.service} {self.operation}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Calls, summed up."""

    calls: Counter[str]
    read_units: float
    write_units: float
    unconditional_writes: int

    @property
    def total(self) -> int:
        return self.calls.total()

    @classmethod
    def of(cls, calls: Iterable[Call]) -> "Tally":
        known = tuple(calls)
        return cls(
            calls=Counter(call.name for call in known),
            read_units=sum(call.read_units for call in known),
            write_units=sum(call.write_units for call in known),
            unconditional_writes=sum(call.unconditional_writes for call in known),
        )


@dataclass(frozen=True, slots=True)
class Meter:
    """Watches `clients`. `observer` is a client of its own, by which it sees what a write replaces."""

    clients: Sequence[Any]
    observer: "DynamoDBClient"

    @contextmanager
    def reading(self) -> Iterator[list[Call]]:
        """The calls that the clients make meanwhile, in order."""
        calls: list[Call] = []

        def before(*, params: Any, model: Any, context: dict[str, Any], **_: Any) -> None:
            if model.service_model.service_name == "dynamodb":
                writes = _writes_of(model.name, params)
                context["bench"] = (params, [(write, self._standing(write)) for write in writes])

        def after(*, parsed: Any, model: Any, context: dict[str, Any], **_: Any) -> None:
            service = model.service_model.service_name
            if service == "dynamodb":
                params, writes = context["bench"]
                calls.append(self._dynamodb_call(model.name, params, writes, parsed))
            else:
                calls.append(Call(service=service, operation=model.name))

        with ExitStack() as hooks:
            for client in self.clients:
                hooks.enter_context(_hooked(client, "before-parameter-build", before))
                hooks.enter_context(_hooked(client, "after-call", after))
            yield calls

    def _standing(self, write: Item) -> Item | None:
        key = write.get("Key") or {name: write["Item"][name] for name in _KEY}
        return self.observer.get_item(TableName=write["TableName"], Key=key, ConsistentRead=True).get("Item")

    def _dynamodb_call(self, operation: str, params: Any, writes: list[tuple[Item, Item | None]], parsed: Any) -> Call:
        transactional = operation.startswith("Transact")
        written = sum(write_units(before, self._standing(write), transactional=transactional) for write, before in writes)
        return Call(
            service="dynamodb",
            operation=operation,
            read_units=_read_units_of(operation, params, parsed),
            write_units=written,
            unconditional_writes=sum("ConditionExpression" not in write for write, _ in writes),
        )


def _writes_of(operation: str, params: Any) -> list[Item]:
    match operation:
        case "PutItem" | "UpdateItem":
            return [params]
        case "TransactWriteItems":
            return [write for one in params["TransactItems"] for write in one.values()]
        case _:
            return []


def _read_units_of(operation: str, params: Any, parsed: Any) -> float:
    match operation:
        case "PutItem" | "UpdateItem" | "TransactWriteItems":
            return 0
        case "GetItem":
            return read_units([parsed["Item"]] if "Item" in parsed else [], consistent=params.get("ConsistentRead", False))
        case "Query":
            return read_units(parsed["Items"], consistent=params.get("ConsistentRead", False))
        case "BatchGetItem":
            return sum(_batch_units(wanted, parsed["Responses"][table]) for table, wanted in params["RequestItems"].items())
        case _:
            raise ValueError(f"no rule for {operation}")


def _batch_units(wanted: Any, found: Sequence[Item]) -> float:
    """Each item is rounded by itself, and one that does not exist costs as a small one."""
    consistent = wanted.get("ConsistentRead", False)
    missing = len(wanted["Keys"]) - len(found)
    return sum(read_units([item], consistent=consistent) for item in found) + missing * read_units([], consistent=consistent)


@contextmanager
def _hooked(client: Any, event: str, hook: Any) -> Iterator[None]:
    client.meta.events.register(event, hook)
    try:
        yield
    finally:
        client.meta.events.unregister(event, hook)
