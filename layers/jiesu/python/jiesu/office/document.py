"""The office as the document that `read_office` reads, and in words for whoever compares two."""

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from jiesu.cases.calendar import Calendar, calendar_of
from jiesu.cases.ladder import in_words, term_in_words
from jiesu.model.calendar import HolidayYear, WorkingHours
from jiesu.model.ladder import LadderPlan, RungPlan
from jiesu.model.people import Contact
from jiesu.model.words import Clock, HeatGrade, LadderKind, Urgency
from jiesu.office.bureaus import contacts_in_words
from jiesu.office.ladders import NATURAL_DAY, span_in_words
from jiesu.office.settings import BUREAU_LADDERS
from jiesu.store.directory import Office
from jiesu.triage import categories


def document_of(office: Office) -> dict[str, Any]:
    """What `read_office` gives `office` for."""
    day = calendar_of(office.hours).day_length
    return {
        "contacts": [contact_document(one) for one in (*office.contacts, *office.administrators)],
        "emergency_answer": office.emergency_answer,
        "calendar": _hours_document(office.hours),
        "asking": {
            "questions": [{"about": one.topic.value, "text": one.text} for one in office.asking.questions],
            "reminder": office.asking.reminder,
            "remind_after": _length(office.asking.remind_after, NATURAL_DAY),
            "expire_after": _length(office.asking.expire_after, NATURAL_DAY),
        },
        "heat": {
            "thresholds": {grade.value: office.heat.thresholds[grade] for grade in HeatGrade},
            "command_from": office.heat.command_from.value,
            "respond_from": office.heat.respond_from.value,
            "statements": [ladder_document(one, day) for one in office.heat.statements],
        },
        "coverage": ladder_document(office.coverage, day),
        "grave": {"urgencies": [one.value for one in office.grave.urgencies], "categories": list(office.grave.categories)},
        "ladders": {
            urgency.value: {
                **{
                    kind.value: ladder_document(ladder, day, waits=urgency is Urgency.ROUTINE)
                    for kind in BUREAU_LADDERS
                    if (ladder := ladder_of(office, urgency, kind)) is not None
                },
                **({"extension": _length(plan.extension, NATURAL_DAY)} if plan.extension else {}),
            }
            for urgency, plan in office.plans.items()
        },
        "categories": {
            code: {
                urgency.value: {
                    kind.value: ladder_document(ladder, day, waits=urgency is Urgency.ROUTINE) for kind, ladder in ladders.items()
                }
                for urgency, ladders in by_urgency.items()
            }
            for code, by_urgency in office.categories.items()
        },
    }


def ladder_of(office: Office, urgency: Urgency, kind: LadderKind) -> LadderPlan | None:
    """The ladder of an urgency; None where the office has none of that kind."""
    ladder: LadderPlan | None = getattr(office.plans[urgency], kind.value)
    return ladder


def contact_document(contact: Contact) -> dict[str, str]:
    return {"role": contact.role.value, "name": contact.name, "email": contact.email, "phone": contact.phone}


def ladder_document(ladder: LadderPlan, working_day: timedelta, *, waits: bool = False) -> dict[str, Any]:
    """A ladder; `waits` as in `Reading`, where rungs are on the working clock unless they say otherwise."""
    days = {Clock.NATURAL: NATURAL_DAY, Clock.WORKING: working_day}
    default = Clock.WORKING if waits else Clock.NATURAL

    def rung_document(rung: RungPlan) -> dict[str, Any]:
        said = {
            "at": span_in_words(rung.offset, day=days[rung.clock]),
            "action": rung.action.value,
            "recipients": [role.value for role in rung.recipients],
        }
        return said if rung.clock is default else said | {"clock": rung.clock.value}

    said = {"term": _length(ladder.term, days[ladder.clock]), "rungs": [rung_document(one) for one in ladder.rungs]}
    return said if ladder.clock is Clock.NATURAL else said | {"clock": ladder.clock.value}


def office_in_words(office: Office) -> dict[str, str]:
    """What a person compares: each thing that can be set, by its name."""
    calendar = calendar_of(office.hours)
    said = contacts_in_words((*office.contacts, *office.administrators))
    for urgency in office.plans:
        for kind in BUREAU_LADDERS:
            if (ladder := ladder_of(office, urgency, kind)) is not None:
                said[f"{urgency.label}·{kind.label}"] = ladder_in_words(ladder, calendar)
        if longest := office.plans[urgency].extension:
            said[f"{urgency.label}·反馈最多延期"] = in_words(longest)
    for code, by_urgency in office.categories.items():
        for urgency, ladders in by_urgency.items():
            for kind, ladder in ladders.items():
                said[f"{categories.label_of_kind(code)}·{urgency.label}·{kind.label}"] = ladder_in_words(ladder, calendar)
    said["紧急情形的答复"] = office.emergency_answer
    said["工作时间"] = "、".join(f"{one.opens:%H:%M}–{one.closes:%H:%M}" for one in office.hours.periods)
    for year in office.hours.years:
        said[f"{year.year} 年放假安排"] = _year_in_words(year)
    said["热度分级"] = "、".join(f"{grade.label} {office.heat.thresholds[grade]}" for grade in HeatGrade)
    said["通知指挥中心"] = f"{office.heat.command_from.label}起"
    grave = [one.label for one in office.grave.urgencies] + [categories.label_of_kind(one) for one in office.grave.categories]
    said["签发时会同指挥中心"] = "、".join(grave) or "没有"
    said["公开回应"] = f"{office.heat.respond_from.label}起"
    for number, ladder in enumerate(office.heat.statements, start=1):
        said[f"公开回应第 {number} 次"] = ladder_in_words(ladder, calendar)
    said["现场通报"] = ladder_in_words(office.coverage, calendar)
    for number, question in enumerate(office.asking.questions, start=1):
        said[f"询问网民第 {number} 问"] = f"{question.topic.label}：{question.text}"
    said["再问时的开头"] = office.asking.reminder
    said["询问的时限"] = f"{in_words(office.asking.remind_after)}提醒一次，{in_words(office.asking.expire_after)}转人工"
    return said


def ladder_in_words(ladder: LadderPlan, calendar: Calendar) -> str:
    """`2 小时；到期前 30 分 催办 值班民警；到期时 …`"""
    return "；".join([term_in_words(ladder, calendar), *rungs_in_words(ladder.rungs, calendar)])


def rungs_in_words(rungs: Sequence[RungPlan], calendar: Calendar) -> list[str]:
    """Each rung: when, what, whom."""
    return [
        f"{_offset_in_words(rung, calendar)} {rung.action.label} {'、'.join(role.label for role in rung.recipients)}"
        for rung in rungs
    ]


def place_in_words(where: str) -> str:
    """Where a problem stands, as far as the parts of its path have names: `routine.feedback.rungs[1]` → `一般·反馈·第 2 级`."""
    return "·".join(said for part in where.split(".") if (said := _part_in_words(part)))


_NAMES: Mapping[str, str] = {
    "file": "",
    "ladders": "",
    "contacts": "联系人",
    "emergency_answer": "紧急情形的答复",
    "calendar": "日历",
    "asking": "询问网民",
    "heat": "热度",
    "coverage": "现场通报",
    "grave": "签发时会同指挥中心",
    "urgencies": "紧急程度",
    "categories": "按类别",
    "term": "时限",
    "clock": "计时",
    "extension": "最多延期",
    **{one.value: one.label for one in Urgency},
    **{one.value: one.label for one in LadderKind},
}
_NUMBERED = re.compile(r"(?P<name>\w+)\[(?P<place>\d+)\]")
_COUNTED = {"rungs": "第 {} 级", "contacts": "第 {} 位联系人", "statements": "第 {} 次公开回应", "questions": "第 {} 问"}


def _part_in_words(part: str) -> str:
    match = _NUMBERED.fullmatch(part)
    if match is not None and match["name"] in _COUNTED:
        return _COUNTED[match["name"]].format(int(match["place"]) + 1)
    return _NAMES.get(part, part)


def _offset_in_words(rung: RungPlan, calendar: Calendar) -> str:
    if not rung.offset:
        return "到期时"
    length = term_in_words(LadderPlan(term=abs(rung.offset), rungs=(), clock=rung.clock), calendar)
    return f"到期前 {length}" if rung.offset < timedelta() else f"超时 {length}"


def _length(length: timedelta, day: timedelta) -> str:
    return span_in_words(length, day=day).removeprefix("+")


def _hours_document(hours: WorkingHours) -> dict[str, Any]:
    said: dict[str, Any] = {"hours": [f"{one.opens:%H:%M}-{one.closes:%H:%M}" for one in hours.periods]}
    if hours.years:
        said["years"] = [
            {
                "year": year.year,
                "off": [{"name": off.name, "first": f"{off.first}", "last": f"{off.last}"} for off in year.off],
                "worked": [f"{day}" for day in year.worked],
            }
            for year in hours.years
        ]
    return said


def _year_in_words(year: HolidayYear) -> str:
    off = "、".join(f"{one.name} {one.first} 至 {one.last}" for one in year.off)
    return off + (f"；上班 {'、'.join(map(str, year.worked))}" if year.worked else "")
