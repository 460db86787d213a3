"""The issues of a month at the desk: the table with its filters, and the cases behind each of its lines."""

from dataclasses import dataclass

from jiesu.cases.issues import IssueRow, month_text
from jiesu.pages.http import BadRequestError, Response
from jiesu.pages.months import month_asked, months_offered
from jiesu.pages.view import View
from jiesu.pages.visit import Visit, render
from jiesu.store.issues import IssueStore

CASES_LINKED = 3
"""How many cases a line of the table links to by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuePages:
    """The pages need `Right.READ`."""

    issues: IssueStore
    view: View

    def table(self, visit: Visit) -> Response:
        """The table of one month, of one category or district if chosen; one read."""
        month = month_asked(visit, self.view.zone)
        table = self.issues.table(month)
        category, district = (visit.request.query.get(name) for name in ("category", "district"))
        rows = () if table is None else table.rows
        return render(
            self.view,
            visit,
            "issues.html",
            month=month_text(month),
            months=months_offered(visit, self.view.zone),
            table=table,
            rows=[row for row in rows if _is_chosen(row, category, district)],
            category=category,
            district=district,
            categories=sorted({row.category for row in rows}),
            districts=sorted({row.district for row in rows}),
            linked=CASES_LINKED,
        )

    def cases(self, visit: Visit) -> Response:
        """All cases of one month, category and district as they are now; one query."""
        month = month_asked(visit, self.view.zone)
        query = visit.request.query
        if "category" not in query or "district" not in query:
            raise BadRequestError(400)
        return render(
            self.view,
            visit,
            "issue_cases.html",
            month=month_text(month),
            category=query["category"],
            district=query["district"],
            lines=self.issues.of_cell(month, query["category"], query["district"]),
        )


def _is_chosen(row: IssueRow, category: str | None, district: str | None) -> bool:
    """Whether a row is of the chosen category and district; an empty district is one of its own, an empty category is none."""
    return (not category or row.category == category) and (district in (None, "*") or row.district == district)
