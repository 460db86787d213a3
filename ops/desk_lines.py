"""`jiesu desk rebuild`: the lines by which the desk's pages list cases, written anew from the cases themselves."""

import typer

from jiesu.runtime import clients
from jiesu.store.rebuilding import rebuild_lines
from ops.stack import StackName, find_stack

app = typer.Typer(help="What the desk's pages list cases by.", no_args_is_help=True)


@app.callback()
def _desk() -> None:
    """Keeps `rebuild` a command of its own while it is the only one."""


@app.command("rebuild")
def rebuild(stack: StackName = "jiesu") -> None:
    """Write the line of every case anew, once after an update that changed what stands in it. People may go on working."""
    written = seen = 0
    for seen, was_written in enumerate(rebuild_lines(clients.dynamodb(), find_stack(stack).output("CasesTableName")), start=1):
        written += was_written
        if seen % 1000 == 0:
            typer.echo(f"{seen} cases")
    typer.echo(f"{written} of {seen} cases written; the others changed meanwhile and wrote themselves")
