"""From messages to a hot alert: the spread that transactions write, the stream that asks, the handler that raises."""

import importlib
import json
from functools import partial
from types import ModuleType
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from jiesu.cases.heat import LowerHeat
from jiesu.model.case import Case
from jiesu.model.message import Message
from jiesu.model.post import Post
from jiesu.model.timeline import HeatRaised
from jiesu.model.words import HeatGrade, Platform, Urgency
from jiesu.road import heat as road_heat
from jiesu.runtime import clients
from jiesu.store import keys
from jiesu.store.directory import Office
from jiesu.store.messages import ref_of
from tests import builders as build
from tests.conftest import Stores
from tests.functions.conftest import queue_url, sqs_event
from tests.tables import TABLES

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


@pytest.fixture
def office(stores: Stores) -> Stores:
    plans = dict.fromkeys(Urgency, build.a_plan())
    stores.directory.put_office(Office(contacts=build.office_contacts(), plans=plans), build.a_note())
    return stores


@pytest.fixture
def apply_command(office: Stores, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.setattr(clients, "dynamodb", lambda: office.client)
    return importlib.reload(importlib.import_module("functions.apply_command.app"))


@pytest.fixture
def dispatch_effects(office: Stores, sqs: "SQSClient", monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.setattr(clients, "sqs", lambda: sqs)
    monkeypatch.setattr(clients, "stepfunctions", lambda: boto3.client("stepfunctions"))
    return importlib.reload(importlib.import_module("functions.dispatch_effects.app"))


def a_message(number: int, *, citizen: int | None = None) -> Message:
    name = citizen if citizen is not None else number
    return build.a_message(id=f"weibo:{number}", citizen_id=f"citizen-{name}", sent_at=build.after(minutes=number))


def gathered(stores: Stores, *messages: Message) -> Case:
    """A case that the first message opened and the others joined."""
    case: Case | None = None
    for message in messages:
        screened = build.a_screened(message=message)
        if case is None:
            case = stores.messages.open_case(
                stores.cases, screened, case_id=build.CASE_ID, title="电梯", now=message.sent_at, previous_case_id=None
            )
        else:
            case = stores.messages.join_case(stores.cases, case, screened, now=message.sent_at)
    assert case is not None
    return case


def looking(stores: Stores) -> road_heat.HeatWatch:
    together = partial(road_heat.concerned_together, stores.messages, stores.directory)
    return road_heat.HeatWatch(cases=stores.cases, office=stores.directory.office, together=together)


def heat_of(stores: Stores) -> HeatGrade | None:
    case = stores.cases.load(build.CASE_ID)
    assert case is not None
    return None if case.heat is None else case.heat.grade


def weighing() -> dict[str, Any]:
    body = {"type": "WeighHeat", "version": 1, "case_id": build.CASE_ID}
    return sqs_event("CommandsQueue", json.dumps(body))


def test_each_message_of_a_case_is_counted_in_the_transaction_that_stores_it(office: Stores) -> None:
    gathered(office, a_message(1), a_message(2), a_message(3, citizen=2), a_message(15))
    spread = office.cases.spread.of_case(build.CASE_ID, build.after(minutes=30))
    assert (len(spread.observations), spread.people, spread.platforms) == (4, 3, 1)
    assert {one.at for one in spread.observations} == {build.NOW, build.after(minutes=10)}


def test_what_is_stored_of_people_names_nobody(office: Stores) -> None:
    gathered(office, a_message(1))
    found = office.client.get_item(
        TableName=TABLES.cases, Key={"pk": {"S": keys.case(build.CASE_ID)}, "sk": {"S": keys.spread(build.NOW)}}
    )
    assert "citizen-1" not in str(found["Item"])


def test_a_message_that_is_no_work_and_comes_twice_is_counted_once(office: Stores) -> None:
    gathered(office, a_message(1))
    for _ in range(2):
        office.cases.spread.observe(build.CASE_ID, ref_of(a_message(2)))
    assert len(office.cases.spread.of_case(build.CASE_ID, build.after(minutes=30)).observations) == 2
    page = office.cases.timeline(build.CASE_ID)
    assert [entry.change.kind for entry in page.entries] == ["opened"], "it is no entry, and a page of the case does not read it"


def test_the_counts_of_a_repeated_post_are_those_of_its_root(office: Stores) -> None:
    gathered(office, a_message(1))
    root = Post(id="1", text="", read_at=build.NOW, reposts_count=120, comments_count=7, likes_count=30)
    for number in range(2, 4):
        office.cases.spread.read_post(build.CASE_ID, Platform.WEIBO, Post(id=str(number), text="", read_at=build.NOW, root=root))
    (reading,) = office.cases.spread.of_case(build.CASE_ID, build.after(minutes=30)).readings
    assert (reading.post, reading.reposts, reading.comments, reading.likes) == ("weibo|1", 120, 7, 30)


def test_what_is_older_than_a_week_is_not_read(office: Stores) -> None:
    gathered(office, a_message(1))
    assert office.cases.spread.of_case(build.CASE_ID, build.after(days=8)).people == 0


def test_a_burst_raises_the_case_once_whoever_looks_and_however_often(office: Stores) -> None:
    gathered(office, *[a_message(number, citizen=number % 3) for number in range(1, 6)])
    looked = [looking(office).look(build.CASE_ID, build.after(minutes=30)) for _ in range(3)]
    assert looked == [True, False, False]
    assert heat_of(office) is HeatGrade.BLUE


def test_the_alert_of_a_patients_ride_names_the_traffic_bureau_and_the_command_centre(office: Stores) -> None:
    office.directory.put_bureaus([build.a_bureau("JG", name="公安交通管理局")], build.a_note())
    ride = build.a_message(id="weibo:9", citizen_id="citizen-9", text="装着人工肺的患者今晚转院，请帮忙开道")
    gathered(office, *[a_message(number, citizen=number % 3) for number in range(1, 6)], ride)
    assert looking(office).look(build.CASE_ID, build.after(minutes=30))
    (raised, *_) = office.cases.timeline(build.CASE_ID).entries
    assert isinstance(raised.change, HeatRaised)
    (together,) = raised.change.together
    assert together.startswith("公安交通管理局、指挥中心（")


def test_a_crowd_climbs_grade_by_grade_and_each_is_one_entry(office: Stores) -> None:
    messages = [a_message(number) for number in range(1, 61)]
    case = gathered(office, messages[0])
    watch = looking(office)
    for message in messages[1:]:
        known = office.cases.load(case.id)
        assert known is not None
        office.messages.join_case(office.cases, known, build.a_screened(message=message), now=message.sent_at)
        watch.look(case.id, message.sent_at)
    entries = office.cases.timeline(case.id, limit=100).entries
    grades = [entry.change.grade for entry in reversed(entries) if isinstance(entry.change, HeatRaised)]
    assert grades == [HeatGrade.BLUE, HeatGrade.YELLOW, HeatGrade.ORANGE]


def test_after_a_lowering_the_old_crowd_raises_nothing(office: Stores) -> None:
    gathered(office, *[a_message(number) for number in range(1, 31)])
    assert looking(office).look(build.CASE_ID, build.after(minutes=31))
    lower = LowerHeat(grade=None, reason="同一业主群集体转发")
    office.cases.execute(build.CASE_ID, lower, actor=build.SUPERVISOR, now=build.after(minutes=32))
    assert not looking(office).look(build.CASE_ID, build.after(minutes=33))
    assert heat_of(office) is None


def test_the_handler_raises_what_the_queue_asks_it_to_look_at(apply_command: ModuleType, office: Stores) -> None:
    # The handler reads the clock: these are messages of a day that is always within its week.
    for number in range(30):
        message = build.a_message(
            id=f"weibo:{number}", citizen_id=f"citizen-{number}", sent_at=apply_command.datetime.now(apply_command.UTC)
        )
        if number == 0:
            gathered(office, message)
        office.cases.spread.observe(build.CASE_ID, ref_of(message))
    assert apply_command.handler(weighing(), None) == {"batchItemFailures": []}
    assert heat_of(office) is HeatGrade.YELLOW


def test_the_stream_asks_for_a_look_when_a_spread_changes_but_not_at_the_first_message(
    dispatch_effects: ModuleType, sqs: "SQSClient"
) -> None:
    def record(event: str, **more: Any) -> dict[str, Any]:
        image = {"pk": {"S": "CASE#261123-D11CND"}, "sk": {"S": keys.spread(build.NOW)}, "seen": {"SS": ["weibo|a|b"]}, **more}
        return {"eventName": event, "dynamodb": {"NewImage": image, "SequenceNumber": "1"}}

    opening = record("INSERT", opening={"BOOL": True})
    changes = [opening, record("MODIFY", opening={"BOOL": True}), record("INSERT")]
    assert dispatch_effects.handler({"Records": changes}, None) == {"batchItemFailures": []}
    queued = sqs.receive_message(QueueUrl=queue_url("CommandsQueue"), MaxNumberOfMessages=10).get("Messages", [])
    assert [json.loads(one["Body"])["case_id"] for one in queued] == ["261123-D11CND"] * 2
