"""How far a matter has spread: who spoke of it where and when, and what its posts' counts were, as a series in time.

What was observed is a set: the same message twice, or messages in another order, make the same spread.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from jiesu.model.words import Platform

BUCKET: Final = timedelta(minutes=10)
"""How finely time is told apart."""

REMEMBERED: Final = timedelta(days=7)
"""How far back heat looks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """A message about the matter; `person` and `message` tell them apart and name nobody. `at` is the start of its bucket."""

    platform: Platform
    person: str
    message: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a post's platform counted when it was asked, at `at`."""

    post: str
    at: datetime
    reposts: int
    comments: int
    likes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """All that was observed of one matter."""

    observations: frozenset[Observation] = frozenset()
    readings: frozenset[Reading] = frozenset()

    @property
    def people(self) -> int:
        return len({one.person for one in self.observations})

    @property
    def platforms(self) -> int:
        return len({one.platform for one in self.observations})

    def between(self, after: datetime, until: datetime) -> "Spread":
        """What was observed later than `after` and not later than `until`."""
        return Spread(
            observations=frozenset([one for one in self.observations if after < one.at <= until]),
            readings=frozenset([one for one in self.readings if after < one.at <= until]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """`BUCKET` from `start` on. `people` wrote in it, `newcomers` of them for the first time.

    The counts are the sums over the posts that were known by then, each as it was read last; they begin anew with no bucket.
    """

    start: datetime
    messages: int
    people: int
    newcomers: int
    platforms: int
    reposts: int
    comments: int
    likes: int


def bucket_of(at: datetime) -> datetime:
    """The start of the bucket that `at` falls in, in UTC."""
    seconds = int(BUCKET.total_seconds())
    return datetime.fromtimestamp(int(at.timestamp()) // seconds * seconds, UTC)


def series(spread: Spread) -> tuple[Bucket, ...]:
    """The buckets in which something was observed, the oldest first."""
    starts = {bucket_of(one.at) for one in spread.observations} | {bucket_of(one.at) for one in spread.readings}
    known: set[str] = set()
    latest: dict[str, Reading] = {}
    buckets = []
    for start in sorted(starts):
        here = [one for one in spread.observations if bucket_of(one.at) == start]
        for reading in sorted([one for one in spread.readings if bucket_of(one.at) == start], key=_reading_order):
            latest[reading.post] = reading
        people = {one.person for one in here}
        buckets.append(
            Bucket(
                start=start,
                messages=len(here),
                people=len(people),
                newcomers=len(people - known),
                platforms=len({one.platform for one in here}),
                reposts=sum(one.reposts for one in latest.values()),
                comments=sum(one.comments for one in latest.values()),
                likes=sum(one.likes for one in latest.values()),
            )
        )
        known |= people
    return tuple(buckets)


def latest_readings(readings: Iterable[Reading]) -> tuple[Reading, ...]:
    """Each post's newest reading."""
    latest: dict[str, Reading] = {}
    for one in sorted(readings, key=_reading_order):
        latest[one.post] = one
    return tuple(latest.values())


def _reading_order(one: Reading) -> tuple[datetime, int, int, int]:
    return one.at, one.reposts, one.comments, one.likes
