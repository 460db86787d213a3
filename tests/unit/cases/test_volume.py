"""What came in, counted: on the office's day and hour, and as work where people left it so."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiesu.cases.desk_lines import line_of
from jiesu.cases.labels import NOISE
from jiesu.cases.volume import DAYS_OPEN, Arrival, Part, called_noise, count_day, days_to_count, together
from jiesu.model.words import Platform, Resolution
from tests import builders as build

BEIJING = ZoneInfo("Asia/Shanghai")
DAY = date(2026, 11, 23)
NOON = datetime(2026, 11, 23, 12, tzinfo=BEIJING)
NOW = NOON + timedelta(days=2)


def arrival(
    case_id: str | None = None, *, at: datetime = NOON, platform: Platform = Platform.WEIBO, by_hand: bool = False
) -> Arrival:
    return Arrival(received_at=at, platform=platform, case_id=case_id, by_hand=by_hand)


def test_a_message_counts_on_the_offices_day_and_hour_not_on_that_of_utc() -> None:
    first = datetime(2026, 11, 22, 16, 0, tzinfo=UTC)
    last = datetime(2026, 11, 23, 15, 59, 59, 999999, tzinfo=UTC)
    others = [arrival(at=first - timedelta(microseconds=1)), arrival(at=last + timedelta(microseconds=1))]
    volume = count_day(DAY, [arrival(at=first), arrival(at=last), *others], frozenset(), zone=BEIJING, now=NOW)
    assert [(cell.hour, cell.received) for cell in volume.cells] == [(0, 1), (23, 1)]


def test_what_people_decided_counts_and_how_often_they_overrode_the_system_is_said() -> None:
    messages = [arrival(), arrival("a"), arrival("a"), arrival("b", by_hand=True), arrival("c"), arrival("d", by_hand=True)]
    total = together([count_day(DAY, messages, {"c", "d"}, zone=BEIJING, now=NOW)]).total
    assert (total.received, total.work, total.raised, total.lowered) == (6, 3, 1, 2)
    assert (total.share.met, total.share.due) == (3, 6)


@pytest.mark.parametrize(
    ("changed", "is_noise"),
    [
        ({"resolution": Resolution.NOISE}, True),
        ({"category": NOISE}, True),
        ({"resolution": Resolution.NOT_ACTIONABLE}, False),
        ({"resolution": Resolution.MERGED}, False),
        ({}, False),
    ],
)
def test_only_what_was_closed_as_noise_or_corrected_to_it_is_noise(changed: dict[str, object], is_noise: bool) -> None:
    line = line_of(build.a_case())
    assert (line.case_id in called_noise([replace(line, **changed)])) is is_noise  # type: ignore[arg-type]


def test_each_number_has_its_cases_those_with_most_messages_first() -> None:
    evening = NOON + timedelta(hours=7)
    today = [arrival("a"), arrival("b"), arrival("b"), arrival("c", at=evening, platform=Platform.WECHAT)]
    tomorrow = arrival("a", at=NOON + timedelta(days=1), by_hand=True)
    next_day = DAY + timedelta(days=1)
    table = together(
        [
            count_day(next_day, [tomorrow], frozenset(), zone=BEIJING, now=NOW),
            count_day(DAY, today, frozenset(), zone=BEIJING, now=NOW),
        ]
    )
    assert table.cases(Part.WORK) == {"a": 2, "b": 2, "c": 1}
    assert table.cases(Part.WORK, day=DAY) == {"b": 2, "a": 1, "c": 1}
    assert table.cases(Part.WORK, hour=19) == table.cases(Part.WORK, platform=Platform.WECHAT) == {"c": 1}
    assert table.cases(Part.RAISED) == {"a": 1}
    assert [day for day, _ in table.by_day] == [DAY, next_day]
    assert [platform for platform, _ in table.platforms] == [Platform.WEIBO, Platform.WECHAT]


@given(
    st.lists(
        st.builds(
            Arrival,
            received_at=st.integers(0, 24 * 60 - 1).map(
                lambda minutes: datetime(2026, 11, 22, 16, tzinfo=UTC) + timedelta(minutes=minutes)
            ),
            platform=st.sampled_from(Platform),
            case_id=st.sampled_from([None, "a", "b", "c"]),
            by_hand=st.booleans(),
        )
    )
)
def test_hours_platforms_and_days_add_up_to_the_same_whatever_the_order(messages: list[Arrival]) -> None:
    volume = count_day(DAY, messages, {"c"}, zone=BEIJING, now=NOW)
    assert volume == count_day(DAY, reversed(messages), {"c"}, zone=BEIJING, now=NOW)
    table = together([volume])
    assert table.total.received == len(messages)
    for parts in (table.hours, [one for _, one in table.platforms], [one for _, one in table.by_day]):
        for name in ("received", "work", "raised", "lowered"):
            assert sum(getattr(one, name) for one in parts) == getattr(table.total, name)
    for part in Part:
        assert sum(table.cases(part).values()) == getattr(table.total, part.value)


def test_a_day_without_a_message_is_counted_and_is_no_gap() -> None:
    table = together([count_day(DAY, [], frozenset(), zone=BEIJING, now=NOW)])
    assert [(day, one.received) for day, one in table.by_day] == [(DAY, 0)]
    assert table.total.share.share is None


def test_the_last_fourteen_days_that_are_over_are_counted_anew() -> None:
    days = days_to_count(date(2026, 11, 24))
    assert (len(days), days[-1]) == (DAYS_OPEN, DAY)
