"""`jiesu parked`: what could not be handled, and the two ways out of there: sent on, or taken out into a file."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from jiesu.runtime import clients
from jiesu.store.parking import Parked
from ops.dead_letters import queue_url
from ops.errors import OperatorError
from ops.stack import Stack, StackName, find_stack

app = typer.Typer(help="Messages that can never succeed as they are.", no_args_is_help=True)

Place = Annotated[str, typer.Argument(help="As `jiesu parked list` shows it.")]


@app.command("list")
def list_parked(
    stack: StackName = "jiesu", limit: Annotated[int, typer.Option(min=1, max=1_000, help="How many at most.")] = 50
) -> None:
    """Show what is parked, oldest first: when, why and from where. What it says is for the desk, not for a terminal."""
    parking = find_stack(stack).parking
    parked = parking.parked(limit=limit)
    table = Table("parked at (UTC)", "reason", "context", "bytes", "place")
    for one in parked:
        context = ", ".join(f"{key}={value}" for key, value in one.context.items())
        table.add_row(f"{one.parked_at:%Y-%m-%d %H:%M:%S}", one.reason, context, str(len(one.body)), one.place)
    Console().print(table)
    number = parking.number()
    typer.echo(f"{number} parked" + (f", {len(parked)} of them shown" if len(parked) < number else ""))


@app.command("send")
def send(place: Place, stack: StackName = "jiesu") -> None:
    """Send one on to the queue it came from, once its cause is mended. Sent first, removed after: twice does no harm."""
    found = find_stack(stack)
    one = _at(found, place)
    queue = one.context.get("queue", "")
    clients.sqs().send_message(QueueUrl=queue_url(found, queue), MessageBody=_message(one))
    found.parking.remove(place)
    typer.echo(f"sent on to {queue}")


@app.command("take")
def take(
    place: Place,
    file: Annotated[Path, typer.Argument(dir_okay=False, help="A new file. It holds what a citizen or a bureau wrote.")],
    stack: StackName = "jiesu",
) -> None:
    """Take one out that nothing can be done with: its body is written to a file, then it is parked no more."""
    found = find_stack(stack)
    one = _at(found, place)
    try:
        with file.open("xb") as written:
            file.chmod(0o600)
            written.write(one.body)
    except FileExistsError as error:
        raise OperatorError(f"{file} is there already: name a new file") from error
    found.parking.remove(place)
    typer.echo(f"{file}: {len(one.body)} bytes; {one.reason}, parked at {one.parked_at:%Y-%m-%d %H:%M:%S} UTC")


def _at(stack: Stack, place: str) -> Parked:
    found = stack.parking.at(place)
    if found is None:
        raise OperatorError(f"nothing is parked at {place}: see `jiesu parked list`")
    return found


def _message(parked: Parked) -> str:
    """The queue message as it was. Raises `OperatorError` where the body is none."""
    if "mail" in parked.context:
        raise OperatorError("this is a mail: `jiesu mail fetch` writes it to a file, `jiesu mail drop` hands it in again")
    try:
        return parked.body.decode()
    except UnicodeDecodeError as error:
        raise OperatorError("its body is no queue message: take it out into a file") from error
