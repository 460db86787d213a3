"""What goes out to a platform and what comes back, in one vocabulary for all of them."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from jiesu.model.delivery import NEVER_LEFT
from jiesu.model.errors import PermanentError


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingCall:
    """One HTTP request, ready to be sent."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingReply:
    """A private answer to one citizen. `id` is the same at every attempt, `handle` what the platform wants named, if anything."""

    id: str
    citizen_id: str
    text: str
    at: datetime
    handle: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformAnswer:
    """One HTTP response."""

    status: int
    body: bytes


class SendResult(StrEnum):
    """What the caller must do after an attempt to send."""

    SENT = "sent"
    RETRY = "retry"
    """Not sent, and the same call may succeed later."""
    WAIT = "wait"
    """Not sent: a limit of the platform's that time gives back. Asking at once would only use it up further."""
    REFRESH_TOKEN = "refresh_token"  # noqa: S105 - a word, not a token
    """Not sent: the platform does not take this access token."""
    GIVE_TO_PERSON = "give_to_person"
    """Not sent, and sending it again would not help; or nobody knows whether it was sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SendOutcome:
    """What became of an attempt. `reason` is a code that `reason_label` puts into words; empty when sent."""

    result: SendResult
    reason: str = ""
    provider_ref: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessToken:
    """A fetched token and for how long it may be kept."""

    value: str
    keep: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenRequest:
    """How to fetch an access token: the call, and how to read its answer."""

    call: OutgoingCall
    read: Callable[[PlatformAnswer], AccessToken | SendOutcome]


class NoReplyWayError(PermanentError):
    """No call carries this answer, now or later; `code` is a reason that `reason_label` puts into words."""


ACCOUNT_MISCONFIGURED = "account_misconfigured"
ANSWER_BY_HAND = "answer_by_hand"
COMMENT_GONE = "comment_gone"
NOT_AUTHORIZED = "not_authorized"
MEDIA_GONE = "media_gone"
OUTCOME_UNKNOWN = "outcome_unknown"
PARTNER_HAS_NO_REPLY = "partner_has_no_reply"
PLATFORM_BUSY = "platform_busy"
PLATFORM_UNREACHABLE = "platform_unreachable"
TEXT_TOO_LONG = "text_too_long"
TOKEN_REJECTED = "token_rejected"  # noqa: S105 - a word, not a token

_REASONS = {
    OUTCOME_UNKNOWN: "平台没有给出结果，可能已经送达，请先到平台核实再决定是否重发",
    PLATFORM_UNREACHABLE: "平台暂时无法连接",
    TEXT_TOO_LONG: "内容超过平台的长度限制，请缩短后重新答复",
    TOKEN_REJECTED: "账号授权已失效，请管理员重新授权",
    ANSWER_BY_HAND: "这条留言是人工录入的，请按来电、来信的方式答复",
    COMMENT_GONE: "要回复的帖子或评论已不存在",
    PARTNER_HAS_NO_REPLY: "协作平台没有答复接口，请在原平台或通过协作单位人工答复",
    "account_missing": "渠道账号已停用或不在系统中",
    ACCOUNT_MISCONFIGURED: "账号配置有误，请管理员检查",
    "account_restricted": "账号功能受平台限制",
    "citizen_blocked": "对方已被平台封禁或拒收消息",
    "citizen_unknown": "平台找不到这位网民",
    "comment_needs_public_reply": "这条是评论，不能私信答复，请到平台上公开回复",
    "content_repeated": "平台认为内容重复，请先核实是否已经送达",
    "daily_quota": "账号今天的接口调用次数已用完",
    NOT_AUTHORIZED: "账号没有调用该接口的权限",
    "not_following": "对方已取消关注，平台不允许答复",
    PLATFORM_BUSY: "平台繁忙",
    "rate_limited": "平台限制了发送频率",
    MEDIA_GONE: "平台已不再保存该文件",
    "article_not_original": "原创声明审核未通过",
    "article_failed": "平台发布失败",
    "article_rejected": "平台审核未通过",
    "article_deleted": "发布后已在平台上被删除",
    "article_banned": "发布后被平台屏蔽",
    "content_refused": "平台不接受这样的内容",
    "cover_missing": "账号没有可用的封面图片，请管理员设置",
    "link_domains_missing": "账号没有登记安全域名，请管理员设置",
    "link_foreign": "链接须在账号应用登记的安全域名之下",
    "link_missing": "须附一个安全域名之下的链接",
    "link_too_long": "链接过长",
    "publication_running": "平台仍在处理",
    NEVER_LEFT: "系统多次排队仍未发出",
    "publish_by_hand": "平台要求到公众平台网站上手动发布",
    "publishing_by_hand": "该平台没有发布接口，请人工发布",
    "title_missing": "须有标题",
    "title_too_long": "标题超过平台的长度限制",
    "topic_forbidden": "不能带 #话题#",
    "request_refused": "平台不接受这样的请求，请联系管理员",
    "reply_quota": "对方来信后可答复的次数已用完",
    "window_closed": "已超过平台允许的答复时限（微博、微信 48 小时，抖音 24 小时），或对方已取消关注",
}


def reason_label(reason: str) -> str:
    """A reason in the words a person is shown. `refused:<code>` is a code that no table of ours knows."""
    code = reason.removeprefix("refused:")
    return _REASONS.get(reason) or f"平台拒绝发送（代码 {code}）"


def known_reasons() -> frozenset[str]:
    """Every reason that has words of its own."""
    return frozenset(_REASONS)


def json_object(body: bytes) -> dict[str, Any] | None:
    """The JSON object in `body`, or None where there is none."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def outcome_by_status(status: int) -> SendOutcome:
    """What an answer without a readable body means.

    429 and 503 say that the request was not taken. Any other 5xx may come from a gateway after
    the platform has taken the message, and so may a 200 that says nothing: sending again could
    say it twice, so a person looks.
    """
    if status in (429, 503):
        return SendOutcome(result=SendResult.RETRY, reason="platform_busy")
    if 400 <= status < 500:
        return SendOutcome(result=SendResult.GIVE_TO_PERSON, reason=f"refused:http_{status}")
    return SendOutcome(result=SendResult.GIVE_TO_PERSON, reason=OUTCOME_UNKNOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaFile:
    """The bytes of a file that a citizen sent, as the platform handed them out."""

    content: bytes


def media_outcome_by_status(status: int) -> SendOutcome:
    """What an answer to a request for a file means that has neither a file nor a readable error.

    Asking again harms nobody: unlike after a reply, every failure of a gateway is worth another try.
    """
    if status in (404, 410):
        return SendOutcome(result=SendResult.GIVE_TO_PERSON, reason=MEDIA_GONE)
    if 400 <= status < 500 and status != 429:
        return SendOutcome(result=SendResult.GIVE_TO_PERSON, reason=f"refused:http_{status}")
    return SendOutcome(result=SendResult.RETRY, reason="platform_busy")
