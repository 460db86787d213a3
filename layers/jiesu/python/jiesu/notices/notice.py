"""What a notice is about, and the words that its mail and its SMS share."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from jiesu.model.bulletin import Bulletin
from jiesu.model.case import Assignment
from jiesu.model.extensions import ExtensionAsked, ExtensionRefused
from jiesu.model.ladder import Ladder
from jiesu.model.people import Contact
from jiesu.model.returns import Excused, Returned, ReturnRejected
from jiesu.model.timeline import BulletinCorrected, Dispatched, Escalated, ExtensionGranted, Rerouted, SentBack, Withdrawn
from jiesu.model.words import AssignmentRole, ContactRole, LadderKind, NoticeTemplate

LINK_LIFETIME_AFTER_DEADLINE = timedelta(days=30)
"""A bureau that is late must still be able to answer; an old mailbox must not open cases for ever."""

NoticeChange = (
    Dispatched
    | BulletinCorrected
    | Escalated
    | SentBack
    | Withdrawn
    | Returned
    | ReturnRejected
    | Rerouted
    | Excused
    | ExtensionAsked
    | ExtensionGranted
    | ExtensionRefused
)
"""The changes that send notices."""

_WEEKDAYS = "一二三四五六日"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One notice to one contact, all that it says gathered.

    `id` is the effect's id: the same however often the notice is tried. `assignment` is as it
    stands now, `change` as it was made. `category` is what a person reads, not the code. `link`
    opens the bureau's page for the bureau's own people and the desk for the office's; an answer
    by mail goes to `reply_to`, if that is not empty.
    """

    id: str
    case_id: str
    template: NoticeTemplate
    contact: Contact
    bulletin: Bulletin
    assignment: Assignment
    change: NoticeChange
    category: str
    link: str
    office_name: str
    zone: ZoneInfo
    reply_to: str = ""

    @property
    def to_bureau(self) -> bool:
        """Whether the contact is the bureau's own: only they get what acts on the assignment."""
        return is_bureau_role(self.contact.role)

    @property
    def asks(self) -> bool:
        """Whether it is about a consultation: something is to be answered and nothing handled."""
        return self.assignment.role is AssignmentRole.CONSULTATION

    @property
    def headline(self) -> str:
        """What the notice is, in two or four characters: 交办， 催办， 督办， 退回重办， 撤回."""
        return self.change.action.label if isinstance(self.change, Escalated) else self.template.label

    @property
    def begins(self) -> bool:
        """Whether the contact's bureau hears of its assignment for the first time."""
        match self.change:
            case Rerouted(assignment=follower):
                return self.assignment.id == follower.id
            case _:
                return isinstance(self.change, Dispatched)

    @property
    def releases(self) -> bool:
        """Whether it says that nothing is to be done any more."""
        return isinstance(self.change, Withdrawn | Excused) or (isinstance(self.change, Rerouted) and not self.begins)

    @property
    def ladder(self) -> Ladder:
        """The ladder that the notice speaks of."""
        match self.change:
            case Dispatched() | BulletinCorrected() | Rerouted() if not (self.releases or self.assignment.acknowledged_at):
                return self.assignment.acknowledgement
            case Returned() as change:
                return change.decision
            case SentBack() as change:
                return change.feedback_ladder
            case ExtensionGranted() as change:
                return change.ladder
            case Escalated() as change:
                return self.assignment.ladder_of(change.ladder) or self.assignment.feedback_ladder
            case _:
                return self.assignment.feedback_ladder

    @property
    def standing(self) -> str:
        """How the bureau stands at a rung: `尚未签收` before the deadline, `逾期未签收` or `签收后无进展` from it on."""
        if self.is_late and self.ladder.kind is LadderKind.ACTION:
            return "签收后无进展"
        return f"{'逾期未' if self.is_late else '尚未'}{self.ladder.kind.label}"

    @property
    def is_late(self) -> bool:
        """Whether the rung that was climbed stands at the deadline or behind it."""
        return isinstance(self.change, Escalated) and self.change.due >= self.ladder.deadline


def is_bureau_role(role: ContactRole) -> bool:
    return role in (ContactRole.DUTY_OFFICER, ContactRole.CHIEF)


def link_expires_at(ladder: Ladder) -> datetime:
    """When the links about a ladder expire. Not counted from now: a repeated mail must carry the same link."""
    return ladder.deadline + LINK_LIFETIME_AFTER_DEADLINE


def in_full(at: datetime, zone: ZoneInfo) -> str:
    """`2026年11月23日（周一）16:15` in the office's time."""
    local = at.astimezone(zone)
    return f"{local.year}年{local.month}月{local.day}日（周{_WEEKDAYS[local.weekday()]}）{local:%H:%M}"


def in_short(at: datetime, zone: ZoneInfo) -> str:
    """`11月23日16:15` in the office's time."""
    local = at.astimezone(zone)
    return f"{local.month}月{local.day}日{local:%H:%M}"


def zone_in_words(zone: ZoneInfo) -> str:
    return "北京时间" if zone.key in ("Asia/Shanghai", "PRC") else f"{zone.key} 时间"
