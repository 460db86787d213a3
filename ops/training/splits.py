"""Which samples are learnt from and which only measure.

A tenth of all groups is frozen: no artefact that this project ships has learnt from it, so that
any two artefacts can be compared on it. Which groups these are depends on their names alone.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from jiesu.triage.ngrams import ngrams
from jiesu.triage.text import clean
from ops.training.corpus import DESK_GROUP, Sample, Source, fold_of

FROZEN_FOLDS = 10
FROZEN_OWN_FOLDS = 5
"""Of the own messages a fifth of the hands: they are few."""


def is_frozen(sample: Sample) -> bool:
    """Whether a sample only measures. Of what the desk says the newest does: whoever hands it over has left that out."""
    if sample.group.startswith(DESK_GROUP):
        return False
    return fold_of(sample.group, FROZEN_OWN_FOLDS if sample.source is Source.OWN else FROZEN_FOLDS) == 0


def with_titles_beside_their_petitions(samples: Sequence[Sample]) -> list[Sample]:
    """The samples with each title in the group of the petition that it is most like.

    Most titles belong to a petition that stands elsewhere without one: the two must not be parted.
    """
    petitions = [sample for sample in samples if sample.source is Source.PETITIONS]
    if not petitions:
        return list(samples)
    grams = [_pairs(petition.text) for petition in petitions]
    texts_with: dict[str, list[int]] = defaultdict(list)
    for index, one in enumerate(grams):
        for gram in one:
            texts_with[gram].append(index)
    lengths = np.sqrt(np.array([max(1, len(one)) for one in grams]))
    rarity = {gram: math.log(len(petitions) / len(texts)) + 1 for gram, texts in texts_with.items()}
    held = {gram: np.array(texts) for gram, texts in texts_with.items()}

    def group_of(title: Sample) -> str:
        likeness = np.zeros(len(petitions))
        for gram in _pairs(title.text):
            if gram in held:
                likeness[held[gram]] += rarity[gram] ** 2
        best = int(np.argmax(likeness / lengths))
        return petitions[best].group if likeness[best] else title.group

    return [replace(sample, group=group_of(sample)) if sample.source is Source.TITLES else sample for sample in samples]


def folds(samples: Iterable[Sample], count: int) -> list[int]:
    """Each sample's part in a cross-validation; another salt than the frozen part's, or one fold would be empty."""
    return [fold_of(f"fold {sample.group}", count) for sample in samples]


def _pairs(text: str) -> set[str]:
    counted: Counter[str] = ngrams(clean(text))
    return {gram for gram in counted if len(gram) > 1}
