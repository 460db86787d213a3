"""What providers say of notices after they took them: from a receipt to the notice, and to what follows where it did not arrive.

    receipt ─▶ whose reference?  nobody's yet ─▶ kept for a week; whoever records the sending applies it
                     │
                     ▼
               its time on the delivery ─┬─ delivered, delayed ───▶ nothing more
                                         ├─ bad for good ─────────▶ the address is marked for the administrator
                                         └─ not arrived ──────────▶ an entry: the next contact, the next channel, or a task

Each step may be done again: a receipt that comes twice, or whose handling died, changes nothing the second time.
A reference that is never ours (mail that others send by the same identity) is forgotten with its week.
"""

import json
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from jiesu.cases.effects import NoticeEffect, effects_of
from jiesu.cases.undelivered import RecordNoticeUndelivered
from jiesu.model.delivery import NoticeDescription
from jiesu.model.errors import PermanentError
from jiesu.model.people import Actor, Contact
from jiesu.model.receipt import ContactMark, Receipt, Way
from jiesu.model.words import ActorKind, DeliveryState, Transport
from jiesu.notices.ses_receipts import read_ses_receipt
from jiesu.notices.sms_receipts import read_sms_receipt
from jiesu.runtime.metrics import count
from jiesu.store.cases import CaseStore
from jiesu.store.codec import loads
from jiesu.store.contact_marks import ContactMarkStore
from jiesu.store.deliveries import Delivery, DeliveryStore, Owner

_SYSTEM = Actor(kind=ActorKind.SYSTEM, id="record_receipt")

Fate = Literal["applied", "waiting", "nothing"]
"""What became of a receipt; `nothing`: it says nothing that the office needs."""


def read_receipt(body: str) -> Receipt | None:
    """The receipt in a queue message: the gateway's as `receive_receipt` queued it, one that a mail held, or SES's own.

    None where it says nothing. Raises `PermanentError`.
    """
    try:
        content = json.loads(body)
        kind = content.get("type")
    except (ValueError, AttributeError) as error:
        raise PermanentError("receipt_malformed") from error
    if kind is None:
        return read_ses_receipt(body)
    try:
        if content["type"] == "SmsReceipt" and content["version"] == 1:
            return read_sms_receipt(content["body"])
        if content["type"] == "MailReceipt" and content["version"] == 1:
            return loads(Receipt, json.dumps(content["receipt"]))
    except (ValueError, KeyError, TypeError) as error:
        raise PermanentError("receipt_malformed") from error
    raise PermanentError("receipt_unknown")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptRecorder:
    """Applies receipts to the notices that they are about."""

    cases: CaseStore
    deliveries: DeliveryStore
    marks: ContactMarkStore

    def record(self, receipt: Receipt, now: datetime) -> Fate:
        """Apply one receipt, or keep it until somebody knows what it is about.

        Looked up again after it was kept: whoever records the sending meanwhile looks for kept receipts only after that.
        """
        owner = self.deliveries.owner(receipt.provider, receipt.reference)
        if owner is None:
            self.deliveries.keep_receipt(receipt, now)
            owner = self.deliveries.owner(receipt.provider, receipt.reference)
        if owner is None:
            count("ReceiptWaiting", provider=receipt.provider)
            return "waiting"
        self._apply(owner, receipt, now)
        return "applied"

    def settle(self, owner: Owner, *, provider: str, reference: str, now: datetime) -> None:
        """Apply what came before the sending was recorded."""
        for receipt in self.deliveries.waiting_receipts(provider, reference):
            self._apply(owner, receipt, now)

    def give_up(self, effect: NoticeEffect, reason: str, now: datetime) -> None:
        """The provider refused the address at once: what follows is what follows a bounce."""
        self._tell_otherwise(effect, reason, now)

    def _apply(self, owner: Owner, receipt: Receipt, now: datetime) -> None:
        delivery = self.deliveries.note_receipt(owner, receipt)
        count("ReceiptRecorded", provider=receipt.provider, kind=receipt.kind)
        if receipt.kind.marks_contact:
            self._mark(delivery, receipt)
        if receipt.kind.is_undelivered and delivery.state is DeliveryState.BOUNCED:  # unless it arrived later after all
            self._tell_otherwise(_as_sent(self._effect(owner), delivery), receipt.kind, now)

    def _mark(self, delivery: Delivery, receipt: Receipt) -> None:
        about = delivery.description
        if not isinstance(about, NoticeDescription):
            raise PermanentError("receipt_without_notice", case_id=delivery.case_id)
        self.marks.mark(
            ContactMark(
                address=about.address.strip().casefold(),
                kind=receipt.kind,
                at=receipt.at,
                bureau=about.bureau,
                contact=about.contact,
                case_id=delivery.case_id,
            )
        )

    def _effect(self, owner: Owner) -> NoticeEffect:
        """The notice as its entry asked for it; one read."""
        _, version, *_ = owner.delivery_id.split(".")
        entry = self.cases.entry(owner.case_id, int(version))
        effects = () if entry is None else effects_of(entry)
        found = next((one for one in effects if isinstance(one, NoticeEffect) and one.id == owner.delivery_id), None)
        if found is None:
            raise PermanentError("receipt_without_notice", case_id=owner.case_id)
        return found

    def _tell_otherwise(self, effect: NoticeEffect, reason: str, now: datetime) -> None:
        origin = self.cases.entry(effect.case_id, effect.version)
        if origin is None:
            raise PermanentError("receipt_without_notice", case_id=effect.case_id)
        way = Way(contact=effect.contact, transport=effect.transport)
        asked = tuple(
            way if one.id == effect.id else Way(contact=one.contact, transport=one.transport)
            for one in effects_of(origin)
            if isinstance(one, NoticeEffect) and one.assignment_id == effect.assignment_id
        )
        command = RecordNoticeUndelivered(
            notice_id=effect.id,
            origin=effect.version,
            assignment_id=effect.assignment_id,
            template=effect.template,
            way=way,
            asked=asked,
            reason=reason,
        )
        self.cases.execute(effect.case_id, command, actor=_SYSTEM, now=now)


def _as_sent(effect: NoticeEffect, delivery: Delivery) -> NoticeEffect:
    """`effect` to whom it went: whoever was on duty may have got it in the place of whom the entry names."""
    about = delivery.description
    if not isinstance(about, NoticeDescription) or (about.contact, about.address) == (
        effect.contact.name,
        effect.contact.email if effect.transport is Transport.MAIL else effect.contact.phone,
    ):
        return effect
    email, phone = (about.address, "") if effect.transport is Transport.MAIL else ("", about.address)
    return replace(effect, contact=Contact(role=about.role, name=about.contact, email=email, phone=phone))
