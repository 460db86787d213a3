"""One act on many cases of the queue at once: each decided by itself, each as its row was seen, each taken back by one press."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256

from jiesu.cases.commands import CloseCase, Command, CorrectCase
from jiesu.cases.desk_lines import DeskLine, line_of
from jiesu.cases.owning import TakeCase
from jiesu.model.case import Case
from jiesu.model.errors import CaseChangedError, CommandRefusedError, ConflictError
from jiesu.model.numbers import is_case_id
from jiesu.model.timeline import Entry
from jiesu.model.words import Resolution, Urgency
from jiesu.pages.desk_undo import MOST_AT_ONCE, and_what_was_not, offer
from jiesu.pages.http import BadRequestError, Response
from jiesu.pages.visit import Visit, done, queue_left
from jiesu.runtime.logging import logger
from jiesu.store.cases import CaseStore
from jiesu.store.codec import dumps

_CHANGED = "您选择之后有了变化，请再看一眼"
_MORE_URGENT = {Urgency.ROUTINE: Urgency.URGENT, Urgency.URGENT: Urgency.CRITICAL}


def row_mark(line: DeskLine) -> str:
    """What changes with every word of a row: a form that carries it acts on what was seen."""
    return sha256(dumps(line).encode()).hexdigest()[:12]


def _take(visit: Visit, _case: Case) -> Command | None:
    return TakeCase(by=visit.actor)


def _rest(_visit: Visit, _case: Case) -> Command | None:
    return CloseCase(resolution=Resolution.NOISE, reason="成批看过，不是诉求")


def _raise(_visit: Visit, case: Case) -> Command | None:
    higher = _MORE_URGENT.get(case.urgency)
    return None if higher is None else CorrectCase(urgency=higher, reason="成批调高")


_ACTS: Mapping[str, tuple[Callable[[Visit, Case], Command | None], str, str]] = {
    "take": (_take, "由您负责", "已由您负责"),
    "noise": (_rest, "按不是诉求办结", "已办结"),
    "raise": (_raise, "调高一级紧急程度", "已是最高一级"),
}
"""Of each act the command, what is said of those it was done to, and why there may be nothing to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchPages:
    """Needs `Right.ACT`."""

    cases: CaseStore

    def act(self, visit: Visit) -> Response:
        """Carry out the act on every chosen case: two reads and a write each. One that refuses leaves the others alone."""
        act = _ACTS.get(visit.request.typed("act"))
        chosen = [one.partition(".") for one in visit.request.form.get("row", ())]
        if act is None or len(chosen) > MOST_AT_ONCE or not all(is_case_id(case_id) for case_id, _, _ in chosen):
            raise BadRequestError(400)
        address = queue_left(visit) or visit.base
        if not chosen:
            return done(visit, "没有选中诉求件：用 x 选中一行或多行，再按。", address)
        command_of, said, nothing = act
        made: list[tuple[Case, Entry]] = []
        kept: list[tuple[str, str]] = []
        for case_id, _, mark in chosen:
            try:
                one = self._one(visit, case_id, mark, command_of)
            except CommandRefusedError as error:
                kept.append((case_id, error.label))
            except (CaseChangedError, ConflictError):
                kept.append((case_id, _CHANGED))
            else:
                if one is None:
                    kept.append((case_id, nothing))
                else:
                    made.append(one)
        logger.info("cases changed together at the desk", extra={"count": len(made), "subject": visit.person.subject})
        told = f"{len(made)} 件{said}。" if made else ""
        return done(visit, told + and_what_was_not(kept), address, offer=offer(visit, told.rstrip("。"), made))

    def _one(
        self, visit: Visit, case_id: str, mark: str, command_of: Callable[[Visit, Case], Command | None]
    ) -> tuple[Case, Entry] | None:
        case = self.cases.load(case_id)
        if case is None or row_mark(line_of(case)) != mark:
            raise CaseChangedError(case_id, 0 if case is None else case.version)
        command = command_of(visit, case)
        if command is None:
            return None
        outcome = self.cases.execute(case_id, command, actor=visit.actor, now=visit.now, expected_version=case.version)
        return None if outcome.entry is None else (case, outcome.entry)
