"""What a message says of whom, when and with what, for the pages: marked in its text, said in one line below.

Worked out when a page is made and stored nowhere: it takes a fraction of a millisecond, and what
the rules learn to see tomorrow is then seen in yesterday's messages too.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from jiesu.model.message import Message
from jiesu.pages.sentences import local_time
from jiesu.triage.extract.extraction import extract
from jiesu.triage.extract.spans import Span, SpanKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A piece of a text; `kind` and `said` of plain text between the marks are empty."""

    text: str
    kind: str = ""
    said: str = ""


def spans_of(message: Message, zone: ZoneInfo) -> tuple[Span, ...]:
    """What `message` says, its times understood from when it was sent."""
    return extract(message.text, sent_at=message.sent_at, time_zone=zone)


def pieces(message: Message, zone: ZoneInfo, now: datetime) -> Iterator[Piece]:
    """The whole text of `message` in pieces, in order, none empty."""
    text, end = message.text, 0
    for span in spans_of(message, zone):
        if span.start > end:
            yield Piece(text=text[end : span.start])
        yield Piece(text=text[span.start : span.end], kind=span.kind.value, said=span_in_words(span, zone, now))
        end = span.end
    if end < len(text):
        yield Piece(text=text[end:])


def span_in_words(span: Span, zone: ZoneInfo, now: datetime) -> str:
    """`时间：11月22日 22:00`."""
    value = time_in_words(span.value, zone, now) if span.kind is SpanKind.TIME else span.value
    return f"{span.kind.label}：{value}"


def time_in_words(value: str, zone: ZoneInfo, now: datetime) -> str:
    """A time as `Span` has it: `11月22日 22:00`, `11月22日` where no hour was said, `… 至 …` for a stretch."""
    first, *rest = (_instant_in_words(part, zone, now) for part in value.split("/"))
    day = first.partition(" ")[0]
    return " 至 ".join([first, *(one.removeprefix(f"{day} ") for one in rest)])


def _instant_in_words(value: str, zone: ZoneInfo, now: datetime) -> str:
    if "T" in value:
        return local_time(datetime.fromisoformat(value), zone, now)
    day = date.fromisoformat(value)
    text = f"{day.month}月{day.day}日"
    return text if day.year == now.astimezone(zone).year else f"{day.year}年{text}"
