"""The forms of a live coverage: what each starts with, and the command that a filled one stands for. No I/O."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from jiesu.cases.consultations import bulletins_of, is_consultation
from jiesu.cases.coverage import USUAL, BriefCoverage, CoverageCommand, EndCoverage, MoveNextStatement, StartCoverage
from jiesu.cases.publishing import DraftPublication
from jiesu.model.case import Case
from jiesu.model.errors import CommandRefusedError
from jiesu.model.people import Actor
from jiesu.model.publication import Statement
from jiesu.pages import publishing
from jiesu.pages.forms import Act, Surroundings, Typed, value
from jiesu.pages.hours import as_typed, local_hour

INTERVALS = tuple(timedelta(minutes=minutes) for minutes in (15, 30, 60, 120, 240, 480, 1_440))
"""What can be chosen beside the office's usual one."""
LAST = "yes"
"""What the box says that makes a statement the last one."""


def prefill(act: Act, around: Surroundings, *, zone: ZoneInfo, now: datetime) -> Typed:  # noqa: ARG001 - as of all forms
    """What the form starts with."""
    case = around.case
    running = case.coverage
    match act:
        case Act.START_COVERAGE:
            return {
                "interval": (_minutes(running.interval if running else _usual(around)),),
                "facts": (running.facts if running else known_facts(case),),
                "unknowns": (running.unknowns if running else "\n".join(open_questions(case)),),
            }
        case Act.BRIEF_COVERAGE if running is not None:
            return {"facts": (running.facts,), "unknowns": (running.unknowns,)}
        case Act.NEXT_STATEMENT if running is not None and running.ladder is not None:
            return {"due_at": (as_typed(running.ladder.deadline, zone),)}
        case Act.STATEMENT:
            return _statement(case)
        case _:
            return {}


def read_command(
    act: Act, typed: Typed, around: Surroundings, *, zone: ZoneInfo, new_id: str, by: Actor
) -> CoverageCommand | DraftPublication:
    """The command that a filled form stands for. Raises `CommandRefusedError` for what a form of ours would not have sent."""
    match act:
        case Act.START_COVERAGE:
            if around.office is None:
                raise ValueError("a live coverage needs the office's contacts")
            return StartCoverage(
                interval=_interval(typed),
                due_at=_hour(typed, "due_at", zone),
                facts=value(typed, "facts"),
                unknowns=value(typed, "unknowns"),
                rungs=around.office.coverage.rungs,
                contacts=around.office.contacts,
            )
        case Act.BRIEF_COVERAGE:
            return BriefCoverage(facts=value(typed, "facts"), unknowns=value(typed, "unknowns"))
        case Act.NEXT_STATEMENT:
            due_at = _hour(typed, "due_at", zone)
            if due_at is None:
                raise CommandRefusedError("time_missing", "请填写下一次通报的时间")
            return MoveNextStatement(due_at=due_at, reason=value(typed, "reason"))
        case Act.END_COVERAGE:
            return EndCoverage(reason=value(typed, "reason"))
        case Act.STATEMENT:
            is_last = value(typed, "is_last") == LAST
            statement = Statement(is_last=is_last, next_due_at=None if is_last else _hour(typed, "due_at", zone))
            return publishing.read_draft(typed, around.accounts, new_id=new_id, by=by, statement=statement)
        case _:
            raise ValueError(f"{act} is not about a live coverage")


def intervals(around: Surroundings) -> tuple[timedelta, ...]:
    """The intervals that the form of a start offers."""
    before = () if around.case.coverage is None else (around.case.coverage.interval,)
    return tuple(sorted({*INTERVALS, *before, _usual(around)}))


def _usual(around: Surroundings) -> timedelta:
    return (USUAL if around.office is None else around.office.coverage).term


def known_facts(case: Case) -> str:
    """What the bulletins say and the bureaus have found, one a line."""
    said = [bulletin.facts for bulletin in bulletins_of(case)]
    found = [
        f"{one.bureau_name}：{one.feedback.findings}"
        for one in case.assignments
        if one.feedback is not None and not is_consultation(one)
    ]
    return "\n".join((*said, *found))


def open_questions(case: Case) -> list[str]:
    """What is not known as far as the case itself shows it."""
    asked = [one for one in case.assignments if one.feedback is None and not one.status.is_over and not is_consultation(one)]
    questions = [f"{one.bureau_name}尚未反馈" for one in asked]
    return questions if case.place.text or case.place.district else [*questions, "具体地点尚未核实"]


def _statement(case: Case) -> Typed:
    """The statement that was taken back last; else the accounts of the one before, so that all of them stand together."""
    withdrawn = publishing.last_withdrawn(case)
    if withdrawn is not None and withdrawn.statement is not None:
        chosen = tuple(one.account_id for one in withdrawn.postings)
        return {"title": (withdrawn.title,), "text": (withdrawn.text,), "link": (withdrawn.link,), "account": chosen}
    told = [one for one in case.publications if one.statement is not None]
    return {"title": (told[-1].title,), "account": tuple(one.account_id for one in told[-1].postings)} if told else {}


def _minutes(length: timedelta) -> str:
    return str(length // timedelta(minutes=1))


def _interval(typed: Typed) -> timedelta:
    given = value(typed, "interval")
    if not (given.isascii() and given.isdigit()) or len(given) > 5:
        raise CommandRefusedError("interval_unknown", "请选择两次通报的间隔")
    return timedelta(minutes=int(given))


def _hour(typed: Typed, name: str, zone: ZoneInfo) -> datetime | None:
    return local_hour(value(typed, name), zone)
