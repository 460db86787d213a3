"""Giving one bureau its part of a case: who is asked, and the ladders that begin with it."""

from dataclasses import dataclass
from datetime import datetime

from jiesu.cases.ladder import lay_out, lay_out_if
from jiesu.cases.refusals import refuse
from jiesu.model.case import Assignment
from jiesu.model.ladder import EscalationPlan
from jiesu.model.people import Contact, reachable
from jiesu.model.words import AssignmentRole, LadderKind


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAssignment:
    """One bureau to be given a part: its contacts and, behind them, the office's own."""

    id: str
    bureau_code: str
    bureau_name: str
    role: AssignmentRole
    contacts: tuple[Contact, ...]


def assigned(
    one: NewAssignment,
    bulletin_number: str,
    plan: EscalationPlan,
    now: datetime,
    *,
    counted_from: str = "交办",
    rerouted_from: str = "",
) -> Assignment:
    """The assignment as it begins `now`. Raises `CommandRefusedError` ("bureau_unreachable")."""
    assignment = Assignment(
        id=one.id,
        bulletin_number=bulletin_number,
        bureau_code=one.bureau_code,
        bureau_name=one.bureau_name,
        role=one.role,
        contacts=one.contacts,
        plan=plan,
        acknowledgement=lay_out(
            LadderKind.ACKNOWLEDGEMENT, plan.acknowledgement, now, hours=plan.hours, counted_from=counted_from
        ),
        feedback_ladder=lay_out(LadderKind.FEEDBACK, plan.feedback, now, hours=plan.hours, counted_from=counted_from),
        first_contact=lay_out_if(LadderKind.FIRST_CONTACT, plan.first_contact, now, hours=plan.hours, counted_from=counted_from),
        interim=lay_out_if(LadderKind.INTERIM, plan.interim, now, hours=plan.hours, counted_from=counted_from),
        dispatched_at=now,
        rerouted_from=rerouted_from,
    )
    # The office's own contacts stand behind every bureau: they alone would leave nobody there to be told.
    if not reachable(assignment.bureau_contacts):
        raise refuse("bureau_unreachable")
    return assignment
