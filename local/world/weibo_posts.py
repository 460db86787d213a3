"""Weibo's posts as `statuses/show` gives them, and the pictures in them.

http://open.weibo.com/wiki/2/statuses/show. Every numeric id is a post here, made up from its digits: one that ends in
404 was deleted, an odd one is a repost of the post at the start of its thousand, which shows a picture.
"""

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from werkzeug.wrappers import Request, Response

from jiesu.model.words import Platform
from local.demo import DemoAccount
from local.world.calls import CallMeter
from local.world.faults import ANSWER_LOST, UNAVAILABLE, Faults
from local.world.files import picture
from local.world.weibo import weibo_error

_EPOCH = datetime(2026, 11, 1, tzinfo=UTC)


class WeiboPosts:
    """The endpoints for all `accounts`. Whoever asks for a picture need not say who he is, but that he comes from Weibo."""

    def __init__(self, *, accounts: Iterable[DemoAccount], faults: Faults, calls: CallMeter) -> None:
        self._accounts = {one.secrets["access_token"]: one for one in accounts if one.account.platform is Platform.WEIBO}
        self._faults = faults
        self._calls = calls

    def show(self, request: Request) -> Response:
        """One post, or in Weibo's words why not."""
        demo = self._accounts.get(request.args.get("access_token", ""))
        if demo is None:
            return weibo_error(request, "21332")
        post_id = request.args.get("id", "")
        if not post_id:
            return weibo_error(request, "10016", "id")
        if not self._calls.take(demo.account.id):
            return weibo_error(request, "10023")
        fault = self._faults.take(Platform.WEIBO)
        if fault in (UNAVAILABLE, ANSWER_LOST):
            return Response("<html><title>503 Service Unavailable</title></html>", 503, mimetype="text/html")
        if fault is not None:
            return weibo_error(request, fault)
        if not post_id.isdecimal() or post_id.endswith("404"):
            return weibo_error(request, "20101")
        return Response(json.dumps(post(post_id, demo.account.api_base), ensure_ascii=False), mimetype="application/json")

    def picture(self, request: Request, name: str) -> Response:
        """A picture of a post. Like the platform's own hosts, nothing for readers who come from nowhere."""
        if not request.headers.get("Referer", "").startswith("https://weibo.com/"):
            return Response(status=403)
        return Response(picture(name), mimetype="image/png")


def post(post_id: str, api_base: str) -> dict[str, Any]:
    """The made-up post with this id."""
    number = int(post_id)
    root = number // 1_000 * 1_000
    shown: dict[str, Any] = {
        "id": number,
        "idstr": post_id,
        "created_at": (_EPOCH + timedelta(seconds=number % 1_000_000)).strftime("%a %b %d %H:%M:%S +0000 %Y"),
        "text": "有人知道这是哪里吗？转给 @平安北京 看看" if number == root else "转发微博",
        "user": {"id": 992_000_000_000 + number % 1_000, "screen_name": f"网友{number % 1_000}"},
        "reposts_count": number % 97,
        "comments_count": number % 89,
        "attitudes_count": number % 83,
        "pic_urls": [{"thumbnail_pic": f"{api_base}/thumbnail/{root}.png"}] if number == root else [],
    }
    if number % 2 and number != root:
        shown["retweeted_status"] = post(str(root), api_base)
    return shown
