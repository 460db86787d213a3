"""The holidays that ship are those of the package they are made from."""

from pathlib import Path

from typer.testing import CliRunner

from ops.holidays import SHIPPED, app


def test_the_shipped_holidays_are_what_the_command_makes_of_the_pinned_package(tmp_path: Path) -> None:
    made = tmp_path / "holidays.json"
    assert CliRunner().invoke(app, ["--out", str(made)]).exit_code == 0
    assert made.read_bytes() == SHIPPED.read_bytes()
