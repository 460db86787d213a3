"""Evidence on a bureau's page: copies that say nothing of who made them, as long as the assignment is the bureau's.

Whoever only has the link sees how many files there are. The files themselves want the code from the SMS, so
that a mail scanner gets none and the record of views names somebody.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from jiesu.model.case import Assignment, Case
from jiesu.model.evidence import Evidence, EvidenceView
from jiesu.model.people import Actor
from jiesu.pages.evidence import thumbnail_links
from jiesu.store.evidence import EvidenceStore, EvidenceVault, Shelf


@dataclass(frozen=True, slots=True, kw_only=True)
class Gallery:
    """`count` is what the case has; the rest is empty for whoever has not given the code. `thumbnails` are links by hash."""

    count: int = 0
    files: tuple[Evidence, ...] = ()
    thumbnails: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class BureauEvidence:
    """Reads evidence for bureaus. `actor` is who has given the code, None where nobody has."""

    evidence: EvidenceStore
    vault: EvidenceVault

    def gallery(self, case: Case, assignment: Assignment, actor: Actor | None, now: datetime) -> Gallery:
        """What the page shows; that thumbnails are shown is written down."""
        if assignment.status.is_over or not case.evidence_kept:
            return Gallery()
        if actor is None:
            return Gallery(count=len(case.evidence_kept))
        files = self._files(case.id)
        thumbnails = thumbnail_links(files, self.vault)
        if thumbnails:
            self.evidence.record_view(case.id, EvidenceView(at=now, actor=actor, seen="thumbnails", assignment_id=assignment.id))
        return Gallery(count=len(files), files=files, thumbnails=thumbnails)

    def link(self, case: Case, assignment: Assignment, actor: Actor, digest: str, now: datetime) -> str | None:
        """The address of a copy, once it is written down who was given it; None for what this bureau may not see."""
        if assignment.status.is_over or all(one.copy is None or one.copy.sha256 != digest for one in self._files(case.id)):
            return None
        self.evidence.record_view(
            case.id, EvidenceView(at=now, actor=actor, seen="copy", sha256=digest, assignment_id=assignment.id)
        )
        return self.vault.link(digest, Shelf.COPIES)

    def _files(self, case_id: str) -> tuple[Evidence, ...]:
        """What citizens sent; what bureaus did by mail is between each and the office."""
        return tuple(one for one in self.evidence.of_case(case_id) if one.state == "stored" and not one.assignment_id)
