"""How alike two texts are: the rare n-grams that they share, weighed by how rare they are.

A text becomes a `Sketch`: its `TERMS` heaviest n-grams as a vector of unit length. The `INDEXED` heaviest of
them name the buckets of the index under which it is looked for. Both are bounded, so that a message costs the
same however many are stored. `docs/matters.md` has the formula and what it was measured against.
"""

import math
import struct
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Final

TERMS: Final = 64
"""N-grams of a text that its sketch keeps."""
INDEXED: Final = 16
"""Buckets that a message is read from and written to."""
LEAD_WEIGHT: Final = 2
"""What an n-gram counts for in the lead, where one in the body counts 1."""
LEAD_LENGTH: Final = 40
"""Characters that stand for a title where there is none."""

_STEPS: Final = 255
_TERM_BYTES: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Frequencies:
    """In how many of `documents` texts each n-gram occurs, by fingerprint; one that is missing occurs in none."""

    documents: int
    counts: Mapping[int, int]

    def rarity(self, key: int) -> float:
        """The inverse document frequency of an n-gram; never negative."""
        return max(math.log((self.documents + 1) / (self.counts.get(key, 0) + 0.5)), 0.0)


@dataclass(frozen=True, kw_only=True)
class Sketch:
    """A text's heaviest n-grams by fingerprint, the heaviest first, and the weight of each.

    Weights are in steps of 1/255 of a vector of unit length, a byte each: a sketch is the same before and after it was stored.
    """

    terms: tuple[int, ...] = ()
    steps: bytes = b""

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
        return Sketch(terms=tuple([key for key, _ in kept]), steps=bytes([step for _, step in kept]))

    def packed(self) -> bytes:
        """Five bytes a term: the fingerprints, little-endian, then the steps."""
        return struct.pack(f"<{len(self.terms)}I", *self.terms) + self.steps


def unpacked(data: bytes) -> Sketch:
    """The sketch that `packed` wrote. Raises `ValueError` where the length does not fit."""
    number, rest = divmod(len(data), _TERM_BYTES)
    if rest:
        raise ValueError("no packed sketch")
    return Sketch(terms=struct.unpack_from(f"<{number}I", data), steps=data[4 * number :])


def sketch(body: Mapping[int, int], lead: Mapping[int, int], frequencies: Frequencies) -> Sketch:
    """The sketch of a text from how often each n-gram occurs in its `body` and in its `lead`, by fingerprint.

    An n-gram weighs (1 + ln body + `LEAD_WEIGHT` · lead) · rarity. Equal weights stand in the order of their fingerprints.
    """
    weights = {key: 1.0 if count == 1 else 1 + math.log(count) for key, count in body.items()}
    for key, count in lead.items():
        weights[key] = weights.get(key, 0.0) + LEAD_WEIGHT * count
    # `rarity` of each, written out: a text has hundreds of n-grams.
    count_of, whole, log = frequencies.counts.get, frequencies.documents + 1, math.log
    heaviest = sorted([(-weight * log(max(whole / (count_of(key, 0) + 0.5), 1)), key) for key, weight in weights.items()])[:TERMS]
    length = math.sqrt(sum([weight * weight for weight, _ in heaviest])) or 1.0
    steps = [(key, round(-weight / length * _STEPS)) for weight, key in heaviest]
    kept = [(key, step) for key, step in steps if step]
    return Sketch(terms=tuple([key for key, _ in kept]), steps=bytes([step for _, step in kept]))


def likeness(one: Sketch, other: Sketch) -> float:
    """The cosine of two sketches: 0 where they share nothing, 1 (but for rounding) where they are the same."""
    weight_of = one.weights.get
    return sum([weight * step for key, step in zip(other.terms, other.steps, strict=True) if (weight := weight_of(key))]) / _STEPS


def shared(one: Sketch, other: Sketch, *, number: int) -> tuple[int, ...]:
    """The fingerprints that add most to the likeness of two sketches, the heaviest first."""
    mine, theirs = one.weights, other.weights
    both = [(-mine[key] * theirs[key], key) for key in mine.keys() & theirs.keys()]
    return tuple([key for _, key in islice(sorted(both), number)])


def lead_of(words: str) -> str:
    """What stands for the title of a text that has none: its first `LEAD_LENGTH` characters."""
    return words[:LEAD_LENGTH]
