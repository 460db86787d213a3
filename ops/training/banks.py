"""Banks of linear classes: fitted on vectors, cut down to the rows that matter, packed to an artefact."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zlib import compress

import numpy as np

from jiesu.triage.model import HEADER_LENGTH, MAGIC, ZERO
from ops.training import svm
from ops.training.svm import Floats, Linear
from ops.training.texts import Vocabulary, vocabulary

Counts = Sequence[Mapping[int, int]]

_SKETCH_PASSES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a bank is to be: the classes of its heads in order, how many rows it may have, how often the samples are passed."""

    name: str
    heads: Mapping[str, tuple[str, ...]]
    rows: int
    passes: int = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class FittedBank:
    """A bank with weights of full precision; `linear` has one column a class, heads side by side."""

    plan: Plan
    vocabulary: Vocabulary
    linear: Linear

    def margins(self, counts: Counts) -> Floats:
        """One row a text, one column a class of all heads."""
        return self.linear.margins(self.vocabulary.vectors(counts))


def fit(plan: Plan, counts: Counts, targets: Floats, costs: Floats) -> FittedBank:
    """Fit `plan` to texts; a column of `targets` is +1 where the class fits, -1 where it does not, 0 where that is not known.

    Where more n-grams occur than the plan has rows, a few passes tell which carry most weight in these
    texts; those stay and the rest is forgotten before the fit.
    """
    words = vocabulary(counts)
    vectors = words.vectors(counts)
    if len(words.keys) > plan.rows:
        sketch = svm.fit(vectors, targets, costs, passes=_SKETCH_PASSES)
        carried = np.bincount(vectors.columns, weights=vectors.values**2, minlength=vectors.width)
        carried *= (sketch.weights**2).sum(axis=1)
        words = words.keep(np.argsort(-carried, kind="stable")[: plan.rows].tolist())
        vectors = words.vectors(counts)
    return FittedBank(plan=plan, vocabulary=words, linear=svm.fit(vectors, targets, costs, passes=plan.passes))


def cross_margins(plan: Plan, counts: Counts, targets: Floats, costs: Floats, folds: Sequence[int]) -> Floats:
    """The margins of each text by a bank that was fitted on the texts of the other folds, in the same way as the whole."""
    margins = np.zeros_like(targets)
    parts = np.array(folds)
    for part in sorted(set(folds)):
        learnt = np.flatnonzero(parts != part)
        asked = np.flatnonzero(parts == part)
        bank = fit(plan, [counts[index] for index in learnt.tolist()], targets[learnt], costs[learnt])
        margins[asked] = bank.margins([counts[index] for index in asked.tolist()])
    return margins


def pack(banks: Sequence[FittedBank], *, decision: Mapping[str, Any], temperatures: Mapping[str, float]) -> bytes:
    """The artefact: header and tables, eight bits a weight. Its version is a digest of what it holds."""
    headers: list[dict[str, Any]] = []
    body = bytearray()
    for bank in banks:
        header, tables = _packed(bank)
        headers.append(header)
        body += tables
    header = {"banks": headers, "decision": dict(decision), "temperatures": dict(temperatures)}
    digest = hashlib.sha256(_json(header) + body).hexdigest()
    header["version"] = f"linear-{digest[:10]}"
    head = _json(header)
    return MAGIC + HEADER_LENGTH.pack(len(head)) + head + compress(bytes(body), level=9)


def _packed(bank: FittedBank) -> tuple[dict[str, Any], bytes]:
    idf = bank.vocabulary.idf
    keys = np.array(bank.vocabulary.keys, dtype=np.uint32)
    steps = np.diff(keys, prepend=np.uint32(0)).astype("<u4")
    weights = bank.linear.weights * idf[:, None]
    scales = np.abs(weights).max(axis=0, initial=0.0) / (ZERO - 1)
    scales[scales == 0] = 1.0
    quantised = (np.rint(weights / scales) + ZERO).astype(np.uint8)
    idf_scale = float(idf.max(initial=1.0)) / 255
    header = {
        "name": bank.plan.name,
        "rows": len(keys),
        "heads": {name: list(classes) for name, classes in bank.plan.heads.items()},
        "idf_scale": _rounded(idf_scale),
        "scales": [_rounded(one) for one in scales],
        "biases": [_rounded(one) for one in bank.linear.biases],
    }
    planes = steps.view(np.uint8).reshape(-1, 4).T.tobytes()
    return header, planes + np.rint(idf / idf_scale).astype(np.uint8).tobytes() + quantised.T.tobytes()


def _rounded(number: float) -> float:
    """Ten digits: more would only be noise of the last addition."""
    return float(f"{float(number):.10g}")


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=False, separators=(",", ":")).encode()
