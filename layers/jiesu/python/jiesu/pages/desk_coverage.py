"""The page of a live coverage: what is known and what is not, what was said when, and when the next statement is owed."""

from dataclasses import dataclass

from jiesu.model.case import Case
from jiesu.model.coverage import StatementMade
from jiesu.model.publication import Publication
from jiesu.pages.coverage import open_questions
from jiesu.pages.desk_reading import not_found
from jiesu.pages.http import Response
from jiesu.pages.view import View
from jiesu.pages.visit import Visit, render
from jiesu.store.cases import CaseStore


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementLine:
    """A statement in the log; `made` is None as long as it does not stand in public, `number` counts those that do."""

    publication: Publication
    made: StatementMade | None
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CoveragePages:
    """The page needs `Right.READ`."""

    cases: CaseStore
    view: View

    def page(self, visit: Visit) -> Response:
        """The coverage of one case; one read."""
        case = self.cases.load(visit.segments["case_id"])
        if case is None:
            return not_found(self.view, visit, "没有这个诉求件。")
        return render(
            self.view,
            visit,
            "coverage.html",
            case=case,
            coverage=case.coverage,
            lines=statement_lines(case),
            questions=open_questions(case),
        )


def statement_lines(case: Case) -> tuple[StatementLine, ...]:
    """The statements of a case in the order in which they were drafted."""
    made = () if case.coverage is None else case.coverage.made
    numbered = {one.publication_id: (number, one) for number, one in enumerate(made, start=1)}
    lines = []
    for publication in case.publications:
        if publication.statement is not None:
            number, told = numbered.get(publication.id, (0, None))
            lines.append(StatementLine(publication=publication, made=told, number=number))
    return tuple(lines)
