"""Who of a case can be asked where it comes from, and what those who were asked have said. No I/O."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from jiesu.matters.source_clues import Answer, teller_of
from jiesu.model.asking import AskingState, QuestionTopic
from jiesu.model.case import Case
from jiesu.model.words import Platform
from jiesu.store.messages import StoredMessage

FIRST_SHOWN = 8
"""So many citizens have a button of their own; the others stand in the form's list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Askable:
    """A citizen of the case, and the newest message of theirs that was read: that is what is answered with a question."""

    message_id: str
    label: str
    platform: Platform
    sent_at: datetime
    is_asked: bool
    is_first: bool


def askable(case: Case, messages: Iterable[StoredMessage], *, first: str = "") -> tuple[Askable, ...]:
    """The citizens of `messages`: the first poster, whose key is `first`, before all others, then as they wrote."""
    newest = {one.message.conversation: one.message for one in sorted(messages, key=lambda one: one.message.sent_at)}
    asked = {one.conversation for one in case.askings if one.state is AskingState.OPEN}
    found = [
        Askable(
            message_id=message.id,
            label=f"网民 {conversation.alias}",
            platform=message.platform,
            sent_at=message.sent_at,
            is_asked=conversation in asked,
            is_first=teller_of(message.platform, conversation) == first,
        )
        for conversation, message in newest.items()
    ]
    return tuple(sorted(found, key=lambda one: not one.is_first))


def texts_of(messages: Iterable[StoredMessage]) -> Mapping[str, str]:
    """What stands in each message, by its id."""
    return {one.message.id: one.message.text for one in messages}


def answers(case: Case, texts: Mapping[str, str]) -> tuple[Answer, ...]:
    """What was answered in the case, as far as it was read."""
    return tuple(
        Answer(
            teller=teller_of(asking.platform, asking.conversation),
            text=text,
            of_origin=step.question.topic is QuestionTopic.ORIGIN,
            message_id=message_id,
        )
        for asking in case.askings
        for step in asking.steps
        for message_id, text in [*((one, texts.get(one, "")) for one in step.answer_ids), ("", step.said)]
        if text
    )
