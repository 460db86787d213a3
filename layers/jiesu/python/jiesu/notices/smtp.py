"""Mail by an SMTP server, with TLS and a sign-in."""

import contextlib
import re
import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass

from jiesu.model.errors import JiesuError, PermanentError
from jiesu.notices.transports import OutcomeUnknownError, OutgoingMail, ProviderUnavailableError

IMPLICIT_TLS_PORT = 465
"""RFC 8314 §3: TLS from the first byte. On other ports a connection is raised to TLS by STARTTLS, or given up."""

_TIMEOUT_SECONDS = 10.0

_LEADING_DOT = re.compile(rb"^\.", re.MULTILINE)
"""RFC 5321 §4.5.2: a line that begins with a dot gets another, or it would end the message."""

_ENVELOPE_ID = re.compile(r"[A-Za-z0-9._-]{1,100}")
"""RFC 3461 §4.4: what stands in an envelope id as it is; a notice of another kind of id is reported by its Message-ID alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpServer:
    """Where and as whom mail is handed in. `tls` checks the server's certificate; there is no sending without it.

    `sign_in` gives user name and password, and is asked at each mail, so that a rotated password
    is picked up; it is None for a relay inside the house that knows its senders by their address.
    """

    host: str
    port: int
    implicit_tls: bool
    sign_in: Callable[[], tuple[str, str]] | None
    tls: ssl.SSLContext


class SmtpMailTransport:
    """One connection a mail: notices are few, and a kept connection would be dead after the function's sleep.

    The commands of RFC 5321 are given one by one, not by `sendmail`, because what a lost
    connection means depends on where it was lost: before the final dot nothing was sent.
    """

    repeats_harmlessly = True
    """A repeated mail has the Message-ID of the first, by which mailboxes know it again."""

    repeats_elsewhere = True
    """Another provider's copy says the same and links to the same."""

    reports_by_notice = True
    """What comes back has the Message-ID, or the envelope id, and both are the notice's."""

    def __init__(self, server: SmtpServer) -> None:
        self._server = server

    def send(self, mail: OutgoingMail) -> str:
        smtp = _connected(self._server)
        try:
            _hand_in_envelope(smtp, mail)
            return _hand_in_content(smtp, mail)
        finally:
            # Taken or refused is known by now: a server that fumbles its goodbye changes nothing.
            with contextlib.suppress(smtplib.SMTPException, OSError):
                smtp.quit()
            smtp.close()


def _hand_in_envelope(smtp: smtplib.SMTP, mail: OutgoingMail) -> None:
    """MAIL, RCPT and DATA. Nothing is sent yet, so a lost connection is only a delay."""
    try:
        asks_for_reports = smtp.has_extn("dsn") and _ENVELOPE_ID.fullmatch(mail.notice_id) is not None
        code, _ = smtp.mail(mail.sender, (f"ENVID={mail.notice_id}", "RET=HDRS") if asks_for_reports else ())
        if code != 250:
            raise _refusal("mail_sender_rejected", code, mail)
        code, _ = smtp.rcpt(mail.recipient, ("NOTIFY=SUCCESS,FAILURE,DELAY",) if asks_for_reports else ())
        if code not in (250, 251):  # 251 "will forward" is as good
            raise _refusal("mail_address_rejected", code, mail)
        code, _ = smtp.docmd("DATA")
        if code != 354:
            raise _refusal("mail_content_rejected", code, mail)
    except (smtplib.SMTPException, OSError) as error:
        raise ProviderUnavailableError("smtp", type(error).__name__) from error


def _hand_in_content(smtp: smtplib.SMTP, mail: OutgoingMail) -> str:
    """The message and its final dot. From here on only the server's answer says whether it was taken."""
    try:
        smtp.send(_LEADING_DOT.sub(b"..", mail.mime.removesuffix(b"\r\n")) + b"\r\n.\r\n")
        code, said = smtp.getreply()
    except (smtplib.SMTPException, OSError) as error:
        raise OutcomeUnknownError("smtp", type(error).__name__) from error
    if code == 250:
        return said.decode("ascii", "replace")[:200]
    if not 400 <= code < 600:
        raise OutcomeUnknownError("smtp", str(code))
    raise _refusal("mail_content_rejected", code, mail)


def _connected(server: SmtpServer) -> smtplib.SMTP:
    """A connection that is encrypted and signed in. Whatever goes wrong here, nothing was sent."""
    try:
        if server.implicit_tls:
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=_TIMEOUT_SECONDS, context=server.tls)
        else:
            smtp = smtplib.SMTP(server.host, server.port, timeout=_TIMEOUT_SECONDS)
        try:
            smtp.ehlo()
            if not server.implicit_tls:
                smtp.starttls(context=server.tls)
                smtp.ehlo()
            if server.sign_in is not None:
                smtp.login(*server.sign_in())
        except BaseException:
            smtp.close()
            raise
    except (smtplib.SMTPException, OSError) as error:
        raise ProviderUnavailableError("smtp", type(error).__name__) from error
    return smtp


def _refusal(reason: str, code: int, mail: OutgoingMail) -> JiesuError:
    """RFC 5321 §4.2.1: 5yz is "never"; 4yz, and whatever else is no consent, "not now"."""
    if 500 <= code < 600:
        return PermanentError(reason, notice_id=mail.notice_id, provider_code=code)
    return ProviderUnavailableError("smtp", str(code))
