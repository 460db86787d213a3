"""The office's file: contacts and ladders, checked whole, each problem told by its path."""

import json
from collections.abc import Callable
from copy import deepcopy
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiesu.cases.asking import AskingPlan
from jiesu.cases.calendar import calendar_of
from jiesu.cases.coverage import USUAL
from jiesu.cases.emergency import ANSWER
from jiesu.cases.heat import HeatPlan
from jiesu.cases.ladder import lay_out
from jiesu.model.words import Clock, ContactRole, LadderKind, RungAction, Urgency
from jiesu.office.document import document_of
from jiesu.office.ladders import span, span_in_words
from jiesu.office.settings import OPTIONAL
from ops.errors import InvalidFileError
from ops.office import read_office
from tests.builders import NOW

DATA = Path(__file__).parents[3] / "ops" / "data" / "office.json"


@pytest.fixture
def problems(tmp_path: Path) -> Callable[[Any], list[str]]:
    """What is wrong with an office."""

    def of(office: Any) -> list[str]:
        path = tmp_path / "office.json"
        path.write_text(json.dumps(office), encoding="utf-8")
        with pytest.raises(InvalidFileError) as caught:
            read_office(path)
        return [f"{one.where}: {one.reason}" for one in caught.value.problems]

    return of


def an_office() -> Any:
    return deepcopy(json.loads(DATA.read_text(encoding="utf-8")))


def test_the_projects_own_ladders_climb_from_the_duty_officer_to_the_command_centre() -> None:
    office = read_office(DATA)
    assert set(office.plans) == set(Urgency)
    for plan in office.plans.values():
        for ladder in (plan.acknowledgement, plan.feedback):
            first, at_deadline, *_, last = ladder.rungs
            assert first.offset < timedelta()
            assert first.recipients == (ContactRole.DUTY_OFFICER,)
            assert at_deadline.offset == timedelta()
            assert ContactRole.CHIEF in at_deadline.recipients
            assert ContactRole.COMMAND_CENTRE in last.recipients
            assert last.action is (RungAction.ORDER if ladder is plan.feedback else RungAction.SUPERVISION)


def test_no_rung_of_the_projects_own_ladders_is_lost_when_a_ladder_is_laid_out() -> None:
    for plan in read_office(DATA).plans.values():
        for kind, ladder in ((LadderKind.ACKNOWLEDGEMENT, plan.acknowledgement), (LadderKind.FEEDBACK, plan.feedback)):
            assert len(lay_out(kind, ladder, NOW).rungs) == len(ladder.rungs)


def test_the_more_urgent_a_case_the_shorter_its_terms() -> None:
    plans = read_office(DATA).plans
    terms = [(plans[one].acknowledgement.term, plans[one].feedback.term) for one in sorted(Urgency, key=lambda one: one.rank)]
    assert terms == sorted(terms)
    assert terms[0] == (timedelta(minutes=15), timedelta(hours=2))
    assert terms[-1] == (timedelta(hours=4), 5 * calendar_of(read_office(DATA).hours).day_length)


WHERE = "ladders.urgent.acknowledgement"
KINDS = "acknowledgement, feedback, action, first_contact, interim, decision, answer"


def a_year(*, first: str = "2027-01-01", last: str = "2027-01-03") -> Any:
    return {"year": 2027, "off": [{"name": "元旦", "first": first, "last": last}], "worked": ["2027-01-09"]}


def test_a_year_in_the_file_is_the_offices_own(tmp_path: Path) -> None:
    office = an_office()
    office["calendar"]["years"] = [a_year()]
    path = tmp_path / "office.json"
    path.write_text(json.dumps(office), encoding="utf-8")
    calendar = calendar_of(read_office(path).hours)
    assert not calendar.is_worked(date(2027, 1, 1))
    assert calendar.is_worked(date(2027, 1, 9))


def test_what_is_grave_is_the_offices_to_say(tmp_path: Path) -> None:
    office = an_office()
    office["grave"] = {"urgencies": ["critical", "urgent"], "categories": ["traffic"]}
    path = tmp_path / "office.json"
    path.write_text(json.dumps(office), encoding="utf-8")
    grave = read_office(path).grave
    assert grave.holds(Urgency.URGENT, "fraud.telecom")
    assert grave.holds(Urgency.ROUTINE, "traffic.safety")
    assert not grave.holds(Urgency.ROUTINE, "fraud.telecom")


@pytest.mark.parametrize(
    ("grave", "where"),
    [
        ([], "grave: must have lists"),
        ({"urgencies": ["critical"]}, "grave: must have lists"),
        ({"urgencies": ["soon"], "categories": []}, "grave.urgencies: 'soon' is not known"),
        ({"urgencies": [], "categories": [{}]}, "grave.categories: {} is not known"),
    ],
)
def test_a_mistake_in_what_is_grave_is_told_by_its_path(problems: Callable[[Any], list[str]], grave: Any, where: str) -> None:
    office = an_office()
    office["grave"] = grave
    assert [one.startswith(where) for one in problems(office)] == [True]


def test_routine_reminders_are_on_the_working_clock_unless_they_say_otherwise(tmp_path: Path) -> None:
    office = an_office()
    office["ladders"]["routine"]["feedback"]["rungs"][-1]["clock"] = "natural"
    path = tmp_path / "office.json"
    path.write_text(json.dumps(office), encoding="utf-8")
    plan = read_office(path).plans[Urgency.ROUTINE]
    assert {rung.clock for rung in plan.acknowledgement.rungs} == {Clock.WORKING}
    assert plan.feedback.rungs[-1].clock is Clock.NATURAL
    assert {rung.clock for rung in read_office(path).plans[Urgency.URGENT].feedback.rungs} == {Clock.NATURAL}


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (
            lambda o: o.pop("ladders"),
            f"file: must be an object with contacts, ladders and perhaps {', '.join(OPTIONAL)}, and nothing else",
        ),
        (
            lambda o: o["contacts"].append({**o["contacts"][0], "role": "chief"}),
            "contacts[3]: contact: role is 'chief', not one of administrator, command_centre, supervisor",
        ),
        (lambda o: o["ladders"].pop("urgent"), "ladders: must have a plan for each of routine, urgent, critical, and no other"),
        (
            lambda o: o["ladders"]["urgent"].pop("feedback"),
            (
                "ladders.urgent: must have acknowledgement and feedback"
                " and perhaps action, first_contact, interim, decision, answer, and nothing else"
            ),
        ),
        (
            lambda o: ladder(o).update(term="24h"),
            "ladders.urgent: feedback must have a longer term than acknowledgement",
        ),
        (lambda o: o.update(categories=[]), "categories: must be an object of plans by category"),
        (
            lambda o: o.update(categories={"weather": {}}),
            "categories.weather: is neither a category nor a group of them, such as public_order",
        ),
        (
            lambda o: o.update(categories={"traffic": {"hurried": {}}}),
            "categories.traffic: must have ladders for some of routine, urgent, critical, and nothing else",
        ),
        (
            lambda o: o.update(categories={"traffic.safety": {"urgent": {}}}),
            f"categories.traffic.safety.urgent: must have some of {KINDS}, and nothing else",
        ),
        (
            lambda o: o.update(categories={"fraud.telecom": {"urgent": {"interim": {**ladder(o), "term": "25h"}}}}),
            "categories.fraud.telecom.urgent: feedback must have a longer term than interim",
        ),
        (lambda o: ladder(o).update(term="soon"), f"{WHERE}.term: 'soon' is no time like 15m, 4h or 7d"),
        (lambda o: ladder(o).update(term="0m"), f"{WHERE}.term: '0m' is no time like 15m, 4h or 7d"),
        (lambda o: ladder(o).update(rungs=[]), f"{WHERE}.rungs: must be a list of at least one rung"),
        (lambda o: ladder(o)["rungs"].reverse(), f"{WHERE}.rungs: must stand in order of their time, no two at the same"),
        (lambda o: rung(o).update(at="-1d"), f"{WHERE}.rungs[0]: at: -1d lies before the dispatch itself, the term being +1h"),
        (
            lambda o: ladder(o).update(clock="working"),
            f"{WHERE}.clock: must be natural: what is urgent never waits for the morning",
        ),
        (lambda o: ladder(o).update(clock="sun"), f"{WHERE}.clock: 'sun' is not one of natural, working"),
        (
            lambda o: rung(o).update(clock="working"),
            f"{WHERE}.rungs[0]: clock: must be natural: what is urgent never waits for the morning",
        ),
        (lambda o: ladder(o).update(term="9999d"), f"{WHERE}.term: '9999d' is no time like 15m, 4h or 7d"),
        (lambda o: o.update(calendar=[]), "calendar: must have hours and perhaps years, and nothing else"),
        (lambda o: o["calendar"].update(hours=["9-18"]), "calendar.hours[0]: '9-18' is no stretch of a day like 09:00-12:00"),
        (
            lambda o: o["calendar"].update(hours=["18:00-09:00"]),
            "calendar.hours[0]: '18:00-09:00' is no stretch of a day like 09:00-12:00",
        ),
        (
            lambda o: o["calendar"].update(hours=["25:00-26:00"]),
            "calendar.hours[0]: '25:00-26:00' is no stretch of a day like 09:00-12:00",
        ),
        (
            lambda o: o["calendar"].update(hours=["09:00-12:00", "11:00-18:00"]),
            "calendar.hours: must stand in order, none beginning before the one before it ends",
        ),
        (lambda o: o["calendar"].update(years=[a_year(), a_year()]), "calendar.years: must name each year once"),
        (
            lambda o: o["calendar"].update(years=[a_year(last="2028-01-01")]),
            "calendar.years[0].off[0].last: '2028-01-01' is no day of 2027 like 2027-01-01",
        ),
        (lambda o: o["calendar"].update(years=[a_year(first="2027-01-05")]), "calendar.years[0].off[0]: last lies before first"),
        (
            lambda o: o["calendar"].update(years=[{**a_year(), "worked": ["2027-01-02"]}]),
            "calendar.years[0].worked[0]: 2027-01-02 is a holiday as well",
        ),
        (lambda o: rung(o).update(at=5), f"{WHERE}.rungs[0]: at: 5 is no time like -10m, 0m or +2h"),
        (
            lambda o: rung(o).update(action="shout"),
            f"{WHERE}.rungs[0]: action: 'shout' is not one of reminder, supervision, order",
        ),
        (
            lambda o: rung(o).update(recipients=[]),
            f"{WHERE}.rungs[0]: recipients: must be a list of different roles, at least one",
        ),
        (
            lambda o: rung(o).update(recipients=["mayor"]),
            f"{WHERE}.rungs[0]: recipients: 'mayor' is not one of duty_officer, chief, supervisor, command_centre",
        ),
        (
            lambda o: rung(o).update(when="now"),
            f"{WHERE}.rungs[0]: must have at, action, recipients and perhaps clock, and nothing else",
        ),
    ],
)
def test_a_problem_is_told_by_its_path(
    problems: Callable[[Any], list[str]], change: Callable[[Any], object], problem: str
) -> None:
    office = an_office()
    change(office)
    assert problems(office) == [problem]


def ladder(office: Any) -> Any:
    return office["ladders"]["urgent"]["acknowledgement"]


def rung(office: Any) -> Any:
    return ladder(office)["rungs"][0]


def test_contacts_must_be_a_list(problems: Callable[[Any], list[str]]) -> None:
    assert problems(an_office() | {"contacts": {}})[0] == "contacts: must be a list"


def test_a_rung_that_would_tell_nobody_is_a_problem(problems: Callable[[Any], list[str]]) -> None:
    office = an_office()
    office["contacts"] = office["contacts"][:1]
    told = problems(office)
    assert len(told) == 10
    assert all("nobody in contacts is command_centre" in one for one in told)


def test_every_problem_is_told_not_only_the_first(problems: Callable[[Any], list[str]]) -> None:
    office = an_office()
    rung(office)["action"] = "shout"
    office["ladders"]["routine"]["feedback"]["term"] = "?"
    office["contacts"][1]["phone"] = "1"
    told = problems(office)
    assert len([one for one in told if "nobody in contacts" not in one]) == 3


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("15m", timedelta(minutes=15)),
        ("1h30m", timedelta(hours=1, minutes=30)),
        ("+7d", timedelta(days=7)),
        ("-1d2h", timedelta(days=-1, hours=-2)),
        ("0m", timedelta()),
        ("", None),
        ("-", None),
        ("15", None),
        ("1m1h", None),
        ("1.5h", None),
        (15, None),
    ],
)
def test_a_span_is_days_hours_and_minutes_in_this_order(text: Any, length: timedelta | None) -> None:
    assert span(text) == length


@given(st.integers(-100_000, 100_000))
def test_a_span_that_is_written_is_read_again(minutes: int) -> None:
    assert span(span_in_words(timedelta(minutes=minutes))) == timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        ("请拨打119", "must tell the citizen to call 110"),
        ("请拨打110或19900000001", "must not hold a telephone number"),
        ("请拨打110。" * 40, "more than 140 characters"),
        (7, "must be one line of text"),
    ],
)
def test_an_answer_to_emergencies_that_could_not_be_posted_is_refused(
    problems: Callable[[Any], list[str]], answer: object, problem: str
) -> None:
    assert any(problem in one for one in problems({**an_office(), "emergency_answer": answer}))


def test_an_office_that_says_nothing_of_emergencies_answers_with_the_standard_words(tmp_path: Path) -> None:
    office = an_office()
    del office["emergency_answer"]
    path = tmp_path / "office.json"
    path.write_text(json.dumps(office), encoding="utf-8")
    assert read_office(path).emergency_answer == ANSWER


def test_the_projects_own_plan_for_heat_is_the_one_that_stands_where_a_file_has_none(tmp_path: Path) -> None:
    path = tmp_path / "office.json"
    path.write_text(json.dumps({key: part for key, part in an_office().items() if key != "heat"}), encoding="utf-8")
    assert read_office(path).heat == read_office(DATA).heat == HeatPlan()


def test_the_projects_own_rungs_of_a_live_coverage_are_those_that_stand_where_a_file_has_none(tmp_path: Path) -> None:
    path = tmp_path / "office.json"
    path.write_text(json.dumps({key: part for key, part in an_office().items() if key != "coverage"}), encoding="utf-8")
    assert read_office(path).coverage == read_office(DATA).coverage == USUAL


def test_a_live_coverage_reminds_the_office_alone(problems: Callable[[Any], list[str]]) -> None:
    office = an_office()
    office["coverage"]["rungs"][0]["recipients"] = ["chief"]
    assert problems(office) == ["coverage: recipients must be of the office: supervisor, command_centre"]
    office = an_office()
    office["coverage"]["term"] = "5m"
    office["coverage"]["rungs"] = office["coverage"]["rungs"][1:]
    assert problems(office) == ["coverage.term: must lie between 10m and 1d"]


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"thresholds": {"blue": 10, "yellow": 30, "orange": 30, "red": 120}}, "heat.thresholds"),
        ({"thresholds": {"blue": 10}}, "heat.thresholds"),
        ({"thresholds": {"blue": 10, "yellow": "30", "orange": 60, "red": 120}}, "heat.thresholds"),
        ({"command_from": "purple"}, "heat.command_from"),
        ({"respond_from": None}, "heat.respond_from"),
        ({"statements": {}}, "heat.statements"),
        ({"statements": [{"term": "5h", "rungs": []}]}, "heat.statements[0].rungs"),
        ({"more": 1}, "heat"),
    ],
)
def test_a_plan_for_heat_that_says_too_little_is_refused(
    problems: Callable[[Any], list[str]], change: dict[str, Any], where: str
) -> None:
    office = an_office()
    office["heat"] |= change
    (problem,) = problems(office)
    assert problem.startswith(f"{where}: ")


def test_statements_are_the_offices_own_business_and_stand_in_order(problems: Callable[[Any], list[str]]) -> None:
    office = an_office()
    office["heat"]["statements"].reverse()
    assert problems(office) == ["heat.statements: must stand in order of their terms, no two the same"]
    office = an_office()
    office["heat"]["statements"][0]["rungs"][0]["recipients"] = ["chief"]
    assert problems(office) == ["heat.statements: recipients must be of the office: supervisor, command_centre"]


def test_the_projects_own_questions_are_the_usual_ones_and_a_file_without_them_has_these() -> None:
    assert read_office(DATA).asking == AskingPlan()


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"reminder": None, "extra": 1}, "asking: must have questions, reminder, remind_after, expire_after, and nothing else"),
        ({"questions": []}, "asking.questions: must be a list of at least one question"),
        ({"remind_after": "24h"}, "asking.remind_after: must be a time like 4h, and shorter than expire_after"),
        ({"expire_after": "soon"}, "asking.remind_after: must be a time like 4h, and shorter than expire_after"),
        (
            {"questions": [{"about": "weather", "text": "天气如何？"}]},
            "asking.questions[0]: must have about, which is one of origin, details, filmer, and text, and nothing else",
        ),
        (
            {"questions": [{"about": "origin", "text": "请拨 19900000123 告诉我们从哪里转的"}]},
            "asking.questions[0]: must not hold a telephone number: it may be posted where everybody reads it",
        ),
    ],
)
def test_a_question_that_cannot_be_asked_is_told_by_its_path(
    problems: Callable[[Any], list[str]], change: dict[str, Any], problem: str
) -> None:
    office = an_office()
    office["asking"] |= change
    assert problems(office) == [problem]


def test_a_question_with_the_reminder_before_it_fits_under_a_post(problems: Callable[[Any], list[str]]) -> None:
    office = an_office()
    office["asking"]["questions"][0]["text"] = "问" * 135
    assert problems(office)[0].startswith("asking.questions[0]: text")


def test_the_decision_on_a_return_is_the_offices_own_duty(problems: Callable[[Any], list[str]], tmp_path: Path) -> None:
    office = an_office()
    decision: dict[str, Any] = {"term": "1h", "rungs": [{"at": "0m", "action": "reminder", "recipients": ["supervisor"]}]}
    office["ladders"]["urgent"]["decision"] = decision
    path = tmp_path / "office.json"
    path.write_text(json.dumps(office))
    plan = read_office(path).plans[Urgency.URGENT].decision
    assert plan is not None
    assert plan.term == timedelta(hours=1)
    decision["rungs"][0]["recipients"] = ["duty_officer"]
    assert problems(office) == ["ladders.urgent.decision: recipients must be of the office: supervisor, command_centre"]


def test_how_far_a_feedback_can_be_put_off_stands_beside_its_ladders(
    problems: Callable[[Any], list[str]], tmp_path: Path
) -> None:
    office = an_office()
    office["ladders"]["urgent"]["extension"] = "5d"
    path = tmp_path / "office.json"
    path.write_text(json.dumps(office))
    plans = read_office(path).plans
    assert (plans[Urgency.URGENT].extension, plans[Urgency.CRITICAL].extension) == (timedelta(days=5), None)
    office["ladders"]["urgent"]["extension"] = "-5d"
    assert problems(office) == ["ladders.urgent.extension: must be a span such as 5d or 12h, at most a year"]


def test_an_office_as_a_document_is_read_back_as_it_was(tmp_path: Path) -> None:
    whole = an_office()
    whole["calendar"]["years"] = [
        {"year": 2030, "off": [{"name": "元旦", "first": "2030-01-01", "last": "2030-01-03"}], "worked": ["2030-01-05"]}
    ]
    whole["categories"] = {"public_order": {"urgent": {"feedback": whole["ladders"]["urgent"]["feedback"] | {"term": "3d"}}}}
    whole["ladders"]["routine"]["extension"] = "3d"
    path = tmp_path / "office.json"
    path.write_text(json.dumps(whole), encoding="utf-8")
    office = read_office(path)
    path.write_text(json.dumps(document_of(office)), encoding="utf-8")
    assert read_office(path) == office
