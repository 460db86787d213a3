"""What the owner of an account has allowed the office to do there, and until when."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Authorization:
    """One account's, as it was known at `checked_at`.

    `access_until` is the end of the token that calls are made with; of one whose end its platform
    does not tell, the latest that it can be. `refresh_until` is the end of the one that prolongs it,
    None where there is none. `token_mark` tells a token whose end was reckoned from the next one,
    without being it. `trouble` is why the last check did not go well, a reason code, and empty where it did.
    """

    account_id: str
    checked_at: datetime
    access_until: datetime
    refresh_until: datetime | None = None
    token_mark: str = ""
    trouble: str = ""

    @property
    def ends_at(self) -> datetime:
        """After that only the owner's consent helps."""
        return self.refresh_until or self.access_until
