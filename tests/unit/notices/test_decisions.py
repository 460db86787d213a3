"""What bureaus and supervisors are told about returns and their decision."""

from jiesu.cases.commands import Command
from jiesu.cases.extensions import GrantExtension, RefuseExtension
from jiesu.model.returns import ReturnVerdict
from jiesu.model.words import ContactRole
from jiesu.notices.mail import as_text, write_letter
from jiesu.notices.notice import Notice
from jiesu.notices.sms import segments, write_sms
from tests import builders as build
from tests.unit.notices.builders import a_notice

CODE = "0427"
TO = build.a_new_assignment("a3", bureau_code="CY", bureau_name="北京市公安局朝阳分局")
REROUTED: tuple[Command, ...] = (build.give_back(), build.decide_return(ReturnVerdict.REROUTED, to=TO))
SUPERVISOR = build.a_contact(ContactRole.SUPERVISOR)


def both(notice: Notice) -> tuple[str, str]:
    return as_text(write_letter(notice)), write_sms(notice, CODE)


def test_the_first_bureau_is_released_in_words_and_gets_neither_link_nor_code() -> None:
    mail, sms = both(a_notice(*REROUTED))
    assert "已改派其他单位，你单位无需继续办理，有关时限同时停止" in mail
    assert "http" not in mail
    assert CODE not in sms
    assert "朝阳" not in mail + sms


def test_the_second_bureau_is_asked_to_acknowledge_and_told_why_it_is_its_turn() -> None:
    mail, sms = both(a_notice(*REROUTED, about=1))
    assert "本件由其他单位改派而来，改派说明：事发地已核实。" in mail
    assert "事发地在朝阳区" not in mail, "what the first bureau wrote stays between it and the office"
    assert f"前签收，验证码{CODE}" in sms


def test_a_bureau_whose_return_was_not_agreed_to_learns_why_and_by_when() -> None:
    mail, sms = both(a_notice(build.give_back(), build.decide_return()))
    assert "理由：事发地已核实。" in mail
    assert "2026年11月30日（周一）09:33 前反馈" in mail
    assert CODE in sms


def test_the_supervisor_is_asked_to_arbitrate_at_the_desk() -> None:
    again = (build.give_back(), build.decide_return(), build.give_back(words="仍不属本局管辖。"))
    mail, sms = both(a_notice(*again, contact=SUPERVISOR))
    assert "再次退回通报单" in mail
    assert "仍不属本局管辖。" in mail
    assert CODE not in sms
    assert segments(sms) <= 2


UNTIL = build.after(days=10)
ASKED: tuple[Command, ...] = (build.acknowledge(), build.ask_extension(UNTIL))


def test_a_supervisor_reads_from_when_to_when_and_that_the_clock_goes_on() -> None:
    mail, sms = both(a_notice(*ASKED, contact=SUPERVISOR))
    assert "从 2026年11月30日（周一）09:31 延到 2026年12月3日（周四）09:30" in mail
    assert "审批之前时限照常计算" in mail
    assert "请于11月30日09:31前登录工作台审批" in sms


def test_a_bureau_is_told_its_new_deadline_or_that_the_old_one_stands() -> None:
    grant = GrantExtension(assignment_id="a1", until=UNTIL, reason="属实", reply_id="r9", text="预计12月3日前答复您。")
    mail, sms = both(a_notice(*ASKED, grant))
    assert "同意延期，请于 2026年12月3日（周四）09:30 前反馈。" in mail
    assert "请于12月3日09:30前反馈" in sms
    mail, sms = both(a_notice(*ASKED, RefuseExtension(assignment_id="a1", reason="期限充足")))
    assert "仍请于 2026年11月30日（周一）09:31 前反馈。" in mail
    assert "仍请于11月30日09:31前反馈" in sms
