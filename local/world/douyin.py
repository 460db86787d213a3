"""Douyin's side of private messages, answers to comments and files, judged as the open platform judges them.

https://developer.open-douyin.com/docs/resource/zh-CN/dop/develop/openapi/interaction-management/business-tool/send-im-msg
A message of a citizen earns six answers within 24 hours, each of which must name it; the limits and
their codes are as projects quote them. What was sent comes back to the office as `im_send_msg`.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import quote

from werkzeug.wrappers import Request, Response

from jiesu.model.words import Platform
from local.demo import DemoAccount
from local.platforms import douyin as wire
from local.world.deliveries import exchange_ref
from local.world.douyin_tokens import DouyinTokens, accepted, refusal
from local.world.exchanges import Exchange, ExchangeKind, ExchangeLog
from local.world.faults import ANSWER_LOST, UNAVAILABLE, Faults
from local.world.files import Files

WINDOW: Final = timedelta(hours=24)
ANSWERS_A_MESSAGE: Final = 6
MAX_CHARACTERS: Final = 1_000

CallOffice = Callable[[DemoAccount, Mapping[str, Any]], None]
"""Delivers a payload to an account's webhook."""


class DouyinApi:
    """The endpoints for all `accounts`; delivered texts go to `exchanges`, their echoes to `call_office`."""

    def __init__(
        self,
        *,
        accounts: Iterable[DemoAccount],
        exchanges: ExchangeLog,
        faults: Faults,
        files: Files,
        clock: Callable[[], datetime],
        call_office: CallOffice,
    ) -> None:
        self.tokens = DouyinTokens(accounts=accounts, clock=clock)
        self._exchanges = exchanges
        self._faults = faults
        self._files = files
        self._clock = clock
        self._call_office = call_office

    def send(self, request: Request) -> Response:
        """`POST /im/send/msg/`: a private answer to one message."""
        return self._judged(request, self._send)

    def comment(self, request: Request) -> Response:
        """`POST /item/comment/reply/`: a public answer to one comment."""
        return self._judged(request, self._comment)

    def resource(self, request: Request) -> Response:
        """`GET /api/im/message/resources/`: where the file of a message is."""
        demo = self._holder(request)
        if isinstance(demo, int):
            return refusal(demo)
        message_id = request.args.get("message_id", "")
        if not request.args.get("conversation_id") or not message_id:
            return refusal(2100005)
        content = self._files.get(Platform.DOUYIN, message_id)
        if content is None:
            return refusal(28029020)
        media_type = "image" if content.startswith(b"\x89PNG") else "video"
        url = f"{request.host_url}douyin/files?id={quote(message_id, safe='')}"
        return accepted({"media_type": media_type, "url": url}, err_no=0, err_msg="")

    def file(self, request: Request) -> Response:
        """The file itself, to whoever shows the token and the open id under which its address was asked for."""
        demo = self.tokens.holder(request.headers.get("Access-Token", ""), request.headers.get("OpenID", ""))
        content = self._files.get(Platform.DOUYIN, request.args.get("id", ""))
        if isinstance(demo, int) or content is None:
            return Response(status=403 if isinstance(demo, int) else 404)
        return Response(content, mimetype="application/octet-stream")

    def _holder(self, request: Request) -> DemoAccount | int:
        return self.tokens.holder(request.headers.get("access-token", ""), request.args.get("open_id", ""))

    def _judged(self, request: Request, act: Callable[[DemoAccount, dict[str, Any]], Response]) -> Response:
        demo, body = self._holder(request), _json_object(request)
        if isinstance(demo, int):
            return refusal(demo)
        if body is None:
            return refusal(2100005)
        fault = self._faults.take(Platform.DOUYIN)
        if fault == UNAVAILABLE:
            return Response("<html><title>503 Service Unavailable</title></html>", 503, mimetype="text/html")
        if fault is not None and fault != ANSWER_LOST:
            return refusal(int(fault))
        answer = act(demo, body)
        return Response("<html><title>504 Gateway Time-out</title></html>", 504) if fault == ANSWER_LOST else answer

    def _send(self, demo: DemoAccount, asked: dict[str, Any]) -> Response:
        text = _text_of(asked.get("content"))
        if asked.get("scene") != "im_reply_msg" or not asked.get("conversation_id"):
            return refusal(2100005)
        if text is None or len(text) > MAX_CHARACTERS:
            return refusal(28001038)
        citizen_id, message_id = str(asked.get("to_user_id", "")), str(asked.get("msg_id", ""))
        answered = self._exchanges.find(exchange_ref(demo, message_id))
        if answered is None or answered.kind is not ExchangeKind.PRIVATE or answered.citizen_id != citizen_id:
            return refusal(28003082)
        now = self._clock()
        if now - answered.at >= WINDOW:
            return refusal(28003080)
        spent = self._answers_to(answered)
        if spent >= ANSWERS_A_MESSAGE:
            return refusal(28003070)
        sent_id = f"@sent/{_digest(answered.ref)}/{spent}=="
        self._record(demo, citizen_id, f"{answered.ref}>{spent}", text, now)
        echo = wire.echo(
            open_id=citizen_id,
            account_id=demo.account.external_id,
            client_key=demo.account.app_id,
            text=text,
            conversation_id=str(asked["conversation_id"]),
            message_id=sent_id,
            sent_at=now,
        )
        self._call_office(demo, echo)
        return accepted({}, msg_id=sent_id, extra={"error_code": 0, "description": "", "logid": "0"})

    def _comment(self, demo: DemoAccount, asked: dict[str, Any]) -> Response:
        item_id, comment_id, text = (str(asked.get(name) or "") for name in ("item_id", "comment_id", "content"))
        if not item_id or not comment_id or not text.strip() or len(text) > MAX_CHARACTERS:
            return refusal(2100005)
        comment = self._exchanges.find(exchange_ref(demo, comment_id))
        if comment is None or comment.kind is not ExchangeKind.COMMENT:
            return refusal(2100005)
        said = self._answers_to(comment)
        self._record(demo, comment.citizen_id, f"{comment.ref}>{said}", text, self._clock())
        return accepted({"comment_id": f"@answer/{_digest(comment.ref)}/{said}=="}, extra={"error_code": 0})

    def _answers_to(self, asked: Exchange) -> int:
        past = self._exchanges.between(asked.account_id, asked.citizen_id)
        return sum(1 for one in past if one.ref.startswith(f"{asked.ref}>"))

    def _record(self, demo: DemoAccount, citizen_id: str, ref: str, text: str, now: datetime) -> None:
        self._exchanges.record(
            Exchange(
                ref=ref,
                at=now,
                platform=Platform.DOUYIN,
                account_id=demo.account.external_id,
                citizen_id=citizen_id,
                kind=ExchangeKind.RECEIVED,
                text=text,
            )
        )


def _digest(ref: str) -> str:
    return hashlib.sha256(ref.encode()).hexdigest()[:32]


def _json_object(request: Request) -> dict[str, Any] | None:
    try:
        body = json.loads(request.get_data())
    except ValueError:
        return None
    return body if isinstance(body, dict) else None


def _text_of(content: object) -> str | None:
    """The text of a message of type 1; None for any other."""
    match content:
        case {"msg_type": 1, "text": {"text": str() as text}} if text.strip():
            return text
        case _:
            return None
