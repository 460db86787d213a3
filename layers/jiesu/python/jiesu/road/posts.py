"""The posts that mentions and comments speak of: each is fetched once, its pictures kept as evidence.

    known? ──▶ a call left today? ──▶ ask ──┬─ post ─────────────▶ record `read`, pictures as evidence
                      │                     ├─ gone, refused ────▶ record `missing`
                      └─ no ────────────────┴─ anything else ────▶ record `delayed`; the queue brings it again every hour

The record lies beside the message too, and the case page shows it. A message never waits for its post.
"""

import json
from dataclasses import dataclass
from datetime import datetime

from jiesu.cases.effects import MediaEffect, PostEffect
from jiesu.channels import weibo
from jiesu.channels.outgoing import (
    ACCOUNT_MISCONFIGURED,
    PLATFORM_UNREACHABLE,
    TOKEN_REJECTED,
    SendOutcome,
    SendResult,
)
from jiesu.channels.transmission import MaybeSentError, NotSentError
from jiesu.channels.weibo_posts import read_shown, show_call
from jiesu.matters.ties import post_tie
from jiesu.model.errors import PermanentError, RetryableError
from jiesu.model.evidence import FIRST_POST_PICTURE
from jiesu.model.message import Media, Message
from jiesu.model.post import Post, PostRecord, post_handle
from jiesu.model.words import ContentType, Urgency
from jiesu.road.evidence import PLATFORM_KEEPS, RETRY_EVERY, EvidenceFetcher
from jiesu.road.poll_budget import POST_CALLS, URGENT_POST_CALLS
from jiesu.road.poll_claims import claim_call
from jiesu.runtime.metrics import count
from jiesu.store.codec import loads
from jiesu.store.messages import ref_of
from jiesu.store.polls import PollStore
from jiesu.store.posts import PostStore

BUDGET = "posts"
"""Under this name an account's calls for posts are counted beside those for its feeds."""

MOST_PICTURES = 9
"""What a post can show."""

NO_CALLS_LEFT = SendOutcome(result=SendResult.WAIT, reason="daily_quota")

_MENDABLE = frozenset({TOKEN_REJECTED, ACCOUNT_MISCONFIGURED})
"""Reasons that a person removes."""


class PostDelayedError(RetryableError):
    """The post could not be had just now; the queue will bring it again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PostFetcher:
    """Fetches posts. `files` keeps their pictures, and knows accounts with their tokens, cases and messages."""

    files: EvidenceFetcher
    posts: PostStore
    polls: PollStore

    def carry_out(self, body: str, now: datetime) -> None:
        """What one message of the media queue asks for, be it a file or a post. Raises as `collect` does."""
        due = read_due(body)
        if isinstance(due, MediaEffect):
            self.files.collect(due, now)
        else:
            self.collect(due, now)

    def collect(self, effect: PostEffect, now: datetime) -> None:
        """Keep the post that a message speaks of, or note why it cannot be had.

        Raises `PostDelayedError` or `MediaDelayedError` where the queue shall bring it again, and
        `PermanentError` where there is no such message.
        """
        located = self.files.evidence.located(effect.message, effect.case_id)
        handle = None if located is None else post_handle(located[0])
        if located is None or handle is None:
            raise PermanentError("post_unknown", case_id=effect.case_id)
        message, case_id = located
        record = self.posts.find(message.platform, handle)
        if record is None or record.state == "delayed":
            record = self._asked(effect, message, handle, now)
            self.posts.note(message.platform, record)
        self.posts.attach(message, record)
        if record.state == "delayed":
            count("PostDelayed")
            raise PostDelayedError(f"post of {message.id}: {record.reason}")
        if record.post is not None:
            self.files.cases.spread.read_post(case_id, message.platform, record.post)
            self.files.ties.note(case_id, ref_of(message), (post_tie(message.platform, record.post),), now)
            self._keep_pictures(case_id, message, record.post, now)

    def _asked(self, effect: PostEffect, message: Message, handle: str, now: datetime) -> PostRecord:
        found = self._post(effect.case_id, message, handle, now)
        if isinstance(found, Post):
            count("PostRead")
            return PostRecord(handle=handle, state="read", noted_at=now, post=found)
        again = found.result in (SendResult.RETRY, SendResult.WAIT) or found.reason in _MENDABLE
        if again and now + RETRY_EVERY < message.sent_at + PLATFORM_KEEPS:
            return PostRecord(handle=handle, state="delayed", noted_at=now, reason=found.reason)
        count("PostMissing")
        return PostRecord(handle=handle, state="missing", noted_at=now, reason=found.reason)

    def _post(self, case_id: str, message: Message, handle: str, now: datetime) -> Post | SendOutcome:
        account = self.files.accounts.speaking(message.account_id, now)
        if account is None:
            return SendOutcome(result=SendResult.GIVE_TO_PERSON, reason="account_missing")
        case = self.files.cases.load(case_id)
        urgent = case is not None and case.urgency is not Urgency.ROUTINE
        share = POST_CALLS if urgent else POST_CALLS - URGENT_POST_CALLS

        def ask(token: str) -> Post | SendOutcome:
            if not claim_call(self.polls, account.id, BUDGET, share, now):
                return NO_CALLS_LEFT
            try:
                answer = self.files.tokens.transmit(show_call(account, token, handle))
            except (NotSentError, MaybeSentError):
                return SendOutcome(result=SendResult.RETRY, reason=PLATFORM_UNREACHABLE)
            return read_shown(account, answer, read_at=now)

        return self.files.tokens.asking(weibo, account, ask, now)

    def _keep_pictures(self, case_id: str, message: Message, post: Post, now: datetime) -> None:
        """The pictures of the post and of the one that it repeats."""
        urls = [*post.picture_urls, *(post.root.picture_urls if post.root is not None else ())]
        for number, url in enumerate(urls[: 2 * MOST_PICTURES], FIRST_POST_PICTURE):
            self.files.keep(case_id, message, number, Media(content_type=ContentType.IMAGE, url=url), now)


def read_due(body: str) -> MediaEffect | PostEffect:
    """What a message of the media queue asks for. Raises `PermanentError` where this version knows no such thing."""
    try:
        content = json.loads(body)
        effect = json.dumps(content["effect"])
        if content["version"] == 1 and content["type"] == "MediaDue":
            return loads(MediaEffect, effect)
        if content["version"] == 1 and content["type"] == "PostDue":
            return loads(PostEffect, effect)
    except (ValueError, KeyError, TypeError) as error:
        raise PermanentError("effect_malformed") from error
    raise PermanentError("effect_unknown")
