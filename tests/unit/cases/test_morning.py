"""The morning's numbers: what is late and whose, what nobody has taken up."""

from jiesu.cases.commands import ReplyToCitizen
from jiesu.cases.morning import UNOWNED_AFTER, is_unowned, late_in, open_in
from jiesu.model.words import CaseStatus, Urgency
from tests import builders as build

TOMORROW = build.NOW + UNOWNED_AFTER


def test_a_case_that_nobody_has_taken_up_within_a_day_is_named() -> None:
    assert is_unowned(build.a_case(), TOMORROW)
    assert not is_unowned(build.a_case(), build.after(hours=23))


def test_a_case_with_an_answer_or_a_bureau_or_a_public_word_is_somebodys() -> None:
    assert not is_unowned(build.a_case(ReplyToCitizen(reply_id="r1", text="已转办")), TOMORROW)
    assert not is_unowned(build.a_dispatched_case(), TOMORROW)
    assert not is_unowned(build.a_case(build.draft_publication()), TOMORROW)


def test_a_bureau_is_late_with_the_duty_that_was_due_first() -> None:
    case = build.a_dispatched_case()
    assert late_in(case, build.after(hours=1)) == []
    (late,) = late_in(case, build.after(days=30))
    assert (late.bureau_name, late.duty) == ("北京市公安局丰台分局", "签收")
    assert late_in(build.a_resolved_case(), build.after(days=30)) == []


def test_what_is_open_is_counted_by_status_and_urgency() -> None:
    morning = open_in([build.a_case(), build.a_case(), build.a_dispatched_case()], build.after(hours=1))
    assert {status: dict(counts) for status, counts in morning.open_cases.items()} == {
        CaseStatus.OPEN: {Urgency.ROUTINE: 2},
        CaseStatus.DISPATCHED: {Urgency.ROUTINE: 1},
    }
    assert not morning.asks_for_something
    assert open_in([build.a_case()], TOMORROW).asks_for_something
