"""Providers that stand in for one another, on an emulated AWS: a notice goes out once, whoever is down."""

from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

import pytest

from jiesu.model.errors import PermanentError
from jiesu.notices.breaker import FIRST_REST, PROBE, failed
from jiesu.notices.transports import OutcomeUnknownError, ProviderUnavailableError
from jiesu.road.providers import Providers, Sent
from jiesu.store.provider_health import ProviderHealthStore
from tests import builders as build
from tests.conftest import Stores
from tests.tables import TABLES


@dataclass(slots=True)
class Recorded:
    """A provider that does what it is told to."""

    name: str
    error: Exception | None = None
    repeats_harmlessly: bool = True
    repeats_elsewhere: bool = False
    reports_by_notice: bool = False
    taken: list[str] = field(default_factory=list)
    asked: int = 0

    def send(self, message: str, /) -> str:
        self.asked += 1
        if self.error is not None:
            raise self.error
        self.taken.append(message)
        return f"{self.name}-{len(self.taken)}"


@dataclass(slots=True)
class Pair:
    first: Recorded
    second: Recorded
    providers: Providers[str]
    noted: list[str] = field(default_factory=list)

    def send(self, message: str = "m", *, after: timedelta = timedelta(), urgent: bool = False) -> Sent:
        now = build.NOW + after
        chosen = self.providers.order(now, urgent=urgent)
        return self.providers.send(message, chosen, notice_id="n1", asking=self.noted.append, now=now)


@pytest.fixture
def pair(stores: Stores) -> Pair:
    first, second = Recorded("first"), Recorded("second")
    health = ProviderHealthStore(stores.client, TABLES.transient)
    return Pair(first=first, second=second, providers=Providers(carriers={"first": first, "second": second}, health=health))


DOWN = ProviderUnavailableError("first", "503")
LOST = OutcomeUnknownError("first", "ReadTimeoutError")


def test_what_one_has_certainly_not_taken_the_other_takes_and_each_is_noted_before_it_is_asked(pair: Pair) -> None:
    pair.first.error = DOWN
    assert pair.send() == Sent(provider="second", provider_ref="second-1", receipt_ref="second-1")
    assert pair.noted == ["first", "second"]


def test_what_one_may_have_sent_no_other_is_asked_for(pair: Pair) -> None:
    pair.first.error = LOST
    with pytest.raises(OutcomeUnknownError):
        pair.send()
    assert pair.second.asked == 0


def test_a_refusal_for_good_is_not_tried_elsewhere_and_is_no_fault_of_the_provider(pair: Pair) -> None:
    pair.first.error = PermanentError("sms_number_rejected")
    with pytest.raises(PermanentError):
        pair.send()
    assert pair.second.asked == 0
    assert all(one.is_spotless for one in pair.providers.health.known(["first"]))


def test_one_that_is_down_is_left_alone_is_probed_by_one_sender_and_is_preferred_again(pair: Pair) -> None:
    pair.first.error = DOWN
    for _ in range(3):
        pair.providers.health.change("first", partial(failed, now=build.NOW))
    assert pair.send().provider == "second"
    assert pair.first.asked == 0
    over = FIRST_REST
    now = build.NOW + over
    assert pair.providers.health.claim_probe("first", now, until=now + PROBE)
    assert not pair.providers.health.claim_probe("first", now, until=now + PROBE), "another sender probes already"
    pair.first.error = None
    assert pair.send(after=over).provider == "second"
    back = over + PROBE
    assert pair.first.asked == 0
    assert pair.send(after=back).provider == "first"
    assert pair.send(after=back + timedelta(minutes=10)).provider == "first"


def test_where_all_rest_what_is_urgent_is_tried_all_the_same(pair: Pair) -> None:
    pair.first.error = pair.second.error = DOWN
    for _ in range(3):
        with pytest.raises(ProviderUnavailableError):
            pair.send(urgent=True)
    assert pair.providers.order(build.NOW, urgent=False) == ()
    asked = pair.first.asked + pair.second.asked
    with pytest.raises(ProviderUnavailableError):
        pair.send(urgent=True)
    assert pair.first.asked + pair.second.asked == asked + 2


@pytest.mark.parametrize(
    ("harmless", "elsewhere", "again"),
    [(False, False, []), (True, False, ["first"]), (True, True, ["first", "second"]), (False, True, ["second"])],
)
def test_who_may_repeat_what_the_first_may_have_sent(pair: Pair, harmless: bool, elsewhere: bool, again: list[str]) -> None:
    pair.first.repeats_harmlessly, pair.first.repeats_elsewhere = harmless, elsewhere
    assert [one.provider for one in pair.providers.after_unknown("first")] == again


def test_a_healthy_provider_costs_no_write(pair: Pair, stores: Stores) -> None:
    pair.send()
    assert stores.client.scan(TableName=TABLES.transient)["Items"] == []
