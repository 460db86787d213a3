"""Texts as a model is to see them: read once by the rules, counted once into n-grams, turned into vectors."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from jiesu.triage import signals
from jiesu.triage.ngrams import fingerprints, ngrams
from jiesu.triage.signals import Reading
from jiesu.triage.text import clean
from jiesu.triage.urgency import UrgencyMatch, assess
from ops.training.corpus import Sample
from ops.training.svm import Floats, Vectors


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """One sample with what the rules and the n-grams say of it; `counts` by fingerprint."""

    sample: Sample
    words: str
    counts: Mapping[int, int]
    reading: Reading
    urgency: UrgencyMatch


def prepare(samples: Iterable[Sample]) -> list[Text]:
    """Read and count each sample as the running system does."""
    texts = []
    for sample in samples:
        words = clean(sample.text)
        reading = signals.read(words)
        grams = ngrams(words)
        counts = dict(zip(fingerprints(grams), grams.values(), strict=True))
        texts.append(Text(sample=sample, words=words, counts=counts, reading=reading, urgency=assess(words, reading)))
    return texts


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The n-grams of a bank, their fingerprints in rising order, each with its inverse document frequency."""

    keys: Sequence[int]
    idf: Floats

    def vectors(self, counts: Sequence[Mapping[int, int]]) -> Vectors:
        """One row a text: (1 + ln count) · idf, of length one; a text of which nothing is known is all zero."""
        place = {key: index for index, key in enumerate(self.keys)}
        columns: list[np.ndarray] = []
        values: list[Floats] = []
        starts = [0]
        for one in counts:
            known = [(place[key], 1.0 + math.log(count)) for key, count in one.items() if key in place]
            index = np.array([row for row, _ in known], dtype=np.int32)
            value = np.array([weight for _, weight in known]) * self.idf[index] if known else np.zeros(0)
            norm = float(np.sqrt(value @ value))
            columns.append(index)
            values.append(value / norm if norm else value)
            starts.append(starts[-1] + len(index))
        return Vectors(
            columns=np.concatenate(columns).astype(np.int32) if columns else np.zeros(0, dtype=np.int32),
            values=np.concatenate(values) if values else np.zeros(0),
            starts=np.array(starts, dtype=np.int64),
            width=len(self.keys),
        )

    def keep(self, indices: Iterable[int]) -> "Vocabulary":
        """The vocabulary of some of its rows."""
        kept = sorted(indices)
        return Vocabulary(keys=[self.keys[index] for index in kept], idf=self.idf[kept])


def vocabulary(counts: Sequence[Mapping[int, int]], *, at_least: int = 2) -> Vocabulary:
    """All n-grams that occur in `at_least` of the texts."""
    frequency: Counter[int] = Counter()
    for one in counts:
        frequency.update(one.keys())
    keys = sorted(key for key, texts in frequency.items() if texts >= at_least)
    idf = np.array([math.log((1 + len(counts)) / (1 + frequency[key])) + 1.0 for key in keys])
    return Vocabulary(keys=keys, idf=idf)
