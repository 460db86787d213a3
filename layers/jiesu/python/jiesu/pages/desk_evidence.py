"""Files of a case at the desk: who kept them, what they say of themselves, who saw them; and the way to each."""

import re
from dataclasses import dataclass

from jiesu.model.evidence import EvidenceView
from jiesu.pages.desk_reading import not_found
from jiesu.pages.evidence import on_to_file
from jiesu.pages.http import Response
from jiesu.pages.view import View
from jiesu.pages.visit import Visit, render
from jiesu.store.cases import CaseStore
from jiesu.store.evidence import EvidenceStore, EvidenceVault

_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidencePages:
    """The pages about files; they need `Right.READ`."""

    cases: CaseStore
    evidence: EvidenceStore
    vault: EvidenceVault
    view: View

    def custody(self, visit: Visit) -> Response:
        """Every file of a case, and everybody who was given one."""
        case_id = visit.segments["case_id"]
        case = self.cases.load(case_id)
        if case is None:
            return not_found(self.view, visit, "没有这个诉求件。")
        return render(
            self.view,
            visit,
            "custody.html",
            case=case,
            files=self.evidence.of_case(case_id),
            views=self.evidence.views(case_id),
        )

    def original(self, visit: Visit) -> Response:
        """On to the file itself, once it is written down who was given it."""
        case_id, digest = visit.segments["case_id"], visit.segments["sha256"]
        found = [one for one in self.evidence.of_case(case_id) if one.sha256 == digest] if _DIGEST.fullmatch(digest) else []
        if not found:
            return not_found(self.view, visit, "没有这个文件。")
        self.evidence.record_view(case_id, EvidenceView(at=visit.now, actor=visit.actor, seen="original", sha256=digest))
        # What came by mail is saved, not shown: a browser would run what some documents hold.
        return on_to_file(self.vault.link(digest, file_name=found[0].name))
