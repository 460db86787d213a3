"""The template, the functions and their folders as the tests of this folder read them."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local import template as template_file

ROOT = Path(__file__).resolve().parent.parent.parent
TEMPLATE = template_file.load(ROOT / "template.yaml")
RESOURCES: dict[str, Any] = TEMPLATE["Resources"]
FOLDERS = sorted(path.parent.name for path in (ROOT / "functions").glob("*/app.py"))


def of_type(kind: str) -> dict[str, Any]:
    """The properties of every resource of a CloudFormation type, by logical id."""
    return {logical_id: one.get("Properties", {}) for logical_id, one in RESOURCES.items() if one["Type"] == kind}


def camel(folder: str) -> str:
    """`send_notice` as `SendNotice`."""
    return "".join(part.capitalize() for part in folder.split("_"))


def reference(value: Any) -> str | None:
    """The logical id that a `!Ref`, a `!GetAtt` or a one-name `!Sub` stands for."""
    match value:
        case {"Ref": str(logical_id)}:
            return logical_id
        case {"Fn::GetAtt": [str(logical_id), *_]}:
            return logical_id
    return None


@dataclass(frozen=True, slots=True)
class Function:
    """One function as the template has it."""

    folder: str
    properties: dict[str, Any]

    @property
    def stem(self) -> str:
        return camel(self.folder)

    @property
    def environment(self) -> dict[str, Any]:
        """Its own variables, without those that all functions have."""
        variables: dict[str, Any] = self.properties["Environment"]["Variables"]
        return variables

    @property
    def layers(self) -> list[str]:
        """The layers' logical ids in the order in which Lambda lays them."""
        own = self.properties.get("Layers", [])
        return [str(reference(layer)) for layer in [*TEMPLATE["Globals"]["Function"]["Layers"], *own]]

    def triggers(self, kind: str) -> dict[str, Any]:
        """Its events of one SAM type, by name."""
        return {name: event["Properties"] for name, event in self.properties.get("Events", {}).items() if event["Type"] == kind}


FUNCTIONS = [
    Function(folder, RESOURCES[f"{camel(folder)}Function"]["Properties"])
    for folder in FOLDERS
    if f"{camel(folder)}Function" in RESOURCES
]


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of a role's policy; `resources` as written, `NotResource` among them under that name."""

    role: str
    actions: tuple[str, ...]
    resources: tuple[Any, ...]
    is_negated: bool


def statements() -> Iterator[Statement]:
    """Every statement of every role of the template, those under a condition too."""
    for role, properties in of_type("AWS::IAM::Role").items():
        for policy in properties.get("Policies", []):
            for one in policy["PolicyDocument"]["Statement"]:
                written = one["Fn::If"][1] if "Fn::If" in one else one
                negated = "NotResource" in written
                yield Statement(
                    role=role,
                    actions=tuple(_listed(written["Action"])),
                    resources=tuple(_listed(written["NotResource" if negated else "Resource"])),
                    is_negated=negated,
                )


def texts(value: Any) -> Iterator[str]:
    """Every text in a nested value, keys excepted."""
    match value:
        case str():
            yield value
        case dict():
            for one in value.values():
                yield from texts(one)
        case list():
            for one in value:
                yield from texts(one)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
