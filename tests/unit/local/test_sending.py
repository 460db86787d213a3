"""Deliveries are sent as a platform sends them, and the morning only once."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from werkzeug.wrappers import Request, Response

from jiesu.channels.delivery import RawDelivery
from jiesu.channels.registry import channel_of
from jiesu.model.words import MessageKind, Platform
from local.demo import Demo
from local.feed.morning import Delivery
from local.feed.progress import FeedProgress
from local.feed.push import signed
from local.feed.sender import ATTEMPTS, NotTakenError, Sender
from local.send import delivery_of
from local.serving import Server
from tests.builders import NOW
from tests.unit.local.conftest import DOUYIN, PARTNER, WECHAT, WEIBO

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

DEMO = Demo(port=8600, accounts=(WEIBO, WECHAT, DOUYIN, PARTNER), users=())


class Office:
    """Answers each request with the next of `statuses`, then with 200; a handshake with its echo."""

    def __init__(self, *statuses: int) -> None:
        self.statuses = list(statuses)
        self.requests: list[Request] = []

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        request = Request(environ)
        request.get_data()
        self.requests.append(request)
        status = self.statuses.pop(0) if self.statuses else 200
        asked = request.get_json(silent=True, force=True) or {}
        challenge = {"challenge": asked["content"]["challenge"]} if asked.get("event") == "verify_webhook" else None
        echo = json.dumps(challenge, separators=(",", ":")) if challenge else request.args.get("echostr", "")
        return Response(echo, status)(environ, start_response)


def a_delivery(via: str = "weibo.private") -> Delivery:
    return delivery_of(DEMO, text="您好", via=via, who="演示网民", now=NOW)


def sender_to(server: Server) -> Sender:
    return Sender(server.url, clock=lambda: NOW)


def test_a_delivery_is_repeated_until_it_is_taken() -> None:
    office = Office(503, 502)
    with Server(office) as server:
        sender_to(server).send(a_delivery())
    assert len(office.requests) == ATTEMPTS
    assert len({request.get_data() for request in office.requests}) == 1


@pytest.mark.parametrize(("statuses", "calls"), [((500, 500, 500), 3), ((403,), 1)])
def test_a_delivery_that_is_not_taken_is_an_error(statuses: tuple[int, ...], calls: int) -> None:
    office = Office(*statuses)
    with Server(office) as server, pytest.raises(NotTakenError, match=f"status {statuses[0]}"):
        sender_to(server).send(a_delivery())
    assert len(office.requests) == calls


def test_an_office_that_is_not_there_is_an_error() -> None:
    with Server(Office()) as server:
        gone = server
    with pytest.raises(NotTakenError, match="no answer"):
        sender_to(gone).send(a_delivery())


def test_each_account_shakes_hands_once() -> None:
    office = Office()
    with Server(office) as server:
        ways = ("weibo.private", "wechat.text", "douyin.text", "partner.private", "weibo.private")
        sender_to(server).shake_hands([a_delivery(via) for via in ways])
    assert [(request.method, request.path.split("/")[2]) for request in office.requests] == [
        ("GET", "weibo"),
        ("GET", "wechat"),
        ("POST", "douyin"),
    ]


def test_a_refused_handshake_is_an_error() -> None:
    with Server(Office(403)) as server, pytest.raises(NotTakenError, match="weibo-demo"):
        sender_to(server).shake_hands([a_delivery()])


@pytest.mark.parametrize(
    ("via", "kind"),
    [
        ("weibo.private", MessageKind.PRIVATE),
        ("weibo.mention.status", MessageKind.MENTION),
        ("weibo.mention.comment", MessageKind.MENTION),
        ("wechat.text", MessageKind.PRIVATE),
        ("douyin.text", MessageKind.PRIVATE),
        ("douyin.comment", MessageKind.COMMENT),
        ("partner.private", MessageKind.PRIVATE),
        ("partner.comment", MessageKind.COMMENT),
    ],
)
def test_one_more_citizen_writes_the_way_that_was_asked_for(via: str, kind: MessageKind) -> None:
    delivery = a_delivery(via)
    account = delivery.demo.account
    push = signed(delivery.demo, delivery.payload, door_url="http://127.0.0.1:8600", now=NOW, nonce=delivery.nonce)
    raw = RawDelivery(account_id=account.id, platform=account.platform, body=push.body, query={}, received_at=NOW)
    [message] = channel_of(account.platform).parse(account, delivery.demo.secrets, raw)
    assert (message.platform, message.kind, message.text) == (Platform(via.split(".", maxsplit=1)[0]), kind, "您好")


def test_the_same_nickname_is_the_same_citizen() -> None:
    first, second = a_delivery(), a_delivery()
    assert first.payload["sender_id"] == second.payload["sender_id"]


@pytest.fixture
def ssm(aws: None) -> Any:
    return boto3.client("ssm")


def test_an_interrupted_feed_goes_on_where_it_stopped(ssm: Any) -> None:
    first = FeedProgress.read(ssm, now=NOW)
    assert (first.ends_at, first.sent) == (NOW, 0)
    first.advance()
    first.advance()
    again = FeedProgress.read(ssm, now=NOW + timedelta(days=1))
    assert (again.ends_at, again.sent) == (NOW, 2)


def test_a_feed_that_never_began_begins_now(ssm: Any) -> None:
    FeedProgress.read(ssm, now=NOW)
    later = datetime(2026, 11, 24, tzinfo=UTC)
    assert FeedProgress.read(ssm, now=later).ends_at == later
