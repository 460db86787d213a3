"""From margins and rules to a probability: scaled on samples that the margins' classes had not seen.

The rules and the n-grams fail on opposite sets: n-grams know a kind of text once they have met
its like, rules know words in any setting. So the rules' weight is no result of a fit on known
settings, where they would seem superfluous, but is set here and measured on settings left out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from jiesu.model.words import MessageKind
from ops.training.corpus import Source
from ops.training.svm import Floats

WORK_CLASSES = ("petition", "message", "distress", "any")
"""The ways of being work: a petition to an office, a message to the police, a call for help; and all of them in one."""

_SHARE_OF_WEIBO = (0.005, 0.004, 0.001, 0.003)
"""Which share of ordinary Weibo each class may be sure of by itself."""

RULES_WEIGHT = 0.08
RULES_LIMIT = 8.0
EMERGENCY_WEIGHT = 0.3
PREVALENCE = 0.1

MENTION_BUDGET = 0.007
COMMENT_BUDGET = 0.003
"""Shares of ordinary Weibo and of repost comments that may be taken for work; a little less than what is promised."""
PRIVATE_RECALL = 0.95
"""Share of private messages that are work and must be found: who writes in private has come to us on purpose."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """Samples with their margins for `WORK_CLASSES` (by a bank that did not see them) and what the rules said."""

    margins: Floats
    rules: Floats
    emergency: np.ndarray
    actionable: np.ndarray
    sources: np.ndarray
    kinds: np.ndarray

    def of(self, *sources: Source) -> np.ndarray:
        return np.isin(self.sources, [source.value for source in sources])


def fit(judged: Judged) -> dict[str, Any]:
    """The artefact's part "decision"."""
    weibo = judged.margins[judged.of(Source.WEIBO)]
    peaks = np.array([np.quantile(weibo[:, index], 1 - share) for index, share in enumerate(_SHARE_OF_WEIBO)])
    spreads = np.maximum(np.quantile(weibo, 0.995, axis=0) - np.quantile(weibo, 0.9, axis=0), 0.05)
    certainty = ((judged.margins - peaks) / spreads).max(axis=1)
    certainty = certainty + RULES_WEIGHT * np.clip(judged.rules, -RULES_LIMIT, RULES_LIMIT)
    certainty = certainty + EMERGENCY_WEIGHT * judged.emergency
    slope, shift = _logistic(certainty, judged.actionable, weights(judged))
    logit = slope * certainty + shift
    return {
        "gains": [_rounded(slope / spread) for spread in spreads],
        "offsets": [_rounded(shift - slope * peak / spread) for peak, spread in zip(peaks, spreads, strict=True)],
        "rules_weight": _rounded(slope * RULES_WEIGHT),
        "rules_limit": RULES_LIMIT,
        "emergency_weight": _rounded(slope * EMERGENCY_WEIGHT),
        "thresholds": {kind.value: _rounded(value) for kind, value in _thresholds(judged, 1 / (1 + np.exp(-logit))).items()},
    }


def weights(judged: Judged) -> Floats:
    """Weights under which one in ten is work: half of it own messages, half the rest; noise from each of its sources alike."""
    own = judged.of(Source.OWN)
    given = np.zeros(len(judged.rules))
    for share, chosen in (
        (PREVALENCE / 2, judged.actionable & own),
        (PREVALENCE / 2, judged.actionable & ~own),
        *(
            ((1 - PREVALENCE) / 3, ~judged.actionable & judged.of(source))
            for source in (Source.WEIBO, Source.REPOSTS, Source.OWN)
        ),
    ):
        if chosen.any():
            given[chosen] = share / chosen.sum()
    return given


def _thresholds(judged: Judged, probability: Floats) -> Mapping[MessageKind, float]:
    """The lowest that the budgets of false alarms bear: recall comes first."""
    thresholds = {}
    for kind, source, budget in (
        (MessageKind.MENTION, Source.WEIBO, MENTION_BUDGET),
        (MessageKind.COMMENT, Source.REPOSTS, COMMENT_BUDGET),
    ):
        silent = judged.of(source) & ~judged.emergency
        allowed = budget * judged.of(source).sum() - (judged.of(source) & judged.emergency).sum()
        thresholds[kind] = _kept_above(probability[silent], max(0, int(allowed)))
    private = judged.of(Source.OWN) & judged.actionable & (judged.kinds == MessageKind.PRIVATE.value) & ~judged.emergency
    sought = np.sort(probability[private])
    lowest = float(sought[int((1 - PRIVATE_RECALL) * len(sought))]) if len(sought) else 0.5
    thresholds[MessageKind.PRIVATE] = min(lowest, *thresholds.values())
    return {kind: thresholds[kind] for kind in MessageKind}


def _kept_above(probability: Floats, count: int) -> float:
    """The threshold that all but the `count` highest stay below."""
    ranked = np.sort(probability)[::-1]
    if not len(ranked):
        return 0.5
    return float((ranked[count - 1] + ranked[count]) / 2) if 0 < count < len(ranked) else float(min(1.0, ranked[0] + 1e-6))


def _logistic(values: Floats, labels: np.ndarray, sample_weights: Floats) -> tuple[float, float]:
    """Slope and shift of a logistic curve by Newton's method (Platt scaling)."""
    inputs = np.stack([values, np.ones_like(values)], axis=1)
    wanted = labels.astype(float)
    found = np.zeros(2)
    ridge = np.diag([1e-4, 1e-6])
    for _ in range(100):
        chance = 1 / (1 + np.exp(-np.clip(inputs @ found, -50, 50)))
        gradient = inputs.T @ (sample_weights * (chance - wanted)) + ridge @ found
        curvature = (inputs * (sample_weights * chance * (1 - chance))[:, None]).T @ inputs + ridge
        step = np.linalg.solve(curvature, gradient)
        found = found - step
        if float(np.abs(step).max()) < 1e-9:
            break
    return float(found[0]), float(found[1])


def sharpness(margins: Floats, classes: Sequence[int]) -> float:
    """The factor under which a softmax of `margins` makes the true `classes` likeliest, from a fixed row of candidates."""
    if not len(margins):
        return 1.0
    true = np.arange(len(margins)), np.array(classes)

    def loss(factor: float) -> float:
        powers = np.exp(factor * (margins - margins.max(axis=1, keepdims=True)))
        return float(-np.log(powers[true] / powers.sum(axis=1) + 1e-12).mean())

    return min((0.5, 0.7, 1.0, 1.4, 2.0, 2.8, 4.0, 5.6, 8.0), key=loss)


def _rounded(number: float) -> float:
    return float(f"{float(number):.10g}")
