"""Duty rosters as the desk sets them: one for each bureau and one for the office itself, and whom a notice would reach when."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from jiesu.cases.calendar import Calendar, calendar_of
from jiesu.cases.rosters import Stretch, next_night, on_duty, stretches
from jiesu.model.calendar import WorkingHours
from jiesu.model.people import Contact
from jiesu.model.revision import ChangeNote
from jiesu.model.roster import OFFICE_ROSTER, Roster
from jiesu.model.words import ContactRole
from jiesu.office.reasons import Reason
from jiesu.office.rosters import read_roster, roles_of, roster_in_words, shift_line
from jiesu.pages.configuring import Foreseen, Topic
from jiesu.pages.contact_rows import contacts_in, filled_contacts, typed_contacts
from jiesu.pages.forms import Typed, value
from jiesu.pages.sentences import local_time
from jiesu.pages.visit import Visit
from jiesu.store.codec import loads
from jiesu.store.directory import DirectoryStore

AHEAD = timedelta(days=14)
"""How far gaps and overlaps are looked for."""
NIGHT = time(2)
MAX_LINES = 40
_OFFICE_NAME = "本单位（市局督办、指挥中心）"


def rosters(directory: DirectoryStore, zone: ZoneInfo) -> Topic[Roster]:
    """Whose turn it is. Who stands in the directory of bureaus, or with the office, is told where it is nobody's."""

    def calendar() -> Calendar:
        office, _ = directory.office_at()
        return calendar_of(replace(WorkingHours() if office is None else office.hours, zone=zone.key))

    def standing(item: str) -> tuple[Roster | None, int]:
        known = directory.office_at() if item == OFFICE_ROSTER else directory.bureau(item)
        if known[0] is None:
            return None, 0
        roster, revision = directory.roster(item)
        return roster or Roster(owner=item), revision

    def contacts(item: str) -> tuple[Contact, ...]:
        """Who is told where it is nobody's turn."""
        if item == OFFICE_ROSTER:
            office, _ = directory.office_at()
            return () if office is None else office.contacts
        bureau, _ = directory.bureau(item)
        return () if bureau is None else bureau.contacts

    def save(wanted: Roster, before: Roster | None, revision: int, note: ChangeNote) -> None:
        directory.put_roster(wanted, before=before if revision else None, revision=revision, note=note)

    def listed(visit: Visit) -> Mapping[str, Any]:
        kept, days = directory.rosters(), calendar()
        office, _ = directory.office_at()
        owners = [] if office is None else [(OFFICE_ROSTER, _OFFICE_NAME, office.contacts)]
        owners += [(one.code, one.name, one.contacts) for one in directory.bureaus()]
        return {
            "owners": [
                (code, name, bool(roster.shifts), _told(roster, standing, visit.now, days))
                for code, name, standing in owners
                for roster in (kept.get(code, Roster(owner=code)),)
            ]
        }

    def foresee(item: str, roster: Roster, now: datetime) -> Sequence[Foreseen]:
        days = calendar()
        night = next_night(now, NIGHT, days)
        told = contacts(item)
        return [
            Foreseen(title="现在通知谁", lines=_told(roster, told, now, days)),
            Foreseen(title=f"{local_time(night, zone, now)} 通知谁", lines=_told(roster, told, night, days)),
            *_weeks(roster, roles_of(item), now, days, zone),
        ]

    return Topic(
        name="rosters",
        title="值班表",
        list_template="admin_rosters.html",
        form_template="admin_roster.html",
        listed=listed,
        standing=standing,
        read=lambda typed, item, _, problems: _read(typed, item, problems),
        typed=_typed,
        in_words=roster_in_words,
        name_of=lambda roster: roster.owner,
        save=save,
        history=directory.roster_history,
        parse=partial(loads, Roster),
        choices=lambda item, typed: {
            "rows": len(list(contacts_in(typed))) + 1,
            "roles": roles_of(item),
            "standing_contacts": contacts(item),
        },
        foresee=foresee,
        effect_note="包括正在办理的：催办发出的那一刻轮到谁，就通知谁。",
    )


def _read(typed: Typed, item: str, problems: list[Reason]) -> Roster | None:
    raw = {"people": filled_contacts(typed), "shifts": value(typed, "shifts").splitlines()}
    return read_roster(raw, item, problems.append)


def _typed(item: str, roster: Roster | None) -> Typed:
    if roster is None:
        return {}
    shifts = {"shifts": ("\n".join(shift_line(one) for one in roster.shifts),)}
    if not roster.people:
        return shifts | {"contact_role_1": (roles_of(item)[0].value,)}
    return shifts | dict(typed_contacts(roster.people))


def _told(roster: Roster, standing: Sequence[Contact], at: datetime, calendar: Calendar) -> tuple[str, ...]:
    """Whom a notice to each role would reach."""
    return tuple(_reached(role, roster, standing, at, calendar) for role in dict.fromkeys(one.role for one in standing))


def _reached(role: ContactRole, roster: Roster, standing: Sequence[Contact], at: datetime, calendar: Calendar) -> str:
    people = on_duty(roster, role, at, calendar)
    if people:
        return f"{role.label}：{people[0].name}（当班）"
    return f"{role.label}：{'、'.join(one.name for one in standing if one.role is role)}（常设联系人）"


def _weeks(roster: Roster, roles: Sequence[ContactRole], now: datetime, calendar: Calendar, zone: ZoneInfo) -> Iterator[Foreseen]:
    """Of each role with people in the roster: the gaps and overlaps of the days ahead."""
    idle = [one.name for one in roster.people if not any(shift.person == one.name for shift in roster.shifts)]
    if idle:
        yield Foreseen(title="没有排班的人员", lines=("、".join(idle),))
    for role in roles:
        if not any(one.role is role for one in roster.people):
            continue
        found = stretches(roster, role, now, now + AHEAD, calendar)
        gaps = [one for one in found if not one.people]
        overlaps = [one for one in found if len(one.people) > 1]
        for title, those in (("无人当班，通知常设联系人", gaps), ("重叠，通知写在前面的一位", overlaps)):
            lines = [_stretch_in_words(one, now, zone) for one in those]
            if len(lines) > MAX_LINES:
                lines = [*lines[:MAX_LINES], f"……共 {len(those)} 段"]
            yield Foreseen(title=f"{role.label}：{AHEAD.days} 天内{title}", lines=tuple(lines) or ("没有",))


def _stretch_in_words(one: Stretch, now: datetime, zone: ZoneInfo) -> str:
    said = f"{local_time(one.begins, zone, now)} 至 {local_time(one.ends, zone, now)}"
    return f"{said}：{'、'.join(each.name for each in one.people)}" if one.people else said
