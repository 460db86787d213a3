"""When to ask a platform again, within the calls of a day that it grants: often while people write, seldom while nobody does.

Pure. Weibo grants 100 calls a day to an account's application (http://open.weibo.com/wiki/Rate-limiting).
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from jiesu.model.poll import PollState

CALLS_A_DAY = 80
"""Of the hundred: the rest is for what people do at the desk, and for a post that must be looked at."""

SHORTEST = timedelta(minutes=5)
LONGEST = timedelta(hours=1)


def after_poll(state: PollState, now: datetime, *, calls: int, found: int, since_id: str, share: int) -> PollState:
    """The state after `calls` calls that found `found` comments, whose newest is `since_id`.

    Found something: ask twice as soon. Found nothing: wait half as long again. Never sooner than
    the day's remaining calls, spread evenly, allow: a busy morning must not leave the evening unread.
    """
    spent = calls if state.day != now.date() else state.calls + calls
    wanted = state.interval / 2 if found else state.interval * 1.5
    midnight = datetime.combine(now.date() + timedelta(days=1), datetime.min.time(), tzinfo=UTC)
    left = share - spent
    affordable = (midnight - now) / left if left > 0 else midnight - now
    interval = min(max(wanted, SHORTEST), LONGEST)
    return replace(
        state,
        since_id=since_id,
        interval=interval,
        next_at=now + max(interval, min(affordable, LONGEST) if left > 0 else affordable),
        day=now.date(),
        calls=spent,
    )


def after_refusal(state: PollState, now: datetime) -> PollState:
    """The state after the platform refused: ask again in an hour, and lose nothing meanwhile."""
    spent = 1 if state.day != now.date() else state.calls + 1
    return replace(state, interval=LONGEST, next_at=now + LONGEST, day=now.date(), calls=spent)
