"""One notice to one contact: written from the case as it stands, sent once, its end recorded.

    gather, and whose shift it is ─▶ claim ─▶ superseded? ──yes─▶ skipped
                            ┌────────────────────┘no
                            ▼
                         transmit ──▶ sent
                            ├─ refused ─┬─ the address ───────────▶ as if it had bounced (`road/receipts.py`), failed
                            │           └─ all else ──────────────▶ task for a person, failed
                            ├─ not now ─▶ the next provider; of the last one: released, the queue brings it again
                            │      └─ last delivery, or too late to help ▶ task for a person, failed
                            └─ nobody knows ─▶ repeated where that is harmless, else task, failed

What fails before the claim leaves no trace; what dies after it leaves a claim that runs out
and says that the outcome is unknown. A task stands on the case before the delivery is marked
failed, so that a crash between the two repeats the task, which is one, and loses nothing.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from jiesu.cases.commands import RecordNoticeFailed
from jiesu.cases.effects import NoticeEffect
from jiesu.model.case import Assignment, Case, MessageRef
from jiesu.model.coverage import CoverageReminded
from jiesu.model.delivery import NoticeDescription
from jiesu.model.errors import PermanentError, RetryableError
from jiesu.model.extensions import ExtensionAsked, ExtensionRefused
from jiesu.model.ladder import SupervisionOrder
from jiesu.model.message import Message
from jiesu.model.people import Actor
from jiesu.model.returns import Excused, Returned, ReturnRejected
from jiesu.model.timeline import (
    BulletinCorrected,
    Dispatched,
    Entry,
    Escalated,
    ExtensionGranted,
    HeatRaised,
    MessageJoined,
    Opened,
    Rerouted,
    SentBack,
    StatementReminded,
    Withdrawn,
)
from jiesu.model.words import ActorKind, AssignmentStatus, CaseStatus, NoticeTemplate, Transport
from jiesu.notices import emergency, heat
from jiesu.notices.links import code_for, make_token
from jiesu.notices.mail import Attachment, compose
from jiesu.notices.notice import Notice, NoticeChange, is_bureau_role, link_expires_at
from jiesu.notices.reply_address import make_reply_address
from jiesu.notices.sms import write_sms
from jiesu.notices.transports import (
    OutcomeUnknownError,
    OutgoingMail,
    OutgoingSms,
    ProviderUnavailableError,
    SmsTransport,
)
from jiesu.road.mailing import mail_providers, named
from jiesu.road.on_duty import DutyBook
from jiesu.road.printing import Printer, correction_in_words
from jiesu.road.providers import Providers
from jiesu.road.receipts import ReceiptRecorder
from jiesu.runtime import clients
from jiesu.runtime.secrets import SecretBook
from jiesu.runtime.settings import SendNoticeSettings
from jiesu.store.cases import CaseStore
from jiesu.store.codec import loads
from jiesu.store.contact_marks import ContactMarkStore
from jiesu.store.deliveries import DeliveryStore, Owner
from jiesu.store.directory import DirectoryStore
from jiesu.store.evidence import EvidenceStore
from jiesu.store.form_templates import FormTemplateStore
from jiesu.store.provider_health import ProviderHealthStore
from jiesu.triage.categories import label

LEASE = timedelta(seconds=90)
"""Longer than the function may run, so that no living sender loses its claim; shorter than the queue hides the message."""

HEAT_USEFUL = timedelta(hours=1)
"""How long the notice of a hot case is tried before somebody telephones."""

_OF_THE_ADDRESS = frozenset({"mail_address_malformed", "mail_address_rejected", "sms_number_rejected", "sms_number_opted_out"})
"""Refusals after which the same can still be told to others, or by the other transport."""

_SYSTEM = Actor(kind=ActorKind.SYSTEM, id="send_notice")

Fate = Literal["sent", "skipped", "failed", "done"]
"""What became of a notice; `done`: an earlier delivery of the same queue message had brought it to its end."""


class NoticeBusyError(RetryableError):
    """Another consumer holds the claim; what becomes of it is seen at the next delivery."""


class NoticeUncertainError(RetryableError):
    """The answer was lost and the notice may be repeated: it is, once the claim has run out."""


def read_notice(body: str) -> NoticeEffect:
    """The notice in a queue message. Raises `PermanentError` where it is none that this version knows."""
    try:
        content = json.loads(body)
        if content["type"] != "NoticeDue" or content["version"] != 1:
            raise PermanentError("notice_unknown")
        return loads(NoticeEffect, json.dumps(content["effect"]))
    except (ValueError, KeyError, TypeError) as error:
        raise PermanentError("notice_malformed") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class _Due:
    """A notice to whom it goes now: how the desk names it, why it need not be sent any more, when it is too late to help."""

    effect: NoticeEffect
    description: NoticeDescription
    superseded: str | None
    useful_until: datetime
    write: Callable[[], OutgoingMail | OutgoingSms]


@dataclass(slots=True)
class _Noting:
    """Keeps noted on a claimed delivery who is asked, where that is another than before."""

    deliveries: DeliveryStore
    effect: NoticeEffect
    noted: str

    def note(self, provider: str) -> None:
        if provider != self.noted:
            self.deliveries.ask(case_id=self.effect.case_id, delivery_id=self.effect.id, provider=provider)
            self.noted = provider


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeSender:
    """Sends notices. `link_secret` is asked for at each notice, so that a rotated secret is picked up.

    `message` reads a message of a case, which only the notice of an emergency quotes.
    """

    cases: CaseStore
    deliveries: DeliveryStore
    message: Callable[[MessageRef], Message | None]
    receipts: ReceiptRecorder
    mail: Providers[OutgoingMail]
    sms: Providers[OutgoingSms]
    printer: Printer
    duty: DutyBook
    link_secret: Callable[[], bytes]
    mail_sender: str
    reply_domain: str
    public_base_url: str
    office_name: str
    zone: ZoneInfo

    def send(self, effect: NoticeEffect, *, last_delivery: bool, now: datetime) -> Fate:
        """Bring one notice to its end, or raise `RetryableError` where the queue is to bring it again.

        `last_delivery` says that the queue will not: what cannot be sent now is given to a person.
        """
        due = self._due(effect, now)
        effect = due.effect
        no_more = last_delivery or now >= due.useful_until
        providers = self._providers(effect)
        chosen = providers.order(now, urgent=no_more)
        if not chosen:
            raise ProviderUnavailableError(providers.preferred, "resting")
        claim = self.deliveries.claim(
            case_id=effect.case_id,
            delivery_id=effect.id,
            description=due.description,
            now=now,
            lease=LEASE,
            provider=chosen[0].provider,
        )
        if claim.state == "done":
            self._settle(effect, claim.provider, claim.reference, now)
            return "done"
        if claim.state == "busy":
            raise NoticeBusyError(f"notice {effect.id} is being sent by another consumer")
        if due.superseded is not None:
            self.deliveries.skipped(case_id=effect.case_id, delivery_id=effect.id, reason=due.superseded, now=now)
            return "skipped"
        noted = claim.provider or chosen[0].provider
        if claim.uncertain:
            chosen = providers.after_unknown(claim.provider)
            if not chosen:
                return self._give_up(effect, "outcome_unknown", now)
        try:
            sent = providers.send(
                due.write(), chosen, notice_id=effect.id, asking=_Noting(self.deliveries, effect, noted).note, now=now
            )
        except PermanentError as error:
            return self._give_up(effect, error.code, now)
        except ProviderUnavailableError as error:
            if no_more:
                return self._give_up(effect, f"{error.provider}_unavailable", now)
            if claim.uncertain:
                # Not released: what was asked before may still have sent it, and that is not to be forgotten.
                raise
            self.deliveries.release(case_id=effect.case_id, delivery_id=effect.id, reason=error.code, now=now)
            raise
        except OutcomeUnknownError as error:
            if no_more or not providers.after_unknown(error.provider):
                return self._give_up(effect, "outcome_unknown", now)
            # Not released: the claim is to say `uncertain` when it is taken next.
            raise NoticeUncertainError(f"notice {effect.id}: {error.provider} did not answer") from error
        self.deliveries.sent_by(
            case_id=effect.case_id,
            delivery_id=effect.id,
            provider=sent.provider,
            provider_ref=sent.provider_ref,
            receipt_ref=sent.receipt_ref,
            now=now,
        )
        self._settle(effect, sent.provider, sent.receipt_ref, now)
        return "sent"

    def _providers(self, effect: NoticeEffect) -> Providers[Any]:
        return self.mail if effect.transport is Transport.MAIL else self.sms

    def _settle(self, effect: NoticeEffect, provider: str | None, reference: str | None, now: datetime) -> None:
        """Apply the receipts that were faster. Asked of what is done as well: its sender may have died before it could."""
        if provider is not None and reference is not None:
            owner = Owner(case_id=effect.case_id, delivery_id=effect.id)
            self.receipts.settle(owner, provider=provider, reference=reference, now=now)

    def _due(self, effect: NoticeEffect, now: datetime) -> _Due:
        """All that sending needs; three consistent reads, one more for an emergency or a roster, and the secret."""
        entries = self.cases.timeline(effect.case_id, before_version=effect.version + 1, limit=1).entries
        case = self.cases.load(effect.case_id)
        if case is None or not entries or entries[0].version != effect.version:
            raise PermanentError("notice_without_case", case_id=effect.case_id, notice_id=effect.id)
        assignment = case.assignment(effect.assignment_id)
        effect, needless = self.duty.addressed(effect, entries[0], assignment, now)
        if effect.template is NoticeTemplate.EMERGENCY:
            due = self._emergency(effect, case, entries[0], now)
        elif effect.template in (NoticeTemplate.HEAT, NoticeTemplate.STATEMENT, NoticeTemplate.COVERAGE):
            due = self._heat(effect, case, entries[0], now)
        elif assignment is not None:
            due = self._about_assignment(effect, case, assignment, entries[0], now)
        else:
            raise PermanentError("notice_without_case", case_id=effect.case_id, notice_id=effect.id)
        return due if needless is None else replace(due, superseded=needless)

    def _about_assignment(self, effect: NoticeEffect, case: Case, assignment: Assignment, entry: Entry, now: datetime) -> _Due:
        secret = self.link_secret()

        def write() -> OutgoingMail | OutgoingSms:
            notice = self._notice(effect, case, assignment, entry, secret)
            if effect.transport is Transport.MAIL:
                return self._mail(
                    effect, compose(notice, sender=self.mail_sender, now=now, attachments=self._forms(case, notice))
                )
            code = code_for(secret, case_id=effect.case_id, assignment_id=effect.assignment_id)
            return _sms(effect, write_sms(notice, code))

        return _Due(
            effect=effect,
            description=_description(effect, bureau=assignment.bureau_name),
            superseded=superseded(entry, assignment),
            useful_until=useful_until(entry, assignment),
            write=write,
        )

    def _emergency(self, effect: NoticeEffect, case: Case, entry: Entry, now: datetime) -> _Due:
        change = entry.change
        if not isinstance(change, Opened | MessageJoined) or change.alarm is None:
            raise PermanentError("notice_without_reason", case_id=case.id, version=entry.version, kind=change.kind)
        message = self.message(change.message)
        if message is None:
            raise PermanentError("notice_without_message", case_id=case.id, notice_id=effect.id)
        notice = emergency.EmergencyNotice(
            id=effect.id,
            case_id=case.id,
            contact=effect.contact,
            message=message,
            reason=change.alarm.reason,
            place=case.place,
            link=self._desk_link(case.id),
            office_name=self.office_name,
            zone=self.zone,
        )

        def write() -> OutgoingMail | OutgoingSms:
            if effect.transport is Transport.MAIL:
                return self._mail(effect, emergency.compose(notice, sender=self.mail_sender, now=now))
            return _sms(effect, emergency.write_sms(notice))

        return _Due(
            effect=effect,
            description=_description(effect, bureau=effect.contact.role.label),
            superseded="case_closed" if case.status is CaseStatus.CLOSED else None,
            # The queue would bring it again in minutes that there are not: what fails once is telephoned.
            useful_until=entry.at,
            write=write,
        )

    def _heat(self, effect: NoticeEffect, case: Case, entry: Entry, now: datetime) -> _Due:
        change = entry.change
        if not isinstance(change, HeatRaised | StatementReminded | CoverageReminded):
            raise PermanentError("notice_without_reason", case_id=case.id, version=entry.version, kind=change.kind)
        notice = heat.HeatNotice(
            id=effect.id,
            case=case,
            contact=effect.contact,
            change=change,
            at=entry.at,
            link=self._desk_link(case.id),
            office_name=self.office_name,
            zone=self.zone,
        )

        def write() -> OutgoingMail | OutgoingSms:
            if effect.transport is Transport.MAIL:
                return self._mail(effect, heat.compose(notice, sender=self.mail_sender, now=now))
            return _sms(effect, heat.write_sms(notice))

        return _Due(
            effect=effect,
            description=_description(effect, bureau=effect.contact.role.label),
            superseded=_statement_superseded(change, case),
            useful_until=entry.at + HEAT_USEFUL,
            write=write,
        )

    def _notice(self, effect: NoticeEffect, case: Case, assignment: Assignment, entry: Entry, secret: bytes) -> Notice:
        bulletin = case.bulletin(assignment.bulletin_number)
        if bulletin is None:
            raise PermanentError("notice_without_bulletin", case_id=case.id, notice_id=effect.id)
        return Notice(
            id=effect.id,
            case_id=case.id,
            template=effect.template,
            contact=effect.contact,
            bulletin=bulletin,
            assignment=assignment,
            change=_notice_change(entry),
            category=label(bulletin.category),
            link=self._link(effect, assignment, secret),
            office_name=self.office_name,
            zone=self.zone,
            reply_to=self._reply_to(effect, assignment, secret),
        )

    def _forms(self, case: Case, notice: Notice) -> tuple[Attachment, ...]:
        """The bulletin as a document, where the bureau gets it for the first time or anew; the order, where it is supervised."""
        subject = (case, notice.assignment, notice.bulletin)
        match notice.change:
            case (Dispatched() | BulletinCorrected()) as change if not notice.asks and (notice.to_bureau or notice.begins):
                correction = correction_in_words(change) if isinstance(change, BulletinCorrected) else ""
                printed = self.printer.print(*subject, link=notice.link, correction=correction)
            case Escalated(order=SupervisionOrder() as order):
                printed = self.printer.print_order(*subject, order, link=notice.link if notice.to_bureau else "")
            case _:
                return ()
        return (Attachment(name=printed.name, content_type=printed.content_type, content=printed.content),)

    def _link(self, effect: NoticeEffect, assignment: Assignment, secret: bytes) -> str:
        if not is_bureau_role(effect.contact.role):
            return self._desk_link(effect.case_id)
        token = make_token(
            secret,
            case_id=effect.case_id,
            assignment_id=assignment.id,
            expires_at=link_expires_at(assignment.feedback_ladder),
        )
        return f"{self.public_base_url}/bureau/{token}"

    def _reply_to(self, effect: NoticeEffect, assignment: Assignment, secret: bytes) -> str:
        """An address of the assignment's own, for the bureau's own people; none where no domain takes answers."""
        if not self.reply_domain or not is_bureau_role(effect.contact.role):
            return ""
        return make_reply_address(secret, case_id=effect.case_id, assignment_id=assignment.id, domain=self.reply_domain)

    def _desk_link(self, case_id: str) -> str:
        return f"{self.public_base_url}/desk/cases/{case_id}"

    def _mail(self, effect: NoticeEffect, mime: bytes) -> OutgoingMail:
        return OutgoingMail(notice_id=effect.id, sender=self.mail_sender, recipient=effect.contact.email, mime=mime)

    def _give_up(self, effect: NoticeEffect, reason: str, now: datetime) -> Fate:
        """Somebody else, or somebody by telephone, is to be told instead."""
        if reason in _OF_THE_ADDRESS:
            self.receipts.give_up(effect, reason, now)
        else:
            command = RecordNoticeFailed(notice_id=effect.id, reason=reason)
            self.cases.execute(effect.case_id, command, actor=_SYSTEM, now=now)
        self.deliveries.failed(case_id=effect.case_id, delivery_id=effect.id, reason=reason, now=now)
        return "failed"


def _statement_superseded(change: HeatRaised | StatementReminded | CoverageReminded, case: Case) -> str | None:
    """A reminder of a statement that was made meanwhile, or is owed no more, is not sent; that a case became hot always is."""
    if isinstance(change, HeatRaised):
        return None
    if isinstance(change, CoverageReminded):
        owed = case.coverage
        return None if owed is not None and owed.is_running and owed.run == change.run else "statement_made"
    response = case.public_response
    open_ladder = response.ladder if response is not None and response.run == change.run else None
    return None if open_ladder is not None and open_ladder.deadline <= change.deadline else "statement_made"


def superseded(entry: Entry, assignment: Assignment) -> str | None:
    """Why the notice that `entry` asked for need not be sent any more; None where it must be."""
    change = _notice_change(entry)
    if isinstance(change, Withdrawn | Excused) or (isinstance(change, Rerouted) and change.assignment_id == assignment.id):
        return None
    if assignment.status.is_over:
        return "assignment_over"
    match change:
        case BulletinCorrected():
            answered = assignment.status is AssignmentStatus.REPORTED
        case Dispatched() | Rerouted():
            answered = assignment.status in (AssignmentStatus.REPORTED, AssignmentStatus.RETURNED)
        case ExtensionAsked():
            answered = assignment.pending_extension is None
        case ExtensionRefused():
            answered = assignment.status is AssignmentStatus.REPORTED
        case SentBack() | ReturnRejected() | Returned() | ExtensionGranted():
            answered = assignment.run != change.run
        case Escalated():
            # The rung must still stand in a ladder that runs: an acknowledgement, a report or a new
            # deadline has put another one there, or none.
            ladder = next((one for one in assignment.running if one.kind is change.ladder), None)
            answered = ladder is None or change.rung >= ladder.climbed or ladder.rungs[change.rung].at != change.due
    return "answered_meanwhile" if answered else None


def useful_until(entry: Entry, assignment: Assignment) -> datetime:
    """When it is time to reach for the telephone instead of trying again."""
    change = _notice_change(entry)
    match change:
        case BulletinCorrected():
            return assignment.feedback_ladder.deadline
        case Dispatched():
            return assignment.acknowledgement.deadline
        case Rerouted() if assignment.id == change.assignment.id:
            return assignment.acknowledgement.deadline
        case Returned():
            return change.decision.deadline
        case ReturnRejected() | ExtensionAsked() | ExtensionGranted() | ExtensionRefused():
            return max(assignment.feedback_ladder.deadline, entry.at + timedelta(hours=1))
        case SentBack():
            return change.feedback_ladder.deadline
        case Escalated():
            # The next rung tells the next people; without one, an hour is what a last rung waits.
            ladder = assignment.ladder_of(change.ladder)
            rungs = () if ladder is None else ladder.rungs
            return rungs[change.rung + 1].at if change.rung + 1 < len(rungs) else change.due + timedelta(hours=1)
        case Withdrawn() | Rerouted() | Excused():
            return entry.at + timedelta(days=1)


def sender_from(settings: SendNoticeSettings) -> NoticeSender:
    """The sender that the function's settings describe. Raises `ValueError` for a transport that does not exist."""
    secrets = SecretBook(clients.secretsmanager())
    dynamodb = clients.dynamodb()
    cases = CaseStore(dynamodb, cases_table_name=settings.cases_table_name)
    deliveries = DeliveryStore(dynamodb, deliveries_table_name=settings.deliveries_table_name)
    health = ProviderHealthStore(dynamodb, settings.transient_table_name)
    return NoticeSender(
        cases=cases,
        deliveries=deliveries,
        receipts=ReceiptRecorder(
            cases=cases, deliveries=deliveries, marks=ContactMarkStore(dynamodb, settings.directory_table_name)
        ),
        message=EvidenceStore(dynamodb, messages_table_name=settings.messages_table_name).message,
        mail=mail_providers(settings, secrets),
        sms=Providers(
            carriers={
                name: _sms_transport(name, settings, secrets) for name in named(settings.sms_transport, settings.sms_fallback)
            },
            health=health,
        ),
        printer=Printer(
            templates=FormTemplateStore(dynamodb, directory_table_name=settings.directory_table_name),
            office_name=settings.office_name,
            zone=ZoneInfo(settings.office_time_zone),
        ),
        duty=DutyBook(
            directory=DirectoryStore(dynamodb, directory_table_name=settings.directory_table_name),
            zone=ZoneInfo(settings.office_time_zone),
        ),
        link_secret=lambda: secrets.text(settings.link_secret_name).encode(),
        mail_sender=settings.mail_sender,
        reply_domain=settings.reply_domain,
        public_base_url=settings.public_base_url,
        office_name=settings.office_name,
        zone=ZoneInfo(settings.office_time_zone),
    )


def _sms_transport(name: str, settings: SendNoticeSettings, secrets: SecretBook) -> SmsTransport:
    match name:
        case "sns":
            from jiesu.notices.aws import SnsSmsTransport  # noqa: PLC0415

            return SnsSmsTransport(clients.sns())
        case "http":
            import urllib3  # noqa: PLC0415

            from jiesu.notices.sms_gateway import HttpSmsTransport  # noqa: PLC0415

            return HttpSmsTransport(
                urllib3.PoolManager(),
                url=settings.sms_gateway_url,
                api_key=lambda: secrets.fields(settings.sms_gateway_secret_name)["api_key"],
            )
        case unknown:
            raise ValueError(f"SMS_TRANSPORT must be sns or http, not {unknown!r}")


def _notice_change(entry: Entry) -> NoticeChange:
    match entry.change:
        case change if isinstance(change, NoticeChange):
            return change
        case other:
            raise PermanentError("notice_without_reason", case_id=entry.case_id, version=entry.version, kind=other.kind)


def _sms(effect: NoticeEffect, text: str) -> OutgoingSms:
    return OutgoingSms(notice_id=effect.id, phone=effect.contact.phone, text=text)


def _description(effect: NoticeEffect, *, bureau: str) -> NoticeDescription:
    """What the desk shows of the notice: enough to telephone instead."""
    return NoticeDescription(
        template=effect.template,
        transport=effect.transport,
        bureau=bureau,
        role=effect.contact.role,
        contact=effect.contact.name,
        address=effect.contact.email if effect.transport is Transport.MAIL else effect.contact.phone,
    )
