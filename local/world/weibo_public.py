"""Weibo's public side of an answer: comments under posts, judged as the open interface judges them.

http://open.weibo.com/wiki/2/comments/create, http://open.weibo.com/wiki/2/comments/reply. Any
numeric id is a post or a comment here.
"""

import json
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address
from typing import Final

from werkzeug.wrappers import Request, Response

from jiesu.model.words import Platform
from local.demo import DemoAccount
from local.world.calls import CallMeter
from local.world.faults import ANSWER_LOST, UNAVAILABLE, Faults
from local.world.weibo import weibo_error
from local.world.weibo_posts import post

MAX_COMMENT_CHARACTERS: Final = 140


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicComment:
    """What the office said under a post; `answers` is the comment it answers, empty where it answers the post."""

    id: int
    at: datetime
    post_id: str
    answers: str
    text: str


class PublicComments:
    """The endpoints for all `accounts`. Comments are forgotten with the process."""

    def __init__(
        self, *, accounts: Iterable[DemoAccount], faults: Faults, calls: CallMeter, clock: Callable[[], datetime]
    ) -> None:
        self._accounts = {one.secrets["access_token"]: one.account for one in accounts if one.account.platform is Platform.WEIBO}
        self._calls = calls
        self._faults = faults
        self._clock = clock
        self._said: list[PublicComment] = []
        self._lock = threading.Lock()

    def under(self, post_id: str) -> tuple[PublicComment, ...]:
        """What the office said under a post, oldest first."""
        with self._lock:
            return tuple(one for one in self._said if one.post_id == post_id)

    def show_batch(self, request: Request) -> Response:
        """The posts that comments stand under, as a bare list."""
        account = self._accounts.get(request.args.get("access_token", ""))
        if account is None:
            return weibo_error(request, "21332")
        asked = request.args.get("cids", "")
        if not asked:
            return weibo_error(request, "10016", "cids")
        if not self._calls.take(account.id):
            return weibo_error(request, "10023")
        found = [{"id": int(one), "status": post(post_of(one), account.api_base)} for one in asked.split(",") if one.isdecimal()]
        return Response(json.dumps(found), mimetype="application/json")

    def comment(self, request: Request, act: str) -> Response:
        """Take one comment, or say in Weibo's words why not."""
        if request.mimetype != "application/x-www-form-urlencoded":
            return weibo_error(request, "10007")
        account = self._accounts.get(request.args.get("access_token", ""))
        if account is None:
            return weibo_error(request, "21332")
        for name in ("id", "comment", "rip", *(("cid",) if act == "reply" else ())):
            if not request.form.get(name):
                return weibo_error(request, "10016", name)
        if not self._calls.take(account.id):
            return weibo_error(request, "10023")
        fault = self._faults.take(Platform.WEIBO)
        if fault == UNAVAILABLE:
            return Response("<html><title>503 Service Unavailable</title></html>", 503, mimetype="text/html")
        if fault is not None and fault != ANSWER_LOST:
            return weibo_error(request, fault)
        answer = self._take(request)
        if fault == ANSWER_LOST:
            return Response("<html><title>504 Gateway Time-out</title></html>", 504, mimetype="text/html")
        return answer

    def _take(self, request: Request) -> Response:
        post_id, answers, text = request.form["id"], request.form.get("cid", ""), request.form["comment"]
        if not _is_address(request.form["rip"]):
            return weibo_error(request, "10017", "rip")
        if not post_id.isdecimal():
            return weibo_error(request, "20101")
        if answers and (not answers.isdecimal() or post_of(answers) != post_id):
            return weibo_error(request, "20201")
        if len(text) > MAX_COMMENT_CHARACTERS:
            return weibo_error(request, "20012")
        with self._lock:
            if self._said and self._said[-1].text == text:
                return weibo_error(request, "20019")
            said = PublicComment(
                id=5_200_000_000_000_001 + len(self._said), at=self._clock(), post_id=post_id, answers=answers, text=text
            )
            self._said.append(said)
        body = {"id": said.id, "idstr": str(said.id), "text": text, "status": {"id": int(post_id)}}
        return Response(json.dumps(body), mimetype="application/json")


def post_of(comment_id: str) -> str:
    """The made-up post that a comment stands under."""
    return str(int(comment_id) // 1_000 * 1_000)


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
