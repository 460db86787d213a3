"""Which cases everybody may read, and in which words: an editor's act, which can be taken back."""

from dataclasses import dataclass

from jiesu.cases.public_text import MAX_DESCRIPTION, MAX_PLACE, MAX_TITLE, names_a_dwelling, names_a_person
from jiesu.cases.refusals import refuse, text_of
from jiesu.model.case import Case, Disclosure
from jiesu.model.public_request import PublicRequest
from jiesu.model.timeline import Concealed, Disclosed
from jiesu.model.words import CaseStatus, PublicStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Disclose:
    """Let everybody read the case in these words, or in these instead of earlier ones. The place may be empty."""

    title: str
    description: str
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Conceal:
    """Let nobody outside read the case any longer."""

    reason: str


def disclose(case: Case, command: Disclose) -> Disclosed | None:
    """What the public may read from now on; None where it reads just that already."""
    disclosure = Disclosure(
        title=" ".join(text_of(command.title, missing="title_missing").split()),
        description=text_of(command.description),
        place=" ".join(command.place.split()),
    )
    texts = (disclosure.title, disclosure.description, disclosure.place)
    if any(len(text) > most for text, most in zip(texts, (MAX_TITLE, MAX_DESCRIPTION, MAX_PLACE), strict=True)):
        raise refuse("disclosure_too_long")
    if any(names_a_person(text) for text in texts):
        raise refuse("disclosure_names_person")
    if any(names_a_dwelling(text) for text in texts):
        raise refuse("disclosure_names_dwelling")
    return None if disclosure == case.disclosure else Disclosed(disclosure=disclosure)


def conceal(case: Case, command: Conceal) -> Concealed:
    """The end of a disclosure, with its reason."""
    if case.disclosure is None:
        raise refuse("not_disclosed")
    return Concealed(reason=text_of(command.reason, missing="reason_missing"))


def public_request(case: Case) -> PublicRequest | None:
    """What the public reads of `case` now; None where the office has not disclosed it."""
    if case.disclosure is None:
        return None
    return PublicRequest(
        id=case.id,
        status=PublicStatus.CLOSED if case.status is CaseStatus.CLOSED else PublicStatus.OPEN,
        progress=_progress(case),
        category=case.category,
        title=case.disclosure.title,
        description=case.disclosure.description,
        place=case.disclosure.place,
        requested_at=case.opened_at,
        updated_at=case.updated_at,
    )


def _progress(case: Case) -> str:
    match case.status:
        case CaseStatus.OPEN:
            return "已受理"
        case CaseStatus.DISPATCHED:
            return "已交有关单位，正在办理"
        case CaseStatus.RESOLVED:
            return "已有办理结果，正在答复"
        case CaseStatus.CLOSED:
            return case.resolution.label if case.resolution is not None else case.status.label
