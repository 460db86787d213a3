"""What the store of resting messages promises: listed by day, and a case of each at most once."""

from datetime import timedelta

import pytest

from jiesu.cases.commands import CloseCase
from jiesu.model.case import Verdict
from jiesu.model.people import Actor
from jiesu.model.timeline import Opened
from jiesu.model.words import Resolution, Urgency
from jiesu.store.resting import RestingMessage, place_of
from tests import builders as build
from tests.conftest import Stores

DAY = build.NOW.date()
SERIOUS = Verdict(category="public_order.offence", urgency=Urgency.URGENT)


def rest(stores: Stores, message_id: str = "weibo:1", *, citizen: str = "citizen-1", minutes: int = 0) -> RestingMessage:
    message = build.a_message(id=message_id, citizen_id=citizen, sent_at=build.NOW + timedelta(minutes=minutes))
    stores.messages.rest(build.a_screened(message=message, triage=build.noise()), day=DAY, expires_at=build.after(days=180))
    found = stores.resting.find(place_of(message))
    assert found is not None
    return found


def make_case(stores: Stores, resting: RestingMessage, case_id: str = build.CASE_ID, *, actor: Actor = build.EDITOR) -> str:
    return stores.resting.make_case(
        stores.cases,
        resting,
        SERIOUS,
        where=build.a_place(),
        case_id=case_id,
        actor=actor,
        now=build.after(hours=1),
    )


def test_a_day_is_listed_in_pages_oldest_first(stores: Stores) -> None:
    for number in (3, 1, 2):
        rest(stores, f"weibo:{number}", minutes=number)
    first = stores.resting.page(DAY, limit=2)
    assert [one.stored.message.id for one in first.messages] == ["weibo:1", "weibo:2"]
    rest_of_it = stores.resting.page(DAY, limit=2, cursor=first.cursor)
    assert [one.stored.message.id for one in rest_of_it.messages] == ["weibo:3"]
    assert stores.resting.page(DAY - timedelta(days=1)).messages == ()


def test_a_message_that_rested_becomes_a_case_whole_and_leaves_its_day(stores: Stores) -> None:
    resting = rest(stores)
    assert make_case(stores, resting) == build.CASE_ID
    page = stores.cases.timeline(build.CASE_ID)
    assert page.case is not None
    assert (page.case.category, page.case.urgency) == ("public_order.offence", Urgency.URGENT)
    (entry,) = page.entries
    assert isinstance(entry.change, Opened)
    assert (entry.actor, entry.change.verdict, entry.change.triage) == (build.EDITOR, SERIOUS, build.noise())
    assert [one.message.id for one in stores.messages.of_case(build.CASE_ID)] == ["weibo:1"]
    assert stores.resting.page(DAY).messages == ()
    key = resting.stored.message.conversation
    assert stores.messages.cases_of([key]) == {key: build.CASE_ID}
    (item,) = [one for one in stores.client.scan(TableName="MessagesTable")["Items"] if "triage" in one]
    assert "expires_at" not in item


def test_two_editors_make_one_case_of_one_message(stores: Stores) -> None:
    resting = rest(stores)
    make_case(stores, resting)
    assert make_case(stores, resting, "261124-222222") == build.CASE_ID
    assert stores.cases.load("261124-222222") is None
    case = stores.cases.load(build.CASE_ID)
    assert case is not None
    assert case.version == 1


def test_a_citizen_with_an_open_case_gets_no_second_one(stores: Stores) -> None:
    make_case(stores, rest(stores))
    second = rest(stores, "weibo:2", minutes=2)
    assert make_case(stores, second, "261124-222222") == build.CASE_ID
    case = stores.cases.load(build.CASE_ID)
    assert case is not None
    assert (case.message_count, case.version) == (2, 2)


def test_after_the_citizens_case_is_closed_the_message_opens_its_own(stores: Stores) -> None:
    make_case(stores, rest(stores))
    closing = CloseCase(resolution=Resolution.ANSWERED, reason="已答复")
    stores.cases.execute(build.CASE_ID, closing, actor=build.EDITOR, now=build.after(hours=2))
    assert make_case(stores, rest(stores, "weibo:2", minutes=2), "261124-222222") == "261124-222222"


def test_a_reply_window_opens_with_the_case(stores: Stores) -> None:
    resting = rest(stores)
    make_case(stores, resting)
    (ledger,) = stores.messages.correspondence(build.CASE_ID).ledgers
    assert ledger.opened


@pytest.mark.parametrize("place", ["", "x", "W10", "WzEsMiwzLDRd", "e30", place_of(build.a_message(id="weibo:404"))])
def test_what_names_no_message_finds_none(stores: Stores, place: str) -> None:
    rest(stores)
    assert stores.resting.find(place) is None
