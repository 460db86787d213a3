"""From the inbox to a message that rests, or to a case: the second stage of the road.

Each message is stored by one conditional write or one transaction, so that a delivery that
comes five times, or a function that dies anywhere, leaves it stored once and its case opened once.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from jiesu.cases.emergency import NO_PLAN, EmergencyPlan
from jiesu.cases.titles import title_of
from jiesu.channels.delivery import from_queue_body
from jiesu.channels.registry import channel_of
from jiesu.model.errors import CommandRefusedError, ConflictError, DuplicateMessageError, PermanentError, RetryableError
from jiesu.model.message import ConversationKey, Message
from jiesu.model.numbers import case_id_for
from jiesu.model.words import CaseStatus, ContentType
from jiesu.road.accounts import AccountBook
from jiesu.road.echoes import confirm_reply
from jiesu.road.model_book import ModelBook
from jiesu.road.publication_jobs import note_job_event
from jiesu.road.screening import screen
from jiesu.runtime.logging import logger
from jiesu.runtime.metrics import count
from jiesu.runtime.secrets import SecretBook
from jiesu.store import entered
from jiesu.store.cases import CaseStore
from jiesu.store.directory import Office, OfficeMissingError
from jiesu.store.messages import MessageStore, Screened
from jiesu.store.reply_windows import ReplyWindowStore

MAX_ATTEMPTS = 5
"""How often a message is decided anew when others write the same conversation or case."""

Fate = Literal["opened", "joined", "rested", "duplicate"]
"""What became of a message."""


class OvertakenError(RetryableError):
    """The conversation or case was written by others at every attempt; the queue will bring the message again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ingest:
    """Reads deliveries and stores their messages, thinking with the model of `models`.

    `office` reads the office, which only an emergency asks for.
    """

    accounts: AccountBook
    secrets: SecretBook
    cases: CaseStore
    messages: MessageStore
    windows: ReplyWindowStore
    models: ModelBook
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

    def cases_of(self, screened: Iterable[Screened]) -> dict[ConversationKey, str]:
        """Which case each conversation last belonged to; one read for a whole batch."""
        return self.messages.cases_of({one.message.conversation for one in screened})

    def _screened(self, message: Message, raw: bytes, now: datetime) -> Screened:
        triage, place = screen(message, self.models.model(now))
        return Screened(message=message, triage=triage, place=place, raw=raw)

    def store(self, screened: Screened, case_id: str | None, now: datetime) -> Fate:
        """Store one message and count its fate; `case_id` is the case its conversation last belonged to, as far as was known.

        A message of a citizen whose case is open joins it whatever it says: the photograph or
        the house number that follows a report looks like noise by itself. Otherwise an
        actionable message opens a case, and all else rests until its retention ends.
        """
        fate = self._stored(screened, case_id, now)
        count("MessageIngested", platform=screened.message.platform, fate=fate)
        return fate

    def _stored(self, screened: Screened, case_id: str | None, now: datetime) -> Fate:
        emergency = self._emergency_plan() if screened.triage.emergency else NO_PLAN
        for _ in range(MAX_ATTEMPTS):
            try:
                return self._attempt(screened, case_id, emergency, now)
            except DuplicateMessageError:
                return "duplicate"
            except (ConflictError, CommandRefusedError):
                # Another message of the citizen opened a case, or the case changed or closed: look again.
                case_id = self.messages.cases_of([screened.message.conversation]).get(screened.message.conversation)
        raise OvertakenError(screened.message.id)

    def _attempt(self, screened: Screened, case_id: str | None, emergency: EmergencyPlan, now: datetime) -> Fate:
        silent = screened.message.content_type in (ContentType.EVENT, ContentType.ECHO, ContentType.UNKNOWN)
        # Before it is stored: a delivery that comes again finds the message there and looks no further.
        if screened.message.content_type is ContentType.ECHO and case_id is not None:
            confirm_reply(self.cases, self.windows, case_id, screened.message, now)
        note_job_event(self.cases, screened.message, now)
        case = self.cases.load(case_id) if not silent and case_id is not None else None
        if case is not None and case.status is not CaseStatus.CLOSED:
            self.messages.join_case(self.cases, case, screened, now=now, emergency=emergency)
            return "joined"
        if not silent and screened.triage.actionable:
            self.messages.open_case(
                self.cases,
                screened,
                case_id=case_id_for(screened.message.id, now.astimezone(self.time_zone).date()),
                title=title_of(screened.message),
                now=now,
                previous_case_id=case_id,
                answered=() if case is None else case.replies,
                emergency=emergency,
            )
            return "opened"
        received_on = screened.message.received_at.astimezone(self.time_zone).date()
        self.messages.rest(screened, day=None if silent else received_on, expires_at=now + self.retention)
        return "rested"

    def _emergency_plan(self) -> EmergencyPlan:
        """Whom to tell. Where no office was imported the case is opened all the same, and asks a person to telephone."""
        try:
            office = self.office()
        except OfficeMissingError:
            logger.error("an emergency came and nobody is named to be told")
            return NO_PLAN
        return EmergencyPlan.of(office.contacts, office.emergency_answer)
