"""The HTTP gateway's contract, against a server on the loopback that answers as it is told."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
import urllib3

from jiesu.model.errors import PermanentError
from jiesu.notices.sms_gateway import HttpSmsTransport
from jiesu.notices.transports import OutcomeUnknownError, OutgoingSms, ProviderUnavailableError

SMS = OutgoingSms(notice_id="261123-D11CND.2.a1.0.sms", phone="+8619900000001", text="【平安北京】通报单")


class Gateway(HTTPServer):
    """Answers every request with `status` and `answer`, or hangs up where `status` is 0."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Request)
        self.status = 200
        self.answer: bytes = b'{"status": "accepted", "id": "g-1"}'
        self.requests: list[tuple[dict[str, str], Any]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/sms"


class Request(BaseHTTPRequestHandler):
    server: Gateway

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.requests.append((dict(self.headers), json.loads(body)))
        if self.server.status == 0:
            return
        self.send_response(self.server.status)
        self.send_header("Content-Length", str(len(self.server.answer)))
        if self.server.status == 307:
            self.send_header("Location", self.server.url)
        self.end_headers()
        self.wfile.write(self.server.answer)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
        """Nothing: the test reads `requests`."""


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    with Gateway() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def http() -> Iterator[urllib3.PoolManager]:
    with urllib3.PoolManager() as pool:
        yield pool


def send(gateway: Gateway, http: urllib3.PoolManager) -> str:
    return HttpSmsTransport(http, url=gateway.url, api_key=lambda: "the key").send(SMS)


def test_the_request_is_as_the_contract_has_it(gateway: Gateway, http: urllib3.PoolManager) -> None:
    assert send(gateway, http) == "g-1"
    ((headers, body),) = gateway.requests
    assert headers["Authorization"] == "Bearer the key"
    assert headers["Idempotency-Key"] == SMS.notice_id
    assert body == {"reference": SMS.notice_id, "phone": SMS.phone, "text": SMS.text}


def test_a_duplicate_is_as_good_as_sent(gateway: Gateway, http: urllib3.PoolManager) -> None:
    gateway.answer = b'{"status": "duplicate", "id": "g-1"}'
    assert send(gateway, http) == "g-1"


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("number_invalid", "sms_number_rejected"),
        ("number_blocked", "sms_number_opted_out"),
        ("text_refused", "sms_text_rejected"),
        ("sender_refused", "sms_sender_rejected"),
        ("a_new_word", "sms_gateway_refused_unknown"),
    ],
)
def test_a_rejection_is_permanent_and_says_why(gateway: Gateway, http: urllib3.PoolManager, code: str, reason: str) -> None:
    gateway.status, gateway.answer = 422, json.dumps({"status": "rejected", "code": code}).encode()
    with pytest.raises(PermanentError) as caught:
        send(gateway, http)
    assert caught.value.code == reason
    assert SMS.phone not in str(caught.value)


@pytest.mark.parametrize("status", [401, 403, 429, 500, 502, 503])
def test_a_gateway_that_says_not_now_has_sent_nothing(gateway: Gateway, http: urllib3.PoolManager, status: int) -> None:
    gateway.status = status
    with pytest.raises(ProviderUnavailableError):
        send(gateway, http)


@pytest.mark.parametrize(
    ("status", "answer"),
    [
        (200, b'{"status": "perhaps", "id": "g-1"}'),
        (200, b'{"status": "accepted"}'),
        (200, b"<html>ok</html>"),
        (200, b"[]"),
        (204, b""),
        (307, b""),
        (422, b"{}"),
        (504, b""),
        (0, b""),
    ],
)
def test_words_outside_the_contract_and_lost_answers_leave_the_outcome_unknown(
    gateway: Gateway, http: urllib3.PoolManager, status: int, answer: bytes
) -> None:
    gateway.status, gateway.answer = status, answer
    with pytest.raises(OutcomeUnknownError):
        send(gateway, http)
    assert len(gateway.requests) == 1


def test_a_gateway_that_is_not_there_has_sent_nothing(gateway: Gateway, http: urllib3.PoolManager) -> None:
    transport = HttpSmsTransport(http, url="http://127.0.0.1:1/sms", api_key=lambda: "the key")
    with pytest.raises(ProviderUnavailableError):
        transport.send(SMS)


def test_a_key_is_sent_over_https_or_not_at_all() -> None:
    with pytest.raises(ValueError, match="https"):
        HttpSmsTransport(urllib3.PoolManager(), url="http://sms.example.org/v1", api_key=lambda: "the key")
