"""Questions to departments over the desk's and the departments' pages, and the knowledge base that grows of them."""

import pytest

from jiesu.cases.commands import Escalate
from jiesu.model.case import Case
from jiesu.model.words import AssignmentStatus, UserRole
from jiesu.notices.links import code_for, make_token
from tests import builders as build
from tests.conftest import Stores
from tests.functions.browser import Browser, Page
from tests.functions.desks import DemoDesk, bureau_pages, carried_out, dispatched, fill_directory, opened

SECRET = b"the secret that signs links"
CASE = f"/prod/desk/cases/{build.CASE_ID}"
QUESTION = "外地户口能在这里补办身份证吗？我的电话13800138000"
ANSWER = "可以，由本人持户口簿到居住地派出所的受理点补办，需现场采集指纹和人像，六十日内领取。"
QUEUE = "/prod/desk?status=dispatched"


@pytest.fixture
def desk(stores: Stores) -> DemoDesk:
    fill_directory(stores)
    return DemoDesk(stores, now=build.after(minutes=30))


@pytest.fixture
def editor(desk: DemoDesk, stores: Stores) -> Browser:
    opened(stores, text=QUESTION)
    return desk.editor()


def standing(stores: Stores, case_id: str = build.CASE_ID) -> Case:
    case = stores.cases.load(case_id)
    assert case is not None
    return case


def ask(editor: Browser, *codes: str) -> Page:
    return editor.submit(editor.get(f"{CASE}/consult").form("/consult"), bureau=codes or ("FT", "GJ"))


def answer(stores: Stores, place: int = 0, *, text: str = ANSWER, basis: str = "") -> Page:
    """The department of the assignment at `place` opens its link and answers with its code."""
    case = standing(stores)
    consulted = case.assignments[place]
    pages = bureau_pages(stores, SECRET)
    officer = Browser(site=pages, now=build.after(minutes=40), prefix="/prod")
    token = make_token(SECRET, case_id=case.id, assignment_id=consulted.id, expires_at=build.after(days=30))
    page = officer.get(f"/prod/bureau/{token}")
    code = code_for(SECRET, case_id=case.id, assignment_id=consulted.id)
    return officer.submit(page.forms[-1], answer=text, basis=basis, code=code, signer="户籍民警")


def test_an_editor_asks_two_departments_under_a_number_of_its_own(editor: Browser, stores: Stores) -> None:
    page = editor.get(f"{CASE}/consult")
    assert "13800138000" not in page.form("/consult").fields["question"][0], "the citizen's number is left out"
    assert "自咨询起 2 小时内答疑" in page.text
    page = ask(editor)
    assert "咨询已提出" in page.text
    case = standing(stores)
    assert [one.bureau_code for one in case.assignments] == ["FT", "GJ"]
    assert case.bulletins[0].number.startswith("ZX2026-00001-")
    assert page.text.count("待答复") == 2
    assert "业务咨询" in editor.search(case.bulletins[0].number).text, "the number leads to the case"
    issued = dispatched(stores, case)
    assert issued.bulletins[-1].number.startswith("2026-00001-"), "bulletins keep their own series"


def test_a_question_without_department_comes_back_with_its_words(editor: Browser, stores: Stores) -> None:
    page = editor.submit(editor.get(f"{CASE}/consult").form("/consult"), question="补办要多久？")
    assert page.status == 422
    assert "请至少选择一个要咨询的单位" in page.text
    assert page.form("/consult").fields["question"] == ("补办要多久？",)
    ask(editor, "GJ")
    page = editor.get(f"{CASE}/consult")
    assert "正在咨询" in page.text
    assert 'value="GJ"' not in page.body


def test_a_department_sees_the_question_and_answers_it_with_its_code(editor: Browser, stores: Stores) -> None:
    ask(editor)
    page = answer(stores, basis="居民身份证法")
    assert "答复已提交，谢谢。" in page.text
    assert "答复已收到，谢谢；目前不需要您操作。" in page.text
    assert page.forms == ()
    for hidden in ("签收还剩", "处置结果", "下载 Word 文档", "13800138000"):
        assert hidden not in page.text
    assert standing(stores).assignments[0].status is AssignmentStatus.REPORTED


def test_an_empty_answer_keeps_the_basis_that_was_typed(editor: Browser, stores: Stores) -> None:
    ask(editor)
    page = answer(stores, text=" ", basis="居民身份证法")
    assert page.status == 422
    assert "请填写答复" in page.text
    assert page.forms[-1].fields["basis"] == ("居民身份证法",)


def test_the_answer_comes_back_as_text_to_send_beside_the_one_that_is_silent(
    editor: Browser, desk: DemoDesk, stores: Stores
) -> None:
    ask(editor)
    answer(stores, basis="居民身份证法")
    assert "有解答待用 1" in editor.get(QUEUE).text
    page = editor.get(CASE)
    assert ANSWER in page.text
    assert "依据：居民身份证法" in page.text
    assert page.text.count("待答复") == 1
    page = editor.get(f"{CASE}/reply")
    form = page.form("/reply")
    assert form.fields["text"] == (f"{ANSWER}（以上由北京市公安局丰台分局解答）",)
    (used,) = form.fields["answers"]
    page = editor.submit(form, text=f"您好！{ANSWER}（以上由北京市公安局丰台分局解答）")
    assert "（用了北京市公安局丰台分局的解答）" in page.text
    case = standing(stores)
    assert case.replies[-1].answers == (used,)
    assert [one.status for one in case.assignments] == [AssignmentStatus.ACCEPTED, AssignmentStatus.DISPATCHED]
    assert editor.get(f"{CASE}/reply").form("/reply").fields["text"] == ("",), "what was used is not filled in again"


def test_a_silent_department_is_reminded_and_the_case_says_so(editor: Browser, stores: Stores) -> None:
    ask(editor, "GJ")
    case = standing(stores)
    carried_out(stores, case, Escalate(assignment_id=case.assignments[0].id, run=1, rung=0))
    assert "催办" in editor.get(CASE).text
    late = DemoDesk(stores, now=build.after(hours=9)).editor()
    assert "答疑" in late.get("/prod/desk/late").text


def test_an_answer_is_asked_again_and_what_is_not_needed_is_taken_back(editor: Browser, stores: Stores) -> None:
    ask(editor)
    answer(stores)
    first, second = standing(stores).assignments
    page = editor.get(f"{CASE}/ask-again/{first.id}")
    assert ANSWER in page.text
    page = editor.submit(page.form(f"/ask-again/{first.id}"), reason="代办可以吗？")
    assert "追问正在发出" in page.text
    page = editor.get(f"{CASE}/withdraw-consultation/{second.id}")
    page = editor.submit(page.form(f"/withdraw-consultation/{second.id}"), reason="丰台分局已答")
    assert "咨询已撤回" in page.text
    assert [one.status for one in standing(stores).assignments] == [AssignmentStatus.SENT_BACK, AssignmentStatus.WITHDRAWN]
    page = answer(stores, text="代办不可以，须本人到场。")
    assert "答复已提交" in page.text
    page = editor.submit(editor.get(CASE).form(f"/accept-answer/{first.id}"))
    assert "解答已收下。" in page.text
    assert standing(stores).assignments[0].status is AssignmentStatus.ACCEPTED


def test_forms_of_bureaus_at_work_and_of_consultations_do_not_mix(editor: Browser, stores: Stores) -> None:
    ask(editor, "GJ")
    consulted = standing(stores).assignments[0]
    for act in ("send-back", "withdraw", "excuse"):
        assert editor.get(f"{CASE}/{act}/{consulted.id}").status == 404
    dispatched(stores, standing(stores))
    assert editor.get(f"{CASE}/ask-again/a1").status == 404


def keep(editor: Browser, stores: Stores, **typed: str) -> Page:
    consulted = standing(stores).assignments[0]
    page = editor.get(f"{CASE}/keep-answer/{consulted.id}")
    return editor.submit(page.form(f"/keep-answer/{consulted.id}"), **typed)


def test_a_kept_answer_is_suggested_for_the_next_like_question_with_its_source(
    editor: Browser, desk: DemoDesk, stores: Stores
) -> None:
    ask(editor)
    answer(stores)
    page = keep(editor, stores, question="外地户口怎么补办身份证")
    assert "已存入知识库" in page.text
    assert "存入知识库，有效期至 2027-11-23" in page.text
    opened(stores, text="我是外地户口，身份证丢了怎么补办？", citizen="citizen-2", case_id="261123-000009")
    page = editor.get("/prod/desk/cases/261123-000009/reply")
    assert "北京市公安局丰台分局解答，本单位知识库，有效期至 2027-11-23" in page.text
    assert ANSWER in page.text


def test_an_answer_is_kept_once_with_the_entry_that_says_so(editor: Browser, stores: Stores) -> None:
    ask(editor)
    answer(stores)
    consulted = standing(stores).assignments[0]
    form = editor.get(f"{CASE}/keep-answer/{consulted.id}").form(f"/keep-answer/{consulted.id}")
    editor.submit(form)
    assert editor.submit(form).status == 409, "the case has moved on"
    assert len(stores.articles.all()) == 1
    assert keep(editor, stores).status == 422


def test_an_article_that_names_the_citizen_is_refused(editor: Browser, stores: Stores) -> None:
    ask(editor)
    answer(stores)
    page = keep(editor, stores, question="电话13800138000的网民怎么补办？")
    assert page.status == 422
    assert "问题中不能出现网民的电话号码" in page.text
    assert stores.articles.all() == ()
    assert keep(editor, stores, valid_until="2026").status == 422


def test_the_knowledge_base_is_searched_prolonged_and_ended_with_who_did_it(
    editor: Browser, desk: DemoDesk, stores: Stores
) -> None:
    ask(editor)
    answer(stores)
    keep(editor, stores, question="外地户口怎么补办身份证")
    (stored,) = stores.articles.all()
    page = editor.get("/prod/desk/answers?q=外地户口补办身份证")
    assert "外地户口怎么补办身份证" in page.text
    assert "没有相近的答复" in editor.get("/prod/desk/answers?q=zzzz").text
    form = editor.get("/prod/desk/answers").form(f"/{stored.article.id}/extend")
    page = editor.submit(form, valid_until="2028-11-01", reason="规定未变")
    assert "有效期已改。" in page.text
    assert "把有效期改到 2028-11-01：规定未变" in page.text
    assert editor.submit(form, valid_until="2028-12-01", reason="再改").status == 409
    form = editor.get("/prod/desk/answers").form(f"/{stored.article.id}/extend")
    assert editor.submit(form, valid_until="2020-01-01", reason="写错").status == 422
    expire = f"/prod/desk/answers/{stored.article.id}/expire"
    page = editor.post(expire, {**form.fields, "reason": "规定已改"})
    assert "已停用" in page.text
    assert "已过期" in page.text
    auditor = desk.signed_in(UserRole.AUDITOR)
    assert "规定已改" in auditor.get("/prod/desk/answers").text
    assert auditor.post(expire, {**form.fields, "reason": "试试"}).status == 403


def test_an_article_that_has_expired_is_not_suggested_and_cannot_be_sent(editor: Browser, desk: DemoDesk, stores: Stores) -> None:
    ask(editor)
    answer(stores)
    keep(editor, stores, question="外地户口怎么补办身份证")
    (stored,) = stores.articles.all()
    until = stored.article.valid_until
    desk.now = build.after(days=(until - build.NOW.date()).days + 2)
    later = desk.editor()
    page = later.get(f"{CASE}/reply")
    assert "本单位知识库" not in page.text
    page = later.submit(page.form("/reply"), text=f"您好！{ANSWER}", answers=())
    assert page.status == 422
    assert "现在不能使用" in page.text
