"""An office in this process: the handlers of `functions/` as they are, over an emulated AWS with the template's tables.

What Lambda does between them is done here by hand: taking messages off queues and records off
the stream, in batches, past the clients that the meter watches.
"""

import importlib.util
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import ModuleType
from typing import TYPE_CHECKING, Any
from unittest.mock import patch
from urllib.parse import parse_qs, urlencode, urlsplit

import boto3
from moto import mock_aws
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends

from bench.metering import Meter
from jiesu.model.words import Platform, Urgency, UserRole
from jiesu.pages.session import Session, SessionBook
from jiesu.runtime import clients
from jiesu.runtime.logging import logger
from jiesu.store.accounts import AccountStore
from jiesu.store.directory import DirectoryStore, Office
from local.demo import DemoAccount
from local.emulator import ROOT
from local.feed.push import signed
from local.platforms import douyin, partner, wechat, weibo
from tests import builders as build
from tests.tables import EVIDENCE_BUCKET, MODEL_BUCKET, TABLES, create_tables
from tests.unit.channels.accounts import (
    DOUYIN_SECRETS,
    PARTNER_SECRETS,
    WECHAT_SECRETS,
    WEIBO_SECRETS,
    douyin_account,
    partner_account,
    wechat_account,
    weibo_account,
)

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

REGION = "cn-north-1"
_ACCOUNT = "123456789012"
_QUEUES = ("InboxQueue", "CommandsQueue", "NoticesQueue", "OutboundQueue", "MediaQueue")
_BASE_URL = "https://jiesu.example.org"
_SESSION_SECRET = "seals the sessions of the benchmark"  # noqa: S105 - of an office that exists for seconds
_STATE_MACHINE = f"arn:aws-cn:states:{REGION}:{_ACCOUNT}:stateMachine:EscalationStateMachine"

ENVIRONMENT = {
    # As the template gives it to the functions, for those that this office runs.
    "AWS_ACCESS_KEY_ID": "benchmark",
    "AWS_SECRET_ACCESS_KEY": "benchmark",
    "AWS_DEFAULT_REGION": REGION,
    "AWS_REGION": REGION,
    "CASES_TABLE_NAME": TABLES.cases,
    "MESSAGES_TABLE_NAME": TABLES.messages,
    "MATTERS_TABLE_NAME": TABLES.matters,
    "DELIVERIES_TABLE_NAME": TABLES.deliveries,
    "DIRECTORY_TABLE_NAME": TABLES.directory,
    "TRANSIENT_TABLE_NAME": TABLES.transient,
    **{
        f"{name.removesuffix('Queue').upper()}_QUEUE_URL": f"https://sqs.{REGION}.amazonaws.com.cn/{_ACCOUNT}/{name}"
        for name in _QUEUES
    },
    "DOCUMENTS_BUCKET_NAME": "documents",
    "EVIDENCE_BUCKET_NAME": EVIDENCE_BUCKET,
    "MODEL_BUCKET_NAME": MODEL_BUCKET,
    "ESCALATION_STATE_MACHINE_ARN": _STATE_MACHINE,
    "OFFICE_NAME": "平安北京",
    "OFFICE_TIME_ZONE": "Asia/Shanghai",
    "RETENTION_DAYS": "180",
    "OIDC_PARAMETER_NAME": "/jiesu/oidc",
    "SESSION_SECRET_NAME": "jiesu/sessions",
    "TELEPHONE_SECRET_NAME": "jiesu/telephones",
    "CHANNEL_SECRETS_PREFIX": "jiesu/channels/",
    "POWERTOOLS_METRICS_DISABLED": "true",
}

_DELIVERY_EVENT = ROOT / "events" / "receive_webhook_weibo_mention.json"


@dataclass(slots=True)
class RunningOffice:
    """One office. `meter` watches the clients that the functions use, and no other."""

    meter: Meter
    dynamodb: "DynamoDBClient"
    _functions: Mapping[str, ModuleType]
    _cookie: str
    _csrf_token: str
    _nonce: int = 0
    _opened_at: datetime = field(default_factory=lambda: datetime.now(UTC) - timedelta(hours=1))
    _read_records: int = 0

    def deliver(self, platform: Platform, text: str, *, citizen: int) -> None:
        """A citizen writes: the platform signs the message and posts it to the webhook.

        Each message was sent at a second of its own: two of one second would share the places that
        indexes have for them, and what a write costs hangs on whether such a place changes.
        """
        self._nonce += 1
        now = datetime.now(UTC)
        sent_at = self._opened_at + timedelta(seconds=self._nonce)
        self.receive(delivery_event(platform, text, citizen=citizen, number=self._nonce, now=now, sent_at=sent_at))

    def receive(self, event: Mapping[str, Any]) -> None:
        """Hand one delivery to `receive_webhook`."""
        answer = self._functions["receive_webhook"].handler(event, None)
        _expect(answer["statusCode"] == 200, f"the webhook answered {answer}")

    def ingest(self) -> int:
        """Hand all that waits in the inbox to `ingest_message` as one batch; how many deliveries it held."""
        records = self._taken_from("INBOX_QUEUE_URL")
        answer = self._functions["ingest_message"].handler({"Records": records}, None)
        _expect(answer == {"batchItemFailures": []}, f"ingest_message asks again for {answer}")
        return len(records)

    def visit(self, path: str, form: Mapping[str, str] | None = None) -> None:
        """An editor opens a page of the desk, or submits its form."""
        typed = None if form is None else urlencode({**form, "csrf_token": self._csrf_token})
        event = {
            "httpMethod": "GET" if typed is None else "POST",
            "path": path,
            "headers": {"cookie": self._cookie, "content-type": "application/x-www-form-urlencoded"},
            "queryStringParameters": None,
            "body": typed,
            "isBase64Encoded": False,
        }
        answer = self._functions["serve_desk"].handler(event, None)
        wanted = 200 if typed is None else 303
        _expect(answer["statusCode"] == wanted, f"the desk answered {answer['statusCode']} to {event['httpMethod']} {path}")

    def dispatch_effects(self) -> list[str]:
        """Hand the stream's new timeline entries to `dispatch_effects`; the ids of their cases."""
        records = self._new_entries()
        answer = self._functions["dispatch_effects"].handler({"Records": records}, None)
        _expect(answer == {"batchItemFailures": []}, f"dispatch_effects asks again for {answer}")
        return [record["dynamodb"]["Keys"]["pk"]["S"].removeprefix("CASE#") for record in records]

    def queued_notices(self) -> int:
        """How many notices wait in their queue; they are taken out of it."""
        return len(self._taken_from("NOTICES_QUEUE_URL"))

    def _taken_from(self, variable: str) -> list[dict[str, Any]]:
        """Everything in a queue, as Lambda hands it over."""
        sqs, url = boto3.client("sqs"), ENVIRONMENT[variable]
        taken: list[dict[str, Any]] = []
        while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", []):
            for message in messages:
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
                taken.append(
                    {
                        "messageId": message["MessageId"],
                        "receiptHandle": message["ReceiptHandle"],
                        "body": message["Body"],
                        "attributes": {"ApproximateReceiveCount": "1"},
                    }
                )
        return taken

    def _new_entries(self) -> list[Any]:
        """The records since the last call that the mapping's filter lets through."""
        shard = dynamodb_backends[DEFAULT_ACCOUNT_ID][REGION].get_table(TABLES.cases).stream_shard
        records = [record.to_json() for record in shard.items[self._read_records :]] if shard is not None else []
        self._read_records += len(records)
        return [
            record
            for record in records
            if record["eventName"] == "INSERT" and record["dynamodb"]["Keys"]["sk"]["S"].startswith("ENTRY#")
        ]


@contextmanager
def _warnings_alone() -> Iterator[None]:
    """The functions log only what is wrong; afterwards as before, for whoever else is in this process."""
    before = logger.log_level
    logger.setLevel("WARNING")
    try:
        yield
    finally:
        logger.setLevel(before)


@contextmanager
def running_office() -> Iterator[RunningOffice]:
    """An office with two accounts, one bureau and its ladders; all of it is gone afterwards."""
    with _warnings_alone(), patch.dict(os.environ, ENVIRONMENT), mock_aws():
        for name in ("AWS_ENDPOINT_URL", "AWS_PROFILE"):
            os.environ.pop(name, None)
        observer = boto3.client("dynamodb")
        create_tables(observer)
        _set_up(observer)
        session = _session()
        book = SessionBook(_SESSION_SECRET, secure=True)
        yield RunningOffice(
            meter=Meter(_watched_clients(), observer),
            dynamodb=observer,
            _functions={name: _function(name) for name in _FUNCTIONS},
            _cookie=book.session_cookie(session, session.seen_at).partition(";")[0],
            _csrf_token=session.csrf_token,
        )


_FUNCTIONS = ("receive_webhook", "ingest_message", "serve_desk", "dispatch_effects")


def _function(name: str) -> ModuleType:
    """A function, freshly started; not in `sys.modules`, where a test's own may be."""
    spec = importlib.util.spec_from_file_location(f"bench_{name}", ROOT / "functions" / name / "app.py")
    if spec is None or spec.loader is None:
        raise AssertionError(f"there is no function {name}")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _watched_clients() -> Sequence[Any]:
    prompt = (clients.dynamodb(prompt=True), clients.sqs(prompt=True), clients.secretsmanager(prompt=True))
    return (*prompt, clients.dynamodb(), clients.sqs(), clients.stepfunctions(), clients.secretsmanager(), clients.ssm())


def _set_up(dynamodb: "DynamoDBClient") -> None:
    """What an operator would have entered."""
    sqs, secrets = boto3.client("sqs"), boto3.client("secretsmanager")
    for name in _QUEUES:
        sqs.create_queue(QueueName=name)
    accounts = AccountStore(dynamodb, TABLES.directory)
    for demo in ACCOUNTS.values():
        accounts.put_account(demo.account, build.a_note())
        secrets.create_secret(Name=demo.account.secret_name, SecretString=json.dumps(dict(demo.secrets)))
    secrets.create_secret(Name=ENVIRONMENT["SESSION_SECRET_NAME"], SecretString=_SESSION_SECRET)
    secrets.create_secret(Name=ENVIRONMENT["TELEPHONE_SECRET_NAME"], SecretString="digests the telephones of the benchmark")
    sign_in = {
        "discovery_url": "https://issuer.example.org/.well-known/openid-configuration",
        "issuer": "https://issuer.example.org",
        "client_id": "benchmark",
        "public_base_url": _BASE_URL,
    }
    boto3.client("ssm").put_parameter(Name=ENVIRONMENT["OIDC_PARAMETER_NAME"], Value=json.dumps(sign_in), Type="String")
    directory = DirectoryStore(dynamodb, directory_table_name=TABLES.directory)
    directory.put_bureaus([build.a_bureau()], build.a_note())
    directory.put_office(Office(contacts=build.office_contacts(), plans=dict.fromkeys(Urgency, build.a_plan())), build.a_note())
    definition = {"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "Seconds": 1, "End": True}}}
    boto3.client("stepfunctions").create_state_machine(
        name="EscalationStateMachine",
        definition=json.dumps(definition),
        roleArn=f"arn:aws-cn:iam::{_ACCOUNT}:role/clock",
    )


ACCOUNTS = {
    Platform.WEIBO: DemoAccount(account=weibo_account(), secrets=WEIBO_SECRETS),
    Platform.WECHAT: DemoAccount(account=wechat_account(), secrets=WECHAT_SECRETS),
    Platform.DOUYIN: DemoAccount(account=douyin_account(), secrets=DOUYIN_SECRETS),
    Platform.PARTNER: DemoAccount(account=partner_account(), secrets=PARTNER_SECRETS),
}


def delivery_event(
    platform: Platform, text: str, *, citizen: int, number: int, now: datetime, sent_at: datetime | None = None
) -> dict[str, Any]:
    """The event of one delivery, as API Gateway hands it over. `now` signs it; its message was sent then or at `sent_at`."""
    sent_at = sent_at or now
    demo = ACCOUNTS[platform]
    payload: Mapping[str, Any]
    match platform:
        case Platform.WEIBO:
            payload = weibo.mention(
                sender_id=str(2_000_000_000 + citizen),
                receiver_id=demo.account.external_id,
                text=text,
                post_id=str(5_000_000_000 + number),
                sent_at=sent_at,
            )
        case Platform.WECHAT:
            payload = wechat.text_message(
                open_id=f"oBench{citizen}", account_id=demo.account.external_id, text=text, message_id=number, sent_at=sent_at
            )
        case Platform.DOUYIN:
            payload = douyin.private_message(
                open_id=f"bench-{citizen}",
                account_id=demo.account.external_id,
                client_key=demo.account.app_id,
                text=text,
                message_id=str(number),
                sent_at=sent_at,
            )
        case Platform.PARTNER:
            payload = partner.message(message_id=str(number), citizen_id=f"bench-{citizen}", text=text, sent_at=sent_at)
        case other:
            raise ValueError(f"{other} pushes nothing")
    push = signed(demo, payload, door_url=_BASE_URL, now=now, nonce=str(number))
    event: dict[str, Any] = deepcopy(json.loads(_DELIVERY_EVENT.read_text(encoding="utf-8")))
    query = parse_qs(urlsplit(push.url).query)
    event["pathParameters"] = {"platform": platform.value, "path_token": demo.account.path_token}
    event["multiValueQueryStringParameters"] = query
    event["queryStringParameters"] = {name: values[-1] for name, values in query.items()}
    event["multiValueHeaders"] = {**event["multiValueHeaders"], **{name: [value] for name, value in push.headers.items()}}
    event["body"] = push.body.decode()
    return event


def _session() -> Session:
    """An editor who has just signed in."""
    now = datetime.now(UTC)
    return Session(
        subject="editor-1",
        name="小编一",
        roles=(UserRole.EDITOR,),
        csrf_token="token-of-the-benchmark",  # noqa: S106 - of an office that exists for seconds
        since=now,
        seen_at=now,
    )


def _expect(holds: bool, otherwise: str) -> None:
    if not holds:
        raise AssertionError(otherwise)
