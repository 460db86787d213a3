"""How hot a matter is: one figure of how many speak of it, how fast and how widely, and the grade that it makes.

    heat    = (crowd + pace) · variety + echo
    crowd   = Σ over people: 2^(−age of their newest message / 6 h) · (1 + 0.1 for each further message, 0.5 at most)
    pace    = people who wrote within the last hour
    variety = 1 + ¼ for each platform after the first
    echo    = Σ over posts: 5 · log₁₀(1 + reposts + comments + likes / 10) · 2^(−age of the reading / 6 h)

Two rules give a grade whatever the figure: a burst (few people over days) and a surge (many within the hour).
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from jiesu.matters.spread import BUCKET, REMEMBERED, Observation, Reading, Spread, bucket_of, latest_readings
from jiesu.model.words import HeatGrade

HALF_LIFE: Final = timedelta(hours=6)
PACE_OVER: Final = timedelta(hours=1)
REPEATED: Final = 0.1
REPEATED_AT_MOST: Final = 0.5
PLATFORM: Final = 0.25
ECHO: Final = 5.0

BURST_MESSAGES: Final = 5
BURST_PEOPLE: Final = 3
"""So many messages of so many people within `REMEMBERED` are blue."""

SURGE: Final = 50
SURGE_PEOPLE: Final = 10
"""So many messages within `PACE_OVER`, of at least so many people, or so many more reposts of one post, are orange."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weight:
    """How hot a matter is: the figure, its grade if it has one, and why, in Chinese."""

    score: float
    grade: HeatGrade | None
    messages: int
    people: int
    platforms: int
    reasons: tuple[str, ...]


def weigh(spread: Spread, thresholds: Mapping[HeatGrade, int], *, now: datetime, since: datetime | None = None) -> Weight:
    """The heat at `now`. With `since` only buckets that began later count: a person has judged what lies before."""
    after = now - REMEMBERED
    counted = spread.between(after if since is None else max(after, since), now)
    score = heat(counted, now)
    reached = [grade for grade in HeatGrade if score >= thresholds[grade]]
    reasons = [f"热度 {score:.0f}：{len(counted.observations)} 条留言，{counted.people} 人，{counted.platforms} 个平台"]
    if is_burst(counted.observations):
        reached.append(HeatGrade.BLUE)
        reasons.append(f"7 天内 {len(counted.observations)} 条留言来自 {counted.people} 人")
    if (surge := surge_in_words(counted)) is not None:
        reached.append(HeatGrade.ORANGE)
        reasons.append(surge)
    return Weight(
        score=round(score, 2),
        grade=max(reached, key=lambda grade: grade.rank, default=None),
        messages=len(counted.observations),
        people=counted.people,
        platforms=counted.platforms,
        reasons=tuple(reasons),
    )


def heat(spread: Spread, now: datetime) -> float:
    """The figure of the formula above, whatever the order and the number of times in which things were observed."""
    by_person: dict[str, list[Observation]] = {}
    for one in spread.observations:
        by_person.setdefault(one.person, []).append(one)
    # math.fsum: the sum of a set must not depend on the order in which a set happens to be read.
    crowd = math.fsum(
        [
            _decay(max(one.at for one in theirs), now) * (1 + min(REPEATED * (len(theirs) - 1), REPEATED_AT_MOST))
            for theirs in by_person.values()
        ]
    )
    lately = bucket_of(now) - PACE_OVER
    pace = len({one.person for one in spread.observations if lately < one.at <= now})
    variety = 1 + PLATFORM * max(spread.platforms - 1, 0)
    echo = math.fsum(
        [
            ECHO * math.log10(1 + one.reposts + one.comments + one.likes / 10) * _decay(one.at, now)
            for one in latest_readings(spread.readings)
        ]
    )
    return (crowd + pace) * variety + echo


def is_burst(observations: Iterable[Observation]) -> bool:
    """Whether several people came back to one matter, however slowly."""
    seen = list(observations)
    return len(seen) >= BURST_MESSAGES and len({one.person for one in seen}) >= BURST_PEOPLE


def surge_in_words(spread: Spread) -> str | None:
    """What came all at once, in Chinese; None where nothing did.

    An hour can begin anywhere in a bucket and so touches seven: none is missed, and seventy minutes may count as one hour.
    """
    if spread.people >= SURGE_PEOPLE and (most := _most_within(spread.observations)) >= SURGE:
        return f"一小时内 {most} 条留言"
    grown = max((_growth(readings) for readings in _by_post(spread.readings).values()), default=0)
    return f"一小时内转发增加 {grown} 次" if grown >= SURGE else None


def _most_within(observations: Iterable[Observation]) -> int:
    per_bucket = Counter(bucket_of(one.at) for one in observations)
    touched = PACE_OVER // BUCKET + 1
    return max(sum(per_bucket[start + step * BUCKET] for step in range(touched)) for start in list(per_bucket))


def _by_post(readings: Iterable[Reading]) -> dict[str, list[Reading]]:
    posts: dict[str, list[Reading]] = {}
    for one in sorted(readings, key=lambda reading: reading.at):
        posts.setdefault(one.post, []).append(one)
    return posts


def _growth(readings: list[Reading]) -> int:
    """The most that reposts grew between two readings no more than an hour apart."""
    return max(
        (
            later.reposts - earlier.reposts
            for earlier in readings
            for later in readings
            if timedelta() <= later.at - earlier.at <= PACE_OVER
        ),
        default=0,
    )


def _decay(at: datetime, now: datetime) -> float:
    return float(0.5 ** (max(now - at, timedelta()) / HALF_LIFE))
