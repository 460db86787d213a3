"""Putting assignments that run on the office's ladders of today: which, with old and new deadlines, and then the change."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby, islice

from jiesu.cases.refusals import MAX_TEXT
from jiesu.cases.replanning import Replan, Replannable, replannable
from jiesu.model.case import Case
from jiesu.model.errors import CommandRefusedError, ConflictError
from jiesu.model.ladder import Ladder
from jiesu.model.words import Urgency
from jiesu.pages.http import BadRequestError, Response
from jiesu.pages.view import View
from jiesu.pages.visit import Visit, done, render
from jiesu.runtime.logging import logger
from jiesu.store.cases import CaseStore
from jiesu.store.directory import DirectoryStore
from jiesu.triage import categories

SHOWN = 40
"""How many are shown and changed at a time: a page has to answer within half a minute."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """One duty as it is and as it would be; `before` is None where it is new."""

    before: Ladder | None
    after: Ladder


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplanRow:
    """`mark` stands for exactly this change: what has become another meanwhile is not made."""

    case: Case
    found: Replannable
    deadlines: tuple[Deadline, ...]
    mark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplanPages:
    """The page needs `Right.DECIDE`."""

    cases: CaseStore
    directory: DirectoryStore
    view: View

    def preview(self, visit: Visit) -> Response:
        asked = visit.request.query.get("urgency", "")
        if not asked:
            return self._page(visit, None, "", ())
        urgency, category = _urgency(asked), visit.request.query.get("category", "")
        return self._page(visit, urgency, category, self._rows(urgency, category, visit.now))

    def replan(self, visit: Visit) -> Response:
        """Change those that were ticked, each an entry of its case; what is another change by now is left and shown again."""
        urgency, category = _urgency(visit.request.typed("urgency")), visit.request.typed("category")
        reason, wanted = visit.request.typed("reason").strip(), set(visit.request.form.get("mark", ()))
        rows = self._rows(urgency, category, visit.now)
        problem = _problem(reason, wanted)
        if problem:
            return self._page(visit, urgency, category, rows, problem=problem, reason=reason, status=422)
        chosen = [row for row in rows if row.mark in wanted]
        changed = [row for row in chosen if self._change(visit, row, reason)]
        logger.info("assignments replanned", extra={"changed": len(changed), "subject": visit.person.subject})
        if len(changed) == len(wanted):
            return done(visit, f"已调整 {len(changed)} 项的时限，各件的经过里都有记录。", f"{visit.base}/replan")
        left = len(wanted) - len(changed)
        problem = f"已调整 {len(changed)} 项；另有 {left} 项在您查看之后有了变化，没有调整，请重新核对。"
        again = self._rows(urgency, category, visit.now)
        return self._page(visit, urgency, category, again, problem=problem, reason=reason, status=409)

    def _change(self, visit: Visit, row: ReplanRow, reason: str) -> bool:
        command = Replan(assignment_id=row.found.assignment.id, plan=row.found.plan, reason=reason)
        try:
            # No expected version: another part of the same case may just have been changed. Decided on what stands.
            outcome = self.cases.execute(row.case.id, command, actor=visit.actor, now=visit.now)
        except (CommandRefusedError, ConflictError):
            return False
        return outcome.entry is not None

    def _rows(self, urgency: Urgency, category: str, now: datetime) -> tuple[ReplanRow, ...]:
        """The first of those that would change, the most urgent and oldest case first; a query a page of the cases at work."""
        office = self.directory.office()
        found = (
            _row(case, one)
            for case in self.cases.at_work()
            for one in replannable(case, office.plan, urgency=urgency, category=category, now=now)
        )
        return tuple(islice(found, SHOWN + 1))

    def _page(
        self,
        visit: Visit,
        urgency: Urgency | None,
        category: str,
        rows: tuple[ReplanRow, ...],
        *,
        problem: str = "",
        reason: str = "",
        status: int = 200,
    ) -> Response:
        return render(
            self.view,
            visit,
            "replan.html",
            http_status=status,
            urgencies=tuple(Urgency),
            urgency=urgency,
            category_groups=[(name, list(members)) for name, members in groupby(categories.choices(), key=lambda one: one.group)],
            typed={"category": (category,)},
            rows=rows[:SHOWN],
            more=len(rows) > SHOWN,
            problem=problem,
            reason=reason,
        )


def _problem(reason: str, wanted: set[str]) -> str:
    if not wanted:
        return "请至少勾选一项。"
    if not reason:
        return "请填写理由，它会记入每一件的经过。"
    return f"理由不能超过 {MAX_TEXT} 字。" if len(reason) > MAX_TEXT else ""


def _row(case: Case, found: Replannable) -> ReplanRow:
    before = found.assignment
    said = [case.id, before.id, str(before.run), *(f"{one.kind} {one.deadline.isoformat()}" for one in found.ladders)]
    return ReplanRow(
        case=case,
        found=found,
        deadlines=tuple(Deadline(before=before.ladder_of(one.kind), after=one) for one in found.ladders),
        mark=hashlib.sha256("\n".join(said).encode()).hexdigest()[:24],
    )


def _urgency(text: str) -> Urgency:
    try:
        return Urgency(text)
    except ValueError as error:
        raise BadRequestError(400) from error
