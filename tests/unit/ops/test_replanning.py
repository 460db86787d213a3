"""`jiesu replan`: the one way in which the office's ladders reach a case that runs."""

from datetime import timedelta

import pytest

from jiesu.model.ladder import EscalationPlan
from jiesu.model.timeline import Replanned
from jiesu.model.words import ActorKind, Urgency
from jiesu.store.directory import Office
from ops import replanning
from ops.main import main
from ops.stack import Stack
from tests import builders as build
from tests.conftest import Stores
from tests.tables import TABLES

LONGER = build.a_plan(feedback=build.a_ladder_plan(timedelta(days=3650)))


@pytest.fixture
def stack(stores: Stores, monkeypatch: pytest.MonkeyPatch) -> Stores:
    """A stack with one case, dispatched under the office's ladders as they were."""
    monkeypatch.setattr("jiesu.runtime.clients.dynamodb", lambda: stores.client)
    outputs = {"DirectoryTableName": TABLES.directory, "CasesTableName": TABLES.cases}
    monkeypatch.setattr(replanning, "find_stack", lambda _: Stack(name="jiesu", outputs=outputs))
    stores.messages.open_case(
        stores.cases, build.a_screened(), case_id=build.CASE_ID, title="一", now=build.NOW, previous_case_id=None
    )
    stores.cases.dispatch(
        build.CASE_ID,
        make_command=lambda number: build.dispatch(bulletin=build.a_bulletin(number=number)),
        year=2026,
        actor=build.EDITOR,
        now=build.NOW,
        expected_version=1,
    )
    office(stores, build.a_plan())
    return stores


def office(stores: Stores, plan: EscalationPlan) -> None:
    stores.directory.put_office(Office(contacts=build.office_contacts(), plans=dict.fromkeys(Urgency, plan)), build.a_note())


def jiesu(*arguments: str) -> int:
    """Run `jiesu replan`; what it leaves with."""
    with pytest.raises(SystemExit) as ended:
        main(["replan", *arguments])
    code = ended.value.code
    assert isinstance(code, int)
    return code


def test_a_new_office_changes_no_running_case(stack: Stores) -> None:
    before = stack.cases.load(build.CASE_ID)
    office(stack, LONGER)
    assert stack.cases.load(build.CASE_ID) == before


def test_without_apply_it_only_shows_which_cases_with_old_and_new_deadline(
    stack: Stores, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replanning.out, "_width", 200)
    office(stack, LONGER)
    before = stack.cases.load(build.CASE_ID)
    assert jiesu("--urgency", "routine") == 0
    shown = capsys.readouterr().out
    assert build.CASE_ID in shown
    assert "2026-11-30 09:30" in shown
    assert "2036-11-20 09:30" in shown
    assert "1 would change; nothing was written" in shown
    assert stack.cases.load(build.CASE_ID) == before


def test_with_apply_each_is_an_entry_with_who_and_why_and_doing_it_again_changes_nothing(
    stack: Stores, capsys: pytest.CaptureFixture[str]
) -> None:
    office(stack, LONGER)
    assert jiesu("--urgency", "routine", "--reason", "新时限方案", "--apply") == 0
    entry = stack.cases.timeline(build.CASE_ID).entries[0]
    assert isinstance(entry.change, Replanned)
    assert (entry.change.reason, entry.actor.kind) == ("新时限方案", ActorKind.OPERATOR)
    assert entry.actor.id
    assert jiesu("--urgency", "routine", "--reason", "新时限方案", "--apply") == 0
    assert "0 of 0 changed" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [("--urgency", "urgent"), ("--urgency", "routine", "--category", "traffic")])
def test_what_was_not_asked_for_is_left_alone(
    stack: Stores, arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    office(stack, LONGER)
    assert jiesu(*arguments) == 0
    assert "0 would change" in capsys.readouterr().out


@pytest.mark.parametrize("category", ["public_order", "public_order.offence"])
def test_a_category_or_its_group_can_be_asked_for(stack: Stores, category: str, capsys: pytest.CaptureFixture[str]) -> None:
    office(stack, LONGER)
    assert jiesu("--urgency", "routine", "--category", category) == 0
    assert "1 would change" in capsys.readouterr().out


def test_nothing_is_changed_without_a_reason(stack: Stores, capsys: pytest.CaptureFixture[str]) -> None:
    office(stack, LONGER)
    assert jiesu("--urgency", "routine", "--apply") == 1
    assert "say why with --reason" in capsys.readouterr().err
