"""The webhook's public entry in an office whose inbox is a list: `functions/receive_webhook`, started once, at any hour."""

import importlib
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, tzinfo
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import boto3
import pytest

from jiesu.channels.delivery import RawDelivery, from_queue_body
from jiesu.model.words import Platform
from jiesu.road import receive
from jiesu.runtime import clients
from local.demo import DemoAccount
from local.feed.push import Push
from tests import builders as build
from tests.conftest import Stores
from tests.unit.channels.accounts import (
    DOUYIN_SECRETS,
    PARTNER_SECRETS,
    WECHAT_SECRETS,
    WEIBO_SECRETS,
    as_query,
    douyin_account,
    partner_account,
    wechat_account,
    weibo_account,
)

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

ACCOUNTS = {
    Platform.WEIBO: DemoAccount(account=weibo_account(), secrets=WEIBO_SECRETS),
    Platform.WECHAT: DemoAccount(account=wechat_account(), secrets=WECHAT_SECRETS),
    Platform.DOUYIN: DemoAccount(account=douyin_account(), secrets=DOUYIN_SECRETS),
    Platform.PARTNER: DemoAccount(account=partner_account(), secrets=PARTNER_SECRETS),
}
assert set(ACCOUNTS) == {platform for platform in Platform if not platform.is_by_hand}

Event = dict[str, Any]


class Webhook:
    """The function as API Gateway calls it, with what it queued. `now` is the hour by its clock."""

    def __init__(self, handler: Callable[[Event, object], Event]) -> None:
        self.now = build.NOW
        self.queued: list[str] = []
        self._handler = handler

    def answer(self, event: Event) -> tuple[int, str]:
        """Status and body."""
        response = self._handler(event, None)
        return response["statusCode"], response["body"]

    def post(self, event: Event) -> int:
        """The status alone."""
        return self.answer(event)[0]

    @property
    def taken(self) -> list[RawDelivery]:
        """What lies in the inbox."""
        return [from_queue_body(body) for body in self.queued]


@contextmanager
def answering(client: Any, operation: str, answer: Callable[[dict[str, Any]], dict[str, Any]]) -> Iterator[None]:
    """Calls of `operation` are built and checked by botocore, and answered before they are signed and sent."""
    held: list[dict[str, Any]] = []

    def keep(params: dict[str, Any], **_: Any) -> None:
        held[:] = [params]

    def reply(**_: Any) -> Any:
        return SimpleNamespace(status_code=200, headers={}), {**answer(held[0]), "ResponseMetadata": {"HTTPStatusCode": 200}}

    service = client.meta.service_model.service_name
    names = (f"provide-client-params.{service}.{operation}", f"before-call.{service}.{operation}")
    client.meta.events.register_first(names[0], keep)
    client.meta.events.register_first(names[1], reply)
    try:
        yield
    finally:
        client.meta.events.unregister(names[0], keep)
        client.meta.events.unregister(names[1], reply)


@contextmanager
def started_webhook(stores: Stores, sqs: "SQSClient", monkeypatch: pytest.MonkeyPatch) -> Iterator[Webhook]:
    """All platforms' accounts. The function starts once and keeps what it has read, as a warm worker does."""
    monkeypatch.setattr(receive, "count", lambda *_, **__: None)  # the output would be megabytes
    secretsmanager = boto3.client("secretsmanager")
    for demo in ACCOUNTS.values():
        stores.accounts.put_account(demo.account, build.a_note())
        secretsmanager.create_secret(Name=demo.account.secret_name, SecretString=json.dumps(dict(demo.secrets)))
    monkeypatch.setattr(clients, "dynamodb", lambda **_: stores.client)
    monkeypatch.setattr(clients, "sqs", lambda **_: sqs)
    monkeypatch.setattr(clients, "secretsmanager", lambda **_: secretsmanager)
    app = importlib.reload(importlib.import_module("functions.receive_webhook.app"))
    webhook = Webhook(app.handler)

    def now(tz: tzinfo) -> datetime:
        return webhook.now.astimezone(tz)

    monkeypatch.setattr(app, "datetime", SimpleNamespace(now=now))

    def queue(params: dict[str, Any]) -> dict[str, Any]:
        webhook.queued.append(params["MessageBody"])
        return {"MessageId": "1", "MD5OfMessageBody": ""}

    with answering(sqs, "SendMessage", queue):
        yield webhook


def give_secrets(demo: DemoAccount, secrets: Mapping[str, str]) -> None:
    """Let an account have a published vector's own secrets. For a function that has not read them yet."""
    text = json.dumps({**demo.secrets, **secrets})
    boto3.client("secretsmanager").put_secret_value(SecretId=demo.account.secret_name, SecretString=text)


def event_of(demo: DemoAccount, query: Mapping[str, str], body: bytes, headers: Mapping[str, str]) -> Event:
    """What API Gateway hands over."""
    return {
        "httpMethod": "POST",
        "pathParameters": {"platform": demo.account.platform.value, "path_token": demo.account.path_token},
        "multiValueQueryStringParameters": as_query(query),
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "body": body.decode(),
        "isBase64Encoded": False,
    }


def event_of_push(demo: DemoAccount, push: Push) -> Event:
    """The same of what a simulated platform pushes."""
    query = {name: values[0] for name, values in parse_qs(urlsplit(push.url).query).items()}
    return event_of(demo, query, push.body, push.headers)
