"""The simulated WeChat refuses what WeChat refuses, with HTTP 200 and its own codes."""

import json
from datetime import timedelta
from typing import Any

import pytest

from local.world.exchanges import ExchangeKind
from tests.unit.local.conftest import WECHAT, Outside

CITIZEN = "oDemoCitizen0000000000000001"
CREDENTIALS = {
    "grant_type": "client_credential",
    "appid": WECHAT.account.app_id,
    "secret": WECHAT.secrets["app_secret"],
}


def token(outside: Outside, **changes: Any) -> dict[str, Any]:
    answer: dict[str, Any] = outside.client.post("/wechat/cgi-bin/stable_token", json=CREDENTIALS | changes).get_json()
    return answer


def send(outside: Outside, *, access_token: str | None = None, body: bytes | None = None, **changes: Any) -> int:
    message = {"touser": CITIZEN, "msgtype": "text", "text": {"content": "您好,已收到。"}} | changes
    response = outside.client.post(
        "/wechat/cgi-bin/message/custom/send",
        query_string={"access_token": token(outside)["access_token"] if access_token is None else access_token},
        data=body or json.dumps(message, ensure_ascii=False).encode(),
    )
    assert response.status_code == 200
    code: int = response.get_json()["errcode"]
    return code


def test_an_answer_reaches_the_citizen(outside: Outside) -> None:
    outside.citizen(WECHAT, CITIZEN, ExchangeKind.PRIVATE)
    assert send(outside) == 0
    assert outside.received(WECHAT, CITIZEN) == ["您好,已收到。"]


def test_escaped_json_reaches_the_citizen_as_escapes(outside: Outside) -> None:
    outside.citizen(WECHAT, CITIZEN, ExchangeKind.PRIVATE)
    escaped = json.dumps({"touser": CITIZEN, "msgtype": "text", "text": {"content": "您"}}, ensure_ascii=True)
    assert send(outside, body=escaped.encode()) == 0
    assert outside.received(WECHAT, CITIZEN) == ["\\u60a8"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"appid": "wxother"}, 40013), ({"secret": "wrong"}, 40125), ({"grant_type": "password"}, 40002)],
)
def test_a_token_needs_the_right_credentials(outside: Outside, changes: dict[str, str], code: int) -> None:
    assert token(outside, **changes)["errcode"] == code


def test_the_token_stays_the_same_until_its_last_minutes(outside: Outside) -> None:
    first = token(outside)
    assert first["expires_in"] == 7200
    outside.clock.advance(timedelta(minutes=114))
    assert token(outside) == first | {"expires_in": 360}
    outside.clock.advance(timedelta(minutes=1))
    renewed = token(outside)
    assert renewed["access_token"] != first["access_token"]
    outside.citizen(WECHAT, CITIZEN, ExchangeKind.PRIVATE)
    assert send(outside, access_token=first["access_token"]) == 0
    outside.clock.advance(timedelta(minutes=5))
    assert send(outside, access_token=first["access_token"]) == 42001


def test_a_forced_token_ends_the_old_one_after_the_overlap(outside: Outside) -> None:
    first = token(outside)["access_token"]
    forced = token(outside, force_refresh=True)["access_token"]
    outside.citizen(WECHAT, CITIZEN, ExchangeKind.PRIVATE)
    assert [send(outside, access_token=one) for one in (first, forced)] == [0, 0]
    outside.clock.advance(timedelta(minutes=5))
    assert [send(outside, access_token=one) for one in (first, forced)] == [42001, 0]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"access_token": ""}, 41001),
        ({"access_token": "unknown"}, 40001),
        ({"body": b"not json"}, 47001),
        ({"body": "您好".encode("gbk")}, 47001),
        ({"msgtype": "hologram"}, 40008),
        ({"text": {"content": ""}}, 44004),
        ({"text": {"content": "长" * 683}}, 45002),
        ({"touser": "oNobody"}, 40003),
    ],
)
def test_a_malformed_call_is_refused_by_its_code(outside: Outside, changes: dict[str, Any], code: int) -> None:
    outside.citizen(WECHAT, CITIZEN, ExchangeKind.PRIVATE)
    assert send(outside, **changes) == code
    assert outside.received(WECHAT, CITIZEN) == []


def test_each_message_of_the_citizen_earns_five_within_48_hours(outside: Outside) -> None:
    outside.citizen(WECHAT, CITIZEN, ExchangeKind.PRIVATE)
    assert [send(outside) for _ in range(6)] == [0, 0, 0, 0, 0, 45047]
    outside.clock.advance(timedelta(hours=1))
    outside.citizen(WECHAT, CITIZEN, ExchangeKind.PRIVATE)
    assert send(outside) == 0
    outside.clock.advance(timedelta(hours=48))
    assert send(outside) == 45015


def test_a_subscription_earns_three_within_a_minute(outside: Outside) -> None:
    outside.citizen(WECHAT, CITIZEN, ExchangeKind.FOLLOWED)
    assert [send(outside) for _ in range(4)] == [0, 0, 0, 45047]
    outside.clock.advance(timedelta(minutes=1))
    assert send(outside) == 45015


def test_a_citizen_who_left_gets_nothing(outside: Outside) -> None:
    outside.citizen(WECHAT, CITIZEN, ExchangeKind.PRIVATE, ago=timedelta(hours=1))
    outside.citizen(WECHAT, CITIZEN, ExchangeKind.UNFOLLOWED)
    assert send(outside) == 43004


def test_an_ordered_stale_token_is_forgotten_and_a_new_one_works(outside: Outside) -> None:
    outside.citizen(WECHAT, CITIZEN, ExchangeKind.PRIVATE)
    first = token(outside)["access_token"]
    outside.client.post("/faults", json={"platform": "wechat", "error": "40001"})
    assert send(outside, access_token=first) == 40001
    outside.clock.advance(timedelta(seconds=1))
    assert token(outside)["access_token"] != first
    assert send(outside) == 0
