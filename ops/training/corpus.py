"""The texts that a model is trained on and measured with, read from a folder of known file names.

    <folder>[/triage]/petitions_*.jsonl          text, title (or null), label, near_dup_group
                      petition_titles_*.csv      title, label
                      weibo_noise_*.jsonl        text
                      repost_comments_*.jsonl    text, orig (id of the post that was passed on)
                      help_covid_*.jsonl         text
                      help_flood_*.jsonl         text, silver ("help" is a call for help), near_dup_group
    <folder>[/replies]/petitions_with_replies_*.jsonl   title, text, police_in_reply

The `*` is free (`dev`, `test`, `held_out` …) and may be left out together with its underscore. A
file that is absent is no error: what it would have measured is not measured. The project's own
labelled messages lie in `labelled/` beside this module.
"""

import csv
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any
from zlib import crc32

from jiesu.model.words import Intent, MessageKind, Urgency
from jiesu.triage.text import clean
from ops.errors import OperatorError

DESK_GROUP = "desk:"
"""Begins the groups of what people at the desk said: they are parted by time, not by group."""

LABELLED = Path(__file__).with_name("labelled")


class Source(StrEnum):
    """Where a text comes from; the value is the stem of its file's name."""

    PETITIONS = "petitions"
    TITLES = "petition_titles"
    WEIBO = "weibo_noise"
    REPOSTS = "repost_comments"
    COVID = "help_covid"
    FLOOD = "help_flood"
    REPLIES = "petitions_with_replies"
    OWN = "labelled"


_ENDINGS = {source: (".csv" if source is Source.TITLES else ".jsonl") for source in Source}
_KINDS = {Source.WEIBO: MessageKind.MENTION, Source.REPOSTS: MessageKind.COMMENT, Source.FLOOD: MessageKind.MENTION}
"""How such a text would have reached an office; the rest would have been private messages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One text and what is known of it; None is not known.

    Samples of one `group` are near-copies, or by one hand: they stay on one side of every split.
    `topic` is a class of the petitions; `writer_part` of the own messages names the voice.
    """

    source: Source
    text: str
    group: str
    kind: MessageKind
    actionable: bool | None = None
    topic: str | None = None
    category: str | None = None
    also: tuple[str, ...] = ()
    intent: Intent | None = None
    urgency: Urgency | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """All samples of a folder, and the SHA-256 of each file that was read, by its name."""

    samples: tuple[Sample, ...]
    files: Mapping[str, str]

    def of(self, *sources: Source) -> tuple[Sample, ...]:
        return tuple(sample for sample in self.samples if sample.source in sources)


def read(folder: Path, *, without: Iterable[str] = ()) -> Corpus:
    """Read what `folder` has, except the files named in `without`.

    Raises `OperatorError` where it has none of the files, two of one kind, or one that cannot be read.
    """
    left_out = set(without)
    samples: list[Sample] = []
    files: dict[str, str] = {}
    unknown = left_out - {path.name for path in folder.rglob("*")}
    if unknown:
        raise OperatorError(f"there is no {', '.join(sorted(unknown))} in {folder} to leave out")
    for source in Source:
        path = None if source is Source.OWN else _find(folder, source)
        if path is None or path.name in left_out:
            continue
        files[path.name] = hashlib.sha256(path.read_bytes()).hexdigest()
        try:
            samples += _READERS[source](path)
        except (KeyError, TypeError, ValueError) as error:
            raise OperatorError(f"{path.name} is not as its layout says: {type(error).__name__} {error}") from error
    if not samples:
        raise OperatorError(
            f"{folder} has none of the files that are read: {', '.join(one for one in Source if one != Source.OWN)}"
        )
    return Corpus(samples=tuple(samples), files=files)


def read_own(folder: Path = LABELLED) -> tuple[Sample, ...]:
    """The messages that the project wrote and labelled itself."""
    rows = [row for path in sorted(folder.glob("*.jsonl")) for row in _json_lines(path)]
    hands = _hands(rows)
    return tuple(
        Sample(
            source=Source.OWN,
            text=row["text"],
            group=f"own:{hands[row['writer']]}",
            kind=MessageKind(row["kind"]),
            actionable=row["actionable"],
            category=row["category"],
            also=tuple(row["also"]),
            intent=Intent(row["intent"]) if row["intent"] else None,
            urgency=Urgency(row["urgency"]),
        )
        for row in rows
    )


def files_of(folder: Path) -> dict[str, str]:
    """The SHA-256 of every file of `folder`'s labelled messages, by its name."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.glob("*.jsonl"))}


def fold_of(group: str, folds: int) -> int:
    """Which of `folds` parts a group belongs to; it depends on its name alone."""
    return crc32(group.encode()) % folds


def _find(folder: Path, source: Source) -> Path | None:
    ending = _ENDINGS[source]
    found = sorted(
        path
        for path in folder.rglob(f"{source.value}*{ending}")
        if path.stem == source.value or (path.stem.startswith(f"{source.value}_") and not _is_other(path.stem, source))
    )
    if len(found) > 1:
        raise OperatorError(f"more than one file of {source.value}: {', '.join(path.name for path in found)}")
    return found[0] if found else None


def _is_other(stem: str, source: Source) -> bool:
    """Whether a longer stem claims the file: `petitions_with_replies_dev` is no `petitions_dev`."""
    return any(one != source and one.startswith(source) and stem.startswith(one) for one in Source)


def _petitions(path: Path) -> Iterator[Sample]:
    for row in _json_lines(path):
        text = f"{row['title']}\n{row['text']}" if row.get("title") else row["text"]
        yield _sample(Source.PETITIONS, text, f"petitions:{row['near_dup_group']}", actionable=True, topic=row["label"])


def _titles(path: Path) -> Iterator[Sample]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        for row in csv.DictReader(lines):
            yield _sample(Source.TITLES, row["title"], f"titles:{clean(row['title'])}", actionable=True, topic=row["label"])


def _noise(source: Source, path: Path) -> Iterator[Sample]:
    for row in _json_lines(path):
        text = row["text"]
        yield _sample(source, text, f"{source}:{row.get('orig') or clean(text) or text}", actionable=False)


def _covid(path: Path) -> Iterator[Sample]:
    for row in _json_lines(path):
        yield _sample(Source.COVID, row["text"], f"covid:{clean(row['text'])[:60]}", actionable=True)


def _flood(path: Path) -> Iterator[Sample]:
    for row in _json_lines(path):
        # What the machine called no help holds much that is: it teaches nothing either way.
        actionable = True if row["silver"] == "help" else None
        yield _sample(Source.FLOOD, row["text"], f"flood:{row['near_dup_group']}", actionable=actionable)


def _replies(path: Path) -> Iterator[Sample]:
    for row in _json_lines(path):
        text = f"{row['title']}\n{row['text']}" if row.get("title") else row["text"]
        topic = "police" if row["police_in_reply"] == "strong" else None
        yield _sample(Source.REPLIES, text, f"replies:{row['msg_id']}", actionable=True, topic=topic)


def _sample(source: Source, text: str, group: str, **known: Any) -> Sample:
    return Sample(source=source, text=text, group=group, kind=_KINDS.get(source, MessageKind.PRIVATE), **known)


_READERS = {
    Source.PETITIONS: _petitions,
    Source.TITLES: _titles,
    Source.WEIBO: lambda path: _noise(Source.WEIBO, path),
    Source.REPOSTS: lambda path: _noise(Source.REPOSTS, path),
    Source.COVID: _covid,
    Source.FLOOD: _flood,
    Source.REPLIES: _replies,
}


def _json_lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            if line.strip():
                yield json.loads(line)


def _hands(rows: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """The writers, each with the first of those that its templates tie it to."""
    first: dict[str, str] = {}

    def root(one: str) -> str:
        while first.setdefault(one, one) != one:
            one = first[one]
        return one

    for row in rows:
        writer, template = root(f"w:{row['writer']}"), root(f"t:{row['template']}")
        first[max(writer, template)] = min(writer, template)
    return {row["writer"]: root(f"w:{row['writer']}") for row in rows}
