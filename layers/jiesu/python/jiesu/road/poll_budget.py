"""When to ask a platform again, within the calls of a day that it grants: often while people write, seldom while nobody does.

Pure. Weibo grants 100 calls a day to an account's application (http://open.weibo.com/wiki/Rate-limiting):

    2 feeds of comments   32 each
    posts spoken of       26, of which 6 are kept for urgent cases
    the token's end        2
    what people do         8: public answers, and the post of a comment that is answered
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from jiesu.model.poll import PollState

FEED_CALLS = 32
POST_CALLS = 26
URGENT_POST_CALLS = 6
TOKEN_CALLS = 2

SHORTEST = timedelta(minutes=5)
LONGEST = timedelta(hours=1)


def allowance(state: PollState, now: datetime, share: int) -> int:
    """How many calls one run may make: half of what the day has left, so that a burst at noon leaves calls for the evening."""
    left = state.calls_left(now, share)
    return left - left // 2


def after_poll(state: PollState, now: datetime, *, calls: int, found: int, share: int) -> PollState:
    """When to ask again after `calls` calls that found `found` comments and left the feed at `state`.

    Found something, or left something unread: ask twice as soon. Found nothing: wait half as long
    again. Never sooner than the day's remaining calls, spread evenly, allow: a busy morning must
    not leave the evening unread.
    """
    spent = spent_after(state, now, calls)
    wanted = state.interval / 2 if found or state.gaps else state.interval * 1.5
    midnight = datetime.combine(now.date() + timedelta(days=1), datetime.min.time(), tzinfo=UTC)
    left = share - spent
    affordable = (midnight - now) / left if left > 0 else midnight - now
    interval = min(max(wanted, SHORTEST), LONGEST)
    return replace(
        state,
        interval=interval,
        next_at=now + max(interval, min(affordable, LONGEST) if left > 0 else affordable),
        day=now.date(),
        calls=spent,
    )


def after_refusal(state: PollState, now: datetime, *, calls: int = 1) -> PollState:
    """The state after the platform refused: ask again in an hour, and lose nothing meanwhile."""
    return replace(state, interval=LONGEST, next_at=now + LONGEST, day=now.date(), calls=spent_after(state, now, calls))


def spent_after(state: PollState, now: datetime, calls: int) -> int:
    """How many calls the day has cost after `calls` more; a new day begins with none."""
    return calls if state.day != now.date() else state.calls + calls
