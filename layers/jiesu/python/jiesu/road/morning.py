"""The morning summary: gathered once, mailed once to each of the office's supervisors and administrators."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from jiesu.cases.morning import Morning, open_in
from jiesu.cases.reachability import unreachable
from jiesu.model.case import Case
from jiesu.model.errors import PermanentError
from jiesu.model.people import Contact
from jiesu.model.words import CaseStatus, ContactRole
from jiesu.notices.morning import compose
from jiesu.notices.transports import OutcomeUnknownError, OutgoingMail, ProviderUnavailableError
from jiesu.road.mailing import mail_providers
from jiesu.road.providers import Providers
from jiesu.road.sweep import depth, unknown_years
from jiesu.runtime import clients
from jiesu.runtime.logging import logger
from jiesu.runtime.metrics import count
from jiesu.runtime.secrets import SecretBook
from jiesu.runtime.settings import SummarizeMorningSettings
from jiesu.store.cases import CaseStore
from jiesu.store.contact_marks import ContactMarkStore
from jiesu.store.directory import DirectoryStore
from jiesu.store.parking import ParkingStore
from jiesu.store.summaries import SummaryStore
from jiesu.store.sweeps import SweepLog

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

NOT_CLOSED = (CaseStatus.OPEN, CaseStatus.DISPATCHED, CaseStatus.RESOLVED)
_PAGE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class MorningReport:
    """Gathers the summary and has it mailed."""

    cases: CaseStore
    parking: ParkingStore
    directory: DirectoryStore
    marks: ContactMarkStore
    sweeps: SweepLog
    summaries: SummaryStore
    sqs: "SQSClient"
    dead_letter_queue_urls: Sequence[str]
    mail: Providers[OutgoingMail]
    mail_sender: str
    public_base_url: str
    office_name: str
    zone: ZoneInfo

    def send(self, now: datetime) -> dict[str, int]:
        """Send what has not gone out today; how many did. Raises `ProviderUnavailableError` where some could not: call it again.

        Raises `OfficeMissingError` before the office is set up.
        """
        today = now.astimezone(self.zone).date()
        morning = self.gather(now)
        count("BureausUnreachable", len(morning.unreachable))
        recipients = self._recipients()
        if not recipients:
            logger.error("nobody gets the morning summary: the office has no supervisor or administrator with a mail address")
        sent = 0
        refusal: ProviderUnavailableError | None = None
        for contact in recipients:
            try:
                sent += self._send(morning, contact, today, now)
            except ProviderUnavailableError as error:
                refusal = error
        if refusal is not None:
            raise refusal
        return {
            "sent": sent,
            "recipients": len(recipients),
            "late": len(morning.late),
            "unowned": len(morning.unowned),
            "unreachable": len(morning.unreachable),
        }

    def gather(self, now: datetime) -> Morning:
        """The summary as of now: every case that is not closed, a page at a time, and a dozen reads."""
        yesterday = now.astimezone(self.zone).date() - timedelta(days=1)
        depths = {_name_of(url): depth(self.sqs, url) for url in self.dead_letter_queue_urls}
        return replace(
            open_in(self._not_closed(), now),
            parked=self.parking.number(),
            dead_letters=depths,
            swept=self.sweeps.of(yesterday),
            unreachable=unreachable(self.directory.bureaus(), self.marks.all()),
            unknown_years=unknown_years(self.directory, now),
        )

    def _not_closed(self) -> Iterator[Case]:
        for status in NOT_CLOSED:
            cursor: str | None = None
            while True:
                page = self.cases.queue(status, limit=_PAGE, cursor=cursor)
                yield from page.cases
                if (cursor := page.cursor) is None:
                    break

    def _recipients(self) -> tuple[Contact, ...]:
        """One a mailbox."""
        office = self.directory.office()
        told = (*office.administrators, *(one for one in office.contacts if one.role is ContactRole.SUPERVISOR))
        return tuple({one.email.casefold(): one for one in _with_mail(told)}.values())

    def _send(self, morning: Morning, contact: Contact, today: date, now: datetime) -> bool:
        """Whether it went out now. One whose fate nobody knows counts as sent: a summary is not worth a second copy."""
        address = contact.email.casefold()
        if not self.summaries.claim(today, address, now):
            return False
        notice_id = f"morning.{today:%Y%m%d}.{hashlib.sha256(address.encode()).hexdigest()[:12]}"
        try:
            mime = compose(
                morning,
                contact,
                notice_id=notice_id,
                link=f"{self.public_base_url}/desk",
                sender=self.mail_sender,
                office_name=self.office_name,
                zone=self.zone,
                now=now,
            )
            mail = OutgoingMail(notice_id=notice_id, sender=self.mail_sender, recipient=contact.email, mime=mime)
            chosen = self.mail.order(now, urgent=True)
            self.mail.send(mail, chosen, notice_id=notice_id, asking=lambda _name: None, now=now)
        except ProviderUnavailableError:
            self.summaries.release(today, address)
            raise
        except (OutcomeUnknownError, PermanentError) as error:
            logger.error("morning summary refused, or its fate unknown", extra={"error_type": type(error).__name__})
        self.summaries.sent(today, address, now)
        return True


def report_from(settings: SummarizeMorningSettings) -> MorningReport:
    """The report that the function's settings describe."""
    dynamodb = clients.dynamodb()
    return MorningReport(
        cases=CaseStore(dynamodb, cases_table_name=settings.cases_table_name),
        parking=ParkingStore(dynamodb, settings.messages_table_name),
        directory=DirectoryStore(dynamodb, directory_table_name=settings.directory_table_name),
        marks=ContactMarkStore(dynamodb, settings.directory_table_name),
        sweeps=SweepLog(dynamodb, settings.deliveries_table_name),
        summaries=SummaryStore(dynamodb, settings.deliveries_table_name),
        sqs=clients.sqs(),
        dead_letter_queue_urls=tuple(settings.dead_letter_queue_urls.split(",")),
        mail=mail_providers(settings, SecretBook(clients.secretsmanager())),
        mail_sender=settings.mail_sender,
        public_base_url=settings.public_base_url,
        office_name=settings.office_name,
        zone=ZoneInfo(settings.office_time_zone),
    )


def _with_mail(contacts: Iterable[Contact]) -> Iterator[Contact]:
    return (one for one in contacts if one.email)


def _name_of(queue_url: str) -> str:
    """What CloudFormation's name has of the template's: `Inbox` of `jiesu-InboxDeadLetterQueue-1A2B3C`."""
    return queue_url.rpartition("/")[2].partition("DeadLetterQueue")[0].rpartition("-")[2]
