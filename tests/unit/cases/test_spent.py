"""A ladder that is climbed to its end while something is owed becomes a person's task, and goes on being one."""

from datetime import datetime, timedelta

from jiesu.cases.commands import Command, Escalate, FinishTask, WithdrawAssignment, decide
from jiesu.cases.fold import apply, next_entry
from jiesu.cases.spent import AGAIN_AFTER, TellOfSpentLadder, is_spent
from jiesu.model.case import PUBLIC_RESPONSE, Case
from jiesu.model.timeline import LadderSpent
from jiesu.model.words import TaskKind
from tests import builders as build

TELL = TellOfSpentLadder(clock_id=build.ASSIGNMENT_ID, run=1)
LATER = build.after(days=30)


def do(case: Case, command: Command, now: datetime = LATER) -> Case:
    change = decide(case, command, now)
    if change is None:
        return case
    return apply(case, next_entry(case, case.id, change, actor=build.SYSTEM, now=now))


def silent_to_the_end() -> Case:
    """A bureau that never answered, every rung climbed."""
    case = build.a_dispatched_case()
    while (rung := case.assignments[0].next_rung) is not None:
        assert decide(case, TELL, LATER) is None, "a clock that goes on needs no person"
        strike = Escalate(assignment_id=build.ASSIGNMENT_ID, run=1, rung=case.assignments[0].level, order_number="D1")
        case = do(case, strike, rung.at)
    return case


def test_an_assignment_without_a_rung_left_is_one_task() -> None:
    case = silent_to_the_end()
    assert is_spent(case.assignments[0])
    told = do(case, TELL)
    (task,) = [one for one in told.tasks if one.kind is TaskKind.LADDER_SPENT]
    assert task.subject == build.ASSIGNMENT_ID
    assert do(told, TELL, LATER + 9 * AGAIN_AFTER) == told, "while the task is open there is no second one"


def test_a_task_that_was_called_done_comes_back_after_a_day_of_silence() -> None:
    told = do(silent_to_the_end(), TELL)
    done = do(told, FinishTask(task_id=told.tasks[-1].id, note="已打电话"))
    assert decide(done, TELL, LATER + AGAIN_AFTER - timedelta(minutes=1)) is None
    assert isinstance(decide(done, TELL, LATER + AGAIN_AFTER), LadderSpent)


def test_a_report_or_a_withdrawal_ends_the_task_and_an_acknowledgement_that_comes_too_late_does_not() -> None:
    told = do(silent_to_the_end(), TELL)
    acknowledged = do(told, build.acknowledge())
    assert acknowledged.tasks == told.tasks
    for command in (build.report(), WithdrawAssignment(assignment_id=build.ASSIGNMENT_ID, reason="改派")):
        assert [one for one in do(acknowledged, command).tasks if one.kind is TaskKind.LADDER_SPENT] == []


def test_what_a_clock_of_another_run_says_is_stale_and_a_clock_that_nobody_has_is_nothing() -> None:
    case = silent_to_the_end()
    assert decide(case, TellOfSpentLadder(clock_id=build.ASSIGNMENT_ID, run=2), LATER) is None
    assert decide(case, TellOfSpentLadder(clock_id=PUBLIC_RESPONSE, run=1), LATER) is None
    assert decide(do(do(case, build.acknowledge()), build.report()), TELL, LATER) is None


def test_a_public_that_heard_nothing_to_the_last_rung_is_a_persons_task_too() -> None:
    case = do(build.a_case(), build.raise_heat(), build.NOW)
    while (response := case.public_response) is not None and response.next_rung is not None:
        strike = Escalate(assignment_id=PUBLIC_RESPONSE, run=response.run, rung=response.level)
        case = do(case, strike, response.next_rung.at)
    told = do(case, TellOfSpentLadder(clock_id=PUBLIC_RESPONSE, run=1))
    assert [one.subject for one in told.tasks if one.kind is TaskKind.LADDER_SPENT] == [PUBLIC_RESPONSE]
