"""What a message says, marked in its text: nothing lost, nothing added, times in the office's own words."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiesu.pages.marks import pieces, time_in_words
from tests import builders as build

BEIJING = ZoneInfo("Asia/Shanghai")


WRITTEN = st.from_regex(r"(昨晚|我电话)?[0-9 ]{0,14}(点|京A·[0-9]{5}|https://t[.]cn/[a-z]{3}|<b>)?", fullmatch=True)


@given(st.text(max_size=120) | WRITTEN)
def test_the_pieces_are_the_text(text: str) -> None:
    found = tuple(pieces(build.a_message(text=text), BEIJING, build.NOW))
    assert "".join(piece.text for piece in found) == text
    assert all(piece.text for piece in found)


def test_a_time_is_understood_from_when_the_message_was_sent() -> None:
    message = build.a_message(text="昨晚10点有人砸车,电话19900000001", sent_at=build.after(days=-3))
    assert [piece.said for piece in pieces(message, BEIJING, build.NOW) if piece.kind] == [
        "时间：11月19日 22:00",
        "电话：19900000001",
    ]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("2026-11-22T22:00+08:00", "11月22日 22:00"),
        ("2026-11-22", "11月22日"),
        ("2025-11-22", "2025年11月22日"),
        ("2026-11-22T22:00+08:00/2026-11-23T05:00+08:00", "11月22日 22:00 至 11月23日 05:00"),
        ("2026-11-24T08:00+08:00/2026-11-24T12:00+08:00", "11月24日 08:00 至 12:00"),
        ("2026-11-22/2026-11-23", "11月22日 至 11月23日"),
    ],
)
def test_a_time_in_words(value: str, said: str) -> None:
    assert time_in_words(value, BEIJING, build.NOW + timedelta(hours=1)) == said
