"""Several duties of one bureau beside each other: which run, which is next, what meets them, what moves them."""

from dataclasses import replace
from datetime import timedelta

import pytest

from jiesu.cases.commands import Command, Escalate, RecordReplySent, ReplyToCitizen, ReportProgress, SendBack, decide
from jiesu.cases.effects import clock_of, effects_of
from jiesu.cases.fold import apply, next_entry
from jiesu.cases.replanning import Replan
from jiesu.model.case import Assignment, Case
from jiesu.model.errors import CommandRefusedError
from jiesu.model.numbers import order_number
from jiesu.model.timeline import Escalated, Replanned
from jiesu.model.words import AssignmentStatus, LadderKind, RungAction
from tests import builders as build

ACKNOWLEDGEMENT, ACTION, CONTACT, INTERIM, FEEDBACK = (
    LadderKind.ACKNOWLEDGEMENT,
    LadderKind.ACTION,
    LadderKind.FIRST_CONTACT,
    LadderKind.INTERIM,
    LadderKind.FEEDBACK,
)
ORDER = order_number(2026, 1)
CONTACTED = ReportProgress(assignment_id=build.ASSIGNMENT_ID, text="已电话联系", contacted=True)
PROGRESS = ReportProgress(assignment_id=build.ASSIGNMENT_ID, text="正在调取监控")
ANSWERED: tuple[Command, ...] = (
    ReplyToCitizen(reply_id="r1", text="已收到，正在办理"),
    RecordReplySent(reply_id="r1", platform_ref="9"),
)


def given(*commands: Command) -> Case:
    """A case on a whole plan, dispatched at 09:31, each command a minute later."""
    return build.a_case(build.dispatch(plan=build.a_whole_plan()), *commands)


def standing(*commands: Command) -> Assignment:
    return given(*commands).assignments[0]


def kinds(assignment: Assignment) -> list[LadderKind]:
    return [ladder.kind for ladder in assignment.running]


def strike(assignment: Assignment) -> Escalate:
    return Escalate(assignment_id=assignment.id, run=assignment.run, rung=assignment.level, order_number=ORDER)


def climbed(case: Case, times: int) -> tuple[Case, list[Escalated]]:
    """`case` after its clock struck so often."""
    changes = []
    for _ in range(times):
        change = decide(case, strike(case.assignments[0]), build.NOW)
        assert isinstance(change, Escalated)
        changes.append(change)
        case = apply(case, next_entry(case, case.id, change, actor=build.CLOCK, now=build.NOW))
    return case, changes


@pytest.mark.parametrize(
    ("commands", "open_duties"),
    [
        ((), [ACKNOWLEDGEMENT, FEEDBACK]),
        ((build.acknowledge(),), [ACTION, CONTACT, INTERIM, FEEDBACK]),
        ((build.acknowledge(), CONTACTED), [INTERIM, FEEDBACK]),
        ((build.acknowledge(), PROGRESS), [CONTACT, FEEDBACK]),
        ((build.acknowledge(), *ANSWERED), [ACTION, INTERIM, FEEDBACK]),
        ((*ANSWERED, build.acknowledge()), [ACTION, INTERIM, FEEDBACK]),
        ((build.acknowledge(), build.report()), []),
        ((build.acknowledge(), build.report(), SendBack(assignment_id="a1", reason="依据")), [FEEDBACK]),
        ((build.acknowledge(), build.report(), SendBack(assignment_id="a1", reason="依据"), PROGRESS), [FEEDBACK]),
    ],
    ids=[
        "given",
        "acknowledged",
        "contacted the citizen",
        "reported progress",
        "the office answered the citizen",
        "the office answered before the acknowledgement",
        "reported",
        "sent back",
        "progress after it was sent back",
    ],
)
def test_the_duties_that_are_open(commands: tuple[Command, ...], open_duties: list[LadderKind]) -> None:
    assert kinds(standing(*commands)) == open_duties


def test_the_nearest_rung_of_all_ladders_is_next_and_each_is_climbed_once() -> None:
    case = given(build.acknowledge())
    rungs = [(rung.at, ladder.kind) for ladder in case.assignments[0].running for rung in ladder.rungs]
    case, changes = climbed(case, len(rungs))
    assert [(one.due, one.ladder) for one in changes] == sorted(rungs, key=lambda rung: rung[0])
    assert case.assignments[0].next_rung is None


def test_a_clock_that_waited_for_a_duty_that_was_met_climbs_nothing_and_the_next_one_is_found() -> None:
    waiting = strike(standing(build.acknowledge()))
    case = given(build.acknowledge(), CONTACTED)
    assert decide(case, waiting, build.NOW) is None
    assert case.assignments[0].run == waiting.run, "the clock that waits goes on by itself"
    assert isinstance(decide(case, strike(case.assignments[0]), build.NOW), Escalated)


def test_progress_is_no_second_first_contact_and_a_second_report_changes_no_time() -> None:
    once, twice = standing(build.acknowledge(), CONTACTED), standing(build.acknowledge(), CONTACTED, CONTACTED)
    assert once.contacted_at == twice.contacted_at
    assert (once.interim_at, twice.interim_at) == (None, None)


def test_what_the_system_answers_by_itself_is_no_contact() -> None:
    case = given(build.acknowledge(), ANSWERED[0])
    automatic = replace(case, replies=(replace(case.replies[0], automatic_at=build.NOW),))
    change = decide(automatic, ANSWERED[1], build.NOW)
    assert change is not None
    after = apply(automatic, next_entry(automatic, case.id, change, actor=build.SYSTEM, now=build.NOW))
    assert CONTACT in kinds(after.assignments[0])


# --- Acknowledged is not acted on -------------------------------------------------------------


def test_an_acknowledgement_with_nothing_after_it_expires_and_the_ladder_goes_on() -> None:
    case = given(build.acknowledge())
    (assignment,) = case.assignments
    assert assignment.action is not None
    assert not assignment.is_stalled(assignment.action.deadline - timedelta(seconds=1))
    assert assignment.is_stalled(assignment.action.deadline)
    _, (change,) = climbed(case, 1)
    assert (change.ladder, [one.role for one in change.contacts]) == (ACTION, ["chief"])


@pytest.mark.parametrize("act", [CONTACTED, PROGRESS, build.report()])
def test_whatever_a_bureau_does_after_it_acknowledged_keeps_the_acknowledgement(act: Command) -> None:
    assert not standing(build.acknowledge(), act).is_stalled(build.after(days=3))


# --- Supervision orders -----------------------------------------------------------------------


def test_a_rung_that_issues_an_order_gives_it_the_number_and_the_assignment_keeps_it() -> None:
    case, changes = climbed(given(), 8)
    assert [one.action for one in changes][-1] is RungAction.ORDER
    (order,) = case.assignments[0].orders
    assert (order.number, order.ladder, order.deadline) == (ORDER, FEEDBACK, case.assignments[0].feedback_ladder.deadline)


def test_an_order_without_a_number_is_a_mistake_of_the_program() -> None:
    case, _ = climbed(given(), 7)
    with pytest.raises(ValueError, match="needs its number"):
        decide(case, replace(strike(case.assignments[0]), order_number=""), build.NOW)


# --- Re-planning ------------------------------------------------------------------------------

LONGER = build.a_plan(feedback=build.a_ladder_plan(timedelta(days=30)))
REPLAN = Replan(assignment_id=build.ASSIGNMENT_ID, plan=LONGER, reason="新时限方案")


def test_a_new_plan_counts_from_where_the_old_one_counted_and_starts_a_new_clock() -> None:
    before, after = standing(build.acknowledge()), standing(build.acknowledge(), REPLAN)
    assert after.run == before.run + 1
    assert after.feedback_ladder.deadline == before.dispatched_at + timedelta(days=30)
    assert after.status is before.status
    case = given(build.acknowledge())
    change = decide(case, REPLAN, build.NOW)
    assert isinstance(change, Replanned)
    entry = next_entry(case, case.id, change, actor=build.SUPERVISOR, now=build.NOW)
    assert effects_of(entry) == (clock_of(case.id, build.ASSIGNMENT_ID, after.run),)


def test_a_duty_that_the_new_plan_does_not_name_stays_as_it_was() -> None:
    assert standing(build.acknowledge(), REPLAN).first_contact == standing(build.acknowledge()).first_contact


def test_rungs_that_a_new_plan_puts_into_the_past_are_not_climbed_all_at_once() -> None:
    case = given(build.acknowledge())
    late = decide(case, replace(REPLAN, plan=build.a_plan(feedback=build.a_ladder_plan(timedelta(hours=3)))), build.after(days=2))
    assert isinstance(late, Replanned)
    ladder = next(one for one in late.ladders if one.kind is FEEDBACK)
    assert ladder.climbed == len(ladder.rungs) - 1, "the last one stays: a deadline that moved into the past is told of"


def test_the_same_plan_and_an_assignment_without_a_clock_are_left_alone() -> None:
    assert decide(given(), replace(REPLAN, plan=build.a_whole_plan()), build.NOW) is None
    assert decide(given(build.acknowledge(), build.report()), REPLAN, build.NOW) is None


def test_a_new_plan_needs_a_reason() -> None:
    with pytest.raises(CommandRefusedError):
        decide(given(), replace(REPLAN, reason=" "), build.NOW)


def test_what_is_sent_back_counts_anew_from_then_under_the_new_plan() -> None:
    back = (build.acknowledge(), build.report(), SendBack(assignment_id="a1", reason="依据"))
    before, after = standing(*back), standing(*back, REPLAN)
    assert after.status is AssignmentStatus.SENT_BACK
    assert after.feedback_ladder.deadline - before.feedback_ladder.deadline == timedelta(days=23)
