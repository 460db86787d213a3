"""Douyin's tokens: an access token lives 15 days, the refresh token that prolongs it 30, and that is renewed five times at most.

https://developer.open-douyin.com/docs/resource/zh-CN/dop/develop/openapi/account-permission/refresh-access-token
and …/refresh-token. A renewed refresh token ends the one before it. Errors come with HTTP 200.
"""

import hashlib
import json
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from werkzeug.wrappers import Request, Response

from jiesu.model.words import Platform
from local.demo import DemoAccount

ACCESS_LIFE: Final = timedelta(days=15)
REFRESH_LIFE: Final = timedelta(days=30)
RENEWALS: Final = 5

ACCESS_TOKEN_INVALID: Final = 28001003
ACCESS_TOKEN_EXPIRED: Final = 28001008
ACCESS_TOKEN_MISMATCH: Final = 28001015

_ERRORS: Final = {
    2100005: "参数不合法",
    10003: "client_key 不存在",
    10005: "缺少参数",
    10007: "授权码已使用",
    10010: "refresh_token 过期",
    10013: "client_secret 错误",
    10020: "超过刷新次数限制",
    ACCESS_TOKEN_INVALID: "access_token 无效",
    28001005: "系统繁忙",
    ACCESS_TOKEN_EXPIRED: "access_token 过期",
    ACCESS_TOKEN_MISMATCH: "access_token 与 open_id 不匹配",
    28001018: "应用没有该能力",
    28001038: "消息内容不合法",
    28003070: "消息超出频控",
    28003080: "msg_id 已过期",
    28003082: "to_user_id 与会话不符",
    28029016: "不支持的消息类型",
    28029020: "没有资源链接",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Grant:
    """What the owner of one account has granted, as it stands. `issued` counts the tokens given out under it."""

    demo: DemoAccount
    access_token: str
    access_until: datetime
    refresh_token: str
    refresh_until: datetime
    renewals: int = 0
    issued: int = 0


class DouyinTokens:
    """The grants of all `accounts`, which hold what their secrets say when the process begins. Changes are forgotten with it."""

    def __init__(self, *, accounts: Iterable[DemoAccount], clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._used_codes: set[str] = set()
        now = clock()
        self._grants = {
            one.account.app_id: _Grant(
                demo=one,
                access_token=one.secrets["access_token"],
                access_until=now + ACCESS_LIFE,
                refresh_token=one.secrets["refresh_token"],
                refresh_until=now + REFRESH_LIFE,
            )
            for one in accounts
            if one.account.platform is Platform.DOUYIN
        }

    def holder(self, access_token: str, open_id: str) -> DemoAccount | int:
        """Whose token it is, or the code with which a call under it is refused."""
        with self._lock:
            grant = next((one for one in self._grants.values() if one.access_token == access_token), None)
            if grant is None:
                return ACCESS_TOKEN_INVALID
            if grant.access_until <= self._clock():
                return ACCESS_TOKEN_EXPIRED
            return grant.demo if grant.demo.account.external_id == open_id else ACCESS_TOKEN_MISMATCH

    def access_token(self, request: Request) -> Response:
        """`POST /oauth/access_token/`: a new grant for the code that the owner's consent gave. Any code is good here, once."""
        asked = _fields(request)
        if any(not asked.get(name) for name in ("client_key", "client_secret", "code")):
            return refusal(10005)
        with self._lock:
            grant, now = self._grants.get(asked["client_key"]), self._clock()
            if grant is None or grant.demo.secrets["client_secret"] != asked["client_secret"]:
                return refusal(10013)
            if asked["code"] in self._used_codes:
                return refusal(10007)
            self._used_codes.add(asked["code"])
            return self._granted(_with_refresh_token(_with_access_token(replace(grant, renewals=0), now), now), now)

    def refresh(self, request: Request) -> Response:
        """`POST /oauth/refresh_token/`: 15 days from now for the access token; the refresh token is given back as it was."""
        asked = _fields(request)
        if asked.get("grant_type") != "refresh_token":
            return refusal(10005)
        with self._lock:
            grant, now = self._refreshable(asked), self._clock()
            if not isinstance(grant, _Grant):
                return grant
            # One that has not ended stays and lives longer, as an older edition of the page says.
            kept = replace(grant, access_until=now + ACCESS_LIFE) if grant.access_until > now else _with_access_token(grant, now)
            return self._granted(kept, now)

    def renew(self, request: Request) -> Response:
        """`POST /oauth/renew_refresh_token/`: another refresh token for 30 days; the old one is worth nothing any more."""
        asked = _fields(request)
        with self._lock:
            grant, now = self._refreshable(asked), self._clock()
            if not isinstance(grant, _Grant):
                return grant
            if grant.renewals == RENEWALS:
                return refusal(10020)
            renewed = _with_refresh_token(replace(grant, renewals=grant.renewals + 1), now)
            self._grants[asked["client_key"]] = renewed
            said = {"refresh_token": renewed.refresh_token, "expires_in": str(int(REFRESH_LIFE.total_seconds()))}
            return accepted(said, message="success")

    def _refreshable(self, asked: dict[str, str]) -> _Grant | Response:
        if not asked.get("client_key") or not asked.get("refresh_token"):
            return refusal(10005)
        grant = self._grants.get(asked["client_key"])
        if grant is None:
            return refusal(10003)
        good = grant.refresh_token == asked["refresh_token"] and grant.refresh_until > self._clock()
        return grant if good else refusal(10010)

    def _granted(self, grant: _Grant, now: datetime) -> Response:
        self._grants[grant.demo.account.app_id] = grant
        return accepted(
            {
                "access_token": grant.access_token,
                "expires_in": str(int((grant.access_until - now).total_seconds())),
                "refresh_token": grant.refresh_token,
                "refresh_expires_in": str(int((grant.refresh_until - now).total_seconds())),
                "open_id": grant.demo.account.external_id,
                "scope": "im.direct_message,im.multimedia_message,item.comment,renew_refresh_token",
            },
            message="success",
        )


def accepted(data: dict[str, Any], **more: Any) -> Response:
    """What Douyin says when all is well."""
    body = {"data": {"error_code": 0, "description": "", **data}, **more}
    return Response(json.dumps(body, ensure_ascii=False), mimetype="application/json")


def refusal(code: int) -> Response:
    """Douyin's answer to what it refuses; its status is 200."""
    said = {"error_code": code, "description": _ERRORS.get(code, "error")}
    return Response(
        json.dumps({"data": said, "extra": said, "message": "error"}, ensure_ascii=False), mimetype="application/json"
    )


def _with_access_token(grant: _Grant, now: datetime) -> _Grant:
    return replace(grant, access_token=_token("act", grant), access_until=now + ACCESS_LIFE, issued=grant.issued + 1)


def _with_refresh_token(grant: _Grant, now: datetime) -> _Grant:
    return replace(grant, refresh_token=_token("rft", grant), refresh_until=now + REFRESH_LIFE, issued=grant.issued + 1)


def _token(kind: str, grant: _Grant) -> str:
    digest = hashlib.sha256(f"{kind} {grant.demo.secrets['client_secret']} {grant.issued}".encode())
    return f"{kind}.{digest.hexdigest()}"


def _fields(request: Request) -> dict[str, str]:
    """The fields of a form, or of a JSON object, which the first of the calls takes too."""
    body = request.get_json(silent=True) if request.mimetype == "application/json" else None
    return {str(name): str(value) for name, value in body.items()} if isinstance(body, dict) else dict(request.form.items())
