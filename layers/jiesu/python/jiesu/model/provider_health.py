"""How a provider of mail or SMS has fared lately, as all senders see it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

HALF_LIFE = timedelta(minutes=5)
"""After so long an error weighs half."""

FORGOTTEN = 0.25
"""Below this weight an error is none."""


class Standing(StrEnum):
    CLOSED = "closed"
    PROBE = "probe"
    RESTING = "resting"


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """How a provider has fared: the weight of its errors as of `at`, and how often in a row it had to rest, until when."""

    provider: str
    errors: float = 0.0
    at: datetime | None = None
    rests: int = 0
    rests_until: datetime | None = None

    def weight(self, now: datetime) -> float:
        """What is left of its errors. A sender whose clock is behind sees them as they were."""
        if self.at is None:
            return 0.0
        left = self.errors * 0.5 ** (max(now - self.at, timedelta()) / HALF_LIFE)
        return left if left >= FORGOTTEN else 0.0

    def standing(self, now: datetime) -> Standing:
        if not self.rests or self.rests_until is None:
            return Standing.CLOSED
        return Standing.RESTING if now < self.rests_until else Standing.PROBE

    @property
    def is_spotless(self) -> bool:
        """Nothing is known against it, so nothing needs to be written down when it sends."""
        return self == Health(provider=self.provider)
