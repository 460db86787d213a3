"""Where the demonstration's mail arrives: what the office sends, kept whole as an `.eml` file, and what is answered to it."""

import asyncio
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default as default_policy
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from local.serving import HOST, PortInUseError

_STAMP = "%Y%m%dT%H%M%S.%fZ"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """One attached file."""

    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One mail as it arrived. `recipients` are those of the envelope, whatever the header says."""

    id: str
    arrived_at: datetime
    recipients: tuple[str, ...]
    sender: str
    reply_to: str
    subject: str
    text: str
    html: str
    attachments: tuple[Attachment, ...]


class Mailbox:
    """The mails in `directory`, one file each."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._directory.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._count = sum(1 for _ in directory.glob("*.eml"))

    def keep(self, content: bytes, *, recipients: tuple[str, ...], arrived_at: datetime) -> str:
        """Keep one message; returns its id."""
        with self._lock:
            self._count += 1
            mail_id = f"{arrived_at.strftime(_STAMP)}-{self._count}"
            head = "".join(f"X-Envelope-To: {one}\r\n" for one in recipients).encode()
            unfinished = self._directory / f"{mail_id}.part"
            unfinished.write_bytes(head + content)
            unfinished.rename(self._directory / f"{mail_id}.eml")
            return mail_id

    def mails(self) -> tuple[Mail, ...]:
        """All mails, the latest first."""
        return tuple(_read(path) for path in sorted(self._directory.glob("*.eml"), reverse=True))

    def mail(self, mail_id: str) -> Mail | None:
        return next((_read(path) for path in self._directory.glob("*.eml") if path.stem == mail_id), None)


@dataclass(slots=True)
class Answers:
    """The office's own side of the server: what is sent to `domain` goes to `drop`, which is there once the office is."""

    domain: str
    drop: Callable[[bytes], object] | None = None

    def are_for(self, recipient: str) -> bool:
        return recipient.lower().endswith(f"@{self.domain}")


class MailServer:
    """An SMTP server on the loopback that puts what it gets into `mailbox`, or has it taken in as one of `answers`.

    Raises PortInUseError.
    """

    def __init__(self, mailbox: Mailbox, answers: Answers | None = None, *, port: int) -> None:
        self._controller = Controller(_Handler(mailbox, answers), hostname=HOST, port=port)
        try:
            self._controller.start()
        except OSError as error:
            raise PortInUseError(port) from error
        self.address = f"{HOST}:{port}"

    def stop(self) -> None:
        self._controller.stop(no_assert=True)


class _Handler:
    def __init__(self, mailbox: Mailbox, answers: Answers | None) -> None:
        self._mailbox = mailbox
        self._answers = answers

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802, ARG002
        content = envelope.original_content or b""
        answers = self._answers
        to_office = [one for one in envelope.rcpt_tos if answers is not None and answers.are_for(one)]
        others = tuple(one for one in envelope.rcpt_tos if one not in to_office)
        if answers is not None and to_office:
            if answers.drop is None:
                return "451 4.3.0 the office is not up yet"
            for one in to_office:
                # As a mail server notes whom it delivers to.
                await asyncio.to_thread(answers.drop, f"Delivered-To: {one}\r\n".encode() + content)
        if others:
            # This is the hour of arrival at the edge of the simulated world, so the machine's clock is right.
            self._mailbox.keep(content, recipients=others, arrived_at=datetime.now(UTC))
        return "250 OK"


def _read(path: Path) -> Mail:
    message = message_from_bytes(path.read_bytes(), policy=default_policy)
    stamp = path.stem.partition("-")[0]
    return Mail(
        id=path.stem,
        arrived_at=datetime.strptime(stamp, _STAMP).replace(tzinfo=UTC),
        recipients=tuple(str(one) for one in message.get_all("X-Envelope-To", [])),
        sender=str(message.get("From", "")),
        reply_to=str(message.get("Reply-To", "")),
        subject=str(message.get("Subject", "")),
        text=_body(message, "plain"),
        html=_body(message, "html"),
        attachments=tuple(_attachment(part) for part in message.iter_attachments()),
    )


def _body(message: EmailMessage, kind: str) -> str:
    part = message.get_body(preferencelist=(kind,))
    return str(part.get_content()) if part is not None else ""


def _attachment(part: EmailMessage) -> Attachment:
    content = part.get_content()
    return Attachment(
        name=part.get_filename() or "附件",
        content_type=part.get_content_type(),
        content=content if isinstance(content, bytes) else str(content).encode(),
    )
