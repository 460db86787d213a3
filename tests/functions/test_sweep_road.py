"""The sweeper on an emulated AWS: what is unsent leaves or becomes a person's, and only a road that is whole beats its heart."""

import importlib
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import ModuleType
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from jiesu.cases.commands import Escalate, ReplyToCitizen
from jiesu.cases.publishing import RecordPublicationSubmitted
from jiesu.model.case import Case
from jiesu.model.delivery import NEVER_LEFT, NoticeDescription
from jiesu.model.words import ContactRole, NoticeTemplate, TaskKind, Transport
from jiesu.road.sweep import INBOX_UNAVAILABLE, Sweeper
from jiesu.road.unsent import STUCK_AFTER, TIMES_QUEUED, UNSENT_AFTER
from jiesu.runtime import clients
from jiesu.runtime.heartbeat import heartbeat_to
from jiesu.store.dues import DueStore
from tests import builders as build
from tests.conftest import Stores
from tests.functions.conftest import ACCOUNT, STATE_MACHINE, queue_url
from tests.tables import TABLES

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

MACHINE = json.dumps({"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "Seconds": 3600, "End": True}}})
SOON = build.NOW + UNSENT_AFTER + timedelta(minutes=1)
DESCRIPTION = NoticeDescription(
    template=NoticeTemplate.DISPATCHED,
    transport=Transport.MAIL,
    bureau="丰台分局",
    role=ContactRole.CHIEF,
    contact="负责人",
    address="chief@example.org",
)


@dataclass
class Sweeping:
    """The function's own sweeper at any hour, and what lies in its queues."""

    app: ModuleType
    stores: Stores
    sqs: "SQSClient"
    beats: list[bool] = field(default_factory=list)

    def sweep(self, now: datetime) -> dict[str, int]:
        sweeper: Sweeper = replace(self.app.sweeper, beat=self._beat)
        return sweeper.sweep(now)

    def _beat(self) -> bool:
        self.beats.append(True)
        return True

    def taken(self, queue: str) -> list[dict[str, Any]]:
        """Everything in a queue, taken off it."""
        bodies: list[dict[str, Any]] = []
        while messages := self.sqs.receive_message(QueueUrl=queue_url(queue), MaxNumberOfMessages=10).get("Messages"):
            for message in messages:
                bodies.append(json.loads(message["Body"]))
                self.sqs.delete_message(QueueUrl=queue_url(queue), ReceiptHandle=message["ReceiptHandle"])
        return bodies

    def dues(self) -> list[int]:
        return [one.version for one in DueStore(self.stores.client, TABLES.cases).older_than(build.after(days=999), limit=99)]

    def end(self, *delivery_ids: str) -> None:
        """Each of these has left."""
        for one in delivery_ids:
            self.claim(one, build.NOW)
            self.stores.deliveries.sent(case_id=build.CASE_ID, delivery_id=one, provider_ref="1", now=build.NOW)

    def claim(self, delivery_id: str, now: datetime) -> None:
        lease = timedelta(minutes=1)
        self.stores.deliveries.claim(
            case_id=build.CASE_ID, delivery_id=delivery_id, description=DESCRIPTION, now=now, lease=lease
        )


@pytest.fixture
def sweeping(stores: Stores, sqs: "SQSClient", monkeypatch: pytest.MonkeyPatch) -> Sweeping:
    stepfunctions = boto3.client("stepfunctions")
    role = f"arn:aws-cn:iam::{ACCOUNT}:role/escalation"
    arn = stepfunctions.create_state_machine(name="EscalationStateMachine", definition=MACHINE, roleArn=role)["stateMachineArn"]
    assert arn == STATE_MACHINE
    monkeypatch.setattr(clients, "dynamodb", lambda: stores.client)
    monkeypatch.setattr(clients, "stepfunctions", lambda: stepfunctions)
    monkeypatch.setattr(clients, "sqs", lambda: sqs)
    return Sweeping(importlib.reload(importlib.import_module("functions.sweep_road.app")), stores, sqs)


@pytest.fixture
def case(stores: Stores) -> Case:
    """A case whose opening sent nothing."""
    stores.messages.open_case(
        stores.cases, build.a_screened(), case_id=build.CASE_ID, title="一", now=build.NOW, previous_case_id=None
    )
    found = stores.cases.load(build.CASE_ID)
    assert found is not None
    return found


@pytest.fixture
def dispatched(stores: Stores, case: Case) -> Case:
    """Given to Fengtai: a mail and an SMS to each of two contacts, in entry 2."""
    return stores.cases.dispatch(
        build.CASE_ID,
        make_command=lambda number: build.dispatch(bulletin=build.a_bulletin(number=number)),
        year=2026,
        actor=build.EDITOR,
        now=build.NOW,
        expected_version=1,
    ).case


def test_an_entry_that_sends_nothing_is_not_looked_after(sweeping: Sweeping, case: Case) -> None:
    assert sweeping.dues() == []


def test_notices_that_the_stream_lost_are_queued_from_their_entry(sweeping: Sweeping, dispatched: Case) -> None:
    assert sweeping.sweep(build.NOW + UNSENT_AFTER)["effects_queued_again"] == 0, "they may still be on their way"
    assert sweeping.sweep(SOON)["effects_queued_again"] == 4
    queued = sweeping.taken("NoticesQueue")
    assert {one["type"] for one in queued} == {"NoticeDue"}
    ids = sorted(one["effect"]["id"] for one in queued)
    assert len(ids) == 4
    assert sweeping.sweep(SOON)["effects_queued_again"] == 0, "they have as long again"
    sweeping.end(*ids)
    assert sweeping.sweep(SOON + UNSENT_AFTER + timedelta(minutes=1))["effects_queued_again"] == 0
    assert sweeping.dues() == [], "what has left is looked after no more"


def test_only_what_is_missing_is_queued_and_a_notice_that_somebody_is_at_is_left_alone(
    sweeping: Sweeping, dispatched: Case
) -> None:
    sweeping.sweep(SOON)
    first, second, third, fourth = sorted(one["effect"]["id"] for one in sweeping.taken("NoticesQueue"))
    sweeping.end(first, second)
    again = SOON + UNSENT_AFTER + timedelta(minutes=1)
    sweeping.claim(third, again)
    assert sweeping.sweep(again)["effects_queued_again"] == 1
    assert [one["effect"]["id"] for one in sweeping.taken("NoticesQueue")] == [fourth]
    sweeping.end(fourth)
    assert sweeping.sweep(again + UNSENT_AFTER + timedelta(minutes=1))["effects_queued_again"] == 0
    assert sweeping.sweep(again + STUCK_AFTER + 2 * UNSENT_AFTER)["effects_queued_again"] == 1, "nobody was at it for two hours"


def test_what_never_leaves_is_a_persons_task_and_withholds_the_heartbeat_once(sweeping: Sweeping, dispatched: Case) -> None:
    now = SOON
    for _ in range(TIMES_QUEUED):
        assert sweeping.sweep(now)["effects_queued_again"] == 4
        now += UNSENT_AFTER + timedelta(minutes=1)
    report = sweeping.sweep(now)
    assert (report["effects_given_up"], report["heartbeat"]) == (4, 0)
    after = sweeping.stores.cases.load(build.CASE_ID)
    assert after is not None
    assert [(one.kind, one.reason) for one in after.tasks] == [(TaskKind.NOTICE_FAILED, NEVER_LEFT)] * 4
    assert sweeping.dues() == []
    assert sweeping.sweep(now + UNSENT_AFTER)["effects_given_up"] == 0


def test_a_reply_is_looked_after_until_the_case_knows_its_end(sweeping: Sweeping, case: Case) -> None:
    reply = ReplyToCitizen(reply_id="r1", text="您好，已转办。")
    sweeping.stores.cases.execute(build.CASE_ID, reply, actor=build.EDITOR, now=build.NOW)
    now = SOON
    for _ in range(TIMES_QUEUED):
        assert sweeping.sweep(now)["effects_queued_again"] == 1
        now += UNSENT_AFTER + timedelta(minutes=1)
    assert {one["type"] for one in sweeping.taken("OutboundQueue")} == {"ReplyDue"}
    assert sweeping.sweep(now)["effects_given_up"] == 1
    after = sweeping.stores.cases.load(build.CASE_ID)
    assert after is not None
    assert ([one.kind for one in after.tasks], after.replies[0].state) == ([TaskKind.REPLY_FAILED], "failed")


def test_a_post_and_the_question_what_became_of_it_are_looked_after(sweeping: Sweeping, case: Case) -> None:
    examined = RecordPublicationSubmitted(publication_id="p1", account_id="wechat-main", job="1")
    for command, actor in (
        (build.draft_publication(), build.EDITOR),
        (build.approve_publication(), build.EDITOR),
        (examined, build.SYSTEM),
    ):
        sweeping.stores.cases.execute(build.CASE_ID, command, actor=actor, now=build.NOW)
    assert sweeping.sweep(SOON)["effects_queued_again"] == 2, "the post on the other account, and the question about this one"
    now = SOON
    for _ in range(TIMES_QUEUED):
        now += UNSENT_AFTER + timedelta(minutes=1)
        report = sweeping.sweep(now)
    assert report["effects_given_up"] == 2
    after = sweeping.stores.cases.load(build.CASE_ID)
    assert after is not None
    assert {one.kind for one in after.tasks} == {TaskKind.PUBLICATION_FAILED, TaskKind.PUBLICATION_UNCONFIRMED}


def test_a_ladder_that_is_climbed_to_its_end_is_a_persons_task_once(sweeping: Sweeping, dispatched: Case) -> None:
    cases = sweeping.stores.cases
    while (one := cases.load(build.CASE_ID)) is not None and (rung := one.assignments[0].next_rung) is not None:
        strike = Escalate(assignment_id=build.ASSIGNMENT_ID, run=1, rung=one.assignments[0].level, order_number="D1")
        cases.execute(build.CASE_ID, strike, actor=build.SYSTEM, now=rung.at)
    assert [clock.assignment_id for clock in cases.spent_clocks()] == [build.ASSIGNMENT_ID]
    assert list(cases.open_clocks()) == []
    assert [sweeping.sweep(build.NOW)["ladders_spent"] for _ in range(2)] == [1, 0]
    cases.execute(build.CASE_ID, build.acknowledge(), actor=build.BUREAU_OFFICER, now=build.after(days=30))
    assert [clock.run for clock in cases.open_clocks()] + [clock.run for clock in cases.spent_clocks()] == [2]


def test_the_heart_beats_while_all_is_well(sweeping: Sweeping, case: Case) -> None:
    assert sweeping.sweep(build.NOW)["heartbeat"] == 1
    assert sweeping.beats == [True]


def test_a_dead_letter_withholds_the_heartbeat(sweeping: Sweeping) -> None:
    sweeping.sqs.send_message(QueueUrl=queue_url("InboxDeadLetterQueue"), MessageBody="{}")
    report = sweeping.sweep(build.NOW)
    assert (report["dead_letters"], report["heartbeat"], sweeping.beats) == (1, 0, [])


def test_what_is_parked_withholds_the_heartbeat_until_it_is_seen_to(sweeping: Sweeping) -> None:
    parking = sweeping.stores.parking
    parking.park(parked_id="1", reason="payload_malformed", body=b"{}", context={}, now=build.NOW)
    assert sweeping.sweep(build.NOW)["heartbeat"] == 0
    parking.remove(parking.parked()[0].place)
    assert sweeping.sweep(build.NOW)["heartbeat"] == 1


def test_a_delivery_behind_many_that_wait_for_a_person_is_sent_on_all_the_same(sweeping: Sweeping) -> None:
    parking = sweeping.stores.parking
    for number in range(60):
        parking.park(parked_id=f"{number}", reason="payload_malformed", body=b"{}", context={}, now=build.NOW)
    parking.park(parked_id="late", reason=INBOX_UNAVAILABLE, body=b"{}", context={}, now=build.after(minutes=1))
    report = sweeping.sweep(build.after(minutes=2))
    assert (report["deliveries_requeued"], report["parked"], parking.number()) == (1, 60, 60)


def test_a_rung_that_restarting_its_clock_does_not_cure_withholds_the_heartbeat(sweeping: Sweeping, dispatched: Case) -> None:
    rung = dispatched.assignments[0].next_rung
    assert rung is not None
    assert sweeping.sweep(rung.at)["clocks_overdue"] == 0
    late = sweeping.sweep(rung.at + timedelta(minutes=31))
    assert (late["clocks_restarted"], late["clocks_overdue"], late["heartbeat"]) == (0, 1, 0)


def test_what_a_days_sweeps_mended_is_summed_up(sweeping: Sweeping, dispatched: Case) -> None:
    sweeping.sweep(SOON)
    sweeping.sweep(SOON)
    day = SOON.astimezone(sweeping.app.sweeper.zone).date()
    log = sweeping.app.sweeper.log.of(day)
    assert (log["clocks_restarted"], log["effects_queued_again"], log["sweeps"]) == (1, 4, 1)
    assert sweeping.app.sweeper.log.of(day + timedelta(days=1)) == {}


@pytest.fixture
def watch() -> Iterator[tuple[str, list[str]]]:
    """A watch outside: its address, and the paths that were called. It answers 503 to `/down`."""
    called: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            called.append(self.path)
            self.send_response(503 if self.path == "/down" else 200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", called
    server.shutdown()
    server.server_close()


def test_a_heartbeat_is_one_call_and_a_watch_that_is_away_stops_nothing(watch: tuple[str, list[str]]) -> None:
    address, called = watch
    assert heartbeat_to(f"{address}/ping/1")()
    assert not heartbeat_to(f"{address}/down")()
    assert not heartbeat_to("http://127.0.0.1:9/")()
    assert called == ["/ping/1", "/down"]
