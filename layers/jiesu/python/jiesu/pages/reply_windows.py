"""A conversation's reply window in the words of the desk: what is left of it, or what can be done instead."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from jiesu.cases.reply_window import ReplyLedger, ReplyWindow, window_of
from jiesu.model.words import MessageKind


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowNotice:
    """One sentence about one window; `shut` where an answer in private would be refused."""

    text: str
    shut: bool


def window_notices(ledgers: Iterable[ReplyLedger], now: datetime) -> tuple[WindowNotice, ...]:
    """What to say about the windows of a case's conversations; nothing about those whose rules nobody knows."""
    known = ((ledger, window_of(ledger, now)) for ledger in ledgers)
    return tuple(_notice(ledger, window, now) for ledger, window in known if window is not None)


def _notice(ledger: ReplyLedger, window: ReplyWindow, now: datetime) -> WindowNotice:
    label = ledger.platform.label
    match window.refusal(now):
        case None:
            room = "条数不限" if window.left is None else f"可再发 {window.left} 条"
            return WindowNotice(text=f"{label}答复窗口还剩 {_time_left(window, now)}，{room}。", shut=False)
        case "reply_quota":
            said = f"{label}来信后可答复的条数已用完"
        case _:
            said = f"{label}答复窗口已经关闭，距网民来信已超过 {_hours(window.closes_at - window.opened_at)} 小时"
    ways = "网民再次来信后窗口重新打开；留有其他联系方式的，请改用电话等方式答复"
    if MessageKind.MENTION in ledger.opened:
        ways += "；也可以在原帖下公开评论回复，不写个人信息"
    return WindowNotice(text=f"{said}，私信会被平台拒绝。{ways}。", shut=True)


def _time_left(window: ReplyWindow, now: datetime) -> str:
    """Hours as platforms count them, and minutes in the last one."""
    left = window.closes_at - now
    hours = _hours(left)
    return f"{hours} 小时" if hours else f"{max(1, left // timedelta(minutes=1))} 分钟"


def _hours(length: timedelta) -> int:
    return length // timedelta(hours=1)
