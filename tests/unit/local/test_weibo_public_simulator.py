"""The simulated Weibo takes public comments, and refuses what Weibo refuses."""

import pytest
from werkzeug.test import TestResponse

from local.world.faults import ANSWER_LOST, UNAVAILABLE
from tests.unit.local.conftest import WEIBO, Outside

TOKEN = WEIBO.secrets["access_token"]
POST, COMMENT = "5000000000001000", "5000000000001007"


def comment(outside: Outside, act: str = "create", *, token: str = TOKEN, **changes: str) -> TestResponse:
    form = {"id": POST, "comment": "您好,已转属地分局。", "rip": "192.0.2.7", "cid": COMMENT if act == "reply" else ""} | changes
    return outside.client.post(
        f"/weibo/2/comments/{act}.json?access_token={token}", data={key: value for key, value in form.items() if value}
    )


def refusal(response: TestResponse) -> str:
    assert response.status_code >= 400
    return str(response.get_json()["error_code"])


def test_an_answer_stands_under_the_post(outside: Outside) -> None:
    assert comment(outside).get_json()["status"] == {"id": int(POST)}
    assert [(one.answers, one.text) for one in outside.world.public_comments.under(POST)] == [("", "您好,已转属地分局。")]


def test_a_comment_is_answered_under_the_post_that_it_stands_under(outside: Outside) -> None:
    asked = outside.client.get(f"/weibo/2/comments/show_batch.json?access_token={TOKEN}&cids={COMMENT}")
    assert [(one["id"], one["status"]["id"]) for one in asked.get_json()] == [(int(COMMENT), int(POST))]
    assert comment(outside, "reply").status_code == 200
    assert [one.answers for one in outside.world.public_comments.under(POST)] == [COMMENT]


@pytest.mark.parametrize(
    ("act", "changes", "code"),
    [
        ("create", {"token": "somebody-else"}, "21332"),
        ("create", {"id": ""}, "10016"),
        ("create", {"rip": ""}, "10016"),
        ("create", {"rip": "the office"}, "10017"),
        ("create", {"id": "somewhere"}, "20101"),
        ("create", {"comment": "长" * 141}, "20012"),
        ("reply", {"cid": ""}, "10016"),
        ("reply", {"cid": "5000000000009007"}, "20201"),
    ],
)
def test_a_malformed_comment_is_refused_by_its_code(outside: Outside, act: str, changes: dict[str, str], code: str) -> None:
    assert refusal(comment(outside, act, **changes)) == code
    assert outside.world.public_comments.under(POST) == ()


def test_the_same_text_twice_running_is_refused(outside: Outside) -> None:
    assert [comment(outside).status_code, refusal(comment(outside))] == [200, "20019"]


@pytest.mark.parametrize(("query", "code"), [("access_token=other&cids=1", "21332"), (f"access_token={TOKEN}", "10016")])
def test_a_malformed_question_for_posts_is_refused(outside: Outside, query: str, code: str) -> None:
    assert refusal(outside.client.get(f"/weibo/2/comments/show_batch.json?{query}")) == code


@pytest.mark.parametrize(("error", "said", "status"), [(ANSWER_LOST, 1, 504), (UNAVAILABLE, 0, 503), ("10001", 0, 503)])
def test_bad_luck_can_be_ordered_for_comments_too(outside: Outside, error: str, said: int, status: int) -> None:
    outside.client.post("/faults", json={"platform": "weibo", "error": error})
    assert comment(outside).status_code == status
    assert len(outside.world.public_comments.under(POST)) == said
