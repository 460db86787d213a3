"""What SES says of a mail after it took it, in both of its forms.

An identity's notifications name themselves `notificationType`, a configuration set's events
`eventType`; what stands in them is the same (SES Developer Guide, "Amazon SNS notification contents"
and "Event data that Amazon SES publishes to Amazon SNS").
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from jiesu.model.errors import PermanentError
from jiesu.model.receipt import Receipt, ReceiptKind

SES = "ses"

_MEANINGLESS = frozenset({"Send", "Open", "Click", "AmazonSnsSubscriptionSucceeded"})
"""Known, and nothing that the office needs: that SES took the mail it knows, and who loads pictures it does not ask."""

_REFUSED_CONTENT = frozenset({"ContentRejected", "AttachmentRejected", "MessageTooLarge"})
"""Bounces that are about the mail and not about the address."""


def read_ses_receipt(body: str) -> Receipt | None:
    """The receipt in a message of the topic, as SNS wraps it or bare; None for what tells nothing.

    Raises `PermanentError`: `receipt_unknown` for a word that SES did not have, `receipt_malformed`.
    """
    try:
        said = json.loads(body)
        if said.get("Type") == "Notification":
            said = json.loads(said["Message"])
        return _receipt(said)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise PermanentError("receipt_malformed", provider=SES) from error


def _receipt(said: Mapping[str, Any]) -> Receipt | None:
    event = said.get("eventType") or said["notificationType"]
    if event in _MEANINGLESS:
        return None
    mail = said["mail"]
    match event:
        case "Delivery":
            kind, at, code = ReceiptKind.DELIVERED, said["delivery"]["timestamp"], ""
        case "DeliveryDelay":
            kind, at, code = ReceiptKind.DELAYED, said["deliveryDelay"]["timestamp"], said["deliveryDelay"]["delayType"]
        case "Bounce":
            kind, at, code = _bounce(said["bounce"])
        case "Complaint":
            complaint = said["complaint"]
            if complaint.get("complaintFeedbackType") == "not-spam":
                return None
            kind, at, code = ReceiptKind.COMPLAINED, complaint["timestamp"], complaint.get("complaintFeedbackType") or ""
        case "Reject":
            kind, at, code = ReceiptKind.BLOCKED, mail["timestamp"], said["reject"]["reason"]
        case _:
            raise PermanentError("receipt_unknown", provider=SES, word=str(event)[:40])
    return Receipt(provider=SES, reference=mail["messageId"], kind=kind, at=datetime.fromisoformat(at), code=str(code)[:60])


def _bounce(bounce: Mapping[str, Any]) -> tuple[ReceiptKind, str, str]:
    manner, detail = bounce["bounceType"], bounce.get("bounceSubType") or ""
    match manner:
        case "Permanent":
            kind = ReceiptKind.BLOCKED if detail in _REFUSED_CONTENT else ReceiptKind.HARD_BOUNCE
        case "Transient" | "Undetermined":
            kind = ReceiptKind.BLOCKED if detail in _REFUSED_CONTENT else ReceiptKind.SOFT_BOUNCE
        case _:
            raise PermanentError("receipt_unknown", provider=SES, word=str(manner)[:40])
    return kind, bounce["timestamp"], detail
