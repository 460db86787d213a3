"""What goes in and out, as JSON. Nothing here names a citizen: messages carry an alias, in order of appearance."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, StrictBool, StringConstraints

from jiesu.cases.refusals import MAX_TEXT
from jiesu.model.case import Assignment, Case
from jiesu.model.message import Message
from jiesu.model.people import Bureau
from jiesu.model.returns import ReturnReason, ReturnVerdict
from jiesu.model.timeline import Entry
from jiesu.model.words import AssignmentRole, AssignmentStatus, CaseStatus, HeatGrade, Intent, ReplyManner, Resolution, Urgency

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_TEXT)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._-]{1,80}$")]


def _as_written(value: object) -> object:
    """RFC 3339, as the document says: pydantic would take seconds since 1970 too."""
    if not isinstance(value, str) or "T" not in value.upper():
        raise ValueError("a time as RFC 3339 writes it")
    return value


Moment = Annotated[AwareDatetime, BeforeValidator(_as_written)]


class In(BaseModel):
    """A body; what it does not name is refused."""

    model_config = ConfigDict(extra="forbid")


class PlaceOut(BaseModel):
    text: str
    district: str
    bureau_code: str
    reason: str


class ReturnOut(BaseModel):
    """What a bureau gave back and nobody has decided on; where it is `arbitrated`, it had been given back before."""

    reason: ReturnReason
    words: str
    at: datetime
    arbitrated: bool


class ExtensionOut(BaseModel):
    """More time that a bureau asks for and nobody has decided on."""

    until: datetime
    reason: str
    at: datetime


class AssignmentOut(BaseModel):
    id: str
    bulletin_number: str
    bureau_code: str
    bureau_name: str
    role: AssignmentRole
    status: AssignmentStatus
    dispatched_at: datetime
    acknowledge_by: datetime
    acknowledged_at: datetime | None
    report_by: datetime
    reported_at: datetime | None
    accepted_at: datetime | None
    pending_return: ReturnOut | None
    pending_extension: ExtensionOut | None


class BulletinOut(BaseModel):
    number: str
    version: int
    title: str
    facts: str
    place: str
    requirements: str
    issued_at: datetime
    issued_by: str


class CaseOut(BaseModel):
    """A case as of `version`, which `If-Match` takes."""

    id: str
    version: int
    status: CaseStatus
    title: str
    category: str
    urgency: Urgency
    intent: Intent | None
    place: PlaceOut
    heat: HeatGrade | None
    opened_at: datetime
    updated_at: datetime
    closed_at: datetime | None
    resolution: Resolution | None
    message_count: int
    open_tasks: int
    bulletins: list[BulletinOut]
    assignments: list[AssignmentOut]

    @classmethod
    def of(cls, case: Case) -> "CaseOut":
        return cls(
            id=case.id,
            version=case.version,
            status=case.status,
            title=case.title,
            category=case.category,
            urgency=case.urgency,
            intent=case.intent,
            place=PlaceOut(
                text=case.place.text,
                district=case.place.district,
                bureau_code=case.place.bureau_code,
                reason=case.place.reason,
            ),
            heat=None if case.heat is None else case.heat.grade,
            opened_at=case.opened_at,
            updated_at=case.updated_at,
            closed_at=case.closed_at,
            resolution=case.resolution,
            message_count=case.message_count,
            open_tasks=len(case.tasks),
            bulletins=[
                BulletinOut(
                    number=one.number,
                    version=one.version,
                    title=one.title,
                    facts=one.facts,
                    place=one.place,
                    requirements=one.requirements,
                    issued_at=one.issued_at,
                    issued_by=one.issued_by,
                )
                for one in case.bulletins
            ],
            assignments=[_assignment(one) for one in case.assignments],
        )


class CasesOut(BaseModel):
    """One page; `next` goes on where it is not null."""

    items: list[CaseOut]
    next: str | None


class EntryOut(BaseModel):
    """One line of the timeline; `text` is what the desk says of it."""

    version: int
    at: datetime
    kind: str
    actor_kind: str
    text: str


class TimelineOut(BaseModel):
    """Newest first; `next` is the version before which the next page begins."""

    items: list[EntryOut]
    next: int | None


class MessageOut(BaseModel):
    alias: str
    platform: str
    kind: str
    sent_at: datetime
    text: str
    files: int


class MessagesOut(BaseModel):
    """The newest messages of a case, oldest of them first."""

    items: list[MessageOut]

    @classmethod
    def of(cls, messages: list[Message]) -> "MessagesOut":
        aliases: dict[str, str] = {}
        return cls(
            items=[
                MessageOut(
                    alias=aliases.setdefault(one.citizen_id, f"网民{len(aliases) + 1}"),
                    platform=one.platform,
                    kind=one.kind,
                    sent_at=one.sent_at,
                    text=one.text,
                    files=len(one.media),
                )
                for one in messages
            ]
        )


class BureauOut(BaseModel):
    code: str
    name: str
    kind: str
    district: str

    @classmethod
    def of(cls, bureau: Bureau) -> "BureauOut":
        return cls(code=bureau.code, name=bureau.name, kind=bureau.kind, district=bureau.district)


class BureausOut(BaseModel):
    items: list[BureauOut]


class DoneOut(BaseModel):
    """The case's version after the act; `changed` is false where there was nothing left to do."""

    case_id: str
    version: int
    changed: bool


class NoteIn(In):
    text: Text


class CorrectionIn(In):
    """What is absent stays as it is."""

    category: Code | None = None
    urgency: Urgency | None = None
    intent: Intent | None = None
    reason: Annotated[str, StringConstraints(strip_whitespace=True, max_length=MAX_TEXT)] = ""


class DispatchIn(In):
    """`lead` is absent where the case has a lead already; deadlines come from the office's ladders."""

    title: Line
    facts: Text
    place: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = ""
    category: Code
    urgency: Urgency
    requirements: Annotated[str, StringConstraints(strip_whitespace=True, max_length=MAX_TEXT)] = ""
    lead: Code | None = None
    joint: Annotated[list[Code], Field(max_length=40)] = Field(default_factory=list)


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
    text: Annotated[str, StringConstraints(strip_whitespace=True, max_length=MAX_TEXT)] = ""


class ReplyIn(In):
    """To the newest message of the case."""

    text: Text
    manner: ReplyManner = ReplyManner.PRIVATE


class ClosingIn(In):
    """`leaves_unanswered`: it is known that some citizens of the case get no answer."""

    resolution: Literal["answered", "handled", "not_police", "noise", "not_actionable"]
    reason: Text
    leaves_unanswered: StrictBool = False


def _assignment(one: Assignment) -> AssignmentOut:
    back, more = one.pending_return, one.pending_extension
    return AssignmentOut(
        id=one.id,
        bulletin_number=one.bulletin_number,
        bureau_code=one.bureau_code,
        bureau_name=one.bureau_name,
        role=one.role,
        status=one.status,
        dispatched_at=one.dispatched_at,
        acknowledge_by=one.acknowledgement.deadline,
        acknowledged_at=one.acknowledged_at,
        report_by=one.feedback_ladder.deadline,
        reported_at=one.reported_at,
        accepted_at=one.accepted_at,
        pending_return=None
        if back is None
        else ReturnOut(reason=back.reason, words=back.words, at=back.at, arbitrated=back.arbitrated),
        pending_extension=None if more is None else ExtensionOut(until=more.until, reason=more.reason, at=more.at),
    )


def entry_out(entry: Entry, text: str) -> EntryOut:
    """An entry of the timeline, in the words of `text`."""
    return EntryOut(version=entry.version, at=entry.at, kind=entry.change.kind, actor_kind=entry.actor.kind, text=text)
