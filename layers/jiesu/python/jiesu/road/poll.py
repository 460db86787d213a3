"""Asks the platforms for what they do not push, and puts it into the inbox.

Queued first, remembered after: a run that dies in between reads the same comments again, and
a comment that comes twice is stored once. `since_id` moves on only when every page up to it
is in the inbox, so that nothing is left out either.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from itertools import batched
from typing import TYPE_CHECKING

from jiesu.channels.outgoing import PLATFORM_UNREACHABLE, OutgoingCall, PlatformAnswer, SendOutcome, SendResult
from jiesu.channels.transmission import MaybeSentError, NotSentError
from jiesu.channels.weibo_comments import PAGE_SIZE, CommentPage, Feed, comments_call, read_comments
from jiesu.model.errors import RetryableError
from jiesu.model.message import ChannelAccount, Message
from jiesu.model.poll import PollState
from jiesu.model.words import Platform
from jiesu.road.poll_budget import CALLS_A_DAY, after_poll, after_refusal
from jiesu.runtime.logging import logger
from jiesu.runtime.metrics import count
from jiesu.runtime.secrets import SecretBook
from jiesu.store.entered import to_queue_body
from jiesu.store.polls import PollOvertakenError, PollStore

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import SendMessageBatchRequestEntryTypeDef

SHARE = CALLS_A_DAY // len(Feed)
"""The calls of a day that each feed of an account may use."""

_SQS_BATCH = 10


class CommentsNotQueuedError(RetryableError):
    """SQS took only a part: the feed is read again from where it stood."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Poller:
    """Reads the feeds of the office's accounts. `transmit` carries one call to a platform."""

    accounts: Callable[[], tuple[ChannelAccount, ...]]
    secrets: SecretBook
    polls: PollStore
    sqs: "SQSClient"
    inbox_queue_url: str
    transmit: Callable[[OutgoingCall], PlatformAnswer]

    def poll(self, now: datetime) -> dict[str, int]:
        """Read every feed that is due; answers how many calls were made and comments queued. One feed's trouble is its own."""
        calls = found = 0
        for account in self.accounts():
            if account.platform is Platform.WEIBO:
                for feed in Feed:
                    made, queued = self._poll_feed(account, feed, now)
                    calls, found = calls + made, found + queued
        return {"calls": calls, "comments": found}

    def _poll_feed(self, account: ChannelAccount, feed: Feed, now: datetime) -> tuple[int, int]:
        state, revision = self.polls.state(account.id, feed)
        left = state.calls_left(now, SHARE)
        if not state.is_due(now) or left == 0:
            return 0, 0
        # A feed that was never read starts with its newest page: the office does not answer for years gone by.
        first = state.since_id == PollState().since_id
        pages, refusal = self._pages(account, feed, state.since_id, now, at_most=1 if first else left)
        calls = len(pages) + (refusal is not None)
        if refusal is not None:
            count("PollRefused", reason=refusal.reason)
            logger.warning("a platform refused to be asked", extra={"account_id": account.id, "reason": refusal.reason})
            next_state = after_refusal(state, now)
        else:
            # Only a feed that was read to its end moves on; one that was cut short by the day's calls is read again.
            whole = first or pages[-1].size < PAGE_SIZE
            newest = max((int(page.newest_id) for page in pages), default=0)
            since_id = str(max(int(state.since_id), newest)) if whole else state.since_id
            found = sum(page.size for page in pages)
            next_state = after_poll(state, now, calls=calls, found=found, since_id=since_id, share=SHARE)
        messages = [message for page in pages for message in page.messages]
        self._queue(messages)
        try:
            self.polls.advance(account.id, feed, next_state, revision=revision)
        except PollOvertakenError:
            logger.info("another run read the same feed", extra={"account_id": account.id, "feed": feed})
        return calls, len(messages)

    def _pages(
        self, account: ChannelAccount, feed: Feed, since_id: str, now: datetime, *, at_most: int
    ) -> tuple[list[CommentPage], SendOutcome | None]:
        """The pages since `since_id`, and what stopped the reading if something did."""
        token = self.secrets.fields(account.secret_name).get("access_token", "")
        pages: list[CommentPage] = []
        for number in range(1, at_most + 1):
            call = comments_call(account, token, feed, since_id=since_id, page=number)
            try:
                page = read_comments(account, feed, self.transmit(call), received_at=now)
            except (NotSentError, MaybeSentError):  # reading changes nothing: it is asked again at the next run
                return pages, _unreachable()
            if isinstance(page, SendOutcome):
                return pages, page
            pages.append(page)
            if page.size < PAGE_SIZE:
                break
        return pages, None

    def _queue(self, messages: list[Message]) -> None:
        for some in batched(messages, _SQS_BATCH, strict=False):
            entries: list[SendMessageBatchRequestEntryTypeDef] = [
                {"Id": str(place), "MessageBody": to_queue_body(one)} for place, one in enumerate(some)
            ]
            answer = self.sqs.send_message_batch(QueueUrl=self.inbox_queue_url, Entries=entries)
            if answer.get("Failed"):
                raise CommentsNotQueuedError(f"{len(answer['Failed'])} of {len(some)} comments were not queued")


def _unreachable() -> SendOutcome:
    return SendOutcome(result=SendResult.RETRY, reason=PLATFORM_UNREACHABLE)
