"""A case in one line: what the queue, the duty page, the wall, the list of late bureaus and the search say of it.

One line a case, written with its head where it changes, so that all that is unfinished is one query however long the cases are.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from unicodedata import normalize

from jiesu.cases.consultations import reports_to_review, waiting_answers
from jiesu.cases.decisions import pending_decisions
from jiesu.model.case import Case
from jiesu.model.message import PlaceMatch
from jiesu.model.people import Actor
from jiesu.model.publication import PublicationState
from jiesu.model.words import CaseStatus, HeatGrade, LadderKind, MessageKind, Platform, Resolution, Urgency

SOON = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """What a bureau owes, by when; an empty `bureau_code` is the office itself."""

    kind: LadderKind
    deadline: datetime
    bureau_code: str = ""
    bureau_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A text for the public that waits for a second pair of eyes."""

    publication_id: str
    drafted_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskLine:
    """`to_review` are the bureaus whose feedback waits, `answered` those that answered a question;
    `decisions` counts what bureaus gave back, `tasks` what a person must do; `owed` has the deadlines.

    `emergency` is why it is one, `bureaus` are the codes of all that had a part, `issued` the titles and places of its
    bulletins where they say another thing than the case itself.
    `place` has no candidates. `windows` are the ends of reply windows that a person
    was told of; `platform`, `message_kind` and `arrived_at` are those of the newest message.
    """

    case_id: str
    title: str
    status: CaseStatus
    urgency: Urgency
    category: str
    district: str
    opened_at: datetime
    is_emergency: bool = False
    heat: HeatGrade | None = None
    owner: Actor | None = None
    to_review: tuple[str, ...] = ()
    answered: tuple[str, ...] = ()
    drafts: tuple[Draft, ...] = ()
    decisions: int = 0
    tasks: int = 0
    owed: tuple[Owed, ...] = ()
    emergency: str = ""
    place: PlaceMatch = field(default_factory=PlaceMatch)
    message_count: int = 0
    platform: Platform | None = None
    message_kind: MessageKind | None = None
    arrived_at: datetime | None = None
    windows: tuple[datetime, ...] = ()
    closed_at: datetime | None = None
    resolution: Resolution | None = None
    bureaus: tuple[str, ...] = ()
    issued: tuple[str, ...] = ()

    @property
    def next_owed(self) -> Owed | None:
        """What is due first of what bureaus owe, or the office in their place."""
        return min(self.owed, key=lambda one: one.deadline, default=None)

    def late(self, now: datetime) -> tuple[Owed, ...]:
        """What is overdue, the longest first."""
        return tuple(sorted((one for one in self.owed if one.deadline <= now), key=lambda one: one.deadline))


@dataclass(frozen=True, slots=True, kw_only=True)
class LateDuty:
    line: DeskLine
    owed: Owed


@dataclass(frozen=True, slots=True, kw_only=True)
class LateBureau:
    """What one bureau owes and has not done, the longest overdue first; `soon` more fall due within a day."""

    code: str
    name: str
    late: tuple[LateDuty, ...]
    soon: int


def desk_line(case: Case) -> DeskLine | None:
    """The line that is kept of `case`; None once it is closed."""
    return None if case.status is CaseStatus.CLOSED else line_of(case)


def line_of(case: Case) -> DeskLine:
    """The line of `case`, closed or not."""
    latest = case.latest_message
    own = (case.public_response, case.coverage)
    owed = [
        Owed(kind=ladder.kind, deadline=ladder.deadline, bureau_code=one.bureau_code, bureau_name=one.bureau_name)
        if ladder.kind is not LadderKind.DECISION
        else Owed(kind=ladder.kind, deadline=ladder.deadline)
        for one in case.assignments
        for ladder in one.running
    ]
    owed += [
        Owed(kind=one.ladder.kind, deadline=one.ladder.deadline) for one in own if one is not None and one.ladder is not None
    ]
    return DeskLine(
        case_id=case.id,
        title=case.title,
        status=case.status,
        urgency=case.urgency,
        category=case.category,
        district=case.place.district,
        opened_at=case.opened_at,
        is_emergency=case.emergency is not None,
        heat=None if case.heat is None else case.heat.grade,
        owner=case.owner,
        to_review=tuple(one.bureau_name for one in reports_to_review(case)),
        answered=tuple(one.bureau_name for one in waiting_answers(case)),
        drafts=tuple(
            Draft(publication_id=one.id, drafted_by=one.drafted_by.id)
            for one in case.publications
            if one.state is PublicationState.DRAFTED
        ),
        decisions=len(pending_decisions(case)),
        tasks=len(case.tasks),
        owed=tuple(owed),
        emergency="" if case.emergency is None else case.emergency.reason,
        place=replace(case.place, candidates=(), reason=""),
        message_count=case.message_count,
        platform=None if latest is None else latest.platform,
        message_kind=None if latest is None else latest.kind,
        arrived_at=None if latest is None else latest.sent_at,
        windows=tuple(task.due for task in case.tasks if task.due is not None),
        closed_at=case.closed_at,
        resolution=case.resolution,
        bureaus=tuple(dict.fromkeys(one.bureau_code for one in case.assignments)),
        issued=_issued(case),
    )


def _issued(case: Case) -> tuple[str, ...]:
    said = (text for one in case.bulletins for text in (one.title, one.place))
    return tuple(dict.fromkeys(text for text in said if text and text not in (case.title, case.place.text)))


def readable(text: str) -> str:
    """The text without what people type one way or another: width and case."""
    return normalize("NFKC", text).casefold()


def findable(line: DeskLine) -> str:
    """The text that is searched for words: nothing of the messages but what became the title."""
    return readable(" ".join((line.case_id, line.title, line.place.text, line.district, *line.issued)))


def late_bureaus(lines: Iterable[DeskLine], now: datetime) -> tuple[LateBureau, ...]:
    """The bureaus that are late, those with most overdue first."""
    late: dict[str, list[LateDuty]] = {}
    soon: dict[str, int] = {}
    names: dict[str, str] = {}
    for line in lines:
        for one in line.owed:
            if not one.bureau_code:
                continue
            names[one.bureau_code] = one.bureau_name
            if one.deadline <= now:
                late.setdefault(one.bureau_code, []).append(LateDuty(line=line, owed=one))
            elif one.deadline <= now + SOON:
                soon[one.bureau_code] = soon.get(one.bureau_code, 0) + 1
    found = [
        LateBureau(
            code=code,
            name=names[code],
            late=tuple(sorted(some, key=lambda one: one.owed.deadline)),
            soon=soon.get(code, 0),
        )
        for code, some in late.items()
    ]
    return tuple(sorted(found, key=lambda one: (-len(one.late), one.late[0].owed.deadline, one.code)))
