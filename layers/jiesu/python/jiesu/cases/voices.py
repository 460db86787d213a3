"""Every citizen of a case: who they are by their newest message, and who has no answer yet."""

from collections.abc import Collection
from typing import Final

from jiesu.model.case import Case, MessageRef
from jiesu.model.message import ConversationKey

MOST_VOICES: Final = 100
"""Citizens of a case that a machine joins others to: it keeps each with their answers, and a head ends at 400 KB."""


def heard(voices: tuple[MessageRef, ...], message: MessageRef) -> tuple[MessageRef, ...]:
    """`voices` with one more message: of each conversation its newest, in order of their first ones."""
    if all(one.conversation != message.conversation for one in voices):
        return (*voices, message)
    return tuple(
        message if one.conversation == message.conversation and message.sent_at >= one.sent_at else one for one in voices
    )


def without(voices: tuple[MessageRef, ...], gone: Collection[ConversationKey]) -> tuple[MessageRef, ...]:
    return tuple(one for one in voices if one.conversation not in gone)


def is_answered(case: Case, voice: MessageRef) -> bool:
    """Whether a person answered this citizen, here or, where sending failed, by hand.

    The system's own words are no answer, and neither is a question that the office asks, nor that it takes longer.
    """
    no_answers = {
        *(task.subject for task in case.tasks),
        *(step.reply_id for asking in case.askings for step in asking.steps),
        *(reply_id for one in case.assignments for extension in one.extensions for reply_id in extension.reply_ids),
    }
    return any(
        reply.to.conversation == voice.conversation and reply.automatic_at is None and reply.id not in no_answers
        for reply in case.replies
    )


def unanswered(case: Case) -> tuple[MessageRef, ...]:
    """The newest message of each citizen who has no answer."""
    return tuple(one for one in case.voices if not is_answered(case, one))
