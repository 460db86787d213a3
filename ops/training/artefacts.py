"""An artefact among its papers: what it learnt from, how it measures, and whether it may replace another."""

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from jiesu.triage.model import ARTEFACT, Model, ModelFormatError, read
from jiesu.triage.screen import RULES_VERSION
from ops.errors import OperatorError
from ops.training.corpus import LABELLED, Corpus, files_of
from ops.training.evaluation import Evaluation

SHIPPED = Path(__file__).resolve().parents[2] / "layers/jiesu/python/jiesu/triage/data" / ARTEFACT
MAX_BYTES = 1_000_000

GUARDED = (
    "topic.full_text.macro_f1",
    "topic.titles.macro_f1",
    "work.petitions.recall_at_precision_90",
    "work.help_covid.recall_at_precision_80",
    "work.help_flood.recall_at_precision_80",
    "work.own.recall_at_precision_80",
    "own.private.found",
    "own.category.macro_f1",
    "own.intent.macro_f1",
    "own.urgency.macro_f1",
)
"""The figures whose mean tells the better of two artefacts."""
LARGEST_LOSS = 0.03
"""How far a single one of them may fall."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a candidate may replace what stands, and why not."""

    is_better: bool
    reasons: tuple[str, ...]


def compare(candidate: Evaluation, standing: Evaluation) -> Verdict:
    """Judge by the figures that both have, measured on the same texts. Equal is good enough: the newer has seen more."""
    pairs = [(name, candidate.value(name), standing.value(name)) for name in GUARDED]
    shared = [(name, new, old) for name, new, old in pairs if new is not None and old is not None]
    reasons = [f"{name} falls from {old:.3f} to {new:.3f}" for name, new, old in shared if new < old - LARGEST_LOSS]
    mean_new, mean_old = (float(np.mean([pair[at] for pair in shared])) if shared else 0.0 for at in (1, 2))
    if mean_new < mean_old:
        reasons.append(f"the mean of the guarded figures falls from {mean_old:.4f} to {mean_new:.4f}")
    return Verdict(is_better=not reasons, reasons=tuple(reasons))


def open_model(path: Path) -> Model:
    """The artefact in a file; raises `OperatorError` where there is none that can be read."""
    try:
        return read(path.read_bytes())
    except OSError as error:
        raise OperatorError(f"{path.name} cannot be read: {error.strerror}") from error
    except ModelFormatError as error:
        raise OperatorError(f"{path.name}: {error}") from error


def learnt_files(path: Path) -> dict[str, str]:
    """The SHA-256 of each file that the artefact in `path` learnt from, as the paper beside it says; none without one."""
    paper = provenance_path(path)
    if not paper.exists():
        return {}
    files: dict[str, str] = json.loads(paper.read_text(encoding="utf-8"))["files"]
    return files


def provenance(corpus: Corpus, *, learnt: int) -> dict[str, Any]:
    """What an artefact comes from: names and digests, no text."""
    return {
        "files": dict(corpus.files),
        "labelled": files_of(LABELLED),
        "samples_learnt": learnt,
        "rules": RULES_VERSION,
        "python": f"{sys.version_info.major}.{sys.version_info.minor}",
        "numpy": np.__version__,
    }


def save(path: Path, artefact: bytes, *, report: Mapping[str, Any], paper: Mapping[str, Any]) -> None:
    """Write an artefact with its two papers. Raises `OperatorError` where it is larger than may ship."""
    if len(artefact) > MAX_BYTES:
        raise OperatorError(f"the artefact has {len(artefact)} bytes; {MAX_BYTES} may ship")
    path.write_bytes(artefact)
    for target, content in ((report_path(path), report), (provenance_path(path), paper)):
        target.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def report_path(path: Path) -> Path:
    return path.with_name(f"{path.stem}-report.json")


def provenance_path(path: Path) -> Path:
    return path.with_name(f"{path.stem}-provenance.json")
