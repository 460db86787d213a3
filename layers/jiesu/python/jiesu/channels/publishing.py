"""Which platforms take public posts from an application, and by which calls.

Douyin takes pictures and films only, and only from applications of government and media
(`create_image_text`, scope `video.create.bind`); a text without a picture has no way in. Toutiao and
partners have no interface. There a person posts.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from jiesu.cases.publishing import DraftPublication
from jiesu.channels import wechat_publishing, weibo_publishing
from jiesu.channels.outgoing import OutgoingCall, PlatformAnswer, SendOutcome, reason_label
from jiesu.channels.public_post import JobAnswer, Preview, PublicPost
from jiesu.model.errors import CommandRefusedError
from jiesu.model.message import ChannelAccount
from jiesu.model.people import Actor
from jiesu.model.publication import Posting, Statement
from jiesu.model.words import Platform


class PostCall(Protocol):
    """Builds the call that publishes; `draft` is what the step before gave, where there is one."""

    def __call__(
        self,
        account: ChannelAccount,
        secrets: Mapping[str, str],
        access_token: str,
        post: PublicPost,
        draft: str | None = None,
    ) -> OutgoingCall: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftStep:
    """What comes before the post and shows nothing to anybody: it may be repeated."""

    call: Callable[[ChannelAccount, str, PublicPost], OutgoingCall]
    read: Callable[[PlatformAnswer], str | SendOutcome]


@dataclass(frozen=True, slots=True, kw_only=True)
class JobStep:
    """How to ask what became of a post that the platform examines first: it may be repeated."""

    call: Callable[[ChannelAccount, str, str], OutgoingCall]
    read: Callable[[PlatformAnswer], JobAnswer]


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishingChannel:
    """How one platform publishes; all of it is pure.

    `read_post` gives the post's id as `provider_ref`, or with a `job` step the job's number.
    `link` is where a post of that id is read.
    """

    preview: Callable[[ChannelAccount, PublicPost], Preview]
    post_call: PostCall
    read_post: Callable[[PlatformAnswer], SendOutcome]
    link: Callable[[ChannelAccount, str], str] | None = None
    draft: DraftStep | None = None
    job: JobStep | None = None


_WEIBO = PublishingChannel(
    preview=weibo_publishing.preview,
    post_call=weibo_publishing.post_call,
    read_post=weibo_publishing.read_post,
    link=weibo_publishing.post_link,
)

_WECHAT = PublishingChannel(
    preview=wechat_publishing.preview,
    post_call=wechat_publishing.post_call,
    read_post=wechat_publishing.read_post,
    draft=DraftStep(call=wechat_publishing.draft_call, read=wechat_publishing.read_draft),
    job=JobStep(call=wechat_publishing.job_call, read=wechat_publishing.read_job),
)


def publishing_channel_of(platform: Platform) -> PublishingChannel | None:
    """How `platform` publishes; None where a person must."""
    return {Platform.WEIBO: _WEIBO, Platform.WECHAT: _WECHAT}.get(platform)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountPreview:
    """A text as one account would show it; `refusals` in words, none where its platform takes it."""

    account: ChannelAccount
    shown: Preview
    refusals: tuple[str, ...]


def publishing_accounts(accounts: Iterable[ChannelAccount]) -> tuple[ChannelAccount, ...]:
    """The accounts on which an application may post, without those that are switched off."""
    return tuple(one for one in accounts if not one.is_off and publishing_channel_of(one.platform) is not None)


def previews_of(post: PublicPost, accounts: Iterable[ChannelAccount]) -> tuple[AccountPreview, ...]:
    """`post` as each of `accounts` would show it, those left out on which an application may not post."""
    found = []
    for account in accounts:
        channel = publishing_channel_of(account.platform)
        if channel is not None:
            shown = channel.preview(account, post)
            found.append(AccountPreview(account=account, shown=shown, refusals=tuple(map(reason_label, shown.refusals))))
    return tuple(found)


def draft_of(
    post: PublicPost, previews: Iterable[AccountPreview], *, new_id: str, by: Actor, statement: Statement | None = None
) -> DraftPublication:
    """The draft of `post` for the accounts of `previews`; `statement` where it is one of a live coverage.

    Raises `CommandRefusedError` where the platform of one would not take it.
    """
    shown = tuple(previews)
    for one in shown:
        if one.refusals:
            said = "；".join(one.refusals)
            raise CommandRefusedError("platform_refuses", f"{one.account.platform.label}「{one.account.name}」：{said}")
    return DraftPublication(
        publication_id=new_id,
        title=post.title,
        text=post.text,
        link=post.link,
        postings=tuple(
            Posting(account_id=one.account.id, account_name=one.account.name, platform=one.account.platform) for one in shown
        ),
        by=by,
        statement=statement,
    )
