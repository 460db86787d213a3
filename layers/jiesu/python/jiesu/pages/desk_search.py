"""The search: cases by words, place, time, bureau and state. It says what it looked through."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import urlencode

from jiesu.cases.search import MOST_CHARACTERS, Sought, words_of
from jiesu.model.words import CaseStatus
from jiesu.pages.http import BadRequestError, Request, Response
from jiesu.pages.view import View
from jiesu.pages.visit import Visit, render
from jiesu.runtime.logging import logger
from jiesu.store.directory import DirectoryStore
from jiesu.store.finding import CaseSearch, Found, NoPlaceError

_YEAR = timedelta(days=365)
_EARLIEST = date(2000, 1, 1)


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
class SearchPages:
    """Needs `Right.SEARCH`."""

    search: CaseSearch
    directory: DirectoryStore
    view: View

    def find(self, visit: Visit) -> Response:
        """The form, and below it what was found; nothing that was typed is logged."""
        asked = Asked.read(visit.request)
        sought, refused = self._sought(asked, visit.now)
        cursor = visit.request.query.get("cursor", "")
        found = Found()
        if not asked.is_empty and not refused:
            found = self._found(sought, cursor, visit.now)
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

    def _found(self, sought: Sought, cursor: str, now: datetime) -> Found:
        try:
            return self.search.page(sought, cursor, now)
        except NoPlaceError as error:
            raise BadRequestError(400) from error
