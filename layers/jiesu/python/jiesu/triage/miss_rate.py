"""How much of what was called noise was work: an estimate from the daily samples, with its interval.

A day's messages fall into two strata. What people found by themselves before the sample was drawn is
known and counted whole; of the rest a random sample is judged. Days weigh by how many messages
they stand for, not by how many were judged.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from jiesu.model.intervals import wilson


@dataclass(frozen=True, slots=True, kw_only=True)
class DaySample:
    """One day: `population` rested when `drawn` were sampled; `misses` of the `judged` were work; `found` were found before."""

    day: date
    population: int
    drawn: int
    judged: int
    misses: int
    found: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MissRate:
    """`missed` of `called_noise` were work: `found` are known, the rest follows from `misses` of `judged`."""

    days: int
    called_noise: int
    judged: int
    misses: int
    found: int
    missed: float
    share: float
    low: float
    high: float


def estimate(samples: Iterable[DaySample]) -> MissRate | None:
    """The rate over the days of which something was judged; None where nothing was.

    The interval is Wilson's, at the number of judgements that would be worth as much if days weighed
    alike (Kish's effective size). It leaves out that a small day may be judged whole: it is rather too wide.
    """
    used = [one for one in samples if one.judged]
    population = sum(one.population for one in used)
    if not population:
        return None
    found = sum(one.found for one in used)
    share = sum(one.population * one.misses / one.judged for one in used) / population
    effective = population**2 / sum(one.population**2 / one.judged for one in used)
    low, high = wilson(share, effective)
    whole = population + found
    return MissRate(
        days=len(used),
        called_noise=whole,
        judged=sum(one.judged for one in used),
        misses=sum(one.misses for one in used),
        found=found,
        missed=found + population * share,
        share=(found + population * share) / whole,
        low=(found + population * low) / whole,
        high=(found + population * high) / whole,
    )
