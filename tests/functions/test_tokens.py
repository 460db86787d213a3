"""Access tokens, shared on an emulated AWS by all who speak to a platform."""

import json
from dataclasses import dataclass, field
from datetime import datetime

import boto3
import pytest

from jiesu.channels import partner, wechat, weibo
from jiesu.channels.outgoing import NoReplyWayError, PlatformAnswer, SendOutcome, SendResult
from jiesu.channels.transmission import MaybeSentError, NotSentError
from jiesu.model.message import ChannelAccount
from jiesu.road.tokens import TokenBook, TokenChannel
from jiesu.runtime.secrets import SecretBook
from tests import builders as build
from tests.conftest import Stores
from tests.functions.platforms import ScriptedPlatform, token
from tests.unit.channels.accounts import (
    PARTNER_SECRETS,
    WECHAT_SECRETS,
    WEIBO_SECRETS,
    partner_account,
    wechat_account,
    weibo_account,
)

REFUSED = SendOutcome(result=SendResult.REFRESH_TOKEN, reason="token_rejected")
TAKEN = SendOutcome(result=SendResult.SENT)
NEVER_ASKED = ScriptedPlatform()


@dataclass
class Asker:
    """Takes only the tokens in `good`, and keeps those it was asked with."""

    good: frozenset[str]
    seen: list[str] = field(default_factory=list)

    def __call__(self, given: str) -> SendOutcome:
        self.seen.append(given)
        return TAKEN if given in self.good else REFUSED


@pytest.fixture
def configured(stores: Stores) -> Stores:
    secretsmanager = boto3.client("secretsmanager")
    for account, secrets in (
        (weibo_account(), WEIBO_SECRETS),
        (wechat_account(), WECHAT_SECRETS),
        (partner_account(), PARTNER_SECRETS),
    ):
        secretsmanager.create_secret(Name=account.secret_name, SecretString=json.dumps(secrets))
    return stores


def book(stores: Stores, platform: ScriptedPlatform) -> TokenBook:
    return TokenBook(transient=stores.transient, secrets=SecretBook(boto3.client("secretsmanager")), transmit=platform.transmit)


def put_secret(account: ChannelAccount, **secrets: str) -> None:
    boto3.client("secretsmanager").put_secret_value(SecretId=account.secret_name, SecretString=json.dumps(secrets))


def asking(
    tokens: TokenBook,
    ask: Asker,
    channel: TokenChannel = wechat,
    account: ChannelAccount | None = None,
    now: datetime = build.NOW,
) -> SendOutcome:
    return tokens.asking(channel, account or wechat_account(), ask, now)


def test_a_token_is_fetched_once_for_all_functions_until_shortly_before_it_ends(configured: Stores) -> None:
    platform = ScriptedPlatform(token("first"), token("second"))
    ask = Asker(frozenset({"first", "second"}))
    for now in (build.NOW, build.after(hours=1), build.after(seconds=7_200 - 300)):
        assert asking(book(configured, platform), ask, now=now) == TAKEN
    assert ask.seen == ["first", "first", "second"]
    assert platform.asked == ["/cgi-bin/stable_token"] * 2


def test_a_refused_token_is_fetched_anew_once_and_never_by_force(configured: Stores) -> None:
    configured.transient.put_token("wechat-main", "old", expires_at=build.after(hours=1))
    platform = ScriptedPlatform(token("new"))
    ask = Asker(frozenset({"new"}))
    assert asking(book(configured, platform), ask) == TAKEN
    assert ask.seen == ["old", "new"]
    assert json.loads(platform.calls[0].body)["force_refresh"] is False
    assert configured.transient.token("wechat-main", build.NOW) == "new"


def test_two_refused_tokens_are_for_a_person(configured: Stores) -> None:
    ask = Asker(frozenset())
    outcome = asking(book(configured, ScriptedPlatform(token("first"), token("second"))), ask)
    assert ask.seen == ["first", "second"]
    assert outcome == SendOutcome(result=SendResult.GIVE_TO_PERSON, reason="token_rejected")


def test_a_token_that_was_renewed_by_hand_is_read_anew_from_the_secret(configured: Stores) -> None:
    tokens = book(configured, NEVER_ASKED)
    assert asking(tokens, Asker(frozenset({"weibo-token-for-tests"})), weibo, weibo_account()) == TAKEN
    put_secret(weibo_account(), **{**WEIBO_SECRETS, "access_token": "renewed"})
    ask = Asker(frozenset({"renewed"}))
    assert asking(tokens, ask, weibo, weibo_account()) == TAKEN
    assert ask.seen == ["weibo-token-for-tests", "renewed"]


def test_a_token_that_nobody_renewed_by_hand_is_tried_once(configured: Stores) -> None:
    ask = Asker(frozenset())
    outcome = asking(book(configured, NEVER_ASKED), ask, weibo, weibo_account())
    assert ask.seen == ["weibo-token-for-tests"]
    assert outcome == SendOutcome(result=SendResult.GIVE_TO_PERSON, reason="token_rejected")


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (NotSentError(), "platform_unreachable"),
        (MaybeSentError(), "platform_unreachable"),
        (PlatformAnswer(status=504, body=b"<html>"), "platform_busy"),
    ],
)
def test_as_long_as_no_token_can_be_had_nothing_is_asked_and_another_try_is_worth_it(
    configured: Stores, answer: PlatformAnswer | Exception, reason: str
) -> None:
    ask = Asker(frozenset())
    outcome = asking(book(configured, ScriptedPlatform(answer)), ask)
    assert ask.seen == []
    assert outcome == SendOutcome(result=SendResult.RETRY, reason=reason)


def test_an_account_whose_secret_lacks_something_is_for_a_person(configured: Stores) -> None:
    put_secret(wechat_account())
    outcome = asking(book(configured, NEVER_ASKED), Asker(frozenset()))
    assert outcome == SendOutcome(result=SendResult.GIVE_TO_PERSON, reason="account_misconfigured")


def test_a_platform_without_tokens_says_so_itself(configured: Stores) -> None:
    with pytest.raises(NoReplyWayError):
        asking(book(configured, NEVER_ASKED), Asker(frozenset()), partner, partner_account())


def test_what_is_no_refusal_of_the_token_is_handed_on(configured: Stores) -> None:
    tokens = book(configured, ScriptedPlatform(token("first")))
    assert tokens.asking(wechat, wechat_account(), len, build.NOW) == len("first")
    busy = SendOutcome(result=SendResult.RETRY, reason="platform_busy")
    assert tokens.asking(wechat, wechat_account(), lambda _: busy, build.NOW) == busy
