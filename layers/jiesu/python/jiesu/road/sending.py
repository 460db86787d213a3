"""Sending once: what replies and public posts have in common.

No platform offers an idempotency key (partners do), so "once" is kept here: a thing is claimed before it is
sent, and whenever nobody can say whether it went out (no answer in time, a gateway's error, a
function that died in between) it is not sent again, and a person looks at the platform first.

    claim ──▶ attempt ──┬─ sent ───────────────▶ delivery sent
                        ├─ busy, unreachable ──▶ claim released, queue retries, at most MAX_ATTEMPTS times
                        └─ refused, unknown ───▶ delivery failed
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from jiesu.channels.outgoing import (
    OUTCOME_UNKNOWN,
    PLATFORM_UNREACHABLE,
    OutgoingCall,
    PlatformAnswer,
    SendOutcome,
    SendResult,
)
from jiesu.channels.transmission import MaybeSentError, NotSentError
from jiesu.model.delivery import DeliveryDescription
from jiesu.model.errors import RetryableError
from jiesu.model.words import DeliveryState
from jiesu.runtime.metrics import count
from jiesu.store.deliveries import Claim, DeliveryStore

LEASE = timedelta(minutes=2)
"""Longer than the function may run, shorter than the queue keeps a message hidden."""

MAX_ATTEMPTS = 5
"""After so many refusals "for the moment" a person is told. Fewer than the queue's own tries, or nobody would be."""

LIMIT_WAIT = timedelta(hours=1)
"""How long a platform's limit is left alone: Weibo counts by the hour, and every call before would be refused."""

Transmit = Callable[[OutgoingCall], PlatformAnswer]
"""Carries one call to a platform, as `channels.transmission.transmit` does."""


class SendingDelayedError(RetryableError):
    """The platform did not take it just now, or another worker is at it; the queue will bring it again.

    With `wait`, not sooner than that: what the platform limits is not asked for at the queue's own pace.
    """

    def __init__(self, said: str, *, wait: timedelta | None = None) -> None:
        self.wait = wait
        super().__init__(said)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a delivery ended: `SENT`, or for a person. `again` where it had ended before, and only its noting was missing."""

    outcome: SendOutcome
    again: bool = False

    @property
    def is_sent(self) -> bool:
        return self.outcome.result is SendResult.SENT


@dataclass(frozen=True, slots=True, kw_only=True)
class OnceSender:
    """Sends under a claim. What became of it is the caller's to note on the case, as often as it is told."""

    deliveries: DeliveryStore

    def send(
        self,
        *,
        case_id: str,
        delivery_id: str,
        description: DeliveryDescription,
        attempt: Callable[[Claim], SendOutcome],
        now: datetime,
    ) -> Ended:
        """Let `attempt` send, unless it was sent before. Raises `SendingDelayedError` where the queue shall bring it again."""
        claim = self.deliveries.claim(case_id=case_id, delivery_id=delivery_id, description=description, now=now, lease=LEASE)
        match claim.state:
            case "busy":
                raise SendingDelayedError(f"delivery {delivery_id} is being sent by another worker")
            case "done":
                return Ended(outcome=self._outcome(case_id, delivery_id), again=True)
            case "claimed":
                outcome = attempt(claim)
                self._settle(case_id, delivery_id, outcome, claim.attempts, now)
                return Ended(outcome=outcome)

    def _settle(self, case_id: str, delivery_id: str, outcome: SendOutcome, attempts: int, now: datetime) -> None:
        """Bring the delivery to where `outcome` leaves it: before the case, for it says what is known."""
        if outcome.result in (SendResult.RETRY, SendResult.WAIT) and attempts < MAX_ATTEMPTS:
            self.deliveries.release(case_id=case_id, delivery_id=delivery_id, reason=outcome.reason, now=now)
            count("SendingDelayed", reason=outcome.reason)
            wait = LIMIT_WAIT if outcome.result is SendResult.WAIT else None
            raise SendingDelayedError(f"delivery {delivery_id}: {outcome.reason}", wait=wait)
        if outcome.result is SendResult.SENT:
            self.deliveries.sent(case_id=case_id, delivery_id=delivery_id, provider_ref=outcome.provider_ref, now=now)
        else:
            self.deliveries.failed(case_id=case_id, delivery_id=delivery_id, reason=outcome.reason, now=now)

    def _outcome(self, case_id: str, delivery_id: str) -> SendOutcome:
        """How a delivery ended whose worker died before the case knew."""
        delivery = self.deliveries.find(case_id, delivery_id)
        if delivery is None:
            return to_person(OUTCOME_UNKNOWN)
        if delivery.state is DeliveryState.SENT:
            return SendOutcome(result=SendResult.SENT, provider_ref=delivery.provider_ref or "")
        return to_person(delivery.reason or OUTCOME_UNKNOWN)


def say(transmit: Transmit, call: OutgoingCall, read: Callable[[PlatformAnswer], SendOutcome]) -> SendOutcome:
    """What the platform answers to a call that must not be made twice."""
    try:
        return read(transmit(call))
    except NotSentError:
        return SendOutcome(result=SendResult.RETRY, reason=PLATFORM_UNREACHABLE)
    except MaybeSentError:
        return unknown()


def ask[T](transmit: Transmit, call: OutgoingCall, read: Callable[[PlatformAnswer], T | SendOutcome]) -> T | SendOutcome:
    """What the platform answers to a call that may be made again: it says nothing to anybody, or is known by its id."""
    try:
        return read(transmit(call))
    except (NotSentError, MaybeSentError):
        return SendOutcome(result=SendResult.RETRY, reason=PLATFORM_UNREACHABLE)


def to_person(reason: str) -> SendOutcome:
    return SendOutcome(result=SendResult.GIVE_TO_PERSON, reason=reason)


def unknown() -> SendOutcome:
    return to_person(OUTCOME_UNKNOWN)
