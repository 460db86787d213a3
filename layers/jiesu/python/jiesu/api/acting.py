"""How an act over the API is carried out: whose key it is, once for its idempotency key, on the version that was read.

An act is a row of a table (`api/acts.py`): an address, what the desk calls it, a scope, a body, and what it does. The routes
that Powertools serves, and describes in the OpenAPI document, are made from the rows.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from inspect import Parameter, Signature
from typing import TYPE_CHECKING, Annotated, Any

from aws_lambda_powertools.event_handler import APIGatewayRestResolver
from aws_lambda_powertools.event_handler.openapi.params import Path
from aws_lambda_powertools.utilities.idempotency import IdempotencyConfig, idempotent_function
from pydantic import BaseModel

from jiesu.api.access import Api, CaseId, IdempotencyKey, IfMatch, actor_of, allowed, answers, the_case
from jiesu.api.problems import ProblemError
from jiesu.api.shapes import DoneOut, message_id
from jiesu.cases.commands import Command
from jiesu.cases.refusals import refuse
from jiesu.model.case import Case, MessageRef
from jiesu.model.numbers import is_case_id
from jiesu.model.people import Actor
from jiesu.model.scopes import Scope
from jiesu.model.timeline import Entry
from jiesu.runtime.logging import logger
from jiesu.store.cases import Outcome
from jiesu.store.messages import StoredMessage, ref_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

    Beside = Callable[[Case, Entry], Sequence[TransactWriteItemTypeDef]]

_KEPT = timedelta(hours=24)
MOST_MESSAGES = 100

IDEMPOTENCY = IdempotencyConfig(
    event_key_jmespath="key",
    payload_validation_jmespath="said",
    raise_on_no_idempotency_key=True,
    expires_after_seconds=int(_KEPT.total_seconds()),
)

SubjectId = Annotated[str, Path(pattern="^[A-Za-z0-9._-]{1,80}$", description="Id of what the act is about")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Doing[Body: BaseModel | None]:
    """An act that is being carried out. `subject` is what of the case it is about, empty where it is the case itself."""

    api: Api
    actor: Actor
    now: datetime
    case_id: str
    subject: str
    version: int | None
    body: Body

    @property
    def case(self) -> Case:
        """Raises `ProblemError` (404)."""
        return the_case(self.api, self.case_id)

    @property
    def today(self) -> date:
        """The day where the office is."""
        return self.now.astimezone(self.api.zone).date()

    def seen(self, case: Case) -> int:
        """The version on which it is decided: the one that was read, or else the one there is."""
        return case.version if self.version is None else self.version

    def execute(self, command: Command, beside: "Beside | None" = None) -> DoneOut:
        """One command to the case; what is written `beside` its entry is in the same transaction."""
        outcome = self.api.cases.execute(
            self.case_id, command, actor=self.actor, now=self.now, expected_version=self.version, beside=beside
        )
        return done(outcome)

    def messages(self) -> tuple[StoredMessage, ...]:
        """The newest messages of the case; one query."""
        return self.api.messages.of_case(self.case_id, limit=MOST_MESSAGES)

    def written(self, wanted: str | None) -> MessageRef:
        """The message that goes by the id `wanted` in our answers, or the newest. Raises `CommandRefusedError`."""
        latest = self.case.latest_message
        if wanted is None and latest is not None:
            return latest
        found = next((one.message for one in self.messages() if message_id(one.message.id) == wanted), None)
        if found is None:
            raise refuse("no_one_to_answer")
        return ref_of(found)


def done(outcome: Outcome) -> DoneOut:
    return DoneOut(case_id=outcome.case.id, version=outcome.case.version, changed=outcome.entry is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One act. `desk` are the desk's acts and endpoints that do the same; `path` lies below `/api/v1/`."""

    path: str
    desk: tuple[str, ...]
    scope: Scope
    summary: str
    body: type[BaseModel] | None
    carry_out: Callable[[Any], BaseModel]
    out: type[BaseModel] = DoneOut


def route(app: APIGatewayRestResolver, api: Api, acts: Iterable[Act]) -> None:
    """Serve `acts`, each with a signature of its own: what is checked and described follows from it."""
    for one in acts:
        described = answers(one.out, acting=True)
        app.post(f"/api/v1/{one.path}", summary=one.summary, responses=described, tags=["acts"])(_handler(app, api, one))


def _handler(app: APIGatewayRestResolver, api: Api, act: Act) -> Callable[..., BaseModel]:
    named = re.findall(r"<(\w+)>", act.path)
    kinds: dict[str, Any] = {name: CaseId if name == "case_id" else SubjectId for name in named}
    if act.body is not None:
        kinds["body"] = act.body

    def handler(**given: Any) -> BaseModel:
        return _carried_out(app, api, act, given)

    parameters = [Parameter(name, Parameter.KEYWORD_ONLY, annotation=kind) for name, kind in kinds.items()]
    parameters.append(Parameter("idempotency_key", Parameter.KEYWORD_ONLY, annotation=IdempotencyKey))
    parameters.append(Parameter("if_match", Parameter.KEYWORD_ONLY, annotation=IfMatch, default=None))
    handler.__signature__ = Signature(parameters, return_annotation=act.out)  # type: ignore[attr-defined]
    handler.__name__ = re.sub(r"\W+", "_", act.path.rpartition("/")[2])
    return handler


def _carried_out(app: APIGatewayRestResolver, api: Api, act: Act, given: dict[str, Any]) -> BaseModel:
    """Carry out an act once for its idempotency key; a second time the answer is the first one's."""
    owner = allowed(app, api, act.scope)
    case_id, body, version = given.get("case_id", ""), given.get("body"), given["if_match"]
    if "case_id" in given and not is_case_id(case_id):
        raise ProblemError("not_found", "没有这个诉求件")
    subjects = [value for name, value in given.items() if name.endswith("_id") and name != "case_id"]
    doing = Doing(
        api=api,
        actor=actor_of(owner),
        now=api.clock(),
        case_id=case_id,
        subject=subjects[0] if subjects else "",
        version=version,
        body=body,
    )

    def once(*, request: dict[str, Any]) -> dict[str, Any]:  # noqa: ARG001 - what the key and the comparison are made of
        return act.carry_out(doing).model_dump(mode="json")

    said = None if body is None else body.model_dump(mode="json")
    carried_out = idempotent_function(
        once, data_keyword_argument="request", persistence_store=api.idempotency, config=IDEMPOTENCY
    )
    answer: dict[str, Any] = carried_out(
        request={
            "key": f"{owner.sha256}:{given['idempotency_key']}",
            "said": {"path": app.current_event.path, "version": version, "body": said},
        }
    )
    logger.info("act over the API", extra={"case_id": case_id, "act": act.desk[0], "key_id": owner.id})
    return act.out(**answer)
