"""Replies to citizens, sent through the platform they wrote on: the last stage of the road.

A reply is sent under a claim, once (`road/sending.py`). What the platform would refuse for certain
(its window is shut, the text too long) is a person's task at once, without a call.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from jiesu.cases.commands import RecordReplyFailed, RecordReplySent
from jiesu.cases.effects import ReplyEffect
from jiesu.cases.reply_window import window_of
from jiesu.channels import douyin_public, weibo_public
from jiesu.channels.outgoing import (
    ANSWER_BY_HAND,
    COMMENT_GONE,
    NoReplyWayError,
    OutgoingCall,
    OutgoingReply,
    SendOutcome,
)
from jiesu.channels.registry import Channel, channel_of
from jiesu.model.case import Reply
from jiesu.model.delivery import ReplyDescription
from jiesu.model.errors import PermanentError
from jiesu.model.message import ChannelAccount
from jiesu.model.people import Actor
from jiesu.model.words import ActorKind, Platform, ReplyManner
from jiesu.road.accounts import AccountBook
from jiesu.road.sending import OnceSender, Transmit, ask, say, to_person, unknown
from jiesu.road.tokens import TokenBook
from jiesu.runtime.metrics import count
from jiesu.runtime.secrets import SecretBook
from jiesu.store.cases import CaseStore
from jiesu.store.deliveries import Claim
from jiesu.store.reply_windows import ReplyWindowStore

_SYSTEM = Actor(kind=ActorKind.SYSTEM, id="send_reply")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Post:
    """All that sending one reply needs."""

    id: str
    at: datetime
    channel: Channel
    account: ChannelAccount
    secrets: Mapping[str, str]
    reply: Reply
    refusal: str | None
    """Why the platform would not take it, as far as is known without asking: a reason code."""


def read_reply_due(body: str) -> ReplyEffect:
    """The effect in a queue message. Raises `PermanentError` where it is none that this version knows."""
    try:
        content = json.loads(body)
        if content["type"] != "ReplyDue" or content["version"] != 1:
            raise PermanentError("effect_unknown")
        effect = content["effect"]
        return ReplyEffect(id=effect["id"], case_id=effect["case_id"], reply_id=effect["reply_id"])
    except (ValueError, KeyError, TypeError) as error:
        raise PermanentError("effect_malformed") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplySender:
    """Sends replies."""

    cases: CaseStore
    once: OnceSender
    windows: ReplyWindowStore
    tokens: TokenBook
    accounts: AccountBook
    secrets: SecretBook
    transmit: Transmit

    def send(self, effect: ReplyEffect, now: datetime) -> None:
        """Send one reply and note on the case what became of it.

        Raises `SendingDelayedError` where the queue shall bring it again, and `PermanentError`
        where there is no such reply.
        """
        case = self.cases.load(effect.case_id)
        reply = case.reply(effect.reply_id) if case is not None else None
        if reply is None:
            raise PermanentError("reply_missing", case_id=effect.case_id)
        if reply.state != "requested":
            return
        # All that the office itself must answer for is read before the claim: a failure there
        # leaves no doubt whether something was sent.
        post = self._post(effect, reply, now)
        ended = self.once.send(
            case_id=effect.case_id,
            delivery_id=effect.id,
            description=ReplyDescription(platform=reply.to.platform),
            attempt=partial(self._attempt, reply, post, now),
            now=now,
        )
        if ended.is_sent:
            if not ended.again:
                count("ReplySent")
            self._note_sent(effect, reply, ended.outcome.provider_ref, now)
        else:
            if not ended.again:
                count("ReplyFailed")
            self._note_failed(effect, ended.outcome.reason, now)

    def _post(self, effect: ReplyEffect, reply: Reply, now: datetime) -> _Post | None:
        """None where the account is no longer one of the office's."""
        account = self.accounts.speaking(reply.to.conversation.account_id, now)
        if account is None:
            return None
        channel = channel_of(account.platform)
        return _Post(
            id=effect.id,
            at=now,
            channel=channel,
            account=account,
            secrets=self.secrets.fields(account.secret_name),
            reply=reply,
            refusal=(
                weibo_public.text_refusal(reply.text)
                if reply.manner is ReplyManner.COMMENT
                else channel.text_refusal(reply.text) or self._window_refusal(reply, now)
            ),
        )

    def _window_refusal(self, reply: Reply, now: datetime) -> str | None:
        """Why it is too late or too much for an answer; None also where nothing is known, and the platform decides."""
        ledger = self.windows.ledger(reply.to.conversation)
        window = None if ledger is None else window_of(ledger, now)
        return None if window is None else window.refusal(now)

    def _attempt(self, reply: Reply, post: _Post | None, now: datetime, claim: Claim) -> SendOutcome:
        """What is known without asking, or else what the platform says."""
        if reply.to.is_answered_by_hand:
            return to_person(ANSWER_BY_HAND)
        if claim.uncertain and not (post is not None and post.channel.REPEATABLE):
            return unknown()
        if post is None:
            return to_person("account_missing")
        if post.refusal is not None:
            return to_person(post.refusal)
        try:
            return self.tokens.asking(post.channel, post.account, partial(self._say, post), now)
        except NoReplyWayError as error:
            return to_person(error.code)

    def _say(self, post: _Post, token: str) -> SendOutcome:
        if post.reply.manner is ReplyManner.COMMENT:
            call = self._comment_call(post, token)
        else:
            to = post.reply.to
            call = post.channel.reply_call(
                post.account,
                token,
                OutgoingReply(
                    id=post.id, citizen_id=to.conversation.citizen_id, text=post.reply.text, at=post.at, handle=to.post_id
                ),
            )
        if isinstance(call, SendOutcome):
            return call
        carry = ask if post.channel.REPEATABLE else say
        return carry(self.transmit, call, post.channel.read_answer)

    def _comment_call(self, post: _Post, token: str) -> OutgoingCall | SendOutcome:
        """The public answer under a post; under a comment on Weibo, its post is asked for first."""
        to = post.reply.to
        if not to.allows_comment or to.post_id is None:
            return to_person(COMMENT_GONE)
        if to.platform is Platform.DOUYIN:
            return douyin_public.comment_call(post.account, token, handle=to.post_id, text=post.reply.text)
        post_id: str | SendOutcome = to.post_id
        if to.post_is_comment:
            post_id = ask(self.transmit, weibo_public.post_call(post.account, token, to.post_id), weibo_public.read_post)
        if isinstance(post_id, SendOutcome):
            return post_id
        return weibo_public.comment_call(
            post.account,
            post.secrets,
            token,
            post_id=post_id,
            comment_id=to.post_id if to.post_is_comment else None,
            text=post.reply.text,
        )

    def _note_sent(self, effect: ReplyEffect, reply: Reply, provider_ref: str, now: datetime) -> None:
        """The window first: once the case knows, nobody comes back to count."""
        if reply.manner is ReplyManner.PRIVATE:
            self.windows.count(reply.to.conversation, reply_id=reply.id, at=now)
        command = RecordReplySent(reply_id=effect.reply_id, platform_ref=provider_ref)
        self.cases.execute(effect.case_id, command, actor=_SYSTEM, now=now)

    def _note_failed(self, effect: ReplyEffect, reason: str, now: datetime) -> None:
        command = RecordReplyFailed(reply_id=effect.reply_id, reason=reason)
        self.cases.execute(effect.case_id, command, actor=_SYSTEM, now=now)
