"""When something comes thick and fast: so many messages of so many people within so long."""

from collections import Counter, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class BurstRule:
    """`messages` of at least `people` people `within` a span: one who repeats themselves is not a crowd."""

    messages: int
    people: int
    within: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Burst:
    """`at` the message that filled the span, `since` the first one in it."""

    at: datetime
    since: datetime
    messages: int
    people: int


HOT_MATTER: Final = BurstRule(messages=5, people=3, within=timedelta(days=7))
FAST_REPOSTS: Final = BurstRule(messages=50, people=1, within=timedelta(minutes=60))
BUCKET: Final = timedelta(minutes=5)
"""How long counts of reposts are put together."""


def first_burst(arrivals: Iterable[tuple[datetime, str]], rule: BurstRule) -> Burst | None:
    """The first time that `arrivals` (when, and whose), in whatever order, filled the rule."""
    span: deque[tuple[datetime, str]] = deque()
    people: Counter[str] = Counter()
    for at, person in sorted(arrivals):
        span.append((at, person))
        people[person] += 1
        while at - span[0][0] > rule.within:
            _, gone = span.popleft()
            people[gone] -= 1
            if not people[gone]:
                del people[gone]
        if len(span) >= rule.messages and len(people) >= rule.people:
            return Burst(at=at, since=span[0][0], messages=len(span), people=len(people))
    return None


def flagged_bucket(counts: Mapping[int, int], rule: BurstRule, *, bucket: timedelta = BUCKET) -> int | None:
    """The number of the first bucket at whose end the rule may have been filled; None where there is none.

    `counts` has how many came in each bucket, numbered in order of time. Any span lies within the buckets that it
    touches, one more than it is long: no burst is missed, and one is flagged in the bucket that fills it at the latest.
    """
    touched = -(-rule.within // bucket) + 1
    for number in sorted(counts):
        if sum(counts.get(one, 0) for one in range(number - touched + 1, number + 1)) >= rule.messages:
            return number
    return None
