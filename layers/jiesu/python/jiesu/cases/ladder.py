"""Deadlines and rungs laid out in time: pure arithmetic on a plan, a start and the hours that the office works."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from jiesu.cases.calendar import Calendar, Passage, calendar_of
from jiesu.model.calendar import DaysOff, WorkingHours
from jiesu.model.ladder import Ladder, LadderPlan, Rung, RungPlan
from jiesu.model.words import Clock, LadderKind

MAX_NAMED = 3
"""How many holidays, and how many worked weekend days, a deadline names: a long term passes many."""

_WEEKDAYS = "一二三四五六日"


def lay_out(
    kind: LadderKind, plan: LadderPlan, start: datetime, *, hours: WorkingHours | None = None, counted_from: str = "交办"
) -> Ladder:
    """The ladder of `plan` counted from `start`, its rungs in order of their hour.

    `counted_from` says what happened at `start`; `hours` are asked where a clock is the working one.

    Hours are cut to whole seconds: the state machine waits for them as `YYYY-MM-DDTHH:MM:SSZ`.
    A rung that would fall before `start` (a reminder longer before the deadline than the
    term itself) is left out.
    """
    calendar = calendar_of(hours or WorkingHours())
    whole = start.replace(microsecond=0)
    working = plan.clock is Clock.WORKING
    deadline = calendar.after(whole, plan.term) if working else whole + plan.term
    laid = (Rung(at=_hour(rung, deadline, calendar), action=rung.action, recipients=rung.recipients) for rung in plan.rungs)
    rungs = sorted((rung for rung in laid if rung.at > whole), key=lambda rung: rung.at)
    counted = f"{_day_and_hour(whole, calendar)} {counted_from}" if working else counted_from
    said = f"自{' ' * working}{counted}起 {term_in_words(plan, calendar)}内{kind.label}"
    why = [said, *passage_in_words(calendar.passage(whole, deadline), calendar)] if working else [said]
    return Ladder(kind=kind, deadline=deadline, rungs=tuple(rungs), why="；".join(why), started_at=whole)


def lay_out_until(
    kind: LadderKind, plan: LadderPlan, deadline: datetime, now: datetime, *, hours: WorkingHours, why: str
) -> Ladder:
    """The ladder of `plan` around a `deadline` that a person has set; rungs that would have stood before `now` are left out."""
    calendar = calendar_of(hours)
    laid = (Rung(at=_hour(rung, deadline, calendar), action=rung.action, recipients=rung.recipients) for rung in plan.rungs)
    rungs = sorted((rung for rung in laid if rung.at > now), key=lambda rung: rung.at)
    return Ladder(kind=kind, deadline=deadline, rungs=tuple(rungs), why=why)


def lay_out_if(
    kind: LadderKind, plan: LadderPlan | None, start: datetime, *, hours: WorkingHours, counted_from: str = "交办"
) -> Ladder | None:
    """As `lay_out`, where there is such a plan."""
    return None if plan is None else lay_out(kind, plan, start, hours=hours, counted_from=counted_from)


def term_in_words(plan: LadderPlan, calendar: Calendar) -> str:
    """The term of a ladder as its clock counts it: `2 小时`, `8 个工作小时`, `3 个工作日`."""
    return in_words(plan.term) if plan.clock is Clock.NATURAL else _in_working_words(plan.term, calendar)


def in_words(span: timedelta) -> str:
    """A span in Chinese, its two largest units: `2 小时`, `7 天`, `1 小时 30 分`."""
    seconds = int(span.total_seconds())
    days, seconds = divmod(seconds, 86_400)
    hours, seconds = divmod(seconds, 3_600)
    minutes, seconds = divmod(seconds, 60)
    parts = [(days, "天"), (hours, "小时"), (minutes, "分"), (seconds, "秒")]
    said = [f"{count} {unit}" for count, unit in parts if count][:2]
    return " ".join(said) or "0 秒"


def _hour(rung: RungPlan, deadline: datetime, calendar: Calendar) -> datetime:
    return calendar.moved(deadline, rung.offset) if rung.clock is Clock.WORKING else deadline + rung.offset


def passage_in_words(passage: Passage, calendar: Calendar) -> Iterator[str]:
    """Each thing that a term ran through, one phrase each."""
    if passage.begins is not None:
        yield f"当时不在工作时间，自 {_day_and_hour(passage.begins, calendar)} 起算"
    off, worked = passage.off, passage.worked
    named = [f"{_days(one)}{one.name}放假" for one in off[:MAX_NAMED]] + [
        f"{_day(one)}（{_weekday(one)}）上班" for one in worked[:MAX_NAMED]
    ]
    more = max(len(off) - MAX_NAMED, 0) + max(len(worked) - MAX_NAMED, 0)
    if named:
        yield "、".join(named) + (f"，另有 {more} 处节假日和调休" if more else "")
    if passage.weekend_days:
        yield f"周末 {passage.weekend_days} 天不计"
    if passage.unknown_years:
        yield f"{'、'.join(map(str, passage.unknown_years))} 年放假安排尚未载入，暂按周末推算"


def _in_working_words(span: timedelta, calendar: Calendar) -> str:
    if span and not span % calendar.day_length:
        return f"{span // calendar.day_length} 个工作日"
    minutes = int(span.total_seconds()) // 60
    parts = [(minutes // 60, "个工作小时"), (minutes % 60, "分")]
    return " ".join(f"{count} {unit}" for count, unit in parts if count)


def _day_and_hour(at: datetime, calendar: Calendar) -> str:
    local = at.astimezone(calendar.zone)
    return f"{_day(local.date())} {local:%H:%M}"


def _days(off: DaysOff) -> str:
    if off.first == off.last:
        return _day(off.first)
    same_month = off.first.month == off.last.month
    return f"{_day(off.first)}至{f'{off.last.day}日' if same_month else _day(off.last)}"


def _day(day: date) -> str:
    return f"{day.month}月{day.day}日"


def _weekday(day: date) -> str:
    return f"周{_WEEKDAYS[day.weekday()]}"
