"""Waiting for what other threads and processes do: until it holds, or a deadline says that it never will."""

import time
from collections.abc import Callable


def eventually[T](ask: Callable[[], T], *, within_seconds: float = 30, every_seconds: float = 0.05) -> T:
    """The first answer that is true; fails with the last one when the time is over."""
    deadline = time.monotonic() + within_seconds
    while True:
        answer = ask()
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise AssertionError(f"not so within {within_seconds} s; the last answer was {answer!r}")
        time.sleep(every_seconds)
