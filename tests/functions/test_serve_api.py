"""The API as a system of the police intranet meets it: proxy events in, JSON and problems out."""

import importlib
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from types import ModuleType
from typing import Any

import pytest

from jiesu.api.acts import ACTS
from jiesu.cases.commands import AddNote
from jiesu.model.case import Case
from jiesu.model.numbers import case_id_for
from jiesu.model.words import AssignmentStatus, CaseStatus
from jiesu.runtime import clients
from tests import builders as build
from tests.conftest import Stores
from tests.functions.api import Answer, Caller
from tests.functions.desks import carried_out, dispatched, fill_directory, opened

NOW = datetime.now(UTC)

Call = Callable[..., Answer]


@pytest.fixture
def app(stores: Stores, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.setattr(clients, "dynamodb", lambda: stores.client)
    return importlib.reload(importlib.import_module("functions.serve_api.app"))


@pytest.fixture
def case(stores: Stores) -> Case:
    fill_directory(stores)
    return opened(stores)


@pytest.fixture
def call(app: ModuleType, stores: Stores) -> Call:
    """Asks with a key of the given scopes, all of them unless said otherwise."""
    caller = Caller(app, stores)

    def ask(method: str, path: str, body: Any = None, *, key: str | None = None, **more: Any) -> Answer:
        headers = {**({"idempotency-key": key} if key else {}), **more.pop("headers", {})}
        return caller.ask(method, path, body, headers=headers, **more)

    return ask


def the_case(stores: Stores, case: Case) -> Case:
    found = stores.cases.load(case.id)
    assert found is not None
    return found


def test_without_a_key_or_with_one_for_open311_nothing_is_told(call: Call, stores: Stores, case: Case) -> None:
    for headers in ({"authorization": ""}, {"authorization": "Bearer unknown"}, {"authorization": "Basic x"}):
        status, problem = call("GET", "/api/v1/cases", headers=headers)
        assert (status, problem["type"]) == (401, "urn:jiesu:problem:unauthorized")
        assert problem["title"]
        assert problem["title_en"]
    assert call("GET", "/api/v1/cases", scopes=())[0] == 401


def test_a_key_goes_as_far_as_its_scopes(call: Call, case: Case) -> None:
    assert call("GET", "/api/v1/cases", scopes=("cases:read",))[0] == 200
    assert call("GET", f"/api/v1/cases/{case.id}/messages", scopes=("cases:read",))[0] == 403
    assert call("POST", f"/api/v1/cases/{case.id}/notes", {"text": "x"}, scopes=("cases:read",), key="12345678")[0] == 403


def test_a_revoked_key_opens_nothing(call: Call, stores: Stores, case: Case) -> None:
    assert call("GET", "/api/v1/cases", scopes=("cases:read",))[0] == 200
    (key,) = stores.api_keys.all()
    stores.api_keys.revoke(key, NOW)
    assert call("GET", "/api/v1/cases", headers={"authorization": "Bearer a-key-of-the-tests-cases:read"})[0] == 401


def test_cases_come_in_pages_that_follow_each_other(call: Call, stores: Stores, case: Case) -> None:
    other = opened(stores, citizen="citizen-2", case_id=case_id_for("weibo:citizen-2", build.NOW.date()))
    first = call("GET", "/api/v1/cases", query={"limit": "1"})[1]
    second = call("GET", "/api/v1/cases", query={"limit": "1", "cursor": first["next"]})[1]
    assert {first["items"][0]["id"], second["items"][0]["id"]} == {case.id, other.id}


@pytest.mark.parametrize("query", [{"cursor": "x"}, {"cursor": "e30="}, {"limit": "0"}, {"limit": "x"}, {"status": "odd"}])
def test_a_list_asked_for_wrongly_is_a_problem_of_the_asker(call: Call, case: Case, query: dict[str, str]) -> None:
    assert call("GET", "/api/v1/cases", query=query)[0] == 422


def test_what_citizens_wrote_comes_without_who_they_are(call: Call, stores: Stores, case: Case) -> None:
    status, found = call("GET", f"/api/v1/cases/{case.id}/messages")
    assert status == 200
    assert [one["alias"] for one in found["items"]] == ["网民1"]
    assert build.a_message().citizen_id not in json.dumps(found)
    assert build.a_message().citizen_id not in json.dumps(call("GET", f"/api/v1/cases/{case.id}/timeline")[1])
    assert build.a_message().citizen_id not in json.dumps(call("GET", f"/api/v1/cases/{case.id}")[1])


def test_an_act_is_carried_out_once_for_its_key_and_answers_the_same_again(call: Call, stores: Stores, case: Case) -> None:
    first = call("POST", f"/api/v1/cases/{case.id}/notes", {"text": "已电话核实"}, key="note-0001")
    again = call("POST", f"/api/v1/cases/{case.id}/notes", {"text": "已电话核实"}, key="note-0001")
    assert first == again == (200, {"case_id": case.id, "version": 2, "changed": True})
    entries = stores.cases.timeline(case.id).entries
    assert (entries[0].change.kind, entries[0].actor.name) == ("noted", "指挥平台")
    assert len(entries) == 2


def test_a_key_that_was_used_for_something_else_is_refused(call: Call, case: Case) -> None:
    call("POST", f"/api/v1/cases/{case.id}/notes", {"text": "一"}, key="note-0001")
    status, problem = call("POST", f"/api/v1/cases/{case.id}/notes", {"text": "二"}, key="note-0001")
    assert (status, problem["type"]) == (422, "urn:jiesu:problem:key-reused")


def test_an_act_without_a_key_is_not_carried_out(call: Call, stores: Stores, case: Case) -> None:
    assert call("POST", f"/api/v1/cases/{case.id}/notes", {"text": "一"})[0] == 400
    assert the_case(stores, case).version == 1


def test_a_case_that_moved_on_is_left_alone(call: Call, stores: Stores, case: Case) -> None:
    stores.cases.execute(case.id, AddNote(text="x"), actor=build.EDITOR, now=build.after(minutes=1))
    status, _ = call("POST", f"/api/v1/cases/{case.id}/notes", {"text": "二"}, key="note-0002", headers={"if-match": "1"})
    assert status == 412
    assert call("POST", f"/api/v1/cases/{case.id}/notes", {"text": "二"}, key="note-0003", headers={"if-match": "2"})[0] == 200


def test_a_bulletin_is_issued_over_the_api_as_at_the_desk(call: Call, stores: Stores, case: Case) -> None:
    body = {"title": "电梯内吐痰", "facts": "有人往按键上吐痰", "category": case.category, "urgency": "routine", "lead": "FT"}
    status, done = call("POST", f"/api/v1/cases/{case.id}/dispatches", body, key="dispatch-1")
    assert (status, done["changed"]) == (200, True)
    after = the_case(stores, case)
    assert (after.status, after.assignments[0].status) == (CaseStatus.DISPATCHED, AssignmentStatus.DISPATCHED)
    status, problem = call("POST", f"/api/v1/cases/{case.id}/dispatches", body | {"lead": "XX"}, key="dispatch-2")
    assert (status, problem["code"], problem["detail"]) == (409, "bureau_unknown", "所选单位已不在名录中，请重新选择")


def test_what_the_rules_refuse_is_refused_by_name(call: Call, stores: Stores, case: Case) -> None:
    going = dispatched(stores, case)
    body = {"resolution": "handled", "reason": "已办"}
    status, problem = call("POST", f"/api/v1/cases/{going.id}/closings", body, key="closing-1")
    assert (status, problem["code"]) == (409, "assignments_unfinished")
    path = f"/api/v1/cases/{going.id}/assignments/none/withdrawals"
    assert call("POST", path, {"reason": "x"}, key="withdrawal-1")[0] == 404


def test_what_was_given_back_is_decided_with_the_scope_of_dispatching_and_arbitrated_with_that_of_deciding(
    call: Call, stores: Stores, case: Case
) -> None:
    stores.directory.put_bureaus((build.a_bureau("CY", name="北京市公安局朝阳分局", district="朝阳区"),), build.a_note())
    going = carried_out(stores, dispatched(stores, case), build.give_back())
    assignments = f"/api/v1/cases/{going.id}/assignments"
    shown = call("GET", f"/api/v1/cases/{going.id}")[1]["assignments"][0]["pending_return"]
    assert (shown["reason"], shown["words"], shown["arbitrated"]) == ("not_ours", "事发地在朝阳区。", False)
    rerouted = {"verdict": "rerouted", "reason": "按属地办理"}
    status, problem = call("POST", f"{assignments}/a1/return-decisions", rerouted, key="decide-01", scopes=("dispatch",))
    assert (status, problem["code"]) == (409, "reroute_missing")
    decided = call("POST", f"{assignments}/a1/return-decisions", rerouted | {"to": "CY"}, key="decide-02", scopes=("dispatch",))
    assert decided[0] == 200
    second = the_case(stores, case).assignments[-1]
    assert (second.bureau_code, second.rerouted_from) == ("CY", "a1")
    carried_out(stores, going, build.give_back(second.id))
    upheld = {"verdict": "upheld", "reason": "由你单位办理"}
    status, problem = call("POST", f"{assignments}/{second.id}/return-decisions", upheld, key="decide-03")
    assert (status, problem["code"]) == (409, "return_needs_arbitration")
    path = f"{assignments}/{second.id}/arbitrations"
    assert call("POST", path, upheld, key="decide-04", scopes=("dispatch",))[0] == 403
    assert call("POST", path, upheld, key="decide-05", scopes=("decide",))[0] == 200
    assert the_case(stores, case).assignments[-1].status is AssignmentStatus.ACKNOWLEDGED


def test_more_time_is_granted_or_refused_once_and_the_citizen_is_told(call: Call, stores: Stores, case: Case) -> None:
    going = carried_out(stores, dispatched(stores, case), build.acknowledge(), build.ask_extension(build.after(days=10)))
    path = f"/api/v1/cases/{going.id}/assignments/a1"
    assert call("GET", f"/api/v1/cases/{going.id}")[1]["assignments"][0]["pending_extension"]["reason"] == "鉴定尚未完成。"
    grant = {"until": build.after(days=9).isoformat(), "reason": "鉴定需时"}
    assert call("POST", f"{path}/extension-grants", grant | {"text": "您好"}, key="grant-01", scopes=("dispatch",))[0] == 403
    assert call("POST", f"{path}/extension-grants", grant, key="grant-02")[1]["code"] == "citizen_untold"
    assert call("POST", f"{path}/extension-grants", grant | {"text": "长" * 400}, key="grant-03")[1]["code"] == "text_too_long"
    assert call("POST", f"{path}/extension-grants", grant | {"until": "2026-12-02T18:00"}, key="grant-04")[0] == 422
    assert call("POST", f"{path}/extension-grants", grant | {"until": 0}, key="grant-07")[0] == 422
    told = call("POST", f"{path}/extension-grants", grant | {"text": "您好，预计12月2日前答复您。"}, key="grant-05")
    assert told[0] == 200
    assert call("POST", f"{path}/extension-grants", grant | {"text": "您好，预计12月2日前答复您。"}, key="grant-05") == told
    after = the_case(stores, case)
    assert [reply.text for reply in after.replies] == ["您好，预计12月2日前答复您。"]
    assert after.assignments[0].extensions[-1].state == "granted"
    status, problem = call("POST", f"{path}/extension-refusals", {"reason": "已批准"}, key="grant-06")
    assert (status, problem["code"]) == (409, "extension_missing")


def test_a_joint_bureau_is_excused_and_the_lead_is_not(call: Call, stores: Stores, case: Case) -> None:
    lead, joint = dispatched(stores, case).assignments
    path = f"/api/v1/cases/{case.id}/assignments"
    assert call("POST", f"{path}/{lead.id}/excusals", {"reason": "x"}, key="excuse-01")[1]["code"] == "lead_not_excused"
    assert call("POST", f"{path}/{joint.id}/excusals", {"reason": "主办单位已查明"}, key="excuse-02")[0] == 200
    assert the_case(stores, case).assignments[1].status is AssignmentStatus.EXCUSED


def test_an_answer_that_its_platform_would_refuse_is_refused_at_once(call: Call, stores: Stores, case: Case) -> None:
    status, problem = call("POST", f"/api/v1/cases/{case.id}/replies", {"text": "长" * 400}, key="reply-001")
    assert (status, problem["code"]) == (409, "text_too_long")
    assert the_case(stores, case).version == 1


@pytest.mark.parametrize("body", ["", "{", "[]", '"x"', "null", '{"text": ""}', '{"text": 1}', '{"text": "x", "more": 1}'])
def test_a_body_that_is_none_of_ours_is_refused_without_being_repeated(call: Call, stores: Stores, case: Case, body: str) -> None:
    status, problem = call("POST", f"/api/v1/cases/{case.id}/notes", body, key="note-0009")
    assert status in (400, 422)
    assert problem["status"] == status
    assert the_case(stores, case).version == 1


def test_the_document_is_openapi_3_1_and_names_every_route(app: ModuleType, call: Call) -> None:
    status, document = call("GET", "/api/v1/openapi.json")
    assert status == 200
    assert document["openapi"].startswith("3.1")
    assert len(document["paths"]) == 54
    asked = {method.upper() + " " + path for path, of in document["paths"].items() for method in of}
    assert {"POST /api/v1/" + re.sub(r"<(\w+)>", r"{\1}", one.path) for one in ACTS} < asked
    assert all("problem" in json.dumps(one) for path in document["paths"].values() for one in path.values())


@pytest.mark.parametrize("media_type", ["multipart/form-data", "application/x-www-form-urlencoded", "text/plain", "x"])
def test_a_body_that_is_not_json_is_not_read(call: Call, stores: Stores, case: Case, media_type: str) -> None:
    headers = {"content-type": media_type}
    status, problem = call("POST", f"/api/v1/cases/{case.id}/notes", {"text": "一"}, key="note-0010", headers=headers)
    assert (status, problem["type"]) == (415, "urn:jiesu:problem:media-type")
    assert the_case(stores, case).version == 1


def test_an_address_of_another_method_is_said_to_be_one(call: Call, case: Case) -> None:
    for method, path in (("POST", "/api/v1/bureaus"), ("GET", f"/api/v1/cases/{case.id}/notes")):
        status, problem = call(method, path)
        assert (status, problem["type"]) == (405, "urn:jiesu:problem:method")


def test_an_address_that_is_none_is_a_problem_too(call: Call) -> None:
    status, problem = call("GET", "/api/v1/nothing")
    assert (status, problem["type"]) == (404, "urn:jiesu:problem:not-found")
