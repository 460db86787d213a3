"""What is kept of a conversation's reply window: opened with the message, counted once a reply, read with the messages."""

from datetime import datetime

import pytest

from jiesu.cases.reply_window import ReplyLedger
from jiesu.model.case import Case
from jiesu.model.message import Message
from jiesu.model.words import ContentType, MessageKind, Platform
from tests import builders as build
from tests.conftest import Stores
from tests.dying import counting

MENTION = build.a_message()
TALK = MENTION.conversation


def opens(stores: Stores, message: Message) -> Case:
    return stores.messages.open_case(
        stores.cases,
        build.a_screened(message=message),
        case_id=build.CASE_ID,
        title="一",
        now=build.NOW,
        previous_case_id=None,
    )


def joins(stores: Stores, message: Message) -> None:
    case = stores.cases.load(build.CASE_ID)
    assert case is not None
    stores.messages.join_case(stores.cases, case, build.a_screened(message=message), now=build.after(minutes=1))


def ledger(stores: Stores) -> ReplyLedger:
    found = stores.windows.ledger(TALK)
    assert found is not None
    return found


def test_the_message_that_opens_a_case_opens_the_window_in_the_same_call(stores: Stores) -> None:
    with counting(stores.client) as calls:
        opens(stores, MENTION)
    assert calls == ["TransactWriteItems"]
    assert ledger(stores) == ReplyLedger(platform=Platform.WEIBO, opened={MessageKind.MENTION: build.NOW}, replied={})


def test_each_kind_of_message_opens_its_own_window(stores: Stores) -> None:
    opens(stores, MENTION)
    later = build.after(seconds=30)
    with counting(stores.client) as calls:
        joins(stores, build.a_message(id="weibo:2", kind=MessageKind.PRIVATE, sent_at=later))
    assert calls.count("TransactWriteItems") == 1
    assert ledger(stores).opened == {MessageKind.MENTION: build.NOW, MessageKind.PRIVATE: later}


def test_an_older_message_that_arrives_late_joins_and_moves_no_window_back(stores: Stores) -> None:
    opens(stores, MENTION)
    joins(stores, build.a_message(id="weibo:0", sent_at=build.after(minutes=-5)))
    assert ledger(stores).opened == {MessageKind.MENTION: build.NOW}
    assert [one.message.id for one in stores.messages.of_case(build.CASE_ID)] == ["weibo:0", "weibo:1"]


def test_a_comment_opens_no_window(stores: Stores) -> None:
    opens(stores, build.a_message(kind=MessageKind.COMMENT))
    assert stores.windows.ledger(TALK) is None


def test_a_reply_is_counted_once_however_often_it_is_told(stores: Stores) -> None:
    opens(stores, MENTION)
    stores.windows.count(TALK, reply_id="r1", at=build.after(minutes=1))
    stores.windows.count(TALK, reply_id="r1", at=build.after(minutes=9))
    stores.windows.count(TALK, reply_id="r2", at=build.after(minutes=2))
    assert ledger(stores).replied == {"r1": build.after(minutes=1), "r2": build.after(minutes=2)}


def test_a_further_message_forgets_no_reply(stores: Stores) -> None:
    opens(stores, MENTION)
    stores.windows.count(TALK, reply_id="r1", at=build.after(minutes=1))
    joins(stores, build.a_message(id="weibo:2", sent_at=build.after(minutes=2)))
    assert ledger(stores).replied == {"r1": build.after(minutes=1)}


def test_where_no_window_is_known_there_is_nothing_to_count_in(stores: Stores) -> None:
    stores.windows.count(TALK, reply_id="r1", at=build.NOW)
    assert stores.windows.ledger(TALK) is None
    assert stores.client.scan(TableName="MessagesTable")["Items"] == []


@pytest.mark.parametrize(
    ("content_type", "opened_at"), [(ContentType.TEXT, build.after(hours=1)), (ContentType.EVENT, build.NOW)]
)
def test_a_message_that_rests_opens_the_window_too_and_a_click_does_not(
    stores: Stores, content_type: ContentType, opened_at: object
) -> None:
    opens(stores, MENTION)
    thanks = build.a_message(id="weibo:2", sent_at=build.after(hours=1), content_type=content_type)
    stores.messages.rest(
        build.a_screened(message=thanks, triage=build.noise()), day=build.NOW.date(), expires_at=build.after(days=1)
    )
    with counting(stores.client) as calls:
        assert ledger(stores).opened == {MessageKind.MENTION: opened_at}
    assert calls == ["Query"]


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_the_window_is_read_with_the_messages_of_its_case_and_pushes_none_of_them_out(stores: Stores, limit: int) -> None:
    opens(stores, MENTION)
    joins(stores, build.a_message(id="weibo:2", sent_at=build.after(seconds=30)))
    with counting(stores.client) as calls:
        written = stores.messages.correspondence(build.CASE_ID, limit=limit)
    assert calls == ["Query"]
    assert [one.message.id for one in written.messages] == ["weibo:1", "weibo:2"][-limit:]
    assert [one.opened for one in written.ledgers] == [{MessageKind.MENTION: build.after(seconds=30)}]


def due(stores: Stores, now: datetime) -> list[tuple[str, str]]:
    return [(one.case_id, one.message.message_id) for one in stores.windows.answers_due(now)]


def test_a_message_is_looked_at_when_its_window_is_about_to_shut_and_then_no_more(stores: Stores) -> None:
    opens(stores, MENTION)
    assert due(stores, build.after(hours=35)) == []
    assert due(stores, build.after(hours=37)) == [(build.CASE_ID, "weibo:1")]
    (one,) = stores.windows.answers_due(build.after(hours=37))
    stores.windows.looked_at(one)
    stores.windows.looked_at(one)
    assert due(stores, build.after(hours=37)) == []
    assert ledger(stores).opened == {MessageKind.MENTION: build.NOW}, "the window itself stays"


def test_the_newest_message_is_looked_at_and_stays_on_the_list_where_an_older_one_was_looked_at(stores: Stores) -> None:
    opens(stores, MENTION)
    (old,) = stores.windows.answers_due(build.after(hours=37))
    joins(stores, build.a_message(id="weibo:2", sent_at=build.after(hours=2)))
    joins(stores, build.a_message(id="weibo:0", sent_at=build.after(hours=-2)))
    stores.windows.looked_at(old)
    assert due(stores, build.after(hours=37)) == []
    assert due(stores, build.after(hours=39)) == [(build.CASE_ID, "weibo:2")]


def test_a_comment_is_on_no_list(stores: Stores) -> None:
    opens(stores, build.a_message(kind=MessageKind.COMMENT))
    assert due(stores, build.after(days=9)) == []
