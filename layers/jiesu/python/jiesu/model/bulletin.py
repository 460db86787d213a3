"""The numbered form that bureaus get (网民反映问题通报单): its fields, and what they are called in print."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Final

from jiesu.model.words import Urgency


class Secrecy(StrEnum):
    """How the form is to be kept. State secrets have grades of their own and may not pass through this system."""

    INTERNAL = "internal"
    SENSITIVE = "sensitive"

    @property
    def label(self) -> str:
        return {"internal": "内部", "sensitive": "工作秘密"}[self.value]


class SensitiveMark(StrEnum):
    """What calls for particular care with a form."""

    MINOR = "minor"
    SEXUAL = "sexual"
    INFORMER = "informer"
    POLICE = "police"

    @property
    def label(self) -> str:
        return {"minor": "涉未成年人", "sexual": "涉性侵害", "informer": "涉举报人", "police": "涉警"}[self.value]


class Verification(StrEnum):
    """How far the facts were checked before the form was issued."""

    CHECKED = "checked"
    PENDING = "pending"
    IMPOSSIBLE = "impossible"

    @property
    def label(self) -> str:
        return {"checked": "已核实", "pending": "待核实", "impossible": "无法核实"}[self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class BulletinDetails:
    """What a form may say beyond its facts; an empty text is left out in print.

    `alias` stands for the citizen, whom no bureau learns. `evidence` has one line a file, with its SHA-256.
    """

    secrecy: Secrecy = Secrecy.INTERNAL
    marks: tuple[SensitiveMark, ...] = ()
    sources: str = ""
    alias: str = ""
    found_at: datetime | None = None
    source_note: str = ""
    happened: str = ""
    persons: str = ""
    verification: Verification = Verification.PENDING
    evidence: tuple[str, ...] = ()
    spread: str = ""
    related: str = ""
    assessment: str = ""
    answers_publicly: bool = False
    wording: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bulletin:
    """One version of a form. `template_id` names the template that it is printed with: empty is the one that ships."""

    number: str
    title: str
    facts: str
    place: str
    category: str
    urgency: Urgency
    requirements: str
    issued_at: datetime
    issued_by: str
    version: int = 1
    details: BulletinDetails = BulletinDetails()
    template_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedForm:
    """A form as a document; `content_type` as `type/subtype`."""

    name: str
    content_type: str
    content: bytes


FIELD_LABELS: Final[Mapping[str, str]] = {
    "title": "标题",
    "facts": "内容摘要",
    "place": "事发地点",
    "category": "诉求类别",
    "requirements": "办理要求",
    "secrecy": "密级",
    "marks": "敏感标记",
    "sources": "来源",
    "alias": "网民代号",
    "found_at": "发现时间",
    "source_note": "溯源说明",
    "happened": "事发时间",
    "persons": "涉及人员",
    "verification": "核实情况",
    "evidence": "证据清单",
    "spread": "传播情况",
    "related": "同类或重复",
    "assessment": "研判与热度",
    "answers_publicly": "是否需公开回应",
    "wording": "建议口径",
}
"""Names of the fields that a corrected form may change, by attribute of `Bulletin` or `BulletinDetails`."""


def changed_fields(before: Bulletin, after: Bulletin) -> tuple[str, ...]:
    """The attributes in which two versions differ, in the order of the form."""
    names = {field.name for field in fields(BulletinDetails)}

    def of(one: Bulletin, name: str) -> object:
        return getattr(one.details if name in names else one, name)

    return tuple(name for name in FIELD_LABELS if of(before, name) != of(after, name))
