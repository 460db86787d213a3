"""The office's own contacts and its ladders as a file. What they mean is in `docs/ladders.md`."""

import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from jiesu.cases import emergency
from jiesu.cases.heat import HeatPlan
from jiesu.cases.public_text import names_a_person
from jiesu.channels.weibo_public import MAX_COMMENT_CHARACTERS
from jiesu.model.case import EscalationPlan, LadderPlan, RungPlan
from jiesu.model.people import Contact
from jiesu.model.words import ContactRole, HeatGrade, LadderKind, RungAction, Urgency
from jiesu.store.directory import Office
from ops.contacts import Report, line_of_text, read_contact
from ops.errors import InvalidFileError, Problem
from ops.files import read_json

ROLES = (ContactRole.SUPERVISOR, ContactRole.COMMAND_CENTRE)
"""Who stands behind every bureau."""

ReportAt = Callable[[str, str], None]
"""Takes where a problem stands and its reason."""

_SPAN = re.compile(r"(?P<sign>[+-]?)(?:(?P<days>\d+)d)?(?:(?P<hours>\d+)h)?(?:(?P<minutes>\d+)m)?")


def read_office(path: Path) -> Office:
    """The office that a JSON file describes. Raises `InvalidFileError` with every problem of it."""
    raw = read_json(path)
    problems: list[Problem] = []
    report_at = partial(_note, problems)
    if not isinstance(raw, Mapping) or set(raw) - {"emergency_answer", "heat"} != {"contacts", "ladders"}:
        report_at("file", "must be an object with contacts, ladders and perhaps emergency_answer and heat, and nothing else")
        raise InvalidFileError(str(path), problems)
    contacts = _read_contacts(raw["contacts"], report_at)
    plans = _read_plans(raw["ladders"], {one.role for one in contacts}, report_at)
    answer = _read_answer(raw.get("emergency_answer", emergency.ANSWER), report_at)
    heat = _read_heat(raw["heat"], {one.role for one in contacts}, report_at) if "heat" in raw else HeatPlan()
    if problems or heat is None:
        raise InvalidFileError(str(path), problems)
    return Office(contacts=contacts, plans=plans, emergency_answer=answer, heat=heat)


def span(text: Any) -> timedelta | None:
    """A span such as `15m`, `1h30m`, `7d` or `-10m`; `0m` is none at all. None where the text is no span."""
    match = _SPAN.fullmatch(text) if isinstance(text, str) else None
    if match is None or not any((match["days"], match["hours"], match["minutes"])):
        return None
    length = timedelta(days=int(match["days"] or 0), hours=int(match["hours"] or 0), minutes=int(match["minutes"] or 0))
    return -length if match["sign"] == "-" else length


def span_in_words(length: timedelta) -> str:
    """A span as the file has it: `+1h30m`, `-10m`, `0m`."""
    minutes = int(abs(length).total_seconds() // 60)
    days, hours, minutes = minutes // 1_440, minutes // 60 % 24, minutes % 60
    parts = "".join(f"{count}{unit}" for count, unit in ((days, "d"), (hours, "h"), (minutes, "m")) if count)
    return f"{'-' if length < timedelta() else '+'}{parts}" if parts else "0m"


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


def _read_plans(raw: Any, office_roles: set[ContactRole], report_at: ReportAt) -> dict[Urgency, EscalationPlan]:
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
        ladders = [_read_ladder(plan[kind], f"{where}.{kind}", office_roles, report_at) for kind in kinds]
        acknowledgement, feedback = ladders
        if acknowledgement is None or feedback is None:
            continue
        if feedback.term <= acknowledgement.term:
            report_at(where, "feedback must have a longer term than acknowledgement")
        plans[urgency] = EscalationPlan(acknowledgement=acknowledgement, feedback=feedback)
    return plans


def _read_heat(raw: Any, office_roles: set[ContactRole], report_at: ReportAt) -> HeatPlan | None:
    """From which figure on a case is how hot, and what follows. None where something of it is wrong, which is reported."""
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
    read = [
        _read_ladder(one, f"heat.statements[{place}]", office_roles, report_at) for place, one in enumerate(raw["statements"])
    ]
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


def _read_ladder(raw: Any, where: str, office_roles: set[ContactRole], report_at: ReportAt) -> LadderPlan | None:
    if not isinstance(raw, Mapping) or set(raw) != {"term", "rungs"}:
        report_at(where, "must have term and rungs, and nothing else")
        return None
    term = span(raw["term"])
    if term is None or term <= timedelta():
        report_at(f"{where}.term", f"{raw['term']!r} is no time like 15m, 4h or 7d")
        return None
    if not isinstance(raw["rungs"], list) or not raw["rungs"]:
        report_at(f"{where}.rungs", "must be a list of at least one rung")
        return None
    read = [
        _read_rung(rung, term, office_roles, partial(report_at, f"{where}.rungs[{place}]"))
        for place, rung in enumerate(raw["rungs"])
    ]
    rungs = tuple(rung for rung in read if rung is not None)
    if len(rungs) < len(read):
        return None
    offsets = [rung.offset for rung in rungs]
    if offsets != sorted(set(offsets)):
        report_at(f"{where}.rungs", "must stand in order of their time, no two at the same")
        return None
    return LadderPlan(term=term, rungs=rungs)


def _read_rung(raw: Any, term: timedelta, office_roles: set[ContactRole], report: Report) -> RungPlan | None:
    if not isinstance(raw, Mapping) or set(raw) != {"at", "action", "recipients"}:
        report("must have at, action and recipients, and nothing else")
        return None
    problems: list[str] = []
    offset = span(raw["at"])
    if offset is None:
        problems.append(f"at: {raw['at']!r} is no time like -10m, 0m or +2h")
    elif term + offset <= timedelta():
        problems.append(f"at: {raw['at']} lies before the dispatch itself, the term being {span_in_words(term)}")
    if raw["action"] not in [action.value for action in RungAction]:
        problems.append(f"action: {raw['action']!r} is not one of {', '.join(RungAction)}")
    recipients = raw["recipients"]
    known = [role.value for role in ContactRole]
    if not isinstance(recipients, list) or not recipients or len(set(map(str, recipients))) < len(recipients):
        problems.append("recipients: must be a list of different roles, at least one")
    else:
        problems += [f"recipients: {one!r} is not one of {', '.join(known)}" for one in recipients if one not in known]
        problems += [
            f"recipients: nobody in contacts is {one}, so this rung would tell nobody"
            for one in recipients
            if one in ROLES and ContactRole(one) not in office_roles
        ]
    for problem in problems:
        report(problem)
    if problems or offset is None:
        return None
    return RungPlan(offset=offset, action=RungAction(raw["action"]), recipients=tuple(ContactRole(one) for one in recipients))
