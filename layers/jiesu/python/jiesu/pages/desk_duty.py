"""The duty page: what I hold, what waits for a person, what nobody owns, who is here, and what the last shift left."""

from collections.abc import Callable
from dataclasses import dataclass

from jiesu.cases.desk_lines import DeskLine
from jiesu.cases.owning import TakeCase
from jiesu.model.duty import HandoverNote
from jiesu.model.errors import CommandRefusedError
from jiesu.pages.http import BadRequestError, Response
from jiesu.pages.view import View
from jiesu.pages.visit import Visit, done, render
from jiesu.runtime.logging import logger
from jiesu.store import keys
from jiesu.store.cases import CaseStore
from jiesu.store.desk_lines import DeskLineStore
from jiesu.store.duty import DutyStore

MAX_NOTE = 2_000
"""Characters of a note from shift to shift."""
NOTES_SHOWN = 5
"""Of those that were taken over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyPages:
    """The page needs `Right.READ`; whoever comes, goes, hands over or takes needs `Right.ACT`."""

    cases: CaseStore
    duty: DutyStore
    lines: DeskLineStore
    view: View

    def page(self, visit: Visit) -> Response:
        return self._page(visit)

    def come(self, visit: Visit) -> Response:
        self.duty.come(visit.actor, visit.now)
        return done(visit, "已报到。请先看上一班的交接。", f"{visit.base}/duty")

    def go(self, visit: Visit) -> Response:
        here = next((one for one in self.duty.roster(visit.now).people if one.person.id == visit.actor.id), None)
        if here is not None:
            self.duty.go(here, visit.now)
        return done(visit, "已下班。还由您负责的，请在交接里写明。", f"{visit.base}/duty")

    def leave_note(self, visit: Visit) -> Response:
        text = visit.request.typed("text").strip()
        if not text:
            return self._page(visit, refused="交接内容不能为空。")
        if len(text) > MAX_NOTE:
            return self._page(visit, refused=f"交接内容不能超过 {MAX_NOTE} 字，现有 {len(text)} 字。", typed=text)
        self.duty.leave_note(HandoverNote(text=text, by=visit.actor, written_at=visit.now))
        return done(visit, "交接已留下，下一班接手之前一直显示在这里。", f"{visit.base}/duty")

    def take_note(self, visit: Visit) -> Response:
        """Take over the note that the form names by its hour and its writer."""
        named = visit.request.typed("note")
        note = next((one for one in self.duty.roster(visit.now).notes if note_name(one) == named), None)
        if note is None:
            raise BadRequestError(400)
        if note.by.id == visit.actor.id:
            return done(visit, "自己写的交接要由接班的同事接手。", f"{visit.base}/duty")
        taken = self.duty.take_note(note, by=visit.actor, now=visit.now)
        return done(visit, "已接班。" if taken else "这份交接已有人接手。", f"{visit.base}/duty")

    def take_case(self, visit: Visit) -> Response:
        """Answer for a case that nobody owns; whoever was faster has it."""
        case_id = visit.segments["case_id"]
        try:
            self.cases.execute(case_id, TakeCase(by=visit.actor), actor=visit.actor, now=visit.now)
        except CommandRefusedError as error:
            return done(visit, f"没有接手：{error.label}。", f"{visit.base}/duty")
        logger.info("case taken at the desk", extra={"case_id": case_id, "subject": visit.person.subject})
        return done(visit, f"{case_id} 由您负责。", f"{visit.base}/duty")

    def _page(self, visit: Visit, *, refused: str = "", typed: str = "") -> Response:
        """Two queries: the unfinished cases, and who is here with the notes."""
        roster = self.duty.roster(visit.now)
        lines = self.lines.all()
        me = visit.actor.id
        return render(
            self.view,
            visit,
            "duty.html",
            http_status=422 if refused else 200,
            refused=refused,
            typed=typed,
            people=roster.people,
            am_here=roster.person(me) is not None,
            waiting_notes=roster.waiting,
            taken_notes=[one for one in roster.notes if one.taken_at is not None][:NOTES_SHOWN],
            note_name=note_name,
            max_note=MAX_NOTE,
            me=me,
            sections=(
                ("mine", "我负责的", [one for one in lines if one.owner is not None and one.owner.id == me]),
                ("waiting", "等人处理", [one for one in lines if _waits_for(one, me)]),
                ("unowned", "无人负责", [one for one in lines if one.owner is None]),
            ),
            to_approve=_to_approve(me),
        )


def note_name(note: HandoverNote) -> str:
    """What a form calls a note."""
    return keys.duty_note(note.written_at, note.by.id)


def _to_approve(person_id: str) -> Callable[[DeskLine], int]:
    """How many texts for the public wait for this person: never their own."""
    return lambda line: sum(one.drafted_by != person_id for one in line.drafts)


def _waits_for(line: DeskLine, person_id: str) -> bool:
    """Whether something is ready for this person to decide or do: of their own cases and of nobody's, and what others drafted."""
    theirs = line.owner is None or line.owner.id == person_id
    return (theirs and bool(line.to_review or line.answered or line.decisions or line.tasks)) or _to_approve(person_id)(line) > 0
