"""`jiesu contacts`: addresses that notices did not reach for good, or whose owners want none."""

from typing import Annotated

import typer

from ops.errors import OperatorError
from ops.stack import StackName, find_stack

app = typer.Typer(help="Addresses of contacts that are not to be relied on.", no_args_is_help=True)


@app.command("list")
def list_marks(stack: StackName = "jiesu") -> None:
    """Show each address with what was said of it, when, and whose it is."""
    for one in find_stack(stack).contact_marks.all():
        typer.echo(f"{one.address}  {one.kind}  {one.at:%Y-%m-%d}  {one.bureau} {one.contact}  case {one.case_id}")


@app.command("clear")
def clear_mark(
    address: Annotated[str, typer.Argument(help="As `list` shows it. Put the directory right first.")],
    stack: StackName = "jiesu",
) -> None:
    """Forget what was said of an address: it was put right, or is nobody's any more."""
    store = find_stack(stack).contact_marks
    if address.strip().casefold() not in {one.address for one in store.all()}:
        raise OperatorError(f"nothing is known against {address}")
    store.clear(address)
    typer.echo(f"{address} is trusted again")
