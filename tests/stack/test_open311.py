"""Open311 on the deployed template, its role enforced: a city's client hands in, an editor discloses, anybody reads."""

import json
from datetime import UTC, datetime
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import ProxyHandler, Request, build_opener
from xml.etree import ElementTree as Xml

from jiesu.store.api_keys import ApiKeyStore
from tests.eventually import eventually
from tests.stack.town import WITHIN_SECONDS, Town

KEY = "a-key-for-the-stack-test"
OPENER = build_opener(ProxyHandler({}))


def ask(town: Town, path: str, **fields: str) -> tuple[int, Any]:
    """The status and the document; with `fields`, a form is sent."""
    body = urlencode(fields).encode() if fields else None
    try:
        answer: Any = OPENER.open(Request(f"{town.door_url}/open311/{path}", data=body), timeout=60)
    except HTTPError as error:
        answer = error
    with answer:
        document = answer.read()
        return answer.status, json.loads(document) if ".json" in path else Xml.fromstring(document)


def number_of(town: Town, token: str) -> str | None:
    status, [found] = ask(town, f"v2/tokens/{token}.json")
    assert status == 200
    number: str | None = found["service_request_id"]
    return number


def test_a_citys_client_hands_in_a_request_an_editor_discloses_it_and_anybody_reads_it_until_it_is_taken_back(town: Town) -> None:
    directory = town.deployment.outputs["DirectoryTableName"]
    ApiKeyStore(town.emulator.client("dynamodb"), directory).add(KEY, name="12345 热线", now=datetime.now(UTC))
    request = {"service_code": "public_order.nuisance", "address_string": "角门东里", "description": "深夜广场舞音响扰民"}
    assert ask(town, "v2/requests.json", **request)[0] == 403
    status, [taken] = ask(town, "v2/requests.json", api_key=KEY, phone="010-5550-0123", **request)
    assert status == 200
    assert ask(town, "v2/requests.json", api_key=KEY, phone="010-5550-0123", **request) == (200, [taken])
    number = eventually(lambda: number_of(town, taken["token"]), within_seconds=WITHIN_SECONDS)
    assert number is not None
    assert town.case(number).message_count == 1
    assert ask(town, f"v2/requests/{number}.json")[0] == 404

    editor = town.signed_in()
    unmasking = f"unmask/{town.case(number).voices[0].conversation.alias}"
    assert "联系方式：12345 热线 转来；010-5550-0123" in town.act(editor, number, unmasking, reason="须回电核实").text
    town.act(editor, number, "disclose", title="夜间噪声扰民", description="已派民警到场劝阻。", place="丰台区角门")
    status, tree = ask(town, f"v2/requests/{number}.xml")
    assert (status, tree.findtext("request/description")) == (200, "夜间噪声扰民\n已派民警到场劝阻。")
    status, listed = ask(town, "v2/requests.json?status=open&service_code=public_order.nuisance")
    assert (status, [one["address"] for one in listed]) == (200, ["丰台区角门"])

    town.act(editor, number, "conceal", reason="标题有误")
    assert ask(town, f"v2/requests/{number}.json")[0] == 404
    assert ask(town, "v2/requests.json") == (200, [])
    assert ask(town, "discovery.json")[1]["endpoints"][0]["url"] == f"{town.door_url}/open311/v2"
