"""What is marked in a text, and a view of the text in which marks are easier to find."""

import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import cache


class SpanKind(StrEnum):
    """What a marked piece of a text is."""

    PHONE = "phone"
    ID_NUMBER = "id_number"
    PLATE = "plate"
    TIME = "time"
    LINK = "link"
    POST = "post"
    PERSON = "person"
    EVIDENCE = "evidence"

    @property
    def label(self) -> str:
        return {
            "phone": "电话",
            "id_number": "证件号码",
            "plate": "车牌",
            "time": "时间",
            "link": "链接",
            "post": "原帖",
            "person": "人员特征",
            "evidence": "证据",
        }[self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """`text[start:end]` of a message, and what it means in one form.

    `value` is, by kind: a phone's digits (`19900000001`, `01055500001`); an ID number with a capital X; a plate
    without dot; a time in ISO 8601 with offset, a date alone where no hour was said, `start/end` for a stretch;
    the address of a link; a post's id on its platform; the words themselves for persons and evidence.
    """

    kind: SpanKind
    start: int
    end: int
    text: str
    value: str


def fold(text: str) -> str:
    """`text` with full-width and circled characters as plain ones, every character still at its offset."""
    return text if text.isascii() else "".join(map(_folded, text))


@cache
def _folded(character: str) -> str:
    folded = unicodedata.normalize("NFKC", character)
    return folded if len(folded) == 1 else character
