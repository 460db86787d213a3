"""Mail that comes in where SES does not receive: the office's own mail server hands each mail to `jiesu mail drop`.

Its exit codes are those of sysexits.h that mail servers know: 0 taken, 75 try again later, 65 will never be taken.
"""

import sys
from pathlib import Path
from typing import Annotated

import typer
from botocore.exceptions import BotoCoreError, ClientError

from jiesu.road.answers import MAX_BYTES
from ops.errors import OperatorError
from ops.stack import StackName, find_stack

app = typer.Typer(help="Mails by which bureaus answer.", no_args_is_help=True)

TRY_AGAIN = 75
NEVER = 65


@app.command("drop")
def drop(
    file: Annotated[Path | None, typer.Argument(exists=True, dir_okay=False, readable=True, help="Absent: from stdin.")] = None,
    recipient: Annotated[str, typer.Option(help="The envelope's recipient, where the mail server knows it.")] = "",
    stack: StackName = "jiesu",
) -> None:
    """Take in one mail, as it came. The same mail may be dropped again: it is noted once."""
    content = sys.stdin.buffer.read() if file is None else file.read_bytes()
    if not content.strip() or len(content) > MAX_BYTES:
        typer.echo(f"a mail has between 1 and {MAX_BYTES} bytes, this has {len(content)}", err=True)
        raise typer.Exit(NEVER)
    if any(one in recipient for one in "\r\n"):
        typer.echo("the recipient is no address", err=True)
        raise typer.Exit(NEVER)
    head = f"Delivered-To: {recipient}\r\n".encode() if recipient else b""
    try:
        key = find_stack(stack).mail_bucket.drop(head + content)
    except (ClientError, BotoCoreError, OperatorError) as error:
        typer.echo(f"not taken, try again later: {type(error).__name__}", err=True)
        raise typer.Exit(TRY_AGAIN) from error
    typer.echo(key)


@app.command("fetch")
def fetch(
    key: Annotated[str, typer.Argument(help="As the desk's page of parked things names it.")],
    file: Annotated[Path, typer.Argument(dir_okay=False, writable=True)],
    stack: StackName = "jiesu",
) -> None:
    """Write a mail that came in to a file, whole: to be read in a mail program, or put right and dropped again."""
    file.write_bytes(find_stack(stack).mail_bucket.read(key))
    typer.echo(f"{file}: {file.stat().st_size} bytes")
