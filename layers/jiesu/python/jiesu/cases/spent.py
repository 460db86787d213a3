"""Clocks with nothing left to strike while something is still owed: their ladder is climbed, so a person goes on."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from jiesu.model.asking import Asking
from jiesu.model.case import PUBLIC_RESPONSE, Assignment, Case, PublicResponse, SpentClock, Task
from jiesu.model.coverage import COVERAGE, Coverage
from jiesu.model.timeline import LadderSpent
from jiesu.model.words import TaskKind

AGAIN_AFTER = timedelta(days=1)
"""How long after a person's task was opened another one is, where that was called done and still nothing came."""

RUNGS_CLIMBED = "rungs_climbed"
"""Reason code of the task."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TellOfSpentLadder:
    """What the sweeper sends where run `run` of a clock has no rung left."""

    clock_id: str
    run: int


def is_spent(of: Assignment | PublicResponse | Coverage | Asking) -> bool:
    """Whether something is owed by `of` and no rung will ever ask for it. An asking's last rung is a person's task already."""
    if of.next_rung is not None:
        return False
    match of:
        case Assignment():
            return bool(of.running)
        case PublicResponse():
            return of.ladder is not None
        case Coverage():
            return of.is_running
        case Asking():
            return False


def tell_of_spent_ladder(case: Case, command: TellOfSpentLadder, now: datetime) -> LadderSpent | None:
    """The task, or None where the clock goes on after all, a person has it, or had it within the last day."""
    of = _clocked(case, command.clock_id)
    if of is None or of.run != command.run or not is_spent(of):
        return None
    if any(task.kind is TaskKind.LADDER_SPENT and task.subject == command.clock_id for task in case.tasks):
        return None
    if any(one.clock_id == command.clock_id and one.told_at > now - AGAIN_AFTER for one in case.spent if one.run == of.run):
        return None
    task = Task(
        id=f"task.spent-{case.version + 1}",
        kind=TaskKind.LADDER_SPENT,
        subject=command.clock_id,
        reason=RUNGS_CLIMBED,
        opened_at=now,
    )
    return LadderSpent(clock_id=command.clock_id, run=command.run, task=task)


def spent_applied(case: Case, change: LadderSpent, at: datetime) -> Case:
    told = SpentClock(clock_id=change.clock_id, run=change.run, told_at=at)
    others = tuple(one for one in case.spent if one.clock_id != change.clock_id)
    return replace(case, tasks=(*case.tasks, change.task), spent=(*others, told))


def without_spent_tasks(case: Case) -> Case:
    """The case without the tasks of clocks that have a rung again, or owe nothing any more."""

    def stands(task: Task) -> bool:
        of = _clocked(case, task.subject) if task.kind is TaskKind.LADDER_SPENT else None
        return task.kind is not TaskKind.LADDER_SPENT or (of is not None and is_spent(of))

    tasks = tuple(task for task in case.tasks if stands(task))
    return case if tasks == case.tasks else replace(case, tasks=tasks)


def _clocked(case: Case, clock_id: str) -> Assignment | PublicResponse | Coverage | Asking | None:
    """What the clock of that id is about."""
    if clock_id == PUBLIC_RESPONSE:
        return case.public_response
    if clock_id == COVERAGE:
        return case.coverage
    return case.assignment(clock_id) or case.asking(clock_id)
