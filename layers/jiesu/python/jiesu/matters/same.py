"""Which matter a message belongs to: the cases that it is like, and whether it is like one enough to join by itself.

Nothing here reads a store: the postings of a message's buckets come in, a `Decision` goes out. Its reasons are
in Chinese, for the editor who sees them.
"""

import json
import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from operator import attrgetter
from typing import Any, Final

from jiesu.matters import estates as named_estates
from jiesu.matters.likeness import Sketch, likeness, shared
from jiesu.matters.ties import why_tied
from jiesu.model.match import Match

JOIN_FROM: Final = 0.18
"""The likeness from which on a message joins a case by itself."""
OWN_JOIN_FROM: Final = 0.10
"""The same for a case that has a message of the same citizen: people write again about what is not mended."""
SUGGEST_FROM: Final = 0.10
"""The likeness from which on a case is shown to the editor."""
BESIDES_PLACE_FROM: Final = 0.04
"""What two messages must be like besides the names of one place: much else happens on the same street."""
SHORT_TEXT: Final = 16
"""Characters below which a text says too little to be joined by a machine."""
SUGGESTIONS: Final = 3
COMPARED: Final = 32
"""Messages that one is compared with: those that share the most buckets with it, of up to 384 that its buckets may hold."""
_QUOTED: Final = 16
"""N-grams of which the quotations in a reason are pieced together."""
_QUOTATIONS: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """A message as the index remembers it: `district` where it is sure, `estates` that its lead names and the road
    where it is located on one.

    `citizen` tells the messages of one citizen from those of others; empty where that is not known. `ties` name what
    it shares exactly with others, `<kind>:<value>`.
    """

    message_id: str
    case_id: str
    sent_at: datetime
    sketch: Sketch
    district: str = ""
    estates: tuple[str, ...] = ()
    citizen: str = ""
    ties: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The case that a message joins, if any, and further cases for the editor to choose from, the likest first."""

    joined: Match | None = None
    suggested: tuple[Match, ...] = ()


def judge(
    sketch: Sketch,
    postings: Iterable[Posting],
    *,
    sent_at: datetime,
    text_length: int,
    category: str,
    spelled: Mapping[int, str],
    district: str = "",
    estates: tuple[str, ...] = (),
    citizen: str = "",
    ties: tuple[str, ...] = (),
    place_terms: Collection[int] = (),
    never: Collection[str] = (),
    over: Collection[str] = (),
) -> Decision:
    """Decide on a message by the `postings` of its buckets; one that lies in several of them comes as many times.

    It is compared with the `COMPARED` that came the most often, the newer first; ties and what contradicts a case are
    looked for in all of them. Whoever shares one of `ties` is of one matter, whatever the words and places. What shares
    little but `place_terms`, the n-grams of the places that the message names, is only suggested.
    `text_length` counts the characters of the cleaned text; `spelled` has its n-grams by fingerprint, `never`
    the cases that a person said it does not belong to, `over` those that take no more messages by themselves.
    """
    window = window_of(category)
    earliest, latest = sent_at - window, sent_at + window
    read = tuple(postings)
    known = {one.message_id: one for one in read}
    in_time = [one for one in known.values() if earliest <= one.sent_at <= latest and one.case_id not in never]
    cases: dict[str, list[Posting]] = {}
    for posting in in_time:
        cases.setdefault(posting.case_id, []).append(posting)
    if len(in_time) > COMPARED:
        times = Counter(map(attrgetter("message_id"), read))
        in_time.sort(key=lambda one: (times[one.message_id], one.sent_at, one.message_id), reverse=True)
    likest = _likest(sketch, in_time[:COMPARED])
    likely: list[_Found] = []
    for case_id, held in cases.items():
        closed = ("该件不再自动并入留言，只作提示",) if case_id in over else ()
        if tied := _tied(ties, held):
            nearest, names = tied
            reasons = (*why_tied(names), *closed)
            likely.append(_Found(nearest=nearest, score=1.0, above=math.inf, joins=not closed, reasons=reasons))
            continue
        if case_id not in likest or likest[case_id][0] < SUGGEST_FROM:
            continue
        score, nearest = likest[case_id]
        against = (*_contradiction(district, estates, held), *closed)
        if place_terms and likeness(sketch.without(place_terms), nearest.sketch) < BESIDES_PLACE_FROM:
            against = (*against, "除地点外几乎没有相同的话，只作提示")
        if text_length < SHORT_TEXT:
            against = (*against, "文字太短，只作提示")
        is_own = bool(citizen) and any(posting.citizen == citizen for posting in held)
        above = score - (OWN_JOIN_FROM if is_own else JOIN_FROM)
        reasons = (*(("同一位网民",) if is_own else ()), *against)
        likely.append(_Found(nearest=nearest, score=score, above=above, joins=above >= 0 and not against, reasons=reasons))
    likely.sort(key=lambda one: (-one.above, one.nearest.case_id))
    joined = next((one for one in likely if one.joins), None)
    suggested = [one for one in likely if one is not joined][:SUGGESTIONS]

    def told(found: _Found) -> Match:
        nearest = found.nearest
        said = () if found.above == math.inf else _reasons(sketch, nearest, found.score, sent_at, spelled)
        return Match(
            case_id=nearest.case_id,
            message_id=nearest.message_id,
            score=round(found.score, 4),
            reasons=(*said, *found.reasons),
        )

    return Decision(joined=told(joined) if joined else None, suggested=tuple(map(told, suggested)))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """A case by its likest message, and how far `above` its threshold that is: infinitely where they are tied.

    `reasons` are those besides the words.
    """

    nearest: Posting
    score: float
    above: float
    joins: bool
    reasons: tuple[str, ...]


def _likest(sketch: Sketch, postings: Iterable[Posting]) -> dict[str, tuple[float, Posting]]:
    """The likest message of each case."""
    likest: dict[str, tuple[float, Posting]] = {}
    for posting in postings:
        score = likeness(sketch, posting.sketch)
        best = likest.get(posting.case_id)
        if best is None or (score, posting.sent_at, posting.message_id) > (best[0], best[1].sent_at, best[1].message_id):
            likest[posting.case_id] = score, posting
    return likest


def _tied(ties: tuple[str, ...], postings: Iterable[Posting]) -> tuple[Posting, frozenset[str]] | None:
    """The newest of `postings` that shares some of `ties`, and which."""
    if not ties:
        return None
    found = [(one, frozenset(ties).intersection(one.ties)) for one in postings]
    return max([(one, names) for one, names in found if names], key=lambda one: (one[0].sent_at, one[0].message_id), default=None)


def _contradiction(district: str, estates: tuple[str, ...], postings: Iterable[Posting]) -> tuple[str, ...]:
    """Why a message cannot be of the case of `postings` by where it happened: none of those that name a place names its own."""
    postings = list(postings)
    found = []
    districts = {one.district for one in postings if one.district}
    if district and districts and district not in districts:
        found.append(f"地点不同：本条在{district}，原件在{'、'.join(sorted(districts))}")
    if apart := named_estates.at_odds(estates, [one.estates for one in postings]):
        kind, mine, theirs = apart
        found.append(f"{kind}不同：本条说「{'、'.join(mine)}」，原件说「{'、'.join(theirs)}」")
    return tuple(found)


def _reasons(sketch: Sketch, nearest: Posting, score: float, sent_at: datetime, spelled: Mapping[int, str]) -> tuple[str, ...]:
    grams = [spelled[key] for key in shared(sketch, nearest.sketch, number=_QUOTED) if key in spelled]
    quoted = "".join(f"「{one}」" for one in pieced_together(grams)[:_QUOTATIONS])
    said = f"文字相近（{score:.2f}）" + (f"：都提到{quoted}" if quoted else "")
    days = abs(sent_at - nearest.sent_at).days
    return said, f"相隔{days}天" if days else "相隔不到一天"


def pieced_together(grams: Iterable[str]) -> list[str]:
    """The words behind overlapping `grams`: `辉煌国`, `煌国际`, `国际城` become `辉煌国际城`; single characters are left out."""
    pieces = [gram for gram in grams if len(gram) > 1]
    while True:
        words: list[str] = []
        for piece in pieces:
            glued = next(((at, both) for at, word in enumerate(words) if (both := _glued(word, piece))), None)
            if glued is None:
                words.append(piece)
            else:
                words[glued[0]] = glued[1]
        if len(words) == len(pieces):
            return words
        pieces = words


def _glued(one: str, other: str) -> str:
    """Both in one where one holds the other or begins with the last two characters of the other; else empty."""
    if other in one:
        return one
    if one in other:
        return other
    if one.endswith(other[:2]):
        return one + other[2:]
    return other + one[2:] if other.endswith(one[:2]) else ""


def window_of(category: str) -> timedelta:
    """How long after a message another of `category` can still be of its matter; a class goes before its group."""
    windows = _windows()
    group = category.partition(".")[0]
    return windows.get(category) or windows.get(group) or windows[""]


def longest_window() -> timedelta:
    """After it a message can be forgotten."""
    return max(_windows().values())


@cache
def _windows() -> Mapping[str, timedelta]:
    read: dict[str, Any] = json.loads((files("jiesu.matters") / "data" / "windows.json").read_text(encoding="utf-8"))
    days: dict[str, int] = {"": read["default_days"], **read["days"]}
    return {code: timedelta(days=number) for code, number in days.items()}
