"""The office's authorizations on an emulated AWS, at simulated platforms that spend, end and refuse tokens."""

import importlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from jiesu.channels import douyin
from jiesu.channels.outgoing import OutgoingCall, PlatformAnswer, SendOutcome, SendResult
from jiesu.channels.transmission import MaybeSentError
from jiesu.road.authorizations import RENEW_AHEAD, AuthorizationKeeper
from jiesu.road.poll_budget import TOKEN_CALLS
from jiesu.road.tokens import TokenBook
from jiesu.runtime import clients
from jiesu.runtime.secrets import SecretBook
from jiesu.store.authorizations import AuthorizationOvertakenError, AuthorizationStore
from local.demo import DemoAccount
from local.world.douyin_tokens import ACCESS_LIFE, REFRESH_LIFE, RENEWALS, DouyinTokens
from local.world.exchanges import ExchangeLog
from local.world.faults import Faults
from local.world.files import Files
from local.world.weibo import TOKEN_LIFE, WeiboApi
from tests import builders as build
from tests.conftest import Stores
from tests.dying import ProcessDiedError, dying_after, refusing
from tests.unit.channels.accounts import DOUYIN_SECRETS, WEIBO_SECRETS, douyin_account, wechat_account, weibo_account

ACCOUNT = douyin_account()
SECRETS = {**DOUYIN_SECRETS, "refresh_token": "rft.first"}
WEIBO = weibo_account()


@dataclass
class Platform:
    """The platforms' token interfaces, spoken to as the functions do; `before` may make a call fail."""

    now: datetime = build.NOW
    before: Callable[[str], None] = lambda _path: None
    asked: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.tokens = DouyinTokens(accounts=[DemoAccount(account=ACCOUNT, secrets=SECRETS)], clock=lambda: self.now)
        weibo = WeiboApi(
            accounts=[DemoAccount(account=WEIBO, secrets=WEIBO_SECRETS)],
            exchanges=ExchangeLog(),
            faults=Faults(),
            files=Files(),
            clock=lambda: self.now,
        )
        self._views = {
            "refresh_token": self.tokens.refresh,
            "renew_refresh_token": self.tokens.renew,
            "get_token_info": weibo.token_info,
        }

    def transmit(self, call: OutgoingCall) -> PlatformAnswer:
        name = urlsplit(call.url).path.strip("/").rpartition("/")[2]
        self.asked.append(name)
        builder = EnvironBuilder(method=call.method, path=f"/{name}", data=call.body, headers=list(call.headers.items()))
        answer = self._views[name](Request(builder.get_environ()))
        self.before(name)  # the platform has acted; whether the caller hears of it is another matter
        return PlatformAnswer(status=answer.status_code, body=answer.data)


@dataclass
class Office:
    """Its stores, its secrets, and the platform that it depends on."""

    stores: Stores
    platform: Platform
    secretsmanager: Any

    @property
    def authorizations(self) -> AuthorizationStore:
        return AuthorizationStore(self.stores.client, "DirectoryTable")

    def keep(self, **later: float) -> dict[str, int]:
        """One run of the function; `later` moves the time on before it."""
        self.platform.now += timedelta(**later)
        keeper = AuthorizationKeeper(
            accounts=self.stores.accounts.accounts,
            secrets=SecretBook(self.secretsmanager),
            transient=self.stores.transient,
            authorizations=self.authorizations,
            polls=self.stores.polls,
            transmit=self.platform.transmit,
        )
        return keeper.keep(self.platform.now)

    @property
    def refresh_token(self) -> str:
        secret = self.secretsmanager.get_secret_value(SecretId=ACCOUNT.secret_name)["SecretString"]
        return str(json.loads(secret)["refresh_token"])

    def may_speak(self) -> bool:
        """Whether a function that sends something gets a token that the platform takes."""
        book = TokenBook(
            transient=self.stores.transient, secrets=SecretBook(self.secretsmanager), transmit=self.platform.transmit
        )

        def ask(token: str) -> SendOutcome:
            good = isinstance(self.platform.tokens.holder(token, ACCOUNT.external_id), DemoAccount)
            return SendOutcome(result=SendResult.SENT if good else SendResult.REFRESH_TOKEN)

        return book.asking(douyin, ACCOUNT, ask, self.platform.now) == SendOutcome(result=SendResult.SENT)


@pytest.fixture
def office(stores: Stores) -> Office:
    secretsmanager = boto3.client("secretsmanager")
    for account in (ACCOUNT, wechat_account()):
        stores.accounts.put_account(account, build.a_note())
        secretsmanager.create_secret(Name=account.secret_name, SecretString=json.dumps(SECRETS))
    return Office(stores, Platform(), secretsmanager)


def with_weibo(office: Office, secrets: Mapping[str, str] = WEIBO_SECRETS) -> None:
    """The office has a token on Weibo alone."""
    given_by_hand(office, "")
    office.stores.accounts.put_account(WEIBO, build.a_note())
    office.secretsmanager.create_secret(Name=WEIBO.secret_name, SecretString=json.dumps(dict(secrets)))


def test_an_access_token_is_prolonged_and_shared_and_both_ends_are_known(office: Office) -> None:
    assert office.keep() == {"checked": 1, "renewed": 0, "troubled": 0}
    (known,) = office.authorizations.all()
    assert (known.account_id, known.checked_at, known.access_until, known.refresh_until, known.trouble) == (
        ACCOUNT.id,
        build.NOW,
        build.NOW + ACCESS_LIFE,
        build.NOW + REFRESH_LIFE,
        "",
    )
    office.platform.asked.clear()
    assert office.may_speak()
    assert office.platform.asked == []


def test_the_days_that_are_left_are_told_for_an_alarm(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    def lost(name: str) -> None:
        if name == "renew_refresh_token":
            raise MaybeSentError

    office.keep()
    assert f'"AuthorizationDaysLeft":[{REFRESH_LIFE.days}.0]' in capsys.readouterr().out
    office.platform.before = lost
    assert office.keep(days=24)["troubled"] == 1
    said = capsys.readouterr().out
    assert f'"AuthorizationDaysLeft":[{REFRESH_LIFE.days - 24}.0]' in said
    assert '"AuthorizationsTroubled":[1.0]' in said


def test_a_refresh_token_is_renewed_ahead_of_its_end_and_the_new_one_is_used_from_then_on(office: Office) -> None:
    assert office.keep(days=19)["renewed"] == 0
    assert office.keep(days=1)["renewed"] == 1
    assert office.refresh_token != "rft.first"
    (known,) = office.authorizations.all()
    assert known.refresh_until == office.platform.now + REFRESH_LIFE
    assert office.keep(days=14) == {"checked": 1, "renewed": 0, "troubled": 0}
    assert office.may_speak()


def test_an_authorization_lives_half_a_year_by_itself_and_its_last_end_is_foreseen(office: Office) -> None:
    renewed = 0
    for _ in range(RENEWALS):
        renewed += sum(office.keep(hours=12)["renewed"] for _ in range(40))
    assert renewed == RENEWALS
    assert office.may_speak()
    for _ in range(40):
        report = office.keep(hours=12)
    assert report == {"checked": 1, "renewed": 0, "troubled": 1}
    (known,) = office.authorizations.all()
    assert known.trouble == "token_rejected"
    assert known.ends_at - office.platform.now == RENEW_AHEAD
    assert office.may_speak()


def test_a_renewed_token_whose_answer_is_lost_leaves_days_in_which_all_works_and_the_trouble_is_known(office: Office) -> None:
    def lose(path: str) -> None:
        if path == "renew_refresh_token":
            raise MaybeSentError

    office.platform.before = lose
    assert office.keep(days=20) == {"checked": 1, "renewed": 0, "troubled": 1}
    assert office.keep(hours=12)["troubled"] == 1
    (known,) = office.authorizations.all()
    assert known.trouble == "token_rejected"
    assert known.access_until - office.platform.now == ACCESS_LIFE - timedelta(hours=12)
    assert office.may_speak()


def test_a_secret_that_cannot_be_written_costs_no_token(office: Office) -> None:
    with (
        refusing(office.secretsmanager, "PutSecretValue", "AccessDeniedException"),
        pytest.raises(office.secretsmanager.exceptions.ClientError),
    ):
        office.keep(days=20)
    assert office.platform.asked == ["refresh_token"]
    assert office.keep()["renewed"] == 1


def test_a_run_killed_after_any_of_its_table_calls_leaves_an_office_that_may_speak(office: Office) -> None:
    for calls in range(1, 7):
        office.platform = Platform()
        office.secretsmanager.put_secret_value(SecretId=ACCOUNT.secret_name, SecretString=json.dumps(SECRETS))
        try:
            with dying_after(office.stores.client, calls):
                office.keep(days=20)
        except ProcessDiedError:
            pass
        assert office.keep()["troubled"] == 0
        assert office.may_speak()


def test_of_two_runs_at_once_one_gives_way_and_the_token_is_spent_once(office: Office) -> None:
    def overtake(path: str) -> None:
        if path == "refresh_token":
            office.platform.before = lambda _path: None
            office.keep()

    office.platform.before = overtake
    assert office.keep(days=20) == {"checked": 1, "renewed": 0, "troubled": 0}
    assert office.platform.asked.count("renew_refresh_token") == 1
    assert office.keep() == {"checked": 1, "renewed": 0, "troubled": 0}


def test_a_platform_that_is_silent_ends_nothing_that_was_known(office: Office) -> None:
    office.keep()

    def lose(_path: str) -> None:
        raise MaybeSentError

    office.platform.before = lose
    assert office.keep(hours=12)["troubled"] == 1
    (known,) = office.authorizations.all()
    assert (known.trouble, known.refresh_until) == ("platform_unreachable", build.NOW + REFRESH_LIFE)


def given_by_hand(office: Office, token: str) -> None:
    secrets = {**DOUYIN_SECRETS, "access_token": token}
    office.secretsmanager.put_secret_value(SecretId=ACCOUNT.secret_name, SecretString=json.dumps(secrets))


def test_a_douyin_token_without_another_that_prolongs_it_ends_fifteen_days_after_it_was_first_seen(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    given_by_hand(office, "act.first")
    for _ in range(3):
        assert office.keep(days=2) == {"checked": 1, "renewed": 0, "troubled": 0}
    (known,) = office.authorizations.all()
    assert (known.access_until, known.refresh_until) == (build.after(days=2) + ACCESS_LIFE, None)
    assert '"AuthorizationDaysLeft":[11.0]' in capsys.readouterr().out
    assert office.platform.asked == []
    assert "act.first" not in str(known)
    given_by_hand(office, "act.second")
    office.keep()
    (known,) = office.authorizations.all()
    assert known.access_until == office.platform.now + ACCESS_LIFE


def test_an_account_without_its_secret_keeps_no_other_from_being_checked(office: Office) -> None:
    lost = build.an_account(id="weibo-lost", secret_name="channels/lost")
    office.stores.accounts.put_account(lost, build.a_note())
    assert office.keep() == {"checked": 1, "renewed": 0, "troubled": 1}


def test_an_account_without_any_token_is_left_alone(office: Office) -> None:
    given_by_hand(office, "")
    assert office.keep() == {"checked": 0, "renewed": 0, "troubled": 0}
    assert office.authorizations.all() == ()


def test_weibo_is_asked_when_its_token_ends_and_an_alarm_is_told_the_days(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    with_weibo(office)
    assert office.keep() == {"checked": 1, "renewed": 0, "troubled": 0}
    (known,) = office.authorizations.all()
    assert (known.account_id, known.ends_at) == (WEIBO.id, build.NOW + TOKEN_LIFE)
    capsys.readouterr()
    office.keep(days=TOKEN_LIFE.days - 6)
    assert '"AuthorizationDaysLeft":[6.0]' in capsys.readouterr().out
    assert office.keep(days=7)["troubled"] == 1
    (known,) = office.authorizations.all()
    assert (known.trouble, known.ends_at) == ("token_rejected", build.NOW + TOKEN_LIFE)


def test_a_day_has_two_calls_for_weibos_token_and_what_is_known_goes_on_counting(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    with_weibo(office)
    for _ in range(5):
        assert office.keep(minutes=1)["checked"] == 1
    assert office.platform.asked == ["get_token_info"] * TOKEN_CALLS
    assert capsys.readouterr().out.count('AuthorizationDaysLeft":[') == 5
    office.keep(days=1)
    assert len(office.platform.asked) == TOKEN_CALLS + 1


def test_a_token_that_weibo_does_not_know_is_a_trouble_from_the_first_check_on(office: Office) -> None:
    with_weibo(office, {**WEIBO_SECRETS, "access_token": "nobody's"})
    assert office.keep()["troubled"] == 1
    (known,) = office.authorizations.all()
    assert (known.trouble, known.ends_at) == ("token_rejected", build.NOW)


def test_a_state_is_replaced_only_as_it_was_read(office: Office) -> None:
    office.keep()
    known, revision = office.authorizations.find(ACCOUNT.id)
    assert known is not None
    assert office.authorizations.put(known, revision=revision) == revision + 1
    with pytest.raises(AuthorizationOvertakenError):
        office.authorizations.put(known, revision=revision)


def test_the_function_checks_every_account(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clients, "dynamodb", lambda: office.stores.client)
    monkeypatch.setattr("jiesu.channels.transmission.transmit", lambda _pool, call: office.platform.transmit(call))
    app: ModuleType = importlib.reload(importlib.import_module("functions.renew_authorizations.app"))
    assert app.handler({}, None) == {"checked": 1, "renewed": 0, "troubled": 0}
