"""Whoever got a mail answers it, as mail programs do: the original quoted below, to the address that it asks for."""

import smtplib
from collections.abc import Iterable
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from zoneinfo import ZoneInfo

from local.world.mailbox import Attachment, Mail


def answer_to(mail: Mail, text: str, files: Iterable[Attachment], *, now: datetime, zone: ZoneInfo) -> EmailMessage:
    """The answer of the first who got `mail`."""
    answer = EmailMessage()
    answer["From"] = mail.recipients[0]
    answer["To"] = mail.reply_to or mail.sender
    answer["Subject"] = f"回复：{mail.subject}"
    answer["Date"] = format_datetime(now)
    answer["Message-ID"] = make_msgid(domain=mail.recipients[0].rpartition("@")[2])
    sent_at = mail.arrived_at.astimezone(zone)
    quoted = f"-----原始邮件-----\n发件人：{mail.sender}\n发送时间：{sent_at:%Y-%m-%d %H:%M}\n主题：{mail.subject}\n\n{mail.text}"
    answer.set_content(f"{text}\n\n\n{quoted}")
    for one in files:
        kind, _, subtype = one.content_type.partition("/")
        answer.add_attachment(one.content, maintype=kind, subtype=subtype or "octet-stream", filename=one.name)
    return answer


def send(answer: EmailMessage, address: str) -> None:
    """Hand `answer` to the mail server at `address` (`host:port`). Raises smtplib's errors and `OSError`."""
    host, _, port = address.partition(":")
    with smtplib.SMTP(host, int(port), timeout=30) as server:
        server.send_message(answer)
