"""The providers of one transport: who is asked first, who next, and when nobody else may be asked.

A message that a provider has certainly not taken goes to the next one at once. One whose fate nobody
knows goes to no other, unless a second copy does no harm: then the claim runs out first, as ever.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Protocol

from jiesu.model.errors import PermanentError
from jiesu.model.provider_health import Health, Standing
from jiesu.notices import breaker
from jiesu.notices.transports import OutcomeUnknownError, ProviderUnavailableError
from jiesu.runtime.metrics import count
from jiesu.store.provider_health import ProviderHealthStore


class Carrier[M](Protocol):
    """A transport for messages of one kind, as `notices/transports.py` describes it."""

    @property
    def repeats_harmlessly(self) -> bool: ...

    @property
    def repeats_elsewhere(self) -> bool: ...

    @property
    def reports_by_notice(self) -> bool: ...

    def send(self, message: M, /) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """Who took a message, what it calls it, and by what its receipts will name it."""

    provider: str
    provider_ref: str
    receipt_ref: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Providers[M]:
    """`carriers` by name, in the order in which the office prefers them."""

    carriers: dict[str, Carrier[M]]
    health: ProviderHealthStore

    def order(self, now: datetime, *, urgent: bool) -> tuple[Health, ...]:
        """Whom a new message is offered to; empty where all rest and it may wait."""
        return breaker.order(self.health.known(tuple(self.carriers)), now, urgent=urgent)

    def after_unknown(self, asked: str | None) -> tuple[Health, ...]:
        """Whom a message may be given to once more that `asked` may have sent: as a rule itself, if anybody.

        Delivered before providers were noted, it was the preferred one's.
        """
        first = asked if asked in self.carriers else next(iter(self.carriers)) if asked is None else None
        if first is None:  # a provider that is no longer configured
            return tuple(Health(provider=name) for name, one in self.carriers.items() if one.repeats_elsewhere)
        again = [first] if self.carriers[first].repeats_harmlessly else []
        others = [name for name in self.carriers if name != first] if self.carriers[first].repeats_elsewhere else []
        return tuple(Health(provider=name) for name in (*again, *others))

    @property
    def preferred(self) -> str:
        return next(iter(self.carriers))

    def send(self, message: M, chosen: Sequence[Health], *, notice_id: str, asking: Callable[[str], None], now: datetime) -> Sent:
        """Offer `message` to the chosen ones until one takes it; `asking` is told of each before it is asked.

        Raises what the last one said, or what one said after which no other may be asked.
        """
        refusal: ProviderUnavailableError | None = None
        for health in chosen:
            name = health.provider
            is_probe = health.standing(now) is Standing.PROBE
            if is_probe and not self.health.claim_probe(name, now, until=now + breaker.PROBE):
                continue
            carrier = self.carriers[name]
            asking(name)
            try:
                reference = carrier.send(message)
            except ProviderUnavailableError as error:
                self._fared_ill(name, now, is_probe=is_probe)
                refusal = error
                continue
            except OutcomeUnknownError:
                self._fared_ill(name, now, is_probe=is_probe)
                raise
            except PermanentError:
                self._fared_well(health, now)
                raise
            self._fared_well(health, now)
            if refusal is not None:
                count("ProviderFailedOver", provider=name)
            receipt_ref = notice_id if carrier.reports_by_notice else reference
            return Sent(provider=name, provider_ref=reference, receipt_ref=receipt_ref)
        raise refusal or ProviderUnavailableError(self.preferred, "resting")

    def _fared_ill(self, name: str, now: datetime, *, is_probe: bool) -> None:
        count("NoticesNotTaken")
        count("ProviderFailed", provider=name)
        self.health.change(name, partial(breaker.probe_failed if is_probe else breaker.failed, now=now))

    def _fared_well(self, health: Health, now: datetime) -> None:
        if not health.is_spotless:
            self.health.change(health.provider, partial(breaker.succeeded, now=now))
