"""Which platforms take public posts from an application, and by which calls.

Douyin takes pictures and films only, and only from applications of government and media
(`create_image_text`, scope `video.create.bind`); a text without a picture has no way in. Toutiao and
partners have no interface. There a person posts.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from jiesu.channels import wechat_publishing, weibo_publishing
from jiesu.channels.outgoing import OutgoingCall, PlatformAnswer, SendOutcome
from jiesu.channels.public_post import JobAnswer, Preview, PublicPost
from jiesu.model.message import ChannelAccount
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
