"""`jiesu train`, `jiesu evaluate`, `jiesu triage`: the model built, measured and asked."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from jiesu.model.words import MessageKind
from jiesu.road.explain import explain
from jiesu.triage.model import read
from ops.errors import OperatorError
from ops.model_commands import promote, running_artefact
from ops.stack import Stack, StackName, find_stack

if TYPE_CHECKING:
    from ops.training.evaluation import Evaluation

app = typer.Typer()

BEIJING = ZoneInfo("Asia/Shanghai")

Data = Annotated[
    Path, typer.Option("--data", exists=True, file_okay=False, help="Folder of the files that docs/triage-model.md lists.")
]


@app.command("triage")
def triage_text(
    text: Annotated[str, typer.Argument(help="What a citizen wrote.")],
    kind: Annotated[MessageKind, typer.Option(help="How it came.")] = MessageKind.PRIVATE,
) -> None:
    """Say what the system would think of a text, and why, in Chinese."""
    typer.echo(explain(text, now=datetime.now(UTC), time_zone=BEIJING, kind=kind))


@app.command("evaluate")
def evaluate_model(
    data: Data,
    model: Annotated[Path | None, typer.Option("--model", exists=True, dir_okay=False, help="Artefact; the shipped one.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    mistakes: Annotated[int, typer.Option(min=0, help="How many of the worst mistakes of each kind to show.")] = 0,
) -> None:
    """Measure an artefact on a folder of labelled files. Of files that it learnt from, only the frozen part is measured."""
    from ops.training import artefacts, corpus, evaluation  # noqa: PLC0415  numpy, for which the other commands should not wait

    path = model or artefacts.SHIPPED
    found = evaluation.evaluate(
        corpus.read(data), corpus.read_own(), artefacts.open_model(path), learnt_files=artefacts.learnt_files(path)
    )
    if as_json:
        typer.echo(json.dumps(found.as_json(), ensure_ascii=False, indent=1))
    else:
        _show(found, mistakes)


@app.command("train")
def train_model(
    *,
    data: Data,
    out: Annotated[
        Path | None, typer.Option("--out", dir_okay=False, help="Where to write; the shipped artefact's place.")
    ] = None,
    without: Annotated[list[str] | None, typer.Option("--without", help="Name of a file not to learn from.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace even what measures better.")] = False,
    from_stack: Annotated[
        bool, typer.Option("--from-stack", help="Learn from the desk's labels too; promote there what is better.")
    ] = False,
    stack: StackName = "jiesu",
    mistakes: Annotated[int, typer.Option(min=0, help="How many of the worst mistakes of each kind to show.")] = 0,
) -> None:
    """Learn an artefact from a folder of labelled files and measure it on the frozen part; a better one is not replaced."""
    from ops.training import artefacts, corpus, evaluation, training  # noqa: PLC0415  numpy, for which the other commands should not wait

    if from_stack:
        if without or force:
            raise OperatorError("what learns from the desk learns from every file, and replaces nothing that measures better")
        learn_from_desk(find_stack(stack), data, out)
        return
    path = out or artefacts.SHIPPED
    if without and out is None:
        raise OperatorError("what learns without a file is an experiment: say by --out where it is to be written")
    whole, own = corpus.read(data), corpus.read_own()
    taught = corpus.read(data, without=without or ())
    trained = training.train([*taught.samples, *own], say=lambda message: typer.echo(message, err=True))
    learnt = dict(taught.files)  # both artefacts are measured on the same texts: the frozen ones
    found = evaluation.evaluate(whole, own, read(trained.artefact), learnt_files=learnt)
    _show(found, mistakes)
    if path.exists() and not force:
        standing = evaluation.evaluate(whole, own, artefacts.open_model(path), learnt_files=learnt)
        verdict = artefacts.compare(found, standing)
        if not verdict.is_better:
            raise OperatorError(f"{path.name} stays as it is, it measures better: {'; '.join(verdict.reasons)}")
    artefacts.save(path, trained.artefact, report=found.as_json(), paper=artefacts.provenance(taught, learnt=trained.learnt))
    typer.echo(f"{path.name}: {found.model_version}, {len(trained.artefact)} bytes")


def learn_from_desk(stack: Stack, data: Path, out: Path | None) -> None:
    """Train with the desk's labels, measure on the frozen part and on the newest labels, promote what is better on both.

    Raises `OperatorError` with the reasons where the model that runs stays.
    """
    from ops.training import artefacts, corpus, desk, evaluation, training  # noqa: PLC0415  numpy, for which the other commands should not wait

    labelled = stack.labels.labelled()
    typer.echo(f"{len(labelled.messages)} labels of the desk; of {labelled.gone} more the message is no longer kept")
    parted = desk.split(labelled.messages)
    whole, own = corpus.read(data), corpus.read_own()
    trained = training.train([*whole.samples, *own, *parted.older], say=lambda message: typer.echo(message, err=True))
    candidate, standing = read(trained.artefact), read(running_artefact(stack))
    frozen = [evaluation.evaluate(whole, own, one, learnt_files=whole.files) for one in (candidate, standing)]
    newest = [desk.measure(parted.newest, one) for one in (candidate, standing)]
    if out is not None:
        paper = artefacts.provenance(whole, learnt=trained.learnt) | {"desk_labels": len(parted.older)}
        artefacts.save(out, trained.artefact, report=frozen[0].as_json() | {"newest_labels": newest[0]}, paper=paper)
    for what, value in newest[0].items():
        typer.echo(f"newest labels, {what:<20} {newest[1][what]:.3f} → {value:.3f}")
    if len(trained.artefact) > artefacts.MAX_BYTES:
        raise OperatorError(f"the artefact has {len(trained.artefact)} bytes; {artefacts.MAX_BYTES} may run")
    verdicts = artefacts.compare(*frozen), desk.compare(*newest)
    if reasons := [reason for verdict in verdicts for reason in verdict.reasons]:
        raise OperatorError(f"{standing.version} goes on running: {'; '.join(reasons)}")
    said = (
        f"newest {len(parted.newest)} labels {desk.mean(newest[1]):.3f} → {desk.mean(newest[0]):.3f}, {len(parted.older)} learnt"
    )
    promote(stack, trained.artefact, candidate, reason=said)


def _show(found: "Evaluation", mistakes: int) -> None:
    typer.echo(found.model_version)
    for row in found.rows:
        target = "" if row.target is None else f"  {'≤' if row.at_most else '≥'} {row.target} {'met' if row.is_met else 'MISSED'}"
        typer.echo(f"{row.name:<48} {row.value:.4f}  n={row.count} ({row.part}){target}")
    for head, figures in found.classes.items():
        typer.echo(f"\n{head}: precision, recall, F1, support")
        for one in figures:
            typer.echo(f"  {one.name:<32} {one.precision:.3f} {one.recall:.3f} {one.f1:.3f} {one.support}")
        for true, said, count in found.confusions.get(head, ())[:6]:
            typer.echo(f"  {count} × {true} taken for {said}")
    typer.echo("\ncalibration: probability, observed, share")
    for part in found.calibration:
        typer.echo(f"  {part.probability:.3f} {part.observed:.3f} {part.share:.3f}")
    if mistakes:
        for head in sorted({one.head for one in found.mistakes}):
            worst = sorted((one for one in found.mistakes if one.head == head), key=lambda one: -one.certainty)
            for mistake in worst[:mistakes]:
                typer.echo(f"{head}: {mistake.true} taken for {mistake.said} ({mistake.certainty:.2f}): {mistake.text[:80]}")
