"""The command centre joined for the grave: by rule, at once, once for a dispatch, and never in silence."""

from dataclasses import replace

from jiesu.cases.commands import DispatchCase
from jiesu.cases.effects import NoticeEffect, effects_of
from jiesu.cases.grave import GravePlan
from jiesu.cases.undelivered import RecordNoticeUndelivered, tell_otherwise
from jiesu.model.bulletin import Bulletin
from jiesu.model.case import Case
from jiesu.model.receipt import Way
from jiesu.model.timeline import Dispatched, Entry, NoticeUndelivered
from jiesu.model.words import ContactRole, NoticeTemplate, TaskKind, Transport, Urgency
from tests import builders as build

CRITICAL = build.a_bulletin(urgency=Urgency.CRITICAL)
BOTH = (build.a_new_assignment(), build.a_joint_assignment())


def grave(bulletin: Bulletin = CRITICAL, *, plan: GravePlan | None = None, office: bool = True) -> DispatchCase:
    parts = BOTH if office else tuple(replace(one, contacts=build.bureau_contacts()) for one in BOTH)
    return replace(build.dispatch(*parts), bulletin=bulletin, grave=plan or GravePlan())


def change_of(entry: Entry) -> Dispatched:
    assert isinstance(entry.change, Dispatched)
    return entry.change


def told_roles(entry: Entry) -> list[ContactRole]:
    return [effect.contact.role for effect in effects_of(entry) if isinstance(effect, NoticeEffect)]


def test_what_is_critical_goes_to_the_command_centre_with_the_bureaus_once_by_mail_and_sms() -> None:
    entry = build.an_entry(grave())
    roles = told_roles(entry)
    assert roles.count(ContactRole.COMMAND_CENTRE) == 2, "one mail and one SMS, however many bureaus"
    assert roles.count(ContactRole.SUPERVISOR) == 0
    ids = [effect.id for effect in effects_of(entry) if isinstance(effect, NoticeEffect)]
    assert len(set(ids)) == len(ids)
    assert build.a_case(grave()).command_joined_at == build.after(minutes=1)


def test_what_is_not_grave_goes_to_the_bureaus_alone() -> None:
    entry = build.an_entry(grave(build.a_bulletin()))
    assert change_of(entry).joined == ()
    assert ContactRole.COMMAND_CENTRE not in told_roles(entry)
    assert build.a_case(grave(build.a_bulletin())).command_joined_at is None


def test_the_office_may_call_categories_and_their_groups_grave() -> None:
    category = build.a_bulletin().category
    for named in (category, category.partition(".")[0]):
        entry = build.an_entry(grave(build.a_bulletin(), plan=GravePlan(urgencies=(), categories=(named,))))
        assert [one.role for one in change_of(entry).joined] == [ContactRole.COMMAND_CENTRE]


def test_where_nobody_is_the_command_centre_a_person_telephones() -> None:
    case = build.a_case(grave(office=False))
    assert [task.kind for task in case.tasks] == [TaskKind.COMMAND_UNTOLD]
    assert case.command_joined_at is None


def missed(case: Case, transport: Transport, *, only: bool) -> NoticeUndelivered:
    """What follows where the command centre's notice by `transport` does not arrive; `only` that one was sent to it."""
    (command,) = (one for one in case.assignments[0].contacts if one.role is ContactRole.COMMAND_CENTRE)
    lost = replace(command, phone="" if only else command.phone)
    people = (*build.bureau_contacts(), lost)
    ways = [Way(contact=one, transport=by) for one in people for by in (Transport.MAIL, Transport.SMS)]
    change = tell_otherwise(
        case,
        RecordNoticeUndelivered(
            notice_id="n1",
            origin=2,
            assignment_id="a1",
            template=NoticeTemplate.DISPATCHED,
            way=Way(contact=lost, transport=transport),
            asked=tuple(one for one in ways if one.address),
            reason="mail_bounced",
        ),
        build.after(hours=1),
    )
    assert change is not None
    return change


def test_what_the_bureau_has_got_tells_nobody_at_the_command_centre() -> None:
    case = build.a_case(grave(), build.acknowledge())
    assert missed(case, Transport.MAIL, only=False).task is None, "the SMS stands"
    alone = missed(case, Transport.MAIL, only=True)
    assert alone.task is not None or alone.undelivered.following is not None
