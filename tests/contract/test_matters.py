"""Two cases in the tables: a merge, its undoing, a split and a move, and a process that dies in the middle of each."""

from typing import Any

import pytest

from jiesu.cases import matters
from jiesu.cases.commands import ReplyToCitizen
from jiesu.cases.matters import Told
from jiesu.matters.frequencies import shipped
from jiesu.matters.spread import Observation
from jiesu.model.case import Case, MessageRef
from jiesu.model.errors import CaseChangedError, CommandRefusedError, ConflictError
from jiesu.model.message import ConversationKey
from jiesu.model.post import Post
from jiesu.model.timeline import Change
from jiesu.model.words import CaseStatus, Platform
from jiesu.places.city import beijing
from jiesu.road.matching import trace_of
from jiesu.road.moving import MessageMover
from jiesu.store.matters import names_of_posting
from jiesu.store.messages import ref_of
from tests import builders as build
from tests.conftest import Stores
from tests.dying import ProcessDiedError, counting, dying_after

LATER = build.after(hours=1)


def a_case(stores: Stores, case_id: str, *citizens: str) -> Case:
    """An open case with a message of each of `citizens`, one a minute."""
    for minute, citizen in enumerate(citizens):
        message = build.a_message(
            id=f"weibo:{case_id}.{minute}", citizen_id=citizen, sent_at=build.after(minutes=minute), text="电梯按键上有污物"
        )
        screened = build.a_screened(message=message)
        case = stores.cases.load(case_id)
        if case is None:
            stores.messages.open_case(
                stores.cases, screened, case_id=case_id, title=case_id, now=build.after(minutes=minute), previous_case_id=None
            )
        else:
            stores.messages.join_case(stores.cases, case, screened, now=build.after(minutes=minute))
            stores.client.put_item(
                TableName="MessagesTable",
                Item={
                    "pk": {"S": f"CONVERSATION#weibo-main#{citizen}"},
                    "sk": {"S": "CONVERSATION"},
                    "case_id": {"S": case_id},
                },
            )
    found = stores.cases.load(case_id)
    assert found is not None
    return found


def with_file(stores: Stores, case_id: str) -> MessageRef:
    """The newest message of the case, one file of which is kept."""
    ref = ref_of(stores.messages.of_case(case_id)[-1].message)
    stores.client.update_item(
        TableName="MessagesTable",
        Key={
            "pk": {"S": f"CONVERSATION#weibo-main#{ref.conversation.citizen_id}"},
            "sk": {"S": f"MESSAGE#{ref.sent_at:%Y-%m-%dT%H:%M:%S.%fZ}#{ref.message_id}"},
        },
        UpdateExpression="SET media_count = :one",
        ExpressionAttributeValues={":one": {"N": "1"}},
    )
    evidence = build.evidence(message_id=ref.message_id)
    assert stores.evidence.record(stores.cases, case_id, ref, evidence, actor=build.SYSTEM, now=build.after(minutes=9))
    return ref


def merge(stores: Stores, source: str = build.CASE_ID, target: str = build.OTHER_ID) -> None:
    case = stores.cases.load(source)
    assert case is not None

    def both(one: Told, other: Told) -> tuple[Change, Change]:
        return matters.merge(one, other.case, "同一部电梯")

    stores.pairs.decide_both(source, target, both, actor=build.EDITOR, now=LATER, expected=(source, case.version))


def undo(stores: Stores, source: str = build.CASE_ID, target: str = build.OTHER_ID) -> None:
    case = stores.cases.load(source)
    assert case is not None

    def both(one: Told, other: Told) -> tuple[Change, Change]:
        return matters.undo_merge(one, other, "并错了")

    stores.pairs.decide_both(source, target, both, actor=build.EDITOR, now=LATER, expected=(source, case.version))


def arrive(stores: Stores, case_id: str) -> None:
    """What the queue brings: every move of the case is carried out."""
    case = stores.cases.load(case_id)
    assert case is not None
    for version in case.moving:
        MessageMover(cases=stores.cases, moves=stores.moves).move(case_id, version, LATER)


def messages(stores: Stores, case_id: str) -> list[str]:
    return [one.message.id for one in stores.messages.of_case(case_id)]


def seen(stores: Stores, case_id: str) -> frozenset[Observation]:
    return stores.cases.spread.of_case(case_id, LATER).observations


def conversation(citizen: str) -> ConversationKey:
    return ConversationKey(account_id="weibo-main", citizen_id=citizen)


def tables(stores: Stores) -> list[Any]:
    """All that is stored of messages and spreads, to be compared."""
    items: list[Any] = stores.client.scan(TableName="MessagesTable")["Items"] + [
        one for one in stores.client.scan(TableName="CasesTable")["Items"] if one["sk"]["S"].startswith("SPREAD#")
    ]
    for one in items:
        for name in ("seen", "readings"):
            if name in one:
                one[name] = {"SS": sorted(one[name]["SS"])}
    return sorted(items, key=lambda one: (one["pk"]["S"], one["sk"]["S"]))


@pytest.fixture
def two(stores: Stores) -> Stores:
    a_case(stores, build.CASE_ID, "c1", "c2", "c1")
    a_case(stores, build.OTHER_ID, "c3")
    return stores


def test_a_merge_is_one_transaction_of_both_cases_and_its_messages_follow(two: Stores) -> None:
    ref = with_file(two, build.CASE_ID)
    with counting(two.client) as calls:
        merge(two)
    assert calls.count("TransactWriteItems") == 1
    source, target = two.cases.load(build.CASE_ID), two.cases.load(build.OTHER_ID)
    assert source is not None
    assert target is not None
    assert (source.status, source.merged_into, target.message_count) == (CaseStatus.CLOSED, build.OTHER_ID, 4)
    assert two.cases.standing(build.CASE_ID) == target
    spread = seen(two, build.CASE_ID) | seen(two, build.OTHER_ID)
    arrive(two, build.OTHER_ID)
    assert messages(two, build.CASE_ID) == []
    assert len(messages(two, build.OTHER_ID)) == 4
    assert two.messages.cases_of([conversation("c1")]) == {conversation("c1"): build.OTHER_ID}
    assert [one.message_id for one in two.evidence.of_case(build.OTHER_ID)] == [ref.message_id]
    assert two.evidence.of_case(build.CASE_ID) == ()
    written = two.messages.correspondence(build.OTHER_ID)
    assert (len(written.evidence), len(written.ledgers)) == (1, 3)
    assert seen(two, build.OTHER_ID) == spread
    assert seen(two, build.CASE_ID) == frozenset()
    after = two.cases.load(build.OTHER_ID)
    assert after is not None
    assert after.moving == ()


def test_an_undone_merge_leaves_messages_files_conversations_and_spread_as_they_were(two: Stores) -> None:
    with_file(two, build.CASE_ID)
    two.cases.spread.read_post(build.CASE_ID, Platform.WEIBO, Post(id="5000000001", text="", read_at=build.NOW, reposts_count=77))
    before = tables(two)
    merge(two)
    arrive(two, build.OTHER_ID)
    assert len(two.cases.spread.of_case(build.OTHER_ID, LATER).readings) == 1
    undo(two)
    arrive(two, build.CASE_ID)

    def plain(stored: list[Any]) -> list[Any]:
        """Without the shells of files that were elsewhere for a while, and of buckets that are empty now."""
        return [one for one in stored if "moved_to" not in one and {"body", "seen", "case_id"} & set(one)]

    assert plain(tables(two)) == plain(before)


def test_a_process_that_dies_after_any_of_its_calls_leaves_nothing_half_moved(two: Stores) -> None:
    with_file(two, build.CASE_ID)
    merge(two)
    deaths = 0
    while True:
        case = two.cases.load(build.OTHER_ID)
        assert case is not None
        if not case.moving:
            break
        everywhere = [*messages(two, build.CASE_ID), *messages(two, build.OTHER_ID)]
        assert len(everywhere) == len(set(everywhere)) == 4
        assert len(two.evidence.of_case(build.CASE_ID)) + len(two.evidence.of_case(build.OTHER_ID)) == 1
        deaths += 1
        try:
            with dying_after(two.client, deaths):
                MessageMover(cases=two.cases, moves=two.moves).move(build.OTHER_ID, case.moving[0], LATER)
        except ProcessDiedError:
            continue
    assert deaths > 5
    assert (len(messages(two, build.CASE_ID)), len(messages(two, build.OTHER_ID))) == (0, 4)


def test_a_move_that_comes_again_when_it_was_undone_moves_nothing(two: Stores) -> None:
    merge(two)
    arrive(two, build.OTHER_ID)
    undo(two)
    arrive(two, build.CASE_ID)
    before = tables(two)
    MessageMover(cases=two.cases, moves=two.moves).move(build.OTHER_ID, 2, LATER)
    assert tables(two) == before


def test_what_a_citizen_writes_while_the_messages_are_on_their_way_joins_the_right_case(two: Stores) -> None:
    merge(two)
    current = two.cases.standing(build.CASE_ID)
    assert current is not None
    late = build.a_screened(message=build.a_message(id="weibo:late", citizen_id="c1", sent_at=build.after(minutes=50)))
    two.messages.join_case(two.cases, current, late, now=LATER)
    arrive(two, build.OTHER_ID)
    assert "weibo:late" in messages(two, build.OTHER_ID)
    undo(two)
    arrive(two, build.CASE_ID)
    assert "weibo:late" in messages(two, build.CASE_ID)
    assert two.messages.cases_of([conversation("c1")]) == {conversation("c1"): build.CASE_ID}


def test_a_file_that_was_being_fetched_is_not_left_with_the_former_case(two: Stores) -> None:
    ref = ref_of(two.messages.of_case(build.CASE_ID)[0].message)
    merge(two)
    arrive(two, build.OTHER_ID)
    located = two.evidence.located(ref, build.CASE_ID)
    assert located is not None
    assert located[1] == build.OTHER_ID
    evidence = build.evidence(message_id=ref.message_id)
    with pytest.raises(ConflictError, match="went to another case"):
        two.evidence.record(two.cases, build.CASE_ID, ref, evidence, actor=build.SYSTEM, now=LATER)
    assert two.evidence.record(two.cases, build.OTHER_ID, ref, evidence, actor=build.SYSTEM, now=LATER)


def test_a_split_makes_a_case_whose_citizen_writes_on_there(two: Stores) -> None:
    source = two.pairs.told(build.CASE_ID)
    chosen = {one for one, known in source.messages.items() if known.message.conversation == conversation("c2")}
    shown = two.messages.of_case(build.CASE_ID)

    def part() -> str:
        return two.pairs.part(
            source,
            chosen,
            "另一栋楼",
            shown=shown,
            opened_on=build.NOW.date(),
            actor=build.EDITOR,
            now=LATER,
            city=beijing(),
        )

    new_id = part()
    arrive(two, new_id)
    assert messages(two, new_id) == [*chosen]
    assert len(messages(two, build.CASE_ID)) == 2
    assert two.messages.cases_of([conversation("c1"), conversation("c2")]) == {
        conversation("c1"): build.CASE_ID,
        conversation("c2"): new_id,
    }
    warned = {one.message.conversation: one.case_id for one in two.windows.answers_due(build.after(days=9))}
    assert warned[conversation("c2")] == new_id, "the citizen's wait for an answer is the new case's business"
    assert warned[conversation("c1")] == build.CASE_ID
    with pytest.raises(CaseChangedError):
        part()


def test_the_index_of_matters_names_the_new_case_of_a_message_that_moved(stores: Stores) -> None:
    message = build.a_message()
    trace = trace_of(message, build.a_triage(), build.a_place(), shipped())
    names = names_of_posting(trace.posting(build.CASE_ID))
    known = stores.matters.look_up((), names)
    stores.messages.open_case(
        stores.cases,
        build.a_screened(message=message),
        case_id=build.CASE_ID,
        title="一",
        now=build.NOW,
        previous_case_id=None,
        filing=stores.matters.posting(trace.posting(build.CASE_ID), known),
    )
    a_case(stores, build.OTHER_ID, "c3")
    merge(stores)
    arrive(stores, build.OTHER_ID)
    found = stores.matters.look_up((), names)
    assert {one.case_id for one in found.postings(names)} == {build.OTHER_ID}
    assert len(list(found.postings(names))) == len(names)
    assert not stores.moves.post_again(ref_of(message)), "it says so already"


def test_an_older_message_moves_and_its_conversation_stays(two: Stores) -> None:
    older = f"weibo:{build.CASE_ID}.0"
    case = two.cases.load(build.CASE_ID)
    assert case is not None

    def both(one: Told, other: Told) -> tuple[Change, Change]:
        return matters.move_messages(one, other.case, {older}, "说的是那一件")

    two.pairs.decide_both(
        build.CASE_ID, build.OTHER_ID, both, actor=build.EDITOR, now=LATER, expected=(build.CASE_ID, case.version)
    )
    arrive(two, build.OTHER_ID)
    assert older in messages(two, build.OTHER_ID)
    assert two.messages.cases_of([conversation("c1")]) == {conversation("c1"): build.CASE_ID}


def test_whoever_decides_on_an_older_page_is_told(two: Stores) -> None:
    with pytest.raises(CaseChangedError):
        two.pairs.decide_both(
            build.CASE_ID,
            build.OTHER_ID,
            lambda one, other: matters.merge(one, other.case, "x"),
            actor=build.EDITOR,
            now=LATER,
            expected=(build.CASE_ID, 1),
        )
    with pytest.raises(CommandRefusedError, match="other_missing"):
        two.pairs.told("261123-999999")


def test_what_people_said_of_two_cases_can_be_read_in_one_place(two: Stores) -> None:
    merge(two)
    arrive(two, build.OTHER_ID)
    undo(two)
    said = [entry.change.kind for entry in two.cases.said_of_pairs()]
    assert sorted(said) == ["case_absorbed", "case_released", "merge_undone", "merged"]


def test_a_refused_merge_writes_nothing(two: Stores) -> None:
    two.cases.execute(build.CASE_ID, ReplyToCitizen(reply_id="r1", text="已转办。"), actor=build.EDITOR, now=LATER)
    before = tables(two)
    with pytest.raises(CommandRefusedError, match="reply_unsettled"):
        merge(two)
    assert tables(two) == before
