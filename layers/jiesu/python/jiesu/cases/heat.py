"""A hot case: who is told of it, when the public is owed a statement, and how it cools.

    not hot ──▶ blue ──▶ yellow ──▶ orange ──▶ red      by itself, a grade or several at a time, each told of once
       ◀──────────◀─────────◀─────────◀────────◀        only by a person, with a reason

After it was lowered only what is observed from then on counts: it rises anew, and tells anew, when that alone
reaches a higher grade than it was lowered to. Nothing else tells of a grade twice.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from jiesu.cases.ladder import lay_out
from jiesu.cases.refusals import refuse, text_of
from jiesu.model.case import Case, Heat, PublicResponse, Task
from jiesu.model.ladder import LadderPlan, RungPlan
from jiesu.model.people import Contact, reachable
from jiesu.model.timeline import HeatLowered, HeatRaised, StatementReminded
from jiesu.model.words import CaseStatus, ContactRole, HeatGrade, LadderKind, RungAction, TaskKind

NOBODY_TO_TELL = "heat_contacts_missing"
"""Reason code of the task: nobody in the directory is told of hot cases."""


def _statement(term: timedelta, *warnings: timedelta) -> LadderPlan:
    """The supervisor is reminded before the deadline; at it the command centre learns that nothing was said."""
    office = (ContactRole.SUPERVISOR, ContactRole.COMMAND_CENTRE)
    reminders = [RungPlan(offset=-one, action=RungAction.REMINDER, recipients=office[:1]) for one in warnings]
    last = RungPlan(offset=timedelta(), action=RungAction.SUPERVISION, recipients=office)
    return LadderPlan(term=term, rungs=(*reminders, last))


@dataclass(frozen=True, slots=True, kw_only=True)
class HeatPlan:
    """What the office has laid down: from which figure on a case has which grade, from which grade on more happens.

    The supervisor is told of every grade. `statements` are the ladders of the public response, their terms counted from
    the hour in which `respond_from` was reached.
    """

    thresholds: Mapping[HeatGrade, int] = field(
        default_factory=lambda: {HeatGrade.BLUE: 10, HeatGrade.YELLOW: 30, HeatGrade.ORANGE: 60, HeatGrade.RED: 120}
    )
    command_from: HeatGrade = HeatGrade.ORANGE
    respond_from: HeatGrade = HeatGrade.ORANGE
    statements: tuple[LadderPlan, ...] = (
        _statement(timedelta(hours=5), timedelta(hours=1)),
        _statement(timedelta(hours=24), timedelta(hours=4)),
        _statement(timedelta(hours=48), timedelta(hours=4)),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class RaiseHeat:
    """What the road sends when a case is found hotter.

    `since` is the lowering that the figure counts from, if there was one; `together` says in Chinese whom the matter
    concerns together.
    """

    grade: HeatGrade
    score: int
    reasons: tuple[str, ...]
    since: datetime | None
    plan: HeatPlan
    contacts: tuple[Contact, ...]
    together: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LowerHeat:
    """`None` is not hot at all."""

    grade: HeatGrade | None
    reason: str


HeatCommand = RaiseHeat | LowerHeat
HeatChange = HeatRaised | HeatLowered | StatementReminded


def decide_heat(case: Case, command: HeatCommand, now: datetime) -> HeatRaised | HeatLowered | None:
    """The change that `command` makes, or None where nothing is left to do. Raises `CommandRefusedError`."""
    match command:
        case RaiseHeat():
            return _raise(case, command, now)
        case LowerHeat():
            return _lower(case, command)


def remind_of_statement(case: Case, *, run: int, rung: int) -> StatementReminded | None:
    """The rung that the clock of `run` asks for; None where it is of an older run, or has passed."""
    response = case.public_response
    if response is None or response.run != run or response.level != rung:
        return None
    ladder, due = response.ladder, response.next_rung
    if ladder is None or due is None:
        return None
    told = reachable(one for one in response.contacts if one.role in due.recipients) or response.contacts
    return StatementReminded(run=run, rung=rung, action=due.action, due=due.at, deadline=ladder.deadline, contacts=told)


def _raise(case: Case, command: RaiseHeat, now: datetime) -> HeatRaised | None:
    known = case.heat
    if case.merged_into is not None:
        return None
    if known is not None and (known.rank >= command.grade.rank or known.lowered_at != command.since):
        return None
    roles = {ContactRole.SUPERVISOR}
    if command.grade.rank >= command.plan.command_from.rank:
        roles.add(ContactRole.COMMAND_CENTRE)
    contacts = reachable(one for one in command.contacts if one.role in roles)
    asked = any(task.kind is TaskKind.HEAT_UNTOLD for task in case.tasks)
    return HeatRaised(
        grade=command.grade,
        score=command.score,
        reasons=command.reasons,
        contacts=contacts,
        together=command.together,
        task=None if contacts or asked else _task(command.grade, now),
        public_response=_response(case, command, now),
    )


def _response(case: Case, command: RaiseHeat, now: datetime) -> PublicResponse | None:
    """The public response that begins with this grade; None where one runs, none is owed yet, or the case is closed."""
    before = case.public_response
    if command.grade.rank < command.plan.respond_from.rank or case.status is CaseStatus.CLOSED:
        return None
    if not command.plan.statements or (before is not None and not before.ended):
        return None
    why = f"升为{command.grade.label}热点"
    return PublicResponse(
        ladders=tuple(lay_out(LadderKind.STATEMENT, plan, now, counted_from=why) for plan in command.plan.statements),
        contacts=reachable(command.contacts),
        run=1 if before is None else before.run + 1,
    )


def _lower(case: Case, command: LowerHeat) -> HeatLowered:
    if case.heat is None or (command.grade is not None and command.grade.rank >= case.heat.rank) or case.heat.grade is None:
        raise refuse("heat_not_lower")
    return HeatLowered(
        grade=command.grade,
        reason=text_of(command.reason, missing="reason_missing"),
        # Whoever finds that it was no matter for the public owes the public nothing.
        ends_response=command.grade is None,
    )


def _task(grade: HeatGrade, now: datetime) -> Task:
    return Task(
        id=f"task.heat-{grade}-{int(now.timestamp())}",
        kind=TaskKind.HEAT_UNTOLD,
        subject=grade,
        reason=NOBODY_TO_TELL,
        opened_at=now,
    )


# --- What the entries make of a case ----------------------------------------------------------


def heat_applied(case: Case, change: HeatChange, at: datetime) -> Case:
    """`case` after `change`, which was made at `at`."""
    match change:
        case HeatRaised():
            before = case.heat
            lowered_at = None if before is None else before.lowered_at
            return replace(
                case,
                heat=Heat(grade=change.grade, score=change.score, since=at, lowered_at=lowered_at),
                tasks=case.tasks if change.task is None else (*case.tasks, change.task),
                public_response=change.public_response or case.public_response,
            )
        case HeatLowered():
            score = 0 if case.heat is None else case.heat.score
            lowered = replace(case, heat=Heat(grade=change.grade, score=score, since=at, lowered_at=at))
            return response_ended(lowered) if change.ends_response else lowered
        case StatementReminded():
            response = case.public_response
            if response is None:
                raise ValueError("a case without a public response is reminded of none")
            return replace(case, public_response=replace(response, level=change.rung + 1))


def response_after_statement(case: Case, at: datetime) -> Case:
    """`case` after something was said to everybody at `at`: that was the statement due next, and those that were late.

    One text on several accounts is one statement: the caller asks for the first of them alone.
    """
    response = case.public_response
    if response is None or response.ladder is None:
        return case
    met = max(response.met + 1, sum(ladder.deadline <= at for ladder in response.ladders))
    behind = sum(len(ladder.rungs) for ladder in response.ladders[:met])
    return replace(case, public_response=replace(response, met=met, level=max(response.level, behind)))


def response_ended(case: Case) -> Case:
    """`case` with nothing more owed to the public."""
    if case.public_response is None:
        return case
    return replace(case, public_response=replace(case.public_response, ended=True))
