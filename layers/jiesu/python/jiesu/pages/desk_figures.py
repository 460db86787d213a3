"""The figures of the desk: a month on one page, the cases behind each number, and all of it as files."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypedDict

from jiesu.cases.issues import month_before, month_text
from jiesu.cases.timeliness import LEAST, TimelinessLine, acknowledged_in_time, by_bureau, reported_in_time
from jiesu.cases.volume import DayVolume, Part, VolumeTable, together
from jiesu.model.words import Platform
from jiesu.pages.charts import columns, share_columns, shares
from jiesu.pages.documents import on_to_document
from jiesu.pages.figure_sheets import PARTS, MonthFigures, hour_in_words, sheets_of
from jiesu.pages.http import BadRequestError, Response
from jiesu.pages.months import month_asked, months_offered, running_month, span_of
from jiesu.pages.sentences import IN_TIME
from jiesu.pages.sheets import csv_file
from jiesu.pages.view import View
from jiesu.pages.visit import Visit, render
from jiesu.store.evidence import EvidenceVault
from jiesu.store.finding import FindingStore
from jiesu.store.issues import IssueStore
from jiesu.store.samples import SampleStore
from jiesu.store.timeliness import TimelinessStore
from jiesu.store.volume import VolumeStore
from jiesu.triage.miss_rate import estimate

MOST_LIVE = 2
"""How many days that are over the page counts itself, where the daily count has not come to them."""
CASES_A_PAGE = 50
ISSUES_SHOWN = 10


class _Cell(TypedDict):
    """Which messages a list is about; None is all."""

    day: date | None
    hour: int | None
    platform: Platform | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FigurePages:
    """The pages need `Right.READ`. `shelf` is where a workbook waits to be fetched."""

    timeliness: TimelinessStore
    volume: VolumeStore
    samples: SampleStore
    issues: IssueStore
    finding: FindingStore
    shelf: EvidenceVault
    view: View

    def figures(self, visit: Visit) -> Response:
        """All figures of one month: three queries and a read; today is counted as it stands (`VolumeStore.count`)."""
        month = month_asked(visit, self.view.zone)
        figures = self._figures(visit, month)
        volume = figures.volume
        return render(
            self.view,
            visit,
            "figures.html",
            month=month_text(month),
            months=months_offered(visit, self.view.zone),
            is_ahead=month > running_month(visit, self.view.zone),
            figures=figures,
            today=self._today(visit),
            least=LEAST,
            hours=columns([(str(hour), one.received, one.work) for hour, one in enumerate(volume.hours)]),
            hour_shares=share_columns([(str(hour), one.share) for hour, one in enumerate(volume.hours)]),
            days=columns([(str(day.day), one.received, one.work) for day, one in volume.by_day]),
            platforms=shares((platform.label, one.share) for platform, one in volume.platforms),
            acknowledged=shares((one.name, one.acknowledged) for one in figures.bureaus),
            reported=shares((one.name, one.reported) for one in figures.bureaus),
            hour_in_words=hour_in_words,
            issue_rows=() if figures.issues is None else figures.issues.rows[:ISSUES_SHOWN],
        )

    def messages(self, visit: Visit) -> Response:
        """The cases behind one number of messages, `CASES_A_PAGE` at a time: a query and a batch read, and today's count."""
        query = visit.request.query
        month = month_asked(visit, self.view.zone)
        try:
            part = Part(query.get("part", Part.WORK))
            cell = _Cell(
                day=date.fromisoformat(query["day"]) if query.get("day") else None,
                hour=_number(query["hour"], below=24) if query.get("hour") else None,
                platform=Platform(query["platform"]) if query.get("platform") else None,
            )
            after = _number(query.get("after", "0"), below=10**6)
        except ValueError as exc:
            raise BadRequestError(400) from exc
        found = self._volume(visit, month).cases(part, **cell)
        shown = list(found)[after : after + CASES_A_PAGE]
        lines = {line.case_id: line for line in self.finding.of(shown)}
        return render(
            self.view,
            visit,
            "figure_messages.html",
            month=month_text(month),
            part=PARTS[part],
            **cell,
            hour_in_words=hour_in_words,
            total=len(found),
            messages=sum(found.values()),
            rows=[(case_id, found[case_id], lines.get(case_id)) for case_id in shown],
            asked={name: value for name, value in query.items() if name != "after"},
            after=after + CASES_A_PAGE if after + CASES_A_PAGE < len(found) else None,
            before=max(0, after - CASES_A_PAGE) if after else None,
        )

    def cases(self, visit: Visit) -> Response:
        """The assignments behind the numbers of one bureau; one query."""
        month = month_asked(visit, self.view.zone)
        bureau = visit.request.query.get("bureau")
        kept = [one for one in self._lines(month) if one.bureau_code == bureau and not one.taken_back]
        rows = [(one, acknowledged_in_time(one, visit.now), reported_in_time(one, visit.now)) for one in kept]
        return render(self.view, visit, "figure_cases.html", month=month_text(month), rows=rows, said=IN_TIME)

    def export(self, visit: Visit) -> Response:
        """One table of the month as CSV: that of the assignments, unless another is asked for."""
        month = month_asked(visit, self.view.zone)
        asked = visit.request.query.get("table", "assignments")
        sheets = sheets_of(self._figures(visit, month), zone=self.view.zone, now=visit.now)
        sheet = next((one for one in sheets if one.slug == asked), None)
        if sheet is None:
            raise BadRequestError(400)
        return csv_file(sheet, name=f"{sheet.slug}-{month_text(month)}")

    def workbook(self, visit: Visit) -> Response:
        """All tables of the month as one workbook; on to where it can be fetched."""
        from jiesu.pages.workbook import workbook  # noqa: PLC0415 - few pages write one

        month = month_asked(visit, self.view.zone)
        written = workbook(
            sheets_of(self._figures(visit, month), zone=self.view.zone, now=visit.now),
            name=f"统计-{month_text(month)}",
            title=f"{self.view.office_name} {month_text(month)} 统计",
            office_name=self.view.office_name,
            now=visit.now,
        )
        return on_to_document(self.shelf, written)

    def _figures(self, visit: Visit, month: date) -> MonthFigures:
        lines = self._lines(month)
        samples = [one.figures for one in self.samples.between(month, _last(month)) if one.messages]
        return MonthFigures(
            month=month,
            volume=self._volume(visit, month),
            lines=lines,
            bureaus=by_bureau(lines, visit.now),
            samples=tuple(samples),
            miss_rate=estimate(samples),
            issues=self.issues.table(month),
        )

    def _volume(self, visit: Visit, month: date) -> VolumeTable:
        """The days of `month` as they were counted, and those that nothing has counted yet as they stand."""
        today = self._today(visit)
        known = {one.day: one for one in self.volume.between(month, _last(month))}
        days = [month + timedelta(days=number) for number in range((min(_last(month), today) - month).days + 1)]
        missing = [day for day in days if day not in known]
        known |= {one.day: one for one in self._live(visit, today, missing, begun=min(known, default=None))}
        return together(known.values(), (day for day in missing if day not in known))

    def _live(self, visit: Visit, today: date, missing: list[date], *, begun: date | None) -> Iterator[DayVolume]:
        """The `missing` days that the page counts itself; an empty one before an office has `begun` is none without messages."""
        for day in missing:
            if day >= today - timedelta(days=MOST_LIVE):
                counted = self.volume.count(day, zone=self.view.zone, now=visit.now)
                if counted.cells:
                    begun = day if begun is None else min(begun, day)
                if begun is not None and begun <= day:
                    yield counted

    def _lines(self, month: date) -> tuple[TimelinessLine, ...]:
        return self.timeliness.between(*span_of(month, self.view.zone))

    def _today(self, visit: Visit) -> date:
        return visit.now.astimezone(self.view.zone).date()


def _last(month: date) -> date:
    return month_before(month, -1) - timedelta(days=1)


def _number(text: str, *, below: int) -> int:
    """The number that an address names. Raises `ValueError` for anything else."""
    if not (text.isascii() and text.isdigit()) or int(text) >= below:
        raise ValueError(text)
    return int(text)
