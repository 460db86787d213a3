"""The signed link and its code."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiesu.model.errors import PermanentError
from jiesu.notices.links import LinkExpiredError, LinkForgedError, code_for, make_token, read_token

SECRET = b"a secret of this test alone"
NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
EXPIRES_AT = NOW + timedelta(days=30)

TOKEN = make_token(SECRET, case_id="261123-7KQ4MX", assignment_id="a1", expires_at=EXPIRES_AT)


def test_a_token_gives_back_what_it_was_made_for() -> None:
    link = read_token(SECRET, TOKEN, NOW)
    assert (link.case_id, link.assignment_id, link.expires_at) == ("261123-7KQ4MX", "a1", EXPIRES_AT)


def test_the_same_arguments_make_the_same_token_so_that_a_resent_mail_is_the_same_mail() -> None:
    assert make_token(SECRET, case_id="261123-7KQ4MX", assignment_id="a1", expires_at=EXPIRES_AT) == TOKEN


def test_a_token_needs_no_escaping_in_an_address() -> None:
    assert TOKEN.replace("-", "").replace("_", "").replace(".", "").isalnum()


@pytest.mark.parametrize(
    "token",
    [
        "",
        ".",
        "a",
        "a.b",
        TOKEN.replace(".", ""),
        TOKEN + "A",
        "." + TOKEN,
        TOKEN + "=",
        "签收",
        "A" * 5_000,
        TOKEN + "\n",
        "A.A",
    ],
)
def test_what_was_never_made_here_is_forged(token: str) -> None:
    with pytest.raises(LinkForgedError):
        read_token(SECRET, token, NOW)


@given(place=st.integers(0, len(TOKEN) - 1), char=st.sampled_from("ABCXYZabcxyz019-_."))
def test_no_character_of_a_token_can_be_changed(place: int, char: str) -> None:
    changed = TOKEN[:place] + char + TOKEN[place + 1 :]
    if changed == TOKEN:
        return
    with pytest.raises(LinkForgedError):
        read_token(SECRET, changed, NOW)


def test_another_secret_reads_nothing() -> None:
    with pytest.raises(LinkForgedError):
        read_token(b"another secret", TOKEN, NOW)


def test_a_link_expires_at_its_very_second_and_says_for_what_it_stood() -> None:
    assert read_token(SECRET, TOKEN, EXPIRES_AT - timedelta(seconds=1)).assignment_id == "a1"
    with pytest.raises(LinkExpiredError) as caught:
        read_token(SECRET, TOKEN, EXPIRES_AT)
    assert caught.value.link.case_id == "261123-7KQ4MX"
    assert isinstance(caught.value, PermanentError)


def test_a_code_is_four_digits_stable_and_bound_to_its_assignment() -> None:
    codes = {code_for(SECRET, case_id="261123-7KQ4MX", assignment_id=f"a{number}") for number in range(200)}
    assert all(len(code) == 4 and code.isdigit() for code in codes)
    assert len(codes) > 150
    assert code_for(SECRET, case_id="c", assignment_id="a") == code_for(SECRET, case_id="c", assignment_id="a")


def test_ids_cannot_be_shifted_between_the_two_fields() -> None:
    assert make_token(SECRET, case_id="ab", assignment_id="c", expires_at=EXPIRES_AT) != make_token(
        SECRET, case_id="a", assignment_id="bc", expires_at=EXPIRES_AT
    )
