"""A public post that a citizen's message speaks of, and what is known of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from jiesu.model.message import Message
from jiesu.model.words import MessageKind, Platform


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A post as its platform showed it at `read_at`; the counts are of that moment.

    `root` is the post at the start of the reposts, where this one is a repost. A platform keeps the
    place of a deleted post and says no more of it: its author and time are then missing.
    """

    id: str
    text: str
    read_at: datetime
    author_id: str = ""
    author_name: str = ""
    created_at: datetime | None = None
    root: "Post | None" = None
    picture_urls: tuple[str, ...] = ()
    reposts_count: int = 0
    comments_count: int = 0
    likes_count: int = 0

    @property
    def root_id(self) -> str:
        """The post that all reposts of one story share: its own id where it is no repost."""
        return self.id if self.root is None else self.root.id


@dataclass(frozen=True, slots=True, kw_only=True)
class PostRecord:
    """What became of asking for a post: `delayed` is asked for again, `missing` is not; `reason` is a code."""

    handle: str
    state: Literal["read", "delayed", "missing"]
    noted_at: datetime
    post: Post | None = None
    reason: str = ""


def post_handle(message: Message) -> str | None:
    """What the post of `message` is kept under; None where it speaks of none that its platform shows.

    A post's id; `comment-` and the comment's id where no more is known than that it stands under one.
    """
    if message.platform is not Platform.WEIBO or message.kind is MessageKind.PRIVATE:
        return None
    if not message.post_is_comment:
        return message.post_id
    if message.under_post_id is not None:
        return message.under_post_id
    return None if message.post_id is None else f"comment-{message.post_id}"
