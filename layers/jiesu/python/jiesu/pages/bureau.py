"""The page behind the link in a bureau's mail: what is asked of it, by when, and its answer.

GET shows and changes nothing of the case, whoever opens it: mail scanners open links. POST acts, and only
with the code that went by SMS. All addresses are relative: the page knows nothing of what
stands before `/bureau`.
"""

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from jiesu.cases.commands import AcknowledgeAssignment, Command, GiveFeedback, ReportProgress, decide
from jiesu.cases.consultations import AnswerConsultation, is_consultation
from jiesu.cases.extensions import AskExtension, latest_extension, refusal_to_ask
from jiesu.cases.returns import ReturnAssignment, refusal_to_return
from jiesu.model.case import Assignment, Case, Feedback
from jiesu.model.errors import CommandRefusedError, ConflictError
from jiesu.model.mail import IncomingFile
from jiesu.model.people import Actor, Contact
from jiesu.model.returns import ReturnReason
from jiesu.model.timeline import Rerouted, SentBack
from jiesu.model.words import ActorKind, AssignmentStatus
from jiesu.notices.links import Link, LinkExpiredError, LinkForgedError, code_for, read_token
from jiesu.pages import bureau_pass
from jiesu.pages.bureau_evidence import MAX_ATTACHED_BYTES, MAX_ATTACHED_FILES, Beside, BureauEvidence, refusal_to_keep
from jiesu.pages.bureau_pass import BureauPass
from jiesu.pages.documents import Print, on_to_document
from jiesu.pages.evidence import on_to_file
from jiesu.pages.hours import local_hour
from jiesu.pages.http import Request, Response, cookie, page, see_other, showing
from jiesu.pages.sentences import assignment_of, say_to_bureau
from jiesu.pages.view import View
from jiesu.runtime.logging import logger
from jiesu.store.cases import CasePage, CaseStore
from jiesu.store.deliveries import DeliveryStore
from jiesu.store.directory import DirectoryStore, OfficeMissingError
from jiesu.store.evidence import EvidenceVault
from jiesu.store.transient import TransientStore

MAX_CODES = 5
"""How many codes are looked at in one window of `LOCK`."""
LOCK = timedelta(minutes=15)
TIMELINE_SHOWN = 100
MAX_SIGNER_LENGTH = 20
LOOK = "look"
"""What the form's `action` says where the code is given to see files, and nothing is done."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Problem:
    """Why a form was not taken, in words, and the status that goes with it."""

    status: int
    said: str


_NOTHING_TYPED: Mapping[str, str] = dict.fromkeys(
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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shown:
    """One assignment as its page shows it; `holder` is set once the code was given."""

    link: Link
    found: CasePage
    case: Case
    assignment: Assignment
    holder: BureauPass | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BureauPages:
    """Answers every request below `/bureau`. `link_secret` is asked for at each request: it may be rotated."""

    cases: CaseStore
    directory: DirectoryStore
    transient: TransientStore
    deliveries: DeliveryStore
    evidence: BureauEvidence
    documents: EvidenceVault
    print_form: Print
    link_secret: Callable[[], bytes]
    view: View

    def answer(self, request: Request, now: datetime) -> Response:
        token = request.path.rstrip("/").rpartition("/bureau/")[2]
        secret = self.link_secret()
        try:
            link = read_token(secret, token, now)
        except LinkForgedError:
            return self._dead_end(
                404, "链接无效", "这个链接不完整，或不是本系统发出的。请从通知邮件中重新打开，或完整复制链接。", now
            )
        except LinkExpiredError:
            return self._dead_end(
                410, "链接已过期", "这个链接已超过有效期。如仍需办理，请联系下列人员重新发送。", now, contacts=True
            )
        found = self.cases.timeline(link.case_id, limit=TIMELINE_SHOWN)
        assignment = None if found.case is None else found.case.assignment(link.assignment_id)
        if found.case is None or assignment is None:
            return self._dead_end(404, "没有找到这项交办", "请核对通知中的通报单编号，并联系下列人员。", now, contacts=True)
        held = bureau_pass.unseal(secret, link, request.cookies.get(bureau_pass.cookie_name(link), ""), now)
        shown = _Shown(link=link, found=found, case=found.case, assignment=assignment, holder=held)
        if request.method == "POST":
            return self._admitted(request, token, secret, shown, now)
        if request.query.get("form") == "docx":
            return self._form(shown, now)
        if (digest := request.query.get("file")) is not None:
            return self._file(shown, digest, now)
        # Of the case nothing changes: it is only known then that somebody, or a scanner, has the page before them.
        self.deliveries.note_seen(case_id=link.case_id, assignment_id=link.assignment_id, now=now)
        return self._show(shown, now, said=_said(request))

    def plain_error(self, status: int, now: datetime) -> Response:
        """An error page for when nothing is known but that something went wrong."""
        return page(self.view.render("plain.html", now=now, static="../static", status=status), status=status)

    def _admitted(self, request: Request, token: str, secret: bytes, shown: _Shown, now: datetime) -> Response:
        """Act, if the code is right or was right before; the pass is renewed with the name that was given."""
        typed = {name: request.typed(name) for name in _NOTHING_TYPED}
        problem = None if shown.holder is not None else self._check_code(secret, shown.link, request.typed("code"), now)
        if problem is not None:
            return self._show(shown, now, problem=problem, typed=typed)
        before = shown.holder or BureauPass(signer="", expires_at=now + bureau_pass.LIFETIME)
        holder = replace(before, signer=typed["signer"][:MAX_SIGNER_LENGTH] or before.signer)
        given = cookie(
            bureau_pass.cookie_name(shown.link),
            bureau_pass.seal(secret, shown.link, holder),
            max_age_seconds=int((holder.expires_at - now).total_seconds()),
            secure=request.is_https,
            # The browser takes the page's own folder: what stands before `/bureau` is unknown here.
            path=None,
        )
        if request.typed("action") == LOOK:
            return see_other(f"{token}#evidence").with_cookies(given)
        act = _act(request.typed("action"))
        if act is None:
            problem = _Problem(status=400, said="请选择要办理的事项。")
        else:
            problem = self._execute(act, typed, shown, holder, now, files=request.files)
        if problem is not None:
            return self._show(replace(shown, holder=holder), now, problem=problem, typed=typed).with_cookies(given)
        # Relative to this page, for the same reason.
        return see_other(f"{token}?done={act}").with_cookies(given)

    def _form(self, shown: _Shown, now: datetime) -> Response:
        """On to the bulletin as a document, for whoever has given the code."""
        bulletin = shown.case.bulletin(shown.assignment.bulletin_number)
        if is_consultation(shown.assignment):
            return self._dead_end(404, "没有这份文件", "业务咨询没有 Word 文档，问题在页面上。", now)
        if shown.holder is None or bulletin is None:
            return self._show(shown, now, problem=_Problem(status=403, said="请先输入短信中的四位验证码，再下载通报单。"))
        return on_to_document(self.documents, self.print_form(shown.case, shown.assignment, bulletin))

    def _file(self, shown: _Shown, digest: str, now: datetime) -> Response:
        """On to the copy of a file, for whoever has given the code while the assignment is theirs."""
        if shown.holder is None:
            return self._show(
                shown, now, problem=_Problem(status=403, said="请先输入短信中的四位验证码，再查看图片、语音和视频。")
            )
        link = self.evidence.link(shown.case, shown.assignment, _actor(shown.assignment, shown.holder), digest, now)
        if link is None:
            return self._dead_end(404, "不能查看这个文件", "文件不在本单位承办的事项中，或者办理已经结束。", now, contacts=True)
        return on_to_file(link)

    def _check_code(self, secret: bytes, link: Link, code: str, now: datetime) -> _Problem | None:
        """Why `code` does not open this assignment; None where it does."""
        if not code:
            return _Problem(status=422, said="请输入短信中的四位验证码。")
        # Counted before it is compared: guesses that arrive together must not outrun the count.
        # The right code counts as well, once in twelve hours for each telephone.
        tries = self.transient.count_wrong_code(f"{link.case_id}.{link.assignment_id}", now, keep=LOCK)
        right = code_for(secret, case_id=link.case_id, assignment_id=link.assignment_id)
        if tries <= MAX_CODES and hmac.compare_digest(right.encode(), code.encode()):
            return None
        logger.warning("wrong code", extra={"case_id": link.case_id, "assignment_id": link.assignment_id, "tries": tries})
        if tries >= MAX_CODES:
            minutes = int(LOCK.total_seconds()) // 60
            said = f"验证码输错次数过多，已暂时锁定，请 {minutes} 分钟后再试；如没有收到短信，请电话联系{self.view.office_name}。"
            return _Problem(status=429, said=said)
        return _Problem(status=403, said=f"验证码不正确，还可以再试 {MAX_CODES - tries} 次。验证码在短信中，为四位数字。")

    def _execute(
        self,
        act: BureauAct,
        typed: Mapping[str, str],
        shown: _Shown,
        holder: BureauPass,
        now: datetime,
        *,
        files: tuple[IncomingFile, ...],
    ) -> _Problem | None:
        assignment = shown.assignment
        actor = _actor(assignment, holder)
        beside: Beside | None = None
        try:
            command = _command(act, assignment.id, typed, self.view.zone)
            if files and isinstance(command, GiveFeedback):
                if refused := refusal_to_keep(files):
                    return _Problem(status=422, said=f"{refused}。附件都没有保存，文字还在表单里，请重新选择附件后再提交。")
                if act in acts_on(shown.case, assignment, now):
                    decide(shown.case, command, now)  # what is refused leaves no file behind
                attached, beside = self.evidence.keep(files, assignment, actor, now)
                command = replace(command, feedback=replace(command.feedback, files=attached))
            # No expected version: a clock that climbs meanwhile must not turn the bureau's answer away.
            self.cases.execute(shown.case.id, command, actor=actor, now=now, beside=beside)
        except CommandRefusedError as error:
            return _Problem(status=422, said=f"{error.label}。")
        except ConflictError:
            return _Problem(status=409, said="此刻有多人同时提交，请再提交一次。")
        logger.info("bureau acted", extra={"case_id": shown.case.id, "assignment_id": assignment.id, "act": act})
        return None

    def _show(
        self,
        shown: _Shown,
        now: datetime,
        *,
        said: str = "",
        problem: _Problem | None = None,
        typed: Mapping[str, str] | None = None,
    ) -> Response:
        assignment, case = shown.assignment, shown.case
        lines = tuple(
            (entry, say_to_bureau(entry, assignment, self.view.zone, now))
            for entry in shown.found.entries
            if assignment.id in assignment_of(entry)
        )
        if typed is None:
            typed = _begun(assignment)
        holder = shown.holder
        gallery = self.evidence.gallery(case, assignment, None if holder is None else _actor(assignment, holder), now)
        signer = typed["signer"] or (holder.signer if holder is not None else "")
        body = self.view.render(
            "bureau.html",
            now=now,
            static="../static",
            bulletin=case.bulletin(assignment.bulletin_number),
            assignment=assignment,
            asks=is_consultation(assignment),
            ladder=assignment.ladder,
            partners=tuple(
                one for one in case.assignments if one.bulletin_number == assignment.bulletin_number and one.id != assignment.id
            ),
            acts=acts_on(case, assignment, now),
            extension_limit=latest_extension(assignment),
            return_reasons=tuple(ReturnReason),
            reroute=_reroute_to(shown),
            sent_back=_last_send_back(shown),
            lines=lines,
            gallery=gallery,
            needs_code=holder is None,
            most_files=MAX_ATTACHED_FILES,
            most_megabytes=MAX_ATTACHED_BYTES // 1024 // 1024,
            typed={**typed, "signer": signer},
            said=said,
            problem=problem.said if problem is not None else "",
        )
        status = 200 if problem is None else problem.status
        return page(body, status=status, headers=showing(gallery.thumbnails.values()))

    def _dead_end(self, status: int, title: str, said: str, now: datetime, *, contacts: bool = False) -> Response:
        """A page that says what to do; the office's people are named only to whoever holds a link that was genuine."""
        people = self._office_people() if contacts else ()
        body = self.view.render("bureau_notice.html", now=now, static="../static", title=title, said=said, people=people)
        return page(body, status=status)

    def _office_people(self) -> tuple[Contact, ...]:
        try:
            return self.directory.office().contacts
        except OfficeMissingError:
            return ()


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


def _actor(assignment: Assignment, holder: BureauPass) -> Actor:
    """Whoever has given the code, by the bureau and the name that they gave."""
    return Actor(kind=ActorKind.BUREAU, id=assignment.bureau_code, name=f"{assignment.bureau_name} {holder.signer}".rstrip())


def _begun(assignment: Assignment) -> Mapping[str, str]:
    """What the form begins with: the feedback that came back, so that only what was missed is typed."""
    if assignment.status is not AssignmentStatus.SENT_BACK or assignment.feedback is None:
        return _NOTHING_TYPED
    given = assignment.feedback
    if is_consultation(assignment):
        return {**_NOTHING_TYPED, "answer": given.publishable, "basis": given.findings}
    return {
        **_NOTHING_TYPED,
        "findings": given.findings,
        "result": given.result,
        "legal_basis": given.legal_basis,
        "publishable": given.publishable,
    }


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
    return "" if act is None else act.done


def _reroute_to(shown: _Shown) -> Rerouted | None:
    """With which the bureau got what another had given back."""
    changes = (entry.change for entry in shown.found.entries)
    return next((one for one in changes if isinstance(one, Rerouted) and one.assignment.id == shown.assignment.id), None)


def _last_send_back(shown: _Shown) -> str:
    """Why the feedback came back, as long as the bureau has not answered anew."""
    if shown.assignment.status is not AssignmentStatus.SENT_BACK:
        return ""
    changes = (entry.change for entry in shown.found.entries)
    return next((one.reason for one in changes if isinstance(one, SentBack) and one.assignment_id == shown.assignment.id), "")
