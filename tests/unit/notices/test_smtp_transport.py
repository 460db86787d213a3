"""SMTP against a server on the loopback that answers by a script: what each answer, and each silence, means."""

import socketserver
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from jiesu.model.errors import PermanentError
from jiesu.notices.smtp import SmtpMailTransport, SmtpServer
from jiesu.notices.transports import OutcomeUnknownError, OutgoingMail, ProviderUnavailableError
from tests.builders import NOW, after

MIME = b"Subject: s\r\n\r\nfirst\r\n.second begins with a dot\r\n"
MAIL = OutgoingMail(notice_id="n1", sender="jiesu@example.org", recipient="duty.ft@example.org", mime=MIME)

HANG_UP = ""
"""In a script: the server closes the connection instead of answering."""

ANSWERS = {
    "GREETING": "220 mail.example.org",
    "EHLO": "250-mail.example.org\r\n250-STARTTLS\r\n250 AUTH PLAIN",
    "STARTTLS": "220 go ahead",
    "AUTH": "235 welcome",
    "MAIL": "250 sender ok",
    "RCPT": "250 recipient ok",
    "DATA": "354 end with a dot",
    ".": "250 queued as 4F2A",
    "QUIT": "221 bye",
}


class ScriptedServer(socketserver.ThreadingTCPServer):
    """`said` keeps the client's command lines, `received` the messages, dots still doubled."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, answers: Mapping[str, str], tls: ssl.SSLContext, *, implicit_tls: bool) -> None:
        super().__init__(("127.0.0.1", 0), Conversation)
        self.answers = {**ANSWERS, **answers}
        self.tls = tls
        self.implicit_tls = implicit_tls
        self.said: list[str] = []
        self.received: list[bytes] = []

    @property
    def port(self) -> int:
        port: int = self.server_address[1]
        return port


class Conversation(socketserver.BaseRequestHandler):
    server: ScriptedServer

    def handle(self) -> None:
        channel = self.request
        encrypted = self.server.implicit_tls
        try:
            if encrypted:
                channel = self.server.tls.wrap_socket(channel, server_side=True)
            stream = channel.makefile("rwb")
            word = "GREETING"
            while answer := self.server.answers[word]:
                stream.write(answer.encode() + b"\r\n")
                stream.flush()
                if word == "QUIT":
                    break
                if word == "STARTTLS":
                    channel = self.server.tls.wrap_socket(channel, server_side=True)
                    stream, encrypted = channel.makefile("rwb"), True
                if word == "DATA" and answer.startswith("354"):
                    lines = iter(stream.readline, b".\r\n")
                    self.server.received.append(b"".join(lines))
                    word = "."
                    continue
                line = stream.readline().decode().strip()
                if not line:
                    break
                self.server.said.append(f"{'tls' if encrypted else 'plain'} {line}")
                word = line.split(" ")[0].upper()
        except OSError:
            pass  # the client has gone, as some tests want
        finally:
            channel.close()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1, signed by itself, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(NOW - timedelta(days=3_650))
        .not_valid_after(after(days=36_500))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(private + built.public_bytes(serialization.Encoding.PEM))
    return path


class Post:
    """Runs a scripted server and sends `MAIL` to it."""

    def __init__(self, certificate: Path) -> None:
        self._server_tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self._server_tls.load_cert_chain(certificate)
        self.trusting = ssl.create_default_context(cafile=str(certificate))

    @contextmanager
    def office(self, answers: Mapping[str, str], *, implicit_tls: bool = False) -> Iterator[ScriptedServer]:
        with ScriptedServer(answers, self._server_tls, implicit_tls=implicit_tls) as server:
            thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
            thread.start()
            try:
                yield server
            finally:
                server.shutdown()
                thread.join()

    def send(self, server: ScriptedServer, tls: ssl.SSLContext | None = None, *, signing_in: bool = True) -> str:
        return SmtpMailTransport(
            SmtpServer(
                host="localhost",
                port=server.port,
                implicit_tls=server.implicit_tls,
                sign_in=(lambda: ("jiesu", "a password")) if signing_in else None,
                tls=tls or self.trusting,
            )
        ).send(MAIL)


@pytest.fixture
def post(certificate: Path) -> Post:
    return Post(certificate)


@pytest.mark.parametrize("implicit_tls", [False, True])
def test_a_mail_is_handed_in_whole_and_the_servers_words_are_the_reference(post: Post, implicit_tls: bool) -> None:
    with post.office({}, implicit_tls=implicit_tls) as server:
        assert post.send(server) == "queued as 4F2A"
        assert server.received == [MIME.replace(b"\r\n.", b"\r\n..")]


def test_sign_in_and_addresses_go_through_tls_alone(post: Post) -> None:
    with post.office({}) as server:
        post.send(server)
        assert [line.split()[1].upper() for line in server.said if line.startswith("plain")] == ["EHLO", "STARTTLS"]


def test_a_relay_that_knows_its_senders_is_not_asked_to_sign_in(post: Post) -> None:
    with post.office({}) as server:
        post.send(server, signing_in=False)
        assert not any("AUTH" in line for line in server.said)


def test_a_server_whose_certificate_is_not_trusted_gets_no_password(post: Post) -> None:
    with post.office({}) as server:
        with pytest.raises(ProviderUnavailableError):
            post.send(server, ssl.create_default_context())
        assert not any("AUTH" in line for line in server.said)


def test_a_server_without_tls_gets_nothing(post: Post) -> None:
    with post.office({"EHLO": "250-mail.example.org\r\n250 AUTH PLAIN"}) as server:
        with pytest.raises(ProviderUnavailableError):
            post.send(server)
        assert server.received == []


@pytest.mark.parametrize(
    ("word", "answer"),
    [
        ("GREETING", "421 too busy"),
        ("GREETING", HANG_UP),
        ("STARTTLS", "454 not now"),
        ("AUTH", "535 wrong password"),
        ("MAIL", "421 closing"),
        ("MAIL", HANG_UP),
        ("RCPT", "450 mailbox busy"),
        ("RCPT", "452 mailbox full"),
        ("RCPT", HANG_UP),
        ("RCPT", "gibberish"),
        ("DATA", "451 try again"),
        ("DATA", HANG_UP),
        (".", "451 try again"),
    ],
)
def test_what_is_put_off_or_breaks_before_the_content_was_certainly_not_sent(post: Post, word: str, answer: str) -> None:
    with post.office({word: answer}) as server, pytest.raises(ProviderUnavailableError):
        post.send(server)


@pytest.mark.parametrize(
    ("word", "answer", "reason"),
    [
        ("MAIL", "550 unknown sender", "mail_sender_rejected"),
        ("RCPT", "550 no such user", "mail_address_rejected"),
        ("RCPT", "553 bad address", "mail_address_rejected"),
        ("DATA", "554 no", "mail_content_rejected"),
        (".", "552 too large", "mail_content_rejected"),
    ],
)
def test_what_is_refused_for_good_says_at_which_step(post: Post, word: str, answer: str, reason: str) -> None:
    with post.office({word: answer}) as server, pytest.raises(PermanentError) as caught:
        post.send(server)
    assert caught.value.code == reason
    assert caught.value.ids["provider_code"] == int(answer[:3])


@pytest.mark.parametrize("answer", [HANG_UP, "gibberish", "354 what?"])
def test_silence_or_nonsense_after_the_content_leaves_the_outcome_unknown(post: Post, answer: str) -> None:
    with post.office({".": answer}) as server, pytest.raises(OutcomeUnknownError):
        post.send(server)


@pytest.mark.parametrize("goodbye", [HANG_UP, "500 what?"])
def test_a_clumsy_goodbye_changes_nothing(post: Post, goodbye: str) -> None:
    with post.office({"QUIT": goodbye}) as server:
        assert post.send(server) == "queued as 4F2A"


def test_a_server_that_is_not_there_has_sent_nothing(post: Post) -> None:
    with post.office({}) as server:
        pass
    with pytest.raises(ProviderUnavailableError):
        post.send(server)
