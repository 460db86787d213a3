"""What can be taken back: that after which the case is as it was before, by whoever did it, for a while."""

from dataclasses import replace
from datetime import timedelta

import pytest

from jiesu.cases.commands import Command, CorrectCase, ReplyToCitizen, decide
from jiesu.cases.disclosure import Disclose
from jiesu.cases.fold import apply, next_entry
from jiesu.cases.owning import AssignOwner, ReleaseCase, TakeCase
from jiesu.cases.undo import UNDO_FOR, command_to_undo, entry_to_undo, inverse, is_undoable
from jiesu.model.case import Case
from jiesu.model.errors import CommandRefusedError
from jiesu.model.people import Actor
from jiesu.model.timeline import Entry
from jiesu.model.words import ActorKind, Intent, ReplyManner, Resolution, Urgency
from tests import builders as build

COLLEAGUE = Actor(kind=ActorKind.EDITOR, id="wang", name="王芳")


def done_to(case: Case, command: Command) -> Entry:
    change = decide(case, command, build.after(minutes=1))
    assert change is not None
    return next_entry(case, case.id, change, actor=build.EDITOR, now=build.after(minutes=1))


@pytest.mark.parametrize(
    "command",
    [
        build.close(Resolution.NOISE),
        build.close(Resolution.HANDLED),
        CorrectCase(category="traffic.parking", urgency=Urgency.CRITICAL),
        TakeCase(by=build.EDITOR),
    ],
)
def test_after_the_inverse_the_case_is_as_it_was_and_both_stand_in_the_timeline(command: Command) -> None:
    history = build.a_history(build.open_case(), command)
    told = build.told(history)
    entry = entry_to_undo(told, 2, history[-1].actor, history[-1].at)
    back = command_to_undo(told, entry)
    change = decide(told.case, back, entry.at)
    assert change is not None
    again = apply(told.case, next_entry(told.case, told.case.id, change, actor=entry.actor, now=entry.at))
    before = build.a_case()
    assert again.version == 3
    assert (again.status, again.resolution, again.closed_at) == (before.status, None, None)
    assert (again.category, again.urgency, again.owner) == (before.category, before.urgency, None)
    # What was only a slip is not counted as a matter that came back.
    assert again.returned_at == ()


def test_a_case_goes_back_to_whom_it_was_taken_from() -> None:
    held = build.a_case(TakeCase(by=COLLEAGUE))
    assert inverse(held, done_to(held, TakeCase(by=build.EDITOR, reason="交班"))) == AssignOwner(
        to=COLLEAGUE, reason="撤销刚才的操作"
    )
    mine = build.a_case(TakeCase(by=build.EDITOR))
    assert inverse(mine, done_to(mine, ReleaseCase(by=build.EDITOR, reason="交班"))) == TakeCase(by=build.EDITOR)


@pytest.mark.parametrize(
    "command",
    [
        ReplyToCitizen(reply_id="r1", text="您好", manner=ReplyManner.PRIVATE),
        Disclose(title="电梯", description="已处理", place="丰台区"),
    ],
)
def test_what_left_the_house_is_not_offered(command: Command) -> None:
    case = build.a_case()
    assert not is_undoable(case, done_to(case, command))


def test_an_intent_that_nobody_had_said_cannot_be_unsaid() -> None:
    case = replace(build.a_case(), intent=None)
    assert not is_undoable(case, done_to(case, CorrectCase(intent=Intent.HELP)))


def test_closing_while_a_citizen_is_being_asked_ends_the_asking_and_is_not_offered() -> None:
    case = build.a_case(build.start_asking())
    assert not is_undoable(case, done_to(case, build.close(Resolution.NOISE, leaves_unanswered=True)))


def refused(history: list[Entry], version: int, by: Actor, late: timedelta = timedelta()) -> str:
    with pytest.raises(CommandRefusedError) as caught:
        entry_to_undo(build.told(history), version, by, history[-1].at + late)
    return caught.value.code


def test_others_acts_old_ones_and_overtaken_ones_are_not_taken_back() -> None:
    history = build.a_history(build.open_case(), CorrectCase(urgency=Urgency.CRITICAL), CorrectCase(urgency=Urgency.URGENT))
    by = history[-1].actor
    assert refused(history, 3, COLLEAGUE) == "undo_of_others"
    assert refused(history, 3, by, UNDO_FOR + timedelta(minutes=1)) == "undo_too_late"
    assert refused(history, 2, by) == "undo_overtaken"
    assert refused(history, 9, by) == "undo_impossible"
