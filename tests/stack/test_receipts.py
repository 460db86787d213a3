"""Mail and SMS that do not arrive, on the deployed template with an SMS gateway: next contact, next channel, then a person."""

import json
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.request import Request as HttpRequest

import pytest

from jiesu.model.case import Case
from jiesu.model.ladder import EscalationPlan
from jiesu.model.words import ContactRole, DeliveryState, NoticeTemplate, RungAction, TaskKind, Transport, Urgency
from jiesu.store.deliveries import Delivery, DeliveryStore
from jiesu.store.directory import DirectoryStore, Office
from local.serving import HOST, Server
from local.world.sms_gateway import SmsGateway, Taken
from tests import builders as build
from tests.eventually import eventually
from tests.stack.town import OPENER, WITHIN_SECONDS, Town, free_ports, running_town

DUTY_OFFICER, CHIEF = build.bureau_contacts()
SECRET_NAME = "jiesu-sms-gateway"


def reminded_at_once() -> EscalationPlan:
    """Two seconds after the dispatch the duty officer alone is reminded; whoever is late is late in hours."""
    term = timedelta(hours=2)
    rungs = (
        build.a_rung_plan(timedelta(seconds=2) - term, ContactRole.DUTY_OFFICER),
        build.a_rung_plan(timedelta(), ContactRole.CHIEF),
        build.a_rung_plan(term, ContactRole.SUPERVISOR, action=RungAction.SUPERVISION),
    )
    return build.a_plan(acknowledgement=build.a_ladder_plan(term, rungs))


OFFICE = Office(
    contacts=build.office_contacts(),
    plans={Urgency.ROUTINE: build.a_plan(), Urgency.URGENT: reminded_at_once(), Urgency.CRITICAL: build.a_plan()},
)


@dataclass(frozen=True, slots=True)
class Served:
    """The town whose SMS go through `gateway`."""

    town: Town
    gateway: SmsGateway

    @property
    def store(self) -> DeliveryStore:
        outputs = self.town.deployment.outputs
        return DeliveryStore(self.town.emulator.client("dynamodb"), deliveries_table_name=outputs["DeliveriesTableName"])

    def dispatched(self, place: str, urgency: Urgency) -> Case:
        """A new case at `place`, dispatched to Fengtai."""
        assert self.town.deliver(self.town.push(f"{place}有人打架,请民警处理", via="weibo.private", who=place)) == (200, "")
        case = self.town.case_titled(place)
        form = {"title": "网民反映打架", "facts": "网民反映有人打架。", "lead": "FT", "urgency": urgency.value}
        self.town.act(self.town.signed_in(), case.id, "dispatch", **form)
        return self.town.case(case.id)

    def sent(self, case: Case, template: NoticeTemplate, transport: Transport, contact: str) -> Delivery:
        """The one delivery of that kind, once its provider has taken it."""

        def found() -> list[Delivery]:
            return [
                one
                for one in self.store.traces(case.id).deliveries
                if one.description.kind == "notice"
                and (one.description.template, one.description.transport) == (template, transport)
                and one.description.contact == contact
                and one.sent_at is not None
            ]

        (delivery,) = eventually(found, within_seconds=WITHIN_SECONDS)
        return delivery

    def bounce(self, delivery: Delivery) -> None:
        """SES says to its topic, twice, that nobody has this address."""
        now = datetime.now(UTC).isoformat()
        said = {
            "eventType": "Bounce",
            "bounce": {"bounceType": "Permanent", "bounceSubType": "NoEmail", "timestamp": now},
            "mail": {"messageId": delivery.provider_ref, "timestamp": now},
        }
        topic = self.town.deployment.outputs["MailReceiptsTopicArn"]
        for _ in range(2):
            self.town.emulator.client("sns").publish(TopicArn=topic, Message=json.dumps(said))

    def state(self, delivery: Delivery) -> DeliveryState:
        return next(one.state for one in self.store.traces(delivery.case_id).deliveries if one.id == delivery.id)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A town of its own: the other tests' SMS go by SNS."""
    (port,) = free_ports(1)
    where: list[str] = []

    def call_back(body: bytes, headers: Mapping[str, str]) -> None:
        if not where:
            return  # the office has closed
        asked = HttpRequest(f"{where[0]}/receipts/sms", data=body, headers=dict(headers), method="POST")
        with OPENER.open(asked, timeout=60) as answer:
            assert answer.status == 202

    gateway = SmsGateway(api_key="a", receipt_key="r", call_back=call_back, clock=lambda: datetime.now(UTC))

    with (
        Server(gateway, port=port),
        running_town(
            tmp_path_factory.mktemp("gateway-town"),
            parameters={
                "SmsTransport": "http",
                "SmsGatewayUrl": f"http://{HOST}:{port}/",
                "SmsGatewaySecretName": SECRET_NAME,
            },
            stored_secrets={SECRET_NAME: json.dumps({"api_key": "a", "receipt_key": "r"})},
        ) as town,
    ):
        where.append(town.door_url)
        outputs = town.deployment.outputs
        DirectoryStore(town.emulator.client("dynamodb"), directory_table_name=outputs["DirectoryTableName"]).put_office(
            OFFICE, build.a_note()
        )
        yield Served(town, gateway)
        # An SMS of the last moment may still be reported on: not to an office that is being taken down.
        where.clear()
        for report in (one for one in threading.enumerate() if one.name == "receipt"):
            report.join()


def test_a_bounce_leads_to_the_next_contact_then_to_the_sms_then_to_the_telephone_task(served: Served) -> None:
    case = served.dispatched("方庄南里", Urgency.URGENT)
    escalated = NoticeTemplate.ESCALATED
    served.bounce(served.sent(case, escalated, Transport.MAIL, DUTY_OFFICER.name))
    to_chief = served.sent(case, escalated, Transport.MAIL, CHIEF.name)
    assert not served.town.case(case.id).tasks
    served.gateway.fates[CHIEF.phone] = "blocked"
    served.bounce(to_chief)
    by_sms = served.sent(case, escalated, Transport.SMS, CHIEF.name)
    (task,) = eventually(lambda: served.town.case(case.id).tasks, within_seconds=WITHIN_SECONDS)
    assert (task.kind, task.subject, task.reason) == (TaskKind.NOTICE_FAILED, by_sms.id, "blocked")
    page = served.town.signed_in().get(f"{served.town.door_url}/desk/cases/{case.id}").text
    assert f"改用邮件通知单位负责人 {CHIEF.name}" in page
    assert f"改用短信通知单位负责人 {CHIEF.name}" in page
    assert "没有其他联系方式可用，需要电话通知" in page
    del served.gateway.fates[CHIEF.phone]


def test_the_gateways_receipt_marks_an_sms_as_delivered(served: Served) -> None:
    case = served.dispatched("成寿寺路", Urgency.ROUTINE)
    sms = served.sent(case, NoticeTemplate.DISPATCHED, Transport.SMS, DUTY_OFFICER.name)
    eventually(lambda: served.state(sms) is DeliveryState.DELIVERED, within_seconds=WITHIN_SECONDS)
    assert "已送达" in served.town.signed_in().get(f"{served.town.door_url}/desk/cases/{case.id}").text


def test_a_receipt_before_its_record_waits(served: Served) -> None:
    waited: list[str] = []

    def until_it_waits(taken: Taken) -> None:
        eventually(lambda: served.store.waiting_receipts("http", taken.id), within_seconds=8)
        waited.append(taken.reference)

    served.gateway.before_answer = until_it_waits
    try:
        case = served.dispatched("木樨园桥", Urgency.ROUTINE)
        sms = served.sent(case, NoticeTemplate.DISPATCHED, Transport.SMS, DUTY_OFFICER.name)
    finally:
        served.gateway.before_answer = None
    assert sms.id in waited
    eventually(lambda: served.state(sms) is DeliveryState.DELIVERED, within_seconds=WITHIN_SECONDS)
