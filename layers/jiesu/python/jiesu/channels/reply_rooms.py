"""How much text an answer holds on each platform, said before it is sent and refused by it."""

from collections.abc import Iterable, Mapping

from jiesu.cases.refusals import MAX_TEXT
from jiesu.channels import douyin, partner, wechat, weibo, weibo_public
from jiesu.channels.registry import channel_of
from jiesu.model.case import MessageRef
from jiesu.model.errors import CommandRefusedError
from jiesu.model.words import Platform, ReplyManner

REPLY_ROOMS: Mapping[Platform, tuple[int, str]] = {
    Platform.WEIBO: (weibo.MAX_REPLY_CHARACTERS, f"不能超过 {weibo.MAX_REPLY_CHARACTERS} 字"),
    Platform.WECHAT: (wechat.MAX_REPLY_BYTES // 3, f"不能超过 {wechat.MAX_REPLY_BYTES // 3} 个汉字"),
    Platform.DOUYIN: (douyin.MAX_REPLY_CHARACTERS, f"不能超过 {douyin.MAX_REPLY_CHARACTERS} 字"),
    Platform.PARTNER: (partner.MAX_REPLY_CHARACTERS, f"不能超过 {partner.MAX_REPLY_CHARACTERS} 字"),
    **{platform: (MAX_TEXT, f"不能超过 {MAX_TEXT} 字，须由人工转达") for platform in Platform if platform.is_by_hand},
}
"""How much text one message of a platform holds: Chinese characters, and in words."""

COMMENT_ROOM = f"公开评论不能超过 {weibo_public.MAX_COMMENT_CHARACTERS} 字"


def refuse_reply(to: MessageRef, text: str, manner: ReplyManner) -> None:
    """Refuse (`CommandRefusedError`) an answer that the platform of `to` would not take."""
    if manner is ReplyManner.COMMENT:
        if weibo_public.text_refusal(text) is not None:
            raise CommandRefusedError("text_too_long", f"{COMMENT_ROOM}，现有 {len(text)} 字")
    elif not to.is_answered_by_hand:
        _refuse_text(to.platform, text)


def refuse_reply_to_all(citizens: Iterable[MessageRef], text: str) -> None:
    """Refuse (`CommandRefusedError`) an answer to several that one of their platforms would not take."""
    for platform in dict.fromkeys(one.platform for one in citizens if not one.is_answered_by_hand):
        _refuse_text(platform, text)


def _refuse_text(platform: Platform, text: str) -> None:
    if (reason := channel_of(platform).text_refusal(text)) is not None:
        raise CommandRefusedError(reason, f"{platform.label}的答复{REPLY_ROOMS[platform][1]}，现有 {len(text)} 字")
