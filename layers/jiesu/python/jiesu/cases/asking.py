"""Asking a citizen where something comes from: the office's questions one by one, by themselves once an editor has started.

    start ──▶ question 1 ──answer──▶ question 2 ──answer──▶ … ──answer──▶ done
                 │  one reminder, for all questions together
                 └─▶ timed out: a task for a person; an answer that comes later goes on from there

What the citizen writes in the conversation while a question is out is its answer. Each question is a reply like any
other: where the platform would refuse it in private and there is a post to comment under, it is asked there; where it
cannot be sent a person is asked to, and the clock stands still. An editor may write down an answer that came otherwise,
skip a question, or stop. An emergency stops it: who is in danger is not questioned by a machine.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from jiesu.cases.matters import MatterChange
from jiesu.cases.refusals import opened, refuse, text_of
from jiesu.cases.reply_window import RULES
from jiesu.model.asking import (
    ASKING_PREFIX,
    Asking,
    AskingAction,
    AskingRung,
    AskingState,
    AskingStep,
    Question,
    QuestionTopic,
    StepState,
)
from jiesu.model.case import AnswerThreaded, Case, MessageRef, NextQuestion, Reply, Task
from jiesu.model.message import ConversationKey
from jiesu.model.timeline import (
    AskingReminded,
    AskingStarted,
    AskingStopped,
    AskingTimedOut,
    CaseReleased,
    Merged,
    MessagesMovedOut,
    QuestionSettled,
)
from jiesu.model.words import ReplyManner, TaskKind

SAME_BREATH: Final = timedelta(seconds=5)
"""What is sent so soon after a question went out still belongs to the answer before."""

UNANSWERED = "asking_unanswered"
EMERGENCY = "asking_emergency"


@dataclass(frozen=True, slots=True, kw_only=True)
class AskingPlan:
    """The office's questions in their order, the words before one that is repeated, and how long an answer may take."""

    questions: tuple[Question, ...] = (
        Question(
            topic=QuestionTopic.ORIGIN,
            text="您好，感谢您反映情况。请问您反映的信息是从哪里看到、从哪里转来的？如是本人所见所拍，也请告诉我们。",
        ),
        Question(topic=QuestionTopic.DETAILS, text="谢谢。请问您了解具体的时间、地点和经过吗？"),
        Question(topic=QuestionTopic.FILMER, text="谢谢。请问您认识拍摄者吗？如认识，请转告对方与我们联系。"),
    )
    reminder: str = "您好，想再向您了解一下："
    remind_after: timedelta = timedelta(hours=4)
    expire_after: timedelta = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class StartAsking:
    """Asks whoever wrote `to`, in answer to it."""

    to: MessageRef
    plan: AskingPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class SettleQuestion:
    """What a person says of the question at `step`: what was answered; empty where it need not be asked."""

    asking_id: str
    step: int
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StopAsking:
    asking_id: str
    reason: str


AskingCommand = StartAsking | SettleQuestion | StopAsking
AskingChange = AskingStarted | AskingReminded | AskingTimedOut | QuestionSettled | AskingStopped


def decide_asking(case: Case, command: AskingCommand, now: datetime) -> AskingStarted | QuestionSettled | AskingStopped:
    """The change that `command` makes. Raises `CommandRefusedError`."""
    opened(case)
    match command:
        case StartAsking():
            return _start(case, command, now)
        case SettleQuestion():
            return _settle(case, command, now)
        case StopAsking():
            asking = _known(case, command.asking_id)
            if asking.state is not AskingState.OPEN:
                raise refuse("asking_over")
            return AskingStopped(
                asking_id=asking.id, reason=text_of(command.reason, missing="reason_missing"), run=asking.run + 1
            )


def climb_asking(case: Case, asking_id: str, *, run: int, rung: int, now: datetime) -> AskingReminded | AskingTimedOut | None:
    """What the clock of `run` does at `rung`; None where it is of an older run, or has passed."""
    asking = _known(case, asking_id)
    due, current = asking.next_rung, asking.current
    if due is None or current is None or asking.run != run or asking.level != rung:
        return None
    match due.action:
        case AskingAction.REMIND:
            step = asking.steps[current]
            before = case.reply(step.reply_id)
            if before is None:
                raise ValueError("a question that is out is a reply of the case")
            reply = replace(
                before,
                id=f"{step.reply_id}-again",
                text=asking.reminder + step.question.text,
                manner=_manner(case, before.to, now),
                state="requested",
                platform_ref="",
            )
            return AskingReminded(asking_id=asking.id, run=run, rung=rung, step=current, reply=reply)
        case AskingAction.TIME_OUT:
            return AskingTimedOut(asking_id=asking.id, run=run, rung=rung, step=current, task=_task(asking, UNANSWERED, now))


def answer_of(case: Case, message: MessageRef, *, emergency: bool, now: datetime) -> AnswerThreaded | None:
    """The question that `message` answers and what follows; None where none is out in its conversation."""
    asking = next(
        (
            one
            for one in reversed(case.askings)
            if one.conversation == message.conversation and one.state in (AskingState.OPEN, AskingState.TIMED_OUT)
        ),
        None,
    )
    place = None if asking is None else _answered_by(asking, message.sent_at)
    if asking is None or place is None:
        return None
    if asking.steps[place].state is StepState.ANSWERED:
        return AnswerThreaded(asking_id=asking.id, step=place, run=asking.run)
    is_last = asking.following is None
    return AnswerThreaded(
        asking_id=asking.id,
        step=place,
        run=asking.run + 1,
        following=None if emergency or is_last else _next(case, asking, message, now),
        task=_task(asking, EMERGENCY, now) if emergency and not is_last else None,
    )


def _start(case: Case, command: StartAsking, now: datetime) -> AskingStarted:
    conversation = command.to.conversation
    if any(one.conversation == conversation and one.state is AskingState.OPEN for one in case.askings):
        raise refuse("asking_running")
    asking = Asking(
        id=f"{ASKING_PREFIX}{len(case.askings) + 1}",
        platform=command.to.platform,
        conversation=conversation,
        steps=tuple(AskingStep(question=one) for one in command.plan.questions),
        reminder=command.plan.reminder,
        remind_after=command.plan.remind_after,
        expire_after=command.plan.expire_after,
    )
    return AskingStarted(asking=asking, first=_next(case, asking, command.to, now))


def _settle(case: Case, command: SettleQuestion, now: datetime) -> QuestionSettled:
    asking = _known(case, command.asking_id)
    if asking.state not in (AskingState.OPEN, AskingState.TIMED_OUT):
        raise refuse("asking_over")
    if not 0 <= command.step < len(asking.steps):
        raise refuse("question_missing")
    state = asking.steps[command.step].state
    if state.is_settled:
        raise refuse("question_settled")
    said = command.said.strip()
    # Only after a question that could be sent: else a person is asking, and goes on asking.
    goes_on = state is StepState.ASKED and asking.state is AskingState.OPEN and asking.following is not None
    to = _last_written(case, asking)
    return QuestionSettled(
        asking_id=asking.id,
        step=command.step,
        said=text_of(said) if said else "",
        run=asking.run + 1 if state in (StepState.ASKED, StepState.UNSENT) else asking.run,
        following=_next(case, asking, to, now) if goes_on and to is not None else None,
    )


def _known(case: Case, asking_id: str) -> Asking:
    asking = case.asking(asking_id)
    if asking is None:
        raise refuse("asking_missing")
    return asking


def _answered_by(asking: Asking, sent_at: datetime) -> int | None:
    """The question that a message of that hour answers: the one that is out, or the one before for what comes in one breath."""
    current = asking.current
    before = [place for place, one in enumerate(asking.steps) if one.state is StepState.ANSWERED and one.answer_ids]
    if current is not None and asking.steps[current].state is StepState.ASKED:
        asked_at = asking.steps[current].asked_at
        # Platforms tell whole seconds.
        if asked_at is not None and sent_at >= asked_at.replace(microsecond=0) + (SAME_BREATH if before else timedelta()):
            return current
    if before and (asked_at := asking.steps[before[-1]].asked_at) is not None and sent_at >= asked_at.replace(microsecond=0):
        return before[-1]
    return None


def _last_written(case: Case, asking: Asking) -> MessageRef | None:
    """What the last question was put in answer to."""
    asked = [case.reply(one.reply_id) for one in asking.steps if one.reply_id]
    return next((reply.to for reply in reversed(asked) if reply is not None), None)


def _next(case: Case, asking: Asking, to: MessageRef, now: datetime) -> NextQuestion:
    place = asking.following
    if place is None:
        raise ValueError("no question is left")
    reply = Reply(
        # The case's number with it: a conversation's answers are counted by their ids, whatever case they belong to.
        id=f"{case.id}-{asking.id}-{place + 1}",
        text=asking.steps[place].question.text,
        to=to,
        manner=_manner(case, to, now),
    )
    start = now.replace(microsecond=0)
    rungs = (
        AskingRung(at=start + asking.remind_after, action=AskingAction.REMIND),
        AskingRung(at=start + asking.expire_after, action=AskingAction.TIME_OUT),
    )
    return NextQuestion(step=place, reply=reply, rungs=rungs)


def _manner(case: Case, to: MessageRef, now: datetime) -> ReplyManner:
    """In private where, by what the case knows, the platform allows it; else under the post, where there is one.

    What the case does not know of, `send_reply` does: then the question is a person's task.
    """
    if not to.allows_comment:
        return ReplyManner.PRIVATE
    rule = RULES.get((to.platform, to.kind))
    given = sum(one.to == to and one.manner is ReplyManner.PRIVATE and one.state != "failed" for one in case.replies)
    allowed = rule is not None and now < to.sent_at + rule.term and (rule.replies is None or given < rule.replies)
    return ReplyManner.PRIVATE if allowed else ReplyManner.COMMENT


def _task(asking: Asking, reason: str, now: datetime) -> Task:
    return Task(id=f"task.{asking.id}-{asking.run}", kind=TaskKind.ASKING, subject=asking.id, reason=reason, opened_at=now)


# --- What the entries make of a case ----------------------------------------------------------


def asking_applied(case: Case, change: AskingChange, at: datetime) -> Case:
    """`case` after `change`, which was made at `at`."""
    match change:
        case AskingStarted():
            return _asked(replace(case, askings=(*case.askings, change.asking)), change.asking.id, change.first, at)
        case AskingReminded():
            reminded = _with(case, change.asking_id, lambda asking: replace(asking, level=change.rung + 1))
            return replace(reminded, replies=(*case.replies, change.reply))
        case AskingTimedOut():
            over = _with(
                case, change.asking_id, lambda asking: replace(asking, level=change.rung + 1, state=AskingState.TIMED_OUT)
            )
            return replace(over, tasks=(*case.tasks, change.task))
        case QuestionSettled():
            state = StepState.ANSWERED if change.said else StepState.SKIPPED
            settled = _with(
                case,
                change.asking_id,
                lambda asking: replace(_with_step(asking, change.step, state=state, said=change.said), run=change.run),
            )
            return _finished(_asked(settled, change.asking_id, change.following, at), change.asking_id)
        case AskingStopped():
            stopped = _with(case, change.asking_id, lambda asking: replace(asking, state=AskingState.STOPPED, run=change.run))
            return _without_tasks(stopped, change.asking_id)


def answer_applied(case: Case, answer: AnswerThreaded | None, message_id: str, at: datetime) -> Case:
    """`case` after a message that is an answer, or none."""
    if answer is None:
        return case

    def threaded(asking: Asking) -> Asking:
        ids = (*asking.steps[answer.step].answer_ids, message_id)
        stepped = _with_step(asking, answer.step, state=StepState.ANSWERED, answer_ids=ids)
        if answer.run == asking.run:
            return stepped
        return replace(stepped, run=answer.run, state=AskingState.OPEN if answer.task is None else AskingState.STOPPED)

    before = case.asking(answer.asking_id)
    after = _with(case, answer.asking_id, threaded)
    if before is not None and before.run != answer.run:
        after = _without_tasks(after, answer.asking_id)
    after = _finished(_asked(after, answer.asking_id, answer.following, at), answer.asking_id)
    return after if answer.task is None else replace(after, tasks=(*after.tasks, answer.task))


def asking_after_reply(case: Case, reply_id: str, *, sent: bool) -> Case:
    """`case` after it is known what became of a reply: a question that could not be sent is a person's to ask."""
    before, after = (StepState.UNSENT, StepState.ASKED) if sent else (StepState.ASKED, StepState.UNSENT)
    for asking in case.askings:
        for place, step in enumerate(asking.steps):
            if step.reply_id == reply_id and step.state is before:
                return _with(case, asking.id, partial(_with_step, place=place, state=after))
    return case


def askings_ended(case: Case, conversations: Collection[ConversationKey] | None = None) -> Case:
    """`case` with nobody being asked any more; of some `conversations` alone where they are given."""

    def ended(one: Asking) -> Asking:
        is_meant = conversations is None or one.conversation in conversations
        return replace(one, state=AskingState.STOPPED, run=one.run + 1) if is_meant and one.state is AskingState.OPEN else one

    return replace(case, askings=tuple(ended(one) for one in case.askings))


def askings_after_matter(case: Case, change: MatterChange) -> Case:
    """`case` after it was merged, or messages left it: whoever wrote them answers elsewhere."""
    match change:
        case Merged():
            return askings_ended(case)
        case CaseReleased() | MessagesMovedOut():
            return askings_ended(case, {one.message.conversation for one in change.messages})
        case _:
            return case


def _asked(case: Case, asking_id: str, question: NextQuestion | None, at: datetime) -> Case:
    if question is None:
        return case

    def asked(asking: Asking) -> Asking:
        return replace(
            _with_step(asking, question.step, state=StepState.ASKED, reply_id=question.reply.id, asked_at=at),
            rungs=question.rungs,
            # Whoever was reminded of one question is reminded of no other.
            level=min(asking.level, len(question.rungs) - 1),
        )

    return replace(_with(case, asking_id, asked), replies=(*case.replies, question.reply))


def _finished(case: Case, asking_id: str) -> Case:
    """`case` with the asking done, if every question is settled."""
    asking = case.asking(asking_id)
    if asking is None or not all(one.state.is_settled for one in asking.steps):
        return case
    return _without_tasks(_with(case, asking_id, lambda one: replace(one, state=AskingState.DONE)), asking_id)


def _without_tasks(case: Case, asking_id: str) -> Case:
    return replace(case, tasks=tuple(task for task in case.tasks if task.subject != asking_id))


def _with(case: Case, asking_id: str, changed: Callable[[Asking], Asking]) -> Case:
    return replace(case, askings=tuple(changed(one) if one.id == asking_id else one for one in case.askings))


def _with_step(asking: Asking, place: int, **changes: object) -> Asking:
    return replace(
        asking,
        steps=tuple(
            replace(one, **changes) if number == place else one  # type: ignore[arg-type]
            for number, one in enumerate(asking.steps)
        ),
    )
