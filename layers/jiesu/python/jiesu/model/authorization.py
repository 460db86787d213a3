"""What the owner of an account has allowed the office to do there, and until when."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Authorization:
    """One account's, as its platform said at `checked_at`.

    `access_until` is the end of the token that calls are made with, `refresh_until` of the one that
    prolongs it: after that only the owner's consent helps. `trouble` is why the last check did not
    go well, a reason code, and empty where it did.
    """

    account_id: str
    checked_at: datetime
    access_until: datetime
    refresh_until: datetime
    trouble: str = ""
