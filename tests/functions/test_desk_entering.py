"""What came by telephone or letter, entered at the desk: as an editor does it, down to the case."""

import importlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import boto3
import pytest

from jiesu.cases.entered import MAX_TEXT
from jiesu.cases.reply_window import opens_window
from jiesu.model.case import Case
from jiesu.model.message import DESK_ACCOUNT_ID, Message
from jiesu.model.words import CaseStatus, MessageKind, Platform, UserRole
from jiesu.pages.desk_entering import MAX_LOOKS
from jiesu.store import entered
from jiesu.store.messages import ref_of
from jiesu.triage import categories
from tests import builders as build
from tests.conftest import Stores
from tests.functions.browser import Browser, Form, Page
from tests.functions.conftest import queue_url, sqs_event
from tests.functions.desks import DemoDesk, fill_directory, opened

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

ENTER = "/prod/desk/enter"
CALL = {
    "platform": "telephone",
    "citizen": "王女士",
    "contact": "010-5550-0123",
    "sent_at": "2026-11-23T09:10",
    "text": "丰台区马家堡西路有人在电梯里吐痰\n请民警来看看",
    "link": "https://example.org/v/1",
}


@dataclass(slots=True)
class Counter:
    """An editor's desk with the queue behind it."""

    office: DemoDesk
    sqs: "SQSClient"

    @property
    def stores(self) -> Stores:
        return self.office.stores

    def preview(self, browser: Browser, **changes: str) -> Page:
        return browser.submit(browser.get(ENTER).form("/enter"), **(CALL | changes), step="preview")

    def waiting(self) -> list[str]:
        """What waits in the inbox, taken out of it."""
        bodies = []
        while found := self.sqs.receive_message(QueueUrl=queue_url("InboxQueue"), MaxNumberOfMessages=10).get("Messages"):
            for one in found:
                bodies.append(one["Body"])
                self.sqs.delete_message(QueueUrl=queue_url("InboxQueue"), ReceiptHandle=one["ReceiptHandle"])
        return bodies

    def messages(self) -> list[Message]:
        return [entered.from_queue_body(body) for body in self.waiting()]

    def open_cases(self) -> tuple[Case, ...]:
        return self.stores.cases.queue(CaseStatus.OPEN).cases


@pytest.fixture
def counter(stores: Stores, sqs: "SQSClient", telephone_secret: None) -> Counter:
    fill_directory(stores)
    return Counter(DemoDesk(stores), sqs)


def the_form(page: Page) -> Form:
    return page.form("/enter")


def test_a_telephone_call_is_previewed_sent_and_becomes_a_case(counter: Counter) -> None:
    browser = counter.office.editor()
    page = counter.preview(browser)
    assert "核对登记内容" in page.text
    assert "马家堡西路" in page.text
    assert "FT" in page.text
    assert counter.waiting() == []
    page = browser.submit(the_form(page), category="public_order.offence", step="send")
    assert "正在登记" in page.text
    assert page.headers["Refresh"].endswith("?looks=1")
    bodies = counter.waiting()
    response = importlib.import_module("functions.ingest_message.app").handler(sqs_event(*bodies), None)
    assert response == {"batchItemFailures": []}
    (case,) = counter.open_cases()
    page = browser.get(page.path)
    assert "登记完成" in page.text
    assert f"/prod/desk/cases/{case.id}" in page.links
    assert "Refresh" not in page.headers
    assert (case.category, case.place.bureau_code) == ("public_order.offence", "FT")
    shown = browser.get(f"/prod/desk/cases/{case.id}").text
    assert "联系方式：查看身份后显示" in shown
    assert "010-5550-0123" not in shown
    unmask = f"/prod/desk/cases/{case.id}/unmask/{case.voices[0].conversation.alias}"
    known = browser.submit(browser.get(unmask).form(unmask), reason="须回电核实").text
    assert "联系方式：010-5550-0123" in known
    assert "链接：https://example.org/v/1" in shown


def test_what_is_entered_says_where_it_came_from_and_when(counter: Counter) -> None:
    browser = counter.office.editor()
    browser.submit(the_form(counter.preview(browser)), step="send")
    (message,) = counter.messages()
    assert (message.platform, message.account_id, message.citizen_id) == (Platform.TELEPHONE, DESK_ACCOUNT_ID, "telephone:王女士")
    assert message.sent_at.isoformat() == "2026-11-23T01:10:00+00:00"
    assert message.contact == "010-5550-0123"
    assert message.text == f"{CALL['text']}\n链接：{CALL['link']}"


def test_one_form_sent_twice_is_one_message_and_two_forms_alike_are_two(counter: Counter) -> None:
    browser = counter.office.editor()
    form = the_form(counter.preview(browser))
    browser.submit(form, step="send")
    browser.submit(form, step="send")
    browser.submit(the_form(counter.preview(browser)), step="send")
    ids = [message.id for message in counter.messages()]
    assert (len(ids), len(set(ids))) == (3, 2)


def test_a_form_changed_after_it_was_sent_is_another_message_and_nothing_is_lost(counter: Counter) -> None:
    browser = counter.office.editor()
    form = the_form(counter.preview(browser))
    browser.submit(form, step="send")
    browser.submit(form, text="丰台区马家堡西路又有人吐痰", step="send")
    first, second = counter.messages()
    assert first.id != second.id


def test_what_reads_like_noise_becomes_a_case_all_the_same(counter: Counter) -> None:
    browser = counter.office.editor()
    page = counter.preview(browser, text="转发微博", link="")
    assert "系统没有读出诉求" in page.text
    browser.submit(the_form(page), step="send")
    importlib.import_module("functions.ingest_message.app").handler(sqs_event(*counter.waiting()), None)
    (case,) = counter.open_cases()
    assert case.category == categories.UNCLEAR


def test_the_preview_says_which_open_case_of_the_same_citizen_it_joins(counter: Counter) -> None:
    browser = counter.office.editor()
    browser.submit(the_form(counter.preview(browser)), step="send")
    importlib.import_module("functions.ingest_message.app").handler(sqs_event(*counter.waiting()), None)
    (case,) = counter.open_cases()
    page = counter.preview(browser, text="补充：是三号楼的电梯")
    assert f"/prod/desk/cases/{case.id}" in page.links
    assert "不另立件" in page.text
    assert "不另立件" not in counter.preview(browser, citizen="李先生").text


def test_a_comment_copied_from_wechat_is_a_comment_and_opens_no_reply_window(counter: Counter) -> None:
    browser = counter.office.editor()
    browser.submit(the_form(counter.preview(browser, platform="wechat")), step="send")
    (message,) = counter.messages()
    assert (message.platform, message.kind, message.account_id) == (Platform.WECHAT, MessageKind.COMMENT, DESK_ACCOUNT_ID)
    assert not opens_window(message.platform, message.kind, message.content_type)
    assert ref_of(message).is_answered_by_hand
    assert not build.a_message_ref().is_answered_by_hand


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("citizen", " ", "请填写称呼。"),
        ("citizen", "名" * 65, "称呼不能超过 64 个字符。"),
        ("contact", "一行\n两行", "联系方式只能是一行文字。"),
        ("text", "", "请填写内容。"),
        ("text", "长" * (MAX_TEXT + 1), f"内容不能超过 {MAX_TEXT} 个字符。"),
        ("sent_at", "昨天", "请按「2026-11-23 09:30」的格式填写收到时间。"),
        ("sent_at", "0001-01-01T00:00", "请按「2026-11-23 09:30」的格式填写收到时间。"),
        ("sent_at", "2099-01-01T00:00", "收到时间不能晚于现在。"),
        ("link", "javascript:alert(1)", "链接须以 http:// 或 https:// 开头"),
        ("platform", "weibo", "请选择来源。"),
        ("platform", "open311", "请选择来源。"),
        ("platform", "", "请选择来源。"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_everything_typed_stays(
    counter: Counter, field: str, typed: str, said: str
) -> None:
    page = counter.preview(counter.office.editor(), **{field: typed})
    assert page.status == 422
    assert page.text.count(said) == 2, "at the field, and in the list above that leads there"
    assert f'{field}-wrong" aria-invalid="true"' in page.body
    assert f"#{field}" in page.links
    form = the_form(page)
    kept = {name: value for name, value in CALL.items() if name != field}
    assert {name: form.fields[name][0] for name in kept} == kept
    assert counter.waiting() == []


def test_a_preview_sent_with_a_wrong_field_goes_nowhere(counter: Counter) -> None:
    browser = counter.office.editor()
    form = the_form(counter.preview(browser))
    assert browser.submit(form, text="", step="send").status == 422
    assert browser.submit(form, category="noise", step="send").status == 422
    assert browser.submit(form, token="", step="send").status == 400
    assert counter.waiting() == []


def test_from_the_preview_back_to_the_form_nothing_is_lost(counter: Counter) -> None:
    browser = counter.office.editor()
    page = browser.submit(the_form(counter.preview(browser)), category="traffic.parking", step="edit")
    form = the_form(page)
    assert "人工登记" in page.text
    assert {name: form.fields[name][0] for name in CALL} == CALL
    assert form.fields["category"] == ("traffic.parking",)


def test_an_emergency_is_said_before_it_is_sent(counter: Counter) -> None:
    page = counter.preview(counter.office.editor(), text="我在丰台区马家堡西路，有人拿刀砍人，救命")
    assert "请先电话报告" in page.text


def test_a_queue_that_does_not_answer_keeps_what_was_typed(counter: Counter) -> None:
    browser = counter.office.editor()
    form = the_form(counter.preview(browser))
    boto3.client("sqs").delete_queue(QueueUrl=queue_url("InboxQueue"))
    page = browser.submit(form, step="send")
    assert (page.status, "此刻无法提交" in page.text) == (503, True)
    assert the_form(page).fields["text"] == (CALL["text"],)


def test_the_page_of_an_entry_stops_looking_by_itself_and_says_where_to_ask(counter: Counter) -> None:
    browser = counter.office.editor()
    page = browser.submit(the_form(counter.preview(browser)), step="send")
    late = browser.get(f"{page.path}?looks={MAX_LOOKS}")
    assert "比平时慢" in late.text
    assert "Refresh" not in late.headers
    assert "Refresh" not in browser.get(f"{page.path}?looks=x").headers


def test_who_may_only_read_enters_nothing(counter: Counter) -> None:
    browser = counter.office.signed_in(UserRole.AUDITOR)
    assert browser.get(ENTER).status == 403
    assert ENTER not in browser.get("/prod/desk").links


def test_another_citizens_case_is_not_named(counter: Counter) -> None:
    opened(counter.stores)
    assert build.CASE_ID not in counter.preview(counter.office.editor()).text
