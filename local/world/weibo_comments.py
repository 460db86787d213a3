"""Weibo's two feeds of comments, which are asked for: under the office's posts, and naming the office.

http://open.weibo.com/wiki/2/comments/timeline
"""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from local.demo import DemoAccount
from local.world.calls import CallMeter
from local.world.weibo_posts import post

_FIRST_ID = 5_100_000_000_000_000
_MADE_UP = (
    ("timeline", "991000000001", "支持警方，希望早日破案"),
    ("timeline", "991000000002", "我家楼下石景山区八角街道每晚都有人飙车，能不能来管管，求处理"),
    ("mentions", "991000000003", "@平安北京 海淀区中关村街道有人发小广告办假证，举报"),
)


@dataclass(slots=True)
class CommentFeeds:
    """What citizens commented, newest last."""

    account: DemoAccount
    clock: Callable[[], datetime]
    calls: CallMeter
    _comments: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    _count: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        for minutes, (feed, citizen_id, text) in enumerate(_MADE_UP):
            self.comment(feed, citizen_id, text, at=self.clock() - timedelta(minutes=len(_MADE_UP) - minutes))

    def comment(self, feed: str, citizen_id: str, text: str, *, at: datetime) -> str:
        """A citizen comments; the comment's id."""
        with self._lock:
            self._count += 1
            comment_id = _FIRST_ID + self._count
            said = {
                "id": comment_id,
                "idstr": str(comment_id),
                "created_at": at.strftime("%a %b %d %H:%M:%S +0000 %Y"),
                "text": text,
                "user": {"id": int(citizen_id), "screen_name": "网民"},
                "status": {"id": _FIRST_ID - 1},
            }
            self._comments.append((feed, said))
            return str(comment_id)

    def office_said(self, post_id: str, answers: str, text: str, *, at: datetime) -> str:
        """The office comments on a post, or answers a comment (`answers`), which Weibo says before the text; the comment's id."""
        with self._lock:
            self._count += 1
            comment_id = _FIRST_ID + self._count
            said: dict[str, Any] = {
                "id": comment_id,
                "idstr": str(comment_id),
                "created_at": at.strftime("%a %b %d %H:%M:%S +0000 %Y"),
                "text": text,
                "user": {"id": int(self.account.account.external_id), "screen_name": self.account.account.name},
                "status": post(post_id, self.account.account.api_base),
            }
            answered = next((one for _, one in self._comments if one["idstr"] == answers), None)
            if answered is not None:
                said |= {"text": f"回复@{answered['user']['screen_name']}:{text}", "reply_comment": answered}
            self._comments.append(("timeline", said))
            return str(comment_id)

    def delete(self, comment_id: str) -> None:
        """A comment is taken back."""
        with self._lock:
            self._comments = [(feed, said) for feed, said in self._comments if said["idstr"] != comment_id]

    def answer(self, feed: str, query: Mapping[str, str]) -> tuple[int, dict[str, Any]]:
        """Status and body of one call."""
        request = f"/2/comments/{feed}.json"
        if query.get("access_token") != self.account.secrets["access_token"]:
            return 400, {"request": request, "error_code": 21332, "error": "access_token is invalid!"}
        if not self.calls.take(self.account.account.id):
            return 403, {"request": request, "error_code": 10023, "error": "User requests out of rate limit!"}
        with self._lock:
            since, until = int(query.get("since_id", "0")), int(query.get("max_id", "0"))
            count, page = int(query.get("count", "50")), int(query.get("page", "1"))
            found = [
                said
                for name, said in reversed(self._comments)
                if name == feed and said["id"] > since and (not until or said["id"] <= until)
            ]
        return 200, {"comments": found[(page - 1) * count : page * count], "total_number": len(found)}
