"""The figures by which a model is judged."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ops.training.svm import Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassFigures:
    """How one class was met: how much of what was called so is so, and the reverse; `support` is how many there are."""

    name: str
    precision: float
    recall: float
    f1: float
    support: int


def by_class(true: Sequence[str], said: Sequence[str]) -> list[ClassFigures]:
    """The figures of every class that occurs or was said."""
    met: Counter[str] = Counter()
    given, called = Counter(true), Counter(said)
    met.update(one for one, other in zip(true, said, strict=True) if one == other)
    figures = []
    for name in sorted(set(true) | set(said)):
        precision = met[name] / called[name] if called[name] else 0.0
        recall = met[name] / given[name] if given[name] else 0.0
        both = precision + recall
        f1 = 2 * precision * recall / both if both else 0.0
        figures.append(ClassFigures(name=name, precision=precision, recall=recall, f1=f1, support=given[name]))
    return figures


def macro_f1(true: Sequence[str], said: Sequence[str]) -> float:
    """The mean F1 of the classes that occur; one that was said and never is lowers the others' precision, not the mean."""
    figures = [one for one in by_class(true, said) if one.support]
    return sum(one.f1 for one in figures) / len(figures) if figures else 0.0


def share(hits: Sequence[bool]) -> float:
    return sum(hits) / len(hits) if hits else 0.0


def confusions(true: Sequence[str], said: Sequence[str]) -> list[tuple[str, str, int]]:
    """What was taken for what, and how often; the most frequent first."""
    pairs = Counter((one, other) for one, other in zip(true, said, strict=True) if one != other)
    return [(one, other, count) for (one, other), count in sorted(pairs.items(), key=lambda item: (-item[1], item[0]))]


def recall_at_precision(work: Floats, noise: Floats, *, precision: float, prevalence: float) -> float:
    """The highest share of `work` that a threshold finds while `precision` holds, where `prevalence` of all messages are work.

    Both are certainties; equal ones fall on the same side of the threshold.
    """
    thresholds = np.unique(np.concatenate([work, noise]))
    found = 1 - np.searchsorted(np.sort(work), thresholds, side="left") / max(1, len(work))
    alarms = 1 - np.searchsorted(np.sort(noise), thresholds, side="left") / max(1, len(noise))
    called = prevalence * found + (1 - prevalence) * alarms
    good = (called > 0) & (prevalence * found >= precision * called)
    return float(found[good].max(initial=0.0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """Messages of like probability: its mean, how many of them are work, and their share of all."""

    probability: float
    observed: float
    share: float


def calibration(probability: Floats, actionable: np.ndarray, weights: Floats, *, bins: int = 10) -> tuple[float, list[Bin]]:
    """The expected calibration error, and the bins of equal width that it is the mean of."""
    total = float(weights.sum())
    found: list[Bin] = []
    for index in range(bins):
        low, high = index / bins, (index + 1) / bins
        chosen = (probability >= low) & ((probability < high) if index < bins - 1 else (probability <= 1.0))
        weight = float(weights[chosen].sum())
        if weight:
            found.append(
                Bin(
                    probability=float((probability[chosen] * weights[chosen]).sum() / weight),
                    observed=float((actionable[chosen] * weights[chosen]).sum() / weight),
                    share=weight / total,
                )
            )
    return sum(one.share * abs(one.probability - one.observed) for one in found), found
