"""The documents against the code: what is named exists, and what exists is named."""

import inspect
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jiesu.store import keys
from jiesu.store.codec import CHANGES
from tests.architecture.house import ROOT, TEMPLATE
from tests.architecture.test_events import SAMPLES

DOCS = {path.name: path.read_text(encoding="utf-8") for path in (*ROOT.glob("README*.md"), *(ROOT / "docs").glob("*.md"))}
PACKAGE = ROOT / "layers" / "jiesu" / "python" / "jiesu"
PLACES = (ROOT, PACKAGE, PACKAGE.parent, ROOT / "docs")
"""Where a path in a document may begin; the README says that paths without a folder of their own lie in the package."""

CODE = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\((?!https?:)([^)#]+)")
PATH = re.compile(r"[\w.*-]+(?:/[\w.*-]+)*/[\w.*-]*")
ROW = re.compile(r"^\|[^|]*\| (`[^`|]+`) \| (`[^|]+) \|$", re.MULTILINE)

by_document = pytest.mark.parametrize("name", sorted(DOCS))


def coded(text: str) -> set[str]:
    """Everything between single backticks."""
    return set(CODE.findall(text))


def section(document: str, title: str) -> str:
    """The part of a document under the second-level heading that holds `title`."""
    (found,) = [part for part in re.split(r"^## ", DOCS[document], flags=re.MULTILINE) if title in part.partition("\n")[0]]
    return found


def file_at(path: str) -> Path | None:
    """The file or folder, or the first that fits where the path has a star."""
    return next((found for place in PLACES for found in sorted(place.glob(path.rstrip("/")))), None)


@by_document
def test_every_link_leads_somewhere(name: str) -> None:
    folder = ROOT if name.startswith("README") else ROOT / "docs"
    assert [link for link in LINK.findall(DOCS[name]) if not (folder / link).exists()] == []


@by_document
def test_every_path_that_is_named_exists(name: str) -> None:
    paths = [one.partition(":")[0] for one in coded(DOCS[name]) if PATH.fullmatch(one.partition(":")[0])]
    assert [path for path in paths if not path.startswith(".") and file_at(path) is None] == []


def rows(document: str) -> Iterator[tuple[str, str]]:
    """The pairs of a file and a name to look for in it."""
    for path, names in ROW.findall(DOCS[document]):
        for name in CODE.findall(names):
            yield path.strip("`"), name


@pytest.mark.parametrize(("path", "name"), sorted(set(rows("README.md"))))
def test_the_way_through_the_code_names_what_is_there(path: str, name: str) -> None:
    file = file_at(path)
    assert file is not None
    text = file.read_text(encoding="utf-8")
    if file.suffix != ".py":
        assert name in text
        return
    for part in name.split("."):
        assert re.search(rf"^\s*(?:def|class) {part}\b", text, re.MULTILINE), part


def test_both_readmes_take_the_same_way() -> None:
    assert list(rows("README.md")) == list(rows("README.zh-CN.md"))
    assert len(set(rows("README.md"))) > 20


def key_names() -> set[str]:
    """The key builders and the constant keys of the store."""
    builders = {name for name, one in inspect.getmembers(keys, inspect.isfunction) if one.__module__ == keys.__name__}
    return builders | {name for name, value in vars(keys).items() if name.isupper() and isinstance(value, str)}


def test_every_key_of_the_store_is_documented_and_no_other() -> None:
    named = {one.removeprefix("keys.") for one in coded(DOCS["access-patterns.md"]) if one.startswith("keys.")}
    assert named == key_names()


def test_every_table_is_documented() -> None:
    tables = {name for name, one in TEMPLATE["Resources"].items() if one["Type"] == "AWS::DynamoDB::Table"}
    assert set(re.findall(r"^## (\w+)$", DOCS["access-patterns.md"], re.MULTILINE)) == tables


def bodies() -> Iterator[dict[str, Any]]:
    """The queue messages of the samples, without those that are another's words: SES names no type."""
    for event in SAMPLES.values():
        for record in event.get("Records", ()):
            if record["eventSource"] == "aws:sqs" and "type" in (body := json.loads(record["body"])):
                yield body


def consumed_types() -> set[str]:
    """The types of queue message that some consumer asks for by name."""
    sources = [path for room in ("road", "channels") for path in (PACKAGE / room).glob("*.py")]
    return {kind for path in sources for kind in re.findall(r'\["type"\] [!=]= "(\w+)"', path.read_text(encoding="utf-8"))}


def test_every_type_of_queue_message_has_a_sample() -> None:
    assert {body["type"] for body in bodies()} == consumed_types()


@pytest.mark.parametrize("body", list(bodies()), ids=lambda body: body["type"])
def test_every_field_of_a_queue_message_is_documented(body: dict[str, Any]) -> None:
    named = coded(section("events.md", body["type"]))
    fields = {*body, *(f"effect.{name}" for name in body.get("effect", ()))}
    assert fields - named == set()


def test_every_kind_of_entry_is_documented() -> None:
    assert set(CHANGES) - coded(section("events.md", "Stream")) == set()


def test_the_clocks_input_is_documented() -> None:
    machine = (ROOT / "statemachines" / "escalation.asl.json").read_text(encoding="utf-8")
    comment = json.loads(machine)["Comment"]
    fields = set(re.findall(r"[a-z_]+", comment.partition("Input: ")[2])) & {"case_id", "assignment_id", "run"}
    assert fields == {"case_id", "assignment_id", "run"}
    assert fields - coded(section("events.md", "state machine")) == set()


def test_every_metric_is_documented() -> None:
    sources = [*(ROOT / "functions").rglob("*.py"), *PACKAGE.rglob("*.py")]
    counted = {name for path in sources for name in re.findall(r'\bcount\("(\w+)"', path.read_text(encoding="utf-8"))}
    assert counted - coded(section("events.md", "Metrics")) == set()


def test_every_alarm_is_in_the_runbook() -> None:
    alarms = {name for name, one in TEMPLATE["Resources"].items() if one["Type"] == "AWS::CloudWatch::Alarm"}
    assert alarms - coded(DOCS["runbook.md"]) == set()


def test_every_parameter_of_the_template_is_in_the_runbook() -> None:
    assert set(TEMPLATE["Parameters"]) - coded(DOCS["runbook.md"]) == set()
