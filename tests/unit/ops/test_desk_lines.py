"""`jiesu desk rebuild`: the lines of the desk from the cases themselves."""

import pytest

from jiesu.cases.commands import CloseCase
from jiesu.model.numbers import case_id_for
from jiesu.model.words import Resolution
from jiesu.store import keys
from jiesu.store.attributes import item
from ops import desk_lines
from ops.main import main
from ops.stack import Stack
from tests import builders as build
from tests.conftest import Stores
from tests.functions.desks import opened
from tests.tables import TABLES


def rebuilt() -> object:
    with pytest.raises(SystemExit) as ended:
        main(["desk", "rebuild"])
    return ended.value.code


def test_lost_lines_are_written_from_the_cases_and_closed_cases_stay_out(
    stores: Stores, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("jiesu.runtime.clients.dynamodb", lambda: stores.client)
    monkeypatch.setattr(desk_lines, "find_stack", lambda _: Stack(name="jiesu", outputs={"CasesTableName": TABLES.cases}))
    case = opened(stores)
    over = opened(stores, citizen="c2", case_id=case_id_for("weibo:2", build.NOW.date()))
    stores.cases.execute(
        over.id, CloseCase(resolution=Resolution.NOISE, reason="广告"), actor=build.EDITOR, now=build.after(hours=1)
    )
    before = stores.queue.waiting().lines
    for one in (case, over):
        stores.client.delete_item(TableName=TABLES.cases, Key=item(pk=keys.case(one.id), sk=keys.DESK))
    assert stores.queue.waiting().lines == ()
    for _ in range(2):
        assert rebuilt() == 0
        assert "2 of 2 cases written" in capsys.readouterr().out
        assert stores.queue.waiting().lines == before
