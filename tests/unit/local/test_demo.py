"""The demonstration's secrets are made once, and fit what checks them."""

import stat
from dataclasses import replace
from pathlib import Path

from jiesu.channels.wechat_crypto import aes_key
from jiesu.model.words import Platform, UserRole
from local import demo
from ops.accounts import check_account, check_secrets


def made(path: Path) -> demo.Demo:
    return demo.make(path, port=8600, world_url="http://127.0.0.1:8601", stack_name="jiesu")


def test_a_demonstration_is_found_again_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "state" / "demo.json"
    assert demo.load(path) is None
    first = made(path)
    assert demo.load(path) == first
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_demonstration_of_an_older_version_gets_the_accounts_it_lacks_and_keeps_the_rest(tmp_path: Path) -> None:
    path = tmp_path / "demo.json"
    whole = made(path)
    older = replace(whole, accounts=whole.accounts[:2])
    completed = demo.complete(older, path, world_url="http://127.0.0.1:8601", stack_name="jiesu")
    assert completed.accounts[:2] == older.accounts
    assert [one.account.platform for one in completed.accounts] == [one.account.platform for one in whole.accounts]
    assert demo.load(path) == completed


def test_no_two_demonstrations_share_a_secret(tmp_path: Path) -> None:
    one, other = made(tmp_path / "one.json"), made(tmp_path / "other.json")
    secrets_of = [
        {value for account in each.accounts for name, value in account.secrets.items() if name != "operator_ip"}
        for each in (one, other)
    ]
    assert len(secrets_of[0]) == 10
    assert not secrets_of[0] & secrets_of[1]
    assert not {user.password for user in one.users} & {user.password for user in other.users}


def test_what_is_made_up_fits_what_checks_it(tmp_path: Path) -> None:
    made_up = made(tmp_path / "demo.json")
    for one in made_up.accounts:
        check_account(one.account)
        assert check_secrets(one.account.platform, one.secrets) == one.secrets
    wechat = made_up.account(Platform.WECHAT)
    assert len(aes_key(wechat.secrets["encoding_aes_key"], wechat.account.id)) == 32
    roles = [UserRole.EDITOR, UserRole.SUPERVISOR, UserRole.COMMAND, UserRole.ADMIN, UserRole.BUREAU]
    assert [user.role for user in made_up.users] == roles
    for user in made_up.users:
        assert len(user.password) >= 12
        assert any(char.isupper() for char in user.password)
        assert any(char.islower() for char in user.password)
        assert any(char.isdigit() for char in user.password)
