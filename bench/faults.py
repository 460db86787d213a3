"""`python -m bench.faults`: assignments with random answers, on the deployed stack, while AWS is unwell and restarts once.

A share of the calls that the functions make to DynamoDB, SQS, SES and SNS is answered with a fault
(`bench/fault_proxy.py`). Bureaus answer in time, late or never. When all is over it is asked of every case what an
office would ask: is a notice lost, was somebody told twice, does a clock stand still, was anybody
urged after answering? Ends with status 1 where the answer to one of them is wrong.
"""

import argparse
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from heapq import heappop, heappush
from itertools import pairwise
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from bench.fault_proxy import SHARES, ProxyError
from bench.fault_town import Arrival, FaultTown, fault_town
from bench.report import columns
from jiesu.cases.commands import AcknowledgeAssignment, Command, GiveFeedback
from jiesu.cases.effects import NoticeEffect, effects_of
from jiesu.cases.fold import fold
from jiesu.cases.matters import Told
from jiesu.model.case import Case
from jiesu.model.errors import CommandRefusedError, ConflictError
from jiesu.model.ladder import EscalationPlan, LadderPlan
from jiesu.model.people import Contact
from jiesu.model.timeline import Acknowledged, Escalated, NoticeFailed, Reported
from jiesu.model.words import ContactRole, DeliveryState, LadderKind, RungAction, Transport
from jiesu.road.notify import LEASE
from jiesu.store.deliveries import Delivery
from tests import builders as build

STEP = timedelta(seconds=60)
PATIENCE = timedelta(seconds=30)
ANSWERERS = 3
LONGEST = timedelta(hours=3)

_QUIET = timedelta(seconds=20)
_TRAVEL = timedelta(seconds=20)
"""How much later than it was claimed a mail may have arrived, on a busy machine."""

_SWEEP_EVERY = timedelta(seconds=20)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drill:
    """What is tried. `step` is the time between two rungs, and what all terms are multiples of."""

    assignments: int
    seed: int
    fault_rate: float
    step: timedelta = STEP
    patience: timedelta = PATIENCE
    kinds: tuple[str, ...] = tuple(SHARES)
    restarts: bool = True


@dataclass(slots=True)
class Findings:
    """`counts` are told; `wrong` must be empty, each line names a case."""

    counts: Counter[str] = field(default_factory=Counter)
    faults: Counter[tuple[str, str]] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


@dataclass(order=True, slots=True)
class _Answer:
    at: float
    case_id: str
    command: Command = field(compare=False)


def plan(step: timedelta) -> EscalationPlan:
    """Two steps to acknowledge, with a rung before and at their end; four to report."""
    chief = build.a_rung_plan(-step, ContactRole.CHIEF)
    supervisor = build.a_rung_plan(timedelta(), ContactRole.SUPERVISOR, action=RungAction.SUPERVISION)
    centre = build.a_rung_plan(timedelta(), ContactRole.COMMAND_CENTRE, action=RungAction.SUPERVISION)
    return EscalationPlan(
        acknowledgement=LadderPlan(term=2 * step, rungs=(chief, supervisor)),
        feedback=LadderPlan(term=4 * step, rungs=(centre,)),
    )


def contacts(number: int) -> tuple[Contact, ...]:
    """People of assignment `number` alone, so that what arrives says for which it came."""
    return (
        Contact(role=ContactRole.DUTY_OFFICER, name="值班", email=f"duty-{number}@example.org", phone=f"010-55{number:06d}"),
        Contact(role=ContactRole.CHIEF, name="主管", email="", phone=f"010-56{number:06d}"),
        Contact(role=ContactRole.SUPERVISOR, name="督导", email=f"supervisor-{number}@example.org", phone=""),
        Contact(role=ContactRole.COMMAND_CENTRE, name="指挥", email=f"centre-{number}@example.org", phone=""),
    )


def answers(dice: random.Random, step: timedelta) -> list[tuple[float, Command]]:
    """What one bureau does, in seconds after the dispatch: half acknowledge in time, a fifth never, and so on."""
    length = step.total_seconds()
    acknowledged = dice.choices((dice.uniform(0, 0.9), dice.uniform(1.1, 1.9), dice.uniform(2.1, 3), None), (5, 1.5, 1.5, 2))[0]
    if acknowledged is None:
        return []
    given: list[tuple[float, Command]] = [(acknowledged * length, AcknowledgeAssignment(assignment_id=build.ASSIGNMENT_ID))]
    reported = dice.choices((dice.uniform(acknowledged, 3.9), dice.uniform(4.1, 5), None), (6, 2.5, 1.5))[0]
    if reported is not None:
        feedback = GiveFeedback(assignment_id=build.ASSIGNMENT_ID, feedback=build.a_feedback())
        given.append((reported * length, feedback))
    return given


# --- The course -----------------------------------------------------------------------------------


class _Bureaus:
    """Threads that answer when their hour has come, again and again until the answer is stored."""

    def __init__(self, town: FaultTown) -> None:
        self._town = town
        self._due: list[_Answer] = []
        self._lock = threading.Lock()
        self._at_work = 0
        self._stopping = threading.Event()
        self.given = 0
        self.repeated = 0
        self._threads = [threading.Thread(target=self._work, daemon=True) for _ in range(ANSWERERS)]
        for thread in self._threads:
            thread.start()

    def expect(self, answer: _Answer) -> None:
        with self._lock:
            heappush(self._due, answer)

    @property
    def waiting(self) -> int:
        with self._lock:
            return len(self._due) + self._at_work

    def stop(self) -> None:
        self._stopping.set()
        for thread in self._threads:
            thread.join(timeout=60)

    def _next(self) -> _Answer | None:
        with self._lock:
            if not self._due or self._due[0].at > time.monotonic():
                return None
            self._at_work += 1
            return heappop(self._due)

    def _work(self) -> None:
        cases = self._town.disturbed_cases()
        while not self._stopping.is_set():
            answer = self._next()
            if answer is None:
                self._stopping.wait(0.1)
                continue
            try:
                cases.execute(answer.case_id, answer.command, actor=build.BUREAU_OFFICER, now=datetime.now(UTC))
                self.given += 1
            except CommandRefusedError as refusal:
                if refusal.code not in ("already_reported", "not_acknowledged"):
                    raise
                if refusal.code == "already_reported":  # the first try arrived, its answer did not
                    self.given += 1
                else:  # the acknowledgement before it is still being tried
                    self._again(answer)
            except (ClientError, BotoCoreError, ConflictError):
                self._again(answer)
            finally:
                with self._lock:
                    self._at_work -= 1

    def _again(self, answer: _Answer) -> None:
        self.repeated += 1
        self.expect(_Answer(time.monotonic() + 1, answer.case_id, answer.command))


def run(drill: Drill, state: Path) -> Findings:
    """The whole course in a town of its own, and what came of it. Raises ProxyError, EmulatorError, DeployError."""
    with fault_town(state, seed=drill.seed, patience_seconds=int(drill.patience.total_seconds())) as town:
        town.proxy.inject(drill.fault_rate, drill.kinds)
        bureaus = _Bureaus(town)
        case_ids = _dispatch_all(town, drill, bureaus)
        findings = Findings()
        sweeps = _settle(town, bureaus, drill, len(case_ids))
        findings.faults = town.proxy.injected()
        findings.counts["AWS calls through the proxy"] = town.proxy.calls()
        town.proxy.inject(0)
        sweeps += _sweep_until_nothing_is_mended(town)
        bureaus.stop()
        findings.counts["clocks restarted by the sweeper"] = sweeps
        findings.counts["answers given"], findings.counts["answers tried again"] = bureaus.given, bureaus.repeated
        findings.counts["stream batches asked for again"] = town.pump.retried
        findings.counts["entries that the restart took out of the stream"] = town.pump.recovered
        examine(town, case_ids, findings)
        return findings


def _dispatch_all(town: FaultTown, drill: Drill, bureaus: _Bureaus) -> list[str]:
    dice = random.Random(drill.seed)  # noqa: S311 - nothing is kept secret by it
    known = town.cases
    case_ids = []
    for number in range(drill.assignments):
        now = datetime.now(UTC)
        case_id = f"drill{number:06d}"
        assignment = build.a_new_assignment(contacts=contacts(number))
        bulletin = build.a_bulletin(number=f"{now.year}-{number:06d}", issued_at=now)
        known.execute(case_id, build.open_case(), actor=build.EDITOR, now=now)
        command = build.dispatch(assignment, bulletin=bulletin, plan=plan(drill.step))
        known.execute(case_id, command, actor=build.EDITOR, now=now)
        begun = time.monotonic()
        for after, given in answers(dice, drill.step):
            bureaus.expect(_Answer(begun + after, case_id, given))
        case_ids.append(case_id)
    return case_ids


def _settle(town: FaultTown, bureaus: _Bureaus, drill: Drill, cases: int) -> int:
    """Sweep now and then, restart once in the middle, and return when nothing has moved for a while: the clocks restarted."""
    until = time.monotonic() + LONGEST.total_seconds()
    restarted = not drill.restarts
    mended, quiet_since, swept_at = 0, None, time.monotonic()
    middle = time.monotonic() + drill.step.total_seconds() * 1.5
    while time.monotonic() < until:
        now = time.monotonic()
        if not restarted and now > middle:
            restarted = True
            print(f"  restarting the embedded AWS, {town.running_clocks()} clocks running", flush=True)
            town.restart()
        if now - swept_at > _SWEEP_EVERY.total_seconds():
            swept_at = now
            mended += (town.sweep() or {}).get("clocks_restarted", 0)
            print(f"  {_standing(town, bureaus)}", flush=True)
        at_rest = bureaus.waiting == 0 and town.pump.idle and not any(_working(town.depths())) and town.running_clocks() == 0
        if not at_rest or any(town.cases.open_clocks()):
            quiet_since = None
        elif quiet_since is None:
            quiet_since = now
        elif now - quiet_since > _QUIET.total_seconds():
            return mended
        time.sleep(1)
    print(f"  not at rest after {LONGEST}, with {cases} assignments", flush=True)
    return mended


def _working(depths: Mapping[str, int]) -> Iterable[int]:
    return (depth for name, depth in depths.items() if "DeadLetter" not in name)


def _standing(town: FaultTown, bureaus: _Bureaus) -> str:
    queues = {name: depth for name, depth in town.depths().items() if depth}
    return f"{datetime.now(UTC):%H:%M:%S} answers to come {bureaus.waiting}, clocks {town.running_clocks()}, queues {queues}"


def _sweep_until_nothing_is_mended(town: FaultTown) -> int:
    mended = 0
    for _ in range(10):
        report = town.sweep()
        if report is not None and not report["clocks_restarted"]:
            return mended
        mended += (report or {}).get("clocks_restarted", 0)
        time.sleep(2)
    return mended


# --- What an office would ask ---------------------------------------------------------------------


def examine(town: FaultTown, case_ids: Iterable[str], findings: Findings) -> None:
    """Look at every case as its timeline, its deliveries and what arrived have it."""
    mails: dict[str, list[Arrival]] = {}
    for arrival in town.arrivals.seen:
        mails.setdefault(arrival.address, []).append(arrival)
    texts, deliveries = town.texts(), town.deliveries
    for case_id in case_ids:
        told = town.cases.told(case_id)
        if told is None:
            findings.wrong.append(f"{case_id}: the case is gone")
            continue
        findings.counts["assignments"] += 1
        if fold(told.entries) != told.case:
            findings.wrong.append(f"{case_id}: the head is not the fold of its timeline")
        _examine_ladder(told, findings)
        _examine_notices(told, {one.id: one for one in deliveries.traces(case_id).deliveries}, mails, texts, findings)
    for clock in town.cases.open_clocks():
        findings.wrong.append(f"{clock.case_id}: its clock was due at {clock.next_rung_at} and stands still")
    for letter in town.dead_letters():
        findings.wrong.append(f"dead letter: {letter[:300]}")
    findings.wrong += [f"the stream gave up {one}" for one in town.pump.given_up]


def _examine_ladder(told: Told, findings: Findings) -> None:
    case_id = told.case.id
    answered: set[LadderKind] = set()
    climbed: Counter[tuple[LadderKind, int]] = Counter()
    for entry in told.entries:
        match entry.change:
            case Acknowledged():
                answered.add(LadderKind.ACKNOWLEDGEMENT)
                findings.counts["acknowledged"] += 1
            case Reported():
                answered |= {LadderKind.ACKNOWLEDGEMENT, LadderKind.FEEDBACK}
                findings.counts["reported"] += 1
            case Escalated() as change:
                findings.counts["rungs climbed"] += 1
                climbed[change.ladder, change.rung] += 1
                if change.ladder in answered:
                    findings.wrong.append(f"{case_id}: rung {change.rung} of {change.ladder} was climbed after the answer")
                if entry.at < change.due:
                    findings.wrong.append(f"{case_id}: rung {change.rung} of {change.ladder} was climbed too early")
    findings.wrong += [f"{case_id}: rung {rung} of {kind} {times} times" for (kind, rung), times in climbed.items() if times > 1]
    findings.wrong += [f"{case_id}: rung {rung} of {kind} never" for kind, rung in _owed(told.case) if not climbed[kind, rung]]


def _owed(case: Case) -> Iterable[tuple[LadderKind, int]]:
    """The rungs that must have been climbed by now: all of the ladders that still run."""
    return ((ladder.kind, rung) for one in case.assignments for ladder in one.running for rung in range(len(ladder.rungs)))


def _examine_notices(
    told: Told,
    deliveries: Mapping[str, Delivery],
    mails: Mapping[str, list[Arrival]],
    texts: Mapping[str, list[str]],
    findings: Findings,
) -> None:
    counts, wrong = findings.counts, findings.wrong
    tasks = {entry.change.task.subject for entry in told.entries if isinstance(entry.change, NoticeFailed)}
    asked = [effect for entry in told.entries for effect in effects_of(entry) if isinstance(effect, NoticeEffect)]
    for effect in asked:
        counts["notices asked for"] += 1
        delivery = deliveries.get(effect.id)
        if delivery is None:
            wrong.append(f"{effect.id}: lost, no delivery")
            continue
        counts[f"notices {delivery.state}"] += 1
        if delivery.state is DeliveryState.FAILED:
            counts[f"  for {delivery.reason}"] += 1
            if effect.id not in tasks:
                wrong.append(f"{effect.id}: failed and nobody's task")
        elif delivery.state not in (DeliveryState.SENT, DeliveryState.SKIPPED):
            wrong.append(f"{effect.id}: not at its end ({delivery.state})")
        elif delivery.state is DeliveryState.SKIPPED and not delivery.reason:
            wrong.append(f"{effect.id}: skipped without a reason")
        if effect.transport is Transport.MAIL:
            _examine_mail(effect, delivery, mails.get(effect.contact.email, []), findings)
    by_phone: dict[str, list[Delivery]] = {}
    for effect in asked:
        if effect.transport is Transport.SMS and effect.id in deliveries:
            by_phone.setdefault(effect.contact.phone, []).append(deliveries[effect.id])
    for phone, some in by_phone.items():
        _examine_texts(told.case.id, some, texts.get(phone, []), findings)


def _examine_mail(effect: NoticeEffect, delivery: Delivery, copies: list[Arrival], findings: Findings) -> None:
    """`copies` are all that came to the contact, whom the drill tells of one thing by mail."""
    findings.counts["mails arrived"] += len(copies)
    if delivery.state is DeliveryState.SENT and delivery.provider_ref not in [one.reference for one in copies]:
        findings.wrong.append(f"{effect.id}: called sent, and never arrived")
    if delivery.state is not DeliveryState.SENT:
        findings.counts["mails arrived all the same, whose answer was lost"] += len(copies)
    if len(copies) > 1:
        findings.counts["mails repeated because nobody knew (harmless, docs/notices.md)"] += len(copies) - 1
    # A copy is only ever sent when the claim of the one before has run out, which says that its outcome is unknown.
    hours = sorted(one.at for one in copies)
    too_soon = [later - earlier for earlier, later in pairwise(hours) if later - earlier < LEASE - _TRAVEL]
    findings.wrong += [f"{effect.id}: arrived again after {span.total_seconds():.0f} s" for span in too_soon]


def _examine_texts(case_id: str, deliveries: list[Delivery], arrived: list[str], findings: Findings) -> None:
    """Each SMS that SNS took is the one of a sent notice, or of one of which nobody knew."""
    findings.counts["SMS arrived"] += len(arrived)
    known = Counter(one.provider_ref or "" for one in deliveries if one.state is DeliveryState.SENT)
    unknown = [one for one in deliveries if one.state is not DeliveryState.SENT]
    missing = known - Counter(arrived)
    surplus = Counter(arrived) - known
    if missing:
        findings.wrong.append(f"{case_id}: an SMS called sent never arrived")
    findings.counts["SMS arrived whose answer was lost: a person was asked to telephone"] += surplus.total()
    if surplus.total() > sum(one.reason == "outcome_unknown" or one.state is DeliveryState.SKIPPED for one in unknown):
        findings.wrong.append(f"{case_id}: {surplus.total()} SMS more than notices of which nobody knows")


# --- The command ----------------------------------------------------------------------------------


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.faults", description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--assignments", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=20261128)
    parser.add_argument("--fault-rate", type=float, default=0.3, help="the share of calls that meet a fault")
    parser.add_argument("--step", type=int, default=int(STEP.total_seconds()), help="seconds between two rungs")
    arguments = parser.parse_args()
    drill = Drill(
        assignments=arguments.assignments,
        seed=arguments.seed,
        fault_rate=arguments.fault_rate,
        step=timedelta(seconds=arguments.step),
    )
    print(f"== {drill.assignments} assignments, seed {drill.seed}, faults {drill.fault_rate:.0%}, one restart", flush=True)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="jiesu-faults-") as state:
        try:
            findings = run(drill, Path(state))
        except ProxyError as error:
            print(error)
            return 2
        print(f"{told_of(findings)}\ntook {time.monotonic() - began:.0f} s", flush=True)
    return 1 if findings.wrong else 0


def told_of(findings: Findings) -> str:
    """The counts, the faults and what is wrong, as lines of text."""
    rows = [(what, f"{count:,}") for what, count in findings.counts.items()]
    rows += [(f"injected: {service}, {kind}", f"{count:,}") for (service, kind), count in sorted(findings.faults.items())]
    verdict = [f"WRONG ({len(findings.wrong)}):", *findings.wrong] if findings.wrong else ["nothing lost, nothing twice"]
    return "\n".join((columns(rows), *verdict))


if __name__ == "__main__":
    sys.exit(main())
