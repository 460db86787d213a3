"""The post that a mention or a comment speaks of, as Weibo shows it.

http://open.weibo.com/wiki/2/statuses/show; of a comment, whose post the push does not name, the
post within http://open.weibo.com/wiki/2/comments/show_batch.
"""

import json
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import urlencode, urlsplit

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from jiesu.channels.outgoing import COMMENT_GONE, OutgoingCall, PlatformAnswer, SendOutcome, SendResult
from jiesu.channels.readable import readable
from jiesu.channels.weibo import read_answer
from jiesu.channels.weibo_payload import weibo_id, weibo_time
from jiesu.channels.weibo_public import post_call as comment_call
from jiesu.model.message import ChannelAccount
from jiesu.model.post import Post

COMMENT_PREFIX = "comment-"


def _count(value: object) -> int:
    """Beyond a million Weibo writes counts as texts (`100万+`): what is no number counts as nothing."""
    return value if isinstance(value, int) and value >= 0 else 0


_Count = Annotated[int, BeforeValidator(_count)]


class _User(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    id: Annotated[str, BeforeValidator(weibo_id)]
    screen_name: str = ""


class _Status(BaseModel):
    """A deleted post has an id and a sentence that says so, and no user."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    id: Annotated[str, BeforeValidator(weibo_id)]
    text: Annotated[str, BeforeValidator(lambda value: readable(value) if isinstance(value, str) else value)] = ""
    created_at: Annotated[datetime | None, BeforeValidator(lambda value: weibo_time(value) if value else None)] = None
    user: _User | None = None
    reposts_count: _Count = 0
    comments_count: _Count = 0
    attitudes_count: _Count = 0
    pic_urls: list[Any] = Field(default_factory=list)
    retweeted_status: "_Status | None" = None


def show_call(account: ChannelAccount, access_token: str, handle: str) -> OutgoingCall:
    """Ask for the post that `handle` (`model.post.post_handle`) stands for."""
    if handle.startswith(COMMENT_PREFIX):
        return comment_call(account, access_token, handle.removeprefix(COMMENT_PREFIX))
    base = account.api_base.replace("://m.api.weibo.", "://api.weibo.", 1)
    query = urlencode({"access_token": access_token, "id": handle})
    return OutgoingCall(method="GET", url=f"{base}/2/statuses/show.json?{query}", headers={}, body=b"")


def read_shown(account: ChannelAccount, answer: PlatformAnswer, *, read_at: datetime) -> Post | SendOutcome:
    """The post in an answer to `show_call`, or what the refusal means: `comment_gone` where there is no such post."""
    try:
        shown = json.loads(answer.body)
    except (ValueError, RecursionError):
        return SendOutcome(result=SendResult.RETRY, reason="platform_busy")
    match shown:
        case {"error_code": _}:
            return read_answer(answer)
        case []:
            return SendOutcome(result=SendResult.GIVE_TO_PERSON, reason=COMMENT_GONE)
        case [{"status": dict() as status}, *_] | (dict() as status):
            try:
                return _post(account, _Status.model_validate(status), read_at)
            except (ValidationError, RecursionError):
                return SendOutcome(result=SendResult.GIVE_TO_PERSON, reason="answer_unreadable")
        case _:
            return SendOutcome(result=SendResult.GIVE_TO_PERSON, reason="answer_unreadable")


def _post(account: ChannelAccount, status: _Status, read_at: datetime) -> Post:
    root = status.retweeted_status
    return Post(
        id=status.id,
        text=status.text,
        read_at=read_at,
        author_id=status.user.id if status.user else "",
        author_name=status.user.screen_name if status.user else "",
        created_at=status.created_at,
        root=None if root is None else _post(account, root.model_copy(update={"retweeted_status": None}), read_at),
        picture_urls=tuple(url for one in status.pic_urls if (url := _picture(account, one)) is not None),
        reposts_count=status.reposts_count,
        comments_count=status.comments_count,
        likes_count=status.attitudes_count,
    )


def _picture(account: ChannelAccount, shown: object) -> str | None:
    """The whole picture's address: Weibo names the thumbnail, and the size is a part of the path."""
    match shown:
        case {"thumbnail_pic": str() as thumbnail}:
            url = thumbnail.replace("/thumbnail/", "/large/", 1)
            if not url.startswith(account.api_base):
                url = url.replace("http://", "https://", 1)
            return url if is_picture_address(account, url) else None
        case _:
            return None


def is_picture_address(account: ChannelAccount, url: str) -> bool:
    """Whether `url` is where Weibo keeps pictures: an answer must not make us ask anybody else."""
    parts = urlsplit(url)
    at_weibo = parts.scheme == "https" and (parts.hostname or "").endswith(".sinaimg.cn") and parts.port in (None, 443)
    return at_weibo or url.startswith(f"{account.api_base}/")
