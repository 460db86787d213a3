"""Public articles on WeChat: a draft, handed in for publication, examined by the platform, then standing in public.

    draft/add ──▶ freepublish/submit ──▶ job ──┬─ event PUBLISHJOBFINISH ──▶ how it ended
                                               └─ freepublish/get ─────────▶ the same, when asked

A publication of this kind stands on the account's page and is not pushed to its followers.
https://developers.weixin.qq.com/doc/service/api/draftbox/draftmanage/api_draft_add
https://developers.weixin.qq.com/doc/service/api/public/api_freepublish_submit
https://developers.weixin.qq.com/doc/service/api/public/api_freepublish_get
"""

from collections.abc import Mapping
from dataclasses import replace
from html import escape
from urllib.parse import urlencode

from jiesu.channels.outgoing import (
    MEDIA_GONE,
    OUTCOME_UNKNOWN,
    TEXT_TOO_LONG,
    OutgoingCall,
    PlatformAnswer,
    SendOutcome,
    SendResult,
    json_object,
)
from jiesu.channels.public_post import JobAnswer, JobEnd, Preview, PublicPost, Room
from jiesu.channels.wechat import json_call, read_answer
from jiesu.model.message import ChannelAccount, PlatformEvent

MAX_TITLE_CHARACTERS = 32
MAX_CONTENT_CHARACTERS = 20_000
"""Fewer than this, and its markup counts."""
MAX_LINK_BYTES = 1_024

_RUNNING = "1"
_REFUSALS = {
    "2": "article_not_original",
    "3": "article_failed",
    "4": "article_rejected",
    "5": "article_deleted",
    "6": "article_banned",
}
"""`publish_status`; 0 stands in public."""


def preview(account: ChannelAccount, post: PublicPost) -> Preview:
    """The post as an article: a title, paragraphs, and the link behind 阅读原文."""
    title = Room(part="标题", used=len(post.title), limit=MAX_TITLE_CHARACTERS)
    content = Room(part="正文", used=len(_content(post)), limit=MAX_CONTENT_CHARACTERS - 1)
    link = Room(part="链接", used=len(post.link.encode()), limit=MAX_LINK_BYTES, unit="字节")
    refusals = []
    if not post.title:
        refusals.append("title_missing")
    if title.is_full:
        refusals.append("title_too_long")
    if content.is_full:
        refusals.append(TEXT_TOO_LONG)
    if link.is_full:
        refusals.append("link_too_long")
    if not account.cover_media_id:
        refusals.append("cover_missing")
    rooms = (title, content, link) if post.link else (title, content)
    return Preview(title=post.title, text=post.text, link=post.link, rooms=rooms, refusals=tuple(refusals))


def draft_call(account: ChannelAccount, access_token: str, post: PublicPost) -> OutgoingCall:
    """Lay the article down as a draft, which nobody but the account's own people sees."""
    article: dict[str, object] = {
        "article_type": "news",
        "title": post.title,
        "content": _content(post),
        "thumb_media_id": account.cover_media_id,
        "need_open_comment": 1,
    }
    if post.link:
        article["content_source_url"] = post.link
    return json_call(_url(account, "draft/add", access_token), {"articles": [article]})


def read_draft(answer: PlatformAnswer) -> str | SendOutcome:
    """The draft's media id, or what the refusal means. Nothing was said to anybody yet, so no answer is a mystery."""
    value = json_object(answer.body)
    if value is None:
        return SendOutcome(result=SendResult.RETRY, reason="platform_busy")
    media_id = value.get("media_id")
    if isinstance(media_id, str) and media_id:
        return media_id
    outcome = read_answer(answer)
    # The only file that a draft names is its cover.
    return replace(outcome, reason="cover_missing") if outcome.reason == MEDIA_GONE else _never_sent(outcome)


def post_call(
    account: ChannelAccount,
    secrets: Mapping[str, str],  # noqa: ARG001 - the token is all it takes
    access_token: str,
    post: PublicPost,  # noqa: ARG001 - the draft has it
    draft: str | None = None,
) -> OutgoingCall:
    """Hand the draft in for publication. Not to be repeated: a draft leaves the box when it is published."""
    if draft is None:
        raise AssertionError("an article is a draft first")
    return json_call(_url(account, "freepublish/submit", access_token), {"media_id": draft})


def read_post(answer: PlatformAnswer) -> SendOutcome:
    """The job's number (`publish_id`); that it was taken does not mean that it was published."""
    outcome = read_answer(answer)
    if outcome.result is not SendResult.SENT:
        return outcome
    job = str((json_object(answer.body) or {}).get("publish_id", ""))
    return replace(outcome, provider_ref=job) if job else SendOutcome(result=SendResult.GIVE_TO_PERSON, reason=OUTCOME_UNKNOWN)


def job_call(account: ChannelAccount, access_token: str, job: str) -> OutgoingCall:
    """Ask how a job stands."""
    return json_call(_url(account, "freepublish/get", access_token), {"publish_id": job})


def read_job(answer: PlatformAnswer) -> JobAnswer:
    """How the job ended, or what to do as long as it has not."""
    match json_object(answer.body):
        case {"publish_status": int() | str() as status, **fields}:
            match fields.get("article_detail"):
                case {"item": [{"article_url": str() as link}, *_]}:
                    return _end(str(status), article_id=str(fields.get("article_id", "")), link=link)
                case _:
                    return _end(str(status), article_id=str(fields.get("article_id", "")), link="")
        case {"errcode": _}:
            return _never_sent(read_answer(answer))
        case _:
            return SendOutcome(result=SendResult.RETRY, reason="platform_busy")


def job_of_event(event: PlatformEvent) -> tuple[str, JobAnswer] | None:
    """The job that an event is about, and how it ended; None for any other event."""
    if event.name != "PUBLISHJOBFINISH":
        return None
    told = "PublishEventInfo/"
    return event.first(f"{told}publish_id"), _end(
        event.first(f"{told}publish_status"),
        article_id=event.first(f"{told}article_id"),
        link=event.first(f"{told}article_detail/item/article_url"),
    )


def _end(status: str, *, article_id: str, link: str) -> JobAnswer:
    if status == _RUNNING:
        return SendOutcome(result=SendResult.RETRY, reason="publication_running")
    if status == "0":
        return JobEnd(platform_ref=article_id, link=link)
    return JobEnd(refusal=_REFUSALS.get(status, f"refused:status_{status}"))


def _never_sent(outcome: SendOutcome) -> SendOutcome:
    """An answer that is no error where one was due."""
    if outcome.result is SendResult.SENT:
        return SendOutcome(result=SendResult.GIVE_TO_PERSON, reason="refused:answer_empty")
    return outcome


def _content(post: PublicPost) -> str:
    """One paragraph a line; whatever looks like markup is text."""
    return "".join(f"<p>{escape(line)}</p>" for line in post.text.splitlines() if line.strip())


def _url(account: ChannelAccount, method: str, access_token: str) -> str:
    return f"{account.api_base}/cgi-bin/{method}?{urlencode({'access_token': access_token})}"
