"""`jiesu answers`: the office's knowledge base, article by article, and until when each may be sent."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from jiesu.cases.articles import expired, extended
from jiesu.model.article import OfficeArticle
from jiesu.model.errors import CommandRefusedError, ConflictError
from jiesu.runtime import clients
from jiesu.store.articles import ArticleStore
from ops.errors import OperatorError
from ops.operator import operator
from ops.stack import StackName, find_stack

app = typer.Typer(help="The office's knowledge base.", no_args_is_help=True)

Article = Annotated[str, typer.Argument(metavar="ID", help="As `list` shows it.")]
Why = Annotated[str, typer.Option("--reason", help="Why; it stands with the article.")]
Zone = Annotated[str, typer.Option("--time-zone", help="Where the office is: its days are meant.")]


@app.command("list")
def list_answers(stack: StackName = "jiesu") -> None:
    """Show each article with its source and its last day, the one that was kept last first."""
    for one in _store(stack).all():
        article = one.article
        typer.echo(f"{article.id}  until {article.valid_until}  {article.source}  {article.question.partition(chr(10))[0][:60]}")


@app.command("extend")
def extend(
    article_id: Article,
    until: Annotated[datetime, typer.Argument(formats=["%Y-%m-%d"], help="The last day on which it may be sent.")],
    reason: Why,
    stack: StackName = "jiesu",
    time_zone: Zone = "Asia/Shanghai",
) -> None:
    """Let an article be valid until another day."""
    now = datetime.now(UTC)
    _change(
        stack,
        article_id,
        lambda one: extended(one, until.date(), reason=reason, by=operator(), now=now, today=_today(now, time_zone)),
    )


@app.command("expire")
def expire(article_id: Article, reason: Why, stack: StackName = "jiesu", time_zone: Zone = "Asia/Shanghai") -> None:
    """Let an article be sent no more, from now on."""
    now = datetime.now(UTC)
    _change(stack, article_id, lambda one: expired(one, reason=reason, by=operator(), now=now, today=_today(now, time_zone)))


def _today(now: datetime, time_zone: str) -> date:
    return now.astimezone(ZoneInfo(time_zone)).date()


def _store(stack: str) -> ArticleStore:
    return ArticleStore(clients.dynamodb(), find_stack(stack).output("CasesTableName"))


def _change(stack: str, article_id: str, moved: Callable[[OfficeArticle], OfficeArticle]) -> None:
    store = _store(stack)
    stored = store.find(article_id)
    if stored is None:
        raise OperatorError(f"there is no article {article_id}")
    try:
        article = moved(stored.article)
        store.replace(article, revision=stored.revision)
    except CommandRefusedError as error:
        raise OperatorError(f"refused: {error.code}") from error
    except ConflictError as error:
        raise OperatorError("somebody else changed it at the same time: run the command again") from error
    typer.echo(f"article {article.id} is valid until {article.valid_until}")
