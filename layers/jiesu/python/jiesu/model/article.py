"""Articles of the office's own knowledge base: answers that a department gave once and that may be given again."""

from dataclasses import dataclass
from datetime import date, datetime

from jiesu.model.people import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidityChange:
    """Somebody moved the last day on which an article may be sent."""

    by: Actor
    at: datetime
    valid_until: date
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeArticle:
    """Valid on both days and between them, in the office's own time. `source` is the department that gave the answer."""

    id: str
    question: str
    answer: str
    source: str
    case_id: str
    kept_by: Actor
    kept_at: datetime
    valid_from: date
    valid_until: date
    changes: tuple[ValidityChange, ...] = ()

    def is_valid(self, on: date) -> bool:
        return self.valid_from <= on <= self.valid_until
