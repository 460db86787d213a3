"""Pictures, voice and video of a case's messages: fetched from their platform, checked, and kept as evidence.

    token ──▶ ask ──┬─ file ──▶ size, type ──┬─ as promised ──▶ kept under its hash with its copies, entry EvidenceStored
      ▲             │                        └─ otherwise ────▶ entry EvidenceMissing
      └── token old ┤
                    ├─ gone ──────────────────────────────────▶ entry EvidenceMissing
                    └─ anything else ──▶ the queue brings it again every hour, while the platform keeps the file

Asking twice harms nobody and a file is named by its hash, so nothing here is claimed beforehand.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from jiesu.cases.effects import MediaEffect
from jiesu.channels.media import MediaChannel, fits, media_channel_of, sniff
from jiesu.channels.outgoing import (
    MEDIA_GONE,
    PLATFORM_UNREACHABLE,
    MediaFile,
    OutgoingCall,
    PlatformAnswer,
    SendOutcome,
    SendResult,
)
from jiesu.channels.transmission import AnswerTooLargeError, MaybeSentError, NotSentError
from jiesu.model.errors import CommandRefusedError, NoCopyError, PermanentError, RetryableError
from jiesu.model.evidence import Evidence
from jiesu.model.message import ChannelAccount, Media, Message
from jiesu.model.people import Actor
from jiesu.model.words import ActorKind, ContentType
from jiesu.road.accounts import AccountBook
from jiesu.road.late_ties import TieWatch, ties_of
from jiesu.road.pictures import COPY_MEDIA_TYPE, develop
from jiesu.road.recordings import silent_copy
from jiesu.road.tokens import TokenBook
from jiesu.runtime.metrics import count
from jiesu.store.cases import CaseStore
from jiesu.store.evidence import EvidenceStore, EvidenceVault, Shelf
from jiesu.store.matters import MatterIndex
from jiesu.store.messages import ref_of

PLATFORM_KEEPS = timedelta(days=3)
"""How long WeChat is commonly said to keep temporary files; no page of its own that says so was read. Weibo names no term."""

RETRY_EVERY = timedelta(hours=1)
"""What the queue hides a message for. Weibo allows an account a hundred calls a day: it must not be asked every minute."""

_FINAL = frozenset({MEDIA_GONE, "account_missing", "media_too_large", "media_type_wrong", "media_unsupported"})
"""Reasons that no other try would remove. All others (a token, a quota, a gateway) somebody may mend while the file is kept."""

_SYSTEM = Actor(kind=ActorKind.SYSTEM, id="fetch_media")


class MediaDelayedError(RetryableError):
    """The file could not be had just now; the queue will bring it again."""


class _NotFetchedError(Exception):
    """No file; `reason` is a code."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceFetcher:
    """Fetches files. `fetch` carries one call to a platform and refuses answers that are too large."""

    cases: CaseStore
    evidence: EvidenceStore
    vault: EvidenceVault
    accounts: AccountBook
    tokens: TokenBook
    index: MatterIndex
    fetch: Callable[[OutgoingCall], PlatformAnswer]

    @property
    def ties(self) -> TieWatch:
        """What finds the other cases that have the same."""
        return TieWatch(cases=self.cases, index=self.index)

    def collect(self, effect: MediaEffect, now: datetime) -> None:
        """Keep one file, or note that it cannot be had.

        Raises `MediaDelayedError` where the queue shall bring it again, and `PermanentError`
        where there is no such file or case.
        """
        located = self.evidence.located(effect.message, effect.case_id)
        if located is None or effect.number >= len(located[0].media):
            raise PermanentError("media_unknown", case_id=effect.case_id)
        message, case_id = located
        self.keep(case_id, message, effect.number, message.media[effect.number], now)

    def keep(self, case_id: str, message: Message, number: int, media: Media, now: datetime) -> None:
        """Keep file `number` of a message, which `media` stands for, as `collect` does."""
        ref = ref_of(message)
        if self.evidence.find(case_id, ref, number) is not None:
            return
        found = Evidence(
            message_id=message.id,
            number=number,
            content_type=media.content_type,
            state="missing",
            source=f"{message.account_id}/{media.media_id or media.url}",
            fetched_at=now,
        )
        try:
            found = self._kept(found, self._content(message.account_id, media, now))
        except _NotFetchedError as error:
            if error.reason not in _FINAL and now + RETRY_EVERY < message.sent_at + PLATFORM_KEEPS:
                count("EvidenceDelayed")
                raise MediaDelayedError(f"file {number} of {message.id}: {error.reason}") from None
            found = replace(found, reason=error.reason)
        # Before it is recorded: whoever dies in between fetches it again.
        self.ties.note(case_id, ref, ties_of(found), now)
        try:
            recorded = self.evidence.record(self.cases, case_id, ref, found, actor=_SYSTEM, now=now)
        except CommandRefusedError as error:
            raise PermanentError(error.code, case_id=case_id) from error
        if recorded:
            count("EvidenceStored" if found.state == "stored" else "EvidenceMissing")

    def _kept(self, found: Evidence, content: bytes) -> Evidence:
        """`found` with the file and its copies in the vault. Raises `_NotFetchedError` where it is not what the message promised.

        The original is kept before anybody looks into it: whatever is wrong with it, it is evidence.
        """
        media_type = sniff(content)
        if media_type is None or not fits(media_type, found.content_type):
            raise _NotFetchedError("media_type_wrong")
        original = self.vault.keep(content, media_type)
        found = replace(
            found, state="stored", sha256=original.sha256, size_bytes=original.size_bytes, media_type=original.media_type
        )
        try:
            if found.content_type is not ContentType.IMAGE:
                return replace(found, copy=self.vault.keep(silent_copy(content, media_type), media_type, Shelf.COPIES))
            made = develop(content)
        except NoCopyError as error:
            return replace(found, withheld=error.code)
        return replace(
            found,
            metadata=made.metadata,
            perceptual_hash="" if made.perceptual_hash is None else f"{made.perceptual_hash:016x}",
            copy=self.vault.keep(made.copy, COPY_MEDIA_TYPE, Shelf.COPIES),
            thumbnail=self.vault.keep(made.thumbnail, COPY_MEDIA_TYPE, Shelf.THUMBNAILS),
        )

    def _content(self, account_id: str, media: Media, now: datetime) -> bytes:
        account = self.accounts.speaking(account_id, now)
        if account is None:
            raise _NotFetchedError("account_missing")
        channel = media_channel_of(account.platform)
        if channel is None:
            raise _NotFetchedError("media_unsupported")
        answer = self.tokens.asking(channel, account, partial(self._answer, channel, account, media), now)
        if isinstance(answer, SendOutcome):
            raise _NotFetchedError(answer.reason)
        return answer.content

    def _answer(self, channel: MediaChannel, account: ChannelAccount, media: Media, token: str) -> MediaFile | SendOutcome:
        read = channel.read_media(account, self._called(channel.media_call(account, token, media)), access_token=token)
        if isinstance(read, OutgoingCall):  # the file lies elsewhere; whoever points further still is not followed
            read = channel.read_media(account, self._called(read), access_token=token)
        return SendOutcome(result=SendResult.GIVE_TO_PERSON, reason="refused:moved") if isinstance(read, OutgoingCall) else read

    def _called(self, call: OutgoingCall) -> PlatformAnswer:
        try:
            return self.fetch(call)
        except (NotSentError, MaybeSentError):
            raise _NotFetchedError(PLATFORM_UNREACHABLE) from None
        except AnswerTooLargeError:
            raise _NotFetchedError("media_too_large") from None
