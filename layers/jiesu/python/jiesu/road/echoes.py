"""Echoes: what the office sent, as the platform tells it back. The surest receipt there is.

An echo closes the reply that it repeats, above all one whose call got no answer and that waits for a
person; it opens nothing, and what somebody wrote on the platform itself rests like any event.
"""

from datetime import datetime

from jiesu.cases.commands import RecordReplySent
from jiesu.model.case import Case, Reply
from jiesu.model.message import Message
from jiesu.model.people import Actor
from jiesu.model.words import ActorKind, MessageKind, ReplyManner
from jiesu.store.cases import CaseStore
from jiesu.store.reply_windows import ReplyWindowStore

_SYSTEM = Actor(kind=ActorKind.SYSTEM, id="ingest_message")


def confirm_reply(cases: CaseStore, windows: ReplyWindowStore, case_id: str, echo: Message, now: datetime) -> None:
    """Close the reply of the case that `echo` repeats, if one is still open or doubted. May be repeated.

    The window first, as after an answer: once the case knows, nobody comes back to count.
    """
    case = cases.standing(case_id)
    reply = None if case is None else _repeated(case, echo)
    if case is not None and reply is not None:
        if reply.manner is ReplyManner.PRIVATE:
            windows.count(echo.conversation, reply_id=reply.id, at=echo.sent_at)
        command = RecordReplySent(reply_id=reply.id, platform_ref=echo.post_id or "")
        cases.execute(case.id, command, actor=_SYSTEM, now=now)


def _repeated(case: Case, echo: Message) -> Reply | None:
    """The oldest reply to the citizen, private or public as the echo is, with these words that is not known to have arrived.

    By its words, for an answer that never came named no id either. An echo whose id is known repeats that
    reply and no other: it came before, or the platform's answer did.
    """
    if echo.post_id and any(one.platform_ref == echo.post_id for one in case.replies):
        return None
    manner = ReplyManner.PRIVATE if echo.kind is MessageKind.PRIVATE else ReplyManner.COMMENT
    return next(
        (
            one
            for one in case.replies
            if one.manner is manner
            and one.state != "sent"
            and one.to.conversation == echo.conversation
            and one.text.split() == echo.text.split()
        ),
        None,
    )
