"""That somebody looked for a citizen: who, when, by what kind, and what was found; never what was typed."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from unicodedata import normalize

from jiesu.model.people import Actor

MOST_NAME = 64


class LookupKind(StrEnum):
    """By what a citizen is looked for."""

    TELEPHONE = "telephone"
    NAME = "name"
    ACCOUNT = "account"

    @property
    def label(self) -> str:
        return {"telephone": "电话号码", "name": "昵称或称呼", "account": "平台账号编号"}[self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup:
    """`case_ids` are the cases that were shown."""

    at: datetime
    by: Actor
    kind: LookupKind
    case_ids: tuple[str, ...]


def name_of(name: str) -> str:
    """A name without what people write one way or another: width, case, blanks and an @ before it."""
    return "".join(normalize("NFKC", name).casefold().split()).lstrip("@")[:MOST_NAME]
