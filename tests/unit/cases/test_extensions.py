"""More time for a feedback: asked before the deadline, granted whole or in part, refused, and the citizens told."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from jiesu.cases.commands import Command, decide
from jiesu.cases.decisions import pending_decisions
from jiesu.cases.effects import ClockEffect, NoticeEffect, ReplyEffect, effects_of
from jiesu.cases.extensions import GrantExtension, RefuseExtension, latest_extension
from jiesu.cases.refusals import OF_EXTENSIONS
from jiesu.cases.replanning import Replan
from jiesu.cases.voices import unanswered
from jiesu.model.case import Assignment, Case
from jiesu.model.errors import CommandRefusedError
from jiesu.model.timeline import ExtensionGranted
from jiesu.model.words import ContactRole, NoticeTemplate
from tests import builders as build

DUE = build.after(minutes=1) + timedelta(days=7)
"""The deadline of the feedback as the case was given out."""
UNTIL = DUE + timedelta(days=5)
ASK = build.ask_extension(UNTIL)
GRANT = GrantExtension(assignment_id="a1", until=UNTIL, reason="情况属实", reply_id="r9", text="预计12月5日前答复您。")
REFUSE = RefuseExtension(assignment_id="a1", reason="期限充足")
WORKING: tuple[Command, ...] = (build.acknowledge(),)
ASKED: tuple[Command, ...] = (*WORKING, ASK)


def first(*commands: Command) -> Assignment:
    return build.an_assignment(*commands)


def at_work(*commands: Command) -> Callable[[], Case]:
    return lambda: build.a_dispatched_case(*commands)


REFUSED: list[tuple[str, Callable[[], Case], Command, timedelta]] = [
    ("not_acknowledged", at_work(), ASK, timedelta(hours=1)),
    ("extension_not_working", at_work(*WORKING, build.report()), ASK, timedelta(hours=1)),
    ("extension_late", at_work(*WORKING), ASK, timedelta(days=8)),
    ("extension_pending", at_work(*ASKED), ASK, timedelta(hours=1)),
    ("extension_not_later", at_work(*WORKING), build.ask_extension(DUE), timedelta(hours=1)),
    ("extension_too_long", at_work(*WORKING), build.ask_extension(DUE + timedelta(days=8)), timedelta(hours=1)),
    ("extension_missing", at_work(*WORKING), REFUSE, timedelta(hours=1)),
    ("extension_missing", at_work(*ASKED, build.report()), GRANT, timedelta(hours=1)),
    ("extension_not_asked", at_work(*ASKED), replace(GRANT, until=UNTIL + timedelta(hours=1)), timedelta(hours=1)),
    ("extension_not_asked", at_work(*ASKED), replace(GRANT, until=DUE), timedelta(hours=1)),
    ("citizen_untold", at_work(*ASKED), replace(GRANT, text=" "), timedelta(hours=1)),
    ("reason_missing", at_work(*ASKED), replace(REFUSE, reason=" "), timedelta(hours=1)),
]


@pytest.mark.parametrize(
    ("code", "case", "command", "later"), REFUSED, ids=[f"{one[0]}-{number}" for number, one in enumerate(REFUSED)]
)
def test_a_forbidden_move_is_refused_by_name(code: str, case: Callable[[], Case], command: Command, later: timedelta) -> None:
    with pytest.raises(CommandRefusedError) as refused:
        decide(case(), command, build.NOW + later)
    assert refused.value.code == code


def test_every_refusal_about_extensions_has_a_case_that_meets_it() -> None:
    assert set(OF_EXTENSIONS) <= {one[0] for one in REFUSED}


def test_what_is_only_asked_changes_no_clock_and_tells_the_supervisor() -> None:
    before, after = first(*WORKING), first(*ASKED)
    assert (before.run, before.next_rung, before.running) == (after.run, after.next_rung, after.running)
    told = effects_of(build.an_entry(build.dispatch(), *ASKED))
    assert all(isinstance(effect, NoticeEffect) for effect in told)
    assert {effect.contact.role for effect in told if isinstance(effect, NoticeEffect)} == {ContactRole.SUPERVISOR}


def test_a_grant_lays_the_ladder_out_anew_around_the_new_date_and_says_so() -> None:
    granted = first(*ASKED, GRANT)
    assert granted.feedback_ladder.deadline == UNTIL
    assert granted.feedback_ladder.why == "经批准延期；原时限：自交办起 7 天内反馈"
    plan = granted.plan.feedback
    assert [rung.at for rung in granted.feedback_ladder.rungs] == [UNTIL + rung.offset for rung in plan.rungs]
    assert granted.run == first(*ASKED).run + 1


def test_the_bureau_and_every_citizen_are_told_of_the_new_date() -> None:
    effects = effects_of(build.an_entry(build.dispatch(), *ASKED, GRANT))
    assert sum(isinstance(effect, ClockEffect) for effect in effects) == 1
    assert {one.template for one in effects if isinstance(one, NoticeEffect)} == {NoticeTemplate.EXTENSION_GRANTED}
    assert [one.reply_id for one in effects if isinstance(one, ReplyEffect)] == ["r9-1"]


def test_that_it_takes_longer_is_no_answer_to_the_citizen() -> None:
    case = build.a_dispatched_case(*ASKED, GRANT)
    assert [reply.text for reply in case.replies] == ["预计12月5日前答复您。"]
    assert unanswered(case) == case.voices


def test_a_part_of_what_was_asked_may_be_granted() -> None:
    part = replace(GRANT, until=DUE + timedelta(days=1))
    change = build.an_entry(build.dispatch(), *ASKED, part).change
    assert isinstance(change, ExtensionGranted)
    assert change.ladder.deadline == DUE + timedelta(days=1)


def test_a_refusal_leaves_the_clock_as_it_is() -> None:
    refused = first(*ASKED, REFUSE)
    assert (refused.run, refused.feedback_ladder) == (first(*ASKED).run, first(*ASKED).feedback_ladder)
    assert refused.extensions[0].state == "refused"


def test_grants_together_reach_no_farther_than_the_first_term_again() -> None:
    granted = first(*ASKED, GRANT)
    assert latest_extension(granted) == latest_extension(first()) == DUE + timedelta(days=7)


def test_an_office_may_set_another_limit() -> None:
    plan = replace(build.a_plan(), extension=timedelta(days=1))
    case = build.a_case(build.dispatch(plan=plan), build.acknowledge())
    assert latest_extension(case.assignments[0]) == DUE + timedelta(days=1)


def test_what_was_asked_lapses_with_the_feedback() -> None:
    case = build.a_dispatched_case(*ASKED, build.report())
    assert case.assignments[0].extensions[0].state == "lapsed"
    assert pending_decisions(case) == ()


def test_another_plan_does_not_take_back_what_was_granted() -> None:
    replanned = first(*ASKED, GRANT, Replan(assignment_id="a1", plan=build.a_whole_plan(), reason="时限方案调整"))
    assert replanned.feedback_ladder.deadline == UNTIL


def test_what_is_asked_waits_in_the_list_until_its_own_deadline() -> None:
    (waiting,) = pending_decisions(build.a_dispatched_case(*ASKED))
    assert waiting.is_extension
    assert waiting.needs_decider
    assert waiting.due == DUE
