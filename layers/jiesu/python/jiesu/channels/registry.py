"""Which module speaks for which platform, and what every such module offers."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol, assert_never

from jiesu.channels import douyin, partner, wechat, weibo
from jiesu.channels.delivery import NO_HEADERS, AccountMisconfiguredError, Challenge, Headers, Query, RawDelivery, Verified
from jiesu.channels.outgoing import OutgoingCall, OutgoingReply, PlatformAnswer, SendOutcome, TokenRequest
from jiesu.model.message import ChannelAccount, Message
from jiesu.model.words import Platform


class Channel(Protocol):
    """A platform's module. Its functions are pure; `Secrets` are the fields of the account's secret."""

    @property
    def ACCEPTED(self) -> str:  # noqa: N802 - a constant of the module
        """The body of the answer that tells the platform its delivery was taken."""

    @property
    def REPEATABLE(self) -> bool:  # noqa: N802 - likewise
        """Whether a reply may be sent again without being said twice, because it is known by its id."""

    def handshake(self, account: ChannelAccount, secrets: Mapping[str, str], query: Query, now: datetime) -> str: ...

    def verify(
        self,
        account: ChannelAccount,
        secrets: Mapping[str, str],
        query: Query,
        body: bytes,
        now: datetime,
        *,
        headers: Headers = NO_HEADERS,
    ) -> Verified | Challenge: ...

    def parse(self, account: ChannelAccount, secrets: Mapping[str, str], delivery: RawDelivery) -> tuple[Message, ...]: ...

    def text_refusal(self, text: str) -> str | None: ...

    def token_source(self, account: ChannelAccount, secrets: Mapping[str, str]) -> str | TokenRequest: ...

    def reply_call(self, account: ChannelAccount, access_token: str, reply: OutgoingReply) -> OutgoingCall: ...

    def read_answer(self, answer: PlatformAnswer) -> SendOutcome: ...


def channel_of(platform: Platform) -> Channel:
    """The module of `platform`. Raises `AccountMisconfiguredError` for one that people keep by hand."""
    match platform:
        case Platform.WEIBO:
            return weibo
        case Platform.WECHAT:
            return wechat
        case Platform.DOUYIN:
            return douyin
        case Platform.PARTNER:
            return partner
        case Platform.TOUTIAO | Platform.TELEPHONE | Platform.LETTER | Platform.OPEN311:
            raise AccountMisconfiguredError("platform_without_interface", platform=platform)
        case _:
            assert_never(platform)
