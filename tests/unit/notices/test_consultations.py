"""Mail and SMS of a question to a department: what it is asked, what it is told later, and what no SMS says."""

import pytest

from jiesu.cases.commands import Command, Escalate, SendBack, WithdrawAssignment
from jiesu.model.words import ContactRole
from jiesu.notices.mail import as_html, as_text, write_letter
from jiesu.notices.notice import Notice
from jiesu.notices.sms import segments, write_sms
from tests import builders as build
from tests.unit.notices.builders import LINK, a_notice

ASKED = build.consult()
QUESTION = ASKED.bulletin.facts


def notice(*commands: Command, role: ContactRole = ContactRole.DUTY_OFFICER) -> Notice:
    return a_notice(ASKED, *commands, about=1, contact=build.a_contact(role, name="王警官"))


def test_the_mail_has_the_question_the_deadline_with_its_reason_and_the_way_to_answer() -> None:
    letter = write_letter(notice())
    text = as_text(letter)
    assert letter.subject == "【一般】请答复业务咨询：咨询单 ZX2026-00001-2"
    assert QUESTION not in letter.subject
    for said in ("业务咨询单 · 提问", QUESTION, "不必签收", "咨询起", LINK, "打开咨询单，答复"):
        assert said in text
    assert "承办单位" not in text
    assert "注明由你单位解答" in as_html(letter)


def test_the_sms_has_number_deadline_and_code_and_nothing_of_the_question() -> None:
    text = write_sms(notice(), "4711")
    assert text == "【平安北京】咨询单ZX2026-00001-2请于11月23日11:32前答复，验证码4711，详见邮件。"
    assert segments(text) == 1


@pytest.mark.parametrize(
    ("commands", "subject", "mail", "sms"),
    [
        (
            (Escalate(assignment_id="c1", run=1, rung=0),),
            "催办：咨询单 ZX2026-00001-2 尚未答疑",
            "你单位尚未答疑下列咨询",
            "催办：咨询单ZX2026-00001-2尚未答疑，时限11月23日11:32，验证码4711。",
        ),
        (
            (build.answer(), SendBack(assignment_id="c1", reason="未成年人呢？")),
            "请补充答复：咨询单 ZX2026-00001-2",
            "未成年人呢？",
            "请于11月23日11:34前补充答复，验证码4711",
        ),
        (
            (WithdrawAssignment(assignment_id="c1", reason="网民自己查到了"),),
            "不必再答复：咨询单 ZX2026-00001-2",
            "原因：网民自己查到了",
            "咨询单ZX2026-00001-2已撤回，不必再答复",
        ),
    ],
    ids=["reminded", "asked again", "taken back"],
)
def test_what_follows_is_said_in_words_of_its_own(commands: tuple[Command, ...], subject: str, mail: str, sms: str) -> None:
    told = notice(*commands)
    letter = write_letter(told)
    assert letter.subject == f"【一般】{subject}"
    assert mail in as_text(letter)
    assert sms in write_sms(told, "4711")


def test_what_is_taken_back_leads_nowhere() -> None:
    assert LINK not in as_text(write_letter(notice(WithdrawAssignment(assignment_id="c1", reason="不必再问"))))


def test_a_supervisor_reads_which_department_is_silent_and_gets_no_code() -> None:
    told = notice(Escalate(assignment_id="c1", run=1, rung=0), role=ContactRole.SUPERVISOR)
    assert "交通总队尚未答疑下列咨询" in as_text(write_letter(told))
    assert "（交通总队）" in write_letter(told).subject
    assert "4711" not in write_sms(told, "4711")
