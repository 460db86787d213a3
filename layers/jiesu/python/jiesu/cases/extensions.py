"""More time for the feedback: asked before the deadline, decided by a person, and the citizen told the new date.

What is asked changes no clock. What is granted lays the feedback ladder out anew around the new deadline; together
the grants of one term reach no farther than the plan's maximum behind the deadline that it began with.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from jiesu.cases.ladder import lay_out, lay_out_until
from jiesu.cases.refusals import opened, refuse, text_of
from jiesu.model.case import Assignment, Case, Reply
from jiesu.model.extensions import Extension, ExtensionAsked, ExtensionRefused
from jiesu.model.people import Actor, reachable
from jiesu.model.timeline import ExtensionGranted
from jiesu.model.words import AssignmentStatus, ContactRole, LadderKind

CITIZEN_TEXT = "您好，您反映的问题正在办理中，因情况需要进一步核实，预计{date}前答复您，感谢您的理解。"
"""What the form of a grant begins with; `{date}` is the new deadline's day."""

GRANTED = "经批准延期；原时限："
"""How the reason of a granted deadline begins."""

_WORKING = (AssignmentStatus.ACKNOWLEDGED, AssignmentStatus.IN_PROGRESS, AssignmentStatus.SENT_BACK)


@dataclass(frozen=True, slots=True, kw_only=True)
class AskExtension:
    assignment_id: str
    until: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantExtension:
    """`until` is all of what was asked, or less; `text` goes to each citizen of the case, as replies `reply_id` and a number."""

    assignment_id: str
    until: datetime
    reason: str
    reply_id: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RefuseExtension:
    assignment_id: str
    reason: str


ExtensionCommand = AskExtension | GrantExtension | RefuseExtension
ExtensionChange = ExtensionAsked | ExtensionGranted | ExtensionRefused


def decide_extension(case: Case, assignment: Assignment, command: ExtensionCommand, now: datetime) -> ExtensionChange:
    """The change that `command` makes to `assignment`, which is not over. Raises `CommandRefusedError`."""
    match command:
        case AskExtension():
            return _ask(assignment, command, now)
        case GrantExtension():
            return _grant(opened(case), assignment, command, now)
        case RefuseExtension():
            _pending(assignment)
            return ExtensionRefused(
                assignment_id=assignment.id,
                reason=text_of(command.reason, missing="reason_missing"),
                contacts=assignment.bureau_contacts,
            )


def refusal_to_ask(assignment: Assignment, now: datetime) -> str | None:
    """The code of the rule by which the bureau cannot ask for more time now; None where it can."""
    if assignment.status is AssignmentStatus.DISPATCHED:
        return "not_acknowledged"
    if assignment.status not in _WORKING:
        return "extension_not_working"
    if assignment.pending_extension is not None:
        return "extension_pending"
    return "extension_late" if assignment.feedback_ladder.deadline <= now else None


def latest_extension(assignment: Assignment) -> datetime:
    """The latest deadline that can be asked for: by default the first term once more."""
    ladder, plan = assignment.feedback_ladder, assignment.plan
    start = ladder.started_at or assignment.dispatched_at
    first = lay_out(LadderKind.FEEDBACK, plan.feedback, start, hours=plan.hours).deadline
    return first + (plan.extension or first - start)


def extension_applied(case: Case, change: ExtensionChange, by: Actor, at: datetime) -> Case:
    """`case` after `change`."""
    assignments = tuple(_applied(one, change, by, at) if one.id == change.assignment_id else one for one in case.assignments)
    replies = change.replies if isinstance(change, ExtensionGranted) else ()
    return replace(case, assignments=assignments, replies=(*case.replies, *replies))


def _applied(one: Assignment, change: ExtensionChange, by: Actor, at: datetime) -> Assignment:
    if isinstance(change, ExtensionAsked):
        asked = Extension(until=change.until, reason=change.reason, by=by, at=at)
        return replace(one, extensions=(*one.extensions, asked))
    settled = replace(one.extensions[-1], said=change.reason, decided_by=by)
    if isinstance(change, ExtensionRefused):
        return replace(one, extensions=(*one.extensions[:-1], replace(settled, state="refused")))
    ladder = change.ladder
    told = tuple(reply.id for reply in change.replies)
    granted = replace(settled, state="granted", granted_until=ladder.deadline, reply_ids=told)
    return replace(one, run=change.run, level=0, feedback_ladder=ladder, extensions=(*one.extensions[:-1], granted))


def without_request(one: Assignment) -> Assignment:
    """`one` where the bureau has moved on, so that nobody decides on what it had asked."""
    if one.status in (*_WORKING, AssignmentStatus.DISPATCHED) or not one.extensions or one.extensions[-1].state != "asked":
        return one
    return replace(one, extensions=(*one.extensions[:-1], replace(one.extensions[-1], state="lapsed")))


def _ask(assignment: Assignment, command: AskExtension, now: datetime) -> ExtensionAsked:
    if (code := refusal_to_ask(assignment, now)) is not None:
        raise refuse(code)
    until = command.until.replace(microsecond=0)
    if until <= assignment.feedback_ladder.deadline:
        raise refuse("extension_not_later")
    if until > latest_extension(assignment):
        raise refuse("extension_too_long")
    office = reachable(one for one in assignment.contacts if one.role in (ContactRole.SUPERVISOR, ContactRole.COMMAND_CENTRE))
    return ExtensionAsked(
        assignment_id=assignment.id,
        until=until,
        reason=text_of(command.reason, missing="reason_missing"),
        contacts=tuple(one for one in office if one.role is ContactRole.SUPERVISOR) or office,
    )


def _pending(assignment: Assignment) -> Extension:
    if (asked := assignment.pending_extension) is None:
        raise refuse("extension_missing")
    return asked


def _grant(case: Case, assignment: Assignment, command: GrantExtension, now: datetime) -> ExtensionGranted:
    asked = _pending(assignment)
    until = command.until.replace(microsecond=0)
    before = assignment.feedback_ladder
    if not max(before.deadline, now) < until <= asked.until:
        raise refuse("extension_not_asked")
    # A case from before its citizens were kept knows the newest message alone.
    voices = case.voices or tuple(one for one in (case.latest_message,) if one is not None)
    text = text_of(command.text, missing="citizen_untold") if voices else ""
    replies = tuple(Reply(id=f"{command.reply_id}-{number}", text=text, to=to) for number, to in enumerate(voices, start=1))
    if any(case.reply(one.id) is not None for one in replies):
        raise refuse("reply_repeated")
    plan = assignment.plan
    why = f"{GRANTED}{before.why.removeprefix(GRANTED)}"
    laid = lay_out_until(LadderKind.FEEDBACK, plan.feedback, until, now, hours=plan.hours, why=why)
    return ExtensionGranted(
        assignment_id=assignment.id,
        ladder=replace(laid, started_at=before.started_at or assignment.dispatched_at),
        reason=text_of(command.reason, missing="reason_missing"),
        contacts=assignment.bureau_contacts,
        run=assignment.run + 1,
        replies=replies,
    )
