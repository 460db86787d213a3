"""Giving back, deciding on it, re-routing, and what a lead waits for."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from jiesu.cases.commands import Command, Escalate, SendBack, WithdrawAssignment, decide
from jiesu.cases.decisions import pending_decisions
from jiesu.cases.effects import ClockEffect, NoticeEffect, effects_of
from jiesu.cases.refusals import OF_RETURNS
from jiesu.cases.returns import ExcuseAssignment, returns_before
from jiesu.model.case import Assignment, Case
from jiesu.model.errors import CommandRefusedError
from jiesu.model.returns import Excused, Returned, ReturnReason, ReturnRejected, ReturnVerdict
from jiesu.model.timeline import Escalated, Rerouted
from jiesu.model.words import AssignmentStatus, CaseStatus, ContactRole, LadderKind, NoticeTemplate
from tests import builders as build

CHAOYANG = build.a_new_assignment("a3", bureau_code="CY", bureau_name="北京市公安局朝阳分局")
REROUTE = build.decide_return(ReturnVerdict.REROUTED, to=CHAOYANG)
KEEP = build.decide_return()
AGAIN = (build.give_back(), KEEP, build.give_back(words="仍不属本局管辖。"))
EXCUSE = ExcuseAssignment(assignment_id="a2", reason="主办单位已一并查明")
JOINTLY = build.dispatch(build.a_new_assignment(), build.a_joint_assignment())
WITHDRAW = WithdrawAssignment(assignment_id="a1", reason="属地有误")


def first(*commands: Command) -> Assignment:
    return build.an_assignment(*commands)


REFUSED: list[tuple[str, Callable[[], Case], Command]] = [
    (
        "joint_unfinished",
        lambda: build.a_case(JOINTLY, build.acknowledge(), build.report()),
        build.accept(),
    ),
    ("lead_not_excused", build.a_dispatched_case, ExcuseAssignment(assignment_id="a1", reason="不必")),
    ("return_pending", lambda: build.a_dispatched_case(build.give_back()), build.give_back()),
    ("return_pending", lambda: build.a_dispatched_case(build.give_back()), WITHDRAW),
    ("return_pending", lambda: build.a_dispatched_case(build.give_back()), build.report()),
    ("return_pending", lambda: build.a_case(JOINTLY, build.give_back("a2")), EXCUSE),
    ("return_after_report", lambda: build.a_dispatched_case(build.acknowledge(), build.report()), build.give_back()),
    (
        "return_after_report",
        lambda: build.a_dispatched_case(build.acknowledge(), build.report(), SendBack(assignment_id="a1", reason="没有写明依据")),
        build.give_back(),
    ),
    ("return_missing", build.a_dispatched_case, KEEP),
    ("return_needs_arbitration", lambda: build.a_dispatched_case(*AGAIN), KEEP),
    (
        "return_arbitrated",
        lambda: build.a_dispatched_case(*AGAIN, build.decide_return(arbitrates=True)),
        build.give_back(),
    ),
    ("reroute_missing", lambda: build.a_dispatched_case(build.give_back()), build.decide_return(ReturnVerdict.REROUTED)),
    (
        "bureau_twice",
        lambda: build.a_dispatched_case(build.give_back()),
        build.decide_return(ReturnVerdict.REROUTED, to=build.a_new_assignment("a4")),
    ),
    (
        "bureau_unreachable",
        lambda: build.a_dispatched_case(build.give_back()),
        build.decide_return(
            ReturnVerdict.REROUTED, to=build.a_new_assignment("a4", bureau_code="CY", contacts=build.office_contacts())
        ),
    ),
    ("reason_missing", build.a_dispatched_case, build.give_back(words=" ")),
    ("reason_missing", lambda: build.a_case(JOINTLY), ExcuseAssignment(assignment_id="a2", reason="")),
]


@pytest.mark.parametrize(
    ("code", "case", "command"), REFUSED, ids=[f"{code}-{number}" for number, (code, _, _) in enumerate(REFUSED)]
)
def test_a_forbidden_move_is_refused_by_name(code: str, case: Callable[[], Case], command: Command) -> None:
    with pytest.raises(CommandRefusedError) as refused:
        decide(case(), command, build.after(hours=1))
    assert refused.value.code == code


def test_every_refusal_about_returns_has_a_case_that_meets_it() -> None:
    assert set(OF_RETURNS) <= {code for code, _, _ in REFUSED}


def test_what_is_given_back_rests_the_bureaus_ladders_and_the_office_owes_the_decision() -> None:
    returned = first(build.give_back())
    assert returned.status is AssignmentStatus.RETURNED
    assert [ladder.kind for ladder in returned.running] == [LadderKind.DECISION]
    assert returned.decision is not None
    assert returned.decision.deadline == build.after(hours=2, minutes=2)
    assert returned.acknowledged_at == build.after(minutes=2), "whoever gives something back has seen it"


def test_the_clock_of_the_decision_tells_the_offices_people_alone() -> None:
    entry = build.an_entry(build.dispatch(), build.give_back(), Escalate(assignment_id="a1", run=2, rung=0))
    assert isinstance(entry.change, Escalated)
    assert entry.change.ladder is LadderKind.DECISION
    assert {one.role for one in entry.change.contacts} == {ContactRole.SUPERVISOR}


def test_a_first_return_is_the_desks_and_tells_nobody_at_once() -> None:
    entry = build.an_entry(build.dispatch(), build.give_back())
    assert isinstance(entry.change, Returned)
    assert not entry.change.arbitrated
    assert [type(effect) for effect in effects_of(entry)] == [ClockEffect]


def test_what_is_kept_counts_anew_from_the_decision() -> None:
    kept = first(build.give_back(), KEEP)
    assert kept.status is AssignmentStatus.ACKNOWLEDGED
    assert kept.feedback_ladder.deadline == build.after(minutes=3) + timedelta(days=7)
    assert "裁决退回" in kept.feedback_ladder.why
    assert kept.returns[0].verdict is ReturnVerdict.UPHELD


def test_a_second_return_is_arbitrated_with_the_reasons_of_both_and_the_supervisor_told() -> None:
    entries = build.a_history(build.open_case(), build.dispatch(), *AGAIN)
    case = build.the_case(entries)
    assert isinstance(entries[-1].change, Returned)
    assert entries[-1].change.arbitrated
    told = [effect for effect in effects_of(entries[-1]) if isinstance(effect, NoticeEffect)]
    assert {effect.contact.role for effect in told} == {ContactRole.SUPERVISOR}
    pending = case.assignments[0].pending_return
    assert pending is not None
    assert [one.words for _, one in returns_before(case, case.assignments[0])] == ["事发地在朝阳区。"]
    assert pending.words == "仍不属本局管辖。"


def test_rerouting_releases_the_first_bureau_stops_its_clock_and_starts_the_seconds() -> None:
    entries = build.a_history(build.open_case(), build.dispatch(), build.give_back(), REROUTE)
    old, new = build.the_case(entries).assignments
    assert old.status is AssignmentStatus.WITHDRAWN
    assert old.next_rung is None
    assert (new.bureau_code, new.role, new.rerouted_from) == ("CY", old.role, "a1")
    assert new.feedback_ladder.deadline == build.after(minutes=3) + timedelta(days=7)
    effects = effects_of(entries[-1])
    assert [effect.assignment_id for effect in effects if isinstance(effect, ClockEffect)] == ["a3"]
    told = {(effect.assignment_id, effect.template) for effect in effects if isinstance(effect, NoticeEffect)}
    assert told == {("a3", NoticeTemplate.DISPATCHED), ("a1", NoticeTemplate.REROUTED)}


def test_a_stale_clock_of_the_first_bureau_climbs_nothing() -> None:
    case = build.a_dispatched_case(build.give_back(), REROUTE)
    for run in (1, 2):
        assert decide(case, Escalate(assignment_id="a1", run=run, rung=0), build.after(hours=3)) is None


def test_what_the_second_bureau_gives_back_is_arbitrated_too_with_the_first_ones_reason() -> None:
    case = build.a_dispatched_case(build.give_back(), REROUTE, build.give_back("a3", words="事发地在丰台区。"))
    second = case.assignments[1]
    assert second.pending_return is not None
    assert second.pending_return.arbitrated
    assert [(one.bureau_code, given.words) for one, given in returns_before(case, second)] == [("FT", "事发地在朝阳区。")]


def test_the_matter_may_come_back_to_the_first_bureau_and_is_then_decided_for_good() -> None:
    back = build.a_new_assignment("a4")
    case = build.a_dispatched_case(
        build.give_back(),
        REROUTE,
        build.give_back("a3", words="事发地在丰台区。"),
        build.decide_return(ReturnVerdict.REROUTED, "a3", to=back, arbitrates=True),
        build.give_back("a4"),
        build.decide_return(ReturnVerdict.UPHELD, "a4", arbitrates=True),
    )
    assert case.assignments[2].status is AssignmentStatus.ACKNOWLEDGED
    with pytest.raises(CommandRefusedError, match="return_arbitrated"):
        decide(case, build.give_back("a4"), build.after(hours=1))


def test_a_joint_bureaus_first_return_is_no_second_one_because_the_lead_gave_back_too() -> None:
    case = build.a_case(JOINTLY, build.give_back(), KEEP, build.give_back("a2"))
    pending = case.assignments[1].pending_return
    assert pending is not None
    assert not pending.arbitrated


def test_what_is_taken_back_after_a_return_leaves_the_case_open_again() -> None:
    case = build.a_dispatched_case(build.give_back(), build.decide_return(ReturnVerdict.WITHDRAWN))
    assert case.status is CaseStatus.OPEN
    assert case.assignments[0].returns[0].verdict is ReturnVerdict.WITHDRAWN


def test_a_lead_is_accepted_once_every_joint_bureau_is_done_or_excused() -> None:
    reported = (JOINTLY, build.acknowledge(), build.report())
    case = build.a_case(*reported, EXCUSE, build.accept())
    assert case.status is CaseStatus.RESOLVED
    assert [one.status for one in case.assignments] == [AssignmentStatus.ACCEPTED, AssignmentStatus.EXCUSED]


def test_whoever_is_excused_is_told_and_its_clock_ends() -> None:
    entry = build.an_entry(JOINTLY, EXCUSE)
    assert isinstance(entry.change, Excused)
    assert {effect.template for effect in effects_of(entry) if isinstance(effect, NoticeEffect)} == {NoticeTemplate.EXCUSED}
    assert build.a_case(JOINTLY, EXCUSE).assignments[1].next_rung is None


def test_what_waits_is_listed_the_one_due_first_before_the_others() -> None:
    case = build.a_case(JOINTLY, build.give_back("a2"), build.give_back())
    assert [one.assignment.id for one in pending_decisions(case)] == ["a2", "a1"]
    assert pending_decisions(build.a_case(JOINTLY)) == ()


@pytest.mark.parametrize("reason", ReturnReason)
def test_a_reason_says_whether_the_desk_erred(reason: ReturnReason) -> None:
    assert reason.says_the_desk_erred == (reason not in (ReturnReason.TAKEN_BACK, ReturnReason.OTHER))


def test_a_decision_is_told_to_the_bureau_that_must_go_on() -> None:
    entry = build.an_entry(build.dispatch(), build.give_back(), KEEP)
    assert isinstance(entry.change, ReturnRejected)
    told = [effect for effect in effects_of(entry) if isinstance(effect, NoticeEffect)]
    assert {effect.contact.role for effect in told} == {ContactRole.DUTY_OFFICER, ContactRole.CHIEF}


def test_both_bureaus_read_the_reason_of_the_rerouting() -> None:
    change = build.an_entry(build.dispatch(), build.give_back(), REROUTE).change
    assert isinstance(change, Rerouted)
    assert change.reason == "事发地已核实。"
