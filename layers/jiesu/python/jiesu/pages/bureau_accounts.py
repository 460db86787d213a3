"""Bureaus whose people sign in: everything that their bureaus were given, and each of it to be answered without a code.

What is not one of the person's bureaus does not exist here, whatever its number.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from jiesu.cases.bureau_lines import BureauLine, Stage, bureau_lines, by_due, by_stage
from jiesu.cases.issues import month_text
from jiesu.cases.timeliness import acknowledged_in_time, by_bureau, reported_in_time
from jiesu.model.numbers import readable_number
from jiesu.model.people import Actor
from jiesu.model.words import ActorKind
from jiesu.pages.bureau_assignment import NOTHING_TYPED, TIMELINE_SHOWN, AssignmentPages, Opened
from jiesu.pages.gate import Gate
from jiesu.pages.http import BadRequestError, Request, Response, page, see_other
from jiesu.pages.months import month_asked, months_offered, span_of
from jiesu.pages.oidc import OidcConfig, SignInUnconfiguredError
from jiesu.pages.rights import BUREAU_HOME, BUREAU_ROUTES
from jiesu.pages.sentences import IN_TIME
from jiesu.pages.session import SessionBook
from jiesu.pages.view import View
from jiesu.pages.visit import BUREAU_FRAME, Visit, render
from jiesu.runtime.logging import logger
from jiesu.store.bureau_lines import BureauLineStore
from jiesu.store.directory import DirectoryStore
from jiesu.store.timeliness import TimelinessStore

ROWS_SHOWN = 50
_NOT_YOURS = "没有这项交办，或它不是交给本单位的。"


@dataclass(slots=True, kw_only=True)
class AccountPages:
    """The pages that need `Right.ANSWER`. `config` and `session_secret` are those of the desk, by which people sign in."""

    config: Callable[[], OidcConfig]
    session_secret: Callable[[], str]
    assignments: AssignmentPages
    lines: BureauLineStore
    timeliness: TimelinessStore
    directory: DirectoryStore
    view: View
    _gate: Gate = field(init=False)

    def __post_init__(self) -> None:
        endpoints = {
            "open": self._open,
            "ended": self._ended,
            "find": self._find,
            "figures": self._figures,
            "assignment": self._assignment,
            "act": self._act,
        }
        kept = tuple(name for name in NOTHING_TYPED if name not in ("signer", "contacted", "return_reason"))
        self._gate = Gate(view=self.view, routes=BUREAU_ROUTES, endpoints=endpoints, frame=BUREAU_FRAME, kept=kept)

    def answer(self, request: Request, path: str, now: datetime) -> Response:
        """The page at `path`, which begins with `/bureau`."""
        try:
            config = self.config()
        except SignInUnconfiguredError as error:
            logger.error("sign-in is not configured", extra={"code": error.code})
            return page(self.view.render("plain.html", now=now, static="", status=503), status=503)
        book = SessionBook(self.session_secret(), secure=config.is_https)
        request = replace(request, path=path)
        visit = Visit(request=request, now=now, config=config, book=book, session=book.session(request, now))
        try:
            return self._gate.answer(visit)
        except BadRequestError as error:
            return self._notice(visit, error.status, "请求无效", "页面地址或提交的内容不完整，请返回后重试。")

    # --- Lists --------------------------------------------------------------------------------

    def _open(self, visit: Visit) -> Response:
        """What is open, the bureau's own moves first; one query."""
        code = _bureau(visit)
        lines = by_due(self.lines.open(code))
        asked = visit.request.query.get("stage", "")
        if asked and asked not in set(Stage):
            raise BadRequestError(400)
        kept = [one for one in lines if one.stage == asked] if asked else list(lines)
        stages = by_stage(lines)
        return self._list(
            visit,
            "bureau_open.html",
            code,
            kept,
            stage=asked,
            stages=[(one, stages.get(one, 0)) for one in Stage if one is not Stage.OVER],
            total=len(lines),
            late=sum(one.due is not None and one.due <= visit.now for one in lines),
        )

    def _ended(self, visit: Visit) -> Response:
        """What was over in a month, the newest first; one query."""
        code, month = _bureau(visit), month_asked(visit, self.view.zone)
        first, end = span_of(month, self.view.zone)
        return self._list(
            visit, "bureau_ended.html", code, list(self.lines.ended(code, first, end)), **self._months(visit, month)
        )

    def _list(self, visit: Visit, template: str, code: str, lines: list[BureauLine], **values: Any) -> Response:
        number = _page(visit.request.query.get("page"))
        begin = (number - 1) * ROWS_SHOWN
        narrowed = {name: one for name, one in visit.request.query.items() if name != "page"}
        return self._render(
            visit,
            template,
            code,
            name=lines[0].bureau_name if lines else None,
            rows=lines[begin : begin + ROWS_SHOWN],
            count=len(lines),
            page=number,
            pages=max(1, -(-len(lines) // ROWS_SHOWN)),
            turned=lambda to: urlencode({**narrowed, "page": to}),
            **values,
        )

    def _find(self, visit: Visit) -> Response:
        """Straight to the assignment whose number was typed, or to choose where there are several; at most two reads."""
        code, typed = _bureau(visit), visit.request.query.get("q", "")
        number = readable_number(typed)
        cases = self.assignments.cases
        case_id = cases.find_number(number)
        case = None if case_id is None else cases.load(case_id)
        own = [] if case is None else [one for one in bureau_lines(case) if one.bureau_code in visit.person.bureaus]
        # The bulletin's number names one of several assignments of a case.
        own = [one for one in own if one.number == number] or own
        if len(own) == 1:
            return see_other(_address(visit, own[0].case_id, own[0].assignment_id))
        return self._render(visit, "bureau_found.html", code, name=None, rows=by_due(own), typed=typed)

    def _figures(self, visit: Visit) -> Response:
        """How far the bureau kept its deadlines in a month, with each assignment behind the numbers; one query."""
        code, month = _bureau(visit), month_asked(visit, self.view.zone)
        own = [one for one in self.timeliness.between(*span_of(month, self.view.zone)) if one.bureau_code == code]
        kept = [one for one in own if not one.taken_back]
        figures = next(iter(by_bureau(own, visit.now)), None)
        return self._render(
            visit,
            "bureau_figures.html",
            code,
            name=None if figures is None else figures.name,
            figures=figures,
            rows=[(one, acknowledged_in_time(one, visit.now), reported_in_time(one, visit.now)) for one in kept],
            taken_back=len(own) - len(kept),
            said=IN_TIME,
            **self._months(visit, month),
        )

    # --- One assignment -----------------------------------------------------------------------

    def _assignment(self, visit: Visit) -> Response:
        opened = self._opened(visit)
        return self._not_yours(visit) if opened is None else self.assignments.get(opened, visit.request, visit.now)

    def _act(self, visit: Visit) -> Response:
        opened = self._opened(visit)
        return self._not_yours(visit) if opened is None else self.assignments.post(opened, visit.request, visit.now)

    def _opened(self, visit: Visit) -> Opened | None:
        """The assignment that the path names; None where it is not one of the person's bureaus."""
        case_id, assignment_id = visit.segments["case_id"], visit.segments["assignment_id"]
        found = self.assignments.cases.timeline(case_id, limit=TIMELINE_SHOWN)
        assignment = None if found.case is None else found.case.assignment(assignment_id)
        if found.case is None or assignment is None or assignment.bureau_code not in visit.person.bureaus:
            return None
        person = visit.person
        actor = Actor(
            kind=ActorKind.BUREAU,
            id=assignment.bureau_code,
            name=f"{assignment.bureau_name} {person.name}",
            account=person.subject,
        )
        return Opened(
            found=found,
            case=found.case,
            assignment=assignment,
            address=_address(visit, case_id, assignment_id),
            static=f"{visit.config.prefix}/static",
            actor=actor,
            session=person,
            bureau_home=visit.bureau_home,
            base=visit.base,
        )

    # --- What all of them need ----------------------------------------------------------------

    def _render(self, visit: Visit, template: str, code: str, *, name: str | None, **values: Any) -> Response:
        """A page of one bureau; where nothing on it says the bureau's name, the directory does."""
        if not code:
            template = "bureau_none.html"
        elif name is None:
            name = self._name_of(code)
        own = visit.person.bureaus
        return render(
            self.view,
            visit,
            template,
            frame=BUREAU_FRAME,
            code=code,
            bureau_name=name or "",
            codes=own,
            names={one: name if one == code else self._name_of(one) for one in own} if len(own) > 1 else {},
            address=lambda case_id, assignment_id: _address(visit, case_id, assignment_id),
            **values,
        )

    def _name_of(self, code: str) -> str:
        known = self.directory.bureau(code)[0]
        return code if known is None else known.name

    def _notice(self, visit: Visit, status: int, title: str, said: str) -> Response:
        return render(self.view, visit, "notice.html", http_status=status, frame=BUREAU_FRAME, title=title, paragraphs=(said,))

    def _not_yours(self, visit: Visit) -> Response:
        return self._notice(visit, 404, "没有找到", _NOT_YOURS)

    def _months(self, visit: Visit, month: date) -> dict[str, object]:
        return {"month": month_text(month), "months": months_offered(visit, self.view.zone)}


def _bureau(visit: Visit) -> str:
    """The bureau that the page is of: the one that was chosen, else the person's first; empty where they have none."""
    own = visit.person.bureaus
    asked = visit.request.query.get("bureau")
    if asked is not None and asked not in own:
        raise BadRequestError(404)
    return asked or next(iter(own), "")


def _page(text: str | None) -> int:
    if text is None:
        return 1
    if not (text.isascii() and text.isdigit()) or not 1 <= int(text) <= 1_000:
        raise BadRequestError(400)
    return int(text)


def _address(visit: Visit, case_id: str, assignment_id: str) -> str:
    return f"{visit.config.prefix}{BUREAU_HOME}/assignments/{case_id}/{assignment_id}"
