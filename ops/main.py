"""`jiesu`: the operators' command line. Each command reads a deployed stack, changes it, and may be repeated.

Region and account come from the environment as for every AWS tool (AWS_PROFILE, AWS_DEFAULT_REGION,
AWS_ENDPOINT_URL for the embedded AWS). Nothing secret is ever printed.
"""

import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError, NoRegionError, PartialCredentialsError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table

from jiesu.cases.calendar import Calendar, calendar_of
from jiesu.cases.ladder import term_in_words
from jiesu.model.errors import ConflictError
from jiesu.model.ladder import LadderPlan
from jiesu.model.message import ChannelAccount
from jiesu.model.roster import OFFICE_ROSTER
from jiesu.model.words import Clock, ContactRole, HeatGrade, LadderKind, Platform
from jiesu.office.accounts import API_BASES, SECRET_FIELDS, new_path_token, secret_name, webhook_address
from jiesu.office.bureaus import Changes, compare
from jiesu.office.ladders import NATURAL_DAY, span_in_words
from jiesu.office.settings import BUREAU_LADDERS
from jiesu.runtime import clients
from jiesu.runtime.secrets import SecretBook
from jiesu.store.directory import Office, OfficeMissingError
from ops import accounts as account_rules
from ops import (
    answers,
    api_keys,
    citizens,
    contact_marks,
    desk_lines,
    figures,
    form_templates,
    frequencies,
    holidays,
    issues,
    mail,
    matters_evaluation,
    model_commands,
    parked,
    places_evaluation,
    replanning,
    triage_commands,
)
from ops import dead_letters as letters
from ops.bureaus import read_bureaus
from ops.errors import OperatorError
from ops.files import read_json
from ops.messages import read_messages
from ops.messages import send as send_messages
from ops.office import read_office
from ops.operator import note
from ops.rosters import read_rosters, rosters_document
from ops.stack import Stack, StackName, find_stack

app = typer.Typer(name="jiesu", help=__doc__, no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode=None)
bureaus_app = typer.Typer(help="The directory of bureaus.", no_args_is_help=True)
accounts_app = typer.Typer(help="The office's accounts on the platforms.", no_args_is_help=True)
rosters_app = typer.Typer(help="Who is on duty when, in the bureaus and the office.", no_args_is_help=True)
office_app = typer.Typer(help="The office's own contacts and its ladders.", no_args_is_help=True)
dead_letters_app = typer.Typer(help="Queue messages that failed too often.", no_args_is_help=True)
messages_app = typer.Typer(help="Messages that came by no interface.", no_args_is_help=True)
app.add_typer(bureaus_app, name="bureaus")
app.add_typer(accounts_app, name="accounts")
app.add_typer(office_app, name="office")
app.add_typer(rosters_app, name="rosters")
app.add_typer(dead_letters_app, name="dead-letters")
app.add_typer(parked.app, name="parked")
app.add_typer(places_evaluation.app)
app.add_typer(frequencies.app)
app.add_typer(issues.app)
app.add_typer(holidays.app)
app.add_typer(replanning.app)
app.add_typer(matters_evaluation.app)
app.add_typer(triage_commands.app)
app.add_typer(model_commands.app, name="model")
app.add_typer(form_templates.app, name="forms")
app.add_typer(messages_app, name="messages")
app.add_typer(answers.app, name="answers")
app.add_typer(api_keys.app, name="api-keys")
app.add_typer(desk_lines.app, name="desk")
app.add_typer(citizens.app, name="citizens")
app.add_typer(figures.app, name="figures")
app.add_typer(contact_marks.app, name="contacts")
app.add_typer(mail.app, name="mail")

DryRun = Annotated[bool, typer.Option("--dry-run", help="Check and compare only; write nothing.")]
File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True)]
Why = Annotated[str, typer.Option("--reason", help="Why; it stands in the history of what is changed.")]

_CHANGED_MEANWHILE = "somebody else changed the same entry at the same time: run the command again"

out = Console()
err = Console(stderr=True)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command and leave the process with 0, with 1 where it could not be carried out, or with 2 where it was mistyped."""
    try:
        app(arguments)
    except OperatorError as error:
        _stop(str(error))
    except ConflictError:
        _stop(_CHANGED_MEANWHILE)
    except (NoCredentialsError, PartialCredentialsError):
        _stop("no AWS credentials were found: set AWS_PROFILE, or sign in with your company's tool")
    except NoRegionError:
        _stop("no AWS region is set: set AWS_DEFAULT_REGION or AWS_PROFILE")
    except ClientError as error:
        code = error.response["Error"].get("Code", "")
        if code == "ConditionalCheckFailedException":
            _stop(_CHANGED_MEANWHILE)
        _stop(f"AWS refused {error.operation_name}: {code}")
    except BotoCoreError as error:
        _stop(f"AWS cannot be reached: {error}")


def _stop(message: str) -> None:
    err.print(message, style="red", markup=False, highlight=False, soft_wrap=True)
    sys.exit(1)


def _say(message: str) -> None:
    out.print(message, markup=False, highlight=False, soft_wrap=True)


# --- Bureaus ----------------------------------------------------------------------------------


@bureaus_app.command("import")
def import_bureaus(file: File, stack: StackName = "jiesu", dry_run: DryRun = False, reason: Why = "") -> None:
    """Add or change bureaus from a CSV or JSON file, checked whole before anything is written.

    Bureaus that are not in the file stay as they are. Cases already dispatched keep the
    contacts they were dispatched with.
    """
    wanted = read_bureaus(file)
    directory = find_stack(stack).directory
    changes = compare(directory.bureaus(), wanted)
    _show_changes(changes)
    if dry_run:
        _say(f"dry run: {len(changes.to_write)} would be written")
        return
    _say(f"{directory.put_bureaus(changes.to_write, note(reason or f'导入 {file.name}'))} written")


def _show_changes(changes: Changes) -> None:
    for bureau in changes.added:
        _say(f"+ {bureau.code}  {bureau.name}")
    for bureau, fields in changes.changed:
        _say(f"~ {bureau.code}  {bureau.name}: {', '.join(fields)}")
    for bureau in changes.absent:
        _say(f"  {bureau.code}  {bureau.name}: not in the file, left as it is")
    _say(f"{len(changes.added)} new, {len(changes.changed)} changed, {len(changes.unchanged)} unchanged")


@bureaus_app.command("list")
def list_bureaus(stack: StackName = "jiesu") -> None:
    """Show the directory."""
    table = Table("code", "name", "kind", "district", "contacts", "weibo")
    for bureau in find_stack(stack).directory.bureaus():
        contacts = "\n".join(f"{one.role.label} {one.name} {one.email} {one.phone}" for one in bureau.contacts)
        table.add_row(bureau.code, bureau.name, bureau.kind, bureau.district, contacts, bureau.weibo or "")
    out.print(table)


# --- Accounts ---------------------------------------------------------------------------------


@accounts_app.command("add")
def add_account(
    *,
    platform: Annotated[Platform, typer.Option(help="The platform the account is on.")],
    account_id: Annotated[str, typer.Option("--id", help="Your name for the account, such as weibo-main.")],
    name: Annotated[str, typer.Option(help="The account's name as citizens see it.")],
    external_id: Annotated[str, typer.Option(help="Its id on the platform: Weibo uid, WeChat gh_ id.")],
    app_id: Annotated[str, typer.Option(help="Its application: Weibo AppKey, WeChat appid.")],
    api_base: Annotated[str, typer.Option(help="Root of the platform's API; its official one by default.")] = "",
    secrets_file: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="JSON object of the secret fields; asked for without it.")
    ] = None,
    stack: StackName = "jiesu",
    link_domain: Annotated[
        list[str] | None, typer.Option(help="Weibo: a domain registered as 安全域名, which public posts may link to. Repeatable.")
    ] = None,
    cover_media_id: Annotated[
        str, typer.Option(help="WeChat: the permanent picture that stands before every published article.")
    ] = "",
    new_address: Annotated[
        bool, typer.Option("--new-address", help="Replace the webhook's address: the old one leaked.")
    ] = False,
    reason: Why = "",
) -> None:
    """Add an account, or change one, and print the webhook address that its platform's console asks for.

    An account that exists keeps its webhook address, so that the command may be repeated.
    """
    if platform.is_by_hand:
        raise OperatorError(f"{platform} has no interface to answer: bring its messages in with `jiesu messages import`")
    target = find_stack(stack)
    standing, revision = target.accounts.account(account_id)
    if standing is not None and standing.platform is not platform:
        raise OperatorError(f"account {account_id} is on {standing.platform}; an account cannot change its platform")
    account = ChannelAccount(
        id=account_id,
        platform=platform,
        name=name,
        external_id=external_id,
        app_id=app_id,
        path_token=(standing.path_token if standing is not None and not new_address else new_path_token()),
        secret_name=secret_name(f"{stack}/channels/", account_id),
        api_base=api_base or API_BASES[platform],
        link_domains=tuple(link_domain) if link_domain else () if standing is None else standing.link_domains,
        cover_media_id=cover_media_id or ("" if standing is None else standing.cover_media_id),
        is_off=standing is not None and standing.is_off,
    )
    account_rules.check_account(account)
    given = _ask_secrets(platform) if secrets_file is None else read_json(secrets_file)
    if not isinstance(given, dict):
        raise OperatorError(f"{secrets_file} must hold a JSON object")
    checked = account_rules.check_secrets(platform, given)
    # The secret first: a webhook that is known must be able to check signatures.
    account_rules.store_secrets(SecretBook(clients.secretsmanager()), account.secret_name, checked)
    target.accounts.note_secrets(account_id, checked, note(reason or "jiesu accounts add"))
    if account != standing:
        target.accounts.put_account(account, note(reason or "jiesu accounts add"), before=standing, revision=revision)
    _say(f"account {account_id} {'added' if standing is None else 'stands as given'}; its webhook address is")
    _say(webhook_address(target.output("ApiUrl"), account))
    _say("functions that run already learn of it within a minute, and of changed secrets within five")


def _ask_secrets(platform: Platform) -> dict[str, object]:
    return {field: typer.prompt(field, hide_input=True) for field in SECRET_FIELDS[platform]}


@accounts_app.command("list")
def list_accounts(
    stack: StackName = "jiesu",
    show_addresses: Annotated[bool, typer.Option("--show-addresses", help="Print the webhook addresses too.")] = False,
) -> None:
    """Show the accounts, without their secrets."""
    target = find_stack(stack)
    table = Table("id", "platform", "name", "external id", "app id", "API", "secret")
    accounts = target.accounts.accounts()
    for one in accounts:
        table.add_row(one.id, one.platform, one.name, one.external_id, one.app_id, one.api_base, one.secret_name)
    out.print(table)
    if show_addresses:
        for one in accounts:
            _say(f"{one.id}: {webhook_address(target.output('ApiUrl'), one)}")


# --- The office -------------------------------------------------------------------------------


@office_app.command("import")
def import_office(file: File, stack: StackName = "jiesu", dry_run: DryRun = False, reason: Why = "") -> None:
    """Replace the office's contacts and ladders from a JSON file. Cases already dispatched keep the ladders they have."""
    wanted = read_office(file)
    target = find_stack(stack)
    if _office_or_none(target) == wanted:
        _say("the office stands as given already; nothing was written")
        return
    _show_office(wanted)
    if dry_run:
        _say("dry run: the office would be replaced")
        return
    target.directory.put_office(wanted, note(reason or f"导入 {file.name}"))
    _say("the office was replaced")


@office_app.command("show")
def show_office(stack: StackName = "jiesu") -> None:
    """Show the office's contacts and ladders."""
    office = _office_or_none(find_stack(stack))
    if office is None:
        raise OperatorError("the office is not set up yet: jiesu office import FILE")
    _show_office(office)


def _office_or_none(stack: Stack) -> Office | None:
    try:
        return stack.directory.office()
    except OfficeMissingError:
        return None


def _show_office(office: Office) -> None:
    for contact in (*office.contacts, *office.administrators):
        _say(f"{contact.role.label} {contact.name} {contact.email} {contact.phone}")
    hours = "、".join(f"{one.opens:%H:%M}–{one.closes:%H:%M}" for one in office.hours.periods)
    own = "、".join(str(one.year) for one in office.hours.years)
    _say(f"工作时间 {hours}" + (f"，自行载入 {own} 年放假安排" if own else ""))
    table = Table("urgency", "ladder", "term", "rungs")
    calendar = calendar_of(office.hours)
    for urgency, plan in office.plans.items():
        for kind in BUREAU_LADDERS:
            if (ladder := getattr(plan, kind.value)) is not None:
                table.add_row(urgency.label, kind.label, term_in_words(ladder, calendar), _rungs(ladder, calendar))
    for code, by_urgency in office.categories.items():
        for urgency, ladders in by_urgency.items():
            for kind, ladder in ladders.items():
                whose = f"{code} {urgency.label}"
                table.add_row(whose, kind.label, term_in_words(ladder, calendar), _rungs(ladder, calendar))
    for ladder in office.heat.statements:
        term = term_in_words(ladder, calendar)
        table.add_row(f"{office.heat.respond_from.label}起", LadderKind.STATEMENT.label, term, _rungs(ladder, calendar))
    coverage = office.coverage
    table.add_row("", LadderKind.COVERAGE.label, term_in_words(coverage, calendar), _rungs(coverage, calendar))
    out.print(table)
    grades = "、".join(f"{grade.label} {office.heat.thresholds[grade]}" for grade in HeatGrade)
    _say(f"热度：{grades}；{office.heat.command_from.label}起通知{ContactRole.COMMAND_CENTRE.label}")
    asking = office.asking
    _say(f"询问网民：{' / '.join(one.text for one in asking.questions)}")
    terms = [span_in_words(one).removeprefix("+") for one in (asking.remind_after, asking.expire_after)]
    _say(f"询问的时限：{terms[0]} 提醒一次，{terms[1]} 转人工")


def _rungs(ladder: LadderPlan, calendar: Calendar) -> str:
    """Each rung a line; its clock is said where it is not its ladder's."""
    days = {Clock.NATURAL: NATURAL_DAY, Clock.WORKING: calendar.day_length}
    return "\n".join(
        f"{span_in_words(rung.offset, day=days[rung.clock])}  {rung.action.label}  "
        f"{'、'.join(role.label for role in rung.recipients)}"
        + (f"（{rung.clock.label}）" if rung.clock is not ladder.clock else "")
        for rung in ladder.rungs
    )


# --- Rosters ----------------------------------------------------------------------------------


@rosters_app.command("import")
def import_rosters(file: File, stack: StackName = "jiesu", dry_run: DryRun = False, reason: Why = "") -> None:
    """Set duty rosters from a JSON file, checked whole before anything is written. Whoever is not in the file stays as is."""
    directory = find_stack(stack).directory
    wanted = read_rosters(file, {OFFICE_ROSTER, *(one.code for one in directory.bureaus())})
    written = 0
    for roster in wanted:
        before, revision = directory.roster(roster.owner)
        if before == roster:
            continue
        _say(f"{'+' if before is None else '~'} {roster.owner}: {len(roster.people)} people, {len(roster.shifts)} shifts")
        written += 1
        if not dry_run:
            directory.put_roster(roster, before=before, revision=revision, note=note(reason or f"导入 {file.name}"))
    _say(f"dry run: {written} would be written" if dry_run else f"{written} written")


@rosters_app.command("export")
def export_rosters(file: Annotated[Path, typer.Argument(dir_okay=False, writable=True)], stack: StackName = "jiesu") -> None:
    """Write every duty roster to a file that can be changed and imported."""
    rosters = find_stack(stack).directory.rosters()
    file.write_text(json.dumps(rosters_document(rosters), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    _say(f"{len(rosters)} rosters written to {file}")


# --- Dead letters -----------------------------------------------------------------------------


@dead_letters_app.command("list")
def list_dead_letters(stack: StackName = "jiesu") -> None:
    """Count the dead letters of each queue."""
    target = find_stack(stack)
    table = Table("queue", "waiting", "being read")
    for queue in (*letters.QUEUES, letters.EFFECTS):
        one = letters.count(clients.sqs(), target, queue)
        table.add_row(one.queue, str(one.waiting), str(one.hidden))
    out.print(table)
    _say("SQS counts approximately")


@dead_letters_app.command("redrive")
def redrive_dead_letters(
    queue: Annotated[str, typer.Argument(help=f"One of {', '.join(letters.QUEUES)}.")], stack: StackName = "jiesu"
) -> None:
    """Send a queue's dead letters back to it. Mend what broke them first: what fails again comes back here."""
    target = find_stack(stack)
    queue_url = letters.queue_url(target, queue)
    waiting = letters.count(clients.sqs(), target, queue).waiting
    moved = 0
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err) as progress:
        task = progress.add_task(f"back to {queue}", total=waiting)
        for _ in letters.redrive(
            clients.sqs(), dead_letter_queue_url=letters.dead_letter_url(target, queue), queue_url=queue_url
        ):
            moved += 1
            progress.update(task, completed=moved, total=max(waiting, moved))
    _say(f"{moved} sent back to {queue}")


# --- Messages ---------------------------------------------------------------------------------


@messages_app.command("import")
def import_messages(
    file: File,
    stack: StackName = "jiesu",
    time_zone: Annotated[str, typer.Option(help="The zone of times that name none.")] = "Asia/Shanghai",
    dry_run: DryRun = False,
) -> None:
    """Bring in what came by telephone, by letter or from where no interface is open: CSV or JSONL.

    Rows that are wrong are named and left out. The same rows again, whole or in part, are stored once.
    """
    read = read_messages(file, zone=_zone(time_zone), now=datetime.now(UTC))
    for problem in read.problems:
        _say(f"✗ {problem.where}: {problem.reason}")
    if not dry_run:
        target = find_stack(stack)
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, console=err, transient=True) as progress:
            task = progress.add_task(file.name, total=len(read.messages))
            for sent in send_messages(clients.sqs(), target.output("InboxQueueUrl"), read.messages):
                progress.advance(task, sent)
    _say(f"{'dry run: ' * dry_run}{len(read.messages)} sent to the inbox, {len(read.problems)} problems")
    if read.problems:
        raise typer.Exit(1)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise OperatorError(f"{name!r} is no time zone such as Asia/Shanghai") from error
