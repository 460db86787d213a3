"""The search: cases by words, place, time, bureau and state. It says what it looked through."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import urlencode

from jiesu.cases.desk_lines import DeskLine
from jiesu.cases.search import MOST_CHARACTERS, Sought, words_of
from jiesu.model.words import CaseStatus
from jiesu.pages.http import BadRequestError, Request, Response
from jiesu.pages.view import View
from jiesu.pages.visit import Visit, render
from jiesu.runtime.logging import logger
from jiesu.store.desk_lines import DeskLineStore
from jiesu.store.directory import DirectoryStore
from jiesu.store.finding import FindingStore

SHOWN = 50
"""Closed cases after which a page is full; it ends with the part that filled it."""
MOST_READS = 16
"""Queries of a page: so many megabytes of closed cases, some 16,000."""
_YEAR = timedelta(days=365)
_EARLIEST = date(2000, 1, 1)
_PLACE = re.compile(r"(\d{4})-(0[1-9]|1[0-2])\|(\d{4}-\d\d-\d\dT[0-9:.]+Z#[0-9A-Z-]+)?", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The fields of the form as they were typed."""

    q: str = ""
    bureau: str = ""
    status: str = ""
    since: str = ""
    until: str = ""

    @classmethod
    def read(cls, request: Request) -> "Asked":
        return cls(**{name: request.query.get(name, "").strip()[:MOST_CHARACTERS] for name in cls.__slots__})

    @property
    def is_empty(self) -> bool:
        return self == Asked()

    def address(self, cursor: str) -> str:
        said = {name: getattr(self, name) for name in self.__slots__} | {"cursor": cursor}
        return urlencode({name: value for name, value in said.items() if value})


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """`read_to` is the hour of opening down to which closed cases were looked through, None where none were; `after` goes on."""

    lines: tuple[DeskLine, ...] = ()
    read_to: datetime | None = None
    after: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchPages:
    """Needs `Right.SEARCH`."""

    lines: DeskLineStore
    finding: FindingStore
    directory: DirectoryStore
    view: View

    def find(self, visit: Visit) -> Response:
        """The form, and below it what was found; nothing that was typed is logged."""
        asked = Asked.read(visit.request)
        sought, refused = self._sought(asked, visit.now)
        cursor = visit.request.query.get("cursor", "")
        found = Found()
        if not asked.is_empty and not refused:
            found = self._by_line(sought, cursor, visit.now)
            logger.info("cases searched", extra={"subject": visit.person.subject, "count": len(found.lines)})
        bureaus = self.directory.bureaus()
        return render(
            self.view,
            visit,
            "find.html",
            http_status=422 if refused else 200,
            asked=asked,
            sought=sought,
            refused=refused,
            found=found,
            continued=bool(cursor),
            more=asked.address(found.after) if found.after else "",
            bureaus=bureaus,
            bureau_names={one.code: one.name for one in bureaus},
            statuses=tuple(CaseStatus),
            most_characters=MOST_CHARACTERS,
        )

    def _sought(self, asked: Asked, now: datetime) -> tuple[Sought, str]:
        """What is looked for, and what is wrong with it. Without a day a year back is looked through."""
        everything = Sought(since=now - _YEAR, until=now + timedelta(days=1))
        try:
            status = CaseStatus(asked.status) if asked.status else None
        except ValueError as exc:
            raise BadRequestError(400) from exc
        try:
            since = date.fromisoformat(asked.since) if asked.since else None
            until = date.fromisoformat(asked.until) if asked.until else None
        except ValueError:
            return everything, "日期不完整，请按「年-月-日」填写。"
        today = now.astimezone(self.view.zone).date()
        last = min(until or today, today)
        first = max(since or last - _YEAR, _EARLIEST)
        if first > last:
            return everything, "起始日期在截止日期之后，请核对。"
        return (
            Sought(
                words=words_of(asked.q),
                bureau=asked.bureau,
                status=status,
                since=self._midnight(first),
                until=self._midnight(last + timedelta(days=1)),
            ),
            "",
        )

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(), self.view.zone).astimezone(UTC)

    def _by_line(self, sought: Sought, cursor: str, now: datetime) -> Found:
        """Unfinished cases in the order of the queue, then closed ones from the newest on, as far as a page reads."""
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
    """Where a page goes on; None at the start. Raises `BadRequestError` for a place outside of what is sought."""
    if not cursor:
        return None
    place = _PLACE.fullmatch(cursor)
    month = None if place is None else date(int(place[1]), int(place[2]), 1)
    if place is None or month is None or month < sought.since.date().replace(day=1):
        raise BadRequestError(400)
    if place[3] and _hour(place[3]) < sought.since:
        raise BadRequestError(400)
    return month, place[3] or ""


def _hour(place: str) -> datetime:
    try:
        return datetime.fromisoformat(place.partition("#")[0])
    except ValueError as exc:
        raise BadRequestError(400) from exc


def _after(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1)
