"""Asking from the desk to the answers: one key, the conversation's next messages, a clock as assignments have it."""

import importlib
import json
from datetime import UTC, datetime, timedelta
from types import ModuleType
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from jiesu.cases.asking import StartAsking
from jiesu.cases.commands import Escalate, RecordReplySent
from jiesu.channels.delivery import RawDelivery, to_queue_body
from jiesu.model.asking import AskingState, StepState
from jiesu.model.case import Case
from jiesu.model.words import CaseStatus, Platform, TaskKind, Urgency
from jiesu.runtime import clients
from jiesu.store import keys
from jiesu.store.directory import Office
from jiesu.store.messages import ref_of
from tests import builders as build
from tests.conftest import Stores
from tests.functions import desks
from tests.functions.conftest import sqs_event
from tests.functions.desks import DemoDesk
from tests.tables import TABLES

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

CASE = f"/prod/desk/cases/{build.CASE_ID}"


@pytest.fixture
def desk(stores: Stores) -> DemoDesk:
    desks.opened(stores, citizen="2489518277", text="@平安北京 转自业主群，电梯里有人吐痰")
    return DemoDesk(stores)


@pytest.fixture
def ingest(stores: Stores, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The inbox's consumer, freshly started, with one Weibo account."""
    secrets = {"app_secret": "app-secret-for-tests", "access_token": "token-for-tests"}
    boto3.client("secretsmanager").create_secret(Name=build.an_account().secret_name, SecretString=json.dumps(secrets))
    stores.accounts.put_account(build.an_account(), build.a_note())
    monkeypatch.setattr(clients, "dynamodb", lambda: stores.client)
    return importlib.reload(importlib.import_module("functions.ingest_message.app"))


def the_case(stores: Stores) -> Case:
    case = stores.cases.load(build.CASE_ID)
    assert case is not None
    return case


def asked(stores: Stores) -> Case:
    """The case of `desk`, its citizen asked."""
    command = StartAsking(to=ref_of(build.a_message(id="weibo:2489518277", citizen_id="2489518277")), plan=build.an_asking_plan())
    return stores.cases.execute(build.CASE_ID, command, actor=build.EDITOR, now=build.NOW).case


def delivery(text: str, *, minutes: int) -> dict[str, Any]:
    """What the citizen of the case writes in private `minutes` from now, for the function has a clock of its own."""
    sent_at = datetime.now(UTC).replace(microsecond=0) + timedelta(minutes=minutes)
    payload = {
        "type": "text",
        "receiver_id": int(build.an_account().external_id),
        "sender_id": 2489518277,
        "created_at": sent_at.strftime("%a %b %d %H:%M:%S +0000 %Y"),
        "text": text,
        "data": {},
    }
    raw = RawDelivery(
        account_id=build.an_account().id,
        platform=Platform.WEIBO,
        body=json.dumps(payload, ensure_ascii=False).encode(),
        query={"nonce": "1"},
        received_at=build.NOW,
    )
    return sqs_event("InboxQueue", to_queue_body(raw))


def clock_item(client: "DynamoDBClient") -> dict[str, Any]:
    key = {"pk": {"S": keys.case(build.CASE_ID)}, "sk": {"S": keys.assignment("ask-1")}}
    return dict(client.get_item(TableName=TABLES.cases, Key=key, ConsistentRead=True)["Item"])


def test_one_press_asks_the_citizen_and_the_page_shows_what_was_asked(desk: DemoDesk, stores: Stores) -> None:
    browser = desk.editor()
    page = browser.submit(browser.get(f"{CASE}/source").form("/ask"))
    assert page.path == f"{CASE}/source"
    assert "正在询问" in page.text
    assert "已发问，等待回答" in page.text
    assert "等待回答还剩 1 天" in page.text
    asking = the_case(stores).askings[0]
    assert asking.steps[0].question.text in page.text
    alias = build.a_message(citizen_id="2489518277").conversation.alias
    assert f"询问网民 {alias}：正在询问" in browser.get(CASE).text


def test_the_form_shows_the_offices_own_questions_before_they_are_sent(desk: DemoDesk, stores: Stores) -> None:
    desks.fill_directory(stores)
    office = stores.directory.office()
    question = build.an_asking_plan().questions[0]
    own = build.an_asking_plan(questions=(type(question)(topic=question.topic, text="您从哪里看到的？"),))
    stores.directory.put_office(
        Office(contacts=office.contacts, plans=dict.fromkeys(Urgency, build.a_plan()), asking=own), build.a_note()
    )
    browser = desk.editor()
    page = browser.get(f"{CASE}/ask")
    assert "您从哪里看到的？" in page.text
    assert "4 小时没有回答提醒一次，1 天没有回答转人工" in page.text
    browser.submit(page.form("/ask"))
    assert the_case(stores).replies[-1].text == "您从哪里看到的？"


def test_what_the_citizen_writes_next_is_the_answer_and_comes_into_the_graph(
    desk: DemoDesk, stores: Stores, ingest: ModuleType
) -> None:
    asked(stores)
    answer = delivery("马家堡业主群", minutes=1)
    ingest.handler(answer, None)
    ingest.handler(answer, None)
    ingest.handler(delivery("昨晚八点在3号楼", minutes=5), None)
    case = the_case(stores)
    assert [step.state for step in case.askings[0].steps] == [StepState.ANSWERED, StepState.ANSWERED, StepState.ASKED]
    assert [len(step.answer_ids) for step in case.askings[0].steps] == [1, 1, 0], "a second delivery answers nothing again"
    page = desk.editor().get(f"{CASE}/source").text
    assert "询问后回答：「马家堡业主群」" in page
    assert "昨晚八点在3号楼" in page
    assert "已联系，已回答" in page


def test_what_is_noise_by_itself_is_an_answer_too(desk: DemoDesk, stores: Stores, ingest: ModuleType) -> None:
    asked(stores)
    ingest.handler(delivery("嗯", minutes=1), None)
    assert the_case(stores).askings[0].steps[0].state is StepState.ANSWERED


def test_the_clock_reads_an_asking_as_it_reads_an_assignment_and_the_sweeper_sees_it(
    desk: DemoDesk, stores: Stores, ingest: ModuleType
) -> None:
    asked(stores)
    item = clock_item(stores.client)
    assert (item["run"]["N"], item["level"]["N"], item["next_rung_at"]["S"]) == ("1", "0", "2026-11-23T05:30:00Z")
    assert [one.assignment_id for one in stores.cases.open_clocks()] == ["ask-1"]
    ingest.handler(delivery("马家堡业主群", minutes=1), None)
    assert clock_item(stores.client)["run"]["N"] == "2"
    stores.cases.execute(build.CASE_ID, build.close(), actor=build.EDITOR, now=build.after(hours=1))
    assert "next_rung_at" not in clock_item(stores.client)
    assert list(stores.cases.open_clocks()) == []


def test_a_time_out_is_shown_in_the_queue_on_the_case_and_beside_the_questions(desk: DemoDesk, stores: Stores) -> None:
    asked(stores)
    for rung, hours in enumerate((4, 24)):
        strike = Escalate(assignment_id="ask-1", run=1, rung=rung)
        stores.cases.execute(build.CASE_ID, strike, actor=build.CLOCK, now=build.after(hours=hours))
    case = the_case(stores)
    assert [task.kind for task in case.tasks] == [TaskKind.ASKING]
    browser = desk.editor()
    assert "待人工处理 1" in browser.get("/prod/desk").text
    assert "网民在期限内没有回答，请改用电话等方式，或停止询问" in browser.get(CASE).text
    assert "超时未答" in browser.get(f"{CASE}/source").text
    assert case.status is CaseStatus.OPEN


def test_an_editor_writes_down_an_answer_skips_a_question_and_stops(desk: DemoDesk, stores: Stores) -> None:
    asked(stores)
    browser = desk.editor()
    form = browser.get(f"{CASE}/settle-question/ask-1.0").form("/settle-question/ask-1.0")
    assert "询问后回答：「我自己拍的」" in browser.submit(form, text="我自己拍的").text
    browser.submit(browser.get(f"{CASE}/settle-question/ask-1.2").form("/settle-question/ask-1.2"), text=" ")
    assert [step.state for step in the_case(stores).askings[0].steps] == [StepState.ANSWERED, StepState.ASKED, StepState.SKIPPED]
    stop = browser.get(f"{CASE}/stop-asking/ask-1").form("/stop-asking/ask-1")
    assert "请填写理由" in browser.submit(stop, reason=" ").text
    browser.submit(stop, reason="已经查明")
    assert the_case(stores).askings[0].state is AskingState.STOPPED


def test_a_question_that_is_not_there_is_said_so(desk: DemoDesk, stores: Stores) -> None:
    asked(stores)
    browser = desk.editor()
    for address in ("settle-question/ask-9.0", "settle-question/ask-1.7", "settle-question/ask-1", "stop-asking/ask-9"):
        assert browser.get(f"{CASE}/{address}").status == 404, address


def test_a_citizen_whose_next_message_would_go_to_another_case_is_asked_there(desk: DemoDesk, stores: Stores) -> None:
    browser = desk.editor()
    form = browser.get(f"{CASE}/source").form("/ask")
    stores.cases.execute(build.CASE_ID, build.close(), actor=build.EDITOR, now=build.NOW)
    other = build.a_message(id="weibo:later", citizen_id="2489518277", sent_at=build.after(minutes=5))
    stores.messages.open_case(
        stores.cases,
        build.a_screened(message=other),
        case_id=f"{build.CASE_ID[:-1]}9",
        title="另一件",
        now=build.after(minutes=5),
        previous_case_id=build.CASE_ID,
    )
    page = browser.submit(form, expected_version=str(the_case(stores).version))
    assert "这位网民的来信现在归入另一件，请在那一件里询问" in page.text
    assert the_case(stores).askings == ()


def test_the_first_poster_is_asked_first_and_a_question_that_arrived_is_a_contact(desk: DemoDesk, stores: Stores) -> None:
    other = build.a_message(
        id="weibo:citizen-2", citizen_id="citizen-2", text="@平安北京 我自己拍的，有人吐痰", sent_at=build.after(minutes=-9)
    )
    stores.messages.join_case(stores.cases, the_case(stores), build.a_screened(message=other), now=build.NOW)
    browser, asked = desk.editor(), build.a_message(citizen_id="2489518277").conversation.alias
    page = browser.get(f"{CASE}/source")
    assert page.text.index(f"询问首发者 网民 {other.conversation.alias}") < page.text.index(f"询问网民 {asked}")
    form = next(one for one in page.forms if one.fields.get("message_id") == ("weibo:citizen-2",))
    browser.submit(form)
    sent = RecordReplySent(reply_id=the_case(stores).replies[-1].id, platform_ref="1")
    stores.cases.execute(build.CASE_ID, sent, actor=build.SYSTEM, now=build.NOW)
    assert "已询问，未回答" in browser.get(f"{CASE}/source").text
