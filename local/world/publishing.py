"""The platforms' public side: posts on Weibo and articles on WeChat, judged as the platforms judge them.

https://open.weibo.com/wiki/2/statuses/share; developers.weixin.qq.com: api_draft_add, api_freepublish_submit,
api_freepublish_get. WeChat's examination ends at once, and always well: what is asked for after that says so.
"""

import json
import re
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

from werkzeug.exceptions import NotFound
from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from jiesu.model.message import ChannelAccount
from jiesu.model.words import Platform
from local.demo import DemoAccount
from local.world.faults import ANSWER_LOST, UNAVAILABLE, Faults
from local.world.wechat import WeChatApi, wechat_answer
from local.world.weibo import weibo_error, weibo_width

MAX_WEIBO_WIDTH: Final = 140
MAX_TITLE: Final = 32
MAX_CONTENT: Final = 20_000

_LINK = re.compile(r"https?://[A-Za-z0-9.:/?&=%_~#-]+")
_MARKUP = re.compile(r"<[^>]*>")


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicPost:
    """What everybody can read; `title` is empty on Weibo."""

    id: str
    at: datetime
    platform: Platform
    account_name: str
    title: str
    text: str
    link: str


class Publications:
    """The endpoints for all `accounts`. What was posted is forgotten with the process."""

    def __init__(
        self, *, accounts: Iterable[DemoAccount], wechat: WeChatApi, faults: Faults, clock: Callable[[], datetime]
    ) -> None:
        known = tuple(accounts)
        self._on_weibo = {one.secrets["access_token"]: one.account for one in known if one.account.platform is Platform.WEIBO}
        self._wechat = wechat
        self._faults = faults
        self._clock = clock
        self._lock = threading.Lock()
        self._posts: list[PublicPost] = []
        self._drafts: dict[str, dict[str, Any]] = {}
        self._jobs: dict[str, PublicPost] = {}

    def posts(self) -> tuple[PublicPost, ...]:
        """All that stands in public, newest first."""
        with self._lock:
            return tuple(reversed(self._posts))

    # --- Weibo --------------------------------------------------------------------------------

    def share(self, request: Request) -> Response:
        """Publish one post, or say in Weibo's words why not."""
        account = self._on_weibo.get(request.args.get("access_token", ""))
        if account is None:
            return weibo_error(request, "21332")
        for name in ("status", "rip"):
            if not request.form.get(name):
                return weibo_error(request, "10016", name)
        fault = self._faults.take(Platform.WEIBO)
        if fault == UNAVAILABLE:
            return _gateway(503)
        if fault is not None and fault != ANSWER_LOST:
            return weibo_error(request, fault)
        answer = self._shared(request, account)
        return _gateway(504) if fault == ANSWER_LOST else answer

    def go(self, request: Request) -> Response:
        """Lead on to the page of a post."""
        return redirect(f"/posts#{request.args.get('id', '')}")

    def _shared(self, request: Request, account: ChannelAccount) -> Response:
        status = request.form["status"]
        if weibo_width(status) > MAX_WEIBO_WIDTH:
            return weibo_error(request, "20012")
        hosts = [urlsplit(link).hostname or "" for link in _LINK.findall(status)]
        ours = all(any(f".{host}".endswith(f".{domain}") for domain in account.link_domains) for host in hosts)
        if not hosts or not ours or re.search(r"#[^#]+#", status):
            return weibo_error(request, "10017", "status")
        with self._lock:
            if any(one.text == status for one in self._posts[-1:]):
                return weibo_error(request, "20019")
            post = self._post(account, title="", text=status, link="")
        return _json({"id": int(post.id), "mid": post.id, "idstr": post.id, "text": status})

    # --- WeChat -------------------------------------------------------------------------------

    def add_draft(self, request: Request) -> Response:
        """Lay down a draft."""
        return self._called(request, self._added)

    def submit(self, request: Request) -> Response:
        """Take a draft for publication."""
        return self._called(request, self._submitted)

    def job(self, request: Request) -> Response:
        """Say how a publication stands."""
        return self._called(request, self._asked)

    def article(self, _request: Request, article_id: str) -> Response:
        """Lead on to the page of an article."""
        if not any(one.id == article_id for one in self.posts()):
            raise NotFound
        return redirect(f"/posts#{article_id}")

    def _called(self, request: Request, answer: Callable[[Request, ChannelAccount, dict[str, Any]], Response]) -> Response:
        account = self._wechat.account_of(request)
        if isinstance(account, Response):
            return account
        fault = self._faults.take(Platform.WECHAT)
        if fault == UNAVAILABLE:
            return _gateway(503)
        if fault is not None and fault != ANSWER_LOST:
            return wechat_answer(int(fault))
        asked = request.get_json(silent=True)
        answered = answer(request, account, asked) if isinstance(asked, dict) else wechat_answer(47001)
        return _gateway(504) if fault == ANSWER_LOST else answered

    def _added(self, _request: Request, account: ChannelAccount, asked: dict[str, Any]) -> Response:
        article = (asked.get("articles") or [{}])[0]
        if not article.get("title") or len(article["title"]) > MAX_TITLE:
            return wechat_answer(45003)
        if not article.get("content") or len(article["content"]) >= MAX_CONTENT:
            return wechat_answer(45002)
        if article.get("thumb_media_id") != account.cover_media_id:
            return wechat_answer(40007)
        with self._lock:
            media_id = f"draft-{len(self._drafts) + len(self._jobs) + 1}"
            self._drafts[media_id] = article
        return _json({"media_id": media_id, "item": []})

    def _submitted(self, _request: Request, account: ChannelAccount, asked: dict[str, Any]) -> Response:
        with self._lock:
            article = self._drafts.pop(str(asked.get("media_id")), None)
            if article is None:
                return wechat_answer(40007)
            text = _MARKUP.sub("", article["content"].replace("</p>", "\n")).strip()
            post = self._post(account, title=article["title"], text=text, link=article.get("content_source_url", ""))
            job = str(2_247_500_000 + len(self._posts))
            self._jobs[job] = post
        return _json({"errcode": 0, "errmsg": "ok", "publish_id": job})

    def _asked(self, request: Request, _account: ChannelAccount, asked: dict[str, Any]) -> Response:
        with self._lock:
            post = self._jobs.get(str(asked.get("publish_id")))
        if post is None:
            return wechat_answer(40007)
        detail = {"count": 1, "item": [{"idx": 1, "article_url": f"{request.host_url}wechat/s/{post.id}"}]}
        return _json(
            {
                "publish_id": asked["publish_id"],
                "publish_status": 0,
                "article_id": post.id,
                "article_detail": detail,
                "fail_idx": [],
            }
        )

    def _post(self, account: ChannelAccount, *, title: str, text: str, link: str) -> PublicPost:
        post = PublicPost(
            id=str(5_300_000_000_000_001 + len(self._posts)),
            at=self._clock(),
            platform=account.platform,
            account_name=account.name,
            title=title,
            text=text,
            link=link,
        )
        self._posts.append(post)
        return post


def _json(value: Any) -> Response:
    return Response(json.dumps(value, ensure_ascii=False), mimetype="application/json")


def _gateway(status: int) -> Response:
    return Response(f"<html><title>{status}</title></html>", status, mimetype="text/html")
