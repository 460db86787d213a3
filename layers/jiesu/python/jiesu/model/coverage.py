"""Live coverage: what goes on is told of in statement after statement, and each has its successor's hour."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from jiesu.model.ladder import Ladder, Rung, RungPlan
from jiesu.model.people import Actor, Contact
from jiesu.model.words import RungAction

COVERAGE = "coverage"
"""Stands where an assignment's id does in what is about the live coverage."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementMade:
    """A statement that stands in public since `at`; `due` is when it was owed, None where none was owed any more."""

    publication_id: str
    at: datetime
    due: datetime | None

    @property
    def is_late(self) -> bool:
        return self.due is not None and self.at > self.due


@dataclass(frozen=True, slots=True, kw_only=True)
class NextStatement:
    """That and when another statement is owed. The clock of an earlier `run` is stale."""

    run: int
    ladder: Ladder


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """A case's live coverage, running while there is a `ladder`: that of the statement which is owed next.

    Without an hour of its own the next statement is owed `interval` after the one before; `rungs` and `contacts` are
    the office's as they were when it began. `facts` and `unknowns` are for the office alone, one a line. `made` has
    the statements of earlier coverages of the case too. `run` and `level` are what they are of an assignment.
    """

    started_at: datetime
    started_by: Actor
    interval: timedelta
    rungs: tuple[RungPlan, ...]
    contacts: tuple[Contact, ...]
    ladder: Ladder | None
    run: int
    level: int = 0
    facts: str = ""
    unknowns: str = ""
    made: tuple[StatementMade, ...] = ()
    ended_at: datetime | None = None
    end_reason: str = ""

    @property
    def is_running(self) -> bool:
        return self.ladder is not None

    @property
    def next_rung(self) -> Rung | None:
        return None if self.ladder is None or self.level >= len(self.ladder.rungs) else self.ladder.rungs[self.level]


# --- The timeline -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageStarted:
    interval: timedelta
    rungs: tuple[RungPlan, ...]
    contacts: tuple[Contact, ...]
    next_statement: NextStatement
    facts: str
    unknowns: str
    kind: Literal["coverage_started"] = "coverage_started"


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageBriefed:
    """What is known and what is not, as of now."""

    facts: str
    unknowns: str
    kind: Literal["coverage_briefed"] = "coverage_briefed"


@dataclass(frozen=True, slots=True, kw_only=True)
class NextStatementMoved:
    """The next statement is owed at another hour than before."""

    next_statement: NextStatement
    reason: str
    kind: Literal["next_statement_moved"] = "next_statement_moved"


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageReminded:
    """A rung was climbed: `due` is when it stood in the ladder, `deadline` when the statement is owed."""

    run: int
    rung: int
    action: RungAction
    due: datetime
    deadline: datetime
    contacts: tuple[Contact, ...]
    kind: Literal["coverage_reminded"] = "coverage_reminded"


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageEnded:
    reason: str
    kind: Literal["coverage_ended"] = "coverage_ended"


CoverageChange = CoverageStarted | CoverageBriefed | NextStatementMoved | CoverageReminded | CoverageEnded
