"""What is marked in a text: written cases by kind, counted for telephone numbers; offsets into what was written."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiesu.triage.extract.extraction import extract
from jiesu.triage.extract.spans import Span, SpanKind

BEIJING = ZoneInfo("Asia/Shanghai")
SENT_AT = datetime(2026, 6, 16, 9, 30, tzinfo=BEIJING)
"""A Tuesday morning: when the messages of the written cases were sent."""

Marked = tuple[str, int, int, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One line of the written cases."""

    text: str
    expected: frozenset[Marked]


def written_cases() -> Iterator[Case]:
    lines = (Path(__file__).parent / "extraction_cases.jsonl").read_text(encoding="utf-8").splitlines()
    for line in map(json.loads, lines):
        spans = frozenset((one["kind"], one["start"], one["end"], one["value"]) for one in line["spans"])
        yield Case(text=line["text"], expected=spans)


CASES = tuple(written_cases())


def spans_of(text: str) -> tuple[Span, ...]:
    return extract(text, sent_at=SENT_AT, time_zone=BEIJING)


def marked(text: str) -> frozenset[Marked]:
    return frozenset((str(span.kind), span.start, span.end, span.value) for span in spans_of(text))


def test_there_are_enough_written_cases_and_none_twice() -> None:
    assert len({case.text for case in CASES}) == len(CASES) >= 150


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.text)
def test_a_text_is_marked_as_written(case: Case) -> None:
    assert marked(case.text) == case.expected


def test_telephone_numbers_are_found_and_nothing_else_is_taken_for_one() -> None:
    found = [(case, one) for case in CASES for one in marked(case.text) if one[0] == SpanKind.PHONE]
    wanted = [(case, one) for case in CASES for one in case.expected if one[0] == SpanKind.PHONE]
    right = [one for one in found if one in wanted]
    assert len(wanted) >= 40
    assert len(right) / len(found) >= 0.99
    assert len(right) / len(wanted) >= 0.99


@pytest.mark.parametrize("kind", SpanKind)
def test_every_kind_has_written_cases_and_a_chinese_name(kind: SpanKind) -> None:
    assert kind.label
    assert any(one[0] == kind for case in CASES for one in case.expected)


def test_times_count_from_the_day_where_the_city_is_not_from_that_of_the_clock() -> None:
    after_midnight_in_beijing = datetime(2026, 6, 15, 17, 0, tzinfo=ZoneInfo("UTC"))
    (span,) = extract("昨晚10点", sent_at=after_midnight_in_beijing, time_zone=BEIJING)
    assert span.value == "2026-06-15T22:00+08:00"


def test_a_date_of_the_coming_months_without_a_year_is_last_years() -> None:
    (span,) = spans_of("11月3日报的案")
    assert span.value == "2025-11-03"


def test_days_of_the_week_run_forward() -> None:
    (span,) = spans_of("周二至周五都来")
    assert span.value == "2026-06-16/2026-06-19"


@pytest.mark.parametrize("text", ["2月30日", "31号晚上25点", "99:99", "2024-13-40"])
def test_a_time_that_no_calendar_has_is_none(text: str) -> None:
    assert [span for span in spans_of(text) if span.value.startswith(("2026-02-30", "2024-13"))] == []


def test_what_stands_in_a_link_is_no_telephone() -> None:
    assert [span.kind for span in spans_of("http://example.org/19900000001")] == [SpanKind.LINK]


DIGITS_AND_WORDS = st.text(alphabet="0123456789１２３一二十点月日号年周昨晚上下到-: 京A电话有的监控.()穿男子", max_size=60)


@given(text=st.one_of(st.text(max_size=80), DIGITS_AND_WORDS))
def test_spans_of_any_text_lie_in_it_in_order_and_apart(text: str) -> None:
    spans = spans_of(text)
    assert all(text[span.start : span.end] == span.text != "" for span in spans)
    assert all(first.end <= second.start for first, second in pairwise(spans))
