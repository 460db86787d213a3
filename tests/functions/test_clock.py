"""The escalation clock whole: the template's state machine and the function that obeys it, on an emulated AWS.

Every rung of these cases lies in the past, so that no wait lasts.
"""

import importlib
import json
import os
import time
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import boto3
import pytest
from moto import mock_aws

from jiesu.cases.calendar import calendar_of
from jiesu.cases.commands import Command, JoinMessage, ReplyToAll
from jiesu.cases.coverage import EndCoverage
from jiesu.cases.heat import HeatPlan, LowerHeat
from jiesu.model.calendar import DaysOff, HolidayYear, WorkingHours
from jiesu.model.case import PUBLIC_RESPONSE, Case
from jiesu.model.coverage import COVERAGE, CoverageReminded
from jiesu.model.message import ConversationKey
from jiesu.model.numbers import case_id_for, order_number
from jiesu.model.timeline import Escalated, StatementReminded
from jiesu.model.words import ContactRole, LadderKind, Platform, TaskKind, Urgency
from jiesu.pages.sentences import say
from jiesu.runtime import clients
from jiesu.store.directory import Office
from ops.office import read_office
from tests import builders as build
from tests.conftest import Stores
from tests.eventually import eventually
from tests.functions.conftest import ACCOUNT, STATE_MACHINE, queue_url, sqs_event
from tests.tables import TABLES

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_stepfunctions import SFNClient

OFFICE = (ContactRole.SUPERVISOR, ContactRole.COMMAND_CENTRE)

DEFINITION = Path(__file__).parent.parent.parent / "statemachines" / "escalation.asl.json"


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """AWS in this process, in which state machines run. The emulator reads local time as UTC, so local time is UTC."""
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    with mock_aws(config={"stepfunctions": {"execute_state_machine": True}}):
        yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def stepfunctions(aws: None, sqs: "SQSClient") -> Iterator["SFNClient"]:
    """The template's state machine."""
    definition = DEFINITION.read_text(encoding="utf-8")
    for name, value in {
        "Partition": "aws",
        "CasesTableName": TABLES.cases,
        "CommandsQueueUrl": queue_url("CommandsQueue"),
    }.items():
        definition = definition.replace("${" + name + "}", value)
    client = boto3.client("stepfunctions")
    client.create_state_machine(
        name="EscalationStateMachine", definition=definition, roleArn=f"arn:aws-cn:iam::{ACCOUNT}:role/escalation"
    )
    yield client
    # Each runs in a thread of its own, and one that is left would write into the queues of the next test.
    for execution in client.list_executions(stateMachineArn=STATE_MACHINE, statusFilter="RUNNING")["executions"]:
        eventually(partial(is_stopped, client, execution["executionArn"]))


def is_stopped(client: "SFNClient", execution: str) -> bool:
    """Stop it; False where moto's thread of it has not begun yet, which moto cannot stop."""
    try:
        client.stop_execution(executionArn=execution)
    except AttributeError:
        return False
    return True


def fresh(name: str) -> ModuleType:
    return importlib.reload(importlib.import_module(f"functions.{name}.app"))


@pytest.fixture
def apply_command(stores: Stores, stepfunctions: "SFNClient", monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.setattr(clients, "dynamodb", lambda: stores.client)
    monkeypatch.setattr(clients, "stepfunctions", lambda: stepfunctions)
    return fresh("apply_command")


@pytest.fixture
def dispatched(stores: Stores) -> Case:
    """A case given to Fengtai, both of whose ladders are in the past."""
    past = build.a_plan(feedback=build.a_ladder_plan(timedelta(hours=3)))
    stores.messages.open_case(
        stores.cases, build.a_screened(), case_id=build.CASE_ID, title="一", now=build.NOW, previous_case_id=None
    )
    return stores.cases.dispatch(
        build.CASE_ID,
        make_command=lambda number: build.dispatch(bulletin=build.a_bulletin(number=number), plan=past),
        year=2026,
        actor=build.EDITOR,
        now=build.NOW,
        expected_version=1,
    ).case


class Clock:
    """Starts clocks as the stream does and hands their commands to the function as the queue does."""

    def __init__(self, sqs: "SQSClient", stepfunctions: "SFNClient", apply_command: ModuleType) -> None:
        self.sqs, self.stepfunctions, self.apply_command = sqs, stepfunctions, apply_command
        self.assignment_id = build.ASSIGNMENT_ID

    def start(self, *, run: int = 1, name: str = "clock", assignment_id: str = build.ASSIGNMENT_ID) -> str:
        self.assignment_id = assignment_id
        content = {"case_id": build.CASE_ID, "assignment_id": assignment_id, "run": run}
        return self.stepfunctions.start_execution(stateMachineArn=STATE_MACHINE, name=name, input=json.dumps(content))[
            "executionArn"
        ]

    def status(self, execution: str) -> str:
        return self.stepfunctions.describe_execution(executionArn=execution)["status"]

    def command(self) -> str | None:
        """The next command of this clock in the queue, taken off it. One that an earlier test left running may still ask."""
        for message in self.sqs.receive_message(QueueUrl=queue_url("CommandsQueue")).get("Messages", []):
            self.sqs.delete_message(QueueUrl=queue_url("CommandsQueue"), ReceiptHandle=message["ReceiptHandle"])
            if json.loads(message["Body"])["assignment_id"] == self.assignment_id:
                return message["Body"]
        return None

    def run_until_stopped(self, execution: str, *, deliveries: int = 1) -> int:
        """Obey the clock, each command `deliveries` times, until it stops; answers how many it sent."""
        commands = 0

        def stopped() -> bool:
            nonlocal commands
            while (body := self.command()) is not None:
                commands += 1
                for _ in range(deliveries):
                    assert self.apply_command.handler(sqs_event(body), None) == {"batchItemFailures": []}
            return self.status(execution) != "RUNNING"

        eventually(stopped)
        return commands


@pytest.fixture
def clock(sqs: "SQSClient", stepfunctions: "SFNClient", apply_command: ModuleType) -> Clock:
    return Clock(sqs, stepfunctions, apply_command)


def escalations(stores: Stores) -> list[Escalated]:
    entries = reversed(stores.cases.timeline(build.CASE_ID).entries)
    return [entry.change for entry in entries if isinstance(entry.change, Escalated)]


def each_once(stores: Stores) -> bool:
    """Whether every rung of both ladders was climbed, and none twice."""
    climbed = sorted((one.ladder, one.rung) for one in escalations(stores))
    return climbed == [(kind, rung) for kind in ("acknowledgement", "feedback") for rung in range(4)]


def do(stores: Stores, command: Command) -> None:
    stores.cases.execute(build.CASE_ID, command, actor=build.BUREAU_OFFICER, now=build.after(minutes=5))


def test_a_bureau_that_never_answers_is_escalated_rung_by_rung_once_each(stores: Stores, clock: Clock, dispatched: Case) -> None:
    execution = clock.start()
    assert clock.run_until_stopped(execution) == 8
    assert clock.status(execution) == "SUCCEEDED"
    climbed = [one for one in escalations(stores) if one.ladder is LadderKind.ACKNOWLEDGEMENT]
    assert [one.rung for one in climbed] == [0, 1, 2, 3]
    assert [one.due for one in climbed] == [rung.at for rung in dispatched.assignments[0].acknowledgement.rungs]
    dues = [one.due for one in escalations(stores)]
    assert dues == sorted(dues), "the nearest rung of all ladders comes first"
    assert [[contact.role for contact in one.contacts] for one in climbed] == [
        ["duty_officer"],
        ["duty_officer", "chief"],
        ["supervisor"],
        ["command_centre"],
    ]


FILE = Path(__file__).parent.parent.parent / "ops" / "data" / "office.json"
BEIJING = ZoneInfo("Asia/Shanghai")
BEFORE_THE_HOLIDAY = datetime(2026, 9, 30, 23, 59, tzinfo=BEIJING)
SILENCE = [
    ("10-08 13:30", "acknowledgement", "reminder", "duty_officer"),
    ("10-08 14:30", "acknowledgement", "reminder", "duty_officer chief"),
    ("10-09 09:30", "acknowledgement", "supervision", "chief supervisor"),
    ("10-09 14:30", "acknowledgement", "supervision", "supervisor command_centre"),
    ("10-13 09:00", "feedback", "reminder", "duty_officer"),
    ("10-13 18:00", "feedback", "reminder", "duty_officer chief"),
    ("10-14 18:00", "feedback", "supervision", "chief supervisor"),
    ("10-16 18:00", "feedback", "order", "chief supervisor command_centre"),
]
"""What a routine case of the project's own office climbs that nobody answers, dispatched at 23:59 before seven days off."""


def test_a_routine_case_that_nobody_answers_climbs_every_rung_once_in_working_hours_and_passes_every_state(
    stores: Stores, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`pytest -s` prints the timeline: when each rung was due, when it was climbed, and why the deadlines fall there."""
    plan = read_office(FILE).plan(Urgency.ROUTINE, "public_order.offence", BEIJING.key)
    screened = build.a_screened()
    stores.messages.open_case(
        stores.cases, screened, case_id=build.CASE_ID, title="一", now=BEFORE_THE_HOLIDAY, previous_case_id=None
    )
    stores.cases.dispatch(
        build.CASE_ID,
        make_command=lambda number: build.dispatch(bulletin=build.a_bulletin(number=number), plan=plan),
        year=2026,
        actor=build.EDITOR,
        now=BEFORE_THE_HOLIDAY,
        expected_version=1,
    )

    class OnTheWall:
        """Stands where the clock has waited to: every wait of this case is over at once."""

        @staticmethod
        def now(_: object) -> datetime:
            case = stores.cases.load(build.CASE_ID)
            assert case is not None
            rung = case.assignments[0].next_rung
            assert rung is not None
            return rung.at

    monkeypatch.setattr(clock.apply_command, "datetime", OnTheWall)
    execution = clock.start()
    assert clock.run_until_stopped(execution) == len(SILENCE)

    case = stores.cases.load(build.CASE_ID)
    assert case is not None
    (assignment,) = case.assignments
    climbed = []
    for entry in reversed(stores.cases.timeline(build.CASE_ID).entries):
        if isinstance(change := entry.change, Escalated):
            due, actual = (at.astimezone(BEIJING) for at in (change.due, entry.at))
            print(f"due {due:%m-%d %H:%M}  climbed {actual:%m-%d %H:%M}  {say(entry, case, BEIJING, entry.at)}")  # noqa: T201
            told = " ".join(one.role for one in change.contacts)
            climbed.append((f"{due:%m-%d %H:%M}", change.ladder.value, change.action.value, told))
            assert calendar_of(plan.hours).is_working_time(entry.at)
    print(assignment.acknowledgement.why, assignment.feedback_ladder.why, sep="\n")  # noqa: T201
    assert climbed == SILENCE
    (order,) = assignment.orders
    assert (order.number, stores.cases.find_order(order.number)) == (order_number(2026, 1), build.CASE_ID)

    history = clock.stepfunctions.get_execution_history(executionArn=execution, maxResults=1000)["events"]
    visited = {event["stateEnteredEventDetails"]["name"] for event in history if "stateEnteredEventDetails" in event}
    assert visited == set(json.loads(DEFINITION.read_text(encoding="utf-8"))["States"])


def test_commands_that_the_queue_delivers_three_times_climb_no_rung_twice(stores: Stores, clock: Clock, dispatched: Case) -> None:
    clock.run_until_stopped(clock.start(), deliveries=3)
    assert each_once(stores)


def test_a_clock_whose_bureau_has_acknowledged_stops_without_a_word(stores: Stores, clock: Clock, dispatched: Case) -> None:
    do(stores, build.acknowledge())
    assert clock.run_until_stopped(clock.start(run=1)) == 0
    assert escalations(stores) == []


def test_a_bureau_that_acknowledges_while_the_command_is_on_its_way_is_not_escalated(
    stores: Stores, clock: Clock, dispatched: Case
) -> None:
    clock.start(run=1)
    late = eventually(clock.command) or ""
    do(stores, build.acknowledge())
    assert clock.apply_command.handler(sqs_event(late), None) == {"batchItemFailures": []}
    assert escalations(stores) == []


def test_the_clock_of_the_feedback_climbs_the_other_ladder(stores: Stores, clock: Clock, dispatched: Case) -> None:
    do(stores, build.acknowledge())
    assert clock.run_until_stopped(clock.start(run=2)) == 4
    assert {one.ladder for one in escalations(stores)} == {"feedback"}


def test_two_clocks_of_one_run_climb_each_rung_once(stores: Stores, clock: Clock, dispatched: Case) -> None:
    first, second = clock.start(name="first"), clock.start(name="second")

    def both_have_stopped() -> bool:
        while (body := clock.command()) is not None:
            clock.apply_command.handler(sqs_event(body), None)
        return clock.status(first) == clock.status(second) == "SUCCEEDED"

    eventually(both_have_stopped)
    assert each_once(stores)


def test_a_command_that_nobody_knows_is_parked(stores: Stores, clock: Clock) -> None:
    body = json.dumps({"type": "Unknown", "version": 1})
    assert clock.apply_command.handler(sqs_event(body), None) == {"batchItemFailures": []}
    (parked,) = stores.parking.parked()
    assert (parked.reason, parked.body.decode()) == ("command_unknown", body)


def test_a_year_without_holidays_is_counted_until_the_office_states_it(
    stores: Stores, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clients, "sqs", lambda: clock.sqs)
    sweep_road = fresh("sweep_road")
    late_in_the_year = type("Now", (), {"now": staticmethod(lambda _: datetime(2030, 11, 28, tzinfo=UTC))})
    monkeypatch.setattr(sweep_road, "datetime", late_in_the_year)
    assert sweep_road.handler({}, None)["holiday_years_unknown"] == 2
    years = tuple(
        HolidayYear(year=year, off=(DaysOff(name="元旦", first=date(year, 1, 1), last=date(year, 1, 1)),), worked=())
        for year in (2030, 2031)
    )
    stores.directory.put_office(
        Office(contacts=build.office_contacts(), plans={}, hours=WorkingHours(years=years)), build.a_note()
    )
    assert sweep_road.handler({}, None)["holiday_years_unknown"] == 0


def test_a_clock_that_is_missing_is_started_by_the_sweeper_and_a_running_one_is_left_alone(
    stores: Stores, clock: Clock, dispatched: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clients, "sqs", lambda: clock.sqs)
    sweep_road = fresh("sweep_road")
    report = sweep_road.handler({}, None)
    assert (report["clocks"], report["clocks_restarted"]) == (1, 1)
    assert json.loads(eventually(clock.command) or "")["rung"] == 0
    assert sweep_road.handler({}, None)["clocks_restarted"] == 0


def test_a_delivery_that_was_parked_while_the_inbox_was_away_is_queued_by_the_sweeper(
    stores: Stores, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clients, "sqs", lambda: clock.sqs)
    for reason in ("inbox_unavailable", "body_malformed"):
        stores.parking.park(parked_id=reason, reason=reason, body=b"delivery", context={}, now=build.NOW)
    report = fresh("sweep_road").handler({}, None)
    assert (report["parked"], report["deliveries_requeued"]) == (1, 1)
    (message,) = clock.sqs.receive_message(QueueUrl=os.environ["INBOX_QUEUE_URL"])["Messages"]
    assert message["Body"] == "delivery"
    assert [one.reason for one in stores.parking.parked()] == ["body_malformed"]


def test_the_sweeper_warns_once_of_a_citizen_whose_window_is_about_to_shut(
    stores: Stores, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clients, "sqs", lambda: clock.sqs)
    long_ago = datetime.now(UTC) - timedelta(hours=40)
    for number, sent_at in enumerate((long_ago, datetime.now(UTC))):
        message = build.a_message(id=f"weibo:{number}", citizen_id=str(number), sent_at=sent_at)
        stores.messages.open_case(
            stores.cases,
            build.a_screened(message=message),
            case_id=case_id_for(f"weibo:{number}", long_ago.date()),
            title="一",
            now=long_ago,
            previous_case_id=None,
        )
    reports = [fresh("sweep_road").handler({}, None)["windows_warned"] for _ in range(2)]
    assert reports == [1, 0]
    cases = [stores.cases.load(case_id_for(f"weibo:{number}", long_ago.date())) for number in range(2)]
    assert [[task.kind for task in one.tasks] for one in cases if one] == [[TaskKind.REPLY_WINDOW_CLOSING], []]


def test_every_entry_is_handed_on_and_a_stream_record_that_comes_twice_asks_for_the_same_again(
    stores: Stores, clock: Clock, dispatched: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clients, "sqs", lambda: clock.sqs)
    app = fresh("dispatch_effects")
    event = {"Records": [stream_record(stores, version) for version in (1, 2)]}
    asked = []
    for _ in range(2):
        assert app.handler(event, None) == {"batchItemFailures": []}
        asked.append(sorted(notice["effect"]["id"] for notice in notices(clock.sqs)))
    assert asked[0] == asked[1]
    assert len(asked[0]) == 4, "a mail and an SMS to the duty officer and to the chief"
    executions = clock.stepfunctions.list_executions(stateMachineArn=STATE_MACHINE)["executions"]
    assert [one["name"] for one in executions] == [f"{build.CASE_ID}.{build.ASSIGNMENT_ID}.1"]


def test_a_record_that_cannot_be_handed_on_is_asked_for_again_with_all_after_it(
    stores: Stores, clock: Clock, dispatched: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clients, "sqs", lambda: clock.sqs)
    app = fresh("dispatch_effects")
    clock.sqs.delete_queue(QueueUrl=queue_url("NoticesQueue"))
    event = {"Records": [stream_record(stores, version) for version in (1, 2)]}
    assert app.handler(event, None) == {"batchItemFailures": [{"itemIdentifier": "2"}]}


def test_the_longest_answer_to_all_is_handed_on_as_any_other(
    stores: Stores, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clients, "sqs", lambda: clock.sqs)
    stores.messages.open_case(
        stores.cases, build.a_screened(), case_id=build.CASE_ID, title="一", now=build.NOW, previous_case_id=None
    )
    for number in range(1, 6):
        citizen = ConversationKey(account_id="partner-hotline", citizen_id=f"{number}")
        message = build.a_message_ref(message_id=f"partner:{number}", platform=Platform.PARTNER, conversation=citizen)
        joined = JoinMessage(message=message, triage=build.a_triage())
        stores.cases.execute(build.CASE_ID, joined, actor=build.SYSTEM, now=build.NOW)
    answer = ReplyToAll(reply_id="R1", text="属实，已处理。" * 700)
    outcome = stores.cases.execute(build.CASE_ID, answer, actor=build.EDITOR, now=build.NOW)
    record = stream_record(stores, outcome.case.version)
    packed = record["dynamodb"]["NewImage"]["body"]["B"]
    record["dynamodb"]["NewImage"]["body"] = {"B": b64encode(packed).decode()}
    app = fresh("dispatch_effects")
    assert app.handler({"Records": [record]}, None) == {"batchItemFailures": []}
    replies = clock.sqs.get_queue_attributes(QueueUrl=queue_url("OutboundQueue"), AttributeNames=["ApproximateNumberOfMessages"])
    assert replies["Attributes"]["ApproximateNumberOfMessages"] == "6"


def stream_record(stores: Stores, version: int) -> dict[str, Any]:
    key = {"pk": {"S": f"CASE#{build.CASE_ID}"}, "sk": {"S": f"ENTRY#{version:08d}"}}
    image = stores.client.get_item(TableName=TABLES.cases, Key=key)["Item"]
    return {
        "eventName": "INSERT",
        "eventSource": "aws:dynamodb",
        "dynamodb": {"Keys": key, "NewImage": image, "SequenceNumber": str(version)},
    }


def notices(sqs: "SQSClient") -> list[dict[str, Any]]:
    """Everything in the notices queue, taken off it."""
    bodies: list[dict[str, Any]] = []
    while messages := sqs.receive_message(QueueUrl=queue_url("NoticesQueue"), MaxNumberOfMessages=10).get("Messages"):
        for message in messages:
            bodies.append(json.loads(message["Body"]))
            sqs.delete_message(QueueUrl=queue_url("NoticesQueue"), ReceiptHandle=message["ReceiptHandle"])
    return bodies


# --- The public response ----------------------------------------------------------------------


def reminders(stores: Stores) -> list[StatementReminded]:
    entries = reversed(stores.cases.timeline(build.CASE_ID).entries)
    return [entry.change for entry in entries if isinstance(entry.change, StatementReminded)]


@pytest.fixture
def hot(stores: Stores) -> Case:
    """A case that became orange so long ago that all rungs of its public response lie in the past."""
    screened = build.a_screened()
    stores.messages.open_case(stores.cases, screened, case_id=build.CASE_ID, title="一", now=build.NOW, previous_case_id=None)
    ladders = HeatPlan(statements=(build.a_ladder_plan(timedelta(minutes=1), (build.a_rung_plan(timedelta(), *OFFICE),)),) * 3)
    command = replace(build.raise_heat(), plan=ladders)
    return stores.cases.execute(build.CASE_ID, command, actor=build.SYSTEM, now=build.NOW).case


def test_a_public_that_hears_nothing_is_reminded_of_by_the_same_machine_each_rung_once(
    stores: Stores, clock: Clock, hot: Case
) -> None:
    execution = clock.start(assignment_id=PUBLIC_RESPONSE)
    assert clock.run_until_stopped(execution, deliveries=2) == 3
    assert clock.status(execution) == "SUCCEEDED"
    assert [one.rung for one in reminders(stores)] == [0, 1, 2]


def test_the_clock_of_a_case_that_is_not_hot_any_more_stops_without_a_word(stores: Stores, clock: Clock, hot: Case) -> None:
    do(stores, LowerHeat(grade=None, reason="平息"))
    assert clock.run_until_stopped(clock.start(assignment_id=PUBLIC_RESPONSE)) == 0
    assert reminders(stores) == []


def test_the_sweeper_finds_the_public_response_among_the_clocks(stores: Stores, hot: Case) -> None:
    assert [(one.assignment_id, one.run) for one in stores.cases.open_clocks()] == [(PUBLIC_RESPONSE, 1)]


# --- The live coverage ------------------------------------------------------------------------


def test_a_statement_that_is_late_is_reminded_of_by_the_same_machine_each_rung_once(stores: Stores, clock: Clock) -> None:
    screened = build.a_screened()
    stores.messages.open_case(stores.cases, screened, case_id=build.CASE_ID, title="一", now=build.NOW, previous_case_id=None)
    stores.cases.execute(build.CASE_ID, build.start_coverage(), actor=build.EDITOR, now=build.NOW)
    assert [(one.assignment_id, one.run) for one in stores.cases.open_clocks()] == [(COVERAGE, 1)], "the sweeper finds it"
    execution = clock.start(assignment_id=COVERAGE)
    assert clock.run_until_stopped(execution, deliveries=2) == 3
    assert clock.status(execution) == "SUCCEEDED"
    entries = reversed(stores.cases.timeline(build.CASE_ID).entries)
    assert [entry.change.rung for entry in entries if isinstance(entry.change, CoverageReminded)] == [0, 1, 2]


def test_the_clock_of_a_coverage_that_has_ended_stops_without_a_word(stores: Stores, clock: Clock) -> None:
    screened = build.a_screened()
    stores.messages.open_case(stores.cases, screened, case_id=build.CASE_ID, title="一", now=build.NOW, previous_case_id=None)
    for command in (build.start_coverage(), EndCoverage(reason="已平安到达")):
        stores.cases.execute(build.CASE_ID, command, actor=build.EDITOR, now=build.NOW)
    assert clock.run_until_stopped(clock.start(assignment_id=COVERAGE)) == 0
