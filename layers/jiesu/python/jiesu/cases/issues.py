"""The issues of a month (每月一题): what grows, and what comes back after it was called solved. Pure counting.

Counted are cases, by category and district, in the month in which they were opened: not those that were closed as noise,
nor those that became part of another. A growth is said only of `LEAST` cases or more, and only where the 99 % interval of
the ratio of both months' cases a day lies above one: with a thousand cells a month a laxer one would find growth by chance.

    n₁ cases in d₁ days, n₀ in d₀ before:  p = n₁ / (n₀ + n₁), its Wilson interval;  ratio = p / (1 − p) · d₀ / d₁
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from unicodedata import normalize

from jiesu.model.case import Case
from jiesu.model.intervals import Z99, wilson
from jiesu.model.words import Resolution

LEAST = 5
"""From so many cases on a line may be called growing."""
MONTHS_BACK = 6
"""How many months before its own a table looks back for what was called solved."""
MONTHS_OPEN = 3
"""For how many months after its own a table is still counted anew; then it stands."""
MOST_ROWS = 400
CASES_NAMED = 10
RETURNS_NAMED = 300
PLACE_NAMED = 40
"""Bounds of what is kept of a month, one item of at most 400 KB: rows, cases a row, returns in all, characters of a place.

The rest is counted. Cases are found by the index."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueLine:
    """A case as the monthly count sees it: `solved_at` it was closed as handled, `returned_at` it was opened again after that."""

    case_id: str
    title: str
    category: str
    district: str
    place: str
    opened_at: datetime
    solved_at: datetime | None = None
    returned_at: tuple[datetime, ...] = ()

    @property
    def month(self) -> date:
        """The month, as its first day, in which the case was opened: its number begins with the office's day.

        A number that does not counts by UTC: no case is refused for the sake of a statistic.
        """
        try:
            return date(2000 + int(self.case_id[:2]), int(self.case_id[2:4]), 1)
        except ValueError:
            return self.opened_at.astimezone(UTC).date().replace(day=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Return:
    """A matter that came back at `at`: `case_id` after `earlier_id` was solved, which is itself where it was reopened."""

    case_id: str
    earlier_id: str
    place: str
    solved_at: datetime | None
    at: datetime

    @property
    def is_reopened(self) -> bool:
        return self.case_id == self.earlier_id


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueRow:
    """One category in one district. `low` and `high` bound the ratio of cases a day to the month before.

    `high` is None where there were none before; both are where nothing was counted at all. `cases` are the newest, `returns` too.
    """

    category: str
    district: str
    count: int
    before: int
    low: float | None
    high: float | None
    cases: tuple[str, ...]
    returned: int
    returns: tuple[Return, ...]

    @property
    def grows(self) -> bool:
        return self.count >= LEAST and self.low is not None and self.low > 1

    @property
    def falls(self) -> bool:
        return self.before >= LEAST and self.high is not None and self.high < 1


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueTable:
    """One month as of the beginning of the day `until`; `total` and `total_before` are the denominators.

    `days` were counted, `days_before` of the month before. `left_out` rows were too many to be kept.
    """

    month: date
    until: date
    days: int
    days_before: int
    total: int
    total_before: int
    rows: tuple[IssueRow, ...]
    left_out: int = 0


def line_of(case: Case) -> IssueLine | None:
    """The line of `case`; None where it is not counted."""
    if case.merged_into is not None or case.resolution is Resolution.NOISE:
        return None
    return IssueLine(
        case_id=case.id,
        title=case.title,
        category=case.category,
        district=case.place.district,
        place=case.place.text,
        opened_at=case.opened_at,
        solved_at=case.closed_at if case.resolution is Resolution.HANDLED else None,
        returned_at=case.returned_at,
    )


def read_month(text: str) -> date | None:
    """The month that `2026-11` names; None for anything else."""
    try:
        return date.fromisoformat(f"{text}-01") if len(text) == len("2026-11") else None
    except ValueError:
        return None


def month_text(month: date) -> str:
    return month.strftime("%Y-%m")


def month_before(month: date, back: int = 1) -> date:
    """The first day of the month that lies `back` months before; negative lies after."""
    place = month.year * 12 + month.month - 1 - back
    return date(place // 12, place % 12 + 1, 1)


def tally(month: date, lines: Iterable[IssueLine], *, today: date, zone: tzinfo) -> IssueTable | None:
    """The table of `month` from the lines of that month and of `MONTHS_BACK` before it, whatever their order.

    Only days that were over when `today` began count; None where the month has none yet. A title is not read.
    """
    until = min(today, month_before(month, -1))
    if until <= month:
        return None
    known = sorted((one for one in lines if _day(one.opened_at, zone) < until), key=lambda one: (one.opened_at, one.case_id))
    earlier = month_before(month)
    cells: dict[tuple[str, str], list[IssueLine]] = defaultdict(list)
    before: Counter[tuple[str, str]] = Counter()
    for one in known:
        if one.month == month:
            cells[_cell(one)].append(one)
        elif one.month == earlier:
            before[_cell(one)] += 1
    returns = _returns(known, month, until, zone)
    days, days_before = (until - month).days, (month - earlier).days
    rows = sorted(
        (
            _row(cell, cells.get(cell, []), before[cell], days_before / days, returns.get(cell, []))
            for cell in {*cells, *before, *returns}
        ),
        key=lambda row: (not row.grows, not row.returned, -row.count, -row.before, row.category, row.district),
    )
    return IssueTable(
        month=month,
        until=until,
        days=days,
        days_before=days_before,
        total=sum(map(len, cells.values())),
        total_before=sum(before.values()),
        rows=_bounded(rows[:MOST_ROWS]),
        left_out=max(0, len(rows) - MOST_ROWS),
    )


def ratio_interval(count: int, before: int, exposure: float) -> tuple[float | None, float | None]:
    """The 99 % interval of how many times as many cases a day there were; `exposure` is the days before a day now."""
    if not count + before:
        return None, None
    low, high = wilson(count / (count + before), count + before, z=Z99)
    return low / (1 - low) * exposure, (high / (1 - high) * exposure if before and high < 1 else None)


def _row(cell: tuple[str, str], lines: list[IssueLine], before: int, exposure: float, returns: list[Return]) -> IssueRow:
    low, high = ratio_interval(len(lines), before, exposure)
    return IssueRow(
        category=cell[0],
        district=cell[1],
        count=len(lines),
        before=before,
        low=None if low is None else round(low, 3),
        high=None if high is None else round(high, 3),
        cases=tuple(one.case_id for one in reversed(lines[-CASES_NAMED:])),
        returned=len(returns),
        returns=tuple(reversed(returns)),
    )


def _bounded(rows: list[IssueRow]) -> tuple[IssueRow, ...]:
    """`rows` with the newest returns of each, as long as there is room."""
    room, kept = RETURNS_NAMED, []
    for row in rows:
        returns = tuple(replace(one, place=one.place[:PLACE_NAMED]) for one in row.returns[: min(room, CASES_NAMED)])
        room -= len(returns)
        kept.append(replace(row, returns=returns))
    return tuple(kept)


def _returns(known: list[IssueLine], month: date, until: date, zone: tzinfo) -> Mapping[tuple[str, str], list[Return]]:
    """What came back in the month, the oldest first: solved cases that were reopened, and new ones of the same named place."""
    found: dict[tuple[str, str], list[Return]] = defaultdict(list)
    solved: dict[tuple[tuple[str, str], str], list[IssueLine]] = defaultdict(list)
    for one in known:
        found[_cell(one)] += [
            Return(case_id=one.case_id, earlier_id=one.case_id, place=one.place, solved_at=None, at=at)
            for at in one.returned_at
            if month <= _day(at, zone) < until
        ]
        if (name := _name(one.place)) and one.solved_at is not None:
            solved[_cell(one), name].append(one)
    for one in known:
        if one.month != month or not (name := _name(one.place)):
            continue
        earlier = [
            (other.solved_at, other.case_id)
            for other in solved[_cell(one), name]
            if other.solved_at is not None and other.solved_at < one.opened_at
        ]
        if earlier:
            solved_at, earlier_id = max(earlier)
            found[_cell(one)].append(
                Return(case_id=one.case_id, earlier_id=earlier_id, place=one.place, solved_at=solved_at, at=one.opened_at)
            )
    return {cell: sorted(some, key=lambda one: (one.at, one.case_id)) for cell, some in found.items() if some}


def _cell(line: IssueLine) -> tuple[str, str]:
    return line.category, line.district


def _name(place: str) -> str:
    """A place's name as it is compared: full width and blanks are no difference."""
    return "".join(normalize("NFKC", place).split())


def _day(at: datetime, zone: tzinfo) -> date:
    return at.astimezone(zone).date()


def months_counted(today: date) -> tuple[date, ...]:
    """The months whose tables are counted anew on `today`, the oldest first."""
    newest = (today - timedelta(days=1)).replace(day=1)
    return tuple(month_before(newest, back) for back in range(MONTHS_OPEN, -1, -1))
