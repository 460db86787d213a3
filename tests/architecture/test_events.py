"""`events/` holds a real sample for every trigger of every function: `<function>.json` or `<function>_<what>.json`."""

import json
from typing import Any

import pytest

from jiesu.pages.rights import BUREAU_ROUTES, ROUTES
from tests.architecture.house import FOLDERS, FUNCTIONS, ROOT, Function

SAMPLES: dict[str, Any] = {
    path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted((ROOT / "events").glob("*.json"))
}
SOURCES = {"SQS": "aws:sqs", "DynamoDB": "aws:dynamodb"}


def samples_of(folder: str) -> list[Any]:
    return [event for name, event in SAMPLES.items() if name == folder or name.startswith(f"{folder}_")]


def trigger_of(event: dict[str, Any]) -> tuple[str, ...]:
    """What called: a verb and a route, a queue or a stream, or the schedule."""
    if "httpMethod" in event:
        return ("Api", event["httpMethod"].lower(), event["resource"])
    if "Records" in event:
        (source,) = {record["eventSource"] for record in event["Records"]}
        return (source,)
    return (event["source"],)


def triggers_of(function: Function) -> set[tuple[str, ...]]:
    """The same for what the template lets call."""
    routes = {("Api", event["Method"], event["Path"]) for event in function.triggers("Api").values()}
    mappings = {(source,) for kind, source in SOURCES.items() if function.triggers(kind)}
    schedules = {("aws.events",) for _ in function.triggers("Schedule")}
    return routes | mappings | schedules


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda one: one.folder)
def test_there_is_a_sample_for_each_trigger_and_for_nothing_else(function: Function) -> None:
    assert {trigger_of(event) for event in samples_of(function.folder)} == triggers_of(function)


def test_every_sample_belongs_to_a_function() -> None:
    owned = {name for name in SAMPLES for folder in FOLDERS if name == folder or name.startswith(f"{folder}_")}
    assert owned == set(SAMPLES)


@pytest.mark.parametrize("route", [*ROUTES, *BUREAU_ROUTES], ids=lambda one: f"{one.method} {one.path}")
def test_the_api_lets_every_page_be_asked_for(route: Any) -> None:
    folder = "serve_bureau" if route in BUREAU_ROUTES else "serve_desk"
    (site,) = (one for one in FUNCTIONS if one.folder == folder)
    patterns = [event["Path"] for event in site.triggers("Api").values() if event["Method"] == route.method.lower()]
    assert any(_matches(pattern, route.path) for pattern in patterns)


def _matches(pattern: str, path: str) -> bool:
    fixed, greedy, _ = pattern.partition("{proxy+}")
    return path.startswith(fixed) if greedy else path == pattern
