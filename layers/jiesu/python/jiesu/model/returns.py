"""What a bureau gives back (退回), and what is decided on it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

from jiesu.model.ladder import Ladder
from jiesu.model.people import Actor, Contact


class ReturnReason(StrEnum):
    """Why a bureau gives an assignment back, by the codes that the petition lines use."""

    INCOMPLETE = "incomplete"
    UNCLEAR = "unclear"
    WRONG_TYPE = "wrong_type"
    PLACE_UNKNOWN = "place_unknown"
    KNOWN_ANSWER = "known_answer"
    DUPLICATE = "duplicate"
    TAKEN_BACK = "taken_back"
    NOT_OURS = "not_ours"
    OTHER = "other"

    @property
    def label(self) -> str:
        return {
            "incomplete": "缺失要素",
            "unclear": "表述不清",
            "wrong_type": "类型有误",
            "place_unknown": "地址不详",
            "known_answer": "已有知识",
            "duplicate": "重复受理",
            "taken_back": "市民撤诉",
            "not_ours": "不属本职",
            "other": "其他",
        }[self.value]

    @property
    def says_the_desk_erred(self) -> bool:
        """Whether a more careful desk would not have sent it out, or not there."""
        return self not in (ReturnReason.TAKEN_BACK, ReturnReason.OTHER)


class ReturnVerdict(StrEnum):
    """What becomes of what was given back. `UPHELD`: it stays with the bureau."""

    UPHELD = "upheld"
    REROUTED = "rerouted"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        return {"upheld": "由原单位继续办理", "rerouted": "改派其他单位", "withdrawn": "同意退回，不再交办"}[self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Return:
    """One return of one assignment; `verdict` is None as long as nobody has decided, `said` is the reason of whoever did.

    Where it is `arbitrated`, the matter had been given back before: only a supervisor decides.
    """

    reason: ReturnReason
    words: str
    by: Actor
    at: datetime
    arbitrated: bool
    verdict: ReturnVerdict | None = None
    said: str = ""
    decided_by: Actor | None = None
    decided_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """`decision` is the ladder of the office's own duty to decide; `contacts` are told at once."""

    assignment_id: str
    reason: ReturnReason
    words: str
    arbitrated: bool
    decision: Ladder
    contacts: tuple[Contact, ...]
    run: int
    kind: Literal["returned"] = "returned"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnRejected:
    """The bureau is to handle it after all. `ladders` replace those of their kinds: they count from now."""

    assignment_id: str
    reason: str
    ladders: tuple[Ladder, ...]
    contacts: tuple[Contact, ...]
    run: int
    kind: Literal["return_rejected"] = "return_rejected"


@dataclass(frozen=True, slots=True, kw_only=True)
class Excused:
    """A joint bureau need not report any more (免予反馈)."""

    assignment_id: str
    reason: str
    contacts: tuple[Contact, ...]
    run: int
    kind: Literal["excused"] = "excused"
