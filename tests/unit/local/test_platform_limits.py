"""What the simulated platforms allow, and what each says to whoever goes beyond it: the list of `docs/channels.md` in use.

Each limit is gone beyond once; the code that comes back is the platform's own, and our table of
codes says of each what must be done (an unknown one goes to a person with its number).
"""

from collections.abc import Callable
from datetime import timedelta

import pytest

from jiesu.channels.outgoing import SendResult
from jiesu.channels.provider_errors import outcome_by_code
from jiesu.model.words import Platform
from local.world.exchanges import ExchangeKind
from tests.unit.local import test_douyin_simulator as douyin
from tests.unit.local import test_wechat_simulator as wechat
from tests.unit.local import test_weibo_simulator as weibo
from tests.unit.local.conftest import WECHAT, WEIBO, Outside

TWO_DAYS = timedelta(hours=48)


def weibo_late(outside: Outside) -> str:
    outside.citizen(WEIBO, weibo.CITIZEN, ExchangeKind.PRIVATE, ago=TWO_DAYS)
    return weibo.refusal(weibo.reply(outside))


def weibo_mention_late(outside: Outside) -> str:
    outside.citizen(WEIBO, weibo.CITIZEN, ExchangeKind.MENTION, ago=TWO_DAYS)
    return weibo.refusal(weibo.reply(outside))


def weibo_mention_twice(outside: Outside) -> str:
    outside.citizen(WEIBO, weibo.CITIZEN, ExchangeKind.MENTION)
    weibo.reply(outside)
    return weibo.refusal(weibo.reply(outside))


def weibo_long(outside: Outside) -> str:
    outside.citizen(WEIBO, weibo.CITIZEN, ExchangeKind.PRIVATE)
    return weibo.refusal(weibo.reply(outside, data='{"text": "' + "长" * 300 + '"}'))


def weibo_unknown(outside: Outside) -> str:
    return weibo.refusal(weibo.reply(outside))


def weibo_token(outside: Outside) -> str:
    return weibo.refusal(weibo.reply(outside, access_token="another"))


def wechat_late(outside: Outside) -> str:
    outside.citizen(WECHAT, wechat.CITIZEN, ExchangeKind.PRIVATE, ago=TWO_DAYS)
    return str(wechat.send(outside))


def wechat_sixth(outside: Outside) -> str:
    outside.citizen(WECHAT, wechat.CITIZEN, ExchangeKind.PRIVATE)
    return str([wechat.send(outside) for _ in range(6)][-1])


def wechat_long(outside: Outside) -> str:
    outside.citizen(WECHAT, wechat.CITIZEN, ExchangeKind.PRIVATE)
    return str(wechat.send(outside, text={"content": "长" * 683}))


def wechat_unknown(outside: Outside) -> str:
    return str(wechat.send(outside, touser="oNobody"))


def wechat_stale_token(outside: Outside) -> str:
    outside.citizen(WECHAT, wechat.CITIZEN, ExchangeKind.PRIVATE)
    first = wechat.token(outside)["access_token"]
    outside.clock.advance(timedelta(hours=2))
    return str(wechat.send(outside, access_token=first))


def wechat_strange_token(outside: Outside) -> str:
    return str(wechat.send(outside, access_token="another"))


def douyin_seventh(outside: Outside) -> str:
    asked = douyin.says(outside)
    return str([douyin.code(douyin.send(outside, asked)) for _ in range(7)][-1])


def douyin_late(outside: Outside) -> str:
    asked = douyin.says(outside)
    outside.clock.advance(timedelta(hours=24))
    return str(douyin.code(douyin.send(outside, asked)))


def douyin_token(outside: Outside) -> str:
    return str(douyin.code(douyin.send(outside, douyin.says(outside), token="another")))


LIMITS: tuple[tuple[Callable[[Outside], str], str, SendResult, str], ...] = (
    (weibo_late, "20016", SendResult.GIVE_TO_PERSON, "reply_quota"),
    (weibo_mention_late, "20016", SendResult.GIVE_TO_PERSON, "reply_quota"),
    (weibo_mention_twice, "20016", SendResult.GIVE_TO_PERSON, "reply_quota"),
    (weibo_long, "20012", SendResult.GIVE_TO_PERSON, "text_too_long"),
    (weibo_unknown, "10013", SendResult.GIVE_TO_PERSON, "citizen_unknown"),
    (weibo_token, "21332", SendResult.REFRESH_TOKEN, "token_rejected"),
    (wechat_late, "45015", SendResult.GIVE_TO_PERSON, "window_closed"),
    (wechat_sixth, "45047", SendResult.GIVE_TO_PERSON, "reply_quota"),
    (wechat_long, "45002", SendResult.GIVE_TO_PERSON, "text_too_long"),
    (wechat_unknown, "40003", SendResult.GIVE_TO_PERSON, "citizen_unknown"),
    (wechat_stale_token, "42001", SendResult.REFRESH_TOKEN, "token_rejected"),
    (wechat_strange_token, "40001", SendResult.REFRESH_TOKEN, "token_rejected"),
    (douyin_seventh, "28003070", SendResult.GIVE_TO_PERSON, "rate_limited"),
    (douyin_late, "28003080", SendResult.GIVE_TO_PERSON, "refused:28003080"),
    (douyin_token, "28001003", SendResult.REFRESH_TOKEN, "token_rejected"),
)


@pytest.mark.parametrize(("beyond", "code", "result", "reason"), LIMITS, ids=[one[0].__name__ for one in LIMITS])
def test_beyond_each_limit_the_platform_says_its_code_and_the_office_knows_what_to_do(
    outside: Outside, beyond: Callable[[Outside], str], code: str, result: SendResult, reason: str
) -> None:
    assert beyond(outside) == code
    outcome = outcome_by_code(Platform(beyond.__name__.partition("_")[0]), code)
    assert (outcome.result, outcome.reason) == (result, reason)


def test_weibo_says_of_its_token_how_long_it_is_good_for(outside: Outside) -> None:
    given = {"access_token": WEIBO.secrets["access_token"]}
    known = outside.client.post("/weibo/oauth2/get_token_info", data=given).get_json()
    assert known["uid"] == int(WEIBO.account.external_id)
    outside.clock.advance(timedelta(days=1))
    later = outside.client.post("/weibo/oauth2/get_token_info", data=given).get_json()
    assert known["expire_in"] - later["expire_in"] == 24 * 60 * 60
    outside.clock.advance(timedelta(seconds=later["expire_in"]))
    assert outside.client.post("/weibo/oauth2/get_token_info", data=given).get_json()["error_code"] == "21327"
