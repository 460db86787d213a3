"""What the message store promises: each message once, each citizen one open case at a time."""

from datetime import timedelta

import pytest

from jiesu.cases.commands import CloseCase
from jiesu.model.errors import CommandRefusedError, ConflictError, DuplicateMessageError
from jiesu.model.message import Message, Triage
from jiesu.model.words import Resolution
from jiesu.store.codec import loads
from tests import builders as build
from tests.conftest import Stores
from tests.dying import counting
from tests.tables import TABLES

LATER = build.after(days=180)


def open_first(stores: Stores, message_id: str = "weibo:1", *, previous: str | None = None, case_id: str = build.CASE_ID) -> None:
    stores.messages.open_case(
        stores.cases,
        build.a_screened(message=build.a_message(id=message_id)),
        case_id=case_id,
        title="一",
        now=build.NOW,
        previous_case_id=previous,
    )


def test_a_message_that_rests_costs_one_write_and_is_read_back_whole(stores: Stores) -> None:
    screened = build.a_screened(triage=build.noise(), raw=b"\x00raw")
    with counting(stores.client) as calls:
        stores.messages.rest(screened, day=build.NOW.date(), expires_at=LATER)
    assert calls == ["PutItem"]
    (stored,) = stores.client.scan(TableName=TABLES.messages)["Items"]
    assert loads(Message, stored["body"]["S"]) == screened.message
    assert loads(Triage, stored["triage"]["S"]) == screened.triage
    assert (stored["raw"]["B"], "case_id" in stored) == (b"\x00raw", False)


def test_the_second_delivery_of_a_resting_message_is_a_duplicate(stores: Stores) -> None:
    screened = build.a_screened(triage=build.noise())
    stores.messages.rest(screened, day=build.NOW.date(), expires_at=LATER)
    with pytest.raises(DuplicateMessageError):
        stores.messages.rest(screened, day=build.NOW.date(), expires_at=LATER)


def test_a_resting_message_expires_and_one_of_a_case_does_not(stores: Stores) -> None:
    stores.messages.rest(
        build.a_screened(message=build.a_message(id="weibo:0"), triage=build.noise()), day=build.NOW.date(), expires_at=LATER
    )
    open_first(stores)
    items = stores.client.scan(TableName="MessagesTable")["Items"]
    messages = {item["sk"]["S"][-7:]: item for item in items if "body" in item}
    assert messages["weibo:0"]["expires_at"] == {"N": str(int(LATER.timestamp()))}
    assert "expires_at" not in messages["weibo:1"]


def test_the_second_delivery_of_a_message_opens_no_second_case(stores: Stores) -> None:
    open_first(stores)
    with pytest.raises(DuplicateMessageError):
        open_first(stores, previous=build.CASE_ID, case_id="261124-222222")
    assert stores.cases.load("261124-222222") is None


def test_two_quick_messages_of_one_citizen_cannot_open_two_cases(stores: Stores) -> None:
    open_first(stores)
    with pytest.raises(ConflictError):
        open_first(stores, "weibo:2", previous=None, case_id="261123-222222")
    assert stores.cases.load("261123-222222") is None


def test_after_its_case_is_closed_a_citizen_may_open_another(stores: Stores) -> None:
    open_first(stores)
    stores.cases.execute(
        build.CASE_ID,
        CloseCase(resolution=Resolution.ANSWERED, reason="已答复"),
        actor=build.EDITOR,
        now=build.after(minutes=1),
    )
    key = build.a_message().conversation
    assert stores.messages.cases_of([key]) == {key: build.CASE_ID}
    open_first(stores, "weibo:2", previous=build.CASE_ID, case_id="261123-222222")
    assert stores.messages.cases_of([key]) == {key: "261123-222222"}


def test_a_message_joins_a_case_together_with_its_entry(stores: Stores) -> None:
    open_first(stores)
    case = stores.cases.load(build.CASE_ID)
    assert case is not None
    late = build.a_screened(message=build.a_message(id="weibo:2", sent_at=build.after(minutes=1)))
    joined = stores.messages.join_case(stores.cases, case, late, now=build.after(minutes=1))
    assert (joined.version, joined.message_count) == (2, 2)
    assert [one.message.id for one in stores.messages.of_case(case.id)] == ["weibo:1", "weibo:2"]
    with pytest.raises(DuplicateMessageError):
        stores.messages.join_case(stores.cases, joined, late, now=build.after(minutes=2))
    assert stores.cases.load(case.id) == joined


def test_a_message_cannot_join_a_closed_case(stores: Stores) -> None:
    open_first(stores)
    closed = stores.cases.execute(
        build.CASE_ID,
        CloseCase(resolution=Resolution.ANSWERED, reason="已答复"),
        actor=build.EDITOR,
        now=build.after(minutes=1),
    ).case
    with pytest.raises(CommandRefusedError, match="case_closed"):
        stores.messages.join_case(
            stores.cases, closed, build.a_screened(message=build.a_message(id="weibo:2")), now=build.after(minutes=2)
        )


def test_messages_that_arrive_out_of_order_are_read_in_the_order_they_were_sent(stores: Stores) -> None:
    open_first(stores)
    for minutes in (3, 1, 2):
        message = build.a_message(id=f"weibo:1.{minutes}", sent_at=build.NOW + timedelta(minutes=minutes))
        case = stores.cases.load(build.CASE_ID)
        assert case is not None
        stores.messages.join_case(stores.cases, case, build.a_screened(message=message), now=build.after(minutes=5))
    stored = stores.messages.of_case(build.CASE_ID)
    assert [one.message.id for one in stored] == ["weibo:1", "weibo:1.1", "weibo:1.2", "weibo:1.3"]


def test_the_conversations_of_a_whole_batch_are_one_read(stores: Stores) -> None:
    open_first(stores)
    keys = [build.a_message(citizen_id=f"citizen-{number}").conversation for number in range(10)]
    with counting(stores.client) as calls:
        found = stores.messages.cases_of([*keys, *keys])
    assert calls == ["BatchGetItem"]
    assert found == {build.a_message().conversation: build.CASE_ID}
