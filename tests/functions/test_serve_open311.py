"""Open311 as a city's 311 client and any stranger meet it: the function on an emulated AWS."""

import base64
import importlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from types import ModuleType
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from xml.etree import ElementTree as Xml

import boto3
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from jiesu.cases.commands import Command
from jiesu.cases.disclosure import Conceal
from jiesu.model.case import Case
from jiesu.model.message import Message
from jiesu.model.numbers import case_id_for
from jiesu.model.words import CaseStatus, Platform, Resolution
from jiesu.open311.arguments import MAX_BODY_BYTES
from jiesu.open311.endpoint import REPEATED_WITHIN, Open311Endpoint
from jiesu.runtime import clients
from jiesu.store import entered
from tests import builders as build
from tests.conftest import Stores
from tests.dying import counting, refusing
from tests.functions.browser import sample_event
from tests.functions.conftest import queue_url, sqs_event

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

KEY = "a-key-for-tests-with-256-random-bits"
FORM = {
    "api_key": KEY,
    "service_code": "public_order.offence",
    "lat": "39.8417",
    "long": "116.3712",
    "address_string": "丰台区马家堡西路",
    "description": "电梯里有人往按键上吐痰",
    "first_name": "网民",
    "phone": "010-5550-0123",
}


class Client:
    """A 311 client. `now` is the hour at which it asks."""

    def __init__(self, stores: Stores, sqs: "SQSClient", **changes: str) -> None:
        self.stores = stores
        self.sqs = sqs
        self.now = build.NOW
        settings = {"jurisdiction_id": "", "office_name": "平安北京", "public_base_url": "https://jiesu.example.org"} | changes
        self.endpoint = Open311Endpoint(
            requests=stores.public_requests,
            messages=stores.messages,
            api_keys=stores.api_keys,
            transient=stores.transient,
            sqs=sqs,
            inbox_queue_url=queue_url("InboxQueue"),
            **settings,
        )

    def ask(self, event: Mapping[str, Any]) -> tuple[int, Any]:
        """The status, and the document in JSON or as an XML tree, whose headers are as the specification has them."""
        answer = self.endpoint.answer(event, self.now)
        media_type = answer["headers"]["Content-Type"]
        if media_type == "application/json; charset=utf-8":
            return answer["statusCode"], json.loads(answer["body"])
        assert media_type == "text/xml; charset=utf-8"
        assert answer["body"].startswith('<?xml version="1.0" encoding="utf-8"?>')
        return answer["statusCode"], Xml.fromstring(answer["body"].encode())

    def get(self, path: str, **arguments: str | Sequence[str]) -> tuple[int, Any]:
        query = {name: [value] if isinstance(value, str) else list(value) for name, value in arguments.items()}
        return self.ask(request("GET", path, query=query))

    def post(self, endpoint: str = "v2/requests.json", /, **changes: str | None) -> tuple[int, Any]:
        fields = {name: value for name, value in (FORM | changes).items() if value is not None}
        return self.ask(request("POST", endpoint, body=urlencode(fields)))

    def handed_in(self) -> list[Message]:
        """What waits in the inbox, taken out of it."""
        found = []
        while messages := self.sqs.receive_message(QueueUrl=queue_url("InboxQueue"), MaxNumberOfMessages=10).get("Messages"):
            for one in messages:
                found.append(entered.from_queue_body(one["Body"]))
                self.sqs.delete_message(QueueUrl=queue_url("InboxQueue"), ReceiptHandle=one["ReceiptHandle"])
        return found


def request(
    method: str, path: str, *, query: Mapping[str, Sequence[str]] | None = None, body: str | None = None
) -> dict[str, Any]:
    """The proxy event of a request below `/open311`."""
    return {
        "httpMethod": method,
        "path": f"/open311/{path}",
        "pathParameters": {"proxy": path},
        "headers": {"content-type": "application/x-www-form-urlencoded; charset=utf-8"} if body is not None else {},
        "multiValueQueryStringParameters": query or None,
        "requestContext": {"domainName": "api.example.org", "path": f"/prod/open311/{path}"},
        "body": body,
        "isBase64Encoded": False,
    }


@pytest.fixture
def client(stores: Stores, sqs: "SQSClient", telephone_secret: None) -> Client:
    stores.api_keys.add(KEY, name="12345 热线", now=build.NOW)
    return Client(stores, sqs)


def disclosed(
    stores: Stores, number: int = 1, *commands: Command, days: float = 0, category: str = "public_order.offence"
) -> Case:
    """A case opened so long after `NOW` and disclosed, on which `commands` were then carried out."""
    message = build.a_message(id=f"weibo:{number}", citizen_id=f"citizen-{number}")
    at = build.after(days=days)
    case = stores.messages.open_case(
        stores.cases,
        build.a_screened(message=message, triage=build.a_triage(category=category)),
        case_id=case_id_for(message.id, at.date()),
        title="网民原话里的标题",
        now=at,
        previous_case_id=None,
    )
    for command in (build.disclose(), *commands):
        case = stores.cases.execute(case.id, command, actor=build.EDITOR, now=at + timedelta(minutes=1)).case
    return case


def ids(found: tuple[int, Any]) -> list[str]:
    status, document = found
    assert status == 200
    return [one["service_request_id"] for one in document]


def refused(found: tuple[int, Any]) -> tuple[int, list[str]]:
    """The HTTP status, and each error's description; the first error's code is the status."""
    status, errors = found
    assert errors[0]["code"] == status
    assert all(set(one) == {"code", "description"} for one in errors)
    return status, [one["description"] for one in errors]


# --- Services and discovery -------------------------------------------------------------------


def test_the_services_are_the_offices_categories_without_what_is_no_police_matter(client: Client) -> None:
    status, services = client.get("v2/services.json")
    assert status == 200
    codes = [one["service_code"] for one in services]
    assert "public_order.offence" in codes
    assert not {"noise", "not_police"} & set(codes)
    assert services[0] == {
        "service_code": "public_order.offence",
        "service_name": "治安案件",
        "description": "社会治安·治安案件",
        "metadata": False,
        "type": "batch",
        "keywords": "治安案件, 社会治安",
        "group": "社会治安",
    }


def test_xml_and_json_say_the_same_of_services(client: Client) -> None:
    _, tree = client.get("v2/services.xml")
    _, services = client.get("v2/services.json")
    assert tree.tag == "services"
    assert {one.tag for one in tree} == {"service"}
    said = [{field.tag: field.text for field in one} for one in tree]
    assert said == [{name: "false" if value is False else value for name, value in one.items()} for one in services]


def test_a_service_has_a_definition_without_attributes(client: Client) -> None:
    definition = {"service_code": "public_order.offence", "attributes": []}
    assert client.get("v2/services/public_order.offence.json") == (200, definition)
    _, tree = client.get("v2/services/public_order.offence.xml")
    assert (tree.tag, [field.tag for field in tree]) == ("service_definition", ["service_code", "attributes"])
    assert refused(client.get("v2/services/001.json")) == (404, ["service_code was not found"])


def test_discovery_names_the_endpoint_and_both_formats(client: Client) -> None:
    _, found = client.get("discovery.json")
    (endpoint,) = found["endpoints"]
    assert endpoint["url"] == "https://jiesu.example.org/open311/v2"
    assert endpoint["specification"] == "http://wiki.open311.org/GeoReport_v2"
    assert endpoint["formats"] == ["text/xml", "application/json"]
    _, tree = client.get("discovery.xml")
    assert [one.text for one in tree.iterfind("endpoints/endpoint/formats/format")] == ["text/xml", "application/json"]


def test_without_a_public_address_discovery_names_the_gateways_own_and_no_header(stores: Stores, sqs: "SQSClient") -> None:
    event = request("GET", "discovery.json") | {"headers": {"Host": "evil.example.org", "X-Forwarded-Host": "evil.example.org"}}
    _, found = Client(stores, sqs, public_base_url="").ask(event)
    assert found["endpoints"][0]["url"] == "https://api.example.org/prod/open311/v2"


# --- Reading what is public -------------------------------------------------------------------


def test_a_disclosed_case_is_shown_in_the_words_written_for_it(client: Client) -> None:
    case = disclosed(client.stores)
    expected = {
        "service_request_id": case.id,
        "status": "open",
        "status_notes": "已受理",
        "service_name": "治安案件",
        "service_code": "public_order.offence",
        "description": "电梯内不文明行为\n已依法处理。",
        "agency_responsible": "平安北京",
        "service_notice": None,
        "requested_datetime": "2026-11-23T01:30:00Z",
        "updated_datetime": "2026-11-23T01:31:00Z",
        "expected_datetime": None,
        "address": "丰台区马家堡西路",
        "address_id": None,
        "zipcode": None,
        "lat": None,
        "long": None,
        "media_url": None,
    }
    assert client.get(f"v2/requests/{case.id}.json") == (200, [expected])
    assert client.get("v2/requests.json") == (200, [expected])
    _, tree = client.get(f"v2/requests/{case.id}.xml")
    assert tree.tag == "service_requests"
    assert {field.tag: field.text for field in tree[0]} == expected
    assert tree[0].tag == "request"


def test_nothing_private_is_shown_by_any_address(client: Client) -> None:
    private = disclosed(client.stores, 1, Conceal(reason="标题有误"))
    public = disclosed(client.stores, 2)
    assert refused(client.get(f"v2/requests/{private.id}.json")) == (404, ["service_request_id was not found"])
    assert ids(client.get("v2/requests.json")) == [public.id]
    assert ids(client.get("v2/requests.json", service_request_id=f"{private.id},{public.id}")) == [public.id]
    for path in ("v2/requests.json", "v2/requests.xml", f"v2/requests/{public.id}.json"):
        body = client.endpoint.answer(request("GET", path), client.now)["body"]
        assert "网民原话里的标题" not in body
        assert "citizen" not in body


def test_a_closed_case_is_closed_for_the_public(client: Client) -> None:
    case = disclosed(client.stores, 1, build.close(Resolution.HANDLED))
    _, [found] = client.get(f"v2/requests/{case.id}.json")
    assert (found["status"], found["status_notes"]) == ("closed", "已办理")


def test_status_codes_and_dates_narrow_the_list_and_the_newest_come_first(client: Client) -> None:
    client.now = build.after(days=10)
    first = disclosed(client.stores, 1)
    second = disclosed(client.stores, 2, build.close(), days=1)
    third = disclosed(client.stores, 3, days=2, category="public_order.nuisance")
    everything = [third.id, second.id, first.id]
    assert ids(client.get("v2/requests.json")) == everything
    assert ids(client.get("v2/requests.json", status="open")) == [third.id, first.id]
    assert ids(client.get("v2/requests.json", status="closed")) == [second.id]
    assert ids(client.get("v2/requests.json", status=["open", "closed"])) == everything
    assert ids(client.get("v2/requests.json", status="", service_code="")) == everything
    assert ids(client.get("v2/requests.json", service_code="public_order.nuisance,unknown")) == [third.id]
    assert ids(client.get("v2/requests.json", start_date="2026-11-24T00:00:00+08:00")) == [third.id, second.id]
    assert ids(client.get("v2/requests.json", start_date="2026-11-24T00:00:00 08:00")) == [third.id, second.id]
    assert ids(client.get("v2/requests.json", end_date="2026-11-23T01:30:00Z")) == [first.id]
    by_name = client.get("v2/requests.json", service_request_id=[first.id, second.id], status="open", start_date="nonsense")
    assert ids(by_name) == [first.id, second.id]


def test_without_dates_the_last_ninety_days_are_shown(client: Client) -> None:
    case = disclosed(client.stores)
    client.now = build.after(days=90)
    assert ids(client.get("v2/requests.json")) == [case.id]
    client.now = build.after(days=91)
    assert ids(client.get("v2/requests.json")) == []
    assert ids(client.get("v2/requests.json", start_date="2026-11-01T00:00:00Z")) == [case.id]


def test_a_long_list_is_turned_over_page_by_page(client: Client) -> None:
    client.now = build.after(days=10)
    cases = [disclosed(client.stores, number, days=number / 24) for number in range(1, 6)]
    newest_first = [case.id for case in reversed(cases)]
    pages = [ids(client.get("v2/requests.json", page=str(page), page_size="2")) for page in (1, 2, 3, 4)]
    assert pages == [newest_first[:2], newest_first[2:4], newest_first[4:], []]


def test_a_list_is_one_query_a_status_however_small_its_page(client: Client) -> None:
    for number in range(1, 6):
        disclosed(client.stores, number)
    client.now = build.after(days=1)
    for arguments in ({}, {"page_size": "1", "page": "3"}, {"page_size": "1", "service_code": "public_order.nuisance"}):
        with counting(client.stores.client) as calls:
            client.get("v2/requests.json", **arguments)
        assert calls == ["Query", "Query"], arguments


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"status": "reopened"}, "status must be open or closed"),
        ({"start_date": "2026-11-23"}, "start_date must be a time with its zone"),
        ({"start_date": "2026-11-23T00:00:00"}, "start_date must be a time with its zone"),
        ({"end_date": "2026-02-31T00:00:00Z"}, "end_date must be a time with its zone"),
        ({"start_date": "2026-01-01T00:00:00Z", "end_date": "2026-11-01T00:00:00Z"}, "span more than 90 days"),
        ({"start_date": "2026-11-02T00:00:00Z", "end_date": "2026-11-01T00:00:00Z"}, "start_date is later than end_date"),
        ({"page": "0"}, "page must be a number from 1"),
        ({"page_size": "1001"}, "page_size must be a number from 1 to 1000"),
        ({"page": "11"}, "pages end at 10000"),
        ({"service_request_id": ",".join(["261123-7KQ4MX"] * 101)}, "names more than 100"),
    ],
)
def test_a_question_that_makes_no_sense_is_400_with_what_is_wrong(client: Client, arguments: dict[str, str], said: str) -> None:
    status, descriptions = refused(client.get("v2/requests.json", **arguments))
    assert status == 400
    assert said in descriptions[0]


@pytest.mark.parametrize("path", ["v2/requests.csv", "v2/requests", "v1/services.xml", "v2/tokens.xml", "v2/a/b/c.xml", "", "."])
def test_an_address_that_is_none_is_404_in_xml(client: Client, path: str) -> None:
    status, tree = client.get(path)
    assert (status, tree.tag, tree.findtext("error/code")) == (404, "errors", "404")


def test_another_jurisdiction_is_not_ours(client: Client, stores: Stores, sqs: "SQSClient") -> None:
    bounded = Client(stores, sqs, jurisdiction_id="police.example.org")
    assert bounded.get("v2/services.json", jurisdiction_id="police.example.org")[0] == 200
    assert bounded.get("v2/services.json", jurisdiction_id="")[0] == 200
    assert refused(bounded.get("v2/services.json", jurisdiction_id="sfgov.org")) == (404, ["jurisdiction_id was not found"])
    assert refused(bounded.post(jurisdiction_id="sfgov.org"))[0] == 404
    assert client.get("v2/services.json", jurisdiction_id="sfgov.org")[0] == 200


# --- Handing in -------------------------------------------------------------------------------


def ingest(client: Client, monkeypatch: pytest.MonkeyPatch, *messages: Message) -> list[Case]:
    """Hand `messages` to the inbox's consumer; the cases there are then."""
    monkeypatch.setattr(clients, "dynamodb", lambda: client.stores.client)
    app: ModuleType = importlib.reload(importlib.import_module("functions.ingest_message.app"))
    assert app.handler(sqs_event(*(entered.to_queue_body(one) for one in messages)), None) == {"batchItemFailures": []}
    return list(client.stores.cases.queue(CaseStatus.OPEN).cases)


def test_a_request_goes_down_the_same_road_as_every_message_and_its_token_leads_to_its_case(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    status, [taken] = client.post()
    assert (status, set(taken)) == (200, {"token", "service_notice", "account_id"})
    pending = {"service_request_id": None, "token": taken["token"]}
    assert client.get(f"v2/tokens/{taken['token']}.json") == (200, [pending])
    (case,) = ingest(client, monkeypatch, *client.handed_in())
    assert case.category == "public_order.offence"
    assert case.place.district == "丰台区"
    assert case.latest_message is not None
    assert case.latest_message.platform is Platform.OPEN311
    assert client.get(f"v2/tokens/{taken['token']}.json") == (200, [pending | {"service_request_id": case.id}])
    _, tree = client.get(f"v2/tokens/{taken['token']}.xml")
    assert tree.findtext("request/service_request_id") == case.id
    assert client.get(f"v2/requests/{case.id}.json")[0] == 404, "handed in is not disclosed"


def test_what_a_person_passed_on_opens_a_case_however_it_reads(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    client.post(description="早上好，辛苦了", service_code="public_order.nuisance")
    (case,) = ingest(client, monkeypatch, *client.handed_in())
    assert case.category == "public_order.nuisance"


def test_two_requests_of_one_client_are_two_cases(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    client.post()
    client.post(description="另一件事，有人打架")
    assert len(ingest(client, monkeypatch, *client.handed_in())) == 2


def test_who_sent_it_is_told_to_the_desk_and_stays_out_of_the_text(client: Client) -> None:
    client.post(media_url="https://media.example.org/1.jpg", email="wangmin@example.org")
    (message,) = client.handed_in()
    assert message.contact == "12345 热线 转来；网民，010-5550-0123，wangmin@example.org"
    assert message.nickname == "网民"
    assert message.text == "电梯里有人往按键上吐痰\n地点：丰台区马家堡西路\n附件：https://media.example.org/1.jpg"
    assert message.position is not None
    assert (message.position.latitude, message.position.longitude) == (39.8417, 116.3712)


def test_a_retry_within_a_day_is_the_same_request(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    _, [first] = client.post()
    client.now += REPEATED_WITHIN - timedelta(seconds=1)
    _, [again] = client.post()
    assert again == first
    messages = client.handed_in()
    assert len(messages) == 2
    assert messages[0] == messages[1]
    assert len(ingest(client, monkeypatch, *messages)) == 1


def test_the_same_words_a_day_later_are_another_request(client: Client) -> None:
    _, [first] = client.post()
    client.now += REPEATED_WITHIN
    _, [later] = client.post()
    assert later["token"] != first["token"]


def test_another_clients_same_words_are_another_request(client: Client) -> None:
    client.stores.api_keys.add("another-key", name="城管", now=build.NOW)
    _, [ours] = client.post()
    _, [theirs] = client.post(api_key="another-key")
    assert ours["token"] != theirs["token"]


def test_a_request_that_the_queue_did_not_take_is_503_and_its_retry_is_the_same(client: Client) -> None:
    with refusing(client.sqs, "SendMessage", "ServiceUnavailable"):
        assert refused(client.post())[0] == 503
    assert client.post()[0] == 200
    assert len(client.handed_in()) == 1


@pytest.mark.parametrize("key", [None, "", " ", "wrong", "x" * 5_000, "键", "\x00"])
def test_without_a_valid_key_nothing_is_taken(client: Client, key: str | None) -> None:
    assert refused(client.post(api_key=key)) == (403, ["api_key is missing or not valid"])
    assert client.handed_in() == []


def test_a_revoked_key_is_no_key(client: Client) -> None:
    (key,) = client.stores.api_keys.all()
    client.stores.api_keys.revoke(key, build.NOW)
    assert refused(client.post())[0] == 403


@pytest.mark.parametrize(
    ("changes", "status", "said"),
    [
        ({"service_code": None}, 400, "service_code was not provided"),
        ({"service_code": "001"}, 404, "service_code was not found"),
        ({"service_code": "noise"}, 404, "service_code was not found"),
        ({"lat": None, "long": None, "address_string": None}, 400, "lat and long, or address_string, must be provided"),
        ({"lat": None, "long": None, "address_string": None, "address_id": "7"}, 400, "address_id is not known here"),
        ({"long": None}, 400, "lat and long must both be degrees"),
        ({"lat": "91"}, 400, "lat and long must both be degrees"),
        ({"lat": "nan"}, 400, "lat and long must both be degrees"),
        ({"long": "1e400"}, 400, "lat and long must both be degrees"),
        ({"description": "字" * 4_001}, 400, "description is longer than 4000 characters"),
        ({"media_url": "javascript:alert(1)"}, 400, "media_url must be an http or https address"),
    ],
)
def test_a_request_that_is_not_whole_is_refused_with_what_is_wrong(
    client: Client, changes: dict[str, str | None], status: int, said: str
) -> None:
    found, descriptions = refused(client.post(**changes))
    assert found == status
    assert said in descriptions[0]
    assert client.handed_in() == []


def test_everything_that_is_wrong_is_said_at_once_in_both_formats(client: Client) -> None:
    wrong: dict[str, str | None] = {"service_code": "001", "lat": "x", "phone": "1" * 33}
    assert len(refused(client.post(**wrong))[1]) == 3
    status, tree = client.post("v2/requests.xml", **wrong)
    assert (status, [one.findtext("code") for one in tree.iterfind("error")]) == (404, ["404", "400", "400"])


def test_a_place_in_words_or_in_degrees_is_enough(client: Client) -> None:
    assert client.post(lat=None, long=None)[0] == 200
    assert client.post(address_string=None, description=None)[0] == 200
    texts = [message.text for message in client.handed_in()]
    assert sorted(texts) == ["治安案件", "电梯里有人往按键上吐痰\n地点：丰台区马家堡西路"]


@pytest.mark.parametrize(
    "event",
    [
        request("POST", "v2/requests.json", body="x" * (MAX_BODY_BYTES + 1)),
        request("POST", "v2/requests.json", body="%FF=%FE"),
        request("POST", "v2/requests.json", body="&".join(f"a{number}=1" for number in range(101))),
        request("POST", "v2/requests.json", body="{}") | {"headers": {"Content-Type": "application/json"}},
        request("POST", "v2/requests.json", body="no base 64!") | {"isBase64Encoded": True},
        request("POST", "v2/requests.json", body=base64.b64encode(b"\xff\xfe").decode()) | {"isBase64Encoded": True},
        request("POST", "v2/requests.json") | {"headers": None},
    ],
)
def test_a_body_that_is_no_form_is_400(client: Client, event: dict[str, Any]) -> None:
    assert refused(client.ask(event))[0] == 400


@pytest.mark.parametrize("token", ["", "x", "0" * 40, f"{'0' * 40}-00000000", f"{'a' * 40}-ffffffff"])
def test_an_unknown_token_is_404(client: Client, token: str) -> None:
    assert refused(client.get(f"v2/tokens/{token}.json")) == (404, ["token was not found"])


def test_posting_anywhere_else_is_404(client: Client) -> None:
    assert client.post("v2/services.json")[0] == 404


# --- Hostile input ----------------------------------------------------------------------------

texts = st.text(max_size=60)
times = st.sampled_from(["0001-01-01T00:00:00Z", "9999-12-31T23:59:59-23:59", "2026-11-23T00:00:00Z", "0000-00-00T00:00Z"])
names = st.sampled_from([*FORM, "start_date", "end_date", "status", "page", "page_size", "service_request_id", "jurisdiction_id"])
values = texts | times | st.sampled_from([*FORM.values(), "open", "-1", "99999", "９", "1e999", ",,,", "261123-7KQ4MX"])
paths = st.sampled_from(
    ["discovery", "v2/services", "v2/services/x", "v2/requests", "v2/requests/261123-7KQ4MX", f"v2/tokens/{'0' * 40}-ffffffff"]
)


@given(
    path=paths | texts,
    ending=st.sampled_from([".json", ".xml", "", ".JSON"]),
    query=st.dictionaries(names | texts, st.lists(values, max_size=3), max_size=6),
    form=st.dictionaries(names | texts, values, max_size=10),
    method=st.sampled_from(["GET", "POST"]),
    keyed=st.booleans(),
)
@example(path="v2/requests", ending=".json", query={"end_date": ["0001-01-01T00:00:00Z"]}, form={}, method="GET", keyed=False)
@example(path="v2/requests", ending=".json", query={"start_date": ["9999-12-31T23:59:59Z"]}, form={}, method="GET", keyed=False)
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_a_stranger_sends_is_answered_and_never_with_a_5xx(
    client: Client, *, path: str, ending: str, query: dict[str, list[str]], form: dict[str, str], method: str, keyed: bool
) -> None:
    fields = form | ({"api_key": KEY} if keyed else {})
    body = urlencode(fields, errors="surrogatepass") if method == "POST" else None
    status, _ = client.ask(request(method, path + ending, query=query, body=body))
    assert status in (200, 400, 403, 404)


# --- The function -----------------------------------------------------------------------------


@pytest.fixture
def app(client: Client, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.setattr(clients, "dynamodb", lambda: client.stores.client)
    monkeypatch.setattr(clients, "sqs", lambda: boto3.client("sqs"))
    return importlib.reload(importlib.import_module("functions.serve_open311.app"))


def test_the_samples_are_answered(app: ModuleType) -> None:
    listed = app.handler(sample_event("serve_open311_requests.json"), None)
    assert (listed["statusCode"], listed["body"]) == (200, "[]")
    strange = app.handler(sample_event("serve_open311_hand_in.json"), None)
    assert strange["statusCode"] == 403
    assert datetime.fromisoformat("2026-11-23T01:30:00Z") == build.NOW
