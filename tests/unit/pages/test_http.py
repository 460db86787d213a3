"""Proxy events in, proxy answers out."""

import base64
from typing import Any

import pytest

from jiesu.pages.http import (
    MAX_BODY_BYTES,
    SECURITY_HEADERS,
    BadRequestError,
    Request,
    Response,
    cookie,
    event_answer,
    page,
    request_of,
    see_other,
)


def a_post(body: str, **changes: Any) -> dict[str, Any]:
    return {
        "httpMethod": "POST",
        "path": "/desk/cases/1/note",
        "headers": {"content-type": "application/x-www-form-urlencoded; charset=UTF-8"},
        "queryStringParameters": None,
        "body": body,
        "isBase64Encoded": False,
    } | changes


def test_a_form_is_read_with_its_repeated_fields_and_plain_line_ends() -> None:
    request = request_of(a_post("joint=FT&joint=GJ&text=%E4%B8%80%0D%0A%E4%BA%8C&empty="))
    assert request.form == {"joint": ("FT", "GJ"), "text": ("一\n二",), "empty": ("",)}
    assert request.typed("text") == "一\n二"
    assert request.typed("absent") == ""


def test_a_form_in_base64_is_read_alike() -> None:
    body = base64.b64encode(b"text=%E4%B8%80").decode()
    assert request_of(a_post(body, isBase64Encoded=True)).form == {"text": ("一",)}


@pytest.mark.parametrize(
    ("event", "status"),
    [
        (a_post("text=" + "a" * MAX_BODY_BYTES), 413),
        (a_post("a=1", headers={"Content-Type": "application/json"}), 415),
        (a_post("a=1", headers={}), 415),
        (a_post("text=%FF%FE"), 400),
        (a_post("&".join(f"f{number}=1" for number in range(400))), 400),
        (a_post("???", isBase64Encoded=True), 400),
    ],
)
def test_a_body_that_no_form_of_ours_sends_is_refused(event: dict[str, Any], status: int) -> None:
    with pytest.raises(BadRequestError) as refused:
        request_of(event)
    assert refused.value.status == status


def test_cookies_are_read_whatever_the_headers_case() -> None:
    event = {"httpMethod": "GET", "path": "/desk", "headers": {"cOOkie": "a=1; b=x=y; broken"}, "queryStringParameters": None}
    assert request_of(event).cookies == {"a": "1", "b": "x=y"}


def test_every_answer_carries_the_security_headers() -> None:
    answer = event_answer(page("<p>"))
    assert answer["headers"].items() >= SECURITY_HEADERS.items()
    assert answer["headers"]["Cache-Control"] == "no-store"
    policy = answer["headers"]["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "script-src 'self'; connect-src 'self'; style-src 'self'" in policy


def test_only_over_https_is_https_asked_for_in_future() -> None:
    secure = Request(method="GET", path="/desk", headers={"x-forwarded-proto": "https"})
    assert "Strict-Transport-Security" in event_answer(page(""), secure)["headers"]
    assert "Strict-Transport-Security" not in event_answer(page(""), Request(method="GET", path="/desk"))["headers"]


def test_several_cookies_are_set_at_once() -> None:
    answer = event_answer(see_other("/desk").with_cookies("a=1", "b=2"))
    assert answer["multiValueHeaders"] == {"Set-Cookie": ["a=1", "b=2"]}
    assert answer["headers"]["Location"] == "/desk"


def test_a_cookie_without_a_path_stays_in_the_pages_folder() -> None:
    assert "Path" not in cookie("a", "1", max_age_seconds=60, secure=True, path=None)


def test_headers_can_be_added_to_a_response() -> None:
    assert Response(status=200).with_headers(Refresh="0").headers == {"Refresh": "0"}
