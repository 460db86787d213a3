"""The morning summary on an emulated AWS: mailed once a day to each who answers for the office, however often it is asked for."""

import importlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from types import ModuleType
from typing import TYPE_CHECKING

import pytest

from jiesu.model.errors import PermanentError
from jiesu.model.people import Contact
from jiesu.model.receipt import ContactMark, ReceiptKind
from jiesu.model.words import ContactRole, Urgency
from jiesu.notices.transports import OutcomeUnknownError, OutgoingMail, ProviderUnavailableError
from jiesu.road.morning import MorningReport
from jiesu.road.providers import Providers
from jiesu.runtime import clients
from jiesu.store.directory import Office
from tests import builders as build
from tests.conftest import Stores
from tests.functions.conftest import queue_url

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

ADMINISTRATOR = Contact(role=ContactRole.ADMINISTRATOR, name="管理员", email="admin@example.org", phone="+8619900009009")
MORNING = build.after(days=2)


class Mailer:
    """Takes mails, or fails as it is told for one address."""

    repeats_harmlessly = True
    repeats_elsewhere = False
    reports_by_notice = True

    def __init__(self) -> None:
        self.taken: list[OutgoingMail] = []
        self.trouble: dict[str, Callable[[], Exception]] = {}

    def send(self, mail: OutgoingMail) -> str:
        if mail.recipient in self.trouble:
            raise self.trouble[mail.recipient]()
        self.taken.append(mail)
        return "1"

    @property
    def recipients(self) -> list[str]:
        return [one.recipient for one in self.taken]

    def letter(self) -> EmailMessage:
        message = message_from_bytes(self.taken[-1].mime, policy=default)
        assert isinstance(message, EmailMessage)
        return message


@dataclass
class Summing:
    app: ModuleType
    stores: Stores
    mailer: Mailer

    def send(self, now: datetime = MORNING) -> dict[str, int]:
        report: MorningReport = self.app.report
        providers = Providers(carriers={"smtp": self.mailer}, health=report.mail.health)
        return replace(report, mail=providers).send(now)

    def text(self) -> str:
        part = self.mailer.letter().get_body(("plain",))
        assert part is not None
        content: str = part.get_content()
        return content


@pytest.fixture
def summing(stores: Stores, sqs: "SQSClient", monkeypatch: pytest.MonkeyPatch) -> Summing:
    monkeypatch.setattr(clients, "dynamodb", lambda: stores.client)
    monkeypatch.setattr(clients, "sqs", lambda: sqs)
    office = Office(
        contacts=build.office_contacts(), plans=dict.fromkeys(Urgency, build.a_plan()), administrators=(ADMINISTRATOR,)
    )
    stores.directory.put_office(office, build.a_note())
    stores.directory.put_bureaus([build.a_bureau()], build.a_note())
    app = importlib.reload(importlib.import_module("functions.summarize_morning.app"))
    return Summing(app, stores, Mailer())


def test_the_supervisor_and_the_administrator_get_one_mail_a_day(summing: Summing) -> None:
    assert summing.send()["sent"] == 2
    assert sorted(summing.mailer.recipients) == ["admin@example.org", "supervisor@example.org"]
    assert summing.send(MORNING + timedelta(hours=1))["sent"] == 0
    assert summing.send(MORNING + timedelta(days=1))["sent"] == 2


def test_whoever_could_not_be_reached_gets_it_at_the_next_call_and_nobody_twice(summing: Summing) -> None:
    summing.mailer.trouble["admin@example.org"] = lambda: ProviderUnavailableError("smtp", "busy")
    with pytest.raises(ProviderUnavailableError):
        summing.send()
    summing.mailer.trouble.clear()
    assert summing.send(MORNING + timedelta(hours=1))["sent"] == 1
    assert sorted(summing.mailer.recipients) == ["admin@example.org", "supervisor@example.org"]


@pytest.mark.parametrize("error", [lambda: OutcomeUnknownError("smtp", "lost"), lambda: PermanentError("mail_address_rejected")])
def test_a_mail_whose_fate_nobody_knows_or_that_is_refused_is_not_tried_all_day(
    summing: Summing, error: Callable[[], Exception]
) -> None:
    summing.mailer.trouble["admin@example.org"] = error
    assert summing.send()["sent"] == 2
    summing.mailer.trouble.clear()
    assert summing.send()["sent"] == 0


def test_a_quiet_morning_says_that_all_is_well(summing: Summing) -> None:
    summing.send(build.after(days=-22))  # before the holidays of the next year must be known
    assert str(summing.mailer.letter()["Subject"]) == "【每日概况】11月1日：一切正常"
    assert "没有超期、无人处理或未能送出的事项。" in summing.text()


def test_it_names_what_is_late_unowned_parked_dead_and_unreachable(summing: Summing, sqs: "SQSClient") -> None:
    stores = summing.stores
    for command in (build.open_case(), build.dispatch(plan=build.a_plan())):
        stores.cases.execute(build.CASE_ID, command, actor=build.EDITOR, now=build.NOW)
    stores.cases.execute("261123-AAAA", build.open_case(), actor=build.SYSTEM, now=build.NOW)
    stores.parking.park(parked_id="1", reason="payload_malformed", body=b"{}", context={}, now=build.NOW)
    sqs.send_message(QueueUrl=queue_url("InboxDeadLetterQueue"), MessageBody="{}")
    chief = build.bureau_contacts()[1]
    for address in (chief.email.casefold(), chief.phone):
        kind = ReceiptKind.HARD_BOUNCE if "@" in address else ReceiptKind.OPTED_OUT
        summing.app.report.marks.mark(
            ContactMark(address=address, kind=kind, at=build.NOW, bureau="FT", contact=chief.name, case_id=build.CASE_ID)
        )
    yesterday = (MORNING - timedelta(days=1)).date()
    summing.app.report.sweeps.add(yesterday, {"clocks_restarted": 3}, MORNING)
    report = summing.send()
    assert (report["late"], report["unowned"], report["unreachable"]) == (1, 1, 1)
    said = summing.text()
    number = build.a_bulletin().number
    assert f"北京市公安局丰台分局：1 项，最早的 {number} 应于2026年11月23日（周一）11:30前签收" in said
    assert "2027 年的节假日安排还没有录入" in said
    assert "261123-AAAA（一般）已 2 天" in said
    assert "未能处理：1 条" in said
    assert "收到的推送 1 条" in said
    assert "重新启动的时限 3" in said
    assert "能联系上 1 人；单位负责人" in said
    assert "1 项超期、1 件无人处理" in str(summing.mailer.letter()["Subject"])


def test_it_holds_no_word_of_a_citizen(summing: Summing) -> None:
    stores = summing.stores
    command = replace(build.open_case(), title="电梯里有人吐痰，电话 13800138000")
    stores.cases.execute(build.CASE_ID, command, actor=build.SYSTEM, now=build.NOW)
    summing.send()
    assert build.CASE_ID in summing.text()
    assert "吐痰" not in summing.text()


def test_an_office_without_anybody_to_tell_is_said_in_the_log_and_fails_nothing(summing: Summing) -> None:
    city = Office(contacts=(), plans=dict.fromkeys(Urgency, build.a_plan()))
    summing.stores.directory.put_office(city, build.a_note())
    assert summing.send() == {"sent": 0, "recipients": 0, "late": 0, "unowned": 0, "unreachable": 0}
