"""From the inbox to a message that rests, or to a case: the second stage of the road.

Each message is stored by one conditional write or one transaction, so that a delivery that
comes five times, or a function that dies anywhere, leaves it stored once and its case opened once.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from jiesu.cases.emergency import NO_PLAN, EmergencyPlan
from jiesu.cases.titles import title_of
from jiesu.cases.voices import MOST_VOICES
from jiesu.channels.delivery import from_queue_body
from jiesu.channels.registry import channel_of
from jiesu.matters.likeness import Frequencies
from jiesu.matters.same import SUGGESTIONS, Decision
from jiesu.matters.trace import Trace
from jiesu.model.case import Case
from jiesu.model.errors import CommandRefusedError, ConflictError, DuplicateMessageError, PermanentError, RetryableError
from jiesu.model.match import Match
from jiesu.model.message import Message
from jiesu.model.numbers import case_id_for
from jiesu.model.words import CaseStatus, ContentType
from jiesu.office.city_book import CityBook
from jiesu.road.accounts import AccountBook
from jiesu.road.echoes import confirm_reply
from jiesu.road.matching import trace_of
from jiesu.road.model_book import ModelBook
from jiesu.road.publication_jobs import note_job_event
from jiesu.road.screening import screen
from jiesu.runtime.logging import logger
from jiesu.runtime.metrics import count
from jiesu.runtime.secrets import SecretBook
from jiesu.store import entered
from jiesu.store.cases import CaseStore
from jiesu.store.citizens import CitizenIndex
from jiesu.store.directory import Office, OfficeMissingError
from jiesu.store.matters import Known, MatterIndex, names_of
from jiesu.store.messages import MessageStore, Screened
from jiesu.store.reply_windows import ReplyWindowStore

MAX_ATTEMPTS = 8
"""How often a message is decided anew when others write the same conversation, case or bucket."""

MAX_CANDIDATES = 3
"""Cases that are looked at, one read each, until one of them is found open."""

Fate = Literal["opened", "joined", "rested", "duplicate"]
"""What became of a message."""


class OvertakenError(RetryableError):
    """The conversation or case was written by others at every attempt; the queue will bring the message again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """Where a message goes: to `case`, for the reason `matched` where that is not its citizen's own; None opens one."""

    case: Case | None = None
    matched: Match | None = None
    suggested: tuple[Match, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ingest:
    """Reads deliveries and stores their messages, thinking with the model of `models`.

    `frequencies` gives how common words are now. `office` reads the office, which only an emergency asks for.
    """

    accounts: AccountBook
    secrets: SecretBook
    cases: CaseStore
    messages: MessageStore
    windows: ReplyWindowStore
    models: ModelBook
    cities: CityBook
    matters: MatterIndex
    citizens: CitizenIndex
    frequencies: Callable[[datetime], Frequencies]
    time_zone: ZoneInfo
    retention: timedelta
    office: Callable[[], Office]

    def read(self, queue_body: str, now: datetime) -> tuple[Screened, ...]:
        """The messages of one queued delivery, triaged.

        Raises `PermanentError` where the account is gone, or the delivery cannot be opened or read.
        """
        if entered.is_entered(queue_body):
            return (self._screened(entered.from_queue_body(queue_body), queue_body.encode(), now),)
        delivery = from_queue_body(queue_body)
        account = self.accounts.named(delivery.account_id, now)
        if account is None:
            raise PermanentError("account_unknown", account_id=delivery.account_id)
        messages = channel_of(account.platform).parse(account, self.secrets.fields(account.secret_name), delivery)
        return tuple(self._screened(message, delivery.body, now) for message in messages)

    def look_up(self, screened: Iterable[Screened]) -> Known:
        """Which case each conversation last belonged to, and what lies in the buckets of what is work; one read for a batch."""
        screened = tuple(screened)
        return self.matters.look_up(
            [one.message.conversation for one in screened], [name for one in screened for name in _names(one.trace)]
        )

    def _screened(self, message: Message, raw: bytes, now: datetime) -> Screened:
        triage, place = screen(message, self.models.model(now), self.cities.city(now))
        table = self.frequencies(now)  # noise asks too: a worker looks when it starts, not when somebody waits
        trace = trace_of(message, triage, place, table) if triage.actionable and not _silent(message) else None
        return Screened(message=message, triage=triage, place=place, raw=raw, trace=trace)

    def store(self, screened: Screened, known: Known, now: datetime) -> Fate:
        """Store one message and count its fate; what is `known` may be out of date and is kept true of what is written.

        A message of a citizen whose case is open joins it whatever it says: the photograph or
        the house number that follows a report looks like noise by itself. Otherwise an
        actionable message joins the open case of its matter, or opens a case, and all else rests until its retention ends.
        """
        fate = self._stored(screened, known, now)
        count("MessageIngested", platform=screened.message.platform, fate=fate)
        return fate

    def _stored(self, screened: Screened, known: Known, now: datetime) -> Fate:
        emergency = self._emergency_plan() if screened.triage.emergency else NO_PLAN
        for _ in range(MAX_ATTEMPTS):
            try:
                return self._attempt(screened, known, emergency, now)
            except DuplicateMessageError:
                return "duplicate"
            except (ConflictError, CommandRefusedError):
                # Another message of the citizen or of the matter opened a case, or the case changed or closed: look again.
                known.update(self.look_up([screened]), [screened.message.conversation])
        raise OvertakenError(screened.message.id)

    def _attempt(self, screened: Screened, known: Known, emergency: EmergencyPlan, now: datetime) -> Fate:
        silent = _silent(screened.message)
        case_id = known.cases.get(screened.message.conversation)
        # Before it is stored: a delivery that comes again finds the message there and looks no further.
        if screened.message.content_type is ContentType.ECHO and case_id is not None:
            confirm_reply(self.cases, self.windows, case_id, screened.message, now)
        note_job_event(self.cases, screened.message, now)
        own = self.cases.standing(case_id) if not silent and case_id is not None else None
        if silent or not (screened.triage.actionable or _takes(own)):
            received_on = screened.message.received_at.astimezone(self.time_zone).date()
            self.messages.rest(screened, day=None if silent else received_on, expires_at=now + self.retention)
            return "rested"
        found = self._found(own, screened.trace, known)
        # The id of a case depends on its first message: a second delivery of it opens the same one.
        joined_id = (
            case_id_for(screened.message.id, now.astimezone(self.time_zone).date()) if found.case is None else found.case.id
        )
        filing = None if screened.trace is None else self.matters.posting(screened.trace.posting(joined_id), known)
        found_by = self.citizens.writes_of(screened.message)
        if found.case is not None:
            self.messages.join_case(
                self.cases,
                found.case,
                screened,
                now=now,
                previous_case_id=case_id,
                emergency=emergency,
                matched=found.matched,
                suggested=found.suggested,
                filing=filing,
                found_by=found_by,
            )
        else:
            self.messages.open_case(
                self.cases,
                screened,
                case_id=joined_id,
                title=title_of(screened.message),
                now=now,
                previous_case_id=case_id,
                answered=() if own is None else own.replies,
                emergency=emergency,
                suggested=found.suggested,
                filing=filing,
                found_by=found_by,
            )
        known.cases[screened.message.conversation] = joined_id
        known.buckets.update({} if filing is None else filing.buckets)
        return "opened" if found.case is None else "joined"

    def _found(self, own: Case | None, trace: Trace | None, known: Known) -> _Found:
        """The open case that a message belongs to: its citizen's `own`, or the likest; and others that it may be of."""
        if trace is None:
            return _Found(case=own)
        postings = tuple(known.postings(_names(trace)))
        if own is not None and _takes(own):
            decision = trace.decide(postings, never=(own.id, *own.never_with))
            return _Found(case=own, suggested=_all_of(decision))
        over: set[str] = set()
        for _ in range(MAX_CANDIDATES):
            decision = trace.decide(postings, over=over)
            if decision.joined is None:
                return _Found(suggested=decision.suggested)
            case = self.cases.standing(decision.joined.case_id)
            if case is not None and _takes(case) and len(case.voices) < MOST_VOICES:
                apart = {case.id, *case.never_with}
                return _Found(
                    case=case,
                    matched=replace(decision.joined, case_id=case.id),
                    suggested=tuple([one for one in decision.suggested if one.case_id not in apart]),
                )
            over.add(decision.joined.case_id)
        return _Found(suggested=_all_of(trace.decide(postings, over=over)))

    def _emergency_plan(self) -> EmergencyPlan:
        """Whom to tell. Where no office was imported the case is opened all the same, and asks a person to telephone."""
        try:
            office = self.office()
        except OfficeMissingError:
            logger.error("an emergency came and nobody is named to be told")
            return NO_PLAN
        return EmergencyPlan.of(office.contacts, office.emergency_answer)


def _silent(message: Message) -> bool:
    """Whether no citizen says anything with it."""
    return message.content_type in (ContentType.EVENT, ContentType.ECHO, ContentType.UNKNOWN)


def _takes(case: Case | None) -> bool:
    """Whether there is a case that takes another message."""
    return case is not None and case.status is not CaseStatus.CLOSED


def _names(trace: Trace | None) -> tuple[str, ...]:
    return () if trace is None else names_of(trace.sketch.keys, trace.ties)


def _all_of(decision: Decision) -> tuple[Match, ...]:
    """What is only suggested where nothing shall be joined."""
    return (*(() if decision.joined is None else (decision.joined,)), *decision.suggested)[:SUGGESTIONS]
