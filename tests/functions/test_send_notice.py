"""The notices queue's consumer on an emulated AWS: told once, and never nobody, whatever the providers do."""

import importlib
import io
import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from email import message_from_string
from email.message import EmailMessage
from email.policy import default
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any
from zoneinfo import ZoneInfo

import boto3
import pytest
from botocore.exceptions import ReadTimeoutError
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.ses.models import ses_backends
from moto.sns.models import sns_backends

from jiesu.cases.bulletins import CorrectBulletin
from jiesu.cases.commands import AcknowledgeAssignment, Command, Escalate, WithdrawAssignment
from jiesu.cases.effects import NoticeEffect, effects_of
from jiesu.cases.emergency import EmergencyPlan
from jiesu.cases.heat import LowerHeat
from jiesu.model.case import PUBLIC_RESPONSE, Case
from jiesu.model.coverage import COVERAGE
from jiesu.model.delivery import NoticeDescription, ReplyDescription
from jiesu.model.errors import RetryableError
from jiesu.model.numbers import case_id_for
from jiesu.model.people import Contact
from jiesu.model.roster import OFFICE_ROSTER, DutyDates, DutyDays, Roster, Shift
from jiesu.model.timeline import Entry
from jiesu.model.words import ContactRole, DeliveryState, NoticeTemplate, Platform, TaskKind, Transport
from jiesu.notices import document
from jiesu.notices.links import code_for, read_token
from jiesu.notices.reply_address import assignment_of, case_of
from jiesu.notices.sms import segments
from jiesu.notices.sms_gateway import HttpSmsTransport
from jiesu.notices.smtp import SmtpMailTransport
from jiesu.road.notify import LEASE, sender_from
from jiesu.runtime import clients
from jiesu.runtime.settings import SendNoticeSettings
from jiesu.store.codec import dumps
from jiesu.store.deliveries import Delivery
from jiesu.store.directory import Office
from jiesu.triage.categories import label
from tests import builders as build
from tests.conftest import Stores
from tests.dying import ProcessDiedError, dying_after, refusing
from tests.functions.conftest import sqs_event

SES_REGION = "ap-southeast-1"
"""The China regions, where the other tests are, have no SES."""

SECRET = "the secret that signs links"
SENDER = "jiesu@example.org"

CONTACTS = (
    build.a_contact(ContactRole.DUTY_OFFICER, phone="+8619900000001"),
    build.a_contact(ContactRole.CHIEF, phone="+8619900000002"),
    build.a_contact(ContactRole.SUPERVISOR, phone="+8619900000003"),
    build.a_contact(ContactRole.COMMAND_CENTRE, phone="+8619900000004"),
)

AFTER_LEASE = LEASE + timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Road:
    """The function, a case that was dispatched to Fengtai, and the providers with what they were given."""

    app: ModuleType
    stores: Stores
    ses: Any
    sns: Any
    dispatched: Entry
    now: datetime

    def execute(self, *commands: Command) -> Entry:
        """Carry out `commands` on the case; the last one's entry."""
        return execute(self.stores, self.now, *commands)

    def run(self, *messages: NoticeEffect | str, attempt: int = 1) -> list[dict[str, str]]:
        """Hand a batch to the function; what it asks for again."""
        bodies = [one if isinstance(one, str) else body(one) for one in messages]
        failures: list[dict[str, str]] = self.app.handler(sqs_event(*bodies, attempt=attempt), None)["batchItemFailures"]
        return failures

    def send(self, notice: NoticeEffect, *, after: timedelta = timedelta()) -> str:
        """One notice past the handler, which reads the clock, at a time of the test's own."""
        fate: str = self.app.sender.send(notice, last_delivery=False, now=self.now + after)
        return fate

    @property
    def last_attempt(self) -> int:
        attempts: int = self.app.settings.max_receive_count
        return attempts

    @property
    def mails(self) -> list[EmailMessage]:
        sent = ses_backends[DEFAULT_ACCOUNT_ID][SES_REGION].sent_messages
        messages = [message_from_string(one.raw_data, policy=default) for one in sent]
        return [one for one in messages if isinstance(one, EmailMessage)]

    @property
    def texts(self) -> list[tuple[str, str]]:
        """Number and text of each SMS."""
        return list(sns_backends[DEFAULT_ACCOUNT_ID][SES_REGION].sms_messages.values())

    @property
    def deliveries(self) -> dict[str, Delivery]:
        return {one.id: one for one in self.stores.deliveries.traces(build.CASE_ID).deliveries}

    @property
    def tasks(self) -> list[tuple[str, str]]:
        """Notice and reason of each task on the case."""
        case = self.stores.cases.load(build.CASE_ID)
        assert case is not None
        assert all(task.kind is TaskKind.NOTICE_FAILED for task in case.tasks)
        return [(task.subject, task.reason) for task in case.tasks]

    def provider_of(self, transport: Transport) -> tuple[Any, str]:
        """The provider's client and the operation that sends."""
        return (self.ses, "SendRawEmail") if transport is Transport.MAIL else (self.sns, "Publish")


@cache
def client_of(service: str) -> Any:
    """One client for all tests: making it takes longer than most of them."""
    return boto3.client(service, region_name=SES_REGION)  # type: ignore[call-overload]


@pytest.fixture
def road(stores: Stores, monkeypatch: pytest.MonkeyPatch) -> Road:
    """The function, freshly started. It reads the clock, so its case is dispatched now."""
    ses, sns, secrets = client_of("ses"), client_of("sns"), client_of("secretsmanager")
    ses.verify_email_identity(EmailAddress=SENDER)
    secrets.create_secret(Name="jiesu/links", SecretString=SECRET)
    monkeypatch.setattr(clients, "dynamodb", lambda: stores.client)
    monkeypatch.setattr(clients, "ses", lambda: ses)
    monkeypatch.setattr(clients, "sns", lambda: sns)
    monkeypatch.setattr(clients, "secretsmanager", lambda: secrets)
    now = datetime.now(UTC)
    return Road(
        app=importlib.reload(importlib.import_module("functions.send_notice.app")),
        stores=stores,
        ses=ses,
        sns=sns,
        dispatched=execute(stores, now, build.open_case(), build.dispatch(build.a_new_assignment(contacts=CONTACTS))),
        now=now,
    )


def execute(stores: Stores, now: datetime, *commands: Command) -> Entry:
    entries = [stores.cases.execute(build.CASE_ID, one, actor=build.EDITOR, now=now).entry for one in commands]
    assert entries[-1] is not None
    return entries[-1]


def notices(entry: Entry, transport: Transport | None = None) -> list[NoticeEffect]:
    effects = [one for one in effects_of(entry) if isinstance(one, NoticeEffect)]
    return [one for one in effects if transport in (None, one.transport)]


def body(notice: NoticeEffect, **changes: Any) -> str:
    envelope = {
        "type": "NoticeDue",
        "version": 1,
        "occurred_at": "2026-11-23T01:31:00Z",
        "correlation_id": notice.case_id,
        "effect": json.loads(dumps(notice)),
    }
    return json.dumps(envelope | changes, ensure_ascii=False)


def plain_text(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    text: str = part.get_content()
    return text


# --- As it should be --------------------------------------------------------------------------


def test_a_dispatch_reaches_both_contacts_by_mail_and_sms(road: Road) -> None:
    assert road.run(*notices(road.dispatched)) == []
    assert sorted(str(mail["To"]) for mail in road.mails) == [
        "值班民警 <duty-officer@example.org>",
        "单位负责人 <chief@example.org>",
    ]
    assert len(road.texts) == 2
    assert {one.state for one in road.deliveries.values()} == {DeliveryState.SENT}
    assert all(one.provider_ref for one in road.deliveries.values())
    assert road.tasks == []


def test_a_dispatch_brings_the_bulletin_as_a_document_with_the_link_in_its_qr_code(road: Road) -> None:
    road.run(*notices(road.dispatched))
    (form,) = {attachment.get_filename(): attachment for mail in road.mails for attachment in mail.iter_attachments()}.values()
    assert form.get_filename() == f"通报单-{build.BULLETIN_NUMBER}.docx"
    packed = zipfile.ZipFile(io.BytesIO(form.get_content()))
    assert build.BULLETIN_NUMBER in packed.read("word/document.xml").decode()
    assert [name for name in packed.namelist() if name.startswith("word/media/")]


def test_a_corrected_bulletin_is_told_with_what_changed_and_the_new_document(road: Road) -> None:
    case = road.stores.cases.load(build.CASE_ID)
    assert case is not None
    command = CorrectBulletin(bulletin=replace(case.bulletins[0], place="丰台区马家堡东路"), reason="地点有误")
    road.run(*notices(road.execute(command)))
    mail = road.mails[-1]
    assert "更正" in mail["Subject"]
    text = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "改动的内容：事发地点。" in text
    assert "更正理由：地点有误" in text
    (form,) = mail.iter_attachments()
    assert form.get_filename() == f"通报单-{build.BULLETIN_NUMBER}-第2版.docx"
    assert any("第2版" in said for _, said in road.texts)


def test_a_template_that_cannot_be_used_any_more_keeps_no_bulletin_back(road: Road) -> None:
    case = road.stores.cases.load(build.CASE_ID)
    assert case is not None
    gone = replace(case, bulletins=(replace(case.bulletins[0], template_id="0" * 64),))
    printed = road.app.sender.printer.print(gone, gone.assignments[0], gone.bulletins[0])
    assert printed.content == document.write(document.shipped_template(), _form_of(gone))


def _form_of(case: Case) -> document.Form:
    return document.Form(
        bulletin=case.bulletins[0],
        assignment=case.assignments[0],
        partners=case.assignments[1:],
        category=label(case.category),
        correction="",
        link="",
        office_name="平安北京",
        zone=ZoneInfo("Asia/Shanghai"),
    )


def test_the_mails_link_and_the_sms_code_belong_to_the_same_assignment_and_travel_apart(road: Road) -> None:
    road.run(*notices(road.dispatched))
    code = code_for(SECRET.encode(), case_id=build.CASE_ID, assignment_id=build.ASSIGNMENT_ID)
    for mail in road.mails:
        said = plain_text(mail)
        (link,) = [line for line in said.splitlines() if line.startswith("https://")]
        token = link.removeprefix("https://jiesu.example.org/bureau/")
        opened = read_token(SECRET.encode(), token, road.now + timedelta(days=36))
        assert (opened.case_id, opened.assignment_id) == (build.CASE_ID, build.ASSIGNMENT_ID)
        assert f"验证码{code}" not in said
    assert all(f"验证码{code}" in text for _, text in road.texts)


def test_the_supervisor_is_sent_to_the_desk_and_gets_no_code(road: Road) -> None:
    rungs = [Escalate(assignment_id=build.ASSIGNMENT_ID, run=1, rung=rung) for rung in range(3)]
    road.run(*notices(road.execute(*rungs)))
    (mail,), ((_, text),) = road.mails, road.texts
    assert f"https://jiesu.example.org/desk/cases/{build.CASE_ID}" in plain_text(mail).splitlines()
    assert "/bureau/" not in plain_text(mail)
    assert "验证码" not in text


def test_a_delivery_says_what_it_was_and_whom_to_telephone_instead(road: Road) -> None:
    (sms, _) = notices(road.dispatched, Transport.SMS)
    road.run(sms)
    assert road.deliveries[sms.id].description == NoticeDescription(
        template=NoticeTemplate.DISPATCHED,
        transport=Transport.SMS,
        bureau="北京市公安局丰台分局",
        role=ContactRole.DUTY_OFFICER,
        contact="值班民警",
        address=sms.contact.phone,
    )


# --- Once -------------------------------------------------------------------------------------


def test_a_second_delivery_of_a_queue_message_sends_nothing(road: Road) -> None:
    assert road.run(*notices(road.dispatched)) == []
    assert road.run(*notices(road.dispatched), attempt=2) == []
    assert (len(road.mails), len(road.texts)) == (2, 2)


def test_a_notice_that_another_consumer_is_sending_is_left_to_it(road: Road) -> None:
    mail, *_ = notices(road.dispatched)
    road.stores.deliveries.claim(
        case_id=mail.case_id,
        delivery_id=mail.id,
        description=ReplyDescription(platform=Platform.WEIBO),
        now=datetime.now(UTC),
        lease=timedelta(hours=1),
    )
    assert road.run(mail) == [{"itemIdentifier": "queue-message-0"}]


# --- Providers that refuse for a while --------------------------------------------------------


@pytest.mark.parametrize(
    ("transport", "code", "status"),
    [
        (Transport.MAIL, "Throttling", 400),
        (Transport.MAIL, "ServiceUnavailable", 503),
        (Transport.SMS, "ThrottledException", 429),
        (Transport.SMS, "InternalError", 500),
    ],
)
def test_a_provider_that_refuses_for_a_while_and_comes_back_has_sent_once(
    road: Road, transport: Transport, code: str, status: int
) -> None:
    notice, *_ = notices(road.dispatched, transport)
    client, operation = road.provider_of(transport)
    with refusing(client, operation, code, status):
        for attempt in (1, 2, 3):
            assert road.run(notice, attempt=attempt) == [{"itemIdentifier": "queue-message-0"}]
    assert road.deliveries[notice.id].state is DeliveryState.CREATED
    assert road.send(notice, after=timedelta(minutes=6)) == "sent"
    assert len(road.mails) + len(road.texts) == 1
    assert road.deliveries[notice.id].state is DeliveryState.SENT
    assert road.tasks == []


def test_only_those_whom_the_provider_refused_are_tried_again(road: Road) -> None:
    with refusing(road.ses, "SendRawEmail", "Throttling"):
        failures = road.run(*notices(road.dispatched))
    assert [one["itemIdentifier"] for one in failures] == ["queue-message-0", "queue-message-2"]
    assert len(road.texts) == 2


def test_at_the_queues_last_delivery_a_person_is_told_to_telephone(road: Road) -> None:
    mail, *_ = notices(road.dispatched)
    with refusing(road.ses, "SendRawEmail", "Throttling"):
        assert road.run(mail, attempt=road.last_attempt) == []
    assert road.tasks == [(mail.id, "ses_unavailable")]
    assert road.deliveries[mail.id].state is DeliveryState.FAILED


def test_past_the_deadline_a_person_is_told_to_telephone_and_nothing_is_tried_for_ever(road: Road) -> None:
    mail, *_ = notices(road.dispatched)
    with refusing(road.ses, "SendRawEmail", "Throttling"):
        assert road.send(mail, after=timedelta(hours=2)) == "failed"
    assert road.tasks == [(mail.id, "ses_unavailable")]


# --- Providers that refuse for good -----------------------------------------------------------


@pytest.mark.parametrize(
    ("transport", "code", "reason"),
    [
        (Transport.MAIL, "MessageRejected", "mail_rejected"),
        (Transport.SMS, "AWordNobodyKnows", "sns_refused_unknown"),
    ],
)
def test_a_refusal_for_good_becomes_a_task_on_the_case_and_is_not_tried_again(
    road: Road, transport: Transport, code: str, reason: str
) -> None:
    notice, *_ = notices(road.dispatched, transport)
    client, operation = road.provider_of(transport)
    with refusing(client, operation, code):
        assert road.run(notice) == []
    assert road.run(notice, attempt=2) == []
    assert (road.mails, road.texts) == ([], [])
    assert road.tasks == [(notice.id, reason)]
    assert (road.deliveries[notice.id].state, road.deliveries[notice.id].reason) == (DeliveryState.FAILED, reason)


def test_an_address_that_is_refused_is_a_task_only_once_nobody_else_of_the_bureau_is_left(road: Road) -> None:
    first, second = notices(road.dispatched, Transport.SMS)
    with refusing(road.sns, "Publish", "InvalidParameter"):
        assert road.run(first) == []
        assert road.tasks == []
        assert road.run(second, first, second) == []
    assert road.tasks == [(second.id, "sms_number_rejected")]
    assert {road.deliveries[one.id].reason for one in (first, second)} == {"sms_number_rejected"}


def test_an_address_that_is_none_is_given_up_without_asking_a_provider(road: Road) -> None:
    mail, *_ = notices(road.dispatched)
    assert road.run(replace(mail, contact=replace(mail.contact, email="nobody"))) == []
    assert road.mails == []
    assert road.deliveries[mail.id].reason == "mail_address_malformed"


def test_a_function_that_dies_between_the_task_and_the_deliverys_end_makes_the_task_once(road: Road) -> None:
    mail, *_ = notices(road.dispatched)
    with refusing(road.ses, "SendRawEmail", "MessageRejected"):
        # timeline, head, roster, the provider's health, claim, then the command's head and transaction
        with dying_after(road.stores.client, 7), pytest.raises(ProcessDiedError):
            road.send(mail)
        assert road.tasks == [(mail.id, "mail_rejected")]
        assert road.send(mail, after=AFTER_LEASE) == "failed"
    assert road.tasks == [(mail.id, "mail_rejected")]


# --- Whose shift it is ------------------------------------------------------------------------

ZHANG = build.a_contact(ContactRole.DUTY_OFFICER, name="张三", email="zhang@example.org", phone="+8619900000011")
ALL_DAY = Shift(person="张三", days=DutyDays.EVERY, begins=time(), ends=time())


def with_roster(road: Road, *shifts: Shift, owner: str = "FT", people: tuple[Contact, ...] = (ZHANG,)) -> None:
    """The office as it is, and a roster of `owner`."""
    road.stores.directory.put_office(Office(contacts=CONTACTS[2:], plans={}), build.a_note())
    roster = Roster(owner=owner, people=people, shifts=shifts)
    before, revision = road.stores.directory.roster(owner)
    road.stores.directory.put_roster(roster, before=before, revision=revision, note=build.a_note())


def test_a_notice_goes_to_whoever_is_on_duty_when_it_is_sent_and_with_what_the_bureau_needs(road: Road) -> None:
    with_roster(road, ALL_DAY)
    assert road.run(*notices(road.dispatched)) == []
    assert sorted(str(mail["To"]) for mail in road.mails) == ["单位负责人 <chief@example.org>", "张三 <zhang@example.org>"]
    assert "/bureau/" in plain_text(next(one for one in road.mails if "zhang" in str(one["To"])))
    assert {number for number, _ in road.texts} == {ZHANG.phone, CONTACTS[1].phone}
    told = [one.description for one in road.deliveries.values()]
    assert {one.contact for one in told if isinstance(one, NoticeDescription)} == {"张三", "单位负责人"}


def test_where_nobody_is_on_duty_the_standing_contact_is_told(road: Road) -> None:
    local = road.now.astimezone(ZoneInfo("Asia/Shanghai"))
    long_ago = DutyDates(first=local.date() - timedelta(days=9), last=local.date() - timedelta(days=9))
    with_roster(road, replace(ALL_DAY, days=long_ago))
    mail, *_ = notices(road.dispatched, Transport.MAIL)
    assert road.send(mail) == "sent"
    assert [str(one["To"]) for one in road.mails] == ["值班民警 <duty-officer@example.org>"]


def test_the_next_shift_gets_what_the_last_one_could_not_be_told(road: Road) -> None:
    with_roster(road, ALL_DAY)
    mail, *_ = notices(road.dispatched, Transport.MAIL)
    with refusing(road.ses, "SendRawEmail", "Throttling"), pytest.raises(RetryableError):
        road.send(mail)
    li = replace(ZHANG, name="李四", email="li@example.org")
    with_roster(road, replace(ALL_DAY, person="李四"), people=(li,))
    assert road.send(mail, after=AFTER_LEASE) == "sent"
    assert [str(one["To"]) for one in road.mails] == ["李四 <li@example.org>"]


def test_several_standing_contacts_of_one_role_become_one_person_on_duty(road: Road) -> None:
    second = build.a_contact(ContactRole.CHIEF, name="副职", email="deputy@example.org", phone="+8619900000022")
    opened = build.dispatch(build.a_new_assignment(contacts=(*CONTACTS[:2], second, *CONTACTS[2:])))
    for command in (build.open_case(), opened):
        dispatched = road.stores.cases.execute("261123-D22CND", command, actor=build.EDITOR, now=road.now).entry
    assert dispatched is not None
    chief = replace(ZHANG, role=ContactRole.CHIEF)
    with_roster(road, ALL_DAY, people=(chief,))
    fates = [road.send(one) for one in notices(dispatched, Transport.MAIL)]
    assert fates == ["sent", "sent", "skipped"]
    assert sorted(str(mail["To"]) for mail in road.mails) == ["值班民警 <duty-officer@example.org>", "张三 <zhang@example.org>"]


def test_the_offices_own_roster_says_who_hears_of_an_emergency(road: Road) -> None:
    with_roster(road, ALL_DAY, owner=OFFICE_ROSTER, people=(replace(ZHANG, role=ContactRole.COMMAND_CENTRE),))
    notice, *_ = an_emergency(road)
    assert road.send(notice) == "sent"
    assert [str(one["To"]) for one in road.mails] == ["张三 <zhang@example.org>"]


def test_where_the_one_on_duty_cannot_be_reached_the_standing_contact_is(road: Road) -> None:
    with_roster(road, ALL_DAY)
    _, sms, *_ = notices(road.dispatched)
    with refusing(road.sns, "Publish", "OptedOut"):
        assert road.send(sms) == "failed"
    entry = road.stores.cases.timeline(build.CASE_ID).entries[0]
    (following,) = notices(entry)
    assert following.contact == CONTACTS[0]
    assert road.send(following, after=AFTER_LEASE) == "sent"
    assert [number for number, _ in road.texts] == [CONTACTS[0].phone]


# --- Nobody knows -----------------------------------------------------------------------------


@contextmanager
def losing_answers(client: Any, operation: str) -> Iterator[None]:
    """The provider does what it is asked, and its answer is lost."""

    def lose(**_: Any) -> None:
        raise ReadTimeoutError(endpoint_url="https://aws.example.org")

    event = f"after-call.{client.meta.service_model.service_name}.{operation}"
    client.meta.events.register(event, lose)
    try:
        yield
    finally:
        client.meta.events.unregister(event, lose)


def test_a_mail_whose_answer_was_lost_is_sent_again_under_the_same_id(road: Road) -> None:
    mail, *_ = notices(road.dispatched)
    with dying_after(road.ses, 1), pytest.raises(ProcessDiedError):
        road.send(mail)
    with pytest.raises(RetryableError):
        road.send(mail, after=LEASE)
    assert road.send(mail, after=AFTER_LEASE) == "sent"
    first, again = road.mails
    assert first["Message-ID"] == again["Message-ID"]
    assert plain_text(first) == plain_text(again)
    assert road.deliveries[mail.id].state is DeliveryState.SENT
    assert road.tasks == []


def test_an_sms_whose_answer_was_lost_is_not_repeated_but_becomes_a_task(road: Road) -> None:
    sms, *_ = notices(road.dispatched, Transport.SMS)
    with losing_answers(road.sns, "Publish"):
        assert road.run(sms) == []
    assert road.run(sms, attempt=2) == []
    assert len(road.texts) == 1
    assert road.tasks == [(sms.id, "outcome_unknown")]


def test_a_mail_that_nobody_ever_confirms_becomes_a_task_in_the_end(road: Road) -> None:
    mail, *_ = notices(road.dispatched)
    with losing_answers(road.ses, "SendRawEmail"):
        assert road.run(mail, attempt=road.last_attempt) == []
    assert road.tasks == [(mail.id, "outcome_unknown")]


@pytest.mark.parametrize("calls", range(1, 7))
@pytest.mark.parametrize("transport", list(Transport))
def test_a_function_that_dies_after_any_of_its_calls_tells_the_contact_or_a_person(
    road: Road, transport: Transport, calls: int
) -> None:
    notice, *_ = notices(road.dispatched, transport)
    with dying_after(road.stores.client, calls), suppress(ProcessDiedError):
        road.send(notice)
    assert road.send(notice, after=AFTER_LEASE) in ("sent", "failed", "done")
    told = len(road.mails) + len(road.texts)
    assert told == 1 or road.tasks == [(notice.id, "outcome_unknown")]
    assert told <= 1


# --- The case has moved on --------------------------------------------------------------------


def test_a_reminder_is_not_sent_to_a_bureau_that_has_acknowledged_meanwhile(road: Road) -> None:
    reminder = road.execute(Escalate(assignment_id=build.ASSIGNMENT_ID, run=1, rung=0))
    road.execute(AcknowledgeAssignment(assignment_id=build.ASSIGNMENT_ID))
    assert road.run(*notices(reminder)) == []
    assert (road.mails, road.texts) == ([], [])
    assert {(one.state, one.reason) for one in road.deliveries.values()} == {(DeliveryState.SKIPPED, "answered_meanwhile")}
    assert road.tasks == []


def test_a_dispatch_that_was_withdrawn_before_it_left_is_not_sent_but_its_withdrawal_is(road: Road) -> None:
    withdrawal = road.execute(WithdrawAssignment(assignment_id=build.ASSIGNMENT_ID, reason="属地有误"))
    assert road.run(*notices(road.dispatched), *notices(withdrawal)) == []
    assert {notice.template for notice in notices(withdrawal)} == {NoticeTemplate.WITHDRAWN}
    assert len(road.mails) == len(road.texts) == 2
    assert all("撤回" in str(mail["Subject"]) for mail in road.mails)


# --- What is no notice ------------------------------------------------------------------------


def test_poison_among_good_notices_is_parked_and_the_good_ones_are_sent(road: Road) -> None:
    mail, *more = notices(road.dispatched)
    poison = [
        '{"type": "NoticeDue"',
        "[]",
        body(mail, type="NoticeOverdue"),
        body(mail, version=2),
        body(mail, effect={"id": "x"}),
    ]
    assert road.run(mail, *poison, *more) == []
    assert (len(road.mails), len(road.texts)) == (2, 2)
    reasons = sorted(one.reason for one in road.stores.parking.parked())
    assert reasons == ["notice_malformed"] * 3 + ["notice_unknown"] * 2


def test_a_notice_about_a_case_that_does_not_exist_is_parked(road: Road) -> None:
    mail, *_ = notices(road.dispatched)
    assert road.run(replace(mail, case_id="261123-000000")) == []
    (parked,) = road.stores.parking.parked()
    assert parked.reason == "notice_without_case"


# --- Starting up ------------------------------------------------------------------------------


def test_a_transport_that_does_not_exist_stops_the_function_at_its_start(road: Road, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAIL_TRANSPORT", "pigeon")
    with pytest.raises(ValueError, match="MAIL_TRANSPORT must be ses or smtp"):
        importlib.reload(road.app)


def test_mail_server_and_sms_gateway_take_the_place_of_ses_and_sns_by_settings_alone(road: Road) -> None:
    settings = replace(
        SendNoticeSettings.from_env(),
        mail_transport="smtp",
        smtp_host="mail.example.org",
        smtp_secret_name="jiesu/smtp",
        sms_transport="http",
        sms_gateway_url="https://sms.example.org/v1",
        sms_gateway_secret_name="jiesu/sms",
    )
    sender = sender_from(settings)
    assert [type(one) for one in sender.mail.carriers.values()] == [SmtpMailTransport]
    assert [type(one) for one in sender.sms.carriers.values()] == [HttpSmsTransport]


def test_the_sample_event_is_a_batch_that_the_function_understands(road: Road) -> None:
    sample = json.loads((Path(__file__).parents[2] / "events" / "send_notice.json").read_text(encoding="utf-8"))
    assert road.app.handler(sample, None) == {"batchItemFailures": []}
    assert (len(road.mails), len(road.texts)) == (1, 1)


# --- An emergency -----------------------------------------------------------------------------

CALL_FOR_HELP = "有人站在楼顶边上,丰台区马家堡西路甲1号,我的电话19900000007"
EMERGENCY_CASE_ID = case_id_for("weibo:9", build.NOW.date())


def an_emergency(road: Road) -> list[NoticeEffect]:
    """The notices of a case that an emergency opened."""
    message = build.a_message(id="weibo:9", citizen_id="citizen-9", text=CALL_FOR_HELP, sent_at=road.now)
    road.stores.messages.open_case(
        road.stores.cases,
        build.a_screened(message=message, triage=build.an_emergency()),
        case_id=EMERGENCY_CASE_ID,
        title="求助",
        now=road.now,
        previous_case_id=None,
        emergency=EmergencyPlan.of(CONTACTS, "请立即拨打110。"),
    )
    (entry,) = road.stores.cases.timeline(EMERGENCY_CASE_ID).entries
    return notices(entry)


def test_the_command_centre_gets_the_citizens_words_by_mail_and_that_there_is_an_emergency_by_sms(road: Road) -> None:
    due = an_emergency(road)
    assert road.run(*due, *due) == []
    (mail,) = road.mails
    assert str(mail["To"]) == "指挥中心 <command-centre@example.org>"
    assert str(mail["Subject"]).startswith("【特急】紧急报告")
    assert mail["Importance"] == "high"
    said = plain_text(mail)
    assert CALL_FOR_HELP in said
    assert "站在楼顶边上" in said
    assert f"https://jiesu.example.org/desk/cases/{EMERGENCY_CASE_ID}" in said
    ((number, text),) = road.texts
    assert number == "+8619900000004"
    assert EMERGENCY_CASE_ID in text
    assert "19900000007" not in text
    assert "马家堡" not in text
    assert segments(text) == 1


def test_an_emergency_that_a_provider_does_not_take_at_once_is_telephoned(road: Road) -> None:
    due = an_emergency(road)
    with refusing(road.sns, "Publish", code="ServiceUnavailable"):
        assert road.run(*due) == []
    case = road.stores.cases.load(EMERGENCY_CASE_ID)
    assert case is not None
    assert [(task.kind, task.reason) for task in case.tasks] == [(TaskKind.NOTICE_FAILED, "sns_unavailable")]
    assert len(road.mails) == 1


def test_nobody_is_told_of_an_emergency_whose_case_is_closed_already(road: Road) -> None:
    due = an_emergency(road)
    road.stores.cases.execute(EMERGENCY_CASE_ID, build.close(), actor=build.EDITOR, now=road.now)
    assert road.run(*due) == []
    assert (road.mails, road.texts) == ([], [])
    assert {one.reason for one in road.stores.deliveries.traces(EMERGENCY_CASE_ID).deliveries} == {"case_closed"}


# --- A hot case -------------------------------------------------------------------------------


def hot(road: Road, *commands: Command) -> list[NoticeEffect]:
    """The notices of the last of `commands` on a case that has become orange; without any, of its becoming so."""
    raising = replace(build.raise_heat(), contacts=CONTACTS, together=("公安交通管理局、指挥中心（护送病人）",))
    return notices(execute(road.stores, road.now, raising, *commands))


def test_a_grade_reaches_supervisor_and_command_centre_once_with_reasons_and_without_the_citizens_words(road: Road) -> None:
    due = hot(road)
    assert road.run(*due, *due) == []
    assert {str(mail["To"]).partition(" ")[0] for mail in road.mails} == {"市局督办", "指挥中心"}
    mail = road.mails[0]
    assert str(mail["Subject"]).startswith("【橙色】热点预警")
    said = plain_text(mail)
    assert "40 条留言，40 人，3 个平台" in said
    assert "公开回应时限" in said
    assert "公安交通管理局、指挥中心（护送病人）" in said
    assert build.a_message().text not in said
    assert len(road.texts) == 2
    assert all(segments(text) == 1 and "热度升为橙色" in text for _, text in road.texts)


def test_a_reminder_of_a_statement_that_was_owed_is_sent_unless_nothing_is_owed_any_more(road: Road) -> None:
    climb = Escalate(assignment_id=PUBLIC_RESPONSE, run=1, rung=0)
    due = hot(road, climb)
    assert road.run(due[0]) == []
    assert str(road.mails[0]["Subject"]).startswith("【催办】公开回应提醒")
    lowered = LowerHeat(grade=None, reason="平息")
    road.stores.cases.execute(build.CASE_ID, lowered, actor=build.SUPERVISOR, now=road.now)
    assert road.run(*due[1:]) == []
    assert road.texts == []


def test_a_reminder_of_a_late_coverage_says_what_is_owed_and_is_not_sent_once_a_statement_is_out(road: Road) -> None:
    start = build.start_coverage(contacts=CONTACTS)
    due = notices(execute(road.stores, road.now, start, Escalate(assignment_id=COVERAGE, run=1, rung=0)))
    assert road.run(due[0]) == []
    mail = road.mails[0]
    assert str(mail["Subject"]).startswith("【催办】现场通报提醒")
    assert "下一次现场通报时限将至，尚未发布。" in plain_text(mail)
    for command in build.a_statement():
        road.stores.cases.execute(build.CASE_ID, command, actor=build.SUPERVISOR, now=road.now)
    assert road.run(*due[1:]) == []
    assert road.texts == []


# --- Where answers go -------------------------------------------------------------------------


def test_a_bureaus_answer_goes_to_an_address_of_its_assignment_and_the_supervisors_does_not(
    road: Road, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REPLY_DOMAIN", "reply.example.org")
    road = replace(road, app=importlib.reload(road.app))
    road.run(*notices(road.dispatched, Transport.MAIL))
    addresses = {str(mail["Reply-To"]) for mail in road.mails}
    (address,) = addresses
    assert case_of(address) == build.CASE_ID
    assert assignment_of(SECRET.encode(), address, [build.ASSIGNMENT_ID]) == build.ASSIGNMENT_ID
    assert all("回复邮件不代替签收和反馈" in plain_text(mail) for mail in road.mails)
    road.run(*notices(road.execute(*(Escalate(assignment_id=build.ASSIGNMENT_ID, run=1, rung=rung) for rung in range(3)))))
    assert road.mails[-1]["Reply-To"] is None
