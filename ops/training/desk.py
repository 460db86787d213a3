"""Labels from the desk as samples, and whether a candidate does better on the newest of them.

The newest labels are never learnt from: they are what tells whether the model follows the office. Nor
is any text that reads like one of them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from jiesu.store.labels import LabelledMessage
from jiesu.triage import categories, judge
from jiesu.triage.model import Model
from jiesu.triage.text import clean
from ops.errors import OperatorError
from ops.training.artefacts import Verdict
from ops.training.corpus import DESK_GROUP, Sample, Source
from ops.training.metrics import share

NEEDED = 100
"""Labels below which nothing is learnt: too few would be left to judge by."""
NEWEST_SHARE = 0.3
ENOUGH = 5
"""Labels of a kind below which its figure is not looked at."""
LARGEST_LOSS = 0.03


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """`older` may be learnt from, `newest` only measures."""

    older: tuple[Sample, ...]
    newest: tuple[Sample, ...]


def split(labelled: Sequence[LabelledMessage]) -> Split:
    """The labels, oldest word first, parted by time. Raises `OperatorError` where there are too few."""
    samples = [_sample(one) for one in labelled if clean(one.message.text)]
    if len(samples) < NEEDED:
        raise OperatorError(f"{len(samples)} labels have a text; {NEEDED} are needed to learn from some and judge by others")
    first_newest = len(samples) - round(len(samples) * NEWEST_SHARE)
    newest = tuple(samples[first_newest:])
    asked = {one.group for one in newest}
    return Split(older=tuple(one for one in samples[:first_newest] if one.group not in asked), newest=newest)


def _sample(one: LabelledMessage) -> Sample:
    label = one.label
    # "Unclear" is what an editor leaves standing: it teaches nothing.
    category = None if label.category == categories.UNCLEAR else label.category
    return Sample(
        source=Source.OWN,
        text=one.message.text,
        group=f"{DESK_GROUP}{clean(one.message.text)}",
        kind=one.message.kind,
        actionable=label.actionable,
        category=category if category is not None and categories.is_known(category) else None,
        intent=label.intent,
        urgency=label.urgency,
    )


def measure(samples: Iterable[Sample], model: Model) -> dict[str, float]:
    """How often `model` says what people said, by kind of label, as far as there are enough of the kind."""
    hits: dict[str, list[bool]] = {}
    for sample in samples:
        work = judge.weigh(clean(sample.text), kind=sample.kind, model=model)
        if sample.actionable is not None:
            hits.setdefault("work found" if sample.actionable else "noise let rest", []).append(
                work.actionable == sample.actionable
            )
        if not sample.actionable:
            continue
        matter = judge.name(work, kind=sample.kind, model=model)
        for what, said, true in (
            ("category", matter.category, sample.category),
            ("intent", matter.intent, sample.intent),
            ("urgency", matter.urgency, sample.urgency),
        ):
            if true is not None:
                hits.setdefault(what, []).append(said == true)
    return {what: share(one) for what, one in sorted(hits.items()) if len(one) >= ENOUGH}


def compare(candidate: dict[str, float], standing: dict[str, float]) -> Verdict:
    """Whether a candidate follows the newest labels better: its mean is higher, and no figure falls far."""
    if not standing:
        return Verdict(False, ("the newest labels are too few of any kind",))
    reasons = [
        f"newest labels, {what}: falls from {old:.3f} to {candidate[what]:.3f}"
        for what, old in standing.items()
        if candidate[what] < old - LARGEST_LOSS
    ]
    new, old = mean(candidate), mean(standing)
    if new <= old:
        reasons.append(f"the mean over the newest labels does not rise: {old:.4f}, {new:.4f}")
    return Verdict(not reasons, tuple(reasons))


def mean(figures: dict[str, float]) -> float:
    return sum(figures.values()) / len(figures) if figures else 0.0
