"""The queue: what waits, narrowed down as its address says, with who is on what and what is new to whoever looks."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Self
from urllib.parse import urlencode

from jiesu.cases.desk_lines import DeskLine, line_of
from jiesu.model.colleague import Colleague, holder_of
from jiesu.model.words import CaseStatus, Platform
from jiesu.pages.desk_batch import row_mark
from jiesu.pages.desk_undo import MOST_AT_ONCE
from jiesu.pages.http import BadRequestError, Request, Response
from jiesu.pages.view import View
from jiesu.pages.visit import Visit, done, render
from jiesu.store.cases import CaseStore
from jiesu.store.colleagues import ColleagueStore
from jiesu.store.queue import QueueStore, Waiting
from jiesu.triage import categories

QUEUE_PAGE = 100
"""Rows on a page."""
_MAX_CURSOR = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What of the queue somebody wants to see; empty fields ask for nothing. `group` is a class of categories by its name."""

    status: CaseStatus = CaseStatus.OPEN
    platform: Platform | None = None
    group: str = ""
    district: str = ""
    mine: bool = False
    new: bool = False

    @classmethod
    def read(cls, request: Request) -> Self:
        """Raises `BadRequestError` for a status or platform that there is not."""
        query = request.query
        try:
            return cls(
                status=CaseStatus(query.get("status") or CaseStatus.OPEN),
                platform=Platform(query["platform"]) if query.get("platform") else None,
                group=query.get("group", ""),
                district=query.get("district", ""),
                mine=query.get("mine") == "1",
                new=query.get("new") == "1",
            )
        except ValueError as exc:
            raise BadRequestError(400) from exc

    @property
    def is_narrow(self) -> bool:
        return self != Wanted(status=self.status)

    def fits(self, line: DeskLine, me: Colleague) -> bool:
        """Whether the line is wanted, whatever its status."""
        return (
            (not self.new or _is_new(line, me))
            and (self.platform is None or line.platform is self.platform)
            and (not self.group or categories.group(line.category) == self.group)
            and (not self.district or line.district == self.district)
            and (not self.mine or (line.owner is not None and line.owner.id == me.id))
        )

    def with_status(self, status: CaseStatus) -> "Wanted":
        return replace(self, status=status)

    def turned(self) -> "Wanted":
        """The same of everybody's, or of one's own."""
        return replace(self, mine=not self.mine)

    def with_old(self) -> "Wanted":
        """The same with what is not new, or without it."""
        return replace(self, new=not self.new)

    def address(self, *, cursor: str | None = None) -> str:
        """The query that asks for this."""
        said = {
            "status": self.status.value,
            "platform": self.platform.value if self.platform else "",
            "group": self.group,
            "district": self.district,
            "mine": "1" if self.mine else "",
            "new": "1" if self.new else "",
            "cursor": cursor or "",
        }
        return urlencode({name: value for name, value in said.items() if value})


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueRow:
    """A line as one person sees it at one time. `on_it` is a colleague who has the case before them, `mark` as of `row_mark`."""

    line: DeskLine
    late: bool
    is_new: bool
    on_it: Colleague | None
    mark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What a filter offers: values with how many cases of the read part have them."""

    platforms: tuple[tuple[Platform, int], ...]
    groups: tuple[tuple[str, int], ...]
    districts: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuePages:
    """The queue needs `Right.READ`; being on a case `Right.ACT`."""

    cases: CaseStore
    lines: QueueStore
    colleagues: ColleagueStore
    view: View

    def queue(self, visit: Visit) -> Response:
        """The page; one query."""
        return self._queue(visit, "queue.html", looks=True)

    def rows(self, visit: Visit) -> Response:
        """The rows without their frame, for a page that stands open; one query."""
        return self._queue(visit, "queue_rows.html", looks=False)

    def _queue(self, visit: Visit, template: str, *, looks: bool) -> Response:
        wanted = Wanted.read(visit.request)
        cursor = visit.request.query.get("cursor") or None
        if cursor is not None and len(cursor) > _MAX_CURSOR:
            raise BadRequestError(400)
        read = self._read(wanted, cursor)
        me = self._me(visit, read.colleagues)
        if looks:
            # As it will be once the page has told us that it was seen.
            me = me.looking(visit.now) or me
        fitting = [(place, line) for place, line in read.lines if wanted.fits(line, me)]
        of_status = [(place, line) for place, line in fitting if line.status is wanted.status]
        shown, left = of_status[:QUEUE_PAGE], of_status[QUEUE_PAGE:]
        more = shown[-1][0] if left else read.after
        return render(
            self.view,
            visit,
            template,
            wanted=wanted,
            asked=wanted.address(cursor=cursor),
            status=wanted.status,
            statuses=tuple(CaseStatus),
            counts=_counts(line for _, line in fitting) if self._is_whole(wanted, cursor, read) else {},
            total=len(of_status),
            rows=tuple(_row(line, me, read.colleagues, visit) for _, line in shown),
            choices=_choices(line for _, line in read.lines if line.status is wanted.status),
            most_at_once=MOST_AT_ONCE,
            continued=cursor is not None,
            looked_through=len(read.lines) if wanted.is_narrow and read.after is not None else 0,
            more=None if more is None else wanted.address(cursor=more),
        )

    def _read(self, wanted: Wanted, cursor: str | None) -> Waiting:
        if wanted.status is not CaseStatus.CLOSED:
            return self.lines.waiting(after=cursor)
        try:
            found = self.cases.queue(wanted.status, limit=QUEUE_PAGE, cursor=cursor)
        except ValueError as exc:
            raise BadRequestError(400) from exc
        return Waiting(lines=tuple(("", line_of(case)) for case in found.cases), after=found.cursor)

    def _is_whole(self, wanted: Wanted, cursor: str | None, read: Waiting) -> bool:
        """Whether everything that waits was read, so that its counts are true."""
        return wanted.status is not CaseStatus.CLOSED and cursor is None and read.after is None

    def _me(self, visit: Visit, people: Iterable[Colleague]) -> Colleague:
        person = visit.person
        known = next((one for one in people if one.id == person.subject), None)
        return known or Colleague(id=person.subject, name=person.name)

    def look(self, visit: Visit) -> Response:
        """The page of the queue stands before somebody: what came before is not new at the next look, and no case is held."""

        def looked(person: Colleague) -> Colleague | None:
            after = person.looking(visit.now)
            is_on_one = person.hold is not None and person.hold.until > visit.now
            return replace(after or person, hold=None) if is_on_one else after

        self.colleagues.change(visit.person.subject, visit.person.name, looked)
        return Response(status=204)

    # --- who is on a case --------------------------------------------------------------------

    def lease(self, visit: Visit) -> Response:
        """The page of a case stands open before somebody: they are on it, unless a colleague is. A query, a read, a write."""
        case_id = visit.segments["case_id"]
        count = visit.request.typed("messages")
        messages = int(count) if count.isascii() and count.isdigit() and len(count) < 8 else 0
        others = [one for one in self.colleagues.all() if one.id != visit.person.subject]
        other = holder_of(case_id, others, visit.now)
        if other is not None and other.hold is not None and self._came_first(visit, case_id, other.hold.since):
            other = None

        def changed(person: Colleague) -> Colleague:
            read = person.reading(case_id, messages)
            return read if other is not None else read.holding(case_id, visit.now)

        self.colleagues.change(visit.person.subject, visit.person.name, changed)
        return self._lease(visit, case_id, messages, other)

    def _came_first(self, visit: Visit, case_id: str, since: datetime) -> bool:
        """Whether this person took the case over from who has it since `since`."""
        me = self.colleagues.find(visit.person.subject)
        return (
            me is not None and holder_of(case_id, [me], visit.now) is not None and me.hold is not None and me.hold.since > since
        )

    def take_over(self, visit: Visit) -> Response:
        """A person says that they go on with a case that a colleague has before them."""
        case_id = visit.segments["case_id"]
        self.colleagues.change(visit.person.subject, visit.person.name, lambda person: person.taking(case_id, visit.now))
        if visit.request.is_script:
            return self._lease(visit, case_id, 0, None)
        return done(visit, "本件现在由您处理；原来在处理的同事会看到。", visit.case_address(case_id))

    def _lease(self, visit: Visit, case_id: str, messages: int, other: Colleague | None) -> Response:
        left = other.hold.until - visit.now if other is not None and other.hold is not None else timedelta()
        return render(self.view, visit, "lease.html", case_id=case_id, messages=messages, other=other, left=left)


def _row(line: DeskLine, me: Colleague, people: tuple[Colleague, ...], visit: Visit) -> QueueRow:
    on_it = holder_of(line.case_id, people, visit.now)
    return QueueRow(
        line=line,
        late=line.next_owed is not None and line.next_owed.deadline <= visit.now,
        is_new=_is_new(line, me),
        mark=row_mark(line),
        on_it=None if on_it is None or on_it.id == me.id else on_it,
    )


def _is_new(line: DeskLine, me: Colleague) -> bool:
    return line.status is not CaseStatus.CLOSED and me.is_new(line.case_id, line.message_count, line.arrived_at or line.opened_at)


def _counts(lines: Iterable[DeskLine]) -> Mapping[CaseStatus, int]:
    """How many there are of each status that waits, none too."""
    counted = Counter(line.status for line in lines)
    return {status: counted[status] for status in CaseStatus if status is not CaseStatus.CLOSED}


def _choices(lines: Iterable[DeskLine]) -> Choices:
    known = list(lines)
    platforms = Counter(one.platform for one in known if one.platform is not None)
    return Choices(
        platforms=tuple((one, platforms[one]) for one in Platform if one in platforms),
        groups=tuple(Counter(categories.group(one.category) for one in known).most_common()),
        districts=tuple(Counter(one.district for one in known if one.district).most_common()),
    )
