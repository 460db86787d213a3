"""How often a feed is asked: within the day's calls, whatever citizens do."""

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from jiesu.model.poll import PollState
from jiesu.road.poll_budget import LONGEST, SHORTEST, after_poll, after_refusal
from tests import builders as build

SHARE = 40
TICK = timedelta(minutes=5)


def polled(state: PollState, *, found: int = 0, calls: int = 1, minutes: float = 0) -> PollState:
    return after_poll(state, build.after(minutes=minutes), calls=calls, found=found, share=SHARE)


def test_a_feed_that_was_never_read_is_due_at_once() -> None:
    assert PollState().is_due(build.NOW)


def test_what_finds_something_is_asked_sooner_and_what_finds_nothing_later() -> None:
    busy = polled(PollState(interval=timedelta(minutes=40)), found=3)
    quiet = polled(PollState(interval=timedelta(minutes=20)))
    assert (busy.interval, quiet.interval) == (timedelta(minutes=20), timedelta(minutes=30))


def test_intervals_stay_between_five_minutes_and_an_hour() -> None:
    assert polled(PollState(interval=SHORTEST), found=1).interval == SHORTEST
    assert polled(PollState(interval=LONGEST)).interval == LONGEST


def test_a_refusal_waits_an_hour_and_forgets_nothing() -> None:
    state = after_refusal(PollState(since_id="7"), build.NOW)
    assert (state.since_id, state.next_at) == ("7", build.after(hours=1))


def test_a_new_day_has_its_calls_again() -> None:
    spent = polled(PollState(), calls=SHARE)
    assert spent.calls_left(build.NOW, SHARE) == 0
    assert spent.calls_left(build.after(days=1), SHARE) == SHARE


@settings(deadline=None)
@given(st.lists(st.integers(0, 3), min_size=288, max_size=288))
def test_no_day_costs_more_calls_than_its_share_and_none_goes_unread_for_long(traffic: list[int]) -> None:
    """A day of five-minute ticks: whatever arrives, the calls suffice until its end."""
    start = build.NOW.replace(hour=0, minute=0)
    state, calls, longest_silence, last = PollState(), 0, timedelta(), start
    for tick, found in enumerate(traffic):
        now = start + tick * TICK
        if state.is_due(now) and state.calls_left(now, SHARE):
            longest_silence, last = max(longest_silence, now - last), now
            calls += 1
            state = after_poll(state, now, calls=1, found=found, share=SHARE)
    assert calls <= SHARE
    assert longest_silence <= LONGEST + TICK
