"""The simulated SMS gateway keeps the contract: each reference once, and a receipt that the office believes."""

from collections.abc import Mapping
from typing import Any

import pytest
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from jiesu.model.receipt import ReceiptKind
from jiesu.notices.sms_receipts import is_genuine, read_sms_receipt
from local.world.sms_gateway import SmsGateway
from tests.builders import NOW

SMS = {"reference": "n1", "phone": "+8619900000001", "text": "【平安北京】…"}

Reports = list[tuple[bytes, Mapping[str, str]]]


@pytest.fixture
def reports() -> Reports:
    return []


@pytest.fixture
def gateway(reports: Reports) -> SmsGateway:
    """Reports before it answers, so that nothing has to be waited for."""
    made = SmsGateway(api_key="a", receipt_key="r", call_back=lambda *said: reports.append(said), clock=lambda: NOW)
    made.before_answer = lambda _: None
    return made


def send(gateway: SmsGateway, *, key: str = "a", **changes: str) -> tuple[int, Any]:
    headers = [("Authorization", f"Bearer {key}")]
    response = gateway.send(Request(EnvironBuilder(method="POST", json=SMS | changes, headers=headers).get_environ()))
    return response.status_code, response.get_json()


def test_a_reference_is_sent_once_and_known_again(gateway: SmsGateway, reports: Reports) -> None:
    assert send(gateway) == (202, {"status": "accepted", "id": "gw-000001"})
    assert send(gateway) == (200, {"status": "duplicate", "id": "gw-000001"})
    assert gateway.texts() == {SMS["phone"]: [SMS["text"]]}
    assert len(reports) == 1


@pytest.mark.parametrize("fate", ["delivered", "blocked"])
def test_the_office_believes_and_understands_the_receipt(gateway: SmsGateway, reports: Reports, fate: str) -> None:
    gateway.fates[SMS["phone"]] = fate
    send(gateway)
    ((body, headers),) = reports
    signed = {"timestamp": headers["X-Jiesu-Timestamp"], "signed": headers["X-Jiesu-Signature"]}
    assert is_genuine(b"r", body=body, now=NOW, **signed)
    receipt = read_sms_receipt(body.decode())
    assert (receipt.reference, receipt.kind) == ("gw-000001", ReceiptKind(fate))


def test_a_wrong_key_sends_nothing(gateway: SmsGateway, reports: Reports) -> None:
    assert send(gateway, key="b")[0] == 401
    assert (gateway.taken, reports) == ((), [])


def test_a_gateway_may_send_no_receipts(gateway: SmsGateway, reports: Reports) -> None:
    gateway.fates[SMS["phone"]] = None
    assert send(gateway)[0] == 202
    assert reports == []
