"""What the SMS of a notice says, and how many short messages carry it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiesu.cases.commands import Command, Escalate, SendBack, WithdrawAssignment
from jiesu.model.case import PUBLIC_RESPONSE
from jiesu.model.timeline import HeatRaised, StatementReminded
from jiesu.model.words import ContactRole, Urgency
from jiesu.notices import emergency, heat
from jiesu.notices.emergency import EmergencyNotice
from jiesu.notices.heat import HeatNotice
from jiesu.notices.notice import Notice
from jiesu.notices.sms import segments, write_sms
from tests.builders import (
    ASSIGNMENT_ID,
    BULLETIN_NUMBER,
    CASE_ID,
    a_bulletin,
    a_contact,
    a_history,
    a_message,
    a_place,
    acknowledge,
    open_case,
    raise_heat,
    report,
    the_case,
)
from tests.unit.notices.builders import BEIJING, a_notice

CODE = "0427"


def climbed(rungs: int) -> list[Command]:
    return [Escalate(assignment_id=ASSIGNMENT_ID, run=1, rung=rung) for rung in range(rungs)]


SENT_BACK: list[Command] = [acknowledge(), report(), SendBack(assignment_id=ASSIGNMENT_ID, reason="依据不足")]
WITHDRAWN = WithdrawAssignment(assignment_id=ASSIGNMENT_ID, reason="属地有误")

TO_THE_BUREAU = [
    a_notice(bulletin=a_bulletin(urgency=Urgency.CRITICAL)),
    a_notice(*climbed(1)),
    a_notice(*climbed(2)),
    a_notice(acknowledge(), Escalate(assignment_id=ASSIGNMENT_ID, run=2, rung=0)),
    a_notice(*SENT_BACK),
]
TO_THE_OFFICE = [
    a_notice(*climbed(3), contact=a_contact(ContactRole.SUPERVISOR)),
    a_notice(*climbed(4), contact=a_contact(ContactRole.COMMAND_CENTRE)),
]


@pytest.mark.parametrize("notice", TO_THE_BUREAU)
def test_the_bureau_reads_number_code_and_deadline_in_one_short_message(notice: Notice) -> None:
    text = write_sms(notice, CODE)
    assert text.startswith("【平安北京】")
    assert BULLETIN_NUMBER in text
    assert CODE in text
    assert "月" in text
    assert segments(text) == 1


@pytest.mark.parametrize("notice", TO_THE_OFFICE)
def test_the_office_reads_which_bureau_is_late_and_gets_no_code(notice: Notice) -> None:
    text = write_sms(notice, CODE)
    assert "督办" in text
    assert "北京市公安局丰台分局" in text
    assert CODE not in text
    assert segments(text) == 1


def test_a_withdrawal_carries_no_code() -> None:
    text = write_sms(a_notice(WITHDRAWN), CODE)
    assert "已撤回" in text
    assert CODE not in text


@pytest.mark.parametrize("notice", [*TO_THE_BUREAU, *TO_THE_OFFICE, a_notice(WITHDRAWN)])
def test_no_sms_says_anything_of_the_matter_or_of_anybody(notice: Notice) -> None:
    text = write_sms(notice, CODE)
    for private in (notice.bulletin.title, notice.bulletin.place, notice.bulletin.facts, notice.contact.name, notice.link):
        assert private not in text


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),  # an escape and a letter each
        ("€" * 81, 2),
        ("a" * 152 + "€" * 5, 2),
        ("汉" * 70, 1),
        ("汉" * 71, 2),
        ("汉" * 134, 2),
        ("汉" * 135, 3),
        ("a" * 70 + "汉", 2),  # one character makes the whole UCS-2
        ("😀" * 35, 1),  # two units each
        ("😀" * 36, 2),
        ("汉" * 66 + "😀" + "汉" * 66, 3),  # a pair is not torn apart: 66, then 2 + 65, then 1
    ],
)
def test_segments_are_counted_as_carriers_count_them(text: str, count: int) -> None:
    assert segments(text) == count


@given(st.text())
def test_a_longer_text_never_needs_fewer_segments(text: str) -> None:
    assert segments(text) <= segments(text + "汉")


# --- Length -----------------------------------------------------------------------------------

LONGEST_OFFICE = "市" * 60
"""As long as the stack's parameter lets it be."""
LONGEST_BUREAU = "局" * 30
"""The longest of Beijing's has 21 characters."""


@pytest.mark.parametrize("notice", [*TO_THE_BUREAU, *TO_THE_OFFICE, a_notice(WITHDRAWN)])
def test_the_longest_names_make_two_short_messages_at_most(notice: Notice) -> None:
    assignment = replace(notice.assignment, bureau_name=LONGEST_BUREAU)
    text = write_sms(replace(notice, office_name=LONGEST_OFFICE, assignment=assignment), CODE)
    assert segments(text) <= 2, text


@pytest.mark.parametrize("district", ["", "内蒙古自治区某某市某某经济技术开发区"])
def test_an_emergency_fits_into_two_short_messages_with_the_longest_names(district: str) -> None:
    notice = EmergencyNotice(
        id="n1",
        case_id=CASE_ID,
        contact=a_contact(ContactRole.COMMAND_CENTRE),
        message=a_message(),
        reason="站在楼顶边上",
        place=a_place(district=district),
        link="",
        office_name=LONGEST_OFFICE,
        zone=BEIJING,
    )
    assert segments(emergency.write_sms(notice)) <= 2


@pytest.mark.parametrize("commands", [(raise_heat(),), (raise_heat(), Escalate(assignment_id=PUBLIC_RESPONSE, run=1, rung=0))])
def test_a_hot_case_and_an_owed_statement_fit_into_two_short_messages_with_the_longest_names(
    commands: tuple[Command, ...],
) -> None:
    entries = a_history(open_case(), *commands)
    change = entries[-1].change
    assert isinstance(change, HeatRaised | StatementReminded)
    notice = HeatNotice(
        id="n1",
        case=the_case(entries),
        contact=a_contact(ContactRole.SUPERVISOR),
        change=change,
        at=entries[-1].at,
        link="",
        office_name=LONGEST_OFFICE,
        zone=BEIJING,
    )
    assert segments(heat.write_sms(notice)) <= 2
