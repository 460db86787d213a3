"""What the desk's forms begin with, and the commands that filled ones stand for."""

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from jiesu.cases.asking import AskingPlan, SettleQuestion, StartAsking, StopAsking
from jiesu.cases.commands import (
    AcceptFeedback,
    AddNote,
    CloseCase,
    CorrectCase,
    FinishTask,
    ReopenCase,
    ReplyToCitizen,
    SendBack,
    WithdrawAssignment,
)
from jiesu.cases.disclosure import Conceal
from jiesu.cases.extensions import RefuseExtension
from jiesu.cases.heat import LowerHeat
from jiesu.cases.mails import AcceptBureauMail, ReportBureauMail
from jiesu.cases.owning import ReleaseCase, TakeCase
from jiesu.cases.publishing import ApprovePublication, WithdrawPublication
from jiesu.cases.returns import ExcuseAssignment
from jiesu.cases.unmasking import Unmask
from jiesu.model.case import Case, Feedback
from jiesu.model.errors import CommandRefusedError
from jiesu.model.message import PlaceMatch
from jiesu.model.words import (
    AssignmentRole,
    CaseStatus,
    ContactRole,
    MessageKind,
    Platform,
    Resolution,
    Urgency,
)
from jiesu.pages.forms import (
    Act,
    Surroundings,
    acts_on,
    message_ref,
    prefill,
    publishable,
    read_command,
    read_dispatch,
    value,
)
from jiesu.store.directory import Office
from jiesu.store.messages import StoredMessage
from tests import builders as build

BEIJING = ZoneInfo("Asia/Shanghai")
OFFICE = Office(
    contacts=build.office_contacts(),
    plans={Urgency.ROUTINE: build.a_plan(), Urgency.URGENT: build.a_plan(feedback=build.a_ladder_plan(timedelta(hours=24)))},
)
FENGTAI = build.a_bureau()
TRANSIT = build.a_bureau("GJ", name="北京市公安局公共交通安全保卫总队", kind="总队", district="")


FEEDBACK = Feedback(findings="核实", result="处理", legal_basis="", publishable="")


def stored(text: str = build.a_message().text, **changes: object) -> StoredMessage:
    message = replace(build.a_message(), text=text, **changes)  # type: ignore[arg-type]
    return StoredMessage(message=message, triage=build.a_triage(), case_id=build.CASE_ID)


def around(case: Case | None = None, *messages: StoredMessage) -> Surroundings:
    return Surroundings(case=case or build.a_case(), messages=messages or (stored(),), bureaus=(FENGTAI, TRANSIT), office=OFFICE)


def filled(act: Act, where: Surroundings) -> dict[str, str]:
    return {name: values[0] for name, values in prefill(act, where, zone=BEIJING, now=build.NOW).items()}


def typed(**fields: str) -> dict[str, tuple[str, ...]]:
    return {name: (text,) for name, text in fields.items()}


def test_a_bulletin_begins_with_what_the_case_knows() -> None:
    begun = filled(Act.DISPATCH, around())
    assert begun["title"] == "电梯内吐痰"
    assert begun["lead"] == "FT"
    assert begun["urgency"] == "routine"
    assert begun["place"] == "丰台区马家堡西路某小区"
    assert begun["facts"].startswith("11月23日 09:30，网民通过微博@提及反映：@平安北京 丰台区")
    assert begun["requirements"]


def test_a_bulletin_quotes_what_was_said_and_not_by_whom() -> None:
    begun = filled(Act.DISPATCH, around(None, stored("一"), stored(""), stored("二", kind=MessageKind.PRIVATE)))
    assert begun["facts"].count("\n") == 1
    assert "citizen-1" not in begun["facts"]


def test_a_bulletin_proposes_no_bureau_that_is_at_work_already_or_unknown() -> None:
    assert filled(Act.DISPATCH, around(build.a_dispatched_case()))["lead"] == ""
    assert filled(Act.DISPATCH, replace(around(), bureaus=(TRANSIT,)))["lead"] == ""


def test_a_reply_begins_with_what_the_lead_gave_free_and_then_the_others() -> None:
    case = build.a_case(
        build.dispatch(build.a_joint_assignment(), build.a_new_assignment()),
        build.acknowledge("a2"),
        build.report("a2", build.a_feedback(publishable="协办的话")),
        build.acknowledge("a1"),
        build.report("a1", build.a_feedback(publishable="主办的话")),
    )
    assert publishable(case) == "主办的话\n协办的话"
    assert filled(Act.REPLY, around(case))["text"] == "主办的话\n协办的话"


@pytest.mark.parametrize(
    ("case", "resolution"),
    [
        (build.a_case(), ""),
        (build.a_case(ReplyToCitizen(reply_id="r1", text="请拨 12345")), "answered"),
        (build.a_resolved_case(), "handled"),
    ],
)
def test_closing_proposes_what_was_done(case: Case, resolution: str) -> None:
    assert filled(Act.CLOSE, around(case))["resolution"] == resolution


PLAIN = {act for act in Act if not act.is_about_coverage} - {
    Act.CORRECT,
    Act.CORRECT_BULLETIN,
    Act.DISPATCH,
    Act.REPLY,
    Act.DISCLOSE,
    Act.PUBLISH,
    Act.SETTLE_QUESTION,
    Act.DECIDE_RETURN,
    Act.ARBITRATE,
    Act.ASSIGN_OWNER,
    Act.SET_URGENCY,
    Act.GRANT_EXTENSION,
    Act.CONSULT,
    Act.KEEP_ANSWER,
}


def test_plain_forms_stand_for_their_commands() -> None:
    where = around()
    reason = typed(
        reason=" 理由 ", note="已电话通知", text="备注", resolution="handled", grade="none", findings="核实", result="处理"
    )
    read = {act: read_command(act, reason, where, subject="a1", new_id="new", by=build.EDITOR) for act in Act if act in PLAIN}
    assert read == {
        Act.NOTE: AddNote(text="备注"),
        Act.ACCEPT: AcceptFeedback(assignment_id="a1"),
        Act.SEND_BACK: SendBack(assignment_id="a1", reason="理由"),
        Act.ACCEPT_ANSWER: AcceptFeedback(assignment_id="a1"),
        Act.ASK_AGAIN: SendBack(assignment_id="a1", reason="理由"),
        Act.WITHDRAW_CONSULTATION: WithdrawAssignment(assignment_id="a1", reason="理由"),
        Act.REFUSE_EXTENSION: RefuseExtension(assignment_id="a1", reason="理由"),
        Act.EXCUSE: ExcuseAssignment(assignment_id="a1", reason="理由"),
        Act.WITHDRAW: WithdrawAssignment(assignment_id="a1", reason="理由"),
        Act.CONCEAL: Conceal(reason="理由"),
        Act.FINISH_TASK: FinishTask(task_id="a1", note="已电话通知"),
        Act.ACCEPT_MAIL: AcceptBureauMail(mail_id="a1"),
        Act.REPORT_MAIL: ReportBureauMail(mail_id="a1", feedback=FEEDBACK),
        Act.CLOSE: CloseCase(resolution=Resolution.HANDLED, reason="理由"),
        Act.REOPEN: ReopenCase(reason="理由"),
        Act.APPROVE_PUBLICATION: ApprovePublication(publication_id="a1", by=build.EDITOR),
        Act.WITHDRAW_PUBLICATION: WithdrawPublication(publication_id="a1", reason="理由"),
        Act.LOWER_HEAT: LowerHeat(grade=None, reason="理由"),
        Act.ASK: StartAsking(to=build.a_message_ref(), plan=AskingPlan()),
        Act.STOP_ASKING: StopAsking(asking_id="a1", reason="理由"),
        Act.TAKE: TakeCase(by=build.EDITOR, reason="理由"),
        Act.RELEASE: ReleaseCase(by=build.EDITOR, reason="理由"),
        Act.UNMASK: Unmask(alias="a1", reason="理由"),
    }


def test_a_question_is_named_by_its_asking_and_its_place() -> None:
    written = read_command(Act.SETTLE_QUESTION, typed(text="业主群"), around(), subject="ask-1.2", new_id="new", by=build.EDITOR)
    assert written == SettleQuestion(asking_id="ask-1", step=2, said="业主群")
    for wrong in ("ask-1", "ask-1.", "ask-1.x", "ask-1.123"):
        with pytest.raises(CommandRefusedError):
            read_command(Act.SETTLE_QUESTION, typed(), around(), subject=wrong, new_id="new", by=build.EDITOR)


def test_a_question_to_a_citizen_is_no_answer_to_close_with() -> None:
    assert filled(Act.CLOSE, around(build.a_case(build.start_asking())))["resolution"] == ""


def test_a_correction_names_only_the_place_that_changed() -> None:
    where = around()
    same = prefill(Act.CORRECT, where, zone=BEIJING, now=build.NOW)
    assert read_command(Act.CORRECT, same, where, subject="", new_id="", by=build.EDITOR) == CorrectCase(
        category=where.case.category, urgency=Urgency.ROUTINE, intent=where.case.intent, place=None
    )
    moved = {**same, "place_text": ("朝阳公园",), "bureau_code": ("GJ",), "reason": ("网民补充",)}
    assert read_command(Act.CORRECT, moved, where, subject="", new_id="", by=build.EDITOR) == CorrectCase(
        category=where.case.category,
        urgency=Urgency.ROUTINE,
        intent=where.case.intent,
        place=PlaceMatch(text="朝阳公园", district="丰台区", bureau_code="GJ", reason="人工更正"),
        reason="网民补充",
    )


def test_a_corrected_bureau_brings_its_district() -> None:
    where = around(build.the_case(build.a_history(build.open_case(place=PlaceMatch(text="某处")))))
    command = read_command(
        Act.CORRECT, typed(urgency="routine", place_text="某处", bureau_code="FT"), where, subject="", new_id="", by=build.EDITOR
    )
    assert isinstance(command, CorrectCase)
    assert command.place == PlaceMatch(text="某处", district="丰台区", bureau_code="FT", reason="人工更正")


def test_a_reply_goes_to_the_message_that_was_chosen() -> None:
    private = stored("补充", id="weibo:2", kind=MessageKind.PRIVATE)
    where = around(None, stored(), private)
    to_private = read_command(Act.REPLY, typed(text="好", message_id="weibo:2"), where, subject="", new_id="r1", by=build.EDITOR)
    assert to_private == ReplyToCitizen(reply_id="r1", text="好", to=message_ref(private.message))
    to_latest = read_command(Act.REPLY, typed(text="好"), where, subject="", new_id="r1", by=build.EDITOR)
    assert to_latest == ReplyToCitizen(reply_id="r1", text="好", to=where.case.latest_message)


@pytest.mark.parametrize(
    ("platform", "text", "fits"),
    [
        (Platform.WEIBO, "字" * 299, True),
        (Platform.WEIBO, "字" * 300, False),
        (Platform.WECHAT, "字" * 682, True),
        (Platform.WECHAT, "字" * 683, False),
    ],
)
def test_a_reply_is_as_long_as_its_platform_allows(platform: Platform, text: str, *, fits: bool) -> None:
    case = build.a_case()
    case = replace(case, latest_message=build.a_message_ref(platform=platform))
    if fits:
        assert read_command(Act.REPLY, typed(text=text), around(case), subject="", new_id="r1", by=build.EDITOR)
    else:
        with pytest.raises(CommandRefusedError) as refused:
            read_command(Act.REPLY, typed(text=text), around(case), subject="", new_id="r1", by=build.EDITOR)
        assert f"现有 {len(text)} 字" in refused.value.label


def test_a_dispatch_copies_the_plan_of_its_urgency_and_puts_the_office_behind_each_bureau() -> None:
    form = {**prefill(Act.DISPATCH, around(), zone=BEIJING, now=build.NOW), "urgency": ("urgent",), "joint": ("GJ",)}
    command = read_dispatch(form, around(), number="2026-00042-6", issued_by="李明", zone=BEIJING, now=build.NOW)
    assert command.plan == OFFICE.plans[Urgency.URGENT]
    assert command.bulletin.number == "2026-00042-6"
    assert command.bulletin.issued_by == "李明"
    assert [(one.id, one.role) for one in command.assignments] == [
        ("2026-00042-6-FT", AssignmentRole.LEAD),
        ("2026-00042-6-GJ", AssignmentRole.JOINT),
    ]
    assert [contact.role for contact in command.assignments[0].contacts] == [
        ContactRole.DUTY_OFFICER,
        ContactRole.CHIEF,
        ContactRole.SUPERVISOR,
        ContactRole.COMMAND_CENTRE,
    ]


def test_a_bureau_without_contacts_of_its_own_is_not_hidden_behind_the_offices() -> None:
    nobody = replace(around(), bureaus=(build.a_bureau(contacts=()),))
    form = prefill(Act.DISPATCH, nobody, zone=BEIJING, now=build.NOW)
    assert read_dispatch(form, nobody, number="n", issued_by="李明", zone=BEIJING, now=build.NOW).assignments[0].contacts == ()


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"urgency": ("yesterday",)}, "urgency_unknown"),
        ({"urgency": ()}, "urgency_unknown"),
        ({"urgency": ("critical",)}, "plan_missing"),
        ({"lead": ("ZZ",)}, "bureau_unknown"),
        ({"joint": ("ZZ",)}, "bureau_unknown"),
    ],
)
def test_what_no_form_of_ours_offers_is_refused_in_words(changed: dict[str, tuple[str, ...]], code: str) -> None:
    form = {**prefill(Act.DISPATCH, around(), zone=BEIJING, now=build.NOW), **changed}
    with pytest.raises(CommandRefusedError) as refused:
        read_dispatch(form, around(), number="n", issued_by="李明", zone=BEIJING, now=build.NOW)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("act", "fields", "code"),
    [
        (Act.CORRECT, {"urgency": "no"}, "urgency_unknown"),
        (Act.CORRECT, {"urgency": "routine", "place_text": "x", "bureau_code": "ZZ"}, "bureau_unknown"),
        (Act.CLOSE, {"resolution": "no", "reason": "x"}, "resolution_unknown"),
        (Act.REPLY, {"text": "x", "message_id": "somebody-elses"}, "no_one_to_answer"),
    ],
)
def test_a_tampered_form_is_refused_in_words(act: Act, fields: dict[str, str], code: str) -> None:
    with pytest.raises(CommandRefusedError) as refused:
        read_command(act, typed(**fields), around(), subject="", new_id="r1", by=build.EDITOR)
    assert refused.value.code == code


def test_what_is_offered_follows_from_where_the_case_stands() -> None:
    everything = {Act.NOTE, Act.CORRECT, Act.DISPATCH, Act.REPLY, Act.CLOSE, Act.DISCLOSE, Act.PUBLISH, Act.START_COVERAGE}
    everything |= {Act.CONSULT, Act.TAKE, Act.ASSIGN_OWNER, Act.SET_URGENCY}
    assert acts_on(build.a_case()) == everything
    assert acts_on(build.a_case(build.start_coverage())) == everything - {Act.START_COVERAGE}
    assert Act.RELEASE in acts_on(build.a_case(TakeCase(by=build.EDITOR)))
    assert Act.CLOSE not in acts_on(build.a_dispatched_case())
    assert Act.CLOSE in acts_on(build.a_resolved_case())
    closed = build.a_case(CloseCase(resolution=Resolution.ANSWERED, reason="已答复"))
    assert closed.status is CaseStatus.CLOSED
    assert acts_on(closed) == {Act.NOTE, Act.REOPEN, Act.DISCLOSE}
    assert acts_on(build.a_case(build.disclose())) - acts_on(build.a_case()) == {Act.CONCEAL}


def test_a_disclosure_begins_with_nothing_that_a_citizen_wrote() -> None:
    fields = filled(Act.DISCLOSE, around(build.a_case()))
    assert fields == {"title": "网民反映治安案件情况", "description": "", "place": "丰台区"}
    assert filled(Act.DISCLOSE, around(build.a_resolved_case()))["description"] == "已依法处理,感谢监督。"


def test_what_is_public_can_be_put_right() -> None:
    where = around(build.a_case(build.disclose()))
    fields = filled(Act.DISCLOSE, where)
    assert fields == {"title": "电梯内不文明行为", "description": "已依法处理。", "place": "丰台区马家堡西路"}
    read = read_command(Act.DISCLOSE, typed(**fields | {"title": "电梯内吐痰"}), where, subject="", new_id="new", by=build.EDITOR)
    assert read == build.disclose(title="电梯内吐痰")


def test_a_field_that_is_absent_is_empty() -> None:
    assert value({}, "text") == ""
    assert value({"text": ()}, "text") == ""


def test_every_act_has_its_words() -> None:
    assert all(act.label and act.done for act in Act)
