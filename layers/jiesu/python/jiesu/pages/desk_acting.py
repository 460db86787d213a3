"""What editors do to a case: a form, the command it stands for, and what is said when it cannot be."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING

from jiesu.cases.articles import article_of
from jiesu.cases.asking import AskingPlan, StartAsking
from jiesu.cases.bulletins import CorrectBulletin
from jiesu.cases.commands import Command, DispatchCase
from jiesu.cases.consultations import is_consultation
from jiesu.cases.quiet import is_quiet
from jiesu.cases.refusals import refuse
from jiesu.cases.returns import returns_before
from jiesu.cases.unmasking import citizen_of
from jiesu.channels.publishing import AccountPreview, publishing_accounts
from jiesu.channels.reply_rooms import COMMENT_ROOM, REPLY_ROOMS
from jiesu.model.asking import Asking
from jiesu.model.bulletin import Bulletin, Secrecy, SensitiveMark, Verification
from jiesu.model.case import Assignment, Case, Task
from jiesu.model.errors import CaseChangedError, CommandRefusedError, ConflictError
from jiesu.model.extensions import Extension
from jiesu.model.mail import BureauMail
from jiesu.model.message import ChannelAccount, ConversationKey
from jiesu.model.people import Bureau
from jiesu.model.publication import Publication
from jiesu.model.returns import Return, ReturnVerdict
from jiesu.model.timeline import Entry
from jiesu.model.words import HeatGrade, Intent, ReplyManner, Resolution, Urgency
from jiesu.pages import bulletin_preview, consulting, coverage, publishing
from jiesu.pages.asking import askable
from jiesu.pages.desk_reading import not_found
from jiesu.pages.desk_undo import offer
from jiesu.pages.form_errors import wrong_field
from jiesu.pages.forms import (
    DISCLOSURE_ROOMS,
    Act,
    Surroundings,
    Typed,
    ladders_shown,
    prefill,
    prefill_grant,
    prefill_report,
    question_at,
    read_command,
    read_correction,
    read_dispatch,
    read_grant,
    value,
)
from jiesu.pages.http import Response, letter_page
from jiesu.pages.reply_windows import window_notices
from jiesu.pages.sentences import say
from jiesu.pages.sms_preview import previews_of
from jiesu.pages.view import View
from jiesu.pages.visit import Visit, done, queue_left, render, version_seen
from jiesu.runtime.logging import logger
from jiesu.store.articles import ArticleStore
from jiesu.store.cases import BULLETINS, CONSULTATIONS, CaseStore, Outcome
from jiesu.store.directory import DirectoryStore, Office, OfficeMissingError
from jiesu.store.duty import DutyStore
from jiesu.store.messages import Correspondence, MessageStore
from jiesu.triage import categories
from jiesu.triage.completeness import Element, missing_elements
from jiesu.triage.knowledge import known_answers, refuse_lapsed
from jiesu.triage.known_answers import KnownAnswers, Suggestion

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

_CHANGES_SHOWN = 50
_MESSAGES_SHOWN = 20
_MESSAGES_ASKABLE = 300
"""Whoever wrote one of these may be asked."""

_BESIDE_MESSAGES = frozenset(
    {Act.CORRECT, Act.DISPATCH, Act.CORRECT_BULLETIN, Act.CONSULT, Act.REPLY, Act.ASK, Act.DECIDE_RETURN, Act.ARBITRATE}
)
"""The forms that show what citizens wrote."""
_WITH_BUREAUS = frozenset({Act.CORRECT, Act.DISPATCH, Act.CONSULT, Act.DECIDE_RETURN, Act.ARBITRATE})
_BULLETINS = frozenset({Act.DISPATCH, Act.CORRECT_BULLETIN})
_COMPLETENESS = "completeness"
"""What the form of a bulletin sends as its `step` to be told again what it does not say yet."""
_WITH_ACCOUNTS = frozenset({Act.PUBLISH, Act.STATEMENT, Act.APPROVE_PUBLICATION})
_WITH_OFFICE = frozenset({Act.DISPATCH, Act.CONSULT, Act.START_COVERAGE, Act.DECIDE_RETURN, Act.ARBITRATE})


@dataclass(frozen=True, slots=True, kw_only=True)
class ActingPages:
    """The pages that need `Right.ACT`, or `Right.DECIDE`. `new_id` gives an id that nobody else has."""

    cases: CaseStore
    messages: MessageStore
    directory: DirectoryStore
    accounts: Callable[[], tuple[ChannelAccount, ...]]
    duty: DutyStore
    articles: ArticleStore
    view: View
    new_id: Callable[[], str]

    def form(self, visit: Visit) -> Response:
        """The form, filled with what is known."""
        act = _act(visit)
        around = self._around(act, visit, with_messages=act in _BESIDE_MESSAGES)
        if around is None or (act.has_subject and _subject_of(around.case, visit) is None):
            return not_found(self.view, visit, "没有这个诉求件，或这一项已经处理完毕。")
        if act.is_about_coverage:
            typed = coverage.prefill(act, around, zone=self.view.zone, now=visit.now)
        elif (asked := _extension_of(around.case, visit)) is not None and act is Act.GRANT_EXTENSION:
            typed = prefill_grant(asked, self.view.zone)
        elif act in (Act.CONSULT, Act.KEEP_ANSWER):
            typed = self._prefill_consulting(visit, around)
        elif act is Act.REPORT_MAIL:
            typed = prefill_report(around.case, visit.segments["subject"])
        else:
            subject = _bulletin_of(around.case, visit)
            typed = prefill(act, around, zone=self.view.zone, now=visit.now, subject=subject)
            typed = _with_answers(typed, around.case) if act is Act.REPLY else typed
        return self._render(visit, around, typed, expected_version=around.case.version)

    def act(self, visit: Visit) -> Response:
        """Carry out what was typed; where that fails, the form comes back with every word of it."""
        act = _act(visit)
        if act in _BULLETINS and visit.request.typed("step") == _COMPLETENESS:
            missing = _missing(visit.request.form, visit)
            return render(self.view, visit, "forms/completeness_said.html", elements=tuple(Element), missing=missing)
        expected_version = version_seen(visit)
        # Of all commands only what goes to a citizen needs the messages; the others' forms show them if they come back.
        around = self._around(act, visit, with_messages=act in (Act.REPLY, Act.ASK))
        needs_subject = act.is_about_asking or act is Act.CORRECT_BULLETIN
        if around is None or (needs_subject and _subject_of(around.case, visit) is None):
            return not_found(self.view, visit, "没有这个诉求件，或这一项不存在。")
        typed = {name: values for name, values in visit.request.form.items() if name not in ("csrf_token", "expected_version")}
        is_preview = typed.get("step") == (publishing.PREVIEW,)
        if act.drafts_publication and is_preview:
            return self._render(visit, around, typed, expected_version=expected_version)
        case_id = around.case.id
        try:
            if act in _BULLETINS and is_preview:
                return self._bulletin_preview(visit, act, around, typed)
            outcome = self._execute(visit, act, around, typed, self._seen(around.case, expected_version))
        except CommandRefusedError as error:
            around = self._beside_messages(act, around)
            return self._render(visit, around, typed, expected_version=expected_version, refused=error, status=422)
        except CaseChangedError:
            return self._changed(visit, act, typed, expected_version)
        except ConflictError:
            busy = CommandRefusedError("busy", "此刻有多人同时提交，请再提交一次。")
            around = self._beside_messages(act, around)
            return self._render(visit, around, typed, expected_version=expected_version, refused=busy, status=409)
        logger.info("case changed at the desk", extra={"case_id": case_id, "act": act, "subject": visit.person.subject})
        said = act.done if outcome.entry is not None else "没有需要改动的内容。"
        # A place that was picked on the way to a bulletin leads back to it.
        onward = f"/{Act.DISPATCH}" if act is Act.CORRECT and typed.get("then") == (Act.DISPATCH,) else ""
        onward = "/coverage" if act.is_about_coverage else onward
        if act is Act.ASK or act.is_about_asking:
            onward = "/source"
        offered = None if outcome.entry is None else offer(visit, act.done, [(around.case, outcome.entry)])
        return done(visit, said, queue_left(visit) or visit.case_address(case_id) + onward, offer=offered)

    def _bulletin_preview(self, visit: Visit, act: Act, around: Surroundings, typed: Typed) -> Response:
        """The mail that the form would send; nothing is written."""
        if act is Act.DISPATCH:
            command: DispatchCase | CorrectBulletin = read_dispatch(
                typed,
                around,
                number=bulletin_preview.NUMBER_TO_COME,
                issued_by=visit.person.name,
                zone=self.view.zone,
                now=visit.now,
            )
        else:
            command = self._correction(visit, around, typed)
        mail = bulletin_preview.mail_of(
            command, around.case, office_name=self.view.office_name, zone=self.view.zone, now=visit.now
        )
        return letter_page(mail)

    def _correction(self, visit: Visit, around: Surroundings, typed: Typed) -> CorrectBulletin:
        before = _bulletin_of(around.case, visit)
        if before is None:
            raise refuse("bulletin_missing")
        return read_correction(typed, before, around, by=visit.person.name, zone=self.view.zone, now=visit.now)

    def _execute(self, visit: Visit, act: Act, around: Surroundings, typed: Typed, expected_version: int) -> Outcome:
        case_id, now = around.case.id, visit.now
        if act in (Act.DISPATCH, Act.CONSULT):
            read = read_dispatch if act is Act.DISPATCH else consulting.read_consultation
            return self.cases.dispatch(
                case_id,
                make_command=lambda number: read(
                    typed, around, number=number, issued_by=visit.person.name, zone=self.view.zone, now=now
                ),
                year=now.astimezone(self.view.zone).year,
                actor=visit.actor,
                now=now,
                expected_version=expected_version,
                series=BULLETINS if act is Act.DISPATCH else CONSULTATIONS,
            )
        if act is Act.KEEP_ANSWER:
            return self._keep(visit, typed, case_id, expected_version)
        if act is Act.CORRECT_BULLETIN:
            correction = self._correction(visit, around, typed)
            return self.cases.execute(case_id, correction, actor=visit.actor, now=now, expected_version=expected_version)
        if act is Act.REPLY:
            refuse_lapsed(value(typed, "text"), (one.article for one in self.articles.all()), on=self._today(visit))
        command = self._command(visit, act, around, typed)
        if isinstance(command, StartAsking):
            self.messages.refuse_asked_elsewhere(self.cases, case_id, command.to)
        return self.cases.execute(case_id, command, actor=visit.actor, now=now, expected_version=expected_version)

    def _command(self, visit: Visit, act: Act, around: Surroundings, typed: Typed) -> Command:
        if act.is_about_coverage:
            return coverage.read_command(act, typed, around, zone=self.view.zone, new_id=self.new_id(), by=visit.actor)
        subject = visit.segments.get("subject", "")
        if act is Act.GRANT_EXTENSION:
            return read_grant(typed, around, subject=subject, new_id=self.new_id(), zone=self.view.zone)
        return read_command(act, typed, around, subject=subject, new_id=self.new_id(), by=visit.actor)

    def _keep(self, visit: Visit, typed: Typed, case_id: str, expected_version: int) -> Outcome:
        """The entry and the article that it tells of, in one transaction."""
        today = self._today(visit)
        command = consulting.read_article(typed, subject=visit.segments["subject"], new_id=self.new_id(), today=today)

        def article(case: Case, entry: Entry) -> "list[TransactWriteItemTypeDef]":
            return [self.articles.first_write(article_of(case, entry, today))]

        return self.cases.execute(
            case_id, command, actor=visit.actor, now=visit.now, expected_version=expected_version, beside=article
        )

    def _prefill_consulting(self, visit: Visit, around: Surroundings) -> Typed:
        assignment = around.case.assignment(visit.segments.get("subject", ""))
        if assignment is None:
            return consulting.prefill_question(around, self.view.zone, visit.now)
        return consulting.prefill_article(around.case, assignment, self._today(visit))

    def _known(self) -> KnownAnswers:
        """What may be answered again; one query for the office's own."""
        return known_answers(one.article for one in self.articles.all())

    def _today(self, visit: Visit) -> date:
        """The day where the office is."""
        return visit.now.astimezone(self.view.zone).date()

    def _seen(self, case: Case, version: int) -> int:
        """What whoever saw `version` of the case need not be shown again: as it stands, if since then it was only noted upon."""
        if not 0 < case.version - version <= _CHANGES_SHOWN:
            return version
        found = self.cases.timeline(case.id, limit=_CHANGES_SHOWN)
        since = [one for one in found.entries if version < one.version <= case.version]
        return case.version if len(since) == case.version - version and all(map(is_quiet, since)) else version

    def _changed(self, visit: Visit, act: Act, typed: Typed, expected_version: int) -> Response:
        """Somebody was faster: say who did what meanwhile, keep what was typed, and let the person decide."""
        around = self._around(act, visit, with_messages=act in _BESIDE_MESSAGES)
        found = self.cases.timeline(visit.segments["case_id"], limit=_CHANGES_SHOWN)
        if around is None or found.case is None:
            raise AssertionError("a case is never deleted")
        # As of the same read as the changes that are shown: what comes later is a conflict again.
        around = around.at(found.case)
        changes = tuple(
            (entry, say(entry, found.case, self.view.zone, visit.now))
            for entry in reversed(found.entries)
            if entry.version > expected_version
        )
        return self._render(visit, around, typed, expected_version=found.case.version, changes=changes, status=409)

    def _around(self, act: Act, visit: Visit, *, with_messages: bool) -> Surroundings | None:
        """What the form of `act`, or its command, needs to know, and no more."""
        case = self.cases.load(visit.segments["case_id"])
        if case is None:
            return None
        written = self._written_in(case, act) if with_messages else None
        office, template_id = self._office(act)
        return Surroundings(
            case=case,
            messages=() if written is None else written.messages,
            ledgers=() if written is None else written.ledgers,
            bureaus=self.directory.bureaus() if act in _WITH_BUREAUS else (),
            office=office,
            template_id=template_id,
            evidence=() if written is None else written.evidence,
            accounts=publishing_accounts(self.accounts()) if act in _WITH_ACCOUNTS else (),
            asking=self._asking_plan() if act is Act.ASK else AskingPlan(),
            colleagues=tuple(one.person for one in self.duty.roster(visit.now).people) if act is Act.ASSIGN_OWNER else (),
        )

    def _asking_plan(self) -> AskingPlan:
        """The office's questions; the usual ones where no office was imported."""
        try:
            return self.directory.office().asking
        except OfficeMissingError:
            return AskingPlan()

    def _office(self, act: Act) -> tuple[Office | None, str]:
        """The office, and what bulletins are printed with, as far as `act` needs them."""
        if act is Act.DISPATCH:
            return self.directory.office_and_template()
        return (self.directory.office(), "") if act in _WITH_OFFICE else (None, "")

    def _beside_messages(self, act: Act, around: Surroundings) -> Surroundings:
        """`around` as the form of `act` shows it."""
        if act not in _BESIDE_MESSAGES or around.messages:
            return around
        written = self._written_in(around.case, act)
        return replace(around, messages=written.messages, ledgers=written.ledgers, evidence=written.evidence)

    def _written_in(self, case: Case, act: Act) -> Correspondence:
        limit = _MESSAGES_ASKABLE if act is Act.ASK else _MESSAGES_SHOWN
        return self.messages.correspondence(case.id, limit=limit, voices=len(case.voices))

    def _render(
        self,
        visit: Visit,
        around: Surroundings,
        typed: Typed,
        *,
        expected_version: int,
        status: int = 200,
        refused: CommandRefusedError | None = None,
        changes: tuple[object, ...] = (),
    ) -> Response:
        ladders = ladders_shown(around, typed, zone=self.view.zone, now=visit.now)
        return render(
            self.view,
            visit,
            "form.html",
            http_status=status,
            act=_act(visit),
            acts=Act,
            around=around,
            case=around.case,
            subject=_subject_of(around.case, visit),
            action=visit.config.prefix + visit.request.path,
            typed=typed,
            expected_version=expected_version,
            refused="" if refused is None else refused.label,
            wrong_field="" if refused is None else wrong_field(_act(visit), refused.code, typed),
            changes=changes,
            category_groups=[(name, list(members)) for name, members in groupby(categories.choices(), key=lambda one: one.group)],
            bureau_groups=_by_kind(around),
            secrecies=tuple(Secrecy),
            marks=tuple(SensitiveMark),
            verifications=tuple(Verification),
            elements=tuple(Element),
            missing=_missing(typed, visit) if _act(visit) in _BULLETINS else (),
            urgencies=sorted(Urgency, key=lambda urgency: urgency.rank),
            intents=tuple(Intent),
            intervals=coverage.intervals(around),
            lower_grades=_lower_grades(around.case),
            resolutions=tuple(one for one in Resolution if one is not Resolution.MERGED),
            reply_rooms=REPLY_ROOMS,
            windows=window_notices(around.ledgers, visit.now),
            reply_manners=tuple(ReplyManner),
            comment_room=COMMENT_ROOM,
            disclosure_rooms=DISCLOSURE_ROOMS,
            suggestions=self._suggestions(visit, around),
            previews=_previews(visit, around, typed),
            ladders=ladders,
            sms=previews_of(ladders, office_name=self.view.office_name, zone=self.view.zone),
            askable=askable(around.case, around.messages) if _act(visit) is Act.ASK else (),
            returns=_returns(around.case, visit) if _act(visit).decides_return else (),
            verdicts=tuple(ReturnVerdict),
            answer_due=consulting.answer_due(around, self.view.zone, visit.now) if _act(visit) is Act.CONSULT else None,
            question=question_at(visit.segments["subject"])[1] if _act(visit) is Act.SETTLE_QUESTION else 0,
        )

    def _suggestions(self, visit: Visit, around: Surroundings) -> tuple[Suggestion, ...]:
        """Standing answers to the citizen's latest message, valid today where the office is."""
        if visit.act is not Act.REPLY or not around.messages:
            return ()
        latest = max(around.messages, key=lambda stored: stored.message.sent_at)
        return self._known().suggest(latest.message.text, on=self._today(visit))


def _with_answers(typed: Typed, case: Case) -> Typed:
    """The form of a reply with what departments have answered in front of what it begins with."""
    answered = consulting.prefill_reply(case)
    text = "\n".join(one for one in (value(answered, "text"), value(typed, "text")) if one)
    return {**typed, **answered, "text": (text,)}


def _missing(typed: Typed, visit: Visit) -> tuple[Element, ...]:
    """What the bulletin in the form does not say yet."""
    return missing_elements(
        value(typed, "facts"),
        place=value(typed, "place"),
        happened=value(typed, "happened"),
        persons=value(typed, "persons"),
        now=visit.now,
    )


def _by_kind(around: Surroundings) -> list[tuple[str, list[Bureau]]]:
    """The bureaus that may be chosen, the branches apart from the corps."""
    kinds: dict[str, list[Bureau]] = {}
    for bureau in around.bureaus:
        kinds.setdefault(bureau.kind, []).append(bureau)
    return list(kinds.items())


def _lower_grades(case: Case) -> tuple[HeatGrade, ...]:
    """Those below the case's own, the highest first."""
    held = 0 if case.heat is None else case.heat.rank
    return tuple(grade for grade in reversed(HeatGrade) if grade.rank < held)


def _act(visit: Visit) -> Act:
    if visit.act is None:
        raise AssertionError("the route names its act")
    return visit.act


def _previews(visit: Visit, around: Surroundings, typed: Typed) -> tuple[AccountPreview, ...]:
    """What a form about a public post shows: the post as each account would."""
    if visit.act is not None and visit.act.drafts_publication:
        return publishing.typed_previews(typed, around.accounts)
    subject = _subject_of(around.case, visit)
    return publishing.draft_previews(subject, around.accounts) if isinstance(subject, Publication) else ()


def _bulletin_of(case: Case, visit: Visit) -> Bulletin | None:
    return case.bulletin(visit.segments.get("subject", "")) if visit.act is Act.CORRECT_BULLETIN else None


def _subject_of(
    case: Case, visit: Visit
) -> Assignment | Task | BureauMail | Publication | Asking | Bulletin | ConversationKey | None:
    """The assignment, task, mail, publication, asking, bulletin or citizen that the form is about."""
    subject = visit.segments.get("subject", "")
    if visit.act is Act.CORRECT_BULLETIN:
        return _bulletin_of(case, visit)
    if visit.act is not None and visit.act.is_about_publication:
        return case.publication(subject)
    if visit.act is not None and visit.act.is_about_asking:
        return _asking_of(case, subject, visit.act)
    if visit.act is not None and visit.act.is_about_mail:
        return case.mail(subject)
    if visit.act is Act.UNMASK:
        return citizen_of(case, subject)
    if visit.act is Act.FINISH_TASK:
        return next((task for task in case.tasks if task.id == subject), None)
    assignment = case.assignment(subject)
    if visit.act is None or assignment is None or is_consultation(assignment) is not visit.act.is_about_answer:
        return assignment if visit.act is None else None
    if visit.act.decides_return:
        return assignment if assignment.pending_return is not None else None
    return assignment if not visit.act.decides_extension or assignment.pending_extension is not None else None


def _extension_of(case: Case, visit: Visit) -> Extension | None:
    assignment = case.assignment(visit.segments.get("subject", ""))
    return None if assignment is None else assignment.pending_extension


def _returns(case: Case, visit: Visit) -> tuple[tuple[Assignment, Return], ...]:
    """Every return that the decision is about, the pending one last."""
    assignment = case.assignment(visit.segments.get("subject", ""))
    if assignment is None or (pending := assignment.pending_return) is None:
        return ()
    return (*returns_before(case, assignment), (assignment, pending))


def _asking_of(case: Case, subject: str, act: Act) -> Asking | None:
    """The asking that `subject` names, if it has the question that it names."""
    if act is Act.STOP_ASKING:
        return case.asking(subject)
    try:
        asking_id, step = question_at(subject)
    except CommandRefusedError:
        return None
    asking = case.asking(asking_id)
    return asking if asking is not None and step < len(asking.steps) else None
