"""Which matter a message belongs to: the cases that it is like, and whether it is like one enough to join by itself.

Nothing here reads a store: the postings of a message's buckets come in, a `Decision` goes out. Its reasons are
in Chinese, for the editor who sees them.
"""

import json
import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
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
_QUOTED: Final = 32
"""N-grams of which the quotations in a reason are pieced together."""
_QUOTATIONS: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """A message as the index remembers it: `district` where it is sure, `estates` that its lead names.

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
    """Decide on a message by the `postings` of its buckets; the same posting may come several times.

    Whoever shares one of `ties` is of one matter, whatever the words and places. What shares little but
    `place_terms`, the n-grams of the places that the message names, is only suggested.
    `text_length` counts the characters of the cleaned text; `spelled` has its n-grams by fingerprint, `never`
    the cases that a person said it does not belong to, `over` those that are closed and take no more messages.
    """
    window = window_of(category)
    cases: dict[str, dict[str, tuple[float, Posting]]] = {}
    for posting in postings:
        if posting.case_id not in never and abs(sent_at - posting.sent_at) <= window:
            scored = cases.setdefault(posting.case_id, {})
            if posting.message_id not in scored:
                scored[posting.message_id] = (likeness(sketch, posting.sketch), posting)
    likely: list[tuple[Match, float, bool]] = []
    for case_id, scored in cases.items():
        closed = ("该件已办结，只作提示",) if case_id in over else ()
        if tied := _tied(ties, [posting for _, posting in scored.values()]):
            nearest, names = tied
            one = Match(case_id=case_id, message_id=nearest.message_id, score=1.0, reasons=(*why_tied(names), *closed))
            likely.append((one, math.inf, not closed))
            continue
        score, nearest = max(scored.values(), key=lambda one: (one[0], one[1].sent_at, one[1].message_id))
        if score < SUGGEST_FROM:
            continue
        against = (*_contradiction(district, estates, [posting for _, posting in scored.values()]), *closed)
        if place_terms and likeness(sketch.without(place_terms), nearest.sketch) < BESIDES_PLACE_FROM:
            against = (*against, "除地点外几乎没有相同的话，只作提示")
        if text_length < SHORT_TEXT:
            against = (*against, "文字太短，只作提示")
        is_own = bool(citizen) and any(posting.citizen == citizen for _, posting in scored.values())
        reasons = (*_reasons(sketch, nearest, score, sent_at, spelled), *(("同一位网民",) if is_own else ()), *against)
        one = Match(case_id=case_id, message_id=nearest.message_id, score=round(score, 4), reasons=reasons)
        strength = score / (OWN_JOIN_FROM if is_own else JOIN_FROM)
        likely.append((one, strength, strength >= 1 and not against))
    likely.sort(key=lambda one: (-one[1], one[0].case_id))
    joined = next((one for one, _, joins in likely if joins), None)
    others = [one for one, _, _ in likely if one is not joined]
    return Decision(joined=joined, suggested=tuple(others[:SUGGESTIONS]))


def _tied(ties: tuple[str, ...], postings: Iterable[Posting]) -> tuple[Posting, frozenset[str]] | None:
    """The newest of `postings` that shares some of `ties`, and which."""
    found = [(one, frozenset(ties).intersection(one.ties)) for one in postings]
    return max([(one, names) for one, names in found if names], key=lambda one: (one[0].sent_at, one[0].message_id), default=None)


def _contradiction(district: str, estates: tuple[str, ...], postings: Iterable[Posting]) -> tuple[str, ...]:
    """Why a message cannot be of the case of `postings` by where it happened: none of those that name a place names its own."""
    postings = list(postings)
    found = []
    districts = {one.district for one in postings if one.district}
    if district and districts and district not in districts:
        found.append(f"地点不同：本条在{district}，原件在{'、'.join(sorted(districts))}")
    named = [one.estates for one in postings if one.estates]
    if estates and named and not any(named_estates.agree(estates, one) for one in named):
        theirs = "、".join(dict.fromkeys(name for one in named for name in one))
        found.append(f"小区不同：本条说「{'、'.join(estates)}」，原件说「{theirs}」")
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
