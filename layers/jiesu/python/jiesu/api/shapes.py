"""What goes out, as JSON. Nothing here names a citizen: messages carry an alias, in order of appearance."""

import hashlib
from collections.abc import Iterable
from datetime import date, datetime

from pydantic import BaseModel

from jiesu.cases.desk_lines import DeskLine, Owed
from jiesu.cases.timeliness import BureauTimeliness, Rate, acknowledged_in_time, reported_in_time
from jiesu.channels.publishing import publishing_accounts
from jiesu.model.asking import Asking, AskingState, QuestionTopic, StepState
from jiesu.model.case import Assignment, Case
from jiesu.model.message import ChannelAccount, Message
from jiesu.model.people import Bureau
from jiesu.model.publication import PostingState, Publication, PublicationState
from jiesu.model.returns import ReturnReason
from jiesu.model.timeline import Entry
from jiesu.model.words import (
    AssignmentRole,
    AssignmentStatus,
    CaseStatus,
    HeatGrade,
    Intent,
    LadderKind,
    Resolution,
    TaskKind,
    Urgency,
)
from jiesu.store.articles import StoredArticle


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


class TaskOut(BaseModel):
    """What a person must do; `due` is when it is too late, where that is known."""

    id: str
    kind: TaskKind
    opened_at: datetime
    due: datetime | None


class PostingOut(BaseModel):
    account_id: str
    state: PostingState
    link: str


class PublicationOut(BaseModel):
    """A text for the public; `is_statement` where it is one of a live coverage."""

    id: str
    state: PublicationState
    title: str
    text: str
    link: str
    is_statement: bool
    postings: list[PostingOut]

    @classmethod
    def of(cls, one: Publication) -> "PublicationOut":
        postings = [PostingOut(account_id=part.account_id, state=part.state, link=part.link) for part in one.postings]
        return cls(
            id=one.id,
            state=one.state,
            title=one.title,
            text=one.text,
            link=one.link,
            is_statement=one.statement is not None,
            postings=postings,
        )


class StepOut(BaseModel):
    topic: QuestionTopic
    state: StepState


class AskingOut(BaseModel):
    """The questions to one citizen, in their order."""

    id: str
    state: AskingState
    steps: list[StepOut]

    @classmethod
    def of(cls, one: Asking) -> "AskingOut":
        return cls(
            id=one.id,
            state=one.state,
            steps=[StepOut(topic=step.question.topic, state=step.state) for step in one.steps],
        )


class MailOut(BaseModel):
    """A bureau's mail that nobody has read yet."""

    id: str
    assignment_id: str
    received_at: datetime


class CaseOut(BaseModel):
    """A case as of `version`, which `If-Match` takes.

    A consultation is an assignment of that role, its question a bulletin of its number. `never_with` are cases that are
    known to be of other matters.
    """

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
    tasks: list[TaskOut]
    mails: list[MailOut]
    publications: list[PublicationOut]
    askings: list[AskingOut]
    is_disclosed: bool
    is_covered: bool
    merged_into: str | None
    never_with: list[str]

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
            tasks=[TaskOut(id=one.id, kind=one.kind, opened_at=one.opened_at, due=one.due) for one in case.tasks],
            mails=[MailOut(id=one.id, assignment_id=one.assignment_id, received_at=one.received_at) for one in case.mails],
            publications=[PublicationOut.of(one) for one in case.publications],
            askings=[AskingOut.of(one) for one in case.askings],
            is_disclosed=case.disclosure is not None,
            is_covered=case.coverage is not None and case.coverage.is_running,
            merged_into=case.merged_into,
            never_with=list(case.never_with),
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


def message_id(platform_id: str) -> str:
    """What a message goes by: a platform's own id of a comment leads to who wrote it."""
    return hashlib.sha256(platform_id.encode()).hexdigest()[:16]


class MessageOut(BaseModel):
    """`id` is what acts take for the message."""

    id: str
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
                    id=message_id(one.id),
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


class AccountOut(BaseModel):
    """An account of the office; `publishes` where a public post can go out on it from here."""

    id: str
    name: str
    platform: str
    publishes: bool

    @classmethod
    def of(cls, one: ChannelAccount) -> "AccountOut":
        return cls(id=one.id, name=one.name, platform=one.platform, publishes=bool(publishing_accounts([one])))


class AccountsOut(BaseModel):
    items: list[AccountOut]


class ArticleOut(BaseModel):
    """An article of the office's knowledge base as of `revision`, which `If-Match` takes; valid on both days."""

    id: str
    revision: int
    question: str
    answer: str
    source: str
    case_id: str
    valid_from: date
    valid_until: date
    is_valid: bool

    @classmethod
    def of(cls, stored: StoredArticle, today: date) -> "ArticleOut":
        one = stored.article
        return cls(
            id=one.id,
            revision=stored.revision,
            question=one.question,
            answer=one.answer,
            source=one.source,
            case_id=one.case_id,
            valid_from=one.valid_from,
            valid_until=one.valid_until,
            is_valid=one.is_valid(today),
        )


class ArticlesOut(BaseModel):
    """The one that was kept last first."""

    items: list[ArticleOut]


class LineOut(BaseModel):
    """A case in one line; `bureaus` are the codes of all that had a part."""

    case_id: str
    title: str
    status: CaseStatus
    urgency: Urgency
    category: str
    place: str
    district: str
    opened_at: datetime
    closed_at: datetime | None
    resolution: Resolution | None
    bureaus: list[str]

    @classmethod
    def of(cls, line: DeskLine) -> "LineOut":
        return cls(
            case_id=line.case_id,
            title=line.title,
            status=line.status,
            urgency=line.urgency,
            category=line.category,
            place=line.place.text,
            district=line.district,
            opened_at=line.opened_at,
            closed_at=line.closed_at,
            resolution=line.resolution,
            bureaus=list(line.bureaus),
        )


class FoundOut(BaseModel):
    """Closed cases were looked through down to those opened at `read_to`; `next` goes on where it is not null."""

    items: list[LineOut]
    read_to: datetime | None
    next: str | None


class TracedOut(BaseModel):
    """`is_cut` where more messages were found than one search looks at."""

    items: list[LineOut]
    is_cut: bool


class DutyOut(BaseModel):
    """What is owed in a case and overdue since `deadline`."""

    case_id: str
    title: str
    kind: LadderKind
    deadline: datetime

    @classmethod
    def of(cls, line: DeskLine, owed: Owed) -> "DutyOut":
        return cls(case_id=line.case_id, title=line.title, kind=owed.kind, deadline=owed.deadline)


class LateBureauOut(BaseModel):
    """What a bureau owes, the longest overdue first; `soon` more fall due within a day."""

    code: str
    name: str
    late: list[DutyOut]
    soon: int


class LateOut(BaseModel):
    """Bureaus that are late, those with most overdue first; `own` is what the office itself owes."""

    bureaus: list[LateBureauOut]
    own: list[DutyOut]


class RateOut(BaseModel):
    """`met` of `due` were in time; `low` and `high` are Wilson's 95 % interval. All three are null where nothing is due."""

    met: int
    due: int
    share: float | None
    low: float | None
    high: float | None

    @classmethod
    def of(cls, one: Rate) -> "RateOut":
        return cls(met=one.met, due=one.due, share=one.share, low=one.low, high=one.high)


class TimelyOut(BaseModel):
    """One assignment behind a rate; null where it is neither done nor due."""

    case_id: str
    assignment_id: str
    acknowledged_in_time: bool | None
    reported_in_time: bool | None


class TimelinessOut(BaseModel):
    """`rank` is by the feedback, and null where the bureau has too few assignments for one."""

    code: str
    name: str
    rank: int | None
    acknowledged: RateOut
    reported: RateOut
    assignments: list[TimelyOut]


class FiguresOut(BaseModel):
    """The assignments of one month (`2026-11`), by bureau; `taken_back` more do not count."""

    month: str
    bureaus: list[TimelinessOut]
    taken_back: int

    @classmethod
    def of(cls, month: str, found: Iterable[BureauTimeliness], taken_back: int, now: datetime) -> "FiguresOut":
        return cls(month=month, bureaus=[_timeliness(one, now) for one in found], taken_back=taken_back)


def _timeliness(one: BureauTimeliness, now: datetime) -> TimelinessOut:
    assignments = [
        TimelyOut(
            case_id=line.case_id,
            assignment_id=line.assignment_id,
            acknowledged_in_time=acknowledged_in_time(line, now),
            reported_in_time=reported_in_time(line, now),
        )
        for line in one.lines
    ]
    return TimelinessOut(
        code=one.code,
        name=one.name,
        rank=one.rank,
        acknowledged=RateOut.of(one.acknowledged),
        reported=RateOut.of(one.reported),
        assignments=assignments,
    )


class DoneOut(BaseModel):
    """The case's version after the act; `changed` is false where there was nothing left to do."""

    case_id: str
    version: int
    changed: bool


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
