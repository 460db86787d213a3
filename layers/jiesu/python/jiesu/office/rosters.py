"""Duty rosters as a form or a file has them: people as contacts are, shifts one a line. `docs/operators.md` has the rules."""

import re
from collections import Counter
from collections.abc import Collection, Mapping
from datetime import date, time, timedelta
from typing import Any

from jiesu.model.people import Contact
from jiesu.model.roster import OFFICE_ROSTER, DutyDates, DutyDays, Roster, Shift
from jiesu.model.words import ContactRole
from jiesu.office.bureaus import ROLES, contacts_in_words
from jiesu.office.contacts import read_contact
from jiesu.office.ladders import ROLES as OFFICE_ROLES
from jiesu.office.reasons import Reason, Report

MAX_PEOPLE = 60
MAX_SHIFTS = 400
LONGEST_DATES = timedelta(days=366)

_HOURS = re.compile(r"(\d{1,2}:\d{2})[-–—~至](\d{1,2}:\d{2})")
_DATES = re.compile(r"(\d{4}-\d{2}-\d{2})(?:(?:\.\.|[~至])(\d{4}-\d{2}-\d{2}))?")
_DAYS = {one.label: one for one in DutyDays} | {"节假日": DutyDays.OFF, "周天": DutyDays.SUNDAY}


def roles_of(owner: str) -> tuple[ContactRole, ...]:
    """The roles of a roster: those of its owner that the ladders tell."""
    return OFFICE_ROLES if owner == OFFICE_ROSTER else ROLES


def read_roster(raw: Any, owner: str, report: Report) -> Roster | None:
    """The roster that `raw` describes, with `people` and `shifts`; None after a problem. Every problem is reported."""
    if not isinstance(raw, Mapping) or set(raw) != {"people", "shifts"}:
        report(Reason("a roster must have people and shifts, and nothing else", "值班表要有且只有 people 和 shifts"))
        return None
    found: list[Reason] = []
    people = _read_people(raw["people"], roles_of(owner), found.append)
    shifts = _read_shifts(raw["shifts"], {one.name for one in people}, found.append)
    for one in found:
        report(one)
    return None if found else Roster(owner=owner, people=people, shifts=shifts)


def roster_document(roster: Roster) -> dict[str, Any]:
    """What `read_roster` gives `roster` for."""
    return {
        "people": [{"role": one.role.value, "name": one.name, "email": one.email, "phone": one.phone} for one in roster.people],
        "shifts": [shift_line(one) for one in roster.shifts],
    }


def roster_in_words(roster: Roster) -> dict[str, str]:
    """What a person compares: each of the people, and whose turn it is at which hours."""
    said = contacts_in_words(roster.people)
    shifts: dict[str, list[str]] = {}
    for one in roster.shifts:
        shifts.setdefault(_when(one), []).append(one.person)
    return said | {when: "、".join(people) for when, people in shifts.items()}


def shift_line(shift: Shift) -> str:
    """A shift as its line has it."""
    return f"{_when(shift)} {shift.person}"


def _when(shift: Shift) -> str:
    # A shift of a whole day from midnight ends at 24:00, as people write it.
    ends = "24:00" if shift.ends == time() else f"{shift.ends:%H:%M}"
    return f"{_days_in_words(shift.days)} {shift.begins:%H:%M}-{ends}"


def _days_in_words(days: DutyDays | DutyDates) -> str:
    match days:
        case DutyDates(first=first, last=last):
            return str(first) if first == last else f"{first}至{last}"
        case _:
            return days.label


def _read_people(raw: Any, roles: Collection[ContactRole], report: Report) -> tuple[Contact, ...]:
    if not isinstance(raw, list) or len(raw) > MAX_PEOPLE:
        report(Reason(f"people must be a list of at most {MAX_PEOPLE}", f"值班人员最多 {MAX_PEOPLE} 人"))
        return ()
    people = tuple(one for each in raw if (one := read_contact(each, roles, report)) is not None)
    for name, times in Counter(one.name for one in people).items():
        if times == 1:
            continue
        report(Reason(f"{name} stands twice among the people", f"值班人员中有两个「{name}」，请加以区别"))
    for name in sorted({one.name for one in people if set(one.name) & set(" \t")}):
        report(Reason(f"{name!r}: a name in a roster has no blanks", f"「{name}」：姓名中不能有空格"))
    return people


def _read_shifts(raw: Any, names: Collection[str], report: Report) -> tuple[Shift, ...]:
    if not isinstance(raw, list) or not all(isinstance(one, str) for one in raw):
        report(Reason("shifts must be a list of lines", "班次要是每行一条"))
        return ()
    shifts: dict[Shift, int] = {}
    for number, line in enumerate(raw, start=1):
        if not line.strip():
            continue
        found: list[Reason] = []
        shift = _read_shift(line, names, found.append)
        for one in found:
            report(one.of(f"shift {number}", f"班次第 {number} 行"))
        if shift is not None and (first := shifts.setdefault(shift, number)) != number:
            report(Reason(f"shift {number} stands on line {first} already", f"班次第 {number} 行与第 {first} 行重复"))
    if len(shifts) > MAX_SHIFTS:
        report(Reason(f"more than {MAX_SHIFTS} shifts", f"班次最多 {MAX_SHIFTS} 条"))
    return tuple(shifts)


def _read_shift(line: str, names: Collection[str], report: Report) -> Shift | None:
    parts = line.replace("：", ":").replace("－", "-").split()
    if len(parts) != 3:
        report(
            Reason(
                f"{line.strip()!r} is not days, hours and a name, like 工作日 09:00-18:00 张三",
                f"「{line.strip()}」应写成日子、时段、姓名，如：工作日 09:00-18:00 张三",
            )
        )
        return None
    days, hours = _read_days(parts[0], report), _read_hours(parts[1], report)
    if parts[2] not in names:
        report(Reason(f"{parts[2]!r} is none of the people", f"值班人员中没有「{parts[2]}」"))
        return None
    if days is None or hours is None:
        return None
    return Shift(person=parts[2], days=days, begins=hours[0], ends=hours[1])


def _read_days(text: str, report: Report) -> DutyDays | DutyDates | None:
    if text in _DAYS:
        return _DAYS[text]
    match = _DATES.fullmatch(text)
    try:
        dates = (
            None
            if match is None
            else DutyDates(first=date.fromisoformat(match[1]), last=date.fromisoformat(match[2] or match[1]))
        )
    except ValueError:
        dates = None
    if dates is None:
        known = "、".join(one.label for one in DutyDays)
        report(
            Reason(
                f"{text!r} is none of {known}, and no date like 2026-10-01 or 2026-10-01至2026-10-03",
                f"「{text}」不是{known}，也不是 2026-10-01 或 2026-10-01至2026-10-03 这样的日期",
            )
        )
        return None
    if not timedelta() <= dates.last - dates.first <= LONGEST_DATES:
        report(Reason(f"{text}: the last day must follow within a year", f"「{text}」：结束要在开始之后，不超过一年"))
        return None
    return dates


def _read_hours(text: str, report: Report) -> tuple[time, time] | None:
    match = _HOURS.fullmatch(text)
    begins, ends = (None, None) if match is None else (_clock(match[1]), _clock(match[2]))
    if match is None or begins is None or ends is None or match[1].zfill(5) == "24:00":
        report(Reason(f"{text!r} are no hours like 18:00-09:00", f"「{text}」不是 18:00-09:00 这样的时段"))
        return None
    return begins, ends


def _clock(text: str) -> time | None:
    try:
        return time.fromisoformat("00:00" if text == "24:00" else text.zfill(5))
    except ValueError:
        return None
