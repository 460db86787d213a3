"""The office's questions to one citizen, put one after the other: where it comes from, what is known, who filmed it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from jiesu.model.message import ConversationKey
from jiesu.model.words import Platform

ASKING_PREFIX = "ask-"
"""With a number behind it an asking's id, which stands where an assignment's does. No dot: it parts the names of clocks."""


class QuestionTopic(StrEnum):
    """What a question is after. Only the answer to `ORIGIN` names a source."""

    ORIGIN = "origin"
    DETAILS = "details"
    FILMER = "filmer"

    @property
    def label(self) -> str:
        return {"origin": "信息从哪里转的", "details": "了解细节吗", "filmer": "认识拍摄者吗"}[self.value]


class StepState(StrEnum):
    """Where a question stands. `UNSENT` could not be sent, and is a person's to ask."""

    WAITING = "waiting"
    ASKED = "asked"
    UNSENT = "unsent"
    ANSWERED = "answered"
    SKIPPED = "skipped"

    @property
    def label(self) -> str:
        return {
            "waiting": "还没有问",
            "asked": "已发问，等待回答",
            "unsent": "没有发出，须人工询问",
            "answered": "已回答",
            "skipped": "不再问",
        }[self.value]

    @property
    def is_settled(self) -> bool:
        return self in (StepState.ANSWERED, StepState.SKIPPED)


class AskingState(StrEnum):
    """`TIMED_OUT` goes on where an answer comes late; `STOPPED` does not."""

    OPEN = "open"
    DONE = "done"
    TIMED_OUT = "timed_out"
    STOPPED = "stopped"

    @property
    def label(self) -> str:
        return {"open": "正在询问", "done": "询问完毕", "timed_out": "超时未答", "stopped": "已停止"}[self.value]


class AskingAction(StrEnum):
    """What the clock of an asking does."""

    REMIND = "remind"
    TIME_OUT = "time_out"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question as the office words it."""

    topic: QuestionTopic
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AskingStep:
    """One question with what became of it: the messages that answer it, or what a person wrote down of the answer."""

    question: Question
    state: StepState = StepState.WAITING
    reply_id: str = ""
    asked_at: datetime | None = None
    answer_ids: tuple[str, ...] = ()
    said: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskingRung:
    """Has whole seconds, as a ladder's rung."""

    at: datetime
    action: AskingAction


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """The questions to one citizen.

    `run` changes with every question, so that a clock of an earlier one is stale. `level` counts the rungs that the
    clock has climbed or must not climb: whoever was reminded once is reminded of no later question.
    """

    id: str
    platform: Platform
    conversation: ConversationKey
    steps: tuple[AskingStep, ...]
    reminder: str
    remind_after: timedelta
    expire_after: timedelta
    state: AskingState = AskingState.OPEN
    run: int = 1
    level: int = 0
    rungs: tuple[AskingRung, ...] = ()

    @property
    def current(self) -> int | None:
        """The place of the question that is out or that a person must ask; None where none is."""
        return next((place for place, one in enumerate(self.steps) if one.state in (StepState.ASKED, StepState.UNSENT)), None)

    @property
    def following(self) -> int | None:
        """The place of the question to be asked next."""
        return next((place for place, one in enumerate(self.steps) if one.state is StepState.WAITING), None)

    @property
    def next_rung(self) -> AskingRung | None:
        current = self.current
        if self.state is not AskingState.OPEN or current is None or self.steps[current].state is not StepState.ASKED:
            return None
        return self.rungs[self.level] if self.level < len(self.rungs) else None

    @property
    def expires_at(self) -> datetime | None:
        """When the question that is out times out."""
        return self.rungs[-1].at if self.rungs and self.next_rung is not None else None
