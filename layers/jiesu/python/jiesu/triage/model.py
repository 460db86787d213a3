"""The linear model: its artefact, and what it says of a text's n-grams.

An artefact holds banks. A bank is a vocabulary of n-grams (their CRC-32, never the text) with the
weights of every class of its heads, eight bits each. Scoring is pure Python: a sum over the
rows that a text has in a bank. `docs/triage-model.md` has the format; `ops/training` writes it.
"""

import json
import math
import struct
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from heapq import nsmallest
from importlib.resources import files
from itertools import accumulate
from operator import itemgetter, mul
from types import MappingProxyType
from typing import Any, Final

from jiesu.model.words import MessageKind
from jiesu.triage.ngrams import fingerprint

MAGIC: Final = b"JSTM\x01"
HEADER_LENGTH: Final = struct.Struct("<I")
ZERO: Final = 128
"""The byte that stands for weight 0."""

ARTEFACT = "model.bin"


class ModelFormatError(ValueError):
    """The bytes are no artefact that this release can read."""


@dataclass(frozen=True, slots=True)
class Projection:
    """A text as one bank sees it: its rows, once each; those that it has more than once, with the logarithms of their counts;
    the length of its vector.
    """

    rows: tuple[int, ...]
    repeated: tuple[int, ...]
    more: tuple[float, ...]
    norm: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Bank:
    """A vocabulary and the linear classes that are read from it.

    `heads` names the classes of each head, in the order of `weights`; `rows` leads from a
    fingerprint to a row; `squared_idf` has the weight of each row in a vector's length. A
    weight byte minus `ZERO`, times its class's scale, is idf · weight.
    """

    heads: Mapping[str, tuple[str, ...]]
    rows: Mapping[int, int]
    squared_idf: Sequence[float]
    weights: tuple[bytes, ...]
    scales: tuple[float, ...]
    biases: tuple[float, ...]

    def project(self, counts: Mapping[int, int]) -> Projection:
        """What of a text's fingerprints and their counts this bank knows."""
        lookup = self.rows
        known = counts.keys() & lookup.keys()
        rows = tuple([lookup[key] for key in known])
        repeated = [(lookup[key], math.log(count)) for key in known if (count := counts[key]) > 1]
        squared_idf = self.squared_idf
        squared = sum(_gather(squared_idf, rows))
        squared += sum([((1 + more) ** 2 - 1) * squared_idf[row] for row, more in repeated])
        return Projection(
            rows=rows,
            repeated=tuple([row for row, _ in repeated]),
            more=tuple([more for _, more in repeated]),
            norm=math.sqrt(squared),
        )

    def scores(self, projection: Projection, head: str) -> tuple[float, ...]:
        """The margin of each class of `head`: the biases for a text of which nothing is known."""
        classes = self._classes(head)
        if not projection.rows:
            return tuple([self.biases[index] for index in classes])
        rows, repeated, more = projection.rows, projection.repeated, projection.more
        gather = itemgetter(*rows) if len(rows) > 1 else None
        gather_repeated = itemgetter(*repeated) if len(repeated) > 1 else None
        zero, zero_repeated = ZERO * len(rows), ZERO * sum(more)
        scores = []
        for index in classes:
            table = self.weights[index]
            total: float = sum(gather(table)) - zero if gather else table[rows[0]] - zero
            if gather_repeated:
                total += sum(map(mul, more, gather_repeated(table))) - zero_repeated
            elif repeated:
                total += more[0] * (table[repeated[0]] - ZERO)
            scores.append(total * self.scales[index] / projection.norm + self.biases[index])
        return tuple(scores)

    def loudest(self, grams: Mapping[str, int], head: str, class_name: str, *, count: int) -> list[str]:
        """The n-grams of a text, two characters or longer, that add most to the margin of a class; only such as add something."""
        index = self._classes(head)[self.heads[head].index(class_name)]
        table, lookup = self.weights[index], self.rows
        shares = []
        for gram, times in grams.items():
            if len(gram) > 1 and (row := lookup.get(fingerprint(gram))) is not None and table[row] > ZERO:
                shares.append(((1 + math.log(times)) * (ZERO - table[row]), gram))
        return [gram for _, gram in nsmallest(count, shares)]

    def _classes(self, head: str) -> range:
        start = 0
        for name, classes in self.heads.items():
            if name == head:
                return range(start, start + len(classes))
            start += len(classes)
        raise KeyError(head)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """How scores and rules are put together to a probability, and from which on a message is work.

    Each class of the head "work" knows one way of being work. The most certain of them speaks:
    `logit = max(gain · score + offset) + rules_weight · rules + emergency_weight · emergency`,
    where `rules` is the rules' weight of evidence within ±`rules_limit`.
    """

    gains: tuple[float, ...]
    offsets: tuple[float, ...]
    rules_weight: float
    rules_limit: float
    emergency_weight: float
    thresholds: Mapping[MessageKind, float]

    def speaker(self, scores: Sequence[float]) -> int:
        """Which class of the head is the most certain."""
        return max(range(len(scores)), key=lambda index: self.gains[index] * scores[index] + self.offsets[index])

    def probability(self, scores: Sequence[float], *, rules: float, emergency: bool) -> float:
        """How likely a message is work where one in ten is."""
        index = self.speaker(scores)
        logit = self.gains[index] * scores[index] + self.offsets[index]
        logit += self.rules_weight * max(-self.rules_limit, min(self.rules_limit, rules))
        logit += self.emergency_weight * emergency
        return 1 / (1 + math.exp(-max(-50.0, min(50.0, logit))))


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """An artefact, opened. `version` names it by its content."""

    version: str
    banks: Mapping[str, Bank]
    decision: Decision
    temperatures: Mapping[str, float]

    def likelihoods(self, head: str, scores: Sequence[float]) -> tuple[float, ...]:
        """Margins of a head's classes as shares of one, by the temperature that training found for the head."""
        sharpness = self.temperatures[head]
        highest = max(scores)
        powers = [math.exp(sharpness * (score - highest)) for score in scores]
        total = sum(powers)
        return tuple([power / total for power in powers])


def read(artefact: bytes) -> Model:
    """Open an artefact; raises `ModelFormatError` where it is none, or of another format."""
    try:
        start = len(MAGIC) + HEADER_LENGTH.size
        if artefact[: len(MAGIC)] != MAGIC:
            raise ModelFormatError("not an artefact of this format")
        (length,) = HEADER_LENGTH.unpack_from(artefact, len(MAGIC))
        header = json.loads(artefact[start : start + length])
        body = memoryview(zlib.decompress(artefact[start + length :]))
        banks: dict[str, Bank] = {}
        for bank in header["banks"]:
            banks[bank["name"]], body = _bank(bank, body)
        if len(body):
            raise ModelFormatError("bytes are left over")
        decision = header["decision"]
        return Model(
            version=header["version"],
            banks=MappingProxyType(banks),
            decision=Decision(
                gains=tuple(decision["gains"]),
                offsets=tuple(decision["offsets"]),
                rules_weight=decision["rules_weight"],
                rules_limit=decision["rules_limit"],
                emergency_weight=decision["emergency_weight"],
                thresholds=MappingProxyType({MessageKind(kind): value for kind, value in decision["thresholds"].items()}),
            ),
            temperatures=MappingProxyType(header["temperatures"]),
        )
    except (zlib.error, KeyError, IndexError, TypeError, UnicodeDecodeError, json.JSONDecodeError, struct.error) as error:
        raise ModelFormatError(f"a damaged artefact: {type(error).__name__}") from error


@cache
def load() -> Model:
    """The artefact that ships with this release, opened once."""
    return read((files("jiesu.triage") / "data" / ARTEFACT).read_bytes())


def _bank(header: Mapping[str, Any], body: memoryview) -> tuple[Bank, memoryview]:
    count = header["rows"]
    heads = {name: tuple(classes) for name, classes in header["heads"].items()}
    classes = sum(len(names) for names in heads.values())
    planes, body = body[: 4 * count], body[4 * count :]
    idf, body = body[:count], body[count:]
    weights = []
    for _ in range(classes):
        table, body = bytes(body[:count]), body[count:]
        if len(table) != count:
            raise ModelFormatError("bytes are missing")
        weights.append(table)
    squared = [(step * header["idf_scale"]) ** 2 for step in range(256)]
    return (
        Bank(
            heads=MappingProxyType(heads),
            rows=dict(zip(accumulate(_joined(planes, count)), range(count), strict=True)),
            squared_idf=[squared[step] for step in idf],
            weights=tuple(weights),
            scales=tuple(header["scales"]),
            biases=tuple(header["biases"]),
        ),
        body,
    )


def _joined(planes: memoryview, count: int) -> Iterable[int]:
    """Numbers whose four bytes lie in four planes, lowest first: so they compress better."""
    joined = bytearray(4 * count)
    for place in range(4):
        joined[place::4] = planes[place * count : (place + 1) * count]
    return (number for (number,) in struct.Struct("<I").iter_unpack(joined))


def _gather(table: Sequence[float], rows: tuple[int, ...]) -> Iterable[float]:
    if len(rows) > 1:
        return itemgetter(*rows)(table)  # type: ignore[no-any-return]
    return [table[row] for row in rows]
