"""What the office must know in the morning: what is open, what is late and whose, what nobody has taken up."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from jiesu.cases.reachability import Unreachable
from jiesu.model.case import Case
from jiesu.model.words import CaseStatus, Urgency

UNOWNED_AFTER = timedelta(days=1)
"""How long an open case may lie without a bureau, an answer or a public word before it is named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Late:
    """A bureau's duty whose deadline is past."""

    case_id: str
    bureau_name: str
    number: str
    duty: str
    deadline: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Unowned:
    """An open case that nobody has taken up."""

    case_id: str
    title: str
    urgency: Urgency
    opened_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Morning:
    """The summary, all numbers as of `at`. `swept` are the sums of yesterday's sweeps, `dead_letters` by queue."""

    at: datetime
    open_cases: Mapping[CaseStatus, Mapping[Urgency, int]]
    late: tuple[Late, ...] = ()
    unowned: tuple[Unowned, ...] = ()
    tasks: int = 0
    parked: int = 0
    dead_letters: Mapping[str, int] = field(default_factory=dict)
    swept: Mapping[str, int] = field(default_factory=dict)
    unreachable: tuple[Unreachable, ...] = ()
    unknown_years: tuple[int, ...] = ()

    @property
    def asks_for_something(self) -> bool:
        """Whether a person has something to do that should not be there."""
        return bool(
            self.late
            or self.unowned
            or self.tasks
            or self.parked
            or any(self.dead_letters.values())
            or self.unreachable
            or self.unknown_years
        )


def open_in(cases: Iterable[Case], now: datetime) -> Morning:
    """What can be said of the cases that are not closed, however many: each is looked at once."""
    counts: dict[CaseStatus, Counter[Urgency]] = {}
    late: list[Late] = []
    unowned: list[Unowned] = []
    tasks = 0
    for case in cases:
        counts.setdefault(case.status, Counter())[case.urgency] += 1
        tasks += len(case.tasks)
        late += late_in(case, now)
        if is_unowned(case, now):
            unowned.append(Unowned(case_id=case.id, title=case.title, urgency=case.urgency, opened_at=case.opened_at))
    return Morning(
        at=now,
        open_cases=counts,
        late=tuple(sorted(late, key=lambda one: one.deadline)),
        unowned=tuple(sorted(unowned, key=lambda one: (one.urgency.rank, one.opened_at))),
        tasks=tasks,
    )


def late_in(case: Case, now: datetime) -> list[Late]:
    """Of each assignment the duty that is late longest, if one is."""
    return [
        Late(
            case_id=case.id,
            bureau_name=one.bureau_name,
            number=one.bulletin_number,
            duty=one.ladder.kind.label,
            deadline=one.ladder.deadline,
        )
        for one in case.assignments
        if one.ladder is not None and one.ladder.deadline <= now
    ]


def is_unowned(case: Case, now: datetime) -> bool:
    """Open for a day, given to no bureau, answered by no person, told of to nobody."""
    if case.status is not CaseStatus.OPEN or case.opened_at > now - UNOWNED_AFTER:
        return False
    return not case.assignments and not case.publications and all(one.automatic_at is not None for one in case.replies)
