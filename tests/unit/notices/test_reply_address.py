"""The address of answers by mail: it comes back as it was made, and nobody else can make one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiesu.notices.reply_address import (
    ReplyAddressForgedError,
    assignment_of,
    case_of,
    is_reply_address,
    make_reply_address,
)
from tests.builders import ASSIGNMENT_ID, CASE_ID

SECRET = b"the secret that signs links"
DOMAIN = "reply.example.org"


def address(secret: bytes = SECRET, assignment_id: str = ASSIGNMENT_ID) -> str:
    return make_reply_address(secret, case_id=CASE_ID, assignment_id=assignment_id, domain=DOMAIN)


@given(st.sets(st.text(), min_size=1, max_size=5))
def test_an_address_comes_back_as_its_assignment_whatever_that_is_called(ids: set[str]) -> None:
    for one in ids:
        made = address(assignment_id=one)
        assert case_of(made) == CASE_ID
        assert assignment_of(SECRET, made, ids) == one
        assert len(made.partition("@")[0]) <= 64, "RFC 5321 §4.5.3.1.1"


def test_a_server_that_changes_the_case_of_letters_changes_nothing() -> None:
    assert assignment_of(SECRET, f" {address().upper()} ", ["2026-00042-6-FT", ASSIGNMENT_ID]) == ASSIGNMENT_ID


@pytest.mark.parametrize(
    "forged",
    [
        address(b"another secret"),
        address(assignment_id="an assignment of nobody's"),
        f"reply+{CASE_ID}@{DOMAIN}",
        f"reply+{CASE_ID}.@{DOMAIN}",
        f"reply+{CASE_ID}.甲@{DOMAIN}",
        f"reply+261123-7KQ4MY.aaaaaaaaaaaaaaaa@{DOMAIN}",
        f"reply+@{DOMAIN}",
        f"reply@{DOMAIN}",
        "",
    ],
)
def test_an_address_that_was_not_made_here_is_nobodys(forged: str) -> None:
    with pytest.raises(ReplyAddressForgedError):
        assignment_of(SECRET, forged, [ASSIGNMENT_ID])


def test_only_addresses_of_the_domain_count_as_ours() -> None:
    assert is_reply_address(address(), DOMAIN.upper())
    assert not is_reply_address(address(), "example.org")
    assert not is_reply_address(f"jiesu@{DOMAIN}", DOMAIN)
