"""The linear model: its artefact, and what it says of a text's n-grams.

An artefact holds banks. A bank is a vocabulary of n-grams (their CRC-32, never the text) with the
weights of every class of its heads, eight bits each. Scoring is pure Python: a row holds its
weights of all classes side by side in one integer, and a text is the sum of its rows.
`docs/triage-model.md` has the format; `ops/training` writes it.
"""

import json
import math
import struct
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import accumulate
from types import MappingProxyType
from typing import Any, Final

from jiesu.model.words import MessageKind

MAGIC: Final = b"JSTM\x01"
HEADER_LENGTH: Final = struct.Struct("<I")
ZERO: Final = 128
"""The byte that stands for weight 0."""
LANE_BITS: Final = 32
_SQUARE_HIGH: Final = bytes(step * step >> 8 for step in range(256))
_SQUARE_LOW: Final = bytes(step * step & 0xFF for step in range(256))

ARTEFACT = "model.bin"


class ModelFormatError(ValueError):
    """The bytes are no artefact that this release can read."""


@dataclass(frozen=True, slots=True)
class Projection:
    """A text as one bank sees it: what its rows add to every class, in steps of the class's scale; the length of its vector."""

    sums: tuple[float, ...]
    norm: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Bank:
    """A vocabulary and the linear classes that are read from it.

    `heads` names the classes of each head, in the order of their lanes. `rows` leads from a fingerprint to a
    packed row: one integer of 32-bit lanes, the highest the square of the idf in steps of `idf_scale`, the others a
    byte a class. A byte minus `ZERO`, times its class's scale, is idf · weight. One addition of two rows adds
    all their lanes; none overflows while a vocabulary has fewer than 2³² / 255² rows.
    """

    heads: Mapping[str, tuple[str, ...]]
    rows: Mapping[int, int]
    idf_scale: float
    scales: tuple[float, ...]
    biases: tuple[float, ...]

    def project(self, counts: Mapping[int, int]) -> Projection:
        """What of a text's fingerprints and their counts this bank knows. A count weighs 1 + its logarithm."""
        find = self.rows.get
        known = list(filter(None, map(find, counts)))
        lanes: Sequence[float] = self._lanes(known)
        zero: float = ZERO * len(known)
        squared = lanes[0]
        for count, keys in _repeated(counts).items():
            if several := list(filter(None, map(find, keys))):
                more = math.log(count)
                further = self._lanes(several)
                squared += ((1 + more) ** 2 - 1) * further[0]
                zero += more * ZERO * len(several)
                lanes = [one + more * other for one, other in zip(lanes, further, strict=True)]
        return Projection(sums=tuple([one - zero for one in lanes[1:]]), norm=math.sqrt(squared) * self.idf_scale)

    def scores(self, projection: Projection, head: str) -> tuple[float, ...]:
        """The margin of each class of `head`: the biases for a text of which nothing is known."""
        classes, norm = self._classes(head), projection.norm or 1.0
        return tuple([projection.sums[index] * self.scales[index] / norm + self.biases[index] for index in classes])

    def loudest(
        self, counts: Mapping[int, int], spelled: Mapping[int, str], head: str, class_name: str, *, number: int
    ) -> list[str]:
        """The n-grams of a text, two characters or longer, that add most to the margin of a class; only such as add something."""
        lane = self._classes(head)[self.heads[head].index(class_name)]
        shift = LANE_BITS * (len(self.scales) - 1 - lane)
        shares = []
        find = self.rows.get
        for key, gram in spelled.items():
            if len(gram) > 1 and (row := find(key)) is not None:
                weight = (row >> shift & 0xFF) - ZERO
                if weight > 0:
                    count = counts[key]
                    shares.append((-(1 + math.log(count)) * weight if count > 1 else -weight, gram))
        return [gram for _, gram in sorted(shares)[:number]]

    def _lanes(self, rows: Sequence[int]) -> tuple[int, ...]:
        """The lanes of a sum of rows: the idf's square in steps, then each class, with `ZERO` for every row."""
        width = len(self.scales) + 1
        return struct.unpack(f">{width}I", sum(rows).to_bytes(width * LANE_BITS // 8))

    def _classes(self, head: str) -> range:
        start = 0
        for name, classes in self.heads.items():
            if name == head:
                return range(start, start + len(classes))
            start += len(classes)
        raise KeyError(head)


def _repeated(counts: Mapping[int, int]) -> dict[int, list[int]]:
    """The keys that occur more than once, by how often: few of a text's."""
    repeated: dict[int, list[int]] = {}
    for key, count in counts.items():
        if count > 1:
            repeated.setdefault(count, []).append(key)
    return repeated


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
    return read(shipped())


@cache
def shipped_version() -> str:
    """The version of the artefact that ships, without opening it: a worker that runs another never does."""
    artefact = shipped()
    (length,) = HEADER_LENGTH.unpack_from(artefact, len(MAGIC))
    start = len(MAGIC) + HEADER_LENGTH.size
    version: str = json.loads(artefact[start : start + length])["version"]
    return version


def shipped() -> bytes:
    """The artefact that ships with this release."""
    return (files("jiesu.triage") / "data" / ARTEFACT).read_bytes()


def _bank(header: Mapping[str, Any], body: memoryview) -> tuple[Bank, memoryview]:
    count = header["rows"]
    heads = {name: tuple(classes) for name, classes in header["heads"].items()}
    width = 1 + sum(len(names) for names in heads.values())
    planes, body = body[: 4 * count], body[4 * count :]
    tables, body = bytes(body[: width * count]), body[width * count :]
    if len(tables) != width * count:
        raise ModelFormatError("bytes are missing")
    stride = width * LANE_BITS // 8
    packed = bytearray(count * stride)
    idf = tables[:count]
    packed[2::stride], packed[3::stride] = idf.translate(_SQUARE_HIGH), idf.translate(_SQUARE_LOW)
    for lane in range(1, width):
        packed[lane * 4 + 3 :: stride] = tables[lane * count : (lane + 1) * count]
    rows = [int.from_bytes(row) for (row,) in struct.iter_unpack(f"{stride}s", packed)]
    return (
        Bank(
            heads=MappingProxyType(heads),
            rows=dict(zip(accumulate(_joined(planes, count)), rows, strict=True)),
            idf_scale=header["idf_scale"],
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
