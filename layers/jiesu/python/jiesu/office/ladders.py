"""Ladders as the office's file has them. What they mean is in `docs/ladders.md`."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Any

from jiesu.model.ladder import LadderPlan, RungPlan
from jiesu.model.words import Clock, ContactRole, RungAction
from jiesu.office.reasons import Reason, Report

ROLES = (ContactRole.SUPERVISOR, ContactRole.COMMAND_CENTRE)
"""Who stands behind every bureau."""

ReportAt = Callable[[str, Reason], None]
"""Takes where a problem stands, as a path like `ladders.urgent.feedback`, and its reason."""

NATURAL_DAY = timedelta(days=1)

MAX_SPAN = timedelta(days=366)

_SPAN = re.compile(r"(?P<sign>[+-]?)(?:(?P<days>\d{1,4})d)?(?:(?P<hours>\d{1,5})h)?(?:(?P<minutes>\d{1,6})m)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How the ladders of one plan are read: who of the office can be told, and how long a working day is.

    Where `waits_for_morning`, rungs are on the working clock unless they say otherwise; a plan that does
    not wait has no working clock at all.
    """

    office_roles: frozenset[ContactRole]
    working_day: timedelta
    waits_for_morning: bool
    report_at: ReportAt

    def day(self, clock: Clock) -> timedelta:
        return self.working_day if clock is Clock.WORKING else NATURAL_DAY


def span(text: Any, *, day: timedelta = NATURAL_DAY) -> timedelta | None:
    """A span such as `15m`, `1h30m`, `7d` or `-10m`; `0m` is none at all. `day` is what a `d` counts for.

    None where the text is no span, or one longer than a year.
    """
    match = _SPAN.fullmatch(text) if isinstance(text, str) else None
    if match is None or not any((match["days"], match["hours"], match["minutes"])):
        return None
    length = int(match["days"] or 0) * day + timedelta(hours=int(match["hours"] or 0), minutes=int(match["minutes"] or 0))
    if length > MAX_SPAN:
        return None
    return -length if match["sign"] == "-" else length


def span_in_words(length: timedelta, *, day: timedelta = NATURAL_DAY) -> str:
    """A span as the file has it: `+1h30m`, `-10m`, `0m`."""
    days, rest = divmod(abs(length), day)
    minutes = int(rest.total_seconds()) // 60
    parts = "".join(f"{count}{unit}" for count, unit in ((days, "d"), (minutes // 60, "h"), (minutes % 60, "m")) if count)
    return f"{'-' if length < timedelta() else '+'}{parts}" if parts else "0m"


def read_ladder(raw: Any, where: str, reading: Reading) -> LadderPlan | None:
    """The ladder that `raw` describes, or None after a problem, which is reported under `where`."""
    report_at = reading.report_at
    if not isinstance(raw, Mapping) or set(raw) - {"clock"} != {"term", "rungs"}:
        report_at(
            where, Reason("must have term, rungs and perhaps clock, and nothing else", "要有 term、rungs，可以有 clock，没有别的")
        )
        return None
    clock = _read_clock(raw.get("clock"), Clock.NATURAL, reading, partial(report_at, f"{where}.clock"))
    if clock is None:
        return None
    term = span(raw["term"], day=reading.day(clock))
    if term is None or term <= timedelta():
        report_at(
            f"{where}.term",
            Reason(f"{raw['term']!r} is no time like 15m, 4h or 7d", f"「{raw['term']}」不是 15m、4h、7d 这样的时间"),
        )
        return None
    if not isinstance(raw["rungs"], list) or not raw["rungs"]:
        report_at(f"{where}.rungs", Reason("must be a list of at least one rung", "至少要有一级"))
        return None
    bare = LadderPlan(term=term, rungs=(), clock=clock)
    read = [
        _read_rung(rung, bare, reading, partial(report_at, f"{where}.rungs[{place}]")) for place, rung in enumerate(raw["rungs"])
    ]
    rungs = tuple(rung for rung in read if rung is not None)
    if len(rungs) < len(read):
        return None
    # Spans of two clocks cannot be compared: each clock's own stand in order.
    for one in Clock:
        offsets = [rung.offset for rung in rungs if rung.clock is one]
        if offsets != sorted(set(offsets)):
            report_at(
                f"{where}.rungs",
                Reason("must stand in order of their time, no two at the same", "要按时间先后排列，不能有两级在同一时间"),
            )
            return None
    return replace(bare, rungs=rungs)


def _read_clock(raw: Any, default: Clock, reading: Reading, report: Report) -> Clock | None:
    if raw is None:
        return default
    if raw not in set(Clock):
        report(Reason(f"{raw!r} is not one of {', '.join(Clock)}", f"只能是{'、'.join(one.label for one in Clock)}"))
        return None
    if raw == Clock.WORKING and not reading.waits_for_morning:
        report(Reason("must be natural: what is urgent never waits for the morning", "只能是自然时间：紧急的不等上班"))
        return None
    return Clock(raw)


def _read_rung(raw: Any, ladder: LadderPlan, reading: Reading, report: Report) -> RungPlan | None:
    if not isinstance(raw, Mapping) or set(raw) - {"clock"} != {"at", "action", "recipients"}:
        report(
            Reason(
                "must have at, action, recipients and perhaps clock, and nothing else",
                "要有 at、action、recipients，可以有 clock，没有别的",
            )
        )
        return None
    problems: list[Reason] = []
    default = Clock.WORKING if reading.waits_for_morning else Clock.NATURAL
    clock = _read_clock(raw.get("clock"), default, reading, lambda reason: problems.append(reason.of("clock", "计时"))) or default
    offset = span(raw["at"], day=reading.day(clock))
    if offset is None:
        problems.append(
            Reason(f"at: {raw['at']!r} is no time like -10m, 0m or +2h", f"「{raw['at']}」不是 -10m、0m、+2h 这样的时间")
        )
    elif clock is ladder.clock and ladder.term + offset <= timedelta():
        term = span_in_words(ladder.term, day=reading.day(clock))
        problems.append(
            Reason(
                f"at: {raw['at']} lies before the dispatch itself, the term being {term}",
                f"{raw['at']} 早于交办本身，时限只有 {term}",
            )
        )
    if raw["action"] not in [action.value for action in RungAction]:
        problems.append(
            Reason(
                f"action: {raw['action']!r} is not one of {', '.join(RungAction)}",
                f"动作只能是{'、'.join(one.label for one in RungAction)}",
            )
        )
    problems += _recipient_problems(raw["recipients"], reading.office_roles)
    for problem in problems:
        report(problem)
    if problems or offset is None:
        return None
    recipients = tuple(ContactRole(one) for one in raw["recipients"])
    return RungPlan(offset=offset, action=RungAction(raw["action"]), recipients=recipients, clock=clock)


def _recipient_problems(recipients: Any, office_roles: frozenset[ContactRole]) -> list[Reason]:
    known = [role.value for role in ContactRole if role is not ContactRole.ADMINISTRATOR]
    if not isinstance(recipients, list) or not recipients or len(set(map(str, recipients))) < len(recipients):
        return [Reason("recipients: must be a list of different roles, at least one", "至少要通知一个角色，不能重复")]
    return [
        Reason(f"recipients: {one!r} is not one of {', '.join(known)}", f"「{one}」不是能通知的角色")
        for one in recipients
        if one not in known
    ] + [
        Reason(
            f"recipients: nobody in contacts is {one}, so this rung would tell nobody",
            f"联系人中没有{ContactRole(one).label}，这一级通知不到人",
        )
        for one in recipients
        if one in ROLES and ContactRole(one) not in office_roles
    ]
