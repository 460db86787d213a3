"""Weibo's side of private replies: `POST /2/messages/reply.json`, judged as the fan service platform judges it.

Rules: open.weibo.com/wiki/Send_Customer_Service_Message. After a private message or a follow
the account may write for 48 hours as often as it likes; an @mention earns one reply within
48 hours; an unfollow ends it all.
"""

import json
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Final

from werkzeug.wrappers import Request, Response

from jiesu.model.message import ChannelAccount
from jiesu.model.words import Platform
from local.demo import DemoAccount
from local.world.exchanges import Exchange, ExchangeKind, ExchangeLog, latest
from local.world.faults import ANSWER_LOST, UNAVAILABLE, Faults
from local.world.files import Files

WINDOW: Final = timedelta(hours=48)
TOKEN_LIFE: Final = timedelta(days=5 * 365)
MAX_WIDTH: Final = 300
"""A text must be shorter than this many Chinese characters; two Latin ones count as one."""

_ERRORS: Final = {
    "10001": (503, "system error"),
    "10002": (503, "service unavailable"),
    "10007": (400, "unsupported media type"),
    "10010": (503, "job expired"),
    "10013": (400, "invalid weibo user"),
    "10016": (400, "miss required parameter ({detail})"),
    "10017": (400, "parameter ({detail})'s value invalid"),
    "10022": (403, "IP requests out of rate limit"),
    "10023": (403, "user requests out of rate limit"),
    "20012": (400, "text too long"),
    "20019": (400, "repeat content"),
    "20101": (400, "target weibo does not exist"),
    "20201": (400, "target weibo comment does not exist"),
    "20016": (403, "out of limit"),
    "21327": (403, "expired_token"),
    "21332": (403, "invalid_access_token"),
}


class WeiboApi:
    """The endpoint for all `accounts`; delivered texts go to `exchanges`."""

    def __init__(
        self,
        *,
        accounts: Iterable[DemoAccount],
        exchanges: ExchangeLog,
        faults: Faults,
        files: Files,
        clock: Callable[[], datetime],
    ) -> None:
        self._accounts = {one.secrets["access_token"]: one.account for one in accounts if one.account.platform is Platform.WEIBO}
        self._exchanges = exchanges
        self._faults = faults
        self._files = files
        self._clock = clock
        self._delivered = 0
        self._started_at = clock()

    def token_info(self, request: Request) -> Response:
        """`POST /oauth2/get_token_info`: until when a token is good; the owner of an application may use it for five years."""
        account = self._accounts.get(request.values.get("access_token", ""))
        if account is None:
            return weibo_error(request, "21332")
        given, left = self._started_at, self._started_at + TOKEN_LIFE - self._clock()
        if left <= timedelta():
            return weibo_error(request, "21327")
        body = {
            "uid": int(account.external_id),
            "appkey": account.app_id,
            "scope": None,
            "create_at": int(given.timestamp()),
            "expire_in": int(left.total_seconds()),
        }
        return Response(json.dumps(body), mimetype="application/json")

    def reply(self, request: Request) -> Response:
        """Deliver one private reply, or say in Weibo's words why not."""
        if request.mimetype != "application/x-www-form-urlencoded":
            return weibo_error(request, "10007")
        account = self._accounts.get(request.values.get("access_token", ""))
        if account is None:
            return weibo_error(request, "21332")
        for name in ("type", "data", "receiver_id"):
            if not request.values.get(name):
                return weibo_error(request, "10016", name)
        fault = self._faults.take(Platform.WEIBO)
        if fault == UNAVAILABLE:
            return Response("<html><title>503 Service Unavailable</title></html>", 503, mimetype="text/html")
        if fault is not None and fault != ANSWER_LOST:
            return weibo_error(request, fault)
        answer = self._deliver(request, account)
        if fault == ANSWER_LOST:
            return Response("<html><title>504 Gateway Time-out</title></html>", 504, mimetype="text/html")
        return answer

    def media(self, request: Request) -> Response:
        """Hand out a file to the account that received it."""
        if request.args.get("access_token", "") not in self._accounts:
            return weibo_error(request, "21332")
        fault = self._faults.take(Platform.WEIBO)
        if fault in (UNAVAILABLE, ANSWER_LOST):
            return Response("<html><title>503 Service Unavailable</title></html>", 503, mimetype="text/html")
        if fault is not None:
            return weibo_error(request, fault)
        content = self._files.get(Platform.WEIBO, request.args.get("fid", ""))
        return Response(status=404) if content is None else Response(content, mimetype="application/octet-stream")

    def _deliver(self, request: Request, account: ChannelAccount) -> Response:
        receiver_id = request.values["receiver_id"]
        if request.values["type"] != "text":
            return weibo_error(request, "10017", "type")
        text = _text_of(request.values["data"])
        if text is None:
            return weibo_error(request, "10017", "data")
        if weibo_width(text) >= MAX_WIDTH:
            return weibo_error(request, "20012")
        past = self._exchanges.between(account.external_id, receiver_id)
        if not past:
            return weibo_error(request, "10013")
        now = self._clock()
        if not may_reply(past, now):
            return weibo_error(request, "20016")
        self._delivered += 1
        self._exchanges.record(
            Exchange(
                ref=f"weibo-{now.isoformat()}-{self._delivered}",
                at=now,
                platform=Platform.WEIBO,
                account_id=account.external_id,
                citizen_id=receiver_id,
                kind=ExchangeKind.RECEIVED,
                text=text,
            )
        )
        body = {
            "result": True,
            "sender_id": account.external_id,
            "receiver_id": receiver_id,
            "type": "text",
            "data": request.values["data"],
        }
        return Response(json.dumps(body), mimetype="application/json")


def may_reply(past: Iterable[Exchange], now: datetime) -> bool:
    """Whether the account may write to the citizen of `past` now."""
    exchanges = [one for one in past if now - one.at < WINDOW]
    last_move = latest(exchanges, ExchangeKind.FOLLOWED, ExchangeKind.UNFOLLOWED, ExchangeKind.PRIVATE)
    if last_move is not None:
        return last_move.kind is not ExchangeKind.UNFOLLOWED
    mentions = [one.at for one in exchanges if one.kind is ExchangeKind.MENTION]
    replies = [one for one in exchanges if one.kind is ExchangeKind.RECEIVED and mentions and one.at >= min(mentions)]
    return len(replies) < len(mentions)


def _text_of(data: str) -> str | None:
    """The text in the `data` field; None unless it is one JSON object with a text, encoded for the form exactly once."""
    try:
        parsed = json.loads(data)
    except ValueError:
        return None
    text = parsed.get("text") if isinstance(parsed, dict) else None
    return text if isinstance(text, str) and text.strip() else None


def weibo_width(text: str) -> float:
    """In Chinese characters; two Latin ones count as one."""
    return sum(0.5 if char.isascii() else 1 for char in text)


def weibo_error(request: Request, code: str, detail: str = "") -> Response:
    """Weibo's answer to what it refuses."""
    status, sentence = _ERRORS.get(code, (400, "error"))
    body = {"request": request.path.removeprefix("/weibo"), "error_code": code, "error": sentence.format(detail=detail)}
    return Response(json.dumps(body), status, mimetype="application/json")
