"""The acts of the API beyond one command to one bureau: questions, publications, cases by twos, searches, figures."""

import importlib
from datetime import timedelta
from types import ModuleType
from typing import Any

import boto3
import pytest

from jiesu.cases.mails import ReceiveBureauMail
from jiesu.model.case import Case
from jiesu.model.lookup import LookupKind
from jiesu.model.numbers import case_id_for
from jiesu.model.words import AssignmentStatus, CaseStatus, Urgency
from jiesu.runtime import clients
from tests import builders as build
from tests.conftest import Stores
from tests.contract.test_citizen_index import keep
from tests.contract.test_matters import arrive
from tests.functions.api import Caller
from tests.functions.desks import carried_out, dispatched, fill_directory, opened

LONG_ANSWER = "持身份材料到居住地派出所办理，三十个工作日内领取，不收费用，也可以委托亲属代领。"
OTHER = case_id_for("weibo:citizen-2", build.NOW.date())


@pytest.fixture
def api(stores: Stores, telephone_secret: None, monkeypatch: pytest.MonkeyPatch) -> Caller:
    monkeypatch.setattr(clients, "dynamodb", lambda: stores.client)
    monkeypatch.setattr(clients, "secretsmanager", lambda: boto3.client("secretsmanager"))
    app: ModuleType = importlib.reload(importlib.import_module("functions.serve_api.app"))
    fill_directory(stores)
    stores.accounts.put_account(build.an_account(link_domains=("example.org",)), build.a_note())
    return Caller(app, stores)


@pytest.fixture
def case(api: Caller, stores: Stores) -> Case:
    return opened(stores)


def standing(stores: Stores, case_id: str) -> Case:
    found = stores.cases.load(case_id)
    assert found is not None
    return found


def changed(answer: tuple[int, Any]) -> bool:
    status, said = answer
    assert status == 200, said
    return bool(said["changed"])


def refused(answer: tuple[int, Any]) -> tuple[int, str]:
    status, said = answer
    return status, said["code"]


# --- Questions to departments -------------------------------------------------------------------


def test_a_department_is_asked_its_answer_is_kept_and_a_reply_uses_it(api: Caller, stores: Stores, case: Case) -> None:
    assert changed(api.act(case.id, "consultations", {"question": "外地户口能补办身份证吗？", "bureaus": ["GJ"]}))
    (asked,) = standing(stores, case.id).assignments
    assert refused(api.act(case.id, "consultations", {"question": "再问", "bureaus": ["XX"]})) == (409, "bureau_unknown")
    carried_out(stores, case, build.answer(asked.id))
    today = api.today.isoformat()
    kept = {"question": "怎么补办", "answer": "到居住地派出所。", "valid_until": today}
    assert changed(api.act(case.id, f"assignments/{asked.id}/kept-answers", kept))
    ((article,),) = [api.get("answers")["items"]]
    assert (article["answer"], article["valid_until"], article["is_valid"]) == ("到居住地派出所。", today, True)
    assert changed(api.act(case.id, "replies", {"text": "可以，到居住地派出所。", "answers": [asked.id]}))
    assert standing(stores, case.id).assignments[0].status is AssignmentStatus.ACCEPTED


def test_an_article_is_prolonged_and_ended_on_the_revision_that_was_read(api: Caller, stores: Stores, case: Case) -> None:
    carried_out(stores, case, build.consult(), build.answer())
    api.act(
        case.id,
        "assignments/c1/kept-answers",
        {"question": "外地户口怎么补办身份证", "answer": LONG_ANSWER, "valid_until": api.today.isoformat()},
    )
    (article,) = api.get("answers")["items"]
    path = f"answers/{article['id']}"
    later = {"valid_until": (api.today + timedelta(days=30)).isoformat(), "reason": "规定未变"}
    assert api.post(f"{path}/extensions", later, headers={"if-match": "9"})[0] == 412
    status, said = api.post(f"{path}/extensions", later, headers={"if-match": str(article["revision"])})
    assert (status, said["valid_until"], said["revision"]) == (200, later["valid_until"], article["revision"] + 1)
    status, said = api.post(f"{path}/expirations", {"reason": "规定已改"})
    assert (status, said["is_valid"]) == (200, False)
    assert api.get("answers")["items"] == [said]
    assert refused(api.post(f"{path}/expirations", {"reason": "再停"})) == (409, "article_over")
    # What is valid no more is not sent either, whoever copied it.
    assert refused(api.act(case.id, "replies", {"text": said["answer"]})) == (409, "answer_lapsed")
    assert api.post("answers/none/expirations", {"reason": "x"})[0] == 404


# --- The public ---------------------------------------------------------------------------------


def test_a_public_post_needs_a_second_key_and_goes_out_where_it_fits(api: Caller, stores: Stores, case: Case) -> None:
    account = build.an_account().id
    assert [one["id"] for one in api.get("accounts")["items"] if one["publishes"]] == [account]
    draft = {"text": "经核实，已依法处理。", "link": "https://example.org/1", "accounts": [account]}
    assert refused(api.act(case.id, "publications", draft | {"accounts": ["none"]})) == (409, "account_unknown")
    assert refused(api.act(case.id, "publications", draft | {"text": "长" * 300})) == (409, "platform_refuses")
    assert changed(api.act(case.id, "publications", draft))
    (drafted,) = api.get(f"cases/{case.id}")["publications"]
    path = f"publications/{drafted['id']}"
    assert refused(api.act(case.id, f"{path}/approvals")) == (409, "own_draft")
    assert changed(api.act(case.id, f"{path}/approvals", scopes=("publish",)))
    assert api.get(f"cases/{case.id}")["publications"][0]["state"] == "approved"
    assert api.act(case.id, "publications/none/withdrawals", {"reason": "x"})[0] == 404


def test_a_live_coverage_is_begun_told_of_and_ended(api: Caller, stores: Stores, case: Case) -> None:
    begin = {"interval_minutes": 30.0, "facts": "一人被困", "unknowns": "原因"}
    assert changed(api.act(case.id, "coverages", begin))
    assert api.get(f"cases/{case.id}")["is_covered"]
    assert changed(api.act(case.id, "briefings", {"facts": "已救出", "unknowns": ""}))
    next_one = {"due_at": (api.today + timedelta(days=1)).isoformat() + "T08:00:00+08:00", "reason": "夜间无进展"}
    assert changed(api.act(case.id, "next-statements", next_one))
    told = {"text": "已救出一人。", "link": "https://example.org/2", "accounts": [build.an_account().id]}
    assert changed(api.act(case.id, "statements", told))
    assert [one["is_statement"] for one in api.get(f"cases/{case.id}")["publications"]] == [True]
    for odd in (0, 30.5, "30", True, None):
        assert api.act(case.id, "coverages", begin | {"interval_minutes": odd})[0] == 422, odd
    assert changed(api.act(case.id, "coverage-endings", {"reason": "已处置完毕"}))
    assert not api.get(f"cases/{case.id}")["is_covered"]


def test_what_everybody_reads_is_disclosed_and_concealed_with_a_scope_of_its_own(api: Caller, case: Case) -> None:
    body = {"title": "电梯内不文明行为", "description": "已依法处理。", "place": "丰台区"}
    assert api.act(case.id, "disclosures", body, scopes=("cases:write",))[0] == 403
    assert changed(api.act(case.id, "disclosures", body, scopes=("publish",)))
    assert api.get(f"cases/{case.id}")["is_disclosed"]
    assert changed(api.act(case.id, "concealments", {"reason": "内容有误"}))
    assert not api.get(f"cases/{case.id}")["is_disclosed"]


# --- The case -----------------------------------------------------------------------------------


def test_a_bulletin_has_its_details_and_a_correction_keeps_what_is_not_said(api: Caller, stores: Stores, case: Case) -> None:
    body = {"title": "电梯内吐痰", "facts": "有人吐痰", "category": case.category, "urgency": "routine", "lead": "FT"}
    details = {"secrecy": "sensitive", "marks": ["minor"], "evidence": ["视频 1 段"], "alias": "网民甲"}
    assert changed(api.act(case.id, "dispatches", body | {"details": details}))
    (issued,) = standing(stores, case.id).bulletins
    assert (issued.details.alias, issued.details.evidence) == ("网民甲", ("视频 1 段",))
    path = f"bulletins/{issued.number}/corrections"
    correction = {"title": "电梯按键上吐痰", "facts": "有人往按键上吐痰", "category": case.category, "reason": "写明地点"}
    assert changed(api.act(case.id, path, correction))
    (corrected,) = standing(stores, case.id).bulletins
    assert (corrected.version, corrected.title, corrected.details) == (2, "电梯按键上吐痰", issued.details)
    assert refused(api.act(case.id, path, correction)) == (409, "nothing_corrected")
    assert api.act(case.id, "bulletins/2026-00009-9/corrections", correction)[0] == 404


def test_a_place_is_corrected_with_its_bureau_and_an_urgency_by_who_decides(api: Caller, stores: Stores, case: Case) -> None:
    assert changed(api.act(case.id, "corrections", {"place": {"text": "马家堡东路", "bureau_code": "FT"}}))
    assert standing(stores, case.id).place.text == "马家堡东路"
    assert refused(api.act(case.id, "corrections", {"place": {"text": "x", "bureau_code": "XX"}})) == (409, "bureau_unknown")
    raised = {"urgency": "urgent", "reason": "有人受伤"}
    assert api.act(case.id, "urgencies", raised, scopes=("cases:write",))[0] == 403
    assert changed(api.act(case.id, "urgencies", raised, scopes=("decide",)))
    assert standing(stores, case.id).urgency is Urgency.URGENT


def test_a_chosen_message_is_answered_and_so_are_all_citizens_at_once(api: Caller, stores: Stores, case: Case) -> None:
    stores.messages.join_case(
        stores.cases,
        standing(stores, case.id),
        build.a_screened(message=build.a_message(id="weibo:late", citizen_id="citizen-9", sent_at=build.after(minutes=5))),
        now=build.after(minutes=6),
    )
    first, _ = api.get(f"cases/{case.id}/messages")["items"]
    assert changed(api.act(case.id, "replies", {"text": "您好，已转交。", "message": first["id"]}))
    assert changed(api.act(case.id, "replies", {"text": "各位好，已转交。", "to_all": True}))
    people = [reply.to.conversation.citizen_id for reply in standing(stores, case.id).replies]
    assert people == ["citizen-1", "citizen-9"]
    assert refused(api.act(case.id, "replies", {"text": "x", "message": "0" * 16})) == (409, "no_one_to_answer")
    assert refused(api.act(case.id, "replies", {"text": "x", "to_all": True, "manner": "comment"})) == (409, "comment_to_all")


def test_a_citizen_is_asked_for_the_source_and_the_answer_noted(api: Caller, stores: Stores, case: Case) -> None:
    assert changed(api.act(case.id, "askings", {}))
    (asking,) = api.get(f"cases/{case.id}")["askings"]
    assert (asking["state"], asking["steps"][0]["state"]) == ("open", "asked")
    path = f"askings/{asking['id']}"
    assert changed(api.act(case.id, f"{path}/answers", {"step": 0, "said": "邻居转发的"}))
    assert changed(api.act(case.id, f"{path}/stops", {"reason": "已查清"}))
    assert api.act(case.id, "askings/none/stops", {"reason": "x"})[0] == 404


def test_a_bureaus_mail_is_taken_for_its_feedback(api: Caller, stores: Stores, case: Case) -> None:
    going = dispatched(stores, case)
    first = going.assignments[0].id
    mail_of_it = ReceiveBureauMail(mail=build.a_bureau_mail("m1", assignment_id=first))
    carried_out(stores, going, build.acknowledge(first), mail_of_it)
    (mail,) = api.get(f"cases/{case.id}")["mails"]
    feedback = {"findings": "已到场核实。", "result": "已批评教育。", "publishable": "已处理。"}
    assert api.act(case.id, "mails/none/reports", feedback)[0] == 404
    assert changed(api.act(case.id, f"mails/{mail['id']}/reports", feedback))
    (reported, _) = standing(stores, case.id).assignments
    assert (reported.status, reported.feedback and reported.feedback.result) == (AssignmentStatus.REPORTED, "已批评教育。")
    assert api.get(f"cases/{case.id}")["mails"] == []


# --- Cases by twos ------------------------------------------------------------------------------


@pytest.fixture
def two(case: Case, stores: Stores) -> tuple[Case, Case]:
    return case, opened(stores, citizen="citizen-2", case_id=OTHER)


def test_two_cases_are_merged_and_the_merge_is_undone(api: Caller, stores: Stores, two: tuple[Case, Case]) -> None:
    one, other = two
    body = {"other": other.id, "reason": "同一部电梯"}
    assert api.act(one.id, "merges", body, headers={"if-match": "7"})[0] == 412
    assert changed(api.act(one.id, "merges", body))
    assert api.get(f"cases/{one.id}")["merged_into"] == other.id
    arrive(stores, other.id)
    assert changed(api.act(other.id, "merge-undoings", {"other": one.id}))
    assert standing(stores, one.id).status is CaseStatus.OPEN
    assert api.act(one.id, "merges", {"other": case_id_for("none", build.NOW.date()), "reason": "x"})[0] == 404


def test_two_cases_are_called_different_and_that_is_taken_back(api: Caller, two: tuple[Case, Case]) -> None:
    one, other = two
    assert changed(api.act(one.id, "differences", {"other": other.id, "reason": "两栋楼"}))
    assert not changed(api.act(one.id, "differences", {"other": other.id, "reason": "两栋楼"}))
    assert api.get(f"cases/{other.id}")["never_with"] == [one.id]
    assert changed(api.act(one.id, "difference-revocations", {"other": other.id}))
    assert api.get(f"cases/{other.id}")["never_with"] == []


def test_messages_go_into_a_case_of_their_own_which_the_answer_names(api: Caller, stores: Stores, case: Case) -> None:
    second = build.a_message(id="weibo:late", citizen_id="citizen-9", sent_at=build.after(minutes=5))
    stores.messages.join_case(
        stores.cases, standing(stores, case.id), build.a_screened(message=second), now=build.after(minutes=6)
    )
    _, chosen = api.get(f"cases/{case.id}/messages")["items"]
    body = {"messages": [chosen["id"]], "reason": "另一栋楼"}
    assert refused(api.act(case.id, "moves", body | {"messages": ["0" * 16]})) == (409, "messages_missing")
    status, done = api.act(case.id, "moves", body)
    assert (status, done["version"]) == (200, 1)
    assert standing(stores, done["case_id"]).message_count == 1
    assert standing(stores, case.id).message_count == 1


# --- Looking, and counting ----------------------------------------------------------------------


def test_cases_are_found_by_words_and_state_page_by_page(api: Caller, case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    status, found = api.ask("POST", "searches", {"words": "电梯"})
    assert (status, [one["case_id"] for one in found["items"]], found["next"]) == (200, [case.id], None)
    assert api.ask("POST", "searches", {"words": "电梯", "status": "closed"})[1]["items"] == []
    monkeypatch.setattr("jiesu.store.finding.MOST_READS", 1)
    first = api.ask("POST", "searches", {"words": "没有", "since": "2026-01-01"})[1]
    second = api.ask("POST", "searches", {"words": "没有", "since": "2026-01-01", "cursor": first["next"]})[1]
    assert second["read_to"] < first["read_to"]
    for body in ({"cursor": "x"}, {"since": "2026-13-01"}, {"since": 0}, {"since": "2026-02-01", "until": "2026-01-01"}):
        assert api.ask("POST", "searches", body)[0] == 422, body


def test_a_citizen_is_looked_for_with_a_scope_of_its_own_and_it_is_on_record(
    api: Caller, stores: Stores, caplog: pytest.LogCaptureFixture
) -> None:
    keep(stores, build.a_message(text="请回电 19900000001"))
    body = {"kind": "telephone", "typed": "+86 199 0000 0001"}
    assert api.ask("POST", "lookups", body, scopes=("cases:read", "messages:read"))[0] == 403
    status, found = api.ask("POST", "lookups", body, scopes=("citizens:find",))
    assert (status, [one["case_id"] for one in found["items"]], found["is_cut"]) == (200, [build.CASE_ID], False)
    (noted,), _ = stores.lookups.of_month(api.now.date())
    assert (noted.kind, noted.by.name, noted.case_ids) == (LookupKind.TELEPHONE, "指挥平台", (build.CASE_ID,))
    assert api.ask("POST", "lookups", {"kind": "telephone", "typed": "1990000"})[0] == 422
    assert "0000 0001" not in " ".join(str(one.__dict__) for one in caplog.records)


def test_who_is_late_and_how_far_deadlines_are_kept_comes_with_the_cases(api: Caller, stores: Stores, case: Case) -> None:
    going = dispatched(stores, case)
    late = api.get("late")
    assert [(one["code"], one["late"][0]["case_id"]) for one in late["bureaus"]] == [("FT", going.id), ("GJ", going.id)]
    figures = api.get("figures/timeliness", query={"month": "2026-11"})
    (first, _) = figures["bureaus"]
    assert (first["acknowledged"]["met"], first["acknowledged"]["due"]) == (0, 1)
    assert [one["case_id"] for one in first["assignments"]] == [going.id]
    assert api.get("figures/timeliness", query={"month": "2026-10"})["bureaus"] == []
    assert api.ask("GET", "figures/timeliness", query={"month": "2026-13"})[0] == 422


def test_what_waits_for_a_decision_is_listed(api: Caller, stores: Stores, case: Case) -> None:
    assert api.get("decisions")["items"] == []
    carried_out(stores, dispatched(stores, case), build.give_back())
    assert [one["id"] for one in api.get("decisions")["items"]] == [case.id]
