"""What pages say in words: spans, and one sentence for every kind of entry."""

from dataclasses import replace
from datetime import timedelta
from typing import get_args
from zoneinfo import ZoneInfo

import pytest

from jiesu.cases import matters
from jiesu.cases.asking import SettleQuestion, StopAsking
from jiesu.cases.bulletins import CorrectBulletin
from jiesu.cases.commands import (
    AddNote,
    CloseCase,
    Command,
    CorrectCase,
    Escalate,
    FinishTask,
    JoinMessage,
    RecordEvidence,
    RecordNoticeFailed,
    RecordReplyFailed,
    RecordReplySent,
    ReopenCase,
    ReplyToAll,
    ReplyToCitizen,
    ReportProgress,
    SendBack,
    WithdrawAssignment,
)
from jiesu.cases.coverage import BriefCoverage, EndCoverage, MoveNextStatement
from jiesu.cases.disclosure import Conceal
from jiesu.cases.extensions import GrantExtension, RefuseExtension
from jiesu.cases.fold import next_entry
from jiesu.cases.heat import LowerHeat
from jiesu.cases.mails import AcceptBureauMail, ReceiveBureauMail
from jiesu.cases.owning import TakeCase
from jiesu.cases.publishing import (
    RecordPublicationFailed,
    RecordPublicationPosted,
    RecordPublicationSubmitted,
    RecordPublicationUnconfirmed,
)
from jiesu.cases.replanning import Replan
from jiesu.cases.reply_window import WarnOfReplyWindow
from jiesu.cases.returns import ExcuseAssignment
from jiesu.cases.spent import TellOfSpentLadder
from jiesu.cases.suggestions import SuggestSame
from jiesu.cases.undelivered import RecordNoticeUndelivered
from jiesu.cases.unmasking import Unmask
from jiesu.model.case import PUBLIC_RESPONSE, Case
from jiesu.model.coverage import COVERAGE
from jiesu.model.match import Match
from jiesu.model.message import ConversationKey, PlaceMatch
from jiesu.model.people import Actor
from jiesu.model.receipt import Way
from jiesu.model.returns import ReturnVerdict
from jiesu.model.timeline import Change, Entry, MessagesArrived
from jiesu.model.words import ActorKind, ContactRole, NoticeTemplate, Resolution, TaskKind, Transport, Urgency
from jiesu.pages.sentences import (
    assignment_of,
    failure_in_words,
    local_time,
    place_in_words,
    remaining,
    say,
    say_to_bureau,
    span,
    who,
)
from tests import builders as build

BEIJING = ZoneInfo("Asia/Shanghai")

REPLY = ReplyToCitizen(reply_id="r1", text="已经处理，感谢监督。")
REPORTED: tuple[Command, ...] = (build.dispatch(), build.acknowledge(), build.report())
NOTICE_FAILED = RecordNoticeFailed(notice_id="n1", reason="mail_address_rejected")

ON_BOTH = "微博「平安北京」、微信公众号「平安北京」"
DRAFT = build.draft_publication()
ON_WECHAT = {"publication_id": "p1", "account_id": "wechat-main"}
PUBLISHED: tuple[Command, ...] = (DRAFT, build.approve_publication(), RecordPublicationSubmitted(**ON_WECHAT, job="2247503051"))

UNTIL = build.after(days=10)
EXTENDED: tuple[Command, ...] = (
    *REPORTED[:2],
    build.ask_extension(UNTIL),
    GrantExtension(assignment_id="a1", until=UNTIL, reason="属实", reply_id="r9", text="预计12月3日前答复您。"),
)
CHAOYANG = build.a_new_assignment("a3", bureau_code="CY", bureau_name="北京市公安局朝阳分局")
ONE_RUNG = build.a_ladder_plan(rungs=(build.a_rung_plan(timedelta(), ContactRole.CHIEF),))
SILENT = build.a_plan(acknowledgement=ONE_RUNG, feedback=ONE_RUNG)
ASK = build.start_asking()
ASK_CLOCK = Escalate(assignment_id="ask-1", run=1, rung=0)

SPENT: tuple[Command, ...] = (
    build.dispatch(plan=SILENT),
    Escalate(assignment_id="a1", run=1, rung=0),
    Escalate(assignment_id="a1", run=1, rung=1),
    TellOfSpentLadder(clock_id="a1", run=1),
)

HISTORIES: dict[str, tuple[tuple[Command, ...], str]] = {
    "opened": ((), "网民通过微博 @提及反映，系统建立诉求件；"),
    "message_joined": ((JoinMessage(message=build.a_message_ref(message_id="2"), triage=build.a_triage()),), "并入本件。"),
    "same_suggested": (
        (SuggestSame(message_id="1", matches=(Match(case_id="261123-X", message_id="2", score=1, reasons=("同一张图片",)),)),),
        "取到的文件或原帖与其他诉求件相同（同一张图片）。可能与 261123-X 是同一件事，待人工判断。",
    ),
    "bulletin_corrected": (
        (
            build.dispatch(),
            CorrectBulletin(bulletin=replace(build.a_bulletin(), place="丰台区马家堡东路"), reason="地点有误"),
        ),
        f"更正通报单 {build.BULLETIN_NUMBER}，为第 2 版，改动：事发地点。理由：地点有误",
    ),
    "notice_undelivered": (
        (
            build.dispatch(),
            RecordNoticeUndelivered(
                notice_id="n1",
                origin=2,
                assignment_id=build.ASSIGNMENT_ID,
                template=NoticeTemplate.DISPATCHED,
                way=Way(transport=Transport.MAIL, contact=build.bureau_contacts()[0]),
                asked=(),
                reason="mail_address_rejected",
            ),
        ),
        "没有送达",
    ),
    "replies_requested": (
        (
            JoinMessage(
                message=build.a_message_ref(
                    message_id="2", conversation=ConversationKey(account_id="weibo-main", citizen_id="2")
                ),
                triage=build.a_triage(),
            ),
            ReplyToAll(reply_id="r", text="已查处"),
        ),
        "小编一通过微博答复尚未答复的 2 位网民：已查处",
    ),
    "evidence_stored": (
        (RecordEvidence(evidence=build.evidence()),),
        f"网民发来的图片已存证：image/jpeg，312 KB，SHA-256 {'9f' * 32}。",
    ),
    "evidence_missing": (
        (RecordEvidence(evidence=build.missing_evidence()),),
        "网民发来的图片没有取到：平台已不再保存该文件。",
    ),
    "corrected": (
        (CorrectCase(urgency=Urgency.URGENT, reason="有人受伤"),),
        "小编 小编一把紧急程度改为「紧急」，理由：有人受伤。",
    ),
    "unmasked": (
        (Unmask(alias=build.a_message_ref().conversation.alias, reason="须当面核实"),),
        f"小编 小编一查看了网民 {build.a_message_ref().conversation.alias} 的身份；理由：须当面核实",
    ),
    "owner_changed": ((TakeCase(by=build.EDITOR, reason="交班"),), "小编 小编一接手负责本件，理由：交班。"),
    "answer_kept": (
        (build.consult(), build.answer(), build.keep_answer()),
        "小编 小编一把交通总队的解答存入知识库，有效期至 2027-11-23。",
    ),
    "noted": ((AddNote(text="已电话核实"),), "小编 小编一备注：已电话核实"),
    "dispatched": (REPORTED[:1], "交办北京市公安局丰台分局（主办）；须在 11月23日 11:31 前签收、11月30日 09:31 前反馈。"),
    "acknowledged": (REPORTED[:2], "北京市公安局丰台分局已签收。"),
    "progressed": ((*REPORTED[:2], ReportProgress(assignment_id="a1", text="正在调取监控")), "报告进展：正在调取监控"),
    "bureau_mail_received": (
        (REPORTED[0], ReceiveBureauMail(mail=build.a_bureau_mail())),
        "北京市公安局丰台分局来信，发件人值班民警 王建国（officer@example.org）：已到场核实。（附件 1 个：现场.jpg）",
    ),
    "bureau_mail_accepted": (
        (*REPORTED[:2], ReceiveBureauMail(mail=build.a_bureau_mail()), AcceptBureauMail(mail_id="m1", contacted=True)),
        "小编 小编一把北京市公安局丰台分局的来信采纳为已联系反映人的报告：已到场核实。",
    ),
    "reported": (REPORTED, "提交反馈，处置结果：已依法行政拘留。"),
    "feedback_accepted": ((*REPORTED, build.accept()), "小编 小编一审核通过了北京市公安局丰台分局的反馈。"),
    "sent_back": (
        (*REPORTED, SendBack(assignment_id="a1", reason="没有写明依据")),
        "重办，须在 11月30日 09:34 前再次反馈；理由：没有写明依据",
    ),
    "withdrawn": (
        (REPORTED[0], WithdrawAssignment(assignment_id="a1", reason="属地有误")),
        "撤回了对北京市公安局丰台分局的交办；理由：属地有误",
    ),
    "escalated": (
        (REPORTED[0], Escalate(assignment_id="a1", run=1, rung=0)),
        "催办北京市公安局丰台分局签收（第 1 级，应于 11月23日 11:01），通知：值班民警 值班民警。",
    ),
    "returned": (
        (REPORTED[0], build.give_back()),
        "退回，原因：不属本职，事发地在朝阳区；须在 11月23日 11:32 前裁决，其间承办时限停止。",
    ),
    "return_rejected": (
        (REPORTED[0], build.give_back(), build.decide_return()),
        "裁决由北京市公安局丰台分局继续办理，时限重新计算：11月30日 09:33 前反馈；理由：事发地已核实。",
    ),
    "rerouted": (
        (REPORTED[0], build.give_back(), build.decide_return(ReturnVerdict.REROUTED, to=CHAOYANG)),
        "把北京市公安局丰台分局退回的交办改派北京市公安局朝阳分局（主办），须在 11月23日 11:33 前签收",
    ),
    "extension_asked": (
        EXTENDED[:3],
        "北京市公安局丰台分局申请延期到 12月3日 09:30，审批前时限照常计算；理由：鉴定尚未完成。",
    ),
    "extension_granted": (
        EXTENDED,
        "同意北京市公安局丰台分局延期，反馈时限改为 12月3日 09:30；理由：属实；告知网民：预计12月3日前答复您。",
    ),
    "extension_refused": (
        (*EXTENDED[:3], RefuseExtension(assignment_id="a1", reason="期限充足")),
        "没有同意北京市公安局丰台分局延期，时限不变；理由：期限充足",
    ),
    "excused": (
        (
            build.dispatch(build.a_new_assignment(), build.a_joint_assignment()),
            ExcuseAssignment(assignment_id="a2", reason="查明"),
        ),
        "免予北京市公安局公共交通安全保卫总队反馈，其时限停止；理由：查明",
    ),
    "replanned": (
        (REPORTED[0], Replan(assignment_id="a1", plan=build.a_whole_plan(), reason="人员调整")),
        "11月23日 11:31 前签收、11月24日 09:31 前首次联系、11月26日 09:31 前阶段反馈、11月30日 09:31 前反馈；理由：人员调整",
    ),
    "reply_requested": ((REPLY,), "小编 小编一通过微博答复网民：已经处理，感谢监督。"),
    "reply_sent": ((REPLY, RecordReplySent(reply_id="r1", platform_ref="9")), "答复已由微博送出。"),
    "reply_failed": ((REPLY, RecordReplyFailed(reply_id="r1", reason="not_following")), "对方已取消关注"),
    "reply_window_closing": (
        (WarnOfReplyWindow(message=build.a_message_ref()),),
        "微博 @提及还没有答复，答复窗口将于 11月25日 09:30 关闭，已列为待办。",
    ),
    "ladder_spent": (SPENT, "北京市公安局丰台分局的催办已到最后一级，仍然没有结果，已列为待办。"),
    "publication_drafted": (
        (DRAFT,),
        f"小编 小编一起草公开发布，拟发{ON_BOTH}，等待另一位同事审核：「情况通报」电梯内吐痰者已被行政拘留。",
    ),
    "publication_approved": (
        (DRAFT, build.approve_publication()),
        f"审核通过公开发布，正在发往{ON_BOTH}。",
    ),
    "publication_withdrawn": ((DRAFT, build.withdraw_publication()), "小编 小编一撤回了公开发布，理由：尚未核实。"),
    "publication_submitted": (PUBLISHED, "微信公众号「平安北京」已收下公开发布，等待平台处理结果。"),
    "publication_posted": (
        (*PUBLISHED, RecordPublicationPosted(**ON_WECHAT, platform_ref="1", link="https://example.org/1")),
        "公开发布已在微信公众号「平安北京」发出：https://example.org/1",
    ),
    "publication_failed": (
        (*PUBLISHED, RecordPublicationFailed(**ON_WECHAT, reason="article_rejected")),
        "微信公众号「平安北京」的公开发布没有发出，需要人工处理：平台审核未通过。",
    ),
    "publication_unconfirmed": (
        (*PUBLISHED, RecordPublicationUnconfirmed(**ON_WECHAT, reason="publication_running")),
        "微信公众号「平安北京」的公开发布迟迟没有结果，需要到平台查看：平台仍在处理。",
    ),
    "notice_failed": ((NOTICE_FAILED,), "一条通知没有送达，需要电话通知：收件地址被退回。"),
    "task_done": ((NOTICE_FAILED, FinishTask(task_id="task.n1", note="已电话通知")), "处理了待办：已电话通知"),
    "closed": ((CloseCase(resolution=Resolution.ANSWERED, reason="已答复。"),), "结论：已解答，理由：已答复。"),
    "reopened": (
        (CloseCase(resolution=Resolution.ANSWERED, reason="已答复"), ReopenCase(reason="网民再次来信")),
        "重新打开本件，理由：网民再次来信。",
    ),
    "disclosed": ((build.disclose(),), "公开本件，标题「电梯内不文明行为」，地点写作「丰台区马家堡西路」，说明：已依法处理。"),
    "concealed": ((build.disclose(), Conceal(reason="标题有误")), "撤下本件的公开，理由：标题有误。"),
    "heat_raised": (
        (build.raise_heat(),),
        "；公开回应须在 11月23日 14:31、11月24日 09:31、11月25日 09:31 前各发布一次。",
    ),
    "heat_lowered": (
        (build.raise_heat(), LowerHeat(grade=None, reason="同一业主群集体转发")),
        "把热度调低为非热点，理由：同一业主群集体转发；公开回应时限停止。",
    ),
    "asking_started": ((ASK,), "小编 小编一开始向网民询问来源，共 3 问，第一问（微博私信答复）：您好"),
    "asking_reminded": ((ASK, ASK_CLOCK), "网民还没有回答第 1 问「信息从哪里转的」，系统提醒一次：您好，想再"),
    "asking_timed_out": (
        (ASK, ASK_CLOCK, replace(ASK_CLOCK, rung=1)),
        "网民在期限内没有回答第 1 问「信息从哪里转的」，询问超时，须由人工接手。",
    ),
    "question_settled": (
        (ASK, SettleQuestion(asking_id="ask-1", step=0, said="业主群")),
        "小编 小编一记下第 1 问「信息从哪里转的」的回答：业主群。系统接着问：谢谢",
    ),
    "asking_stopped": ((ASK, StopAsking(asking_id="ask-1", reason="已打电话")), "小编 小编一停止询问网民，理由：已打电话。"),
    "statement_reminded": (
        (build.raise_heat(), Escalate(assignment_id=PUBLIC_RESPONSE, run=1, rung=0)),
        "催办公开回应（须在 11月23日 14:31 前发布），通知：市局督办 市局督办。",
    ),
    "coverage_started": (
        (build.start_coverage(),),
        "小编 小编一开始现场通报，每 1 小时一次，第一次须在 11月23日 10:31 前发布。",
    ),
    "coverage_briefed": (
        (build.start_coverage(), BriefCoverage(facts="救护车已到达\n道路已恢复", unknowns="")),
        "更新了现场通报的情况。已知：救护车已到达；道路已恢复。待查：无。",
    ),
    "next_statement_moved": (
        (build.start_coverage(), MoveNextStatement(due_at=build.after(hours=3), reason="等待检测结果")),
        "把下一次现场通报改定在 11月23日 12:30 前，理由：等待检测结果。",
    ),
    "coverage_reminded": (
        (build.start_coverage(), Escalate(assignment_id=COVERAGE, run=1, rung=0)),
        "催办现场通报（须在 11月23日 10:31 前发布），通知：市局督办 市局督办。",
    ),
    "coverage_ended": ((build.start_coverage(), EndCoverage(reason="已平安到达")), "小编 小编一结束现场通报，理由：已平安到达。"),
}


OF_TWO_CASES: dict[str, str] = {
    "merged": f"小编 小编一把本件并入 {build.OTHER_ID}「电梯按键有污物」，本件随之办结，理由：同一部电梯。",
    "case_absorbed": f"小编 小编一把 {build.CASE_ID}「电梯内吐痰」的 1 条留言并入本件，公开回应时限一并接管，理由：同一部电梯。",
    "merge_undone": f"撤销并案，本件从 {build.OTHER_ID}「电梯按键有污物」恢复为单独一件，理由：楼号不同。",
    "case_released": f"撤销并案，{build.CASE_ID}「电梯内吐痰」的 1 条留言移回，公开回应时限一并交还，理由：楼号不同。",
    "messages_moved_out": f"把本件的 1 条留言移到 {build.OTHER_ID}「电梯按键有污物」，理由：说的是那一件。",
    "messages_moved_in": f"从 {build.CASE_ID}「电梯内吐痰」移入 1 条留言，理由：说的是那一件。",
    "messages_arrived": "移入的留言已全部到位。",
    "called_different": f"认定与 {build.OTHER_ID}「电梯按键有污物」不是同一件事，系统不再提示，理由：两个小区。",
    "difference_revoked": f"撤销了与 {build.OTHER_ID}「电梯按键有污物」「不是同一件事」的认定。",
}
"""Kinds that stand in a case because something was done to it and another."""


def of_two_cases() -> dict[str, tuple[Change, Case]]:
    """A change of each of those kinds, and a case that has it."""
    one, other = build.told(build.a_history(build.open_case(), build.raise_heat())), build.told(build.another_history())
    merged, absorbed = matters.merge(one, other.case, "同一部电梯")
    source = build.with_entry(one, merged)
    target = build.with_entry(build.with_entry(other, absorbed), MessagesArrived(moved=2))
    undone, released = matters.undo_merge(source, target, "楼号不同")
    second = JoinMessage(message=build.a_message_ref(message_id="weibo:2"), triage=build.a_triage())
    two = build.told(build.a_history(build.open_case(), second))
    out, into = matters.move_messages(two, other.case, {"weibo:2"}, "说的是那一件")
    said = matters.call_different(one.case, other.case, "两个小区")
    assert said is not None
    unlike = build.with_entry(one, said[0])
    changes: list[tuple[Change, Case]] = [
        (merged, source.case),
        (absorbed, target.case),
        (undone, source.case),
        (released, target.case),
        (out, two.case),
        (into, other.case),
        (MessagesArrived(moved=2), other.case),
        (said[0], one.case),
        (matters.revoke_difference(unlike.case, other.case, "")[0], one.case),
    ]
    return {change.kind: (change, case) for change, case in changes}


@pytest.mark.parametrize("kind", OF_TWO_CASES)
def test_what_is_done_to_two_cases_is_said_with_number_and_name_of_the_other(kind: str) -> None:
    change, case = of_two_cases()[kind]
    entry = next_entry(case, case.id, change, actor=build.EDITOR, now=build.NOW)
    assert OF_TWO_CASES[kind] in say(entry, case, BEIJING, build.NOW)
    assert assignment_of(entry) == ()


def test_a_case_that_was_split_off_says_out_of_which() -> None:
    second = JoinMessage(message=build.a_message_ref(message_id="weibo:2"), triage=build.a_triage())
    two = build.told(build.a_history(build.open_case(), second))
    new = {"case_id": build.OTHER_ID, "title": "另一部电梯"}
    out, made = matters.split(two, {"weibo:2"}, "另一栋楼", **new, triage=build.a_triage(), place=build.a_place())
    entry = next_entry(None, build.OTHER_ID, made, actor=build.EDITOR, now=build.NOW)
    opened = say(entry, build.the_case([entry]), BEIJING, build.NOW)
    assert opened == f"小编 小编一把 {build.CASE_ID}「电梯内吐痰」的 1 条留言拆分为本件，理由：另一栋楼。"
    entry = next_entry(two.case, two.case.id, out, actor=build.EDITOR, now=build.NOW)
    assert f"把本件的 1 条留言拆分为 {build.OTHER_ID}「另一部电梯」" in say(entry, two.case, BEIJING, build.NOW)


def test_a_statement_that_went_out_says_when_the_next_one_is_due() -> None:
    entries = build.a_history(build.open_case(), build.start_coverage(), *build.a_statement())
    assert "下一次现场通报须在 11月23日 10:34 前发布（自上一次通报起 1 小时内现场通报）" in say(
        entries[-1], build.the_case(entries), BEIJING, build.NOW
    )


def history(kind: str) -> list[Entry]:
    return build.a_history(build.open_case(), *HISTORIES[kind][0])


def test_every_kind_of_entry_has_a_sentence_that_is_tested() -> None:
    assert set(HISTORIES) | set(OF_TWO_CASES) == {change.__dataclass_fields__["kind"].default for change in get_args(Change)}


@pytest.mark.parametrize("kind", HISTORIES)
def test_an_entry_is_said_in_one_sentence(kind: str) -> None:
    entries = history(kind)
    assert entries[-1].change.kind == kind
    sentence = say(entries[-1], build.the_case(entries), BEIJING, build.NOW)
    assert HISTORIES[kind][1] in sentence
    assert sentence.count("\n") == 0


@pytest.mark.parametrize("kind", HISTORIES)
def test_a_bureau_is_told_of_its_assignment_and_of_nothing_else(kind: str) -> None:
    entries = history(kind)
    about_it = {
        "dispatched",
        "bulletin_corrected",
        "acknowledged",
        "progressed",
        "bureau_mail_received",
        "bureau_mail_accepted",
        "reported",
        "feedback_accepted",
        "sent_back",
        "withdrawn",
        "escalated",
        "replanned",
        "returned",
        "return_rejected",
        "rerouted",
        "excused",
        "extension_asked",
        "extension_granted",
        "extension_refused",
    }
    assert bool(assignment_of(entries[-1])) == (kind in about_it)
    assignment = build.an_assignment()
    if kind in about_it:
        assert say_to_bureau(entries[-1], assignment, BEIJING, build.NOW)
    else:
        with pytest.raises(ValueError, match="not about an assignment"):
            say_to_bureau(entries[-1], assignment, BEIJING, build.NOW)


CONSULTED = (build.consult(), build.answer())


@pytest.mark.parametrize(
    ("commands", "to_desk", "to_department"),
    [
        (CONSULTED[:1], "咨询交通总队（ZX2026-00001-2），须在 11月23日 11:31 前答复", "提出咨询 ZX2026-00001-2"),
        (CONSULTED, "交通总队答复咨询：可以，持身份材料", "答复咨询：可以"),
        ((*CONSULTED, build.accept("c1")), "收下了交通总队的解答", "收下了解答"),
        (
            (*CONSULTED, SendBack(assignment_id="c1", reason="未成年人呢？")),
            "追问交通总队，须在 11月23日 11:33 前再次答复：未成年人呢？",
            "追问，须在 11月23日 11:33 前再次答复：未成年人呢？",
        ),
        (
            (*CONSULTED[:1], WithdrawAssignment(assignment_id="c1", reason="不必再问")),
            "撤回了对交通总队的咨询；理由：不必再问",
            "撤回了咨询；理由：不必再问",
        ),
    ],
)
def test_a_consultation_is_said_to_the_desk_and_to_whom_is_asked(
    commands: tuple[Command, ...], to_desk: str, to_department: str
) -> None:
    entries = build.a_history(build.open_case(), *commands)
    case = build.the_case(entries)
    assert to_desk in say(entries[-1], case, BEIJING, build.NOW)
    assert to_department in say_to_bureau(entries[-1], case.assignments[0], BEIJING, build.NOW)


def test_a_reply_says_whose_answers_it_is_made_of() -> None:
    reply = ReplyToCitizen(reply_id="r1", text="您好，可以。", answers=("c1",))
    entries = build.a_history(build.open_case(), *CONSULTED, reply)
    assert "（用了交通总队的解答）：您好" in say(entries[-1], build.the_case(entries), BEIJING, build.NOW)


def test_an_answer_says_which_question_it_answers_and_what_is_asked_next() -> None:
    answer = JoinMessage(message=build.a_message_ref(message_id="2", sent_at=build.after(minutes=2)), triage=build.a_triage())
    entries = build.a_history(build.open_case(), ASK, answer)
    sentence = say(entries[-1], build.the_case(entries), BEIJING, build.NOW)
    assert sentence.startswith("网民回答了第 1 问「信息从哪里转的」，并入本件。系统接着问：谢谢")


def test_a_question_that_needs_not_be_asked_is_said_so() -> None:
    entries = build.a_history(build.open_case(), ASK, SettleQuestion(asking_id="ask-1", step=2, said=""))
    assert say(entries[-1], build.the_case(entries), BEIJING, build.NOW) == "小编 小编一不再问第 3 问「认识拍摄者吗」。"


def test_a_citizens_id_is_never_said() -> None:
    citizen = Actor(kind=ActorKind.CITIZEN, id="2489518277", name="某网友")
    assert who(citizen) == "网民"


def test_a_bureau_officer_is_named_beside_the_bureau() -> None:
    officer = Actor(kind=ActorKind.BUREAU, id="FT", name="北京市公安局丰台分局 王建国")
    entries = build.a_history(build.open_case(), build.dispatch(), build.acknowledge(), actor=officer)
    sentence = say(entries[-1], build.the_case(entries), BEIJING, build.NOW)
    assert sentence == "北京市公安局丰台分局 王建国已签收。"


@pytest.mark.parametrize(
    ("length", "said"),
    [
        (timedelta(seconds=59), "不到 1 分钟"),
        (timedelta(hours=1, minutes=12, seconds=40), "1 小时 12 分"),
        (timedelta(days=2, minutes=59), "2 天"),
        (timedelta(days=6, hours=23, minutes=59), "6 天 23 小时"),
    ],
)
def test_a_span_is_said_in_whole_minutes_or_hours(length: timedelta, said: str) -> None:
    assert span(length) == said


def test_a_deadline_is_said_as_what_is_left_or_how_late_it_is() -> None:
    assert remaining(build.after(hours=1, minutes=12), build.NOW) == "还剩 1 小时 12 分"
    assert remaining(build.after(minutes=-3), build.NOW) == "已超时 3 分"
    assert remaining(build.NOW, build.NOW) == "已超时 不到 1 分钟"


def test_a_time_is_the_offices_and_shows_the_year_only_where_it_is_far() -> None:
    assert local_time(build.NOW, BEIJING, build.NOW) == "11月23日 09:30"
    assert local_time(build.after(days=-400), BEIJING, build.NOW) == "2025年10月19日 09:30"


def test_a_place_does_not_name_its_district_twice() -> None:
    assert place_in_words(build.a_place()) == "丰台区马家堡西路某小区"
    assert place_in_words(build.a_place("马家堡西路", district="丰台区")) == "丰台区 · 马家堡西路"
    assert place_in_words(PlaceMatch()) == "未识别"


def test_a_failure_without_words_shows_its_code() -> None:
    assert failure_in_words(TaskKind.NOTICE_FAILED, "ses_unavailable") == "发送服务一直没有应答"
    assert failure_in_words(TaskKind.NOTICE_FAILED, "never_heard_of") == "未能送达（代码 never_heard_of）"
    assert "45015" in failure_in_words(TaskKind.REPLY_FAILED, "refused:45015")
