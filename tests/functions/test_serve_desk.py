"""The desk as its users meet it: a browser, the office's issuer, and the tables of the template."""

import importlib
import json
import re
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from types import ModuleType
from typing import Any
from urllib.parse import parse_qs, urlsplit

import boto3
import pytest

from jiesu.cases.commands import AddNote, CloseCase, RecordEvidence, RecordNoticeFailed, ReplyToCitizen, ReportProgress
from jiesu.cases.emergency import EmergencyPlan
from jiesu.model.case import Case
from jiesu.model.delivery import NoticeDescription
from jiesu.model.evidence import Evidence
from jiesu.model.message import PlaceCandidate, PlaceMatch
from jiesu.model.numbers import case_id_for
from jiesu.model.receipt import ContactMark, Receipt, ReceiptKind
from jiesu.model.timeline import Dispatched
from jiesu.model.words import (
    CaseStatus,
    ContactRole,
    MessageKind,
    NoticeTemplate,
    Platform,
    ReplyManner,
    Resolution,
    Transport,
    UserRole,
)
from jiesu.pages.assets import assets
from jiesu.pages.http import MAX_BODY_BYTES, request_of
from jiesu.pages.rights import ROUTES, Right, Route, rights_of
from jiesu.pages.session import Session, SessionBook
from jiesu.runtime import clients
from jiesu.triage.known_answers import standing
from tests import builders as build
from tests.conftest import Stores
from tests.dying import counting, refusing
from tests.functions.browser import sample_event
from tests.functions.desks import DemoDesk, carried_out, dispatched, fill_directory, opened

QUEUE = "/prod/desk"


def address(case: Case, *parts: str) -> str:
    return "/".join((f"{QUEUE}/cases/{case.id}", *parts))


@pytest.fixture
def office(stores: Stores) -> DemoDesk:
    fill_directory(stores)
    return DemoDesk(stores)


# --- Signing in and out -----------------------------------------------------------------------


def test_whoever_is_not_signed_in_is_asked_to_and_comes_back_to_the_page_they_wanted(office: DemoDesk) -> None:
    case = opened(office.stores)
    browser = office.visitor(UserRole.EDITOR)
    welcome = browser.get(address(case))
    assert "统一身份认证登录" in welcome.text
    assert case.title not in welcome.text
    start = f"/prod/desk/sign-in/start?next=/desk/cases/{case.id}"
    assert start in welcome.body
    page = browser.get(start)
    assert page.path == address(case)
    assert "李明" in page.text


@pytest.mark.parametrize(
    "wanted",
    [
        "https://elsewhere.example.org/desk",
        "//elsewhere.example.org/desk",
        "/\\elsewhere.example.org/desk",
        "/desk/../../x",
        "/desk/sign-out",
        "/desk\tx",
        "javascript:alert(1)",
    ],
)
def test_signing_in_leads_nowhere_but_to_the_desk(office: DemoDesk, wanted: str) -> None:
    browser = office.visitor(UserRole.EDITOR)
    browser.get("/prod/desk/sign-in")
    event = browser.event("GET", "/prod/desk/sign-in/start", None) | {"queryStringParameters": {"next": wanted}}
    page = browser.follow(event)
    assert page.path == QUEUE


def test_a_callback_that_this_browser_did_not_begin_is_refused(office: DemoDesk) -> None:
    stranger = office.visitor(UserRole.EDITOR)
    page = stranger.get("/prod/desk/callback?code=code-1&state=token-1")
    assert page.status == 403
    assert "登录没有完成" in page.text
    assert not stranger.cookies


def test_what_the_issuer_refuses_is_said_and_can_be_tried_again(office: DemoDesk) -> None:
    browser = office.visitor(UserRole.EDITOR)
    assert browser.issuer is not None
    browser.issuer.claims["aud"] = "another-client"
    page = browser.get("/prod/desk/sign-in/start")
    assert page.status == 403
    assert "/prod/desk/sign-in" in page.body


def test_an_issuer_that_does_not_answer_gets_a_page_that_says_so(office: DemoDesk) -> None:
    browser = office.visitor(UserRole.EDITOR)
    assert browser.issuer is not None
    browser.issuer.is_down = True
    page = browser.get("/prod/desk/sign-in/start")
    assert page.status == 503
    assert "统一身份认证暂时无法连接" in page.text


def test_someone_without_a_role_is_told_whom_to_ask(office: DemoDesk) -> None:
    page = office.signed_in().get(QUEUE)
    assert page.status == 403
    assert "还没有分配任何身份" in page.text


def test_signing_out_ends_the_session_here_and_at_the_issuer(office: DemoDesk) -> None:
    browser = office.editor()
    page = browser.submit(browser.get(QUEUE).form("/sign-out"))
    assert page.headers["Refresh"].startswith("0; url=https://issuer.example.org/logout?client_id=jiesu-desk")
    assert "统一身份认证登录" in browser.get(QUEUE).text


def test_signing_out_succeeds_here_though_the_issuer_does_not_answer(office: DemoDesk) -> None:
    signed_in = office.editor()
    form = signed_in.get(QUEUE).form("/sign-out")
    # Another copy of the function, which has not asked the issuer anything yet.
    browser = office.visitor()
    browser.cookies = signed_in.cookies
    assert browser.issuer is not None
    browser.issuer.is_down = True
    page = browser.submit(form)
    assert page.status == 200
    assert not browser.cookies
    assert "您已退出本系统" in page.text


# --- Rights -----------------------------------------------------------------------------------


def concrete(route: Route, case: Case) -> str:
    return route.path.format(
        case_id=case.id,
        subject="a1",
        sha256="9f" * 32,
        place="W10",
        turn="2026-11-22.1",
        day="2026-11-22",
        number="2026-00001-1",
        other=case.id,
        topic="bureaus",
        item="FT",
        article_id="k1",
    )


@pytest.mark.parametrize("roles", [(), *((role,) for role in UserRole)], ids=lambda roles: "".join(roles) or "none")
def test_every_route_admits_the_roles_that_have_its_right_and_no_other(office: DemoDesk, roles: tuple[UserRole, ...]) -> None:
    case = dispatched(office.stores, opened(office.stores))
    browser = office.signed_in(*roles)
    token = browser.get(QUEUE).form("/sign-out").fields["csrf_token"]
    for route in ROUTES:
        if route.right in (Right.ANYONE, Right.SIGNED_IN):
            continue
        path = f"/prod{concrete(route, case)}"
        page = browser.get(path) if route.method == "GET" else browser.post(path, {"csrf_token": token, "expected_version": "9"})
        assert (page.status == 403) == (route.right not in rights_of(roles)), f"{route.method} {route.path}"


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_no_route_that_needs_a_right_shows_anything_to_a_stranger(office: DemoDesk, route: Route) -> None:
    case = opened(office.stores)
    browser = office.visitor()
    path = f"/prod{concrete(route, case)}"
    page = browser.get(path) if route.method == "GET" else browser.post(path, {"expected_version": "1"})
    assert case.title not in page.text
    if route.right is not Right.ANYONE:
        assert page.status == 401 if route.method == "POST" else page.path.startswith("/prod/desk/sign-in")


def test_whoever_only_reads_sees_the_case_without_anything_to_press(office: DemoDesk) -> None:
    case = dispatched(office.stores, opened(office.stores))
    page = office.signed_in(UserRole.COMMAND).get(address(case))
    assert case.title in page.text
    assert [form.action for form in page.forms if "/cases/" in form.action] == []
    assert "/dispatch" not in page.body


def test_a_form_without_the_sessions_token_changes_nothing_and_gives_the_text_back(office: DemoDesk) -> None:
    case = opened(office.stores)
    browser = office.editor()
    form = browser.get(address(case)).form("/note")
    page = browser.submit(form, csrf_token="guessed", text="已电话核实")
    assert page.status == 403
    assert "已电话核实" in page.text
    assert office.stores.cases.load(case.id) == case


def test_a_text_typed_while_the_session_ran_out_is_given_back(office: DemoDesk) -> None:
    case = opened(office.stores)
    browser = office.editor()
    form = browser.get(address(case)).form("/note")
    browser.now += timedelta(minutes=31)
    page = browser.submit(form, text="已电话核实")
    assert page.status == 401
    assert "已电话核实" in page.text
    assert office.stores.cases.load(case.id) == case


def test_another_sites_text_is_not_shown_as_if_it_were_typed_here(office: DemoDesk) -> None:
    case = opened(office.stores)
    stranger = office.visitor()
    stranger.headers["Sec-Fetch-Site"] = "cross-site"
    page = stranger.post(address(case, "note"), {"text": "别处的话"})
    assert page.status == 401
    assert "别处的话" not in page.text


# --- The queue --------------------------------------------------------------------------------


def test_the_queue_shows_what_waits_with_how_long(office: DemoDesk) -> None:
    opened(office.stores)
    office.now = build.after(hours=1, minutes=12)
    page = office.editor().get(QUEUE)
    assert "电梯内吐痰" in page.text
    assert "1 小时 12 分" in page.text
    assert "微博 @提及" in page.text


def test_the_queue_is_one_read(office: DemoDesk) -> None:
    opened(office.stores)
    browser = office.editor()
    with counting(office.stores.client) as calls:
        browser.get(QUEUE)
    assert calls == ["Query"]


def test_a_queue_that_stands_open_fetches_its_rows_alone(office: DemoDesk) -> None:
    case = opened(office.stores)
    browser = office.visitor(UserRole.EDITOR)
    browser.get("/prod/desk/sign-in/start")
    queue = browser.get(QUEUE)
    assert f'hx-get="{QUEUE}/rows?' in queue.body
    browser.headers["HX-Request"] = "true"
    rows = browser.get(f"{QUEUE}/rows?status=open")
    assert case.title in rows.text
    assert rows.body.lstrip().startswith('<div id="rows"')


def test_rows_that_a_page_fetches_by_itself_keep_no_session_alive(office: DemoDesk) -> None:
    browser = office.visitor(UserRole.EDITOR)
    browser.get("/prod/desk/sign-in/start")
    browser.headers["HX-Request"] = "true"
    for _ in range(4):
        browser.now += timedelta(minutes=9)
        rows = browser.get(f"{QUEUE}/rows")
    assert rows.status == 401
    assert rows.body == ""


def test_an_empty_queue_says_so(office: DemoDesk) -> None:
    page = office.editor().get(QUEUE)
    assert "没有等待处理的诉求件" in page.text


def test_a_case_in_work_shows_its_nearest_deadline_and_what_the_office_owes(office: DemoDesk) -> None:
    case = dispatched(office.stores, opened(office.stores))
    case = carried_out(
        office.stores,
        case,
        build.acknowledge(),
        build.report(),
        RecordNoticeFailed(notice_id="n1", reason="mail_address_rejected"),
    )
    browser = office.editor()
    assert case.title not in browser.get(QUEUE).text
    page = browser.get(f"{QUEUE}?status=dispatched")
    assert "签收还剩 2 小时" in page.text  # the joint bureau's
    assert "待审核反馈 1" in page.text
    assert "待人工处理 1" in page.text


@pytest.mark.parametrize("query", ["status=lost", "platform=lost", f"cursor={'x' * 1001}"])
def test_an_address_that_no_page_of_ours_links_to_is_refused_kindly(office: DemoDesk, query: str) -> None:
    page = office.editor().get(f"{QUEUE}?{query}")
    assert page.status == 400
    assert "请求无效" in page.text


# --- A case -----------------------------------------------------------------------------------


def test_a_case_page_is_three_reads_however_much_has_happened(office: DemoDesk) -> None:
    case = dispatched(office.stores, opened(office.stores))
    carried_out(office.stores, case, *(AddNote(text=f"第 {number} 条") for number in range(60)))
    browser = office.editor()
    with counting(office.stores.client) as calls:
        page = browser.get(address(case))
    assert calls == ["Query"] * 3
    assert "第 59 条" in page.text
    assert "第 3 条" not in page.text
    older = next(link for link in page.links if "before=" in link)
    assert "第 3 条" in browser.get(older).text


def test_a_citizens_text_is_shown_as_text(office: DemoDesk) -> None:
    case = opened(office.stores, text="<script>alert(1)</script> & <b>急</b>\n第二行")
    browser = office.editor()
    for path in (address(case), address(case, "dispatch"), address(case, "reply")):
        page = browser.get(path)
        assert "<script>" not in page.body
        assert "<b>" not in page.body
        assert "<script>alert(1)</script> & <b>急</b>" in page.text


def test_no_page_carries_scripts_or_styles_in_itself_or_addresses_of_elsewhere(office: DemoDesk) -> None:
    case = dispatched(office.stores, opened(office.stores))
    browser = office.editor()
    for path in (
        QUEUE,
        address(case),
        address(case, "dispatch"),
        address(case, "reply"),
        f"{QUEUE}/parked",
        f"{QUEUE}/search?q=1",
    ):
        page = browser.get(path)
        assert page.status in (200, 404)
        for forbidden in ("<style", " style=", " onclick", " hx-on", "javascript:", 'src="http', 'href="http'):
            assert forbidden not in page.body, f"{path} {forbidden}"
        assert (
            re.sub(r'<script src="/prod/static/(desk|htmx)\.[0-9a-f]{12}\.js" defer></script>', "", page.body).count("<script")
            == 0
        )
        assert page.headers["Cache-Control"] == "no-store"
        assert "script-src 'self';" in page.headers["Content-Security-Policy"]


def test_a_case_shows_its_clocks_its_people_and_its_notices(office: DemoDesk) -> None:
    case = dispatched(office.stores, opened(office.stores))
    office.stores.deliveries.claim(
        case_id=case.id,
        delivery_id=f"{case.id}.2.a1.0.sms",
        description=NoticeDescription(
            template=NoticeTemplate.DISPATCHED,
            transport=Transport.SMS,
            bureau="北京市公安局丰台分局",
            role=ContactRole.DUTY_OFFICER,
            contact="王建国",
            address="010-55500001",
        ),
        now=build.NOW,
        lease=timedelta(minutes=1),
    )
    page = office.editor().get(address(case))
    assert "签收还剩 2 小时 1 分" in page.text
    assert "自交办起 2 小时内签收" in page.text
    assert "11月23日 11:01 催办，通知值班民警" in page.text
    assert "交办短信 → 值班民警 王建国（010-55500001）" in page.text
    assert build.a_place().reason in page.text
    assert build.a_triage().reasons[0] in page.text


def test_a_case_tells_sent_delivered_opened_and_acknowledged_apart(office: DemoDesk) -> None:
    case = dispatched(office.stores, opened(office.stores))
    assert "未发出 未送达 未打开 未签收" in office.editor().get(address(case)).text
    deliveries, notice_id = office.stores.deliveries, f"{case.id}.2.a1.0.sms"
    deliveries.claim(
        case_id=case.id,
        delivery_id=notice_id,
        description=NoticeDescription(
            template=NoticeTemplate.DISPATCHED,
            transport=Transport.SMS,
            bureau="北京市公安局丰台分局",
            role=ContactRole.DUTY_OFFICER,
            contact="王建国",
            address="010-55500001",
        ),
        now=build.NOW,
        lease=timedelta(minutes=1),
        provider="http",
    )
    deliveries.sent_by(
        case_id=case.id, delivery_id=notice_id, provider="http", provider_ref="gw-1", receipt_ref="gw-1", now=build.NOW
    )
    owner = deliveries.owner("http", "gw-1")
    assert owner is not None
    delivered = Receipt(provider="http", reference="gw-1", kind=ReceiptKind.DELIVERED, at=build.after(minutes=1))
    deliveries.note_receipt(owner, delivered)
    deliveries.note_seen(case_id=case.id, assignment_id="a1", now=build.after(minutes=5))
    said = "已发出 11月23日 09:30 已送达 11月23日 09:31 已打开 11月23日 09:35 未签收"
    assert said in office.editor().get(address(case)).text


def test_an_address_that_is_not_to_be_relied_on_is_listed_with_whose_it_is(office: DemoDesk) -> None:
    assert "失效的联系方式" not in office.editor().get(f"{QUEUE}/parked").text
    office.stores.marks.mark(
        ContactMark(
            address="wang@example.org",
            kind=ReceiptKind.HARD_BOUNCE,
            at=build.NOW,
            bureau="北京市公安局丰台分局",
            contact="王建国",
            case_id=build.CASE_ID,
        )
    )
    page = office.editor().get(f"{QUEUE}/parked")
    assert "北京市公安局丰台分局 王建国 wang@example.org 被退回，地址无效" in page.text


def test_the_form_of_a_bulletin_shows_the_sms_and_what_it_costs(office: DemoDesk) -> None:
    page = office.editor().get(f"{address(opened(office.stores))}/dispatch")
    assert "通报单0000-00000-0请于11月23日11:30前签收，验证码0000，详见邮件。" in page.text
    assert "1 条计费" in page.text


def test_a_case_that_does_not_exist_is_not_found(office: DemoDesk) -> None:
    browser = office.editor()
    for path in ("cases/261123-AAAAAA", "cases/261123-AAAAAA/note", "cases/261123-AAAAAA?before=7", "nowhere"):
        assert browser.get(f"{QUEUE}/{path}").status == 404


@pytest.mark.parametrize("before", ["1", "-3", "x", "99999999999"])
def test_a_page_of_the_timeline_that_cannot_be_is_refused(office: DemoDesk, before: str) -> None:
    case = opened(office.stores)
    assert office.editor().get(f"{address(case)}?before={before}").status == 400


# --- Acting -----------------------------------------------------------------------------------


def test_an_editor_takes_a_case_from_open_to_closed(office: DemoDesk) -> None:
    case = opened(office.stores)
    browser = office.editor()

    page = browser.submit(browser.get(address(case, "dispatch")).form("/dispatch"), joint=["GJ"], urgency="urgent")
    assert page.path == address(case)
    assert "通报单已签发" in page.text
    case = stored(office, case)
    assert case.status is CaseStatus.DISPATCHED
    assert [one.bureau_code for one in case.assignments] == ["FT", "GJ"]
    assert case.bulletins[0].issued_by == "李明"

    lead, joint = case.assignments
    for one in (lead, joint):
        carried_out(office.stores, stored(office, case), build.acknowledge(one.id), build.report(one.id))

    reason = "没有写明依据"
    page = browser.submit(browser.get(address(case, "send-back", joint.id)).form(f"/send-back/{joint.id}"), reason=reason)
    assert reason in page.text
    browser.submit(browser.get(address(case, "withdraw", joint.id)).form(f"/withdraw/{joint.id}"), reason="由主办一并办理")
    browser.submit(browser.get(address(case)).form(f"/accept/{lead.id}"))
    case = stored(office, case)
    assert case.status is CaseStatus.RESOLVED

    form = browser.get(address(case, "reply")).form("/reply")
    assert form.fields["text"] == (build.a_feedback().publishable,)
    browser.submit(form)
    assert stored(office, case).replies[0].text == build.a_feedback().publishable

    browser.submit(browser.get(address(case, "close")).form("/close"), reason="已答复网民")
    case = stored(office, case)
    assert case.status is CaseStatus.CLOSED
    assert case.resolution is Resolution.HANDLED

    browser.submit(browser.get(address(case, "reopen")).form("/reopen"), reason="网民再次来信")
    assert stored(office, case).status is CaseStatus.RESOLVED


def stored(office: DemoDesk, case: Case) -> Case:
    found = office.stores.cases.load(case.id)
    assert found is not None
    return found


def test_what_was_done_is_said_once(office: DemoDesk) -> None:
    case = opened(office.stores)
    browser = office.editor()
    page = browser.submit(browser.get(address(case)).form("/note"), text="已电话核实")
    assert "备注已记入经过。" in page.text
    assert "小编 李明备注：已电话核实" in page.text
    assert "备注已记入经过。" not in browser.get(address(case)).text


def test_a_correction_is_saved_with_its_reason(office: DemoDesk) -> None:
    case = opened(office.stores)
    browser = office.editor()
    form = browser.get(address(case, "correct")).form("/correct")
    page = browser.submit(form, urgency="critical", place_text="公交车站", bureau_code="GJ", reason="网民补充了地点")
    assert "把紧急程度改为「特急」、地点改为「丰台区 · 公交车站」，理由：网民补充了地点。" in page.text
    assert stored(office, case).place.bureau_code == "GJ"


def test_a_task_is_finished_where_it_stands(office: DemoDesk) -> None:
    case = dispatched(office.stores, opened(office.stores))
    case = carried_out(
        office.stores, case, RecordNoticeFailed(notice_id=f"{case.id}.2.a1.0.mail", reason="mail_address_rejected")
    )
    browser = office.editor()
    page = browser.get(address(case))
    assert "收件地址被退回" in page.text
    browser.submit(page.form(f"/finish-task/{case.tasks[0].id}"), note="已电话通知值班民警")
    assert stored(office, case).tasks == ()


def test_a_picture_that_was_fetched_meanwhile_is_no_conflict_for_whoever_dispatches(office: DemoDesk) -> None:
    case = opened(office.stores)
    editor = office.editor()
    form = editor.get(address(case, "dispatch")).form("/dispatch")
    carried_out(office.stores, case, RecordEvidence(evidence=build.evidence()))
    assert editor.submit(form).path == address(case)
    assert len(stored(office, case).bulletins) == 1


def test_of_two_editors_one_wins_and_the_other_is_told_who_did_what(office: DemoDesk) -> None:
    case = opened(office.stores)
    first, second = office.editor("李明"), office.editor("张华")
    forms = [browser.get(address(case, "dispatch")).form("/dispatch") for browser in (first, second)]
    assert first.submit(forms[0], title="李明的标题").path == address(case)

    page = second.submit(forms[1], title="张华的标题", facts="张华写下的事实")
    assert page.status == 409
    assert "小编 李明签发通报单 2026-00001-8「李明的标题」" in page.text
    assert page.form("/dispatch").fields["title"] == ("张华的标题",)
    assert page.form("/dispatch").fields["facts"] == ("张华写下的事实",)
    assert len(stored(office, case).bulletins) == 1

    # Having seen that, they may still add a joint bureau, without typing anything again.
    page = second.submit(page.form("/dispatch"), lead="", joint=["GJ"])
    assert page.path == address(case)
    assert [bulletin.title for bulletin in stored(office, case).bulletins] == ["李明的标题", "张华的标题"]


def test_what_changed_before_the_page_was_opened_is_not_told_again(office: DemoDesk) -> None:
    case = opened(office.stores)
    carried_out(office.stores, case, AddNote(text="早先的备注"), actor=build.EDITOR)
    browser = office.editor()
    form = browser.get(address(case, "close")).form("/close")
    carried_out(office.stores, stored(office, case), AddNote(text="后来的备注"), actor=build.EDITOR)
    page = browser.submit(form, resolution="answered", reason="已答复")
    assert page.status == 409
    assert "后来的备注" in page.text
    assert "早先的备注" not in page.text
    assert page.form("/close").fields["reason"] == ("已答复",)
    assert page.form("/close").fields["resolution"] == ("answered",)


def test_a_refused_command_comes_back_with_its_reason_and_every_word_that_was_typed(office: DemoDesk) -> None:
    case = dispatched(office.stores, opened(office.stores))
    browser = office.editor()
    form = browser.get(address(case, "close")).form("/close")
    page = browser.submit(form, resolution="answered", reason="先关了再说")
    assert page.status == 422
    assert "还有承办单位没有办结，请先审核反馈或撤回交办" in page.text
    assert page.form("/close").fields["reason"] == ("先关了再说",)


def test_a_bulletin_that_is_refused_keeps_the_bureaus_that_were_chosen(office: DemoDesk) -> None:
    case = opened(office.stores)
    browser = office.editor()
    page = browser.submit(browser.get(address(case, "dispatch")).form("/dispatch"), title=" ", joint=["GJ"])
    assert page.status == 422
    again = page.form("/dispatch").fields
    assert again["joint"] == ("GJ",)
    assert again["lead"] == ("FT",)


def test_submitting_a_form_twice_does_it_once(office: DemoDesk) -> None:
    case = opened(office.stores)
    browser = office.editor()
    form = browser.get(address(case, "reply")).form("/reply")
    browser.submit(form, text="已转交属地分局。")
    assert browser.submit(form, text="已转交属地分局。").status == 409
    assert len(stored(office, case).replies) == 1


def test_a_reply_that_its_platform_would_refuse_is_not_taken(office: DemoDesk) -> None:
    case = opened(office.stores)
    browser = office.editor()
    page = browser.submit(browser.get(address(case, "reply")).form("/reply"), text="字" * 300)
    assert page.status == 422
    assert "不能超过 299 字，现有 300 字" in page.text


def test_a_reply_names_the_platforms_window_once_it_is_over(office: DemoDesk) -> None:
    case = opened(office.stores)
    office.now = build.after(hours=49)
    page = office.editor().get(address(case, "reply"))
    assert "微博答复窗口已经关闭，距网民来信已超过 48 小时" in page.text


def test_a_known_question_brings_its_standing_answer_to_the_reply_until_it_expires(office: DemoDesk) -> None:
    case = opened(office.stores, text="请问身份证丢了怎么补办")
    assert "居民身份证丢失、补领和换领" in office.editor().get(address(case, "reply")).text
    office.now = build.after(days=3_650)
    assert "居民身份证丢失、补领和换领" not in office.editor().get(address(case, "reply")).text


def test_a_mention_may_be_answered_in_public_with_a_warning(office: DemoDesk) -> None:
    case = opened(office.stores)
    browser = office.editor()
    form = browser.get(address(case, "reply"))
    assert "不得写姓名、电话、身份证号、住址等个人信息" in form.text
    browser.submit(form.form("/reply"), text="您好，已转属地分局办理。", manner="comment")
    after = office.stores.cases.load(case.id)
    assert after is not None
    assert [reply.manner for reply in after.replies] == [ReplyManner.COMMENT]
    page = browser.get(address(case))
    assert "公开评论回复" in page.text
    assert "公开回复网民" in page.text


def test_an_answer_to_what_came_by_telephone_is_taken_for_a_person_to_pass_on(office: DemoDesk) -> None:
    message = build.a_message(id="entered:1", platform=Platform.TELEPHONE, account_id="desk", kind=MessageKind.PRIVATE)
    case = office.stores.messages.open_case(
        office.stores.cases,
        build.a_screened(message=message),
        case_id=build.CASE_ID,
        title="来电反映",
        now=build.NOW,
        previous_case_id=None,
    )
    browser = office.editor()
    page = browser.submit(browser.get(address(case, "reply")).form("/reply"), text="已电话答复来电人。")
    assert page.status == 200
    after = office.stores.cases.load(case.id)
    assert after is not None
    assert [reply.text for reply in after.replies] == ["已电话答复来电人。"]


@pytest.mark.parametrize(
    ("text", "manner", "said"),
    [
        ("请拨打 199 0000 0123 联系", "comment", "不能出现电话号码、身份证号"),
        ("字" * 141, "comment", "公开评论不能超过 140 字，现有 141 字"),
        ("您好", "shouted", "请选择答复方式"),
    ],
)
def test_a_public_answer_that_says_too_much_comes_back_with_the_reason(
    office: DemoDesk, text: str, manner: str, said: str
) -> None:
    case = opened(office.stores)
    browser = office.editor()
    page = browser.submit(browser.get(address(case, "reply")).form("/reply"), text=text, manner=manner)
    assert page.status == 422
    assert said in page.text
    assert text in page.text


@pytest.mark.parametrize("version", ["", "x", "-1", "٣", "123456789"])
def test_a_form_without_a_version_is_not_one_of_ours(office: DemoDesk, version: str) -> None:
    case = opened(office.stores)
    browser = office.editor()
    page = browser.submit(browser.get(address(case)).form("/note"), text="x", expected_version=version)
    assert page.status == 400
    assert stored(office, case) == case


def test_a_form_about_something_that_is_over_is_not_offered(office: DemoDesk) -> None:
    case = opened(office.stores)
    browser = office.editor()
    assert browser.get(address(case, "accept", "a9")).status == 404
    assert browser.get(address(case, "finish-task", "task.9")).status == 404


def test_a_deadline_is_shown_before_it_is_set(office: DemoDesk) -> None:
    case = opened(office.stores)
    page = office.editor().get(address(case, "dispatch"))
    assert "11月23日 11:30 前签收：自交办起 2 小时内签收" in page.text
    assert "11月30日 09:30 前反馈：自交办起 7 天内反馈" in page.text


def test_without_ladders_the_dispatch_form_says_what_is_missing(stores: Stores) -> None:
    case = opened(stores)
    page = DemoDesk(stores).editor().get(address(case, "dispatch"))
    assert page.status == 503
    assert "尚未导入本单位联系人和时限方案" in page.text


def test_what_a_bureau_wrote_is_shown_as_text_too(office: DemoDesk) -> None:
    case = dispatched(office.stores, opened(office.stores))
    words = "<img src=x> 已调取监控"
    case = carried_out(office.stores, case, build.acknowledge(), ReportProgress(assignment_id="a1", text=words))
    page = office.editor().get(address(case))
    assert words in page.text
    assert "<img src=x>" not in page.body


def test_a_closed_case_takes_no_reply_until_it_is_opened_again(office: DemoDesk) -> None:
    case = opened(office.stores)
    carried_out(
        office.stores, case, ReplyToCitizen(reply_id="r1", text="好"), CloseCase(resolution=Resolution.ANSWERED, reason="好")
    )
    browser = office.editor()
    page = browser.submit(browser.get(address(case, "reply")).form("/reply"), text="再答")
    assert page.status == 422
    assert "已办结，请先重新打开" in page.text


def test_a_dispatch_leaves_one_entry_that_names_its_editor(office: DemoDesk) -> None:
    case = opened(office.stores)
    browser = office.editor("张华")
    browser.submit(browser.get(address(case, "dispatch")).form("/dispatch"))
    newest = office.stores.cases.timeline(case.id).entries[0]
    assert isinstance(newest.change, Dispatched)
    assert newest.actor.name == "张华"


# --- Finding, and what could not be handled ---------------------------------------------------


def test_a_case_is_found_by_its_number_and_by_its_bulletins_however_they_are_typed(office: DemoDesk) -> None:
    case = dispatched(office.stores, opened(office.stores))
    number = case.bulletins[0].number
    browser = office.editor()
    wide = "".join(chr(ord(char) + 0xFEE0) for char in number)
    typed = [case.id, case.id.lower(), f" {case.id} ", case.id.replace("-", "—"), case.id.replace("1", "l").replace("0", "O")]
    for text in [*typed, number, wide]:
        assert browser.search(text).path == address(case), text


def test_a_number_with_a_slip_is_told_from_one_that_nobody_has(office: DemoDesk) -> None:
    browser = office.editor()
    nobody = case_id_for("weibo:nobody", build.NOW.date())
    assert "格式正确" in browser.search(nobody).text
    slipped = nobody[:-1] + ("A" if nobody[-1] != "A" else "B")
    page = browser.search(slipped)
    assert page.status == 404
    assert "抄错了一位" in page.text


def test_what_could_not_be_handled_is_shown_whole_and_as_text(office: DemoDesk) -> None:
    office.stores.parking.park(
        parked_id="p1", reason="json_malformed", body=b'{"text": "<b>\xff', context={"account_id": "weibo-main"}, now=build.NOW
    )
    page = office.signed_in(UserRole.ADMIN).get(f"{QUEUE}/parked")
    assert "json_malformed" in page.text
    assert '{"text": "<b>' in page.text
    assert "<b>" not in page.body


def test_more_that_is_parked_than_a_page_holds_is_counted_and_found_on_the_next(office: DemoDesk) -> None:
    for minutes in range(51):
        office.stores.parking.park(
            parked_id="p", reason="json_malformed", body=b"number %d." % minutes, context={}, now=build.after(minutes=minutes)
        )
    admin = office.signed_in(UserRole.ADMIN)
    first = admin.get(f"{QUEUE}/parked")
    assert "现有 51 条" in first.text
    assert ("number 0." in first.text, "number 50." in first.text) == (True, False)
    (onward,) = [link for link in first.links if "behind=" in link]
    rest = admin.get(onward)
    assert ("number 0." in rest.text, "number 50." in rest.text) == (False, True)
    assert not any("behind=" in link for link in rest.links)


# --- The function -----------------------------------------------------------------------------


@pytest.fixture
def app(stores: Stores, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The function, freshly started."""
    boto3.client("secretsmanager").create_secret(Name="jiesu/sessions", SecretString="a secret of the tests")
    settings = {
        "discovery_url": "https://issuer.example.org/.well-known/openid-configuration",
        "issuer": "https://issuer.example.org",
        "client_id": "jiesu-desk",
        "public_base_url": "https://jiesu.example.org",
    }
    boto3.client("ssm").put_parameter(Name="/jiesu/oidc", Value=json.dumps(settings), Type="String")
    monkeypatch.setattr(clients, "dynamodb", lambda: stores.client)
    return importlib.reload(importlib.import_module("functions.serve_desk.app"))


def signed(event: dict[str, Any]) -> dict[str, Any]:
    """`event`, sent by a signed-in editor."""
    now = datetime.now(UTC)
    session = Session(
        subject="user-1", name="李明", roles=(UserRole.EDITOR,), csrf_token="0123456789abcdef", since=now, seen_at=now
    )
    cookie = SessionBook("a secret of the tests", secure=True).session_cookie(session, now).partition(";")[0]
    return event | {"headers": event["headers"] | {"Cookie": cookie}}


def test_the_function_serves_the_sample_pages(app: ModuleType, stores: Stores) -> None:
    case = dispatched(stores, opened(stores))
    queue = app.handler(signed(sample_event("serve_desk_queue.json")), None)
    assert queue["statusCode"] == 200
    shown = app.handler(signed(sample_event("serve_desk_case.json")), None)
    assert case.bulletins[0].number in shown["body"]
    noted = app.handler(signed(sample_event("serve_desk_note.json")), None)
    assert (noted["statusCode"], noted["headers"]["Location"]) == (303, f"/desk/cases/{case.id}")
    after = stores.cases.load(case.id)
    assert after is not None
    assert after.version == case.version + 1


def test_the_function_sends_strangers_to_the_sign_in(app: ModuleType) -> None:
    answer = app.handler(sample_event("serve_desk_case.json"), None)
    assert answer["statusCode"] == 303
    location = urlsplit(answer["headers"]["Location"])
    assert location.path == "/desk/sign-in"
    assert parse_qs(location.query)["next"] == [sample_event("serve_desk_case.json")["path"]]


def test_static_files_are_kept_for_good_under_an_address_that_changes_with_them(app: ModuleType) -> None:
    event = sample_event("serve_desk_static.json")
    css = assets()["desk.css"]
    answer = app.handler(event | {"path": f"/static/{css.address}"}, None)
    assert answer["statusCode"] == 200
    assert "immutable" in answer["headers"]["Cache-Control"]
    assert answer["headers"]["Content-Type"].startswith("text/css")
    for outdated in ("desk.css", "desk.000000000000.css", "../templates/base.html", ""):
        assert app.handler(event | {"path": f"/static/{outdated}"}, None)["statusCode"] == 404


def test_static_files_do_not_wait_for_a_configured_sign_in(app: ModuleType) -> None:
    boto3.client("ssm").delete_parameter(Name="/jiesu/oidc")
    event = sample_event("serve_desk_static.json") | {"path": f"/static/{assets()['icon.svg'].address}"}
    assert app.handler(event, None)["statusCode"] == 200


def test_a_sign_in_that_is_not_configured_is_a_page_and_not_a_crash(app: ModuleType) -> None:
    boto3.client("ssm").put_parameter(Name="/jiesu/oidc", Value='{"discovery_url": ""}', Type="String", Overwrite=True)
    assert app.handler(sample_event("serve_desk_queue.json"), None)["statusCode"] == 503


def test_a_table_that_does_not_answer_becomes_a_page_that_asks_to_try_again(app: ModuleType, stores: Stores) -> None:
    with refusing(stores.client, "Query", "ThrottlingException"):
        answer = app.handler(signed(sample_event("serve_desk_queue.json")), None)
    assert answer["statusCode"] == 503
    assert "请稍后刷新" in answer["body"]
    assert "Throttling" not in answer["body"]


def test_a_body_that_is_too_long_is_refused_before_anybody_is_asked(app: ModuleType) -> None:
    event = sample_event("serve_desk_note.json") | {"body": "text=" + "a" * MAX_BODY_BYTES * 2}
    assert app.handler(event, None)["statusCode"] == 413


# --- Evidence ---------------------------------------------------------------------------------


def with_a_picture(office: DemoDesk, evidence: Evidence) -> Case:
    """A case with one file, of which became what `evidence` says."""
    case = opened(office.stores)
    ref = build.a_message_ref(message_id=evidence.message_id)
    office.stores.evidence.record(office.stores.cases, case.id, ref, evidence, actor=build.SYSTEM, now=build.NOW)
    return case


def test_a_case_offers_its_evidence_by_a_link_that_ends_within_minutes(office: DemoDesk) -> None:
    case = with_a_picture(office, build.evidence())
    editor = office.editor()
    page = editor.get(f"/prod/desk/cases/{case.id}")
    (address,) = [link for link in page.links if "/evidence/" in link]
    assert "图片，312 KB" in page.text
    page = editor.get(address)
    assert page.status == 302
    assert f"/{'9f' * 32}?" in page.headers["Location"]
    assert page.headers["Cache-Control"] == "no-store"


def test_whoever_opens_a_file_is_written_down_with_the_time(office: DemoDesk) -> None:
    case = with_a_picture(office, build.evidence())
    editor = office.editor("王芳")
    editor.get(f"/prod/desk/cases/{case.id}/evidence/{'9f' * 32}")
    (view,) = office.stores.evidence.views(case.id)
    assert (view.actor.name, view.at, view.seen, view.sha256) == ("王芳", office.now, "original", "9f" * 32)
    page = editor.get(f"/prod/desk/cases/{case.id}/evidence")
    assert "王芳 查看原件" in page.text
    assert "weibo-main/4200000001" in page.text
    assert "9f" * 32 in page.text


def test_a_photograph_is_shown_small_with_what_it_says_of_itself_and_a_warning(office: DemoDesk) -> None:
    case = with_a_picture(office, build.photograph_evidence())
    page = office.editor().get(f"/prod/desk/cases/{case.id}")
    (source,) = re.findall(r'<img class="thumbnail" src="([^"]+)"', page.body)
    assert f"/thumbnails/{'7a' * 32}?" in source
    origin = source.partition("/thumbnails/")[0].removesuffix("/jiesu-evidence")
    assert f"img-src 'self' {origin};" in page.headers["Content-Security-Policy"]
    assert "可能有误或被改动" in page.text
    assert "北纬 39.860103°、东经 116.345607°" in page.text
    assert office.stores.evidence.views(case.id) == ()


def test_a_case_page_is_three_reads_however_many_files_it_has(office: DemoDesk) -> None:
    case = with_a_picture(office, build.photograph_evidence())
    ref = build.a_message_ref(message_id=build.evidence().message_id)
    for number in range(1, 12):
        kept = replace(build.photograph_evidence(), number=number)
        office.stores.evidence.record(office.stores.cases, case.id, ref, kept, actor=build.SYSTEM, now=build.NOW)
    editor = office.editor()
    calls: list[str] = []
    office.stores.client.meta.events.register("before-call.dynamodb.*", lambda model, **_: calls.append(model.name))
    page = editor.get(f"/prod/desk/cases/{case.id}")
    assert page.body.count('class="thumbnail"') == 12
    assert calls == ["Query"] * 3


def test_a_page_without_pictures_shows_none_from_elsewhere(office: DemoDesk) -> None:
    page = office.editor().get(f"/prod/desk/cases/{opened(office.stores).id}")
    assert "img-src 'self';" in page.headers["Content-Security-Policy"]


def test_what_bureaus_cannot_see_is_said_with_its_reason(office: DemoDesk) -> None:
    case = with_a_picture(office, build.evidence(withheld="picture_unreadable"))
    page = office.editor().get(f"/prod/desk/cases/{case.id}")
    assert "承办单位看不到这件：图片损坏或格式不受支持" in page.text


def test_missing_evidence_is_said_with_its_reason(office: DemoDesk) -> None:
    case = with_a_picture(office, build.missing_evidence())
    page = office.editor().get(f"/prod/desk/cases/{case.id}")
    assert "图片没有取到：平台已不再保存该文件" in page.text
    assert [link for link in page.links if "/evidence/" in link] == []
    assert "平台已不再保存该文件" in office.editor().get(f"/prod/desk/cases/{case.id}/evidence").text


@pytest.mark.parametrize("name", ["x", "9F" * 32, "9f" * 31, "..%2f" + "9f" * 32, "aa" * 32])
def test_what_is_no_hash_of_the_case_names_no_evidence(office: DemoDesk, name: str) -> None:
    case = with_a_picture(office, build.evidence())
    assert office.editor().get(f"/prod/desk/cases/{case.id}/evidence/{name}").status == 404
    assert office.stores.evidence.views(case.id) == ()


def test_a_case_that_is_none_has_no_evidence(office: DemoDesk) -> None:
    assert office.editor().get("/prod/desk/cases/nothing/evidence").status == 404


# --- What the public reads --------------------------------------------------------------------


def test_an_editor_discloses_a_case_and_takes_it_back(office: DemoDesk) -> None:
    case = opened(office.stores)
    browser = office.editor()
    form = browser.get(address(case, "disclose"))
    assert case.title not in form.form("/disclose").fields["title"][0]
    page = browser.submit(form.form("/disclose"), title="电梯内不文明行为", description="已依法处理。", place="丰台区马家堡西路")
    assert "本件已公开" in page.text
    assert "正在公开" in page.text
    (shown,) = office.stores.public_requests.find([case.id])
    assert shown.description == "已依法处理。"
    page = browser.submit(browser.get(address(case, "conceal")).form("/conceal"), reason="标题有误")
    assert "撤下本件的公开，理由：标题有误。" in page.text
    assert office.stores.public_requests.find([case.id]) == ()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"description": "请联系 199 0000 0123"}, "公开内容中不能出现电话号码"),
        ({"place": "马家堡西路12号院3号楼"}, "不能具体到楼栋"),
        ({"description": ""}, "内容不能为空"),
    ],
)
def test_what_says_too_much_is_not_disclosed_and_comes_back(office: DemoDesk, typed: dict[str, str], said: str) -> None:
    case = opened(office.stores)
    browser = office.editor()
    fields = {"title": "电梯内不文明行为", "description": "已依法处理。", "place": "丰台区"} | typed
    page = browser.submit(browser.get(address(case, "disclose")).form("/disclose"), **fields)
    assert page.status == 422
    assert said in page.text
    assert page.form("/disclose").fields["title"] == ("电梯内不文明行为",)
    assert office.stores.public_requests.find([case.id]) == ()


# --- What a message says ----------------------------------------------------------------------


def test_what_a_citizen_wrote_is_marked_and_stays_text(office: DemoDesk) -> None:
    case = opened(office.stores, text='昨晚10点<script>alert(1)</script>有人砸车"x,车牌京A12345,我的电话19900000001')
    page = office.editor().get(address(case))
    assert '<mark class="mark-time" title="时间：11月22日 22:00">昨晚10点</mark>&lt;script&gt;' in page.body
    assert '<mark class="mark-plate" title="车牌：京A12345">京A12345</mark>' in page.body
    assert "<script>" not in page.body
    assert "识别出：时间：11月22日 22:00；车牌：京A12345；电话：19900000001" in page.text


def test_a_bulletin_begins_without_the_citizens_telephone(office: DemoDesk) -> None:
    case = opened(office.stores, text="马家堡西路昨晚10点有人砸车,我的电话19900000001")
    facts = office.editor().get(address(case, "dispatch")).body.partition('name="facts"')[2].partition("</textarea>")[0]
    assert "提到的时间：11月22日 22:00" in facts
    assert "19900000001" not in facts


AMBIGUOUS = PlaceMatch(
    text="八里庄",
    district="丰台区、海淀区",
    reason="「八里庄」可能在丰台区、海淀区，请人工选择",
    candidates=(PlaceCandidate(district="丰台区", bureau_code="FT"), PlaceCandidate(district="海淀区", bureau_code="HD")),
)


@pytest.mark.parametrize(("page", "onward"), [((), ()), (("dispatch",), ("dispatch",))])
def test_a_place_in_two_districts_is_settled_by_one_press_that_the_timeline_remembers(
    office: DemoDesk, page: tuple[str, ...], onward: tuple[str, ...]
) -> None:
    case = opened(office.stores, place=AMBIGUOUS)
    editor = office.editor()
    shown = editor.get(address(case, *page))
    assert "「八里庄」在哪个区" in shown.text
    assert '<button class="button small" type="submit" name="bureau_code" value="FT"' in shown.body
    landed = editor.submit(shown.form("/correct"), bureau_code="FT")
    assert landed.path == address(case, *onward)
    settled = office.stores.cases.load(case.id)
    assert settled is not None
    assert (settled.place.text, settled.place.district, settled.place.bureau_code) == ("八里庄", "丰台区", "FT")
    assert settled.place.candidates == ()
    assert "由人工在丰台区、海淀区中选定" in landed.text
    assert "地点改为「丰台区 · 八里庄」，理由：在候选地点中选定" in editor.get(address(case)).text
    if onward:
        assert '<option value="FT" selected>' in landed.body


def test_a_bureau_that_answers_for_want_of_a_district_gives_way_to_the_one_that_is_picked(office: DemoDesk) -> None:
    case = opened(office.stores, place=replace(AMBIGUOUS, bureau_code="GJ"))
    editor = office.editor()
    editor.submit(editor.get(address(case)).form("/correct"), bureau_code="FT")
    settled = office.stores.cases.load(case.id)
    assert settled is not None
    assert settled.place.bureau_code == "FT"


def test_who_may_only_read_is_not_offered_to_pick(office: DemoDesk) -> None:
    case = opened(office.stores, place=AMBIGUOUS)
    assert "在哪个区" not in office.signed_in(UserRole.AUDITOR).get(address(case)).text


# --- Emergencies ------------------------------------------------------------------------------


def test_an_emergency_stands_first_in_red_with_what_made_it_one_and_what_was_done(office: DemoDesk) -> None:
    opened(office.stores, citizen="citizen-2", case_id=case_id_for("weibo:2", build.NOW.date()))
    case = opened(
        office.stores, triage=build.an_emergency(), emergency=EmergencyPlan.of(build.office_contacts(), "请立即拨打110。")
    )
    editor = office.editor()
    queue = editor.get(QUEUE)
    assert queue.body.index(case.id) < queue.body.index(case_id_for("weibo:2", build.NOW.date()))
    assert "紧急情形：有人在高处或轨道、有轻生危险：「站在楼顶边上」" in queue.text
    page = editor.get(address(case))
    assert "通知指挥中心" in page.text
    assert "系统自动通知指挥中心 指挥中心；系统通过公开评论回复自动答复网民：请立即拨打110。" in page.text
    assert "系统自动发出" in page.text
    office.stores.cases.execute(case.id, build.close(), actor=build.EDITOR, now=build.after(minutes=5))
    assert "系统判断未经人工核实" not in editor.get(address(case)).text


def test_a_standing_answer_past_its_day_is_refused_though_it_was_pasted_and_the_words_are_kept(office: DemoDesk) -> None:
    article = standing().articles[0]
    late = datetime.combine(article.valid_until + timedelta(days=1), time(4), tzinfo=UTC)
    case = opened(office.stores)
    editor = DemoDesk(office.stores, now=late).editor()
    form = editor.get(address(case, "reply")).form("/reply")
    refused = editor.submit(form, text=f"网友您好！{article.answer[:120]}")
    assert refused.status == 422
    assert f"标准答复「{article.title}」" in refused.text
    assert article.answer[:40] in refused.body
    kept = office.stores.cases.load(case.id)
    assert kept is not None
    assert kept.replies == ()
    assert editor.submit(refused.form("/reply"), text="请按现行规定办理，详询派出所。").path == address(case)


def test_a_bulletin_that_is_out_is_corrected_under_its_number_and_fetched_as_a_document(
    office: DemoDesk, evidence_bucket: str
) -> None:
    case = dispatched(office.stores, opened(office.stores))
    number = case.bulletins[0].number
    browser = office.editor()
    page = browser.get(address(case, "correct-bulletin", number))
    form = page.form(f"/correct-bulletin/{number}")
    assert form.fields["facts"] == (case.bulletins[0].facts,)
    after = browser.submit(form, place="丰台区马家堡东路", reason="地点有误")
    assert "第 2 版，改动：事发地点" in after.text
    found = office.stores.cases.load(case.id)
    assert found is not None
    assert [(one.number, one.version, one.place) for one in found.bulletins] == [(number, 2, "丰台区马家堡东路")]
    answer = browser.site.answer(request_of(browser.event("GET", address(case, "bulletins", number), None)), browser.now)
    assert answer.status == 302
    assert "filename" in answer.headers["Location"]


def test_the_form_of_a_bulletin_says_what_its_facts_lack_and_again_while_they_are_typed(office: DemoDesk) -> None:
    case = opened(office.stores)
    browser = office.editor()
    page = browser.get(address(case, "dispatch"))
    assert "要素" in page.text
    assert "还缺" in page.text
    form = page.form("/dispatch")
    said = browser.submit(form, facts="请处理。", place="丰台区", happened="", persons="", step="completeness")
    assert said.text.startswith("要素 0/7，还缺 时间、地点、起因、经过、结果、人物、联系")
    assert "写到路名、门牌、小区或单位，不只写到区" in said.text
    assert "<html" not in said.body
    whole = "昨晚八点，古城南路菜市场门口，两名摊主因争摊位发生争执，随后一人掀翻货架，造成货物损坏。网民未留联系方式。"
    assert browser.submit(form, facts=whole, step="completeness").text == "要素 7/7，齐全"
    assert stored(office, case) == case
    assert "还缺要素：经过、结果" in browser.submit(form, facts="昨晚八点有人因琐事争吵。", step="preview").text
    # It informs: a bulletin that lacks something is issued all the same, and the case says what.
    after = browser.submit(form, facts="请处理。", place="丰台区", happened="", persons="")
    assert "要素 缺 时间、地点、起因、经过、结果、人物、联系" in after.text


def test_a_bulletin_is_previewed_as_the_mail_that_its_lead_bureau_will_get_and_nothing_is_written(office: DemoDesk) -> None:
    case = opened(office.stores)
    browser = office.editor()
    form = browser.get(address(case, "dispatch")).form("/dispatch")
    page = browser.submit(form, title="电梯内<吐痰>", persons="一名<男子>", joint=["GJ"], urgency="urgent", step="preview")
    assert page.status == 200
    assert "预览 · 网民反映问题通报单 · 交办" in page.text
    assert "北京市公安局丰台分局（主办）" in page.text
    assert "（待编号）" in page.text
    assert "没有签发" in page.text
    assert "电梯内<吐痰>" in page.text
    assert "涉及人员 一名<男子>" in page.text
    assert "签收时限 2026年11月23日（周一）11:30 （自交办起 2 小时内签收）" in page.text
    assert "<吐痰>" not in page.body
    assert "script" not in page.headers["Content-Security-Policy"]
    assert stored(office, case) == case
    # The form still issues: the preview took no number.
    browser.submit(form, urgency="urgent")
    assert stored(office, case).bulletins[0].number.startswith("2026-00001-")


def test_the_preview_of_a_correction_says_what_the_bureau_will_read_of_it(office: DemoDesk) -> None:
    case = dispatched(office.stores, opened(office.stores))
    number = case.bulletins[0].number
    browser = office.editor()
    form = browser.get(address(case, "correct-bulletin", number)).form(f"/correct-bulletin/{number}")
    page = browser.submit(form, place="丰台区马家堡东路", reason="地点有误", step="preview")
    assert "通报单已更正为第 2 版" in page.text
    assert "改动的内容：事发地点" in page.text
    assert "没有更正" in page.text
    assert stored(office, case) == case


@pytest.mark.parametrize(
    ("typed", "said"),
    [({"facts": ""}, "内容不能为空"), ({"lead": "XX"}, "所选单位已不在名录中"), ({"lead": ""}, "请至少选择一个承办单位")],
)
def test_what_would_be_refused_is_refused_at_the_preview(office: DemoDesk, typed: dict[str, str], said: str) -> None:
    case = opened(office.stores)
    browser = office.editor()
    page = browser.submit(browser.get(address(case, "dispatch")).form("/dispatch"), **typed, step="preview")
    assert page.status == 422
    assert said in page.text.partition("没有提交成功")[2][:60]


def test_every_version_of_a_bulletin_is_shown_with_what_it_changed_and_why(office: DemoDesk) -> None:
    case = dispatched(office.stores, opened(office.stores))
    first = case.bulletins[0]
    number = first.number
    browser = office.editor()
    assert "各版与改动" not in browser.get(address(case)).text
    corrections = (
        {"place": "丰台区马家堡东路", "reason": "地点有误"},
        {"marks": ["minor"], "persons": "一名十岁男孩", "reason": "家长来电补充"},
    )
    for typed in corrections:
        browser.submit(browser.get(address(case, "correct-bulletin", number)).form(f"/correct-bulletin/{number}"), **typed)
    assert "各版与改动" in browser.get(address(case)).text
    page = office.signed_in(UserRole.AUDITOR).get(address(case, "bulletins", number, "versions"))
    newest, middle, oldest = (page.text.index(heading) for heading in ("第 3 版 李明", "第 2 版 李明", "第 1 版 小编一"))
    assert newest < middle < oldest
    assert "理由：家长来电补充" in page.text[newest:middle]
    assert "敏感标记 没有 涉未成年人" in page.text[newest:middle]
    assert "涉及人员 没有 一名十岁男孩" in page.text[newest:middle]
    assert f"事发地点 {first.place} 丰台区马家堡东路" in page.text[middle:oldest]
    assert first.place in page.text[oldest:]


def test_the_versions_of_a_long_case_are_found_to_the_first(office: DemoDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jiesu.pages.desk_bulletins._ENTRIES_READ", 1)
    case = dispatched(office.stores, opened(office.stores))
    number = case.bulletins[0].number
    browser = office.editor()
    form = browser.get(address(case, "correct-bulletin", number)).form(f"/correct-bulletin/{number}")
    browser.submit(form, place="丰台区马家堡东路", reason="地点有误")
    browser.submit(browser.get(address(case, "note")).form("/note"), text="已与派出所通电话")
    page = browser.get(address(case, "bulletins", number, "versions"))
    assert "第 2 版全文" in page.text
    assert "第 1 版全文" in page.text
    assert browser.get(address(case, "bulletins", "2026-99999-1", "versions")).status == 404


def test_a_bulletin_begins_with_what_the_case_knows_of_its_source(office: DemoDesk) -> None:
    case = opened(office.stores)
    form = office.editor().get(address(case, "dispatch")).form("/dispatch")
    assert form.fields["sources"][0].startswith("微博")
    assert form.fields["alias"] == ("网民甲",)
    assert form.fields["found_at"] != ("",)
