"""When a notice need not be sent any more, and until when it is worth trying."""

from datetime import datetime, timedelta

import pytest

from jiesu.cases.commands import Command, Escalate, SendBack, WithdrawAssignment
from jiesu.cases.fold import fold
from jiesu.model.timeline import Entry
from jiesu.road.notify import superseded, useful_until
from tests.builders import (
    ASSIGNMENT_ID,
    NOW,
    a_history,
    accept,
    acknowledge,
    dispatch,
    open_case,
    report,
)

SENT_BACK = SendBack(assignment_id=ASSIGNMENT_ID, reason="依据不足")
WITHDRAWN = WithdrawAssignment(assignment_id=ASSIGNMENT_ID, reason="属地有误")


def escalate(*, run: int, rung: int = 0) -> Escalate:
    return Escalate(assignment_id=ASSIGNMENT_ID, run=run, rung=rung)


def asked(*before: Command) -> tuple[list[Command], int]:
    """The commands, and the place of the entry that the last of them makes."""
    commands = [open_case(), dispatch(), *before]
    return commands, len(commands) - 1


def reason(*before: Command, then: tuple[Command, ...]) -> str | None:
    """Why the notice of the last of `before` is not wanted once `then` has happened."""
    commands, place = asked(*before)
    entries = a_history(*commands, *then)
    case = fold(entries)
    assert case is not None
    return superseded(entries[place], case.assignments[0])


@pytest.mark.parametrize(
    ("before", "then"),
    [
        ((), ()),
        ((), (acknowledge(),)),
        ((escalate(run=1),), ()),
        ((escalate(run=1),), (escalate(run=1, rung=1),)),
        ((acknowledge(), escalate(run=2)), ()),
        ((acknowledge(), report(), SENT_BACK), ()),
        ((acknowledge(), report(), SENT_BACK), (escalate(run=4),)),
        ((WITHDRAWN,), ()),
    ],
)
def test_a_notice_is_wanted_while_what_it_says_still_holds(before: tuple[Command, ...], then: tuple[Command, ...]) -> None:
    assert reason(*before, then=then) is None


@pytest.mark.parametrize(
    ("before", "then"),
    [
        ((), (acknowledge(), report())),
        ((escalate(run=1),), (acknowledge(),)),
        ((escalate(run=1),), (acknowledge(), escalate(run=2))),
        ((acknowledge(), escalate(run=2)), (report(),)),
        ((acknowledge(), escalate(run=2)), (report(), SENT_BACK)),
        ((acknowledge(), escalate(run=2)), (report(), SENT_BACK, escalate(run=4))),
        ((acknowledge(), report(), SENT_BACK), (report(),)),
        ((acknowledge(), report(), SENT_BACK), (report(), SENT_BACK)),
    ],
)
def test_a_notice_that_the_bureau_has_answered_is_not_wanted(before: tuple[Command, ...], then: tuple[Command, ...]) -> None:
    assert reason(*before, then=then) == "answered_meanwhile"


@pytest.mark.parametrize("end", [(WITHDRAWN,), (acknowledge(), report(), accept())])
@pytest.mark.parametrize("before", [(), (escalate(run=1),)])
def test_nothing_is_sent_about_an_assignment_that_is_over(before: tuple[Command, ...], end: tuple[Command, ...]) -> None:
    assert reason(*before, then=end) == "assignment_over"


def entries_of(*commands: Command) -> tuple[Entry, datetime]:
    """The last entry of `commands`, and until when its notice is worth trying."""
    entries = a_history(open_case(), dispatch(), *commands)
    case = fold(entries)
    assert case is not None
    return entries[-1], useful_until(entries[-1], case.assignments[0])


DISPATCHED_AT = NOW + timedelta(minutes=1)


def test_a_dispatch_is_worth_trying_until_it_should_be_acknowledged() -> None:
    assert entries_of()[1] == DISPATCHED_AT + timedelta(hours=2)


def test_a_reminder_is_worth_trying_until_the_next_rung() -> None:
    assert entries_of(escalate(run=1))[1] == DISPATCHED_AT + timedelta(hours=2)


def test_the_last_rung_is_worth_an_hour() -> None:
    rungs = [escalate(run=1, rung=rung) for rung in range(4)]
    assert entries_of(*rungs)[1] == DISPATCHED_AT + timedelta(hours=2 + 2 + 1)


def test_what_was_sent_back_is_worth_trying_until_the_new_deadline() -> None:
    entry, until = entries_of(acknowledge(), report(), SENT_BACK)
    assert until == entry.at + timedelta(days=7)


def test_a_withdrawal_is_worth_a_day() -> None:
    entry, until = entries_of(WITHDRAWN)
    assert until == entry.at + timedelta(days=1)
