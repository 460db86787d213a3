"""Versions of a bulletin: what may be corrected once it is out, and who hears of it."""

from dataclasses import replace
from typing import Any

import pytest

from jiesu.cases.bulletins import CorrectBulletin
from jiesu.cases.commands import decide
from jiesu.cases.effects import NoticeEffect, effects_of
from jiesu.cases.fold import apply, next_entry
from jiesu.model.case import Case
from jiesu.model.errors import CommandRefusedError
from jiesu.model.timeline import BulletinCorrected, Entry
from jiesu.model.words import NoticeTemplate, Urgency
from jiesu.store.codec import dumps, loads
from tests import builders as build

LATER = build.after(minutes=30)


def corrected(case: Case, **changes: Any) -> Entry:
    """The entry that corrects the case's only bulletin."""
    command = CorrectBulletin(bulletin=replace(case.bulletins[0], **changes), reason="地点有误")
    change = decide(case, command, LATER)
    assert isinstance(change, BulletinCorrected)
    return next_entry(case, case.id, change, actor=build.EDITOR, now=LATER)


def refusal(case: Case, reason: str = "地点有误", **changes: Any) -> str:
    with pytest.raises(CommandRefusedError) as refused:
        decide(case, CorrectBulletin(bulletin=replace(case.bulletins[0], **changes), reason=reason), LATER)
    return refused.value.code


def test_a_correction_is_the_next_version_under_the_same_number_and_says_what_changed() -> None:
    case = build.a_dispatched_case()
    entry = corrected(case, place="丰台区马家堡东路", facts="更正后的事实")
    assert isinstance(entry.change, BulletinCorrected)
    assert entry.change.changed == ("facts", "place")
    (after,) = apply(case, entry).bulletins
    assert (after.number, after.version, after.place) == (case.bulletins[0].number, 2, "丰台区马家堡东路")
    assert corrected(apply(case, entry), place="又一处").change.bulletin.version == 3  # type: ignore[union-attr]


def test_a_correction_moves_no_deadline_whatever_its_form_says() -> None:
    case = build.a_dispatched_case()
    after = apply(case, corrected(case, place="别处", urgency=Urgency.CRITICAL))
    assert after.bulletins[0].urgency is case.bulletins[0].urgency
    assert after.assignments == case.assignments


def test_every_bureau_that_still_works_on_it_is_told_and_no_other() -> None:
    case = build.a_case(build.dispatch(build.a_new_assignment(), build.a_joint_assignment()), build.acknowledge(), build.report())
    entry = corrected(case, place="别处")
    notices = [one for one in effects_of(entry) if isinstance(one, NoticeEffect)]
    assert {one.assignment_id for one in notices} == {"a2"}
    assert {one.template for one in notices} == {NoticeTemplate.BULLETIN_CORRECTED}
    assert len({one.id for one in notices}) == len(notices) > 0


def test_a_correction_is_read_back_as_it_was_stored() -> None:
    change = corrected(build.a_dispatched_case(), place="别处").change
    assert loads(BulletinCorrected, dumps(change)) == change


def test_a_correction_of_nothing_or_without_what_it_needs_is_refused_by_name() -> None:
    case = build.a_dispatched_case()
    assert refusal(case) == "nothing_corrected"
    assert refusal(case, number="2026-99999-9", place="别处") == "bulletin_missing"
    assert refusal(case, reason=" ", place="别处") == "reason_missing"
    assert refusal(case, facts=" ") == "text_missing"


def test_once_every_bureau_has_reported_nothing_is_corrected_any_more() -> None:
    case = build.a_dispatched_case(build.acknowledge(), build.report())
    assert refusal(case, place="别处") == "bulletin_over"
