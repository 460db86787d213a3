"""Comments that Weibo does not push, asked for: what the office received and said itself, and what names it.

http://open.weibo.com/wiki/2/comments/timeline and http://open.weibo.com/wiki/2/comments/mentions.
Newest first, fifty a page. `since_id` leaves out what was read before, `max_id` what is newer:
pages are counted by id and not by number, because whoever comments or deletes meanwhile moves
what stands on page two.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any
from urllib.parse import urlencode

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from jiesu.channels.outgoing import OutgoingCall, PlatformAnswer, SendOutcome, SendResult
from jiesu.channels.readable import readable, readable_line
from jiesu.channels.weibo import read_answer
from jiesu.channels.weibo_payload import weibo_id, weibo_time
from jiesu.model.message import ChannelAccount, Message
from jiesu.model.words import ContentType, MessageKind, Platform

PAGE_SIZE = 50

_MENTIONED = re.compile(r"^回复@[^:：]{1,60}[:：]\s*")
"""What Weibo puts before an answer to a comment: http://open.weibo.com/wiki/2/comments/reply"""


class Feed(StrEnum):
    """What is asked for."""

    TIMELINE = "timeline"
    """Received and sent: the office's own comments are how it learns that an answer arrived."""
    MENTIONS = "mentions"

    @property
    def kind(self) -> MessageKind:
        return MessageKind.COMMENT if self is Feed.TIMELINE else MessageKind.MENTION


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentPage:
    """One page: its messages, how many comments Weibo put on it, and the ids it spans; 0 where it is empty."""

    messages: tuple[Message, ...]
    size: int
    newest_id: int
    oldest_id: int


class _User(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    id: Annotated[str, BeforeValidator(weibo_id)]
    screen_name: Annotated[str, BeforeValidator(readable_line)] = ""


class _Status(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    id: Annotated[str, BeforeValidator(weibo_id)]
    user: _User | None = None


class _Answered(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    user: _User


class _Comment(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    id: Annotated[str, BeforeValidator(weibo_id)]
    created_at: Annotated[datetime, BeforeValidator(weibo_time)]
    text: Annotated[str, BeforeValidator(lambda value: readable(value) if isinstance(value, str) else value)]
    user: _User
    status: _Status | None = None
    reply_comment: _Answered | None = None


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    comments: Annotated[list[Any], BeforeValidator(lambda value: value if isinstance(value, list) else [])] = Field(
        default_factory=list
    )


def comments_call(account: ChannelAccount, access_token: str, feed: Feed, *, above: int, below: int) -> OutgoingCall:
    """Ask for the newest comments of a feed between two ids, neither included; 0 is no bound.

    Weibo's fan service and its open interface have hosts of their own.
    """
    base = account.api_base.replace("://m.api.weibo.", "://api.weibo.", 1)
    query = {"access_token": access_token, "since_id": str(above), "count": str(PAGE_SIZE)}
    if below:
        query["max_id"] = str(below - 1)
    return OutgoingCall(method="GET", url=f"{base}/2/comments/{feed}.json?{urlencode(query)}", headers={}, body=b"")


def read_comments(
    account: ChannelAccount, feed: Feed, answer: PlatformAnswer, *, received_at: datetime
) -> CommentPage | SendOutcome:
    """The page in an answer, or what the refusal means.

    A comment that cannot be read is left out, and counted in `size`: one oddity must not keep all
    others from being read for ever. The office's own comments are echoes, addressed to whom they answer.
    """
    outcome = read_answer(answer)
    if outcome.result is not SendResult.SENT:
        return outcome
    try:
        found = _Answer.model_validate_json(answer.body).comments
    except ValidationError:
        return SendOutcome(result=SendResult.RETRY, reason="platform_busy")
    comments = [comment for one in found if (comment := _comment(one)) is not None]
    if found and not comments:
        return SendOutcome(result=SendResult.RETRY, reason="platform_busy")
    ids = [int(one.id) for one in comments]
    return CommentPage(
        messages=tuple(message for one in comments if (message := _message(account, feed, one, received_at)) is not None),
        size=len(found),
        newest_id=max(ids, default=0),
        oldest_id=min(ids, default=0),
    )


def _comment(value: object) -> _Comment | None:
    try:
        return _Comment.model_validate(value)
    except ValidationError:
        return None


def _message(account: ChannelAccount, feed: Feed, comment: _Comment, received_at: datetime) -> Message | None:
    """A comment is known by its id: one that stands in both feeds, or is read twice, is stored once.

    None for a comment of the office's own that answers nobody else.
    """
    own = comment.user.id == account.external_id
    citizen_id = _answered(comment) if own else comment.user.id
    if citizen_id is None or citizen_id == account.external_id:
        return None
    return Message(
        id=f"weibo:comment:{comment.id}",
        platform=Platform.WEIBO,
        account_id=account.id,
        citizen_id=citizen_id,
        kind=MessageKind.COMMENT if own else feed.kind,
        content_type=ContentType.ECHO if own else ContentType.TEXT,
        text=_MENTIONED.sub("", comment.text) if own else comment.text,
        sent_at=comment.created_at,
        received_at=received_at,
        post_id=comment.id,
        post_is_comment=True,
        under_post_id=None if comment.status is None else comment.status.id,
        nickname="" if own else comment.user.screen_name,
    )


def _answered(comment: _Comment) -> str | None:
    """Whom a comment answers: the writer of the comment above it, or of the post."""
    if comment.reply_comment is not None:
        return comment.reply_comment.user.id
    return None if comment.status is None or comment.status.user is None else comment.status.user.id
