"""One assignment as its bureau has it before them: what is asked, by when, and its answer, whichever way they came to it.

GET shows and changes nothing of the case. All acts are in the name of whoever was let in.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from jiesu.cases.commands import AcknowledgeAssignment, Command, GiveFeedback, ReportProgress, decide
from jiesu.cases.consultations import AnswerConsultation, is_consultation
from jiesu.cases.extensions import AskExtension, latest_extension, refusal_to_ask
from jiesu.cases.returns import ReturnAssignment, refusal_to_return
from jiesu.model.case import Assignment, Case, Feedback
from jiesu.model.errors import CommandRefusedError, ConflictError
from jiesu.model.mail import IncomingFile
from jiesu.model.people import Actor
from jiesu.model.returns import ReturnReason
from jiesu.model.timeline import Rerouted, SentBack
from jiesu.model.words import AssignmentStatus
from jiesu.pages.bureau_evidence import MAX_ATTACHED_BYTES, MAX_ATTACHED_FILES, Beside, BureauEvidence, refusal_to_keep
from jiesu.pages.documents import Print, on_to_document
from jiesu.pages.evidence import on_to_file
from jiesu.pages.hours import local_hour
from jiesu.pages.http import Request, Response, page, see_other, showing
from jiesu.pages.sentences import assignment_of, say_to_bureau
from jiesu.pages.session import Session
from jiesu.pages.view import View
from jiesu.runtime.logging import logger
from jiesu.store.cases import CasePage, CaseStore
from jiesu.store.deliveries import DeliveryStore
from jiesu.store.evidence import EvidenceVault

TIMELINE_SHOWN = 100


class BureauAct(StrEnum):
    """What a bureau can do; the value is what the form's `action` says."""

    ACKNOWLEDGE = "acknowledge"
    PROGRESS = "progress"
    FEEDBACK = "feedback"
    RETURN = "return"
    EXTENSION = "extension"
    ANSWER = "answer"

    @property
    def done(self) -> str:
        return {
            "acknowledge": "已签收，请在时限内办理并反馈。",
            "progress": "进展已提交。",
            "feedback": "反馈已提交，等待审核。",
            "extension": "已申请延期，等待审批；审批前时限照常计算。",
            "return": "已退回，等待裁决，其间时限停止。",
            "answer": "答复已提交，谢谢。",
        }[self.value]

    @property
    def done_before(self) -> str:
        """What is said where somebody was faster, or the form was sent twice."""
        return {
            "acknowledge": "本单位已有人签收，不必再签收，请在时限内办理并反馈。",
            "feedback": "这份反馈已经提交过，等待审核。",
        }.get(self.value, "已经提交过，没有重复记录。")


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Why a form was not taken, in words, and the status that goes with it."""

    status: int
    said: str


NOTHING_TYPED: Mapping[str, str] = dict.fromkeys(
    (
        "signer",
        "text",
        "contacted",
        "findings",
        "result",
        "publishable",
        "legal_basis",
        "return_reason",
        "return_words",
        "until",
        "extension_reason",
        "answer",
        "basis",
    ),
    "",
)
"""The fields of all forms. What is typed into them comes back when it was not taken."""

AGAIN = "again"


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """One assignment before somebody; `actor` is in whose name they act, None as long as nothing says who they are.

    `address` is where the page stands, `static` where the static files do, both as the browser may follow them from here.
    Whoever signed in has a `session`, whoever gave the code a `signer`, which may be empty.
    """

    found: CasePage
    case: Case
    assignment: Assignment
    address: str
    static: str
    actor: Actor | None
    signer: str = ""
    session: Session | None = None
    bureau_home: str = ""
    base: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignmentPages:
    """Shows assignments and carries out what their bureaus say."""

    cases: CaseStore
    deliveries: DeliveryStore
    evidence: BureauEvidence
    documents: EvidenceVault
    print_form: Print
    view: View

    def get(self, opened: Opened, request: Request, now: datetime) -> Response:
        """The page, or on to a document or a file of it."""
        if request.query.get("form") == "docx":
            return self._document(opened, now)
        if (digest := request.query.get("file")) is not None:
            return self._file(opened, digest, now)
        # Of the case nothing changes: it is only known then that somebody, or a scanner, has the page before them.
        self.deliveries.note_seen(case_id=opened.case.id, assignment_id=opened.assignment.id, now=now)
        return self.show(opened, now, said=_said(request))

    def post(self, opened: Opened, request: Request, now: datetime) -> Response:
        """Act in the name of whoever was let in; where that fails, the page comes back with every word."""
        typed, act = typed_in(request), _act(request.typed("action"))
        if act is None:
            return self.show(opened, now, problem=Problem(status=400, said="请选择要办理的事项。"), typed=typed)
        told = self._execute(act, typed, opened, now, files=request.files)
        if isinstance(told, Problem):
            # Somebody was faster, or a clock: what then stands is shown.
            return self.show(self._anew(opened), now, problem=told, typed=typed)
        return see_other(f"{opened.address}?done={act}{'' if told else f'&{AGAIN}=1'}")

    def show(
        self,
        opened: Opened,
        now: datetime,
        *,
        said: str = "",
        problem: Problem | None = None,
        typed: Mapping[str, str] | None = None,
    ) -> Response:
        assignment, case = opened.assignment, opened.case
        lines = tuple(
            (entry, say_to_bureau(entry, assignment, self.view.zone, now))
            for entry in opened.found.entries
            if assignment.id in assignment_of(entry)
        )
        acts = acts_on(case, assignment, now)
        # A form that is not offered any more shows nothing: what was typed into it is said apart.
        lost = () if typed is None else _lost(typed, acts)
        if typed is None:
            typed = _begun(assignment)
        gallery = self.evidence.gallery(case, assignment, opened.actor, now)
        body = self.view.render(
            "bureau.html",
            now=now,
            static=opened.static,
            session=opened.session,
            bureau_home=opened.bureau_home,
            base=opened.base,
            bulletin=case.bulletin(assignment.bulletin_number),
            assignment=assignment,
            asks=is_consultation(assignment),
            ladder=assignment.ladder,
            partners=tuple(
                one for one in case.assignments if one.bulletin_number == assignment.bulletin_number and one.id != assignment.id
            ),
            acts=acts,
            extension_limit=latest_extension(assignment),
            return_reasons=tuple(ReturnReason),
            reroute=_reroute_to(opened),
            sent_back=_last_send_back(opened),
            lines=lines,
            gallery=gallery,
            needs_code=opened.actor is None,
            most_files=MAX_ATTACHED_FILES,
            most_bytes=MAX_ATTACHED_BYTES,
            typed={**typed, "signer": typed["signer"] or opened.signer},
            lost=lost,
            said=said,
            problem=problem.said if problem is not None else "",
        )
        status = 200 if problem is None else problem.status
        return page(body, status=status, headers=showing(gallery.thumbnails.values()))

    def dead_end(self, opened: Opened, status: int, title: str, said: str, now: datetime) -> Response:
        """A page that says what to do instead."""
        values = {"session": opened.session, "bureau_home": opened.bureau_home, "base": opened.base}
        body = self.view.render(
            "bureau_notice.html", now=now, static=opened.static, title=title, said=said, people=(), back=opened.address, **values
        )
        return page(body, status=status)

    def _document(self, opened: Opened, now: datetime) -> Response:
        """On to the bulletin as a document, for whoever was let in."""
        bulletin = opened.case.bulletin(opened.assignment.bulletin_number)
        if is_consultation(opened.assignment):
            return self.dead_end(opened, 404, "没有这份文件", "业务咨询没有 Word 文档，问题在页面上。", now)
        if opened.actor is None or bulletin is None:
            return self.show(opened, now, problem=Problem(status=403, said="请先输入短信中的四位验证码，再下载通报单。"))
        return on_to_document(self.documents, self.print_form(opened.case, opened.assignment, bulletin))

    def _file(self, opened: Opened, digest: str, now: datetime) -> Response:
        """On to the copy of a file, for whoever was let in, while the assignment is theirs."""
        if opened.actor is None:
            return self.show(
                opened, now, problem=Problem(status=403, said="请先输入短信中的四位验证码，再查看图片、语音和视频。")
            )
        link = self.evidence.link(opened.case, opened.assignment, opened.actor, digest, now)
        if link is None:
            said = "文件不在本单位承办的事项中，或者办理已经结束。"
            return self.dead_end(opened, 404, "不能查看这个文件", said, now)
        return on_to_file(link)

    def _execute(
        self, act: BureauAct, typed: Mapping[str, str], opened: Opened, now: datetime, *, files: tuple[IncomingFile, ...]
    ) -> Problem | bool:
        """Whether something was left to do, or why it was not taken."""
        assignment, actor = opened.assignment, opened.actor
        if actor is None:
            raise AssertionError("nobody acts who was not let in")
        beside: Beside | None = None
        try:
            command = _command(act, assignment.id, typed, self.view.zone)
            if files and isinstance(command, GiveFeedback):
                if refused := refusal_to_keep(files):
                    return Problem(status=422, said=f"{refused}。附件都没有保存，文字还在表单里，请重新选择附件后再提交。")
                if act in acts_on(opened.case, assignment, now):
                    decide(opened.case, command, now)  # what is refused leaves no file behind
                attached, beside = self.evidence.keep(files, assignment, actor, now)
                command = replace(command, feedback=replace(command.feedback, files=attached))
            # No expected version: a clock that climbs meanwhile must not turn the bureau's answer away.
            outcome = self.cases.execute(opened.case.id, command, actor=actor, now=now, beside=beside)
        except CommandRefusedError as error:
            return Problem(status=422, said=f"{error.label}。")
        except ConflictError:
            return Problem(status=409, said="此刻有多人同时提交，请再提交一次。")
        logger.info("bureau acted", extra={"case_id": opened.case.id, "assignment_id": assignment.id, "act": act})
        return outcome.entry is not None

    def _anew(self, opened: Opened) -> Opened:
        found = self.cases.timeline(opened.case.id, limit=TIMELINE_SHOWN)
        assignment = None if found.case is None else found.case.assignment(opened.assignment.id)
        if found.case is None or assignment is None:
            raise AssertionError("an assignment is never deleted")
        return replace(opened, found=found, case=found.case, assignment=assignment)


def typed_in(request: Request) -> Mapping[str, str]:
    """What stands in the forms' fields."""
    return {name: request.typed(name) for name in NOTHING_TYPED}


def acts_on(case: Case, assignment: Assignment, now: datetime) -> tuple[BureauAct, ...]:
    """What the bureau can do now; `decide` has the last word."""
    if is_consultation(assignment):
        owed = assignment.status in (AssignmentStatus.DISPATCHED, AssignmentStatus.SENT_BACK)
        return (BureauAct.ANSWER,) if owed else ()
    may_return = (BureauAct.RETURN,) if refusal_to_return(case, assignment) is None else ()
    match assignment.status:
        case AssignmentStatus.DISPATCHED:
            return (BureauAct.ACKNOWLEDGE, *may_return)
        case AssignmentStatus.ACKNOWLEDGED | AssignmentStatus.IN_PROGRESS | AssignmentStatus.SENT_BACK:
            may_ask = (BureauAct.EXTENSION,) if refusal_to_ask(assignment, now) is None else ()
            return (BureauAct.FEEDBACK, BureauAct.PROGRESS, *may_ask, *may_return)
        case _:
            return ()


def _begun(assignment: Assignment) -> Mapping[str, str]:
    """What the form begins with: the feedback that came back, so that only what was missed is typed."""
    if assignment.status is not AssignmentStatus.SENT_BACK or assignment.feedback is None:
        return NOTHING_TYPED
    given = assignment.feedback
    if is_consultation(assignment):
        return {**NOTHING_TYPED, "answer": given.publishable, "basis": given.findings}
    return {
        **NOTHING_TYPED,
        "findings": given.findings,
        "result": given.result,
        "legal_basis": given.legal_basis,
        "publishable": given.publishable,
    }


_TEXTS_OF: Mapping[BureauAct, tuple[str, ...]] = {
    BureauAct.PROGRESS: ("text",),
    BureauAct.FEEDBACK: ("findings", "result", "legal_basis", "publishable"),
    BureauAct.RETURN: ("return_words",),
    BureauAct.EXTENSION: ("extension_reason",),
    BureauAct.ANSWER: ("answer", "basis"),
}
"""The fields that a form has of its own and that hold what nobody wants to type again."""


def _lost(typed: Mapping[str, str], acts: tuple[BureauAct, ...]) -> tuple[str, ...]:
    """The fields that something was typed into and that no form on the page has."""
    return tuple(name for act, names in _TEXTS_OF.items() if act not in acts for name in names if typed[name])


def _act(text: str) -> BureauAct | None:
    return BureauAct(text) if text in set(BureauAct) else None


def _command(act: BureauAct, assignment_id: str, typed: Mapping[str, str], zone: ZoneInfo) -> Command:
    match act:
        case BureauAct.ACKNOWLEDGE:
            return AcknowledgeAssignment(assignment_id=assignment_id)
        case BureauAct.PROGRESS:
            return ReportProgress(assignment_id=assignment_id, text=typed["text"], contacted=bool(typed["contacted"]))
        case BureauAct.FEEDBACK:
            feedback = Feedback(
                findings=typed["findings"],
                result=typed["result"],
                publishable=typed["publishable"],
                legal_basis=typed["legal_basis"],
            )
            return GiveFeedback(assignment_id=assignment_id, feedback=feedback)
        case BureauAct.ANSWER:
            return AnswerConsultation(assignment_id=assignment_id, text=typed["answer"], basis=typed["basis"])
        case BureauAct.EXTENSION:
            until = local_hour(typed["until"], zone)
            if until is None:
                raise CommandRefusedError("time_missing", "请填写申请延到的时间")
            return AskExtension(assignment_id=assignment_id, until=until, reason=typed["extension_reason"])
        case BureauAct.RETURN:
            reason = typed["return_reason"]
            if reason not in set(ReturnReason):
                raise CommandRefusedError("return_reason_missing", "请选择退回原因")
            return ReturnAssignment(assignment_id=assignment_id, reason=ReturnReason(reason), words=typed["return_words"])


def _said(request: Request) -> str:
    """What the page says after a form was taken; the address only names it."""
    act = _act(request.query.get("done", ""))
    if act is None:
        return ""
    return act.done_before if AGAIN in request.query else act.done


def _reroute_to(opened: Opened) -> Rerouted | None:
    """With which the bureau got what another had given back."""
    changes = (entry.change for entry in opened.found.entries)
    return next((one for one in changes if isinstance(one, Rerouted) and one.assignment.id == opened.assignment.id), None)


def _last_send_back(opened: Opened) -> str:
    """Why the feedback came back, as long as the bureau has not answered anew."""
    if opened.assignment.status is not AssignmentStatus.SENT_BACK:
        return ""
    changes = (entry.change for entry in opened.found.entries)
    return next((one.reason for one in changes if isinstance(one, SentBack) and one.assignment_id == opened.assignment.id), "")
