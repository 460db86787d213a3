"""A hot case: told of once a grade, cooled by people only, and owed a statement to the public in time."""

from datetime import timedelta

import pytest

from jiesu.cases.commands import Command, Escalate
from jiesu.cases.effects import ClockEffect, NoticeEffect, effects_of
from jiesu.cases.heat import LowerHeat
from jiesu.cases.publishing import RecordPublicationPosted
from jiesu.model.case import PUBLIC_RESPONSE, Case
from jiesu.model.errors import CommandRefusedError
from jiesu.model.timeline import Entry, HeatRaised, StatementReminded
from jiesu.model.words import ContactRole, HeatGrade, NoticeTemplate, TaskKind, Transport
from tests import builders as build

MINUTE = timedelta(minutes=1)


def told(entry: Entry) -> set[ContactRole]:
    return {one.contact.role for one in effects_of(entry) if isinstance(one, NoticeEffect)}


def published(*, number: int = 1) -> tuple[Command, ...]:
    """A statement drafted, approved and out."""
    name = f"p{number}"
    posted = RecordPublicationPosted(publication_id=name, account_id="weibo-main", platform_ref="1", link="")
    return (build.draft_publication(name, build.a_posting()), build.approve_publication(name), posted)


def hot(*commands: Command, step: timedelta = MINUTE) -> Case:
    return build.the_case(build.a_history(build.open_case(), build.raise_heat(HeatGrade.ORANGE), *commands, step=step))


def test_a_grade_tells_the_supervisor_and_from_orange_on_the_command_centre() -> None:
    for grade in HeatGrade:
        entry = build.an_entry(build.raise_heat(grade))
        both = {ContactRole.SUPERVISOR, ContactRole.COMMAND_CENTRE}
        assert told(entry) == (both if grade.rank >= HeatGrade.ORANGE.rank else {ContactRole.SUPERVISOR})
        notices = [one for one in effects_of(entry) if isinstance(one, NoticeEffect)]
        assert {one.template for one in notices} == {NoticeTemplate.HEAT}
        assert {one.transport for one in notices} == {Transport.MAIL, Transport.SMS}


def test_each_grade_is_told_of_once_however_often_it_is_found() -> None:
    grades = [HeatGrade.BLUE, HeatGrade.BLUE, HeatGrade.ORANGE, HeatGrade.YELLOW, HeatGrade.ORANGE, HeatGrade.RED]
    entries = build.a_history(build.open_case(), *[build.raise_heat(grade) for grade in grades])
    raised = [entry.change.grade for entry in entries if isinstance(entry.change, HeatRaised)]
    assert raised == [HeatGrade.BLUE, HeatGrade.ORANGE, HeatGrade.RED]


def test_only_a_person_lowers_and_says_why() -> None:
    case = hot(LowerHeat(grade=HeatGrade.BLUE, reason="多为同一小区业主重复反映"))
    assert case.heat is not None
    assert (case.heat.grade, case.heat.lowered_at) == (HeatGrade.BLUE, build.after(minutes=2))
    for grade, reason in ((HeatGrade.BLUE, " "), (HeatGrade.ORANGE, "升高"), (HeatGrade.RED, "升高")):
        with pytest.raises(CommandRefusedError):
            hot(LowerHeat(grade=grade, reason=reason))
    with pytest.raises(CommandRefusedError):
        build.a_case(LowerHeat(grade=None, reason="不热"))


def test_what_was_counted_before_a_lowering_raises_nothing_and_what_came_after_does() -> None:
    lowered = LowerHeat(grade=HeatGrade.BLUE, reason="重复反映")
    late = build.raise_heat(HeatGrade.ORANGE)
    anew = build.raise_heat(HeatGrade.ORANGE, since=build.after(minutes=2))
    assert hot(lowered, late).version == 3
    case = hot(lowered, anew, anew)
    assert case.version == 4
    assert case.heat is not None
    assert case.heat.grade is HeatGrade.ORANGE
    assert hot(lowered, build.raise_heat(HeatGrade.BLUE, since=build.after(minutes=2))).version == 3, (
        "the grade that it was lowered to is no rise"
    )


def test_nobody_to_tell_is_a_task_once() -> None:
    case = build.a_case(build.raise_heat(HeatGrade.BLUE, contacts=()), build.raise_heat(HeatGrade.YELLOW, contacts=()))
    assert [task.kind for task in case.tasks] == [TaskKind.HEAT_UNTOLD]


def test_orange_starts_the_public_response_with_a_clock_of_its_own_and_red_starts_no_second_one() -> None:
    entries = build.a_history(build.open_case(), build.raise_heat(HeatGrade.ORANGE), build.raise_heat(HeatGrade.RED))
    clocks = [[one for one in effects_of(entry) if isinstance(one, ClockEffect)] for entry in entries]
    assert [len(some) for some in clocks] == [0, 1, 0]
    assert (clocks[1][0].assignment_id, clocks[1][0].run) == (PUBLIC_RESPONSE, 1)
    response = build.the_case(entries).public_response
    assert response is not None
    hours = [(ladder.deadline - build.after(minutes=1)) / timedelta(hours=1) for ladder in response.ladders]
    assert hours == [5, 24, 48]
    assert build.a_case(build.raise_heat(HeatGrade.YELLOW)).public_response is None


def climbing(rung: int, run: int = 1) -> Escalate:
    return Escalate(assignment_id=PUBLIC_RESPONSE, run=run, rung=rung)


def test_the_clock_reminds_the_supervisor_and_at_the_deadline_tells_the_command_centre() -> None:
    entries = build.a_history(
        build.open_case(), build.raise_heat(HeatGrade.ORANGE), climbing(0), climbing(0), climbing(1), climbing(0, run=2)
    )
    reminders = [entry for entry in entries if isinstance(entry.change, StatementReminded)]
    assert [told(entry) for entry in reminders] == [
        {ContactRole.SUPERVISOR},
        {ContactRole.SUPERVISOR, ContactRole.COMMAND_CENTRE},
    ]


def test_a_post_that_went_out_is_the_statement_due_next_and_the_clock_goes_on_to_the_one_after() -> None:
    response = hot(*published()).public_response
    assert response is not None
    assert (response.met, response.level, response.run) == (1, 2, 1)
    assert response.ladder == response.ladders[1]
    assert hot(*published(), climbing(0)).version == hot(*published()).version, "its rung has passed"
    over = hot(*published(), *published(number=2), *published(number=3)).public_response
    assert over is not None
    assert (over.ladder, over.next_rung) == (None, None)


def test_one_text_on_two_accounts_is_one_statement() -> None:
    posted = [
        RecordPublicationPosted(publication_id="p1", account_id=account, platform_ref="1", link="")
        for account in ("weibo-main", "wechat-main")
    ]
    response = hot(build.draft_publication(), build.approve_publication(), *posted).public_response
    assert response is not None
    assert response.met == 1


def test_a_draft_is_no_statement() -> None:
    response = hot(*published()[:2]).public_response
    assert response is not None
    assert response.met == 0


def test_a_late_post_meets_what_it_is_late_for_as_well() -> None:
    response = hot(*published(), step=timedelta(hours=10)).public_response
    assert response is not None
    assert response.met == 2, "it went out thirty hours after the start: only the third is left"


@pytest.mark.parametrize("end", [LowerHeat(grade=None, reason="不实信息"), build.close()])
def test_what_is_no_matter_any_more_owes_no_statement(end: Command) -> None:
    response = hot(end).public_response
    assert response is not None
    assert response.next_rung is None
    assert hot(end, climbing(0)).version == 3


def test_a_case_that_rises_anew_owes_statements_anew_in_a_new_run() -> None:
    case = hot(LowerHeat(grade=None, reason="平息"), build.raise_heat(HeatGrade.RED, since=build.after(minutes=2)))
    assert case.public_response is not None
    assert (case.public_response.run, case.public_response.met, case.public_response.level) == (2, 0, 0)
