"""Deadlines and rungs laid out in time: pure arithmetic on a plan and a start."""

from datetime import datetime, timedelta

from jiesu.model.case import Ladder, LadderPlan, Rung
from jiesu.model.words import LadderKind


def lay_out(kind: LadderKind, plan: LadderPlan, start: datetime, *, counted_from: str = "交办") -> Ladder:
    """The ladder of `plan` counted from `start` in natural time, its rungs in order of their hour.

    `counted_from` says what happened at `start`.

    Hours are cut to whole seconds: the state machine waits for them as `YYYY-MM-DDTHH:MM:SSZ`.
    A rung that would fall before `start` (a reminder longer before the deadline than the
    term itself) is left out.
    """
    whole = start.replace(microsecond=0)
    deadline = whole + plan.term
    rungs = sorted(
        (
            Rung(at=deadline + rung.offset, action=rung.action, recipients=rung.recipients)
            for rung in plan.rungs
            if deadline + rung.offset > whole
        ),
        key=lambda rung: rung.at,
    )
    return Ladder(kind=kind, deadline=deadline, rungs=tuple(rungs), why=f"自{counted_from}起 {in_words(plan.term)}内{kind.label}")


def in_words(span: timedelta) -> str:
    """A span in Chinese, its two largest units: `2 小时`, `7 天`, `1 小时 30 分`."""
    seconds = int(span.total_seconds())
    days, seconds = divmod(seconds, 86_400)
    hours, seconds = divmod(seconds, 3_600)
    minutes, seconds = divmod(seconds, 60)
    parts = [(days, "天"), (hours, "小时"), (minutes, "分"), (seconds, "秒")]
    said = [f"{count} {unit}" for count, unit in parts if count][:2]
    return " ".join(said) or "0 秒"
