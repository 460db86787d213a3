"""The lines of cases as the search reads them: closed ones by the month they were opened in, some by their ids."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from jiesu.cases.desk_lines import DeskLine
from jiesu.cases.search import Sought
from jiesu.model.errors import ConflictError
from jiesu.model.words import CaseStatus
from jiesu.store import keys
from jiesu.store.attributes import item, text
from jiesu.store.desk_lines import DeskLineStore, line_from_item

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

MOST_IDS = 100
"""What one BatchGetItem takes."""
SHOWN = 50
"""Closed cases after which a page is full; it ends with the part that filled it."""
MOST_READS = 16
"""Queries of a page: so many megabytes of closed cases, some 16,000."""
_PLACE = re.compile(r"(\d{4})-(0[1-9]|1[0-2])\|(\d{4}-\d\d-\d\dT[0-9:.]+Z#[0-9A-Z-]+)?", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Lines that fit, newest first; `after` is the place to go on behind in the same month, None where the month is read."""

    lines: tuple[DeskLine, ...]
    after: str | None


@dataclass(frozen=True, slots=True)
class FindingStore:
    """Eventually consistent."""

    client: "DynamoDBClient"
    cases_table_name: str

    def closed(self, month: date, sought: Sought, *, behind: str | None = None) -> Part:
        """One query: at most a megabyte of the closed cases that were opened in a month, some 1,000, from the newest on."""
        words = {f":word{number}": word for number, word in enumerate(sought.words)}
        filtered: dict[str, Any] = {}
        if words:
            # The table sends only what has the words; it reads, and counts, all the same.
            filtered["FilterExpression"] = " AND ".join(f"contains(find, {name})" for name in words)
        answer = self.client.query(
            TableName=self.cases_table_name,
            IndexName="gsi1",
            KeyConditionExpression="gsi1pk = :month AND gsi1sk BETWEEN :since AND :until",
            ExpressionAttributeValues=item(
                **{
                    ":month": keys.closed_lines(month),
                    ":since": keys.instant(sought.since),
                    ":until": behind or keys.instant(sought.until),
                    **words,
                }
            ),
            ScanIndexForward=False,
            **filtered,
        )
        found = (line_from_item(one) for one in answer["Items"] if text(one, "gsi1sk") != behind)
        last = answer.get("LastEvaluatedKey")
        return Part(
            lines=tuple(line for line in found if sought.fits(line)), after=None if last is None else text(last, "gsi1sk")
        )

    def of(self, case_ids: Iterable[str]) -> tuple[DeskLine, ...]:
        """The lines of at most `MOST_IDS` cases; one batch read. Those from before lines were kept are missing."""
        wanted = [item(pk=keys.case(one), sk=keys.DESK) for one in dict.fromkeys(case_ids)]
        if not wanted:
            return ()
        answer = self.client.batch_get_item(RequestItems={self.cases_table_name: {"Keys": wanted}})
        if answer["UnprocessedKeys"]:
            raise ConflictError("not all lines could be read")
        found = (line_from_item(one) for one in answer["Responses"][self.cases_table_name] if "body" in one)
        return tuple(sorted(found, key=lambda one: one.opened_at, reverse=True))


class NoPlaceError(Exception):
    """A cursor that no page of the same search has given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """`read_to` is the hour of opening down to which closed cases were looked through, None where none were; `after` goes on."""

    lines: tuple[DeskLine, ...] = ()
    read_to: datetime | None = None
    after: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseSearch:
    """Looks through the lines of all cases, a page at a time."""

    lines: DeskLineStore
    finding: FindingStore

    def page(self, sought: Sought, cursor: str, now: datetime) -> Found:
        """Unfinished cases in the order of the queue, then closed ones from the newest on, as far as a page reads.

        `cursor` is where the page before ended, empty at the start. Raises `NoPlaceError` for a place outside of what is sought.
        """
        month, behind = _read_place(cursor, sought) or (min(sought.until, now).date().replace(day=1), "")
        lines: list[DeskLine] = []
        if not cursor and sought.status is not CaseStatus.CLOSED:
            lines += [one for one in self.lines.all() if sought.fits(one)]
        if sought.status not in (None, CaseStatus.CLOSED):
            return Found(lines=tuple(lines))
        closed: list[DeskLine] = []
        for _ in range(MOST_READS):
            part = self.finding.closed(month, sought, behind=behind or None)
            closed += part.lines
            behind = part.after or ""
            if part.after is None:
                if month <= sought.since.date().replace(day=1):
                    return Found(lines=(*lines, *closed), read_to=sought.since)
                month = (month - timedelta(days=1)).replace(day=1)
            if len(closed) >= SHOWN:
                break
        read_to = _hour(behind) if behind else datetime.combine(_after(month), time(), UTC)
        return Found(lines=(*lines, *closed), read_to=read_to, after=f"{month:%Y-%m}|{behind}")


def _read_place(cursor: str, sought: Sought) -> tuple[date, str] | None:
    """Where a page goes on; None at the start. Raises `NoPlaceError` for a place outside of what is sought."""
    if not cursor:
        return None
    place = _PLACE.fullmatch(cursor)
    month = None if place is None else date(int(place[1]), int(place[2]), 1)
    if place is None or month is None or month < sought.since.date().replace(day=1):
        raise NoPlaceError
    if place[3] and _hour(place[3]) < sought.since:
        raise NoPlaceError
    return month, place[3] or ""


def _hour(place: str) -> datetime:
    try:
        return datetime.fromisoformat(place.partition("#")[0])
    except ValueError as exc:
        raise NoPlaceError from exc


def _after(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1)
