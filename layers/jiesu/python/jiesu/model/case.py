"""A case, its assignments and its timeline: what one matter is, seen from its entries."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from jiesu.model.asking import Asking, AskingRung
from jiesu.model.bulletin import Bulletin
from jiesu.model.coverage import (
    Coverage,
    CoverageBriefed,
    CoverageEnded,
    CoverageReminded,
    CoverageStarted,
    NextStatement,
    NextStatementMoved,
)
from jiesu.model.duty import OwnerChanged
from jiesu.model.evidence import Evidence
from jiesu.model.extensions import Extension, ExtensionAsked, ExtensionRefused
from jiesu.model.ladder import EscalationPlan, Ladder, Rung, SupervisionOrder
from jiesu.model.mail import AttachedFile, BureauMail, BureauMailAccepted
from jiesu.model.match import Match, Suggestion
from jiesu.model.message import DESK_ACCOUNT_ID, ConversationKey, PlaceMatch, Triage
from jiesu.model.people import Actor, Contact
from jiesu.model.publication import Publication
from jiesu.model.receipt import Undelivered
from jiesu.model.returns import Excused, Return, Returned, ReturnRejected
from jiesu.model.unmasking import Unmasked, Unmasking
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
    NoticeTemplate,
    Platform,
    ReplyManner,
    Resolution,
    RungAction,
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

    `article_id` is what a consultation's answer was kept as in the knowledge base.
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


# --- The timeline -----------------------------------------------------------------------------
# One dataclass a kind of entry. `kind` is stored and tells them apart when they are read back.


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """`verdict` is there where a person made a case of what the system had let rest; `triage` stays the system's own.

    Where a person made it out of another case, `split` has its messages, `message` among them.
    `suggested` are cases that the message is like, but not enough to join one by itself.
    """

    title: str
    message: MessageRef
    triage: Triage
    place: PlaceMatch
    verdict: Verdict | None = None
    alarm: Alarm | None = None
    split: SplitOff | None = None
    suggested: tuple[Match, ...] = ()
    kind: Literal["opened"] = "opened"


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageJoined:
    """`verdict` and `suggested` as of `Opened`; `matched` says why a message of another citizen joined by itself."""

    message: MessageRef
    triage: Triage
    verdict: Verdict | None = None
    alarm: Alarm | None = None
    matched: Match | None = None
    suggested: tuple[Match, ...] = ()
    answer: AnswerThreaded | None = None
    kind: Literal["message_joined"] = "message_joined"


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceStored:
    evidence: Evidence
    kind: Literal["evidence_stored"] = "evidence_stored"


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceMissing:
    evidence: Evidence
    kind: Literal["evidence_missing"] = "evidence_missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class SameSuggested:
    """The case's message `message_id` shares something with other cases that was not known when it came: a file, a post."""

    message_id: str
    matches: tuple[Match, ...]
    kind: Literal["same_suggested"] = "same_suggested"


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrected:
    """`None` leaves a field as it was."""

    category: str | None
    urgency: Urgency | None
    place: PlaceMatch | None
    reason: str
    intent: Intent | None = None
    kind: Literal["corrected"] = "corrected"


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    text: str
    kind: Literal["noted"] = "noted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispatched:
    """`joined` are those of the command centre who are told with the bureaus; where it ought to be and nobody is, `task`."""

    bulletin: Bulletin
    assignments: tuple[Assignment, ...]
    joined: tuple[Contact, ...] = ()
    task: Task | None = None
    kind: Literal["dispatched"] = "dispatched"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """The people of one assignment who are told of something."""

    assignment_id: str
    contacts: tuple[Contact, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BulletinCorrected:
    """A new version of a bulletin that is out; `changed` are the fields that differ (`FIELD_LABELS`)."""

    bulletin: Bulletin
    changed: tuple[str, ...]
    reason: str
    told: tuple[Told, ...]
    kind: Literal["bulletin_corrected"] = "bulletin_corrected"


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledged:
    """`action` is the ladder that asks for something to follow; its deadline is when the acknowledgement expires."""

    assignment_id: str
    run: int
    action: Ladder | None = None
    kind: Literal["acknowledged"] = "acknowledged"


@dataclass(frozen=True, slots=True, kw_only=True)
class Progressed:
    """`contacted`: it says that the bureau has spoken with the citizen. What does not is an interim report."""

    assignment_id: str
    text: str
    contacted: bool = False
    kind: Literal["progressed"] = "progressed"


@dataclass(frozen=True, slots=True, kw_only=True)
class BureauMailReceived:
    """A bureau answered by mail; `task` asks a person to read it."""

    mail: BureauMail
    task: Task
    kind: Literal["bureau_mail_received"] = "bureau_mail_received"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    assignment_id: str
    feedback: Feedback
    run: int
    kind: Literal["reported"] = "reported"


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerKept:
    """The answer to a consultation is an article of the office's own from now on, in these words."""

    assignment_id: str
    article_id: str
    question: str
    answer: str
    valid_until: date
    kind: Literal["answer_kept"] = "answer_kept"


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedbackAccepted:
    assignment_id: str
    run: int
    kind: Literal["feedback_accepted"] = "feedback_accepted"


@dataclass(frozen=True, slots=True, kw_only=True)
class SentBack:
    assignment_id: str
    reason: str
    feedback_ladder: Ladder
    contacts: tuple[Contact, ...]
    run: int
    kind: Literal["sent_back"] = "sent_back"


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn:
    assignment_id: str
    reason: str
    contacts: tuple[Contact, ...]
    run: int
    kind: Literal["withdrawn"] = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rerouted:
    """What a bureau gave back goes to another, as `assignment`: `contacts` of the first are told that they are released.

    Both bureaus read the `reason`.
    """

    assignment_id: str
    assignment: Assignment
    reason: str
    contacts: tuple[Contact, ...]
    run: int
    kind: Literal["rerouted"] = "rerouted"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtensionGranted:
    """`ladder` is the feedback ladder around the new deadline; `replies` tell the citizens of it."""

    assignment_id: str
    ladder: Ladder
    reason: str
    contacts: tuple[Contact, ...]
    run: int
    replies: tuple[Reply, ...] = ()
    kind: Literal["extension_granted"] = "extension_granted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalated:
    """`due` is when the rung stood in the ladder; the entry's own time is when it was climbed."""

    assignment_id: str
    ladder: LadderKind
    rung: int
    action: RungAction
    due: datetime
    contacts: tuple[Contact, ...]
    order: SupervisionOrder | None = None
    kind: Literal["escalated"] = "escalated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Replanned:
    """An assignment was put on other ladders by hand. `ladders` replace those of their kinds; others stay as they are."""

    assignment_id: str
    plan: EscalationPlan
    ladders: tuple[Ladder, ...]
    reason: str
    run: int
    kind: Literal["replanned"] = "replanned"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyRequested:
    reply: Reply
    kind: Literal["reply_requested"] = "reply_requested"


@dataclass(frozen=True, slots=True, kw_only=True)
class RepliesRequested:
    """One answer to several citizens; each has its own window, and ends in its own way."""

    replies: tuple[Reply, ...]
    kind: Literal["replies_requested"] = "replies_requested"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplySent:
    reply_id: str
    platform_ref: str
    kind: Literal["reply_sent"] = "reply_sent"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyFailed:
    reply_id: str
    task: Task
    kind: Literal["reply_failed"] = "reply_failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyWindowClosing:
    """`message` is not answered, and its platform will not let it be answered in private for much longer."""

    message: MessageRef
    task: Task
    kind: Literal["reply_window_closing"] = "reply_window_closing"


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicationDrafted:
    publication: Publication
    kind: Literal["publication_drafted"] = "publication_drafted"


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicationApproved:
    publication_id: str
    account_ids: tuple[str, ...]
    kind: Literal["publication_approved"] = "publication_approved"


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicationWithdrawn:
    publication_id: str
    reason: str
    kind: Literal["publication_withdrawn"] = "publication_withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicationSubmitted:
    publication_id: str
    account_id: str
    job: str
    kind: Literal["publication_submitted"] = "publication_submitted"


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicationPosted:
    """`next_statement` is there where it is a statement of a live coverage that goes on."""

    publication_id: str
    account_id: str
    platform_ref: str
    link: str
    next_statement: NextStatement | None = None
    kind: Literal["publication_posted"] = "publication_posted"


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicationFailed:
    publication_id: str
    account_id: str
    task: Task
    kind: Literal["publication_failed"] = "publication_failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicationUnconfirmed:
    publication_id: str
    account_id: str
    task: Task
    kind: Literal["publication_unconfirmed"] = "publication_unconfirmed"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeFailed:
    task: Task
    kind: Literal["notice_failed"] = "notice_failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeUndelivered:
    """A notice that was sent, or could not be, has not reached its contact; `reason` is a code.

    What it said is told by another way (`undelivered.following`), or `task` asks a person to telephone. Where neither
    is there, others of the same bureau have it already, or nothing is expected of them any more.
    """

    assignment_id: str
    template: NoticeTemplate
    undelivered: Undelivered
    reason: str
    task: Task | None = None
    kind: Literal["notice_undelivered"] = "notice_undelivered"


@dataclass(frozen=True, slots=True, kw_only=True)
class LadderSpent:
    """No rung is left on the clock `clock_id` (an assignment's id, or what stands in its place) and something is still owed."""

    clock_id: str
    run: int
    task: Task
    kind: Literal["ladder_spent"] = "ladder_spent"


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskDone:
    task_id: str
    note: str
    kind: Literal["task_done"] = "task_done"


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    resolution: Resolution
    reason: str
    kind: Literal["closed"] = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reopened:
    """Where it `takes_back` the closing, the matter did not come back: nothing but a slip was put right."""

    reason: str
    takes_back: bool = False
    kind: Literal["reopened"] = "reopened"


@dataclass(frozen=True, slots=True, kw_only=True)
class Disclosed:
    disclosure: Disclosure
    kind: Literal["disclosed"] = "disclosed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Concealed:
    reason: str
    kind: Literal["concealed"] = "concealed"


@dataclass(frozen=True, slots=True, kw_only=True)
class HeatRaised:
    """`contacts` are told; where there are none, `task` asks a person. `public_response` is there where it begins.

    `together` says in Chinese whom the matter concerns together, and why.
    """

    grade: HeatGrade
    score: int
    reasons: tuple[str, ...]
    contacts: tuple[Contact, ...]
    task: Task | None = None
    public_response: PublicResponse | None = None
    together: tuple[str, ...] = ()
    kind: Literal["heat_raised"] = "heat_raised"


@dataclass(frozen=True, slots=True, kw_only=True)
class HeatLowered:
    """`None` is not hot at all. Where `ends_response`, no statement is owed any more."""

    grade: HeatGrade | None
    reason: str
    ends_response: bool
    kind: Literal["heat_lowered"] = "heat_lowered"


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementReminded:
    """A rung of the public response was climbed: `due` is when it stood in the ladder, `deadline` when the statement is owed."""

    run: int
    rung: int
    action: RungAction
    due: datetime
    deadline: datetime
    contacts: tuple[Contact, ...]
    kind: Literal["statement_reminded"] = "statement_reminded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """The case is another's part from now on; `title` is that of the other. The other has a `CaseAbsorbed`."""

    into: str
    title: str
    reason: str
    kind: Literal["merged"] = "merged"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseAbsorbed:
    """All of `source` belongs to this case: its messages with their replies, and how urgent and hot it was.

    `public_response` is there where the duty to speak to everybody comes along.
    """

    source: str
    title: str
    messages: tuple[CarriedMessage, ...]
    replies: tuple[Reply, ...]
    urgency: Urgency
    emergency: Emergency | None
    heat: Heat | None
    public_response: PublicResponse | None
    never_with: tuple[str, ...]
    reason: str
    kind: Literal["case_absorbed"] = "case_absorbed"


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeUndone:
    """The case is one of its own again: `messages` are all it has now, `replies` those that its citizens got meanwhile."""

    target: str
    title: str
    messages: tuple[CarriedMessage, ...]
    replies: tuple[Reply, ...]
    public_response: PublicResponse | None
    reason: str
    kind: Literal["merge_undone"] = "merge_undone"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseReleased:
    """`source` is a case of its own again. `latest` is the newest message that stays.

    Where `ends_response`, what is owed to the public goes back with it.
    """

    source: str
    title: str
    messages: tuple[CarriedMessage, ...]
    latest: MessageRef | None
    ends_response: bool
    reason: str
    kind: Literal["case_released"] = "case_released"


@dataclass(frozen=True, slots=True, kw_only=True)
class MessagesMovedOut:
    """They belong to the case `to`; `opens` where it was made of them. `latest` as of `CaseReleased`."""

    to: str
    title: str
    messages: tuple[CarriedMessage, ...]
    latest: MessageRef | None
    reason: str
    opens: bool = False
    kind: Literal["messages_moved_out"] = "messages_moved_out"


@dataclass(frozen=True, slots=True, kw_only=True)
class MessagesMovedIn:
    source: str
    title: str
    messages: tuple[CarriedMessage, ...]
    replies: tuple[Reply, ...]
    urgency: Urgency
    reason: str
    kind: Literal["messages_moved_in"] = "messages_moved_in"


@dataclass(frozen=True, slots=True, kw_only=True)
class MessagesArrived:
    """All messages of the entry `moved` are where it says."""

    moved: int
    kind: Literal["messages_arrived"] = "messages_arrived"


@dataclass(frozen=True, slots=True, kw_only=True)
class CalledDifferent:
    """A person says that the case `other` is another matter, whatever they have in common. Stands in both timelines."""

    other: str
    title: str
    reason: str
    kind: Literal["called_different"] = "called_different"


@dataclass(frozen=True, slots=True, kw_only=True)
class DifferenceRevoked:
    """`CalledDifferent` is taken back."""

    other: str
    title: str
    reason: str
    kind: Literal["difference_revoked"] = "difference_revoked"


@dataclass(frozen=True, slots=True, kw_only=True)
class AskingStarted:
    """`asking` as it stands before `first` is out."""

    asking: Asking
    first: NextQuestion
    kind: Literal["asking_started"] = "asking_started"


@dataclass(frozen=True, slots=True, kw_only=True)
class AskingReminded:
    asking_id: str
    run: int
    rung: int
    step: int
    reply: Reply
    kind: Literal["asking_reminded"] = "asking_reminded"


@dataclass(frozen=True, slots=True, kw_only=True)
class AskingTimedOut:
    asking_id: str
    run: int
    rung: int
    step: int
    task: Task
    kind: Literal["asking_timed_out"] = "asking_timed_out"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionSettled:
    """A person wrote down what was answered; where nothing was `said`, the question is skipped."""

    asking_id: str
    step: int
    said: str
    run: int
    following: NextQuestion | None = None
    kind: Literal["question_settled"] = "question_settled"


@dataclass(frozen=True, slots=True, kw_only=True)
class AskingStopped:
    asking_id: str
    reason: str
    run: int
    kind: Literal["asking_stopped"] = "asking_stopped"


Change = (
    Opened
    | MessageJoined
    | EvidenceStored
    | EvidenceMissing
    | SameSuggested
    | Corrected
    | Noted
    | Dispatched
    | BulletinCorrected
    | Acknowledged
    | Progressed
    | BureauMailReceived
    | BureauMailAccepted
    | Reported
    | AnswerKept
    | FeedbackAccepted
    | SentBack
    | Withdrawn
    | Returned
    | ReturnRejected
    | Rerouted
    | Excused
    | ExtensionAsked
    | ExtensionGranted
    | ExtensionRefused
    | Escalated
    | Replanned
    | ReplyRequested
    | RepliesRequested
    | ReplySent
    | ReplyFailed
    | ReplyWindowClosing
    | PublicationDrafted
    | PublicationApproved
    | PublicationWithdrawn
    | PublicationSubmitted
    | PublicationPosted
    | PublicationFailed
    | PublicationUnconfirmed
    | NoticeFailed
    | NoticeUndelivered
    | LadderSpent
    | TaskDone
    | Closed
    | Reopened
    | Disclosed
    | Concealed
    | HeatRaised
    | HeatLowered
    | StatementReminded
    | Merged
    | CaseAbsorbed
    | MergeUndone
    | CaseReleased
    | MessagesMovedOut
    | MessagesMovedIn
    | MessagesArrived
    | CalledDifferent
    | DifferenceRevoked
    | CoverageStarted
    | CoverageBriefed
    | NextStatementMoved
    | CoverageReminded
    | CoverageEnded
    | AskingStarted
    | AskingReminded
    | AskingTimedOut
    | QuestionSettled
    | AskingStopped
    | OwnerChanged
    | Unmasked
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One immutable line of a case's timeline: who, what, when, why. `version` is its place, from 1."""

    case_id: str
    version: int
    at: datetime
    actor: Actor
    change: Change

    @property
    def id(self) -> str:
        return f"{self.case_id}.{self.version}"
