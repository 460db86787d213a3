"""The office's own contacts and its ladders as a file. What they mean is in `docs/ladders.md`."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from jiesu.cases import emergency
from jiesu.cases.asking import AskingPlan
from jiesu.cases.calendar import calendar_of
from jiesu.cases.coverage import LONGEST, SHORTEST, USUAL
from jiesu.cases.heat import HeatPlan
from jiesu.cases.public_text import names_a_person
from jiesu.channels.weibo_public import MAX_COMMENT_CHARACTERS
from jiesu.model.calendar import WorkingHours
from jiesu.model.ladder import EscalationPlan, LadderPlan
from jiesu.model.people import Contact
from jiesu.model.words import HeatGrade, LadderKind, Urgency
from jiesu.store.directory import Office
from ops.contacts import line_of_text, read_contact
from ops.errors import InvalidFileError, Problem
from ops.files import read_json
from ops.office_asking import read_asking
from ops.office_calendar import read_calendar
from ops.office_ladders import ROLES, Reading, ReportAt, read_ladder

OPTIONAL = ("emergency_answer", "heat", "calendar", "coverage", "asking")
"""What a file may leave out."""


def read_office(path: Path) -> Office:
    """The office that a JSON file describes. Raises `InvalidFileError` with every problem of it."""
    raw = read_json(path)
    problems: list[Problem] = []
    report_at = partial(_note, problems)
    if not isinstance(raw, Mapping) or set(raw) - set(OPTIONAL) != {"contacts", "ladders"}:
        report_at("file", f"must be an object with contacts, ladders and perhaps {', '.join(OPTIONAL)}, and nothing else")
        raise InvalidFileError(str(path), problems)
    contacts = _read_contacts(raw["contacts"], report_at)
    hours = read_calendar(raw["calendar"], report_at) if "calendar" in raw else WorkingHours()
    reading = Reading(
        office_roles=frozenset(one.role for one in contacts),
        working_day=calendar_of(hours).day_length,
        waits_for_morning=False,
        report_at=report_at,
    )
    plans = _read_plans(raw["ladders"], reading)
    answer = _read_answer(raw.get("emergency_answer", emergency.ANSWER), report_at)
    heat = _read_heat(raw["heat"], reading) if "heat" in raw else HeatPlan()
    coverage = _read_coverage(raw["coverage"], reading) if "coverage" in raw else USUAL
    asking = read_asking(raw["asking"], report_at) if "asking" in raw else AskingPlan()
    if problems or heat is None or coverage is None or asking is None:
        raise InvalidFileError(str(path), problems)
    return Office(
        contacts=contacts,
        plans=plans,
        emergency_answer=answer,
        heat=heat,
        hours=hours,
        coverage=coverage,
        asking=asking,
    )


def _note(problems: list[Problem], where: str, reason: str) -> None:
    problems.append(Problem(where=where, reason=reason))


def _read_contacts(raw: Any, report_at: ReportAt) -> tuple[Contact, ...]:
    if not isinstance(raw, list):
        report_at("contacts", "must be a list")
        return ()
    read = [read_contact(one, ROLES, partial(report_at, f"contacts[{place}]")) for place, one in enumerate(raw)]
    return tuple(one for one in read if one is not None)


def _read_answer(raw: Any, report_at: ReportAt) -> str:
    """What a citizen in danger is answered: a line that may stand in public, where most mentions are answered."""
    answer = line_of_text(raw, "emergency_answer", partial(report_at, "emergency_answer"), longest=MAX_COMMENT_CHARACTERS)
    if "110" not in answer:
        report_at("emergency_answer", "must tell the citizen to call 110")
    if names_a_person(answer):
        report_at("emergency_answer", "must not hold a telephone number: it is posted where everybody reads it")
    return answer


def _read_plans(raw: Any, reading: Reading) -> dict[Urgency, EscalationPlan]:
    report_at = reading.report_at
    names = [urgency.value for urgency in Urgency]
    if not isinstance(raw, Mapping) or set(raw) != set(names):
        report_at("ladders", f"must have a plan for each of {', '.join(names)}, and no other")
        return {}
    plans = {}
    for urgency in Urgency:
        where = f"ladders.{urgency}"
        plan = raw[urgency.value]
        kinds = [LadderKind.ACKNOWLEDGEMENT.value, LadderKind.FEEDBACK.value]
        if not isinstance(plan, Mapping) or set(plan) != set(kinds):
            report_at(where, f"must have {' and '.join(kinds)}, and nothing else")
            continue
        # Nobody is reminded at night or on a holiday unless the case is urgent.
        of_urgency = replace(reading, waits_for_morning=urgency is Urgency.ROUTINE)
        ladders = [read_ladder(plan[kind], f"{where}.{kind}", of_urgency) for kind in kinds]
        acknowledgement, feedback = ladders
        if acknowledgement is None or feedback is None:
            continue
        if feedback.clock is acknowledgement.clock and feedback.term <= acknowledgement.term:
            report_at(where, "feedback must have a longer term than acknowledgement")
        plans[urgency] = EscalationPlan(acknowledgement=acknowledgement, feedback=feedback)
    return plans


def _read_heat(raw: Any, reading: Reading) -> HeatPlan | None:
    """From which figure on a case is how hot, and what follows. None where something of it is wrong, which is reported."""
    report_at = reading.report_at
    fields = ("thresholds", "command_from", "respond_from", "statements")
    if not isinstance(raw, Mapping) or set(raw) != set(fields):
        report_at("heat", f"must have {', '.join(fields)}, and nothing else")
        return None
    grades = [grade.value for grade in HeatGrade]
    thresholds = raw["thresholds"]
    figures = [thresholds.get(grade) for grade in grades] if isinstance(thresholds, Mapping) else []
    whole = [figure for figure in figures if type(figure) is int and figure > 0]
    rises = whole == figures == sorted(set(whole))
    if not isinstance(thresholds, Mapping) or set(thresholds) != set(grades) or not rises:
        report_at("heat.thresholds", f"must have a whole number for each of {', '.join(grades)}, each higher than the one before")
        return None
    for name in ("command_from", "respond_from"):
        if raw[name] not in grades:
            report_at(f"heat.{name}", f"{raw[name]!r} is not one of {', '.join(grades)}")
            return None
    if not isinstance(raw["statements"], list):
        report_at("heat.statements", "must be a list of ladders")
        return None
    read = [read_ladder(one, f"heat.statements[{place}]", reading) for place, one in enumerate(raw["statements"])]
    statements = tuple(one for one in read if one is not None)
    if len(statements) < len(read):
        return None
    terms = [one.term for one in statements]
    if terms != sorted(set(terms)):
        report_at("heat.statements", "must stand in order of their terms, no two the same")
        return None
    if any(set(rung.recipients) - set(ROLES) for one in statements for rung in one.rungs):
        report_at("heat.statements", f"recipients must be of the office: {', '.join(ROLES)}")
        return None
    return HeatPlan(
        thresholds={HeatGrade(grade): int(thresholds[grade]) for grade in grades},
        command_from=HeatGrade(raw["command_from"]),
        respond_from=HeatGrade(raw["respond_from"]),
        statements=statements,
    )


def _read_coverage(raw: Any, reading: Reading) -> LadderPlan | None:
    """The usual interval of a live coverage and the rungs around each statement. None where something of it is wrong."""
    plan = read_ladder(raw, "coverage", reading)
    if plan is None:
        return None
    if not SHORTEST <= plan.term <= LONGEST:
        reading.report_at("coverage.term", "must lie between 10m and 1d")
        return None
    if any(set(rung.recipients) - set(ROLES) for rung in plan.rungs):
        reading.report_at("coverage", f"recipients must be of the office: {', '.join(ROLES)}")
        return None
    return plan
