"""Keeps the office's authorizations alive, and says until when each is good. Twice a day.

Douyin with a refresh token:

    prolong the access token ──▶ share it ──▶ note both ends ──┬─ refresh token has days left ──▶ done
                                                               └─ few are left ──▶ renew it ──▶ keep it ──▶ note its end

A renewed refresh token ends the old one before the answer is here, so a run that dies between answer
and secret has lost both, and no order of writes can change that. What can be done is: to prove first
that the secret can be written; to keep the new token before all else; to renew days before the
end; and to prolong the access token first, so that a loss leaves 15 days in which everything
works and the trouble is known from the next run on.

Weibo has none that prolongs: it is asked when its token ends, within the calls of the day. Of a Douyin
account with an access token alone nobody can be asked: 15 days after the token was seen first it has
ended at the latest.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from botocore.exceptions import ClientError

from jiesu.channels.douyin_tokens import ACCESS_LIFE, read_grant, read_renewed, refresh_call, renew_call
from jiesu.channels.outgoing import PLATFORM_UNREACHABLE, OutgoingCall, PlatformAnswer, SendOutcome, SendResult
from jiesu.channels.transmission import MaybeSentError, NotSentError
from jiesu.channels.weibo_tokens import info_call, read_info
from jiesu.model.authorization import Authorization
from jiesu.model.message import ChannelAccount
from jiesu.model.words import Platform
from jiesu.road.poll_budget import TOKEN_CALLS
from jiesu.road.poll_claims import claim_call
from jiesu.runtime.logging import logger
from jiesu.runtime.metrics import count
from jiesu.runtime.secrets import SecretBook
from jiesu.store.authorizations import AuthorizationOvertakenError, AuthorizationStore
from jiesu.store.polls import PollStore
from jiesu.store.transient import TransientStore

RENEW_AHEAD = timedelta(days=10)
"""How long before its end a refresh token is renewed: an alarm a week ahead rings only where that did not work."""


BUDGET = "token"
"""Under this name Weibo's calls for the end of a token are counted."""


class SecretUnreadableError(Exception):
    """The account's secret is missing, may not be read, or is no JSON object."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorizationKeeper:
    """Checks every account whose platform gives tokens that end. `transmit` carries one call to a platform."""

    accounts: Callable[[], tuple[ChannelAccount, ...]]
    secrets: SecretBook
    transient: TransientStore
    authorizations: AuthorizationStore
    polls: PollStore
    transmit: Callable[[OutgoingCall], PlatformAnswer]

    def keep(self, now: datetime) -> dict[str, int]:
        """Check all of them; one account's trouble is its own. Answers how many were checked, renewed and in trouble."""
        renewed = troubled = overtaken = 0
        left: list[timedelta] = []
        for account in self.accounts():
            self.secrets.forget(account.secret_name)  # a token that was renewed elsewhere since is the only good one
            try:
                kept, was_renewed = self._checked(account, now)
            except AuthorizationOvertakenError:
                logger.info("authorization checked by another run", extra={"account_id": account.id})
                overtaken += 1
                continue
            except SecretUnreadableError:
                logger.exception("an account's secret cannot be read", extra={"account_id": account.id})
                troubled += 1
                continue
            if kept is None:
                continue
            left.append(kept.ends_at - now)
            renewed += was_renewed
            troubled += bool(kept.trouble)
        count("AuthorizationsTroubled", troubled)
        if left:
            count("AuthorizationDaysLeft", max(0, min(left).days))
        return {"checked": len(left) + overtaken, "renewed": renewed, "troubled": troubled}

    def _checked(self, account: ChannelAccount, now: datetime) -> tuple[Authorization | None, bool]:
        """What is known of the account now, and whether something was renewed; None where no token of its ends."""
        if account.is_off or account.platform not in (Platform.DOUYIN, Platform.WEIBO):
            return None, False
        try:
            fields = self.secrets.fields(account.secret_name)
        except (ClientError, ValueError) as error:
            raise SecretUnreadableError(account.id) from error
        if account.platform is Platform.DOUYIN and fields.get("refresh_token"):
            return self._keep(account, fields, now)
        token = fields.get("access_token")
        if not token:
            return None, False
        return (self._ask_weibo if account.platform is Platform.WEIBO else self._reckon)(account, token, now), False

    def _ask_weibo(self, account: ChannelAccount, token: str, now: datetime) -> Authorization | None:
        known, revision = self.authorizations.find(account.id)
        if not claim_call(self.polls, account.id, BUDGET, TOKEN_CALLS, now):
            return known
        left = self._asked(info_call(account, token), read_info)
        if isinstance(left, SendOutcome):
            known = known or Authorization(account_id=account.id, checked_at=now, access_until=now)
            return self._note_trouble(known, left.reason, revision, now)
        kept = Authorization(account_id=account.id, checked_at=now, access_until=now + left)
        self.authorizations.put(kept, revision=revision)
        return kept

    def _reckon(self, account: ChannelAccount, token: str, now: datetime) -> Authorization:
        """A token that was seen before keeps its end; a new one begins anew."""
        known, revision = self.authorizations.find(account.id)
        mark = hashlib.sha256(token.encode()).hexdigest()[:16]
        if known is None or known.token_mark != mark:
            known = Authorization(account_id=account.id, checked_at=now, access_until=now + ACCESS_LIFE, token_mark=mark)
        kept = replace(known, checked_at=now)
        self.authorizations.put(kept, revision=revision)
        return kept

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
