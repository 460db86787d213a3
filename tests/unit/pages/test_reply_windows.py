"""What the desk says about a reply window."""

from datetime import datetime

import pytest

from jiesu.cases.reply_window import ReplyLedger
from jiesu.model.words import MessageKind, Platform
from jiesu.pages.reply_windows import window_notices
from tests import builders as build


def said(platform: Platform, kind: MessageKind, now: datetime, *, replies: int = 0) -> tuple[str, bool]:
    replied = {f"r{number}": build.NOW for number in range(replies)}
    (notice,) = window_notices([ReplyLedger(platform=platform, opened={kind: build.NOW}, replied=replied)], now)
    return notice.text, notice.shut


@pytest.mark.parametrize(
    ("hours", "left"), [(0, "48 小时"), (17, "31 小时"), (46.5, "1 小时"), (47.5, "30 分钟"), (47.999, "1 分钟")]
)
def test_what_is_left_is_said_in_hours_and_in_minutes_at_last(hours: float, left: str) -> None:
    expected = f"微信公众号答复窗口还剩 {left}，可再发 4 条。"
    assert said(Platform.WECHAT, MessageKind.PRIVATE, build.after(hours=hours), replies=1) == (expected, False)


def test_what_is_not_counted_is_said_to_be_so() -> None:
    text, shut = said(Platform.WEIBO, MessageKind.PRIVATE, build.NOW, replies=9)
    assert (text, shut) == ("微博答复窗口还剩 48 小时，条数不限。", False)


def test_a_shut_window_says_why_and_what_can_be_done() -> None:
    text, shut = said(Platform.WECHAT, MessageKind.PRIVATE, build.after(hours=48))
    assert shut
    assert "超过 48 小时" in text
    assert "再次来信" in text
    text, shut = said(Platform.WEIBO, MessageKind.MENTION, build.NOW, replies=1)
    assert shut
    assert "条数已用完" in text


def test_nothing_is_said_of_what_nobody_knows() -> None:
    assert window_notices([ReplyLedger(platform=Platform.WEIBO, opened={}, replied={})], build.NOW) == ()
