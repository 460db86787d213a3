"""How often each bureau acknowledges and reports in time: counted assignment by assignment. Pure.

A duty counts once it was met or its deadline is past; what was taken back from a bureau does not count at all. Of the feedback it
is the first that counts, with the deadline it had then: what is sent back is another matter than what comes late.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from jiesu.cases.consultations import is_consultation
from jiesu.model.case import Assignment, Case
from jiesu.model.intervals import wilson

LEAST = 10
"""Below so many assignments a bureau has an interval and no rank."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelinessLine:
    """One assignment as the count sees it; `taken_back` it does not count."""

    case_id: str
    assignment_id: str
    bureau_code: str
    bureau_name: str
    dispatched_at: datetime
    acknowledge_by: datetime
    acknowledged_at: datetime | None
    report_by: datetime
    reported_at: datetime | None
    taken_back: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """`met` of `due` were in time; the 95 % interval is Wilson's. All are None where nothing is due yet."""

    met: int
    due: int
    share: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BureauTimeliness:
    """Of the assignments in `lines`; `rank` by the feedback is there from `LEAST` on."""

    code: str
    name: str
    acknowledged: Rate
    reported: Rate
    lines: tuple[TimelinessLine, ...]
    rank: int | None = None


def timeliness_lines(case: Case) -> tuple[TimelinessLine, ...]:
    """Those of all its assignments by which something is handled: an answer to a question is no report."""
    return tuple(timeliness_line(case, one) for one in case.assignments if not is_consultation(one))


def timeliness_line(case: Case, assignment: Assignment) -> TimelinessLine:
    return TimelinessLine(
        case_id=case.id,
        assignment_id=assignment.id,
        bureau_code=assignment.bureau_code,
        bureau_name=assignment.bureau_name,
        dispatched_at=assignment.dispatched_at,
        acknowledge_by=assignment.acknowledgement.deadline,
        acknowledged_at=assignment.acknowledged_at,
        report_by=assignment.first_report_due or assignment.feedback_ladder.deadline,
        reported_at=assignment.first_reported_at or assignment.reported_at,
        taken_back=assignment.status.is_released,
    )


def in_time(done_at: datetime | None, deadline: datetime, now: datetime) -> bool | None:
    """None where it is neither done nor due yet."""
    if done_at is not None:
        return done_at <= deadline
    return False if deadline <= now else None


def rate(lines: Iterable[TimelinessLine], judge: Callable[[TimelinessLine], bool | None]) -> Rate:
    said = [verdict for one in lines if (verdict := judge(one)) is not None]
    return rate_of(sum(said), len(said))


def rate_of(met: int, due: int) -> Rate:
    if not due:
        return Rate(met=0, due=0)
    low, high = wilson(met / due, due)
    return Rate(met=met, due=due, share=met / due, low=low, high=high)


def acknowledged_in_time(line: TimelinessLine, now: datetime) -> bool | None:
    return in_time(line.acknowledged_at, line.acknowledge_by, now)


def reported_in_time(line: TimelinessLine, now: datetime) -> bool | None:
    return in_time(line.reported_at, line.report_by, now)


def by_bureau(lines: Iterable[TimelinessLine], now: datetime) -> tuple[BureauTimeliness, ...]:
    """The bureaus that can be ranked, the best first and those alike on one rank; behind them all others by their code."""
    kept: dict[str, list[TimelinessLine]] = {}
    for one in lines:
        if not one.taken_back:
            kept.setdefault(one.bureau_code, []).append(one)
    ranked: list[BureauTimeliness] = []
    others: list[BureauTimeliness] = []
    for code, some in sorted(kept.items()):
        figures = BureauTimeliness(
            code=code,
            name=some[-1].bureau_name,
            acknowledged=rate(some, lambda one: acknowledged_in_time(one, now)),
            reported=rate(some, lambda one: reported_in_time(one, now)),
            lines=tuple(some),
        )
        (ranked if figures.reported.due >= LEAST else others).append(figures)
    shares = sorted((one.reported.share or 0.0 for one in ranked), reverse=True)
    placed = [replace(one, rank=shares.index(one.reported.share or 0.0) + 1) for one in ranked]
    return (*sorted(placed, key=lambda one: one.rank or 0), *others)
