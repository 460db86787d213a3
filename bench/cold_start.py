"""How fast the webhook starts and answers, beside the least that such a function can be.

    python -m bench.cold_start [--rounds 15]

The built function and a bare one with boto3's SQS client are started in turn, A B A B, under the
real runtime interface; medians and ratios are told. The milliseconds are this machine's.
"""

import argparse
import shutil
import statistics
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from bench.lambda_runtime import Deployed, Start, emulator, runtime_folder, start, unpacked
from bench.office import ACCOUNTS, ENVIRONMENT, RunningOffice, delivery_event, running_office
from bench.report import Figure, columns, quiet, table_of
from jiesu.model.words import Platform
from jiesu.runtime import clients
from local.deploy import BUILD_DIR, build

ROUNDS = 15
RATIO_BUDGET = 1.25
WARM_BUDGET_MILLISECONDS = 3
WARM_DELIVERIES = 500

_FOLDER = BUILD_DIR / "bench"
_BARE = Path(__file__).with_name("bare_handler")
_BARE_UNCOLLECTED = Path(__file__).with_name("bare_handler_uncollected")
_LAYERS = ("DependenciesLayer", "JiesuLayer")


def deployed() -> dict[str, Deployed]:
    """What is compared, by the names under which it is told; the folders are made anew."""
    artifacts = build(progress=print)
    shutil.rmtree(_FOLDER, ignore_errors=True)
    runtime = runtime_folder(_FOLDER / "runtime")
    webhook = unpacked(artifacts["ReceiveWebhookFunction"], _FOLDER / "receive_webhook")
    ingest = unpacked(artifacts["IngestMessageFunction"], _FOLDER / "ingest_message")
    for layer in _LAYERS:
        unpacked(artifacts[layer], _FOLDER / "opt")
        unpacked(artifacts[layer], _FOLDER / "opt-without-bytecode", bytecode=False)
    compiled, uncompiled = _FOLDER / "opt" / "python", _FOLDER / "opt-without-bytecode" / "python"
    return {
        BARE: Deployed(folders=(_BARE, runtime)),
        BARE_UNCOLLECTED: Deployed(folders=(_BARE_UNCOLLECTED, runtime)),
        WEBHOOK: Deployed(folders=(webhook, compiled, runtime), environment=ENVIRONMENT),
        WEBHOOK_UNCOMPILED: Deployed(folders=(webhook, uncompiled, runtime), environment=ENVIRONMENT),
        INGEST: Deployed(folders=(ingest, compiled, runtime), environment=ENVIRONMENT),
        INGEST_UNCOMPILED: Deployed(folders=(ingest, uncompiled, runtime), environment=ENVIRONMENT),
    }


BARE = "bare handler with boto3's SQS client"
BARE_UNCOLLECTED = "the same without garbage collection"
WEBHOOK = "receive_webhook as built"
WEBHOOK_UNCOMPILED = "receive_webhook, layers without bytecode"
INGEST = "ingest_message as built"
INGEST_UNCOMPILED = "ingest_message, layers without bytecode"


def cold_starts(functions: Mapping[str, Deployed], rounds: int) -> dict[str, list[Start]]:
    """`rounds` starts of each function, in turn, so that a busy moment hits all alike.

    One start of each before them is not told: it reads the files from the disk.
    """
    taken: dict[str, list[Start]] = {name: [] for name in functions}
    for number in range(rounds + 1):
        for name, function in functions.items():
            one = start(function)
            if number:
                taken[name].append(one)
    return taken


def _ratio(of: Sequence[float], to: Sequence[float]) -> float:
    """The median of the ratios of starts that followed each other, in which a machine that slows down cancels out."""
    return round(statistics.median(one / other for one, other in zip(of, to, strict=True)), 3)


def warm_cpu_milliseconds(platform: Platform) -> float:
    """The median CPU time of one delivery in a started function, all of it but what AWS is asked over the network."""
    now = datetime.now(UTC)
    events = [
        delivery_event(platform, "早上好,辛苦了[鲜花]", citizen=number, number=number, now=now)
        for number in range(1, WARM_DELIVERIES + 1)
    ]
    taken: list[int] = []
    with running_office() as office, quiet():
        _fill_caches(office, platform)
        with _unplugged():
            for event in events:
                before = time.process_time_ns()
                office.receive(event)
                taken.append(time.process_time_ns() - before)
    return statistics.median(taken) / 1e6


def _fill_caches(office: RunningOffice, platform: Platform) -> None:
    office.deliver(platform, "早上好", citizen=WARM_DELIVERIES + 1)


@contextmanager
def _unplugged() -> Iterator[None]:
    """Calls that the webhook makes are built and checked by botocore, and answered before they are signed and sent."""

    def answer(**_: Any) -> Any:
        return SimpleNamespace(status_code=200, headers={}), {"ResponseMetadata": {"HTTPStatusCode": 200}}

    watched = (clients.sqs(prompt=True), clients.dynamodb(prompt=True))
    for client in watched:
        client.meta.events.register_first("before-call", answer)
    try:
        yield
    finally:
        for client in watched:
            client.meta.events.unregister("before-call", answer)


def run(rounds: int = ROUNDS) -> list[Figure]:
    """Measure, say every start, and answer the figures. Raises `NotStartedError` where no function can be started here."""
    emulator()
    taken = cold_starts(deployed(), rounds)
    init = {name: [one.init_milliseconds for one in starts] for name, starts in taken.items()}
    cpu = {name: [one.cpu_milliseconds for one in starts] for name, starts in taken.items()}
    rows: list[tuple[str, ...]] = [("cold start", "init ms, median", "least", "most", "CPU ms, median", "least")]
    for name in taken:
        told = (statistics.median(init[name]), min(init[name]), max(init[name]), statistics.median(cpu[name]), min(cpu[name]))
        rows.append((name, *(f"{value:.0f}" for value in told)))
    print(f"\n{columns(rows)}\n")
    return [
        Figure(
            what="init of receive_webhook beside a bare SQS handler",
            value=_ratio(init[WEBHOOK], init[BARE]),
            unit="times",
            budget=RATIO_BUDGET,
        ),
        Figure(what="the same in CPU time", value=_ratio(cpu[WEBHOOK], cpu[BARE]), unit="times"),
        Figure(
            what="the same beside one without garbage collection",
            value=_ratio(init[WEBHOOK], init[BARE_UNCOLLECTED]),
            unit="times",
        ),
        *(
            Figure(what=f"init of {name} without the layers' bytecode", value=_ratio(init[uncompiled], init[built]), unit="times")
            for name, built, uncompiled in (
                ("receive_webhook", WEBHOOK, WEBHOOK_UNCOMPILED),
                ("ingest_message", INGEST, INGEST_UNCOMPILED),
            )
        ),
        *(
            Figure(
                what=f"warm CPU of a delivery from {platform}, without the AWS calls",
                value=round(warm_cpu_milliseconds(platform), 3),
                unit="ms",
                budget=WARM_BUDGET_MILLISECONDS,
            )
            for platform in ACCOUNTS
        ),
    ]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.cold_start", description="Measure the webhook's start and its CPU.")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="starts of each function (default: %(default)s)")
    figures = run(parser.parse_args().rounds)
    print(table_of(figures))
    return 0 if all(figure.within_budget for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
