"""By what a citizen is found again: one form of a telephone and of a name, however they are written."""

import pytest

from jiesu.model.lookup import name_of
from jiesu.triage.identity import MOST_TELEPHONES, kept_as, sought_as, telephone_typed, telephones_of
from tests import builders as build

MOBILE = "19900000001"
WIDE = "".join(chr(ord(digit) + 0xFEE0) for digit in MOBILE)


@pytest.mark.parametrize(
    "typed",
    [MOBILE, WIDE, "+86 199 0000 0001", "86-199-0000-0001", "199 0000 0001", " 0086 19900000001 "],
)
def test_a_mobile_is_one_number_however_it_is_typed(typed: str) -> None:
    assert telephone_typed(typed) == MOBILE


def test_a_fixed_line_is_known_with_and_without_its_area_code() -> None:
    assert telephone_typed("010-55500001") == telephone_typed("（010）5550 0001") == "01055500001"
    assert telephone_typed("5550 0001") == "55500001"
    with_area, without = set(kept_as("01055500001")), set(kept_as("55500001"))
    assert with_area & set(sought_as("01055500001"))
    assert with_area & set(sought_as("55500001"))
    assert without & set(sought_as("01055500001"))
    assert without & set(sought_as("55500001"))
    # The same digits in another city are another line.
    assert not set(kept_as("02155500001")) & set(sought_as("01055500001"))


@pytest.mark.parametrize("typed", ["", "110", "1990000000", "王女士", f"{MOBILE}、19900000002"])
def test_what_is_no_whole_number_or_more_than_one_is_not_looked_for(typed: str) -> None:
    assert telephone_typed(typed) is None


def test_a_message_has_the_telephones_of_its_text_and_of_how_its_writer_is_reached() -> None:
    message = build.a_message(text="请回电 19900000001。订单号")
    assert telephones_of(message) == (MOBILE,)
    entered = build.a_message(text="订单号", contact="19900000002 王女士", nickname="19900000003")
    assert telephones_of(entered) == ("19900000002", "19900000003")


def test_a_list_of_numbers_is_kept_up_to_a_limit() -> None:
    message = build.a_message(text="\n".join(f"199000000{number:02d}" for number in range(30)))
    assert len(telephones_of(message)) == MOST_TELEPHONES


def test_a_name_is_one_name_in_any_width_case_and_with_an_at() -> None:
    assert name_of("@Ｒoad 小王 ") == name_of("road小王") == "road小王"
    assert name_of(" @ ") == ""
