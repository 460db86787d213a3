"""The sweeper: proves at intervals that the road is whole, mends what it can and counts what it found."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from jiesu.cases.calendar import calendar_of
from jiesu.cases.effects import clock_of
from jiesu.model.calendar import WorkingHours
from jiesu.road.effects import start_clock
from jiesu.road.unanswered import warn_of_windows
from jiesu.runtime.metrics import count
from jiesu.store.cases import CaseStore
from jiesu.store.directory import DirectoryStore, OfficeMissingError
from jiesu.store.parking import ParkingStore
from jiesu.store.reply_windows import ReplyWindowStore

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_stepfunctions import SFNClient

INBOX_UNAVAILABLE = "inbox_unavailable"
"""The reason under which the webhook parks what it could not queue: the only one that time alone mends."""


CALENDAR_AHEAD = timedelta(days=45)
"""How long before a year begins its holidays must be known: they are announced in November."""


def sweep(
    cases: CaseStore,
    parking: ParkingStore,
    windows: ReplyWindowStore,
    stepfunctions: "SFNClient",
    sqs: "SQSClient",
    *,
    directory: DirectoryStore,
    state_machine_arn: str,
    inbox_queue_url: str,
    now: datetime,
) -> dict[str, int]:
    """Restart lost clocks, queue what the webhook had to park, warn of reply windows, and say how much of each there was.

    What stays parked waits for a person, as does a year whose holidays nobody knows: alarms stand on their numbers.
    """
    clocks, restarted = _sweep_clocks(cases, stepfunctions, state_machine_arn, now)
    waiting, requeued = _sweep_parked(parking, sqs, inbox_queue_url)
    count("ClocksRestarted", restarted)
    count("DeliveriesParked", waiting - requeued)
    unknown = len(calendar_of(_hours(directory)).unknown_years(now, CALENDAR_AHEAD))
    count("HolidayYearsUnknown", unknown)
    return {
        "clocks": clocks,
        "clocks_restarted": restarted,
        "parked": waiting,
        "deliveries_requeued": requeued,
        "windows_warned": warn_of_windows(cases, windows, now),
        "holiday_years_unknown": unknown,
    }


def _hours(directory: DirectoryStore) -> WorkingHours:
    """The office's; before it is set up, what ships is all that is known."""
    try:
        return directory.office().hours
    except OfficeMissingError:
        return WorkingHours()


def _sweep_clocks(cases: CaseStore, stepfunctions: "SFNClient", state_machine_arn: str, now: datetime) -> tuple[int, int]:
    """Start a clock for every assignment that waits for a rung and has none running.

    The running ones are listed first: a clock that starts in between is found missing at
    worst, and a second clock of the same run is harmless, since each rung is climbed once.
    """
    running = set(_running(stepfunctions, state_machine_arn))
    clocks = restarted = 0
    for clock in cases.open_clocks():
        clocks += 1
        if (clock.case_id, clock.assignment_id, clock.run) not in running:
            # The lost execution's name is spent for ninety days, so the new one adds the minute.
            attempt = now.strftime("%Y%m%dT%H%M")
            lost = clock_of(clock.case_id, clock.assignment_id, clock.run, attempt=attempt)
            restarted += start_clock(stepfunctions, state_machine_arn, lost)
    return clocks, restarted


def _running(stepfunctions: "SFNClient", state_machine_arn: str) -> Iterator[tuple[str, str, int]]:
    """The case, assignment and run of each running clock, as its execution's name says."""
    pages = stepfunctions.get_paginator("list_executions").paginate(stateMachineArn=state_machine_arn, statusFilter="RUNNING")
    for page in pages:
        for execution in page["executions"]:
            case_id, assignment_id, run, *_ = execution["name"].split(".")
            yield case_id, assignment_id, int(run)


def _sweep_parked(parking: ParkingStore, sqs: "SQSClient", inbox_queue_url: str) -> tuple[int, int]:
    """Queue the deliveries that were parked while the inbox could not be reached.

    Queued first, removed after: a sweep that dies between the two queues a delivery twice,
    and a message that comes twice is stored once.
    """
    requeued = 0
    parked = parking.parked()
    for one in parked:
        if one.reason == INBOX_UNAVAILABLE:
            sqs.send_message(QueueUrl=inbox_queue_url, MessageBody=one.body.decode())
            parking.remove(one.place)
            requeued += 1
    return len(parked), requeued
