"""Who may ask, what for, and what every route of the API says of itself."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from aws_lambda_powertools.event_handler import APIGatewayRestResolver
from aws_lambda_powertools.event_handler.openapi.params import Header, Path
from aws_lambda_powertools.utilities.idempotency import (
    DynamoDBPersistenceLayer,
)

from jiesu.api.problems import PROBLEM_TYPE, TITLES, Problem, ProblemError
from jiesu.model.case import Case
from jiesu.model.message import ChannelAccount
from jiesu.model.numbers import is_case_id
from jiesu.model.people import Actor
from jiesu.model.scopes import Scope
from jiesu.model.timeline import Entry
from jiesu.model.words import ActorKind
from jiesu.store.api_keys import ApiKey, ApiKeyStore
from jiesu.store.articles import ArticleStore
from jiesu.store.case_pairs import CasePairStore
from jiesu.store.cases import CaseStore
from jiesu.store.citizen_search import CitizenSearch
from jiesu.store.directory import DirectoryStore
from jiesu.store.finding import CaseSearch
from jiesu.store.messages import MessageStore
from jiesu.store.timeliness import TimelinessStore

CaseId = Annotated[str, Path(pattern="^[0-9]{6}-[0-9A-HJKMNP-TV-Z]{6}$", description="编号 of the case")]
IfMatch = Annotated[int | None, Header(alias="If-Match", ge=1, le=10**8, description="Version of the case that was read")]
IdempotencyKey = Annotated[
    str, Header(alias="Idempotency-Key", min_length=8, max_length=100, description="8 to 100 characters, new for each act")
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Api:
    """What the API reads and writes. `say` puts an entry in words, `new_id` gives an id that nobody else has."""

    cases: CaseStore
    pairs: CasePairStore
    messages: MessageStore
    directory: DirectoryStore
    articles: ArticleStore
    accounts: Callable[[], tuple[ChannelAccount, ...]]
    search: CaseSearch
    citizens: CitizenSearch
    timeliness: TimelinessStore
    api_keys: ApiKeyStore
    idempotency: DynamoDBPersistenceLayer
    say: Callable[[Entry, Case, datetime], str]
    new_id: Callable[[], str]
    clock: Callable[[], datetime]
    zone: ZoneInfo


def allowed(app: APIGatewayRestResolver, api: Api, scope: Scope) -> ApiKey:
    """Whose key it is. Raises `ProblemError`: 401 without one, 403 where it does not go so far."""
    headers = {name.lower(): value for name, value in (app.current_event.headers or {}).items()}
    kind, _, token = headers.get("authorization", "").partition(" ")
    found = api.api_keys.find(token.strip()) if kind.lower() == "bearer" and token.strip() else None
    if found is None or not found.scopes:
        raise ProblemError("unauthorized")
    if scope not in found.scopes:
        raise ProblemError("scope_missing", f"需要 {scope}", code=scope)
    return found


def actor_of(key: ApiKey) -> Actor:
    """Who acts where a system does: its key."""
    return Actor(kind=ActorKind.EDITOR, id=f"api:{key.id}", name=key.name)


def the_case(api: Api, case_id: str) -> Case:
    """Raises `ProblemError` (404)."""
    case = api.cases.load(case_id) if is_case_id(case_id) else None
    if case is None:
        raise ProblemError("not_found", "没有这个诉求件")
    return case


def answers(model: type, *, missing: bool = False, acting: bool = False, posted: bool = False) -> Any:
    """What a route may answer, for the document."""
    kinds = ["unauthorized", "scope_missing", "invalid"]
    if missing or acting:
        kinds.append("not_found")
    if acting:
        kinds += ["changed_meanwhile", "refused", "key_missing", "media_type", "unavailable"]
    elif posted:
        kinds += ["media_type", "unavailable"]
    described: dict[int, Any] = {200: {"description": "Done", "content": {"application/json": {"model": model}}}}
    for kind in kinds:
        status, _, title = TITLES[kind]
        described[status] = {"description": title, "content": {PROBLEM_TYPE: {"model": Problem}}}
    return described
