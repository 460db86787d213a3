"""`jiesu answers`: articles listed, prolonged, ended."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from jiesu.model.article import OfficeArticle
from jiesu.model.people import Actor
from jiesu.model.words import ActorKind
from ops import answers
from ops.main import main
from ops.stack import Stack
from tests import builders as build
from tests.conftest import Stores
from tests.tables import TABLES


def today() -> date:
    """Where the office is."""
    return datetime.now(ZoneInfo("Asia/Shanghai")).date()


@pytest.fixture
def article(stores: Stores, monkeypatch: pytest.MonkeyPatch) -> OfficeArticle:
    monkeypatch.setattr("jiesu.runtime.clients.dynamodb", lambda: stores.client)
    monkeypatch.setattr(answers, "find_stack", lambda _: Stack(name="jiesu", outputs={"CasesTableName": TABLES.cases}))
    kept = OfficeArticle(
        id="k1",
        question="外地户口怎么补办身份证",
        answer="持身份材料到居住地派出所办理。",
        source="治安总队",
        case_id=build.CASE_ID,
        kept_by=build.EDITOR,
        kept_at=build.NOW,
        valid_from=today() - timedelta(days=9),
        valid_until=today() + timedelta(days=9),
    )
    stores.client.transact_write_items(TransactItems=[stores.articles.first_write(kept)])
    return kept


def ran(*arguments: str) -> object:
    with pytest.raises(SystemExit) as ended:
        main(["answers", *arguments])
    return ended.value.code


def standing(stores: Stores) -> OfficeArticle:
    found = stores.articles.find("k1")
    assert found is not None
    return found.article


def test_articles_are_listed_with_their_last_day(article: OfficeArticle, capsys: pytest.CaptureFixture[str]) -> None:
    assert ran("list") == 0
    printed = capsys.readouterr().out
    for said in ("k1", article.valid_until.isoformat(), "治安总队", "外地户口"):
        assert said in printed


def test_a_validity_is_moved_and_ended_under_the_operators_name(article: OfficeArticle, stores: Stores) -> None:
    later = article.valid_until + timedelta(days=30)
    assert ran("extend", "k1", later.isoformat(), "--reason", "规定未变") == 0
    assert standing(stores).valid_until == later
    assert ran("expire", "k1", "--reason", "规定已改") == 0
    assert not standing(stores).is_valid(today())
    by: list[Actor] = [one.by for one in standing(stores).changes]
    assert [one.kind for one in by] == [ActorKind.OPERATOR] * 2


def test_what_cannot_be_done_is_said_and_changes_nothing(
    article: OfficeArticle, stores: Stores, capsys: pytest.CaptureFixture[str]
) -> None:
    for arguments in (("expire", "none"), ("extend", "k1", "2001-01-01")):
        assert ran(*arguments, "--reason", "x") == 1
        assert capsys.readouterr().err
    assert standing(stores) == article
