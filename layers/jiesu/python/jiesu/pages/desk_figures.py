"""The figures of the desk: how far bureaus keep their deadlines, with the cases behind each number, as a page and as a file."""

import csv
import io
from dataclasses import dataclass
from datetime import date, datetime

from jiesu.cases.issues import month_before, month_text, read_month
from jiesu.cases.timeliness import LEAST, TimelinessLine, acknowledged_in_time, by_bureau, reported_in_time
from jiesu.pages.http import BadRequestError, Response
from jiesu.pages.view import View
from jiesu.pages.visit import Visit, render
from jiesu.store.timeliness import TimelinessStore

MONTHS_OFFERED = 13
_SAID = {True: "及时", False: "超时", None: "未到期"}


@dataclass(frozen=True, slots=True, kw_only=True)
class FigurePages:
    """The pages need `Right.READ`; each is one query."""

    timeliness: TimelinessStore
    view: View

    def figures(self, visit: Visit) -> Response:
        """The rates of one month, by bureau."""
        month, lines = self._lines(visit)
        return render(
            self.view,
            visit,
            "figures.html",
            month=month_text(month),
            months=[month_text(month_before(self._newest(visit), back)) for back in range(MONTHS_OFFERED)],
            bureaus=by_bureau(lines, visit.now),
            taken_back=sum(one.taken_back for one in lines),
            least=LEAST,
        )

    def cases(self, visit: Visit) -> Response:
        """The assignments behind the numbers of one bureau."""
        month, lines = self._lines(visit)
        bureau = visit.request.query.get("bureau")
        kept = [one for one in lines if one.bureau_code == bureau and not one.taken_back]
        rows = [(one, acknowledged_in_time(one, visit.now), reported_in_time(one, visit.now)) for one in kept]
        return render(self.view, visit, "figure_cases.html", month=month_text(month), rows=rows, said=_SAID)

    def export(self, visit: Visit) -> Response:
        """All assignments of the month as CSV, with a mark at its head by which spreadsheets read it as UTF-8."""
        month, lines = self._lines(visit)
        out = io.StringIO()
        writer = csv.writer(out)
        writer.writerow(["诉求件", "单位", "交办", "签收截止", "签收", "签收及时", "反馈截止", "首次反馈", "反馈及时", "已收回"])
        for one in lines:
            writer.writerow(
                [
                    one.case_id,
                    one.bureau_name,
                    self._local(one.dispatched_at),
                    self._local(one.acknowledge_by),
                    self._local(one.acknowledged_at),
                    _SAID[acknowledged_in_time(one, visit.now)],
                    self._local(one.report_by),
                    self._local(one.reported_at),
                    _SAID[reported_in_time(one, visit.now)],
                    "是" if one.taken_back else "",
                ]
            )
        headers = {
            "Content-Type": "text/csv; charset=utf-8",
            "Content-Disposition": f'attachment; filename="timeliness-{month_text(month)}.csv"',
            "Cache-Control": "no-store",
        }
        return Response(status=200, body=f"\ufeff{out.getvalue()}", headers=headers)

    def _lines(self, visit: Visit) -> tuple[date, tuple[TimelinessLine, ...]]:
        asked = visit.request.query.get("month")
        month = self._newest(visit) if asked is None else read_month(asked)
        if month is None:
            raise BadRequestError(400)
        first, end = (datetime(one.year, one.month, 1, tzinfo=self.view.zone) for one in (month, month_before(month, -1)))
        return month, self.timeliness.between(first, end)

    def _newest(self, visit: Visit) -> date:
        return visit.now.astimezone(self.view.zone).date().replace(day=1)

    def _local(self, at: datetime | None) -> str:
        return "" if at is None else f"{at.astimezone(self.view.zone):%Y-%m-%d %H:%M}"
