"""What the store of samples promises: one sample a day, the same whoever draws it, each message judged once."""

from datetime import date, timedelta
from itertools import repeat

import pytest

from jiesu.model.case import Verdict
from jiesu.model.words import Urgency
from jiesu.store.resting import place_of
from jiesu.store.samples import MOST, chosen
from tests import builders as build
from tests.conftest import Stores
from tests.dying import counting

DAY = build.NOW.date()


def rest(stores: Stores, number: int) -> str:
    """A message of `DAY`; its place."""
    message = build.a_message(id=f"weibo:{number}", citizen_id=f"citizen-{number}")
    stores.messages.rest(build.a_screened(message=message, triage=build.noise()), day=DAY, expires_at=build.after(days=180))
    return place_of(message)


def make_case(stores: Stores, place: str, *, minutes: int, case_id: str = build.CASE_ID) -> None:
    found = stores.resting.find(place)
    assert found is not None
    verdict = Verdict(category="public_order.offence", urgency=Urgency.ROUTINE)
    now = build.after(minutes=minutes)
    stores.resting.make_case(stores.cases, found, verdict, where=build.a_place(), case_id=case_id, actor=build.EDITOR, now=now)


@pytest.mark.parametrize(("resting", "drawn"), [(0, 0), (7, 7), (20, 20), (1999, 20), (2001, 21), (3000, 30), (20_000, MOST)])
def test_one_in_a_hundred_is_drawn_and_at_least_twenty(resting: int, drawn: int) -> None:
    assert len(chosen((f"place-{number}" for number in range(resting)), DAY)) == drawn


def test_the_draw_depends_on_the_day_and_the_messages_and_not_on_their_order() -> None:
    places = [f"place-{number}" for number in range(500)]
    assert chosen(places, DAY) == chosen(reversed(places), DAY)
    assert chosen(places, DAY) != chosen(places, DAY + timedelta(days=1))


def test_every_message_is_drawn_about_as_often_as_any_other() -> None:
    places = [f"place-{number}" for number in range(100)]
    counts = dict.fromkeys(places, 0)
    for number in range(500):
        for place in chosen(places, date(2026, 1, 1) + timedelta(days=number)):
            counts[place] += 1
    assert (min(counts.values()) > 60, max(counts.values()) < 140) == (True, True)


def test_a_day_is_drawn_once_in_one_transaction(stores: Stores) -> None:
    places = [rest(stores, number) for number in range(25)]
    with counting(stores.client) as calls:
        assert stores.samples.draw(DAY, stores.resting.places(DAY), build.after(days=1)) == 20
    assert calls == ["Query", "TransactWriteItems"]
    rest(stores, 99)
    assert stores.samples.draw(DAY, stores.resting.places(DAY), build.after(days=1, minutes=5)) is None
    (sample,) = stores.samples.between(DAY, DAY)
    assert (sample.population, len(sample.waiting), sample.found) == (25, 20, 0)
    assert [one.place for one in sample.messages] == chosen(places, DAY)
    assert stores.samples.is_drawn(DAY)
    assert not stores.samples.is_drawn(DAY - timedelta(days=1))


def test_a_message_is_judged_once(stores: Stores) -> None:
    rest(stores, 1)
    stores.samples.draw(DAY, stores.resting.places(DAY), build.after(days=1))
    judged = [stores.samples.call_noise(DAY, 1, actor=build.EDITOR, now=now) for now in repeat(build.after(days=1, hours=1), 2)]
    assert judged == [True, False]
    assert not stores.samples.call_noise(DAY, 2, actor=build.EDITOR, now=build.after(days=1))
    (sample,) = stores.samples.between(DAY, DAY)
    (one,) = sample.messages
    assert (one.is_work, one.judged_by, sample.waiting) == (False, "小编一", ())


def test_a_case_made_of_a_drawn_message_is_the_judgement_even_after_it_was_called_noise(stores: Stores) -> None:
    places = [rest(stores, number) for number in range(3)]
    stores.samples.draw(DAY, stores.resting.places(DAY), build.after(days=1))
    order = chosen(places, DAY)
    stores.samples.call_noise(DAY, 1, actor=build.EDITOR, now=build.after(days=1))
    make_case(stores, order[0], minutes=2000)
    make_case(stores, order[1], minutes=2001, case_id="261124-222222")
    (sample,) = stores.samples.between(DAY, DAY)
    assert [one.is_work for one in sample.messages] == [True, True, None]
    assert (sample.figures.misses, sample.figures.judged, sample.figures.found) == (2, 2, 0)


def test_what_was_found_before_the_draw_stands_beside_the_population(stores: Stores) -> None:
    places = [rest(stores, number) for number in range(3)]
    make_case(stores, places[0], minutes=1)
    stores.samples.draw(DAY, stores.resting.places(DAY), build.after(days=1))
    (sample,) = stores.samples.between(DAY, DAY)
    assert (sample.figures.population, sample.figures.found) == (2, 1)


def test_days_are_read_together_oldest_first_and_only_those_that_are_drawn(stores: Stores) -> None:
    place = rest(stores, 1)
    make_case(stores, place, minutes=1)  # found, on a day without a sample yet
    for back in (3, 2):
        stores.samples.draw(DAY - timedelta(days=back), [f"place-{back}"], build.NOW)
    with counting(stores.client) as calls:
        samples = stores.samples.between(DAY - timedelta(days=30), DAY)
    assert [one.day for one in samples] == [DAY - timedelta(days=3), DAY - timedelta(days=2)]
    assert calls == ["Query"]
