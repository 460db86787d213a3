"""What of the cases somebody looks for: words in the title, the place and the number, and what narrows them down."""

from dataclasses import dataclass
from datetime import datetime

from jiesu.cases.desk_lines import DeskLine, findable, readable
from jiesu.model.words import CaseStatus

MOST_WORDS = 5
MOST_CHARACTERS = 60
"""Of all that is typed into one field."""


def words_of(typed: str) -> tuple[str, ...]:
    """What must be found, each word by itself."""
    return tuple(dict.fromkeys(readable(typed[:MOST_CHARACTERS]).split()))[:MOST_WORDS]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """`since` and `until` (exclusive) are of the opening; `bureau` is a code; None and empty ask nothing."""

    words: tuple[str, ...] = ()
    bureau: str = ""
    status: CaseStatus | None = None
    since: datetime
    until: datetime

    def fits(self, line: DeskLine) -> bool:
        text = findable(line)
        return (
            all(word in text for word in self.words)
            and (not self.bureau or self.bureau in line.bureaus)
            and (self.status is None or line.status is self.status)
            and self.since <= line.opened_at < self.until
        )
