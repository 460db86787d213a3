"""What the office sends can be seen where it arrives: in mailboxes and on phones."""

from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path

import pytest

from jiesu.model.words import Platform
from jiesu.notices.incoming import read_mail
from local.world.exchanges import Exchange, ExchangeKind, ExchangeLog
from local.world.mailbox import Mailbox
from tests.unit.local.conftest import WEIBO, Outside

ARRIVED = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)


def mail() -> bytes:
    message = EmailMessage()
    message["From"] = "平安北京 <office@example.org>"
    message["To"] = "duty@example.org"
    message["Subject"] = "【交办】2026-00042-6 楼道飞线充电"
    message.set_content("请于 2 小时内签收:http://127.0.0.1:8600/bureau/abc。<谢谢>")
    message.add_alternative("<p>请签收</p><script>alert(1)</script>", subtype="html")
    message.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="通报单.pdf")
    return message.as_bytes()


def test_a_mail_is_listed_and_shown_with_its_parts(outside: Outside) -> None:
    mail_id = outside.mailbox.keep(mail(), recipients=("duty@example.org",), arrived_at=ARRIVED)

    assert "【交办】2026-00042-6 楼道飞线充电" in outside.client.get("/mails").text
    page = outside.client.get(f"/mails/{mail_id}").text
    assert '<a href="http://127.0.0.1:8600/bureau/abc"' in page
    assert "&lt;谢谢&gt;" in page
    assert "11-23 09:30:00" in page
    html = outside.client.get(f"/mails/{mail_id}/html")
    assert "script-src 'none'" in html.headers["Content-Security-Policy"]
    attachment = outside.client.get(f"/mails/{mail_id}/attachments/0")
    assert attachment.data == b"%PDF-1.7"
    assert attachment.mimetype == "application/pdf"


def test_the_mails_twin_is_json_with_the_latest_first(outside: Outside) -> None:
    for hours, recipient in enumerate(("first@example.org", "second@example.org")):
        outside.mailbox.keep(mail(), recipients=(recipient,), arrived_at=ARRIVED + timedelta(hours=hours))
    found = outside.client.get("/mails.json").get_json()
    assert [one["recipients"] for one in found] == [["second@example.org"], ["first@example.org"]]
    assert found[0]["attachments"] == ["通报单.pdf"]


def test_mails_outlive_a_restart(outside: Outside, tmp_path: Path) -> None:
    mail_id = outside.mailbox.keep(mail(), recipients=("duty@example.org",), arrived_at=ARRIVED)
    [kept] = Mailbox(tmp_path / "mail").mails()
    assert (kept.id, kept.arrived_at, kept.recipients) == (mail_id, ARRIVED, ("duty@example.org",))


def test_a_mail_that_asks_for_an_answer_is_answered_with_a_file_and_the_original_below(outside: Outside) -> None:
    content = b"Reply-To: reply+x@reply.example.org\r\n" + mail()
    mail_id = outside.mailbox.keep(content, recipients=("duty@example.org",), arrived_at=ARRIVED)
    form = {"text": "已到场。", "file": (BytesIO(b"%PDF-1.7"), "现场.pdf")}
    assert "已寄出：已到场。" in outside.client.post(f"/mails/{mail_id}/answer", data=form).text
    (answer,) = outside.answers
    assert (answer["From"], answer["To"]) == ("duty@example.org", "reply+x@reply.example.org")
    read = read_mail(answer.as_bytes())
    assert (read.text, [one.name for one in read.files]) == ("已到场。", ["现场.pdf"])


def test_a_mail_that_asks_for_none_cannot_be_answered(outside: Outside) -> None:
    mail_id = outside.mailbox.keep(mail(), recipients=("duty@example.org",), arrived_at=ARRIVED)
    assert "以收件人身份回复" not in outside.client.get(f"/mails/{mail_id}").text
    assert outside.client.post(f"/mails/{mail_id}/answer", data={"text": "已到场。"}).status_code == 404


@pytest.mark.parametrize("address", ["/mails/none", "/mails/none/html", "/mails/none/attachments/0", "/nowhere"])
def test_what_never_arrived_is_not_found(outside: Outside, address: str) -> None:
    assert outside.client.get(address).status_code == 404


def test_sms_are_shown_by_phone_with_its_holder(outside: Outside) -> None:
    outside.phones.texts["+8619900000001"] = ["通报单 2026-00042-6,签收码 0417", "催办"]
    page = outside.client.get("/sms").text
    assert "丰台分局值班民警" in page
    assert "签收码 0417" in page
    assert outside.client.get("/sms.json").get_json() == [
        {"number": "+8619900000001", "owner": "丰台分局值班民警", "texts": ["通报单 2026-00042-6,签收码 0417", "催办"]}
    ]


def test_phones_that_cannot_be_read_are_no_empty_phones(outside: Outside) -> None:
    outside.phones.silent = True
    assert outside.client.get("/sms").status_code == 502


def test_a_citizens_phone_shows_both_sides(outside: Outside) -> None:
    outside.citizen(WEIBO, "2000000001", ExchangeKind.PRIVATE)
    assert "还没有答复发出" in outside.client.get("/citizens").text
    outside.exchanges.record(
        Exchange(
            ref="r1",
            at=ARRIVED,
            platform=Platform.WEIBO,
            account_id=WEIBO.account.external_id,
            citizen_id="2000000001",
            kind=ExchangeKind.RECEIVED,
            text="已转属地核实",
        )
    )
    page = outside.client.get("/citizens").text
    assert "警察叔叔好" in page
    assert "已转属地核实" in page
    assert [one["kind"] for one in outside.client.get("/citizens.json").get_json()] == ["private", "received"]


def test_the_index_counts_everything(outside: Outside) -> None:
    outside.mailbox.keep(mail(), recipients=("duty@example.org",), arrived_at=ARRIVED)
    outside.phones.texts["+8619900000001"] = ["一", "二"]
    page = outside.client.get("/").text
    assert "邮件 1 封" in page
    assert "短信 2 条" in page


def test_exchanges_outlive_a_restart_and_a_redelivery_counts_once(tmp_path: Path) -> None:
    path = tmp_path / "citizens.jsonl"
    exchange = Exchange(
        ref="weibo:1",
        at=ARRIVED,
        platform=Platform.WEIBO,
        account_id="1",
        citizen_id="2",
        kind=ExchangeKind.MENTION,
        text="@平安北京",
    )
    log = ExchangeLog(path)
    assert log.record(exchange)
    assert not log.record(exchange)
    again = ExchangeLog(path)
    assert again.between("1", "2") == (exchange,)
    assert not again.record(exchange)
