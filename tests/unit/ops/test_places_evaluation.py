"""The measure of places: what it cuts out, what it counts, what it reads."""

import json
from pathlib import Path

from typer.testing import CliRunner

from ops.main import app
from ops.places_evaluation import without_district


def test_city_and_district_are_cut_out_of_an_address() -> None:
    assert without_district("北京市石景山区八角东街1号") == "八角东街1号"


def test_right_wrong_and_undecided_are_counted_per_set(tmp_path: Path) -> None:
    places = tmp_path / "places"
    places.mkdir()
    hospitals = {
        "甲医院": {"address": "朝阳区望京西园三区1号", "district": "朝阳区"},
        "乙医院": {"address": "朝阳区五道口1号", "district": "朝阳区"},
        "丙医院": {"address": "朝阳区无名处1号", "district": "朝阳区"},
        "丁医院": {"address": "无名处2号", "district": None},
    }
    (places / "beijing_hospitals.json").write_text(json.dumps(hospitals), encoding="utf-8")
    (places / "beijing_schools.json").write_text(json.dumps({"望京实验学校": ["朝阳区"]}), encoding="utf-8")
    result = CliRunner().invoke(app, ["evaluate-places", "--data", str(tmp_path), "--json"])
    assert result.exit_code == 0, result.output
    report = json.loads(result.output)
    assert report["hospitals"] == {"texts": 3, "right": 0.3333, "wrong": 0.3333, "undecided": 0.3333}
    assert report["schools"]["right"] == 1
    assert report["all"]["texts"] == 4
