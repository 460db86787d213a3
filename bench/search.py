"""What a search of the desk reads where 100,000 cases are over: queries, pages and read units.

`python -m bench.search [--cases N]`. Computed from the sizes of the lines by DynamoDB's rules, as a query ends after a megabyte;
nothing is timed.
"""

import argparse
import math
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import groupby

from bench.capacity import item_bytes
from bench.report import Figure, table_of
from jiesu.cases.commands import AcceptFeedback, CloseCase
from jiesu.model.case import Case
from jiesu.model.numbers import case_id_for
from jiesu.model.words import Resolution
from jiesu.store.attributes import item
from jiesu.store.citizens import MOST_FOUND, items_of
from jiesu.store.desk_lines import line_item
from jiesu.store.finding import MOST_READS
from tests import builders as build

CASES = 100_000
_PAGE_BYTES = 1_048_576
"""After which a query ends."""
_UNIT_BYTES = 8_192
"""Of a read that may be a little behind."""
_TITLE = "丰台区方庄路夜间有机动车飙车炸街噪音扰民持续三个月无人处理"
"""Made up, and as long as a title becomes."""


def run(cases: int = CASES) -> list[Figure]:
    """A word that is nowhere, in the closed cases of a year: the most that a search can read."""
    over = _closed_case()
    sizes: list[tuple[str, int]] = []
    for number in range(cases):
        opened_at = build.NOW - timedelta(days=364) * (number / cases)
        case = replace(over, id=case_id_for(f"weibo:{number}", opened_at.date()), opened_at=opened_at)
        stored = item(**line_item(case))
        sizes.append((stored["gsi1pk"]["S"], item_bytes(stored)))
    telephone, name = (item_bytes(item(**one)) for one in _traces())
    months = [sum(size for _, size in some) for _, some in groupby(sizes, key=lambda one: one[0])]
    queries = sum(max(1, math.ceil(size / _PAGE_BYTES)) for size in months)
    units = sum(math.ceil(size / _UNIT_BYTES) for size in months)
    return [
        Figure(what="bytes of a closed case's line", value=sum(months) / cases, unit="bytes"),
        Figure(what="closed cases that one query reads", value=cases / queries, unit="cases"),
        Figure(what="queries of a page of a search", value=min(queries, MOST_READS), unit="queries", budget=MOST_READS),
        Figure(what="read units of a page of a search", value=min(units, MOST_READS * _PAGE_BYTES / _UNIT_BYTES), unit="units"),
        Figure(what=f"queries in vain through {cases:,} closed cases", value=queries, unit="queries"),
        Figure(what="pages of that", value=math.ceil(queries / MOST_READS), unit="pages"),
        Figure(what="read units of that", value=units, unit="units"),
        Figure(what="bytes that a message's telephone adds", value=telephone, unit="bytes"),
        Figure(what="bytes that its writer's name adds", value=name, unit="bytes"),
        Figure(what="read units of a telephone's places", value=_units_of_places(telephone), unit="units"),
        Figure(what="read units of a name's places", value=_units_of_places(name), unit="units"),
    ]


def _units_of_places(size: int) -> int:
    """Where as many messages are found as one search looks at."""
    return math.ceil(size * (MOST_FOUND + 1) / _UNIT_BYTES)


def _traces() -> Iterator[dict[str, str]]:
    """What a message of a case is found by: its one telephone, and the name of its writer."""
    return items_of(build.a_message(text="请回电 19900000001", nickname="一个不长也不短的昵称"), lambda: "key")


def _closed_case() -> Case:
    report = (build.dispatch(), build.acknowledge(), build.report(), AcceptFeedback(assignment_id=build.ASSIGNMENT_ID))
    return replace(build.a_case(*report, CloseCase(resolution=Resolution.HANDLED, reason="已办理")), title=_TITLE)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.search", description="Count what a search reads.")
    parser.add_argument("--cases", type=int, default=CASES, help="closed cases (default: %(default)s)")
    figures = run(parser.parse_args().cases)
    print(table_of(figures))
    return 0 if all(one.within_budget for one in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
