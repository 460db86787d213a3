"""What bureaus ask of the office and a person has to decide, as the list of decisions shows it."""

from dataclasses import dataclass
from datetime import datetime

from jiesu.model.case import Assignment, Case
from jiesu.model.returns import Return


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """One open decision on one assignment, owed at `due`."""

    assignment: Assignment
    asked: Return
    due: datetime


def pending_decisions(case: Case) -> tuple[Pending, ...]:
    """All that waits in a case, the one due first before the others."""
    waiting = [
        Pending(assignment=one, asked=asked, due=one.decision.deadline)
        for one in case.assignments
        if (asked := one.pending_return) is not None and one.decision is not None
    ]
    return tuple(sorted(waiting, key=lambda one: one.due))
