"""How long and how often a platform lets the office answer a citizen, computed from what was said so far.

A window belongs to a conversation: what the citizen writes opens it, each answer uses it up. No
platform says how much is left, so both are kept (`ReplyLedger`) and the rules are data.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from jiesu.model.case import Case, MessageRef, Reply, Task
from jiesu.model.message import ConversationKey
from jiesu.model.timeline import ReplyWindowClosing
from jiesu.model.words import CaseStatus, ContentType, MessageKind, Platform, TaskKind


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowRule:
    """What one message of a citizen allows: answers for `term`, `replies` of them; None is as many as one likes."""

    term: timedelta
    replies: int | None

    @property
    def warned_after(self) -> timedelta:
        """How long a message may wait before a person is warned: a quarter of the term is left, 12 hours of 48."""
        return self.term * 3 / 4


RULES: Mapping[tuple[Platform, MessageKind], WindowRule] = {
    # http://open.weibo.com/wiki/Send_Customer_Service_Message
    (Platform.WEIBO, MessageKind.PRIVATE): WindowRule(term=timedelta(hours=48), replies=None),
    (Platform.WEIBO, MessageKind.MENTION): WindowRule(term=timedelta(hours=48), replies=1),
    # https://developers.weixin.qq.com/doc/service/api/customer/message/api_sendcustommessage
    (Platform.WECHAT, MessageKind.PRIVATE): WindowRule(term=timedelta(hours=48), replies=5),
    # As projects that use it quote the documentation of im/send/msg: six for each message, so the newest one counts.
    (Platform.DOUYIN, MessageKind.PRIVATE): WindowRule(term=timedelta(hours=24), replies=6),
}
"""Private answers by what opened the way to them. A comment opens none, and a public answer to it needs none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyLedger:
    """What one conversation's window is computed from.

    `opened` holds the newest message of each kind that opens a window, `replied` every private
    answer that was sent, by its id.
    """

    platform: Platform
    opened: Mapping[MessageKind, datetime]
    replied: Mapping[str, datetime]

    def heard(self, kind: MessageKind, at: datetime) -> "ReplyLedger":
        """The ledger with one more message; an older one than is known changes nothing."""
        newest = max(at, self.opened.get(kind, at))
        return ReplyLedger(platform=self.platform, opened={**self.opened, kind: newest}, replied=self.replied)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyWindow:
    """When private answers may be sent, and how many more; `left` is None where they are not counted."""

    opened_at: datetime
    closes_at: datetime
    left: int | None

    def refusal(self, now: datetime) -> str | None:
        """Why the platform would not take an answer now: a reason code, or None."""
        if now >= self.closes_at:
            return "window_closed"
        return "reply_quota" if self.left == 0 else None


def opens_window(platform: Platform, kind: MessageKind, content_type: ContentType) -> bool:
    """Whether such a message lets the office answer in private. A click on a menu is an event, and opens nothing."""
    return content_type not in (ContentType.EVENT, ContentType.ECHO) and (platform, kind) in RULES


def window_of(ledger: ReplyLedger, now: datetime) -> ReplyWindow | None:
    """The window that allows most at `now`; None where no rule is known for what the citizen wrote.

    A private message and an @mention open a window each, and the platform goes by the better one.
    """
    windows = [
        ReplyWindow(opened_at=at, closes_at=at + rule.term, left=_left(rule, ledger, at))
        for kind, at in ledger.opened.items()
        if (rule := RULES.get((ledger.platform, kind))) is not None
    ]
    return max(windows, key=lambda one: _worth(one, now), default=None)


def _worth(window: ReplyWindow, now: datetime) -> tuple[bool, bool, bool, datetime]:
    return window.refusal(now) is None, now < window.closes_at, window.left is None, window.closes_at


def _left(rule: WindowRule, ledger: ReplyLedger, opened_at: datetime) -> int | None:
    if rule.replies is None:
        return None
    return max(0, rule.replies - sum(at >= opened_at for at in ledger.replied.values()))


# --- The warning before it shuts ---------------------------------------------------------------

UNANSWERED = "unanswered"
"""Reason code of the task."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WarnOfReplyWindow:
    """What the sweeper sends when `message` has waited for three quarters of its window."""

    message: MessageRef


def warning_at(message: MessageRef) -> datetime | None:
    """When a person is warned that `message` is not answered yet; None where no window is known for it."""
    rule = RULES.get((message.platform, message.kind))
    return None if rule is None else message.sent_at + rule.warned_after


def warn_of_window(case: Case, command: WarnOfReplyWindow, now: datetime) -> ReplyWindowClosing | None:
    """The warning, or None where the citizen was answered, the case is closed, or it is too late for an answer anyway."""
    message = command.message
    closes_at, subject = _closes_at(message), _subject(message.conversation)
    if closes_at is None or case.status is CaseStatus.CLOSED or _is_answered(case, message):
        return None
    if now >= closes_at or any(_is_warning(task, subject) for task in case.tasks):
        return None
    task = Task(
        id=f"task.window-{case.version + 1}",
        kind=TaskKind.REPLY_WINDOW_CLOSING,
        subject=subject,
        reason=UNANSWERED,
        opened_at=now,
        due=closes_at,
    )
    return ReplyWindowClosing(message=message, task=task)


def after_answer(case: Case, reply: Reply | None) -> Case:
    """`case` once `reply` has arrived: nobody need be warned of that citizen's window."""
    if reply is None or reply.automatic_at is not None:
        return case
    subject = _subject(reply.to.conversation)
    return replace(case, tasks=tuple(task for task in case.tasks if not _is_warning(task, subject)))


def after_message(case: Case, message: MessageRef) -> Case:
    """`case` with one more message, which may open anew the window that was about to shut; one that came late does not."""
    closes_at, subject = _closes_at(message), _subject(message.conversation)
    if closes_at is None:
        return case
    kept = (task for task in case.tasks if not _is_warning(task, subject) or task.due is None or task.due >= closes_at)
    return replace(case, tasks=tuple(kept))


def _closes_at(message: MessageRef) -> datetime | None:
    rule = RULES.get((message.platform, message.kind))
    return None if rule is None else message.sent_at + rule.term


def _is_answered(case: Case, message: MessageRef) -> bool:
    """An answer that is on its way counts; one that the system gave by itself does not, and one that failed is a task already."""
    return any(
        reply.to.conversation == message.conversation
        and reply.to.sent_at >= message.sent_at
        and reply.automatic_at is None
        and reply.state != "failed"
        for reply in case.replies
    )


def _is_warning(task: Task, subject: str) -> bool:
    return task.kind is TaskKind.REPLY_WINDOW_CLOSING and task.subject == subject


def _subject(conversation: ConversationKey) -> str:
    return f"{conversation.account_id}/{conversation.citizen_id}"
