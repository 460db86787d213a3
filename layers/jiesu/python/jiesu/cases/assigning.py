"""Giving one bureau its part of a case: who is asked, and the ladders that begin with it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from jiesu.cases.ladder import lay_out, lay_out_if
from jiesu.cases.refusals import refuse
from jiesu.model.case import Assignment, Case
from jiesu.model.ladder import EscalationPlan
from jiesu.model.people import Bureau, Contact, reachable
from jiesu.model.words import AssignmentRole, LadderKind


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAssignment:
    """One bureau to be given a part: its contacts and, behind them, the office's own."""

    id: str
    bureau_code: str
    bureau_name: str
    role: AssignmentRole
    contacts: tuple[Contact, ...]


def new_assignments(
    number: str, *, lead: Iterable[str], joint: Iterable[str], bureaus: Iterable[Bureau], office: tuple[Contact, ...]
) -> tuple[NewAssignment, ...]:
    """The parts of the bulletin `number` for the bureaus of these codes. Raises `CommandRefusedError` ("bureau_unknown")."""
    chosen = [(code, AssignmentRole.LEAD) for code in lead] + [(code, AssignmentRole.JOINT) for code in joint]
    return _parts(number, chosen, bureaus, office)


def consulted(
    number: str, codes: Iterable[str], *, bureaus: Iterable[Bureau], office: tuple[Contact, ...]
) -> tuple[NewAssignment, ...]:
    """The question `number` to the departments of these codes. Raises `CommandRefusedError` ("bureau_unknown")."""
    return _parts(number, [(code, AssignmentRole.CONSULTATION) for code in codes], bureaus, office)


def _parts(
    number: str, chosen: Sequence[tuple[str, AssignmentRole]], bureaus: Iterable[Bureau], office: tuple[Contact, ...]
) -> tuple[NewAssignment, ...]:
    known = {one.code: one for one in bureaus}
    if any(code not in known for code, _ in chosen):
        raise refuse("bureau_unknown")
    return tuple(_part(known[code], role, number, office) for code, role in chosen)


def following(
    case: Case, assignment: Assignment, code: str, *, bureaus: Iterable[Bureau], office: tuple[Contact, ...]
) -> NewAssignment:
    """The part of the bureau `code` that takes the place of `assignment`. Raises `CommandRefusedError` ("bureau_unknown")."""
    bureau = next((one for one in bureaus if one.code == code), None)
    if bureau is None:
        raise refuse("bureau_unknown")
    to = _part(bureau, assignment.role, assignment.bulletin_number, office)
    # A bureau that had a part of this bulletin before gets another.
    given = sum(one.id.startswith(to.id) for one in case.assignments)
    return replace(to, id=f"{to.id}-{given + 1}") if given else to


def _part(bureau: Bureau, role: AssignmentRole, number: str, office: tuple[Contact, ...]) -> NewAssignment:
    return NewAssignment(
        # Unique in the case: a bulletin's number is never reused, and names a bureau once.
        id=f"{number}-{bureau.code}",
        bureau_code=bureau.code,
        bureau_name=bureau.name,
        role=role,
        # No bureau's contacts, no assignment: the office's own would hide that nobody there can be reached.
        contacts=(*bureau.contacts, *office) if bureau.contacts else (),
    )


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
    return reached(assignment)


def reached(assignment: Assignment) -> Assignment:
    """`assignment`, of whose bureau somebody can be told."""
    # The office's own contacts stand behind every bureau: they alone would leave nobody there to be told.
    if not reachable(assignment.bureau_contacts):
        raise refuse("bureau_unreachable")
    return assignment
