"""How alike two texts are: the rare n-grams that they share, weighed by how rare they are.

A text becomes a `Sketch`: its `TERMS` heaviest n-grams as a vector of unit length. `INDEXED` of them name the
buckets of the index under which it is looked for. Both are bounded, so that a message costs the same however many
are stored. `docs/matters.md` has the formula and what it was measured against.
"""

import math
import struct
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import compress, islice, repeat
from operator import mul
from typing import Final

TERMS: Final = 64
"""N-grams of a text that its sketch keeps."""
INDEXED: Final = 16
"""Buckets that a message is read from and written to."""
KNOWN: Final = 4
"""Of these, how many are of n-grams that the table knows.

The heaviest n-grams of a text are often the overlapping pieces of one name that the table has never seen. A report of
the same that leaves the name out would share no bucket with it.
"""
LEAD_WEIGHT: Final = 2
"""What an n-gram counts for in the lead, where one in the body counts 1."""
LEAD_LENGTH: Final = 40
"""Characters that stand for a title where there is none."""

_STEPS: Final = 255
_TERM_BYTES: Final = 5


@dataclass(frozen=True, kw_only=True)
class Frequencies:
    """In how many of `documents` texts each n-gram occurs, by fingerprint; one that is missing occurs in none."""

    documents: int
    counts: Mapping[int, int]

    def rarity(self, key: int) -> float:
        """The inverse document frequency of an n-gram; never negative."""
        return self.rarities[self.counts.get(key, 0)]

    @cached_property
    def rarities(self) -> Mapping[int, float]:
        """The same by the number of texts, each worked out once."""
        return _Rarities(self.documents)


class _Rarities(dict[int, float]):
    def __init__(self, documents: int) -> None:
        super().__init__()
        self._documents = documents

    def __missing__(self, count: int) -> float:
        self[count] = rarity = max(math.log((self._documents + 1) / (count + 0.5)), 0.0)
        return rarity


@dataclass(frozen=True)
class Sketch:
    """A text's heaviest n-grams by fingerprint, and the weight of each: those first that name its buckets.

    Weights are in steps of 1/255 of a vector of unit length, a byte each. `data` is how it is stored: five bytes a term,
    the fingerprints, little-endian, then the steps. It is read when it is compared: most of what a bucket holds never is.
    """

    data: bytes = b""

    @classmethod
    def of(cls, terms: Sequence[int], steps: bytes) -> "Sketch":
        return cls(_fingerprints(len(terms)).pack(*terms) + steps)

    @cached_property
    def terms(self) -> tuple[int, ...]:
        return _fingerprints(len(self.data) // _TERM_BYTES).unpack_from(self.data)

    @cached_property
    def steps(self) -> bytes:
        return self.data[len(self.data) // _TERM_BYTES * 4 :]

    @property
    def keys(self) -> tuple[int, ...]:
        """The fingerprints whose buckets it belongs to."""
        return self.terms[:INDEXED]

    @cached_property
    def weights(self) -> Mapping[int, float]:
        return {key: step / _STEPS for key, step in zip(self.terms, self.steps, strict=True)}

    def without(self, terms: Collection[int]) -> "Sketch":
        """What is left of the sketch without `terms`; it is shorter than unit length."""
        kept = [(key, step) for key, step in zip(self.terms, self.steps, strict=True) if key not in terms]
        return Sketch.of([key for key, _ in kept], bytes([step for _, step in kept]))

    def packed(self) -> bytes:
        return self.data


def unpacked(data: bytes) -> Sketch:
    """The sketch that `packed` wrote. Raises `ValueError` where the length does not fit."""
    if len(data) % _TERM_BYTES:
        raise ValueError("no packed sketch")
    return Sketch(data)


@cache
def _fingerprints(number: int) -> struct.Struct:
    return struct.Struct(f"<{number}I")


def sketch(body: Mapping[int, int], lead: Mapping[int, int], frequencies: Frequencies) -> Sketch:
    """The sketch of a text from how often each n-gram occurs in its `body` and in its `lead`, by fingerprint.

    An n-gram weighs (1 + ln body + `LEAD_WEIGHT` · lead) · rarity. Equal weights stand in the order of their fingerprints.
    """
    weights = {key: 1.0 if count == 1 else 1 + math.log(count) for key, count in body.items()}
    for key, count in lead.items():
        weights[key] = weights.get(key, 0.0) + LEAD_WEIGHT * count
    # `rarity` of each, written out, and only what may be kept is put in order: a text has hundreds of n-grams.
    rarities = map(frequencies.rarities.__getitem__, map(frequencies.counts.get, weights, repeat(0)))
    weighed = list(map(mul, weights.values(), rarities))
    least = sorted(weighed)[-TERMS] if len(weighed) > TERMS else 0.0
    heaviest = sorted([(-weight, key) for key, weight in zip(weights, weighed, strict=True) if weight >= least])[:TERMS]
    length = math.sqrt(sum([weight * weight for weight, _ in heaviest])) or 1.0
    steps = {key: step for weight, key in heaviest if (step := round(-weight / length * _STEPS))}
    heavy, others = tuple(steps)[: INDEXED - KNOWN], tuple(steps)[INDEXED - KNOWN :]
    known = [key for key in others if key in frequencies.counts][:KNOWN]
    terms = (*heavy, *known, *[key for key in others if key not in known])
    return Sketch.of(terms, bytes([steps[key] for key in terms]))


def likeness(one: Sketch, other: Sketch) -> float:
    """The cosine of two sketches: 0 where they share nothing, 1 (but for rounding) where they are the same."""
    weights, terms = one.weights, other.terms
    both = compress(zip(terms, other.steps, strict=True), map(weights.__contains__, terms))
    return sum([weights[key] * step for key, step in both]) / _STEPS


def shared(one: Sketch, other: Sketch, *, number: int) -> tuple[int, ...]:
    """The fingerprints that add most to the likeness of two sketches, the heaviest first."""
    mine, theirs = one.weights, other.weights
    both = [(-mine[key] * theirs[key], key) for key in mine.keys() & theirs.keys()]
    return tuple([key for _, key in islice(sorted(both), number)])


def lead_of(words: str) -> str:
    """What stands for the title of a text that has none: its first `LEAD_LENGTH` characters."""
    return words[:LEAD_LENGTH]
