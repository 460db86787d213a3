"""`jiesu citizens rebuild`: by what citizens' messages are found, written anew from the messages themselves."""

import typer

from jiesu.runtime import clients
from jiesu.runtime.secrets import SecretBook
from jiesu.store.citizens import CitizenIndex
from jiesu.store.rebuilding import rebuild_traces
from ops.stack import StackName, find_stack

app = typer.Typer(help="By what citizens' messages are found.", no_args_is_help=True)


@app.callback()
def _citizens() -> None:
    """Keeps `rebuild` a command of its own while it is the only one."""


@app.command("rebuild")
def rebuild(stack: StackName = "jiesu") -> None:
    """Write the digests of telephones and the names of all messages of cases anew: after the key has changed, once after
    the update that brought them, or after a message was erased by hand. People may go on working; it may be broken off."""
    office = find_stack(stack)
    secrets, name = SecretBook(clients.secretsmanager()), office.output("TelephoneSecretArn")
    index = CitizenIndex(clients.dynamodb(), office.output("MessagesTableName"), lambda: secrets.text(name))
    written = deleted = 0
    for seen, count in enumerate(rebuild_traces(index), start=1):
        written, deleted = (written, deleted + 1) if count < 0 else (written + count, deleted)
        if seen % 1000 == 0:
            typer.echo(f"{seen} items looked at")
    typer.echo(f"{written} written, {deleted} deleted")
