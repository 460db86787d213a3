"""What may be done to a case in which state: each rule by name, each refusal by its code."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from jiesu.cases.asking import SettleQuestion, StopAsking
from jiesu.cases.commands import (
    AddNote,
    CloseCase,
    Command,
    CorrectCase,
    Escalate,
    FinishTask,
    JoinMessage,
    RecordNoticeFailed,
    RecordReplyFailed,
    RecordReplySent,
    ReopenCase,
    ReplyToAll,
    ReplyToCitizen,
    ReportProgress,
    SendBack,
    WithdrawAssignment,
    decide,
)
from jiesu.cases.coverage import EndCoverage
from jiesu.cases.disclosure import Conceal
from jiesu.cases.heat import LowerHeat
from jiesu.cases.mails import MAX_WAITING, AcceptBureauMail, ReceiveBureauMail, ReportBureauMail
from jiesu.cases.publishing import RecordPublicationPosted
from jiesu.cases.refusals import (
    MAX_TEXT,
    OF_BULLETINS,
    OF_CONSULTATIONS,
    OF_EXTENSIONS,
    OF_OWNERS,
    OF_RETURNS,
    OF_TWO_CASES,
    OF_UNDOING,
    REFUSALS,
)
from jiesu.cases.unmasking import Unmask
from jiesu.model.case import Case
from jiesu.model.errors import CommandRefusedError
from jiesu.model.message import ConversationKey
from jiesu.model.timeline import Acknowledged, Change, Dispatched, Escalated, Reported, SentBack, Withdrawn
from jiesu.model.words import (
    AssignmentRole,
    AssignmentStatus,
    CaseStatus,
    ContactRole,
    LadderKind,
    ReplyManner,
    Resolution,
    RungAction,
    TaskKind,
    Urgency,
)
from tests.builders import (
    ASSIGNMENT_ID,
    BULLETIN_NUMBER,
    EDITOR,
    a_bulletin,
    a_bureau_mail,
    a_case,
    a_contact,
    a_dispatched_case,
    a_feedback,
    a_joint_assignment,
    a_ladder_plan,
    a_message_ref,
    a_new_assignment,
    a_place,
    a_plan,
    a_resolved_case,
    a_rung_plan,
    a_triage,
    accept,
    acknowledge,
    after,
    approve_publication,
    bureau_contacts,
    disclose,
    dispatch,
    draft_publication,
    office_contacts,
    open_case,
    report,
    start_asking,
    start_coverage,
    withdraw_publication,
)

LATER = after(hours=1)

CLOSE = CloseCase(resolution=Resolution.HANDLED, reason="已答复网民")
REOPEN = ReopenCase(reason="网民再次反映")
SEND_BACK = SendBack(assignment_id=ASSIGNMENT_ID, reason="没有说明处置结果")
WITHDRAW = WithdrawAssignment(assignment_id=ASSIGNMENT_ID, reason="不属该单位管辖")


def mailed(mail_id: str = "m1", text: str = "已到场核实。") -> ReceiveBureauMail:
    return ReceiveBureauMail(mail=a_bureau_mail(mail_id, text=text))


MAILED, WORDLESS = mailed(), mailed(text="")
TAKEN_FOR_FEEDBACK = ReportBureauMail(mail_id="m1", feedback=a_feedback())
PROGRESS = ReportProgress(assignment_id=ASSIGNMENT_ID, text="已到现场")
REPLY = ReplyToCitizen(reply_id="r1", text="您反映的问题已转办。")
PUBLICATION_POSTED = RecordPublicationPosted(publication_id="p1", account_id="weibo-main", platform_ref="1", link="")
REPLY_SENT = RecordReplySent(reply_id="r1", platform_ref="weibo-77")
REPLY_FAILED = RecordReplyFailed(reply_id="r1", reason="window_closed")
ASK = start_asking()
SETTLE = SettleQuestion(asking_id="ask-1", step=0, said="业主群")
DISCLOSE = disclose()


def decided(case: Case, command: Command) -> Change | None:
    return decide(case, command, LATER)


def refusal(case: Case | None, command: Command) -> str:
    with pytest.raises(CommandRefusedError) as refused:
        decide(case, command, LATER)
    return refused.value.code


# --- Refusals ---------------------------------------------------------------------------------


OF_ANOTHER = a_message_ref(message_id="2", conversation=ConversationKey(account_id="weibo-main", citizen_id="2"))

REFUSED: list[tuple[str, Callable[[], Case | None], Command]] = [
    ("case_missing", lambda: None, AddNote(text="没有这个件")),
    ("case_missing", lambda: None, JoinMessage(message=a_message_ref(), triage=a_triage())),
    ("case_exists", a_case, open_case()),
    ("case_closed", lambda: a_case(CLOSE), JoinMessage(message=a_message_ref(), triage=a_triage())),
    ("case_closed", lambda: a_case(CLOSE), CorrectCase(urgency=Urgency.URGENT)),
    ("case_closed", lambda: a_case(CLOSE), dispatch()),
    ("case_closed", lambda: a_case(CLOSE), REPLY),
    ("case_closed", lambda: a_case(CLOSE), CLOSE),
    ("case_not_closed", a_case, REOPEN),
    ("mail_missing", a_case, AcceptBureauMail(mail_id="m1")),
    ("mail_unacknowledged", lambda: a_dispatched_case(ReceiveBureauMail(mail=a_bureau_mail())), AcceptBureauMail(mail_id="m1")),
    (
        "mail_empty",
        lambda: a_dispatched_case(acknowledge(), ReceiveBureauMail(mail=a_bureau_mail(text=" "))),
        AcceptBureauMail(mail_id="m1"),
    ),
    (
        "mails_too_many",
        lambda: a_dispatched_case(*(ReceiveBureauMail(mail=a_bureau_mail(f"m{number}")) for number in range(MAX_WAITING))),
        ReceiveBureauMail(mail=a_bureau_mail("one-more")),
    ),
    ("citizen_unknown", a_case, Unmask(alias="0000", reason="须当面核实")),
    ("nothing_corrected", a_case, CorrectCase()),
    ("nothing_corrected", a_case, CorrectCase(category="public_order.offence", urgency=Urgency.ROUTINE, place=a_place())),
    ("text_missing", a_case, AddNote(text=" \n ")),
    ("text_missing", a_case, dispatch(bulletin=a_bulletin(title=" "))),
    ("text_missing", a_case, dispatch(bulletin=a_bulletin(facts=""))),
    ("text_missing", a_case, ReplyToCitizen(reply_id="r1", text=" ")),
    ("text_missing", lambda: a_dispatched_case(acknowledge()), replace(PROGRESS, text="")),
    ("text_too_long", a_case, AddNote(text="字" * (MAX_TEXT + 1))),
    ("reason_missing", a_case, replace(CLOSE, reason=" ")),
    ("reason_missing", lambda: a_case(CLOSE), ReopenCase(reason="")),
    ("reason_missing", a_dispatched_case, replace(WITHDRAW, reason="")),
    ("reason_missing", lambda: a_dispatched_case(acknowledge(), report()), replace(SEND_BACK, reason="")),
    ("bureau_missing", a_case, replace(dispatch(), assignments=())),
    ("lead_not_one", a_case, dispatch(a_joint_assignment())),
    ("lead_not_one", a_case, dispatch(a_new_assignment(), a_new_assignment("a2", bureau_code="HD"))),
    ("lead_not_one", a_dispatched_case, dispatch(a_new_assignment("a2", bureau_code="HD"))),
    ("bureau_twice", a_case, dispatch(a_new_assignment(), a_joint_assignment(bureau_code="FT"))),
    ("bureau_twice", a_dispatched_case, dispatch(a_joint_assignment(bureau_code="FT"))),
    ("bureau_unreachable", a_case, dispatch(a_new_assignment(contacts=()))),
    ("bureau_unreachable", a_case, dispatch(a_new_assignment(contacts=office_contacts()))),
    ("bureau_unreachable", a_case, dispatch(a_new_assignment(contacts=(a_contact(email="", phone=""), *office_contacts())))),
    ("assignment_missing", a_case, acknowledge()),
    ("assignment_missing", a_case, Escalate(assignment_id="a9", run=1, rung=0)),
    ("assignment_over", a_resolved_case, acknowledge()),
    ("assignment_over", a_resolved_case, WITHDRAW),
    ("assignment_over", lambda: a_dispatched_case(WITHDRAW), acknowledge()),
    ("not_acknowledged", a_dispatched_case, PROGRESS),
    ("not_acknowledged", a_dispatched_case, report()),
    ("not_reported", a_dispatched_case, accept()),
    ("not_reported", lambda: a_dispatched_case(acknowledge()), SEND_BACK),
    ("mail_missing", a_dispatched_case, AcceptBureauMail(mail_id="m1")),
    ("mail_unacknowledged", lambda: a_dispatched_case(MAILED), AcceptBureauMail(mail_id="m1")),
    ("mail_empty", lambda: a_dispatched_case(acknowledge(), WORDLESS), AcceptBureauMail(mail_id="m1")),
    ("mail_missing", a_dispatched_case, TAKEN_FOR_FEEDBACK),
    ("mail_unacknowledged", lambda: a_dispatched_case(MAILED), TAKEN_FOR_FEEDBACK),
    ("already_reported", lambda: a_dispatched_case(acknowledge(), MAILED, report()), TAKEN_FOR_FEEDBACK),
    (
        "feedback_incomplete",
        lambda: a_dispatched_case(acknowledge(), MAILED),
        ReportBureauMail(mail_id="m1", feedback=a_feedback(result=" ")),
    ),
    ("mails_too_many", lambda: a_dispatched_case(*(mailed(f"m{n}") for n in range(MAX_WAITING))), MAILED),
    ("already_reported", lambda: a_dispatched_case(acknowledge(), report()), report(feedback=a_feedback(result="已调解。"))),
    ("already_reported", lambda: a_dispatched_case(acknowledge(), report()), PROGRESS),
    ("feedback_incomplete", lambda: a_dispatched_case(acknowledge()), report(feedback=a_feedback(findings=" "))),
    ("feedback_incomplete", lambda: a_dispatched_case(acknowledge()), report(feedback=a_feedback(result=""))),
    ("assignments_unfinished", a_dispatched_case, CLOSE),
    ("assignments_unfinished", lambda: a_dispatched_case(acknowledge(), report()), CLOSE),
    ("comment_impossible", a_case, replace(REPLY, manner=ReplyManner.COMMENT, to=a_message_ref(post_id=None))),
    ("personal_data_public", a_case, replace(REPLY, manner=ReplyManner.COMMENT, text="请拨打 199 0000 0123 联系")),
    ("no_one_to_answer", lambda: replace(a_case(), latest_message=None), REPLY),
    ("reply_missing", a_case, RecordReplySent(reply_id="r9", platform_ref="p1")),
    ("reply_missing", a_case, RecordReplyFailed(reply_id="r9", reason="window_closed")),
    ("reply_repeated", lambda: a_case(REPLY), REPLY),
    ("everybody_answered", lambda: a_case(REPLY), ReplyToAll(reply_id="r2", text="已查处")),
    ("citizens_unanswered", lambda: a_case(JoinMessage(message=OF_ANOTHER, triage=a_triage())), CLOSE),
    ("publication_missing", a_case, approve_publication()),
    ("publication_missing", a_case, withdraw_publication()),
    ("publication_missing", lambda: a_case(draft_publication()), replace(PUBLICATION_POSTED, account_id="weibo-other")),
    ("publication_repeated", lambda: a_case(draft_publication()), draft_publication()),
    ("publication_without_account", a_case, replace(draft_publication(), postings=())),
    ("publication_withdrawn", lambda: a_case(draft_publication(), withdraw_publication()), approve_publication()),
    ("publication_sent", lambda: a_case(draft_publication(), approve_publication()), withdraw_publication()),
    ("publication_waiting", lambda: a_case(draft_publication()), CLOSE),
    ("coverage_running", lambda: a_case(start_coverage()), start_coverage()),
    ("coverage_missing", a_case, EndCoverage(reason="已平安到达")),
    ("coverage_interval", a_case, start_coverage(interval=timedelta(minutes=9))),
    ("coverage_contacts_missing", a_case, start_coverage(contacts=())),
    ("statement_due_past", a_case, start_coverage(due_at=LATER)),
    ("statement_due_far", a_case, start_coverage(due_at=LATER + timedelta(days=9))),
    ("heat_not_lower", a_case, LowerHeat(grade=None, reason="并不热")),
    ("own_draft", lambda: a_case(draft_publication()), replace(approve_publication(), by=EDITOR)),
    ("link_malformed", a_case, draft_publication(link="gaj.example.org/tongbao")),
    ("link_malformed", a_case, draft_publication(link="https://gaj.example.org/a b")),
    ("personal_data_public", a_case, draft_publication(text="请拨打 199 0000 0123 联系")),
    ("personal_data_public", a_case, draft_publication(title="19900000123 的来信")),
    ("text_missing", a_case, draft_publication(text=" ")),
    ("case_closed", lambda: a_case(CLOSE), draft_publication()),
    ("reason_missing", lambda: a_case(draft_publication()), withdraw_publication(reason=" ")),
    ("asking_running", lambda: a_case(ASK), ASK),
    ("asking_missing", a_case, StopAsking(asking_id="ask-1", reason="不问了")),
    ("reason_missing", lambda: a_case(ASK), StopAsking(asking_id="ask-1", reason=" ")),
    ("asking_over", lambda: a_case(ASK, StopAsking(asking_id="ask-1", reason="不问了")), SETTLE),
    ("question_missing", lambda: a_case(ASK), replace(SETTLE, step=3)),
    ("question_settled", lambda: a_case(ASK, SETTLE), SETTLE),
    ("case_closed", lambda: a_case(CLOSE), ASK),
    ("task_missing", a_case, FinishTask(task_id="t9", note="已电话告知")),
    ("title_missing", a_case, replace(DISCLOSE, title=" ")),
    ("text_missing", a_case, replace(DISCLOSE, description="")),
    ("disclosure_too_long", a_case, replace(DISCLOSE, title="字" * 61)),
    ("disclosure_too_long", a_case, replace(DISCLOSE, description="字" * 501)),
    ("disclosure_too_long", a_case, replace(DISCLOSE, place="路" * 41)),
    ("disclosure_names_person", a_case, replace(DISCLOSE, description="请联系 199 0000 0123")),
    ("disclosure_names_dwelling", a_case, replace(DISCLOSE, place="马家堡西路 12 号院 3 号楼")),
    ("not_disclosed", a_case, Conceal(reason="写错了")),
    ("reason_missing", lambda: a_case(DISCLOSE), Conceal(reason=" ")),
]


@pytest.mark.parametrize(
    ("code", "case", "command"),
    REFUSED,
    ids=[f"{code}-{type(command).__name__}-{n}" for n, (code, _, command) in enumerate(REFUSED)],
)
def test_a_forbidden_move_is_refused_by_name(code: str, case: Callable[[], Case | None], command: Command) -> None:
    assert refusal(case(), command) == code


def test_every_rule_of_refusal_has_a_case_that_meets_it() -> None:
    at_the_desk = {"asked_elsewhere", "bureau_unknown"}
    elsewhere = {
        *OF_TWO_CASES,
        *OF_RETURNS,
        *OF_EXTENSIONS,
        *OF_OWNERS,
        *OF_BULLETINS,
        *OF_CONSULTATIONS,
        *OF_UNDOING,
        *at_the_desk,
    }
    assert {code for code, _, _ in REFUSED} == set(REFUSALS) - elsewhere


def test_a_refusal_says_in_chinese_what_is_wrong() -> None:
    with pytest.raises(CommandRefusedError) as refused:
        decide(a_dispatched_case(), CLOSE, LATER)
    assert refused.value.label == "还有承办单位没有办结，请先审核反馈或撤回交办"
    assert str(refused.value) == "assignments_unfinished"


# --- Opening and joining ----------------------------------------------------------------------


def test_an_opened_case_has_what_triage_and_places_thought_of_its_message() -> None:
    case = a_case()
    assert (case.version, case.status, case.category, case.urgency) == (
        1,
        CaseStatus.OPEN,
        "public_order.offence",
        Urgency.ROUTINE,
    )
    assert (case.place, case.latest_message, case.message_count) == (a_place(), a_message_ref(), 1)


def test_a_message_that_joins_is_counted_and_becomes_the_newest() -> None:
    second = a_message_ref(message_id="weibo:2", sent_at=after(minutes=5))
    case = a_case(JoinMessage(message=second, triage=a_triage()))
    assert (case.message_count, case.latest_message) == (2, second)


def test_a_message_that_arrives_late_does_not_become_the_newest() -> None:
    early = a_message_ref(message_id="weibo:0", sent_at=after(minutes=-5))
    case = a_case(JoinMessage(message=early, triage=a_triage()))
    assert (case.message_count, case.latest_message) == (2, a_message_ref())


def test_a_more_urgent_message_makes_its_case_more_urgent_and_a_calmer_one_leaves_it() -> None:
    critical = JoinMessage(message=a_message_ref(message_id="weibo:2"), triage=a_triage(urgency=Urgency.CRITICAL))
    calm = JoinMessage(message=a_message_ref(message_id="weibo:3"), triage=a_triage())
    assert a_case(critical, calm).urgency is Urgency.CRITICAL


def test_a_correction_changes_what_it_names_and_keeps_the_rest() -> None:
    case = a_case(CorrectCase(category="fire.hazard", reason="实为消防隐患"))
    assert (case.category, case.urgency, case.place) == ("fire.hazard", Urgency.ROUTINE, a_place())


# --- Dispatch ---------------------------------------------------------------------------------


def test_a_dispatch_gives_each_bureau_an_assignment_of_its_own_with_both_ladders() -> None:
    change = decided(a_case(), dispatch(a_new_assignment(), a_joint_assignment()))
    assert isinstance(change, Dispatched)
    lead, joint = change.assignments
    assert (lead.role, joint.role) == (AssignmentRole.LEAD, AssignmentRole.JOINT)
    for assignment in change.assignments:
        assert (assignment.bulletin_number, assignment.status) == (BULLETIN_NUMBER, AssignmentStatus.DISPATCHED)
        assert (assignment.run, assignment.level, assignment.dispatched_at) == (1, 0, LATER)
        assert assignment.acknowledgement.deadline == LATER + timedelta(hours=2)
        assert assignment.feedback_ladder.deadline == LATER + timedelta(days=7)


def test_a_bulletins_texts_are_kept_without_the_blanks_around_them() -> None:
    change = decided(a_case(), dispatch(bulletin=a_bulletin(title=" 电梯吐痰 ", facts="\n事实\n", requirements=" 请反馈 ")))
    assert isinstance(change, Dispatched)
    assert (change.bulletin.title, change.bulletin.facts, change.bulletin.requirements) == ("电梯吐痰", "事实", "请反馈")


def test_a_bureau_without_a_chief_can_be_given_a_part() -> None:
    case = a_case(dispatch(a_new_assignment(contacts=(a_contact(phone=""), *office_contacts()))))
    assert case.status is CaseStatus.DISPATCHED


def test_after_a_withdrawal_the_matter_can_be_given_to_another_bureau_as_lead() -> None:
    case = a_dispatched_case(WITHDRAW, dispatch(a_new_assignment("a2", bureau_code="HD")))
    assert [one.status for one in case.assignments] == [AssignmentStatus.WITHDRAWN, AssignmentStatus.DISPATCHED]


def test_the_withdrawn_bureau_itself_can_be_given_the_matter_again() -> None:
    assert a_dispatched_case(WITHDRAW, dispatch(a_new_assignment("a2"))).status is CaseStatus.DISPATCHED


def test_a_joint_bureau_can_be_added_while_the_lead_is_at_work_and_after_it_is_done() -> None:
    assert len(a_dispatched_case(dispatch(a_joint_assignment())).assignments) == 2
    assert a_resolved_case(dispatch(a_joint_assignment())).status is CaseStatus.DISPATCHED


def test_a_matter_that_comes_back_unsolved_can_be_given_to_a_lead_again() -> None:
    case = a_resolved_case(CLOSE, REOPEN, dispatch(a_new_assignment("a2")))
    assert (case.status, case.assignments[-1].role) == (CaseStatus.DISPATCHED, AssignmentRole.LEAD)


# --- The bureau -------------------------------------------------------------------------------


def test_an_acknowledgement_starts_the_feedback_clock_anew() -> None:
    case = a_dispatched_case(acknowledge())
    (assignment,) = case.assignments
    assert (assignment.status, assignment.run, assignment.level) == (AssignmentStatus.ACKNOWLEDGED, 2, 0)
    assert assignment.ladder == assignment.feedback_ladder


@pytest.mark.parametrize("then", [(), (PROGRESS,), (report(),), (report(), SEND_BACK)])
def test_an_acknowledgement_twice_is_one_entry(then: tuple[Command, ...]) -> None:
    assert decided(a_dispatched_case(acknowledge(), *then), acknowledge()) is None


def test_progress_keeps_the_clock_running() -> None:
    before = a_dispatched_case(acknowledge()).assignments[0]
    assignment = a_dispatched_case(acknowledge(), PROGRESS).assignments[0]
    assert (assignment.status, assignment.run) == (AssignmentStatus.IN_PROGRESS, before.run)
    assert assignment.next_rung == before.next_rung


def test_a_report_stops_the_clock_and_keeps_what_was_found() -> None:
    assignment = a_dispatched_case(acknowledge(), report()).assignments[0]
    assert (assignment.status, assignment.feedback, assignment.ladder) == (AssignmentStatus.REPORTED, a_feedback(), None)


def test_a_report_without_anything_to_publish_is_complete() -> None:
    change = decided(a_dispatched_case(acknowledge()), report(feedback=a_feedback(publishable=" ")))
    assert isinstance(change, Reported)
    assert change.feedback.publishable == ""


def test_what_is_sent_back_gets_a_new_feedback_ladder_from_then() -> None:
    change = decided(a_dispatched_case(acknowledge(), report()), SEND_BACK)
    assert isinstance(change, SentBack)
    assert change.feedback_ladder.deadline == LATER + timedelta(days=7)
    assignment = a_dispatched_case(acknowledge(), report(), SEND_BACK).assignments[0]
    assert (assignment.status, assignment.level) == (AssignmentStatus.SENT_BACK, 0)
    assert assignment.next_rung is not None


def test_a_case_is_resolved_only_when_every_bureau_that_kept_its_part_is_done() -> None:
    jointly = dispatch(a_new_assignment(), a_joint_assignment())
    one = a_case(jointly, acknowledge("a2"), report("a2"), accept("a2"))
    assert one.status is CaseStatus.DISPATCHED
    withdrawn = WithdrawAssignment(assignment_id="a2", reason="不需协办")
    done = a_case(jointly, acknowledge(), report(), withdrawn, accept())
    assert done.status is CaseStatus.RESOLVED


def test_a_case_whose_only_bureau_was_withdrawn_waits_at_the_desk_again() -> None:
    assert a_dispatched_case(WITHDRAW).status is CaseStatus.OPEN


@pytest.mark.parametrize("settled", [accept(), WITHDRAW])
def test_an_assignment_that_is_over_has_no_clock(settled: Command) -> None:
    (assignment,) = a_dispatched_case(acknowledge(), report(), settled).assignments
    assert (assignment.ladder, assignment.next_rung) == (None, None)


# --- The clock --------------------------------------------------------------------------------


def escalate(run: int = 1, rung: int = 0) -> Escalate:
    return Escalate(assignment_id=ASSIGNMENT_ID, run=run, rung=rung)


def test_each_rung_tells_those_whom_the_ladder_names() -> None:
    told = []
    for rung in range(4):
        change = decided(a_dispatched_case(*(escalate(rung=earlier) for earlier in range(rung))), escalate(rung=rung))
        assert isinstance(change, Escalated)
        told.append((change.action, [contact.role for contact in change.contacts]))
    assert told == [
        (RungAction.REMINDER, [ContactRole.DUTY_OFFICER]),
        (RungAction.REMINDER, [ContactRole.DUTY_OFFICER, ContactRole.CHIEF]),
        (RungAction.SUPERVISION, [ContactRole.SUPERVISOR]),
        (RungAction.SUPERVISION, [ContactRole.COMMAND_CENTRE]),
    ]


def test_a_climbed_rung_says_when_it_was_due_and_on_which_ladder() -> None:
    case = a_dispatched_case()
    change = decided(case, escalate())
    assert isinstance(change, Escalated)
    assert (change.ladder, change.due) == (LadderKind.ACKNOWLEDGEMENT, case.assignments[0].acknowledgement.rungs[0].at)


@pytest.mark.parametrize("command", [escalate(run=2), escalate(run=0), escalate(rung=1), escalate(rung=-1), escalate(rung=9)])
def test_a_clock_of_another_run_or_another_rung_changes_nothing(command: Escalate) -> None:
    assert decided(a_dispatched_case(), command) is None


def test_a_clock_that_repeats_itself_changes_nothing() -> None:
    assert decided(a_dispatched_case(escalate()), escalate()) is None


@pytest.mark.parametrize("answer", [(acknowledge(),), (acknowledge(), report()), (WITHDRAW,)])
def test_nobody_is_escalated_who_answered(answer: tuple[Command, ...]) -> None:
    assert decided(a_dispatched_case(*answer), escalate()) is None


def test_no_rung_is_left_after_the_last() -> None:
    case = a_dispatched_case(*(escalate(rung=rung) for rung in range(8)))
    assert case.assignments[0].next_rung is None
    assert decided(case, escalate(rung=8)) is None


def test_feedback_that_is_late_climbs_the_feedback_ladder() -> None:
    change = decided(a_dispatched_case(acknowledge()), escalate(run=2))
    assert isinstance(change, Escalated)
    assert change.ladder is LadderKind.FEEDBACK


def test_a_rung_for_people_whom_the_bureau_does_not_have_tells_all_others() -> None:
    to_the_chief = a_plan(acknowledgement=a_ladder_plan(rungs=(a_rung_plan(timedelta(), ContactRole.CHIEF),)))
    contacts = (a_contact(), *office_contacts())
    change = decided(a_case(dispatch(a_new_assignment(contacts=contacts), plan=to_the_chief)), escalate())
    assert isinstance(change, Escalated)
    assert change.contacts == contacts


def test_the_plan_is_copied_so_that_what_is_configured_later_changes_no_running_ladder() -> None:
    (assignment,) = a_dispatched_case().assignments
    assert assignment.plan == a_plan()
    sent_back = a_dispatched_case(acknowledge(), report(), SEND_BACK).assignments[0]
    assert sent_back.feedback_ladder.deadline - sent_back.dispatched_at > assignment.plan.feedback.term


# --- Replies and tasks ------------------------------------------------------------------------


def test_a_reply_goes_to_the_newest_message_unless_told_otherwise() -> None:
    second = a_message_ref(message_id="weibo:2", sent_at=after(minutes=5))
    join = JoinMessage(message=second, triage=a_triage())
    assert a_case(join, REPLY).replies[0].to == second
    assert a_case(join, replace(REPLY, to=a_message_ref())).replies[0].to == a_message_ref()


def test_a_reply_is_requested_and_then_sent() -> None:
    assert a_case(REPLY).replies[0].state == "requested"
    assert a_case(REPLY, REPLY_SENT).replies[0].state == "sent"


def test_a_reply_that_cannot_be_sent_becomes_a_task_that_says_why() -> None:
    case = a_case(REPLY, REPLY_FAILED)
    (task,) = case.tasks
    assert (case.replies[0].state, task.kind, task.subject, task.reason) == (
        "failed",
        TaskKind.REPLY_FAILED,
        "r1",
        "window_closed",
    )


@pytest.mark.parametrize(
    "outcome", [RecordReplySent(reply_id="r1", platform_ref="p"), RecordReplyFailed(reply_id="r1", reason="late")]
)
def test_the_outcome_of_a_reply_is_recorded_once(outcome: Command) -> None:
    assert decided(a_case(REPLY, outcome), RecordReplyFailed(reply_id="r1", reason="late")) is None
    assert decided(a_case(REPLY, REPLY_SENT), outcome) is None


def test_a_reply_that_was_thought_lost_and_is_seen_to_have_arrived_needs_nobody() -> None:
    lost = a_case(REPLY, RecordReplyFailed(reply_id="r1", reason="outcome_unknown"))
    assert [task.subject for task in lost.tasks] == ["r1"]
    found = a_case(
        REPLY, RecordReplyFailed(reply_id="r1", reason="outcome_unknown"), RecordReplySent(reply_id="r1", platform_ref="p")
    )
    assert ([(one.state, one.platform_ref) for one in found.replies], found.tasks) == ([("sent", "p")], ())


def test_a_reply_can_be_recorded_as_sent_after_its_case_was_closed() -> None:
    assert a_case(REPLY, CLOSE, REPLY_SENT).replies[0].state == "sent"


def test_a_notice_that_fails_twice_is_one_task() -> None:
    failed = RecordNoticeFailed(notice_id="n1", reason="address_rejected")
    case = a_dispatched_case(failed)
    assert [(task.kind, task.subject) for task in case.tasks] == [(TaskKind.NOTICE_FAILED, "n1")]
    assert decided(case, failed) is None


def test_a_finished_task_leaves_the_case() -> None:
    failed = RecordNoticeFailed(notice_id="n1", reason="address_rejected")
    task_id = a_dispatched_case(failed).tasks[0].id
    assert a_dispatched_case(failed, FinishTask(task_id=task_id, note="已电话通知")).tasks == ()


# --- Closing and reopening --------------------------------------------------------------------


def test_a_closed_case_says_why_and_when() -> None:
    case = a_resolved_case(CLOSE)
    assert (case.status, case.resolution, case.closed_at) == (CaseStatus.CLOSED, Resolution.HANDLED, case.updated_at)


@pytest.mark.parametrize(
    ("before", "status"),
    [((), CaseStatus.OPEN), ((dispatch(), acknowledge(), report(), accept()), CaseStatus.RESOLVED)],
)
def test_a_reopened_case_stands_where_its_assignments_have_it(before: tuple[Command, ...], status: CaseStatus) -> None:
    case = a_case(*before, CLOSE, REOPEN)
    assert (case.status, case.resolution, case.closed_at) == (status, None, None)


def test_notes_and_finished_tasks_are_welcome_after_closing() -> None:
    case = a_case(REPLY, REPLY_FAILED, CLOSE, AddNote(text="已电话告知"), FinishTask(task_id="task.r1", note="已电话告知"))
    assert (case.status, case.tasks) == (CaseStatus.CLOSED, ())


def test_a_withdrawal_tells_the_bureaus_own_people_and_not_the_office() -> None:
    change = decided(a_dispatched_case(), WITHDRAW)
    assert isinstance(change, Withdrawn)
    assert change.contacts == bureau_contacts()


def test_an_acknowledgement_changes_only_its_own_assignment() -> None:
    change = decided(a_case(dispatch(a_new_assignment(), a_joint_assignment())), acknowledge("a2"))
    assert change == Acknowledged(assignment_id="a2", run=2)
    lead, joint = a_case(dispatch(a_new_assignment(), a_joint_assignment()), acknowledge("a2")).assignments
    assert (lead.status, joint.status) == (AssignmentStatus.DISPATCHED, AssignmentStatus.ACKNOWLEDGED)
