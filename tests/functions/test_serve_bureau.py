"""The page behind a bureau's link: for whoever opens it, for whoever has the code, and for whoever has neither."""

import importlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from types import ModuleType

import boto3
import pytest

from jiesu.cases.commands import AcceptFeedback, Command, Escalate, SendBack, WithdrawAssignment
from jiesu.cases.returns import ExcuseAssignment
from jiesu.model.case import Assignment, Case
from jiesu.model.evidence import Evidence
from jiesu.model.returns import ReturnVerdict
from jiesu.model.timeline import Escalated
from jiesu.model.words import AssignmentStatus
from jiesu.notices.links import code_for, make_token, read_token
from jiesu.pages.bureau_evidence import MAX_ATTACHED_BYTES, MAX_ATTACHED_FILES
from jiesu.pages.bureau_links import LOCK, MAX_CODES
from jiesu.pages.bureau_pass import cookie_name
from jiesu.pages.http import MAX_UPLOAD_BYTES
from jiesu.runtime import clients
from tests import builders as build
from tests.conftest import Stores
from tests.dying import counting
from tests.functions.browser import Browser, Page, sample_event
from tests.functions.desks import DemoDesk, bureau_pages, carried_out, dispatched, fill_directory, opened

SECRET = b"the secret that signs links"
CODE = code_for(SECRET, case_id=build.CASE_ID, assignment_id="a1")
WRONG_CODE = f"{(int(CODE) + 1) % 10_000:04d}"
FEEDBACK = {"findings": "经查属实。", "result": "已依法行政拘留。", "publishable": "已依法处理。"}


def link(*, assignment_id: str = "a1", expires_at: datetime | None = None, secret: bytes = SECRET) -> str:
    token = make_token(secret, case_id=build.CASE_ID, assignment_id=assignment_id, expires_at=expires_at or build.after(days=30))
    return f"/prod/bureau/{token}"


LINK = link()


@pytest.fixture
def case(stores: Stores) -> Case:
    """A case given to Fengtai (`a1`) and the transit corps (`a2`)."""
    fill_directory(stores)
    return dispatched(stores, opened(stores, citizen="2489518277"))


@pytest.fixture
def officer(stores: Stores) -> Browser:
    """A telephone of somebody at the bureau."""
    pages = bureau_pages(stores, SECRET)
    return Browser(site=pages, now=build.after(minutes=30), prefix="/prod", takes_files=True)


def act(officer: Browser, action: str, **typed: str) -> Page:
    """Fill in the form for `action` as it stands on the page, and send it."""
    page = officer.get(LINK)
    forms = [form for form in page.forms if form.fields["action"] == (action,)]
    assert len(forms) == 1, page.text
    return officer.submit(forms[0], **typed)


def standing(stores: Stores, assignment_id: str = "a1") -> Assignment:
    case = stores.cases.load(build.CASE_ID)
    assert case is not None
    assignment = case.assignment(assignment_id)
    assert assignment is not None
    return assignment


# --- Opening ----------------------------------------------------------------------------------


def test_the_page_shows_what_is_asked_and_by_when(case: Case, officer: Browser) -> None:
    page = officer.get(LINK)
    assert page.status == 200
    assert case.bulletins[0].number in page.text
    assert case.bulletins[0].facts in page.text
    assert "签收还剩 1 小时 31 分" in page.text
    assert "截止 11月30日 09:31 ，自交办起 7 天内反馈" in page.text
    assert "北京市公安局公共交通安全保卫总队（协办）" in page.text


def test_opening_the_link_changes_nothing_of_the_case_however_often_and_notes_when_it_was_first_opened(
    case: Case, officer: Browser, stores: Stores
) -> None:
    with counting(stores.client) as calls:
        for _ in range(3):
            officer.get(f"{LINK}?done=acknowledge")
            officer.now += timedelta(minutes=1)
    assert calls == ["Query", "PutItem"] * 3
    (seen,) = stores.deliveries.traces(case.id).seen
    assert (seen.assignment_id, seen.at) == (build.ASSIGNMENT_ID, build.after(minutes=30))
    assert stores.cases.load(case.id) == case
    assert not officer.cookies


def test_a_form_of_another_site_brings_no_pass_along(case: Case, officer: Browser, stores: Stores) -> None:
    act(officer, "acknowledge", code=CODE)
    officer.headers["Sec-Fetch-Site"] = "cross-site"
    page = officer.post(LINK, {"action": "progress", "text": "别的网站填写的。"})
    assert page.status == 422
    assert standing(stores).status is AssignmentStatus.ACKNOWLEDGED


def test_a_scanner_that_sends_the_form_as_it_stands_changes_nothing(case: Case, officer: Browser, stores: Stores) -> None:
    page = officer.submit(officer.get(LINK).forms[0])
    assert page.status == 422
    assert "请输入短信中的四位验证码" in page.text
    assert stores.cases.load(case.id) == case


def test_the_citizen_and_what_they_wrote_stay_with_the_office(case: Case, officer: Browser) -> None:
    page = officer.get(LINK)
    assert "2489518277" not in page.body
    assert build.a_message().text not in page.text
    assert case.id not in page.text


def test_another_bureaus_answer_is_not_shown(case: Case, officer: Browser, stores: Stores) -> None:
    theirs = build.a_feedback(findings="总队的调查", result="总队的处理", publishable="总队的公开内容")
    carried_out(stores, case, build.acknowledge("a2"), build.report("a2", theirs))
    page = officer.get(LINK)
    assert "总队的" not in page.text
    assert "交办本单位（主办）" in page.text


def test_the_page_is_plain_html_that_reaches_nowhere(case: Case, officer: Browser) -> None:
    page = officer.get(LINK)
    for forbidden in ("<script", "<style", " style=", "onclick", "http://", "https://"):
        assert forbidden not in page.body
    assert page.headers["Referrer-Policy"] == "same-origin"
    assert page.headers["Cache-Control"] == "no-store"
    assert "../static/desk." in page.body


# --- Acting -----------------------------------------------------------------------------------


def test_a_bureau_acknowledges_reports_progress_and_feeds_back_with_one_code(
    case: Case, officer: Browser, stores: Stores
) -> None:
    page = act(officer, "acknowledge", code=CODE, signer="王建国")
    assert "已签收，请在时限内办理并反馈。" in page.text
    assert "北京市公安局丰台分局 王建国已签收。" in page.text
    assert standing(stores).status is AssignmentStatus.ACKNOWLEDGED

    page = act(officer, "progress", text="正在调取监控")
    assert "code" not in page.forms[0].fields
    assert standing(stores).status is AssignmentStatus.IN_PROGRESS

    page = act(officer, "feedback", **FEEDBACK)
    assert "反馈已提交，等待" in page.text
    assert page.forms == ()
    feedback = standing(stores).feedback
    assert feedback is not None
    assert feedback.publishable == "已依法处理。"
    newest = stores.cases.timeline(case.id).entries[0]
    assert (newest.actor.id, newest.actor.name) == ("FT", "北京市公安局丰台分局 王建国")


def test_a_code_alone_is_enough(case: Case, officer: Browser, stores: Stores) -> None:
    page = officer.post(LINK, {"action": "acknowledge", "code": CODE})
    assert page.status == 200
    assert standing(stores).status is AssignmentStatus.ACKNOWLEDGED


def test_acknowledging_twice_is_acknowledging_once(case: Case, officer: Browser, stores: Stores) -> None:
    officer.post(LINK, {"action": "acknowledge", "code": CODE})
    version = stores.cases.timeline(case.id).entries[0].version
    assert officer.post(LINK, {"action": "acknowledge", "code": CODE}).status == 200
    assert stores.cases.timeline(case.id).entries[0].version == version


def test_a_bureau_that_acknowledges_while_the_clock_escalates_is_heard(case: Case, officer: Browser, stores: Stores) -> None:
    form = officer.get(LINK).forms[0]
    escalated = carried_out(stores, case, Escalate(assignment_id="a1", run=1, rung=0))
    assert officer.submit(form, code=CODE).status == 200
    assert standing(stores).status is AssignmentStatus.ACKNOWLEDGED
    # The clock of the run that was acknowledged finds nothing to do any more.
    later = carried_out(stores, escalated, Escalate(assignment_id="a1", run=1, rung=1))
    assert later.version == escalated.version + 1
    assert not isinstance(stores.cases.timeline(case.id).entries[0].change, Escalated)


def test_a_feedback_that_is_refused_keeps_every_word(case: Case, officer: Browser, stores: Stores) -> None:
    act(officer, "acknowledge", code=CODE)
    page = act(officer, "feedback", findings="经查属实。", result="  ", publishable="可公开")
    assert page.status == 422
    assert "请填写调查情况和处置结果" in page.text
    kept = page.forms[0].fields
    assert (kept["findings"], kept["publishable"]) == (("经查属实。",), ("可公开",))
    assert standing(stores).status is AssignmentStatus.ACKNOWLEDGED


def test_the_law_a_feedback_rests_on_is_shown_to_both_and_begins_the_next_one(
    case: Case, officer: Browser, stores: Stores
) -> None:
    act(officer, "acknowledge", code=CODE)
    page = act(officer, "feedback", legal_basis="《治安管理处罚法》第二十六条", **FEEDBACK)
    assert "法律依据 《治安管理处罚法》第二十六条" in page.text
    given = standing(stores).feedback
    assert given is not None
    assert given.legal_basis == "《治安管理处罚法》第二十六条"
    desk = DemoDesk(stores, now=build.after(minutes=30)).editor()
    assert "法律依据 《治安管理处罚法》第二十六条" in desk.get(f"/prod/desk/cases/{case.id}").text
    carried_out(stores, case, SendBack(assignment_id="a1", reason="请补充"))
    assert officer.get(LINK).forms[0].fields["legal_basis"] == ("《治安管理处罚法》第二十六条",)


def test_words_typed_with_a_wrong_code_are_kept(case: Case, officer: Browser, stores: Stores) -> None:
    carried_out(stores, case, build.acknowledge())
    page = act(officer, "feedback", code=WRONG_CODE, signer="王建国", **FEEDBACK)
    assert page.status == 403
    kept = page.forms[0].fields
    assert (kept["findings"], kept["signer"], kept["code"]) == (("经查属实。",), ("王建国",), ("",))


def test_before_acknowledging_there_is_nothing_else_to_do(case: Case, officer: Browser) -> None:
    page = officer.post(LINK, {"action": "feedback", "code": CODE, **FEEDBACK})
    assert page.status == 422
    assert "请先签收" in page.text


@pytest.mark.parametrize("action", ["", "close", "accept"])
def test_what_a_bureau_may_not_do_it_cannot_ask_for(case: Case, officer: Browser, stores: Stores, action: str) -> None:
    assert officer.post(LINK, {"action": action, "code": CODE}).status == 400
    assert stores.cases.load(case.id) == case


def test_a_feedback_that_came_back_stands_in_the_form_beside_the_reason(case: Case, officer: Browser, stores: Stores) -> None:
    returned = SendBack(assignment_id="a1", reason="没有写明处理依据")
    carried_out(stores, case, build.acknowledge(), build.report(), returned)
    page = officer.get(LINK)
    assert "退回理由： 没有写明处理依据" in page.text
    assert page.forms[0].fields["findings"] == (build.a_feedback().findings,)


def test_a_withdrawn_assignment_asks_for_nothing(case: Case, officer: Browser, stores: Stores) -> None:
    carried_out(stores, case, WithdrawAssignment(assignment_id="a1", reason="属地有误"))
    page = officer.get(LINK)
    assert "不需要再办理" in page.text
    assert page.forms == ()
    assert officer.post(LINK, {"action": "acknowledge", "code": CODE}).status == 422


# --- The code ---------------------------------------------------------------------------------


def test_five_wrong_codes_lock_the_page_even_for_the_right_one(case: Case, officer: Browser, stores: Stores) -> None:
    for left in range(MAX_CODES - 1, 0, -1):
        page = officer.post(LINK, {"action": "acknowledge", "code": WRONG_CODE})
        assert page.status == 403
        assert f"还可以再试 {left} 次" in page.text
    assert officer.post(LINK, {"action": "acknowledge", "code": WRONG_CODE}).status == 429
    page = officer.post(LINK, {"action": "acknowledge", "code": CODE})
    assert page.status == 429
    assert "请 15 分钟后再试" in page.text
    assert stores.cases.load(case.id) == case


def test_after_a_quarter_of_an_hour_the_right_code_acts_again(case: Case, officer: Browser, stores: Stores) -> None:
    for _ in range(MAX_CODES + 1):
        officer.post(LINK, {"action": "acknowledge", "code": WRONG_CODE})
    officer.now += LOCK
    assert officer.post(LINK, {"action": "acknowledge", "code": CODE}).status == 200
    assert standing(stores).status is AssignmentStatus.ACKNOWLEDGED


def test_a_page_that_was_locked_for_strangers_still_serves_whoever_gave_the_code(
    case: Case, officer: Browser, stores: Stores
) -> None:
    act(officer, "acknowledge", code=CODE)
    stranger = Browser(site=officer.site, now=officer.now, prefix="/prod")
    for _ in range(MAX_CODES + 1):
        stranger.post(LINK, {"action": "progress", "code": WRONG_CODE, "text": "x"})
    assert act(officer, "progress", text="正在办理").status == 200


@pytest.mark.parametrize("code", ["十二三四", "12345", f"{CODE}0", "%00"])
def test_what_is_no_code_is_a_wrong_one(case: Case, officer: Browser, code: str) -> None:
    assert officer.post(LINK, {"action": "acknowledge", "code": code}).status == 403


def test_the_code_is_remembered_for_twelve_hours_and_for_this_assignment_only(
    case: Case, officer: Browser, stores: Stores
) -> None:
    act(officer, "acknowledge", code=CODE)
    other = link(assignment_id="a2")
    assert officer.post(other, {"action": "acknowledge"}).status == 422
    assert standing(stores, "a2").status is AssignmentStatus.DISPATCHED
    officer.now += timedelta(hours=11, minutes=59)
    assert officer.post(LINK, {"action": "progress", "text": "一"}).status == 200
    officer.now += timedelta(minutes=1)
    assert officer.post(LINK, {"action": "progress", "text": "二"}).status == 422


def test_the_cookie_of_one_assignment_opens_no_other(case: Case, officer: Browser) -> None:
    act(officer, "acknowledge", code=CODE)
    (value,) = officer.cookies.values()
    other = read_token(SECRET, link(assignment_id="a2").rpartition("/")[2], build.NOW)
    stranger = Browser(site=officer.site, now=officer.now, prefix="/prod")
    for forged in (value, value[:-2] + "AA", f"x{value}", "", "x.y", "网.民", "a" * 2_000):
        stranger.cookies = {cookie_name(other): forged}
        assert stranger.post(link(assignment_id="a2"), {"action": "acknowledge"}).status == 422


# --- Links that lead nowhere ------------------------------------------------------------------


def test_an_expired_link_says_whom_to_call(case: Case, officer: Browser, stores: Stores) -> None:
    expired = link(expires_at=build.after(minutes=29))
    for page in (officer.get(expired), officer.post(expired, {"action": "acknowledge", "code": CODE})):
        assert page.status == 410
        assert "已超过有效期" in page.text
        assert "010-55500003" in page.text
    assert stores.cases.load(case.id) == case


@pytest.mark.parametrize("path", [link(secret=b"another"), LINK[:-3], "/prod/bureau/x", f"{LINK}/more"])
def test_a_forged_link_names_nobody(case: Case, officer: Browser, path: str) -> None:
    page = officer.get(path)
    assert page.status == 404
    assert "链接无效" in page.text
    assert "010-555" not in page.text


def test_a_link_to_an_assignment_that_is_not_there_is_a_dead_end(case: Case, officer: Browser) -> None:
    page = officer.get(link(assignment_id="a9"))
    assert page.status == 404
    assert case.bulletins[0].title not in page.text


def test_without_known_contacts_the_office_is_named(stores: Stores, officer: Browser) -> None:
    page = officer.get(link(expires_at=build.NOW))
    assert page.status == 410
    assert "请致电平安北京" in page.text


# --- The function -----------------------------------------------------------------------------


@pytest.fixture
def app(stores: Stores, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The function, freshly started."""
    boto3.client("secretsmanager").create_secret(Name="jiesu/links", SecretString=SECRET.decode())
    monkeypatch.setattr(clients, "dynamodb", lambda: stores.client)
    return importlib.reload(importlib.import_module("functions.serve_bureau.app"))


def test_the_function_shows_and_acts_behind_the_path_that_api_gateway_gives_it(
    app: ModuleType, case: Case, stores: Stores
) -> None:
    far = datetime.now(UTC) + timedelta(days=1)
    path = link(expires_at=far).removeprefix("/prod")
    shown = app.handler(sample_event("serve_bureau_page.json") | {"path": path}, None)
    assert shown["statusCode"] == 200
    post = sample_event("serve_bureau_acknowledge.json") | {"path": path, "body": f"action=acknowledge&code={CODE}"}
    answer = app.handler(post, None)
    assert answer["statusCode"] == 303
    assert answer["headers"]["Location"] == f"{path.removeprefix('/bureau/')}?done=acknowledge"
    (cookie,) = answer["multiValueHeaders"]["Set-Cookie"]
    assert {"HttpOnly", "Secure", "SameSite=Lax"} <= set(cookie.split("; "))
    assert "Path=" not in cookie
    assert standing(stores).status is AssignmentStatus.ACKNOWLEDGED


# --- Evidence ---------------------------------------------------------------------------------

PHOTOGRAPH = build.photograph_evidence()
COPY = "8c" * 32


def with_files(stores: Stores, *files: Evidence) -> None:
    """The case has come by these files."""
    ref = build.a_message_ref(message_id=build.evidence().message_id)
    for number, one in enumerate(files):
        kept = replace(one, number=number)
        stores.evidence.record(stores.cases, build.CASE_ID, ref, kept, actor=build.SYSTEM, now=build.after(minutes=10))


def looking(officer: Browser) -> Page:
    """The officer has given the code to see the files."""
    return act(officer, "look", code=CODE, signer="王建国")


def test_without_the_code_a_bureau_learns_only_how_many_files_there_are(case: Case, officer: Browser, stores: Stores) -> None:
    with_files(stores, PHOTOGRAPH, build.missing_evidence())
    page = officer.get(LINK)
    assert "网民提供的材料 1 件" in page.text
    assert "amazonaws" not in page.body
    refused = officer.get(f"{LINK}?file={COPY}")
    assert (refused.status, "Location" in refused.headers) == (403, False)
    assert "请先输入短信中的四位验证码" in refused.text
    assert stores.evidence.views(case.id) == ()


def test_a_wrong_code_shows_no_file(case: Case, officer: Browser, stores: Stores) -> None:
    with_files(stores, PHOTOGRAPH)
    page = act(officer, "look", code=WRONG_CODE)
    assert page.status == 403
    assert COPY not in page.body


def test_with_the_code_a_bureau_sees_copies_by_links_that_end_and_each_look_is_written_down(
    case: Case, officer: Browser, stores: Stores
) -> None:
    with_files(stores, PHOTOGRAPH)
    page = looking(officer)
    assert stores.cases.load(case.id) is not None
    assert standing(stores).status is AssignmentStatus.DISPATCHED
    assert f"/thumbnails/{'7a' * 32}?" in page.body
    (link,) = [one for one in page.links if "file=" in one]
    opened_copy = officer.get(link)
    assert opened_copy.status == 302
    assert f"/copies/{COPY}?" in opened_copy.headers["Location"]
    assert opened_copy.headers["Cache-Control"] == "no-store"
    assert [(view.seen, view.sha256, view.actor.name, view.assignment_id) for view in stores.evidence.views(case.id)] == [
        ("thumbnails", "", "北京市公安局丰台分局 王建国", "a1"),
        ("copy", COPY, "北京市公安局丰台分局 王建国", "a1"),
    ]


def test_a_bureau_learns_neither_who_sent_a_file_nor_what_the_file_says_of_itself(
    case: Case, officer: Browser, stores: Stores
) -> None:
    with_files(stores, PHOTOGRAPH)
    page = looking(officer)
    for hidden in (PHOTOGRAPH.sha256, PHOTOGRAPH.source, PHOTOGRAPH.message_id, "HUAWEI", "39.86", "08:30:12", "2489518277"):
        assert hidden not in page.body


def test_what_has_no_copy_is_named_with_the_reason_and_cannot_be_opened(case: Case, officer: Browser, stores: Stores) -> None:
    with_files(stores, build.evidence(withheld="recording_not_cleanable"))
    page = looking(officer)
    assert "无法确保清除，如需查看请联系平安北京" in page.text
    assert [one for one in page.links if "file=" in one] == []


@pytest.mark.parametrize("digest", ["", "x", PHOTOGRAPH.sha256, "7a" * 32, "aa" * 32, "../" + COPY])
def test_a_bureau_opens_nothing_but_copies_of_its_case(case: Case, officer: Browser, stores: Stores, digest: str) -> None:
    with_files(stores, PHOTOGRAPH)
    looking(officer)
    page = officer.get(f"{LINK}?file={digest}")
    assert page.status == 404
    assert "copy" not in {view.seen for view in stores.evidence.views(case.id)}


@pytest.mark.parametrize(
    "end",
    [
        (WithdrawAssignment(assignment_id="a1", reason="改由公交总队办理"),),
        (
            build.acknowledge("a1"),
            build.report("a1", build.a_feedback()),
            ExcuseAssignment(assignment_id="a2", reason="不需协办"),
            AcceptFeedback(assignment_id="a1"),
        ),
    ],
)
def test_a_bureau_sees_nothing_more_once_the_assignment_is_no_longer_its_own(
    case: Case, officer: Browser, stores: Stores, end: tuple[Command, ...]
) -> None:
    with_files(stores, PHOTOGRAPH)
    assert looking(officer).status == 200
    before = stores.evidence.views(case.id)
    carried_out(stores, case, *end)
    page = officer.get(LINK)
    assert "网民提供的材料" not in page.text
    assert "amazonaws" not in page.body
    assert officer.get(f"{LINK}?file={COPY}").status == 404
    assert stores.evidence.views(case.id) == before


def test_the_pass_of_one_assignment_opens_no_file_on_anothers_page(case: Case, officer: Browser, stores: Stores) -> None:
    with_files(stores, PHOTOGRAPH)
    looking(officer)
    assert officer.get(f"{link(assignment_id='a2')}?file={COPY}").status == 403


# --- Giving back ------------------------------------------------------------------------------


def test_a_bureau_gives_back_with_a_reason_and_its_clock_rests(case: Case, officer: Browser, stores: Stores) -> None:
    page = act(officer, "return", code=CODE, return_reason="not_ours", return_words="事发地在朝阳区。")
    assert "已退回，等待裁决，其间时限停止。" in page.text
    assert "裁决退回还剩" in page.text
    assert standing(stores).status is AssignmentStatus.RETURNED


def test_a_return_without_its_reason_is_refused_and_the_words_are_kept(case: Case, officer: Browser, stores: Stores) -> None:
    page = act(officer, "return", code=CODE, return_words="事发地在朝阳区。")
    assert page.status == 422
    assert "请选择退回原因" in page.text
    assert "事发地在朝阳区。" in page.body
    assert standing(stores).status is AssignmentStatus.DISPATCHED


def test_after_an_arbitration_nothing_is_offered_to_give_back(case: Case, officer: Browser, stores: Stores) -> None:
    again = (build.give_back(), build.decide_return(), build.give_back(), build.decide_return(arbitrates=True))
    carried_out(stores, case, *again)
    page = officer.get(LINK)
    assert all(form.fields["action"] != ("return",) for form in page.forms)
    assert "裁决由原单位继续办理：事发地已核实。" in page.text


def test_the_bureau_that_gets_it_then_reads_why_and_nothing_that_the_first_one_wrote(
    case: Case, officer: Browser, stores: Stores
) -> None:
    to = build.a_new_assignment("a3", bureau_code="CY", bureau_name="北京市公安局朝阳分局")
    carried_out(stores, case, build.give_back(words="本局忙。"), build.decide_return(ReturnVerdict.REROUTED, to=to))
    page = officer.get(link(assignment_id="a3"))
    assert "本件由其他单位改派而来： 事发地已核实。" in page.text
    assert "本局忙" not in page.text
    released = officer.get(LINK)
    assert "这项交办已改派其他单位，不需要再办理，时限停止。" in released.text


def test_a_bureau_asks_for_more_time_and_reads_that_its_clock_goes_on(case: Case, officer: Browser, stores: Stores) -> None:
    carried_out(stores, case, build.acknowledge())
    page = act(officer, "extension", code=CODE, until="2026-12-02T18:00", extension_reason="鉴定尚未完成。")
    assert "已申请延期，等待审批；审批前时限照常计算。" in page.text
    assert "反馈还剩" in page.text
    (asked,) = standing(stores).extensions
    assert asked.until.isoformat() == "2026-12-02T10:00:00+00:00"


def test_more_time_than_there_can_be_is_refused_and_the_words_are_kept(case: Case, officer: Browser, stores: Stores) -> None:
    carried_out(stores, case, build.acknowledge())
    page = act(officer, "extension", code=CODE, until="2027-12-02T18:00", extension_reason="鉴定尚未完成。")
    assert page.status == 422
    assert "超过可以延期的上限" in page.text
    assert "鉴定尚未完成。" in page.body


# --- Files of a feedback ----------------------------------------------------------------------

PDF = b"%PDF-1.4\r\n\x00\xff\r\n--\n%%EOF\r\n"
TEXT = "现场勘验笔录".encode()


def feeding_back(officer: Browser, files: dict[str, bytes], **typed: str) -> Page:
    """The officer sends a feedback with files."""
    (form,) = [one for one in officer.get(LINK).forms if one.fields["action"] == ("feedback",)]
    return officer.attach(form, files, **{"code": CODE, "signer": "王建国", **FEEDBACK, **typed})


@pytest.fixture
def acknowledged(case: Case, stores: Stores, evidence_bucket: str) -> str:
    """Where the files of the case go that Fengtai has acknowledged."""
    carried_out(stores, case, build.acknowledge())
    return evidence_bucket


def lying_in(bucket: str) -> dict[str, bytes]:
    s3 = boto3.client("s3")
    keys = [one["Key"] for one in s3.list_objects_v2(Bucket=bucket).get("Contents", [])]
    return {key: s3.get_object(Bucket=bucket, Key=key)["Body"].read() for key in keys}


def test_what_is_attached_to_a_feedback_is_kept_byte_for_byte_with_who_sent_it_and_when(
    acknowledged: str, officer: Browser, stores: Stores
) -> None:
    page = feeding_back(officer, {"现场 勘验.pdf": PDF, "笔录.txt": TEXT})
    assert "反馈已提交，等待审核。" in page.text
    assert "附件 现场 勘验.pdf" in page.text
    assert lying_in(acknowledged) == {sha256(one).hexdigest(): one for one in (PDF, TEXT)}
    kept = stores.evidence.of_case(build.CASE_ID)
    assert [(one.name, one.number, one.state, one.media_type) for one in kept] == [
        ("现场 勘验.pdf", 1, "stored", "application/pdf"),
        ("笔录.txt", 2, "stored", "text/plain"),
    ]
    assert {(one.source, one.assignment_id, one.fetched_at) for one in kept} == {
        ("bureau_page/北京市公安局丰台分局 王建国", "a1", officer.now)
    }
    given = standing(stores).feedback
    assert given is not None
    assert [(one.name, one.sha256) for one in given.files] == [(one.name, one.sha256) for one in kept]


def test_the_desk_opens_a_file_beside_the_feedback_and_the_look_is_written_down(
    acknowledged: str, officer: Browser, stores: Stores
) -> None:
    feeding_back(officer, {"现场.pdf": PDF})
    desk = DemoDesk(stores, now=build.after(minutes=40)).editor()
    page = desk.get(f"/prod/desk/cases/{build.CASE_ID}")
    assert "提交反馈（附件 1 个）" in page.text
    address = f"/prod/desk/cases/{build.CASE_ID}/evidence/{sha256(PDF).hexdigest()}"
    assert address in page.links
    answer = desk.get(address)
    assert answer.status == 302
    assert f"/{sha256(PDF).hexdigest()}?" in answer.headers["Location"]
    (seen,) = stores.evidence.views(build.CASE_ID)
    assert (seen.seen, seen.sha256) == ("original", sha256(PDF).hexdigest())
    custody = desk.get(f"/prod/desk/cases/{build.CASE_ID}/evidence")
    assert "北京市公安局丰台分局反馈（北京市公安局丰台分局 王建国）第 1 个附件" in custody.text


def test_another_bureau_neither_sees_nor_opens_what_was_attached(acknowledged: str, officer: Browser, stores: Stores) -> None:
    feeding_back(officer, {"现场.pdf": PDF})
    theirs = Browser(site=bureau_pages(stores, SECRET), now=officer.now, prefix="/prod")
    address = link(assignment_id="a2")
    code = code_for(SECRET, case_id=build.CASE_ID, assignment_id="a2")
    page = theirs.submit(theirs.get(address).forms[0], code=code)
    assert "已签收" in page.text
    assert "现场.pdf" not in page.text
    assert theirs.get(f"{address}?file={sha256(PDF).hexdigest()}").status == 404


def test_a_form_that_is_sent_twice_reports_once_and_keeps_its_files_once(
    acknowledged: str, officer: Browser, stores: Stores
) -> None:
    (form,) = [one for one in officer.get(LINK).forms if one.fields["action"] == ("feedback",)]
    for said in ("反馈已提交，等待审核。", "这份反馈已经提交过，等待审核。"):
        page = officer.attach(form, {"现场.pdf": PDF}, code=CODE, signer="王建国", **FEEDBACK)
        assert said in page.text
        officer.now += timedelta(seconds=3)
    assert len(stores.evidence.of_case(build.CASE_ID)) == 1
    case = stores.cases.load(build.CASE_ID)
    assert case is not None
    entries = stores.cases.timeline(build.CASE_ID, limit=100).entries
    assert [entry.change.kind for entry in entries].count("reported") == 1


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"好.pdf": PDF, "程序.pdf": b"MZ\x90\x00"}, "附件“程序.pdf”不是可以接收的类型"),
        ({"好.pdf": PDF, "照片.jpg": PDF}, "附件“照片.jpg”的内容与文件名的类型不符"),
        ({"好.pdf": PDF, "空.txt": b""}, "附件“空.txt”是空文件"),
        ({f"{n}.pdf": PDF for n in range(MAX_ATTACHED_FILES + 1)}, "附件有 11 个，最多 10 个"),
        ({"好.pdf": PDF, "大.pdf": PDF + bytes(MAX_ATTACHED_BYTES - 2 * len(PDF) + 1)}, "附件合计 4.00 MB，超过 4 MB 的上限"),
    ],
)
def test_files_that_are_not_taken_keep_every_word_and_leave_nothing_behind(
    acknowledged: str, officer: Browser, stores: Stores, files: dict[str, bytes], said: str
) -> None:
    page = feeding_back(officer, files)
    assert page.status == 422
    assert said in page.text
    assert "请重新选择附件后再提交" in page.text
    kept = page.forms[0].fields
    assert (kept["findings"], kept["publishable"]) == (("经查属实。",), ("已依法处理。",))
    assert not lying_in(acknowledged)
    assert standing(stores).status is AssignmentStatus.ACKNOWLEDGED


@pytest.mark.parametrize("typed", [{"code": WRONG_CODE}, {"findings": " "}])
def test_a_feedback_that_is_refused_leaves_no_file_behind(
    acknowledged: str, officer: Browser, stores: Stores, typed: dict[str, str]
) -> None:
    page = feeding_back(officer, {"现场.pdf": PDF}, **typed)
    assert page.status in (403, 422)
    assert page.forms[0].fields["result"] == ("已依法行政拘留。",)
    assert not lying_in(acknowledged)
    assert not stores.evidence.of_case(build.CASE_ID)


def test_the_form_of_a_feedback_says_what_it_takes_and_its_script_is_a_file_of_our_own(
    acknowledged: str, officer: Browser
) -> None:
    page = officer.get(LINK)
    assert f'data-most-files="{MAX_ATTACHED_FILES}" data-most-bytes="{MAX_ATTACHED_BYTES}"' in page.body
    assert page.body.count("<script") == page.body.count('<script src="../static/bureau.') == 1
    assert "合计不超过 4 MB" in page.text


def test_a_feedback_without_files_needs_none(acknowledged: str, officer: Browser, stores: Stores) -> None:
    assert "反馈已提交，等待审核。" in feeding_back(officer, {}).text
    given = standing(stores).feedback
    assert given is not None
    assert given.files == ()
    assert not lying_in(acknowledged)


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("multipart/form-data", b"--x\r\n\r\n--x--"),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data; name=a\r\n\r\nhalf"),
        ("multipart/form-data; boundary=x", b"--x\r\n\r\nnameless\r\n--x--"),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data; name=a\r\n\r\n\xff\r\n--x--"),
    ],
)
def test_what_is_no_form_with_files_is_turned_away(acknowledged: str, officer: Browser, content_type: str, body: bytes) -> None:
    assert officer.follow(officer.multipart_event(LINK, body, content_type)).status == 400


def test_a_body_of_more_than_any_form_may_hold_is_turned_away(acknowledged: str, officer: Browser) -> None:
    event = officer.multipart_event(LINK, bytes(MAX_UPLOAD_BYTES + 4), "multipart/form-data; boundary=x")
    assert officer.follow(event).status == 413
