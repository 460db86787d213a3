"""Numbers that are read out over the telephone and typed in again."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from jiesu.model.numbers import bulletin_number, case_id_for, is_bulletin_number, is_case_id

DAY = date(2026, 11, 23)
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


@given(st.text(min_size=1))
def test_a_message_always_opens_the_case_of_the_same_well_formed_number(message_id: str) -> None:
    number = case_id_for(message_id, DAY)
    assert number == case_id_for(message_id, DAY)
    assert number.startswith("261123-")
    assert is_case_id(number)


@given(st.text(min_size=1), st.integers(7, 11), st.sampled_from(ALPHABET))
def test_a_slip_in_one_character_of_a_case_number_is_noticed(message_id: str, place: int, slip: str) -> None:
    number = case_id_for(message_id, DAY)
    mistyped = number[:place] + slip + number[place + 1 :]
    # Crockford's 32 letters are checked modulo the prime 31: the first and the last stand for the same.
    same = {number[place], slip} <= {"0", "Z"} or number[place] == slip
    assert is_case_id(mistyped) == same


@given(st.text(min_size=1), st.integers(0, 5), st.sampled_from("0123456789"))
def test_a_slip_in_the_day_of_a_case_number_is_noticed(message_id: str, place: int, slip: str) -> None:
    number = case_id_for(message_id, DAY)
    assert is_case_id(number[:place] + slip + number[place + 1 :]) == (number[place] == slip)


@given(st.text(min_size=1), st.integers(7, 10))
def test_two_neighbours_swapped_in_a_case_number_are_noticed(message_id: str, place: int) -> None:
    number = case_id_for(message_id, DAY)
    first, second = number[place], number[place + 1]
    swapped = number[:place] + second + first + number[place + 2 :]
    if {first, second} != {"0", "Z"}:
        assert is_case_id(swapped) == (first == second)


@given(st.integers(2020, 2099), st.integers(1, 99_999), st.integers(0, 9), st.sampled_from("0123456789"))
def test_a_slip_in_one_digit_of_a_bulletin_number_is_noticed(year: int, sequence: int, place: int, slip: str) -> None:
    number = bulletin_number(year, sequence)
    assert is_bulletin_number(number)
    if number[place] not in ("-", slip):
        assert not is_bulletin_number(number[:place] + slip + number[place + 1 :])


def test_bulletins_of_a_year_have_numbers_of_their_own() -> None:
    assert len({bulletin_number(2026, sequence) for sequence in range(1, 1000)}) == 999


def test_what_is_no_number_is_none() -> None:
    for text in ("", "-", "261123", "261123-", "26112x-00000", "261123-00000I", "2026-00001", "２０２６-00001-0", "2026-00001-x"):
        assert not is_case_id(text)
        assert not is_bulletin_number(text)
