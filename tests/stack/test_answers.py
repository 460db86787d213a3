"""A bureau answers its bulletin by mail, through the mail server of the town, on the deployed template."""

import smtplib
from collections.abc import Iterator
from email.message import EmailMessage
from hashlib import sha256
from urllib.request import ProxyHandler, build_opener

import pytest

from jiesu.model.words import AssignmentStatus, TaskKind
from jiesu.store.parking import ParkingStore
from local.serving import HOST
from local.world.mailbox import Mail
from tests.eventually import eventually
from tests.stack.test_road import DUTY_OFFICER, dispatch
from tests.stack.town import WITHIN_SECONDS, Town

PDF = b"%PDF-1.4\n%%EOF\n"


def answer_to(mail: Mail, reply_to: str, *, text: str, **headers: str) -> EmailMessage:
    """What the officer's mail program makes of an answer, the original quoted below."""
    answer = EmailMessage()
    answer["From"], answer["To"] = f"{DUTY_OFFICER.name} <{DUTY_OFFICER.email}>", reply_to
    answer["Subject"], answer["Message-ID"] = f"回复：{mail.subject}", f"<{len(text)}.{mail.id}@ft.example.org>"
    for name, value in headers.items():
        answer[name.replace("_", "-")] = value
    quoted = "\n".join(f"> {line}" for line in mail.text.splitlines())
    answer.set_content(f"{text}\n\n发自我的iPhone\n\n在 2026年11月28日，上午9:12，平安北京 <{mail.sender}> 写道：\n{quoted}\n")
    return answer


@pytest.fixture
def send(town: Town) -> Iterator[smtplib.SMTP]:
    with smtplib.SMTP(HOST, town.mail_port) as server:
        yield server


def test_an_answer_by_mail_stands_on_the_case_and_an_absence_notice_changes_nothing(town: Town, send: smtplib.SMTP) -> None:
    town.deliver(town.push("长辛店大街旧货市场有人占道烧纸，烟很大", via="weibo.private", who="看见烟的人"))
    case = town.case_titled("长辛店大街")
    editor = town.signed_in()
    number = dispatch(town, editor, case.id)
    (mail,) = eventually(lambda: town.mails_to(DUTY_OFFICER.email, number), within_seconds=WITHIN_SECONDS)
    reply_to = mail.reply_to
    assert reply_to.startswith("reply+")

    absent = answer_to(mail, reply_to, text="本人外出，请联系值班室。", Auto_Submitted="auto-replied")
    send.send_message(absent)
    answer = answer_to(mail, reply_to, text="已派员到场，烟已扑灭，当事人已教育。")
    answer.add_attachment(PDF, maintype="application", subtype="pdf", filename="现场勘验.pdf")
    send.send_message(answer)
    send.send_message(answer)

    (noted,) = eventually(lambda: town.case(case.id).mails, within_seconds=WITHIN_SECONDS)
    assert noted.text == "已派员到场，烟已扑灭，当事人已教育。"
    assert town.case(case.id).assignments[0].status is AssignmentStatus.DISPATCHED
    assert [task.kind for task in town.case(case.id).tasks] == [TaskKind.BUREAU_MAIL]

    page = editor.get(f"{town.door_url}/desk/cases/{case.id}")
    assert "已派员到场，烟已扑灭，当事人已教育。" in page.text
    assert "本人外出" not in page.text
    assert "发自我的iPhone" not in page.text
    attached = next(link for link in page.links if link.endswith(sha256(PDF).hexdigest()))
    with build_opener(ProxyHandler({})).open(editor.leads_to(attached), timeout=60) as file:
        assert file.read() == PDF
        assert file.headers["Content-Disposition"].startswith("attachment")

    local, _, domain = reply_to.partition("@")
    forged = f"{local[:-4]}{'aaaa' if local[-4:] != 'aaaa' else 'bbbb'}@{domain}"
    send.send_message(answer_to(mail, forged, text="伪造的地址。"))
    outputs = town.deployment.outputs
    parking = ParkingStore(town.emulator.client("dynamodb"), outputs["MessagesTableName"])
    (parked,) = eventually(parking.parked, within_seconds=WITHIN_SECONDS)
    assert parked.reason == "reply_address_forged"
    assert "伪造的地址。" in editor.get(f"{town.door_url}/desk/parked").text
    assert len(town.case(case.id).mails) == 1
