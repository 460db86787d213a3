"""Commands that come by queue: the escalation clock's, that a case's heat be looked at, that messages be moved."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from jiesu.cases.commands import Escalate
from jiesu.model.errors import CommandRefusedError, PermanentError
from jiesu.model.people import Actor
from jiesu.model.words import ActorKind
from jiesu.road.heat import HeatWatch
from jiesu.road.moving import MessageMover
from jiesu.store.cases import CaseStore

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuedCommand:
    """One escalation command and the token its clock waits for."""

    case_id: str
    command: Escalate
    task_token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuedWeighing:
    """A case whose heat is to be looked at."""

    case_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuedMove:
    """An entry whose messages are to be moved to its case."""

    case_id: str
    version: int


def read_command(body: str) -> QueuedCommand | QueuedWeighing | QueuedMove:
    """The command in a queue message. Raises `PermanentError` where it is none that this version knows."""
    try:
        content = json.loads(body)
        if content["version"] == 1 and content["type"] == "WeighHeat":
            return QueuedWeighing(case_id=content["case_id"])
        if content["version"] == 1 and content["type"] == "MoveMessages":
            return QueuedMove(case_id=content["effect"]["case_id"], version=int(content["effect"]["version"]))
        if content["type"] != "Escalate" or content["version"] != 1:
            raise PermanentError("command_unknown")
        return QueuedCommand(
            case_id=content["case_id"],
            command=Escalate(assignment_id=content["assignment_id"], run=int(content["run"]), rung=int(content["rung"])),
            task_token=content["task_token"],
        )
    except (ValueError, KeyError, TypeError) as error:
        raise PermanentError("command_malformed") from error


def carry_out(body: str, stepfunctions: "SFNClient", watch: HeatWatch, mover: MessageMover, now: datetime) -> None:
    """What one message of the commands queue asks for. Raises `PermanentError` where this version knows no such thing."""
    command = read_command(body)
    match command:
        case QueuedWeighing():
            watch.look(command.case_id, now)
        case QueuedMove():
            mover.move(command.case_id, command.version, now)
        case QueuedCommand():
            apply_command(mover.cases, stepfunctions, command, now)


def apply_command(cases: CaseStore, stepfunctions: "SFNClient", queued: QueuedCommand, now: datetime) -> None:
    """Carry out an escalation and let its clock go on.

    The clock is answered after the change is stored. Where the answer is lost it asks again
    after its time-out, and the command, repeated, finds its rung climbed and changes nothing.
    """
    clock = Actor(kind=ActorKind.CLOCK, id=queued.command.assignment_id)
    try:
        cases.escalate(queued.case_id, queued.command, actor=clock, now=now)
    except CommandRefusedError as error:
        raise PermanentError(error.code, case_id=queued.case_id) from error
    try:
        stepfunctions.send_task_success(taskToken=queued.task_token, output="{}")
    except (stepfunctions.exceptions.TaskDoesNotExist, stepfunctions.exceptions.TaskTimedOut):
        return  # the clock has stopped waiting, or this is a repetition: it reads the assignment by itself
    except stepfunctions.exceptions.InvalidToken as error:
        raise PermanentError("task_token_invalid", case_id=queued.case_id) from error
