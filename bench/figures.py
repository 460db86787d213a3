"""What the figures of a month read: the count of one day, and the page of thirty.

`python -m bench.figures [--messages N]`. The real count and page run over an emulated AWS; capacity units are computed from the
sizes of the items (`bench/capacity.py`). Only the CPU time is this machine's.
"""

import argparse
import gzip
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import boto3
from moto import mock_aws

from bench.metering import Call, Meter, Tally
from bench.report import Figure, table_of
from jiesu.cases.volume import DayVolume, together
from jiesu.model.message import Message
from jiesu.model.numbers import case_id_for
from jiesu.model.words import Platform
from jiesu.store import keys
from jiesu.store.attributes import item
from jiesu.store.desk_lines import line_item
from tests import builders as build
from tests.conftest import Stores
from tests.functions.desks import DemoDesk
from tests.tables import TABLES, create_tables

MESSAGES = 3_000
WORK_SHARE = 10
"""One in so many is work, and opens a case of its own: the most cases that there can be."""
DAYS = 30
MOST_QUERIES = 4
"""Reads of the page of a month that is over: counts, assignments, samples, and the table of issues."""

_ZONE = ZoneInfo("Asia/Shanghai")
_DAY = date(2026, 11, 10)
_PLATFORMS = (Platform.WEIBO, Platform.WECHAT, Platform.DOUYIN)


def run(messages: int = MESSAGES) -> list[Figure]:
    """One day is counted; a month has thirty counts like it."""
    with mock_aws():
        dynamodb = boto3.client("dynamodb")
        create_tables(dynamodb)
        stores = Stores(dynamodb)
        _a_day(stores, messages)
        meter = Meter(clients=(dynamodb,), observer=boto3.client("dynamodb"))
        now = datetime(2026, 12, 5, 9, tzinfo=_ZONE)
        with meter.reading() as counting:
            counted = stores.volume.count(_DAY, zone=_ZONE, now=now)
        if sum(one.received for one in counted.cells) != messages:
            raise AssertionError("not every message was counted")
        days = _a_month(stores, counted)
        weight, reading = _page(stores, meter, now)
        day, month = Tally.of(counting), Tally.of(reading)
        return [
            Figure(what="calls to count a day", value=day.total, unit="calls"),
            Figure(what="read units to count a day", value=day.read_units, unit="units"),
            Figure(what="calls of the page of a month", value=month.total, unit="calls", budget=MOST_QUERIES),
            Figure(what="read units of that", value=month.read_units, unit="units"),
            Figure(what="that page, compressed", value=weight, unit="bytes"),
            Figure(what="CPU to put a month together", value=_cpu(lambda: together(days)) * 1000, unit="ms"),
        ]


def _a_day(stores: Stores, messages: int) -> None:
    """Messages, and the lines of their cases: a transaction each, as ingest has it, copies the emulator's whole tables."""
    for number in range(messages):
        message = _message(number, messages)
        screened = build.a_screened(message=message, triage=build.noise())
        stores.messages.rest(screened, day=_DAY, expires_at=message.received_at + timedelta(days=180))
        if number % WORK_SHARE == 0:
            case = replace(build.a_case(), id=case_id_for(message.id, _DAY), opened_at=message.received_at)
            stores.client.put_item(TableName=TABLES.cases, Item=item(**line_item(case)))
            stores.client.update_item(
                TableName=TABLES.messages,
                Key=item(pk=keys.conversation(message.conversation), sk=keys.message(message.sent_at, message.id)),
                UpdateExpression="SET case_id = :case",
                ExpressionAttributeValues=item(**{":case": case.id}),
            )


def _message(number: int, messages: int) -> Message:
    at = datetime(_DAY.year, _DAY.month, _DAY.day, tzinfo=_ZONE) + timedelta(days=1) * (number / messages)
    platform = _PLATFORMS[number % len(_PLATFORMS)]
    known = build.a_message(id=f"{platform}:{5_021_000_000_000_000 + number}", citizen_id=f"{1_000_000_000 + number}", sent_at=at)
    return replace(known, platform=platform, received_at=at)


def _a_month(stores: Stores, counted: DayVolume) -> list[DayVolume]:
    days = [replace(counted, day=_DAY.replace(day=number)) for number in range(1, DAYS + 1)]
    for one in days:
        stores.volume.put(one)
    return days


def _page(stores: Stores, meter: Meter, now: datetime) -> tuple[int, list[Call]]:
    """The weight of the page, and the calls that it took."""
    editor = DemoDesk(stores, now=now).editor()
    with meter.reading() as calls:
        page = editor.get("/prod/desk/figures?month=2026-11")
    if page.status != 200:
        raise AssertionError(page.status)
    return len(gzip.compress(page.body.encode())), calls


def _cpu(done: Callable[[], object]) -> float:
    before = time.process_time()
    done()
    return time.process_time() - before


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.figures", description="Count what the figures of a month read.")
    parser.add_argument("--messages", type=int, default=MESSAGES, help="messages a day (default: %(default)s)")
    figures = run(parser.parse_args().messages)
    print(table_of(figures))
    return 0 if all(one.within_budget for one in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
