"""A deployed office whose functions reach AWS through a fault-injecting proxy; whoever looks on reaches it directly.

The stack's own stream mapping is switched off and `StreamPump` stands in for it: the embedded AWS
counts a batch as done whose function asks for it again, and forgets the stream when it restarts.
AWS does neither (Lambda Developer Guide, "Using Lambda with Amazon DynamoDB": batchItemFailures,
MaximumRetryAttempts; records stay in the stream for a day).
"""

import json
import re
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, ReadTimeoutError

from bench.fault_proxy import FaultProxy, running_proxy
from jiesu.road.notify import LEASE
from jiesu.store.cases import CaseStore
from jiesu.store.deliveries import DeliveryStore
from local.demo import MAIL_SENDER
from local.deploy import Deployment, deploy
from local.emulator import Emulator
from local.world.mailbox import Mailbox, MailServer
from tests.stack.town import free_ports

DISTURBED = ("dispatch-effects", "send-notice", "apply-command", "sweep-road")
"""The functions between an entry and a notice, and the sweeper."""

SHARDS = 4
BATCH = 25
RETRIES = 10
"""The last two as the template has them for the stream's mapping."""

_MESSAGE_ID = re.compile(rb"^Message-ID:\s*<([^>]+)>", re.IGNORECASE | re.MULTILINE)
_ONCE = Config(read_timeout=90, retries={"total_max_attempts": 1}, max_pool_connections=SHARDS + 4)
_PAUSE_SECONDS = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """One mail that SES handed on, under the Message-ID that SES gives it: what it answered its sender with."""

    reference: str
    address: str
    at: datetime


class Arrivals(Mailbox):
    """A mailbox that keeps of each mail only which it is."""

    def __init__(self, directory: Path) -> None:
        super().__init__(directory)
        self.seen: list[Arrival] = []

    def keep(self, content: bytes, *, recipients: tuple[str, ...], arrived_at: datetime) -> str:
        found = _MESSAGE_ID.search(content)
        reference = found.group(1).decode() if found else ""
        self.seen += [Arrival(reference=reference, address=one, at=arrived_at) for one in recipients]
        return reference


@dataclass(slots=True)
class FaultTown:
    """The office. `direct` are clients past the proxy; `cases` writes through it, as the pages of a bureau would."""

    emulator: Emulator
    deployment: Deployment
    proxy: FaultProxy
    arrivals: Arrivals
    pump: "StreamPump"
    _start: Any

    @property
    def cases(self) -> CaseStore:
        return CaseStore(self.direct("dynamodb"), cases_table_name=self.outputs["CasesTableName"])

    def disturbed_cases(self) -> CaseStore:
        """The same store through the proxy; a client of its own for each caller's thread."""
        patient = Config(connect_timeout=2, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 4})
        return CaseStore(
            self.emulator.client("dynamodb", url=self.proxy.url, config=patient), cases_table_name=self.outputs["CasesTableName"]
        )

    @property
    def deliveries(self) -> DeliveryStore:
        return DeliveryStore(self.direct("dynamodb"), deliveries_table_name=self.outputs["DeliveriesTableName"])

    @property
    def outputs(self) -> Any:
        return self.deployment.outputs

    def direct(self, service: str) -> Any:
        return self.emulator.client(service)

    def texts(self) -> dict[str, list[str]]:
        """The references of the SMS that SNS took, by number."""
        taken = self.emulator.inspect("sns/sms-messages")["sms_messages"]
        return {phone: [one["MessageId"] for one in some] for phone, some in taken.items()}

    def sweep(self) -> dict[str, int] | None:
        """Run the sweeper once; None where it failed, as it may amid faults: it comes again."""
        try:
            answer = self.direct("lambda").invoke(FunctionName=f"{self.deployment.stack_name}-sweep-road", Payload=b"{}")
        except ReadTimeoutError:  # hundreds of lost clocks take it longer than the client waits; it goes on by itself
            return None
        return None if "FunctionError" in answer else json.loads(answer["Payload"].read())

    def depths(self) -> dict[str, int]:
        """How many messages each queue holds, those that are being worked on included."""
        sqs = self.direct("sqs")
        wanted = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        urls = {name.removesuffix("Url"): url for name, url in self.outputs.items() if name.endswith("QueueUrl")}
        asked = {name: sqs.get_queue_attributes(QueueUrl=url, AttributeNames=wanted)["Attributes"] for name, url in urls.items()}
        return {name: sum(map(int, answer.values())) for name, answer in asked.items()}

    def dead_letters(self) -> list[str]:
        """The bodies in all dead-letter queues; they are left there, hidden for a while."""
        sqs, found = self.direct("sqs"), []
        for name, url in self.outputs.items():
            if name.endswith("DeadLetterQueueUrl"):
                while some := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", []):
                    found += [f"{name.removesuffix('Url')}: {one['Body']}" for one in some]
        return found

    def running_clocks(self) -> int:
        pages = self.direct("stepfunctions").get_paginator("list_executions")
        arn = self.outputs["EscalationStateMachineArn"]
        return sum(len(page["executions"]) for page in pages.paginate(stateMachineArn=arn, statusFilter="RUNNING"))

    def restart(self) -> None:
        """Stop the embedded AWS while all are at work, and start it again with what it kept: every running clock is lost."""
        self.emulator.stop(tidy=False)
        self.emulator = self._start()
        _quieten_mapping(self.emulator, self.deployment)
        self.pump.resume(self.emulator)


@contextmanager
def fault_town(state: Path, *, seed: int, patience_seconds: int) -> Iterator[FaultTown]:
    """Deploy the template and lead its functions through the proxy.

    `patience_seconds` is how soon the queues bring back what failed; the template's own minutes would make hours of it.
    """
    aws_port, proxy_port, mail_port = free_ports(3)
    arrivals = Arrivals(state / "mails")
    with ExitStack() as running:
        mail_server = MailServer(arrivals, port=mail_port)
        running.callback(mail_server.stop)

        def start() -> Emulator:
            return Emulator.start(
                log_path=state / "aws.log",
                port=aws_port,
                state_dir=state / "aws",
                # The proxy calls under a host of its own, which breaks signatures: without IAM nobody looks at them.
                enforce_iam=False,
                smtp_address=mail_server.address,
            )

        emulator = start()
        parameters = {"OfficeName": "平安北京", "MailSender": MAIL_SENDER, "PublicBaseUrl": "https://jiesu.example.org"}
        deployment = deploy(emulator, parameters=parameters)
        emulator.client("ses").verify_email_identity(EmailAddress=MAIL_SENDER)
        proxy = running.enter_context(
            running_proxy(upstream=emulator.url, port=proxy_port, seed=seed, log_path=state / "proxy.log")
        )
        for name in DISTURBED:
            _lead_through(emulator, f"{deployment.stack_name}-{name}", proxy)
        for queue in ("NoticesQueueUrl", "CommandsQueueUrl"):
            _shorten(emulator, deployment.outputs[queue], patience_seconds)
        _quieten_mapping(emulator, deployment)
        pump = StreamPump(deployment)
        pump.resume(emulator)
        town = FaultTown(emulator, deployment, proxy, arrivals, pump, start)

        def stop() -> None:
            pump.stop()
            town.emulator.stop(tidy=False)  # the one that runs by then; `state` is the caller's to remove

        running.callback(stop)
        yield town


def _shorten(emulator: Emulator, queue_url: str, patience_seconds: int) -> None:
    """Bring back after `patience_seconds` what failed, and the oftener before it is a dead letter.

    In the template's minutes a claim has run out before its message comes back. Here the message comes back several
    times while the claim still stands, which says nothing of the queue's own number of tries.
    """
    sqs = emulator.client("sqs")
    redrive = json.loads(
        sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=["RedrivePolicy"])["Attributes"]["RedrivePolicy"]
    )
    redrive["maxReceiveCount"] = int(redrive["maxReceiveCount"]) * (1 + int(LEASE.total_seconds()) // patience_seconds)
    attributes = {"VisibilityTimeout": str(patience_seconds), "RedrivePolicy": json.dumps(redrive)}
    sqs.set_queue_attributes(QueueUrl=queue_url, Attributes=attributes)


def _lead_through(emulator: Emulator, function_name: str, proxy: FaultProxy) -> None:
    functions = emulator.client("lambda")
    variables = functions.get_function_configuration(FunctionName=function_name)["Environment"]["Variables"]
    variables["AWS_ENDPOINT_URL"] = proxy.url
    functions.update_function_configuration(FunctionName=function_name, Environment={"Variables": variables})


def _quieten_mapping(emulator: Emulator, deployment: Deployment) -> None:
    """Switch the cases' stream mapping off, for good."""
    functions = emulator.client("lambda")
    mappings = functions.list_event_source_mappings(FunctionName=f"{deployment.stack_name}-dispatch-effects")
    for one in mappings["EventSourceMappings"]:
        if deployment.outputs["CasesTableName"] in one["EventSourceArn"]:
            functions.update_event_source_mapping(UUID=one["UUID"], Enabled=False)


@dataclass(slots=True)
class _Shard:
    waiting: deque[dict[str, Any]] = field(default_factory=deque)
    failures: int = 0
    busy: bool = False


class StreamPump:
    """Lambda's stream mapping as AWS documents it: in order within a shard, again from the first record that failed.

    A record of a case goes to the shard of its case. What fails `RETRIES` times over is in `given_up`, as AWS would put
    it into the dead-letter queue.
    """

    def __init__(self, deployment: Deployment) -> None:
        self._deployment = deployment
        self._emulator: Emulator | None = None
        self._known: set[tuple[str, str]] = set()
        self._shards = [_Shard() for _ in range(SHARDS)]
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self.retried = 0
        self.recovered = 0
        self.given_up: list[str] = []
        self._threads = [threading.Thread(target=self._read, daemon=True)]
        self._threads += [threading.Thread(target=self._work, args=(one,), daemon=True) for one in self._shards]

    @property
    def idle(self) -> bool:
        return not any(one.waiting or one.busy for one in self._shards)

    def resume(self, emulator: Emulator) -> None:
        """Read on from this instance. What was written just before the last one ended is read from the table itself."""
        if self._emulator is None:
            self._emulator = emulator
            for thread in self._threads:
                thread.start()
            return
        before = len(self._known)
        pages = (
            emulator.client("dynamodb")
            .get_paginator("scan")
            .paginate(
                TableName=self._deployment.outputs["CasesTableName"],
                FilterExpression="begins_with(sk, :entry)",
                ExpressionAttributeValues={":entry": {"S": "ENTRY#"}},
            )
        )
        for item in sorted((one for page in pages for one in page["Items"]), key=lambda one: one["sk"]["S"]):
            self._take(item)
        self.recovered += len(self._known) - before
        self._emulator = emulator

    def stop(self) -> None:
        self._stopping.set()
        for thread in self._threads:
            thread.join(timeout=120)

    def _take(self, image: dict[str, Any]) -> None:
        key = (image["pk"]["S"], image["sk"]["S"])
        with self._lock:
            if key in self._known or not key[1].startswith("ENTRY#"):
                return
            self._known.add(key)
            record = {
                "eventName": "INSERT",
                "eventSource": "aws:dynamodb",
                "dynamodb": {
                    "Keys": {"pk": image["pk"], "sk": image["sk"]},
                    "NewImage": image,
                    "SequenceNumber": str(len(self._known)),
                },
            }
            # Cases' ids are random letters; their sum spreads well enough.
            self._shards[sum(map(ord, key[0])) % SHARDS].waiting.append(record)

    def _read(self) -> None:
        iterator: str | None = None
        of: Emulator | None = None
        streams: Any = None
        while not self._stopping.is_set():
            try:
                if of is not self._emulator and self._emulator is not None:
                    of, iterator = self._emulator, None
                    streams = of.client("dynamodbstreams", config=_ONCE)
                if of is not None:
                    iterator = iterator or _beginning(streams, self._deployment.outputs["CasesTableName"])
                    answer = streams.get_records(ShardIterator=iterator)
                    iterator = answer.get("NextShardIterator")
                    for record in answer["Records"]:
                        if record["eventName"] == "INSERT":
                            self._take(record["dynamodb"]["NewImage"])
            except (ClientError, BotoCoreError):
                iterator = None  # it is restarting, or the iterator is too old
            self._stopping.wait(_PAUSE_SECONDS)

    def _work(self, shard: _Shard) -> None:
        of: Emulator | None = None
        functions: Any = None
        while not self._stopping.is_set():
            batch = [shard.waiting[place] for place in range(min(BATCH, len(shard.waiting)))]
            if not batch or self._emulator is None:
                self._stopping.wait(_PAUSE_SECONDS)
                continue
            if of is not self._emulator:
                of = self._emulator
                functions = of.client("lambda", config=_ONCE)
            shard.busy = True
            done = self._invoke(functions, batch)
            for _ in range(done):
                shard.waiting.popleft()
            if done == len(batch):
                shard.failures = 0
            else:
                self._failed(shard, moved_on=done > 0)
            shard.busy = False

    def _invoke(self, functions: Any, batch: list[dict[str, Any]]) -> int:
        """How many records from the first on are done."""
        payload = json.dumps({"Records": batch}, ensure_ascii=False).encode()
        try:
            answer = functions.invoke(FunctionName=f"{self._deployment.stack_name}-dispatch-effects", Payload=payload)
            if "FunctionError" in answer:
                return 0
            failed = {one["itemIdentifier"] for one in json.loads(answer["Payload"].read())["batchItemFailures"]}
        except (ClientError, BotoCoreError):
            self._stopping.wait(1)  # it is restarting
            return 0
        places = [place for place, one in enumerate(batch) if one["dynamodb"]["SequenceNumber"] in failed]
        return min(places, default=len(batch))

    def _failed(self, shard: _Shard, *, moved_on: bool) -> None:
        self.retried += 1
        shard.failures = 1 if moved_on else shard.failures + 1
        if shard.failures > RETRIES:
            lost = shard.waiting.popleft()["dynamodb"]["Keys"]
            self.given_up.append(f"{lost['pk']['S']} {lost['sk']['S']}")
            shard.failures = 0
        self._stopping.wait(min(2**shard.failures / 10, 10))


def _beginning(streams: Any, table_name: str) -> str:
    arn = streams.list_streams(TableName=table_name)["Streams"][-1]["StreamArn"]
    shard = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"][0]["ShardId"]
    iterator: str = streams.get_shard_iterator(StreamArn=arn, ShardId=shard, ShardIteratorType="TRIM_HORIZON")["ShardIterator"]
    return iterator
