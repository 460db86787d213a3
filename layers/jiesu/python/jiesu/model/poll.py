"""How far a feed that must be asked has been read, and when to ask again."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

FIRST_INTERVAL = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A stretch of a feed that is still unread: the comments between two ids, neither of them among it."""

    above: int
    below: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PollState:
    """What is kept of one feed between runs.

    `since_id` marks the newest comment that is surely in the inbox: of Weibo its id, of an article on
    WeChat its second. All before it is there too, but for the `gaps`, which a burst leaves that was
    larger than a run may read; the newest gap comes first.
    """

    since_id: str = "0"
    gaps: tuple[Gap, ...] = ()
    interval: timedelta = FIRST_INTERVAL
    next_at: datetime = datetime(1970, 1, 1, tzinfo=UTC)
    day: date = date(1970, 1, 1)
    calls: int = 0

    def is_due(self, now: datetime) -> bool:
        return now >= self.next_at

    def calls_left(self, now: datetime, share: int) -> int:
        """How many of its `share` of the day's calls the feed has left."""
        return share if self.day != now.date() else max(0, share - self.calls)
