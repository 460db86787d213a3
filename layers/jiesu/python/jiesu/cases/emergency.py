"""An emergency: the command centre is told and the citizen sent to 110 at once, without anybody's decision.

Neither is repeated at every line of somebody who writes in fear: who was told moments ago is
told again after a while, who has been sent to 110 is not sent there again the same hour.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from jiesu.model.case import Alarm, Case, Emergency, MessageRef, Reply, Task
from jiesu.model.message import ConversationKey, Triage
from jiesu.model.people import Contact
from jiesu.model.words import ContactRole, MessageKind, ReplyManner, TaskKind

TOLD_AGAIN_AFTER = timedelta(minutes=30)
"""How long further messages of a case leave the command centre in peace; the desk has them all."""

ANSWERED_AGAIN_AFTER = timedelta(hours=6)
"""How long one conversation is not sent to 110 again."""

ANSWER = (
    "您好，这是自动回复。如有人身危险或正在发生违法犯罪，请立即拨打110；火灾拨119，急救拨120；不便通话可发短信至12110，"
    "说明地点和现场情况。私信和评论不是报警渠道，请勿在此等候。"
)
"""What the citizen is told unless the office has words of its own."""

NOBODY_TO_TELL = "command_centre_missing"
"""Reason code of the task: nobody in the directory is the command centre."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EmergencyPlan:
    """What the office has laid down for emergencies: whom to tell, and what the citizen is answered."""

    contacts: tuple[Contact, ...] = ()
    answer: str = ANSWER

    @classmethod
    def of(cls, contacts: Iterable[Contact], answer: str) -> "EmergencyPlan":
        """The plan of an office with these contacts, of whom the command centre's are told."""
        return cls(contacts=tuple(one for one in contacts if one.role is ContactRole.COMMAND_CENTRE), answer=answer)


NO_PLAN = EmergencyPlan()
"""For whoever knows of no office: nobody to tell is a task, and the answer is given all the same."""


def alarm_of(
    case: Case | None, message: MessageRef, triage: Triage, plan: EmergencyPlan, *, answered: Iterable[Reply], now: datetime
) -> Alarm | None:
    """What `message` sets off where it tells of an emergency, None otherwise.

    `case` is the one it joins, `answered` what its citizen was answered before.
    """
    if not triage.emergency:
        return None
    known = case.emergency if case is not None else None
    told_lately = known is not None and known.told_at is not None and now < known.told_at + TOLD_AGAIN_AFTER
    asked = case is not None and any(task.kind is TaskKind.EMERGENCY_UNTOLD for task in case.tasks)
    return Alarm(
        reason=triage.reasons[-1],
        contacts=() if told_lately else plan.contacts,
        reply=_answer(message, plan.answer, answered, now),
        task=None if plan.contacts or told_lately or asked else _task(message, now),
    )


def emergency_after(before: Emergency | None, alarm: Alarm, at: datetime) -> Emergency:
    """What the case knows of its emergency after `alarm`: the first reason stays."""
    told_at = at if alarm.contacts else before.told_at if before is not None else None
    return Emergency(reason=before.reason if before is not None else alarm.reason, told_at=told_at)


def _answer(message: MessageRef, text: str, answered: Iterable[Reply], now: datetime) -> Reply | None:
    """The automatic answer; None where the conversation has it, and where a person took the message and spoke to the citizen."""
    if message.is_answered_by_hand or any(_is_recent(one, message.conversation, now) for one in answered):
        return None
    return Reply(
        id=f"automatic-{_digest(message)}",
        text=text,
        to=message,
        # Under the post where that is possible: a mention allows one private answer, which is the editor's.
        manner=ReplyManner.COMMENT if message.kind is not MessageKind.PRIVATE and message.allows_comment else ReplyManner.PRIVATE,
        automatic_at=now,
    )


def _is_recent(reply: Reply, conversation: ConversationKey, now: datetime) -> bool:
    at = reply.automatic_at
    return at is not None and reply.to.conversation == conversation and now < at + ANSWERED_AGAIN_AFTER


def _task(message: MessageRef, now: datetime) -> Task:
    return Task(
        id=f"task.emergency-{_digest(message)}",
        kind=TaskKind.EMERGENCY_UNTOLD,
        subject=message.message_id,
        reason=NOBODY_TO_TELL,
        opened_at=now,
    )


def _digest(message: MessageRef) -> str:
    """Stands for the message in ids: the same however often the command is decided, and safe in an address."""
    return hashlib.sha256(message.message_id.encode()).hexdigest()[:16]
