"""A duty's ladder: the term, and the rungs around its end, first as planned and then laid out in time."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from jiesu.model.calendar import WorkingHours
from jiesu.model.words import Clock, ContactRole, LadderKind, RungAction


@dataclass(frozen=True, slots=True, kw_only=True)
class RungPlan:
    """One configured rung: how long after the deadline (negative: before it) who is told what.

    On the working clock it is counted in working time and never falls outside of it, whatever its ladder's own clock.
    """

    offset: timedelta
    action: RungAction
    recipients: tuple[ContactRole, ...]
    clock: Clock = Clock.NATURAL


@dataclass(frozen=True, slots=True, kw_only=True)
class LadderPlan:
    """A configured ladder: the term, in time of its clock, and the rungs around its end."""

    term: timedelta
    rungs: tuple[RungPlan, ...]
    clock: Clock = Clock.NATURAL


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationPlan:
    """The ladders of an assignment, copied into it at dispatch so that later changes of configuration leave it alone.

    `extension` is by how much at most the feedback's deadline can be moved; None: by its first term.
    """

    acknowledgement: LadderPlan
    feedback: LadderPlan
    action: LadderPlan | None = None
    first_contact: LadderPlan | None = None
    interim: LadderPlan | None = None
    decision: LadderPlan | None = None
    answer: LadderPlan | None = None
    extension: timedelta | None = None
    hours: WorkingHours = field(default_factory=WorkingHours)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One rung with its hour. `at` has whole seconds: the clock waits for it as a text."""

    at: datetime
    action: RungAction
    recipients: tuple[ContactRole, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ladder:
    """A ladder laid out in time; `why` says where its deadline comes from, `climbed` counts the rungs that are behind."""

    kind: LadderKind
    deadline: datetime
    rungs: tuple[Rung, ...]
    why: str
    climbed: int = 0
    started_at: datetime | None = None

    @property
    def next_rung(self) -> Rung | None:
        return self.rungs[self.climbed] if self.climbed < len(self.rungs) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class SupervisionOrder:
    """The numbered order (督办单) to a bureau that let a deadline pass."""

    number: str
    ladder: LadderKind
    deadline: datetime
    issued_at: datetime
