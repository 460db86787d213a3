"""Asking a citizen where something comes from: question by question, reminded of once, and never for ever."""

from datetime import timedelta

import pytest

from jiesu.cases.asking import SAME_BREATH, SettleQuestion, StopAsking
from jiesu.cases.commands import Command, Escalate, JoinMessage, RecordReplyFailed, RecordReplySent
from jiesu.cases.effects import ClockEffect, ReplyEffect, effects_of
from jiesu.cases.ladder import in_words
from jiesu.model.asking import Asking, AskingAction, AskingState, QuestionTopic, StepState
from jiesu.model.case import Case, MessageRef
from jiesu.model.errors import CommandRefusedError
from jiesu.model.message import ConversationKey
from jiesu.model.timeline import AskingReminded, AskingTimedOut, Entry
from jiesu.model.words import MessageKind, Platform, ReplyManner, TaskKind
from tests import builders as build

MINUTE = timedelta(minutes=1)
ASK = build.start_asking()


def wrote(number: int, *, minutes: float, citizen: str = "citizen-1", emergency: bool = False) -> JoinMessage:
    """One more private message of the citizen."""
    message = build.a_message_ref(
        message_id=f"weibo:{number}",
        kind=MessageKind.PRIVATE,
        conversation=ConversationKey(account_id="weibo-main", citizen_id=citizen),
        sent_at=build.after(minutes=minutes),
        post_id=None,
    )
    return JoinMessage(message=message, triage=build.an_emergency() if emergency else build.noise())


def history(*commands: Command, step: timedelta = MINUTE) -> tuple[Entry, ...]:
    return tuple(build.a_history(build.open_case(), *commands, step=step))


def asked(*commands: Command) -> Case:
    """The case after an asking was started and `commands` were carried out, a minute between them."""
    return build.the_case(history(ASK, *commands))


def asking_of(case: Case) -> Asking:
    return case.askings[-1]


def states(case: Case) -> list[StepState]:
    return [step.state for step in asking_of(case).steps]


def clock(rung: int, *, run: int = 1) -> Escalate:
    return Escalate(assignment_id="ask-1", run=run, rung=rung)


def test_one_key_sends_the_first_question_and_starts_a_clock_of_its_own() -> None:
    entry = history(ASK)[-1]
    clocks = [one for one in effects_of(entry) if isinstance(one, ClockEffect)]
    assert [(one.assignment_id, one.run) for one in clocks] == [("ask-1", 1)]
    assert len([one for one in effects_of(entry) if isinstance(one, ReplyEffect)]) == 1
    case = asked()
    assert [step.question.topic for step in asking_of(case).steps] == list(QuestionTopic)
    assert states(case) == [StepState.ASKED, StepState.WAITING, StepState.WAITING]
    assert case.replies[-1].text == asking_of(case).steps[0].question.text


def test_each_answer_is_threaded_to_its_question_and_brings_the_next_one_by_itself() -> None:
    entries = history(ASK, wrote(2, minutes=2), wrote(3, minutes=3), wrote(4, minutes=4))
    case = build.the_case(entries)
    assert [step.answer_ids for step in asking_of(case).steps] == [("weibo:2",), ("weibo:3",), ("weibo:4",)]
    assert asking_of(case).state is AskingState.DONE
    sent = [[type(one) for one in effects_of(entry)] for entry in entries[2:]]
    assert sent == [[ClockEffect, ReplyEffect], [ClockEffect, ReplyEffect], []]
    assert len({reply.id for reply in case.replies}) == 3
    assert asking_of(case).next_rung is None


def test_what_somebody_else_writes_or_what_was_sent_before_the_question_is_no_answer() -> None:
    case = asked(wrote(2, minutes=2, citizen="citizen-2"), wrote(3, minutes=-5))
    assert states(case)[0] is StepState.ASKED


def test_what_follows_in_the_same_breath_still_belongs_to_the_answer_before() -> None:
    soon = 2 + (SAME_BREATH - timedelta(seconds=1)) / MINUTE
    case = asked(wrote(2, minutes=2), wrote(3, minutes=soon))
    assert [step.answer_ids for step in asking_of(case).steps[:2]] == [("weibo:2", "weibo:3"), ()]
    assert len(case.replies) == 2, "it brings no further question"


def test_an_answer_after_all_questions_is_a_message_like_any_other() -> None:
    case = asked(*(wrote(number, minutes=number) for number in range(2, 7)))
    assert (asking_of(case).state, case.message_count) == (AskingState.DONE, 6)


def test_the_citizen_is_reminded_once_for_all_questions_and_then_it_times_out_for_a_person() -> None:
    entries = history(ASK, clock(0), clock(0), wrote(2, minutes=4), clock(1, run=2), clock(1, run=2))
    assert [type(entry.change) for entry in entries if isinstance(entry.change, AskingReminded | AskingTimedOut)] == [
        AskingReminded,
        AskingTimedOut,
    ]
    case = build.the_case(entries)
    assert (asking_of(case).state, [task.kind for task in case.tasks]) == (AskingState.TIMED_OUT, [TaskKind.ASKING])
    assert asking_of(case).next_rung is None


def test_the_hours_of_reminder_and_time_out_are_the_offices() -> None:
    plan = build.an_asking_plan(remind_after=timedelta(hours=1), expire_after=timedelta(hours=3))
    rungs = asking_of(build.the_case(history(build.start_asking(plan=plan)))).rungs
    assert [(rung.action, in_words(rung.at - build.after(minutes=1))) for rung in rungs] == [
        (AskingAction.REMIND, "1 小时"),
        (AskingAction.TIME_OUT, "3 小时"),
    ]


@pytest.mark.parametrize("stale", [clock(0), clock(1)])
def test_a_clock_of_an_earlier_question_changes_nothing(stale: Escalate) -> None:
    assert asked(wrote(2, minutes=2), stale).version == asked(wrote(2, minutes=2)).version


def test_an_answer_that_comes_late_is_threaded_and_the_questions_go_on() -> None:
    case = asked(clock(0), clock(1), wrote(2, minutes=4))
    assert (asking_of(case).state, states(case)[:2]) == (AskingState.OPEN, [StepState.ANSWERED, StepState.ASKED])
    assert case.tasks == ()
    rung = asking_of(case).next_rung
    assert rung is not None
    assert rung.action is AskingAction.TIME_OUT, "there is no second reminder"


@pytest.mark.parametrize("end", [StopAsking(asking_id="ask-1", reason="已打电话"), build.close()])
def test_a_stopped_asking_and_a_closed_case_ask_and_remind_no_more(end: Command) -> None:
    case = asked(end)
    assert asking_of(case).state is AskingState.STOPPED
    assert asking_of(case).next_rung is None
    assert asked(end, clock(0)).version == case.version
    if case.closed_at is None:
        assert states(asked(end, wrote(2, minutes=4)))[0] is StepState.ASKED


def test_a_question_that_could_not_be_sent_is_a_persons_and_nobody_is_reminded_of_it() -> None:
    first = asked().replies[-1].id
    failed = RecordReplyFailed(reply_id=first, reason="window_closed")
    case = asked(failed)
    assert [task.kind for task in case.tasks] == [TaskKind.REPLY_FAILED]
    assert states(case)[0] is StepState.UNSENT
    assert asking_of(case).next_rung is None
    assert asked(failed, clock(0)).version == case.version
    assert states(asked(failed, wrote(2, minutes=3)))[0] is StepState.UNSENT, "nobody has heard the question"
    told = asked(failed, SettleQuestion(asking_id="ask-1", step=0, said="电话里说是业主群"))
    assert states(told) == [StepState.ANSWERED, StepState.WAITING, StepState.WAITING], "whoever telephones asks the rest too"
    assert states(asked(failed, RecordReplySent(reply_id=first, platform_ref="1")))[0] is StepState.ASKED


def test_a_person_writes_down_an_answer_or_skips_a_question_and_the_next_goes_out() -> None:
    said = SettleQuestion(asking_id="ask-1", step=0, said="来信里已说明是自己拍的")
    case = asked(said)
    assert states(case) == [StepState.ANSWERED, StepState.ASKED, StepState.WAITING]
    assert asking_of(case).run == 2
    ahead = asked(SettleQuestion(asking_id="ask-1", step=2, said=""), wrote(2, minutes=3), wrote(3, minutes=4))
    assert states(ahead) == [StepState.ANSWERED, StepState.ANSWERED, StepState.SKIPPED]
    assert asking_of(ahead).state is AskingState.DONE
    with pytest.raises(CommandRefusedError):
        asked(said, said)


def test_an_emergency_among_the_answers_stops_the_questions_and_asks_a_person() -> None:
    case = asked(wrote(2, minutes=2, emergency=True))
    assert asking_of(case).state is AskingState.STOPPED
    assert states(case) == [StepState.ANSWERED, StepState.WAITING, StepState.WAITING]
    assert TaskKind.ASKING in [task.kind for task in case.tasks]


def test_one_citizen_is_asked_one_thing_at_a_time_and_two_citizens_at_once() -> None:
    other = build.start_asking(build.a_message_ref(conversation=ConversationKey(account_id="weibo-main", citizen_id="citizen-2")))
    assert [one.id for one in asked(other).askings] == ["ask-1", "ask-2"]
    with pytest.raises(CommandRefusedError):
        asked(ASK)


def a_ref(platform: Platform, kind: MessageKind, *, post: str | None) -> MessageRef:
    return build.a_message_ref(platform=platform, kind=kind, post_id=post)


@pytest.mark.parametrize(
    ("to", "manner"),
    [
        (a_ref(Platform.WEIBO, MessageKind.PRIVATE, post=None), ReplyManner.PRIVATE),
        (a_ref(Platform.WEIBO, MessageKind.MENTION, post="1"), ReplyManner.PRIVATE),
        (a_ref(Platform.WEIBO, MessageKind.COMMENT, post="1"), ReplyManner.COMMENT),
        (a_ref(Platform.WECHAT, MessageKind.PRIVATE, post=None), ReplyManner.PRIVATE),
        (a_ref(Platform.TELEPHONE, MessageKind.PRIVATE, post=None), ReplyManner.PRIVATE),
    ],
)
def test_a_question_goes_in_private_where_that_is_possible(to: MessageRef, manner: ReplyManner) -> None:
    assert build.the_case(history(build.start_asking(to))).replies[-1].manner is manner


def test_a_mention_allows_one_private_answer_so_that_its_reminder_stands_under_the_post() -> None:
    assert [reply.manner for reply in asked(clock(0)).replies] == [ReplyManner.PRIVATE, ReplyManner.COMMENT]


def test_a_mention_of_last_week_is_asked_under_its_post() -> None:
    to = build.a_message_ref(sent_at=build.after(days=-7))
    assert build.the_case(history(build.start_asking(to))).replies[-1].manner is ReplyManner.COMMENT
