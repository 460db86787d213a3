"""Once a month: how often people agreed with each version of the model, and whether it is time to train again.

Nothing is trained here: the training data is not in AWS. What is counted here rings when enough has been said.
"""

from collections import Counter
from datetime import datetime

from jiesu.cases.labels import Label
from jiesu.runtime.metrics import count
from jiesu.store.labels import LabelStore
from jiesu.store.models import ModelRegistry


def review(labels: LabelStore, models: ModelRegistry) -> dict[str, object]:
    """How many labels are newer than the last promotion, and of each version's verdicts how many people left as they were."""
    promoted = models.promotions().current
    said = [one.label for one in labels.labelled().messages]
    waiting = sum(_is_newer(one, None if promoted is None else promoted.promoted_at) for one in said)
    judged = Counter(one.thought.model_version for one in said)
    agreed = Counter(one.thought.model_version for one in said if agrees(one))
    count("LabelsWaiting", waiting)
    return {
        "labels": len(said),
        "labels_waiting": waiting,
        "versions": {version: {"judged": judged[version], "agreed": agreed[version]} for version in sorted(judged)},
    }


def agrees(label: Label) -> bool:
    """Whether a person left the system's verdict as it was, in all that they said."""
    thought = label.thought
    pairs: list[tuple[object, object]] = [(label.actionable, thought.actionable)]
    if label.actionable:
        pairs += [(label.category, thought.category), (label.urgency, thought.urgency), (label.intent, thought.intent)]
    return all(said is None or said == believed for said, believed in pairs)


def _is_newer(label: Label, promoted_at: datetime | None) -> bool:
    return promoted_at is None or label.said_at > promoted_at
