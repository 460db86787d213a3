"""The numbered form and its versions: what is put in order before it is issued, and what may be corrected after."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from jiesu.cases.refusals import opened, refuse, text_of
from jiesu.model.bulletin import Bulletin, changed_fields
from jiesu.model.case import Case
from jiesu.model.timeline import BulletinCorrected, Told
from jiesu.model.words import AssignmentRole, AssignmentStatus

_TEXTS = ("sources", "alias", "source_note", "happened", "persons", "spread", "related", "assessment", "wording")


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectBulletin:
    """Issue `bulletin.number` anew as it stands in `bulletin`; its urgency, and with it every deadline, stays as it was."""

    bulletin: Bulletin
    reason: str


def in_order(bulletin: Bulletin) -> Bulletin:
    """`bulletin` with its texts trimmed. Refused without title or facts, or with a text that is too long."""
    details = bulletin.details
    tidied: dict[str, Any] = {name: _optional(getattr(details, name)) for name in _TEXTS}
    return replace(
        bulletin,
        title=text_of(bulletin.title),
        facts=text_of(bulletin.facts),
        place=bulletin.place.strip(),
        requirements=_optional(bulletin.requirements),
        details=replace(details, **tidied),
    )


def correct_bulletin(case: Case, command: CorrectBulletin, now: datetime) -> BulletinCorrected:
    """The next version; told are the bureaus that still work on it."""
    opened(case)
    before = case.bulletin(command.bulletin.number)
    if before is None:
        raise refuse("bulletin_missing")
    told = tuple(
        Told(assignment_id=one.id, contacts=one.bureau_contacts)
        for one in case.assignments
        if one.bulletin_number == before.number
        and one.role is not AssignmentRole.CONSULTATION
        and not one.status.is_over
        and one.status is not AssignmentStatus.REPORTED
    )
    if not told:
        raise refuse("bulletin_over")
    after = replace(
        in_order(command.bulletin),
        urgency=before.urgency,
        version=before.version + 1,
        template_id=before.template_id,
        issued_at=now,
    )
    changed = changed_fields(before, after)
    if not changed:
        raise refuse("nothing_corrected")
    return BulletinCorrected(bulletin=after, changed=changed, reason=text_of(command.reason, missing="reason_missing"), told=told)


def bulletin_corrected(case: Case, change: BulletinCorrected) -> Case:
    """The case with the new version in the place of the one before."""
    number = change.bulletin.number
    return replace(case, bulletins=tuple(change.bulletin if one.number == number else one for one in case.bulletins))


def _optional(text: str) -> str:
    return text_of(text) if text.strip() else ""
