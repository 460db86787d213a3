"""An assignment in one line, as the list of its bureau says it. Pure.

One line an assignment, written with its case where it changes. It says nothing of who wrote, and nothing of other bureaus.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from jiesu.model.case import Assignment, Case
from jiesu.model.words import AssignmentRole, AssignmentStatus, LadderKind, Urgency


class Stage(StrEnum):
    """What a bureau sorts its list by: whose move it is, and which."""

    TO_ACKNOWLEDGE = "to_acknowledge"
    AT_WORK = "at_work"
    TO_ANSWER = "to_answer"
    WITH_OFFICE = "with_office"
    OVER = "over"

    @property
    def label(self) -> str:
        return {
            "to_acknowledge": "待签收",
            "at_work": "待反馈",
            "to_answer": "待答复咨询",
            "with_office": "等待审核或裁决",
            "over": "已结束",
        }[self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class BureauLine:
    """`duties` are those that the bureau has to meet, the one due first before the others; none while the office is to move.

    `extension_until` is what was asked for and is not decided on, `orders` counts supervision orders.
    """

    case_id: str
    assignment_id: str
    bureau_code: str
    bureau_name: str
    number: str
    title: str
    urgency: Urgency
    role: AssignmentRole
    status: AssignmentStatus
    dispatched_at: datetime
    duties: tuple[tuple[LadderKind, datetime], ...] = ()
    extension_until: datetime | None = None
    orders: int = 0
    ended_at: datetime | None = None

    @property
    def stage(self) -> Stage:
        match self.status:
            case one if one.is_over:
                return Stage.OVER
            case AssignmentStatus.REPORTED | AssignmentStatus.RETURNED:
                return Stage.WITH_OFFICE
            case _ if self.role is AssignmentRole.CONSULTATION:
                return Stage.TO_ANSWER
            case AssignmentStatus.DISPATCHED:
                return Stage.TO_ACKNOWLEDGE
            case _:
                return Stage.AT_WORK

    @property
    def due(self) -> datetime | None:
        """When the bureau must have done something next."""
        return self.duties[0][1] if self.duties else None


def bureau_lines(case: Case) -> tuple[BureauLine, ...]:
    """The lines of all assignments of `case`."""
    return tuple(_line(case, one) for one in case.assignments)


def _line(case: Case, assignment: Assignment) -> BureauLine:
    bulletin = case.bulletin(assignment.bulletin_number)
    pending = assignment.pending_extension
    waits = assignment.status is AssignmentStatus.RETURNED
    return BureauLine(
        case_id=case.id,
        assignment_id=assignment.id,
        bureau_code=assignment.bureau_code,
        bureau_name=assignment.bureau_name,
        number=assignment.bulletin_number,
        title="" if bulletin is None else bulletin.title,
        urgency=case.urgency if bulletin is None else bulletin.urgency,
        role=assignment.role,
        status=assignment.status,
        dispatched_at=assignment.dispatched_at,
        # What runs while a return waits is the office's own duty.
        duties=() if waits else tuple((one.kind, one.deadline) for one in assignment.running),
        extension_until=None if pending is None else pending.until,
        orders=len(assignment.orders),
        ended_at=assignment.ended_at,
    )


def by_due(lines: Iterable[BureauLine]) -> tuple[BureauLine, ...]:
    """What the bureau must do next first; behind that what waits for the office, the longest first."""
    return tuple(sorted(lines, key=lambda one: (one.due is None, one.due or one.dispatched_at, one.number)))


def by_stage(lines: Iterable[BureauLine]) -> Mapping[Stage, int]:
    """How many lines are at each stage."""
    return Counter(one.stage for one in lines)
