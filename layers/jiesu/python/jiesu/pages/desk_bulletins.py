"""The numbered form as a document, from the desk."""

from dataclasses import dataclass

from jiesu.model.words import AssignmentRole
from jiesu.pages.desk_reading import not_found
from jiesu.pages.documents import Print, on_to_document
from jiesu.pages.http import Response
from jiesu.pages.view import View
from jiesu.pages.visit import Visit
from jiesu.store.cases import CaseStore
from jiesu.store.evidence import EvidenceVault


@dataclass(frozen=True, slots=True, kw_only=True)
class BulletinPages:
    """The pages about a bulletin's document; they need `Right.READ`."""

    cases: CaseStore
    shelf: EvidenceVault
    print: Print
    view: View

    def document(self, visit: Visit) -> Response:
        """On to the document of the lead's copy: it is kept under its hash first, for a page can hand out no bytes."""
        case = self.cases.load(visit.segments["case_id"])
        bulletin = None if case is None else case.bulletin(visit.segments["number"])
        if case is None or bulletin is None:
            return not_found(self.view, visit, "没有这份通报单。")
        theirs = [one for one in case.assignments if one.bulletin_number == bulletin.number]
        printed = self.print(case, min(theirs, key=lambda one: one.role is not AssignmentRole.LEAD), bulletin)
        return on_to_document(self.shelf, printed)
