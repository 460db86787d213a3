"""What the office says to everybody: one text, posted on one or several of its accounts."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from jiesu.model.people import Actor
from jiesu.model.words import Platform


class PublicationState(StrEnum):
    """Where a publication stands inside the office: whoever drafted it never approves it."""

    DRAFTED = "drafted"
    APPROVED = "approved"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        return {"drafted": "待审核", "approved": "已批准", "withdrawn": "已撤回"}[self.value]


class PostingState(StrEnum):
    """Where a publication stands on one account. `SUBMITTED`: the platform has taken it and still examines it."""

    WAITING = "waiting"
    SENDING = "sending"
    SUBMITTED = "submitted"
    POSTED = "posted"
    FAILED = "failed"

    @property
    def label(self) -> str:
        return {
            "waiting": "未发出",
            "sending": "正在发出",
            "submitted": "平台处理中",
            "posted": "已发布",
            "failed": "未能发布",
        }[self.value]

    @property
    def is_under_way(self) -> bool:
        """Whether it is still to be heard what becomes of it."""
        return self in (PostingState.SENDING, PostingState.SUBMITTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """A publication on one account.

    `platform_ref` is the platform's id of the post, or while it is `SUBMITTED` of the job that
    examines it; `link` is where everybody reads it, as far as the platform says.
    """

    account_id: str
    account_name: str
    platform: Platform
    state: PostingState = PostingState.WAITING
    platform_ref: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """That a publication is a statement of a live coverage: its last one, or one that may name the hour of the next."""

    is_last: bool = False
    next_due_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """One text for the public; `title` and `link` may be empty where no account's platform wants them."""

    id: str
    title: str
    text: str
    link: str
    postings: tuple[Posting, ...]
    drafted_by: Actor
    state: PublicationState = PublicationState.DRAFTED
    approved_by: Actor | None = None
    statement: Statement | None = None

    @property
    def is_out(self) -> bool:
        """Whether it stands in public on one account at least."""
        return any(one.state is PostingState.POSTED for one in self.postings)

    def posting(self, account_id: str) -> Posting | None:
        return next((one for one in self.postings if one.account_id == account_id), None)
