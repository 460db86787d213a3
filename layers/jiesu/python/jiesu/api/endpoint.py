"""The API under `/api/v1`: the acts of the desk for systems of the police intranet, described by OpenAPI 3.1.

A key stands for its owner: what it does is in the timeline under the owner's name. Every act needs an
`Idempotency-Key`; the same key with the same request answers as it did the first time. `If-Match` with the
case's version lets nothing be done to a case that has moved on since it was read.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError
from aws_lambda_powertools.event_handler.openapi.models import HTTPBearer
from aws_lambda_powertools.event_handler.openapi.params import Header, Path, Query
from aws_lambda_powertools.utilities.idempotency import (
    DynamoDBPersistenceLayer,
    IdempotencyConfig,
    idempotent_function,
)
from aws_lambda_powertools.utilities.idempotency.exceptions import (
    IdempotencyAlreadyInProgressError,
    IdempotencyValidationError,
)
from botocore.exceptions import ClientError
from pydantic import BaseModel

from jiesu.api.problems import PROBLEM_TYPE, TITLES, Problem, ProblemError, problem
from jiesu.api.shapes import (
    BureauOut,
    BureausOut,
    CaseOut,
    CasesOut,
    ClosingIn,
    CorrectionIn,
    DispatchIn,
    DoneOut,
    MessagesOut,
    NoteIn,
    ReasonIn,
    ReplyIn,
    TimelineOut,
    entry_out,
)
from jiesu.cases.assigning import NewAssignment
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
from jiesu.model.bulletin import Bulletin
from jiesu.model.case import Case, Entry
from jiesu.model.errors import CaseChangedError, CommandRefusedError, ConflictError
from jiesu.model.numbers import is_case_id
from jiesu.model.people import Actor
from jiesu.model.scopes import Scope
from jiesu.model.words import ActorKind, AssignmentRole, CaseStatus, Resolution
from jiesu.runtime.logging import logger
from jiesu.store.api_keys import ApiKey, ApiKeyStore
from jiesu.store.cases import CaseStore, Outcome
from jiesu.store.directory import DirectoryStore, OfficeMissingError
from jiesu.store.messages import MessageStore

VERSION = "1.0.0"
_KEPT = timedelta(hours=24)
_PAGE = 50
_MOST = 100

CaseId = Annotated[str, Path(min_length=1, max_length=40, description="编号 of the case")]
SubjectId = Annotated[str, Path(min_length=1, max_length=80, description="Id of an assignment of the case")]
IfMatch = Annotated[int | None, Header(alias="If-Match", ge=1, le=10**8, description="Version of the case that was read")]
IdempotencyKey = Annotated[
    str | None,
    Header(alias="Idempotency-Key", min_length=8, max_length=100, description="Needed: 8 to 100 characters, new for each act"),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Api:
    """What the API reads and writes. `say` puts an entry in words, `new_id` gives an id that nobody else has."""

    cases: CaseStore
    messages: MessageStore
    directory: DirectoryStore
    api_keys: ApiKeyStore
    idempotency: DynamoDBPersistenceLayer
    say: Callable[[Entry, Case, datetime], str]
    new_id: Callable[[], str]
    clock: Callable[[], datetime]
    zone: ZoneInfo


def resolver_of(api: Api) -> APIGatewayRestResolver:
    """The routes of the API over `api`."""
    app = APIGatewayRestResolver(enable_validation=True)
    _problems(app)
    _reading(app, api)
    _acting(app, api)

    @app.get("/api/v1/openapi.json", include_in_schema=False)
    def described() -> Response[Any]:
        return Response(status_code=200, content_type="application/json", body=document(app))

    return app


def answer(app: APIGatewayRestResolver, event: dict[str, Any], context: Any) -> dict[str, Any]:
    """What the API answers to a proxy event."""
    # An act that is under way is given up on when this invocation has ended, and no sooner.
    _IDEMPOTENCY.register_lambda_context(context)
    return app.resolve(event, context)


def document(app: APIGatewayRestResolver) -> str:
    """The OpenAPI 3.1 document, as JSON."""
    return app.get_openapi_json_schema(
        title="接诉 Jiesu",
        version=VERSION,
        openapi_version="3.1.0",
        description="诉求件的查询与办理，供公安内网系统调用。The acts of the desk for systems of the police intranet.",
        security_schemes={"key": HTTPBearer(bearerFormat="opaque", description="jiesu api-keys create --scope …")},
        security=[{"key": []}],
    )


# --- Reading -------------------------------------------------------------------------------------


def _reading(app: APIGatewayRestResolver, api: Api) -> None:
    @app.get("/api/v1/cases", summary="Cases of one status, most urgent first", responses=_answers(CasesOut), tags=["cases"])
    def list_cases(
        status: Annotated[CaseStatus, Query()] = CaseStatus.OPEN,
        limit: Annotated[int, Query(ge=1, le=_MOST)] = _PAGE,
        cursor: Annotated[str | None, Query(max_length=1000)] = None,
    ) -> CasesOut:
        _allowed(app, api, Scope.CASES_READ)
        try:
            found = api.cases.queue(status, limit=limit, cursor=cursor)
        except (ValueError, TypeError) as error:
            raise ProblemError("invalid", "cursor 不是上一页给出的") from error
        except ClientError as error:
            if cursor is None or error.response["Error"]["Code"] != "ValidationException":
                raise
            raise ProblemError("invalid", "cursor 不是上一页给出的") from error
        return CasesOut(items=[CaseOut.of(one) for one in found.cases], next=found.cursor)

    @app.get("/api/v1/cases/<case_id>", summary="One case", responses=_answers(CaseOut, missing=True), tags=["cases"])
    def read_case(case_id: CaseId) -> CaseOut:
        _allowed(app, api, Scope.CASES_READ)
        return CaseOut.of(_case(api, case_id))

    @app.get(
        "/api/v1/cases/<case_id>/timeline",
        summary="What happened, newest first",
        responses=_answers(TimelineOut, missing=True),
        tags=["cases"],
    )
    def read_timeline(
        case_id: CaseId,
        before: Annotated[int | None, Query(ge=2, le=10**8)] = None,
        limit: Annotated[int, Query(ge=1, le=_MOST)] = _PAGE,
    ) -> TimelineOut:
        _allowed(app, api, Scope.CASES_READ)
        case, now = _case(api, case_id), api.clock()
        found = api.cases.timeline(case.id, before_version=before, limit=limit)
        return TimelineOut(items=[entry_out(one, api.say(one, case, now)) for one in found.entries], next=found.next_before)

    @app.get(
        "/api/v1/cases/<case_id>/messages",
        summary="What citizens wrote",
        responses=_answers(MessagesOut, missing=True),
        tags=["cases"],
    )
    def read_messages(case_id: CaseId) -> MessagesOut:
        _allowed(app, api, Scope.MESSAGES_READ)
        case = _case(api, case_id)
        return MessagesOut.of([one.message for one in api.messages.of_case(case.id, limit=_MOST)])

    @app.get("/api/v1/bureaus", summary="Bureaus that a case can be given to", responses=_answers(BureausOut), tags=["directory"])
    def list_bureaus() -> BureausOut:
        _allowed(app, api, Scope.CASES_READ)
        return BureausOut(items=[BureauOut.of(one) for one in api.directory.bureaus()])


# --- Acting --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Act:
    """One act as it was asked for: what it is about, and what makes it the same act when it is asked for again."""

    case_id: str
    scope: Scope
    key: str | None
    version: int | None
    body: BaseModel | None = None


def _acting(app: APIGatewayRestResolver, api: Api) -> None:
    def done(act: _Act, carry_out: Callable[[Actor], Outcome]) -> DoneOut:
        """Carry out an act once for its idempotency key; a second time the answer is the first one's."""
        owner = _allowed(app, api, act.scope)
        if act.key is None:
            raise ProblemError("key_missing")
        if not is_case_id(act.case_id):
            raise ProblemError("not_found", "没有这个诉求件")
        actor = Actor(kind=ActorKind.EDITOR, id=f"api:{owner.id}", name=owner.name)

        def once(*, request: dict[str, Any]) -> dict[str, Any]:  # noqa: ARG001 - what the key and the comparison are made of
            outcome = carry_out(actor)
            return {"case_id": act.case_id, "version": outcome.case.version, "changed": outcome.entry is not None}

        said = None if act.body is None else act.body.model_dump(mode="json")
        carried_out = idempotent_function(
            once, data_keyword_argument="request", persistence_store=api.idempotency, config=_IDEMPOTENCY
        )
        answer: dict[str, Any] = carried_out(
            request={
                "key": f"{owner.sha256}:{act.key}",
                "said": {"path": app.current_event.path, "version": act.version, "body": said},
            }
        )
        logger.info("case changed over the API", extra={"case_id": act.case_id, "key_id": owner.id})
        return DoneOut(**answer)

    def execute(act: _Act, make: Callable[[], Command]) -> DoneOut:
        def carry_out(actor: Actor) -> Outcome:
            return api.cases.execute(act.case_id, make(), actor=actor, now=api.clock(), expected_version=act.version)

        return done(act, carry_out)

    def route(path: str, summary: str) -> Callable[[Callable[..., DoneOut]], Callable[..., DoneOut]]:
        described = _answers(DoneOut, acting=True)
        return app.post(f"/api/v1/cases/<case_id>/{path}", summary=summary, responses=described, tags=["acts"])

    @route("notes", "Add a note")
    def note(case_id: CaseId, body: NoteIn, if_match: IfMatch = None, idempotency_key: IdempotencyKey = None) -> DoneOut:
        act = _Act(case_id=case_id, scope=Scope.CASES_WRITE, key=idempotency_key, version=if_match, body=body)
        return execute(act, lambda: AddNote(text=body.text))

    @route("corrections", "Correct category, urgency or intent")
    def correct(case_id: CaseId, body: CorrectionIn, if_match: IfMatch = None, idempotency_key: IdempotencyKey = None) -> DoneOut:
        act = _Act(case_id=case_id, scope=Scope.CASES_WRITE, key=idempotency_key, version=if_match, body=body)
        correction = CorrectCase(category=body.category, urgency=body.urgency, intent=body.intent, reason=body.reason)
        return execute(act, lambda: correction)

    @route("dispatches", "Issue a bulletin to a lead and joint bureaus")
    def dispatch(case_id: CaseId, body: DispatchIn, if_match: IfMatch = None, idempotency_key: IdempotencyKey = None) -> DoneOut:
        act = _Act(case_id=case_id, scope=Scope.DISPATCH, key=idempotency_key, version=if_match, body=body)

        def carry_out(actor: Actor) -> Outcome:
            case, now = _case(api, case_id), api.clock()
            return api.cases.dispatch(
                case_id,
                make_command=lambda number: _dispatch(api, body, number=number, by=actor.name, now=now),
                year=now.astimezone(api.zone).year,
                actor=actor,
                now=now,
                expected_version=case.version if if_match is None else if_match,
            )

        return done(act, carry_out)

    @route("replies", "Answer the citizen of the newest message")
    def reply(case_id: CaseId, body: ReplyIn, if_match: IfMatch = None, idempotency_key: IdempotencyKey = None) -> DoneOut:
        act = _Act(case_id=case_id, scope=Scope.REPLY, key=idempotency_key, version=if_match, body=body)
        return execute(act, lambda: ReplyToCitizen(reply_id=api.new_id(), text=body.text, manner=body.manner))

    @route("closings", "Close")
    def close(case_id: CaseId, body: ClosingIn, if_match: IfMatch = None, idempotency_key: IdempotencyKey = None) -> DoneOut:
        act = _Act(case_id=case_id, scope=Scope.CASES_WRITE, key=idempotency_key, version=if_match, body=body)
        resolution = Resolution(body.resolution)
        return execute(
            act, lambda: CloseCase(resolution=resolution, reason=body.reason, leaves_unanswered=body.leaves_unanswered)
        )

    @route("reopenings", "Open again")
    def reopen(case_id: CaseId, body: ReasonIn, if_match: IfMatch = None, idempotency_key: IdempotencyKey = None) -> DoneOut:
        act = _Act(case_id=case_id, scope=Scope.CASES_WRITE, key=idempotency_key, version=if_match, body=body)
        return execute(act, lambda: ReopenCase(reason=body.reason))

    @route("assignments/<assignment_id>/acceptances", "Accept a bureau's feedback")
    def accept(
        case_id: CaseId, assignment_id: SubjectId, if_match: IfMatch = None, idempotency_key: IdempotencyKey = None
    ) -> DoneOut:
        act = _Act(case_id=case_id, scope=Scope.DISPATCH, key=idempotency_key, version=if_match)
        return execute(act, lambda: AcceptFeedback(assignment_id=assignment_id))

    @route("assignments/<assignment_id>/send-backs", "Send a bureau's feedback back")
    def send_back(
        case_id: CaseId,
        assignment_id: SubjectId,
        body: ReasonIn,
        if_match: IfMatch = None,
        idempotency_key: IdempotencyKey = None,
    ) -> DoneOut:
        act = _Act(case_id=case_id, scope=Scope.DISPATCH, key=idempotency_key, version=if_match, body=body)
        return execute(act, lambda: SendBack(assignment_id=assignment_id, reason=body.reason))

    @route("assignments/<assignment_id>/withdrawals", "Withdraw an assignment")
    def withdraw(
        case_id: CaseId,
        assignment_id: SubjectId,
        body: ReasonIn,
        if_match: IfMatch = None,
        idempotency_key: IdempotencyKey = None,
    ) -> DoneOut:
        act = _Act(case_id=case_id, scope=Scope.DISPATCH, key=idempotency_key, version=if_match, body=body)
        return execute(act, lambda: WithdrawAssignment(assignment_id=assignment_id, reason=body.reason))


_IDEMPOTENCY = IdempotencyConfig(
    event_key_jmespath="key",
    payload_validation_jmespath="said",
    raise_on_no_idempotency_key=True,
    expires_after_seconds=int(_KEPT.total_seconds()),
)


def _dispatch(api: Api, body: DispatchIn, *, number: str, by: str, now: datetime) -> DispatchCase:
    office = api.directory.office()
    if body.urgency not in office.plans:
        raise CommandRefusedError("plan_missing", f"没有「{body.urgency.label}」件的时限方案，请联系管理员")
    bureaus = {one.code: one for one in api.directory.bureaus()}
    chosen = [(body.lead, AssignmentRole.LEAD)] if body.lead else []
    chosen += [(code, AssignmentRole.JOINT) for code in body.joint]
    if any(code not in bureaus for code, _ in chosen):
        raise CommandRefusedError("bureau_unknown", "所选单位不在名录中")
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
        assignments=tuple(
            NewAssignment(
                id=f"{number}-{code}",
                bureau_code=code,
                bureau_name=bureaus[code].name,
                role=role,
                contacts=(*bureaus[code].contacts, *office.contacts) if bureaus[code].contacts else (),
            )
            for code, role in chosen
        ),
        plan=office.plan(body.urgency, body.category, api.zone.key),
    )


# --- Who asks, and what goes wrong ---------------------------------------------------------------


def _allowed(app: APIGatewayRestResolver, api: Api, scope: Scope) -> ApiKey:
    """Whose key it is. Raises `ProblemError`: 401 without one, 403 where it does not go so far."""
    headers = {name.lower(): value for name, value in (app.current_event.headers or {}).items()}
    kind, _, token = headers.get("authorization", "").partition(" ")
    found = api.api_keys.find(token.strip()) if kind.lower() == "bearer" and token.strip() else None
    if found is None or not found.scopes:
        raise ProblemError("unauthorized")
    if scope not in found.scopes:
        raise ProblemError("scope_missing", f"需要 {scope}", code=scope)
    return found


def _case(api: Api, case_id: str) -> Case:
    case = api.cases.load(case_id) if is_case_id(case_id) else None
    if case is None:
        raise ProblemError("not_found", "没有这个诉求件")
    return case


def _problems(app: APIGatewayRestResolver) -> None:
    """Every error as a problem. None of them repeats what was sent."""
    answers: dict[type[Exception], Callable[[Any], Problem]] = {
        ProblemError: lambda error: error.problem,
        RequestValidationError: _invalid,
        CommandRefusedError: _refused,
        CaseChangedError: lambda _: problem("changed_meanwhile"),
        ConflictError: lambda _: problem("busy"),
        IdempotencyAlreadyInProgressError: lambda _: problem("busy"),
        IdempotencyValidationError: lambda _: problem("key_reused"),
        OfficeMissingError: lambda _: problem("unavailable", "尚未导入本单位联系人和时限方案"),
        NotFoundError: lambda _: problem("not_found", "没有这个地址"),
    }
    for kind, answer in answers.items():
        app.exception_handler(kind)(lambda error, answer=answer: _as_response(answer(error)))


def _invalid(error: RequestValidationError) -> Problem:
    return problem("invalid", errors=[{"where": list(one["loc"]), "what": one["msg"]} for one in error.errors()])


def _refused(error: CommandRefusedError) -> Problem:
    kind = "not_found" if error.code in ("case_missing", "assignment_missing") else "refused"
    return problem(kind, error.label, code=error.code)


def _as_response(said: Problem) -> Response[Any]:
    headers = {"WWW-Authenticate": "Bearer"} if said.status == HTTPStatus.UNAUTHORIZED else {}
    return Response(
        status_code=said.status,
        content_type=PROBLEM_TYPE,
        body=json.dumps(said.model_dump(), ensure_ascii=False),
        headers=headers,
    )


def _answers(model: type, *, missing: bool = False, acting: bool = False) -> Any:
    """What a route may answer, for the document."""
    kinds = ["unauthorized", "scope_missing", "invalid"]
    if missing or acting:
        kinds.append("not_found")
    if acting:
        kinds += ["changed_meanwhile", "refused", "key_missing", "unavailable"]
    described: dict[int, Any] = {200: {"description": "Done", "content": {"application/json": {"model": model}}}}
    for kind in kinds:
        status, _, title = TITLES[kind]
        described[status] = {"description": title, "content": {PROBLEM_TYPE: {"model": Problem}}}
    return described
