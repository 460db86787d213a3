"""Evidence on a bureau's page: copies that say nothing of who made them, as long as the assignment is the bureau's.

Whoever only has the link sees how many files there are. The files themselves want the code from the SMS, so
that a mail scanner gets none and the record of views names somebody. What a bureau attaches to its feedback is kept
as evidence too, for the office alone.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING

from jiesu.model.case import Assignment, Case
from jiesu.model.evidence import Evidence, EvidenceView
from jiesu.model.mail import BUREAU_PAGE, AttachedFile, IncomingFile
from jiesu.model.people import Actor
from jiesu.model.timeline import Entry
from jiesu.model.words import ContentType
from jiesu.pages.evidence import thumbnail_links
from jiesu.store.evidence import EvidenceStore, EvidenceVault, Shelf

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

MAX_ATTACHED_BYTES = 4 * 1024 * 1024
"""Of all files of one form: Lambda is handed 6 MB at most, and a third of that is base64's."""

MAX_ATTACHED_FILES = 10

_REFUSALS = {
    "type_unknown": "不是可以接收的类型",
    "name_mismatch": "的内容与文件名的类型不符",
    "empty": "是空文件",
}

type Beside = Callable[[Case, Entry], list[TransactWriteItemTypeDef]]


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

    def keep(
        self, files: Sequence[IncomingFile], assignment: Assignment, actor: Actor, now: datetime
    ) -> tuple[tuple[AttachedFile, ...], "Beside"]:
        """Keep the files of a feedback; what its entry says of them, and what is written beside it: who sent them, and when."""
        from jiesu.office import attachments  # noqa: PLC0415 - the platforms' modules, which only an upload needs

        like = Evidence(
            # The run goes on with each feedback.
            message_id=sha256(f"{assignment.id}.{assignment.run}".encode()).hexdigest()[:16],
            number=0,
            content_type=ContentType.FILE,
            state="missing",
            source=f"{BUREAU_PAGE}/{actor.name}",
            fetched_at=now,
            assignment_id=assignment.id,
        )
        kept = tuple(attachments.keep(one, replace(like, number=n), self.vault) for n, one in enumerate(files, 1))
        return tuple(attachments.remembered(one) for one in kept), lambda case, _: self.evidence.beside(case.id, kept)

    def _files(self, case_id: str) -> tuple[Evidence, ...]:
        """What citizens sent; what bureaus did is between each and the office."""
        return tuple(one for one in self.evidence.of_case(case_id) if one.state == "stored" and not one.assignment_id)


def refusal_to_keep(files: Sequence[IncomingFile]) -> str:
    """Why the files of a form are not taken, in words; empty where they are. One that is refused keeps back them all."""
    from jiesu.office import attachments  # noqa: PLC0415 - as above

    if len(files) > MAX_ATTACHED_FILES:
        return f"附件有 {len(files)} 个，最多 {MAX_ATTACHED_FILES} 个"
    size = sum(len(one.content) for one in files)
    if size > MAX_ATTACHED_BYTES:
        return f"附件合计 {size / 1024 / 1024:.2f} MB，超过 {MAX_ATTACHED_BYTES // 1024 // 1024} MB 的上限"
    reasons = ((one.name, attachments.refusal(one)) for one in files)
    return "；".join(f"附件“{name}”{_REFUSALS[reason]}" for name, reason in reasons if reason)
