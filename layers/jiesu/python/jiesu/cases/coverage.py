"""Live coverage of a case (现场直播式通报): each statement goes out as every publication does, and another is owed after it.

    start ──▶ owed ──statement out──▶ owed anew ── … ──last statement out, a person's reason, the case's end──▶ ended
               │
               └─ rungs: the supervisor before the hour and at it, then the command centre too

A statement is a publication that is marked as one. What is owed begins anew with the entry that says that it stands in
public, so that the clock of the next one follows from that entry.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from jiesu.cases.ladder import lay_out
from jiesu.cases.refusals import MAX_TEXT, opened, refuse, text_of
from jiesu.model.case import Case
from jiesu.model.coverage import (
    Coverage,
    CoverageBriefed,
    CoverageChange,
    CoverageEnded,
    CoverageReminded,
    CoverageStarted,
    NextStatement,
    NextStatementMoved,
    StatementMade,
)
from jiesu.model.ladder import Ladder, LadderPlan, RungPlan
from jiesu.model.people import Actor, Contact, reachable
from jiesu.model.publication import Statement
from jiesu.model.timeline import PublicationPosted
from jiesu.model.words import ContactRole, LadderKind, RungAction

SHORTEST, LONGEST = timedelta(minutes=10), timedelta(hours=24)
"""Between these an interval lies."""
FARTHEST = timedelta(days=7)
"""Nothing later may be called the next statement."""

USUAL = LadderPlan(
    term=timedelta(hours=1),
    rungs=(
        RungPlan(offset=-timedelta(minutes=10), action=RungAction.REMINDER, recipients=(ContactRole.SUPERVISOR,)),
        RungPlan(offset=timedelta(), action=RungAction.REMINDER, recipients=(ContactRole.SUPERVISOR,)),
        RungPlan(
            offset=timedelta(minutes=15),
            action=RungAction.SUPERVISION,
            recipients=(ContactRole.SUPERVISOR, ContactRole.COMMAND_CENTRE),
        ),
    ),
)
"""The interval that is offered first and the rungs around the hour of each statement, unless the office has laid down others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StartCoverage:
    """`due_at` is when the first statement is owed; without it, `interval` from now."""

    interval: timedelta
    due_at: datetime | None
    facts: str
    unknowns: str
    rungs: tuple[RungPlan, ...]
    contacts: tuple[Contact, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BriefCoverage:
    facts: str
    unknowns: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveNextStatement:
    due_at: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EndCoverage:
    reason: str


CoverageCommand = StartCoverage | BriefCoverage | MoveNextStatement | EndCoverage


def decide_coverage(case: Case, command: CoverageCommand, now: datetime) -> CoverageChange | None:
    """The change that `command` makes, or None where nothing is left to do. Raises `CommandRefusedError`."""
    opened(case)
    if isinstance(command, StartCoverage):
        return _start(case, command, now)
    coverage = _running(case)
    match command:
        case BriefCoverage():
            facts, unknowns = _lines(command.facts), _lines(command.unknowns)
            same = (facts, unknowns) == (coverage.facts, coverage.unknowns)
            return None if same else CoverageBriefed(facts=facts, unknowns=unknowns)
        case MoveNextStatement():
            reason = text_of(command.reason, missing="reason_missing")
            ladder = _stated(coverage.rungs, command.due_at, now, why=f"由人工改定，理由：{reason}")
            return NextStatementMoved(next_statement=NextStatement(run=coverage.run + 1, ladder=ladder), reason=reason)
        case EndCoverage():
            return CoverageEnded(reason=text_of(command.reason, missing="reason_missing"))


def allow_statement(case: Case, statement: Statement, now: datetime) -> None:
    """Raise `CommandRefusedError` where no coverage runs, or the hour that a draft names for the next one cannot be."""
    coverage = _running(case)
    if statement.next_due_at is not None and not statement.is_last:
        _stated(coverage.rungs, statement.next_due_at, now, why="")


def remind_of_next_statement(case: Case, *, run: int, rung: int) -> CoverageReminded | None:
    """The rung that the clock of `run` asks for; None where it is of an older run, or has passed."""
    coverage = case.coverage
    if coverage is None or coverage.ladder is None or coverage.run != run or coverage.level != rung:
        return None
    due = coverage.next_rung
    if due is None:
        return None
    told = tuple(one for one in coverage.contacts if one.role in due.recipients) or coverage.contacts
    return CoverageReminded(run=run, rung=rung, action=due.action, due=due.at, deadline=coverage.ladder.deadline, contacts=told)


def with_next_statement(case: Case, change: PublicationPosted, now: datetime) -> PublicationPosted:
    """`change` with the statement that is owed after it: where it is one of a running coverage, stands in public for the
    first time, and is not the last."""
    coverage, publication = case.coverage, case.publication(change.publication_id)
    if coverage is None or not coverage.is_running or publication is None or publication.is_out:
        return change
    statement = publication.statement
    if statement is None or statement.is_last:
        return change
    named = statement.next_due_at
    if named is not None and named > now:
        ladder = _stated(coverage.rungs, named, now, why="上一次通报中写明")
    else:
        plan = LadderPlan(term=coverage.interval, rungs=coverage.rungs)
        ladder = lay_out(LadderKind.COVERAGE, plan, now, counted_from="上一次通报")
    return replace(change, next_statement=NextStatement(run=coverage.run + 1, ladder=ladder))


def _start(case: Case, command: StartCoverage, now: datetime) -> CoverageStarted:
    before = case.coverage
    if before is not None and before.is_running:
        raise refuse("coverage_running")
    if not SHORTEST <= command.interval <= LONGEST:
        raise refuse("coverage_interval")
    contacts = reachable(command.contacts)
    if not contacts:
        raise refuse("coverage_contacts_missing")
    if command.due_at is None:
        plan = LadderPlan(term=command.interval, rungs=command.rungs)
        ladder = lay_out(LadderKind.COVERAGE, plan, now, counted_from="开始现场通报")
    else:
        ladder = _stated(command.rungs, command.due_at, now, why="开始现场通报时写明")
    return CoverageStarted(
        interval=command.interval,
        rungs=command.rungs,
        contacts=contacts,
        next_statement=NextStatement(run=1 if before is None else before.run + 1, ladder=ladder),
        facts=_lines(command.facts),
        unknowns=_lines(command.unknowns),
    )


def _running(case: Case) -> Coverage:
    if case.coverage is None or not case.coverage.is_running:
        raise refuse("coverage_missing")
    return case.coverage


def _stated(rungs: tuple[RungPlan, ...], due_at: datetime, now: datetime, *, why: str) -> Ladder:
    """The ladder of a statement whose hour a person has named."""
    term = due_at.replace(microsecond=0) - now.replace(microsecond=0)
    if term <= timedelta():
        raise refuse("statement_due_past")
    if term > FARTHEST:
        raise refuse("statement_due_far")
    return replace(lay_out(LadderKind.COVERAGE, LadderPlan(term=term, rungs=rungs), now), why=why)


def _lines(text: str) -> str:
    """One fact a line, without blank ones."""
    if len(text) > MAX_TEXT:
        raise refuse("text_too_long")
    return "\n".join(line.strip() for line in text.splitlines() if line.strip())


# --- What the entries make of a case ----------------------------------------------------------


def coverage_applied(case: Case, change: CoverageChange, actor: Actor, at: datetime) -> Case:
    """`case` after `change`, which `actor` made at `at`."""
    coverage = case.coverage
    if isinstance(change, CoverageStarted):
        started = Coverage(
            started_at=at,
            started_by=actor,
            interval=change.interval,
            rungs=change.rungs,
            contacts=change.contacts,
            ladder=change.next_statement.ladder,
            run=change.next_statement.run,
            facts=change.facts,
            unknowns=change.unknowns,
            made=() if coverage is None else coverage.made,
        )
        return replace(case, coverage=started)
    if coverage is None:
        raise ValueError("a case without a live coverage has no such entry")
    match change:
        case CoverageBriefed():
            return replace(case, coverage=replace(coverage, facts=change.facts, unknowns=change.unknowns))
        case NextStatementMoved():
            return replace(case, coverage=_owing(coverage, change.next_statement))
        case CoverageReminded():
            return replace(case, coverage=replace(coverage, level=change.rung + 1))
        case CoverageEnded():
            return coverage_ended(case, at, reason=change.reason)


def coverage_after_statement(case: Case, change: PublicationPosted, at: datetime) -> Case:
    """`case` after one of its publications came to stand in public at `at`, for the first time."""
    coverage, publication = case.coverage, case.publication(change.publication_id)
    if coverage is None or publication is None or publication.statement is None:
        return case
    due = None if coverage.ladder is None else coverage.ladder.deadline
    made = StatementMade(publication_id=publication.id, at=at, due=due)
    told = replace(case, coverage=replace(coverage, made=(*coverage.made, made)))
    if change.next_statement is not None and told.coverage is not None:
        return replace(told, coverage=_owing(told.coverage, change.next_statement))
    return coverage_ended(told, at, reason="已发布最后一次通报") if publication.statement.is_last else told


def coverage_ended(case: Case, at: datetime, *, reason: str) -> Case:
    """`case` with no further statement owed; as it was where none is."""
    if case.coverage is None or not case.coverage.is_running:
        return case
    return replace(case, coverage=replace(case.coverage, ladder=None, level=0, ended_at=at, end_reason=reason))


def _owing(coverage: Coverage, owed: NextStatement) -> Coverage:
    return replace(coverage, ladder=owed.ladder, run=owed.run, level=0)
