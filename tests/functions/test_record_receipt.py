"""The receipts queue's consumer on an emulated AWS: what arrived is known, and whom it did not reach is told otherwise."""

import importlib
import json
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from jiesu.cases.commands import AcknowledgeAssignment, Command, Escalate
from jiesu.cases.effects import NoticeEffect, effects_of
from jiesu.model.case import Case
from jiesu.model.delivery import NoticeDescription
from jiesu.model.receipt import Receipt, ReceiptKind
from jiesu.model.timeline import Entry, NoticeUndelivered
from jiesu.model.words import ContactRole, DeliveryState, TaskKind, Transport
from jiesu.road.receipts import ReceiptRecorder
from jiesu.runtime import clients
from jiesu.store.codec import dumps
from jiesu.store.deliveries import Delivery, Owner
from tests import builders as build
from tests.conftest import Stores
from tests.dying import ProcessDiedError, dying_after
from tests.functions.conftest import sqs_event
from tests.functions.test_send_notice import notices

EVENTS = Path(__file__).parents[2] / "events"

CONTACTS = (
    build.a_contact(ContactRole.DUTY_OFFICER, phone="+8619900000001"),
    build.a_contact(ContactRole.CHIEF, phone="+8619900000002"),
    build.a_contact(ContactRole.SUPERVISOR, phone="+8619900000003"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """The function and a case that was dispatched to Fengtai; `sent` notes a notice as a sender would."""

    app: ModuleType
    stores: Stores
    dispatched: Entry

    @property
    def recorder(self) -> ReceiptRecorder:
        recorder: ReceiptRecorder = self.app.recorder
        return recorder

    @property
    def case(self) -> Case:
        case = self.stores.cases.load(build.CASE_ID)
        assert case is not None
        return case

    @property
    def steps(self) -> list[NoticeUndelivered]:
        """What followed from receipts, oldest first."""
        entries = reversed(self.stores.cases.timeline(build.CASE_ID).entries)
        return [one.change for one in entries if isinstance(one.change, NoticeUndelivered)]

    def execute(self, command: Command) -> Entry:
        entry = self.stores.cases.execute(build.CASE_ID, command, actor=build.EDITOR, now=build.NOW).entry
        assert entry is not None
        return entry

    def newest(self) -> list[NoticeEffect]:
        """What the newest entry asks for."""
        return notices(self.stores.cases.timeline(build.CASE_ID).entries[0])

    def send(self, notice: NoticeEffect, *, provider: str = "ses") -> str:
        """Record the sending of `notice`; the provider's reference."""
        about = NoticeDescription(
            template=notice.template,
            transport=notice.transport,
            bureau="北京市公安局丰台分局",
            role=notice.contact.role,
            contact=notice.contact.name,
            address=notice.contact.email if notice.transport is Transport.MAIL else notice.contact.phone,
        )
        where: Any = {"case_id": notice.case_id, "delivery_id": notice.id}
        self.stores.deliveries.claim(**where, description=about, now=build.NOW, lease=timedelta(minutes=2), provider=provider)
        reference = f"ref-{notice.id}"
        self.stores.deliveries.sent_by(**where, provider=provider, provider_ref=reference, receipt_ref=reference, now=build.NOW)
        return reference

    def run(self, *receipts: Receipt | str) -> list[dict[str, str]]:
        bodies = [one if isinstance(one, str) else queued(one) for one in receipts]
        failures: list[dict[str, str]] = self.app.handler(sqs_event(*bodies), None)["batchItemFailures"]
        return failures

    def delivery(self, notice: NoticeEffect) -> Delivery:
        return next(one for one in self.stores.deliveries.traces(build.CASE_ID).deliveries if one.id == notice.id)

    @property
    def marks(self) -> dict[str, ReceiptKind]:
        return {one.address: one.kind for one in self.stores.marks.all()}


@pytest.fixture
def office(stores: Stores, monkeypatch: pytest.MonkeyPatch) -> Office:
    monkeypatch.setattr(clients, "dynamodb", lambda: stores.client)
    app = importlib.reload(importlib.import_module("functions.record_receipt.app"))
    for command in (build.open_case(), build.dispatch(build.a_new_assignment(contacts=CONTACTS))):
        entry = stores.cases.execute(build.CASE_ID, command, actor=build.EDITOR, now=build.NOW).entry
    assert entry is not None
    return Office(app=app, stores=stores, dispatched=entry)


def a_receipt(reference: str, kind: ReceiptKind, *, at: datetime = build.NOW, provider: str = "ses") -> Receipt:
    return Receipt(provider=provider, reference=reference, kind=kind, at=at)


def queued(receipt: Receipt) -> str:
    return json.dumps({"type": "MailReceipt", "version": 1, "receipt": json.loads(dumps(receipt))})


BOUNCE, DELIVERED = ReceiptKind.HARD_BOUNCE, ReceiptKind.DELIVERED


# --- What is known ----------------------------------------------------------------------------


def test_a_delivered_notice_says_so_with_the_providers_time(office: Office) -> None:
    mail, *_ = notices(office.dispatched)
    assert office.run(a_receipt(office.send(mail), DELIVERED, at=build.after(seconds=9))) == []
    found = office.delivery(mail)
    assert (found.state, found.sent_at, found.delivered_at) == (DeliveryState.DELIVERED, build.NOW, build.after(seconds=9))
    assert office.steps == []


def test_a_receipt_earlier_than_its_record_waits_and_is_applied_when_the_sending_is_recorded(office: Office) -> None:
    mail, *_ = notices(office.dispatched)
    early = a_receipt(f"ref-{mail.id}", DELIVERED)
    assert office.run(early, early) == []
    reference = office.send(mail)
    owner = Owner(case_id=mail.case_id, delivery_id=mail.id)
    office.recorder.settle(owner, provider="ses", reference=reference, now=build.NOW)
    assert office.delivery(mail).state is DeliveryState.DELIVERED


def test_a_receipt_of_nobodys_mail_is_kept_with_an_end_and_rings_nothing(office: Office) -> None:
    assert office.run(a_receipt("mail-of-another-system", BOUNCE)) == []
    (kept,) = office.stores.deliveries.waiting_receipts("ses", "mail-of-another-system")
    assert kept.kind is BOUNCE
    assert office.stores.parking.parked() == ()


@pytest.mark.parametrize(
    ("first", "second", "state"),
    [
        ((DELIVERED, 1), (BOUNCE, 2), DeliveryState.BOUNCED),
        ((BOUNCE, 2), (DELIVERED, 1), DeliveryState.BOUNCED),
        ((BOUNCE, 1), (DELIVERED, 2), DeliveryState.DELIVERED),
        ((DELIVERED, 2), (BOUNCE, 1), DeliveryState.DELIVERED),
    ],
)
def test_receipts_in_any_order_end_the_same(
    office: Office, first: tuple[ReceiptKind, int], second: tuple[ReceiptKind, int], state: DeliveryState
) -> None:
    mail, *_ = notices(office.dispatched)
    reference = office.send(mail)
    receipts = [a_receipt(reference, kind, at=build.after(minutes=minutes)) for kind, minutes in (first, second)]
    assert office.run(*receipts, *receipts) == []
    assert office.delivery(mail).state is state


def test_a_complaint_or_an_opt_out_marks_the_address_for_the_administrator(office: Office) -> None:
    mail, sms, *_ = notices(office.dispatched)
    office.run(a_receipt(office.send(mail), ReceiptKind.COMPLAINED))
    office.run(a_receipt(office.send(sms, provider="http"), ReceiptKind.OPTED_OUT, provider="http"))
    assert office.marks == {
        "duty-officer@example.org": ReceiptKind.COMPLAINED,
        "+8619900000001": ReceiptKind.OPTED_OUT,
    }
    assert [one.undelivered.notice_id for one in office.steps] == [sms.id], "a mail that was complained of has arrived"


def test_a_soft_bounce_is_told_otherwise_but_is_no_fault_of_the_address(office: Office) -> None:
    mail, *_ = notices(office.dispatched)
    office.run(a_receipt(office.send(mail), ReceiptKind.SOFT_BOUNCE))
    assert office.marks == {}
    assert len(office.steps) == 1


# --- What follows -----------------------------------------------------------------------------


def test_a_bounce_leads_to_the_next_contact_then_to_the_sms_then_to_the_telephone(office: Office) -> None:
    reminder = office.execute(Escalate(assignment_id=build.ASSIGNMENT_ID, run=1, rung=0))
    mail, sms = notices(reminder)
    told = [mail]
    for _ in range(2):
        receipt = a_receipt(office.send(told[-1]), BOUNCE)
        assert office.run(receipt, receipt) == []
        told += office.newest()
    assert [(one.contact.role, one.transport) for one in told] == [
        (ContactRole.DUTY_OFFICER, Transport.MAIL),
        (ContactRole.CHIEF, Transport.MAIL),
        (ContactRole.CHIEF, Transport.SMS),
    ]
    assert {one.version for one in told} == {reminder.version}, "all say what the rung says"
    assert not office.case.tasks
    office.run(a_receipt(office.send(told[-1], provider="http"), ReceiptKind.BLOCKED, provider="http"))
    assert office.newest() == []
    (task,) = office.case.tasks
    assert (task.kind, task.subject, task.reason) == (TaskKind.NOTICE_FAILED, told[-1].id, "blocked")
    office.run(a_receipt(office.send(sms, provider="http"), ReceiptKind.BLOCKED, provider="http"))
    keys = [(one.undelivered.way.transport, one.undelivered.way.address) for one in office.steps]
    assert len(keys) == len(set(keys)) == 4, "never twice to the same contact for the same rung"


def test_where_a_colleague_has_the_mail_nobody_is_told_again_and_nobody_telephones(office: Office) -> None:
    first, _, second, _ = notices(office.dispatched)
    office.run(a_receipt(office.send(first), BOUNCE))
    (step,) = office.steps
    assert (step.undelivered.following, step.task) == (None, None)
    office.run(a_receipt(office.send(second), BOUNCE))
    assert [task.subject for task in office.case.tasks] == [second.id], "now nobody has the link"


def test_nobody_is_told_of_a_dispatch_that_the_bureau_has_acknowledged(office: Office) -> None:
    first, _, second, _ = notices(office.dispatched)
    office.execute(AcknowledgeAssignment(assignment_id=build.ASSIGNMENT_ID))
    for one in (first, second):
        office.run(a_receipt(office.send(one), BOUNCE))
    assert [(one.undelivered.following, one.task) for one in office.steps] == [(None, None)] * 2


@pytest.mark.parametrize("calls", range(1, 8))
def test_a_function_that_dies_after_any_call_has_told_once_in_the_end(office: Office, calls: int) -> None:
    mail, _ = notices(office.execute(Escalate(assignment_id=build.ASSIGNMENT_ID, run=1, rung=0)))
    receipt = a_receipt(office.send(mail), BOUNCE)
    with dying_after(office.stores.client, calls), suppress(ProcessDiedError):
        office.recorder.record(receipt, build.NOW)
    assert office.run(receipt) == []
    assert [one.undelivered.notice_id for one in office.steps] == [mail.id]
    assert office.delivery(mail).state is DeliveryState.BOUNCED


# --- What nobody understands ------------------------------------------------------------------


def test_a_status_that_nobody_knows_is_parked_where_a_person_sees_it(office: Office) -> None:
    (sample,) = json.loads((EVENTS / "record_receipt.json").read_text(encoding="utf-8"))["Records"]
    known = json.loads(sample["body"])
    sms = {"type": "SmsReceipt", "version": 1, "body": json.dumps({"id": "1", "status": "eaten", "at": "2026-11-23T01:31:00Z"})}
    poison = [json.dumps(known | {"eventType": "Eaten"}), json.dumps(sms), "{", "[]", json.dumps({"type": "X", "version": 1})]
    assert office.run(*poison) == []
    reasons = sorted(one.reason for one in office.stores.parking.parked())
    assert reasons == ["receipt_malformed"] * 2 + ["receipt_unknown"] * 3


@pytest.mark.parametrize("name", ["record_receipt", "record_receipt_sms", "record_receipt_mail"])
def test_the_sample_events_are_understood(office: Office, name: str) -> None:
    sample = json.loads((EVENTS / f"{name}.json").read_text(encoding="utf-8"))
    assert office.app.handler(sample, None) == {"batchItemFailures": []}
    assert office.stores.parking.parked() == ()


def test_a_fallbacks_notice_is_found_again_by_its_own_entry(office: Office) -> None:
    mail, _ = notices(office.execute(Escalate(assignment_id=build.ASSIGNMENT_ID, run=1, rung=0)))
    office.run(a_receipt(office.send(mail), BOUNCE))
    entry = office.stores.cases.timeline(build.CASE_ID).entries[0]
    (following,) = effects_of(entry)
    assert isinstance(following, NoticeEffect)
    assert following.id.startswith(f"{entry.id}.")
    assert following == replace(mail, id=following.id, contact=CONTACTS[1], as_named=True)
