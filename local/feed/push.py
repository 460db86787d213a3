"""One delivery as HTTP: signed by its platform, at the account's webhook, now."""

import json
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from jiesu.model.words import Platform
from local.demo import DemoAccount
from local.platforms import douyin, partner, wechat, weibo


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """A signed POST. It is believed for five minutes from its signing."""

    url: str
    body: bytes
    headers: Mapping[str, str]

    @property
    def curl(self) -> str:
        """The same delivery as a command for the shell."""
        parts = ["curl", "--include", self.url]
        for name, value in self.headers.items():
            parts += ["--header", f"{name}: {value}"]
        return shlex.join([*parts, "--data-binary", self.body.decode()])


def webhook_url(demo: DemoAccount, door_url: str) -> str:
    """The address that the account's settings at the platform name."""
    return f"{door_url}/webhooks/{demo.account.platform}/{demo.account.path_token}"


def signed(demo: DemoAccount, payload: Mapping[str, Any], *, door_url: str, now: datetime, nonce: str) -> Push:
    """`payload` as the account's platform would deliver it at `now`."""
    match demo.account.platform:
        case Platform.WEIBO:
            query, body, headers = weibo.signed_delivery(demo.secrets, payload, timestamp=now, nonce=nonce)
        case Platform.WECHAT:
            query, body, headers = wechat.signed_delivery(
                demo.secrets, payload, app_id=demo.account.app_id, timestamp=now, nonce=nonce
            )
        case Platform.DOUYIN:
            query, body, headers = douyin.signed_delivery(demo.secrets, payload, message_id=nonce)
        case Platform.PARTNER:
            query, body, headers = partner.signed_delivery(demo.secrets, payload, timestamp=now, message_id=nonce)
        case other:
            raise ValueError(f"{other} pushes nothing")
    url = webhook_url(demo, door_url)
    return Push(url=f"{url}?{urlencode(query)}" if query else url, body=body, headers=headers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Handshake:
    """The question whether an address is the office's, and the body of the one right answer."""

    method: str
    url: str
    body: bytes
    wanted: str


def handshake(demo: DemoAccount, *, door_url: str, now: datetime) -> Handshake | None:
    """The question that the account's platform asks when the address is entered; None where it asks none."""
    url, echo, nonce = webhook_url(demo, door_url), "4375120948345356249", "1514711492"
    match demo.account.platform:
        case Platform.WEIBO:
            query = weibo.signed_handshake(demo.secrets, echostr=echo, timestamp=now, nonce=nonce)
        case Platform.WECHAT:
            query = wechat.signed_handshake(demo.secrets, echostr=echo, timestamp=now, nonce=nonce)
        case Platform.DOUYIN:
            body = json.dumps(douyin.challenge(12345)).encode()
            return Handshake(method="POST", url=url, body=body, wanted='{"challenge":12345}')
        case _:
            return None
    return Handshake(method="GET", url=f"{url}?{urlencode(query)}", body=b"", wanted=echo)
