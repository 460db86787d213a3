"""The numbered form as a document and in all its versions, from the desk."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from jiesu.model.bulletin import Bulletin
from jiesu.model.revision import Difference, differences
from jiesu.model.timeline import BulletinCorrected, Dispatched
from jiesu.model.words import AssignmentRole
from jiesu.pages.bulletins import in_words
from jiesu.pages.desk_reading import not_found
from jiesu.pages.documents import Print, on_to_document
from jiesu.pages.http import Response
from jiesu.pages.view import View
from jiesu.pages.visit import Visit, render
from jiesu.store.cases import CaseStore
from jiesu.store.evidence import EvidenceVault

_ENTRIES_READ = 200
"""Entries of the timeline a query, until the first version is found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One version as it went out: in words by field, and what it changed in the one before. The first has no reason."""

    bulletin: Bulletin
    reason: str
    words: Mapping[str, str]
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BulletinPages:
    """The pages about a bulletin that is out; they need `Right.READ`."""

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

    def versions(self, visit: Visit) -> Response:
        """Every version, the newest first, with what each changed field by field."""
        case = self.cases.load(visit.segments["case_id"])
        bulletin = None if case is None else case.bulletin(visit.segments["number"])
        if case is None or bulletin is None:
            return not_found(self.view, visit, "没有这份通报单。")
        return render(
            self.view,
            visit,
            "bulletin_versions.html",
            case=case,
            bulletin=bulletin,
            versions=self._versions(case.id, bulletin.number),
        )

    def _issued(self, case_id: str, number: str) -> Iterator[Dispatched | BulletinCorrected]:
        """What the timeline says of the bulletin's versions, the newest first."""
        before: int | None = None
        while True:
            found = self.cases.timeline(case_id, before_version=before, limit=_ENTRIES_READ)
            for entry in found.entries:
                change = entry.change
                if isinstance(change, Dispatched | BulletinCorrected) and change.bulletin.number == number:
                    yield change
                    if change.bulletin.version == 1:
                        return
            if (before := found.next_before) is None:
                return

    def _versions(self, case_id: str, number: str) -> tuple[Version, ...]:
        issued: list[Version] = []
        for change in reversed(tuple(self._issued(case_id, number))):
            words = in_words(change.bulletin, self.view.zone)
            issued.append(
                Version(
                    bulletin=change.bulletin,
                    reason=change.reason if isinstance(change, BulletinCorrected) else "",
                    words=words,
                    differences=differences(issued[-1].words, words) if issued else (),
                )
            )
        return tuple(reversed(issued))
