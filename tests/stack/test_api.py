"""The API on the deployed template with its role enforced: what a system of the police intranet does in one case's life."""

import json
import secrets
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request

from jiesu.model.scopes import Scope
from jiesu.model.words import AssignmentStatus
from jiesu.store.api_keys import ApiKeyStore
from tests.eventually import eventually
from tests.stack.town import OPENER, WITHIN_SECONDS, Town


class Client:
    """A system with a key of every scope."""

    def __init__(self, town: Town, name: str) -> None:
        self.town, self.key, self.numbers = town, secrets.token_urlsafe(32), count(10_000_000)
        keys = ApiKeyStore(town.emulator.client("dynamodb"), town.deployment.outputs["DirectoryTableName"])
        keys.add(self.key, name=name, now=datetime.now(UTC), scopes=tuple(Scope))

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        headers = {
            "Authorization": f"Bearer {self.key}",
            "Content-Type": "application/json",
            "Idempotency-Key": str(next(self.numbers)),
        }
        data = None if body is None else json.dumps(body).encode()
        request = Request(f"{self.town.door_url}/api/v1/{path}", data=data, headers=headers, method=method)
        try:
            with OPENER.open(request, timeout=60) as answer:
                return json.load(answer)
        except HTTPError as error:
            raise AssertionError(f"{method} {path}: {error.code} {error.read().decode()}") from error

    def act(self, case_id: str, path: str, body: Any) -> Any:
        return self.ask("POST", f"cases/{case_id}/{path}", body)


def test_a_system_finds_dispatches_asks_publishes_and_merges_with_no_more_rights_than_the_function_has(town: Town) -> None:
    client, second = Client(town, "指挥平台"), Client(town, "督察平台")
    report = "大红门桥下有人夜里敲诈过路司机，请回电 199-0000-0177 @平安北京"
    town.deliver(town.push(report, via="weibo.mention.status", who="路人壬一"))
    case_id = town.case_titled("大红门桥下").id

    (found,) = client.ask("POST", "lookups", {"kind": "telephone", "typed": "19900000177"})["items"]
    assert found["case_id"] == case_id
    assert case_id in [one["case_id"] for one in client.ask("POST", "searches", {"words": "大红门桥"})["items"]]

    bulletin = {
        "title": "敲诈过路司机",
        "facts": "有人敲诈司机。",
        "category": found["category"],
        "urgency": "routine",
        "lead": "FT",
    }
    assert client.act(case_id, "dispatches", bulletin)["changed"]
    assert client.act(case_id, "consultations", {"question": "桥下归谁管？", "bureaus": ["FT"]})["changed"]
    asked = client.ask("GET", f"cases/{case_id}")["assignments"][1]["id"]
    client.act(case_id, f"assignments/{asked}/withdrawals", {"reason": "已查明"})
    assert town.case(case_id).assignments[1].status is AssignmentStatus.WITHDRAWN
    assert client.act(case_id, "askings", {})["changed"]

    account = next(
        one["id"] for one in client.ask("GET", "accounts")["items"] if one["publishes"] and one["platform"] == "wechat"
    )
    client.act(case_id, "publications", {"title": "情况通报", "text": "已依法处理。", "accounts": [account]})
    (draft,) = client.ask("GET", f"cases/{case_id}")["publications"]
    assert second.ask("POST", f"cases/{case_id}/publications/{draft['id']}/approvals")["changed"]

    other = "成寿寺路口有人在垃圾堆旁遗弃三只小狗，请处理 @平安北京"
    town.deliver(town.push(other, via="weibo.mention.status", who="路人壬二"))
    other_id = town.case_titled("成寿寺路口").id
    client.act(other_id, "merges", {"other": case_id, "reason": "试并"})
    eventually(lambda: not town.case(case_id).moving, within_seconds=WITHIN_SECONDS)
    client.act(case_id, "merge-undoings", {"other": other_id})
    eventually(lambda: not town.case(other_id).moving, within_seconds=WITHIN_SECONDS)
    (message,) = client.ask("GET", f"cases/{other_id}/messages")["items"]
    assert client.act(other_id, "replies", {"text": "您好，已转相关部门。", "message": message["id"]})["changed"]

    month = f"{datetime.now(UTC) + timedelta(hours=8):%Y-%m}"
    behind = client.ask("GET", f"figures/timeliness?month={month}")["bureaus"]
    assert case_id in [line["case_id"] for bureau in behind for line in bureau["assignments"]]
    for listed in ("late", "decisions", "answers", "bureaus"):
        client.ask("GET", listed)
