"""What follows from an entry: the same things under the same ids, whenever it is asked."""

import pytest

from jiesu.cases.commands import AddNote, Command, Escalate, ReplyToCitizen, SendBack, WithdrawAssignment
from jiesu.cases.effects import ClockEffect, NoticeEffect, ReplyEffect, clock_of, effects_of
from jiesu.model.words import ContactRole, NoticeTemplate, Transport
from tests import builders as build

STRIKE = Escalate(assignment_id=build.ASSIGNMENT_ID, run=1, rung=0)
SEND_BACK = SendBack(assignment_id=build.ASSIGNMENT_ID, reason="没有写明依据")
WITHDRAW = WithdrawAssignment(assignment_id=build.ASSIGNMENT_ID, reason="属地有误")


@pytest.mark.parametrize(
    "commands",
    [
        (build.dispatch(),),
        (build.dispatch(), build.acknowledge()),
        (build.dispatch(), STRIKE),
        (build.dispatch(), build.acknowledge(), build.report(), SEND_BACK),
        (ReplyToCitizen(reply_id="r1", text="您好"),),
    ],
)
def test_an_entry_asks_for_the_same_effects_under_the_same_ids_each_time(commands: tuple[Command, ...]) -> None:
    entry = build.an_entry(*commands)
    assert effects_of(entry) == effects_of(entry)
    names = [effect.name if isinstance(effect, ClockEffect) else effect.id for effect in effects_of(entry)]
    assert len(set(names)) == len(names) > 0


def test_a_dispatch_starts_one_clock_a_bureau_and_tells_its_people_by_mail_and_sms_but_not_the_office() -> None:
    effects = effects_of(build.an_entry(build.dispatch(build.a_new_assignment(), build.a_joint_assignment())))
    assert [effect.run for effect in effects if isinstance(effect, ClockEffect)] == [1, 1]
    notices = [effect for effect in effects if isinstance(effect, NoticeEffect)]
    assert len(notices) == 2 * 2 * 2
    assert {notice.transport for notice in notices} == {Transport.MAIL, Transport.SMS}
    assert {notice.contact.role for notice in notices} == {ContactRole.DUTY_OFFICER, ContactRole.CHIEF}


def test_a_contact_without_an_address_is_not_written_to_there() -> None:
    contacts = (build.a_contact(email=""), build.a_contact(ContactRole.CHIEF, phone=""))
    effects = effects_of(build.an_entry(build.dispatch(build.a_new_assignment(contacts=contacts))))
    sent = [(effect.contact.role, effect.transport) for effect in effects if isinstance(effect, NoticeEffect)]
    assert sent == [(ContactRole.DUTY_OFFICER, Transport.SMS), (ContactRole.CHIEF, Transport.MAIL)]


def test_an_acknowledgement_starts_the_clock_of_the_feedback_and_tells_nobody() -> None:
    assert effects_of(build.an_entry(build.dispatch(), build.acknowledge())) == (clock_of(build.CASE_ID, build.ASSIGNMENT_ID, 2),)


def test_a_report_starts_nothing_and_a_withdrawal_only_tells_the_bureau() -> None:
    assert effects_of(build.an_entry(build.dispatch(), build.acknowledge(), build.report())) == ()
    effects = effects_of(build.an_entry(build.dispatch(), WITHDRAW))
    assert {effect.template for effect in effects if isinstance(effect, NoticeEffect)} == {NoticeTemplate.WITHDRAWN}
    assert not any(isinstance(effect, ClockEffect) for effect in effects)


def test_a_note_has_no_effect() -> None:
    assert effects_of(build.an_entry(AddNote(text="已电话核实"))) == ()


def test_a_reply_is_sent_once_under_its_entrys_id() -> None:
    (effect,) = effects_of(build.an_entry(ReplyToCitizen(reply_id="r1", text="您好")))
    assert effect == ReplyEffect(id=f"{build.CASE_ID}.2.reply", case_id=build.CASE_ID, reply_id="r1")


def test_the_clock_that_replaces_a_lost_one_has_a_name_of_its_own_that_still_says_whose_it_is() -> None:
    lost, restarted = clock_of("c", "a", 3), clock_of("c", "a", 3, attempt="20261123T0930")
    assert lost.name == "c.a.3"
    assert restarted.name == "c.a.3.20261123T0930"
    assert (restarted.case_id, restarted.assignment_id, restarted.run) == ("c", "a", 3)
