"""Sessions in sealed cookies: how long they live, and what cannot be made of them."""

from dataclasses import replace

import pytest

from jiesu.model.words import UserRole
from jiesu.pages.http import Request
from jiesu.pages.session import Session, SessionBook, SignIn
from tests import builders as build

BOOK = SessionBook("a secret of the tests", secure=True)

SESSION = Session(
    subject="user-1",
    name="李明",
    roles=(UserRole.EDITOR,),
    csrf_token="csrf-1",
    since=build.NOW,
    seen_at=build.NOW,
)


def with_cookie(set_cookie: str) -> Request:
    """A request that carries the cookie that was set."""
    name, _, value = set_cookie.partition(";")[0].partition("=")
    return Request(method="GET", path="/desk", cookies={name: value})


def test_a_session_is_read_back_as_it_was_sealed() -> None:
    request = with_cookie(BOOK.session_cookie(SESSION, build.NOW))
    assert BOOK.session(request, build.after(minutes=5)) == SESSION


def test_a_session_ends_after_half_an_hour_without_a_page() -> None:
    request = with_cookie(BOOK.session_cookie(SESSION, build.NOW))
    assert BOOK.session(request, build.after(minutes=29)) is not None
    assert BOOK.session(request, build.after(minutes=30)) is None


def test_each_page_keeps_the_session_alive_but_not_beyond_twelve_hours() -> None:
    session = SESSION
    for minutes in range(20, 12 * 60, 20):
        request = with_cookie(BOOK.session_cookie(session, build.after(minutes=minutes)))
        found = BOOK.session(request, build.after(minutes=minutes))
        assert found is not None
        session = found
    request = with_cookie(BOOK.session_cookie(session, build.after(hours=11, minutes=59)))
    assert BOOK.session(request, build.after(hours=11, minutes=59)) is not None
    assert BOOK.session(request, build.after(hours=12)) is None


def test_the_cookie_is_bound_to_the_host_and_closed_to_scripts_and_other_sites() -> None:
    cookie = BOOK.session_cookie(SESSION, build.NOW)
    assert cookie.startswith("__Host-")
    assert {"HttpOnly", "Secure", "SameSite=Lax", "Path=/", "Max-Age=1800"} <= set(cookie.split("; "))


def test_without_https_the_cookie_can_still_be_set() -> None:
    cookie = SessionBook("secret", secure=False).session_cookie(SESSION, build.NOW)
    assert not cookie.startswith("__Host-")
    assert "Secure" not in cookie


def test_the_cookie_can_be_read_by_nobody_else() -> None:
    cookie = BOOK.session_cookie(SESSION, build.NOW)
    assert "user-1" not in cookie
    assert SessionBook("another secret", secure=True).session(with_cookie(cookie), build.NOW) is None


@pytest.mark.parametrize("value", ["", "nonsense", "gAAAAA==", "网民"])
def test_a_cookie_that_was_not_sealed_here_is_no_session(value: str) -> None:
    request = Request(method="GET", path="/desk", cookies={"__Host-jiesu_desk": value})
    assert BOOK.session(request, build.NOW) is None


def test_a_sign_in_cookie_is_no_session_and_a_session_no_sign_in() -> None:
    sign_in = SignIn(state="s", nonce="n", verifier="v", next_path="/desk")
    sealed = BOOK.sign_in_cookie(sign_in, build.NOW).partition(";")[0].partition("=")[2]
    moved = Request(method="GET", path="/desk", cookies={"__Host-jiesu_desk": sealed})
    assert BOOK.session(moved, build.NOW) is None
    session = BOOK.session_cookie(SESSION, build.NOW).partition(";")[0].partition("=")[2]
    moved = Request(method="GET", path="/desk", cookies={"__Host-jiesu_sign_in": session})
    assert BOOK.sign_in(moved, build.NOW) is None


def test_a_sign_in_may_take_ten_minutes() -> None:
    sign_in = SignIn(state="s", nonce="n", verifier="v", next_path="/desk/parked")
    request = with_cookie(BOOK.sign_in_cookie(sign_in, build.NOW))
    assert BOOK.sign_in(request, build.after(minutes=9)) == sign_in
    assert BOOK.sign_in(request, build.after(minutes=11)) is None


def test_the_cookie_is_renewed_once_a_minute_or_to_forget_what_was_said() -> None:
    assert not BOOK.needs_renewal(SESSION, build.after(seconds=59))
    assert BOOK.needs_renewal(SESSION, build.after(seconds=60))
    assert BOOK.needs_renewal(replace(SESSION, flash="备注已记入经过。"), build.NOW)


def test_only_the_sessions_own_token_fits_its_forms() -> None:
    assert SESSION.has_csrf_token("csrf-1")
    assert not SESSION.has_csrf_token("")
    assert not SESSION.has_csrf_token("不是")
