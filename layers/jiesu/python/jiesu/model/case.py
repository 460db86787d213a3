"""A case and its assignments: what one matter is, once its entries (`model/timeline.py`) are put together."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from jiesu.model.asking import Asking, AskingRung
from jiesu.model.bulletin import Bulletin
from jiesu.model.coverage import (
    Coverage,
)
from jiesu.model.extensions import Extension
from jiesu.model.ladder import EscalationPlan, Ladder, Rung, SupervisionOrder
from jiesu.model.mail import AttachedFile, BureauMail
from jiesu.model.match import Suggestion
from jiesu.model.message import DESK_ACCOUNT_ID, ConversationKey, PlaceMatch
from jiesu.model.people import Actor, Contact
from jiesu.model.publication import Publication
from jiesu.model.receipt import Undelivered
from jiesu.model.returns import Return
from jiesu.model.unmasking import Unmasking
from jiesu.model.words import (
    AssignmentRole,
    AssignmentStatus,
    CaseStatus,
    ContactRole,
    ContentType,
    HeatGrade,
    Intent,
    LadderKind,
    MessageKind,
    Platform,
    ReplyManner,
    Resolution,
    TaskKind,
    Urgency,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRef:
    """A message as its case remembers it: enough to find it and to answer it, none of its text."""

    message_id: str
    platform: Platform
    kind: MessageKind
    conversation: ConversationKey
    sent_at: datetime
    post_id: str | None = None
    post_is_comment: bool = False

    @property
    def allows_comment(self) -> bool:
        """Whether it stands in public, where the office can answer under it."""
        public = self.platform is Platform.WEIBO or (self.platform is Platform.DOUYIN and self.kind is MessageKind.COMMENT)
        return public and self.post_id is not None

    @property
    def is_answered_by_hand(self) -> bool:
        """Whether no interface carries an answer to it: by its platform, or because a person wrote it down from there."""
        return self.platform.is_by_hand or self.conversation.account_id == DESK_ACCOUNT_ID


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a person says of a message that the system had called noise."""

    category: str
    urgency: Urgency
    intent: Intent | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """What a bureau reports: findings, result with the law it rests on, what the public may read, and files for the office."""

    findings: str
    result: str
    publishable: str
    legal_basis: str = ""
    files: tuple[AttachedFile, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """One bureau's part of a case.

    Several ladders run beside each other, and one clock waits for the nearest rung of them all. `run` changes
    whenever that clock must start anew or stop; a clock of an older run is stale. `level` moves on with each
    rung that is climbed and each duty that is met, so that a clock which waited for a rung that is no longer
    the next one climbs nothing and looks again. A duty that is met only puts the next rung off: that needs no new run.

    `article_id` is what a consultation's answer was kept as in the knowledge base, `released_at` when it was over
    without a report.
    """

    id: str
    bulletin_number: str
    bureau_code: str
    bureau_name: str
    role: AssignmentRole
    contacts: tuple[Contact, ...]
    plan: EscalationPlan
    acknowledgement: Ladder
    feedback_ladder: Ladder
    dispatched_at: datetime
    status: AssignmentStatus = AssignmentStatus.DISPATCHED
    run: int = 1
    level: int = 0
    acknowledged_at: datetime | None = None
    reported_at: datetime | None = None
    accepted_at: datetime | None = None
    feedback: Feedback | None = None
    action: Ladder | None = None
    first_contact: Ladder | None = None
    interim: Ladder | None = None
    contacted_at: datetime | None = None
    interim_at: datetime | None = None
    orders: tuple[SupervisionOrder, ...] = ()
    decision: Ladder | None = None
    returns: tuple[Return, ...] = ()
    rerouted_from: str = ""
    extensions: tuple[Extension, ...] = ()
    first_reported_at: datetime | None = None
    first_report_due: datetime | None = None
    article_id: str = ""
    released_at: datetime | None = None

    @property
    def ended_at(self) -> datetime | None:
        """When nothing more was expected of the bureau; None as long as something is."""
        if not self.status.is_over:
            return None
        # Assignments that were released before that was remembered know no better time.
        return self.released_at or self.accepted_at or self.reported_at or self.dispatched_at

    @property
    def running(self) -> tuple[Ladder, ...]:
        """The ladders of the duties that are open, the one due first before the others.

        None while the office looks at a report; while it decides on a return, that of its own decision.

        Before the acknowledgement only the feedback is watched besides: nobody is asked for four things at once,
        and the last rung of a silent bureau's acknowledgement is not the end.
        """
        ladders: list[Ladder | None]
        match self.status:
            case _ if self.role is AssignmentRole.CONSULTATION and not self.status.is_over:
                ladders = [] if self.status is AssignmentStatus.REPORTED else [self.feedback_ladder]
            case AssignmentStatus.DISPATCHED:
                ladders = [self.acknowledgement, self.feedback_ladder]
            case AssignmentStatus.ACKNOWLEDGED:
                ladders = [self.action, *self._owed_on_the_way, self.feedback_ladder]
            case AssignmentStatus.IN_PROGRESS | AssignmentStatus.SENT_BACK:
                ladders = [*self._owed_on_the_way, self.feedback_ladder]
            case AssignmentStatus.RETURNED:
                ladders = [self.decision]
            case AssignmentStatus.REPORTED | AssignmentStatus.ACCEPTED | AssignmentStatus.WITHDRAWN | AssignmentStatus.EXCUSED:
                ladders = []
        return tuple(sorted((one for one in ladders if one is not None), key=lambda ladder: ladder.deadline))

    @property
    def _owed_on_the_way(self) -> list[Ladder | None]:
        """What is due before the feedback; whoever has reported once owes none of it any more."""
        if self.reported_at is not None:
            return []
        contact = self.first_contact if self.contacted_at is None else None
        return [contact, self.interim if self.interim_at is None else None]

    @property
    def ladder(self) -> Ladder | None:
        """The open duty that is due first; None while the next move is the office's."""
        return self.running[0] if self.running else None

    @property
    def next_step(self) -> tuple[Ladder, Rung] | None:
        """The nearest rung of all ladders that run, with its ladder."""
        steps = [(ladder, rung) for ladder in self.running if (rung := ladder.next_rung) is not None]
        return min(steps, key=lambda step: step[1].at, default=None)

    @property
    def next_rung(self) -> Rung | None:
        return None if self.next_step is None else self.next_step[1]

    @property
    def pending_return(self) -> Return | None:
        """What the bureau gave back and nobody has decided on yet."""
        return self.returns[-1] if self.returns and self.returns[-1].verdict is None else None

    @property
    def pending_extension(self) -> Extension | None:
        """The time that the bureau asked for and nobody has decided on yet."""
        return self.extensions[-1] if self.extensions and self.extensions[-1].state == "asked" else None

    def ladder_of(self, kind: LadderKind) -> Ladder | None:
        """The ladder of that duty, whether it runs or not."""
        ladder: Ladder | None = getattr(self, LADDER_FIELDS[kind])
        return ladder

    def is_stalled(self, now: datetime) -> bool:
        """Whether it was acknowledged, nothing followed, and the acknowledgement has expired (签收后无进展)."""
        return self.status is AssignmentStatus.ACKNOWLEDGED and self.action is not None and self.action.deadline <= now

    @property
    def bureau_contacts(self) -> tuple[Contact, ...]:
        """The bureau's own people, without the office's that stand behind them on the ladder."""
        return tuple(one for one in self.contacts if one.role in (ContactRole.DUTY_OFFICER, ContactRole.CHIEF))


LADDER_FIELDS: Mapping[LadderKind, str] = {
    LadderKind.ACKNOWLEDGEMENT: "acknowledgement",
    LadderKind.ACTION: "action",
    LadderKind.FIRST_CONTACT: "first_contact",
    LadderKind.INTERIM: "interim",
    LadderKind.FEEDBACK: "feedback_ladder",
    LadderKind.ANSWER: "feedback_ladder",
    LadderKind.DECISION: "decision",
}
"""Where an assignment has the ladder of each duty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One answer to one citizen; `state` is requested, sent or failed.

    `automatic_at` is when the system gave it by itself, `platform_ref` what the platform calls it once it is sent.
    `answers` are the consultations that it is made of.
    """

    id: str
    text: str
    to: MessageRef
    manner: ReplyManner = ReplyManner.PRIVATE
    state: Literal["requested", "sent", "failed"] = "requested"
    automatic_at: datetime | None = None
    platform_ref: str = ""
    answers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Disclosure:
    """What everybody may read of a case, in words that an editor wrote for that; the place is a rough one, or empty."""

    title: str
    description: str
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What a person must do because the system could not; `subject` is the reply or notice, `reason` a code.

    `due` is when it is too late, where that is known.
    """

    id: str
    kind: TaskKind
    subject: str
    reason: str
    opened_at: datetime
    due: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SpentClock:
    """That a person was told when a clock had no rung left in its `run`; of each clock the last time."""

    clock_id: str
    run: int
    told_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """What a message that tells of an emergency sets off by itself; `reason` is what made it one.

    No `contacts` are told where they were told moments ago, or where there are none: that is a `task`.
    No `reply` is given where the citizen has had it already.
    """

    reason: str
    contacts: tuple[Contact, ...]
    reply: Reply | None
    task: Task | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Emergency:
    """That a case is one, why, and when the command centre was told last; None as long as there was nobody to tell."""

    reason: str
    told_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Heat:
    """How hot a case is held to be: the grade that was raised last, or that a person lowered it to; None is not hot.

    What was observed until `lowered_at` raises it no more.
    """

    grade: HeatGrade | None
    score: int
    since: datetime
    lowered_at: datetime | None = None

    @property
    def rank(self) -> int:
        """That of its grade; 0 is not hot."""
        return 0 if self.grade is None else self.grade.rank


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicResponse:
    """The office's duty to speak to everybody about a hot case: one ladder a statement, in order of their deadlines.

    `met` counts the statements that were made. `level` counts the rungs of all ladders that were climbed or are
    behind a statement, so that the clock that waits for one of them goes on to the next. `ended`: nothing more is owed.
    `resting`: the case is merged into another, whose business it is.
    """

    ladders: tuple[Ladder, ...]
    contacts: tuple[Contact, ...]
    run: int
    met: int = 0
    level: int = 0
    ended: bool = False
    resting: bool = False

    @property
    def rungs(self) -> tuple[Rung, ...]:
        return tuple(rung for ladder in self.ladders for rung in ladder.rungs)

    @property
    def ladder(self) -> Ladder | None:
        """The ladder of the statement that is due next."""
        over = self.ended or self.resting or self.met >= len(self.ladders)
        return None if over else self.ladders[self.met]

    @property
    def next_rung(self) -> Rung | None:
        return None if self.ladder is None or self.level >= len(self.rungs) else self.rungs[self.level]


PUBLIC_RESPONSE = "public"
"""Stands where an assignment's id does in what is about the public response."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CarriedMessage:
    """A message that goes from one case to another, with the kinds of its files that are kept.

    Where it `leads`, it is the newest that its citizen sent to the case it leaves: the conversation goes along.
    """

    message: MessageRef
    evidence: tuple[ContentType, ...] = ()
    leads: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AbsorbedCase:
    """A case that was merged into this one.

    `response_taken`: with it came what is owed to the public; `never_with` are cases from which it alone had been told apart.
    """

    id: str
    title: str
    merged_at: datetime
    response_taken: bool = False
    never_with: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitOff:
    """Out of which case, with which messages and their replies, another was made."""

    source: str
    title: str
    messages: tuple[CarriedMessage, ...]
    replies: tuple[Reply, ...]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NextQuestion:
    """The question at `step` goes out as `reply`; `rungs` are its clock's."""

    step: int
    reply: Reply
    rungs: tuple[AskingRung, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerThreaded:
    """That a message answers the question at `step`, and what follows by itself: the next question, or a person's task."""

    asking_id: str
    step: int
    run: int
    following: NextQuestion | None = None
    task: Task | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One matter: the fold of its timeline, and nothing else.

    `voices` are its citizens, each by their newest message, `suggestions` other cases that may be the same matter.
    `returned_at` is when it was reopened after it was called handled. `moving` are the versions of the entries whose
    messages have not all arrived yet. `merged_into` and `never_with` are ids of cases; a case that is merged is closed.
    `owner` is who of the office answers for it. `mails` are those of bureaus that nobody has read yet.
    """

    id: str
    version: int
    status: CaseStatus
    title: str
    category: str
    urgency: Urgency
    place: PlaceMatch
    intent: Intent | None = None
    opened_at: datetime
    updated_at: datetime
    latest_message: MessageRef | None = None
    message_count: int = 0
    evidence_kept: tuple[ContentType, ...] = ()
    bulletins: tuple[Bulletin, ...] = ()
    assignments: tuple[Assignment, ...] = ()
    replies: tuple[Reply, ...] = ()
    publications: tuple[Publication, ...] = ()
    tasks: tuple[Task, ...] = ()
    resolution: Resolution | None = None
    closed_at: datetime | None = None
    disclosure: Disclosure | None = None
    emergency: Emergency | None = None
    heat: Heat | None = None
    public_response: PublicResponse | None = None
    merged_into: str | None = None
    absorbed: tuple[AbsorbedCase, ...] = ()
    never_with: tuple[str, ...] = ()
    moving: tuple[int, ...] = ()
    voices: tuple[MessageRef, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()
    coverage: Coverage | None = None
    askings: tuple[Asking, ...] = ()
    undelivered: tuple[Undelivered, ...] = ()
    returned_at: tuple[datetime, ...] = ()
    spent: tuple[SpentClock, ...] = ()
    owner: Actor | None = None
    unmaskings: tuple[Unmasking, ...] = ()
    mails: tuple[BureauMail, ...] = ()

    command_joined_at: datetime | None = None

    def assignment(self, assignment_id: str) -> Assignment | None:
        return next((one for one in self.assignments if one.id == assignment_id), None)

    def bulletin(self, number: str) -> Bulletin | None:
        return next((one for one in self.bulletins if one.number == number), None)

    def reply(self, reply_id: str) -> Reply | None:
        return next((one for one in self.replies if one.id == reply_id), None)

    def publication(self, publication_id: str) -> Publication | None:
        return next((one for one in self.publications if one.id == publication_id), None)

    def mail(self, mail_id: str) -> BureauMail | None:
        return next((one for one in self.mails if one.id == mail_id), None)

    def asking(self, asking_id: str) -> Asking | None:
        return next((one for one in self.askings if one.id == asking_id), None)
