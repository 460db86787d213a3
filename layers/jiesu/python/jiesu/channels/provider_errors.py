"""What every error code of a platform asks for: the one table, also printed in `docs/channels.md`.

A code that is not in it goes to a person with its number: nobody knows whether sending again would help. Only the two
calls for Douyin's tokens give some codes a meaning of their own: `douyin_tokens`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from jiesu.channels.outgoing import COMMENT_GONE, MEDIA_GONE, TEXT_TOO_LONG, TOKEN_REJECTED, SendOutcome, SendResult
from jiesu.model.words import Platform


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """Codes of one platform that ask for the same; `reason` is a code that `reason_label` puts into words."""

    codes: tuple[str, ...]
    result: SendResult
    reason: str


def _retry(*codes: str) -> Meaning:
    return Meaning(codes=codes, result=SendResult.RETRY, reason="platform_busy")


def _wait(*codes: str) -> Meaning:
    return Meaning(codes=codes, result=SendResult.WAIT, reason="rate_limited")


def _refresh(*codes: str) -> Meaning:
    return Meaning(codes=codes, result=SendResult.REFRESH_TOKEN, reason=TOKEN_REJECTED)


def _person(reason: str, *codes: str) -> Meaning:
    return Meaning(codes=codes, result=SendResult.GIVE_TO_PERSON, reason=reason)


MEANINGS: Mapping[Platform, tuple[Meaning, ...]] = {
    # http://open.weibo.com/wiki/Error_code. The 213xx come from OAuth 2.0.
    Platform.WEIBO: (
        _retry("10001", "10002", "10003", "10009", "10010", "10011"),
        _wait("10022", "10023", "10024"),
        _refresh("21314", "21315", "21316", "21317", "21319", "21327", "21332"),
        _person("not_authorized", "10004", "10005", "10014"),
        _person("account_misconfigured", "10006"),
        _person("request_refused", "10007", "10008", "10012", "10016", "10017", "10020", "10021"),
        _person("citizen_unknown", "10013", "20003"),
        _person(TEXT_TOO_LONG, "10018", "20012"),
        _person("reply_quota", "20016"),
        _person("content_repeated", "20017", "20019"),
        _person(COMMENT_GONE, "20101", "20201"),
    ),
    # https://developers.weixin.qq.com/doc/service/api/customer/message/api_sendcustommessage
    Platform.WECHAT: (
        _retry("-1"),
        _wait("45011"),
        _refresh("40001", "40014", "42001"),
        # The day's quota comes back at midnight, and half of the 48 hours may be gone by then.
        _person("daily_quota", "45009"),
        _person("citizen_unknown", "40003"),
        _person(MEDIA_GONE, "40007", "41006"),  # no such file, or a message that never named one
        # 40164: our address is not on the account's list
        _person("account_misconfigured", "40013", "40125", "40164"),
        _person("not_following", "43004"),
        _person(TEXT_TOO_LONG, "45002"),
        _person("title_too_long", "45003"),
        _person("window_closed", "45015"),
        _person("reply_quota", "45047"),
        _person("not_authorized", "48001", "61007", "88000"),
        _person("citizen_blocked", "48002"),
        _person("account_restricted", "50002"),
        _person("content_refused", "45166", "53503"),
        _person("publish_by_hand", "53504", "53505"),
    ),
    # https://developer.open-douyin.com/docs/resource/zh-CN/dop/develop/openapi/status-code
    Platform.DOUYIN: (
        _retry("2100004", "10001", "2119001"),
        _refresh("2190002", "2190008", "10008", "28001003", "28001008"),
        _person("not_authorized", "2190004", "10004", "28001018", "28001019"),
        # a type of message without a file, and no address to be had: both printed with the call for files
        _person(MEDIA_GONE, "28029016", "28029020"),
        _person("rate_limited", "28003070"),  # "do not retry", say Douyin's own engineers
    ),
}


def outcome_by_code(platform: Platform, code: str) -> SendOutcome:
    """What `code` asks for; an unknown one goes to a person, its number in the reason."""
    for meaning in MEANINGS.get(platform, ()):
        if code in meaning.codes:
            return SendOutcome(result=meaning.result, reason=meaning.reason)
    return SendOutcome(result=SendResult.GIVE_TO_PERSON, reason=f"refused:{code}")
