"""The escalation clock's definition: what neither AWS at creation nor an emulator would refuse."""

import json
import re
from typing import Any

import pytest
from statelint.config import Config
from statelint.linter import Linter

from tests.architecture.house import RESOURCES, ROOT

SOURCE = (ROOT / "statemachines" / "escalation.asl.json").read_text(encoding="utf-8")
MACHINE: dict[str, Any] = json.loads(SOURCE)
STATES: dict[str, Any] = MACHINE["States"]
CALLBACKS = [name for name, state in STATES.items() if str(state.get("Resource", "")).endswith(".waitForTaskToken")]


def test_its_placeholders_are_those_that_the_template_fills() -> None:
    machine = RESOURCES["EscalationStateMachine"]["Properties"]
    assert machine["DefinitionUri"] == "statemachines/escalation.asl.json"
    assert set(re.findall(r"\$\{(\w+)\}", SOURCE)) == set(machine["DefinitionSubstitutions"])


def test_it_is_well_formed() -> None:
    filled = SOURCE.replace("${Partition}", "aws-cn")
    assert Linter.validate(json.loads(re.sub(r"\$\{\w+\}", "name", filled)), Config()) == []


def test_every_state_is_reachable_and_leads_somewhere() -> None:
    reached: set[str] = set()
    waiting = [MACHINE["StartAt"]]
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting += _successors(STATES[name])
    assert reached == set(STATES)
    assert [name for name, state in STATES.items() if not _successors(state) and state["Type"] != "Succeed"] == []


@pytest.mark.parametrize("name", CALLBACKS)
def test_a_task_that_waits_for_its_token_gives_up_and_goes_on(name: str) -> None:
    state = STATES[name]
    assert 0 < state["TimeoutSeconds"] <= 3600
    assert any("States.Timeout" in catch["ErrorEquals"] for catch in state["Catch"])
    # States.ALL would take the time-out for a failure and ask again before the clock has read anew.
    assert all("States.ALL" not in retry["ErrorEquals"] for retry in state["Retry"])


def test_it_waits_for_a_token_somewhere() -> None:
    assert CALLBACKS


@pytest.mark.parametrize("name", [name for name, state in STATES.items() if state["Type"] == "Task"])
def test_a_task_is_tried_again_and_no_task_is_a_function(name: str) -> None:
    assert STATES[name]["Retry"]
    assert "lambda" not in STATES[name]["Resource"]


def _successors(state: dict[str, Any]) -> list[str]:
    choices = [choice["Next"] for choice in state.get("Choices", [])]
    catches = [catch["Next"] for catch in state.get("Catch", [])]
    return [*choices, *catches, *(state[key] for key in ("Next", "Default") if key in state)]
