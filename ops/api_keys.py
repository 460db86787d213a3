"""`jiesu api-keys`: who may hand in service requests over Open311, or use the API. A key is shown once, and kept nowhere."""

import secrets
from datetime import UTC, datetime
from typing import Annotated

import typer

from jiesu.model.scopes import Scope
from jiesu.store.api_keys import ApiKey
from ops.errors import OperatorError
from ops.stack import StackName, find_stack

app = typer.Typer(help="The keys of Open311's clients and of systems that use the API.", no_args_is_help=True)

KEY_BYTES = 32
MAX_NAME = 40


@app.command("create")
def create_key(
    name: Annotated[str, typer.Option(help="Whose it is, such as 12345 热线; editors read it beside each request.")],
    stack: StackName = "jiesu",
    scope: Annotated[
        list[str] | None,
        typer.Option(
            help=f"A scope of the API ({', '.join(Scope)}), more than once for several; without one the key is for Open311."
        ),
    ] = None,
) -> None:
    """Create a key for one client and print it, this once."""
    unknown = [one for one in scope or () if one not in set(Scope)]
    if unknown:
        raise OperatorError(f"there is no scope {unknown[0]}: {', '.join(Scope)}")
    name = name.strip()
    if not name or len(name) > MAX_NAME or not name.isprintable():
        raise OperatorError(f"name must be one line of at most {MAX_NAME} characters")
    store = find_stack(stack).api_keys
    if any(one.name == name and one.revoked_at is None for one in store.all()):
        raise OperatorError(f"there is a key for {name} already: revoke it, or name the new one otherwise")
    key = secrets.token_urlsafe(KEY_BYTES)
    added = store.add(key, name=name, now=datetime.now(UTC), scopes=tuple(scope or ()))
    typer.echo(f"key {added.id} for {name}; hand it on by a safe way, it is not shown again:")
    typer.echo(key)


@app.command("list")
def list_keys(stack: StackName = "jiesu") -> None:
    """Show whose keys there are; not the keys, which nobody has but their clients."""
    for one in find_stack(stack).api_keys.all():
        end = "" if one.revoked_at is None else f", revoked {one.revoked_at:%Y-%m-%d}"
        typer.echo(f"{one.id}  {one.name}  {' '.join(one.scopes) or 'open311'}  created {one.created_at:%Y-%m-%d}{end}")


@app.command("revoke")
def revoke_key(
    key_id: Annotated[str, typer.Argument(metavar="ID", help="As `list` shows it.")], stack: StackName = "jiesu"
) -> None:
    """Let a key open nothing from now on. What it handed in stays."""
    store = find_stack(stack).api_keys
    key = _known(store.all(), key_id)
    if key.revoked_at is not None:
        typer.echo(f"key {key.id} was revoked already")
        return
    store.revoke(key, datetime.now(UTC))
    typer.echo(f"key {key.id} for {key.name} is revoked")


def _known(known: tuple[ApiKey, ...], key_id: str) -> ApiKey:
    found = next((one for one in known if one.id == key_id), None)
    if found is None:
        raise OperatorError(f"there is no key {key_id}: jiesu api-keys list")
    return found
