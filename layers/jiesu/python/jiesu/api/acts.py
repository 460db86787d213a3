"""The acts of the API, a row each, and which acts of the desk have none and why. `docs/api.md` has the same table."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from pydantic import BaseModel

from jiesu.api import bodies
from jiesu.api.acting import MOST_MESSAGES, Act, Doing, done
from jiesu.api.shapes import ArticleOut, DoneOut, message_id
from jiesu.cases import matters
from jiesu.cases.articles import article_of, expired, extended
from jiesu.cases.asking import SettleQuestion, StartAsking, StopAsking
from jiesu.cases.assigning import consulted, following, new_assignments
from jiesu.cases.bulletins import CorrectBulletin
from jiesu.cases.commands import (
    AcceptFeedback,
    AddNote,
    CloseCase,
    Command,
    CorrectCase,
    DispatchCase,
    FinishTask,
    ReopenCase,
    ReplyToAll,
    ReplyToCitizen,
    SendBack,
    WithdrawAssignment,
)
from jiesu.cases.consultations import Consult, KeepAnswer, question_about
from jiesu.cases.coverage import BriefCoverage, EndCoverage, MoveNextStatement, StartCoverage
from jiesu.cases.disclosure import Conceal, Disclose
from jiesu.cases.extensions import GrantExtension, RefuseExtension
from jiesu.cases.heat import LowerHeat
from jiesu.cases.mails import AcceptBureauMail, ReportBureauMail
from jiesu.cases.matters import Told
from jiesu.cases.placing import placed
from jiesu.cases.publishing import ApprovePublication, DraftPublication, WithdrawPublication
from jiesu.cases.refusals import refuse
from jiesu.cases.returns import DecideReturn, ExcuseAssignment
from jiesu.cases.voices import MOST_VOICES, unanswered
from jiesu.channels.public_post import PublicPost
from jiesu.channels.publishing import draft_of, previews_of, publishing_accounts
from jiesu.channels.reply_rooms import refuse_reply, refuse_reply_to_all
from jiesu.model.bulletin import Bulletin, BulletinDetails
from jiesu.model.case import Case, Feedback
from jiesu.model.errors import CaseChangedError, CommandRefusedError
from jiesu.model.publication import Statement
from jiesu.model.returns import ReturnVerdict
from jiesu.model.scopes import Scope
from jiesu.model.timeline import Change, Entry
from jiesu.model.words import ReplyManner, Resolution
from jiesu.office.city_book import city_with
from jiesu.store.articles import StoredArticle
from jiesu.store.cases import CONSULTATIONS
from jiesu.triage.knowledge import refuse_lapsed

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

_CASE = "cases/<case_id>/"
_PART = "cases/<case_id>/assignments/<assignment_id>/"

NOT_HERE: Mapping[str, str] = {
    "unmask": "no answer of the API says who a citizen is",
    "find_citizen": "a reading: `POST /lookups`",
    "take": "whoever owns a case is a person at the desk; a key is none",
    "release": "likewise",
    "assign-owner": "likewise",
    "take_case": "likewise",
    "come": "likewise: who is on duty",
    "go": "likewise",
    "leave_note": "likewise: a note from shift to shift",
    "take_note": "likewise",
    "lease": "of a screen: who has a case open",
    "take_over": "likewise",
    "look": "of a screen: what one person has seen",
    "undo": "of a person's last press; what takes an act back has an address of its own",
    "batch": "of chosen rows; a client sends an act for each case",
    "enter": "messages come in by Open311 or as a partner's, with the reply way of either",
    "make_case": "a person reads again what the system called noise",
    "call_noise": "likewise, of the day's sample",
    "replan": "administration",
    "configure": "administration",
    "set_secrets": "administration",
    "upload_template": "administration",
    "show_address": "administration",
    "try_jurisdictions": "administration",
    "sign_out": "a key has no session",
}
"""The acts and endpoints of the desk that no act of the API does, with the reason."""


def act[Body: BaseModel](
    path: str, body: type[Body], make: Callable[[Doing[Body]], Command], *, desk: str, scope: Scope, summary: str
) -> Act:
    """An act that is one command to its case."""
    return doing(path, body, lambda one: one.execute(make(one)), desk=desk, scope=scope, summary=summary)


def plain(path: str, make: Callable[[Doing[None]], Command], *, desk: str, scope: Scope, summary: str) -> Act:
    """The same without a body."""
    return Act(
        path=path, desk=tuple(desk.split()), scope=scope, summary=summary, body=None, carry_out=lambda one: one.execute(make(one))
    )


def doing[Body: BaseModel](
    path: str,
    body: type[Body],
    carry_out: Callable[[Doing[Body]], BaseModel],
    *,
    desk: str,
    scope: Scope,
    summary: str,
    out: type[BaseModel] = DoneOut,
) -> Act:
    """An act that is more than one command. `desk` are the desk's names of it, parted by blanks."""
    return Act(path=path, desk=tuple(desk.split()), scope=scope, summary=summary, body=body, carry_out=carry_out, out=out)


def _correct(one: Doing[bodies.CorrectionIn]) -> CorrectCase:
    said, place = one.body, None
    if said.place is not None:
        place = placed(one.case.place, said.place.text, said.place.bureau_code, one.api.directory.bureaus())
    return CorrectCase(category=said.category, urgency=said.urgency, intent=said.intent, place=place, reason=said.reason)


def _dispatch(one: Doing[bodies.DispatchIn]) -> DoneOut:
    api, said, now = one.api, one.body, one.now

    def numbered(number: str) -> DispatchCase:
        office, template_id = api.directory.office_and_template()
        assignments = new_assignments(
            number,
            lead=[said.lead] if said.lead else [],
            joint=said.joint,
            bureaus=api.directory.bureaus(),
            office=office.contacts,
        )
        bulletin = Bulletin(
            number=number,
            title=said.title,
            facts=said.facts,
            place=said.place,
            category=said.category,
            urgency=said.urgency,
            requirements=said.requirements,
            issued_at=now,
            issued_by=one.actor.name,
            details=BulletinDetails(**said.details.model_dump()),
            template_id=template_id,
        )
        plan = office.plan(said.urgency, said.category, api.zone.key)
        return DispatchCase(bulletin=bulletin, assignments=assignments, plan=plan, grave=office.grave)

    year = one.today.year
    seen = one.seen(one.case)
    return done(
        api.cases.dispatch(one.case_id, make_command=numbered, year=year, actor=one.actor, now=now, expected_version=seen)
    )


def _correct_bulletin(one: Doing[bodies.BulletinIn]) -> CorrectBulletin:
    said, before = one.body, one.case.bulletin(one.subject)
    if before is None:
        raise refuse("bulletin_missing")
    after = replace(
        before,
        title=said.title,
        facts=said.facts,
        place=said.place,
        category=said.category,
        requirements=said.requirements,
        issued_at=one.now,
        issued_by=one.actor.name,
        details=before.details if said.details is None else BulletinDetails(**said.details.model_dump()),
    )
    return CorrectBulletin(bulletin=after, reason=said.reason)


def _reply(one: Doing[bodies.ReplyIn]) -> ReplyToCitizen | ReplyToAll:
    said = one.body
    refuse_lapsed(said.text, (stored.article for stored in one.api.articles.all()), on=one.today)
    if said.to_all:
        if said.manner is ReplyManner.COMMENT or said.message is not None:
            raise CommandRefusedError("comment_to_all", "公开评论只能逐条回复，答复全部网民请用私信")
        refuse_reply_to_all(unanswered(one.case), said.text)
        return ReplyToAll(reply_id=one.api.new_id(), text=said.text, answers=said.answers)
    to = one.written(said.message)
    refuse_reply(to, said.text, said.manner)
    return ReplyToCitizen(reply_id=one.api.new_id(), text=said.text, to=to, manner=said.manner, answers=said.answers)


def _close(one: Doing[bodies.ClosingIn]) -> CloseCase:
    said = one.body
    return CloseCase(resolution=Resolution(said.resolution), reason=said.reason, leaves_unanswered=said.leaves_unanswered)


def _decide_return(one: Doing[bodies.ReturnDecisionIn], *, arbitrates: bool) -> DecideReturn:
    said, case = one.body, one.case
    assignment, to = case.assignment(one.subject), None
    if said.verdict is ReturnVerdict.REROUTED and said.to is not None and assignment is not None:
        office = one.api.directory.office().contacts
        to = following(case, assignment, said.to, bureaus=one.api.directory.bureaus(), office=office)
    return DecideReturn(assignment_id=one.subject, verdict=said.verdict, reason=said.reason, to=to, arbitrates=arbitrates)


def _grant(one: Doing[bodies.GrantIn]) -> GrantExtension:
    said = one.body
    refuse_reply_to_all(one.case.voices, said.text)
    return GrantExtension(
        assignment_id=one.subject, until=said.until, reason=said.reason, reply_id=one.api.new_id(), text=said.text
    )


def _consult(one: Doing[bodies.QuestionIn]) -> DoneOut:
    api, case = one.api, one.case

    def numbered(number: str) -> Consult:
        office = api.directory.office()
        asked = consulted(number, one.body.bureaus, bureaus=api.directory.bureaus(), office=office.contacts)
        plan = office.plan(case.urgency, case.category, api.zone.key)
        return question_about(case, one.body.question, asked, number=number, plan=plan, by=one.actor.name, now=one.now)

    outcome = api.cases.dispatch(
        one.case_id,
        make_command=numbered,
        year=one.today.year,
        actor=one.actor,
        now=one.now,
        expected_version=one.seen(case),
        series=CONSULTATIONS,
    )
    return done(outcome)


def _keep_answer(one: Doing[bodies.KeptAnswerIn]) -> DoneOut:
    def article(case: Case, entry: Entry) -> "list[TransactWriteItemTypeDef]":
        return [one.api.articles.first_write(article_of(case, entry, one.today))]

    said = one.body
    command = KeepAnswer(
        assignment_id=one.subject,
        article_id=one.api.new_id(),
        question=said.question,
        answer=said.answer,
        valid_until=said.valid_until,
        today=one.today,
    )
    return one.execute(command, beside=article)


def _article(one: Doing[bodies.ValidityIn] | Doing[bodies.ReasonIn]) -> StoredArticle:
    stored = one.api.articles.find(one.subject)
    if stored is None:
        raise CommandRefusedError("article_missing", "知识库中没有这一条")
    if one.version is not None and one.version != stored.revision:
        raise CaseChangedError(one.subject, one.version)
    return stored


def _extend(one: Doing[bodies.ValidityIn]) -> ArticleOut:
    stored, said = _article(one), one.body
    after = extended(stored.article, said.valid_until, reason=said.reason, by=one.actor, now=one.now, today=one.today)
    one.api.articles.replace(after, revision=stored.revision)
    return ArticleOut.of(replace(stored, article=after, revision=stored.revision + 1), one.today)


def _expire(one: Doing[bodies.ReasonIn]) -> ArticleOut:
    stored = _article(one)
    after = expired(stored.article, reason=one.body.reason, by=one.actor, now=one.now, today=one.today)
    one.api.articles.replace(after, revision=stored.revision)
    return ArticleOut.of(replace(stored, article=after, revision=stored.revision + 1), one.today)


def _draft(one: Doing[bodies.PublicationIn] | Doing[bodies.StatementIn], statement: Statement | None = None) -> DraftPublication:
    said = one.body
    known = {account.id: account for account in publishing_accounts(one.api.accounts())}
    if any(account_id not in known for account_id in said.accounts):
        raise CommandRefusedError("account_unknown", "所选账号不存在，或所在平台不能由系统发布")
    post = PublicPost(title=said.title, text=said.text, link=said.link)
    previews = previews_of(post, [known[account_id] for account_id in dict.fromkeys(said.accounts)])
    return draft_of(post, previews, new_id=one.api.new_id(), by=one.actor, statement=statement)


def _start_coverage(one: Doing[bodies.CoverageIn]) -> StartCoverage:
    said, office = one.body, one.api.directory.office()
    return StartCoverage(
        interval=timedelta(minutes=said.interval_minutes),
        due_at=said.due_at,
        facts=said.facts,
        unknowns=said.unknowns,
        rungs=office.coverage.rungs,
        contacts=office.contacts,
    )


def _statement(one: Doing[bodies.StatementIn]) -> DraftPublication:
    said = one.body
    return _draft(one, Statement(is_last=said.is_last, next_due_at=None if said.is_last else said.due_at))


def _ask(one: Doing[bodies.AskingIn]) -> StartAsking:
    to = one.written(one.body.message)
    one.api.messages.refuse_asked_elsewhere(one.api.cases, one.case_id, to)
    return StartAsking(to=to, plan=one.api.directory.office().asking)


def _both(
    one: Doing[bodies.OtherIn] | Doing[bodies.MoveIn], other_id: str, decide: Callable[[Told, Told], tuple[Change, Change] | None]
) -> DoneOut:
    """Two cases, one decision."""
    expected = (one.case_id, one.seen(one.case))
    changed = one.api.pairs.decide_both(one.case_id, other_id, decide, actor=one.actor, now=one.now, expected=expected)
    return DoneOut(case_id=one.case_id, version=one.case.version, changed=changed)


def _move(one: Doing[bodies.MoveIn]) -> DoneOut:
    said, source = one.body, one.api.pairs.told(one.case_id)
    ids = {message_id(platform_id): platform_id for platform_id in source.messages}
    if any(wanted not in ids for wanted in said.messages):
        raise refuse("messages_missing")
    chosen = [ids[wanted] for wanted in said.messages]
    if said.to is not None:
        return _both(one, said.to, lambda here, there: matters.move_messages(here, there.case, chosen, said.reason))
    if source.case.version != one.seen(source.case):
        raise CaseChangedError(one.case_id, one.seen(source.case))
    shown = one.api.messages.correspondence(one.case_id, voices=MOST_VOICES, limit=MOST_MESSAGES).messages
    city = city_with(one.api.directory.own_jurisdictions())
    made = one.api.pairs.part(
        source, chosen, said.reason, shown=shown, opened_on=one.today, actor=one.actor, now=one.now, city=city
    )
    return DoneOut(case_id=made, version=1, changed=True)


ACTS: tuple[Act, ...] = (
    # --- the case as a whole
    act(
        _CASE + "notes",
        bodies.NoteIn,
        lambda one: AddNote(text=one.body.text),
        desk="note",
        scope=Scope.CASES_WRITE,
        summary="Add a note",
    ),
    act(
        _CASE + "corrections",
        bodies.CorrectionIn,
        _correct,
        desk="correct",
        scope=Scope.CASES_WRITE,
        summary="Correct category, urgency, intent or place",
    ),
    act(
        _CASE + "urgencies",
        bodies.UrgencyIn,
        lambda one: CorrectCase(urgency=one.body.urgency, reason=one.body.reason),
        desk="set-urgency",
        scope=Scope.DECIDE,
        summary="Set the urgency, with a reason",
    ),
    doing(
        _CASE + "dispatches",
        bodies.DispatchIn,
        _dispatch,
        desk="dispatch",
        scope=Scope.DISPATCH,
        summary="Issue a bulletin to a lead and joint bureaus",
    ),
    act(
        _CASE + "bulletins/<bulletin_id>/corrections",
        bodies.BulletinIn,
        _correct_bulletin,
        desk="correct-bulletin",
        scope=Scope.DISPATCH,
        summary="Issue a bulletin anew",
    ),
    act(
        _CASE + "replies",
        bodies.ReplyIn,
        _reply,
        desk="reply",
        scope=Scope.REPLY,
        summary="Answer one citizen of the case, or all",
    ),
    act(_CASE + "closings", bodies.ClosingIn, _close, desk="close", scope=Scope.CASES_WRITE, summary="Close"),
    act(
        _CASE + "reopenings",
        bodies.ReasonIn,
        lambda one: ReopenCase(reason=one.body.reason),
        desk="reopen",
        scope=Scope.CASES_WRITE,
        summary="Open again",
    ),
    act(
        _CASE + "tasks/<task_id>/completions",
        bodies.TaskIn,
        lambda one: FinishTask(task_id=one.subject, note=one.body.note),
        desk="finish-task",
        scope=Scope.CASES_WRITE,
        summary="A person's task is done",
    ),
    act(
        _CASE + "mails/<mail_id>/acceptances",
        bodies.MailIn,
        lambda one: AcceptBureauMail(mail_id=one.subject, contacted=one.body.contacted),
        desk="accept-mail",
        scope=Scope.DISPATCH,
        summary="Take a bureau's mail for its progress",
    ),
    act(
        _CASE + "mails/<mail_id>/reports",
        bodies.FeedbackIn,
        lambda one: ReportBureauMail(mail_id=one.subject, feedback=Feedback(**one.body.model_dump())),
        desk="report-mail",
        scope=Scope.DISPATCH,
        summary="Take a bureau's mail for its feedback",
    ),
    act(
        _CASE + "heat-lowerings",
        bodies.HeatIn,
        lambda one: LowerHeat(grade=one.body.grade, reason=one.body.reason),
        desk="lower-heat",
        scope=Scope.CASES_WRITE,
        summary="Lower the heat",
    ),
    # --- one bureau's part
    plain(
        _PART + "acceptances",
        lambda one: AcceptFeedback(assignment_id=one.subject),
        desk="accept accept-answer",
        scope=Scope.DISPATCH,
        summary="Accept a bureau's feedback or answer",
    ),
    act(
        _PART + "send-backs",
        bodies.ReasonIn,
        lambda one: SendBack(assignment_id=one.subject, reason=one.body.reason),
        desk="send-back ask-again",
        scope=Scope.DISPATCH,
        summary="Send a bureau's feedback or answer back",
    ),
    act(
        _PART + "withdrawals",
        bodies.ReasonIn,
        lambda one: WithdrawAssignment(assignment_id=one.subject, reason=one.body.reason),
        desk="withdraw withdraw-consultation",
        scope=Scope.DISPATCH,
        summary="Withdraw an assignment or a question",
    ),
    act(
        _PART + "excusals",
        bodies.ReasonIn,
        lambda one: ExcuseAssignment(assignment_id=one.subject, reason=one.body.reason),
        desk="excuse",
        scope=Scope.DISPATCH,
        summary="Excuse a joint bureau from reporting",
    ),
    act(
        _PART + "return-decisions",
        bodies.ReturnDecisionIn,
        lambda one: _decide_return(one, arbitrates=False),
        desk="decide-return",
        scope=Scope.DISPATCH,
        summary="Decide on what a bureau gave back for the first time",
    ),
    act(
        _PART + "arbitrations",
        bodies.ReturnDecisionIn,
        lambda one: _decide_return(one, arbitrates=True),
        desk="arbitrate",
        scope=Scope.DECIDE,
        summary="Decide on what was given back again",
    ),
    act(
        _PART + "extension-grants",
        bodies.GrantIn,
        _grant,
        desk="grant-extension",
        scope=Scope.DECIDE,
        summary="Grant a bureau more time",
    ),
    act(
        _PART + "extension-refusals",
        bodies.ReasonIn,
        lambda one: RefuseExtension(assignment_id=one.subject, reason=one.body.reason),
        desk="refuse-extension",
        scope=Scope.DECIDE,
        summary="Refuse a bureau more time",
    ),
    # --- questions to departments, and what is kept of their answers
    doing(_CASE + "consultations", bodies.QuestionIn, _consult, desk="consult", scope=Scope.DISPATCH, summary="Ask departments"),
    doing(
        _PART + "kept-answers",
        bodies.KeptAnswerIn,
        _keep_answer,
        desk="keep-answer",
        scope=Scope.CASES_WRITE,
        summary="Keep a department's answer in the knowledge base",
    ),
    doing(
        "answers/<article_id>/extensions",
        bodies.ValidityIn,
        _extend,
        desk="extend_answer",
        scope=Scope.CASES_WRITE,
        summary="An article of the knowledge base is valid until another day",
        out=ArticleOut,
    ),
    doing(
        "answers/<article_id>/expirations",
        bodies.ReasonIn,
        _expire,
        desk="expire_answer",
        scope=Scope.CASES_WRITE,
        summary="An article of the knowledge base is valid no more",
        out=ArticleOut,
    ),
    # --- the public
    act(
        _CASE + "disclosures",
        bodies.DisclosureIn,
        lambda one: Disclose(title=one.body.title, description=one.body.description, place=one.body.place),
        desk="disclose",
        scope=Scope.PUBLISH,
        summary="Let everybody read of the case",
    ),
    act(
        _CASE + "concealments",
        bodies.ReasonIn,
        lambda one: Conceal(reason=one.body.reason),
        desk="conceal",
        scope=Scope.PUBLISH,
        summary="Let nobody read of it any more",
    ),
    act(_CASE + "publications", bodies.PublicationIn, _draft, desk="publish", scope=Scope.PUBLISH, summary="Draft a public post"),
    plain(
        _CASE + "publications/<publication_id>/approvals",
        lambda one: ApprovePublication(publication_id=one.subject, by=one.actor),
        desk="approve-publication",
        scope=Scope.PUBLISH,
        summary="Approve a draft that another has written",
    ),
    act(
        _CASE + "publications/<publication_id>/withdrawals",
        bodies.ReasonIn,
        lambda one: WithdrawPublication(publication_id=one.subject, reason=one.body.reason),
        desk="withdraw-publication",
        scope=Scope.PUBLISH,
        summary="Withdraw a draft",
    ),
    act(
        _CASE + "coverages",
        bodies.CoverageIn,
        _start_coverage,
        desk="start-coverage",
        scope=Scope.PUBLISH,
        summary="Begin a live coverage",
    ),
    act(
        _CASE + "statements",
        bodies.StatementIn,
        _statement,
        desk="statement",
        scope=Scope.PUBLISH,
        summary="Draft a statement of it",
    ),
    act(
        _CASE + "briefings",
        bodies.BriefingIn,
        lambda one: BriefCoverage(facts=one.body.facts, unknowns=one.body.unknowns),
        desk="brief-coverage",
        scope=Scope.PUBLISH,
        summary="What is known in it and what is not",
    ),
    act(
        _CASE + "next-statements",
        bodies.NextStatementIn,
        lambda one: MoveNextStatement(due_at=one.body.due_at, reason=one.body.reason),
        desk="next-statement",
        scope=Scope.PUBLISH,
        summary="When its next statement is owed",
    ),
    act(
        _CASE + "coverage-endings",
        bodies.ReasonIn,
        lambda one: EndCoverage(reason=one.body.reason),
        desk="end-coverage",
        scope=Scope.PUBLISH,
        summary="End it",
    ),
    # --- where citizens have it from
    act(_CASE + "askings", bodies.AskingIn, _ask, desk="ask", scope=Scope.REPLY, summary="Ask a citizen where it comes from"),
    act(
        _CASE + "askings/<asking_id>/answers",
        bodies.SaidIn,
        lambda one: SettleQuestion(asking_id=one.subject, step=one.body.step, said=one.body.said),
        desk="settle-question",
        scope=Scope.REPLY,
        summary="Note what was answered",
    ),
    act(
        _CASE + "askings/<asking_id>/stops",
        bodies.ReasonIn,
        lambda one: StopAsking(asking_id=one.subject, reason=one.body.reason),
        desk="stop-asking",
        scope=Scope.REPLY,
        summary="Ask no more",
    ),
    # --- cases by twos
    doing(
        _CASE + "merges",
        bodies.OtherIn,
        lambda one: _both(one, one.body.other, lambda here, there: matters.merge(here, there.case, one.body.reason)),
        desk="merge",
        scope=Scope.CASES_WRITE,
        summary="Merge the case into the other",
    ),
    doing(
        _CASE + "merge-undoings",
        bodies.OtherIn,
        lambda one: _both(one, one.body.other, lambda here, there: matters.undo_either(here, there, one.body.reason)),
        desk="undo_merge",
        scope=Scope.CASES_WRITE,
        summary="Undo the merge of the two",
    ),
    doing(
        _CASE + "moves",
        bodies.MoveIn,
        _move,
        desk="move",
        scope=Scope.CASES_WRITE,
        summary="Move messages to another case, or into one of their own, which the answer then names",
    ),
    doing(
        _CASE + "differences",
        bodies.OtherIn,
        lambda one: _both(
            one, one.body.other, lambda here, there: matters.call_different(here.case, there.case, one.body.reason)
        ),
        desk="call_different",
        scope=Scope.CASES_WRITE,
        summary="The two are not one matter",
    ),
    doing(
        _CASE + "difference-revocations",
        bodies.OtherIn,
        lambda one: _both(
            one, one.body.other, lambda here, there: matters.revoke_difference(here.case, there.case, one.body.reason)
        ),
        desk="revoke_difference",
        scope=Scope.CASES_WRITE,
        summary="They may be one matter after all",
    ),
)
