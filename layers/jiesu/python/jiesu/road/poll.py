"""Asks the platforms for what they do not push, and puts it into the inbox.

Queued first, remembered after: a run that dies in between reads the same comments again, and
a comment that comes twice is stored once. What a run could not read it keeps as a gap, so that
nothing is left out either.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import batched
from typing import TYPE_CHECKING

from jiesu.channels.outgoing import PLATFORM_UNREACHABLE, OutgoingCall, PlatformAnswer, SendOutcome, SendResult
from jiesu.channels.transmission import MaybeSentError, NotSentError
from jiesu.channels.weibo_comments import CommentPage, Feed, comments_call, read_comments
from jiesu.model.errors import RetryableError
from jiesu.model.message import ChannelAccount, Message
from jiesu.model.words import Platform
from jiesu.road.feeds import read_by_id
from jiesu.road.poll_budget import FEED_CALLS, after_poll, after_refusal, allowance
from jiesu.runtime.logging import logger
from jiesu.runtime.metrics import count
from jiesu.runtime.secrets import SecretBook
from jiesu.store.entered import to_queue_body
from jiesu.store.polls import PollOvertakenError, PollStore

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import SendMessageBatchRequestEntryTypeDef

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
            if account.platform is Platform.WEIBO and not account.is_off:
                for feed in Feed:
                    made, queued = self._poll_feed(account, feed, now)
                    calls, found = calls + made, found + queued
        return {"calls": calls, "comments": found}

    def _poll_feed(self, account: ChannelAccount, feed: Feed, now: datetime) -> tuple[int, int]:
        state, revision = self.polls.state(account.id, feed)
        if state.gaps:
            count("PollBehind")
        at_most = allowance(state, now, FEED_CALLS)
        if not state.is_due(now) or at_most == 0:
            return 0, 0
        reading = read_by_id(lambda above, below: self._page(account, feed, above, below, now), state, at_most=at_most)
        read = replace(state, since_id=reading.since_id, gaps=reading.gaps)
        if reading.refusal is not None:
            count("PollRefused", reason=reading.refusal.reason)
            logger.warning("a platform refused to be asked", extra={"account_id": account.id, "reason": reading.refusal.reason})
            next_state = after_refusal(read, now, calls=reading.calls)
        else:
            next_state = after_poll(read, now, calls=reading.calls, found=len(reading.messages), share=FEED_CALLS)
        self._queue(reading.messages)
        try:
            self.polls.advance(account.id, feed, next_state, revision=revision)
        except PollOvertakenError:
            logger.info("another run read the same feed", extra={"account_id": account.id, "feed": feed})
        return reading.calls, len(reading.messages)

    def _page(self, account: ChannelAccount, feed: Feed, above: int, below: int, now: datetime) -> CommentPage | SendOutcome:
        token = self.secrets.fields(account.secret_name).get("access_token", "")
        call = comments_call(account, token, feed, above=above, below=below)
        try:
            return read_comments(account, feed, self.transmit(call), received_at=now)
        except (NotSentError, MaybeSentError):  # reading changes nothing: it is asked again at the next run
            return SendOutcome(result=SendResult.RETRY, reason=PLATFORM_UNREACHABLE)

    def _queue(self, messages: Sequence[Message]) -> None:
        for some in batched(messages, _SQS_BATCH, strict=False):
            entries: list[SendMessageBatchRequestEntryTypeDef] = [
                {"Id": str(place), "MessageBody": to_queue_body(one)} for place, one in enumerate(some)
            ]
            answer = self.sqs.send_message_batch(QueueUrl=self.inbox_queue_url, Entries=entries)
            if answer.get("Failed"):
                raise CommentsNotQueuedError(f"{len(answer['Failed'])} of {len(some)} comments were not queued")
