"""WeChat's side of customer-service messages: `stable_token` and `message/custom/send`, judged as the platform judges them.

Rules: developers.weixin.qq.com, api_getstableaccesstoken and api_sendcustommessage. A message
of the citizen earns five messages within 48 hours, a subscription three within a minute.
Errors come with HTTP 200.
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from werkzeug.wrappers import Request, Response

from jiesu.model.message import ChannelAccount
from jiesu.model.words import Platform
from local.demo import DemoAccount
from local.world.exchanges import Exchange, ExchangeKind, ExchangeLog, latest
from local.world.faults import ANSWER_LOST, UNAVAILABLE, Faults
from local.world.files import Files

WINDOW: Final = timedelta(hours=48)
MESSAGES_A_WINDOW: Final = 5
SUBSCRIPTION_WINDOW: Final = timedelta(minutes=1)
MESSAGES_A_SUBSCRIPTION: Final = 3
MAX_BYTES: Final = 2048
TOKEN_LIFE: Final = timedelta(hours=2)
TOKEN_OVERLAP: Final = timedelta(minutes=5)
"""The platform renews a token this long before its end; the old one stays good until then."""

_ERRORS: Final = {
    -1: "system error",
    40001: "invalid credential, access_token is invalid or not latest",
    40002: "invalid grant_type",
    40003: "invalid openid",
    40007: "invalid media_id",
    40008: "invalid message type",
    40013: "invalid appid",
    40014: "invalid access_token",
    40125: "invalid appsecret",
    41001: "access_token missing",
    42001: "access_token expired",
    43004: "require subscribe",
    44004: "empty content",
    45002: "content size out of limit",
    45003: "title size out of limit",
    45009: "reach max api daily quota limit",
    45011: "api minute-quota reach limit",
    45015: "response out of time limit or subscription is canceled",
    45047: "out of response count limit",
    47001: "data format error",
    48001: "api unauthorized",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Token:
    account: ChannelAccount
    text: str
    expires_at: datetime


class WeChatApi:
    """The endpoints for all `accounts`; delivered texts go to `exchanges`. Tokens are forgotten with the process."""

    def __init__(
        self,
        *,
        accounts: Iterable[DemoAccount],
        exchanges: ExchangeLog,
        faults: Faults,
        files: Files,
        clock: Callable[[], datetime],
    ) -> None:
        self._accounts = {one.account.app_id: one for one in accounts if one.account.platform is Platform.WECHAT}
        self._exchanges = exchanges
        self._faults = faults
        self._files = files
        self._clock = clock
        self._tokens: dict[str, _Token] = {}
        self._delivered = 0

    def stable_token(self, request: Request) -> Response:
        """The account's token; the same one until its last minutes."""
        asked = _json_object(request)
        if asked is None:
            return wechat_answer(47001)
        if asked.get("grant_type") != "client_credential":
            return wechat_answer(40002)
        known = self._accounts.get(str(asked.get("appid")))
        if known is None:
            return wechat_answer(40013)
        if asked.get("secret") != known.secrets["app_secret"]:
            return wechat_answer(40125)
        now = self._clock()
        current = max(
            (token for token in self._tokens.values() if token.account == known.account),
            key=lambda token: token.expires_at,
            default=None,
        )
        if current is None or asked.get("force_refresh") is True or current.expires_at - now <= TOKEN_OVERLAP:
            current = self._issue(known, now)
        left = int((current.expires_at - now).total_seconds())
        return Response(json.dumps({"access_token": current.text, "expires_in": left}), mimetype="application/json")

    def send(self, request: Request) -> Response:
        """Deliver one customer-service message, or say in WeChat's words why not."""
        now = self._clock()
        given = request.args.get("access_token")
        if not given:
            return wechat_answer(41001)
        token = self._tokens.get(given)
        if token is None:
            return wechat_answer(40001)
        if token.expires_at <= now:
            return wechat_answer(42001)
        fault = self._faults.take(Platform.WECHAT)
        if fault == UNAVAILABLE:
            return Response("<html><title>503 Service Unavailable</title></html>", 503, mimetype="text/html")
        if fault is not None and fault != ANSWER_LOST:
            if fault in ("40001", "40014", "42001"):
                del self._tokens[given]
            return wechat_answer(int(fault))
        code = self._deliver(request, token.account, now)
        if fault == ANSWER_LOST:
            return Response("<html><title>504 Gateway Time-out</title></html>", 504, mimetype="text/html")
        return wechat_answer(code)

    def media(self, request: Request) -> Response:
        """Hand out a file; errors are JSON with status 200, as ever here."""
        account = self.account_of(request)
        if isinstance(account, Response):
            return account
        fault = self._faults.take(Platform.WECHAT)
        if fault in (UNAVAILABLE, ANSWER_LOST):
            return Response("<html><title>503 Service Unavailable</title></html>", 503, mimetype="text/html")
        if fault is not None:
            return wechat_answer(int(fault))
        content = self._files.get(Platform.WECHAT, request.args.get("media_id", ""))
        return wechat_answer(40007) if content is None else Response(content, mimetype="application/octet-stream")

    def account_of(self, request: Request) -> ChannelAccount | Response:
        """The account whose token a call carries, or what is said to a call without a good one."""
        given = request.args.get("access_token")
        token = self._tokens.get(given or "")
        if token is None:
            return wechat_answer(40001 if given else 41001)
        return token.account if token.expires_at > self._clock() else wechat_answer(42001)

    def _deliver(self, request: Request, account: ChannelAccount, now: datetime) -> int:
        message = _json_object(request)
        if message is None:
            return 47001
        if message.get("msgtype") != "text":
            return 40008
        content = message.get("text", {}).get("content", "") if isinstance(message.get("text"), dict) else ""
        if not isinstance(content, str) or not content:
            return 44004
        if len(content.encode()) > MAX_BYTES:
            return 45002
        citizen_id = str(message.get("touser", ""))
        past = self._exchanges.between(account.external_id, citizen_id)
        refusal = refusal_of(past, now)
        if refusal:
            return refusal
        self._delivered += 1
        self._exchanges.record(
            Exchange(
                ref=f"wechat-{now.isoformat()}-{self._delivered}",
                at=now,
                platform=Platform.WECHAT,
                account_id=account.external_id,
                citizen_id=citizen_id,
                kind=ExchangeKind.RECEIVED,
                text=content,
            )
        )
        return 0

    def _issue(self, known: DemoAccount, now: datetime) -> _Token:
        for text, token in list(self._tokens.items()):
            # An older token dies with the overlap, however long it had to live.
            if token.account == known.account:
                self._tokens[text] = _Token(
                    account=token.account, text=text, expires_at=min(token.expires_at, now + TOKEN_OVERLAP)
                )
        digest = hashlib.sha512(f"{known.account.app_id} {known.secrets['app_secret']} {now} {len(self._tokens)}".encode())
        issued = _Token(account=known.account, text=f"demo_{digest.hexdigest()}", expires_at=now + TOKEN_LIFE)
        self._tokens[issued.text] = issued
        return issued


def refusal_of(past: Iterable[Exchange], now: datetime) -> int:
    """The code with which WeChat refuses one more message to the citizen of `past`; 0 where it delivers."""
    exchanges = tuple(past)
    if not exchanges:
        return 40003
    last_move = latest(exchanges, ExchangeKind.PRIVATE, ExchangeKind.FOLLOWED, ExchangeKind.UNFOLLOWED)
    if last_move is None or last_move.kind is ExchangeKind.UNFOLLOWED:
        return 43004
    quotas = (
        (ExchangeKind.PRIVATE, WINDOW, MESSAGES_A_WINDOW),
        (ExchangeKind.FOLLOWED, SUBSCRIPTION_WINDOW, MESSAGES_A_SUBSCRIPTION),
    )
    open_window = False
    for kind, window, quota in quotas:
        earned = latest(exchanges, kind)
        if earned is None or now - earned.at >= window:
            continue
        open_window = True
        spent = sum(1 for one in exchanges if one.kind is ExchangeKind.RECEIVED and one.at >= earned.at)
        if spent < quota:
            return 0
    return 45047 if open_window else 45015


def _json_object(request: Request) -> dict[str, Any] | None:
    """The body as WeChat reads it; None unless it is a JSON object in UTF-8.

    WeChat shows `\\uXXXX` to the citizen as it stands, so it is kept as it stands here too.
    """
    try:
        body = json.loads(re.sub(rb"(?<!\\)\\u(?=[0-9a-fA-F]{4})", rb"\\\\u", request.get_data()))
    except ValueError:
        return None
    return body if isinstance(body, dict) else None


def wechat_answer(code: int) -> Response:
    """WeChat's answer to what it refuses, or 0 for what it took."""
    sentence = _ERRORS.get(code, "error") if code else "ok"
    return Response(json.dumps({"errcode": code, "errmsg": sentence}), mimetype="application/json")
