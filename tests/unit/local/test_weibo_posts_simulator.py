"""The simulated Weibo shows posts, and refuses what Weibo refuses."""

import pytest

from local.world.calls import CALLS_A_DAY
from tests.unit.local.conftest import WEIBO, Outside

TOKEN = WEIBO.secrets["access_token"]


def show(outside: Outside, post_id: str, token: str = TOKEN) -> object:
    return outside.client.get(f"/weibo/2/statuses/show.json?access_token={token}&id={post_id}").get_json()


def test_an_odd_post_is_a_repost_whose_root_shows_a_picture_to_readers_from_weibo(outside: Outside) -> None:
    match show(outside, "5000000000001007"):
        case {
            "id": 5000000000001007,
            "retweeted_status": {"id": 5000000000001000, "pic_urls": [{"thumbnail_pic": str() as url}]},
        }:
            path = url.partition("/weibo")[2].replace("/thumbnail/", "/large/")
        case other:
            pytest.fail(f"{other}")
    assert outside.client.get(f"/weibo{path}").status_code == 403
    picture = outside.client.get(f"/weibo{path}", headers={"Referer": "https://weibo.com/"})
    assert picture.data.startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("post_id", "token", "code"), [("5000000000001404", TOKEN, "20101"), ("7", "other", "21332"), ("", TOKEN, "10016")]
)
def test_what_cannot_be_shown_is_refused_by_its_code(outside: Outside, post_id: str, token: str, code: str) -> None:
    match show(outside, post_id, token):
        case {"error_code": refused}:
            assert refused == code
        case other:
            pytest.fail(f"{other}")


def test_a_day_grants_so_many_calls_whatever_they_ask(outside: Outside) -> None:
    answers = [show(outside, "5000000000001000") for _ in range(CALLS_A_DAY)]
    assert not any("error_code" in answer for answer in answers if isinstance(answer, dict))
    refused = outside.client.get(f"/weibo/2/comments/timeline.json?access_token={TOKEN}")
    assert refused.get_json()["error_code"] == 10023
