"""Giving back (退回) and its decision, and excusing a joint bureau.

    at work ──return──▶ returned ──upheld────▶ acknowledged, its ladders count anew
                          │
                          ├──────rerouted──▶ withdrawn, and another bureau's assignment begins
                          └──────withdrawn─▶ withdrawn

While it is returned the bureau owes nothing; the office owes the decision, with a ladder of its own. A bureau
gives a matter back once, and the desk decides. What is given back again (by the same bureau, or by the one to which
it was re-routed) is arbitrated: a supervisor decides, and what is upheld then
cannot be given back any more.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from jiesu.cases.assigning import NewAssignment, assigned
from jiesu.cases.ladder import lay_out, lay_out_if
from jiesu.cases.refusals import opened, refuse, text_of
from jiesu.model.case import LADDER_FIELDS, Assignment, Case
from jiesu.model.ladder import EscalationPlan, Ladder, LadderPlan, RungPlan
from jiesu.model.people import Actor, reachable
from jiesu.model.returns import Excused, Return, Returned, ReturnReason, ReturnRejected, ReturnVerdict
from jiesu.model.timeline import Rerouted, Withdrawn
from jiesu.model.words import AssignmentRole, AssignmentStatus, ContactRole, LadderKind, RungAction

_TERM = timedelta(hours=2)
_OFFICE = (ContactRole.SUPERVISOR, ContactRole.COMMAND_CENTRE)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnAssignment:
    assignment_id: str
    reason: ReturnReason
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideReturn:
    """`to` is there where it is re-routed. Only where `arbitrates` may it be about a second return."""

    assignment_id: str
    verdict: ReturnVerdict
    reason: str
    to: NewAssignment | None = None
    arbitrates: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ExcuseAssignment:
    assignment_id: str
    reason: str


ReturnCommand = ReturnAssignment | DecideReturn | ExcuseAssignment
ReturnChange = Returned | ReturnRejected | Rerouted | Excused


def decide_return(case: Case, assignment: Assignment, command: ReturnCommand, now: datetime) -> ReturnChange | Withdrawn:
    """The change that `command` makes to `assignment`, which is not over. Raises `CommandRefusedError`."""
    match command:
        case ReturnAssignment():
            return _give_back(case, assignment, command, now)
        case DecideReturn():
            return _decide(case, assignment, command, now)
        case ExcuseAssignment():
            return _excuse(assignment, command)


def refusal_to_return(case: Case, assignment: Assignment) -> str | None:
    """The code of the rule by which the bureau cannot give `assignment` back; None where it can."""
    if assignment.status is AssignmentStatus.RETURNED:
        return "return_pending"
    if assignment.reported_at is not None or assignment.status.is_over:
        return "return_after_report"
    own = (one for other in case.assignments if other.bureau_code == assignment.bureau_code for one in other.returns)
    return "return_arbitrated" if any(one.arbitrated and one.verdict is ReturnVerdict.UPHELD for one in own) else None


def returns_before(case: Case, assignment: Assignment) -> tuple[tuple[Assignment, Return], ...]:
    """How often the matter was given back by this bureau, and by those before it: oldest first, what is pending left out."""
    concerned = {one.id for one in case.assignments if one.bureau_code == assignment.bureau_code}
    before = assignment.rerouted_from
    while before and before not in concerned:
        concerned.add(before)
        earlier = case.assignment(before)
        before = "" if earlier is None else earlier.rerouted_from
    given = ((one, each) for one in case.assignments if one.id in concerned for each in one.returns if each.verdict is not None)
    return tuple(sorted(given, key=lambda found: found[1].at))


def joint_unfinished(case: Case) -> tuple[Assignment, ...]:
    """The joint bureaus for which the lead's feedback waits."""
    return tuple(one for one in case.assignments if one.role is AssignmentRole.JOINT and not one.status.is_over)


def return_applied(case: Case, change: ReturnChange, by: Actor, at: datetime) -> Case:
    """`case` after `change`; its status is the caller's to settle."""
    match change:
        case Returned():
            return _changed(case, change.assignment_id, lambda one: _returned(one, change, by, at))
        case ReturnRejected():
            return _changed(case, change.assignment_id, lambda one: _kept(one, change, by, at))
        case Rerouted():
            released = _changed(case, change.assignment_id, lambda one: _released(one, change, by, at))
            return replace(released, assignments=(*released.assignments, change.assignment))
        case Excused():
            return _changed(case, change.assignment_id, lambda one: replace(one, run=change.run, status=AssignmentStatus.EXCUSED))


def _changed(case: Case, assignment_id: str, change: Callable[[Assignment], Assignment]) -> Case:
    return replace(case, assignments=tuple(change(one) if one.id == assignment_id else one for one in case.assignments))


def _returned(one: Assignment, change: Returned, by: Actor, at: datetime) -> Assignment:
    """Whoever gives something back has seen it: that is an acknowledgement too."""
    given = Return(reason=change.reason, words=change.words, by=by, at=at, arbitrated=change.arbitrated)
    return replace(
        one,
        run=change.run,
        level=0,
        status=AssignmentStatus.RETURNED,
        acknowledged_at=one.acknowledged_at or at,
        decision=change.decision,
        returns=(*one.returns, given),
    )


def _kept(one: Assignment, change: ReturnRejected, by: Actor, at: datetime) -> Assignment:
    anew = replace(one, run=change.run, level=0, status=AssignmentStatus.ACKNOWLEDGED)
    for ladder in change.ladders:
        anew = replace(anew, **{LADDER_FIELDS[ladder.kind]: ladder})  # type: ignore[arg-type]
    return decided(anew, ReturnVerdict.UPHELD, change.reason, by, at)


def _released(one: Assignment, change: Rerouted, by: Actor, at: datetime) -> Assignment:
    over = replace(one, run=change.run, status=AssignmentStatus.WITHDRAWN)
    return decided(over, ReturnVerdict.REROUTED, change.reason, by, at)


def decided(one: Assignment, verdict: ReturnVerdict, said: str, by: Actor, at: datetime) -> Assignment:
    """`one` with the verdict on what was given back, if something was."""
    if (pending := one.pending_return) is None:
        return one
    settled = replace(pending, verdict=verdict, said=said, decided_by=by, decided_at=at)
    return replace(one, returns=(*one.returns[:-1], settled))


def _give_back(case: Case, assignment: Assignment, command: ReturnAssignment, now: datetime) -> Returned:
    if (code := refusal_to_return(case, assignment)) is not None:
        raise refuse(code)
    arbitrated = bool(returns_before(case, assignment))
    plan = assignment.plan
    office = reachable(one for one in assignment.contacts if one.role in _OFFICE)
    return Returned(
        assignment_id=assignment.id,
        reason=command.reason,
        words=text_of(command.words, missing="reason_missing"),
        arbitrated=arbitrated,
        decision=lay_out(
            LadderKind.DECISION, plan.decision or _usual_decision(plan), now, hours=plan.hours, counted_from="承办单位退回"
        ),
        contacts=tuple(one for one in office if one.role is ContactRole.SUPERVISOR) or office if arbitrated else (),
        run=assignment.run + 1,
    )


def _usual_decision(plan: EscalationPlan) -> LadderPlan:
    """Two hours, on the clock by which the bureau acknowledges: nobody decides on a routine matter at night."""
    clock = plan.acknowledgement.clock
    rungs = (
        (-timedelta(minutes=30), RungAction.REMINDER, (ContactRole.SUPERVISOR,)),
        (timedelta(), RungAction.REMINDER, (ContactRole.SUPERVISOR,)),
        (timedelta(hours=1), RungAction.SUPERVISION, _OFFICE),
    )
    return LadderPlan(
        term=_TERM,
        rungs=tuple(RungPlan(offset=offset, action=action, recipients=roles, clock=clock) for offset, action, roles in rungs),
        clock=clock,
    )


def _decide(case: Case, assignment: Assignment, command: DecideReturn, now: datetime) -> ReturnRejected | Rerouted | Withdrawn:
    opened(case)
    pending = assignment.pending_return
    if pending is None:
        raise refuse("return_missing")
    if pending.arbitrated and not command.arbitrates:
        raise refuse("return_needs_arbitration")
    reason = text_of(command.reason, missing="reason_missing")
    contacts, run = assignment.bureau_contacts, assignment.run + 1
    match command.verdict:
        case ReturnVerdict.UPHELD:
            ladders = _ladders_anew(assignment, now)
            return ReturnRejected(assignment_id=assignment.id, reason=reason, ladders=ladders, contacts=contacts, run=run)
        case ReturnVerdict.WITHDRAWN:
            return Withdrawn(assignment_id=assignment.id, reason=reason, contacts=contacts, run=run)
        case ReturnVerdict.REROUTED:
            follower = _rerouted(case, assignment, command.to, now)
            return Rerouted(assignment_id=assignment.id, assignment=follower, reason=reason, contacts=contacts, run=run)


def _ladders_anew(assignment: Assignment, now: datetime) -> tuple[Ladder, ...]:
    plan = assignment.plan
    wanted = (
        (LadderKind.ACTION, plan.action),
        (LadderKind.FIRST_CONTACT, plan.first_contact),
        (LadderKind.INTERIM, plan.interim),
        (LadderKind.FEEDBACK, plan.feedback),
    )
    laid = (lay_out_if(kind, of_kind, now, hours=plan.hours, counted_from="裁决退回") for kind, of_kind in wanted)
    return tuple(one for one in laid if one is not None)


def _rerouted(case: Case, assignment: Assignment, to: NewAssignment | None, now: datetime) -> Assignment:
    """The assignment of the bureau `to`, on the plan of the one that it follows, counted from now."""
    if to is None:
        raise refuse("reroute_missing")
    handling = (one for one in case.assignments if one.role is not AssignmentRole.CONSULTATION and not one.status.is_over)
    if to.bureau_code in {one.bureau_code for one in handling}:
        raise refuse("bureau_twice")
    return assigned(
        replace(to, role=assignment.role),
        assignment.bulletin_number,
        assignment.plan,
        now,
        counted_from="改派",
        rerouted_from=assignment.id,
    )


def _excuse(assignment: Assignment, command: ExcuseAssignment) -> Excused:
    if assignment.role is not AssignmentRole.JOINT:
        raise refuse("lead_not_excused")
    if assignment.pending_return is not None:
        raise refuse("return_pending")
    return Excused(
        assignment_id=assignment.id,
        reason=text_of(command.reason, missing="reason_missing"),
        contacts=assignment.bureau_contacts,
        run=assignment.run + 1,
    )
