"""What follows when a notice has not arrived: the next contact, the next channel, then a person who telephones.

Each step is an entry with its reason, and the notice that it asks for is sent like any other. For one
entry that asked for notices no address is tried twice, however often its receipts come.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from jiesu.model.case import Assignment, Case, Task
from jiesu.model.people import Contact
from jiesu.model.receipt import Undelivered, Way
from jiesu.model.timeline import NoticeUndelivered
from jiesu.model.words import CaseStatus, ContactRole, NoticeTemplate, TaskKind, Transport


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordNoticeUndelivered:
    """The notice by `way` has not arrived. `asked` are all ways that entry `origin` asked for; `reason` is a code."""

    notice_id: str
    origin: int
    assignment_id: str
    template: NoticeTemplate
    way: Way
    asked: tuple[Way, ...]
    reason: str


def tell_otherwise(case: Case, command: RecordNoticeUndelivered, now: datetime) -> NoticeUndelivered | None:
    """The next way, or a task where none is left and nobody has what the notice said; None where it is known already.

    Ways are told apart by their address: two names with one mailbox are one.
    """
    if any(one.notice_id == command.notice_id for one in case.undelivered):
        return None
    assignment = case.assignment(command.assignment_id)
    of_origin = [one for one in case.undelivered if one.origin == command.origin]
    tried = [*command.asked, *(one.following for one in of_origin if one.following is not None)]
    lost = {_key(one.way) for one in of_origin} | {_key(command.way)}
    following = task = None
    if _matters(case, command, assignment):
        following = _next_way(command, assignment, tried)
        if following is None and not _is_known(command, [one for one in tried if _key(one) not in lost], tried):
            task = Task(
                id=f"task.{command.notice_id}",
                kind=TaskKind.NOTICE_FAILED,
                subject=command.notice_id,
                reason=command.reason,
                opened_at=now,
            )
    return NoticeUndelivered(
        assignment_id=command.assignment_id,
        template=command.template,
        undelivered=Undelivered(notice_id=command.notice_id, origin=command.origin, way=command.way, following=following),
        reason=command.reason,
        task=task,
    )


def _matters(case: Case, command: RecordNoticeUndelivered, assignment: Assignment | None) -> bool:
    """Whether anybody must still be told: not of what is over, nor of a dispatch that the bureau has acknowledged."""
    if case.status is CaseStatus.CLOSED:
        return False
    if assignment is None or command.template is NoticeTemplate.WITHDRAWN:
        return True
    if assignment.status.is_over:
        return False
    # Who was joined to it waits for no acknowledgement.
    joined = command.way.contact.role is ContactRole.COMMAND_CENTRE
    return command.template is not NoticeTemplate.DISPATCHED or joined or assignment.acknowledged_at is None


def _next_way(command: RecordNoticeUndelivered, assignment: Assignment | None, tried: Iterable[Way]) -> Way | None:
    spent = {_key(one) for one in tried}
    return next((one for one in _ways(command, assignment) if one.address and _key(one) not in spent), None)


def _ways(command: RecordNoticeUndelivered, assignment: Assignment | None) -> Iterator[Way]:
    """In the order in which they are tried: the others by the same transport, then all by the other, whoever missed it first."""
    way = command.way
    others = [one for one in _colleagues(command, assignment) if one != way.contact]
    other_transport = Transport.SMS if way.transport is Transport.MAIL else Transport.MAIL
    for contact in others:
        yield Way(contact=contact, transport=way.transport)
    for contact in (way.contact, *others):
        yield Way(contact=contact, transport=other_transport)


def _colleagues(command: RecordNoticeUndelivered, assignment: Assignment | None) -> tuple[Contact, ...]:
    """Who may be told in somebody's place: of a bureau all its people, of the office those of the same role."""
    if assignment is None:
        return tuple(one.contact for one in command.asked)
    bureau = assignment.bureau_contacts
    if any(one.role is command.way.contact.role for one in bureau):
        return bureau
    return tuple(one for one in assignment.contacts if one.role is command.way.contact.role)


def _is_known(command: RecordNoticeUndelivered, standing: Iterable[Way], tried: Iterable[Way]) -> bool:
    """Whether those who were not missed have all that the notice said.

    A bureau needs the mail, which has the link, and the SMS, which has the code; elsewhere either will do. Of an
    emergency a person always makes sure.
    """
    if command.template is NoticeTemplate.EMERGENCY:
        return False
    if command.template is NoticeTemplate.DISPATCHED and command.way.contact.role is ContactRole.COMMAND_CENTRE:
        # What the bureau has got tells nobody at the command centre.
        return any(one.contact.role is ContactRole.COMMAND_CENTRE for one in standing)
    by = {one.transport for one in standing}
    if command.template in (NoticeTemplate.DISPATCHED, NoticeTemplate.ESCALATED, NoticeTemplate.SENT_BACK):
        return by >= {one.transport for one in tried if one.address}
    return bool(by)


def _key(way: Way) -> tuple[Transport, str]:
    return way.transport, way.address
