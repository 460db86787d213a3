"""Learning from the desk: what is learnt, what only measures, and when a candidate is promoted."""

import pytest

from jiesu.cases.labels import Label
from jiesu.store.labels import LabelledMessage
from jiesu.triage import categories
from jiesu.triage.model import load
from ops.errors import OperatorError
from ops.training import desk
from ops.training.splits import is_frozen
from tests import builders as build


def labelled(number: int, text: str, *, actionable: bool = True, category: str | None = None) -> LabelledMessage:
    message = build.a_message(id=f"weibo:{number}", text=text)
    label = Label(
        message=build.a_message_ref(message_id=message.id),
        thought=build.a_triage(),
        said_at=build.after(minutes=number),
        actionable=actionable,
        category=category,
    )
    return LabelledMessage(label=label, message=message)


def test_too_few_labels_teach_nothing_and_it_says_how_many_are_needed() -> None:
    with pytest.raises(OperatorError, match="99 labels have a text; 100 are needed"):
        desk.split([labelled(number, f"第{number}件") for number in range(99)])


def test_the_newest_only_measure_and_what_reads_like_them_is_not_learnt() -> None:
    texts = [f"请处理甲{'乙' * number}" for number in range(100)]
    texts[3] = texts[90]
    parted = desk.split([labelled(number, text) for number, text in enumerate(texts)])
    assert [one.text for one in parted.newest] == texts[70:]
    assert len(parted.older) == 69
    assert not {one.group for one in parted.older} & {one.group for one in parted.newest}


def test_nothing_the_desk_said_is_kept_from_learning_by_its_group() -> None:
    parted = desk.split([labelled(number, f"请处理甲{'乙' * number}") for number in range(200)])
    assert not any(is_frozen(one) for one in parted.older)


def test_an_unclear_category_teaches_no_category() -> None:
    parted = desk.split([labelled(number, f"甲{'乙' * number}", category=categories.UNCLEAR) for number in range(100)])
    assert {one.category for one in parted.older} == {None}


def test_a_model_is_measured_by_what_people_said_and_few_labels_of_a_kind_say_nothing() -> None:
    said = [labelled(number, f"救命,有人要跳楼了{'啊' * number}") for number in range(70)]
    said += [labelled(70 + number, f"哈哈哈{'哈' * number}", actionable=False) for number in range(30)]
    figures = desk.measure(desk.split(said).newest, load())
    assert figures == {"noise let rest": 1.0}
    assert desk.measure(desk.split(said).older, load()) == {"work found": 1.0}


@pytest.mark.parametrize(
    ("candidate", "standing", "reasons"),
    [
        ({"work found": 0.9}, {"work found": 0.8}, 0),
        ({"work found": 0.8}, {"work found": 0.8}, 1),
        ({"category": 0.9, "work found": 0.7}, {"category": 0.6, "work found": 0.8}, 1),
        ({"category": 0.5, "work found": 0.7}, {"category": 0.6, "work found": 0.8}, 3),
        ({}, {}, 1),
    ],
)
def test_better_on_the_newest_labels_means_a_higher_mean_and_no_figure_that_falls_far(
    candidate: dict[str, float], standing: dict[str, float], reasons: int
) -> None:
    verdict = desk.compare(candidate, standing)
    assert (len(verdict.reasons), verdict.is_better) == (reasons, not reasons)
