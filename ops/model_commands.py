"""`jiesu model list`, `promote`, `rollback`: which model a stack thinks with."""

import getpass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from jiesu.store.models import ModelUnavailableError, Promotion, Promotions
from jiesu.triage.judge import check
from jiesu.triage.model import Model, ModelFormatError, load, read, shipped
from jiesu.triage.screen import release
from ops.errors import OperatorError
from ops.stack import Stack, StackName, find_stack

app = typer.Typer(help="Which model triage thinks with.", no_args_is_help=True)

Reason = Annotated[str, typer.Option("--reason", help="Why, for whoever reads the list.")]


@app.command("list")
def list_models(stack: StackName = "jiesu") -> None:
    """Show what ships, what was promoted when, by whom and why, and what runs."""
    promotions = find_stack(stack).models.promotions()
    running = _running(promotions)
    typer.echo(f"{'*' if running is None else ' '} {load().version}  ships with this release ({release()})")
    for one in reversed(promotions.history):
        mark = "*" if one is running else " "
        stale = "" if one.release == release() else f"  (for {one.release})"
        typer.echo(f"{mark} {one.version}  {one.promoted_at:%Y-%m-%d %H:%M}Z  {one.promoted_by}  {one.reason}{stale}")


@app.command("promote")
def promote_model(
    artefact: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="Artefact, as `jiesu train --out` writes it.")],
    reason: Reason,
    stack: StackName = "jiesu",
) -> None:
    """Store an artefact and let it run; workers take it within five minutes."""
    content = artefact.read_bytes()
    try:
        model = check(read(content))
    except ModelFormatError as error:
        raise OperatorError(f"{artefact.name}: {error}") from error
    promote(find_stack(stack), content, model, reason=reason)


@app.command("rollback")
def roll_back(stack: StackName = "jiesu", reason: Reason = "rolled back") -> None:
    """Let what ran before the current promotion run again; before the first one that is the artefact that ships."""
    found = find_stack(stack)
    standing = found.models.promotions()
    current = _running(standing)
    if current is None:
        raise OperatorError("nothing is promoted for this release: the model that ships runs")
    before = before_current(standing)
    version, digest = (before.version, before.digest) if before else (load().version, "")
    _record(found, standing, version=version, digest=digest, reason=reason)


def running_artefact(stack: Stack) -> bytes:
    """The bytes of the artefact that `stack` thinks with. Raises `OperatorError` where they cannot be had."""
    running = _running(stack.models.promotions())
    try:
        return shipped() if running is None else stack.model_vault.fetch(running.digest)
    except ModelUnavailableError as error:
        raise OperatorError(f"the promoted model cannot be had: {error}; see `jiesu model rollback`") from error


def promote(stack: Stack, content: bytes, model: Model, *, reason: str) -> None:
    """Store `content` and let it run."""
    standing = stack.models.promotions()
    _record(stack, standing, version=model.version, digest=stack.model_vault.keep(content), reason=reason)


def before_current(standing: Promotions) -> Promotion | None:
    """What ran before the current promotion was made, in this release; a roll-back is stepped over, and what it took back too."""
    line: list[Promotion] = []
    for one in standing.history:
        if one.release != release():
            continue
        known = next((place for place, other in enumerate(line) if other.digest == one.digest), None)
        line = [*line, one] if known is None else line[: known + 1]
        if not one.digest:
            line = []
    return line[-2] if len(line) > 1 else None


def _record(stack: Stack, standing: Promotions, *, version: str, digest: str, reason: str) -> None:
    promotion = Promotion(
        version=version,
        digest=digest,
        release=release(),
        promoted_at=datetime.now(UTC),
        promoted_by=getpass.getuser(),
        reason=reason,
    )
    stack.models.promote(promotion, standing)
    typer.echo(f"{version} runs in {stack.name} within five minutes")


def _running(promotions: Promotions) -> Promotion | None:
    current = promotions.current
    return current if current is not None and current.digest and current.release == release() else None
