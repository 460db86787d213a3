"""Cases in DynamoDB: one partition a case, one transaction a change.

CASE#<id>   HEAD               the fold of the timeline, with its version
            ENTRY#<version>    one immutable line
            ASSIGNMENT#<id>    what the escalation clock reads, written with the head
            DECISION           that a bureau waits for a decision, for the list of those
            DUE#<version>      what an entry sends and is not known to have left: `store/dues.py`
            TIMELY#<id>        an assignment as the figures count it: `store/timeliness.py`
            BUREAU#<id>        an assignment as its bureau's list says it: `store/bureau_lines.py`
            DESK               the case in one line: `store/desk_lines.py`
            SPREAD#<start>     what was seen of its spread in ten minutes: `store/spread.py`
BULLETIN#<number>              the case of a number, a bulletin's or a consultation's, so that none is given twice
ORDER#<number>                 the same for a supervision order
PUBLICATION_JOB#<account>#<job> which publication a platform examines
COUNTER     BULLETIN#<year>    the last sequence number of a year
            CONSULTATION#<year>, ORDER#<year>  the same for questions to departments and for supervision orders
"""

import base64
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from jiesu.cases.commands import Command, DispatchCase, Escalate, decide, order_zone
from jiesu.cases.consultations import Consult
from jiesu.cases.decisions import pending_decisions
from jiesu.cases.fold import apply, next_entry
from jiesu.cases.labels import is_said
from jiesu.cases.matters import MatterChange, Told
from jiesu.cases.spent import is_spent
from jiesu.model.asking import Asking
from jiesu.model.case import PUBLIC_RESPONSE, Assignment, Case, PublicResponse
from jiesu.model.coverage import COVERAGE, Coverage
from jiesu.model.errors import CaseChangedError, CommandRefusedError, ConflictError
from jiesu.model.numbers import (
    bulletin_number,
    consultation_number,
    is_bulletin_number,
    is_case_id,
    is_consultation_number,
    is_order_number,
    order_number,
)
from jiesu.model.people import Actor
from jiesu.model.returns import Returned
from jiesu.model.timeline import Dispatched, Entry, MessageJoined, MessagesArrived, Opened, PublicationSubmitted
from jiesu.model.words import ActorKind, CaseStatus, HeatGrade
from jiesu.store import keys
from jiesu.store.attributes import Value, document, item, number, read_document, text, text_or_none
from jiesu.store.bureau_lines import put_bureau_lines
from jiesu.store.codec import dumps, load_change, loads
from jiesu.store.desk_lines import put_desk_line
from jiesu.store.dues import owed_by
from jiesu.store.issues import put_line
from jiesu.store.public_requests import publication
from jiesu.store.spread import SpreadStore, observed
from jiesu.store.timeliness import put_timeliness
from jiesu.store.transactions import TransactionLostError, transact
from jiesu.store.writes import put

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

MAX_ATTEMPTS = 8
"""How often a command without an expected version is decided anew when others write the same case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A case after a command; `entry` is None where nothing was left to do."""

    case: Case
    entry: Entry | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePage:
    """A case and some of its timeline, newest first; `next_before` continues it."""

    case: Case | None
    entries: tuple[Entry, ...]
    next_before: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuePage:
    """Some cases of one status; `cursor` continues them."""

    cases: tuple[Case, ...]
    cursor: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenClock:
    """An assignment that waits for its next rung."""

    case_id: str
    assignment_id: str
    run: int
    next_rung_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SpentLadder:
    """An assignment that waits for its bureau and for no rung any more."""

    case_id: str
    assignment_id: str
    run: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicationJob:
    """A publication on one account, which the platform there examines."""

    case_id: str
    publication_id: str
    account_id: str


@dataclass(frozen=True, slots=True)
class Series:
    """Numbers that count up within a year, and the key of what counts them."""

    number: Callable[[int, int], str]
    counter: Callable[[int], str]


BULLETINS = Series(bulletin_number, keys.bulletin_counter)
CONSULTATIONS = Series(consultation_number, keys.consultation_counter)


class CaseStore:
    """Reads cases and carries out commands on them."""

    def __init__(self, client: "DynamoDBClient", *, cases_table_name: str) -> None:
        self._client = client
        self._table = cases_table_name

    @property
    def spread(self) -> SpreadStore:
        """How far the cases' matters have spread; it lies in the same table."""
        return SpreadStore(self._client, self._table)

    def load(self, case_id: str) -> Case | None:
        """The case as of now; one consistent read."""
        found = self._client.get_item(
            TableName=self._table, Key=item(pk=keys.case(case_id), sk=keys.HEAD), ConsistentRead=True
        ).get("Item")
        return None if found is None else loads(Case, read_document(found, "body"))

    def standing(self, case_id: str) -> Case | None:
        """The case, or the one that it was merged into: one consistent read for each step on the way."""
        passed: set[str] = set()
        case = self.load(case_id)
        while case is not None and case.merged_into is not None and case.id not in passed:
            passed.add(case.id)
            case = self.load(case.merged_into)
        return case

    def entry(self, case_id: str, version: int) -> Entry | None:
        """One line of a timeline; one consistent read."""
        key = item(pk=keys.case(case_id), sk=keys.entry(version))
        found = self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True).get("Item")
        return None if found is None else entry_from_item(found)

    def told(self, case_id: str) -> Told | None:
        """The case with its whole timeline; a read, and a consistent query a megabyte."""
        case = self.load(case_id)
        if case is None:
            return None
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="pk = :pk AND sk BETWEEN :first AND :last",
            ExpressionAttributeValues=item(
                **{":pk": keys.case(case_id), ":first": keys.ENTRY_PREFIX, ":last": keys.entry(case.version)}
            ),
            ConsistentRead=True,
        )
        return Told(case=case, entries=tuple(entry_from_item(one) for page in pages for one in page["Items"]))

    def timeline(self, case_id: str, *, before_version: int | None = None, limit: int = 50) -> CasePage:
        """The newest `limit` entries, or those before `before_version`, with the head; one query a page.

        Continued pages carry no head: `case` is None there.
        """
        first = before_version is None
        upper = keys.HEAD if before_version is None else keys.entry(before_version - 1)
        answer = self._client.query(
            TableName=self._table,
            KeyConditionExpression="pk = :pk AND sk BETWEEN :lower AND :upper",
            ExpressionAttributeValues=item(
                **{":pk": keys.case(case_id), ":lower": keys.ENTRY_PREFIX, ":upper": upper},
            ),
            ScanIndexForward=False,
            ConsistentRead=True,
            Limit=limit + first,
        )
        head = next((one for one in answer["Items"] if text(one, "sk") == keys.HEAD), None)
        entries = tuple(entry_from_item(one) for one in answer["Items"] if text(one, "sk") != keys.HEAD)
        more = bool(entries) and entries[-1].version > 1
        return CasePage(
            case=None if head is None else loads(Case, read_document(head, "body")),
            entries=entries,
            next_before=entries[-1].version if more else None,
        )

    def execute(
        self,
        case_id: str,
        command: Command,
        *,
        actor: Actor,
        now: datetime,
        expected_version: int | None = None,
        beside: "Callable[[Case, Entry], Sequence[TransactWriteItemTypeDef]] | None" = None,
    ) -> Outcome:
        """Decide `command` on the case as it stands and write the change.

        With `expected_version` the command is given up when the case has moved on since its
        sender read it (`CaseChangedError`); without, it is decided anew. What is written `beside` the entry
        is in the same transaction. Raises `CommandRefusedError`.
        """
        for _ in range(MAX_ATTEMPTS):
            case = self.load(case_id)
            if expected_version is not None and case is not None and case.version != expected_version:
                raise CaseChangedError(case_id, expected_version)
            entry = self._entry(case, case_id, command, actor, now)
            if entry is None:
                return Outcome(case=_present(case), entry=None)
            more = () if beside is None else beside(_present(case), entry)
            try:
                return Outcome(case=self._commit(case, entry, *more), entry=entry)
            except TransactionLostError:
                continue
        raise ConflictError(f"case {case_id} is written by many at once")

    def dispatch(
        self,
        case_id: str,
        *,
        make_command: Callable[[str], DispatchCase | Consult],
        year: int,
        actor: Actor,
        now: datetime,
        expected_version: int,
        series: Series = BULLETINS,
    ) -> Outcome:
        """Dispatch with the next number of `year`, given in the same transaction: none is lost, none is used twice."""
        counter = series.counter(year)
        for _ in range(MAX_ATTEMPTS):
            case, sequence = self._load_with_counter(case_id, counter)
            if case is not None and case.version != expected_version:
                raise CaseChangedError(case_id, expected_version)
            number_text = series.number(year, sequence + 1)
            entry = self._entry(case, case_id, make_command(number_text), actor, now)
            if entry is None or not isinstance(entry.change, Dispatched):
                raise AssertionError("a dispatch makes a Dispatched")
            try:
                given = self._numbered(counter, sequence, keys.bulletin(number_text), entry)
                return Outcome(case=self._commit(case, entry, *given), entry=entry)
            except TransactionLostError:
                continue
        raise ConflictError(f"the numbers of {year} are given to many at once")

    def escalate(self, case_id: str, command: Escalate, *, actor: Actor, now: datetime) -> Outcome:
        """Climb a rung; one that issues a supervision order takes the year's next number in the same transaction.

        The year is that of the office's own time. Raises `CommandRefusedError`.
        """
        for _ in range(MAX_ATTEMPTS):
            case = self.load(case_id)
            numbered = command
            given: list[TransactWriteItemTypeDef] = []
            place: tuple[int, int] | None = None
            if case is not None and (zone := order_zone(case, command)) is not None:
                year = now.astimezone(ZoneInfo(zone)).year
                place = year, self._sequence(keys.order_counter(year))
                numbered = replace(command, order_number=order_number(year, place[1] + 1))
            entry = self._entry(case, case_id, numbered, actor, now)
            if entry is None:
                return Outcome(case=_present(case), entry=None)
            if place is not None:
                given = self._numbered(keys.order_counter(place[0]), place[1], keys.order(numbered.order_number), entry)
            try:
                return Outcome(case=self._commit(case, entry, *given), entry=entry)
            except TransactionLostError:
                continue
        raise ConflictError(f"case {case_id} is written by many at once")

    def queue(self, status: CaseStatus, *, limit: int = 50, cursor: str | None = None) -> QueuePage:
        """The cases of `status`, most urgent first, then oldest; one query. Eventually consistent."""
        start = {"ExclusiveStartKey": json.loads(base64.urlsafe_b64decode(cursor))} if cursor else {}
        answer = self._client.query(
            TableName=self._table,
            IndexName="gsi1",
            KeyConditionExpression="gsi1pk = :status",
            ExpressionAttributeValues=item(**{":status": keys.queue(status)}),
            Limit=limit,
            **start,
        )
        last = answer.get("LastEvaluatedKey")
        return QueuePage(
            cases=tuple(loads(Case, read_document(one, "body")) for one in answer["Items"]),
            cursor=base64.urlsafe_b64encode(json.dumps(last).encode()).decode() if last else None,
        )

    def at_work(self) -> Iterator[Case]:
        """Every case that is given to bureaus, as `queue`; one query a page."""
        cursor = None
        while True:
            page = self.queue(CaseStatus.DISPATCHED, limit=100, cursor=cursor)
            yield from page.cases
            if (cursor := page.cursor) is None:
                return

    def hot(self, *, limit: int = 50) -> tuple[Case, ...]:
        """The hottest cases, of one grade the newest first; one query and one batch read. Eventually consistent."""
        found = self._client.query(
            TableName=self._table,
            IndexName="gsi1",
            KeyConditionExpression="gsi1pk = :heat",
            ExpressionAttributeValues=item(**{":heat": keys.HEAT}),
            ScanIndexForward=False,
            Limit=limit,
        )["Items"]
        return self._heads(text(one, "pk") for one in found)

    def awaiting_decision(self, *, limit: int = 100) -> tuple[Case, ...]:
        """The cases in which a bureau waits for a decision, the one that is due first before the others; as `hot`."""
        found = self._client.query(
            TableName=self._table,
            IndexName="gsi1",
            KeyConditionExpression="gsi1pk = :decision",
            ExpressionAttributeValues=item(**{":decision": keys.DECISION}),
            Limit=limit,
        )["Items"]
        return self._heads(text(one, "pk") for one in found)

    def returns(self, since: datetime) -> tuple[Entry, ...]:
        """What bureaus gave back since then, oldest first; one query a megabyte. Eventually consistent."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            IndexName="gsi1",
            KeyConditionExpression="gsi1pk = :returns AND gsi1sk >= :since",
            ExpressionAttributeValues=item(**{":returns": keys.RETURNS, ":since": keys.instant(since)}),
        )
        return tuple(entry_from_item(one) for page in pages for one in page["Items"])

    def _heads(self, partitions: Iterable[str]) -> tuple[Case, ...]:
        """The heads of at most 100 cases, in that order; one batch read."""
        wanted = list(partitions)
        if not wanted:
            return ()
        found = [item(pk=one, sk=keys.HEAD) for one in wanted]
        answer = self._client.batch_get_item(RequestItems={self._table: {"Keys": found}})
        if answer["UnprocessedKeys"]:
            raise ConflictError("not all cases could be read")
        heads = {text(one, "pk"): loads(Case, read_document(one, "body")) for one in answer["Responses"][self._table]}
        return tuple(heads[one] for one in wanted)

    def said_of_pairs(self) -> Iterator[Entry]:
        """What people said of two cases, oldest first: merged, not merged after all, split, moved, never the same."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            IndexName="gsi1",
            KeyConditionExpression="gsi1pk = :pairs",
            ExpressionAttributeValues=item(**{":pairs": keys.PAIRS}),
        )
        for page in pages:
            yield from (entry_from_item(one) for one in page["Items"])

    def find_number(self, number: str) -> str | None:
        """The id of the case that a number names, of whatever kind it is. Of its own number nothing says that it exists."""
        if is_case_id(number):
            return number
        if is_bulletin_number(number) or is_consultation_number(number):
            return self.find_bulletin(number)
        return self.find_order(number) if is_order_number(number) else None

    def find_bulletin(self, bulletin: str) -> str | None:
        """The id of the case that a bulletin's number belongs to."""
        return self._owner_of(keys.bulletin(bulletin))

    def find_order(self, order: str) -> str | None:
        """The id of the case that a supervision order's number belongs to."""
        return self._owner_of(keys.order(order))

    def _owner_of(self, pk: str) -> str | None:
        found = self._client.get_item(TableName=self._table, Key=item(pk=pk, sk=pk)).get("Item")
        return None if found is None else text(found, "case_id")

    def find_publication_job(self, account_id: str, job: str) -> PublicationJob | None:
        """What a platform's event about one of its jobs is about; None where the job is not ours, or not known yet."""
        pk = keys.publication_job(account_id, job)
        found = self._client.get_item(TableName=self._table, Key=item(pk=pk, sk=pk), ConsistentRead=True).get("Item")
        if found is None:
            return None
        return PublicationJob(case_id=text(found, "case_id"), publication_id=text(found, "publication_id"), account_id=account_id)

    def open_clocks(self) -> Iterator[OpenClock]:
        """Every assignment that waits for a rung, the next one due first."""
        for one in self._clocks(keys.CLOCKS):
            yield OpenClock(
                case_id=text(one, "case_id"),
                assignment_id=text(one, "assignment_id"),
                run=number(one, "run"),
                next_rung_at=datetime.fromisoformat(text(one, "next_rung_at")),
            )

    def spent_clocks(self) -> Iterator[SpentLadder]:
        """Every assignment that owes something and has no rung left."""
        for one in self._clocks(keys.SPENT_CLOCKS):
            yield SpentLadder(case_id=text(one, "case_id"), assignment_id=text(one, "assignment_id"), run=number(one, "run"))

    def _clocks(self, listed_under: str) -> Iterator[Mapping[str, Any]]:
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            IndexName="gsi1",
            KeyConditionExpression="gsi1pk = :clocks",
            ExpressionAttributeValues=item(**{":clocks": listed_under}),
        )
        for page in pages:
            yield from page["Items"]

    def write_of(self, case: Case | None, entry: Entry) -> tuple[Case, list["TransactWriteItemTypeDef"]]:
        """The case after `entry` and the writes that store both, and what the public reads of it, for a transaction with more.

        The head's condition is the optimistic lock; all other items of the case stand behind it.
        """
        after = apply(case, entry)
        before = {one.id: one for one in case.assignments} if case else {}
        changed = [one for one in after.assignments if before.get(one.id) != one]
        return after, [
            self._put_head(after),
            {"Put": put(self._table, _entry_item(entry), "attribute_not_exists(pk)")},
            *(self._put_assignment(after, one) for one in changed),
            *self._put_response(case, after),
            *self._put_coverage(case, after),
            *self._put_askings(case, after),
            *self._put_heat(case, after),
            *self._put_decision(case, after),
            *put_line(self._table, case, after),
            *put_desk_line(self._table, case, after),
            *put_timeliness(self._table, case, after),
            *put_bureau_lines(self._table, case, after),
            *publication(self._table, case, after),
            *self._put_publication_job(entry),
            *owed_by(self._table, entry),
            *self._observe(entry),
        ]

    def _entry(self, case: Case | None, case_id: str, command: Command, actor: Actor, now: datetime) -> Entry | None:
        change = decide(case, command, now)
        return None if change is None else next_entry(case, case_id, change, actor=actor, now=now)

    def _commit(self, case: Case | None, entry: Entry, *more: "TransactWriteItemTypeDef") -> Case:
        after, writes = self.write_of(case, entry)
        transact(self._client, [*writes, *more])
        return after

    def _load_with_counter(self, case_id: str, counter: str) -> tuple[Case | None, int]:
        """The head and the last sequence number of a series in one read."""
        counter_key = item(pk=keys.COUNTER, sk=counter)
        answer = self._client.batch_get_item(
            RequestItems={self._table: {"Keys": [item(pk=keys.case(case_id), sk=keys.HEAD), counter_key], "ConsistentRead": True}}
        )
        found = {text(one, "pk"): one for one in answer["Responses"][self._table]}
        if answer["UnprocessedKeys"]:
            raise ConflictError(f"case {case_id} could not be read whole")
        head, last = found.get(keys.case(case_id)), found.get(keys.COUNTER)
        return (
            None if head is None else loads(Case, read_document(head, "body")),
            0 if last is None else number(last, "sequence"),
        )

    def _sequence(self, counter: str) -> int:
        """The last sequence number that was given of a series; 0 where none was."""
        key = item(pk=keys.COUNTER, sk=counter)
        found = self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True).get("Item")
        return 0 if found is None else number(found, "sequence")

    def _numbered(self, series: str, sequence: int, pk: str, entry: Entry) -> list["TransactWriteItemTypeDef"]:
        """The writes that give the number stored under `pk`: its series moves on by one, and the number is taken."""
        counter: dict[str, Value] = {"pk": keys.COUNTER, "sk": series, "sequence": sequence + 1}
        taken: dict[str, Value] = {"pk": pk, "sk": pk, "case_id": entry.case_id, "version": entry.version}
        moved = (
            put(self._table, counter, "#sequence = :last", last=sequence)
            if sequence
            else put(self._table, counter, "attribute_not_exists(pk)")
        )
        return [{"Put": moved}, {"Put": put(self._table, taken, "attribute_not_exists(pk)")}]

    def _put_head(self, case: Case) -> "TransactWriteItemTypeDef":
        head: dict[str, Value] = {
            "pk": keys.case(case.id),
            "sk": keys.HEAD,
            "version": case.version,
            "gsi1pk": keys.queue(case.status),
            "gsi1sk": keys.queue_place(case.urgency, case.opened_at, case.id),
            "body": document(dumps(case)),
        }
        if case.version == 1:
            return {"Put": put(self._table, head, "attribute_not_exists(pk)")}
        return {"Put": put(self._table, head, "#version = :before", before=case.version - 1)}

    def _put_publication_job(self, entry: Entry) -> list["TransactWriteItemTypeDef"]:
        if not isinstance(entry.change, PublicationSubmitted):
            return []
        pk = keys.publication_job(entry.change.account_id, entry.change.job)
        stored: dict[str, Value] = {
            "pk": pk,
            "sk": pk,
            "case_id": entry.case_id,
            "publication_id": entry.change.publication_id,
        }
        return [{"Put": put(self._table, stored, "attribute_not_exists(pk)")}]

    def _observe(self, entry: Entry) -> list["TransactWriteItemTypeDef"]:
        """What the entry's message adds to the case's spread."""
        if not isinstance(entry.change, Opened | MessageJoined) or (isinstance(entry.change, Opened) and entry.change.split):
            return []
        return [{"Update": observed(self._table, entry.case_id, entry.change.message, opening=entry.version == 1)}]

    def _put_response(self, before: Case | None, after: Case) -> list["TransactWriteItemTypeDef"]:
        """The public response as the clock reads it, where it changed: an assignment of the case to the office itself."""
        response = after.public_response
        if response is None or (before is not None and before.public_response == response):
            return []
        return [self._put_clock(after, PUBLIC_RESPONSE, response, status="ended" if response.ladder is None else "due")]

    def _put_coverage(self, before: Case | None, after: Case) -> list["TransactWriteItemTypeDef"]:
        """The live coverage as the clock reads it, where its clock is another; likewise."""
        coverage = after.coverage
        if coverage is None or (before is not None and _clocked(before.coverage) == _clocked(coverage)):
            return []
        return [self._put_clock(after, COVERAGE, coverage, status="due" if coverage.is_running else "ended")]

    def _put_askings(self, before: Case | None, after: Case) -> list["TransactWriteItemTypeDef"]:
        """The askings as the clock reads them, those that changed."""
        known = before.askings if before is not None else ()
        return [self._put_clock(after, one.id, one, status=one.state) for one in after.askings if one not in known]

    def _put_heat(self, before: Case | None, after: Case) -> list["TransactWriteItemTypeDef"]:
        """What the list of hot cases finds the case by, where that changed; a closed case is not in it."""
        if after.heat is None or (before is not None and _heat_listed(before) == _heat_listed(after)):
            return []
        listed = _heat_listed(after)
        stored: dict[str, Value] = {
            "pk": keys.case(after.id),
            "sk": keys.HEAT,
            "version": after.version,
            "gsi1pk": None if listed is None else keys.HEAT,
            "gsi1sk": None if listed is None else keys.heat_place(*listed, after.id),
        }
        return [{"Put": put(self._table, stored, "attribute_not_exists(pk) OR #version < :version", version=after.version)}]

    def _put_decision(self, before: Case | None, after: Case) -> list["TransactWriteItemTypeDef"]:
        """What the list of decisions finds the case by, where that changed."""
        due = _decision_due(after)
        if due == (None if before is None else _decision_due(before)):
            return []
        stored: dict[str, Value] = {
            "pk": keys.case(after.id),
            "sk": keys.DECISION,
            "version": after.version,
            "gsi1pk": None if due is None else keys.DECISION,
            "gsi1sk": None if due is None else keys.decision_place(due, after.id),
        }
        return [{"Put": put(self._table, stored, "attribute_not_exists(pk) OR #version < :version", version=after.version)}]

    def _put_assignment(self, case: Case, assignment: Assignment) -> "TransactWriteItemTypeDef":
        return self._put_clock(case, assignment.id, assignment, status=assignment.status, bureau_code=assignment.bureau_code)

    def _put_clock(
        self,
        case: Case,
        clock_id: str,
        of: Assignment | PublicResponse | Coverage | Asking,
        *,
        status: str,
        bureau_code: str | None = None,
    ) -> "TransactWriteItemTypeDef":
        rung = of.next_rung
        stored: dict[str, Value] = {
            "pk": keys.case(case.id),
            "sk": keys.assignment(clock_id),
            "version": case.version,
            "case_id": case.id,
            "assignment_id": clock_id,
            "bureau_code": bureau_code,
            "status": status,
            "run": of.run,
            "level": of.level,
            "next_rung_at": None if rung is None else keys.whole_second(rung.at),
        }
        if rung is not None:
            stored |= {"gsi1pk": keys.CLOCKS, "gsi1sk": keys.clock_place(rung.at, case.id, clock_id)}
        elif is_spent(of):
            stored |= {"gsi1pk": keys.SPENT_CLOCKS, "gsi1sk": keys.spent_place(case.id, clock_id)}
        return {"Put": put(self._table, stored, "attribute_not_exists(pk) OR #version < :version", version=case.version)}


def _clocked(coverage: Coverage | None) -> object:
    """What the clock of a live coverage reads of it."""
    return None if coverage is None else (coverage.run, coverage.level, coverage.next_rung)


def _decision_due(case: Case) -> datetime | None:
    return min((one.due for one in pending_decisions(case)), default=None)


def _heat_listed(case: Case) -> tuple[HeatGrade, datetime] | None:
    """The grade under which the list of hot cases has the case, and since when; None where it has not."""
    if case.heat is None or case.heat.grade is None or case.status is CaseStatus.CLOSED:
        return None
    return case.heat.grade, case.heat.since


def _entry_item(entry: Entry) -> dict[str, Value]:
    return {
        "pk": keys.case(entry.case_id),
        "sk": keys.entry(entry.version),
        "kind": entry.change.kind,
        "at": keys.instant(entry.at),
        "actor_kind": entry.actor.kind,
        "actor_id": entry.actor.id,
        "actor_name": entry.actor.name,
        "actor_account": entry.actor.account or None,
        "body": document(dumps(entry.change)),
        **_listed(entry),
    }


def _listed(entry: Entry) -> dict[str, Value]:
    """Where the index has the entry: what people said of messages, and of two cases."""
    if is_said(entry):
        return {"gsi1pk": keys.LABELS, "gsi1sk": keys.label_place(entry.at, entry.case_id, entry.version)}
    if isinstance(entry.change, Returned):
        return {"gsi1pk": keys.RETURNS, "gsi1sk": keys.return_place(entry.at, entry.case_id, entry.version)}
    if isinstance(entry.change, MatterChange) and not isinstance(entry.change, MessagesArrived):
        return {"gsi1pk": keys.PAIRS, "gsi1sk": keys.pair_place(entry.at, entry.case_id, entry.version)}
    return {}


def entry_from_item(stored: Any) -> Entry:
    """The entry that an item or a stream image holds."""
    return Entry(
        case_id=text(stored, "pk").removeprefix("CASE#"),
        version=int(text(stored, "sk").removeprefix(keys.ENTRY_PREFIX)),
        at=datetime.fromisoformat(text(stored, "at")),
        actor=Actor(
            kind=ActorKind(text(stored, "actor_kind")),
            id=text(stored, "actor_id"),
            name=text_or_none(stored, "actor_name") or "",
            account=text_or_none(stored, "actor_account") or "",
        ),
        change=load_change(text(stored, "kind"), read_document(stored, "body")),
    )


def _present(case: Case | None) -> Case:
    if case is None:
        raise CommandRefusedError("case_missing", "没有这个诉求件")
    return case
