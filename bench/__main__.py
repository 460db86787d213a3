"""`make bench`, or `python -m bench [--json FILE]`: every benchmark, and each figure beside its budget.

Ends with status 1 where a figure is over its budget. Times are this machine's: run it when
nothing else does.
"""

import argparse
import json
import platform
import sys
from dataclasses import asdict
from pathlib import Path

from bench import calls, cold_start, triage
from bench.lambda_runtime import NotStartedError
from bench.report import Figure, table_of


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure what the system promises.")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    parser.add_argument(
        "--stored", nargs="+", type=int, default=list(calls.STORED), help="stored messages to count with (default: %(default)s)"
    )
    parser.add_argument("--rounds", type=int, default=cold_start.ROUNDS, help="cold starts of each function")
    arguments = parser.parse_args()
    figures: list[Figure] = []
    print("== AWS calls and capacity units of a message", flush=True)
    figures += calls.run(arguments.stored)
    print("== Cold start and CPU of the webhook", flush=True)
    try:
        figures += cold_start.run(arguments.rounds)
    except NotStartedError as error:
        print(f"not measured: {error}")
    print("== Triage and places", flush=True)
    figures += triage.run()
    print(f"\n{table_of(figures)}")
    if arguments.json:
        arguments.json.write_text(json.dumps(_report(figures), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return 0 if all(figure.within_budget for figure in figures) else 1


def _report(figures: list[Figure]) -> dict[str, object]:
    return {
        "python": platform.python_version(),
        "machine": platform.machine(),
        "figures": [asdict(one) | {"within_budget": one.within_budget} for one in figures],
    }


if __name__ == "__main__":
    sys.exit(main())
