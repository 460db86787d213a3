"""How much CPU time it takes to think about one message: what it is, and where it happened.

python -m bench.triage [--rounds 30]
"""

import argparse
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import jiesu.places
import jiesu.triage
from bench.report import Figure, table_of
from jiesu.model.message import Message
from jiesu.road.screening import screen
from jiesu.triage.extract.extraction import extract
from jiesu.triage.model import ARTEFACT, load
from local.feed.morning import lines
from tests import builders as build

BEIJING = ZoneInfo("Asia/Shanghai")
CHARACTERS = 140
ROUNDS = 30
BUDGET_MICROSECONDS = 1_000
BUDGET_KIBIBYTES = 1_024


def messages() -> tuple[Message, ...]:
    """The morning's texts, noise and work as they come, joined and cut into messages of `CHARACTERS`."""
    joined = "".join(line.text for line in lines())
    return tuple(
        build.a_message(id=f"weibo:{start}", text=joined[start : start + CHARACTERS])
        for start in range(0, len(joined) - CHARACTERS + 1, CHARACTERS)
    )


def _screened(message: Message) -> None:
    screen(message, load())


def _marked(message: Message) -> None:
    extract(message.text, sent_at=message.sent_at, time_zone=BEIJING)


def _both(message: Message) -> None:
    _screened(message)
    _marked(message)


def microseconds(work: Callable[[Message], None], rounds: int) -> list[float]:
    """For each message the least CPU time that `work` takes of `rounds` times, rising."""
    thought = messages()
    for message in thought:
        work(message)  # reads the lists and compiles the patterns, once a process
    return sorted(min(_spent(work, message) for _ in range(rounds)) for message in thought)


def _spent(work: Callable[[Message], None], message: Message) -> float:
    before = time.process_time_ns()
    work(message)
    return (time.process_time_ns() - before) / 1_000


def model_kibibytes() -> float:
    """The size of the trained model that ships."""
    return (Path(jiesu.triage.__path__[0]) / "data" / ARTEFACT).stat().st_size / 1_024


def data_kibibytes() -> float:
    """The size of all data that triage and places read, the model among them."""
    return sum(path.stat().st_size for folder in _data_folders() for path in folder.iterdir()) / 1_024


def _data_folders() -> Iterator[Path]:
    for package in (jiesu.triage, jiesu.places):
        yield Path(package.__path__[0]) / "data"


def run(rounds: int = ROUNDS) -> list[Figure]:
    """Measure, and answer the figures."""
    figures: list[Figure] = []
    for name, work in (("triage and place", _screened), ("extraction", _marked), ("all three", _both)):
        taken = microseconds(work, rounds)
        budget = None if work is _marked else BUDGET_MICROSECONDS
        for which, value in ((f"median of {len(taken)} messages", statistics.median(taken)), ("the slowest of them", taken[-1])):
            what = f"{name} of {CHARACTERS} characters, {which}"
            figures.append(Figure(what=what, value=round(value), unit="µs CPU", budget=budget))
    return [
        *figures,
        Figure(what="model of triage", value=round(model_kibibytes(), 1), unit="KiB", budget=BUDGET_KIBIBYTES),
        Figure(what="lists of triage and places", value=round(data_kibibytes() - model_kibibytes(), 1), unit="KiB"),
    ]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.triage", description="Measure triage and places.")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="times each message is thought about (default: %(default)s)")
    figures = run(parser.parse_args().rounds)
    print(table_of(figures))
    return 0 if all(figure.within_budget for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
