"""Which provider is asked: errors weigh for a while, who fails again and again rests, one probe finds out that it is back."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiesu.model.provider_health import HALF_LIFE, Health, Standing
from jiesu.notices.breaker import FIRST_REST, LONGEST_REST, failed, order, probe_failed, succeeded
from tests.builders import NOW

SES, SMTP = Health(provider="ses"), Health(provider="smtp")


def failing(times: int, health: Health = SES) -> Health:
    for _ in range(times):
        health = failed(health, NOW)
    return health


def names(*known: Health, after: timedelta = timedelta(), urgent: bool = False) -> list[str]:
    return [one.provider for one in order(known, NOW + after, urgent=urgent)]


def test_the_preferred_one_is_asked_first_while_both_fare_alike() -> None:
    assert names(SES, SMTP) == ["ses", "smtp"]
    assert names(failing(1), failing(1, SMTP)) == ["ses", "smtp"]


def test_after_an_error_the_other_goes_first_until_the_error_has_faded() -> None:
    assert names(failing(1), SMTP) == ["smtp", "ses"]
    assert names(failing(1), SMTP, after=HALF_LIFE + timedelta(seconds=1)) == ["ses", "smtp"]


def test_three_errors_make_it_rest_and_only_what_is_urgent_asks_it_then_and_last() -> None:
    assert failing(2).standing(NOW) is Standing.CLOSED
    resting = failing(3)
    assert resting.standing(NOW) is Standing.RESTING
    assert names(resting, SMTP) == ["smtp"]
    assert names(resting) == []
    assert names(resting, failing(2, SMTP), urgent=True) == ["smtp", "ses"]


def test_its_rest_over_it_is_tried_first_again_and_once_it_sends_all_is_forgotten() -> None:
    over = timedelta(seconds=30)
    resting = failing(3)
    assert resting.standing(NOW + over) is Standing.PROBE
    assert names(resting, SMTP, after=over) == ["ses", "smtp"]
    back = succeeded(resting, NOW + over)
    assert back.standing(NOW + over) is Standing.CLOSED
    assert succeeded(back, NOW + timedelta(hours=1)).is_spotless


def test_each_probe_that_fails_doubles_the_rest_up_to_its_end() -> None:
    health, now, rests = failing(3), NOW, []
    for _ in range(8):
        assert health.rests_until is not None
        rests.append(health.rests_until - now)
        now = health.rests_until
        health = probe_failed(health, now)
    assert rests[:3] == [FIRST_REST, 2 * FIRST_REST, 4 * FIRST_REST]
    assert rests[-1] == LONGEST_REST


def test_whoever_asked_before_it_began_to_rest_does_not_prolong_the_rest() -> None:
    resting = failing(3)
    assert failed(resting, NOW).rests_until == resting.rests_until


EVENTS = st.lists(st.tuples(st.booleans(), st.integers(-60, 900)), max_size=40)


@given(EVENTS)
def test_whatever_happens_a_rest_ends_and_nobody_is_left_out_for_ever(events: list[tuple[bool, int]]) -> None:
    health, now = SES, NOW
    for took_it, seconds in events:
        now += timedelta(seconds=seconds)
        health = succeeded(health, now) if took_it else failed(health, now)
        assert health.weight(now) >= 0
        if health.rests_until is not None:
            assert health.rests_until - now <= LONGEST_REST + timedelta(seconds=60 * len(events))
    later = now + timedelta(hours=3)
    assert health.standing(later) is not Standing.RESTING
    assert next(iter(order([health, SMTP], later, urgent=False))).provider == "ses"


@given(st.integers(0, 8), st.integers(0, 8), st.booleans())
def test_what_is_urgent_is_offered_to_everybody_exactly_once(first: int, second: int, urgent: bool) -> None:
    chosen = names(failing(first), failing(second, SMTP), urgent=urgent)
    assert len(chosen) == len(set(chosen))
    if urgent:
        assert set(chosen) == {"ses", "smtp"}


@pytest.mark.parametrize("times", [1, 3])
def test_a_provider_that_sends_again_loses_half_of_its_errors_at_once(times: int) -> None:
    assert succeeded(failing(times), NOW).weight(NOW) == times / 2
