"""`jiesu forms list`, `check`, `upload`, `rollback`, `export`: the template that the office edits in Word or WPS."""

import getpass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from jiesu.notices.document import FIELDS, TemplateFaultyError, check, shipped_template
from jiesu.store.form_templates import TemplateChoice, TemplateChoices
from ops.errors import OperatorError
from ops.stack import Stack, StackName, find_stack

app = typer.Typer(help="The template that bulletins are printed with.", no_args_is_help=True)

TemplateFile = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="Template, a .docx.")]


@app.command("list")
def list_templates(stack: StackName = "jiesu") -> None:
    """Show which templates were chosen when and by whom, and which is in use."""
    choices = find_stack(stack).form_templates.choices()
    for one in reversed(choices.history):
        mark = "*" if one is choices.history[-1] else " "
        typer.echo(
            f"{mark} {one.template_id[:12] or 'shipped':12}  {one.chosen_at:%Y-%m-%d %H:%M}Z  {one.chosen_by}  {one.file_name}"
        )
    if not choices.history:
        typer.echo("* shipped       the template that ships; export it, edit it in Word or WPS, upload it")


@app.command("fields")
def list_fields() -> None:
    """Show the fields that a template may name, each as {{ 字段 }}."""
    for name, said in FIELDS.items():
        typer.echo(f"{{{{ {name} }}}}  {said}".rstrip())


@app.command("check")
def check_template(file: TemplateFile) -> None:
    """Say whether a template can be used, and what is wrong with it."""
    _checked(file)
    typer.echo(f"{file.name} can be used")


@app.command("export")
def export_template(
    file: Annotated[Path, typer.Argument(dir_okay=False, help="Where to write it.")],
    stack: StackName = "jiesu",
    shipped: Annotated[bool, typer.Option("--shipped", help="The one that ships, whatever is in use.")] = False,
) -> None:
    """Write the template in use to a file, to be edited."""
    if file.exists():
        raise OperatorError(f"{file} is there already")
    target = None if shipped else find_stack(stack)
    used = "" if target is None else target.form_templates.choices().template_id
    file.write_bytes(shipped_template() if target is None or not used else target.form_templates.content(used))
    typer.echo(f"wrote {file}")


@app.command("upload")
def upload_template(file: TemplateFile, stack: StackName = "jiesu") -> None:
    """Print with this template from now on. Bulletins that are out keep theirs."""
    content = _checked(file)
    target = find_stack(stack)
    standing = target.form_templates.choices()
    template_id = target.form_templates.keep(content)
    if template_id == standing.template_id:
        typer.echo("this template is in use already; nothing was changed")
        return
    _choose(target, standing, template_id, file.name, f"上传 {file.name}")


@app.command("rollback")
def roll_back(stack: StackName = "jiesu") -> None:
    """Print again with what was used before; before the first upload that is the template that ships."""
    target = find_stack(stack)
    standing = target.form_templates.choices()
    if not standing.template_id:
        raise OperatorError("the template that ships is in use already")
    earlier = [one for one in standing.history[:-1] if one.template_id != standing.template_id]
    before = earlier[-1] if earlier else None
    _choose(target, standing, before.template_id if before else "", before.file_name if before else "shipped", "换回上一个格式")


def _checked(file: Path) -> bytes:
    content = file.read_bytes()
    try:
        check(content)
    except TemplateFaultyError as error:
        raise OperatorError("\n".join(f"{file.name}: {fault}" for fault in error.faults)) from error
    return content


def _choose(target: Stack, standing: TemplateChoices, template_id: str, file_name: str, reason: str) -> None:
    choice = TemplateChoice(
        template_id=template_id, file_name=file_name, chosen_at=datetime.now(UTC), chosen_by=getpass.getuser(), reason=reason
    )
    target.form_templates.choose(choice, standing)
    typer.echo(f"bulletins are printed with {template_id[:12] or 'the template that ships'} from now on")
