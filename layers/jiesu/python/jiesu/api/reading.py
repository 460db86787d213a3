"""What the API tells: cases, the office, and what is looked for. Nothing here changes a case."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated

from aws_lambda_powertools.event_handler import APIGatewayRestResolver
from aws_lambda_powertools.event_handler.openapi.params import Query
from botocore.exceptions import ClientError

from jiesu.api.access import Api, CaseId, actor_of, allowed, answers, the_case
from jiesu.api.bodies import LookupIn, SearchIn
from jiesu.api.problems import ProblemError
from jiesu.api.shapes import (
    AccountOut,
    AccountsOut,
    ArticleOut,
    ArticlesOut,
    BureauOut,
    BureausOut,
    CaseOut,
    CasesOut,
    DutyOut,
    FiguresOut,
    FoundOut,
    LateBureauOut,
    LateOut,
    LineOut,
    MessagesOut,
    TimelineOut,
    TracedOut,
    entry_out,
)
from jiesu.cases.desk_lines import late_bureaus
from jiesu.cases.issues import month_before, month_text, read_month
from jiesu.cases.search import Sought, words_of
from jiesu.cases.timeliness import by_bureau
from jiesu.model.scopes import Scope
from jiesu.model.words import CaseStatus
from jiesu.runtime.logging import logger
from jiesu.store.citizen_search import NotLookedForError
from jiesu.store.finding import NoPlaceError

PAGE = 50
MOST = 100
_YEAR = timedelta(days=365)


def read_cases(app: APIGatewayRestResolver, api: Api) -> None:
    """Cases, and what happened and was written in them."""

    @app.get("/api/v1/cases", summary="Cases of one status, most urgent first", responses=answers(CasesOut), tags=["cases"])
    def list_cases(
        status: Annotated[CaseStatus, Query()] = CaseStatus.OPEN,
        limit: Annotated[int, Query(ge=1, le=MOST)] = PAGE,
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
        limit: Annotated[int, Query(ge=1, le=MOST)] = PAGE,
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
        return MessagesOut.of([one.message for one in api.messages.of_case(case.id, limit=MOST)])


def read_office(app: APIGatewayRestResolver, api: Api) -> None:
    """The directory, the knowledge base, who is late, and the figures."""

    @app.get("/api/v1/bureaus", summary="Bureaus that a case can be given to", responses=answers(BureausOut), tags=["directory"])
    def list_bureaus() -> BureausOut:
        allowed(app, api, Scope.CASES_READ)
        return BureausOut(items=[BureauOut.of(one) for one in api.directory.bureaus()])

    @app.get("/api/v1/accounts", summary="Accounts of the office", responses=answers(AccountsOut), tags=["directory"])
    def list_accounts() -> AccountsOut:
        allowed(app, api, Scope.CASES_READ)
        return AccountsOut(items=[AccountOut.of(one) for one in api.accounts()])

    @app.get("/api/v1/answers", summary="The office's knowledge base", responses=answers(ArticlesOut), tags=["answers"])
    def list_answers() -> ArticlesOut:
        allowed(app, api, Scope.CASES_READ)
        today = api.clock().astimezone(api.zone).date()
        return ArticlesOut(items=[ArticleOut.of(one, today) for one in api.articles.all()])

    @app.get("/api/v1/late", summary="Who is late with what", responses=answers(LateOut), tags=["figures"])
    def list_late() -> LateOut:
        allowed(app, api, Scope.CASES_READ)
        lines, now = api.search.lines.all(), api.clock()
        bureaus = [
            LateBureauOut(
                code=one.code, name=one.name, late=[DutyOut.of(duty.line, duty.owed) for duty in one.late], soon=one.soon
            )
            for one in late_bureaus(lines, now)
        ]
        own = [DutyOut.of(line, one) for line in lines for one in line.late(now) if not one.bureau_code]
        return LateOut(bureaus=bureaus, own=own)

    @app.get(
        "/api/v1/figures/timeliness",
        summary="How far bureaus keep their deadlines, in one month",
        responses=answers(FiguresOut),
        tags=["figures"],
    )
    def timeliness(month: Annotated[str | None, Query(pattern="^20[0-9]{2}-(0[1-9]|1[0-2])$")] = None) -> FiguresOut:
        allowed(app, api, Scope.CASES_READ)
        now = api.clock()
        asked = now.astimezone(api.zone).date().replace(day=1) if month is None else read_month(month)
        if asked is None:
            raise ProblemError("invalid", "月份按「年-月」填写")
        first, end = (datetime(one.year, one.month, 1, tzinfo=api.zone) for one in (asked, month_before(asked, -1)))
        lines = api.timeliness.between(first, end)
        return FiguresOut.of(month_text(asked), by_bureau(lines, now), sum(one.taken_back for one in lines), now)

    @app.get(
        "/api/v1/decisions",
        summary="Cases in which a bureau waits for a decision, the one that is due first before the others",
        responses=answers(CasesOut),
        tags=["cases"],
    )
    def list_decisions() -> CasesOut:
        allowed(app, api, Scope.CASES_READ)
        return CasesOut(items=[CaseOut.of(one) for one in api.cases.awaiting_decision(limit=MOST)], next=None)


def find_cases(app: APIGatewayRestResolver, api: Api) -> None:
    """Looking for cases. By POST, so that no address has what was typed; nothing is changed, and no idempotency key needed."""

    @app.post(
        "/api/v1/searches",
        summary="Cases by words, bureau, state and days",
        responses=answers(FoundOut, posted=True),
        tags=["search"],
    )
    def search(body: SearchIn) -> FoundOut:
        owner, now = allowed(app, api, Scope.CASES_READ), api.clock()
        try:
            found = api.search.page(_sought(body, api, now), body.cursor or "", now)
        except NoPlaceError as error:
            raise ProblemError("invalid", "cursor 不是上一页给出的") from error
        logger.info("cases searched", extra={"key_id": owner.id, "count": len(found.lines)})
        return FoundOut(items=[LineOut.of(one) for one in found.lines], read_to=found.read_to, next=found.after or None)

    @app.post(
        "/api/v1/lookups",
        summary="Cases by a citizen's telephone, name or account; that somebody looked is on record",
        responses=answers(TracedOut, posted=True),
        tags=["search"],
    )
    def look_up(body: LookupIn) -> TracedOut:
        owner, now = allowed(app, api, Scope.CITIZENS_FIND), api.clock()
        try:
            shown = api.citizens.find(body.kind, body.typed, by=actor_of(owner), now=now)
        except NotLookedForError as error:
            raise ProblemError("invalid", str(error)) from error
        logger.info("citizen looked for", extra={"key_id": owner.id, "kind": body.kind, "count": len(shown.lines)})
        return TracedOut(items=[LineOut.of(one) for one in shown.lines], is_cut=shown.is_cut)


def _sought(body: SearchIn, api: Api, now: datetime) -> Sought:
    today = now.astimezone(api.zone).date()
    last = min(body.until or today, today)
    first = max(body.since or last - _YEAR, date(2000, 1, 1))
    if first > last:
        raise ProblemError("invalid", "起始日期在截止日期之后")
    since, until = (datetime.combine(day, time(), api.zone).astimezone(UTC) for day in (first, last + timedelta(days=1)))
    return Sought(words=words_of(body.words), bureau=body.bureau or "", status=body.status, since=since, until=until)
