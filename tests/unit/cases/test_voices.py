"""Every citizen of a case gets an answer, and nobody is forgotten when it is closed."""

from datetime import timedelta

import pytest

from jiesu.cases.commands import Command, JoinMessage, RecordReplyFailed, RecordReplySent, ReplyToAll, ReplyToCitizen
from jiesu.cases.effects import ReplyEffect, effects_of
from jiesu.cases.voices import unanswered
from jiesu.model.case import Case, MessageRef
from jiesu.model.errors import CommandRefusedError
from jiesu.model.message import ConversationKey
from jiesu.model.timeline import RepliesRequested
from tests import builders as build


def ref(citizen: int, *, minutes: int = 0) -> MessageRef:
    return build.a_message_ref(
        message_id=f"m{citizen}-{minutes}",
        conversation=ConversationKey(account_id="weibo-main", citizen_id=str(citizen)),
        sent_at=build.NOW + timedelta(minutes=minutes),
    )


def join(citizen: int, *, minutes: int = 0) -> JoinMessage:
    return JoinMessage(message=ref(citizen, minutes=minutes), triage=build.a_triage())


def a_case(*commands: Command) -> Case:
    return build.the_case(build.a_history(build.open_case(message=ref(1)), *commands))


def waiting(case: Case) -> list[str]:
    return [one.conversation.citizen_id for one in unanswered(case)]


def test_one_text_answers_everybody_who_has_no_answer_each_in_their_own_conversation() -> None:
    entries = build.a_history(
        build.open_case(message=ref(1)),
        join(2),
        join(3, minutes=1),
        join(3, minutes=5),
        ReplyToCitizen(reply_id="early", text="已受理", to=ref(2)),
        ReplyToAll(reply_id="r", text="已查处"),
    )
    change = entries[-1].change
    assert isinstance(change, RepliesRequested)
    assert [(one.id, one.to) for one in change.replies] == [("r-1", ref(1)), ("r-2", ref(3, minutes=5))]
    effects = effects_of(entries[-1])
    assert len({one.id for one in effects if isinstance(one, ReplyEffect)}) == 2
    assert waiting(build.the_case(entries)) == []


def test_each_of_several_answers_ends_in_its_own_way_and_the_failed_one_waits_for_a_person() -> None:
    case = a_case(
        join(2),
        ReplyToAll(reply_id="r", text="已查处"),
        RecordReplySent(reply_id="r-1", platform_ref="1"),
        RecordReplyFailed(reply_id="r-2", reason="window_closed"),
    )
    assert [one.state for one in case.replies] == ["sent", "failed"]
    assert waiting(case) == ["2"]
    assert waiting(a_case(join(2), ReplyToAll(reply_id="r", text="已查处"))) == []


def test_a_case_is_not_closed_over_a_citizen_without_an_answer_unless_a_person_says_so() -> None:
    with pytest.raises(CommandRefusedError) as refused:
        a_case(join(2), ReplyToCitizen(reply_id="r", text="已查处", to=ref(1)), build.close())
    assert refused.value.code == "citizens_unanswered"
    assert a_case(join(2), build.close(leaves_unanswered=True)).closed_at is not None
    assert a_case(join(2), ReplyToAll(reply_id="r", text="已查处"), build.close()).closed_at is not None


def test_nobody_is_answered_twice_by_an_answer_to_all() -> None:
    with pytest.raises(CommandRefusedError) as refused:
        a_case(ReplyToAll(reply_id="r", text="已查处"), ReplyToAll(reply_id="s", text="已查处"))
    assert refused.value.code == "everybody_answered"
