"""Public posts, sent to the platforms once and asked after: the same stage of the road as replies.

    post ──▶ refused beforehand? ──▶ claim ──▶ draft ──▶ publish ──┬─ stands in public ──▶ entry PublicationPosted
                                                                   ├─ is examined ───────▶ entry PublicationSubmitted, check
                                                                   └─ refused, unknown ──▶ entry PublicationFailed with its task

    check ──▶ ask ──┬─ ended ─────────────▶ as above
                    └─ not yet ───────────▶ the queue brings it again; after MAX_CHECKS times a task

A draft shows nothing to anybody, and asking changes nothing: only the step between them is never repeated.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from jiesu.cases.effects import PublicationEffect
from jiesu.cases.publishing import (
    PublishingCommand,
    RecordPublicationFailed,
    RecordPublicationPosted,
    RecordPublicationSubmitted,
    RecordPublicationUnconfirmed,
)
from jiesu.channels.outgoing import SendOutcome, SendResult
from jiesu.channels.public_post import JobAnswer, PublicPost
from jiesu.channels.publishing import JobStep, PublishingChannel, publishing_channel_of
from jiesu.channels.registry import channel_of
from jiesu.model.delivery import PublicationDescription
from jiesu.model.errors import PermanentError
from jiesu.model.message import ChannelAccount
from jiesu.model.people import Actor
from jiesu.model.publication import Posting, PostingState, Publication
from jiesu.model.words import ActorKind
from jiesu.road.accounts import AccountBook
from jiesu.road.publication_jobs import note_job_end
from jiesu.road.sending import LIMIT_WAIT, OnceSender, SendingDelayedError, Transmit, ask, say, to_person, unknown
from jiesu.road.tokens import TokenBook
from jiesu.runtime.metrics import count
from jiesu.runtime.secrets import SecretBook
from jiesu.store.cases import CaseStore, PublicationJob
from jiesu.store.deliveries import Claim

MAX_CHECKS = 5
"""How often a platform is asked what became of a post before a person is; the queue waits six minutes in between."""

_SYSTEM = Actor(kind=ActorKind.SYSTEM, id="send_reply")


def is_publication_due(body: str) -> bool:
    """Whether a queue message is about a publication."""
    try:
        content = json.loads(body)
    except ValueError:
        return False
    return isinstance(content, dict) and content.get("type") == "PublicationDue"


def read_publication_due(body: str) -> PublicationEffect:
    """The effect in a queue message. Raises `PermanentError` where it is none that this version knows."""
    try:
        content = json.loads(body)
        if content["type"] != "PublicationDue" or content["version"] != 1 or content["effect"]["step"] not in ("post", "check"):
            raise PermanentError("effect_unknown")
        return PublicationEffect(
            **{name: content["effect"][name] for name in ("id", "case_id", "publication_id", "account_id", "step")}
        )
    except (ValueError, KeyError, TypeError) as error:
        raise PermanentError("effect_malformed") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class _Post:
    """All that posting one publication on one account needs."""

    channel: PublishingChannel
    account: ChannelAccount
    content: PublicPost


@dataclass(frozen=True, slots=True, kw_only=True)
class Publisher:
    """Posts publications and asks what became of them."""

    cases: CaseStore
    once: OnceSender
    tokens: TokenBook
    accounts: AccountBook
    secrets: SecretBook
    transmit: Transmit

    def carry_out(self, effect: PublicationEffect, now: datetime, *, attempt: int = 1) -> None:
        """One step for one account; `attempt` counts how often the queue has brought it.

        Raises `SendingDelayedError` where the queue shall bring it again, and
        `PermanentError` where there is no such publication.
        """
        case = self.cases.load(effect.case_id)
        publication = case.publication(effect.publication_id) if case is not None else None
        posting = publication.posting(effect.account_id) if publication is not None else None
        if publication is None or posting is None:
            raise PermanentError("publication_missing", case_id=effect.case_id)
        match effect.step, posting.state:
            case "post", PostingState.SENDING:
                self._post(effect, publication, posting, now)
            case "check", PostingState.SUBMITTED:
                self._check(effect, posting, attempt, now)

    # --- Posting ------------------------------------------------------------------------------

    def _post(self, effect: PublicationEffect, publication: Publication, posting: Posting, now: datetime) -> None:
        # All that the office itself must answer for is read before the claim: a failure there
        # leaves no doubt whether something was posted.
        post = self._ready(publication, posting, now)
        ended = self.once.send(
            case_id=effect.case_id,
            delivery_id=effect.id,
            description=PublicationDescription(platform=posting.platform, account_name=posting.account_name),
            attempt=partial(self._attempt, post, now),
            now=now,
        )
        if ended.is_sent:
            if not ended.again:
                count("PublicationSent")
            self._note(effect, self._taken(effect, posting, ended.outcome.provider_ref, now), now)
        else:
            if not ended.again:
                count("PublicationFailed")
            self._note(effect, _failed(effect, ended.outcome), now)

    def _ready(self, publication: Publication, posting: Posting, now: datetime) -> _Post | SendOutcome:
        account, channel = self.accounts.speaking(posting.account_id, now), publishing_channel_of(posting.platform)
        if account is None:
            return to_person("account_missing")
        if channel is None:
            return to_person("publishing_by_hand")
        content = PublicPost(title=publication.title, text=publication.text, link=publication.link)
        refusals = channel.preview(account, content).refusals
        return to_person(refusals[0]) if refusals else _Post(channel=channel, account=account, content=content)

    def _attempt(self, post: _Post | SendOutcome, now: datetime, claim: Claim) -> SendOutcome:
        if claim.uncertain:
            return unknown()
        if isinstance(post, SendOutcome):
            return post
        return self.tokens.asking(channel_of(post.account.platform), post.account, partial(self._publish, post), now)

    def _publish(self, post: _Post, token: str) -> SendOutcome:
        draft: str | SendOutcome | None = None
        if post.channel.draft is not None:
            draft = ask(self.transmit, post.channel.draft.call(post.account, token, post.content), post.channel.draft.read)
        if isinstance(draft, SendOutcome):
            return draft
        secrets = self.secrets.fields(post.account.secret_name)
        call = post.channel.post_call(post.account, secrets, token, post.content, draft)
        return say(self.transmit, call, post.channel.read_post)

    def _taken(self, effect: PublicationEffect, posting: Posting, ref: str, now: datetime) -> PublishingCommand:
        """What the case is to know of a post that the platform took under the number `ref`."""
        channel, account = publishing_channel_of(posting.platform), self.accounts.named(posting.account_id, now)
        if channel is not None and channel.job is not None:
            return RecordPublicationSubmitted(publication_id=effect.publication_id, account_id=effect.account_id, job=ref)
        link = channel.link(account, ref) if channel is not None and channel.link is not None and account is not None else ""
        return RecordPublicationPosted(
            publication_id=effect.publication_id, account_id=effect.account_id, platform_ref=ref, link=link
        )

    # --- Asking what became of it ---------------------------------------------------------------

    def _check(self, effect: PublicationEffect, posting: Posting, attempt: int, now: datetime) -> None:
        answer = self._asked(posting, now)
        if not isinstance(answer, SendOutcome):
            job = PublicationJob(case_id=effect.case_id, publication_id=effect.publication_id, account_id=effect.account_id)
            note_job_end(self.cases, job, answer, now)
        elif answer.result in (SendResult.RETRY, SendResult.WAIT) and attempt < MAX_CHECKS:
            wait = LIMIT_WAIT if answer.result is SendResult.WAIT else None
            raise SendingDelayedError(f"publication {effect.id}: {answer.reason}", wait=wait)
        else:
            count("PublicationUnconfirmed")
            command = RecordPublicationUnconfirmed(
                publication_id=effect.publication_id, account_id=effect.account_id, reason=answer.reason
            )
            self._note(effect, command, now)

    def _asked(self, posting: Posting, now: datetime) -> JobAnswer:
        account, channel = self.accounts.speaking(posting.account_id, now), publishing_channel_of(posting.platform)
        if account is None or channel is None or channel.job is None:
            return to_person("account_missing")
        return self.tokens.asking(
            channel_of(account.platform), account, partial(self._ask, channel.job, account, posting.platform_ref), now
        )

    def _ask(self, step: JobStep, account: ChannelAccount, job: str, token: str) -> JobAnswer:
        return ask(self.transmit, step.call(account, token, job), step.read)

    def _note(self, effect: PublicationEffect, command: PublishingCommand, now: datetime) -> None:
        self.cases.execute(effect.case_id, command, actor=_SYSTEM, now=now)


def _failed(effect: PublicationEffect, outcome: SendOutcome) -> RecordPublicationFailed:
    return RecordPublicationFailed(publication_id=effect.publication_id, account_id=effect.account_id, reason=outcome.reason)
