"""`make run`: the whole system on this machine, from the template as it is deployed to the citizens' phones.

    python -m local.run [--fresh] [--no-feed] [--port 8600]

It ends by saying where everything is and stays up until Ctrl-C, which keeps all data for the next start.
"""

import argparse
import fcntl
import os
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from urllib.error import URLError

from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from jiesu.model.words import CaseStatus
from jiesu.store.cases import CaseStore
from local import demo as demo_file
from local.demo import MAIL_SENDER, OFFICE_NAME, REPLY_DOMAIN, Demo
from local.deploy import BUILD_DIR, STACK_NAME, BuildError, DeployError, deploy
from local.door import Door
from local.emulator import Emulator, EmulatorError
from local.feed.morning import deliveries, lines
from local.feed.progress import FeedProgress
from local.feed.sender import NotTakenError, Sender
from local.paths import DEMO_PATH, EMULATOR_DIR, EMULATOR_LOG_PATH, EXCHANGES_PATH, MAIL_DIR, STATE_DIR
from local.seed import mail_bucket, phone_owners, seed, seed_directory
from local.send import curl_of, delivery_of, door_url
from local.serving import HOST, PortInUseError, Server, refuse_taken
from local.world.answering import send as send_answer
from local.world.app import PhonesUnreachableError, World
from local.world.callbacks import Callbacks
from local.world.exchanges import ExchangeLog
from local.world.mailbox import Answers, Mailbox, MailServer

DEFAULT_PORT: Final = 8600
"""The door's; the world outside, the mail server and the embedded AWS have the next three."""

_EXAMPLE: Final = "朝阳区望京街道云杉里小区门口有人堵住救护车通道，已经二十分钟了，求帮助 @平安北京"
_WATCH_SECONDS: Final = 1
_QUIET_WITHIN_SECONDS: Final = 180


class RunError(Exception):
    """The run cannot go on; the message says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Town:
    """What is up: the office's stack in the embedded AWS, and the demonstration around it."""

    demo: Demo
    emulator: Emulator
    outputs: Mapping[str, str]


def main() -> int:
    """Returns 0 after Ctrl-C, 1 with a message on standard error where something is wrong."""
    arguments = _arguments()
    console = Console(highlight=False)
    # Ctrl-C too: a shell starts its background jobs with it ignored.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    try:
        with _only_run_of_this_clone(), ExitStack() as running:
            if arguments.fresh:
                shutil.rmtree(STATE_DIR, ignore_errors=True)
            # Called before what is running is stopped.
            with _finishing_in_peace():
                _run(console, running, port=arguments.port, feeds=not arguments.no_feed)
    except KeyboardInterrupt:
        console.print("Stopped; `make run` goes on from here.")
        return 0
    except (RunError, PortInUseError, EmulatorError, BuildError, DeployError, NotTakenError) as error:
        return _fail(str(error))
    except (BotoCoreError, ClientError) as error:
        return _fail(f"{error}; see {_shown_log_path()}")
    return 0


def _fail(message: str) -> int:
    Console(stderr=True, highlight=False).print(f"✗ {message}", markup=False, style="red", soft_wrap=True)
    return 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m local.run", description="Run the whole system on this machine.")
    parser.add_argument("--fresh", action="store_true", help="forget everything and start over")
    parser.add_argument("--no-feed", action="store_true", help="send no morning of messages")
    parser.add_argument("--port", type=int, default=DEFAULT_PORT, help="first of four ports (default: %(default)s)")
    return parser.parse_args()


@contextmanager
def _only_run_of_this_clone() -> Iterator[None]:
    BUILD_DIR.mkdir(parents=True, exist_ok=True)
    with (BUILD_DIR / "run.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise RunError("another `make run` of this clone is up: stop it with Ctrl-C first") from error
        yield


@contextmanager
def _finishing_in_peace() -> Iterator[None]:
    """At the end lets no second Ctrl-C cut short what the first one began: the state is written last."""
    try:
        yield
    finally:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)


# --- Up --------------------------------------------------------------------------------------------


def _run(console: Console, running: ExitStack, *, port: int, feeds: bool) -> None:
    """Bring everything up, say so, and watch over it until it is interrupted."""
    started = time.monotonic()
    demo = _demo(port)
    for one in range(demo.port, demo.port + 4):
        refuse_taken(one)
    mailbox, exchanges, answers = Mailbox(MAIL_DIR), ExchangeLog(EXCHANGES_PATH), Answers(REPLY_DOMAIN)
    with _step(console, "starting the embedded AWS"):
        emulator = _start_emulator(running, demo, mailbox, answers)
    running.callback(console.print, "\nstopping and saving …")
    with _step(console, "deploying template.yaml") as say:
        parameters = {
            "OfficeName": OFFICE_NAME,
            "MailSender": MAIL_SENDER,
            "ReplyDomain": REPLY_DOMAIN,
            "PublicBaseUrl": door_url(demo),
        }
        town = Town(demo=demo, emulator=emulator, outputs=deploy(emulator, parameters=parameters, progress=say).outputs)
        answers.drop = mail_bucket(emulator, town.outputs).drop
    with _step(console, "entering accounts, bureaus and people"):
        seed(emulator, town.outputs, demo)
        seed_directory(emulator, town.outputs)
    with _step(console, "opening the front door"):
        _open_door(running, town, mailbox, exchanges)
    with _step(console, "sweeping the road"):
        _sweep(emulator)
    if feeds:
        _feed(console, town)
        with _step(console, "waiting until every message is ingested"):
            _await_empty_inbox(town)
    _say_ready(console, town, time.monotonic() - started)
    while not emulator.has_stopped:
        time.sleep(_WATCH_SECONDS)
    raise RunError(f"the embedded AWS stopped by itself: see {_shown_log_path()}, then `make run` again")


def _demo(port: int) -> Demo:
    kept = demo_file.load(DEMO_PATH)
    where: dict[str, str] = {"world_url": f"http://{HOST}:{port + 1}", "stack_name": STACK_NAME}
    if kept is None:
        return demo_file.make(DEMO_PATH, port=port, **where)
    if kept.port != port:
        raise RunError(f"the data of the last run belong to port {kept.port}: use that one, or start over with FRESH=1")
    return demo_file.complete(kept, DEMO_PATH, **where)


def _start_emulator(running: ExitStack, demo: Demo, mailbox: Mailbox, answers: Answers) -> Emulator:
    mail_server = MailServer(mailbox, answers, port=demo.port + 2)
    running.callback(mail_server.stop)
    return running.enter_context(
        Emulator.start(
            port=demo.port + 3,
            log_path=EMULATOR_LOG_PATH,
            state_dir=EMULATOR_DIR,
            enforce_iam=True,
            smtp_address=mail_server.address,
        )
    )


def _open_door(running: ExitStack, town: Town, mailbox: Mailbox, exchanges: ExchangeLog) -> None:
    """Serve the world outside, then the door, through which the world hears who wrote."""
    world = World(
        accounts=town.demo.accounts,
        exchanges=exchanges,
        mailbox=mailbox,
        sms=lambda: _sms(town.emulator),
        owners=phone_owners(town.emulator, town.outputs),
        clock=lambda: datetime.now(UTC),
        call_office=Callbacks(Sender(door_url(town.demo), clock=lambda: datetime.now(UTC))),
        send_mail=lambda answer: send_answer(answer, f"{HOST}:{town.demo.port + 2}"),
    )
    running.enter_context(Server(world, port=town.demo.port + 1))
    door = Door(town.emulator.api_url(town.outputs["ApiId"]), watch=world.overhear)
    running.enter_context(Server(door, port=town.demo.port))


def _sms(emulator: Emulator) -> Mapping[str, list[str]]:
    try:
        sent = emulator.inspect("sns/sms-messages")["sms_messages"]
    except (URLError, TimeoutError) as error:
        raise PhonesUnreachableError from error
    return {number: [one["Message"] for one in messages] for number, messages in sent.items()}


def _sweep(emulator: Emulator) -> None:
    """Start the clocks again that ended with the last run, without waiting for the schedule."""
    answer = emulator.client("lambda").invoke(FunctionName=f"{STACK_NAME}-sweep-road", Payload=b"{}")
    if "FunctionError" in answer:
        raise RunError(f"the sweeper failed: see {_shown_log_path()}")


# --- The morning -----------------------------------------------------------------------------------


def _feed(console: Console, town: Town) -> None:
    """Send the morning once; a feed that was interrupted goes on where it stopped."""
    progress = FeedProgress.read(town.emulator.client("ssm"), now=datetime.now(UTC))
    accounts = {one.account.platform: one for one in town.demo.accounts}
    morning = deliveries(lines(), accounts, ends_at=progress.ends_at)
    if progress.sent == len(morning):
        return
    sender = Sender(door_url(town.demo), clock=lambda: datetime.now(UTC))
    columns = (TextColumn("  {task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as display:
        task = display.add_task("a morning of messages", total=len(morning), completed=progress.sent)
        sender.shake_hands(morning)
        for delivery in morning[progress.sent :]:
            sender.send(delivery)
            progress.advance()
            display.advance(task)
    console.print(f"[green]✓[/] a morning of messages [dim]{len(morning)} deliveries of {len(lines())} messages[/]")


def _await_empty_inbox(town: Town) -> None:
    """Wait until nothing lies in the inbox and nobody works on it."""
    sqs = town.emulator.client("sqs")
    until = time.monotonic() + _QUIET_WITHIN_SECONDS
    while True:
        found = sqs.get_queue_attributes(
            QueueUrl=town.outputs["InboxQueueUrl"],
            AttributeNames=["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"],
        )
        if not any(int(count) for count in found["Attributes"].values()):
            return
        if time.monotonic() > until:
            raise RunError(f"messages still wait in the inbox: see {_shown_log_path()}")
        time.sleep(0.2)


# --- What it says ----------------------------------------------------------------------------------


@contextmanager
def _step(console: Console, name: str) -> Iterator[Callable[[str], None]]:
    """Shows that `name` is under way and how long it took; yields a way to say more."""
    started = time.monotonic()
    with console.status(f"{name} …") as status:
        yield lambda detail: status.update(f"{name}: {detail} …")
    console.print(f"[green]✓[/] {name} [dim]{time.monotonic() - started:.1f} s[/]")


def _say_ready(console: Console, town: Town, seconds: float) -> None:
    demo, world_url, now = town.demo, f"http://{HOST}:{town.demo.port + 1}", datetime.now(UTC)
    table = Table.grid(padding=(0, 2))
    table.add_row("desk 工作台", Text(f"{door_url(demo)}/desk"), f"{_open_cases(town)} open cases")
    for user in demo.users:
        table.add_row(f"  sign-in {user.role.label}", Text(user.name), Text(user.password))
    table.add_row("mails 邮件", Text(f"{world_url}/mails"))
    table.add_row("SMS 短信", Text(f"{world_url}/sms"))
    table.add_row("replies 网民手机", Text(f"{world_url}/citizens"))
    table.add_row("log", Text(_shown_log_path()))
    console.rule(f"[bold green]ready[/] after {seconds:.0f} s")
    console.print(table)
    example = delivery_of(demo, text=_EXAMPLE, via="weibo.mention.status", who="演示网民", now=now)
    console.print('\nOne more citizen writes: make send TEXT="…", or, while its signature is fresh (five minutes):')
    console.print(curl_of(demo, example, now=now), markup=False, soft_wrap=True)
    console.print("\nCtrl-C stops and keeps everything; `make run FRESH=1` starts over.")


def _open_cases(town: Town) -> int:
    cases = CaseStore(town.emulator.client("dynamodb"), cases_table_name=town.outputs["CasesTableName"])
    return len(cases.queue(CaseStatus.OPEN, limit=500).cases)


def _shown_log_path() -> str:
    return os.path.relpath(EMULATOR_LOG_PATH)


if __name__ == "__main__":
    sys.exit(main())
