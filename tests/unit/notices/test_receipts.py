"""Receipts in the words of SES, of the gateway and of mail servers; no unknown word is taken for a known one."""

import json
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiesu.model.errors import PermanentError
from jiesu.model.receipt import Receipt, ReceiptKind
from jiesu.notices.dsn import read_dsn
from jiesu.notices.ses_receipts import read_ses_receipt
from jiesu.notices.sms_receipts import TOLERANCE, is_genuine, read_sms_receipt, signature
from tests.builders import NOW

NOTICE_ID = "261123-D11CND.2.a1.0.mail"
AT = "2026-11-23T01:31:09.000Z"
MAIL = {"timestamp": "2026-11-23T01:31:01.000Z", "messageId": "0100-ref", "destination": ["duty.ft@example.org"]}

SAID_BY_SES = [
    ({"Delivery": {"delivery": {"timestamp": AT}}}, ReceiptKind.DELIVERED, ""),
    ({"DeliveryDelay": {"deliveryDelay": {"timestamp": AT, "delayType": "MailboxFull"}}}, ReceiptKind.DELAYED, "MailboxFull"),
    (
        {"Bounce": {"bounce": {"timestamp": AT, "bounceType": "Permanent", "bounceSubType": "NoEmail"}}},
        ReceiptKind.HARD_BOUNCE,
        "NoEmail",
    ),
    (
        {"Bounce": {"bounce": {"timestamp": AT, "bounceType": "Transient", "bounceSubType": "MailboxFull"}}},
        ReceiptKind.SOFT_BOUNCE,
        "MailboxFull",
    ),
    ({"Bounce": {"bounce": {"timestamp": AT, "bounceType": "Undetermined"}}}, ReceiptKind.SOFT_BOUNCE, ""),
    (
        {"Bounce": {"bounce": {"timestamp": AT, "bounceType": "Transient", "bounceSubType": "ContentRejected"}}},
        ReceiptKind.BLOCKED,
        "ContentRejected",
    ),
    ({"Complaint": {"complaint": {"timestamp": AT, "complaintFeedbackType": "abuse"}}}, ReceiptKind.COMPLAINED, "abuse"),
    ({"Reject": {"reject": {"reason": "Bad content"}}}, ReceiptKind.BLOCKED, "Bad content"),
]


@pytest.mark.parametrize("field", ["eventType", "notificationType"])
@pytest.mark.parametrize("wrapped", [False, True])
@pytest.mark.parametrize(("said", "kind", "code"), SAID_BY_SES)
def test_ses_is_understood_in_both_its_forms_bare_or_wrapped(
    said: dict[str, Any], kind: ReceiptKind, code: str, field: str, wrapped: bool
) -> None:
    ((event, rest),) = said.items()
    body = json.dumps({field: event, "mail": MAIL, **rest})
    if wrapped:
        body = json.dumps({"Type": "Notification", "TopicArn": "topic", "Message": body})
    at = MAIL["timestamp"] if event == "Reject" else AT
    assert read_ses_receipt(body) == Receipt(
        provider="ses", reference="0100-ref", kind=kind, at=datetime.fromisoformat(str(at)), code=code
    )


@pytest.mark.parametrize(
    "said",
    [
        {"eventType": "Send", "mail": MAIL},
        {"eventType": "Open", "mail": MAIL},
        {"notificationType": "AmazonSnsSubscriptionSucceeded", "message": "…"},
        {"eventType": "Complaint", "mail": MAIL, "complaint": {"timestamp": AT, "complaintFeedbackType": "not-spam"}},
    ],
)
def test_what_ses_says_without_meaning_is_no_receipt(said: dict[str, Any]) -> None:
    assert read_ses_receipt(json.dumps(said)) is None


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("", "receipt_malformed"),
        ("[]", "receipt_malformed"),
        ("{}", "receipt_malformed"),
        (json.dumps({"eventType": "Delivery", "mail": MAIL, "delivery": {"timestamp": "soon"}}), "receipt_malformed"),
        (json.dumps({"Type": "Notification"}), "receipt_malformed"),
        (json.dumps({"eventType": "Rendering Failure", "mail": MAIL}), "receipt_unknown"),
        (json.dumps({"eventType": "Bounce", "mail": MAIL, "bounce": {"timestamp": AT, "bounceType": "Odd"}}), "receipt_unknown"),
    ],
)
def test_a_word_that_ses_did_not_have_is_an_error_and_never_a_receipt(body: str, code: str) -> None:
    with pytest.raises(PermanentError) as error:
        read_ses_receipt(body)
    assert error.value.code == code


# --- The SMS gateway --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        ("delivered", ReceiptKind.DELIVERED),
        ("delayed", ReceiptKind.DELAYED),
        ("undelivered", ReceiptKind.SOFT_BOUNCE),
        ("number_invalid", ReceiptKind.HARD_BOUNCE),
        ("blocked", ReceiptKind.BLOCKED),
        ("opted_out", ReceiptKind.OPTED_OUT),
    ],
)
def test_each_status_of_the_contract_is_understood(status: str, kind: ReceiptKind) -> None:
    said = {"id": "gw-1", "status": status, "at": "2026-11-23T09:31:09+08:00", "code": "DELIVRD"}
    expected = Receipt(
        provider="http", reference="gw-1", kind=kind, at=datetime(2026, 11, 23, 1, 31, 9, tzinfo=UTC), code="DELIVRD"
    )
    assert read_sms_receipt(json.dumps(said)) == expected


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"status": "eaten"}, "receipt_unknown"),
        ({"id": 7}, "receipt_malformed"),
        ({"at": "2026-11-23T09:31:09"}, "receipt_malformed"),
        ({"at": None}, "receipt_malformed"),
    ],
)
def test_a_callback_outside_the_contract_is_an_error(change: dict[str, Any], code: str) -> None:
    said = {"id": "gw-1", "status": "delivered", "at": AT} | change
    with pytest.raises(PermanentError) as error:
        read_sms_receipt(json.dumps(said))
    assert error.value.code == code


@given(st.binary(max_size=200), st.binary(min_size=1, max_size=40))
def test_a_callback_is_genuine_only_with_its_own_body_key_and_time(body: bytes, key: bytes) -> None:
    timestamp = str(int(NOW.timestamp()))
    signed = signature(key, timestamp, body)
    assert is_genuine(key, timestamp=timestamp, signed=signed, body=body, now=NOW + TOLERANCE)
    assert not is_genuine(key, timestamp=timestamp, signed=signed, body=body + b"x", now=NOW)
    assert not is_genuine(key + b"x", timestamp=timestamp, signed=signed, body=body, now=NOW)
    assert not is_genuine(key, timestamp=timestamp, signed=signed, body=body, now=NOW + TOLERANCE + timedelta(seconds=1))
    assert not is_genuine(key, timestamp="now", signed=signed, body=body, now=NOW)


# --- Mail servers -----------------------------------------------------------------------------

RECIPIENT = "Final-Recipient: rfc822; duty.ft@example.org\r\nAction: {action}\r\nStatus: {status}\r\n"


def a_report(*blocks: str, envelope_id: str = "", returned: str | None = None, part: str = "text/rfc822-headers") -> bytes:
    """A delivery status notification as a mail server writes it."""
    head = f"Reporting-MTA: dns; mx.example.org\r\n{f'Original-Envelope-Id: {envelope_id}' if envelope_id else ''}".strip()
    parts = [
        "Content-Type: text/plain; charset=utf-8\r\n\r\n您的邮件未能送达。",
        "Content-Type: message/delivery-status\r\n\r\n" + "\r\n\r\n".join([head, *(one.strip() for one in blocks)]) + "\r\n",
    ]
    if returned is not None:
        parts.append(f"Content-Type: {part}\r\n\r\nMessage-ID: <{returned}@example.org>\r\nSubject: x\r\n")
    lines = "".join(f"--cut\r\n{one}\r\n" for one in parts)
    header = (
        "From: MAILER-DAEMON@example.org\r\nDate: Mon, 23 Nov 2026 09:31:09 +0800\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="cut"\r\n\r\n'
    )
    return f"{header}{lines}--cut--\r\n".encode()


@pytest.mark.parametrize(
    ("action", "status", "kind"),
    [
        ("failed", "5.1.1", ReceiptKind.HARD_BOUNCE),
        ("Failed", "5.2.1 (disabled)", ReceiptKind.HARD_BOUNCE),
        ("failed", "5.2.2", ReceiptKind.SOFT_BOUNCE),
        ("failed", "4.4.7", ReceiptKind.SOFT_BOUNCE),
        ("failed", "5.7.1", ReceiptKind.BLOCKED),
        ("failed", "nonsense", ReceiptKind.SOFT_BOUNCE),
        ("delayed", "4.4.1", ReceiptKind.DELAYED),
        ("delivered", "2.0.0", ReceiptKind.DELIVERED),
    ],
)
@pytest.mark.parametrize("part", ["text/rfc822-headers", "message/rfc822"])
def test_a_report_is_matched_by_the_mail_that_it_returns(action: str, status: str, kind: ReceiptKind, part: str) -> None:
    report = a_report(RECIPIENT.format(action=action, status=status), returned=NOTICE_ID, part=part)
    (receipt,) = read_dsn(report, received_at=NOW)
    assert (receipt.provider, receipt.reference, receipt.kind) == ("smtp", NOTICE_ID, kind)
    assert receipt.at == datetime(2026, 11, 23, 1, 31, 9, tzinfo=UTC)


def test_a_report_without_the_mail_is_matched_by_its_envelope_id() -> None:
    (receipt,) = read_dsn(a_report(RECIPIENT.format(action="failed", status="5.1.1"), envelope_id=NOTICE_ID), received_at=NOW)
    assert receipt.reference == NOTICE_ID


@pytest.mark.parametrize("action", ["relayed", "expanded"])
def test_a_mail_that_was_handed_on_is_no_news(action: str) -> None:
    assert read_dsn(a_report(RECIPIENT.format(action=action, status="2.0.0"), returned=NOTICE_ID), received_at=NOW) == ()


def test_a_mail_that_is_no_report_holds_no_receipt() -> None:
    mail = EmailMessage()
    mail["Subject"] = "自动回复：外出"
    mail.set_content("本人外出，请联系值班室。")
    assert read_dsn(mail.as_bytes(), received_at=NOW) == ()


@pytest.mark.parametrize(
    ("report", "code"),
    [
        (a_report(RECIPIENT.format(action="failed", status="5.1.1")), "receipt_without_reference"),
        (a_report(RECIPIENT.format(action="eaten", status="5.1.1"), returned=NOTICE_ID), "receipt_unknown"),
    ],
)
def test_a_report_that_nobody_understands_is_an_error(report: bytes, code: str) -> None:
    with pytest.raises(PermanentError) as error:
        read_dsn(report, received_at=NOW)
    assert error.value.code == code


@given(st.binary(max_size=400))
def test_no_mail_whatever_is_in_it_breaks_the_reader(content: bytes) -> None:
    assert read_dsn(content, received_at=NOW) == ()
