"""Putting an assignment that runs on other ladders: the only way in which configuration reaches a running case.

Each new ladder counts from where the one before it counted. Rungs whose hour has passed by then are behind:
nobody is told of five things at once. The last of them stays, where a ladder would otherwise be at its end
without ever having come there, so that a deadline which moved into the past is told of.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from jiesu.cases.consultations import answer_ladder, answer_plan, is_consultation
from jiesu.cases.extensions import GRANTED
from jiesu.cases.ladder import lay_out
from jiesu.cases.refusals import text_of
from jiesu.model.case import Assignment, Case
from jiesu.model.ladder import EscalationPlan, Ladder, LadderPlan
from jiesu.model.timeline import Replanned
from jiesu.model.words import AssignmentStatus, LadderKind, Urgency


@dataclass(frozen=True, slots=True, kw_only=True)
class Replan:
    assignment_id: str
    plan: EscalationPlan
    reason: str


def replan(assignment: Assignment, command: Replan, now: datetime) -> Replanned | None:
    """The change that `command` makes; None where the assignment runs on that plan already, or no clock of it runs."""
    if command.plan == assignment.plan or not assignment.running:
        return None
    return Replanned(
        assignment_id=assignment.id,
        plan=command.plan,
        ladders=new_ladders(assignment, command.plan, now),
        reason=text_of(command.reason, missing="reason_missing"),
        run=assignment.run + 1,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Replannable:
    """An assignment that runs on other ladders than the office has now, and those that it would run on."""

    assignment: Assignment
    plan: EscalationPlan
    ladders: tuple[Ladder, ...]


def replannable(
    case: Case, plan_of: Callable[[Urgency, str, str], EscalationPlan], *, urgency: Urgency, category: str, now: datetime
) -> Iterator[Replannable]:
    """Those of `case` under a form of that urgency, and of that category or group of them where one is named.

    `plan_of` has the office's plan for an urgency, a category and a time zone.
    """
    for one in case.assignments:
        form = case.bulletin(one.bulletin_number)
        if form is None or form.urgency is not urgency or not one.running:
            continue
        if category and category not in (form.category, form.category.partition(".")[0]):
            continue
        plan = plan_of(urgency, form.category, one.plan.hours.zone)
        asks_alike = is_consultation(one) and answer_plan(plan) == answer_plan(one.plan) and plan.hours == one.plan.hours
        if plan != one.plan and not asks_alike:
            yield Replannable(assignment=one, plan=plan, ladders=new_ladders(one, plan, now))


def new_ladders(assignment: Assignment, plan: EscalationPlan, now: datetime) -> tuple[Ladder, ...]:
    """The ladders of `assignment` under `plan`, for the duties that are open or still to come.

    A duty that `plan` no longer names keeps the ladder it has: what was asked of a bureau stays asked.
    """
    dispatched, acknowledged = assignment.dispatched_at, assignment.acknowledged_at
    back = assignment.status is AssignmentStatus.SENT_BACK or assignment.reported_at is not None
    if is_consultation(assignment):
        before = assignment.feedback_ladder
        laid = answer_ladder(plan, before.started_at or dispatched, counted_from="追问" if back else "咨询")
        return (_begun(laid, before, now),)
    wanted: list[tuple[LadderKind, LadderPlan | None, datetime | None, str]] = [
        (LadderKind.ACKNOWLEDGEMENT, plan.acknowledgement if acknowledged is None else None, dispatched, "交办"),
        (LadderKind.ACTION, plan.action, acknowledged, "签收"),
        (LadderKind.FIRST_CONTACT, plan.first_contact, dispatched, "交办"),
        (LadderKind.INTERIM, plan.interim, dispatched, "交办"),
        (
            LadderKind.FEEDBACK,
            plan.feedback,
            assignment.feedback_ladder.started_at or dispatched,
            "退回重办" if back else "交办",
        ),
    ]
    ladders = []
    for kind, of_kind, start, counted_from in wanted:
        # A deadline that a person has granted stays.
        granted = kind is LadderKind.FEEDBACK and assignment.feedback_ladder.why.startswith(GRANTED)
        if of_kind is not None and start is not None and not granted:
            laid = lay_out(kind, of_kind, start, hours=plan.hours, counted_from=counted_from)
            ladders.append(_begun(laid, assignment.ladder_of(kind), now))
    return tuple(ladders)


def _begun(ladder: Ladder, before: Ladder | None, now: datetime) -> Ladder:
    passed = sum(rung.at <= now for rung in ladder.rungs)
    at_its_end = before is not None and before.next_rung is None
    return replace(ladder, climbed=passed if passed < len(ladder.rungs) or at_its_end else max(passed - 1, 0))
