"""A live coverage: each statement has its successor's hour, a late one is reminded of, and it ends with a word."""

from datetime import timedelta

import pytest

from jiesu.cases.commands import Command, Escalate
from jiesu.cases.coverage import BriefCoverage, EndCoverage, MoveNextStatement
from jiesu.cases.effects import ClockEffect, NoticeEffect, effects_of
from jiesu.model.case import Case
from jiesu.model.coverage import COVERAGE, Coverage, CoverageReminded
from jiesu.model.errors import CommandRefusedError
from jiesu.model.timeline import Entry
from jiesu.model.words import ContactRole, NoticeTemplate
from tests import builders as build

HOUR = timedelta(hours=1)


def covered(*commands: Command) -> Case:
    return build.a_case(build.start_coverage(), *commands)


def coverage_of(*commands: Command) -> Coverage:
    found = covered(*commands).coverage
    assert found is not None
    return found


def history(*commands: Command) -> list[Entry]:
    return build.a_history(build.open_case(), build.start_coverage(), *commands)


def clocks(entry: Entry) -> list[int]:
    return [one.run for one in effects_of(entry) if isinstance(one, ClockEffect) and one.assignment_id == COVERAGE]


def refused(*commands: Command) -> str:
    with pytest.raises(CommandRefusedError) as caught:
        build.a_case(*commands)
    return caught.value.code


def test_the_first_statement_is_owed_an_interval_after_the_start_or_at_the_hour_that_was_named() -> None:
    started = coverage_of()
    assert started.ladder is not None
    assert started.ladder.deadline == build.after(minutes=1) + HOUR
    named = build.a_case(build.start_coverage(due_at=build.after(minutes=25))).coverage
    assert named is not None
    assert named.ladder is not None
    assert (named.ladder.deadline, named.ladder.why) == (build.after(minutes=25), "开始现场通报时写明")


def test_each_statement_that_stands_in_public_makes_the_next_one_owed_with_a_clock_of_its_own() -> None:
    entries = history(*build.a_statement("p1"), *build.a_statement("p2"))
    assert [clocks(entry) for entry in entries] == [[], [1], [], [], [2], [], [], [3]]
    coverage = build.the_case(entries).coverage
    assert coverage is not None
    assert coverage.ladder is not None
    assert coverage.ladder.deadline == entries[-1].at + HOUR
    assert [one.publication_id for one in coverage.made] == ["p1", "p2"]
    assert (coverage.run, coverage.level) == (3, 0)


def test_a_statement_on_two_accounts_is_one() -> None:
    entries = history(*build.a_statement(out_on=("weibo-main", "wechat-main")))
    assert [clocks(entry) for entry in entries[-2:]] == [[2], []]
    coverage = build.the_case(entries).coverage
    assert coverage is not None
    assert len(coverage.made) == 1


def test_the_hour_that_a_statement_names_for_the_next_one_holds_unless_it_has_passed() -> None:
    named = coverage_of(*build.a_statement(next_due_at=build.after(minutes=90)))
    assert named.ladder is not None
    assert (named.ladder.deadline, named.ladder.why) == (build.after(minutes=90), "上一次通报中写明")
    passed = coverage_of(*build.a_statement(next_due_at=build.after(minutes=3)))
    assert passed.ladder is not None
    assert passed.ladder.deadline == build.after(minutes=4) + HOUR, "it was approved too late for what it says"
    assert refused(build.start_coverage(), *build.a_statement(next_due_at=build.after(minutes=-1))) == "statement_due_past"


def test_a_publication_of_the_case_that_is_no_statement_leaves_the_next_one_owed() -> None:
    draft, approve, posted = build.a_statement()
    before = coverage_of()
    after = coverage_of(build.draft_publication(), approve, posted)
    assert (after.run, after.ladder, after.made) == (before.run, before.ladder, ())
    assert draft != build.draft_publication()


def test_a_late_statement_reminds_the_supervisor_and_then_the_command_centre_and_no_stale_clock_does() -> None:
    def strike(rung: int, run: int = 1) -> Escalate:
        return Escalate(assignment_id=COVERAGE, run=run, rung=rung)

    entries = history(strike(0), strike(0), strike(1), strike(2), strike(3), *build.a_statement(), strike(0))
    reminders = [entry for entry in entries if isinstance(entry.change, CoverageReminded)]
    notices = [[one for one in effects_of(entry) if isinstance(one, NoticeEffect)] for entry in reminders]
    both = {ContactRole.SUPERVISOR, ContactRole.COMMAND_CENTRE}
    assert [{one.contact.role for one in some} for some in notices] == [{ContactRole.SUPERVISOR}, {ContactRole.SUPERVISOR}, both]
    assert {one.template for some in notices for one in some} == {NoticeTemplate.COVERAGE}


def test_a_late_statement_says_so_in_the_log() -> None:
    entries = build.a_history(build.open_case(), build.start_coverage(), *build.a_statement(), step=HOUR)
    coverage = build.the_case(entries).coverage
    assert coverage is not None
    assert coverage.made[0].is_late


def test_a_person_moves_the_next_hour_with_a_reason_and_the_old_clock_is_stale() -> None:
    moved = MoveNextStatement(due_at=build.after(hours=3), reason="等待检测结果")
    entries = history(moved, Escalate(assignment_id=COVERAGE, run=1, rung=0))
    assert len(entries) == 3
    assert clocks(entries[-1]) == [2]
    for due_at, code in ((build.NOW, "statement_due_past"), (build.after(days=8), "statement_due_far")):
        assert refused(build.start_coverage(), MoveNextStatement(due_at=due_at, reason="改期")) == code
    assert refused(build.start_coverage(), MoveNextStatement(due_at=build.after(hours=3), reason=" ")) == "reason_missing"


def test_the_last_statement_a_reason_or_the_end_of_the_case_end_it() -> None:
    ends: list[tuple[tuple[Command, ...], str]] = [
        (build.a_statement(is_last=True), "已发布最后一次通报"),
        ((EndCoverage(reason="已平安到达"),), "已平安到达"),
        ((build.close(),), "诉求件已办结"),
    ]
    for commands, reason in ends:
        coverage = coverage_of(*commands)
        assert (coverage.is_running, coverage.next_rung, coverage.end_reason) == (False, None, reason)


def test_a_last_statement_that_the_platform_refuses_ends_nothing() -> None:
    assert coverage_of(*build.a_statement(is_last=True)[:2]).is_running


def test_a_coverage_that_begins_again_keeps_the_log_and_goes_on_counting_its_runs() -> None:
    coverage = coverage_of(*build.a_statement(), EndCoverage(reason="暂告一段落"), build.start_coverage())
    assert (coverage.is_running, coverage.run, len(coverage.made)) == (True, 3, 1)


def test_what_is_known_and_what_is_not_is_kept_line_by_line() -> None:
    coverage = coverage_of(BriefCoverage(facts=" 已到达 \n\n 道路恢复", unknowns=""))
    assert (coverage.facts, coverage.unknowns) == ("已到达\n道路恢复", "")
    same = BriefCoverage(facts="已到达\n道路恢复", unknowns=" ")
    assert len(history(BriefCoverage(facts="已到达\n道路恢复", unknowns=""), same)) == 3


@pytest.mark.parametrize(
    ("commands", "code"),
    [
        ((build.start_coverage(), build.start_coverage()), "coverage_running"),
        ((build.start_coverage(interval=timedelta(minutes=5)),), "coverage_interval"),
        ((build.start_coverage(contacts=()),), "coverage_contacts_missing"),
        ((build.close(), build.start_coverage()), "case_closed"),
        ((EndCoverage(reason="没有开始"),), "coverage_missing"),
        (build.a_statement()[:1], "coverage_missing"),
        ((build.start_coverage(), EndCoverage(reason="结束"), *build.a_statement()[:1]), "coverage_missing"),
        ((build.start_coverage(), EndCoverage(reason=" ")), "reason_missing"),
    ],
)
def test_what_cannot_be_is_refused_by_name(commands: tuple[Command, ...], code: str) -> None:
    assert refused(*commands) == code
