"""What the store of short-lived facts promises: nonces, tokens, wrong codes."""

from datetime import timedelta

import pytest

from jiesu.store.transient import ForgedReplayError
from tests import builders as build
from tests.conftest import Stores

KEEP = timedelta(minutes=15)


def remember(stores: Stores, body_sha256: str, *, nonce: str = "n1", minutes: int = 0) -> bool:
    return stores.transient.remember_nonce(
        account_id="weibo-main", nonce=nonce, body_sha256=body_sha256, now=build.after(minutes=minutes), keep=KEEP
    )


def test_a_nonce_with_the_same_body_is_a_retry_and_with_another_a_forgery(stores: Stores) -> None:
    assert remember(stores, "aa")
    assert not remember(stores, "aa")
    with pytest.raises(ForgedReplayError):
        remember(stores, "bb")
    assert remember(stores, "bb", nonce="n2")


def test_a_nonce_is_forgotten_after_its_time_even_where_the_table_still_holds_it(stores: Stores) -> None:
    remember(stores, "aa")
    assert remember(stores, "bb", minutes=16)


def test_a_token_is_shared_until_it_expires(stores: Stores) -> None:
    assert stores.transient.token("wechat-main", build.NOW) is None
    stores.transient.put_token("wechat-main", "t1", expires_at=build.after(hours=2))
    assert stores.transient.token("wechat-main", build.after(hours=1)) == "t1"
    assert stores.transient.token("wechat-main", build.after(hours=2)) is None


def test_an_older_token_does_not_replace_a_newer_one(stores: Stores) -> None:
    stores.transient.put_token("wechat-main", "new", expires_at=build.after(hours=2))
    stores.transient.put_token("wechat-main", "old", expires_at=build.after(hours=1))
    assert stores.transient.token("wechat-main", build.NOW) == "new"


def test_only_the_token_that_was_refused_is_dropped(stores: Stores) -> None:
    stores.transient.put_token("wechat-main", "new", expires_at=build.after(hours=2))
    stores.transient.drop_token("wechat-main", "old")
    assert stores.transient.token("wechat-main", build.NOW) == "new"
    stores.transient.drop_token("wechat-main", "new")
    assert stores.transient.token("wechat-main", build.NOW) is None


def test_wrong_codes_are_counted_within_their_window_and_forgiven_after_it(stores: Stores) -> None:
    counts = [stores.transient.count_wrong_code("case.a1", build.after(minutes=number), keep=KEEP) for number in range(3)]
    assert counts == [1, 2, 3]
    assert stores.transient.count_wrong_code("case.a1", build.after(minutes=16), keep=KEEP) == 1
