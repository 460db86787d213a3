"""Many citizens, one case, at the desk: who is answered, one text for all, and what may be the same matter."""

from dataclasses import replace

import pytest

from jiesu.model.case import Case
from jiesu.model.match import Match
from jiesu.model.message import DESK_ACCOUNT_ID
from tests import builders as build
from tests.conftest import Stores
from tests.functions.desks import DemoDesk, fill_directory, opened

FORTY = 40


@pytest.fixture
def office(stores: Stores) -> DemoDesk:
    fill_directory(stores)
    return DemoDesk(stores)


def joined(stores: Stores, case: Case, citizen: int, *, text: str = "同一部电梯，也看到有人吐痰") -> Case:
    message = build.a_message(
        id=f"m{citizen}", citizen_id=f"other-{citizen}", text=text, sent_at=build.after(minutes=citizen), received_at=build.NOW
    )
    match = Match(case_id=case.id, message_id="weibo:citizen-1", score=0.42, reasons=("文字相近（0.42）：都提到「电梯」",))
    screened = build.a_screened(message=message)
    return stores.messages.join_case(stores.cases, case, screened, now=build.NOW, previous_case_id=None, matched=match)


def forty_voices(stores: Stores) -> Case:
    case = opened(stores)
    for citizen in range(1, FORTY):
        case = joined(stores, case, citizen)
    return case


def test_one_text_answers_forty_citizens_and_the_page_says_who_has_no_answer(office: DemoDesk) -> None:
    case = forty_voices(office.stores)
    browser = office.editor()
    address = f"/prod/desk/cases/{case.id}"
    assert "40 位还没有答复" in browser.get(address).text
    form = browser.get(f"{address}/reply")
    # Forty reply windows stand before the messages and hide none of them.
    assert form.text.count("同一部电梯，也看到有人吐痰") >= 20
    assert "尚未答复的全部 40 位网民，每人一条" in form.text
    browser.submit(form.form("/reply"), text="您好，已查处，谢谢您的反映。", message_id="all")
    after = office.stores.cases.load(case.id)
    assert after is not None
    assert len({one.to.conversation for one in after.replies}) == FORTY
    assert after.version == case.version + 1
    assert "每位网民都已答复" in browser.get(address).text


def test_closing_over_a_citizen_without_an_answer_says_so_and_asks(office: DemoDesk) -> None:
    case = joined(office.stores, opened(office.stores), 1)
    browser = office.editor()
    form = browser.get(f"/prod/desk/cases/{case.id}/close")
    assert "还有 2 位网民没有得到答复（共 2 位）" in form.text
    refused = browser.submit(form.form("/close"), resolution="answered", reason="办结")
    assert refused.status == 422
    assert "还有网民没有得到答复" in refused.text
    browser.submit(refused.form("/close"), resolution="answered", reason="办结", leaves_unanswered="yes")
    after = office.stores.cases.load(case.id)
    assert after is not None
    assert after.closed_at is not None


def test_an_answer_to_all_goes_in_private_alone(office: DemoDesk) -> None:
    case = joined(office.stores, opened(office.stores), 1)
    browser = office.editor()
    form = browser.get(f"/prod/desk/cases/{case.id}/reply").form("/reply")
    page = browser.submit(form, text="已查处", message_id="all", manner="comment")
    assert page.status == 422
    assert "公开评论只能逐条回复" in page.text


def test_the_timeline_says_why_a_message_was_joined(office: DemoDesk) -> None:
    case = joined(office.stores, opened(office.stores), 1)
    page = office.editor().get(f"/prod/desk/cases/{case.id}")
    assert "系统判断是同一件事，并入本件：文字相近（0.42）：都提到「电梯」" in page.text


def test_what_may_be_the_same_matter_is_shown_with_score_reasons_and_both_texts(office: DemoDesk) -> None:
    first = opened(office.stores)
    message = build.a_message(id="m2", citizen_id="other-2", text="电梯里吐口水的人找到了吗", account_id=DESK_ACCOUNT_ID)
    match = Match(case_id=first.id, message_id="weibo:citizen-1", score=0.15, reasons=("文字相近（0.15）", "相隔不到一天"))
    second = office.stores.messages.open_case(
        office.stores.cases,
        build.a_screened(message=message),
        case_id="261123-000002",
        title="吐口水",
        now=build.NOW,
        previous_case_id=None,
        suggested=(match, replace(match, case_id="261123-000009", score=0.12)),
    )
    browser = office.editor()
    assert "可能是同一件事" in browser.get(f"/prod/desk/cases/{second.id}").text
    page = browser.get(f"/prod/desk/cases/{second.id}/similar")
    for said in ("相似度 0.15", "文字相近（0.15），相隔不到一天", build.a_message().text, "电梯里吐口水的人找到了吗"):
        assert said in page.text
