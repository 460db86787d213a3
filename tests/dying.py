"""A process that dies after its n-th AWS call, and writers that are throttled: bad luck at the protocol."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from botocore.exceptions import ClientError


class ProcessDiedError(BaseException):
    """Not an `Exception`: no code of ours may catch it, as none outlives its process."""


@contextmanager
def dying_after(client: Any, calls: int) -> Iterator[None]:
    """The process dies once `calls` more calls of `client` have taken effect, before it hears of the last."""
    left = calls

    def count(**_: Any) -> None:
        nonlocal left
        left -= 1
        if left <= 0:
            raise ProcessDiedError

    with _hooked(client, "after-call", count):
        yield


@contextmanager
def refusing(client: Any, operation: str, code: str, status: int = 400) -> Iterator[None]:
    """Every `operation` of `client` is refused with `code` before it takes effect."""

    def refuse(**_: Any) -> None:
        answer: Any = {"Error": {"Code": code, "Message": code}, "ResponseMetadata": {"HTTPStatusCode": status}}
        raise ClientError(answer, operation)

    with _hooked(client, f"before-call.{client.meta.service_model.service_name}.{operation}", refuse):
        yield


@contextmanager
def losing_an_answer(client: Any, operation: str) -> Iterator[None]:
    """The answer to the next `operation` of `client` is lost after it took effect: the client sends it once more."""
    answers = iter([0])

    def again(**_: Any) -> int | None:
        """The seconds until the repetition; None: there is none."""
        return next(answers, None)

    with _hooked(client, f"needs-retry.{client.meta.service_model.service_name}.{operation}", again):
        yield


@contextmanager
def counting(client: Any) -> Iterator[list[str]]:
    """The names of the operations that `client` carries out meanwhile."""
    names: list[str] = []

    def note(**more: Any) -> None:
        names.append(more["model"].name)

    with _hooked(client, "after-call", note):
        yield names


@contextmanager
def _hooked(client: Any, event: str, hook: Any) -> Iterator[None]:
    client.meta.events.register(event, hook)
    try:
        yield
    finally:
        client.meta.events.unregister(event, hook)
