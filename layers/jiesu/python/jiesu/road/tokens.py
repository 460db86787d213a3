"""Access tokens of the office's accounts: one for all functions that speak to a platform at the same time.

account's secret ────┐
shared by all ───────┼──▶ ask ──┬─ token refused ──▶ another token ──▶ ask once more
fetched, then shared ┘          └─ anything else ──▶ that is the answer
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from jiesu.channels.delivery import AccountMisconfiguredError
from jiesu.channels.outgoing import (
    ACCOUNT_MISCONFIGURED,
    PLATFORM_UNREACHABLE,
    TOKEN_REJECTED,
    OutgoingCall,
    PlatformAnswer,
    SendOutcome,
    SendResult,
    TokenRequest,
)
from jiesu.channels.transmission import MaybeSentError, NotSentError
from jiesu.model.message import ChannelAccount
from jiesu.runtime.secrets import SecretBook
from jiesu.store.transient import TransientStore


class TokenChannel(Protocol):
    """The part of a platform's module that says where its tokens come from."""

    def token_source(self, account: ChannelAccount, secrets: Mapping[str, str]) -> str | TokenRequest: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenBook:
    """Gives out tokens. `transmit` carries one call to a platform, as `channels.transmission.transmit` does."""

    transient: TransientStore
    secrets: SecretBook
    transmit: Callable[[OutgoingCall], PlatformAnswer]

    def asking[T](
        self, channel: TokenChannel, account: ChannelAccount, ask: Callable[[str], T | SendOutcome], now: datetime
    ) -> T | SendOutcome:
        """What `ask` answers to the account's token; it is asked a second time only where the platform refused the first token.

        An outcome with the result `REFRESH_TOKEN` says that it did. It never leaves here: two refused tokens are
        for a person, and so is an account whose secret lacks something. Nothing was said to the platform as long
        as no token could be had, so that is worth another try. What else `ask` raises goes through.
        """
        try:
            token = self._token(channel, account, now)
            answer = token if isinstance(token, SendOutcome) else ask(token)
            if isinstance(token, str) and _refuses_token(answer):
                renewed = self._renewed(channel, account, token, now)
                answer = renewed if isinstance(renewed, SendOutcome) else ask(renewed)
        except AccountMisconfiguredError:
            return _to_person(ACCOUNT_MISCONFIGURED)
        return _to_person(TOKEN_REJECTED) if _refuses_token(answer) else answer

    def _token(self, channel: TokenChannel, account: ChannelAccount, now: datetime) -> str | SendOutcome:
        source = self._source(channel, account)
        if isinstance(source, str):
            return source
        return self.transient.token(account.id, now) or self._fetched(account, source, now)

    def _renewed(self, channel: TokenChannel, account: ChannelAccount, refused: str, now: datetime) -> str | SendOutcome:
        """Another token than `refused`: fetched anew, or from a secret that was changed since it was read."""
        self.secrets.forget(account.secret_name)
        source = self._source(channel, account)
        if isinstance(source, str):
            return _to_person(TOKEN_REJECTED) if source == refused else source
        self.transient.drop_token(account.id, refused)
        return self._fetched(account, source, now)

    def _source(self, channel: TokenChannel, account: ChannelAccount) -> str | TokenRequest:
        return channel.token_source(account, self.secrets.fields(account.secret_name))

    def _fetched(self, account: ChannelAccount, source: TokenRequest, now: datetime) -> str | SendOutcome:
        try:
            fetched = source.read(self.transmit(source.call))
        except (NotSentError, MaybeSentError):  # whoever fetches a token has said nothing to anybody yet
            return SendOutcome(result=SendResult.RETRY, reason=PLATFORM_UNREACHABLE)
        if isinstance(fetched, SendOutcome):
            return fetched
        self.transient.put_token(account.id, fetched.value, expires_at=now + fetched.keep)
        return fetched.value


def _refuses_token(answer: object) -> bool:
    return isinstance(answer, SendOutcome) and answer.result is SendResult.REFRESH_TOKEN


def _to_person(reason: str) -> SendOutcome:
    return SendOutcome(result=SendResult.GIVE_TO_PERSON, reason=reason)
