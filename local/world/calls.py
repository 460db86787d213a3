"""How many calls a day a platform grants to an account."""

import threading
from collections.abc import Callable
from datetime import date, datetime
from typing import Final

CALLS_A_DAY: Final = 100
"""For one account's application: http://open.weibo.com/wiki/Rate-limiting. The next one is refused with 10023."""


class CallMeter:
    """Counts calls by account and day."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._day: date | None = None
        self._made: dict[str, int] = {}

    def take(self, account_id: str) -> bool:
        """Count one call; False where the day has none left."""
        with self._lock:
            today = self._clock().date()
            if today != self._day:
                self._day, self._made = today, {}
            self._made[account_id] = self._made.get(account_id, 0) + 1
            return self._made[account_id] <= CALLS_A_DAY
