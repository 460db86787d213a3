"""The channel accounts as the functions know them: read now and then, not at every message."""

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from botocore.exceptions import BotoCoreError, ClientError

from jiesu.model.message import ChannelAccount
from jiesu.runtime.batch import said_safely
from jiesu.runtime.logging import logger

KEEP = timedelta(minutes=1)


@dataclass(slots=True)
class AccountBook:
    """Looks accounts up in what `read` (such as `AccountStore.accounts`) answered at most a minute ago.

    Strangers who guess addresses therefore cost at most one read a minute. While the table
    cannot be read, what was known goes on counting: accounts change once a year, and a citizen
    writes now.
    """

    read: Callable[[], tuple[ChannelAccount, ...]]
    _accounts: tuple[ChannelAccount, ...] = ()
    _read_at: datetime | None = None

    def at_address(self, platform: str, path_token: str, now: datetime) -> ChannelAccount | None:
        """The account whose webhook has this address and is not switched off. Takes the same time wherever the token differs."""
        given = path_token.encode(errors="surrogatepass")
        found = None
        for account in self._known(now):
            if hmac.compare_digest(account.path_token.encode(), given) and account.platform == platform and not account.is_off:
                found = account
        return found

    def named(self, account_id: str, now: datetime) -> ChannelAccount | None:
        """The account with this id, switched off or not: what came in before is still read."""
        return next((account for account in self._known(now) if account.id == account_id), None)

    def speaking(self, account_id: str, now: datetime) -> ChannelAccount | None:
        """The account with this id, to speak to its platform; None where it was switched off."""
        account = self.named(account_id, now)
        return None if account is None or account.is_off else account

    def _known(self, now: datetime) -> tuple[ChannelAccount, ...]:
        if self._read_at is None or now - self._read_at >= KEEP:
            try:
                self._accounts = self.read()
            except (BotoCoreError, ClientError) as error:
                if self._read_at is None:
                    raise
                logger.error("accounts not read, the last known are used", extra=said_safely(error))
            self._read_at = now
        return self._accounts
