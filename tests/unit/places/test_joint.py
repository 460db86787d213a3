"""Which bureaus a matter concerns together."""

import json
from pathlib import Path

import pytest

from jiesu.places.joint import joint_bureaus

BUREAUS = Path(__file__).parents[3] / "ops" / "data" / "bureaus.json"


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("我父亲装着人工肺，今晚要从通州转到西城，请帮忙", ["JG"]),
        ("明早要转运一位患者穿过全城，能不能护送", ["JG"]),
        ("演唱会散场后交通全堵死了", ["JG"]),
        ("地铁里有人持刀", ["GJ"]),
        ("电梯里有人往按键上吐痰", []),
        ("我要转院，医保怎么办", []),
    ],
)
def test_what_was_written_names_the_bureaus_it_concerns(text: str, codes: list[str]) -> None:
    assert [one.bureau_code for one in joint_bureaus([text])] == codes


def test_a_bureau_is_named_once_however_many_rules_and_messages_do() -> None:
    assert len(joint_bureaus(["ECMO 患者转院", "演唱会散场交通拥堵", "人工肺"])) == 1


def test_every_bureau_of_the_rules_stands_in_the_directory() -> None:
    known = {one["code"] for one in json.loads(BUREAUS.read_text(encoding="utf-8"))}
    named = joint_bureaus(["人工肺", "地铁里持刀"])
    assert {one.bureau_code for one in named} <= known
