"""Keeps the office's authorizations alive, and says until when each is good. Twice a day; so far for Douyin.

    prolong the access token ──▶ share it ──▶ note both ends ──┬─ refresh token has days left ──▶ done
                                                               └─ few are left ──▶ renew it ──▶ keep it ──▶ note its end

A renewed refresh token ends the old one before the answer is here, so a run that dies between answer
and secret has lost both, and no order of writes can change that. What can be done is: to prove first
that the secret can be written; to keep the new token before all else; to renew days before the
end; and to prolong the access token first, so that a loss leaves 15 days in which everything
works and the trouble is known from the next run on.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from jiesu.channels.douyin_tokens import read_grant, read_renewed, refresh_call, renew_call
from jiesu.channels.outgoing import PLATFORM_UNREACHABLE, OutgoingCall, PlatformAnswer, SendOutcome, SendResult
from jiesu.channels.transmission import MaybeSentError, NotSentError
from jiesu.model.authorization import Authorization
from jiesu.model.message import ChannelAccount
from jiesu.model.words import Platform
from jiesu.runtime.logging import logger
from jiesu.runtime.metrics import count
from jiesu.runtime.secrets import SecretBook
from jiesu.store.authorizations import AuthorizationOvertakenError, AuthorizationStore
from jiesu.store.transient import TransientStore

RENEW_AHEAD = timedelta(days=10)
"""How long before its end a refresh token is renewed: an alarm a week ahead rings only where that did not work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorizationKeeper:
    """Checks every account that has a refresh token. `transmit` carries one call to a platform."""

    accounts: Callable[[], tuple[ChannelAccount, ...]]
    secrets: SecretBook
    transient: TransientStore
    authorizations: AuthorizationStore
    transmit: Callable[[OutgoingCall], PlatformAnswer]

    def keep(self, now: datetime) -> dict[str, int]:
        """Check all of them; one account's trouble is its own. Answers how many were checked, renewed and in trouble."""
        renewed = troubled = overtaken = 0
        left: list[timedelta] = []
        for account in self.accounts():
            if account.platform is not Platform.DOUYIN:
                continue
            self.secrets.forget(account.secret_name)  # a token that was renewed elsewhere since is the only good one
            fields = self.secrets.fields(account.secret_name)
            if not fields.get("refresh_token"):
                continue
            try:
                kept, was_renewed = self._keep(account, fields, now)
            except AuthorizationOvertakenError:
                logger.info("authorization checked by another run", extra={"account_id": account.id})
                overtaken += 1
                continue
            left.append(kept.refresh_until - now)
            renewed += was_renewed
            troubled += bool(kept.trouble)
        count("AuthorizationsTroubled", troubled)
        if left:
            count("AuthorizationDaysLeft", max(0, min(left).days))
        return {"checked": len(left) + overtaken, "renewed": renewed, "troubled": troubled}

    def _keep(self, account: ChannelAccount, fields: dict[str, str], now: datetime) -> tuple[Authorization, bool]:
        known, revision = self.authorizations.find(account.id)
        grant = self._asked(refresh_call(account, fields["refresh_token"]), read_grant)
        if isinstance(grant, SendOutcome):
            # Of an account that was never checked nothing is known but that it cannot be spoken on now.
            known = known or Authorization(account_id=account.id, checked_at=now, access_until=now, refresh_until=now)
            return self._note_trouble(known, grant.reason, revision, now), False
        self.transient.put_token(account.id, grant.access_token, expires_at=now + grant.keep)
        kept = Authorization(
            account_id=account.id, checked_at=now, access_until=now + grant.lives, refresh_until=now + grant.refresh_lives
        )
        # Of two runs at once the second gives up here: a refresh token must not be spent twice.
        revision = self.authorizations.put(kept, revision=revision)
        if grant.refresh_lives > RENEW_AHEAD:
            return kept, False
        self.secrets.store(account.secret_name, fields)
        renewed = self._asked(renew_call(account, fields["refresh_token"]), read_renewed)
        if isinstance(renewed, SendOutcome):
            return self._note_trouble(kept, renewed.reason, revision, now), False
        self.secrets.store(account.secret_name, {**fields, "refresh_token": renewed.value})
        kept = replace(kept, refresh_until=now + renewed.lives)
        self.authorizations.put(kept, revision=revision)
        count("AuthorizationRenewed", platform=account.platform)
        return kept, True

    def _asked[T](self, call: OutgoingCall, read: Callable[[PlatformAnswer], T | SendOutcome]) -> T | SendOutcome:
        try:
            return read(self.transmit(call))
        except (NotSentError, MaybeSentError):
            return SendOutcome(result=SendResult.RETRY, reason=PLATFORM_UNREACHABLE)

    def _note_trouble(self, known: Authorization, reason: str, revision: int, now: datetime) -> Authorization:
        """What was known of the ends stays: a platform that is busy today has not ended anything."""
        logger.error("authorization not kept", extra={"account_id": known.account_id, "reason": reason})
        troubled = replace(known, checked_at=now, trouble=reason)
        self.authorizations.put(troubled, revision=revision)
        return troubled
