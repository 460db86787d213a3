"""The real template on the embedded AWS with IAM enforced, the world around it, and the people who use it."""

import json
import secrets
import socket
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import ProxyHandler, Request, build_opener

from jiesu.model.case import Case
from jiesu.model.ladder import EscalationPlan
from jiesu.model.message import ConversationKey, Message
from jiesu.model.words import CaseStatus, ContactRole, Platform, RungAction, Urgency, UserRole
from jiesu.store import keys
from jiesu.store.cases import CaseStore
from jiesu.store.codec import dumps, loads
from jiesu.store.directory import DirectoryStore, Office
from local import demo as demo_file
from local.demo import MAIL_SENDER, REPLY_DOMAIN, Demo
from local.deploy import Deployment, deploy
from local.door import Door
from local.emulator import Emulator
from local.feed.morning import Ids, Line, payload_of
from local.feed.push import Push, signed
from local.feed.sender import Sender
from local.seed import mail_bucket, phone_owners, seed
from local.serving import HOST, Server
from local.world.app import World
from local.world.callbacks import Callbacks
from local.world.exchanges import ExchangeKind, ExchangeLog
from local.world.mailbox import Answers, Mail, Mailbox, MailServer
from tests import builders as build
from tests.eventually import eventually
from tests.stack.visitor import Page, Visitor

STACK_NAME = "jiesu"
WITHIN_SECONDS = 90


def brief(seconds: int) -> EscalationPlan:
    """Ladders whose four rungs stand `seconds` apart, so that a late bureau is late within a test."""
    step = timedelta(seconds=seconds)
    rungs = (
        build.a_rung_plan(-step, ContactRole.DUTY_OFFICER),
        build.a_rung_plan(timedelta(), ContactRole.CHIEF),
        build.a_rung_plan(step, ContactRole.SUPERVISOR, action=RungAction.SUPERVISION),
        build.a_rung_plan(2 * step, ContactRole.COMMAND_CENTRE, action=RungAction.SUPERVISION),
    )
    ladder = build.a_ladder_plan(2 * step, rungs)
    return build.a_plan(acknowledgement=ladder, feedback=replace(ladder, term=timedelta(hours=2)))


OFFICE = Office(
    contacts=build.office_contacts(),
    plans={Urgency.ROUTINE: build.a_plan(), Urgency.URGENT: build.a_plan(), Urgency.CRITICAL: brief(2)},
    asking=build.an_asking_plan(remind_after=timedelta(seconds=4), expire_after=timedelta(seconds=20)),
)
"""Only what is critical, and who is asked for a source, is late within seconds."""


@dataclass(slots=True)
class Town:
    """The deployed office and everybody around it."""

    emulator: Emulator
    deployment: Deployment
    demo: Demo
    door_url: str
    world_url: str
    mailbox: Mailbox
    mail_port: int
    exchanges: ExchangeLog

    @property
    def cases(self) -> CaseStore:
        return CaseStore(self.emulator.client("dynamodb"), cases_table_name=self.deployment.outputs["CasesTableName"])

    def all_cases(self) -> list[Case]:
        return [case for status in CaseStatus for case in self.cases.queue(status, limit=500).cases]

    def case_titled(self, words: str) -> Case:
        """The one case whose title holds `words`, once it is there."""
        found = eventually(lambda: [one for one in self.all_cases() if words in one.title], within_seconds=WITHIN_SECONDS)
        assert len(found) == 1, [one.id for one in found]
        return found[0]

    def case(self, case_id: str) -> Case:
        found = self.cases.load(case_id)
        assert found is not None
        return found

    def set_back(self, conversation: ConversationKey, by: timedelta) -> None:
        """Let all that a citizen wrote, and what its reply window is reckoned from, be so much older than it is."""
        dynamodb, table = self.emulator.client("dynamodb"), self.deployment.outputs["MessagesTableName"]
        found = dynamodb.query(
            TableName=table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": keys.conversation(conversation)}},
        )["Items"]
        for one in found:
            if one["sk"]["S"].startswith(keys.MESSAGE_PREFIX):
                message = loads(Message, one["body"]["S"])
                one["body"] = {"S": dumps(replace(message, sent_at=message.sent_at - by))}
            elif one["sk"]["S"] == keys.WINDOW:
                for name in [name for name in one if name.endswith("_at")]:
                    one[name] = {"S": keys.instant(datetime.fromisoformat(one[name]["S"]) - by)}
            else:
                continue
            dynamodb.put_item(TableName=table, Item=one)

    # --- citizens --------------------------------------------------------------------------------

    def push(self, text: str, *, via: str, who: str, later: timedelta = timedelta()) -> Push:
        """What `who` writes now, or is said to write `later`, as the platform delivers it."""
        now = datetime.now(UTC)
        line = Line(at=now.time(), via=via, who=who, text=text, work=None)
        account = self.demo.account(line.platform)
        payload = payload_of(line, account.account, sent_at=now + later, ids=Ids(secrets.SystemRandom()))
        return signed(account, payload, door_url=self.door_url, now=now, nonce=str(secrets.randbelow(10**9)))

    def deliver(self, push: Push) -> tuple[int, str]:
        """Hand a delivery over; the status and body of the answer."""
        request = Request(push.url, data=push.body, headers=dict(push.headers), method="POST")
        try:
            answer: Any = OPENER.open(request, timeout=60)
        except HTTPError as error:
            answer = error
        with answer:
            return answer.status, answer.read().decode()

    def replies_to_citizens(self) -> list[str]:
        """The texts of all replies that reached a citizen."""
        return [
            one.text
            for one in (exchange for talk in self.exchanges.conversations() for exchange in talk)
            if one.kind is ExchangeKind.RECEIVED
        ]

    def order_fault(self, platform: Platform, error: str) -> None:
        """The next reply on `platform` meets bad luck."""
        body = json.dumps({"platform": platform, "error": error}).encode()
        asked = Request(f"{self.world_url}/faults", data=body, headers={"Content-Type": "application/json"}, method="POST")
        OPENER.open(asked, timeout=60).close()

    # --- bureaus ---------------------------------------------------------------------------------

    def mails_to(self, address: str, words: str = "") -> list[Mail]:
        return [mail for mail in self.mailbox.mails() if address in mail.recipients and words in mail.subject + mail.text]

    def texts_to(self, number: str, words: str = "") -> list[str]:
        sent = self.emulator.inspect("sns/sms-messages")["sms_messages"]
        return [one["Message"] for one in sent.get(number, []) if words in one["Message"]]

    # --- the desk --------------------------------------------------------------------------------

    def signed_in(self, role: UserRole = UserRole.EDITOR) -> Visitor:
        """Somebody of `role` who has gone through the provider's own sign-in page."""
        user = self.demo.user(role)
        visitor = Visitor()
        start = visitor.get(f"{self.door_url}/desk/sign-in/start")
        desk = visitor.submit(start, start.form(), username=user.name, password=user.password)
        assert desk.status == 200, desk.text[:400]
        assert desk.url.startswith(self.door_url), desk.url
        return visitor

    def act(self, visitor: Visitor, case_id: str, act: str, **typed: str) -> Page:
        """Open a form of the case at the desk and submit it; again where the case has changed meanwhile, as an editor does."""
        page = visitor.get(f"{self.door_url}/desk/cases/{case_id}/{act}")
        assert page.status == 200, page.text[:400]
        done = visitor.submit(page, page.form(f"/{act}"), **typed)
        while done.status == CHANGED_MEANWHILE:  # a picture was fetched, a message came; each time the form shows the newer case
            done = visitor.submit(done, done.form(f"/{act}"), **typed)
        assert done.status == 200, done.text[:800]
        return done


CHANGED_MEANWHILE = 409
OPENER = build_opener(ProxyHandler({}))


@contextmanager
def running_town(
    state: Path, *, parameters: Mapping[str, str] | None = None, stored_secrets: Mapping[str, str] | None = None
) -> Iterator[Town]:
    """A town in an emulator of its own; `stored_secrets` are there before the deployment."""
    mailbox, exchanges, answers = Mailbox(state / "mails"), ExchangeLog(state / "exchanges.jsonl"), Answers(REPLY_DOMAIN)
    door_port, world_port, mail_port = free_ports(3)
    door_url = f"http://{HOST}:{door_port}"
    demo = demo_file.make(state / "demo.json", port=door_port, world_url=f"http://{HOST}:{world_port}", stack_name=STACK_NAME)
    with ExitStack() as running:
        mail_server = MailServer(mailbox, answers, port=mail_port)
        running.callback(mail_server.stop)
        emulator = running.enter_context(
            Emulator.start(log_path=state / "aws.log", enforce_iam=True, smtp_address=mail_server.address)
        )
        for name, text in (stored_secrets or {}).items():
            emulator.client("secretsmanager").create_secret(Name=name, SecretString=text)
        deployment = deploy(
            emulator,
            parameters={
                "OfficeName": "平安北京",
                "MailSender": MAIL_SENDER,
                "ReplyDomain": REPLY_DOMAIN,
                "PublicBaseUrl": door_url,
                **(parameters or {}),
            },
            stack_name=STACK_NAME,
        )
        answers.drop = mail_bucket(emulator, deployment.outputs).drop
        seed(emulator, deployment.outputs, demo)
        directory = DirectoryStore(emulator.client("dynamodb"), directory_table_name=deployment.outputs["DirectoryTableName"])
        directory.put_bureaus([build.a_bureau()], build.a_note())
        directory.put_office(OFFICE, build.a_note())
        world = World(
            accounts=demo.accounts,
            exchanges=exchanges,
            mailbox=mailbox,
            sms=dict,
            owners=phone_owners(emulator, deployment.outputs),
            clock=lambda: datetime.now(UTC),
            call_office=Callbacks(Sender(door_url, clock=lambda: datetime.now(UTC))),
        )
        running.enter_context(Server(world, port=world_port))
        door = Door(emulator.api_url(deployment.outputs["ApiId"]), watch=world.overhear)
        running.enter_context(Server(door, port=door_port))
        yield Town(
            emulator=emulator,
            deployment=deployment,
            demo=demo,
            door_url=door_url,
            world_url=f"http://{HOST}:{world_port}",
            mailbox=mailbox,
            mail_port=mail_port,
            exchanges=exchanges,
        )


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on just now."""
    with ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind((HOST, 0))
        return [one.getsockname()[1] for one in sockets]
