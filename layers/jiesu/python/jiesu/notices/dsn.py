"""What mail servers say of a mail: delivery status notifications by RFC 3464, to the sender's own mailbox.

A report is matched by the Message-ID of the mail that it returns, or by the envelope id under
which that was handed in (RFC 3461); both hold the notice's id.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage, Message
from email.policy import default
from email.utils import parsedate_to_datetime

from jiesu.model.errors import PermanentError
from jiesu.model.receipt import Receipt, ReceiptKind

SMTP = "smtp"

_STATUS = re.compile(r"\s*([245])\.(\d{1,3})\.(\d{1,3})")
"""RFC 3463 §2: class, subject, detail."""

_NO_NEWS = frozenset({"relayed", "expanded"})
"""RFC 3464 §2.3.3: handed to somebody who reports no further."""

_MESSAGE_ID = re.compile(r"<?([^<>@\s]+)@[^<>\s]+>?")


def is_report(mail: Message) -> bool:
    """Whether `mail` is a delivery status notification."""
    return mail.get_content_type() == "multipart/report" and mail.get_param("report-type", "") == "delivery-status"


def read_dsn(content: bytes, *, received_at: datetime) -> tuple[Receipt, ...]:
    """The receipts in a mail, one a recipient; none where it is no report, or has nothing to say.

    `received_at` stands in for a missing date. Raises `PermanentError`: `receipt_without_reference` for a report
    that does not say which mail it is about, `receipt_unknown` for an action RFC 3464 does not know.
    """
    mail = message_from_bytes(content, policy=default)
    if not is_report(mail):
        return ()
    blocks = _status_blocks(mail)
    at = _date(str(mail.get("Date", "")), received_at)
    reference = _envelope_id(blocks) or _returned_message_id(mail)
    if not reference:
        raise PermanentError("receipt_without_reference", provider=SMTP)
    receipts = (_receipt(block, reference, at) for block in blocks if block.get("Action"))
    return tuple(one for one in receipts if one is not None)


def _status_blocks(mail: Message) -> list[Message]:
    """The groups of fields of the report: the message's, then one a recipient."""
    for part in mail.walk():
        if part.get_content_type() == "message/delivery-status":
            payload = part.get_payload()
            return [one for one in payload if isinstance(one, Message)] if isinstance(payload, list) else []
    return []


def _receipt(block: Message, reference: str, at: datetime) -> Receipt | None:
    action = str(block["Action"]).strip().lower()
    found = _STATUS.match(str(block.get("Status", "")))
    status = ".".join(found.groups()) if found else ""
    match action:
        case "delivered":
            kind = ReceiptKind.DELIVERED
        case "delayed":
            kind = ReceiptKind.DELAYED
        case "failed":
            kind = _failure(status)
        case known if known in _NO_NEWS:
            return None
        case _:
            raise PermanentError("receipt_unknown", provider=SMTP, word=action[:40])
    return Receipt(provider=SMTP, reference=reference, kind=kind, at=at, code=status)


def _failure(status: str) -> ReceiptKind:
    """By RFC 3463 §3: 5.1 and 5.2.1 are the address's fault, 5.6 and 5.7 the content's or a policy's, the rest may pass."""
    if status.startswith("5.1.") or status == "5.2.1":
        return ReceiptKind.HARD_BOUNCE
    if status.startswith(("5.6.", "5.7.")):
        return ReceiptKind.BLOCKED
    return ReceiptKind.SOFT_BOUNCE


def _envelope_id(blocks: list[Message]) -> str:
    return next((str(one["Original-Envelope-Id"]).strip() for one in blocks if one.get("Original-Envelope-Id")), "")


def _returned_message_id(mail: Message) -> str:
    """The part before the @ of the Message-ID of the mail that came back, whole or as headers alone."""
    for header in _returned_headers(mail):
        if found := _MESSAGE_ID.fullmatch(header.strip()):
            return found[1]
    return ""


def _returned_headers(mail: Message) -> Iterator[str]:
    for part in mail.walk():
        if part is mail:
            continue
        if part.get_content_type() == "text/rfc822-headers" and isinstance(part, EmailMessage):
            headers = message_from_bytes(str(part.get_content()).encode("utf-8", "replace"), policy=default)
            yield str(headers.get("Message-ID", ""))
        elif part.get_content_type() == "message/rfc822":
            payload = part.get_payload()
            inner = payload[0] if isinstance(payload, list) and payload else None
            if isinstance(inner, Message):
                yield str(inner.get("Message-ID", ""))


def _date(text: str, otherwise: datetime) -> datetime:
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return otherwise
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)
