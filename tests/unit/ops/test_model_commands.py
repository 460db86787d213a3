"""Promotion and roll-back: one command each, one step at a time, to what really ran before."""

from pathlib import Path

import pytest

from jiesu.store.models import ModelVault, Promotion, Promotions
from jiesu.triage.model import load
from jiesu.triage.screen import release
from ops import model_commands
from ops.main import main
from ops.model_commands import before_current
from ops.stack import Stack
from tests import artefacts
from tests import builders as build
from tests.conftest import Stores
from tests.tables import MODEL_BUCKET, TABLES


def after(*digests: str, measured_against: str = release()) -> str | None:
    """What a roll-back leads to after promotions of `digests`; None is the artefact that ships."""
    history = tuple(
        Promotion(version=digest, digest=digest, release=measured_against, promoted_at=build.NOW, promoted_by="tests", reason="")
        for digest in digests
    )
    found = before_current(Promotions(history=history))
    return None if found is None else found.digest


def test_a_roll_back_leads_to_the_promotion_before() -> None:
    assert after("a", "b") == "a"
    assert after("a", "b", "c") == "b"


def test_before_the_first_promotion_stands_what_ships() -> None:
    assert after("a") is None
    assert after("a", "", "b") is None


def test_two_roll_backs_lead_two_steps_back_and_not_to_and_fro() -> None:
    assert after("a", "b", "c", "b") == "a"
    assert after("a", "b", "a") is None


def test_promotions_of_another_release_are_nothing_to_go_back_to() -> None:
    assert after("a", "b", measured_against="linear-old+rules-1") is None


@pytest.fixture
def stack(stores: Stores, model_vault: ModelVault, monkeypatch: pytest.MonkeyPatch) -> Stores:
    """A stack for the commands to find."""
    monkeypatch.setattr("jiesu.runtime.clients.dynamodb", lambda: stores.client)
    monkeypatch.setattr("jiesu.runtime.clients.s3", model_vault.client)
    found = Stack(name="jiesu", outputs={"DirectoryTableName": TABLES.directory, "ModelBucketName": MODEL_BUCKET})
    monkeypatch.setattr(model_commands, "find_stack", lambda _: found)
    return stores


def jiesu(*arguments: str) -> int:
    """Run a command; what it leaves with."""
    with pytest.raises(SystemExit) as left:
        main(["model", *arguments])
    return int(left.value.code or 0)


def test_an_artefact_is_promoted_listed_and_rolled_back(
    stack: Stores, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("linear-one", "linear-two"):
        (tmp_path / name).write_bytes(artefacts.changed(version=name))
        assert jiesu("promote", str(tmp_path / name), "--reason", "better") == 0
    jiesu("list")
    assert "* linear-two" in capsys.readouterr().out
    assert jiesu("rollback") == 0
    jiesu("list")
    assert "* linear-one" in capsys.readouterr().out
    assert jiesu("rollback") == 0
    jiesu("list")
    assert f"* {load().version}  ships" in capsys.readouterr().out
    assert jiesu("rollback") == 1
    assert "the model that ships runs" in capsys.readouterr().err


def test_what_is_no_artefact_is_not_promoted(stack: Stores, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "bad.bin").write_bytes(b"nonsense")
    assert jiesu("promote", str(tmp_path / "bad.bin"), "--reason", "x") == 1
    assert "bad.bin" in capsys.readouterr().err
    assert stack.models.promotions().history == ()
