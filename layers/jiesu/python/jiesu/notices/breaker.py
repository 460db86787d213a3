"""Which provider is asked: each one's errors weigh for a while, and one that fails again and again rests.

    closed ──errors weigh TRIP_AT──▶ resting ──its rest is over──▶ one probe ──fails──▶ resting, twice as long
       ▲                                                             │
       └───────────────────────── it sends again ────────────────────┘

Pure: times are arguments. What is known of a provider is shared by all senders, and whoever probes has claimed that.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from jiesu.model.provider_health import FORGOTTEN, Health, Standing

TRIP_AT = 2.5
"""Three errors within some minutes: one notice that fails over and is tried again does not yet make a provider rest."""

FIRST_REST = timedelta(seconds=30)
LONGEST_REST = timedelta(minutes=10)

PROBE = timedelta(seconds=90)
"""How long a probe may take until another is made in its place: longer than a sender lives."""


def failed(health: Health, now: datetime) -> Health:
    """After a message that it did not take, or did not answer for."""
    errors = health.weight(now) + 1
    rests = health.rests
    standing = health.standing(now)
    if standing is Standing.RESTING and rests:
        # Somebody was in a hurry, or had asked before it began to rest: it rests as long as it would have.
        return replace(health, errors=errors, at=now)
    if standing is Standing.CLOSED and errors < TRIP_AT:
        return replace(health, errors=errors, at=now)
    return replace(health, errors=errors, at=now, rests=rests + 1, rests_until=now + _rest(rests + 1))


def probe_failed(health: Health, now: datetime) -> Health:
    """After the one message that was to show whether it is back."""
    return replace(
        health,
        errors=health.weight(now) + 1,
        at=now,
        rests=health.rests + 1,
        rests_until=now + _rest(health.rests + 1),
    )


def succeeded(health: Health, now: datetime) -> Health:
    """After a message that it took, or refused for good: it answers. Its errors weigh half at once."""
    left = health.weight(now) / 2
    if left < FORGOTTEN:
        return Health(provider=health.provider)
    return Health(provider=health.provider, errors=left, at=now)


def order(known: Iterable[Health], now: datetime, *, urgent: bool) -> tuple[Health, ...]:
    """Whom to ask one after the other; `known` are in the order in which the office prefers them.

    The one with fewer errors first, by whole ones: of two that fare alike the preferred one. A rest that is over counts
    as no error, or nobody would ever go back. One that rests is asked where it is `urgent`, after all others.
    """
    ranked = [(_rank(one, now), place, one) for place, one in enumerate(known)]
    wanted = [one for one in ranked if urgent or one[2].standing(now) is not Standing.RESTING]
    return tuple(health for _, _, health in sorted(wanted, key=lambda one: one[:2]))


def _rank(health: Health, now: datetime) -> tuple[bool, int]:
    standing = health.standing(now)
    return standing is Standing.RESTING, 0 if standing is Standing.PROBE else round(health.weight(now))


def _rest(count: int) -> timedelta:
    return min(FIRST_REST * (1 << min(count - 1, 10)), LONGEST_REST)
