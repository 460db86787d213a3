"""How long and how often a citizen may be answered, by platform and by what was written."""

from dataclasses import replace
from datetime import datetime
from typing import Unpack

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiesu.cases.commands import (
    CloseCase,
    Command,
    JoinMessage,
    RecordReplyFailed,
    RecordReplySent,
    ReplyToCitizen,
    decide,
)
from jiesu.cases.fold import apply, next_entry
from jiesu.cases.reply_window import (
    RULES,
    ReplyLedger,
    ReplyWindow,
    WarnOfReplyWindow,
    opens_window,
    warning_at,
    window_of,
)
from jiesu.model.case import Case
from jiesu.model.message import ConversationKey
from jiesu.model.words import ContentType, MessageKind, Platform, ReplyManner, Resolution, TaskKind
from tests import builders as build


def ledger(platform: Platform, *, replied: tuple[datetime, ...] = (), **opened: datetime) -> ReplyLedger:
    return ReplyLedger(
        platform=platform,
        opened={MessageKind(kind): at for kind, at in opened.items()},
        replied={f"r{number}": at for number, at in enumerate(replied)},
    )


def window(of: ReplyLedger, now: datetime = build.NOW) -> ReplyWindow:
    found = window_of(of, now)
    assert found is not None
    return found


def test_a_private_message_on_weibo_may_be_answered_as_often_as_one_likes_for_48_hours() -> None:
    often = ledger(Platform.WEIBO, private=build.NOW, replied=(build.after(hours=1),) * 30)
    assert window(often) == ReplyWindow(opened_at=build.NOW, closes_at=build.after(hours=48), left=None)
    assert window(often).refusal(build.after(hours=47, minutes=59)) is None
    assert window(often).refusal(build.after(hours=48)) == "window_closed"


def test_a_mention_on_weibo_earns_one_reply() -> None:
    assert window(ledger(Platform.WEIBO, mention=build.NOW)).left == 1
    answered = window(ledger(Platform.WEIBO, mention=build.NOW, replied=(build.after(hours=1),)))
    assert answered.refusal(build.after(hours=2)) == "reply_quota"


def test_a_message_on_wechat_earns_five_and_the_next_message_five_more() -> None:
    five = tuple(build.after(minutes=minute) for minute in range(1, 6))
    assert window(ledger(Platform.WECHAT, private=build.NOW, replied=five[:4])).left == 1
    assert window(ledger(Platform.WECHAT, private=build.NOW, replied=five)).refusal(build.after(hours=1)) == "reply_quota"
    assert window(ledger(Platform.WECHAT, private=build.after(hours=1), replied=five)).left == 5


def test_a_shut_window_says_so_before_it_says_that_nothing_is_left() -> None:
    spent = window(ledger(Platform.WEIBO, mention=build.NOW, replied=(build.NOW,)))
    assert spent.refusal(build.after(hours=48)) == "window_closed"


def test_of_a_private_message_and_a_mention_the_better_window_counts() -> None:
    both = ledger(Platform.WEIBO, private=build.NOW, mention=build.after(hours=1), replied=(build.after(hours=2),))
    assert window(both, build.after(hours=3)).left is None
    late = build.after(hours=48, minutes=30)
    assert window(both, late) == ReplyWindow(opened_at=build.after(hours=1), closes_at=build.after(hours=49), left=0)


def test_nothing_is_known_where_nothing_opens_a_window() -> None:
    assert window_of(ledger(Platform.WEIBO), build.NOW) is None
    assert window_of(ledger(Platform.WEIBO, comment=build.NOW), build.NOW) is None
    assert window_of(ledger(Platform.WECHAT, mention=build.NOW), build.NOW) is None


@pytest.mark.parametrize("platform", [Platform.WEIBO, Platform.WECHAT])
def test_a_click_on_a_menu_opens_nothing(platform: Platform) -> None:
    assert not opens_window(platform, MessageKind.PRIVATE, ContentType.EVENT)
    assert opens_window(platform, MessageKind.PRIVATE, ContentType.IMAGE)
    assert not opens_window(platform, MessageKind.COMMENT, ContentType.TEXT)


hours = st.floats(min_value=0, max_value=120).map(lambda length: build.after(hours=length))
ruled = st.sampled_from(sorted(RULES))


@given(rule=ruled, sent=st.lists(hours, min_size=1), now=hours)
def test_messages_in_any_order_open_the_same_window(
    rule: tuple[Platform, MessageKind], sent: list[datetime], now: datetime
) -> None:
    platform, kind = rule
    heard, backwards = ledger(platform), ledger(platform)
    for at in sent:
        heard = heard.heard(kind, at)
    for at in reversed(sent):
        backwards = backwards.heard(kind, at)
    assert heard == backwards
    assert window(heard, now).closes_at == max(sent) + RULES[rule].term


@given(rule=ruled, replied=st.lists(hours, max_size=8), later=hours, now=hours)
def test_one_more_reply_never_gives_more_and_one_more_message_never_less(
    rule: tuple[Platform, MessageKind], replied: list[datetime], later: datetime, now: datetime
) -> None:
    platform, kind = rule
    before = ledger(platform, replied=tuple(replied)).heard(kind, build.NOW)
    after = ledger(platform, replied=(*replied, now)).heard(kind, build.NOW)
    if (left := window(before, now).left) is not None:
        assert max(0, left - 1) == window(after, now).left
    again = window(before.heard(kind, later), now)
    assert again.closes_at >= window(before, now).closes_at
    if left is not None:
        assert again.left is not None
        assert again.left >= left


# --- The warning before it shuts ---------------------------------------------------------------

MENTION = build.a_message_ref()
WARN = WarnOfReplyWindow(message=MENTION)
LATE = build.after(hours=40)
ANSWER = ReplyToCitizen(reply_id="r1", text="您好，已转办。")
SENT = RecordReplySent(reply_id="r1", platform_ref="1")


def after(*commands: Command, now: datetime = LATE) -> Case:
    """A case that a mention opened, once `commands` were carried out one after the other at `now`."""
    case: Case | None = None
    for command in (build.open_case(), *commands):
        change = decide(case, command, now if case else build.NOW)
        if change is not None:
            case = apply(case, next_entry(case, build.CASE_ID, change, actor=build.SYSTEM, now=now))
    assert case is not None
    return case


def join(**fields: Unpack[build.MessageRefFields]) -> JoinMessage:
    return JoinMessage(message=replace(build.a_message_ref(**fields), message_id="weibo:2"), triage=build.a_triage())


def test_a_person_is_warned_while_a_quarter_of_the_window_is_left() -> None:
    assert warning_at(MENTION) == build.after(hours=36)
    on_douyin = build.a_message_ref(platform=Platform.DOUYIN, kind=MessageKind.PRIVATE)
    assert warning_at(on_douyin) == build.after(hours=18)
    assert warning_at(build.a_message_ref(kind=MessageKind.COMMENT)) is None


def test_a_citizen_without_an_answer_is_a_task_that_says_until_when_and_there_is_one_of_it() -> None:
    (task,) = after(WARN, WARN).tasks
    assert (task.kind, task.due) == (TaskKind.REPLY_WINDOW_CLOSING, build.after(hours=48))


@pytest.mark.parametrize("manner", ReplyManner)
def test_who_is_answered_in_private_or_in_public_or_is_about_to_be_needs_no_warning(manner: ReplyManner) -> None:
    to = build.a_message_ref(post_id="4000000000000001")
    answer = ReplyToCitizen(reply_id="r1", text="您好，已转办。", to=to, manner=manner)
    assert after(answer, WARN).tasks == ()
    assert after(answer, SENT, WARN).tasks == ()
    assert after(WARN, answer, SENT).tasks == (), "the answer ends the warning"


def test_an_answer_that_did_not_go_out_is_none() -> None:
    kinds = {task.kind for task in after(ANSWER, RecordReplyFailed(reply_id="r1", reason="not_following"), WARN).tasks}
    assert kinds == {TaskKind.REPLY_FAILED, TaskKind.REPLY_WINDOW_CLOSING}


def test_an_answer_to_what_came_before_does_not_answer_what_came_since() -> None:
    later = join(sent_at=build.after(hours=1))
    (task,) = after(ANSWER, SENT, later, WarnOfReplyWindow(message=later.message)).tasks
    assert task.due == build.after(hours=49)


def test_a_closed_case_and_a_window_that_is_shut_warn_of_nothing() -> None:
    assert after(CloseCase(resolution=Resolution.NOT_ACTIONABLE, reason="无需办理"), WARN).tasks == ()
    assert after(WARN, now=build.after(hours=48)).tasks == ()


def test_a_citizen_who_writes_again_opens_the_window_anew_and_one_who_is_heard_late_does_not() -> None:
    assert after(WARN, join(sent_at=build.after(hours=39))).tasks == ()
    assert len(after(WARN, join(sent_at=build.after(hours=-1))).tasks) == 1
    assert len(after(WARN, join(sent_at=build.after(hours=39), kind=MessageKind.COMMENT)).tasks) == 1


def test_another_citizens_answer_ends_nobody_elses_warning() -> None:
    other = ConversationKey(account_id="weibo-main", citizen_id="other")
    theirs = join(sent_at=build.after(hours=1), conversation=other)
    case = after(theirs, WARN, WarnOfReplyWindow(message=theirs.message))
    assert len(case.tasks) == 2
    (left,) = after(theirs, WARN, WarnOfReplyWindow(message=theirs.message), ANSWER, SENT).tasks
    assert left.subject == f"{MENTION.conversation.account_id}/{MENTION.conversation.citizen_id}"
