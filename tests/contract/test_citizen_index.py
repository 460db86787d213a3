"""The index of citizens: what a message is found by, whatever becomes of the message."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from jiesu.model.case import Verdict
from jiesu.model.message import Message
from jiesu.model.numbers import case_id_for
from jiesu.model.post import Post, PostRecord
from jiesu.model.words import Urgency
from jiesu.store.citizens import MOST_FOUND, CitizenIndex, Traced
from jiesu.store.posts import PostStore
from jiesu.store.rebuilding import rebuild_traces
from jiesu.store.resting import place_of
from tests import builders as build
from tests.conftest import Stores
from tests.dying import counting
from tests.tables import TABLES

NUMBER = "19900000001"


def numbered(number: int) -> str:
    return case_id_for(f"weibo:n{number}", build.NOW.date())


def keep(stores: Stores, message: Message, *, case_id: str = build.CASE_ID) -> None:
    """A case of `message`, stored as ingest stores it."""
    stores.messages.open_case(
        stores.cases,
        build.a_screened(message=message),
        case_id=case_id,
        title="电梯内吐痰",
        now=build.NOW,
        previous_case_id=None,
        found_by=stores.citizens.writes_of(message),
    )


def found(*case_ids: str) -> Traced:
    return Traced(case_ids=case_ids, is_cut=False)


def everything(stores: Stores) -> list[dict[str, Any]]:
    return stores.client.scan(TableName=TABLES.messages)["Items"]


def traces(stores: Stores) -> list[dict[str, Any]]:
    return [one for one in everything(stores) if one["pk"]["S"].startswith(("TELEPHONE#", "NAME#"))]


def test_a_case_is_found_by_a_telephone_that_was_written_another_way(stores: Stores) -> None:
    keep(stores, build.a_message(text="请回电 +86 199-0000-0001"))
    with counting(stores.client) as calls:
        assert stores.citizens.by_telephone(NUMBER) == found(build.CASE_ID)
    assert sorted(calls) == ["BatchGetItem", "Query"]
    assert stores.citizens.by_telephone("19900000002") == found()


def test_no_number_stands_in_a_key_or_beside_it_and_another_key_finds_nothing(stores: Stores) -> None:
    keep(stores, build.a_message(text=f"请回电 {NUMBER}"))
    (trace,) = traces(stores)
    assert NUMBER not in json.dumps(trace)
    other = CitizenIndex(stores.client, TABLES.messages, lambda: "another key")
    assert other.by_telephone(NUMBER) == found()


def test_a_name_is_found_by_its_beginning_and_a_single_character_by_the_whole_name(stores: Stores) -> None:
    keep(stores, build.a_message(id="m1", citizen_id="c1", nickname="Road小王"))
    keep(stores, build.a_message(id="m2", citizen_id="c2", nickname="R"), case_id=numbered(2))
    assert stores.citizens.by_name("@road") == found(build.CASE_ID)
    assert stores.citizens.by_name("ｒｏａｄ小王") == found(build.CASE_ID)
    assert stores.citizens.by_name("小王") == found()
    assert stores.citizens.by_name("r") == found(numbered(2))
    assert stores.citizens.by_name(" @ ") == found()


def test_the_same_message_once_more_leaves_the_table_as_it_was(stores: Stores) -> None:
    message = build.a_message(text=f"请回电 {NUMBER}", nickname="小王")
    keep(stores, message)
    before = everything(stores)
    stores.client.transact_write_items(TransactItems=stores.citizens.writes_of(message))
    assert everything(stores) == before


def test_a_message_that_moved_is_found_in_the_case_that_it_belongs_to_now(stores: Stores) -> None:
    message = build.a_message(text=f"请回电 {NUMBER}")
    keep(stores, message)
    stores.client.update_item(
        TableName=TABLES.messages,
        Key={"pk": {"S": "CONVERSATION#weibo-main#citizen-1"}, "sk": next(one["message"] for one in traces(stores))},
        UpdateExpression="SET case_id = :case",
        ConditionExpression="attribute_exists(pk)",
        ExpressionAttributeValues={":case": {"S": numbered(9)}},
    )
    assert stores.citizens.by_telephone(NUMBER) == found(numbered(9))


def test_what_rests_is_found_by_nothing_until_a_person_makes_a_case_of_it(stores: Stores) -> None:
    message = build.a_message(text=f"加我 {NUMBER}", nickname="小王")
    stores.messages.rest(build.a_screened(message=message), day=build.NOW.date(), expires_at=build.after(days=180))
    assert traces(stores) == []
    resting = stores.resting.find(place_of(message))
    assert resting is not None
    stores.resting.make_case(
        stores.cases,
        resting,
        Verdict(category="public_order.offence", urgency=Urgency.ROUTINE),
        where=build.a_place(),
        case_id=build.CASE_ID,
        actor=build.EDITOR,
        now=build.NOW,
        found_by=stores.citizens.writes_of(message),
    )
    assert stores.citizens.by_telephone(NUMBER) == stores.citizens.by_name("小王") == found(build.CASE_ID)


@pytest.mark.parametrize(("author", "is_found"), [("citizen-1", True), ("9", False)])
def test_whoever_mentions_the_office_is_found_by_the_name_that_their_post_has(
    stores: Stores, author: str, is_found: bool
) -> None:
    message = build.a_message()
    keep(stores, message)
    post = Post(id="5", text="@平安北京", read_at=build.NOW, author_id=author, author_name="路人甲")
    record = PostRecord(handle="5", state="read", noted_at=build.NOW, post=post)
    for _ in range(2):
        PostStore(stores.client, TABLES.messages).attach(message, record)
    assert stores.citizens.by_name("路人甲") == found(*([build.CASE_ID] if is_found else []))


def test_more_messages_than_one_read_takes_are_said_to_be_more(stores: Stores) -> None:
    keep(stores, build.a_message(nickname="小王"))
    for number in range(MOST_FOUND):
        message = build.a_message(id=f"m{number}", nickname="小王")
        stores.client.transact_write_items(TransactItems=stores.citizens.writes_of(message))
    assert stores.citizens.by_name("小王").is_cut


def rotated(stores: Stores) -> CitizenIndex:
    return CitizenIndex(stores.client, TABLES.messages, lambda: "the next key")


def nothing_but_the_key(_: Stores) -> None:
    return


def without_traces(stores: Stores) -> None:
    """As the table was before there was an index."""
    for one in traces(stores):
        stores.client.delete_item(TableName=TABLES.messages, Key={"pk": one["pk"], "sk": one["sk"]})


@pytest.mark.parametrize("happens", [nothing_but_the_key, without_traces])
def test_after_a_new_key_or_from_nothing_the_index_is_built_from_the_messages(
    stores: Stores, happens: Callable[[Stores], None]
) -> None:
    keep(stores, build.a_message(text=f"请回电 {NUMBER}", nickname="小王"))
    happens(stores)
    index = rotated(stores)
    assert index.by_telephone(NUMBER) == found()
    for _ in range(2):
        assert [one for one in rebuild_traces(index) if one > 0] == [2]
        assert index.by_telephone(NUMBER) == index.by_name("小王") == found(build.CASE_ID)
        assert len(traces(stores)) == 2


def test_what_belongs_to_a_message_that_was_erased_is_deleted(stores: Stores) -> None:
    message = build.a_message(text=f"请回电 {NUMBER}", nickname="小王")
    stores.client.transact_write_items(TransactItems=stores.citizens.writes_of(message))
    assert list(rebuild_traces(stores.citizens)) == [-1, -1]
    assert traces(stores) == []
