"""The acts of the desk: each needs an `Idempotency-Key`, and may name the version of the case that it is about."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayRestResolver
from aws_lambda_powertools.utilities.idempotency import (
    IdempotencyConfig,
    idempotent_function,
)
from pydantic import BaseModel

from jiesu.api.access import Api, CaseId, IdempotencyKey, IfMatch, SubjectId, allowed, answers, the_case
from jiesu.api.problems import ProblemError
from jiesu.api.shapes import (
    ClosingIn,
    CorrectionIn,
    DispatchIn,
    DoneOut,
    GrantIn,
    NoteIn,
    ReasonIn,
    ReplyIn,
    ReturnDecisionIn,
)
from jiesu.cases.assigning import following, new_assignments
from jiesu.cases.commands import (
    AcceptFeedback,
    AddNote,
    CloseCase,
    Command,
    CorrectCase,
    DispatchCase,
    ReopenCase,
    ReplyToCitizen,
    SendBack,
    WithdrawAssignment,
)
from jiesu.cases.extensions import GrantExtension, RefuseExtension
from jiesu.cases.returns import DecideReturn, ExcuseAssignment
from jiesu.channels.reply_rooms import refuse_reply, refuse_reply_to_all
from jiesu.model.bulletin import Bulletin
from jiesu.model.numbers import is_case_id
from jiesu.model.people import Actor
from jiesu.model.returns import ReturnVerdict
from jiesu.model.scopes import Scope
from jiesu.model.words import ActorKind, Resolution
from jiesu.runtime.logging import logger
from jiesu.store.cases import Outcome

_KEPT = timedelta(hours=24)

IDEMPOTENCY = IdempotencyConfig(
    event_key_jmespath="key",
    payload_validation_jmespath="said",
    raise_on_no_idempotency_key=True,
    expires_after_seconds=int(_KEPT.total_seconds()),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One act as it was asked for: what it is about, and what makes it the same act when it is asked for again."""

    case_id: str
    scope: Scope
    key: str
    version: int | None
    body: BaseModel | None = None


@dataclass(frozen=True, slots=True)
class Acts:
    """Carries acts out, each once for its idempotency key, as routes of `app`."""

    app: APIGatewayRestResolver
    api: Api

    def done(self, act: Act, carry_out: Callable[[Actor], Outcome]) -> DoneOut:
        """Carry out an act once for its idempotency key; a second time the answer is the first one's."""
        owner = allowed(self.app, self.api, act.scope)
        if not is_case_id(act.case_id):
            raise ProblemError("not_found", "没有这个诉求件")
        actor = Actor(kind=ActorKind.EDITOR, id=f"api:{owner.id}", name=owner.name)

        def once(*, request: dict[str, Any]) -> dict[str, Any]:  # noqa: ARG001 - what the key and the comparison are made of
            outcome = carry_out(actor)
            return {"case_id": act.case_id, "version": outcome.case.version, "changed": outcome.entry is not None}

        said = None if act.body is None else act.body.model_dump(mode="json")
        carried_out = idempotent_function(
            once, data_keyword_argument="request", persistence_store=self.api.idempotency, config=IDEMPOTENCY
        )
        answer: dict[str, Any] = carried_out(
            request={
                "key": f"{owner.sha256}:{act.key}",
                "said": {"path": self.app.current_event.path, "version": act.version, "body": said},
            }
        )
        logger.info("case changed over the API", extra={"case_id": act.case_id, "key_id": owner.id})
        return DoneOut(**answer)

    def execute(self, act: Act, make: Callable[[], Command]) -> DoneOut:
        def carry_out(actor: Actor) -> Outcome:
            return self.api.cases.execute(act.case_id, make(), actor=actor, now=self.api.clock(), expected_version=act.version)

        return self.done(act, carry_out)

    def route(self, path: str, summary: str) -> Callable[[Callable[..., DoneOut]], Callable[..., DoneOut]]:
        described = answers(DoneOut, acting=True)
        return self.app.post(f"/api/v1/cases/<case_id>/{path}", summary=summary, responses=described, tags=["acts"])


def acts_on_cases(acts: Acts) -> None:
    """What is done to a case as a whole."""
    api = acts.api

    @acts.route("notes", "Add a note")
    def note(case_id: CaseId, body: NoteIn, idempotency_key: IdempotencyKey, if_match: IfMatch = None) -> DoneOut:
        act = Act(case_id=case_id, scope=Scope.CASES_WRITE, key=idempotency_key, version=if_match, body=body)
        return acts.execute(act, lambda: AddNote(text=body.text))

    @acts.route("corrections", "Correct category, urgency or intent")
    def correct(case_id: CaseId, body: CorrectionIn, idempotency_key: IdempotencyKey, if_match: IfMatch = None) -> DoneOut:
        act = Act(case_id=case_id, scope=Scope.CASES_WRITE, key=idempotency_key, version=if_match, body=body)
        correction = CorrectCase(category=body.category, urgency=body.urgency, intent=body.intent, reason=body.reason)
        return acts.execute(act, lambda: correction)

    @acts.route("dispatches", "Issue a bulletin to a lead and joint bureaus")
    def dispatch(case_id: CaseId, body: DispatchIn, idempotency_key: IdempotencyKey, if_match: IfMatch = None) -> DoneOut:
        act = Act(case_id=case_id, scope=Scope.DISPATCH, key=idempotency_key, version=if_match, body=body)

        def carry_out(actor: Actor) -> Outcome:
            case, now = the_case(api, case_id), api.clock()
            return api.cases.dispatch(
                case_id,
                make_command=lambda number: _dispatch(api, body, number=number, by=actor.name, now=now),
                year=now.astimezone(api.zone).year,
                actor=actor,
                now=now,
                expected_version=case.version if if_match is None else if_match,
            )

        return acts.done(act, carry_out)

    @acts.route("replies", "Answer the citizen of the newest message")
    def reply(case_id: CaseId, body: ReplyIn, idempotency_key: IdempotencyKey, if_match: IfMatch = None) -> DoneOut:
        act = Act(case_id=case_id, scope=Scope.REPLY, key=idempotency_key, version=if_match, body=body)

        def answer_newest() -> ReplyToCitizen:
            if (latest := the_case(api, case_id).latest_message) is not None:
                refuse_reply(latest, body.text, body.manner)
            return ReplyToCitizen(reply_id=api.new_id(), text=body.text, to=latest, manner=body.manner)

        return acts.execute(act, answer_newest)

    @acts.route("closings", "Close")
    def close(case_id: CaseId, body: ClosingIn, idempotency_key: IdempotencyKey, if_match: IfMatch = None) -> DoneOut:
        act = Act(case_id=case_id, scope=Scope.CASES_WRITE, key=idempotency_key, version=if_match, body=body)
        resolution = Resolution(body.resolution)
        return acts.execute(
            act, lambda: CloseCase(resolution=resolution, reason=body.reason, leaves_unanswered=body.leaves_unanswered)
        )

    @acts.route("reopenings", "Open again")
    def reopen(case_id: CaseId, body: ReasonIn, idempotency_key: IdempotencyKey, if_match: IfMatch = None) -> DoneOut:
        act = Act(case_id=case_id, scope=Scope.CASES_WRITE, key=idempotency_key, version=if_match, body=body)
        return acts.execute(act, lambda: ReopenCase(reason=body.reason))


def acts_on_assignments(acts: Acts) -> None:
    """What is done about one bureau's part."""
    api = acts.api

    @acts.route("assignments/<assignment_id>/acceptances", "Accept a bureau's feedback")
    def accept(case_id: CaseId, assignment_id: SubjectId, idempotency_key: IdempotencyKey, if_match: IfMatch = None) -> DoneOut:
        act = Act(case_id=case_id, scope=Scope.DISPATCH, key=idempotency_key, version=if_match)
        return acts.execute(act, lambda: AcceptFeedback(assignment_id=assignment_id))

    @acts.route("assignments/<assignment_id>/send-backs", "Send a bureau's feedback back")
    def send_back(
        case_id: CaseId,
        assignment_id: SubjectId,
        body: ReasonIn,
        idempotency_key: IdempotencyKey,
        if_match: IfMatch = None,
    ) -> DoneOut:
        act = Act(case_id=case_id, scope=Scope.DISPATCH, key=idempotency_key, version=if_match, body=body)
        return acts.execute(act, lambda: SendBack(assignment_id=assignment_id, reason=body.reason))

    @acts.route("assignments/<assignment_id>/withdrawals", "Withdraw an assignment")
    def withdraw(
        case_id: CaseId,
        assignment_id: SubjectId,
        body: ReasonIn,
        idempotency_key: IdempotencyKey,
        if_match: IfMatch = None,
    ) -> DoneOut:
        act = Act(case_id=case_id, scope=Scope.DISPATCH, key=idempotency_key, version=if_match, body=body)
        return acts.execute(act, lambda: WithdrawAssignment(assignment_id=assignment_id, reason=body.reason))

    @acts.route("assignments/<assignment_id>/excusals", "Excuse a joint bureau from reporting")
    def excuse(
        case_id: CaseId,
        assignment_id: SubjectId,
        body: ReasonIn,
        idempotency_key: IdempotencyKey,
        if_match: IfMatch = None,
    ) -> DoneOut:
        act = Act(case_id=case_id, scope=Scope.DISPATCH, key=idempotency_key, version=if_match, body=body)
        return acts.execute(act, lambda: ExcuseAssignment(assignment_id=assignment_id, reason=body.reason))

    @acts.route("assignments/<assignment_id>/return-decisions", "Decide on what a bureau gave back for the first time")
    def decide_return(
        case_id: CaseId,
        assignment_id: SubjectId,
        body: ReturnDecisionIn,
        idempotency_key: IdempotencyKey,
        if_match: IfMatch = None,
    ) -> DoneOut:
        act = Act(case_id=case_id, scope=Scope.DISPATCH, key=idempotency_key, version=if_match, body=body)
        return acts.execute(act, lambda: _return_decision(api, case_id, assignment_id, body, arbitrates=False))

    @acts.route("assignments/<assignment_id>/arbitrations", "Decide on what was given back again")
    def arbitrate(
        case_id: CaseId,
        assignment_id: SubjectId,
        body: ReturnDecisionIn,
        idempotency_key: IdempotencyKey,
        if_match: IfMatch = None,
    ) -> DoneOut:
        act = Act(case_id=case_id, scope=Scope.DECIDE, key=idempotency_key, version=if_match, body=body)
        return acts.execute(act, lambda: _return_decision(api, case_id, assignment_id, body, arbitrates=True))

    @acts.route("assignments/<assignment_id>/extension-grants", "Grant a bureau more time")
    def grant_extension(
        case_id: CaseId,
        assignment_id: SubjectId,
        body: GrantIn,
        idempotency_key: IdempotencyKey,
        if_match: IfMatch = None,
    ) -> DoneOut:
        act = Act(case_id=case_id, scope=Scope.DECIDE, key=idempotency_key, version=if_match, body=body)

        def grant() -> GrantExtension:
            refuse_reply_to_all(the_case(api, case_id).voices, body.text)
            return GrantExtension(
                assignment_id=assignment_id, until=body.until, reason=body.reason, reply_id=api.new_id(), text=body.text
            )

        return acts.execute(act, grant)

    @acts.route("assignments/<assignment_id>/extension-refusals", "Refuse a bureau more time")
    def refuse_extension(
        case_id: CaseId,
        assignment_id: SubjectId,
        body: ReasonIn,
        idempotency_key: IdempotencyKey,
        if_match: IfMatch = None,
    ) -> DoneOut:
        act = Act(case_id=case_id, scope=Scope.DECIDE, key=idempotency_key, version=if_match, body=body)
        return acts.execute(act, lambda: RefuseExtension(assignment_id=assignment_id, reason=body.reason))


def _dispatch(api: Api, body: DispatchIn, *, number: str, by: str, now: datetime) -> DispatchCase:
    office = api.directory.office()
    assignments = new_assignments(
        number,
        lead=[body.lead] if body.lead else [],
        joint=body.joint,
        bureaus=api.directory.bureaus(),
        office=office.contacts,
    )
    return DispatchCase(
        bulletin=Bulletin(
            number=number,
            title=body.title,
            facts=body.facts,
            place=body.place,
            category=body.category,
            urgency=body.urgency,
            requirements=body.requirements,
            issued_at=now,
            issued_by=by,
        ),
        assignments=assignments,
        plan=office.plan(body.urgency, body.category, api.zone.key),
        grave=office.grave,
    )


def _return_decision(api: Api, case_id: str, assignment_id: str, body: ReturnDecisionIn, *, arbitrates: bool) -> DecideReturn:
    case = the_case(api, case_id)
    assignment, to = case.assignment(assignment_id), None
    if body.verdict is ReturnVerdict.REROUTED and body.to is not None and assignment is not None:
        office = api.directory.office().contacts
        to = following(case, assignment, body.to, bureaus=api.directory.bureaus(), office=office)
    return DecideReturn(assignment_id=assignment_id, verdict=body.verdict, reason=body.reason, to=to, arbitrates=arbitrates)
