"""What an operator enters for an account, checked before it is stored."""

from typing import Any

import pytest

from jiesu.model.words import Platform
from jiesu.office.accounts import webhook_address
from ops.accounts import check_account, check_secrets
from ops.errors import OperatorError
from tests.builders import an_account

WECHAT = {"token": "abc123", "encoding_aes_key": "k" * 43, "app_secret": "s3cr3t"}
WEIBO = {"app_secret": "s3cr3t", "access_token": "2.00t0k3n"}


def test_what_a_platform_gives_passes() -> None:
    check_account(an_account())
    assert check_secrets(Platform.WECHAT, WECHAT) == WECHAT
    assert check_secrets(Platform.WEIBO, WEIBO) == WEIBO
    with_address = {**WEIBO, "operator_ip": "192.0.2.7"}
    assert check_secrets(Platform.WEIBO, with_address) == with_address


@pytest.mark.parametrize(
    "changes",
    [
        {"id": "Main"},
        {"id": "a/b"},
        {"id": ""},
        {"name": ""},
        {"external_id": "1\n2"},
        {"app_id": " 1"},
        {"api_base": "http://weibo.example.org"},
        {"api_base": "https://weibo.example.org/"},
    ],
)
def test_what_no_platform_would_give_is_refused(changes: Any) -> None:
    with pytest.raises(OperatorError):
        check_account(an_account(**changes))


@pytest.mark.parametrize(
    ("platform", "secrets", "said"),
    [
        (Platform.WEIBO, {"app_secret": "hush-hush"}, "secret field access_token is missing"),
        (Platform.WEIBO, WEIBO | {"token": "hush-hush"}, "secret field token is unknown"),
        (Platform.WEIBO, WEIBO | {"app_secret": "hush hush"}, "secret field app_secret must be ASCII text without blanks"),
        (Platform.WEIBO, WEIBO | {"app_secret": 7}, "secret field app_secret must be ASCII text without blanks"),
        (Platform.WECHAT, WECHAT | {"encoding_aes_key": "hush-hush"}, "must be 43 letters and digits"),
        (Platform.WECHAT, WECHAT | {"token": "hush-hush"}, "must be 3 to 32 letters and digits"),
    ],
)
def test_a_wrong_secret_is_named_and_never_quoted(platform: Platform, secrets: dict[str, object], said: str) -> None:
    with pytest.raises(OperatorError) as caught:
        check_secrets(platform, secrets)
    assert said in str(caught.value)
    assert "hush" not in str(caught.value)


def test_the_webhook_address_has_the_platform_and_the_unguessable_part() -> None:
    account = an_account()
    assert (
        webhook_address("https://jiesu.example.org", account) == f"https://jiesu.example.org/webhooks/weibo/{account.path_token}"
    )
