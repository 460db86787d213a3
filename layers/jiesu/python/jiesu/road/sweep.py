"""The sweeper: proves at intervals that the road is whole, mends what it can, tells a person the rest, and says that it is well.

What was mended is well: where mending does not help, the rung stays overdue or the effect is given up, and that is not.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from jiesu.cases.calendar import calendar_of
from jiesu.cases.effects import clock_of
from jiesu.cases.spent import TellOfSpentLadder
from jiesu.model.calendar import WorkingHours
from jiesu.model.people import Actor
from jiesu.model.words import ActorKind
from jiesu.road.effects import start_clock
from jiesu.road.unanswered import warn_of_windows
from jiesu.road.unsent import Outbox
from jiesu.runtime.logging import logger
from jiesu.runtime.metrics import count
from jiesu.store.cases import CaseStore
from jiesu.store.directory import DirectoryStore, OfficeMissingError
from jiesu.store.parking import ParkingStore
from jiesu.store.reply_windows import ReplyWindowStore
from jiesu.store.sweeps import SweepLog

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_stepfunctions import SFNClient

INBOX_UNAVAILABLE = "inbox_unavailable"
"""The reason under which the webhook parks what it could not queue: the only one that time alone mends."""

OVERDUE_AFTER = timedelta(minutes=30)
"""How long after its hour a rung must have been climbed. A clock asks again after fifteen minutes at most."""

CALENDAR_AHEAD = timedelta(days=45)
"""How long before a year begins its holidays must be known: they are announced in November."""

WRONG = ("clocks_overdue", "effects_given_up", "parked", "dead_letters")
"""What withholds the heartbeat where it is not zero."""

MENDED = ("clocks_restarted", "ladders_spent", "deliveries_requeued", "effects_queued_again", "effects_given_up")
"""What is summed up for the morning after."""

_SYSTEM = Actor(kind=ActorKind.SYSTEM, id="sweep_road")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweeper:
    """Sweeps the road. `beat` sends the heartbeat and says whether it was heard; None where no watch waits for it."""

    cases: CaseStore
    parking: ParkingStore
    windows: ReplyWindowStore
    directory: DirectoryStore
    outbox: Outbox
    log: SweepLog
    stepfunctions: "SFNClient"
    sqs: "SQSClient"
    state_machine_arn: str
    inbox_queue_url: str
    dead_letter_queue_urls: Sequence[str]
    zone: ZoneInfo
    beat: Callable[[], bool] | None

    def sweep(self, now: datetime) -> dict[str, int]:
        """See to everything once, and say how much of each there was; `heartbeat` is 1 where it was sent and heard."""
        clocks, restarted, overdue = self._clocks(now)
        spent = self._spent_ladders(now)
        waiting, requeued = self._parked()
        queued_again, given_up = self.outbox.look_after(now)
        report = {
            "clocks": clocks,
            "clocks_restarted": restarted,
            "clocks_overdue": overdue,
            "ladders_spent": spent,
            "parked": waiting - requeued,
            "deliveries_requeued": requeued,
            "effects_queued_again": queued_again,
            "effects_given_up": given_up,
            "dead_letters": self._dead_letters(),
            "windows_warned": warn_of_windows(self.cases, self.windows, now),
            "holiday_years_unknown": len(unknown_years(self.directory, now)),
        }
        count("ClocksRestarted", restarted)
        count("ClocksOverdue", overdue)
        count("LaddersSpent", spent)
        count("DeliveriesParked", waiting - requeued)
        count("DeadLetters", report["dead_letters"])
        count("HolidayYearsUnknown", report["holiday_years_unknown"])
        if any(report[name] for name in MENDED):
            self.log.add(now.astimezone(self.zone).date(), {name: report[name] for name in MENDED}, now)
        return {**report, "heartbeat": int(self._beat(report))}

    def _beat(self, report: dict[str, int]) -> bool:
        wrong = {name: report[name] for name in WRONG if report[name]}
        if wrong:
            logger.warning("something is wrong; the heartbeat is withheld", extra=wrong)
        return not wrong and self.beat is not None and self.beat()

    def _clocks(self, now: datetime) -> tuple[int, int, int]:
        """Start a clock for every assignment that waits for a rung and has none running: how many, started, overdue.

        The running ones are listed first: a clock that starts in between is found missing at
        worst, and a second clock of the same run is harmless, since each rung is climbed once.
        """
        running = set(self._running())
        clocks = restarted = overdue = 0
        for clock in self.cases.open_clocks():
            clocks += 1
            overdue += clock.next_rung_at < now - OVERDUE_AFTER
            if (clock.case_id, clock.assignment_id, clock.run) not in running:
                # The lost execution's name is spent for ninety days, so the new one adds the minute.
                attempt = now.strftime("%Y%m%dT%H%M")
                lost = clock_of(clock.case_id, clock.assignment_id, clock.run, attempt=attempt)
                restarted += start_clock(self.stepfunctions, self.state_machine_arn, lost)
        return clocks, restarted, overdue

    def _running(self) -> Iterator[tuple[str, str, int]]:
        """The case, assignment and run of each running clock, as its execution's name says."""
        pages = self.stepfunctions.get_paginator("list_executions").paginate(
            stateMachineArn=self.state_machine_arn, statusFilter="RUNNING"
        )
        for page in pages:
            for execution in page["executions"]:
                case_id, assignment_id, run, *_ = execution["name"].split(".")
                yield case_id, assignment_id, int(run)

    def _spent_ladders(self, now: datetime) -> int:
        """Tell a person of what is owed and asked for by no rung any more; how often there was something to tell."""
        told = 0
        for one in self.cases.spent_clocks():
            command = TellOfSpentLadder(clock_id=one.assignment_id, run=one.run)
            told += self.cases.execute(one.case_id, command, actor=_SYSTEM, now=now).entry is not None
        return told

    def _parked(self) -> tuple[int, int]:
        """Queue the deliveries that were parked while the inbox could not be reached: how many were parked, and queued.

        Queued first, removed after: a sweep that dies between the two queues a delivery twice,
        and a message that comes twice is stored once.
        """
        parked = requeued = 0
        for one in self.parking.every():
            parked += 1
            if one.reason == INBOX_UNAVAILABLE:
                self.sqs.send_message(QueueUrl=self.inbox_queue_url, MessageBody=one.body.decode())
                self.parking.remove(one.place)
                requeued += 1
        return parked, requeued

    def _dead_letters(self) -> int:
        """How many letters lie in all dead-letter queues."""
        return sum(depth(self.sqs, one) for one in self.dead_letter_queue_urls)


def depth(sqs: "SQSClient", queue_url: str) -> int:
    """How many messages a queue holds, about, those that somebody reads just now included."""
    answer = sqs.get_queue_attributes(
        QueueUrl=queue_url, AttributeNames=["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    )
    return sum(int(number) for number in answer["Attributes"].values())


def unknown_years(directory: DirectoryStore, now: datetime) -> tuple[int, ...]:
    """The years at hand whose holidays nobody knows. Before the office is set up, what ships is all that is known."""
    try:
        hours = directory.office().hours
    except OfficeMissingError:
        hours = WorkingHours()
    return calendar_of(hours).unknown_years(now, CALENDAR_AHEAD)
