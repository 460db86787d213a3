"""Scripts of others lie in the house unchanged."""

import hashlib
import re

from tests.architecture.house import ROOT

VENDOR = ROOT / "console" / "static" / "vendor"


def test_vendored_scripts_are_those_that_their_page_names() -> None:
    page = (VENDOR / "README.md").read_text(encoding="utf-8")
    named = dict(re.findall(r"^\| (\S+\.js) \|.*\| ([0-9a-f]{64}) \|$", page, flags=re.MULTILINE))
    there = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in VENDOR.glob("*.js")}
    assert named == there


def test_every_vendored_script_has_its_licence_beside_it() -> None:
    for script in VENDOR.glob("*.js"):
        name = script.name.partition("-")[0]
        assert (VENDOR / f"{name}-LICENSE.txt").is_file()
