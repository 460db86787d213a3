"""Whether a platform takes the secrets that somebody wants to keep: asked by a call that changes nothing there."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from jiesu.channels.delivery import AccountMisconfiguredError
from jiesu.channels.outgoing import (
    ACCOUNT_MISCONFIGURED,
    NoReplyWayError,
    OutgoingCall,
    PlatformAnswer,
    SendOutcome,
    SendResult,
    TokenRequest,
    reason_label,
)
from jiesu.channels.registry import channel_of
from jiesu.channels.transmission import MaybeSentError, NotSentError
from jiesu.channels.weibo_tokens import info_call, read_info
from jiesu.model.message import ChannelAccount
from jiesu.model.words import Platform


@dataclass(frozen=True, slots=True)
class Trial:
    """What a platform said of secrets: `refusal` in words where it does not take them. Not `asked`: nobody knows."""

    asked: bool
    refusal: str = ""


def try_secrets(account: ChannelAccount, secrets: Mapping[str, str], transmit: Callable[[OutgoingCall], PlatformAnswer]) -> Trial:
    """Have the platform give a token for `secrets`, or say how long theirs is good for.

    What it cannot be asked about (the secrets that sign what comes in, a partner's) is known by its form alone.
    """
    try:
        source = channel_of(account.platform).token_source(account, secrets)
        if isinstance(source, TokenRequest):
            answer: object = source.read(transmit(source.call))
        elif account.platform is Platform.WEIBO:
            answer = read_info(transmit(info_call(account, source)))
        else:
            return Trial(asked=False)
    except (NoReplyWayError, NotSentError, MaybeSentError):
        return Trial(asked=False)
    except AccountMisconfiguredError:
        return Trial(asked=True, refusal=reason_label(ACCOUNT_MISCONFIGURED))
    if not isinstance(answer, SendOutcome):
        return Trial(asked=True)
    if answer.result in (SendResult.RETRY, SendResult.WAIT):
        return Trial(asked=False)
    return Trial(asked=True, refusal=reason_label(answer.reason))
