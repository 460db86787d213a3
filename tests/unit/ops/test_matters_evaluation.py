"""The measure of matters: what it counts, on a small stream with known answers."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from jiesu.matters import frequencies
from jiesu.matters.index import BUCKET_SIZE
from jiesu.matters.same import COMPARED
from ops import matters_evaluation
from ops.frequencies import LEAST_COUNT, of_texts
from ops.main import app, main
from ops.matters_evaluation import agreement, read_events, read_stream
from tests.unit.matters.wordings import ELEVATOR_VIDEO

OILY = "望京西园小区楼下餐馆的油烟直排进家里，投诉多次没人管"


def run(folder: Path) -> dict[str, Any]:
    result = CliRunner().invoke(app, ["evaluate-matters", "--data", str(folder), "--json"])
    assert result.exit_code == 0, result.output
    read: dict[str, Any] = json.loads(result.stdout)
    return read


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(matters_evaluation, "STORED", (10, 200))
    matters = tmp_path / "matters"
    matters.mkdir()
    texts = [*ELEVATOR_VIDEO[:6], OILY, f"再次反映{OILY}", f"求助：{OILY}"]
    rows = [
        {"msg_id": 100 + number, "user": f"U{number}", "title": text[:20], "time": f"2026-06-15 08:{number:02d}:00", "text": text}
        for number, text in enumerate(texts)
    ]
    lines = [json.dumps(row, ensure_ascii=False) for row in reversed(rows)]
    (matters / "stream_test.jsonl").write_text("\n".join(lines), encoding="utf-8")
    gold = [
        {"event": "E1", "name": "elevator", "core": [100, 101, 102, 103, 104], "optional": [105], "earliest_msg_id": 100},
        {"event": "E2", "name": "oil", "core": [106, 107, 108], "optional": [], "earliest_msg_id": 106},
        {"event": "E3", "name": "fragment", "core": [106, 107], "optional": []},
    ]
    (matters / "gold_events_test.json").write_text(json.dumps(gold), encoding="utf-8")
    return tmp_path


def test_events_that_are_put_together_are_found(folder: Path) -> None:
    found = run(folder)["events"]
    assert {name: found[name] for name in ("messages", "cases", "events", "found", "mean_f1", "b3_f1", "earliest_right")} == {
        "messages": 9,
        "cases": 2,
        "events": 2,
        "found": 2,
        "mean_f1": 1,
        "b3_f1": 1,
        "earliest_right": 2,
    }
    assert {name: found[name] for name in ("hot_events", "hot_found", "false_alarms")} == {
        "hot_events": 1,
        "hot_found": 1,
        "false_alarms": 0,
    }


def test_what_is_torn_apart_and_thrown_together_counts_against(folder: Path) -> None:
    reports = {one.id: one for one in read_stream(folder / "matters" / "stream_test.jsonl")}
    events = read_events(folder / "matters" / "gold_events_test.json", set(reports))
    thrown = agreement(events, dict.fromkeys(reports, "all"), reports)
    assert (thrown["cases"], thrown["found"], thrown["earliest_right"]) == (1, 1, 1)
    assert thrown["mean_f1"] < 0.8
    torn = agreement(events, {one: one for one in reports}, reports)
    assert (torn["found"], torn["hot_found"]) == (0, 0)


def test_a_message_is_compared_with_a_bounded_number(folder: Path) -> None:
    small, large = run(folder)["growth"]
    assert (small["stored"], large["stored"]) == (10, 200)
    assert large["postings_found"] <= large["buckets_read"] * BUCKET_SIZE
    assert large["postings_compared"] <= COMPARED


def test_cascades_are_read_exactly_and_what_is_odd_is_told(tmp_path: Path) -> None:
    matters = tmp_path / "matters"
    matters.mkdir()
    odd = [["a", "gone", "u1", 5, ""], ["b", "a", "u2", 6, ""], ["b", "", "u2", 9, ""], ["c", "b", "u3", 7, ""]]
    fast = [[f"r{number}", "", "u", number, ""] for number in range(60)]
    rows = [{"mid": "m1", "reposts": odd}, {"mid": "m2", "reposts": fast}]
    (matters / "cascades_test.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    assert run(tmp_path) == {
        "cascades": {
            "cascades": 2,
            "reposts": 64,
            "exact": 2,
            "orphans": 1,
            "circular": 0,
            "repeated": 1,
            "fast": 1,
            "flagged_in_time": 1,
            "missed": 0,
            "late": 0,
            "flagged_otherwise": 0,
        }
    }


def test_a_folder_without_the_files_is_refused(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["evaluate-matters", "--data", str(tmp_path)])
    assert result.exit_code == 1


def test_the_folder_may_be_that_of_the_files_and_further_fields_are_passed_over(folder: Path) -> None:
    stream = folder / "matters" / "stream_test.jsonl"
    rows = [{**json.loads(line), "likes": 3} for line in stream.read_text(encoding="utf-8").splitlines()]
    stream.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    assert run(folder / "matters")["events"]["found"] == 2


GOOD = '{"msg_id": 1, "user": "U", "title": null, "time": "2026-06-15 08:00:00", "text": "一二三"}'


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("stream_test.jsonl", "", "stream_test.jsonl is empty"),
        ("stream_test.jsonl", f"{GOOD}\n{{", "stream_test.jsonl, line 2: not JSON"),
        ("stream_test.jsonl", f"{GOOD}\n\n{GOOD}", "stream_test.jsonl, line 3: message 1 comes a second time"),
        ("stream_test.jsonl", GOOD.replace("2026-06-15 08:00:00", "noon"), "stream_test.jsonl, line 1, time: "),
        ("stream_test.jsonl", GOOD.replace('"text"', '"texts"'), "stream_test.jsonl, line 1, text: Field required"),
        ("stream_test.jsonl", "7", "stream_test.jsonl, line 1, row: "),
        ("gold_events_test.json", "", "line 1: not JSON"),
        ("gold_events_test.json", '[{"event": "E1"}]', "gold_events_test.json, 0.core: Field required"),
        ("cascades_test.jsonl", '{"mid": "m", "reposts": [["a"]]}', "cascades_test.jsonl, line 1, reposts.0"),
        (
            "cascades_test.jsonl",
            '{"mid": "m", "reposts": []}\n' * 2,
            "cascades_test.jsonl, line 2: cascade m comes a second time",
        ),
    ],
)
def test_a_file_that_cannot_be_measured_is_refused_with_its_line_and_no_text(
    folder: Path, capsys: pytest.CaptureFixture[str], name: str, content: str, said: str
) -> None:
    (folder / "matters" / name).write_text(content, encoding="utf-8")
    with pytest.raises(SystemExit) as stopped:
        main(["evaluate-matters", "--data", str(folder), "--json"])
    told = capsys.readouterr()
    assert stopped.value.code == 1
    assert said in told.err.replace("\n", "")
    assert "一二三" not in told.err
    assert not told.out


def test_the_first_table_is_counted_the_same_way_every_time(tmp_path: Path) -> None:
    row = {"title": None, "text": "反映小区噪音扰民", "label": "环境保护", "near_dup_group": 1}
    lines = "\n".join([json.dumps(row, ensure_ascii=False)] * LEAST_COUNT)
    (tmp_path / "petitions_test.jsonl").write_text(lines, encoding="utf-8")
    written = []
    for name in ("one.bin", "two.bin"):
        result = CliRunner().invoke(app, ["frequencies", "--data", str(tmp_path), "--out", str(tmp_path / name)])
        assert result.exit_code == 0, result.output
        written.append((tmp_path / name).read_bytes())
    assert written[0] == written[1]
    assert frequencies.read(written[0]).documents == 9
    assert not of_texts(["反映小区噪音扰民"] * (LEAST_COUNT - 1)).counts
