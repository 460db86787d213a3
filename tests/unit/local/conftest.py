"""A platform account of each kind and the simulated world around them, without a port."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import Client

from jiesu.model.message import ChannelAccount
from jiesu.model.words import Platform
from local.demo import DemoAccount
from local.world.app import PhonesUnreachableError, World
from local.world.exchanges import Exchange, ExchangeKind, ExchangeLog
from local.world.mailbox import Mailbox
from tests.builders import NOW

WEIBO = DemoAccount(
    account=ChannelAccount(
        id="weibo-demo",
        platform=Platform.WEIBO,
        name="平安北京(演示)",
        external_id="1000000001",
        app_id="100001",
        path_token="w" * 32,
        secret_name="demo/channels/weibo-demo",
        api_base="http://world.invalid/weibo",
        link_domains=("gaj.example.org",),
    ),
    secrets={"app_secret": "weibo-app-secret", "access_token": "weibo-access-token"},
)
WECHAT = DemoAccount(
    account=ChannelAccount(
        id="wechat-demo",
        platform=Platform.WECHAT,
        name="平安北京(演示)",
        external_id="gh_demo00000001",
        app_id="wxdemo0000000001",
        path_token="x" * 32,
        secret_name="demo/channels/wechat-demo",
        api_base="http://world.invalid/wechat",
        cover_media_id="cover-demo",
    ),
    secrets={"token": "wechat-token", "encoding_aes_key": "A" * 43, "app_secret": "wechat-app-secret"},
)
DOUYIN = DemoAccount(
    account=ChannelAccount(
        id="douyin-demo",
        platform=Platform.DOUYIN,
        name="平安北京(演示)",
        external_id="open-id-of-the-office",
        app_id="ttdemo0000000001",
        path_token="y" * 32,
        secret_name="demo/channels/douyin-demo",
        api_base="http://localhost/douyin",
    ),
    secrets={"client_secret": "douyin-client-secret", "access_token": "act.first", "refresh_token": "rft.first"},
)
PARTNER = DemoAccount(
    account=ChannelAccount(
        id="partner-demo",
        platform=Platform.PARTNER,
        name="区融媒体中心(演示)",
        external_id="demo-district",
        app_id="demo-district",
        path_token="z" * 32,
        secret_name="demo/channels/partner-demo",
        api_base="http://localhost/partner/partner-demo",
    ),
    secrets={
        "secret": "whsec_c2VjcmV0IG9mIGEgZGVtb25zdHJhdGlvbiBpbg==",
        "reply_secret": "whsec_c2VjcmV0IG9mIGEgZGVtb25zdHJhdGlvbiBvdXQ=",
    },
)


@dataclass(slots=True)
class Clock:
    """Time that moves only when a test says so."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def advance(self, span: timedelta) -> None:
        self.now += span


@dataclass(slots=True)
class Phones:
    """The SMS that the embedded AWS has sent, by number; `silent` while it does not answer."""

    texts: dict[str, list[str]] = field(default_factory=dict)
    silent: bool = False

    def __call__(self) -> dict[str, list[str]]:
        if self.silent:
            raise PhonesUnreachableError
        return self.texts


@dataclass(slots=True)
class Outside:
    """The simulated world and what a test does to it."""

    world: World
    client: Client
    exchanges: ExchangeLog
    mailbox: Mailbox
    clock: Clock
    phones: Phones
    calls: list[tuple[DemoAccount, Mapping[str, Any]]]
    """What the platforms delivered to the office by themselves."""
    answers: list[EmailMessage]
    """What was answered to mails."""

    def citizen(self, demo: DemoAccount, citizen_id: str, kind: ExchangeKind, *, ago: timedelta = timedelta()) -> None:
        """The citizen writes to the account (or follows it, or leaves)."""
        at = self.clock() - ago
        self.exchanges.record(
            Exchange(
                ref=f"{citizen_id}-{kind}-{at.isoformat()}",
                at=at,
                platform=demo.account.platform,
                account_id=demo.account.external_id,
                citizen_id=citizen_id,
                kind=kind,
                text="警察叔叔好",
            )
        )

    def received(self, demo: DemoAccount, citizen_id: str) -> list[str]:
        past = self.exchanges.between(demo.account.external_id, citizen_id)
        return [one.text for one in past if one.kind is ExchangeKind.RECEIVED]


@pytest.fixture
def outside(tmp_path: Path) -> Outside:
    clock, phones, exchanges, mailbox = Clock(), Phones(), ExchangeLog(), Mailbox(tmp_path / "mail")
    calls: list[tuple[DemoAccount, Mapping[str, Any]]] = []
    answers: list[EmailMessage] = []
    world = World(
        accounts=[WEIBO, WECHAT, DOUYIN, PARTNER],
        exchanges=exchanges,
        mailbox=mailbox,
        sms=phones,
        owners={"+8619900000001": "丰台分局值班民警"},
        clock=clock,
        call_office=lambda demo, payload: calls.append((demo, payload)),
        send_mail=answers.append,
    )
    return Outside(
        world=world,
        client=Client(world),
        exchanges=exchanges,
        mailbox=mailbox,
        clock=clock,
        phones=phones,
        calls=calls,
        answers=answers,
    )
