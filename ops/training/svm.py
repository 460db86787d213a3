"""A linear support vector machine for many classes at once.

Dual coordinate descent for the squared hinge loss (Hsieh et al., "A dual coordinate descent method for
large-scale linear SVM", ICML 2008), one against the rest, all classes of a bank in one pass.
The order of the samples comes from a seed: the same samples give the same weights.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Indices = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Vectors:
    """Sparse rows: those of sample i are `columns[starts[i]:starts[i + 1]]` with their `values`."""

    columns: Indices
    values: Floats
    starts: NDArray[np.int64]
    width: int

    def __len__(self) -> int:
        return len(self.starts) - 1

    def row(self, index: int) -> tuple[Indices, Floats]:
        span = slice(self.starts[index], self.starts[index + 1])
        return self.columns[span], self.values[span]


@dataclass(frozen=True, slots=True)
class Linear:
    """Margins are `vector @ weights + biases`; one column a class."""

    weights: Floats
    biases: Floats

    def margins(self, vectors: Vectors) -> Floats:
        """The margin of every sample (row) for every class (column)."""
        margins = np.empty((len(vectors), len(self.biases)))
        for index in range(len(vectors)):
            columns, values = vectors.row(index)
            margins[index] = values @ self.weights[columns] + self.biases
        return margins


def fit(vectors: Vectors, targets: Floats, costs: Floats, *, passes: int, seed: int = 1) -> Linear:
    """Fit one class a column of `targets`: +1 it is, -1 it is not, 0 the sample says nothing of the class.

    `costs` is C of the primal problem, one a sample. `passes` over all samples are made at most; a
    pass in which nothing moved any more is the last.
    """
    samples, classes = targets.shape
    weights = np.zeros((vectors.width, classes))
    biases = np.zeros(classes)
    alphas = np.zeros((samples, classes))
    slack = 0.5 / costs
    curvature = np.array([1.0 + float(vectors.row(index)[1] @ vectors.row(index)[1]) for index in range(samples)]) + slack
    order = list(range(samples))
    shuffler = random.Random(seed)  # noqa: S311  an order of samples is no secret
    for _ in range(passes):
        shuffler.shuffle(order)
        largest = 0.0
        for index in order:
            columns, values = vectors.row(index)
            target = targets[index]
            alpha = alphas[index]
            gradient = target * (values @ weights[columns] + biases) - 1.0 + slack[index] * alpha
            moved = np.maximum(alpha - gradient / curvature[index], 0.0)
            step = (moved - alpha) * np.abs(target)
            size = float(np.abs(step).max())
            if size < 1e-6:
                continue
            largest = max(largest, size)
            alphas[index] = alpha + step
            push = step * target
            weights[columns] += values[:, None] * push
            biases += push
        if largest < 1e-3:
            break
    return Linear(weights=weights, biases=biases)


def take(vectors: Vectors, indices: Sequence[int]) -> Vectors:
    """The samples `indices`, in that order."""
    rows = [vectors.row(index) for index in indices]
    starts = np.zeros(len(rows) + 1, dtype=np.int64)
    np.cumsum([len(columns) for columns, _ in rows], out=starts[1:])
    return Vectors(
        columns=np.concatenate([columns for columns, _ in rows]) if rows else np.zeros(0, dtype=np.int32),
        values=np.concatenate([values for _, values in rows]) if rows else np.zeros(0),
        starts=starts,
        width=vectors.width,
    )
