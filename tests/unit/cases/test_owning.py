"""Who answers for a case: taken by whoever is first, handed on with a reason, kept until the case is closed."""

from dataclasses import replace

import pytest

from jiesu.cases.commands import CloseCase, Command
from jiesu.cases.desk_lines import Owed, desk_line, late_bureaus
from jiesu.cases.owning import AssignOwner, ReleaseCase, TakeCase
from jiesu.model.errors import CommandRefusedError
from jiesu.model.people import Actor
from jiesu.model.words import ActorKind, LadderKind, Resolution
from jiesu.store.codec import dumps, loads
from tests import builders as build

OTHER = Actor(kind=ActorKind.EDITOR, id="editor-2", name="小编二")
TAKEN = TakeCase(by=build.EDITOR)


def refused(*commands: Command) -> str:
    with pytest.raises(CommandRefusedError) as caught:
        build.a_case(*commands)
    return caught.value.code


def test_a_case_belongs_to_nobody_until_somebody_takes_it() -> None:
    assert build.a_case().owner is None
    assert build.a_case(TAKEN).owner == build.EDITOR
    assert build.a_case(TAKEN, TAKEN).version == 2, "taking twice leaves nothing to do"


def test_a_held_case_changes_hands_only_with_a_reason() -> None:
    assert refused(TAKEN, TakeCase(by=OTHER)) == "case_held"
    assert build.a_case(TAKEN, TakeCase(by=OTHER, reason="交班")).owner == OTHER
    assert refused(TAKEN, AssignOwner(to=OTHER, reason=" ")) == "reason_missing"
    assert build.a_case(TAKEN, AssignOwner(to=OTHER, reason="熟悉该小区")).owner == OTHER


def test_only_whoever_holds_it_lets_go() -> None:
    assert refused(TAKEN, ReleaseCase(by=OTHER, reason="下班")) == "case_not_held"
    assert build.a_case(TAKEN, ReleaseCase(by=build.EDITOR, reason="下班")).owner is None


def test_a_closed_case_has_no_line_and_changes_no_hands() -> None:
    closing = CloseCase(resolution=Resolution.ANSWERED, reason="已答复")
    assert desk_line(build.a_case(TAKEN, closing)) is None
    assert refused(closing, TAKEN) == "case_closed"


def test_a_line_has_the_owner_and_every_deadline_that_is_open() -> None:
    case = build.a_case(TAKEN, build.dispatch(build.a_new_assignment()))
    line = desk_line(case)
    assert line is not None
    assert line.owner == build.EDITOR
    assert {(one.kind, one.bureau_code) for one in line.owed} == {
        (LadderKind.ACKNOWLEDGEMENT, "FT"),
        (LadderKind.FEEDBACK, "FT"),
    }
    assert loads(type(line), dumps(line)) == line


def test_bureaus_are_late_with_what_is_overdue_and_not_done_those_with_most_first() -> None:
    line = desk_line(build.a_case(build.dispatch(build.a_new_assignment(), build.a_joint_assignment())))
    assert line is not None
    acknowledgement, feedback = sorted({one.deadline for one in line.owed})
    assert late_bureaus([line], build.NOW) == ()
    late = late_bureaus([line], acknowledgement)
    assert [[one.owed.kind for one in bureau.late] for bureau in late] == [[LadderKind.ACKNOWLEDGEMENT]] * 2
    assert all(len(bureau.late) == 2 for bureau in late_bureaus([line], feedback))


def test_what_the_office_itself_owes_is_nobody_elses_delay() -> None:
    line = desk_line(build.a_case())
    assert line is not None
    own = replace(line, owed=(Owed(kind=LadderKind.STATEMENT, deadline=build.NOW),))
    assert late_bureaus([own], build.after(days=9)) == ()
    assert own.late(build.after(days=9)) == own.owed
