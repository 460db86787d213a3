"""Everything that a text says of whom, when and with what, with where it says so."""

from collections.abc import Iterable
from datetime import datetime, tzinfo

from jiesu.triage.extract.numbers import id_numbers, phones, plates
from jiesu.triage.extract.spans import Span, fold
from jiesu.triage.extract.things import evidence, links, persons
from jiesu.triage.extract.times import times


def extract(text: str, *, sent_at: datetime, time_zone: tzinfo) -> tuple[Span, ...]:
    """The spans of `text` from left to right, none over another; offsets count characters of `text` as it was written.

    Times are understood from `sent_at` in `time_zone`, where the city lives.
    """
    folded = fold(text)
    chosen: list[Span] = []
    # In order of trust: what stands in a link is no phone, what is an identity number holds none.
    _add(chosen, links(folded, text))
    _add(chosen, id_numbers(folded, text))
    _add(chosen, plates(folded, text))
    _add(chosen, phones(folded, text))
    _add(chosen, times(folded, text, sent_at=sent_at.astimezone(time_zone)))
    _add(chosen, persons(folded, text))
    _add(chosen, evidence(folded, text))
    return tuple(sorted(chosen, key=lambda span: span.start))


def _add(chosen: list[Span], spans: Iterable[Span]) -> None:
    chosen.extend(span for span in tuple(spans) if not any(span.overlaps(other) for other in chosen))
