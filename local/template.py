"""Reading `template.yaml`: YAML with CloudFormation's short tags to plain dicts."""

from pathlib import Path
from typing import Any

import yaml


class _Loader(yaml.SafeLoader):
    """A SafeLoader that knows `!Ref`, `!Sub`, `!GetAtt` and their like."""


def _intrinsic(loader: _Loader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    match node:
        case yaml.ScalarNode():
            value: Any = loader.construct_scalar(node)
        case yaml.SequenceNode():
            value = loader.construct_sequence(node, deep=True)
        case yaml.MappingNode():
            value = loader.construct_mapping(node, deep=True)
        case _:
            raise yaml.YAMLError(f"unexpected node under !{suffix}")
    if suffix == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {suffix if suffix in {"Ref", "Condition"} else f"Fn::{suffix}": value}


_Loader.add_multi_constructor("!", _intrinsic)


def load(path: Path) -> dict[str, Any]:
    """The template as CloudFormation's JSON would have it (`{"Ref": …}`, `{"Fn::Sub": …}`)."""
    template: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), _Loader)  # noqa: S506 (a SafeLoader)
    return template
