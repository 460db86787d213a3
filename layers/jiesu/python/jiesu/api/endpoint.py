"""The API under `/api/v1`: the acts of the desk for systems of the police intranet, described by OpenAPI 3.1.

A key stands for its owner: what it does is in the timeline under the owner's name. Every act needs an
`Idempotency-Key`; the same key with the same request answers as it did the first time. `If-Match` with the
case's version lets nothing be done to a case that has moved on since it was read.
"""

import json
import re
from collections.abc import Callable
from functools import cache
from http import HTTPStatus
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError
from aws_lambda_powertools.event_handler.openapi.models import HTTPBearer
from aws_lambda_powertools.event_handler.openapi.params import Query
from aws_lambda_powertools.utilities.idempotency.exceptions import (
    IdempotencyAlreadyInProgressError,
    IdempotencyValidationError,
)
from botocore.exceptions import ClientError

from jiesu.api.access import Api, CaseId, allowed, answers, the_case
from jiesu.api.acts import IDEMPOTENCY, Acts, acts_on_assignments, acts_on_cases
from jiesu.api.problems import PROBLEM_TYPE, Problem, ProblemError, problem
from jiesu.api.shapes import (
    BureauOut,
    BureausOut,
    CaseOut,
    CasesOut,
    MessagesOut,
    TimelineOut,
    entry_out,
)
from jiesu.model.errors import CaseChangedError, CommandRefusedError, ConflictError
from jiesu.model.scopes import Scope
from jiesu.model.words import CaseStatus
from jiesu.store.directory import OfficeMissingError

VERSION = "1.0.0"
_PAGE = 50
_MOST = 100


def resolver_of(api: Api) -> APIGatewayRestResolver:
    """The routes of the API over `api`."""
    app = APIGatewayRestResolver(enable_validation=True)
    _problems(app)
    _no_route(app)
    _reading(app, api)
    acts = Acts(app, api)
    acts_on_cases(acts)
    acts_on_assignments(acts)

    @app.get("/api/v1/openapi.json", include_in_schema=False)
    def described() -> Response[Any]:
        return Response(status_code=200, content_type="application/json", body=document(app))

    return app


def answer(app: APIGatewayRestResolver, event: dict[str, Any], context: Any) -> dict[str, Any]:
    """What the API answers to a proxy event."""
    # An act that is under way is given up on when this invocation has ended, and no sooner.
    IDEMPOTENCY.register_lambda_context(context)
    if event["httpMethod"] == "POST" and _media_type(event) not in ("", "application/json"):
        # Before the resolver, which reads forms too and fails over those that are none.
        return {"statusCode": 415, "headers": {"Content-Type": PROBLEM_TYPE}, "body": problem("media_type").model_dump_json()}
    return app.resolve(event, context)


def _media_type(event: dict[str, Any]) -> str:
    headers: dict[str, str] = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    return headers.get("content-type", "").partition(";")[0].strip().lower()


def document(app: APIGatewayRestResolver) -> str:
    """The OpenAPI 3.1 document, as JSON."""
    described = app.get_openapi_json_schema(
        title="接诉 Jiesu",
        version=VERSION,
        openapi_version="3.1.0",
        description="诉求件的查询与办理，供公安内网系统调用。The acts of the desk for systems of the police intranet.",
        security_schemes={"key": HTTPBearer(bearerFormat="opaque", description="jiesu api-keys create --scope …")},
        security=[{"key": []}],
    )
    return json.dumps(_without_null_parameters(json.loads(described)), ensure_ascii=False)


def _without_null_parameters(described: dict[str, Any]) -> dict[str, Any]:
    """A header or a part of a query is absent; it is never null, as the types of our functions have it."""
    for of in described["paths"].values():
        for operation in of.values():
            for one in operation.get("parameters", []):
                kinds = one["schema"].pop("anyOf", [])
                one["schema"] |= next((kind for kind in kinds if kind != {"type": "null"}), {})
    return described


# --- Reading -------------------------------------------------------------------------------------


def _reading(app: APIGatewayRestResolver, api: Api) -> None:
    @app.get("/api/v1/cases", summary="Cases of one status, most urgent first", responses=answers(CasesOut), tags=["cases"])
    def list_cases(
        status: Annotated[CaseStatus, Query()] = CaseStatus.OPEN,
        limit: Annotated[int, Query(ge=1, le=_MOST)] = _PAGE,
        cursor: Annotated[str | None, Query(max_length=1000)] = None,
    ) -> CasesOut:
        allowed(app, api, Scope.CASES_READ)
        try:
            found = api.cases.queue(status, limit=limit, cursor=cursor)
        except (ValueError, TypeError) as error:
            raise ProblemError("invalid", "cursor 不是上一页给出的") from error
        except ClientError as error:
            if cursor is None or error.response["Error"]["Code"] != "ValidationException":
                raise
            raise ProblemError("invalid", "cursor 不是上一页给出的") from error
        return CasesOut(items=[CaseOut.of(one) for one in found.cases], next=found.cursor)

    @app.get("/api/v1/cases/<case_id>", summary="One case", responses=answers(CaseOut, missing=True), tags=["cases"])
    def read_case(case_id: CaseId) -> CaseOut:
        allowed(app, api, Scope.CASES_READ)
        return CaseOut.of(the_case(api, case_id))

    @app.get(
        "/api/v1/cases/<case_id>/timeline",
        summary="What happened, newest first",
        responses=answers(TimelineOut, missing=True),
        tags=["cases"],
    )
    def read_timeline(
        case_id: CaseId,
        before: Annotated[int | None, Query(ge=2, le=10**8)] = None,
        limit: Annotated[int, Query(ge=1, le=_MOST)] = _PAGE,
    ) -> TimelineOut:
        allowed(app, api, Scope.CASES_READ)
        case, now = the_case(api, case_id), api.clock()
        found = api.cases.timeline(case.id, before_version=before, limit=limit)
        return TimelineOut(items=[entry_out(one, api.say(one, case, now)) for one in found.entries], next=found.next_before)

    @app.get(
        "/api/v1/cases/<case_id>/messages",
        summary="What citizens wrote",
        responses=answers(MessagesOut, missing=True),
        tags=["cases"],
    )
    def read_messages(case_id: CaseId) -> MessagesOut:
        allowed(app, api, Scope.MESSAGES_READ)
        case = the_case(api, case_id)
        return MessagesOut.of([one.message for one in api.messages.of_case(case.id, limit=_MOST)])

    @app.get("/api/v1/bureaus", summary="Bureaus that a case can be given to", responses=answers(BureausOut), tags=["directory"])
    def list_bureaus() -> BureausOut:
        allowed(app, api, Scope.CASES_READ)
        return BureausOut(items=[BureauOut.of(one) for one in api.directory.bureaus()])


# --- Who asks, and what goes wrong ---------------------------------------------------------------


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
    }
    for kind, answer in answers.items():
        app.exception_handler(kind)(lambda error, answer=answer: _as_response(answer(error)))


def _no_route(app: APIGatewayRestResolver) -> None:
    """An address that is none, or is one of another method: what the document lists decides."""

    @cache
    def methods() -> list[tuple[re.Pattern[str], str]]:
        paths = json.loads(document(app))["paths"]
        return [(re.compile(re.sub(r"\{\w+\}", "[^/]+", path)), method.upper()) for path, of in paths.items() for method in of]

    @app.not_found
    def refused(_: NotFoundError) -> Response[Any]:
        allowed = [method for pattern, method in methods() if pattern.fullmatch(app.current_event.path)]
        # A segment that no id can have is no address either.
        if not allowed or app.current_event.http_method in allowed:
            return _as_response(problem("not_found", "没有这个地址"))
        return _as_response(problem("method"), Allow=", ".join(allowed))


def _invalid(error: RequestValidationError) -> Problem:
    if any(one["loc"][-1] == "idempotency-key" and one["type"] == "missing" for one in error.errors()):
        return problem("key_missing")
    return problem("invalid", errors=[{"where": list(one["loc"]), "what": one["msg"]} for one in error.errors()])


def _refused(error: CommandRefusedError) -> Problem:
    kind = "not_found" if error.code in ("case_missing", "assignment_missing") else "refused"
    return problem(kind, error.label, code=error.code)


def _as_response(said: Problem, **more: str) -> Response[Any]:
    headers = more | ({"WWW-Authenticate": "Bearer"} if said.status == HTTPStatus.UNAUTHORIZED else {})
    return Response(
        status_code=said.status,
        content_type=PROBLEM_TYPE,
        body=json.dumps(said.model_dump(), ensure_ascii=False),
        headers=headers,
    )
