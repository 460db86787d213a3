"""When messages come thick and fast."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiesu.matters.bursts import BUCKET, FAST_REPOSTS, HOT_MATTER, BurstRule, first_burst, flagged_bucket

START = datetime(2026, 6, 15, 8, 0, tzinfo=UTC)


def arrivals(people: str, *, every: timedelta) -> list[tuple[datetime, str]]:
    return [(START + number * every, person) for number, person in enumerate(people)]


def test_five_messages_of_three_people_in_a_week_are_a_burst() -> None:
    burst = first_burst(arrivals("abcab", every=timedelta(days=1)), HOT_MATTER)
    assert burst is not None
    assert (burst.at, burst.since) == (START + timedelta(days=4), START)
    assert (burst.messages, burst.people) == (5, 3)


@pytest.mark.parametrize("people", ["aaaaaaaaa", "ababababa"])
def test_nine_messages_of_one_or_two_people_are_no_crowd(people: str) -> None:
    assert first_burst(arrivals(people, every=timedelta(hours=1)), HOT_MATTER) is None


def test_who_left_the_span_is_no_longer_counted() -> None:
    assert first_burst(arrivals("cbaaaaaa", every=timedelta(days=2)), HOT_MATTER) is None
    late = [(START, "c"), *((START + timedelta(days=6, hours=hour), "abaabb"[hour]) for hour in range(6))]
    assert first_burst(late, HOT_MATTER) is not None
    assert first_burst([(START - timedelta(days=2), "c"), *late[1:]], HOT_MATTER) is None


def test_the_order_of_arrivals_changes_nothing() -> None:
    rows = arrivals("abcab", every=timedelta(days=1))
    assert first_burst(rows[::-1], HOT_MATTER) == first_burst(rows, HOT_MATTER)


def test_fifty_reposts_in_an_hour_are_flagged() -> None:
    rows = arrivals("a" * 50, every=timedelta(seconds=73))
    assert first_burst(rows, FAST_REPOSTS) is not None
    assert first_burst(rows[:-1], FAST_REPOSTS) is None


@given(st.lists(st.integers(0, 6 * 3600), max_size=60), st.integers(2, 12))
def test_no_burst_is_missed_and_none_is_flagged_later_than_the_bucket_that_fills_it(seconds: list[int], messages: int) -> None:
    rule = BurstRule(messages=messages, people=1, within=timedelta(minutes=60))
    burst = first_burst([(START + timedelta(seconds=one), "") for one in seconds], rule)
    flagged = flagged_bucket(Counter(one // int(BUCKET.total_seconds()) for one in seconds), rule)
    if burst is not None:
        assert flagged is not None
        assert flagged <= (burst.at - START) // BUCKET


def test_a_span_and_a_bucket_without_enough_are_not_flagged() -> None:
    assert flagged_bucket({0: 25, 13: 25}, FAST_REPOSTS) is None
    assert flagged_bucket({0: 25, 12: 25}, FAST_REPOSTS) == 12
