"""The SMS gateway's callbacks: what is signed is queued as it came, all else is refused."""

import importlib
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from jiesu.notices.sms_receipts import signature
from jiesu.runtime import clients
from tests.functions.conftest import queue_url

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

KEY = "the key of receipts"
SAMPLE: dict[str, Any] = json.loads((Path(__file__).parents[2] / "events" / "receive_receipt.json").read_text(encoding="utf-8"))

Receive = Callable[[dict[str, Any]], int]


@pytest.fixture
def receive(sqs: "SQSClient", monkeypatch: pytest.MonkeyPatch) -> Receive:
    """The function, freshly started, with a gateway; answers the status."""
    secrets = boto3.client("secretsmanager")
    secrets.create_secret(Name="jiesu/sms", SecretString=json.dumps({"api_key": "a", "receipt_key": KEY}))
    monkeypatch.setenv("SMS_GATEWAY_SECRET_NAME", "jiesu/sms")
    monkeypatch.setattr(clients, "sqs", lambda **_: sqs)
    monkeypatch.setattr(clients, "secretsmanager", lambda **_: secrets)
    app = importlib.reload(importlib.import_module("functions.receive_receipt.app"))

    def status(event: dict[str, Any]) -> int:
        answered: int = app.handler(event, None)["statusCode"]
        return answered

    return status


def event(body: str = SAMPLE["body"], *, key: str = KEY, seconds_ago: int = 0, **changes: Any) -> dict[str, Any]:
    timestamp = str(int(time.time()) - seconds_ago)
    headers = {
        "X-Jiesu-Timestamp": timestamp,
        "X-Jiesu-Signature": signature(key.encode(), timestamp, body.encode()),
    }
    return SAMPLE | {"body": body, "headers": headers} | changes


def queued(sqs: "SQSClient") -> list[dict[str, Any]]:
    messages = sqs.receive_message(QueueUrl=queue_url("ReceiptsQueue"), MaxNumberOfMessages=10).get("Messages", [])
    return [json.loads(one["Body"]) for one in messages]


def test_a_signed_receipt_is_queued_as_it_came(receive: Receive, sqs: "SQSClient") -> None:
    assert receive(event()) == 202
    (message,) = queued(sqs)
    assert (message["type"], message["version"], message["body"]) == ("SmsReceipt", 1, SAMPLE["body"])


@pytest.mark.parametrize(
    ("bad", "status"),
    [
        (event(key="another"), 403),
        (event(seconds_ago=4000), 403),
        (event(seconds_ago=-4000), 403),
        (event(headers={}), 403),
        (event(headers=None), 403),
        (event() | {"body": '{"status": "delivered"}'}, 403),
        (event("x" * 16_385), 400),
        (event(isBase64Encoded=True, body="%"), 400),
    ],
)
def test_what_the_gateway_has_not_signed_now_is_refused_and_not_kept(
    receive: Receive, sqs: "SQSClient", bad: dict[str, Any], status: int
) -> None:
    assert receive(bad) == status
    assert queued(sqs) == []


def test_without_a_gateway_there_is_no_such_address(receive: Receive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMS_GATEWAY_SECRET_NAME", "")
    app = importlib.reload(importlib.import_module("functions.receive_receipt.app"))
    assert app.handler(event(), None)["statusCode"] == 404
