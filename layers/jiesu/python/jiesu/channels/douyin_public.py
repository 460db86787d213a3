"""Public answers on Douyin: to a comment under a film of the office's. Needs the scope `item.comment`.

The page of the call itself was not in any copy that could be read; path and fields are as the
platform's own list of calls and several projects have them.
https://developer.open-douyin.com/docs/resource/zh-CN/dop/develop/openapi/interaction-management/comment-management-user/comment-reply-list
"""

import json
from urllib.parse import urlencode

from jiesu.channels.outgoing import COMMENT_GONE, NoReplyWayError, OutgoingCall
from jiesu.model.message import ChannelAccount

_BETWEEN = "#"
"""Stands in no base 64. A handle of a private message has a blank there instead, so neither passes for the other."""


def comment_handle(item_id: str, comment_id: str) -> str | None:
    """What an answer must name, in one text; None where the push did not say both."""
    return f"{item_id}{_BETWEEN}{comment_id}" if item_id and comment_id else None


def comment_call(account: ChannelAccount, access_token: str, *, handle: str, text: str) -> OutgoingCall:
    """An answer to one comment; `handle` is what `comment_handle` made of it. Raises `NoReplyWayError` where it names none."""
    item_id, between, comment_id = handle.partition(_BETWEEN)
    if not between:
        raise NoReplyWayError(COMMENT_GONE)
    fields = {"item_id": item_id, "comment_id": comment_id, "content": text}
    return OutgoingCall(
        method="POST",
        url=f"{account.api_base}/item/comment/reply/?{urlencode({'open_id': account.external_id})}",
        headers={"Content-Type": "application/json; charset=utf-8", "access-token": access_token},
        body=json.dumps(fields, ensure_ascii=False).encode(),
    )
