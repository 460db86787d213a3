"""How well messages are put together to matters, what that costs, and whether cascades of reposts are read right.

Layout of the data, in `matters/` of the folder or in the folder itself; the `*` is free, rows come in any order, further
fields are passed over, and what is missing is not measured:

    matters/stream_*.jsonl       msg_id, user, title, time (`2019-01-08 21:34:48`), text: one message a row
    matters/gold_events_*.json   [{"event": …, "core": [msg_id, …], "optional": [msg_id, …], "earliest_msg_id": …}, …]
    matters/cascades_*.jsonl     mid, reposts: [[id, id of the parent or "", user, seconds after the original, text], …]

Messages go once, in order of time, through the code that the road runs: triage, sketch, decision, against an index
with the road's bounds, kept in memory, and a table of frequencies that is counted anew each day. Events of fewer than
three messages are left out. Districts are not used: the city of the stream is not the gazetteer's.
`docs/matters.md` says what each figure means.
"""

import json
import random
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from pydantic import BaseModel, TypeAdapter, ValidationError
from rich.console import Console
from rich.progress import track

from jiesu.matters import frequencies
from jiesu.matters.bursts import BUCKET, FAST_REPOSTS, HOT_MATTER, first_burst, flagged_bucket
from jiesu.matters.cascades import Cascade, Repost, Spreader, cascade
from jiesu.matters.estates import estates_in
from jiesu.matters.index import BUCKET_SIZE, with_posting
from jiesu.matters.likeness import INDEXED, Frequencies, Sketch, lead_of, sketch, unpacked
from jiesu.matters.same import COMPARED, Posting, judge
from jiesu.model.message import Message
from jiesu.model.words import ContentType, MessageKind, Platform
from jiesu.road.screening import screen
from jiesu.triage.model import load
from jiesu.triage.ngrams import fingerprints, ngrams
from jiesu.triage.text import clean
from ops.errors import OperatorError
from ops.files import read_json, read_text

app = typer.Typer()

SMALLEST_EVENT = 3
HALF = 0.5
STORED = (1_000, 10_000, 100_000, 1_000_000)
ASKED = 300
"""Messages whose cost is measured at each size of the index."""
SPREADERS = 10
SHUFFLES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One message of the stream, prepared as the road has it before a case is looked for."""

    id: str
    citizen: str
    sent_at: datetime
    title: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What people found to be one matter; messages that may belong to it are counted neither way."""

    name: str
    core: frozenset[str]
    optional: frozenset[str]
    earliest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A report with what triage and places found in it."""

    report: Report
    length: int
    body: Mapping[int, int]
    lead: Mapping[int, int]
    spelled: Mapping[int, str]
    category: str
    estates: tuple[str, ...]


class MemoryIndex:
    """The buckets of the store in memory, within the same bounds."""

    def __init__(self) -> None:
        self.buckets: dict[int, tuple[Posting, ...]] = {}

    def around(self, found: Sketch) -> list[Posting]:
        """The postings of a sketch's buckets as they are read, still packed; one that lies in several comes as many times."""
        read = [one for key in found.keys for one in self.buckets.get(key, ())]
        fresh = {one.message_id: replace(one, sketch=unpacked(one.sketch.packed())) for one in read}
        return [fresh[one.message_id] for one in read]

    def put(self, posting: Posting) -> None:
        for key in posting.sketch.keys:
            self.buckets[key] = with_posting(self.buckets.get(key, ()), posting)


@app.command("evaluate-matters")
def evaluate_matters(
    data: Annotated[Path, typer.Option("--data", exists=True, file_okay=False, help="Folder that holds matters/.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    show_events: Annotated[bool, typer.Option("--events", help="Show each event too.")] = False,
) -> None:
    """Measure which messages are put together, in one pass as they come, and the cascades of reposts."""
    folder = data / "matters" if (data / "matters").is_dir() else data
    stream, gold, cascades = (file_of(folder, name) for name in ("stream_*.jsonl", "gold_events_*.json", "cascades_*.jsonl"))
    report: dict[str, Any] = {}
    if stream is not None and gold is not None:
        reports = read_stream(stream)
        events = read_events(gold, {one.id for one in reports})
        prepared = [prepare(one) for one in _shown(reports, "triage")]
        cases, taken = put_together(_shown(prepared, "cases"))
        report["events"] = {
            **agreement(events, cases, {one.report.id: one.report for one in prepared}),
            "cpu_ms_a_message": round(sum(taken) / len(taken) / 1e6, 3),
        }
        report["growth"] = growth(prepared)
        report["full_buckets"] = full_buckets(prepared)
        if show_events:
            for event in events:
                precision, recall, f1, _ = _best(event, cases)
                typer.echo(f"{event.name}: precision {precision:.2f}, recall {recall:.2f}, F1 {f1:.2f}", err=True)
    if cascades is not None:
        report["cascades"] = read_cascades(cascades)
    if not report:
        raise OperatorError(f"{folder} holds neither stream_*.jsonl with gold_events_*.json nor cascades_*.jsonl")
    if (stream is None) != (gold is None):
        typer.echo(f"events are not measured: {folder} lacks stream_*.jsonl or gold_events_*.json", err=True)
    typer.echo(json.dumps(report, ensure_ascii=False, indent=2) if as_json else _in_lines(report))


def read_stream(path: Path) -> list[Report]:
    """The messages in order of time. Raises `OperatorError` with the line of the first row that is none, or comes again."""
    reports: dict[str, Report] = {}
    for line, row in _rows(path, _StreamRow):
        if str(row.msg_id) in reports:
            raise OperatorError(f"{path}, line {line}: message {row.msg_id} comes a second time")
        reports[str(row.msg_id)] = Report(
            id=str(row.msg_id),
            citizen=str(row.user),
            sent_at=row.time.replace(tzinfo=row.time.tzinfo or UTC),
            title=row.title or "",
            text=row.text,
        )
    return sorted(reports.values(), key=lambda one: (one.sent_at, int(one.id) if one.id.isdecimal() else 0, one.id))


def read_events(path: Path, known: set[str]) -> list[Event]:
    """The events of at least `SMALLEST_EVENT` messages of the stream. Raises `OperatorError` where the file is not of them."""
    try:
        rows = _GOLD.validate_python(read_json(path))
    except ValidationError as error:
        raise OperatorError(f"{path}, {_said(error)}") from error
    events = [
        Event(
            name=f"{row.event} {row.name}".strip(),
            core=frozenset(map(str, row.core)) & known,
            optional=frozenset(map(str, row.optional)),
            earliest=str(row.earliest_msg_id),
        )
        for row in rows
    ]
    return [one for one in events if len(one.core) >= SMALLEST_EVENT]


def prepare(report: Report) -> Prepared:
    """What the road knows of a message before it looks for its case."""
    message = Message(
        id=report.id,
        platform=Platform.WEIBO,
        account_id="evaluated",
        citizen_id=report.citizen,
        kind=MessageKind.PRIVATE,
        content_type=ContentType.TEXT,
        text=f"{report.title}\n{report.text}",
        sent_at=report.sent_at,
        received_at=report.sent_at,
    )
    triage, _ = screen(message, load())
    words = clean(report.text)
    lead = clean(report.title) or lead_of(words)
    body_counts, body_spelled = _counts(words)
    lead_counts, lead_spelled = _counts(lead)
    return Prepared(
        report=report,
        length=len(words) + (len(lead) if report.title else 0),
        body=body_counts,
        lead=lead_counts,
        spelled=body_spelled | lead_spelled,
        category=triage.category,
        estates=estates_in(lead),
    )


def put_together(stream: Iterable[Prepared]) -> tuple[dict[str, str], list[int]]:
    """The case of each message, decided once, as it comes; and the nanoseconds of CPU that each took."""
    index, table = MemoryIndex(), frequencies.shipped()
    counts, documents = Counter(table.counts), table.documents
    cases: dict[str, str] = {}
    today: date | None = None
    taken: list[int] = []
    for one in stream:
        if one.report.sent_at.date() != today:
            today = one.report.sent_at.date()
            table = frequencies.bounded(documents, counts)
        posting, nanoseconds = decide(one, index.around, table)
        before = time.process_time_ns()
        index.put(posting)
        taken.append(nanoseconds + time.process_time_ns() - before)
        cases[one.report.id] = posting.case_id
        counts.update(one.body.keys() | one.lead.keys())
        documents += 1
    return cases, taken


def decide(one: Prepared, read: Callable[[Sketch], Sequence[Posting]], table: Frequencies) -> tuple[Posting, int]:
    """A message's posting, with the case that it joins or opens; and the nanoseconds of CPU that it took, without the read."""
    started = time.process_time_ns()
    found = sketch(one.body, one.lead, table)
    taken = time.process_time_ns() - started
    postings = read(found)
    started = time.process_time_ns()
    decision = judge(
        found,
        postings,
        sent_at=one.report.sent_at,
        text_length=one.length,
        category=one.category,
        spelled=one.spelled,
        estates=one.estates,
        citizen=one.report.citizen,
    )
    posting = Posting(
        message_id=one.report.id,
        case_id=decision.joined.case_id if decision.joined else f"case-{one.report.id}",
        sent_at=one.report.sent_at,
        sketch=found,
        estates=one.estates,
        citizen=one.report.citizen,
    )
    return posting, taken + time.process_time_ns() - started


# --- Agreement --------------------------------------------------------------------------------


def agreement(events: Sequence[Event], cases: Mapping[str, str], reports: Mapping[str, Report]) -> dict[str, Any]:
    """How far the cases are the events."""
    members = _members(cases)
    best = [_best(event, cases) for event in events]
    optional = frozenset[str]().union(*(event.optional for event in events))
    precisions, recalls = [], []
    for event in events:
        for message_id in event.core:
            together = members[cases[message_id]] - optional
            shared = len(together & event.core)
            precisions.append(shared / len(together | {message_id}))
            recalls.append(shared / len(event.core))
    place = {message_id: number for number, message_id in enumerate(reports)}
    earliest = [min(members[case_id], key=lambda one: place[one]) for _, _, _, case_id in best]
    return {
        "messages": len(cases),
        "cases": len(members),
        "events": len(events),
        "found": sum(precision >= HALF and recall >= HALF for precision, recall, _, _ in best),
        "mean_f1": round(_mean([f1 for _, _, f1, _ in best]), 4),
        "b3_f1": round(_f1(_mean(precisions), _mean(recalls)), 4),
        "earliest_right": sum(first == event.earliest for first, event in zip(earliest, events, strict=True)),
        **_bursts(events, members, reports),
    }


def _bursts(events: Sequence[Event], members: Mapping[str, set[str]], reports: Mapping[str, Report]) -> dict[str, int]:
    """Events that fill the rule, those of them that some hot case shows, and hot cases that show none.

    A case shows an event where at least half of its messages are of it.
    """

    def is_hot(ids: Iterable[str]) -> bool:
        return first_burst([(reports[one].sent_at, reports[one].citizen) for one in ids], HOT_MATTER) is not None

    hot_events = [event for event in events if is_hot(event.core)]
    hot_cases = [ids for ids in members.values() if len(ids) >= HOT_MATTER.messages and is_hot(ids)]

    def is_of(ids: set[str], event: Event) -> bool:
        counted = ids - event.optional
        return bool(counted) and len(counted & event.core) >= HALF * len(counted)

    return {
        "hot_events": len(hot_events),
        "hot_found": sum(any(is_of(ids, event) for ids in hot_cases) for event in hot_events),
        "false_alarms": sum(not any(is_of(ids, event) for event in hot_events) for ids in hot_cases),
    }


def _best(event: Event, cases: Mapping[str, str]) -> tuple[float, float, float, str]:
    """Precision, recall and F1 of the case that is most like an event, and which it is."""
    members = _members(cases)
    found = []
    for case_id in {cases[one] for one in event.core}:
        counted = members[case_id] - event.optional
        shared = len(counted & event.core)
        precision, recall = shared / len(counted), shared / len(event.core)
        found.append((_f1(precision, recall), precision, recall, case_id))
    f1, precision, recall, case_id = max(found)
    return precision, recall, f1, case_id


def _members(cases: Mapping[str, str]) -> dict[str, set[str]]:
    members: dict[str, set[str]] = defaultdict(set)
    for message_id, case_id in cases.items():
        members[case_id].add(message_id)
    return members


def _f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0


# --- Growth -----------------------------------------------------------------------------------


def growth(stream: Sequence[Prepared]) -> list[dict[str, float]]:
    """What a message costs with so many stored: the stream again and again, until that many are in the index.

    Buckets are filled as `with_posting` would leave them.
    """
    table = frequencies.shipped()
    sketches = [sketch(one.body, one.lead, table) for one in stream]
    rows = []
    for stored in STORED:
        index = _filled(stream, sketches, stored)
        rows.append({"stored": stored, **_cost(stream, index.around, table)})
    return rows


def full_buckets(stream: Sequence[Prepared]) -> dict[str, float]:
    """What a message costs at most: every bucket full, no posting in two of them, each of another case.

    Half of a bucket are copies of messages that belong in it, half are any messages of the stream.
    """
    table = frequencies.shipped()
    sketches = [sketch(one.body, one.lead, table) for one in stream]
    holders: dict[int, list[Sketch]] = defaultdict(list)
    for one in sketches:
        for key in one.keys:
            holders[key].append(one)
    draw = random.Random(0)  # noqa: S311  no secret: the same buckets every time
    now = stream[0].report.sent_at

    def read(found: Sketch) -> list[Posting]:
        held = [draw.choice(holders[key] if number % 2 else sketches) for key in found.keys for number in range(BUCKET_SIZE)]
        return [
            Posting(message_id=f"{number}", case_id=f"case-{number}", sent_at=now, sketch=unpacked(one.packed()))
            for number, one in enumerate(held)
        ]

    return _cost(stream, read, table)


def _cost(stream: Sequence[Prepared], read: Callable[[Sketch], Sequence[Posting]], table: Frequencies) -> dict[str, float]:
    asked = list(islice(stream, ASKED))
    found: list[int] = []

    def counted(one: Sketch) -> Sequence[Posting]:
        postings = read(one)
        found.append(len({posting.message_id for posting in postings}))
        return postings

    taken = [decide(one, counted, table)[1] for one in asked]
    return {
        "buckets_read": INDEXED,
        "postings_found": round(_mean(found), 1),
        "postings_compared": round(_mean([min(number, COMPARED) for number in found]), 1),
        "cpu_ms_a_message": round(_mean(taken) / 1e6, 3),
    }


def _filled(stream: Sequence[Prepared], sketches: Sequence[Sketch], stored: int) -> MemoryIndex:
    """An index after `stored` messages. Only the newest `BUCKET_SIZE` rounds of the stream can still lie in a bucket."""
    index = MemoryIndex()
    first = max(0, stored - BUCKET_SIZE * len(stream))
    for number in range(first, stored):
        at = number % len(stream)
        one, found = stream[at], sketches[at]
        posting = Posting(
            message_id=f"{number}", case_id=f"case-{at}", sent_at=one.report.sent_at, sketch=found, estates=one.estates
        )
        for key in found.keys:
            index.buckets[key] = (*index.buckets.get(key, ())[1 - BUCKET_SIZE :], posting)
    return index


# --- Cascades ---------------------------------------------------------------------------------


def read_cascades(path: Path) -> dict[str, int]:
    """How many cascades are read exactly, whatever the order of their rows, and whether fast ones are flagged in time."""
    totals: Counter[str] = Counter(dict.fromkeys(("cascades", "reposts", "exact", "orphans", "circular", "repeated"), 0))
    totals.update(dict.fromkeys(("fast", "flagged_in_time", "missed", "late", "flagged_otherwise"), 0))
    seen: set[str] = set()
    for number, (line, row) in enumerate(_shown(_rows(path, _CascadeRow), "cascades")):
        original_id = str(row.mid)
        if original_id in seen:
            raise OperatorError(f"{path}, line {line}: cascade {original_id} comes a second time")
        seen.add(original_id)
        reposts = [Repost(id=str(one[0]), parent_id=str(one[1]), user_id=str(one[2]), seconds=one[3]) for one in row.reposts]
        expected = _slowly(original_id, reposts)
        found = [_as_read(cascade(original_id, ordered)) for ordered in _orders(reposts, seed=number)]
        told = cascade(original_id, reposts)
        totals.update(
            {
                "cascades": 1,
                "reposts": len(reposts),
                "exact": all(one == expected for one in found),
                "orphans": len(told.orphans),
                "circular": len(told.circular),
                "repeated": len(told.repeated),
                **_flagging(list(told.reposts.values())),
            }
        )
    return dict(totals)


Read = tuple[dict[str, tuple[str, ...]], dict[str, int], tuple[Spreader, ...]]


def _as_read(one: Cascade) -> Read:
    chains = {repost_id: one.chain(repost_id) for repost_id in one.reposts}
    return chains, {repost_id: one.depths[repost_id] for repost_id in one.reposts}, one.top_spreaders(SPREADERS)


def _orders(reposts: list[Repost], *, seed: int) -> Iterator[list[Repost]]:
    yield reposts
    yield reposts[::-1]
    draw = random.Random(seed)  # noqa: S311  no secret: the same orders every time
    for _ in range(SHUFFLES):
        shuffled = reposts.copy()
        draw.shuffle(shuffled)
        yield shuffled


def _slowly(original_id: str, reposts: Iterable[Repost]) -> Read:
    """Chains, depths and spreaders the plain way, each from its definition, to hold the quick way against."""
    first: dict[str, Repost] = {}
    for one in sorted(reposts, key=lambda one: (one.seconds, one.id, one.parent_id, one.user_id)):
        first.setdefault(one.id, one)
    chains: dict[str, tuple[str, ...]] = {}
    for repost_id in first:
        chain = [repost_id]
        while (parent := first[chain[-1]].parent_id) in first and parent not in chain:
            chain.append(parent)
        chains[repost_id] = (*chain, original_id)
    direct: Counter[str] = Counter()
    reached: Counter[str] = Counter()
    for chain_ids in chains.values():
        above = [first[one].user_id for one in chain_ids[1:-1]]
        direct.update(above[:1])
        reached.update(set(above))
    spreaders = [Spreader(user_id=one, direct=count, reached=reached[one]) for one, count in direct.items()]
    spreaders.sort(key=lambda one: (-one.direct, -one.reached, one.user_id))
    return chains, {one: len(chain) - 1 for one, chain in chains.items()}, tuple(spreaders[:SPREADERS])


def _flagging(reposts: Sequence[Repost]) -> dict[str, int]:
    """Whether a cascade fills the rule for fast reposts, and whether its counts in buckets say so in time."""
    start = datetime(2000, 1, 1, tzinfo=UTC)
    burst = first_burst([(start + timedelta(seconds=one.seconds), one.user_id) for one in reposts], FAST_REPOSTS)
    flagged = flagged_bucket(Counter(timedelta(seconds=one.seconds) // BUCKET for one in reposts), FAST_REPOSTS)
    if burst is None:
        return {"flagged_otherwise": int(flagged is not None)}
    in_time = flagged is not None and flagged <= (burst.at - start) // BUCKET
    outcome = "missed" if flagged is None else "flagged_in_time" if in_time else "late"
    return {"fast": 1, outcome: 1}


# --- Files ------------------------------------------------------------------------------------


def file_of(folder: Path, pattern: str) -> Path | None:
    """The one file of `folder` that fits."""
    found = sorted(folder.glob(pattern))
    if len(found) > 1:
        raise OperatorError(f"more than one {pattern}: {', '.join(path.name for path in found)}")
    return found[0] if found else None


Id = int | str


class _StreamRow(BaseModel):
    msg_id: Id
    user: Id
    title: str | None = None
    time: datetime
    text: str


class _GoldRow(BaseModel):
    event: str
    name: str = ""
    core: list[Id]
    optional: list[Id] = []
    earliest_msg_id: Id = ""


class _CascadeRow(BaseModel):
    mid: Id
    reposts: list[tuple[Id, Id, Id, int, str | None]]


_GOLD: Final = TypeAdapter(list[_GoldRow])


def _rows[Row: BaseModel](path: Path, kind: type[Row]) -> list[tuple[int, Row]]:
    """The rows with the numbers of their lines. Errors name the line and the field, and quote no text."""
    rows = []
    for number, line in enumerate(read_text(path).split("\n"), start=1):
        if not line.strip():
            continue
        try:
            rows.append((number, kind.model_validate(json.loads(line))))
        except json.JSONDecodeError as error:
            raise OperatorError(f"{path}, line {number}: not JSON: {error.msg}") from error
        except ValidationError as error:
            raise OperatorError(f"{path}, line {number}, {_said(error)}") from error
    if not rows:
        raise OperatorError(f"{path} is empty")
    return rows


def _said(error: ValidationError) -> str:
    first = error.errors(include_input=False, include_url=False)[0]
    return f"{'.'.join(map(str, first['loc'])) or 'row'}: {first['msg']}"


def _shown[Item](items: Sequence[Item], what: str) -> Iterable[Item]:
    """`items`, with a bar on the standard error where that is a terminal."""
    err = Console(stderr=True)
    return track(items, what, console=err, transient=True, disable=not err.is_terminal)


def _counts(words: str) -> tuple[dict[int, int], dict[int, str]]:
    grams = ngrams(words)
    keys = fingerprints(grams)
    return dict(zip(keys, grams.values(), strict=True)), dict(zip(keys, grams, strict=True))


def _in_lines(report: Mapping[str, Any]) -> str:
    rows = [(part, row) for part, figures in report.items() for row in (figures if isinstance(figures, list) else [figures])]
    return "\n".join(f"{part}: " + ", ".join(f"{name} {value}" for name, value in row.items()) for part, row in rows)
