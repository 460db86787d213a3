"""How many AWS calls a message costs, and what they consume, whatever is stored already.

    python -m bench.calls [--stored 100 10000 1000000]

The real handlers run over an emulated AWS in this process. Calls are counted at the protocol;
capacity units are computed from the items' sizes (`bench.capacity`), because the emulator
reports none. What Lambda's own pollers do is not seen here and is added as its nominal share.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bench.metering import Tally
from bench.office import ACCOUNTS, RunningOffice, running_office
from bench.report import Figure, columns, quiet, table_of
from bench.stored import store_messages
from jiesu.model.message import ConversationKey
from jiesu.model.words import Platform
from tests import builders as build

NOISE = "早上好,辛苦了[鲜花]"
REPORT = "@平安北京 丰台区马家堡西路某小区电梯里有人往按键上吐痰,有视频,请查处!"

EMERGENCY = "@平安北京 有人站在丰台区马家堡西路一栋楼的楼顶边上要跳下去,快来人!"

STORED = (100, 10_000, 1_000_000)

INBOX_BATCH = 10
STREAM_BATCH = 25
"""The batches of the template's event source mappings."""

_STREAM_SHARE = ((f"stream GetRecords (1/{STREAM_BATCH})", 1 / STREAM_BATCH),)

UNSIGNED_BODY = frozenset({Platform.WEIBO})
"""Platforms whose signature leaves out the body: one more write binds the two."""

OPENING_BUDGET = 12
CASE_PAGE_BUDGET = 3

_BUSY_CITIZEN = 1
BUSY = ConversationKey(account_id=build.an_account().id, citizen_id=str(2_000_000_000 + _BUSY_CITIZEN))
"""Whose message opens the measured case: somebody who has written before, a tenth of all there is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """What one function did for `messages` messages. `polled` names Lambda's own calls with their share of one message."""

    name: str
    tally: Tally
    messages: int = 1
    polled: tuple[tuple[str, float], ...] = ()

    @property
    def calls(self) -> float:
        """Calls a message, without Lambda's own."""
        return self.tally.total / self.messages

    @property
    def calls_with_polls(self) -> float:
        return self.calls + sum(share for _, share in self.polled)


def noise(office: RunningOffice, platform: Platform, *, batch: int = INBOX_BATCH) -> tuple[Stage, ...]:
    """`batch` messages of as many citizens that need nobody, from the webhook to rest."""
    _warm_up(office, platform)
    with office.meter.reading() as received:
        for citizen in range(100, 100 + batch):
            office.deliver(platform, NOISE, citizen=citizen)
    with office.meter.reading() as ingested:
        _ingest(office, batch)
    return (
        Stage(name="receive_webhook", tally=Tally.of(received), messages=batch),
        Stage(name="ingest_message", tally=Tally.of(ingested), messages=batch, polled=_queue_share(batch)),
    )


def opening(office: RunningOffice) -> tuple[Stage, ...]:
    """One message that opens a case, until the notices of its bulletin are queued; the pages that the editor reads apart."""
    _warm_up(office, Platform.WEIBO)
    with office.meter.reading() as received:
        office.deliver(Platform.WEIBO, REPORT, citizen=_BUSY_CITIZEN)
    with office.meter.reading() as ingested:
        _ingest(office, 1)
    with office.meter.reading() as opened:
        (case_id,) = office.dispatch_effects()
    with office.meter.reading() as read:
        office.visit(f"/desk/cases/{case_id}")
    with office.meter.reading() as filled:
        office.visit(f"/desk/cases/{case_id}/dispatch")
    with office.meter.reading() as dispatched:
        office.visit(f"/desk/cases/{case_id}/dispatch", _BULLETIN)
    with office.meter.reading() as queued:
        if office.dispatch_effects() != [case_id]:
            raise AssertionError("one entry dispatches the case")
    if office.queued_notices() == 0:
        raise AssertionError("no notice was queued")
    return (
        Stage(name="receive_webhook", tally=Tally.of(received)),
        Stage(name="ingest_message", tally=Tally.of(ingested), polled=_queue_share(INBOX_BATCH)),
        Stage(name="dispatch_effects, case opened", tally=Tally.of(opened), polled=_STREAM_SHARE),
        Stage(name=CASE_PAGE, tally=Tally.of(read)),
        Stage(name=FORM_PAGE, tally=Tally.of(filled)),
        Stage(name="serve_desk, bulletin issued", tally=Tally.of(dispatched)),
        Stage(name="dispatch_effects, case dispatched", tally=Tally.of(queued), polled=_STREAM_SHARE),
    )


def emergency(office: RunningOffice) -> tuple[Stage, ...]:
    """One message that tells of an emergency, until the command centre's notices and the citizen's answer are queued."""
    _warm_up(office, Platform.WEIBO)
    with office.meter.reading() as received:
        office.deliver(Platform.WEIBO, EMERGENCY, citizen=_BUSY_CITIZEN)
    with office.meter.reading() as ingested:
        _ingest(office, 1)
    with office.meter.reading() as told:
        office.dispatch_effects()
    return (
        Stage(name="receive_webhook", tally=Tally.of(received)),
        Stage(name="ingest_message", tally=Tally.of(ingested), polled=_queue_share(INBOX_BATCH)),
        Stage(name="dispatch_effects, emergency", tally=Tally.of(told), polled=_STREAM_SHARE),
    )


CASE_PAGE = "serve_desk, case page"
FORM_PAGE = "serve_desk, form of a bulletin"

_BULLETIN = {
    "expected_version": "1",
    "title": "网民反映电梯内吐痰",
    "facts": "网民反映丰台区马家堡西路某小区电梯内有人往按键上吐痰。",
    "place": "丰台区马家堡西路某小区",
    "category": "public_order.offence",
    "urgency": "routine",
    "requirements": "请核实处置并反馈结果。",
    "lead": "FT",
}


def opening_calls(stages: Sequence[Stage]) -> float:
    """Calls from the webhook to the queued notice, Lambda's shares included; the pages that are only read are not."""
    return sum(stage.calls_with_polls for stage in stages if stage.name not in (CASE_PAGE, FORM_PAGE))


def noise_budget(platform: Platform, *, batch: int = INBOX_BATCH) -> float:
    """One send, one conditional write, one more where the body is not signed, and the shares of one receive, delete and read."""
    return 2 + (platform in UNSIGNED_BODY) + 3 / batch


def cold_reads(office: RunningOffice) -> Tally:
    """What a new worker of each function reads once and then keeps for minutes."""
    with office.meter.reading() as first:
        _warm_up(office, Platform.WEIBO)
    with office.meter.reading() as second:
        _warm_up(office, Platform.WEIBO)
    calls = Tally.of(first).calls
    calls.subtract(Tally.of(second).calls)
    return Tally(calls=+calls, read_units=0, write_units=0, unconditional_writes=0)


def _warm_up(office: RunningOffice, platform: Platform) -> None:
    """Let every function have read what it keeps: its accounts, secrets, settings and its table of words."""
    office.deliver(platform, NOISE, citizen=99)
    office.ingest()
    office.visit("/desk/search")


def _ingest(office: RunningOffice, expected: int) -> None:
    if (found := office.ingest()) != expected:
        raise AssertionError(f"{found} deliveries were queued, not {expected}")


def _queue_share(batch: int) -> tuple[tuple[str, float], ...]:
    return (f"sqs ReceiveMessage (1/{batch})", 1 / batch), (f"sqs DeleteMessageBatch (1/{batch})", 1 / batch)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """Both paths with `stored` messages in the tables."""

    stored: int
    noise: dict[Platform, tuple[Stage, ...]]
    opening: tuple[Stage, ...]
    emergency: tuple[Stage, ...]

    @property
    def stages(self) -> tuple[Stage, ...]:
        return (*(stage for stages in self.noise.values() for stage in stages), *self.opening, *self.emergency)


def measure(stored: int) -> Measurement:
    """Run both paths in an office of its own that has `stored` messages."""
    with running_office() as office:
        store_messages(stored, busy=BUSY, beside=(REPORT, EMERGENCY))
        return Measurement(
            stored=stored,
            noise={platform: noise(office, platform) for platform in ACCOUNTS},
            opening=opening(office),
            emergency=emergency(office),
        )


def figures_of(measurements: Sequence[Measurement]) -> list[Figure]:
    """The figures that have budgets, and how the counts differ between what was stored."""
    smallest = measurements[0]
    figures = [
        Figure(
            what=f"AWS calls, noise from {platform}, webhook to rest",
            value=sum(stage.calls_with_polls for stage in stages),
            unit="calls a message",
            budget=noise_budget(platform),
        )
        for platform, stages in smallest.noise.items()
    ]
    figures += [
        Figure(
            what="AWS calls, message that opens a case, to the queued notice",
            value=opening_calls(smallest.opening),
            unit="calls",
            budget=OPENING_BUDGET,
        ),
        Figure(
            what="AWS calls, emergency, to the queued notice and answer",
            value=opening_calls(smallest.emergency),
            unit="calls",
            budget=OPENING_BUDGET,
        ),
        Figure(
            what="reads of a case page",
            value=next(stage.calls for stage in smallest.opening if stage.name == CASE_PAGE),
            unit="reads",
            budget=CASE_PAGE_BUDGET,
        ),
        Figure(
            what="writes without a condition",
            value=sum(stage.tally.unconditional_writes for one in measurements for stage in one.stages),
            unit="writes",
            budget=0,
        ),
    ]
    said = " / ".join(f"{one.stored:,}" for one in measurements)
    grown: tuple[tuple[str, str, Callable[[Stage], float]], ...] = (
        ("AWS calls", "calls", lambda stage: stage.calls),
        ("read units", "units", lambda stage: stage.tally.read_units),
        ("write units", "units", lambda stage: stage.tally.write_units),
    )
    figures += [
        Figure(what=f"growth of {name} with {said} stored messages", value=_growth(measurements, of), unit=unit, budget=0)
        for name, unit, of in grown
    ]
    return figures


def _growth(measurements: Sequence[Measurement], of: Callable[[Stage], float]) -> float:
    """The largest difference that any stage shows."""
    by_stage: list[tuple[float, ...]] = list(zip(*([of(stage) for stage in one.stages] for one in measurements), strict=True))
    return max(max(values) - min(values) for values in by_stage)


def details_of(measurement: Measurement) -> str:
    """Every stage with its calls and units a message."""
    rows: list[tuple[str, ...]] = [("", "calls a message", "read units", "write units", "which")]
    for platform, stages in measurement.noise.items():
        rows.append((f"A noise message from {platform}, in batches of {INBOX_BATCH}", "", "", "", ""))
        rows += [_row(stage) for stage in stages]
    rows.append(("A message from weibo that opens a case, alone in its batch", "", "", "", ""))
    rows += [_row(stage) for stage in measurement.opening]
    rows.append(("A message from weibo that tells of an emergency in an open case, alone in its batch", "", "", "", ""))
    rows += [_row(stage) for stage in measurement.emergency]
    return columns(rows)


def _row(stage: Stage) -> tuple[str, ...]:
    named = [f"{count / stage.messages:g} {name}" for name, count in sorted(stage.tally.calls.items())]
    shares = [f"{share:g} {name.partition(' (')[0]} by Lambda" for name, share in stage.polled]
    return (
        f"  {stage.name}",
        f"{stage.calls_with_polls:g}",
        f"{stage.tally.read_units / stage.messages:g}",
        f"{stage.tally.write_units / stage.messages:g}",
        ", ".join([*named, *shares]) or "none",
    )


def run(stored: Sequence[int] = STORED) -> list[Figure]:
    """Measure with each number of stored messages, say every stage of the first, and answer the figures."""
    measurements = []
    with running_office() as office, quiet():
        cold = cold_reads(office)
    for count in stored:
        with quiet():
            measurements.append(measure(count))
        print(f"measured with {count:,} stored messages", flush=True)
    print("\nCapacity units are computed from the sizes of the items. Lambda's own calls are nominal shares of full batches.\n")
    print(details_of(measurements[0]))
    kept = ", ".join(f"{count} {name}" for name, count in sorted(cold.calls.items()))
    print(f"\nOnce in one to five minutes a worker, for accounts, secrets and settings: {kept}\n")
    return figures_of(measurements)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.calls", description="Count the AWS calls of a message.")
    parser.add_argument("--stored", nargs="+", type=int, default=list(STORED), help="stored messages (default: %(default)s)")
    figures = run(parser.parse_args().stored)
    print(table_of(figures))
    return 0 if all(figure.within_budget for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
