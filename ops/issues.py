"""`jiesu issues`: the issues of a month as the daily count left them."""

import json
import sys
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from jiesu.cases.issues import IssueRow, IssueTable, month_text, read_month
from jiesu.runtime import clients
from jiesu.store.codec import dumps
from jiesu.store.issues import IssueStore
from jiesu.triage.categories import label
from ops.errors import OperatorError
from ops.stack import StackName, find_stack

_WIDTH = 160

app = typer.Typer()


@app.command("issues")
def show_issues(
    month: Annotated[str, typer.Option("--month", help="Such as 2026-11; this month without it.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="The whole table as JSON.")] = False,
    stack: StackName = "jiesu",
) -> None:
    """Show what grew in a month, what came back after it was called solved, and how many cases stand behind each line."""
    chosen = read_month(month or month_text(datetime.now(UTC).date()))
    if chosen is None:
        raise OperatorError(f"{month!r} is no month like 2026-11")
    store = IssueStore(clients.dynamodb(), find_stack(stack).output("CasesTableName"))
    table = store.table(chosen)
    if table is None:
        raise OperatorError(f"{month_text(chosen)} has not been counted: that is done once a day, from a month's second day on")
    if as_json:
        typer.echo(json.dumps(json.loads(dumps(table)), ensure_ascii=False, indent=2))
        return
    _show(table)


def _show(table: IssueTable) -> None:
    # Where nobody sees the table its lines are as long as they need to be.
    out = Console(width=None if sys.stdout.isatty() else _WIDTH)
    shown = Table("category", "district", "cases", "before", "× a day, 99 %", "", "returned", "newest")
    for row in table.rows:
        mark = "grows" if row.grows else "falls" if row.falls else ""
        newest = ", ".join(row.cases[:3])
        shown.add_row(
            label(row.category), row.district, str(row.count), str(row.before), interval(row), mark, str(row.returned), newest
        )
    out.print(shown)
    out.print(
        f"{table.total} cases in {table.days} days, {table.total_before} in the {table.days_before} days of the month before; "
        f"counted up to {table.until}" + (f"; {table.left_out} rows left out" if table.left_out else ""),
        markup=False,
        highlight=False,
    )


def interval(row: IssueRow) -> str:
    """How many times as many cases a day, from and to; open where there were none before."""
    if row.low is None:
        return ""
    return f"{row.low:.2f} – {'' if row.high is None else f'{row.high:.2f}'}"
