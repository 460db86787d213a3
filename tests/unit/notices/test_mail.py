"""What the mail of a notice says, in both its forms, and how it goes on the wire."""

from collections.abc import Callable
from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from zoneinfo import ZoneInfo

import pytest

from jiesu.cases.commands import Command, Escalate, SendBack, WithdrawAssignment
from jiesu.model.errors import PermanentError
from jiesu.model.numbers import order_number
from jiesu.model.words import ContactRole, Urgency
from jiesu.notices.mail import Letter, as_html, as_text, compose, write_letter
from jiesu.notices.notice import Notice
from jiesu.notices.sms import write_sms
from tests.builders import ASSIGNMENT_ID, BULLETIN_NUMBER, NOW, a_bulletin, a_contact, a_whole_plan, acknowledge, after, report
from tests.unit.notices.builders import LINK, a_notice

SENDER = "jiesu@example.org"


def climbed(rungs: int) -> list[Command]:
    """The commands that climb the first rungs of the acknowledgement's ladder."""
    return [Escalate(assignment_id=ASSIGNMENT_ID, run=1, rung=rung) for rung in range(rungs)]


def sent_back(reason: str = "未说明处罚依据") -> list[Command]:
    return [acknowledge(), report(), SendBack(assignment_id=ASSIGNMENT_ID, reason=reason)]


def withdrawn(reason: str = "属地有误") -> Command:
    return WithdrawAssignment(assignment_id=ASSIGNMENT_ID, reason=reason)


def text_of(notice: Notice) -> str:
    return as_text(write_letter(notice))


def parsed(notice: Notice) -> EmailMessage:
    message = message_from_bytes(compose(notice, sender=SENDER, now=NOW), policy=default)
    assert isinstance(message, EmailMessage)
    return message


def part(message: EmailMessage, kind: str) -> str:
    body = message.get_body((kind,))
    assert body is not None
    content: str = body.get_content()
    return content


@pytest.mark.parametrize("form", [as_text, as_html])
def test_a_dispatch_says_facts_place_requirements_and_both_deadlines_with_their_reasons(form: Callable[[Letter], str]) -> None:
    said = form(write_letter(a_notice()))
    for fact in (
        BULLETIN_NUMBER,
        "网民反映丰台区马家堡西路某小区电梯内有人往按键上吐痰。",
        "丰台区马家堡西路某小区",
        "请核实处置并反馈结果。",
        "2026年11月23日（周一）11:31",
        "自交办起 2 小时内签收",
        "自交办起 7 天内反馈",
        LINK,
        "北京时间",
    ):
        assert fact in said


def test_deadlines_are_told_in_the_time_of_the_office() -> None:
    said = text_of(a_notice(zone=ZoneInfo("Asia/Tokyo")))
    assert "12:31" in said
    assert "Asia/Tokyo 时间" in said


@pytest.mark.parametrize(
    ("notice", "subject"),
    [
        (a_notice(bulletin=a_bulletin(urgency=Urgency.CRITICAL)), f"【特急】请签收：网民反映问题通报单 {BULLETIN_NUMBER}"),
        (a_notice(*climbed(1)), f"【一般】催办：通报单 {BULLETIN_NUMBER} 尚未签收"),
        (a_notice(*climbed(2)), f"【一般】催办：通报单 {BULLETIN_NUMBER} 逾期未签收"),
        (
            a_notice(*climbed(3), contact=a_contact(ContactRole.SUPERVISOR)),
            f"【一般】督办：通报单 {BULLETIN_NUMBER} 逾期未签收（北京市公安局丰台分局）",
        ),
        (a_notice(*sent_back()), f"【一般】退回重办：通报单 {BULLETIN_NUMBER}"),
        (a_notice(withdrawn()), f"【一般】撤回：通报单 {BULLETIN_NUMBER}"),
    ],
)
def test_the_subject_says_urgency_what_it_is_and_the_number(notice: Notice, subject: str) -> None:
    assert parsed(notice)["Subject"] == subject


def test_the_subject_says_nothing_of_the_matter() -> None:
    subject = parsed(a_notice(bulletin=a_bulletin(title="张某某电话 13900000000")))["Subject"]
    assert "张某某" not in subject
    assert "13900000000" not in subject


def test_a_bureau_that_has_acknowledged_meanwhile_is_not_asked_to_again() -> None:
    dispatched = a_notice()
    acknowledged = a_notice(acknowledge(), Escalate(assignment_id=ASSIGNMENT_ID, run=2, rung=0)).assignment
    letter = write_letter(replace(dispatched, assignment=acknowledged))
    assert "请反馈" in letter.subject
    assert "你单位已签收" in as_text(letter)
    assert "签收时限" not in as_text(letter)


def test_a_reminder_before_the_deadline_asks_to_be_in_time_and_one_after_it_to_act_at_once() -> None:
    assert "请按时签收。" in text_of(a_notice(*climbed(1)))
    assert "请立即签收。" in text_of(a_notice(*climbed(2)))


def test_a_reminder_of_the_feedback_speaks_of_the_feedback() -> None:
    said = text_of(a_notice(acknowledge(), Escalate(assignment_id=ASSIGNMENT_ID, run=2, rung=0)))
    assert "尚未反馈" in said
    assert "签收时间" in said


def test_what_is_sent_back_says_why_and_until_when() -> None:
    said = text_of(a_notice(*sent_back("未说明处罚依据")))
    assert "未说明处罚依据" in said
    assert "11月30日" in said


def test_a_withdrawal_says_why_and_gives_no_link_and_no_facts() -> None:
    notice = a_notice(withdrawn("属地有误"))
    for said in (text_of(notice), as_html(write_letter(notice))):
        assert "属地有误" in said
        assert LINK not in said
        assert notice.bulletin.facts not in said


def test_the_office_is_sent_to_its_desk_and_told_of_no_code() -> None:
    said = text_of(a_notice(*climbed(3), contact=a_contact(ContactRole.SUPERVISOR)))
    assert "打开工作台" in said
    assert "验证码" not in said


def test_both_forms_of_the_wire_message_say_the_letter_and_plain_text_comes_first() -> None:
    notice = a_notice()
    message = parsed(notice)
    assert message.get_content_type() == "multipart/alternative"
    assert [one.get_content_type() for one in message.iter_parts()] == ["text/plain", "text/html"]
    assert part(message, "plain").replace("\r\n", "\n") == text_of(notice)
    assert part(message, "html").replace("\r\n", "\n") == as_html(write_letter(notice))


def test_every_byte_on_the_wire_has_seven_bits_and_no_line_is_too_long_for_smtp() -> None:
    facts = "很长的一行" * 800
    wire = compose(a_notice(bulletin=a_bulletin(facts=facts)), sender=SENDER, now=NOW)
    assert wire.isascii()
    assert max(len(line) for line in wire.split(b"\r\n")) <= 998
    assert b"\n" not in wire.replace(b"\r\n", b"")


def test_a_notice_keeps_its_message_id_and_its_thread_at_every_try() -> None:
    first = parsed(a_notice())
    again = message_from_bytes(compose(a_notice(), sender=SENDER, now=after(hours=1)), policy=default)
    reminder = parsed(a_notice(*climbed(1)))
    assert first["Message-ID"] == again["Message-ID"] == f"<{a_notice().id}@example.org>"
    assert reminder["Message-ID"] != first["Message-ID"]
    assert reminder["References"] == first["References"]


def test_answering_machines_are_asked_to_stay_quiet_and_nobody_can_unsubscribe() -> None:
    message = parsed(a_notice())
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Unsubscribe"] is None


@pytest.mark.parametrize(
    ("notice", "importance"),
    [
        (a_notice(), None),
        (a_notice(bulletin=a_bulletin(urgency=Urgency.CRITICAL)), "high"),
        (a_notice(*climbed(3), contact=a_contact(ContactRole.SUPERVISOR)), "high"),
    ],
)
def test_only_what_is_critical_or_supervised_is_marked_important(notice: Notice, importance: str | None) -> None:
    assert parsed(notice)["Importance"] == importance


def test_markup_in_a_bulletin_stays_text() -> None:
    html = as_html(write_letter(a_notice(bulletin=a_bulletin(facts='<script>alert("x")</script>\n第二行'))))
    assert "<script" not in html
    assert "&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;<br>第二行" in html


def test_the_html_loads_nothing_from_outside() -> None:
    html = as_html(write_letter(a_notice()))
    assert not any(word in html for word in ("<img", "<link", "<script", "url(", "src="))


@pytest.mark.parametrize(
    "address", ["", "nobody", "a b@example.org", "a@", "a@b@example.org", "值班@example.org", "a@example.org\r\nBcc: b@x"]
)
def test_an_address_that_is_none_is_refused_for_good(address: str) -> None:
    with pytest.raises(PermanentError, match="mail_address_malformed"):
        compose(a_notice(contact=a_contact(email=address)), sender=SENDER, now=NOW)


def test_a_contacts_name_cannot_add_a_header() -> None:
    with pytest.raises(PermanentError, match="mail_address_malformed"):
        compose(a_notice(contact=a_contact(name="王警官\r\nBcc: b@example.org")), sender=SENDER, now=NOW)


def an_order(role: ContactRole) -> Notice:
    """The notice of the supervision order at the end of a silent bureau's feedback."""
    strikes = [Escalate(assignment_id=ASSIGNMENT_ID, run=1, rung=rung, order_number=ORDER) for rung in range(8)]
    return a_notice(*strikes, plan=a_whole_plan(), contact=a_contact(role, name="王警官"))


ORDER = order_number(2026, 7)


@pytest.mark.parametrize("role", [ContactRole.CHIEF, ContactRole.COMMAND_CENTRE])
def test_a_supervision_order_has_a_text_of_its_own_with_its_number(role: ContactRole) -> None:
    message = parsed(an_order(role))
    said = part(message, "plain")
    assert f"督办单 {ORDER}" in str(message["Subject"])
    assert f"督办单 {ORDER}" in said
    assert f"通报单 {BULLETIN_NUMBER} 逾期未反馈" in said
    assert "说明逾期原因" in said
    assert message["Importance"] == "high"
    assert ORDER in write_sms(an_order(role), "0427")


def test_an_acknowledgement_that_expired_is_called_so() -> None:
    strike = Escalate(assignment_id=ASSIGNMENT_ID, run=2, rung=0)
    notice = a_notice(acknowledge(), strike, plan=a_whole_plan())
    assert "签收后无进展" in text_of(notice)
    assert "请立即着手办理。" in text_of(notice)


def test_the_command_centre_reads_who_has_it_and_gets_the_desk_and_no_code() -> None:
    notice = a_notice(contact=a_contact(ContactRole.COMMAND_CENTRE, name="值班台"))
    letter = write_letter(notice)
    assert "请会同处置：网民反映问题通报单" in letter.subject
    assert "已交办北京市公安局丰台分局（主办）" in as_text(letter)
    assert "4711" not in write_sms(notice, "4711")
    assert "请指挥中心会同处置" in write_sms(notice, "4711")
