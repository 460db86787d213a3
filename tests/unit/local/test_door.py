"""The front door changes nothing on the way in or out."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from werkzeug.test import Client
from werkzeug.wrappers import Request, Response

from local.door import Door
from local.serving import PortInUseError, Server

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIEnvironment

seen: list[Request] = []


def upstream(environ: "WSGIEnvironment", start_response: "StartResponse") -> "Iterable[bytes]":
    """A REST API under a stage: remembers the request, answers a redirect with two cookies."""
    request = Request(environ)
    request.get_data()
    seen.append(request)
    response = Response(b"\x1f\x8b coded as it came", 302, content_type="text/html; charset=utf-8")
    response.headers["Location"] = "/desk"
    response.headers["Content-Encoding"] = "gzip"
    response.headers.add("Set-Cookie", "a=1; Path=/; HttpOnly")
    response.headers.add("Set-Cookie", "b=2; Path=/; HttpOnly")
    response.autocorrect_location_header = False
    return response(environ, start_response)


@pytest.fixture
def door() -> Iterator[Client]:
    seen.clear()
    with Server(upstream) as server:
        yield Client(Door(f"{server.url}/stage/prod"))


def test_a_request_arrives_as_it_was_sent(door: Client) -> None:
    door.set_cookie("session", "s")
    body = b'{"text":"\xe6\x82\xa8\xe5\xa5\xbd"}'
    door.post(
        "/webhooks/weibo/t%2Fk?nonce=1&nonce=2&timestamp=%20x",
        data=body,
        content_type="application/json",
        headers={"X-Forwarded-For": "192.0.2.7", "Connection": "keep-alive"},
        environ_base={"REMOTE_ADDR": "198.51.100.1"},
    )
    [request] = seen
    assert request.environ["REQUEST_URI"] == "/stage/prod/webhooks/weibo/t%2Fk?nonce=1&nonce=2&timestamp=%20x"
    assert request.get_data() == body
    assert request.headers["Content-Type"] == "application/json"
    assert request.headers["Cookie"] == "session=s"
    assert request.headers["X-Forwarded-For"] == "192.0.2.7, 198.51.100.1"


def test_an_answer_comes_back_as_it_was_given(door: Client) -> None:
    answer = door.get("/desk/callback?code=1")
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/desk"
    assert answer.headers.getlist("Set-Cookie") == ["a=1; Path=/; HttpOnly", "b=2; Path=/; HttpOnly"]
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.data == b"\x1f\x8b coded as it came"


def test_a_silent_system_is_a_502() -> None:
    with Server(upstream) as server:
        gone = server.url
    assert Client(Door(gone)).get("/desk").status_code == 502


def test_the_watcher_sees_request_and_status() -> None:
    watched: list[tuple[str, int]] = []
    with Server(upstream) as server:
        client = Client(Door(server.url, watch=lambda request, status: watched.append((request.path, status))))
        client.get("/desk")
    assert watched == [("/desk", 302)]


def test_a_taken_port_is_named() -> None:
    with Server(upstream) as server, pytest.raises(PortInUseError, match=f"port {server.port} is in use"):
        Server(upstream, port=server.port)
