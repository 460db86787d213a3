"""Douyin's tokens. The owner's consent gives both; an access token lives 15 days, the refresh token that prolongs it 30.

Prolonging the access token leaves the refresh token as it is. Renewing the refresh token, which the
application must have the right to and may do five times, ends the old one at once.
https://developer.open-douyin.com/docs/resource/zh-CN/dop/develop/openapi/account-permission/refresh-access-token
https://developer.open-douyin.com/docs/resource/zh-CN/dop/develop/openapi/account-permission/refresh-token
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode

from jiesu.channels.outgoing import (
    ACCOUNT_MISCONFIGURED,
    NOT_AUTHORIZED,
    PLATFORM_BUSY,
    TOKEN_REJECTED,
    AccessToken,
    OutgoingCall,
    PlatformAnswer,
    SendOutcome,
    SendResult,
    TokenRequest,
    json_object,
)
from jiesu.model.message import ChannelAccount

ACCESS_LIFE = timedelta(days=15)
"""How long an access token lives that nobody prolongs."""

_MARGIN = timedelta(minutes=10)
"""Before its end no call begins with a token."""

_PERSON = {
    "10002": ACCOUNT_MISCONFIGURED,
    "10003": ACCOUNT_MISCONFIGURED,
    "10004": NOT_AUTHORIZED,
    "10005": ACCOUNT_MISCONFIGURED,
    "10010": TOKEN_REJECTED,
    "10013": ACCOUNT_MISCONFIGURED,
    "10020": TOKEN_REJECTED,  # renewed five times: the owner must consent again
}
"""Printed with the two calls, where a code does not mean what it means elsewhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """A prolonged access token, how long it lives, and how long the refresh token still does."""

    access_token: str
    lives: timedelta
    refresh_lives: timedelta

    @property
    def keep(self) -> timedelta:
        """For how long the access token may be given out."""
        return self.lives - _MARGIN


@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshToken:
    """A new refresh token: the only one from now on."""

    value: str
    lives: timedelta


def token_request(account: ChannelAccount, refresh_token: str) -> TokenRequest:
    """How functions get an access token: whoever asks in between gets the same one."""
    return TokenRequest(call=refresh_call(account, refresh_token), read=_read_access_token)


def refresh_call(account: ChannelAccount, refresh_token: str) -> OutgoingCall:
    """Prolong the access token. Safe to repeat."""
    fields = {"client_key": account.app_id, "grant_type": "refresh_token", "refresh_token": refresh_token}
    return _call(account, "refresh_token", fields)


def read_grant(answer: PlatformAnswer) -> Grant | SendOutcome:
    """What `refresh_call` was answered, or what its refusal means."""
    data = _data(answer)
    if isinstance(data, SendOutcome):
        return data
    token, lives, refresh_lives = data.get("access_token"), _seconds(data, "expires_in"), _seconds(data, "refresh_expires_in")
    if not isinstance(token, str) or not token or lives is None or refresh_lives is None:
        return _retry()
    return Grant(access_token=token, lives=lives, refresh_lives=refresh_lives)


def renew_call(account: ChannelAccount, refresh_token: str) -> OutgoingCall:
    """Exchange the refresh token for one that lives 30 days. Not safe to repeat: `refresh_token` is spent by it."""
    return _call(account, "renew_refresh_token", {"client_key": account.app_id, "refresh_token": refresh_token})


def read_renewed(answer: PlatformAnswer) -> RefreshToken | SendOutcome:
    """What `renew_call` was answered, or what its refusal means."""
    data = _data(answer)
    if isinstance(data, SendOutcome):
        return data
    token, lives = data.get("refresh_token"), _seconds(data, "expires_in")
    return RefreshToken(value=token, lives=lives) if isinstance(token, str) and token and lives is not None else _retry()


def _read_access_token(answer: PlatformAnswer) -> AccessToken | SendOutcome:
    grant = read_grant(answer)
    return AccessToken(value=grant.access_token, keep=grant.keep) if isinstance(grant, Grant) else grant


def _call(account: ChannelAccount, name: str, fields: Mapping[str, str]) -> OutgoingCall:
    return OutgoingCall(
        method="POST",
        url=f"{account.api_base}/oauth/{name}/",
        headers={"Content-Type": "application/x-www-form-urlencoded"},
        body=urlencode(fields).encode("ascii"),
    )


def _data(answer: PlatformAnswer) -> Mapping[str, object] | SendOutcome:
    """The `data` of an answer without an error. What cannot be read is asked for again: nobody was told anything."""
    value = json_object(answer.body)
    data = value.get("data") if value is not None else None
    if answer.status != 200 or not isinstance(data, dict):
        return _retry()
    code = str(data.get("error_code", "0"))
    if code == "0":
        return data
    reason = _PERSON.get(code)
    return _retry() if reason is None else SendOutcome(result=SendResult.GIVE_TO_PERSON, reason=reason)


def _retry() -> SendOutcome:
    return SendOutcome(result=SendResult.RETRY, reason=PLATFORM_BUSY)


def _seconds(data: Mapping[str, object], name: str) -> timedelta | None:
    """A span that is written as a number or as its text."""
    value = data.get(name)
    try:
        return timedelta(seconds=int(value)) if isinstance(value, int | str) else None
    except (ValueError, OverflowError):
        return None
