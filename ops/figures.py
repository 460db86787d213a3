"""`jiesu figures rebuild`: what came in, listed and counted from the messages that are still there."""

from datetime import UTC, date, datetime, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from jiesu.road.volume import tally_days
from jiesu.runtime import clients
from jiesu.store.finding import FindingStore
from jiesu.store.rebuilding import list_arrivals
from jiesu.store.volume import VolumeStore
from ops.stack import StackName, find_stack

app = typer.Typer(help="The figures of the desk.", no_args_is_help=True)


@app.callback()
def _figures() -> None:
    """Keeps `rebuild` a command of its own while it is the only one."""


@app.command("rebuild")
def rebuild(
    time_zone: Annotated[str, typer.Option(help="The office's zone, whose days are counted.")] = "Asia/Shanghai",
    stack: StackName = "jiesu",
) -> None:
    """List every message that came in and count the days of which all are kept: once after the update that brought these figures.

    What was let rest is deleted in time: the day of the oldest that still rests, and all before it, are not counted.
    """
    office, zone, now = find_stack(stack), ZoneInfo(time_zone), datetime.now(UTC)
    dynamodb, messages = clients.dynamodb(), office.output("MessagesTableName")
    listed = seen = 0
    oldest: date | None = None
    for message, rests, was_listed in list_arrivals(dynamodb, messages):
        seen += 1
        listed += was_listed
        day = message.received_at.astimezone(zone).date()
        if rests and (oldest is None or day < oldest):
            oldest = day
        if seen % 1000 == 0:
            typer.echo(f"{seen} messages")
    volume = VolumeStore(dynamodb, messages, FindingStore(dynamodb, office.output("CasesTableName")))
    counted = tally_days(volume, _days_after(oldest, now.astimezone(zone).date()), zone=zone, now=now)
    typer.echo(f"{listed} of {seen} messages listed, {counted['days']} days counted")


def _days_after(oldest: date | None, today: date) -> list[date]:
    """The days between; none where nothing rests: nobody can say then which days are whole."""
    return [] if oldest is None else [oldest + timedelta(days=one) for one in range(1, (today - oldest).days)]
