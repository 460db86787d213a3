"""The simulated Douyin refuses what Douyin refuses, in Douyin's words, and says back what was sent."""

from datetime import timedelta
from typing import Any

import pytest
from werkzeug.test import EnvironBuilder, TestResponse
from werkzeug.wrappers import Request

from jiesu.channels.media import sniff
from local.feed.push import signed
from local.platforms import douyin
from local.world.douyin_tokens import ACCESS_LIFE, RENEWALS
from local.world.exchanges import ExchangeKind
from tests.unit.local.conftest import DOUYIN, Outside

CITIZEN = "open-id-of-a-citizen"
OFFICE = DOUYIN.account.external_id


def writes(outside: Outside, payload: dict[str, object]) -> dict[str, Any]:
    """The citizen's delivery passes the office's door; its content."""
    push = signed(DOUYIN, payload, door_url="http://127.0.0.1:8600", now=outside.clock(), nonce="1")
    builder = EnvironBuilder(path=push.url, method="POST", data=push.body, headers=list(push.headers.items()))
    outside.world.overhear(Request(builder.get_environ()), 200)
    content = payload["content"]
    assert isinstance(content, dict)
    return content


def says(outside: Outside, text: str = "请问居住证怎么办", message_id: str = "1") -> dict[str, Any]:
    return writes(
        outside,
        douyin.private_message(
            open_id=CITIZEN,
            account_id=OFFICE,
            client_key=DOUYIN.account.app_id,
            text=text,
            message_id=message_id,
            sent_at=outside.clock(),
        ),
    )


def send(outside: Outside, asked: dict[str, Any], *, token: str = "act.first", open_id: str = OFFICE, **changes: object) -> Any:
    body = {
        "msg_id": asked["server_message_id"],
        "conversation_id": asked["conversation_short_id"],
        "to_user_id": CITIZEN,
        "scene": "im_reply_msg",
        "content": {"msg_type": 1, "text": {"text": "您好,已转属地分局核实。"}},
    } | changes
    return outside.client.post(f"/douyin/im/send/msg/?open_id={open_id}", json=body, headers={"access-token": token})


def code(answer: TestResponse) -> int:
    """Errors come with status 200."""
    assert answer.status_code == 200
    return int(answer.get_json()["data"]["error_code"])


def granted(outside: Outside, path: str, **changes: str) -> Any:
    form = {"client_key": DOUYIN.account.app_id, "refresh_token": "rft.first", "grant_type": "refresh_token"} | changes
    return outside.client.post(f"/douyin/oauth/{path}/", data=form)


# --- Private messages ---------------------------------------------------------------------------


def test_an_answer_reaches_the_citizen_and_comes_back_to_the_office(outside: Outside) -> None:
    content = says(outside)
    answer = send(outside, content)
    assert code(answer) == 0
    assert outside.received(DOUYIN, CITIZEN) == ["您好,已转属地分局核实。"]
    [(demo, echo)] = outside.calls
    assert demo == DOUYIN
    assert (echo["event"], echo["from_user_id"], echo["to_user_id"]) == ("im_send_msg", OFFICE, CITIZEN)
    assert echo["content"]["server_message_id"] == answer.get_json()["msg_id"]
    assert echo["content"]["text"] == "您好,已转属地分局核实。"


def test_an_echo_that_passes_the_door_is_nothing_a_citizen_did(outside: Outside) -> None:
    send(outside, says(outside))
    before = outside.exchanges.conversations()
    [(_, echo)] = outside.calls
    writes(outside, dict(echo))
    assert outside.exchanges.conversations() == before


def test_each_message_earns_six_answers_within_24_hours(outside: Outside) -> None:
    first = says(outside)
    assert [code(send(outside, first)) for _ in range(7)] == [0] * 6 + [28003070]
    second = says(outside, message_id="2")
    outside.clock.advance(timedelta(hours=23, minutes=59))
    assert code(send(outside, second)) == 0
    outside.clock.advance(timedelta(minutes=1))
    assert code(send(outside, second)) == 28003080


@pytest.mark.parametrize(
    ("changes", "refused"),
    [
        ({"token": "somebody-else"}, 28001003),
        ({"open_id": "another"}, 28001015),
        ({"scene": "im_enter_direct_msg"}, 2100005),
        ({"conversation_id": ""}, 2100005),
        ({"msg_id": "@never=="}, 28003082),
        ({"to_user_id": "another"}, 28003082),
        ({"content": {"msg_type": 2, "image": {"media_id": "1"}}}, 28001038),
        ({"content": {"msg_type": 1, "text": {"text": "长" * 1001}}}, 28001038),
    ],
)
def test_a_malformed_call_is_refused_by_its_code(outside: Outside, changes: dict[str, Any], refused: int) -> None:
    content = says(outside)
    assert code(send(outside, content, **changes)) == refused
    assert outside.received(DOUYIN, CITIZEN) == []


def test_ordered_bad_luck_hits_and_a_lost_answer_is_a_delivered_message(outside: Outside) -> None:
    content = says(outside)
    for error in ("28001005", "http_503", "answer_lost"):
        outside.client.post("/faults", json={"platform": "douyin", "error": error})
    assert code(send(outside, content)) == 28001005
    assert [send(outside, content).status_code for _ in range(3)] == [503, 504, 200]
    assert len(outside.received(DOUYIN, CITIZEN)) == len(outside.calls) == 2


# --- Comments -----------------------------------------------------------------------------------


def test_a_comment_is_answered_in_public_and_by_nothing_else(outside: Outside) -> None:
    content = writes(
        outside,
        douyin.comment(
            open_id=CITIZEN, client_key=DOUYIN.account.app_id, text="没人管吗", comment_id="1", sent_at=outside.clock()
        ),
    )
    [exchange] = outside.exchanges.between(OFFICE, CITIZEN)
    assert (exchange.kind, exchange.text) == (ExchangeKind.COMMENT, "没人管吗")

    def answer(**changes: str) -> int:
        body = {"item_id": content["reply_to_item_id"], "comment_id": content["comment_id"], "content": "已转分局办理"}
        path = f"/douyin/item/comment/reply/?open_id={OFFICE}"
        return code(outside.client.post(path, json=body | changes, headers={"access-token": "act.first"}))

    assert [answer(comment_id="@never=="), answer(item_id=""), answer(content=" ")] == [2100005] * 3
    assert answer() == 0
    assert outside.received(DOUYIN, CITIZEN) == ["已转分局办理"]
    assert code(send(outside, {"server_message_id": content["comment_id"], "conversation_short_id": "@1=="})) == 28003082


# --- Files --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "media_type"), [("image", "image/png"), ("video", "video/mp4")])
def test_a_file_is_handed_out_to_whoever_shows_the_token_it_was_asked_for_with(
    outside: Outside, kind: str, media_type: str
) -> None:
    content = writes(
        outside,
        douyin.private_file(
            kind=kind,
            open_id=CITIZEN,
            account_id=OFFICE,
            client_key=DOUYIN.account.app_id,
            message_id="+/7=",
            sent_at=outside.clock(),
        ),
    )
    asked = {
        "open_id": OFFICE,
        "conversation_id": content["conversation_short_id"],
        "message_id": content["server_message_id"],
    }
    path, token = "/douyin/api/im/message/resources/", {"access-token": "act.first"}
    found = outside.client.get(path, query_string=asked, headers=token).get_json()["data"]
    assert found["media_type"] == kind
    shown = {"Access-Token": "act.first", "OpenID": OFFICE}
    assert sniff(outside.client.get(found["url"], headers=shown).data) == media_type
    assert outside.client.get(found["url"]).status_code == 403
    assert code(outside.client.get(path, query_string={**asked, "message_id": "@never=="}, headers=token)) == 28029020
    assert code(outside.client.get(path, query_string=asked)) == 28001003


# --- Tokens -------------------------------------------------------------------------------------


def test_an_access_token_lives_15_days_and_is_prolonged_by_the_same_refresh_token(outside: Outside) -> None:
    content = says(outside)
    outside.clock.advance(timedelta(days=14))
    assert granted(outside, "refresh_token").get_json()["data"]["access_token"] == "act.first"
    outside.clock.advance(ACCESS_LIFE)
    assert code(send(outside, content)) == 28001008
    data = granted(outside, "refresh_token").get_json()["data"]
    assert data["access_token"] != "act.first"
    assert (data["refresh_token"], data["expires_in"]) == ("rft.first", "1296000")
    assert code(send(outside, content)) == 28001003
    assert code(send(outside, content, token=data["access_token"])) == 28003080


def test_a_refresh_token_ends_after_30_days(outside: Outside) -> None:
    outside.clock.advance(timedelta(days=30))
    assert [code(granted(outside, path)) for path in ("refresh_token", "renew_refresh_token")] == [10010, 10010]


def test_a_renewed_refresh_token_ends_the_one_before_it_and_the_sixth_renewal_is_refused(outside: Outside) -> None:
    token = "rft.first"
    for _ in range(RENEWALS):
        outside.clock.advance(timedelta(days=29))
        before, token = token, granted(outside, "renew_refresh_token", refresh_token=token).get_json()["data"]["refresh_token"]
        assert code(granted(outside, "renew_refresh_token", refresh_token=before)) == 10010
    assert code(granted(outside, "renew_refresh_token", refresh_token=token)) == 10020
    assert code(granted(outside, "refresh_token", refresh_token=token)) == 0


def test_consent_gives_new_tokens_for_a_code_once(outside: Outside) -> None:
    asked = {
        "client_key": DOUYIN.account.app_id,
        "client_secret": DOUYIN.secrets["client_secret"],
        "code": "consent",
        "grant_type": "authorization_code",
    }
    data = outside.client.post("/douyin/oauth/access_token/", json=asked).get_json()["data"]
    assert (data["open_id"], data["refresh_expires_in"]) == (OFFICE, "2592000")
    assert code(send(outside, says(outside), token=data["access_token"])) == 0
    assert code(outside.client.post("/douyin/oauth/access_token/", json=asked)) == 10007
    assert code(outside.client.post("/douyin/oauth/access_token/", json={**asked, "client_secret": "x"})) == 10013


@pytest.mark.parametrize(("changes", "refused"), [({"client_key": "another"}, 10003), ({"refresh_token": ""}, 10005)])
def test_a_malformed_question_for_a_token_is_refused(outside: Outside, changes: dict[str, str], refused: int) -> None:
    assert [code(granted(outside, path, **changes)) for path in ("refresh_token", "renew_refresh_token")] == [refused] * 2
