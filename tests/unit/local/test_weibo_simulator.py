"""The simulated Weibo refuses what Weibo refuses, in Weibo's words."""

import json
from datetime import timedelta
from urllib.parse import quote

import pytest
from werkzeug.test import TestResponse

from local.world.exchanges import ExchangeKind
from tests.unit.local.conftest import WEIBO, Outside

CITIZEN = "2000000001"


def reply(outside: Outside, **changes: str) -> TestResponse:
    form = {
        "access_token": WEIBO.secrets["access_token"],
        "type": "text",
        "receiver_id": CITIZEN,
        "data": json.dumps({"text": "您好,已转属地分局核实。"}, ensure_ascii=False),
    } | changes
    return outside.client.post("/weibo/2/messages/reply.json", data={key: value for key, value in form.items() if value})


def refusal(response: TestResponse) -> str:
    body = response.get_json()
    assert response.status_code >= 400
    assert body["request"] == "/2/messages/reply.json"
    return str(body["error_code"])


def test_an_answer_to_a_private_message_reaches_the_citizen(outside: Outside) -> None:
    outside.citizen(WEIBO, CITIZEN, ExchangeKind.PRIVATE)
    response = reply(outside)
    assert response.status_code == 200
    assert response.get_json()["result"] is True
    assert outside.received(WEIBO, CITIZEN) == ["您好,已转属地分局核实。"]


def test_a_citizen_who_never_wrote_is_unknown(outside: Outside) -> None:
    assert refusal(reply(outside)) == "10013"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"access_token": "somebody-else"}, "21332"),
        ({"access_token": ""}, "21332"),
        ({"receiver_id": ""}, "10016"),
        ({"data": ""}, "10016"),
        ({"type": "video"}, "10017"),
        ({"data": "您好"}, "10017"),
        ({"data": quote(json.dumps({"text": "编码了两次"}))}, "10017"),
        ({"data": json.dumps({"text": "  "})}, "10017"),
        ({"data": json.dumps({"text": "长" * 300})}, "20012"),
    ],
)
def test_a_malformed_call_is_refused_by_its_code(outside: Outside, changes: dict[str, str], code: str) -> None:
    outside.citizen(WEIBO, CITIZEN, ExchangeKind.PRIVATE)
    assert refusal(reply(outside, **changes)) == code
    assert outside.received(WEIBO, CITIZEN) == []


def test_a_json_body_is_no_form(outside: Outside) -> None:
    outside.citizen(WEIBO, CITIZEN, ExchangeKind.PRIVATE)
    assert refusal(outside.client.post("/weibo/2/messages/reply.json", json={"receiver_id": CITIZEN})) == "10007"


def test_a_private_message_may_be_answered_often_within_48_hours(outside: Outside) -> None:
    outside.citizen(WEIBO, CITIZEN, ExchangeKind.PRIVATE)
    outside.clock.advance(timedelta(hours=47, minutes=59))
    assert [reply(outside).status_code for _ in range(7)] == [200] * 7
    outside.clock.advance(timedelta(minutes=1))
    assert refusal(reply(outside)) == "20016"


def test_each_mention_earns_one_reply(outside: Outside) -> None:
    outside.citizen(WEIBO, CITIZEN, ExchangeKind.MENTION)
    assert reply(outside).status_code == 200
    assert refusal(reply(outside)) == "20016"
    outside.clock.advance(timedelta(hours=1))
    outside.citizen(WEIBO, CITIZEN, ExchangeKind.MENTION)
    assert reply(outside).status_code == 200
    assert refusal(reply(outside)) == "20016"


def test_nothing_reaches_a_citizen_who_left(outside: Outside) -> None:
    outside.citizen(WEIBO, CITIZEN, ExchangeKind.PRIVATE, ago=timedelta(hours=2))
    outside.citizen(WEIBO, CITIZEN, ExchangeKind.UNFOLLOWED, ago=timedelta(hours=1))
    assert refusal(reply(outside)) == "20016"
    outside.citizen(WEIBO, CITIZEN, ExchangeKind.PRIVATE)
    assert reply(outside).status_code == 200


def test_ordered_bad_luck_hits_as_many_calls_as_asked(outside: Outside) -> None:
    outside.citizen(WEIBO, CITIZEN, ExchangeKind.PRIVATE)
    outside.client.post("/faults", json={"platform": "weibo", "error": "10001", "times": 2})
    outside.client.post("/faults", json={"platform": "wechat", "error": "-1", "times": 1})
    assert [refusal(reply(outside)) for _ in range(2)] == ["10001", "10001"]
    assert reply(outside).status_code == 200
    assert outside.client.get("/faults").get_json() == [{"platform": "wechat", "error": "-1", "times": 1}]
    assert outside.client.delete("/faults").get_json() == []


def test_a_lost_answer_is_a_delivered_message(outside: Outside) -> None:
    outside.citizen(WEIBO, CITIZEN, ExchangeKind.PRIVATE)
    outside.client.post("/faults", json={"platform": "weibo", "error": "answer_lost"})
    outside.client.post("/faults", json={"platform": "weibo", "error": "http_503"})
    assert [reply(outside).status_code for _ in range(3)] == [504, 503, 200]
    assert len(outside.received(WEIBO, CITIZEN)) == 2
