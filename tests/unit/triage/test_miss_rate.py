"""The estimate of what was missed, against figures worked out by other means."""

from datetime import date

import pytest

from jiesu.model.intervals import wilson
from jiesu.triage.miss_rate import DaySample, estimate


def day(population: int, judged: int, misses: int, *, found: int = 0) -> DaySample:
    return DaySample(
        day=date(2026, 11, 22), population=population, drawn=max(judged, 20), judged=judged, misses=misses, found=found
    )


def test_the_interval_is_that_of_the_textbooks() -> None:
    # 15 of 148: Newcombe, Statistics in Medicine 17 (1998), table I, method 3.
    low, high = wilson(15 / 148, 148)
    assert (round(low, 4), round(high, 4)) == (0.0624, 0.1605)


def test_no_miss_among_few_still_leaves_room_for_some() -> None:
    low, high = wilson(0.0, 30)
    assert low == 0.0
    assert high == pytest.approx(0.1135, abs=1e-3)


def test_one_day_is_its_own_share() -> None:
    rate = estimate([day(3000, 30, 3)])
    assert rate is not None
    assert (rate.share, rate.missed) == pytest.approx((0.1, 300))
    assert rate.called_noise == 3000
    assert (rate.low, rate.high) == pytest.approx(wilson(0.1, 30))


def test_days_weigh_by_what_they_stand_for() -> None:
    rate = estimate([day(3000, 30, 0), day(100, 20, 10)])
    assert rate is not None
    assert rate.share == pytest.approx(50 / 3100)
    # The big day's thirty judgements decide how sure one can be.
    assert rate.high - rate.low > wilson(50 / 3100, 50)[1] - wilson(50 / 3100, 50)[0]


def test_what_was_found_before_the_draw_is_counted_and_not_estimated() -> None:
    rate = estimate([day(990, 30, 0, found=10)])
    assert rate is not None
    assert rate.called_noise == 1000
    assert (rate.share, rate.low) == pytest.approx((0.01, 0.01))
    assert rate.high > rate.share


def test_days_that_nobody_judged_say_nothing() -> None:
    assert estimate([]) is None
    assert estimate([day(3000, 0, 0, found=5)]) is None
    rate = estimate([day(3000, 0, 0), day(1000, 20, 1)])
    assert rate is not None
    assert (rate.days, rate.called_noise) == (1, 1000)
