"""What goes in: the bodies of the acts. What a body does not name is refused."""

from datetime import date
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, StrictBool, StringConstraints

from jiesu.cases.refusals import MAX_TEXT
from jiesu.cases.search import MOST_CHARACTERS
from jiesu.model.bulletin import Secrecy, SensitiveMark, Verification
from jiesu.model.lookup import LookupKind
from jiesu.model.returns import ReturnVerdict
from jiesu.model.words import CaseStatus, HeatGrade, Intent, ReplyManner, Urgency

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_TEXT)]
Words = Annotated[str, StringConstraints(strip_whitespace=True, max_length=MAX_TEXT)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Short = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._-]{1,80}$")]
CaseNumber = Annotated[str, StringConstraints(pattern=r"^[0-9]{6}-[0-9A-HJKMNP-TV-Z]{6}$")]


def _as_written(value: object) -> object:
    """RFC 3339, as the document says: pydantic would take seconds since 1970 too."""
    if not isinstance(value, str) or "T" not in value.upper():
        raise ValueError("a time as RFC 3339 writes it")
    return value


def _as_a_day(value: object) -> object:
    if not isinstance(value, str) or len(value) != len("2026-11-28"):
        raise ValueError("a day as RFC 3339 writes it")
    return value


def _whole(value: object) -> object:
    """A whole number, `21.0` too, which JSON Schema calls an integer; pydantic would take texts as well, or refuse both.

    It stands behind a field's bounds: those behind it would be missing in the document.
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("a whole number")  # noqa: TRY004 - pydantic reads ValueError
    return value


Moment = Annotated[AwareDatetime, BeforeValidator(_as_written)]
Day = Annotated[date, BeforeValidator(_as_a_day)]


class In(BaseModel):
    """A body; what it does not name is refused."""

    model_config = ConfigDict(extra="forbid")


class NoteIn(In):
    text: Text


class PlaceIn(In):
    """`bureau_code` is whose place it is; empty where that is not known."""

    text: Short
    bureau_code: Code | Literal[""] = ""


class CorrectionIn(In):
    """What is absent stays as it is."""

    category: Code | None = None
    urgency: Urgency | None = None
    intent: Intent | None = None
    place: PlaceIn | None = None
    reason: Words = ""


class DetailsIn(In):
    """What a bulletin may say beyond its facts. `alias` stands for the citizen; `evidence` has one line a file."""

    secrecy: Secrecy = Secrecy.INTERNAL
    marks: Annotated[tuple[SensitiveMark, ...], Field(max_length=len(SensitiveMark))] = ()
    sources: Words = ""
    alias: Short = ""
    found_at: Moment | None = None
    source_note: Words = ""
    happened: Words = ""
    persons: Words = ""
    verification: Verification = Verification.PENDING
    evidence: Annotated[tuple[Line, ...], Field(max_length=100)] = ()
    spread: Words = ""
    related: Words = ""
    assessment: Words = ""
    answers_publicly: StrictBool = False
    wording: Words = ""


class DispatchIn(In):
    """`lead` is absent where the case has a lead already; deadlines come from the office's ladders."""

    title: Line
    facts: Text
    place: Short = ""
    category: Code
    urgency: Urgency
    requirements: Words = ""
    lead: Code | None = None
    joint: Annotated[list[Code], Field(max_length=40)] = Field(default_factory=list)
    details: DetailsIn = Field(default_factory=DetailsIn)


class BulletinIn(In):
    """A bulletin as it shall stand; its number, its urgency and every deadline stay. Without `details` those stay too."""

    title: Line
    facts: Text
    place: Short = ""
    category: Code
    requirements: Words = ""
    details: DetailsIn | None = None
    reason: Text


class ReasonIn(In):
    reason: Text


class ReturnDecisionIn(In):
    """`to` is the code of the bureau to which it is re-routed."""

    verdict: ReturnVerdict
    reason: Text
    to: Code | None = None


class GrantIn(In):
    """`until` is all of what was asked, or less; `text` goes to every citizen of the case, and is needed where there is one."""

    until: Moment
    reason: Text
    text: Words = ""


class ReplyIn(In):
    """To the newest message of the case, to that of the id `message`, or with `to_all` to every citizen who has no answer.

    `answers` are the consultations of which the text is made; it settles them.
    """

    text: Text
    manner: ReplyManner = ReplyManner.PRIVATE
    message: Code | None = None
    to_all: StrictBool = False
    answers: Annotated[tuple[Code, ...], Field(max_length=40)] = ()


class ClosingIn(In):
    """`leaves_unanswered`: it is known that some citizens of the case get no answer."""

    resolution: Literal["answered", "handled", "not_police", "noise", "not_actionable"]
    reason: Text
    leaves_unanswered: StrictBool = False


class DisclosureIn(In):
    """What everybody may read."""

    title: Line
    description: Text
    place: Short = ""


class TaskIn(In):
    note: Text


class MailIn(In):
    """`contacted`: the bureau says that it has spoken with the citizen."""

    contacted: StrictBool = False


class FeedbackIn(In):
    """A bureau's feedback; `publishable` is what may be told."""

    findings: Text
    result: Text
    legal_basis: Words = ""
    publishable: Words = ""


class HeatIn(In):
    """Without a grade the case is not hot any more."""

    grade: HeatGrade | None = None
    reason: Text


class UrgencyIn(In):
    urgency: Urgency
    reason: Text


class PublicationIn(In):
    """A text for the public on the accounts of these ids; another key or person approves it."""

    title: Short = ""
    text: Text
    link: Annotated[str, StringConstraints(strip_whitespace=True, max_length=1_000)] = ""
    accounts: Annotated[list[Code], Field(min_length=1, max_length=20)]


class StatementIn(PublicationIn):
    """One statement of a live coverage; `due_at` is when the next one is owed, where that is not the usual interval."""

    is_last: StrictBool = False
    due_at: Moment | None = None


class CoverageIn(In):
    """`due_at` is when the first statement is owed; without it, an interval from now. `facts` and `unknowns` have one a line."""

    interval_minutes: Annotated[int, Field(ge=1, le=1_440), BeforeValidator(_whole)]
    due_at: Moment | None = None
    facts: Words = ""
    unknowns: Words = ""


class BriefingIn(In):
    facts: Words
    unknowns: Words


class NextStatementIn(In):
    due_at: Moment
    reason: Text


class AskingIn(In):
    """Whoever wrote the message of the id `message`, or else the newest one, is asked where it comes from."""

    message: Code | None = None


class SaidIn(In):
    """What was answered to the question at this place, from 0."""

    step: Annotated[int, Field(ge=0, le=99), BeforeValidator(_whole)]
    said: Text


class QuestionIn(In):
    question: Text
    bureaus: Annotated[list[Code], Field(min_length=1, max_length=40)]


class KeptAnswerIn(In):
    """Without the citizen, in words that fit whoever asks the same."""

    question: Text
    answer: Text
    valid_until: Day


class ValidityIn(In):
    valid_until: Day
    reason: Text


class OtherIn(In):
    """`other` is the id of another case."""

    other: CaseNumber
    reason: Words = ""


class MoveIn(In):
    """Messages by their ids go to the case `to`, or without it into a case of their own."""

    messages: Annotated[list[Code], Field(min_length=1, max_length=100)]
    to: CaseNumber | None = None
    reason: Text


class SearchIn(In):
    """`since` and `until` are days of opening, both included; without them a year back is looked through."""

    words: Annotated[str, StringConstraints(strip_whitespace=True, max_length=MOST_CHARACTERS)] = ""
    bureau: Code | None = None
    status: CaseStatus | None = None
    since: Day | None = None
    until: Day | None = None
    cursor: Annotated[str, StringConstraints(max_length=200)] | None = None


class LookupIn(In):
    """`typed` is a whole telephone, the beginning of a name, or an account letter by letter."""

    kind: LookupKind
    typed: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MOST_CHARACTERS)]
