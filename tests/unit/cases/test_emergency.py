"""What an emergency sets off by itself, and what it does not repeat."""

from dataclasses import replace
from datetime import timedelta

import pytest

from jiesu.cases.commands import CorrectCase, FinishTask, JoinMessage, OpenCase
from jiesu.cases.effects import NoticeEffect, ReplyEffect, effects_of
from jiesu.cases.emergency import ANSWER, ANSWERED_AGAIN_AFTER, TOLD_AGAIN_AFTER, EmergencyPlan
from jiesu.cases.public_text import names_a_person
from jiesu.channels import douyin, weibo_public
from jiesu.channels.wechat import MAX_REPLY_BYTES
from jiesu.model.case import MessageRef
from jiesu.model.message import ConversationKey, Triage
from jiesu.model.timeline import Entry
from jiesu.model.words import ContactRole, MessageKind, NoticeTemplate, Platform, ReplyManner, TaskKind, Transport, Urgency
from tests import builders as build

PLAN = EmergencyPlan.of(build.office_contacts(), "请立即拨打110。")


def an_opening(triage: Triage | None = None, *, message: MessageRef | None = None, plan: EmergencyPlan = PLAN) -> OpenCase:
    return replace(build.open_case(message=message, triage=triage or build.an_emergency()), emergency=plan)


def joining(message_id: str, *, plan: EmergencyPlan = PLAN, conversation: ConversationKey | None = None) -> JoinMessage:
    ref = build.a_message_ref(message_id=message_id, conversation=conversation or build.a_message_ref().conversation)
    return JoinMessage(message=ref, triage=build.an_emergency(), emergency=plan)


def told(entry: Entry) -> list[NoticeEffect]:
    return [one for one in effects_of(entry) if isinstance(one, NoticeEffect)]


def answered(entry: Entry) -> list[ReplyEffect]:
    return [one for one in effects_of(entry) if isinstance(one, ReplyEffect)]


def test_an_emergency_tells_the_command_centre_alone_by_mail_and_sms_and_answers_the_citizen() -> None:
    (entry,) = entries = build.a_history(an_opening())
    assert {(one.contact.role, one.template) for one in told(entry)} == {(ContactRole.COMMAND_CENTRE, NoticeTemplate.EMERGENCY)}
    assert {one.transport for one in told(entry)} == {Transport.MAIL, Transport.SMS}
    case = build.the_case(entries)
    (reply,) = case.replies
    assert [one.reply_id for one in answered(entry)] == [reply.id]
    assert (reply.text, reply.automatic_at, reply.state) == (PLAN.answer, build.NOW, "requested")
    assert case.urgency is Urgency.CRITICAL
    assert case.emergency is not None
    assert "站在楼顶边上" in case.emergency.reason


def test_what_is_no_emergency_sets_nothing_off() -> None:
    entries = build.a_history(an_opening(build.a_triage()), JoinMessage(message=build.a_message_ref(), triage=build.a_triage()))
    assert [effects_of(entry) for entry in entries] == [(), ()]
    assert build.the_case(entries).emergency is None


def test_the_entry_asks_for_the_same_effects_under_the_same_ids_each_time() -> None:
    (entry,) = build.a_history(an_opening())
    ids = [one.id for one in effects_of(entry) if isinstance(one, NoticeEffect | ReplyEffect)]
    assert ids == [one.id for one in effects_of(entry) if isinstance(one, NoticeEffect | ReplyEffect)]
    assert len(set(ids)) == 3


def test_an_emergency_that_joins_a_calm_case_raises_it_and_sets_off_the_same() -> None:
    entries = build.a_history(an_opening(build.a_triage()), joining("weibo:2"))
    case = build.the_case(entries)
    assert (case.urgency, case.emergency is not None, len(case.replies)) == (Urgency.CRITICAL, True, 1)
    assert len(told(entries[-1])) == 2


def test_further_messages_of_fear_tell_and_answer_nobody_again_until_a_while_has_passed() -> None:
    soon = build.a_history(an_opening(), joining("weibo:2"), joining("weibo:3"), step=timedelta(minutes=2))
    assert [len(effects_of(entry)) for entry in soon] == [3, 0, 0]
    later = build.a_history(an_opening(), joining("weibo:2"), step=TOLD_AGAIN_AFTER)
    assert (len(told(later[-1])), answered(later[-1])) == (2, [])
    much_later = build.a_history(an_opening(), joining("weibo:2"), step=ANSWERED_AGAIN_AFTER)
    assert (len(told(much_later[-1])), len(answered(much_later[-1]))) == (2, 1)


def test_another_citizen_of_the_same_case_gets_an_answer_of_their_own() -> None:
    other = ConversationKey(account_id="weibo-main", citizen_id="citizen-2")
    entries = build.a_history(an_opening(), joining("weibo:2", conversation=other))
    assert [reply.to.conversation.citizen_id for reply in build.the_case(entries).replies] == ["citizen-1", "citizen-2"]


def test_whoever_was_answered_in_the_case_before_is_not_answered_again_in_the_next() -> None:
    before = build.the_case(build.a_history(an_opening()))
    soon = build.after(hours=1)
    (entry,) = build.a_history(replace(an_opening(), answered=before.replies), start=soon)
    assert (answered(entry), len(told(entry))) == ([], 2)


def test_where_nobody_is_named_a_person_is_asked_once_to_telephone() -> None:
    nobody = EmergencyPlan()
    entries = build.a_history(an_opening(plan=nobody), joining("weibo:2", plan=nobody))
    case = build.the_case(entries)
    (task,) = case.tasks
    assert task.kind is TaskKind.EMERGENCY_UNTOLD
    assert case.emergency is not None
    assert case.emergency.told_at is None
    assert [reply.text for reply in case.replies] == [ANSWER]
    settled = build.a_history(an_opening(plan=nobody), FinishTask(task_id=task.id, note="已打电话"))
    assert build.the_case(settled).tasks == ()


@pytest.mark.parametrize(
    ("platform", "kind", "post_id", "manner"),
    [
        (Platform.WEIBO, MessageKind.PRIVATE, None, ReplyManner.PRIVATE),
        (Platform.WEIBO, MessageKind.MENTION, "5000000001", ReplyManner.COMMENT),
        (Platform.WEIBO, MessageKind.COMMENT, "5000000001", ReplyManner.COMMENT),
        (Platform.WECHAT, MessageKind.PRIVATE, None, ReplyManner.PRIVATE),
        (Platform.DOUYIN, MessageKind.PRIVATE, "conversation-1", ReplyManner.PRIVATE),
        (Platform.PARTNER, MessageKind.COMMENT, "https://example.org/1", ReplyManner.PRIVATE),
    ],
)
def test_the_answer_goes_where_the_citizen_wrote(
    platform: Platform, kind: MessageKind, post_id: str | None, manner: ReplyManner
) -> None:
    message = build.a_message_ref(platform=platform, kind=kind, post_id=post_id)
    (reply,) = build.the_case(build.a_history(an_opening(message=message))).replies
    assert (reply.manner, reply.to) == (manner, message)


def test_who_is_on_the_telephone_has_been_told_by_a_person() -> None:
    message = build.a_message_ref(platform=Platform.TELEPHONE, kind=MessageKind.PRIVATE, post_id=None)
    (entry,) = entries = build.a_history(an_opening(message=message))
    assert build.the_case(entries).replies == ()
    assert len(told(entry)) == 2


def test_an_editor_who_saw_a_false_alarm_may_lower_the_urgency_and_the_next_call_raises_it_again() -> None:
    lower = CorrectCase(urgency=Urgency.ROUTINE, reason="误报")
    assert build.the_case(build.a_history(an_opening(), lower)).urgency is Urgency.ROUTINE
    assert build.the_case(build.a_history(an_opening(), lower, joining("weibo:2"))).urgency is Urgency.CRITICAL


def test_the_standard_answer_may_stand_in_public_and_fits_every_platform() -> None:
    assert not names_a_person(ANSWER)
    assert len(ANSWER) <= min(weibo_public.MAX_COMMENT_CHARACTERS, douyin.MAX_REPLY_CHARACTERS)
    assert len(ANSWER.encode()) <= MAX_REPLY_BYTES
    assert "110" in ANSWER
