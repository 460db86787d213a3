"""The timeline of a case: one dataclass a kind of entry.

`kind` is stored and tells them apart when they are read back; what a newer release adds has a default, so that old entries
can still be read.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from jiesu.model.asking import Asking
from jiesu.model.bulletin import Bulletin
from jiesu.model.case import (
    Alarm,
    AnswerThreaded,
    Assignment,
    CarriedMessage,
    Disclosure,
    Emergency,
    Feedback,
    Heat,
    MessageRef,
    NextQuestion,
    PublicResponse,
    Reply,
    SplitOff,
    Task,
    Verdict,
)
from jiesu.model.coverage import (
    CoverageBriefed,
    CoverageEnded,
    CoverageReminded,
    CoverageStarted,
    NextStatement,
    NextStatementMoved,
)
from jiesu.model.duty import OwnerChanged
from jiesu.model.evidence import Evidence
from jiesu.model.extensions import ExtensionAsked, ExtensionRefused
from jiesu.model.ladder import EscalationPlan, Ladder, SupervisionOrder
from jiesu.model.mail import BureauMail, BureauMailAccepted
from jiesu.model.match import Match
from jiesu.model.message import PlaceMatch, Triage
from jiesu.model.people import Actor, Contact
from jiesu.model.publication import Publication
from jiesu.model.receipt import Undelivered
from jiesu.model.returns import Excused, Returned, ReturnRejected
from jiesu.model.unmasking import Unmasked
from jiesu.model.words import (
    HeatGrade,
    Intent,
    LadderKind,
    NoticeTemplate,
    Resolution,
    RungAction,
    Urgency,
)


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
    """A bureau's feedback; with a `mail_id` an editor took that mail of the bureau's for it."""

    assignment_id: str
    feedback: Feedback
    run: int
    mail_id: str = ""
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
