"""Which messages are one matter, by four methods in one run: MinHash, SimHash, TF-IDF's nearest neighbour, and ours.

python -m bench.matters_compare --data DIR [--json FILE]

`make bench-compare DATA=DIR` runs it, in an environment of its own, which has datasketch (`requirements/compare.txt`);
the system does not need it. Each method reads the messages once, in order of time, and puts each to the case of the message
that it finds likest, if that is like enough. Thresholds of the three others are the best of a few on this very stream,
which flatters them; ours are those that ship.
"""

import argparse
import json
import math
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

from datasketch import MinHash, MinHashLSH

from bench.report import columns
from jiesu.matters.same import JOIN_FROM
from ops.errors import OperatorError
from ops.matters_evaluation import (
    Event,
    Prepared,
    Report,
    agreement,
    file_of,
    prepare,
    put_together,
    read_events,
    read_stream,
)

PERMUTATIONS = 128
BITS = 64
BAND_BITS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What one method reached. `growth` is the CPU of the last tenth of the stream over that of the second tenth."""

    name: str
    threshold: float
    found: int
    mean_f1: float
    b3_f1: float
    earliest_right: int
    milliseconds: float
    growth: float


class Method(Protocol):
    """Finds the likest earlier message, and keeps the new one to be found."""

    def nearest(self, one: Prepared) -> tuple[str, float] | None: ...

    def keep(self, one: Prepared) -> None: ...


class NearestByMinHash:
    """datasketch's LSH over the set of a text's n-grams; the likest by the estimated Jaccard of what it returns."""

    def __init__(self, threshold: float) -> None:
        self.lsh = MinHashLSH(threshold=threshold, num_perm=PERMUTATIONS)
        self.hashes: dict[str, MinHash] = {}

    def nearest(self, one: Prepared) -> tuple[str, float] | None:
        own = self.hashes[one.report.id] = MinHash(num_perm=PERMUTATIONS)
        own.update_batch([key.to_bytes(4) for key in sorted(one.body.keys() | one.lead.keys())])
        scored = [(own.jaccard(self.hashes[other]), other) for other in self.lsh.query(own)]
        score, other = max(scored, default=(0.0, ""))
        return (other, score) if other else None

    def keep(self, one: Prepared) -> None:
        self.lsh.insert(one.report.id, self.hashes[one.report.id])


class NearestBySimHash:
    """64 bits; candidates share one of eight bands, the likest differs in the fewest bits."""

    def __init__(self) -> None:
        self.hashes: dict[str, int] = {}
        self.bands: dict[tuple[int, int], list[str]] = defaultdict(list)

    def nearest(self, one: Prepared) -> tuple[str, float] | None:
        sums = [0] * BITS
        for key, count in (Counter(one.body) + Counter(one.lead)).items():
            spread = key * 0x9E3779B97F4A7C15 & (1 << BITS) - 1
            spread ^= spread >> 29
            for bit in range(BITS):
                sums[bit] += count if spread >> bit & 1 else -count
        own = self.hashes[one.report.id] = sum(1 << bit for bit, value in enumerate(sums) if value > 0)
        candidates = {other for band in _bands(own) for other in self.bands[band]}
        scored = [(1 - (own ^ self.hashes[other]).bit_count() / BITS, other) for other in candidates]
        score, other = max(scored, default=(0.0, ""))
        return (other, score) if other else None

    def keep(self, one: Prepared) -> None:
        for band in _bands(self.hashes[one.report.id]):
            self.bands[band].append(one.report.id)


def _bands(bits: int) -> list[tuple[int, int]]:
    return [(band, bits >> band * BAND_BITS & (1 << BAND_BITS) - 1) for band in range(BITS // BAND_BITS)]


class NearestByTfIdf:
    """The cosine over all n-grams by an inverted index of everything that came before, frequencies counted on the way."""

    def __init__(self) -> None:
        self.texts = 0
        self.seen: Counter[int] = Counter()
        self.postings: dict[int, list[tuple[str, float]]] = defaultdict(list)
        self.own: dict[int, float] = {}

    def nearest(self, one: Prepared) -> tuple[str, float] | None:
        counts = Counter(one.body) + Counter(one.lead)
        weights = {
            key: (1 + math.log(count)) * math.log((self.texts + 2) / (self.seen[key] + 1)) for key, count in counts.items()
        }
        length = math.sqrt(sum(weight * weight for weight in weights.values())) or 1.0
        self.own = {key: weight / length for key, weight in weights.items()}
        scores: dict[str, float] = defaultdict(float)
        for key, weight in self.own.items():
            for other, its in self.postings.get(key, ()):
                scores[other] += weight * its
        score, other = max([(score, other) for other, score in scores.items()], default=(0.0, ""))
        return (other, score) if other else None

    def keep(self, one: Prepared) -> None:
        for key, weight in self.own.items():
            self.postings[key].append((one.report.id, weight))
        self.seen.update(self.own.keys())
        self.texts += 1


def measured(name: str, method: Method, thresholds: Sequence[float], stream: Sequence[Prepared], events: Sequence[Event]) -> Line:
    """Run a method once, and cut its neighbours at the best of `thresholds`."""
    neighbours: dict[str, tuple[str, float] | None] = {}
    taken = []
    for one in stream:
        before = time.process_time_ns()
        neighbours[one.report.id] = method.nearest(one)
        method.keep(one)
        taken.append(time.process_time_ns() - before)
    reports = {one.report.id: one.report for one in stream}
    cut = {threshold: agreement(events, _cases(neighbours, threshold), reports) for threshold in thresholds}
    threshold = max(cut, key=lambda one: cut[one]["mean_f1"] + cut[one]["b3_f1"])
    return _line(name, threshold, cut[threshold], taken)


def own_method(stream: Sequence[Prepared], events: Sequence[Event], threshold: float) -> Line:
    reports: Mapping[str, Report] = {one.report.id: one.report for one in stream}
    cases, taken = put_together(stream)
    return _line("ours", threshold, agreement(events, cases, reports), taken)


def _cases(neighbours: Mapping[str, tuple[str, float] | None], threshold: float) -> dict[str, str]:
    cases: dict[str, str] = {}
    for message_id, found in neighbours.items():
        cases[message_id] = cases[found[0]] if found is not None and found[1] >= threshold else message_id
    return cases


def _line(name: str, threshold: float, found: Mapping[str, Any], taken: Sequence[int]) -> Line:
    tenth = max(len(taken) // 10, 1)
    return Line(
        name=name,
        threshold=threshold,
        found=found["found"],
        mean_f1=found["mean_f1"],
        b3_f1=found["b3_f1"],
        earliest_right=found["earliest_right"],
        milliseconds=round(sum(taken) / len(taken) / 1e6, 2),
        growth=round(sum(taken[-tenth:]) / max(sum(taken[tenth : 2 * tenth]), 1), 2),
    )


def run(folder: Path) -> tuple[list[Line], int]:
    """All four on the stream of `folder`, and how many events it has."""
    stream_file, gold_file = file_of(folder, "stream_*.jsonl"), file_of(folder, "gold_events_*.json")
    if stream_file is None or gold_file is None:
        raise OperatorError("the folder holds no matters/stream_*.jsonl with gold_events_*.json")
    stream = [prepare(one) for one in read_stream(stream_file)]
    events = read_events(gold_file, {one.report.id for one in stream})
    lines = [
        measured("MinHash LSH (datasketch)", NearestByMinHash(0.2), (0.2, 0.25, 0.3, 0.4), stream, events),
        measured("SimHash", NearestBySimHash(), (0.7, 0.75, 0.8, 0.85, 0.9), stream, events),
        measured("TF-IDF nearest neighbour", NearestByTfIdf(), (0.1, 0.12, 0.14, 0.16, 0.18, 0.2, 0.25), stream, events),
        own_method(stream, events, JOIN_FROM),
    ]
    return lines, len(events)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.matters_compare", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="the folder that holds matters/")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    arguments = parser.parse_args()
    try:
        lines, events = run(arguments.data / "matters")
    except OperatorError as error:
        print(error, file=sys.stderr)
        return 2
    heading = ("method", "from", f"found of {events}", "F1", "B³", "earliest", "ms CPU a message", "last / second tenth")
    print(columns([heading, *map(_row, lines)]))
    if arguments.json:
        arguments.json.write_text(
            json.dumps([asdict(one) for one in lines], ensure_ascii=False, indent=2) + "\n", encoding="utf-8"
        )
    return 0


def _row(line: Line) -> tuple[str, ...]:
    return (
        line.name,
        f"{line.threshold:.2f}",
        str(line.found),
        f"{line.mean_f1:.3f}",
        f"{line.b3_f1:.3f}",
        str(line.earliest_right),
        f"{line.milliseconds:.2f}",
        f"{line.growth:.2f}",
    )


if __name__ == "__main__":
    sys.exit(main())
