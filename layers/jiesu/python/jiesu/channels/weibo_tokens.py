"""How long Weibo's access token is good for. There is no other that would prolong it: its owner authorises anew, by hand.

https://open.weibo.com/wiki/Oauth2/get_token_info
"""

from datetime import timedelta
from urllib.parse import urlencode

from jiesu.channels.outgoing import PLATFORM_BUSY, OutgoingCall, PlatformAnswer, SendOutcome, SendResult, json_object
from jiesu.channels.provider_errors import outcome_by_code
from jiesu.model.message import ChannelAccount
from jiesu.model.words import Platform


def info_call(account: ChannelAccount, access_token: str) -> OutgoingCall:
    """Ask what is known of the token. Safe to repeat."""
    return OutgoingCall(
        method="POST",
        url=f"{account.api_base.replace('://m.api.weibo.', '://api.weibo.', 1)}/oauth2/get_token_info",
        headers={"Content-Type": "application/x-www-form-urlencoded"},
        body=urlencode({"access_token": access_token}).encode("ascii"),
    )


def read_info(answer: PlatformAnswer) -> timedelta | SendOutcome:
    """How long the token is good for, or what the refusal means. What cannot be read is asked for again."""
    value = json_object(answer.body) or {}
    if "error_code" in value:
        return outcome_by_code(Platform.WEIBO, str(value["error_code"]))
    left = value.get("expire_in")
    try:
        if answer.status == 200 and isinstance(left, int | str):
            return timedelta(seconds=int(left))
    except (ValueError, OverflowError):
        pass
    return SendOutcome(result=SendResult.RETRY, reason=PLATFORM_BUSY)
