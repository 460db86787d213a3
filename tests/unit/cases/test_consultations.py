"""Questions to departments: asked beside whatever else runs, reminded of, answered, asked again, used, kept."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from jiesu.cases.articles import article_of, expired, extended
from jiesu.cases.commands import (
    AcceptFeedback,
    Command,
    Escalate,
    GiveFeedback,
    ReplyToCitizen,
    SendBack,
    WithdrawAssignment,
    decide,
)
from jiesu.cases.consultations import (
    answer_plan,
    bulletins_of,
    cited,
    consultations_of,
    reports_to_review,
    waiting_answers,
)
from jiesu.cases.desk_lines import desk_line
from jiesu.cases.effects import ClockEffect, NoticeEffect, effects_of
from jiesu.cases.refusals import OF_CONSULTATIONS
from jiesu.cases.replanning import Replan, new_ladders
from jiesu.model.case import Assignment, Case
from jiesu.model.errors import CommandRefusedError
from jiesu.model.people import Actor
from jiesu.model.timeline import Dispatched, Entry, Escalated
from jiesu.model.words import ActorKind, AssignmentStatus, CaseStatus, LadderKind
from jiesu.store.codec import dumps, loads
from tests import builders as build

TRANSIT = build.a_department()
TRAFFIC = build.a_department("c2", bureau_code="JT", bureau_name="交通管理局")
BOTH = build.consult(TRANSIT, TRAFFIC)
AGAIN = SendBack(assignment_id="c1", reason="未成年人也可以吗？")
REPLY = ReplyToCitizen(reply_id="r1", text="您好，可以。（以上由交通总队解答）", answers=("c1",))
EDITOR = Actor(kind=ActorKind.EDITOR, id="editor-1", name="李明")
TODAY = build.NOW.date()


def asked(*commands: Command) -> Case:
    return build.a_case(build.consult(), *commands)


def one(case: Case, assignment_id: str = "c1") -> Assignment:
    found = case.assignment(assignment_id)
    assert found is not None
    return found


REFUSED: list[tuple[str, Callable[[], Case], Command]] = [
    ("department_missing", build.a_case, replace(build.consult(), assignments=())),
    ("consultation_open", asked, build.consult(number="ZX2026-00002-0")),
    ("consultation_open", build.a_case, build.consult(TRANSIT, replace(TRANSIT, id="c2"))),
    ("consultation_only_answered", asked, build.acknowledge("c1")),
    ("consultation_only_answered", asked, GiveFeedback(assignment_id="c1", feedback=build.a_feedback())),
    ("consultation_only_answered", asked, build.give_back("c1")),
    ("consultation_only_answered", asked, build.ask_extension(build.after(days=9), "c1")),
    ("not_a_consultation", build.a_dispatched_case, build.answer(build.ASSIGNMENT_ID)),
    ("already_answered", lambda: asked(build.answer()), build.answer()),
    ("answer_empty", asked, build.answer(text=" ")),
    ("answer_missing", asked, REPLY),
    ("answer_missing", asked, build.keep_answer()),
    ("answer_missing", lambda: build.a_dispatched_case(build.acknowledge(), build.report()), replace(REPLY, answers=("a1",))),
    ("answer_kept", lambda: asked(build.answer(), build.keep_answer()), build.keep_answer(article_id="k2")),
    ("article_incomplete", lambda: asked(build.answer()), build.keep_answer(question="")),
    ("article_names_person", lambda: asked(build.answer()), build.keep_answer(question="电话13800138000的人问")),
    ("validity_impossible", lambda: asked(build.answer()), build.keep_answer(days=-1)),
    ("validity_impossible", lambda: asked(build.answer()), build.keep_answer(days=4 * 366)),
]


@pytest.mark.parametrize(
    ("code", "case", "command"), REFUSED, ids=[f"{code}-{number}" for number, (code, _, _) in enumerate(REFUSED)]
)
def test_a_forbidden_move_is_refused_by_name(code: str, case: Callable[[], Case], command: Command) -> None:
    with pytest.raises(CommandRefusedError) as refused:
        decide(case(), command, build.after(hours=1))
    assert refused.value.code == code


def test_every_refusal_about_consultations_has_a_case_that_meets_it() -> None:
    of_articles = {"article_over"}
    assert set(OF_CONSULTATIONS) - of_articles <= {code for code, _, _ in REFUSED}


def test_each_department_has_a_clock_of_its_own_and_is_told_by_mail_and_sms() -> None:
    entry = build.an_entry(BOTH)
    assert isinstance(entry.change, Dispatched)
    effects = effects_of(entry)
    assert [effect.assignment_id for effect in effects if isinstance(effect, ClockEffect)] == ["c1", "c2"]
    told = {(effect.assignment_id, effect.contact.role) for effect in effects if isinstance(effect, NoticeEffect)}
    assert {assignment_id for assignment_id, _ in told} == {"c1", "c2"}


def test_one_ladder_asks_for_the_answer_and_no_acknowledgement_is_owed() -> None:
    consulted = one(asked())
    assert [ladder.kind for ladder in consulted.running] == [LadderKind.ANSWER]
    assert consulted.feedback_ladder.deadline == build.after(minutes=1) + build.a_plan().acknowledgement.term
    assert "咨询起" in consulted.feedback_ladder.why


def test_a_question_has_the_offices_own_ladder_where_there_is_one() -> None:
    own = build.a_ladder_plan(timedelta(hours=9))
    assert answer_plan(replace(build.a_plan(), answer=own)) == own


def test_who_is_silent_climbs_every_rung_and_who_answers_none_more() -> None:
    late = build.an_entry(build.consult(), Escalate(assignment_id="c1", run=1, rung=0))
    assert isinstance(late.change, Escalated)
    assert late.change.ladder is LadderKind.ANSWER
    answered = asked(build.answer())
    assert one(answered).running == ()
    assert decide(answered, Escalate(assignment_id="c1", run=1, rung=0), build.after(hours=3)) is None


def test_one_department_answers_while_another_is_silent() -> None:
    case = build.a_case(BOTH, build.answer("c2", text="以窗口公布为准。"))
    (question,) = consultations_of(case)
    assert [each.id for each in question.asked] == ["c2", "c1"], "who answered stands first"
    assert [each.id for each in waiting_answers(case)] == ["c2"]
    assert reports_to_review(case) == ()
    line = desk_line(case)
    assert line is not None
    assert (line.to_review, line.answered) == ((), ("交通管理局",))
    assert case.status is CaseStatus.DISPATCHED


def test_what_a_reply_is_made_of_is_settled_by_it_and_names_its_department() -> None:
    answered = asked(build.answer())
    assert cited(one(answered)) == "可以，持身份材料到居住地派出所办理。（以上由交通总队解答）"
    used = asked(build.answer(), REPLY)
    assert one(used).status is AssignmentStatus.ACCEPTED
    assert used.replies[-1].answers == ("c1",)
    assert used.status is CaseStatus.RESOLVED


def test_a_reply_without_the_answer_leaves_it_waiting() -> None:
    case = asked(build.answer(), replace(REPLY, answers=()))
    assert one(case).status is AssignmentStatus.REPORTED


def test_asking_again_starts_the_clock_anew_and_the_answer_replaces_the_first() -> None:
    again = asked(build.answer(), build.keep_answer(), AGAIN)
    consulted = one(again)
    assert consulted.status is AssignmentStatus.SENT_BACK
    assert [ladder.kind for ladder in consulted.running] == [LadderKind.ANSWER]
    assert consulted.feedback_ladder.deadline == build.after(minutes=4) + build.a_plan().acknowledgement.term
    assert "追问起" in consulted.feedback_ladder.why
    better = asked(build.answer(), build.keep_answer(), AGAIN, build.answer(text="由监护人陪同。"))
    assert cited(one(better)).startswith("由监护人陪同。")
    assert one(better).article_id == "", "another answer may be kept as well"


def test_what_is_taken_back_is_over_and_the_same_department_may_be_asked_anew() -> None:
    case = asked(WithdrawAssignment(assignment_id="c1", reason="网民自己查到了"))
    assert one(case).status is AssignmentStatus.WITHDRAWN
    assert case.status is CaseStatus.OPEN
    again = build.a_case(
        build.consult(),
        WithdrawAssignment(assignment_id="c1", reason="网民自己查到了"),
        build.consult(replace(TRANSIT, id="c3"), number="ZX2026-00002-0"),
    )
    assert [question.form.number for question in consultations_of(again)] == ["ZX2026-00002-0", "ZX2026-00001-2"]


def test_a_question_stands_beside_the_bureaus_that_handle_the_matter() -> None:
    case = build.a_dispatched_case(build.consult(replace(TRANSIT, bureau_code="FT")), build.acknowledge(), build.report())
    accepted = decide(case, AcceptFeedback(assignment_id="a1"), build.after(hours=1))
    assert accepted is not None, "no lead waits for it"
    assert [form.number for form in bulletins_of(case)] == [build.a_bulletin().number]
    both = build.a_case(build.consult(), build.dispatch())
    assert one(both, "a1").status is AssignmentStatus.DISPATCHED, "a bureau may be asked and handle as well"


def test_a_case_is_not_closed_while_a_question_is_open() -> None:
    with pytest.raises(CommandRefusedError) as refused:
        decide(asked(), build.close(), build.after(hours=1))
    assert refused.value.code == "assignments_unfinished"


def test_a_question_is_planned_anew_by_its_own_ladder() -> None:
    own = replace(build.a_plan(), answer=build.a_ladder_plan(timedelta(hours=9)))
    (ladder,) = new_ladders(one(asked()), own, build.after(minutes=5))
    assert (ladder.kind, ladder.deadline) == (LadderKind.ANSWER, build.after(hours=9, minutes=1))
    case = asked(Replan(assignment_id="c1", plan=own, reason="改由四小时为九小时"))
    assert one(case).feedback_ladder.deadline == ladder.deadline


def test_what_is_kept_is_an_article_with_its_source_and_who_kept_it() -> None:
    entry = kept()
    article = article_of(asked(build.answer()), entry, TODAY)
    assert (article.source, article.kept_by, article.case_id) == ("交通总队", entry.actor, build.CASE_ID)
    assert article.is_valid(TODAY)
    assert article.is_valid(article.valid_until)
    assert not article.is_valid(article.valid_until + timedelta(days=1))
    assert loads(type(article), dumps(article)) == article


def test_an_article_is_prolonged_and_ended_with_attribution() -> None:
    article = article_of(asked(build.answer()), kept(), TODAY)
    longer = extended(article, date(2028, 1, 31), reason="规定未变", by=EDITOR, now=build.after(days=1), today=TODAY)
    assert (longer.valid_until, longer.changes[-1].by) == (date(2028, 1, 31), EDITOR)
    over = expired(longer, reason="规定已改", by=EDITOR, now=build.after(days=2), today=TODAY)
    assert not over.is_valid(TODAY)
    assert [change.reason for change in over.changes] == ["规定未变", "规定已改"]
    with pytest.raises(CommandRefusedError) as refused:
        expired(over, reason="再停", by=EDITOR, now=build.after(days=3), today=TODAY)
    assert refused.value.code == "article_over"
    with pytest.raises(CommandRefusedError) as refused:
        extended(article, TODAY - timedelta(days=1), reason="已过", by=EDITOR, now=build.NOW, today=TODAY)
    assert refused.value.code == "validity_impossible"


def kept() -> Entry:
    return build.an_entry(build.consult(), build.answer(), build.keep_answer())
