"""Who a notice goes to at the moment it is sent: of the people of its contact's role, the one whose shift it is.

What an entry names are the standing contacts. They are told where no roster is, or nobody's shift: never nobody.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from jiesu.cases.calendar import calendar_of
from jiesu.cases.effects import NoticeEffect, effects_of
from jiesu.cases.rosters import on_duty
from jiesu.model.case import Assignment
from jiesu.model.roster import OFFICE_ROSTER
from jiesu.model.timeline import Entry
from jiesu.notices.notice import is_bureau_role
from jiesu.store.directory import DirectoryStore

TOLD = "told_on_duty"
"""Why a notice is not sent: who is on duty gets it in the place of another standing contact of the same role."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyBook:
    """Looks up whose shift it is; `zone` is the office's."""

    directory: DirectoryStore
    zone: ZoneInfo

    def addressed(
        self, effect: NoticeEffect, entry: Entry, assignment: Assignment | None, now: datetime
    ) -> tuple[NoticeEffect, str | None]:
        """`effect` to whoever is on duty, and why it need not be sent, if so; one read, a second where there is a roster.

        What follows a notice that did not arrive goes to whom it names.
        """
        if effect.as_named:
            return effect, None
        role = effect.contact.role
        owner = assignment.bureau_code if assignment is not None and is_bureau_role(role) else OFFICE_ROSTER
        roster, _ = self.directory.roster(owner)
        if roster is None or not roster.shifts:
            return effect, None
        hours = replace(self.directory.office().hours, zone=self.zone.key)
        people = on_duty(roster, role, now, calendar_of(hours))
        if not people:
            return effect, None
        same_role = (
            one.id
            for one in effects_of(entry)
            if isinstance(one, NoticeEffect)
            and (one.assignment_id, one.template, one.transport, one.contact.role)
            == (effect.assignment_id, effect.template, effect.transport, role)
        )
        return replace(effect, contact=people[0]), None if next(same_role, effect.id) == effect.id else TOLD
