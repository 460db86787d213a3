"""Replies to citizens, sent through the platform they wrote on: the last stage of the road.

No platform offers an idempotency key, so "once" is kept here: a reply is claimed before it is
sent, and whenever nobody can say whether it went out (no answer in time, a gateway's error, a
function that died in between) it is not sent again. It becomes a task on the case, and a person
looks at the platform first. What the platform would refuse for certain (its window is shut, the text
too long) is a task at once, without a call.

    claim ──▶ token ──▶ send ──┬─ sent ───────────────▶ delivery sent,   entry ReplySent
                ▲              ├─ busy, unreachable ──▶ claim released, queue retries, at most MAX_ATTEMPTS times
                └── token old ─┤
                               └─ refused, unknown ───▶ delivery failed, entry ReplyFailed with its task
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from jiesu.cases.commands import RecordReplyFailed, RecordReplySent
from jiesu.cases.effects import ReplyEffect
from jiesu.cases.reply_window import window_of
from jiesu.channels import douyin_public, weibo_public
from jiesu.channels.outgoing import (
    ANSWER_BY_HAND,
    COMMENT_GONE,
    OUTCOME_UNKNOWN,
    PLATFORM_UNREACHABLE,
    NoReplyWayError,
    OutgoingCall,
    PlatformAnswer,
    SendOutcome,
    SendResult,
)
from jiesu.channels.registry import Channel, channel_of
from jiesu.channels.transmission import MaybeSentError, NotSentError
from jiesu.model.case import Reply
from jiesu.model.delivery import ReplyDescription
from jiesu.model.errors import PermanentError, RetryableError
from jiesu.model.message import ChannelAccount
from jiesu.model.people import Actor
from jiesu.model.words import ActorKind, DeliveryState, Platform, ReplyManner
from jiesu.road.accounts import AccountBook
from jiesu.road.tokens import TokenBook
from jiesu.runtime.metrics import count
from jiesu.runtime.secrets import SecretBook
from jiesu.store.cases import CaseStore
from jiesu.store.deliveries import DeliveryStore
from jiesu.store.reply_windows import ReplyWindowStore

LEASE = timedelta(minutes=2)
"""Longer than the function may run, shorter than the queue keeps a message hidden."""

MAX_ATTEMPTS = 5
"""After so many refusals "for the moment" a person is told. Fewer than the queue's own tries, or nobody would be."""

_SYSTEM = Actor(kind=ActorKind.SYSTEM, id="send_reply")


class ReplyDelayedError(RetryableError):
    """The platform did not take the reply just now, or another worker is at it; the queue will bring it again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Post:
    """All that sending one reply needs."""

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
    """Sends replies. `transmit` carries one call to a platform, as `channels.transmission.transmit` does."""

    cases: CaseStore
    deliveries: DeliveryStore
    windows: ReplyWindowStore
    tokens: TokenBook
    accounts: AccountBook
    secrets: SecretBook
    transmit: Callable[[OutgoingCall], PlatformAnswer]

    def send(self, effect: ReplyEffect, now: datetime) -> None:
        """Send one reply and note on the case what became of it.

        Raises `ReplyDelayedError` where the queue shall bring it again, and `PermanentError`
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
        post = self._post(reply, now)
        claim = self.deliveries.claim(
            case_id=effect.case_id,
            delivery_id=effect.id,
            description=ReplyDescription(platform=reply.to.platform),
            now=now,
            lease=LEASE,
        )
        match claim.state:
            case "busy":
                raise ReplyDelayedError(f"reply {effect.id} is being sent by another worker")
            case "done":
                self._note_again(effect, reply, now)
            case "claimed" if reply.to.platform.is_by_hand:
                self._settle(effect, reply, _to_person(ANSWER_BY_HAND), claim.attempts, now)
            case "claimed":
                outcome = _unknown() if claim.uncertain else self._outcome(post, now)
                self._settle(effect, reply, outcome, claim.attempts, now)

    def _post(self, reply: Reply, now: datetime) -> _Post | None:
        """None where the account is no longer one of the office's."""
        account = self.accounts.named(reply.to.conversation.account_id, now)
        if account is None:
            return None
        channel = channel_of(account.platform)
        return _Post(
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

    def _outcome(self, post: _Post | None, now: datetime) -> SendOutcome:
        """What is known without asking, or else what the platform says."""
        if post is None:
            return _to_person("account_missing")
        if post.refusal is not None:
            return _to_person(post.refusal)
        try:
            return self.tokens.asking(post.channel, post.account, partial(self._attempt, post), now)
        except NoReplyWayError as error:
            return _to_person(error.code)

    def _attempt(self, post: _Post, token: str) -> SendOutcome:
        if post.reply.manner is ReplyManner.COMMENT:
            call = self._comment_call(post, token)
        else:
            to = post.reply.to
            call = post.channel.reply_call(post.account, token, to.conversation.citizen_id, post.reply.text, handle=to.post_id)
        if isinstance(call, SendOutcome):
            return call
        try:
            return post.channel.read_answer(self.transmit(call))
        except NotSentError:
            return SendOutcome(result=SendResult.RETRY, reason=PLATFORM_UNREACHABLE)
        except MaybeSentError:
            return _unknown()

    def _comment_call(self, post: _Post, token: str) -> OutgoingCall | SendOutcome:
        """The public answer under a post; under a comment on Weibo, its post is asked for first."""
        to = post.reply.to
        if not to.allows_comment or to.post_id is None:
            return _to_person(COMMENT_GONE)
        if to.platform is Platform.DOUYIN:
            return douyin_public.comment_call(post.account, token, handle=to.post_id, text=post.reply.text)
        post_id: str | SendOutcome = to.post_id
        if to.post_is_comment:
            try:
                post_id = weibo_public.read_post(self.transmit(weibo_public.post_call(post.account, token, to.post_id)))
            except (NotSentError, MaybeSentError):  # nothing was said to anybody yet
                return SendOutcome(result=SendResult.RETRY, reason=PLATFORM_UNREACHABLE)
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

    def _settle(self, effect: ReplyEffect, reply: Reply, outcome: SendOutcome, attempts: int, now: datetime) -> None:
        """Bring delivery and case to where `outcome` leaves them: the delivery first, for it says what is known."""
        ids = {"case_id": effect.case_id, "delivery_id": effect.id}
        if outcome.result is SendResult.RETRY and attempts < MAX_ATTEMPTS:
            self.deliveries.release(**ids, reason=outcome.reason, now=now)
            count("ReplyDelayed", reason=outcome.reason)
            raise ReplyDelayedError(f"reply {effect.id}: {outcome.reason}")
        if outcome.result is SendResult.SENT:
            self.deliveries.sent(**ids, provider_ref=outcome.provider_ref, now=now)
            count("ReplySent")
            self._note_sent(effect, reply, outcome.provider_ref, now)
        else:
            self.deliveries.failed(**ids, reason=outcome.reason, now=now)
            count("ReplyFailed")
            self._note_failed(effect, outcome.reason, now)

    def _note_again(self, effect: ReplyEffect, reply: Reply, now: datetime) -> None:
        """The delivery came to its end but its worker died before the case knew."""
        delivery = next(one for one in self.deliveries.of_case(effect.case_id) if one.id == effect.id)
        if delivery.state is DeliveryState.SENT:
            self._note_sent(effect, reply, delivery.provider_ref or "", now)
        else:
            self._note_failed(effect, delivery.reason or OUTCOME_UNKNOWN, now)

    def _note_sent(self, effect: ReplyEffect, reply: Reply, provider_ref: str, now: datetime) -> None:
        """The window first: once the case knows, nobody comes back to count."""
        if reply.manner is ReplyManner.PRIVATE:
            self.windows.count(reply.to.conversation, reply_id=reply.id, at=now)
        command = RecordReplySent(reply_id=effect.reply_id, platform_ref=provider_ref)
        self.cases.execute(effect.case_id, command, actor=_SYSTEM, now=now)

    def _note_failed(self, effect: ReplyEffect, reason: str, now: datetime) -> None:
        command = RecordReplyFailed(reply_id=effect.reply_id, reason=reason)
        self.cases.execute(effect.case_id, command, actor=_SYSTEM, now=now)


def _to_person(reason: str) -> SendOutcome:
    return SendOutcome(result=SendResult.GIVE_TO_PERSON, reason=reason)


def _unknown() -> SendOutcome:
    return _to_person(OUTCOME_UNKNOWN)
