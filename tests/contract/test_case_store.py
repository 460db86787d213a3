"""What the case store promises, held against an emulated DynamoDB with the template's own tables."""

from datetime import UTC, datetime, timedelta

import pytest

from jiesu.cases.commands import AddNote, CloseCase, Command, CorrectCase, Escalate, JoinMessage, ReplyToAll
from jiesu.cases.fold import fold
from jiesu.cases.refusals import MAX_TEXT
from jiesu.cases.voices import MOST_VOICES
from jiesu.model.case import Case
from jiesu.model.errors import CaseChangedError, CommandRefusedError
from jiesu.model.message import ConversationKey
from jiesu.model.numbers import bulletin_number, is_bulletin_number, is_order_number, order_number
from jiesu.model.timeline import Entry
from jiesu.model.words import CaseStatus, ContactRole, Platform, Resolution, RungAction, Urgency
from tests import builders as build
from tests.conftest import Stores
from tests.dying import ProcessDiedError, counting, dying_after


def opened(stores: Stores, *, case_id: str = build.CASE_ID, citizen: str = "citizen-1") -> Case:
    """A case that `citizen` opened."""
    message = build.a_message(id=f"weibo:{citizen}", citizen_id=citizen)
    return stores.messages.open_case(
        stores.cases,
        build.a_screened(message=message),
        case_id=case_id,
        title="电梯内吐痰",
        now=build.NOW,
        previous_case_id=None,
    )


def dispatched(stores: Stores, case: Case, *, year: int = 2026) -> Case:
    """`case`, given to Fengtai under the year's next number."""
    return stores.cases.dispatch(
        case.id,
        make_command=lambda number: build.dispatch(bulletin=build.a_bulletin(number=number)),
        year=year,
        actor=build.EDITOR,
        now=build.after(minutes=1),
        expected_version=case.version,
    ).case


def all_entries(stores: Stores, case_id: str) -> list[Entry]:
    return list(reversed(stores.cases.timeline(case_id, limit=1000).entries))


def test_a_case_is_read_back_as_it_was_written(stores: Stores) -> None:
    case = dispatched(stores, opened(stores))
    assert stores.cases.load(case.id) == case


def test_the_head_is_the_fold_of_the_stored_entries(stores: Stores) -> None:
    case = dispatched(stores, opened(stores))
    commands: list[Command] = [build.acknowledge(), build.report(), build.accept()]
    for minutes, command in enumerate(commands, start=2):
        case = stores.cases.execute(case.id, command, actor=build.BUREAU_OFFICER, now=build.after(minutes=minutes)).case
    assert fold(all_entries(stores, case.id)) == case == stores.cases.load(case.id)


def test_the_longest_answer_goes_to_as_many_citizens_as_a_case_may_have(stores: Stores) -> None:
    case = opened(stores)
    for number in range(1, MOST_VOICES):
        citizen = ConversationKey(account_id="partner-hotline", citizen_id=f"{number:064}")
        message = build.a_message_ref(message_id=f"partner:{number:064}", platform=Platform.PARTNER, conversation=citizen)
        joined = JoinMessage(message=message, triage=build.a_triage())
        case = stores.cases.execute(case.id, joined, actor=build.SYSTEM, now=build.NOW).case
    answer = ReplyToAll(reply_id="R1", text="经查属实，已依法处理。" * (MAX_TEXT // 11))
    case = stores.cases.execute(case.id, answer, actor=build.EDITOR, now=build.NOW).case
    assert len(case.replies) == MOST_VOICES
    assert fold(all_entries(stores, case.id)) == case == stores.cases.load(case.id)


def test_a_case_that_does_not_exist_is_none_and_takes_no_command(stores: Stores) -> None:
    assert stores.cases.load("261123-000000") is None
    assert stores.cases.timeline("261123-000000").case is None
    with pytest.raises(CommandRefusedError, match="case_missing"):
        stores.cases.execute("261123-000000", AddNote(text="?"), actor=build.EDITOR, now=build.NOW)


def test_of_two_editors_with_one_version_the_second_is_told_that_the_case_has_changed(stores: Stores) -> None:
    case = opened(stores)
    stores.cases.execute(case.id, AddNote(text="一"), actor=build.EDITOR, now=build.after(minutes=1), expected_version=1)
    with pytest.raises(CaseChangedError) as refused:
        stores.cases.execute(case.id, AddNote(text="二"), actor=build.EDITOR, now=build.after(minutes=1), expected_version=1)
    assert refused.value.expected_version == 1
    assert len(all_entries(stores, case.id)) == 2


def test_a_command_without_a_version_is_decided_anew_when_another_was_faster(stores: Stores) -> None:
    case = dispatched(stores, opened(stores))
    stale = Stores(stores.client)

    def overtake(**_: object) -> None:
        stores.client.meta.events.unregister("before-call.dynamodb.TransactWriteItems", overtake)
        stale.cases.execute(case.id, build.acknowledge(), actor=build.BUREAU_OFFICER, now=build.after(minutes=2))

    stores.client.meta.events.register("before-call.dynamodb.TransactWriteItems", overtake)
    clock = Escalate(assignment_id=build.ASSIGNMENT_ID, run=1, rung=0)
    outcome = stores.cases.execute(case.id, clock, actor=build.CLOCK, now=build.after(minutes=2))
    assert outcome.entry is None, "a bureau that acknowledges while the clock escalates is not escalated"
    assert outcome.case.assignments[0].level == 0


def test_what_a_command_leaves_undone_writes_nothing(stores: Stores) -> None:
    case = dispatched(stores, opened(stores))
    first = stores.cases.execute(case.id, build.acknowledge(), actor=build.BUREAU_OFFICER, now=build.after(minutes=2))
    second = stores.cases.execute(case.id, build.acknowledge(), actor=build.BUREAU_OFFICER, now=build.after(minutes=3))
    assert first.entry is not None
    assert second.entry is None
    assert second.case.version == first.case.version


def test_a_refused_command_writes_nothing(stores: Stores) -> None:
    case = dispatched(stores, opened(stores))
    with pytest.raises(CommandRefusedError, match="assignments_unfinished"):
        stores.cases.execute(
            case.id, CloseCase(resolution=Resolution.HANDLED, reason="完"), actor=build.EDITOR, now=build.after(minutes=2)
        )
    assert stores.cases.load(case.id) == case


def test_bulletin_numbers_run_on_without_a_gap_and_lead_back_to_their_case(stores: Stores) -> None:
    first = dispatched(stores, opened(stores))
    second = dispatched(stores, opened(stores, case_id="261123-222222", citizen="citizen-2"))
    numbers = [case.bulletins[0].number for case in (first, second)]
    assert [number[:10] for number in numbers] == ["2026-00001", "2026-00002"]
    assert all(is_bulletin_number(number) for number in numbers)
    assert [stores.cases.find_bulletin(number) for number in numbers] == [first.id, second.id]
    assert stores.cases.find_bulletin("2026-00003-0") is None


def test_a_new_year_starts_its_numbers_at_one(stores: Stores) -> None:
    dispatched(stores, opened(stores))
    second = dispatched(stores, opened(stores, case_id="261123-222222", citizen="citizen-2"), year=2027)
    assert second.bulletins[0].number.startswith("2027-00001")


def test_a_dispatch_on_a_case_that_has_changed_uses_up_no_number(stores: Stores) -> None:
    case = opened(stores)
    stores.cases.execute(case.id, AddNote(text="一"), actor=build.EDITOR, now=build.after(minutes=1))
    with pytest.raises(CaseChangedError):
        dispatched(stores, case)
    case = stores.cases.load(case.id) or case
    assert dispatched(stores, case).bulletins[0].number.startswith("2026-00001")


def test_two_dispatches_at_once_get_two_numbers(stores: Stores) -> None:
    first, second = opened(stores), opened(stores, case_id="261123-222222", citizen="citizen-2")

    def overtake(**_: object) -> None:
        stores.client.meta.events.unregister("before-call.dynamodb.TransactWriteItems", overtake)
        dispatched(stores, second)

    stores.client.meta.events.register("before-call.dynamodb.TransactWriteItems", overtake)
    assert dispatched(stores, first).bulletins[0].number.startswith("2026-00002")


def test_a_dispatch_that_dies_after_any_of_its_calls_gives_one_number_or_none(stores: Stores) -> None:
    for calls in (1, 2):
        case = opened(stores, case_id=f"261123-00000{calls}", citizen=f"citizen-{calls}")
        with pytest.raises(ProcessDiedError), dying_after(stores.client, calls):
            dispatched(stores, case)
    kept = [stores.cases.load("261123-000001"), stores.cases.load("261123-000002")]
    assert [len(case.bulletins) for case in kept if case] == [0, 1]


def test_a_waiting_assignment_is_a_clock_until_its_bureau_has_reported(stores: Stores) -> None:
    case = dispatched(stores, opened(stores))
    (clock,) = stores.cases.open_clocks()
    assert (clock.case_id, clock.run) == (case.id, 1)
    assert clock.next_rung_at == case.assignments[0].acknowledgement.rungs[0].at
    commands: list[Command] = [build.acknowledge(), build.report()]
    for minutes, command in enumerate(commands, start=2):
        stores.cases.execute(case.id, command, actor=build.BUREAU_OFFICER, now=build.after(minutes=minutes))
    assert list(stores.cases.open_clocks()) == []


def test_the_item_that_the_clock_reads_follows_every_change_of_run_and_level(stores: Stores) -> None:
    case = dispatched(stores, opened(stores))
    climb = Escalate(assignment_id=build.ASSIGNMENT_ID, run=1, rung=0)
    stores.cases.execute(case.id, climb, actor=build.CLOCK, now=build.after(hours=2))
    stored = stores.client.get_item(
        TableName="CasesTable", Key={"pk": {"S": f"CASE#{case.id}"}, "sk": {"S": f"ASSIGNMENT#{build.ASSIGNMENT_ID}"}}
    )["Item"]
    assert (stored["run"], stored["level"]) == ({"N": "1"}, {"N": "1"})
    second = case.assignments[0].acknowledgement.rungs[1]
    assert stored["next_rung_at"] == {"S": second.at.strftime("%Y-%m-%dT%H:%M:%SZ")}


def test_the_queue_shows_the_most_urgent_first_then_the_oldest(stores: Stores) -> None:
    for number in range(3):
        opened(stores, case_id=f"261123-00000{number}", citizen=f"citizen-{number}")
    stores.cases.execute("261123-000002", CorrectCase(urgency=Urgency.CRITICAL), actor=build.EDITOR, now=build.after(minutes=5))
    page = stores.cases.queue(CaseStatus.OPEN)
    assert [case.id[-1] for case in page.cases] == ["2", "0", "1"]
    assert page.cursor is None


def test_the_queue_is_read_page_by_page_without_loss(stores: Stores) -> None:
    for number in range(5):
        opened(stores, case_id=f"261123-00000{number}", citizen=f"citizen-{number}")
    seen: list[str] = []
    cursor = None
    for _ in range(3):
        page = stores.cases.queue(CaseStatus.OPEN, limit=2, cursor=cursor)
        seen += [case.id for case in page.cases]
        cursor = page.cursor
    assert seen == [f"261123-00000{number}" for number in range(5)]


def test_a_long_timeline_is_read_a_page_a_query_newest_first(stores: Stores) -> None:
    case = opened(stores)
    for number in range(7):
        stores.cases.execute(case.id, AddNote(text=str(number)), actor=build.EDITOR, now=build.after(minutes=number + 1))
    with counting(stores.client) as calls:
        page = stores.cases.timeline(case.id, limit=3)
    assert calls == ["Query"]
    assert page.case == stores.cases.load(case.id)
    versions = [entry.version for entry in page.entries]
    while page.next_before is not None:
        page = stores.cases.timeline(case.id, before_version=page.next_before, limit=3)
        versions += [entry.version for entry in page.entries]
    assert versions == [8, 7, 6, 5, 4, 3, 2, 1]


def test_times_are_kept_to_the_microsecond(stores: Stores) -> None:
    case = opened(stores)
    odd = build.NOW + timedelta(microseconds=123_457)
    stores.cases.execute(case.id, AddNote(text="一"), actor=build.EDITOR, now=odd)
    assert all_entries(stores, case.id)[-1].at == odd


# --- Supervision orders -----------------------------------------------------------------------

ORDER_AT_ONCE = build.a_plan(
    acknowledgement=build.a_ladder_plan(rungs=(build.a_rung_plan(timedelta(), ContactRole.CHIEF, action=RungAction.ORDER),))
)


def late(stores: Stores, citizen: str, case_id: str) -> Case:
    """A case whose next rung issues a supervision order."""
    case = opened(stores, case_id=case_id, citizen=citizen)
    return stores.cases.dispatch(
        case.id,
        make_command=lambda number: build.dispatch(bulletin=build.a_bulletin(number=number), plan=ORDER_AT_ONCE),
        year=2026,
        actor=build.EDITOR,
        now=build.after(minutes=1),
        expected_version=case.version,
    ).case


def order_of(stores: Stores, case: Case, *, at: datetime = build.NOW) -> str:
    """The number of the order that the clock of `case` brings it."""
    climb = Escalate(assignment_id=build.ASSIGNMENT_ID, run=1, rung=0)
    (assignment,) = stores.cases.escalate(case.id, climb, actor=build.CLOCK, now=at).case.assignments
    return assignment.orders[0].number


def test_supervision_orders_have_a_series_of_their_own_and_each_number_names_one_case(stores: Stores) -> None:
    first, second = late(stores, "citizen-1", build.CASE_ID), late(stores, "citizen-2", build.OTHER_ID)
    numbers = [order_of(stores, first), order_of(stores, second)]
    assert numbers == [order_number(2026, 1), order_number(2026, 2)]
    assert [stores.cases.find_order(number) for number in numbers] == [first.id, second.id]
    assert all(is_order_number(number) for number in numbers)
    assert [one.bulletin_number for one in (*first.assignments, *second.assignments)] == [
        bulletin_number(2026, 1),
        bulletin_number(2026, 2),
    ]


def test_a_clock_that_repeats_itself_issues_no_second_order(stores: Stores) -> None:
    case = late(stores, "citizen-1", build.CASE_ID)
    assert order_of(stores, case) == order_of(stores, case)
    assert stores.cases.find_order(order_number(2026, 2)) is None


def test_an_order_is_numbered_in_the_year_of_the_offices_own_time(stores: Stores) -> None:
    case = late(stores, "citizen-1", build.CASE_ID)
    assert order_of(stores, case, at=datetime(2026, 12, 31, 16, 1, tzinfo=UTC)) == order_number(2027, 1)
