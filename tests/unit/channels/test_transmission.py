"""What can become of a call on its way, against a server on the loopback."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from jiesu.channels.outgoing import OutgoingCall, PlatformAnswer
from jiesu.channels.transmission import MaybeSentError, NotSentError, connection_pool, transmit

TEXT = "答复".encode()


@contextmanager
def serving(answer: bytes | None) -> Iterator[tuple[str, list[bytes]]]:
    """The address of a server that reads one request and answers, hangs up (`b""`), or keeps silent until the end (None)."""
    received: list[bytes] = []
    finished = threading.Event()

    def serve() -> None:
        connection, _ = listener.accept()
        with connection:
            request = b""
            while not request.endswith(TEXT):  # head and body come in pieces, as they please
                request += connection.recv(65_536)
            received.append(request)
            if answer is None:
                finished.wait()
            else:
                connection.sendall(answer)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = threading.Thread(target=serve)
        server.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}", received
        finally:
            finished.set()
            server.join()


def a_call(base: str) -> OutgoingCall:
    return OutgoingCall(
        method="POST",
        url=f"{base}/2/messages/reply.json?access_token=secret-token",
        headers={"Content-Type": "text/plain"},
        body=TEXT,
    )


def test_answer_is_given_back_whatever_its_status() -> None:
    with serving(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}") as (base, received):
        assert transmit(connection_pool(), a_call(base)) == PlatformAnswer(status=403, body=b"{}")
    assert received[0].startswith(b"POST /2/messages/reply.json?access_token=secret-token HTTP/1.1\r\n")
    assert received[0].endswith(TEXT)


def test_redirection_is_not_followed() -> None:
    answer = b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    with serving(answer) as (base, _):
        assert transmit(connection_pool(), a_call(base)).status == 302


def test_refused_connection_has_sent_nothing() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        closed = listener.getsockname()[1]
    with pytest.raises(NotSentError):
        transmit(connection_pool(), a_call(f"http://127.0.0.1:{closed}"))


def test_connection_lost_without_an_answer_may_have_sent() -> None:
    with serving(b"") as (base, received), pytest.raises(MaybeSentError) as error:
        transmit(connection_pool(), a_call(base))
    assert len(received) == 1
    assert "secret-token" not in f"{error.value!r} {error.value.__cause__!r}"


def test_silence_may_have_sent() -> None:
    with serving(None) as (base, received), pytest.raises(MaybeSentError):
        transmit(connection_pool(timeout_seconds=0.2), a_call(base))
    assert len(received) == 1
