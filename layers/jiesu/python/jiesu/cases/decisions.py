"""What bureaus ask of the office and a person has to decide, as the list of decisions shows it."""

from dataclasses import dataclass
from datetime import datetime

from jiesu.model.case import Assignment, Case
from jiesu.model.extensions import Extension
from jiesu.model.returns import Return


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """One open decision on one assignment, owed at `due`."""

    assignment: Assignment
    asked: Return | Extension
    due: datetime

    @property
    def is_extension(self) -> bool:
        return isinstance(self.asked, Extension)

    @property
    def needs_decider(self) -> bool:
        """Whether only a supervisor or the command centre may decide."""
        return isinstance(self.asked, Extension) or self.asked.arbitrated


def pending_decisions(case: Case) -> tuple[Pending, ...]:
    """All that waits in a case, the one due first before the others."""
    waiting: list[Pending] = [
        Pending(assignment=one, asked=asked, due=one.decision.deadline)
        for one in case.assignments
        if (asked := one.pending_return) is not None and one.decision is not None
    ]
    # Its clock runs on: once the deadline is past, the bureau is late whatever it has asked.
    waiting += [
        Pending(assignment=one, asked=request, due=one.feedback_ladder.deadline)
        for one in case.assignments
        if (request := one.pending_extension) is not None
    ]
    return tuple(sorted(waiting, key=lambda one: one.due))
