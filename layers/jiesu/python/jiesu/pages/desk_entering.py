"""What came by telephone, letter or 头条号, entered by an editor: seen as the road will see it, then sent down it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from jiesu.cases.entered import (
    MAX_CITIZEN,
    MAX_CONTACT,
    MAX_LINK,
    MAX_TEXT,
    EnteredMessageError,
    FieldFlaw,
    Flaw,
    read_entered,
)
from jiesu.model.case import Case
from jiesu.model.message import Message, PlaceMatch, Triage
from jiesu.model.words import CaseStatus, Platform
from jiesu.pages.forms import Typed, value
from jiesu.pages.http import BadRequestError, Response, see_other
from jiesu.pages.view import View
from jiesu.pages.visit import Visit, render
from jiesu.runtime.logging import logger
from jiesu.store.cases import CaseStore
from jiesu.store.entered import to_queue_body
from jiesu.store.messages import MessageStore
from jiesu.store.resting import RestingStore, place_of
from jiesu.triage import categories

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

Screen = Callable[[Message, datetime], tuple[Triage, PlaceMatch]]
"""What the road thinks of a message, and where it happened."""

PLATFORMS: Mapping[Platform, str] = {
    Platform.TELEPHONE: Platform.TELEPHONE.label,
    Platform.LETTER: Platform.LETTER.label,
    Platform.TOUTIAO: Platform.TOUTIAO.label,
    # No interface lists the comments of what freepublish has posted: `docs/channels.md`.
    Platform.WECHAT: "微信公众号文章评论（从公众平台抄录）",
}
"""What can be entered, in words."""
ROOMS: Mapping[str, int] = {"citizen": MAX_CITIZEN, "contact": MAX_CONTACT, "link": MAX_LINK, "text": MAX_TEXT}
"""How many characters each field holds."""

_NAMES = {"platform": "来源", "citizen": "称呼", "contact": "联系方式", "sent_at": "收到时间", "text": "内容", "link": "链接"}
_TOKEN = re.compile(r"[0-9a-f]{32}")

LOOK_AGAIN_SECONDS = 2
MAX_LOOKS = 15
"""How often the page of what became of an entry looks by itself; after that a person does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What the road will make of an entry: `thought` is its own, before anybody chose the message's category.

    `joins` is the open case of the same citizen that the message will become part of.
    """

    message: Message
    thought: Triage
    place: PlaceMatch
    joins: Case | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EnteringPages:
    """The pages need `Right.ACT`. `new_token` gives a form's token: one form is one message, however often it is sent."""

    cases: CaseStore
    messages: MessageStore
    resting: RestingStore
    sqs: "Callable[[], SQSClient]"
    inbox_queue_url: str
    screen: Screen
    view: View
    new_token: Callable[[], str]

    def form(self, visit: Visit) -> Response:
        """An empty form, with now for the time."""
        now = visit.now.astimezone(self.view.zone)
        typed = {
            "token": (self.new_token(),),
            "platform": (Platform.TELEPHONE.value,),
            "sent_at": (now.strftime("%Y-%m-%dT%H:%M"),),
        }
        return self._form(visit, typed)

    def enter(self, visit: Visit) -> Response:
        """The form again with what is wrong, or the preview; from the preview back to the form, or down the road."""
        typed = visit.request.form
        if not _TOKEN.fullmatch(value(typed, "token")):
            raise BadRequestError(400)
        step = value(typed, "step")
        if step == "edit":
            return self._form(visit, typed)
        try:
            message = self._message(visit, typed)
        except EnteredMessageError as error:
            return self._form(visit, typed, errors={one.field: _in_words(one) for one in error.flaws})
        if step != "send":
            return self._preview(visit, typed, message)
        category = value(typed, "category")
        if not _is_work(category):
            return self._preview(visit, typed, message, refused="请选择类别。", status=422)
        message = replace(message, category=category)
        try:
            self.sqs().send_message(QueueUrl=self.inbox_queue_url, MessageBody=to_queue_body(message))
        except (BotoCoreError, ClientError):
            logger.exception("an entry could not be queued", extra={"message_id": message.id})
            return self._preview(visit, typed, message, refused="此刻无法提交，请稍后再按一次。不会重复登记。", status=503)
        logger.info("message entered at the desk", extra={"message_id": message.id, "subject": visit.person.subject})
        return see_other(f"{visit.base}/enter/{place_of(message)}")

    def entered(self, visit: Visit) -> Response:
        """What became of an entry; one read. While nothing has, the page looks again by itself for half a minute."""
        place = visit.segments["place"]
        found = self.resting.find(place)
        looks = _looks(visit.request.query.get("looks", "0"))
        response = render(
            self.view,
            visit,
            "entered.html",
            found=found,
            here=f"{visit.base}/enter/{place}",
            is_late=looks >= MAX_LOOKS,
        )
        if found is not None or looks >= MAX_LOOKS:
            return response
        again = f"{visit.base}/enter/{place}?looks={looks + 1}"
        return response.with_headers(Refresh=f"{LOOK_AGAIN_SECONDS}; url={again}")

    def _message(self, visit: Visit, typed: Typed) -> Message:
        """What is typed, as a message. Raises `EnteredMessageError`."""
        fields = {name: value(typed, name) for name in _NAMES}
        message = read_entered(fields, zone=self.view.zone, now=visit.now, token=value(typed, "token"))
        if message.platform not in PLATFORMS:
            raise EnteredMessageError((FieldFlaw(field="platform", flaw=Flaw.UNKNOWN),))
        return message

    def _form(self, visit: Visit, typed: Typed, *, errors: Mapping[str, str] | None = None) -> Response:
        return render(
            self.view,
            visit,
            "enter.html",
            http_status=422 if errors else 200,
            typed=typed,
            errors=errors or {},
            names=_NAMES,
            platforms=PLATFORMS,
            rooms=ROOMS,
        )

    def _preview(self, visit: Visit, typed: Typed, message: Message, *, refused: str = "", status: int = 200) -> Response:
        preview = self._look_ahead(visit, message, value(typed, "category"))
        choices = [one for one in categories.choices() if one.code != categories.NOISE]
        return render(
            self.view,
            visit,
            "enter_preview.html",
            http_status=status,
            typed={**typed, "category": (preview.message.category,)},
            fields=("token", *_NAMES),
            preview=preview,
            refused=refused,
            category_groups=[(name, list(members)) for name, members in groupby(choices, key=lambda one: one.group)],
        )

    def _look_ahead(self, visit: Visit, message: Message, chosen: str) -> Preview:
        """What the road will make of it under the category that is `chosen`, or else likely."""
        thought, _ = self.screen(message, visit.now)
        if not _is_work(chosen):
            chosen = thought.category if thought.actionable and _is_work(thought.category) else categories.UNCLEAR
        message = replace(message, category=chosen)
        case_id = self.messages.cases_of([message.conversation]).get(message.conversation)
        case = None if case_id is None else self.cases.standing(case_id)
        return Preview(
            message=message,
            thought=thought,
            place=self.screen(message, visit.now)[1],
            joins=case if case is not None and case.status is not CaseStatus.CLOSED else None,
        )


def _is_work(category: str) -> bool:
    return categories.is_known(category) and category != categories.NOISE


def _looks(given: str) -> int:
    return min(int(given), MAX_LOOKS) if given.isascii() and given.isdigit() and len(given) <= 3 else MAX_LOOKS


def _in_words(found: FieldFlaw) -> str:
    name = _NAMES[found.field]
    match found.flaw:
        case Flaw.MISSING:
            return f"请填写{name}。"
        case Flaw.UNKNOWN:
            return f"请选择{name}。"
        case Flaw.NOT_ONE_LINE:
            return f"{name}只能是一行文字。"
        case Flaw.TOO_LONG:
            return f"{name}不能超过 {ROOMS[found.field]} 个字符。"
        case Flaw.NO_TIME:
            return "请按「2026-11-23 09:30」的格式填写收到时间。"
        case Flaw.FUTURE:
            return "收到时间不能晚于现在。"
        case Flaw.NO_WEB_ADDRESS:
            return "链接须以 http:// 或 https:// 开头，中间没有空格。"
