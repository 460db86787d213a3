"""Mails that come in, on an emulated AWS: what a bureau answers stands on its case, and nothing that is mailed does anything."""

import importlib
import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.message import EmailMessage
from types import ModuleType
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from jiesu.cases.mails import MAX_WAITING, AcceptBureauMail
from jiesu.model.case import Case
from jiesu.model.errors import CommandRefusedError
from jiesu.model.evidence import Evidence
from jiesu.model.timeline import BureauMailReceived
from jiesu.model.words import AssignmentStatus, ContactRole, TaskKind
from jiesu.notices.reply_address import make_reply_address
from jiesu.runtime import clients
from tests import builders as build
from tests.conftest import Stores
from tests.functions.conftest import queue_url, sqs_event
from tests.tables import MAIL_BUCKET

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

SECRET = b"a secret of thirty-two letters!!"
DOMAIN = "reply.example.org"
OFFICER = replace(build.a_contact(ContactRole.DUTY_OFFICER), email="officer@ft.example.org")
QUOTED = "\n\n在 2026年11月23日，上午9:12，平安北京 <n@example.org> 写道：\n> 网民反映问题通报单\n> 【紧急】\n"
JPEG = b"\xff\xd8\xff\xe0" + b"\0" * 64


def docx(*, macros: bool = False) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<document/>")
        if macros:
            archive.writestr("word/vbaProject.bin", "x")
    return content.getvalue()


def a_mail(
    to: str, *, text: str = "已到场核实，当事人已劝离。", sender: str = "王建国 <officer@ft.example.org>", **headers: str
) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"] = sender, to
    mail["Subject"] = headers.pop("Subject", "回复：【紧急】请签收：网民反映问题通报单")
    mail["Message-ID"] = headers.pop("Message_ID", "<1@ft.example.org>")
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text + QUOTED)
    return mail


@dataclass
class Post:
    """The function, the bucket before it, and a case that was dispatched to Fengtai."""

    app: ModuleType
    stores: Stores
    sqs: "SQSClient"

    @property
    def address(self) -> str:
        return make_reply_address(SECRET, case_id=build.CASE_ID, assignment_id=build.ASSIGNMENT_ID, domain=DOMAIN)

    @property
    def case(self) -> Case:
        case = self.stores.cases.load(build.CASE_ID)
        assert case is not None
        return case

    @property
    def files(self) -> tuple[Evidence, ...]:
        return self.stores.evidence.of_case(build.CASE_ID)

    @property
    def parked(self) -> list[str]:
        return [one.reason for one in self.stores.parking.parked()]

    def take(self, mail: EmailMessage | bytes, *, size: int | None = None) -> list[dict[str, str]]:
        """Put a mail into the bucket and have it looked at; what is to be tried again."""
        content = mail if isinstance(mail, bytes) else mail.as_bytes()
        key = self.app.receiver.bucket.drop(content)
        told = {"Records": [{"s3": {"object": {"key": key, "size": len(content) if size is None else size}}}]}
        failures: list[dict[str, str]] = self.app.handler(sqs_event(json.dumps(told)), None)["batchItemFailures"]
        return failures


@pytest.fixture
def post(stores: Stores, sqs: "SQSClient", evidence_bucket: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Post]:
    s3: Any = boto3.client("s3")
    s3.create_bucket(Bucket=MAIL_BUCKET, CreateBucketConfiguration={"LocationConstraint": "cn-north-1"})
    boto3.client("secretsmanager").create_secret(Name="jiesu/links", SecretString=SECRET.decode())
    monkeypatch.setattr(clients, "dynamodb", lambda: stores.client)
    monkeypatch.setattr(clients, "sqs", lambda: sqs)
    monkeypatch.setattr(clients, "s3", lambda: s3)
    monkeypatch.setattr(clients, "secretsmanager", lambda: boto3.client("secretsmanager"))
    monkeypatch.setenv("REPLY_DOMAIN", DOMAIN)
    to_fengtai = build.a_new_assignment(contacts=(OFFICER, build.bureau_contacts()[1]))
    for command in (build.open_case(), build.dispatch(to_fengtai)):
        stores.cases.execute(build.CASE_ID, command, actor=build.EDITOR, now=build.NOW)
    yield Post(importlib.reload(importlib.import_module("functions.receive_mail.app")), stores, sqs)
    monkeypatch.undo()


def test_an_answer_stands_on_its_case_without_the_quote_and_asks_a_person_to_read_it(post: Post) -> None:
    assert post.take(a_mail(post.address)) == []
    (mail,) = post.case.mails
    assert mail.text == "已到场核实，当事人已劝离。"
    assert (mail.contact, mail.sender) == (f"值班民警 {OFFICER.name}", "officer@ft.example.org")
    assert [(one.kind, one.reason) for one in post.case.tasks] == [(TaskKind.BUREAU_MAIL, "known")]
    assert not post.parked


def test_a_mail_acknowledges_nothing_and_stops_no_clock_whatever_it_says(post: Post) -> None:
    before = post.case.assignments
    post.take(a_mail(post.address, text="签收。验证码 1234。已办结。"))
    assert post.case.assignments == before
    assert before[0].status is AssignmentStatus.DISPATCHED


def test_an_editor_may_take_it_for_progress_only_once_the_bureau_has_acknowledged(post: Post) -> None:
    post.take(a_mail(post.address))
    accept = AcceptBureauMail(mail_id=post.case.mails[0].id)
    with pytest.raises(CommandRefusedError, match="mail_unacknowledged"):
        post.stores.cases.execute(build.CASE_ID, accept, actor=build.EDITOR, now=build.NOW)
    for command in (build.acknowledge(), accept):
        post.stores.cases.execute(build.CASE_ID, command, actor=build.EDITOR, now=build.after(hours=1))
    assert post.case.assignments[0].status is AssignmentStatus.IN_PROGRESS
    assert post.case.assignments[0].interim_at is not None
    assert (post.case.mails, post.case.tasks) == ((), ())


def test_a_mail_that_comes_twice_is_noted_once(post: Post) -> None:
    for _ in range(3):
        post.take(a_mail(post.address))
    other_way = a_mail(post.address)
    other_way["Received"] = "from mx2.ft.example.org by mx.example.org; Mon, 23 Nov 2026 10:00:00 +0800"
    post.take(other_way)
    assert len(post.case.mails) == 1
    assert len(post.files) == 1
    assert not post.parked


def test_another_mail_under_a_known_id_is_not_lost(post: Post) -> None:
    post.take(a_mail(post.address))
    post.take(a_mail(post.address, text="另一件事。"))
    assert len(post.case.mails) == 1
    assert post.parked == ["mail_id_reused"]


def test_files_are_kept_by_what_their_bytes_are_and_the_original_is_kept_whole(post: Post) -> None:
    mail = a_mail(post.address)
    for name, content in (
        ("现场.jpg", JPEG),
        ("情况说明.docx", docx()),
        ("带宏.docx", docx(macros=True)),
        ("工具.pdf", b"MZ\x90\0\x03"),
        ("假图.jpg", docx()),
        ("空.txt", b""),
    ):
        mail.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    post.take(mail)
    kept = {one.name: one.reason or one.media_type.rpartition(".")[2] for one in post.case.mails[0].files}
    assert kept == {
        "现场.jpg": "image/jpeg",
        "情况说明.docx": "document",
        "带宏.docx": "type_unknown",
        "工具.pdf": "type_unknown",
        "假图.jpg": "name_mismatch",
        "空.txt": "empty",
    }
    original, *others = post.files
    assert (original.name, original.media_type) == ("原邮件.eml", "message/rfc822")
    assert [one.state for one in others].count("stored") == 2
    stored: Any = boto3.client("s3").get_object(Bucket="jiesu-evidence", Key=original.sha256)
    assert stored["Body"].read() == mail.as_bytes()


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"X_Autoreply": "yes"},
        {"Precedence": "auto_reply"},
        {"Return_Path": "<>"},
        {"Subject": "自动回复：【紧急】请签收"},
        {"Subject": "外出期间自动回复"},
        {"Subject": "Automatic reply: 请签收"},
        {"Subject": "已读: 请签收"},
    ],
    ids=str,
)
def test_what_a_machine_answers_changes_nothing(post: Post, headers: dict[str, str]) -> None:
    before = post.case
    assert post.take(a_mail(post.address, text="本人外出，12月1日返回。", **headers)) == []
    assert post.case == before
    assert not post.parked


def test_a_persons_own_words_about_automatic_things_are_no_automatic_answer(post: Post) -> None:
    post.take(a_mail(post.address, Subject="回复：自动售货机被砸", Auto_Submitted="no"))
    assert len(post.case.mails) == 1


def test_a_sender_whom_the_bureau_does_not_name_is_shown_as_such(post: Post) -> None:
    post.take(a_mail(post.address, sender="某人 <somebody@elsewhere.example>"))
    assert post.case.mails[0].contact == ""
    assert post.case.tasks[0].reason == "unknown"
    (entry, *_) = post.stores.cases.timeline(build.CASE_ID).entries
    assert isinstance(entry.change, BureauMailReceived)


def test_an_altered_or_invented_address_is_refused_and_stands_where_a_person_sees_it(post: Post) -> None:
    local, _, domain = post.address.partition("@")
    altered = f"{local[:-1]}{'a' if local[-1] != 'a' else 'b'}@{domain}"
    of_no_case = make_reply_address(SECRET, case_id="261123-ZZZZ", assignment_id="a1", domain=DOMAIN)
    for number, address in enumerate((altered, of_no_case, f"somebody@{DOMAIN}")):
        post.take(a_mail(address, Message_ID=f"<{number}@ft.example.org>"))
    assert post.parked == ["reply_address_forged", "reply_address_forged", "mail_without_reply_address"]
    assert not post.case.mails
    shown = post.stores.parking.parked()[0].body.decode()
    assert "已到场核实" in shown
    assert "officer@ft.example.org" in shown


def test_an_address_that_is_none_keeps_the_mail_from_none_of_the_others(post: Post) -> None:
    forged = make_reply_address(b"another secret", case_id=build.CASE_ID, assignment_id=build.ASSIGNMENT_ID, domain=DOMAIN)
    post.take(a_mail(f"{forged}, {post.address}"))
    assert len(post.case.mails) == 1
    assert post.parked == ["reply_address_forged"]


def test_spam_is_kept_from_people_only_where_it_is_to_no_genuine_address(post: Post) -> None:
    for number, address in enumerate((f"x@{DOMAIN}", post.address)):
        post.take(a_mail(address, Message_ID=f"<{number}@x>", X_SES_Spam_Verdict="FAIL"))
    assert len(post.case.mails) == 1
    assert not post.parked


def test_an_infected_answer_reaches_no_case_and_is_not_lost(post: Post) -> None:
    post.take(a_mail(post.address, X_SES_Virus_Verdict="FAIL"))
    assert not post.case.mails
    assert not post.files
    assert post.parked == ["mail_infected"]


@pytest.mark.parametrize("content", [b"", b"\x00\xff\xfe rubbish", b"Subject: =?gb2312?B?xxxx?=\n\n"])
def test_what_is_no_mail_is_parked(post: Post, content: bytes) -> None:
    assert post.take(content) == []
    assert post.parked == ["mail_unreadable"]


def test_what_is_too_large_is_parked_with_its_head(post: Post) -> None:
    post.take(a_mail(post.address), size=41_000_000)
    assert post.parked == ["mail_too_large"]
    assert "请签收" in post.stores.parking.parked()[0].body.decode()


def test_a_flood_fills_no_case(post: Post) -> None:
    for number in range(MAX_WAITING + 2):
        post.take(a_mail(post.address, Message_ID=f"<{number}@ft.example.org>"))
    assert len(post.case.mails) == MAX_WAITING
    assert post.parked == ["mails_too_many"] * 2


def test_a_delivery_report_goes_to_the_receipts(post: Post) -> None:
    report = (
        b"From: mailer-daemon@mx.example.org\nTo: n@example.org\nDate: Mon, 23 Nov 2099 10:00:00 +0800\nMIME-Version: 1.0\n"
        b'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
        b"--b\nContent-Type: text/plain\n\nfailed\n--b\nContent-Type: message/delivery-status\n\n"
        b"Reporting-MTA: dns; mx\nOriginal-Envelope-Id: n1\n\nFinal-Recipient: rfc822; a@b\nAction: failed\n"
        b"Status: 5.1.1\n\n--b--\n"
    )
    post.take(report)
    (queued,) = post.sqs.receive_message(QueueUrl=queue_url("ReceiptsQueue"))["Messages"]
    receipt = json.loads(queued["Body"])["receipt"]
    assert receipt["reference"] == "n1"
    assert datetime.fromisoformat(receipt["at"]) <= datetime.now(UTC), "no report has a date to come"


def test_what_s3_sends_when_it_is_set_up_is_nothing(post: Post) -> None:
    assert post.app.handler(sqs_event('{"Service":"Amazon S3","Event":"s3:TestEvent"}'), None) == {"batchItemFailures": []}
    assert not post.parked


def test_chinese_in_the_sets_of_older_programs_is_read(post: Post) -> None:
    body = "已核实，当事人姓喆。".encode("gb18030")
    head = f"From: officer@ft.example.org\nTo: {post.address}\nMessage-ID: <9@x>\nMIME-Version: 1.0\n"
    post.take(head.encode() + b"Content-Type: text/plain; charset=gb2312\nContent-Transfer-Encoding: 8bit\n\n" + body)
    assert post.case.mails[0].text == "已核实，当事人姓喆。"


def test_nothing_of_a_mail_stands_in_the_log(post: Post, capsys: pytest.CaptureFixture[str]) -> None:
    post.take(a_mail(post.address, text="绝密的话"))
    post.take(a_mail(f"x@{DOMAIN}", text="绝密的话", Message_ID="<2@x>"))
    said = capsys.readouterr()
    assert "绝密" not in said.out + said.err
    assert "officer@" not in said.out + said.err
