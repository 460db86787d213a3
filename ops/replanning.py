"""`jiesu replan`: put running assignments on the ladders that the office has now. Nothing else reaches a running case."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from rich.table import Table

from jiesu.cases.replanning import Replan, Replannable, replannable
from jiesu.model.case import Case
from jiesu.model.errors import CommandRefusedError, ConflictError
from jiesu.model.people import Actor
from jiesu.model.words import Urgency
from jiesu.store.cases import CaseStore
from jiesu.store.directory import Office, OfficeMissingError
from ops.errors import OperatorError
from ops.operator import operator
from ops.stack import StackName, find_stack

app = typer.Typer()
out = Console()


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    case: Case
    found: Replannable


@app.command("replan")
def replan(
    urgency: Annotated[Urgency, typer.Option("--urgency", help="Bulletins of this urgency.")],
    category: Annotated[str, typer.Option("--category", help="Only of this category or group of them.")] = "",
    reason: Annotated[str, typer.Option("--reason", help="Why; it stands in each case.")] = "",
    stack: StackName = "jiesu",
    apply: Annotated[bool, typer.Option("--apply", help="Do it; without, only show.")] = False,
) -> None:
    """Show which running assignments the office's ladders of today would change, and with --apply change them.

    Each is an entry of its case, with who and why, and its clock starts anew. Who is reminded next is
    decided by the new ladder; rungs whose hour has passed are not made up for.
    """
    if apply and not reason.strip():
        raise OperatorError("say why with --reason: it stands in the timeline of every case")
    target = find_stack(stack)
    try:
        office = target.directory.office()
    except OfficeMissingError as error:
        raise OperatorError("the office is not set up yet: jiesu office import FILE") from error
    now = datetime.now(UTC)
    found = list(candidates(target.cases, office, urgency, category, now))
    _show(found)
    if not apply:
        typer.echo(f"{len(found)} would change; nothing was written")
        return
    by = operator()
    changed = sum(_apply(target.cases, one, reason, by) for one in found)
    typer.echo(f"{changed} of {len(found)} changed")
    if changed < len(found):
        raise OperatorError("some could not be changed: see above, and run the command again")


def candidates(cases: CaseStore, office: Office, urgency: Urgency, category: str, now: datetime) -> Iterator[Candidate]:
    """Every running assignment of such a bulletin whose ladders are not those that the office has now."""
    for case in cases.at_work():
        for found in replannable(case, office.plan, urgency=urgency, category=category, now=now):
            yield Candidate(case=case, found=found)


def _apply(cases: CaseStore, one: Candidate, reason: str, by: Actor) -> bool:
    command = Replan(assignment_id=one.found.assignment.id, plan=one.found.plan, reason=reason)
    try:
        cases.execute(one.case.id, command, actor=by, now=datetime.now(UTC))
    except CommandRefusedError as error:
        typer.echo(f"{one.case.id} {one.found.assignment.bureau_name}: {error.label}")
        return False
    except ConflictError:
        typer.echo(f"{one.case.id} {one.found.assignment.bureau_name}: written by many at once")
        return False
    return True


def _show(found: list[Candidate]) -> None:
    table = Table("case", "bulletin", "bureau", "duty", "deadline", "new deadline")
    for one in found:
        zone = ZoneInfo(one.found.plan.hours.zone)
        for ladder in one.found.ladders:
            before = one.found.assignment.ladder_of(ladder.kind)
            was = "" if before is None else _hour(before.deadline, zone)
            names = (one.case.id, one.found.assignment.bulletin_number, one.found.assignment.bureau_name)
            table.add_row(*names, ladder.kind.label, was, _hour(ladder.deadline, zone))
    if found:
        out.print(table)


def _hour(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"
