"""The import rule of the rooms."""

import subprocess
import sys
from pathlib import Path

from tests.architecture.house import ROOT


def test_imports_point_one_way() -> None:
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
