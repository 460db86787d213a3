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
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError
from aws_lambda_powertools.event_handler.openapi.models import HTTPBearer
from aws_lambda_powertools.utilities.idempotency.exceptions import (
    IdempotencyAlreadyInProgressError,
    IdempotencyValidationError,
)

from jiesu.api.access import Api
from jiesu.api.acting import IDEMPOTENCY, route
from jiesu.api.acts import ACTS
from jiesu.api.problems import PROBLEM_TYPE, Problem, ProblemError, problem
from jiesu.api.reading import find_cases, read_cases, read_office
from jiesu.model.errors import CaseChangedError, CommandRefusedError, ConflictError
from jiesu.store.directory import OfficeMissingError

VERSION = "1.0.0"
_MISSING = frozenset(
    {
        "case_missing",
        "assignment_missing",
        "task_missing",
        "mail_missing",
        "publication_missing",
        "bulletin_missing",
        "asking_missing",
        "question_missing",
        "article_missing",
        "other_missing",
    }
)
"""What the rules say where there is no such thing."""


def resolver_of(api: Api) -> APIGatewayRestResolver:
    """The routes of the API over `api`."""
    app = APIGatewayRestResolver(enable_validation=True)
    _problems(app)
    _no_route(app)
    read_cases(app, api)
    read_office(app, api)
    find_cases(app, api)
    route(app, api, ACTS)

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
    kind = "not_found" if error.code in _MISSING else "refused"
    return problem(kind, error.label, code=error.code)


def _as_response(said: Problem, **more: str) -> Response[Any]:
    headers = more | ({"WWW-Authenticate": "Bearer"} if said.status == HTTPStatus.UNAUTHORIZED else {})
    return Response(
        status_code=said.status,
        content_type=PROBLEM_TYPE,
        body=json.dumps(said.model_dump(), ensure_ascii=False),
        headers=headers,
    )
