"""Reading a feed whose readers write faster than a platform lets it be read."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from jiesu.channels.outgoing import SendOutcome, SendResult
from jiesu.channels.weibo_comments import PAGE_SIZE, CommentPage
from jiesu.model.message import Message
from jiesu.model.poll import PollState
from jiesu.road.feeds import Reading, read_by_id
from jiesu.road.poll_budget import FEED_CALLS, LONGEST, after_poll, after_refusal, allowance
from tests import builders as build

BUSY = SendOutcome(result=SendResult.RETRY, reason="platform_busy")


class Feed:
    """A feed of comments with ids from 1, and a run every five minutes as `Poller` makes it."""

    def __init__(self) -> None:
        self.now = build.NOW.replace(hour=0, minute=0)
        self.written = 1
        self.seen: list[str] = []
        self.state = PollState()
        self.calls_by_day: dict[int, int] = {}
        self.refused_after: int | None = None

    def ask(self, above: int, below: int) -> CommentPage | SendOutcome:
        self.calls_by_day[self.now.toordinal()] = self.calls_by_day.get(self.now.toordinal(), 0) + 1
        if self.refused_after is not None:
            self.refused_after -= 1
            if self.refused_after < 0:
                return BUSY
        ids = list(range(min(self.written, below - 1 if below else self.written), above, -1))[:PAGE_SIZE]
        messages: tuple[Message, ...] = tuple(build.a_message(id=str(one)) for one in ids)
        return CommentPage(messages=messages, size=len(ids), newest_id=max(ids, default=0), oldest_id=min(ids, default=0))

    def tick(self) -> Reading | None:
        self.now += timedelta(minutes=5)
        at_most = allowance(self.state, self.now, FEED_CALLS)
        if not self.state.is_due(self.now) or at_most == 0:
            return None
        reading = read_by_id(self.ask, self.state, at_most=at_most)
        self.seen += [message.id for message in reading.messages]
        read = replace(self.state, since_id=reading.since_id, gaps=reading.gaps)
        if reading.refusal is not None:
            self.state = after_refusal(read, self.now, calls=reading.calls)
        else:
            self.state = after_poll(read, self.now, calls=reading.calls, found=len(reading.messages), share=FEED_CALLS)
        return reading

    def days(self, count: int) -> None:
        for _ in range(count * 288):
            self.tick()


def test_a_burst_larger_than_a_days_calls_is_read_whole_and_each_comment_once() -> None:
    feed = Feed()
    feed.tick()
    feed.written += 5_000
    feed.days(4)
    assert sorted(map(int, feed.seen)) == list(range(1, feed.written + 1))
    assert max(feed.calls_by_day.values()) <= FEED_CALLS


def test_whoever_writes_during_a_burst_is_read_before_what_is_left_of_it() -> None:
    feed = Feed()
    feed.tick()
    feed.written += 5_000
    feed.now += LONGEST
    feed.tick()
    assert feed.state.gaps, "the burst is not read yet"
    feed.written += 1
    readings = (feed.tick() for _ in range(24))
    reading = next(one for one in readings if one is not None)
    assert reading.messages[0].id == str(feed.written)
    assert feed.state.gaps


@settings(deadline=None, max_examples=30)
@given(st.lists(st.tuples(st.integers(0, 900), st.none() | st.integers(0, 4)), max_size=8))
def test_whatever_is_written_and_however_often_the_platform_refuses_nothing_is_lost_or_read_twice(
    hours: list[tuple[int, int | None]],
) -> None:
    feed = Feed()
    feed.tick()
    for written, refused_after in hours:
        feed.written += written
        feed.refused_after = refused_after
        for _ in range(12):
            feed.tick()
    feed.refused_after = None
    feed.days(6)
    assert sorted(map(int, feed.seen)) == list(range(1, feed.written + 1))
