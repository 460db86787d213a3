"""CloudFormation's short tags as the plain dicts that its JSON has."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from local import template as template_file


def read(tmp_path: Path, text: str) -> dict[str, Any]:
    path = tmp_path / "template.yaml"
    path.write_text(text, encoding="utf-8")
    return template_file.load(path)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("!Ref Table", {"Ref": "Table"}),
        ("!GetAtt Table.Arn", {"Fn::GetAtt": ["Table", "Arn"]}),
        ("!GetAtt [Table, Arn]", {"Fn::GetAtt": ["Table", "Arn"]}),
        ("!GetAtt Nested.Outputs.Name", {"Fn::GetAtt": ["Nested", "Outputs.Name"]}),
        ("!Sub ${Table.Arn}/index", {"Fn::Sub": "${Table.Arn}/index"}),
        ("!If [Wanted, !Ref A, !Ref AWS::NoValue]", {"Fn::If": ["Wanted", {"Ref": "A"}, {"Ref": "AWS::NoValue"}]}),
        ("!Condition Wanted", {"Condition": "Wanted"}),
        ("!Sub ['${A}', {A: !Ref B}]", {"Fn::Sub": ["${A}", {"A": {"Ref": "B"}}]}),
    ],
)
def test_a_short_tag_is_its_long_form(tmp_path: Path, written: str, meant: dict[str, Any]) -> None:
    assert read(tmp_path, f"Value: {written}") == {"Value": meant}


def test_an_unknown_python_tag_makes_no_object(tmp_path: Path) -> None:
    with pytest.raises(yaml.YAMLError):
        read(tmp_path, "Value: !!python/object/apply:os.getcwd []")
