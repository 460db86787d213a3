"""Deadlines and rungs in time."""

from datetime import timedelta

import pytest

from jiesu.cases.ladder import in_words, lay_out
from jiesu.model.words import LadderKind
from tests import builders as build


def test_rungs_stand_around_the_deadline_in_order_of_their_hour() -> None:
    plan = build.a_ladder_plan(
        timedelta(hours=2), (build.a_rung_plan(timedelta(hours=1)), build.a_rung_plan(timedelta(minutes=-30)))
    )
    ladder = lay_out(LadderKind.FEEDBACK, plan, build.NOW)
    assert ladder.deadline == build.after(hours=2)
    assert [rung.at for rung in ladder.rungs] == [build.after(hours=1.5), build.after(hours=3)]
    assert ladder.why == "自交办起 2 小时内反馈"


def test_a_reminder_that_would_come_before_the_dispatch_itself_is_left_out() -> None:
    plan = build.a_ladder_plan(timedelta(minutes=15), (build.a_rung_plan(timedelta(minutes=-30)), build.a_rung_plan(timedelta())))
    ladder = lay_out(LadderKind.ACKNOWLEDGEMENT, plan, build.NOW)
    assert [rung.at for rung in ladder.rungs] == [build.after(minutes=15)]


def test_hours_have_whole_seconds_because_the_state_machine_waits_for_them_as_text() -> None:
    ladder = lay_out(LadderKind.FEEDBACK, build.a_ladder_plan(), build.NOW + timedelta(microseconds=1))
    assert {ladder.deadline.microsecond, *(rung.at.microsecond for rung in ladder.rungs)} == {0}


def test_a_ladder_says_from_what_its_term_counts() -> None:
    ladder = lay_out(LadderKind.FEEDBACK, build.a_ladder_plan(), build.NOW, counted_from="退回重办")
    assert ladder.why == "自退回重办起 2 小时内反馈"


@pytest.mark.parametrize(
    ("span", "said"),
    [
        (timedelta(days=7), "7 天"),
        (timedelta(hours=2), "2 小时"),
        (timedelta(minutes=90), "1 小时 30 分"),
        (timedelta(days=1, hours=2, minutes=3), "1 天 2 小时"),
        (timedelta(seconds=5), "5 秒"),
        (timedelta(), "0 秒"),
    ],
)
def test_a_span_is_said_in_its_two_largest_units(span: timedelta, said: str) -> None:
    assert in_words(span) == said
