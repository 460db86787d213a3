"""`make run`: the whole system on this machine, from the template as it is deployed to the citizens' phones.

    python -m local.run [--fresh] [--no-feed] [--port 8600]

It ends by saying where everything is and stays up until Ctrl-C, which keeps all data for the next start.
"""

import argparse
import fcntl
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from typing import Final
from urllib.error import URLError

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from jiesu.model.words import CaseStatus
from jiesu.store.cases import CaseStore
from local import demo as demo_file
from local.demo import MAIL_SENDER, OFFICE_NAME, Demo
from local.deploy import BUILD_DIR, STACK_NAME, BuildError, DeployError, Deployment, deploy
from local.door import Door
from local.emulator import Emulator, EmulatorError
from local.feed.morning import deliveries, lines
from local.feed.progress import FeedProgress
from local.feed.sender import NotTakenError, Sender
from local.paths import DEMO_PATH, EMULATOR_DIR, EMULATOR_LOG_PATH, EXCHANGES_PATH, FEED_PATH, MAIL_DIR, STATE_DIR
from local.seed import phone_owners, seed
from local.send import curl_of, delivery_of, door_url
from local.serving import HOST, PortInUseError, Server
from local.world.app import PhonesUnreachableError, World
from local.world.exchanges import ExchangeLog
from local.world.mailbox import Mailbox, MailServer

DEFAULT_PORT: Final = 8600
"""The door's; the world outside, the mail server and the embedded AWS have the next three."""

_WATCH_SECONDS: Final = 1
_QUIET_WITHIN_SECONDS: Final = 180


class RunError(Exception):
    """The run cannot go on; the message says what to do."""


def main() -> int:
    """Returns 0 after Ctrl-C, 1 with a message on standard error where something is wrong."""
    arguments = _arguments()
    console = Console(highlight=False)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with _only_run_of_this_clone():
            if arguments.fresh:
                shutil.rmtree(STATE_DIR, ignore_errors=True)
            _run(console, port=arguments.port, feeds=not arguments.no_feed)
    except KeyboardInterrupt:
        console.print("\nStopped; `make run` goes on from here.")
        return 0
    except (RunError, PortInUseError, EmulatorError, BuildError, DeployError, NotTakenError) as error:
        Console(stderr=True, highlight=False).print(f"✗ {error}", markup=False, style="red")
        return 1
    return 0


def _run(console: Console, *, port: int, feeds: bool) -> None:
    started = time.monotonic()
    demo = _demo(port)
    mailbox, exchanges = Mailbox(MAIL_DIR), ExchangeLog(EXCHANGES_PATH)
    with ExitStack() as running:
        try:
            with _step(console, "starting the embedded AWS"):
                mail_server = MailServer(mailbox, port=demo.port + 2)
                running.callback(mail_server.stop)
                emulator = running.enter_context(
                    Emulator.start(
                        port=demo.port + 3,
                        log_path=EMULATOR_LOG_PATH,
                        state_dir=EMULATOR_DIR,
                        enforce_iam=True,
                        smtp_address=mail_server.address,
                    )
                )
            with _step(console, "deploying template.yaml") as say:
                deployment = deploy(emulator, parameters=_parameters(demo), progress=say)
            with _step(console, "entering accounts, bureaus and people"):
                seed(emulator, deployment.outputs, demo)
            with _step(console, "opening the front door"):
                world = World(
                    accounts=demo.accounts,
                    exchanges=exchanges,
                    mailbox=mailbox,
                    sms=lambda: _sms(emulator),
                    owners=phone_owners(emulator, deployment.outputs),
                    clock=lambda: datetime.now(UTC),
                )
                running.enter_context(Server(world, port=demo.port + 1))
                api = Door(emulator.api_url(deployment.outputs["ApiId"]), watch=world.overhear)
                running.enter_context(Server(api, port=demo.port))
            with _step(console, "sweeping the road"):
                _sweep(emulator)
            if feeds:
                _feed(console, demo)
                with _step(console, "waiting until every message is ingested"):
                    _await_quiet(emulator, deployment)
            _say_ready(console, demo, _open_cases(emulator, deployment), time.monotonic() - started)
            while not emulator.has_stopped:
                time.sleep(_WATCH_SECONDS)
            raise RunError(f"the embedded AWS stopped by itself: see {EMULATOR_LOG_PATH}, then `make run` again")
        finally:
            _finish_in_peace(console)


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
def _step(console: Console, name: str) -> Iterator[Callable[[str], None]]:
    """Shows that `name` is under way and how long it took; yields a way to say more."""
    started = time.monotonic()
    with console.status(f"{name} …") as status:
        yield lambda detail: status.update(f"{name}: {detail} …")
    console.print(f"[green]✓[/] {name} [dim]{time.monotonic() - started:.1f} s[/]")


def _demo(port: int) -> Demo:
    kept = demo_file.load(DEMO_PATH)
    if kept is None:
        return demo_file.make(DEMO_PATH, port=port, world_url=f"http://{HOST}:{port + 1}", stack_name=STACK_NAME)
    if kept.port != port:
        raise RunError(f"the kept data belong to port {kept.port}: use that one, or start over with FRESH=1")
    return kept


def _parameters(demo: Demo) -> Mapping[str, str]:
    return {"OfficeName": OFFICE_NAME, "MailSender": MAIL_SENDER, "PublicBaseUrl": door_url(demo)}


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
        raise RunError(f"the sweeper failed: see {EMULATOR_LOG_PATH}")


def _feed(console: Console, demo: Demo) -> None:
    """Send the morning once; a feed that was interrupted goes on where it stopped."""
    progress = FeedProgress.at(FEED_PATH, now=datetime.now(UTC))
    accounts = {one.account.platform: one for one in demo.accounts}
    morning = deliveries(lines(), accounts, ends_at=progress.ends_at)
    if progress.sent == len(morning):
        return
    sender = Sender(door_url(demo), clock=lambda: datetime.now(UTC))
    columns = (TextColumn("  {task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as display:
        task = display.add_task("a morning of messages", total=len(morning), completed=progress.sent)
        sender.shake_hands(morning)
        for delivery in morning[progress.sent :]:
            sender.send(delivery)
            progress.advance()
            display.advance(task)
    console.print(f"[green]✓[/] a morning of messages [dim]{len(morning)} deliveries of {len(lines())} messages[/]")


def _await_quiet(emulator: Emulator, deployment: Deployment) -> None:
    """Wait until nothing lies in the inbox and nobody works on it."""
    sqs = emulator.client("sqs")
    counts = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    until = time.monotonic() + _QUIET_WITHIN_SECONDS
    while True:
        found = sqs.get_queue_attributes(QueueUrl=deployment.outputs["InboxQueueUrl"], AttributeNames=counts)["Attributes"]
        if not any(int(found[name]) for name in counts):
            return
        if time.monotonic() > until:
            raise RunError(f"messages still wait in the inbox: see {EMULATOR_LOG_PATH}")
        time.sleep(0.2)


def _open_cases(emulator: Emulator, deployment: Deployment) -> int:
    cases = CaseStore(emulator.client("dynamodb"), cases_table_name=deployment.outputs["CasesTableName"])
    return len(cases.queue(CaseStatus.OPEN, limit=500).cases)


def _say_ready(console: Console, demo: Demo, open_cases: int, seconds: float) -> None:
    door, world = door_url(demo), f"http://{HOST}:{demo.port + 1}"
    now = datetime.now(UTC)
    example = delivery_of(demo, text=_EXAMPLE, via="weibo.mention.status", who="演示网民", now=now)
    rows: list[tuple[str, str]] = [
        ("desk 工作台", f"{door}/desk   ({open_cases} open cases)"),
        *((f"sign-in {user.role}", f"{user.name}   {user.password}") for user in demo.users),
        ("mails 邮件", f"{world}/mails"),
        ("SMS 短信", f"{world}/sms"),
        ("citizens 网民手机", f"{world}/citizens"),
        ("log", str(EMULATOR_LOG_PATH)),
    ]
    console.rule(f"[bold green]ready[/] after {seconds:.0f} s")
    for name, value in rows:
        console.print(f"{name:<20}{value}", markup=False, soft_wrap=True)
    console.print("\nA citizen writes (the signature is believed for five minutes; `make send TEXT=…` signs anew):", markup=False)
    console.print(curl_of(demo, example, now=now), markup=False, soft_wrap=True)
    console.print("\nCtrl-C stops and keeps everything; `make run FRESH=1` starts over.", markup=False)


_EXAMPLE: Final = "朝阳区望京街道云杉里小区门口有人堵住救护车通道,已经二十分钟了,求帮助 @平安北京"


def _finish_in_peace(console: Console) -> None:
    """A second Ctrl-C must not cut short what the first one began: the state is written at the end."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    console.print("\nstopping; saving the state …", markup=False)


if __name__ == "__main__":
    sys.exit(main())
