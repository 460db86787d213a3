"""Public posts on Weibo, by the one interface that is open to every application.

`statuses/share` takes 140 Chinese characters, among them at least one link, which must lead to a
domain that is registered with the application (安全域名), and no #topic#. Posts without a link, with
a topic, or longer ones need interfaces that Weibo opens by contract only.
https://open.weibo.com/wiki/2/statuses/share
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import quote, urlencode

from jiesu.channels.delivery import secret_field
from jiesu.channels.outgoing import (
    OUTCOME_UNKNOWN,
    TEXT_TOO_LONG,
    OutgoingCall,
    PlatformAnswer,
    SendOutcome,
    SendResult,
    json_object,
)
from jiesu.channels.public_post import Preview, PublicPost, Room, is_below, links_in
from jiesu.channels.weibo import read_answer
from jiesu.channels.weibo_public import open_api_base
from jiesu.model.message import ChannelAccount

MAX_POST_CHARACTERS = 140
"""汉字, of which a letter, digit or sign of ASCII is half a one."""

_TOPIC = re.compile(r"[#＃][^#＃]+[#＃]")


def preview(account: ChannelAccount, post: PublicPost) -> Preview:
    """The post as Weibo would show it: title, text and link in one."""
    status = _status(post)
    room = Room(part="正文", used=_width(status), limit=MAX_POST_CHARACTERS)
    links = links_in(status)
    refusals = []
    if room.is_full:
        refusals.append(TEXT_TOO_LONG)
    if not account.link_domains:
        refusals.append("link_domains_missing")
    elif not links:
        refusals.append("link_missing")
    elif not all(is_below(link, account.link_domains) for link in links):
        refusals.append("link_foreign")
    if _TOPIC.search(status):
        refusals.append("topic_forbidden")
    return Preview(title="", text=status, link="", rooms=(room,), refusals=tuple(refusals))


def post_call(
    account: ChannelAccount,
    secrets: Mapping[str, str],
    access_token: str,
    post: PublicPost,
    draft: str | None = None,  # noqa: ARG001 - nothing comes before the post itself
) -> OutgoingCall:
    """Publish. Weibo wants the operator's address (`rip`): the office's own. Raises `AccountMisconfiguredError` without one."""
    fields = {"status": _status(post), "rip": secret_field(secrets, "operator_ip", account.id)}
    return OutgoingCall(
        method="POST",
        url=f"{open_api_base(account)}/2/statuses/share.json?{urlencode({'access_token': access_token})}",
        headers={"Content-Type": "application/x-www-form-urlencoded"},
        body=urlencode(fields, quote_via=quote).encode("ascii"),
    )


def read_post(answer: PlatformAnswer) -> SendOutcome:
    """The post's id, or what the refusal means."""
    outcome = read_answer(answer)
    if outcome.result is not SendResult.SENT:
        return outcome
    post_id = (json_object(answer.body) or {}).get("idstr")
    if not isinstance(post_id, str) or not post_id.isdecimal():
        return SendOutcome(result=SendResult.GIVE_TO_PERSON, reason=OUTCOME_UNKNOWN)
    return replace(outcome, provider_ref=post_id)


def post_link(account: ChannelAccount, post_id: str) -> str:
    """Where everybody reads the post: Weibo leads on from there. http://open.weibo.com/wiki/2/statuses/go"""
    return f"{open_api_base(account)}/2/statuses/go?{urlencode({'uid': account.external_id, 'id': post_id})}"


def _status(post: PublicPost) -> str:
    title = f"【{post.title}】" if post.title else ""
    link = "" if post.link in post.text else f" {post.link}"
    return f"{title}{post.text}{link}"


def _width(text: str) -> int:
    """Chinese characters, halves rounded up."""
    return (sum(1 if character.isascii() else 2 for character in text) + 1) // 2
