"""Everything that a text says of whom, when and with what, with where it says so."""

from collections.abc import Iterable
from datetime import datetime, tzinfo
from itertools import chain

from jiesu.triage.extract.numbers import id_numbers, phones, plates
from jiesu.triage.extract.spans import Span, SpanKind, fold
from jiesu.triage.extract.things import evidence, links, persons
from jiesu.triage.extract.times import times


def extract(text: str, *, sent_at: datetime, time_zone: tzinfo) -> tuple[Span, ...]:
    """The spans of `text` from left to right, none over another; offsets count characters of `text` as it was written.

    Times are understood from `sent_at` in `time_zone`, where the city lives.
    """
    folded = fold(text)
    # In order of trust: what stands in a link is no phone, what is an identity number holds none.
    found = chain(
        links(folded, text),
        id_numbers(folded, text),
        plates(folded, text),
        phones(folded, text),
        times(folded, text, sent_at=sent_at.astimezone(time_zone)),
        persons(folded, text),
        evidence(folded, text),
    )
    return _apart(found, len(text))


def telephones(text: str) -> tuple[str, ...]:
    """The numbers that `extract` marks as telephones, each once, in the order of the text."""
    folded = fold(text)
    spans = _apart(chain(links(folded, text), id_numbers(folded, text), plates(folded, text), phones(folded, text)), len(text))
    return tuple(dict.fromkeys(one.value for one in spans if one.kind is SpanKind.PHONE))


def _apart(found: Iterable[Span], length: int) -> tuple[Span, ...]:
    """Those of `found` that lie over none before them, from left to right in a text of `length` characters."""
    chosen: list[Span] = []
    taken = bytearray(length)
    for span in found:
        if not any(taken[span.start : span.end]):
            taken[span.start : span.end] = b"\x01" * (span.end - span.start)
            chosen.append(span)
    return tuple(sorted(chosen, key=lambda span: span.start))
