"""Learning and measuring, on small made data."""

import json
import random
from collections import Counter
from pathlib import Path

import pytest

from jiesu.triage import categories
from ops.errors import OperatorError
from ops.training.corpus import LABELLED, Source, read, read_own

OWN = read_own()
ROWS = [json.loads(line) for path in sorted(LABELLED.glob("*.jsonl")) for line in path.read_text(encoding="utf-8").splitlines()]


def folder(path: Path, *, suffix: str = "dev") -> Path:
    draw = random.Random(7)
    topics = {"教育文体": "学校老师补课收费", "交通运输": "公交车线路站台", "环境保护": "工厂污水排放臭气"}
    petitions = [
        {"title": None, "text": f"反映{words}问题{draw.randint(1, 999)}请处理", "label": topic, "near_dup_group": n}
        for n, (topic, words) in enumerate(list(topics.items()) * 40)
    ]
    noise = [{"text": f"今天{draw.choice(['好累', '开心', '下雨', '追剧'])}{draw.choice('哈啊呀嘿')}{n}次"} for n in range(150)]
    for name, rows in ((Source.PETITIONS, petitions), (Source.WEIBO, noise), (Source.REPOSTS, noise)):
        lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        (path / f"{name}_{suffix}.jsonl").write_text(lines, encoding="utf-8")
    return path


def test_the_same_samples_give_the_same_bytes_twice(tmp_path: Path) -> None:
    from ops.training.training import train

    samples = [*read(folder(tmp_path)).samples, *OWN[:400]]
    assert train(samples, say=lambda _: None).artefact == train(samples, say=lambda _: None).artefact


def test_without_noise_nothing_is_learnt() -> None:
    from ops.training.training import train

    with pytest.raises(OperatorError, match="missing"):
        train(OWN, say=lambda _: None)


@pytest.mark.parametrize("suffix", ["dev", "test", "held_out"])
def test_files_are_known_whatever_part_of_the_data_they_are(tmp_path: Path, suffix: str) -> None:
    found = {one.source for one in read(folder(tmp_path, suffix=suffix)).samples}
    assert found == {
        Source.PETITIONS,
        Source.WEIBO,
        Source.REPOSTS,
    }


def test_a_file_can_be_left_out_and_one_that_is_not_there_is_named(tmp_path: Path) -> None:
    data = folder(tmp_path)
    assert Source.WEIBO not in {one.source for one in read(data, without=["weibo_noise_dev.jsonl"]).samples}
    with pytest.raises(OperatorError, match="nowhere"):
        read(data, without=["nowhere.jsonl"])


def test_the_labelled_set_is_large_enough_and_written_by_many_hands() -> None:
    assert len(ROWS) >= 1_500
    assert len({row["text"] for row in ROWS}) == len(ROWS)
    assert max(Counter(one.group for one in OWN).values()) < len(ROWS) * 0.15


def test_every_label_is_of_the_tree_and_every_class_has_messages() -> None:
    used = Counter(row["category"] for row in ROWS)
    assert set(used) == {one.code for one in categories.choices()}
    assert all(row["actionable"] == (row["category"] != categories.NOISE) for row in ROWS)


def test_no_near_copy_is_on_both_sides_of_a_split() -> None:
    from ops.training.splits import is_frozen

    def pairs(text: str) -> set[str]:
        return {text[at : at + 3] for at in range(len(text) - 2)}

    frozen = [pairs(one.text) for one in OWN if is_frozen(one) and len(one.text) > 12]
    learnt = [pairs(one.text) for one in OWN if not is_frozen(one) and len(one.text) > 12]
    assert not any(len(a & b) > 0.6 * len(a | b) for a in frozen for b in learnt)
