"""The office's own contacts and its ladders as a document. What they mean is in `docs/ladders.md`."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

from jiesu.cases import emergency
from jiesu.cases.asking import AskingPlan
from jiesu.cases.calendar import calendar_of
from jiesu.cases.coverage import LONGEST, SHORTEST, USUAL
from jiesu.cases.grave import GravePlan
from jiesu.cases.heat import HeatPlan
from jiesu.cases.plans import CategoryPlans, plan_for
from jiesu.cases.public_text import names_a_person
from jiesu.channels.weibo_public import MAX_COMMENT_CHARACTERS
from jiesu.model.calendar import WorkingHours
from jiesu.model.ladder import EscalationPlan, LadderPlan
from jiesu.model.people import Contact
from jiesu.model.words import ContactRole, HeatGrade, LadderKind, Urgency
from jiesu.office.asking import read_asking
from jiesu.office.calendar import read_calendar
from jiesu.office.contacts import line_of_text, read_contact
from jiesu.office.ladders import ROLES, Reading, ReportAt, read_ladder, span
from jiesu.office.reasons import Reason
from jiesu.store.directory import Office
from jiesu.triage import categories

OPTIONAL = ("emergency_answer", "heat", "calendar", "coverage", "asking", "categories", "grave")
"""What a file may leave out."""

_OF_THE_OFFICE = Reason(
    f"recipients must be of the office: {', '.join(ROLES)}", f"只能通知{'、'.join(role.label for role in ROLES)}"
)

REQUIRED_LADDERS = (LadderKind.ACKNOWLEDGEMENT, LadderKind.FEEDBACK)
OPTIONAL_LADDERS = (LadderKind.ACTION, LadderKind.FIRST_CONTACT, LadderKind.INTERIM, LadderKind.DECISION, LadderKind.ANSWER)
BUREAU_LADDERS = tuple(kind for kind in LadderKind if kind in REQUIRED_LADDERS + OPTIONAL_LADDERS)
"""What a plan can watch, in the order in which a bureau owes it."""


def read_office(raw: Any, report_at: ReportAt) -> Office | None:
    """The office that a document describes, or None after problems, all of which are reported."""
    if not isinstance(raw, Mapping) or set(raw) - set(OPTIONAL) != {"contacts", "ladders"}:
        report_at(
            "file",
            Reason(
                f"must be an object with contacts, ladders and perhaps {', '.join(OPTIONAL)}, and nothing else",
                f"要有 contacts、ladders，可以有 {'、'.join(OPTIONAL)}，没有别的",
            ),
        )
        return None
    problems: list[str] = []
    report_at = partial(_note, problems, report_at)
    contacts = _read_contacts(raw["contacts"], report_at)
    hours = read_calendar(raw["calendar"], report_at) if "calendar" in raw else WorkingHours()
    reading = Reading(
        office_roles=frozenset(one.role for one in contacts),
        working_day=calendar_of(hours).day_length,
        waits_for_morning=False,
        report_at=report_at,
    )
    plans = _read_plans(raw["ladders"], reading)
    by_category = _read_categories(raw.get("categories", {}), plans, reading)
    answer = _read_answer(raw.get("emergency_answer", emergency.ANSWER), report_at)
    heat = _read_heat(raw["heat"], reading) if "heat" in raw else HeatPlan()
    coverage = _read_coverage(raw["coverage"], reading) if "coverage" in raw else USUAL
    asking = read_asking(raw["asking"], report_at) if "asking" in raw else AskingPlan()
    grave = _read_grave(raw["grave"], report_at) if "grave" in raw else GravePlan()
    if problems or heat is None or coverage is None or asking is None or grave is None:
        return None
    return Office(
        contacts=tuple(one for one in contacts if one.role in ROLES),
        plans=plans,
        emergency_answer=answer,
        heat=heat,
        hours=hours,
        coverage=coverage,
        asking=asking,
        categories=by_category,
        grave=grave,
        administrators=tuple(one for one in contacts if one.role is ContactRole.ADMINISTRATOR),
    )


def _note(problems: list[str], report_at: ReportAt, where: str, reason: Reason) -> None:
    problems.append(where)
    report_at(where, reason)


def _read_contacts(raw: Any, report_at: ReportAt) -> tuple[Contact, ...]:
    if not isinstance(raw, list):
        report_at("contacts", Reason("must be a list", "要是一个列表"))
        return ()
    roles = (*ROLES, ContactRole.ADMINISTRATOR)
    read = [read_contact(one, roles, partial(report_at, f"contacts[{place}]")) for place, one in enumerate(raw)]
    return tuple(one for one in read if one is not None)


def _read_answer(raw: Any, report_at: ReportAt) -> str:
    """What a citizen in danger is answered: a line that may stand in public, where most mentions are answered."""
    answer = line_of_text(raw, "emergency_answer", partial(report_at, "emergency_answer"), longest=MAX_COMMENT_CHARACTERS)
    if "110" not in answer:
        report_at("emergency_answer", Reason("must tell the citizen to call 110", "要请网民拨打 110"))
    if names_a_person(answer):
        report_at(
            "emergency_answer",
            Reason(
                "must not hold a telephone number: it is posted where everybody reads it",
                "不能含电话号码：会发在人人看得到的地方",
            ),
        )
    return answer


def _read_plans(raw: Any, reading: Reading) -> dict[Urgency, EscalationPlan]:
    names = [urgency.value for urgency in Urgency]
    if not isinstance(raw, Mapping) or set(raw) != set(names):
        reading.report_at(
            "ladders",
            Reason(f"must have a plan for each of {', '.join(names)}, and no other", f"要有且只有 {'、'.join(names)} 的方案"),
        )
        return {}
    plans = {}
    for urgency in Urgency:
        where = f"ladders.{urgency}"
        of_urgency, extension = _without_extension(raw[urgency.value], where, reading)
        ladders = _read_kinds(of_urgency, where, REQUIRED_LADDERS, _of(reading, urgency))
        if ladders is not None:
            kinds = {kind.value: ladder for kind, ladder in ladders.items()}
            plans[urgency] = EscalationPlan(**kinds, extension=extension)  # type: ignore[arg-type]
            _check_terms(plans[urgency], set(ladders), where, reading)
    return plans


def _without_extension(raw: Any, where: str, reading: Reading) -> tuple[Any, timedelta | None]:
    """The ladders of an urgency, and by how much at most a feedback can be put off; None where the file leaves it out."""
    if not isinstance(raw, Mapping) or "extension" not in raw:
        return raw, None
    longest = span(raw["extension"])
    if longest is None or longest <= timedelta():
        reading.report_at(
            f"{where}.extension",
            Reason("must be a span such as 5d or 12h, at most a year", "要写成 5d、12h 这样的时间，不超过一年"),
        )
    return {kind: ladder for kind, ladder in raw.items() if kind != "extension"}, longest


def _read_categories(raw: Any, plans: Mapping[Urgency, EscalationPlan], reading: Reading) -> CategoryPlans:
    """The ladders that differ by category; each is checked as it will be, among those of its urgency and its group."""
    codes = {one.code for one in categories.choices()}
    known = codes | {code.partition(".")[0] for code in codes}
    if not isinstance(raw, Mapping):
        reading.report_at("categories", Reason("must be an object of plans by category", "要按类别写方案"))
        return {}
    read: dict[str, dict[Urgency, Mapping[LadderKind, LadderPlan]]] = {}
    for code, of_code in raw.items():
        where = f"categories.{code}"
        urgencies = [urgency.value for urgency in Urgency]
        if code not in known:
            reading.report_at(
                where,
                Reason(
                    "is neither a category nor a group of them, such as public_order",
                    "不是类别，也不是类别的大类（如 public_order）",
                ),
            )
        elif not isinstance(of_code, Mapping) or not of_code or set(of_code) - set(urgencies):
            reading.report_at(
                where,
                Reason(
                    f"must have ladders for some of {', '.join(urgencies)}, and nothing else",
                    f"要有 {'、'.join(urgencies)} 中某几个的时限，没有别的",
                ),
            )
        else:
            kinds = {
                Urgency(one): _read_kinds(ladders, f"{where}.{one}", (), _of(reading, Urgency(one)))
                for one, ladders in of_code.items()
            }
            read[code] = {urgency: ladders for urgency, ladders in kinds.items() if ladders is not None}
    for code, by_urgency in read.items():
        for urgency, ladders in by_urgency.items():
            if urgency in plans:
                plan = plan_for(urgency, code, plans=plans, categories=read, hours=plans[urgency].hours)
                _check_terms(plan, set(ladders), f"categories.{code}.{urgency}", reading)
    return read


def _of(reading: Reading, urgency: Urgency) -> Reading:
    """Nobody is reminded at night or on a holiday unless the case is urgent."""
    return replace(reading, waits_for_morning=urgency is Urgency.ROUTINE)


def _read_kinds(raw: Any, where: str, required: tuple[LadderKind, ...], reading: Reading) -> dict[LadderKind, LadderPlan] | None:
    """The ladders of one plan, `required` ones among them; None after a problem."""
    kinds = [kind.value for kind in (*REQUIRED_LADDERS, *OPTIONAL_LADDERS)]
    if not isinstance(raw, Mapping) or not raw or set(raw) - set(kinds) or set(required) - set(raw):
        must = f"must have {' and '.join(required)} and perhaps" if required else "must have some of"
        optional = OPTIONAL_LADDERS if required else kinds
        reading.report_at(
            where,
            Reason(
                f"{must} {', '.join(optional)}, and nothing else",
                f"必须有 {'、'.join(required) or '至少一种时限'}，只能有 {'、'.join(kinds)}",
            ),
        )
        return None
    read = {LadderKind(kind): read_ladder(ladder, f"{where}.{kind}", reading) for kind, ladder in raw.items()}
    ladders = {kind: ladder for kind, ladder in read.items() if ladder is not None}
    decision = ladders.get(LadderKind.DECISION)
    if decision is not None and any(set(rung.recipients) - set(ROLES) for rung in decision.rungs):
        reading.report_at(f"{where}.{LadderKind.DECISION}", _OF_THE_OFFICE)
    return ladders if len(ladders) == len(read) else None


def _check_terms(plan: EscalationPlan, stated: set[LadderKind], where: str, reading: Reading) -> None:
    """What is owed on the way to the feedback is due before it, as far as two clocks can be compared.

    Only for the ladders that are `stated` here: those of a category's group, or of its urgency, were checked there.
    """
    acknowledgement, feedback = plan.acknowledgement, plan.feedback
    for kind, ladder in (
        (LadderKind.ACKNOWLEDGEMENT, acknowledgement),
        (LadderKind.FIRST_CONTACT, plan.first_contact),
        (LadderKind.INTERIM, plan.interim),
    ):
        if ladder is None or not stated & {kind, LadderKind.FEEDBACK}:
            continue
        if ladder.clock is feedback.clock and ladder.term >= feedback.term:
            reading.report_at(
                where, Reason(f"feedback must have a longer term than {kind.value}", f"反馈的时限要长于{kind.label}")
            )


def _read_grave(raw: Any, report_at: ReportAt) -> GravePlan | None:
    """Of which urgencies and categories the command centre is told with the bureaus; None after a problem."""
    urgencies = [urgency.value for urgency in Urgency]
    codes = {one.code for one in categories.choices()}
    known = codes | {code.partition(".")[0] for code in codes}
    lists = (
        isinstance(raw, Mapping)
        and set(raw) == {"urgencies", "categories"}
        and all(isinstance(one, list) for one in raw.values())
    )
    if not lists:
        report_at(
            "grave",
            Reason(
                "must have lists of urgencies and of categories, and nothing else",
                "要有 urgencies、categories 两个列表，没有别的",
            ),
        )
        return None
    for name, allowed in (("urgencies", urgencies), ("categories", known)):
        if wrong := [one for one in raw[name] if not isinstance(one, str) or one not in allowed]:
            report_at(f"grave.{name}", Reason(f"{wrong[0]!r} is not known", f"没有 {wrong[0]!r}"))
            return None
    return GravePlan(urgencies=tuple(Urgency(one) for one in raw["urgencies"]), categories=tuple(raw["categories"]))


def _read_heat(raw: Any, reading: Reading) -> HeatPlan | None:
    """From which figure on a case is how hot, and what follows. None where something of it is wrong, which is reported."""
    report_at = reading.report_at
    fields = ("thresholds", "command_from", "respond_from", "statements")
    if not isinstance(raw, Mapping) or set(raw) != set(fields):
        report_at("heat", Reason(f"must have {', '.join(fields)}, and nothing else", f"要有且只有：{'、'.join(fields)}"))
        return None
    grades = [grade.value for grade in HeatGrade]
    thresholds = raw["thresholds"]
    figures = [thresholds.get(grade) for grade in grades] if isinstance(thresholds, Mapping) else []
    whole = [figure for figure in figures if type(figure) is int and figure > 0]
    rises = whole == figures == sorted(set(whole))
    if not isinstance(thresholds, Mapping) or set(thresholds) != set(grades) or not rises:
        report_at(
            "heat.thresholds",
            Reason(
                f"must have a whole number for each of {', '.join(grades)}, each higher than the one before",
                f"{'、'.join(grades)} 各要一个整数，逐级升高",
            ),
        )
        return None
    for name in ("command_from", "respond_from"):
        if raw[name] not in grades:
            report_at(
                f"heat.{name}", Reason(f"{raw[name]!r} is not one of {', '.join(grades)}", f"只能是 {'、'.join(grades)} 之一")
            )
            return None
    if not isinstance(raw["statements"], list):
        report_at("heat.statements", Reason("must be a list of ladders", "要是时限的列表"))
        return None
    read = [read_ladder(one, f"heat.statements[{place}]", reading) for place, one in enumerate(raw["statements"])]
    statements = tuple(one for one in read if one is not None)
    if len(statements) < len(read):
        return None
    terms = [one.term for one in statements]
    if terms != sorted(set(terms)):
        report_at(
            "heat.statements", Reason("must stand in order of their terms, no two the same", "要按时限长短排列，不能有两个相同")
        )
        return None
    if any(set(rung.recipients) - set(ROLES) for one in statements for rung in one.rungs):
        report_at("heat.statements", _OF_THE_OFFICE)
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
        reading.report_at("coverage.term", Reason("must lie between 10m and 1d", "要在 10m 和 1d 之间"))
        return None
    if any(set(rung.recipients) - set(ROLES) for rung in plan.rungs):
        reading.report_at("coverage", _OF_THE_OFFICE)
        return None
    return plan
