"""Public answers on Weibo: a comment under the post or the comment in which a citizen addressed the office.

http://open.weibo.com/wiki/2/comments/create, http://open.weibo.com/wiki/2/comments/reply and
http://open.weibo.com/wiki/2/comments/show_batch. No window limits them; everybody reads them.
"""

import json
from collections.abc import Mapping
from urllib.parse import quote, urlencode

from jiesu.channels.delivery import secret_field
from jiesu.channels.outgoing import (
    COMMENT_GONE,
    TEXT_TOO_LONG,
    OutgoingCall,
    PlatformAnswer,
    SendOutcome,
    SendResult,
)
from jiesu.channels.weibo import read_answer
from jiesu.model.message import ChannelAccount

MAX_COMMENT_CHARACTERS = 140


def text_refusal(text: str) -> str | None:
    """Why Weibo would not take `text` as a comment: a reason code, or None."""
    return TEXT_TOO_LONG if len(text) > MAX_COMMENT_CHARACTERS else None


def post_call(account: ChannelAccount, access_token: str, comment_id: str) -> OutgoingCall:
    """Ask which post a comment stands under: the push that mentions us in a comment does not say."""
    query = urlencode({"access_token": access_token, "cids": comment_id})
    return OutgoingCall(method="GET", url=f"{open_api_base(account)}/2/comments/show_batch.json?{query}", headers={}, body=b"")


def read_post(answer: PlatformAnswer) -> str | SendOutcome:
    """The post's id in an answer to `post_call`, or what its refusal means. Nothing was said to anybody yet."""
    match _json(answer.body):
        case [{"status": {"id": int() | str() as post_id}}, *_]:
            return str(post_id)
        case []:
            return SendOutcome(result=SendResult.GIVE_TO_PERSON, reason=COMMENT_GONE)
        case {"error_code": _}:
            return read_answer(answer)
        case _:
            return SendOutcome(result=SendResult.RETRY, reason="platform_busy")


def comment_call(
    account: ChannelAccount,
    secrets: Mapping[str, str],
    access_token: str,
    *,
    post_id: str,
    comment_id: str | None,
    text: str,
) -> OutgoingCall:
    """A comment under a post, or an answer to a comment under it.

    Weibo wants the operator's address (`rip`): the office's own, which the account's secret
    holds. Raises `AccountMisconfiguredError` where it does not.
    """
    fields = {"id": post_id, "comment": text, "rip": secret_field(secrets, "operator_ip", account.id)}
    if comment_id is not None:
        fields["cid"] = comment_id
    act = "create" if comment_id is None else "reply"
    return OutgoingCall(
        method="POST",
        url=f"{open_api_base(account)}/2/comments/{act}.json?{urlencode({'access_token': access_token})}",
        headers={"Content-Type": "application/x-www-form-urlencoded"},
        body=urlencode(fields, quote_via=quote).encode("ascii"),
    )


def open_api_base(account: ChannelAccount) -> str:
    """Weibo's fan service and its open interface have hosts of their own."""
    return account.api_base.replace("://m.api.weibo.", "://api.weibo.", 1)


def _json(body: bytes) -> object:
    """Anything JSON, for `show_batch` answers a bare list; None where it is none."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None
