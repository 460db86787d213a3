"""Bad luck on order: the next calls to a platform's send interface fail as asked."""

import threading
from dataclasses import dataclass, replace
from typing import Final

from jiesu.model.words import Platform

UNAVAILABLE: Final = "http_503"
"""The gateway answers 503 with an HTML page; nothing is delivered."""

ANSWER_LOST: Final = "answer_lost"
"""The citizen gets the message, the caller a 504: whether it was delivered cannot be known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What the next `times` calls meet.

    `error` is a code of the platform's own (`"10001"`, `"-1"`), `UNAVAILABLE` or `ANSWER_LOST`.
    """

    platform: Platform
    error: str
    times: int


class Faults:
    """The faults still to come, in the order they were asked for."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._queue: list[Fault] = []

    def add(self, fault: Fault) -> None:
        with self._lock:
            self._queue.append(fault)

    def clear(self) -> None:
        with self._lock:
            self._queue.clear()

    def pending(self) -> tuple[Fault, ...]:
        with self._lock:
            return tuple(self._queue)

    def take(self, platform: Platform) -> str | None:
        """The error that this call must meet; None for a call that goes well."""
        with self._lock:
            for place, fault in enumerate(self._queue):
                if fault.platform is not platform:
                    continue
                if fault.times > 1:
                    self._queue[place] = replace(fault, times=fault.times - 1)
                else:
                    del self._queue[place]
                return fault.error
            return None
