"""Duty rosters: who of a bureau, or of the office, is told at which hour."""

from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum

from jiesu.model.people import Contact

OFFICE_ROSTER = "office"
"""Whose roster it is where it is no bureau's: bureaus have codes in capital letters."""


class DutyDays(StrEnum):
    """On which days a shift begins, again and again. What is worked and what is off says the office's calendar."""

    EVERY = "every"
    WORKED = "worked"
    OFF = "off"
    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"

    @property
    def label(self) -> str:
        return {
            "every": "每天",
            "worked": "工作日",
            "off": "休息日",
            "monday": "周一",
            "tuesday": "周二",
            "wednesday": "周三",
            "thursday": "周四",
            "friday": "周五",
            "saturday": "周六",
            "sunday": "周日",
        }[self.value]


WEEK = tuple(DutyDays)[3:]
"""The days of the week as `date.weekday` counts them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyDates:
    """Exact days, both included: they go before what is said of days in general."""

    first: date
    last: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """One person's hours, in the office's own time. One that ends when it begins, or earlier, ends on the next day."""

    person: str
    days: DutyDays | DutyDates
    begins: time
    ends: time


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """The people by the roles that the ladders name, and their shifts, in which each is named by `Contact.name`.

    `owner` is a bureau's code or `OFFICE_ROSTER`.
    Who stands in no roster is told where nobody is on duty: a bureau's contacts, the office's.
    """

    owner: str
    people: tuple[Contact, ...] = ()
    shifts: tuple[Shift, ...] = ()
