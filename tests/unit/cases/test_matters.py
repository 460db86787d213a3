"""Two cases: what a merge, its undoing, a split and a move make of both, and that no message and no answer is lost by any."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from jiesu.cases import matters
from jiesu.cases.commands import (
    AddNote,
    Command,
    JoinMessage,
    RecordEvidence,
    RecordNoticeFailed,
    RecordReplyFailed,
    RecordReplySent,
    ReopenCase,
    ReplyToCitizen,
    WithdrawAssignment,
    decide,
)
from jiesu.cases.effects import ClockEffect, MoveEffect, effects_of
from jiesu.cases.fold import apply, fold, next_entry
from jiesu.cases.heat import LowerHeat
from jiesu.cases.matters import FinishMove, Told, messages_of
from jiesu.cases.refusals import MAX_CARRIED, REFUSALS
from jiesu.model.asking import AskingState
from jiesu.model.case import PUBLIC_RESPONSE, Case, MessageRef
from jiesu.model.errors import CommandRefusedError
from jiesu.model.message import ConversationKey
from jiesu.model.timeline import Change, Entry, MessageJoined, MessagesArrived, Opened, ReplyRequested
from jiesu.model.words import CaseStatus, HeatGrade, Resolution, Urgency
from jiesu.store.codec import dumps, load_change, loads
from tests import builders as build

LATER = build.after(hours=1)


def joined(number: int, *, citizen: str = "citizen-1", urgency: Urgency = Urgency.ROUTINE) -> JoinMessage:
    message = build.a_message_ref(
        message_id=f"weibo:{number}",
        conversation=ConversationKey(account_id="weibo-main", citizen_id=citizen),
        sent_at=build.after(minutes=number),
    )
    return JoinMessage(message=message, triage=build.a_triage(urgency=urgency))


def one(*commands: Command) -> Told:
    return build.told(build.a_history(build.open_case(), *commands))


def other(*commands: Command) -> Told:
    return build.told(build.another_history(*commands))


def merged(source: Told, target: Told) -> tuple[Told, Told]:
    """Both after a merge whose messages have arrived."""
    out, into = matters.merge(source, target.case, "同一件事")
    target = build.with_entry(target, into)
    return build.with_entry(source, out), build.with_entry(target, MessagesArrived(moved=target.case.version))


def undone(source: Told, target: Told) -> tuple[Told, Told]:
    back, released = matters.undo_merge(source, target, "并错了")
    source = build.with_entry(source, back)
    return build.with_entry(source, MessagesArrived(moved=source.case.version)), build.with_entry(target, released)


def commanded(known: Told, *commands: Command) -> Told:
    for command in commands:
        change = decide(known.case, command, known.case.updated_at)
        assert change is not None
        known = build.with_entry(known, change)
    return known


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(CommandRefusedError) as caught:
        act()
    assert REFUSALS[caught.value.code] == caught.value.label
    return caught.value.code


# --- Merging ----------------------------------------------------------------------------------


def test_a_merged_case_is_closed_and_the_other_has_all_that_it_had() -> None:
    answered = (ReplyToCitizen(reply_id="r1", text="已转办。"), RecordReplySent(reply_id="r1", platform_ref="1"))
    source = one(joined(2, citizen="citizen-3", urgency=Urgency.URGENT), RecordEvidence(evidence=build.evidence()), *answered)
    source, target = merged(source, other())
    assert (source.case.status, source.case.resolution) == (CaseStatus.CLOSED, Resolution.MERGED)
    assert (source.case.merged_into, source.case.closed_at) == (build.OTHER_ID, source.case.updated_at)
    assert set(target.messages) == {"weibo:1", "weibo:2", "wechat:1"}
    assert (target.case.message_count, target.case.urgency) == (3, Urgency.URGENT)
    assert target.case.latest_message == source.case.latest_message
    assert [reply.id for reply in target.case.replies] == ["r1"], "an answer that was given counts"
    assert len(target.case.evidence_kept) == 1
    assert [absorbed.id for absorbed in target.case.absorbed] == [build.CASE_ID]
    assert target.case.moving == ()


def test_until_its_messages_have_arrived_a_case_takes_part_in_no_other_move() -> None:
    source, target = one(), other()
    _, into = matters.merge(source, target.case, "同一件事")
    target = build.with_entry(target, into)
    assert target.case.moving == (target.case.version,)
    third = replace(one(joined(2)).case, id="261123-222222")
    assert refused(lambda: matters.merge(target, third, "x")) == "messages_moving"
    assert refused(lambda: matters.merge(build.told(build.a_history(build.open_case())), target.case, "x"))
    assert refused(lambda: matters.undo_merge(build.with_entry(source, _merged_into(target.case)), target, "")) == (
        "messages_moving"
    )
    assert decide(target.case, FinishMove(moved=99), LATER) is None
    assert decide(target.case, FinishMove(moved=2), LATER) == MessagesArrived(moved=2)


def _merged_into(case: Case) -> Change:
    return matters.merge(one(), replace(case, moving=()), "同一件事")[0]


@pytest.mark.parametrize(
    ("code", "commands"),
    [
        ("merge_assignments", (build.dispatch(),)),
        ("publication_waiting", (build.draft_publication(),)),
        ("merge_tasks", (RecordNoticeFailed(notice_id="n1", reason="mail_rejected"),)),
        ("merge_coverage", (build.start_coverage(),)),
        ("reply_unsettled", (ReplyToCitizen(reply_id="r1", text="已转办。"),)),
        ("case_closed", (build.close(),)),
    ],
)
def test_a_case_with_something_under_way_is_not_merged(code: str, commands: tuple[Command, ...]) -> None:
    assert refused(lambda: matters.merge(one(*commands), other().case, "同一件事")) == code


def test_a_case_whose_bureaus_are_at_work_may_take_another_in() -> None:
    target = one(build.dispatch())
    _, into = merged(other(), target)
    assert into.case.status is CaseStatus.DISPATCHED
    assert into.case.assignments == target.case.assignments


def test_assignments_that_were_withdrawn_keep_no_case_from_being_merged() -> None:
    source = one(build.dispatch(), WithdrawAssignment(assignment_id="a1", reason="与另一件重复"))
    assert merged(source, other())[0].case.merged_into == build.OTHER_ID


def test_a_merge_needs_a_reason_another_case_and_one_that_is_open() -> None:
    source = one()
    assert refused(lambda: matters.merge(source, other().case, " ")) == "reason_missing"
    assert refused(lambda: matters.merge(source, source.case, "x")) == "same_case"
    assert refused(lambda: matters.merge(source, other(build.close()).case, "x")) == "other_closed"
    gone, _ = merged(one(), other())
    assert refused(lambda: matters.merge(other(), gone.case, "x")) == "other_merged"
    assert refused(lambda: matters.merge(gone, other().case, "x")) == "case_merged"


def test_more_messages_than_an_entry_holds_are_not_moved_at_once() -> None:
    source = one(*(joined(number) for number in range(2, MAX_CARRIED + 2)))
    assert refused(lambda: matters.merge(source, other().case, "同一件事")) == "merge_too_many"
    size = len(dumps(matters.merge(one(*(joined(number) for number in range(2, MAX_CARRIED + 1))), other().case, "x")[1]))
    assert size < 300_000, "an item holds 400 KB"


def test_a_merged_case_does_nothing_any_more() -> None:
    source, _ = merged(one(build.raise_heat()), other())
    for command in (ReopenCase(reason="x"), joined(9), ReplyToCitizen(reply_id="r", text="好"), build.dispatch()):
        assert refused(lambda command=command: decide(source.case, command, LATER)) == "case_merged"  # type: ignore[misc]
    assert decide(source.case, build.raise_heat(HeatGrade.RED), LATER) is None
    response = source.case.public_response
    assert response is not None
    assert (response.ladder, response.next_rung) == (None, None)
    assert refused(lambda: decide(one().case, build.close(Resolution.MERGED), LATER)) == "merge_chosen"


# --- Heat and the public ----------------------------------------------------------------------


def test_heat_and_the_duty_to_speak_go_along_and_nobody_is_told_of_the_grade_twice() -> None:
    source = one(build.raise_heat())
    deadline = source.case.public_response and source.case.public_response.ladders[0].deadline
    _, target = merged(source, other())
    assert target.case.heat == source.case.heat
    assert target.case.public_response is not None
    assert target.case.public_response.ladders[0].deadline == deadline, "the hours are counted from when it became hot"
    assert decide(target.case, build.raise_heat(), LATER) is None
    effects = [effect for entry in target.entries for effect in effects_of(entry)]
    assert [effect.assignment_id for effect in effects if isinstance(effect, ClockEffect)] == [PUBLIC_RESPONSE]
    back, released = undone(*merged(source, other()))
    assert back.case.public_response is not None
    assert source.case.public_response is not None
    assert back.case.public_response.run == source.case.public_response.run + 1
    assert back.case.public_response.next_rung == source.case.public_response.next_rung
    assert released.case.public_response is not None
    assert released.case.public_response.ended


def test_where_the_other_owes_statements_already_its_own_clock_goes_on() -> None:
    target = other(build.raise_heat())
    source, after = merged(one(build.raise_heat(HeatGrade.RED)), target)
    assert after.case.public_response == target.case.public_response
    assert after.case.heat == source.case.heat
    back, released = undone(source, after)
    assert released.case.public_response == target.case.public_response
    assert back.case.public_response is not None
    assert not back.case.public_response.resting


def test_what_was_called_off_meanwhile_is_not_owed_again() -> None:
    source, target = merged(one(build.raise_heat()), other())
    back, _ = undone(source, commanded(target, LowerHeat(grade=None, reason="平息")))
    assert back.case.public_response is not None
    assert back.case.public_response.ladder is None


# --- Undoing ----------------------------------------------------------------------------------


def test_an_undone_merge_leaves_both_as_they_were() -> None:
    source, target = one(joined(2, citizen="citizen-3"), RecordEvidence(evidence=build.evidence())), other(AddNote(text="x"))
    back, released = undone(*merged(source, target))
    for before, after in ((source.case, back.case), (target.case, released.case)):
        assert replace(after, version=before.version, updated_at=before.updated_at) == before


def test_a_case_given_out_and_done_is_resolved_again() -> None:
    source = build.told(build.a_history(build.open_case(), build.dispatch(), build.acknowledge(), build.report(), build.accept()))
    assert undone(*merged(source, other()))[0].case.status is CaseStatus.RESOLVED


def test_what_its_people_wrote_and_were_answered_meanwhile_goes_back_with_it() -> None:
    source, target = merged(one(), other())
    later = joined(5)
    answer = ReplyToCitizen(reply_id="r1", text="已处理。", to=later.message)
    target = commanded(target, later, joined(6, citizen="citizen-9"), answer, RecordReplySent(reply_id="r1", platform_ref="1"))
    back, released = undone(source, target)
    assert set(back.messages) == {"weibo:1", "weibo:5"}
    assert set(released.messages) == {"wechat:1", "weibo:6"}
    assert [reply.id for reply in back.case.replies] == ["r1"]
    assert released.case.replies == ()
    assert back.case.latest_message == later.message


def test_who_had_written_to_the_other_before_stays_with_it() -> None:
    target = other(joined(3))
    source, target = merged(one(), target)
    back, released = undone(source, commanded(target, joined(5)))
    assert set(back.messages) == {"weibo:1"}
    assert set(released.messages) == {"wechat:1", "weibo:3", "weibo:5"}


def test_only_a_merge_that_stands_can_be_undone() -> None:
    assert refused(lambda: matters.undo_merge(one(), other(), "")) == "not_merged"
    source, target = merged(one(), other())
    assert refused(lambda: matters.undo_merge(*undone(source, target), "")) == "not_merged"
    third = build.told(build.a_history(build.open_case(message=build.a_message_ref(message_id="x")), case_id="261123-222222"))
    moved_on, _ = merged(target, third)
    assert refused(lambda: matters.undo_merge(source, moved_on, "")) == "other_merged"


def test_a_case_merged_twice_carries_along_what_it_had_taken_in() -> None:
    source, target = merged(one(), other())
    third = build.told(
        build.a_history(build.open_case(message=build.a_message_ref(message_id="weibo:7")), case_id="261123-222222")
    )
    _, last = merged(target, third)
    assert set(last.messages) == {"weibo:1", "wechat:1", "weibo:7"}
    back, _ = undone(target := merged(target, third)[0], last)
    assert set(back.messages) == set(target.messages)
    assert set(undone(source, back)[0].messages) == {"weibo:1"}


# --- Splitting and moving ---------------------------------------------------------------------

NEW = {"case_id": "261123-333333", "title": "另一部电梯"}


def test_a_split_opens_a_case_of_the_messages_and_the_answers_to_them() -> None:
    late = joined(3, citizen="citizen-3")
    answer = ReplyToCitizen(reply_id="r1", text="请稍候。", to=late.message)
    source = one(joined(2), late, answer, RecordReplySent(reply_id="r1", platform_ref="1"))
    out, opened = matters.split(source, {"weibo:3"}, "另一栋楼", **NEW, triage=build.a_triage(), place=build.a_place())
    source = build.with_entry(source, out)
    entry = next_entry(None, NEW["case_id"], opened, actor=build.EDITOR, now=LATER)
    made = build.told([entry])
    assert set(made.messages) == {"weibo:3"}
    assert (made.case.message_count, made.case.moving, made.case.status) == (1, (1,), CaseStatus.OPEN)
    assert [reply.id for reply in made.case.replies] == ["r1"]
    assert set(source.messages) == {"weibo:1", "weibo:2"}
    assert (source.case.message_count, source.case.replies) == (2, ())
    assert source.case.latest_message is not None
    assert source.case.latest_message.message_id == "weibo:2"
    assert [isinstance(effect, MoveEffect) for effect in effects_of(entry)] == [True]


def test_a_conversation_goes_along_with_its_newest_message_and_not_with_an_older_one() -> None:
    source = one(joined(2), joined(3, citizen="citizen-3"))
    out, into = matters.move_messages(source, other().case, {"weibo:1", "weibo:3"}, "说的是那一件")
    assert {one.message.message_id: one.leads for one in out.messages} == {"weibo:1": False, "weibo:3": True}
    assert into.messages == out.messages


def test_some_messages_move_and_never_all_none_or_unknown_ones() -> None:
    source, target = one(joined(2)), other().case
    assert refused(lambda: matters.move_messages(source, target, set(), "x")) == "messages_missing"
    assert refused(lambda: matters.move_messages(source, target, {"wechat:1"}, "x")) == "messages_missing"
    assert refused(lambda: matters.move_messages(source, target, {"weibo:1", "weibo:2"}, "x")) == "messages_all"
    assert refused(lambda: matters.move_messages(source, target, {"weibo:2"}, " ")) == "reason_missing"
    asked = one(joined(2), ReplyToCitizen(reply_id="r1", text="好"))
    assert refused(lambda: matters.move_messages(asked, target, {"weibo:2"}, "x")) == "reply_unsettled"
    failed = commanded(asked, RecordReplyFailed(reply_id="r1", reason="window_closed"))
    assert refused(lambda: matters.move_messages(failed, target, {"weibo:2"}, "x")) == "reply_unsettled"
    assert matters.move_messages(asked, target, {"weibo:1"}, "x"), "the answer to another message is no obstacle"


# --- Never the same ---------------------------------------------------------------------------


def test_two_cases_called_different_say_so_both_until_it_is_revoked() -> None:
    first, second = one(), other()
    said = matters.call_different(first.case, second.case, "两个小区")
    assert said is not None
    first, second = build.with_entry(first, said[0]), build.with_entry(second, said[1])
    assert (first.case.never_with, second.case.never_with) == ((build.OTHER_ID,), (build.CASE_ID,))
    assert matters.call_different(second.case, first.case, "") is None
    back = matters.revoke_difference(first.case, second.case, "")
    assert build.with_entry(first, back[0]).case.never_with == build.with_entry(second, back[1]).case.never_with == ()
    assert refused(lambda: matters.revoke_difference(one().case, other().case, "")) == "not_called_different"


def test_what_a_merged_case_was_told_apart_from_is_another_matter_for_the_whole_until_it_is_undone() -> None:
    source, third = one(), build.told(build.a_history(build.open_case(), case_id="261123-222222"))
    said = matters.call_different(source.case, third.case, "")
    assert said is not None
    source = build.with_entry(source, said[0])
    source, target = merged(source, other())
    assert matters.called_different(target.case, third.case)
    _, released = undone(source, target)
    assert released.case.never_with == ()


def test_a_person_may_merge_what_a_person_called_different() -> None:
    said = matters.call_different(one().case, other().case, "")
    assert said is not None
    source, target = merged(build.with_entry(one(), said[0]), build.with_entry(other(), said[1]))
    assert (source.case.never_with, target.case.never_with) == ((), ())


# --- Anything in any order --------------------------------------------------------------------

CASES = ("A", "B", "C")
picked = st.sampled_from(CASES)


class MatterMachine(RuleBasedStateMachine):
    """Three cases between which messages go to and fro: none is lost, none is in two, each case is its timeline."""

    def __init__(self) -> None:
        super().__init__()
        self.now = build.NOW
        self.told: dict[str, list[Entry]] = {}
        self.sent = 0
        self.refusals: set[tuple[str, str]] = set()
        for name in CASES:
            message = self.message(name)
            change = decide(None, build.open_case(title=name, message=message), self.now)
            assert change is not None
            self.write(name, change)

    def message(self, citizen: str) -> MessageRef:
        self.sent += 1
        return build.a_message_ref(
            message_id=f"m{self.sent}",
            conversation=ConversationKey(account_id="weibo-main", citizen_id=citizen),
            sent_at=build.after(minutes=self.sent),
        )

    def case(self, name: str) -> Case:
        return build.the_case(self.told[name])

    def known(self, name: str) -> Told:
        return build.told(self.told[name])

    def write(self, name: str, change: Change) -> None:
        self.now += timedelta(minutes=7)
        entries = self.told.setdefault(name, [])
        case = fold(entries)
        entry = next_entry(case, name, change, actor=build.EDITOR, now=self.now)
        apply(case, entry)
        entries.append(entry)
        assert load_change(change.kind, dumps(change)) == change

    def both(self, one: str, other: str, act: Callable[[], tuple[Change, Change] | None]) -> None:
        try:
            changes = act()
        except CommandRefusedError as error:
            self.refusals.add((error.code, error.label))
            return
        if changes is not None:
            self.write(one, changes[0])
            self.write(other, changes[1])

    def command(self, name: str, command: Command) -> None:
        try:
            change = decide(self.case(name), command, self.now)
        except CommandRefusedError:
            return
        if change is not None:
            self.write(name, change)

    @rule(name=picked, citizen=st.sampled_from([*CASES, "D"]))
    def write_again(self, name: str, citizen: str) -> None:
        message = self.message(citizen)
        self.command(name, JoinMessage(message=message, triage=build.a_triage()))

    @rule(name=picked, ends=st.booleans())
    def answer(self, name: str, ends: bool) -> None:
        reply_id = f"r{self.now.timestamp()}"
        self.command(name, ReplyToCitizen(reply_id=reply_id, text="您好"))
        if ends and self.case(name).reply(reply_id) is not None:
            self.command(name, RecordReplySent(reply_id=reply_id, platform_ref="1"))

    @rule(name=picked)
    def become_hot(self, name: str) -> None:
        self.command(name, build.raise_heat())

    @rule(name=picked, ends=st.booleans())
    def close_or_reopen(self, name: str, ends: bool) -> None:
        self.command(name, build.close() if ends else ReopenCase(reason="x"))

    @rule(one=picked, other=picked)
    def merge(self, one: str, other: str) -> None:
        self.both(one, other, lambda: matters.merge(self.known(one), self.case(other), "x"))

    @rule(one=picked, other=picked)
    def undo(self, one: str, other: str) -> None:
        self.both(one, other, lambda: matters.undo_merge(self.known(one), self.known(other), ""))

    @rule(one=picked, other=picked, place=st.integers(0, 5))
    def move(self, one: str, other: str, place: int) -> None:
        chosen = list(self.known(one).messages)[place : place + 2]
        self.both(one, other, lambda: matters.move_messages(self.known(one), self.case(other), chosen, "x"))

    @rule(one=picked, other=picked, apart=st.booleans())
    def tell_apart(self, one: str, other: str, apart: bool) -> None:
        act = matters.call_different if apart else matters.revoke_difference
        self.both(one, other, lambda: act(self.case(one), self.case(other), ""))

    @rule(name=picked)
    def messages_arrive(self, name: str) -> None:
        for version in self.case(name).moving:
            self.command(name, FinishMove(moved=version))

    @invariant()
    def every_refusal_has_a_name_that_is_known(self) -> None:
        assert self.refusals <= set(REFUSALS.items())

    @invariant()
    def every_message_is_in_one_case_that_is_its_own(self) -> None:
        found = [one for name in CASES if self.case(name).merged_into is None for one in messages_of(self.told[name])]
        joined = {
            entry.change.message.message_id
            for entries in self.told.values()
            for entry in entries
            if isinstance(entry.change, Opened | MessageJoined)
        }
        assert sorted(found) == sorted(joined)

    @invariant()
    def the_head_counts_what_the_timeline_names(self) -> None:
        for name in CASES:
            case, messages = self.case(name), messages_of(self.told[name])
            assert case.message_count == len(messages)
            if case.merged_into is None:
                assert case.latest_message is not None
                assert case.latest_message.message_id in messages
                assert all(reply.to.message_id in messages for reply in case.replies)
            assert loads(Case, dumps(case)) == case

    @invariant()
    def no_answer_is_lost(self) -> None:
        changes = [entry.change for entries in self.told.values() for entry in entries]
        given = {change.reply.id for change in changes if isinstance(change, ReplyRequested)}
        assert {reply.id for name in CASES for reply in self.case(name).replies} == given

    @invariant()
    def a_merged_case_is_closed_runs_no_clock_and_is_part_of_another(self) -> None:
        for name in CASES:
            case = self.case(name)
            if case.merged_into is not None:
                assert case.status is CaseStatus.CLOSED
                assert case.public_response is None or case.public_response.next_rung is None
                assert name in [one.id for one in self.case(case.merged_into).absorbed]

    @invariant()
    def what_is_told_apart_is_told_apart_on_both_sides_that_are_open(self) -> None:
        for name in CASES:
            assert name not in self.case(name).never_with

    @invariant()
    def every_public_clock_was_started(self) -> None:
        for name in CASES:
            response = self.case(name).public_response
            if response is not None and response.next_rung is not None:
                effects = [effect for entry in self.told[name] for effect in effects_of(entry)]
                assert response.run in [one.run for one in effects if isinstance(one, ClockEffect)]


TestMatterMachine = MatterMachine.TestCase
TestMatterMachine.settings = settings(max_examples=50, stateful_step_count=30, deadline=None)


# --- Asking -----------------------------------------------------------------------------------


def test_whose_messages_go_to_another_case_is_asked_no_more_in_this_one() -> None:
    asked = build.start_asking()
    first = one(asked).case.replies[0].id
    source, target = merged(one(asked, RecordReplySent(reply_id=first, platform_ref="1")), other())
    assert [asking.state for asking in source.case.askings] == [AskingState.STOPPED]
    assert target.case.askings == ()
    gone, absorbing = merged(other(), one(asked))
    _, alone = undone(gone, absorbing)
    assert [asking.state for asking in alone.case.askings] == [AskingState.OPEN], "its own citizen stays"
