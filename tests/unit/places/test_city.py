"""Another city is a folder of files: an invented one, Linzhou, with two districts and a rule of its own."""

from pathlib import Path

import pytest

from jiesu.model.message import PlaceCandidate, PlaceMatch
from jiesu.places import city
from jiesu.places.locate import locate, suggest

LINZHOU = city.read(Path(__file__).parent / "linzhou")


@pytest.mark.parametrize(
    ("text", "district", "bureau_code"),
    [
        ("东河区有人打架", "东河区", "LZ-D"),
        ("槐树湾有人打架", "东河区", "LZ-D"),
        ("古塔西路5号院", "西河区", "LZ-X"),
        ("柳林街道八角井街道交界", "东河区", "LZ-D"),
        ("西河区八角井街道", "西河区", "LZ-X"),
    ],
)
def test_a_place_of_the_second_city_gives_its_branch(text: str, district: str, bureau_code: str) -> None:
    match = locate(text, city=LINZHOU)
    assert (match.district, match.bureau_code) == (district, bureau_code)


def test_a_street_in_both_districts_keeps_two_candidates() -> None:
    match = locate("八角井街道", city=LINZHOU)
    assert match.bureau_code == ""
    assert match.candidates == (
        PlaceCandidate(district="东河区", bureau_code="LZ-D"),
        PlaceCandidate(district="西河区", bureau_code="LZ-X"),
    )


def test_its_rules_come_before_its_districts() -> None:
    assert suggest("东河区轻轨上有人偷包", "public_order.offence", city=LINZHOU).bureau_code == "LZ-G"


@pytest.mark.parametrize("text", ["朝阳区三里屯", "平安林州您好", "东河狮吼", "北京东河区"])
def test_the_first_citys_places_the_accounts_name_and_chance_are_none(text: str) -> None:
    assert locate(text, city=LINZHOU) == PlaceMatch()


def test_files_that_a_city_does_not_have_are_not_needed(tmp_path: Path) -> None:
    (tmp_path / "divisions.json").write_text('{"东河区": {}}', encoding="utf-8")
    (tmp_path / "jurisdictions.json").write_text(
        '{"districts": {"东河区": {"bureau": "D", "name": "东河分局"}}, "rules": []}', encoding="utf-8"
    )
    assert locate("东河区", city=city.read(tmp_path)).bureau_code == "D"
