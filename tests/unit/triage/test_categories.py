"""The tree of matters: what is stored, what is shown."""

from jiesu.triage import categories
from jiesu.triage.categories import Category
from jiesu.triage.signals import read


def test_a_code_is_shown_with_its_class_above() -> None:
    assert categories.label("public_order.nuisance") == "社会治安·噪声扰民与养犬"


def test_a_class_without_one_above_is_shown_by_itself() -> None:
    assert (categories.label("noise"), categories.label("not_police")) == ("无需办理", "非公安职责")


def test_a_code_that_the_tree_no_longer_has_is_shown_as_it_is() -> None:
    assert categories.label("public_order.retired") == "public_order.retired"
    assert not categories.is_known("public_order.retired")


def test_the_branches_of_the_police_tree_and_the_offices_own_are_all_there() -> None:
    groups = list(dict.fromkeys(category.group for category in categories.choices() if category.group))
    assert groups == [
        "社会治安",
        "群众求助",
        "户籍证件",
        "出入境",
        "交通管理",
        "消防",
        "电信网络诈骗",
        "网络安全",
        "警务督察",
        "刑案侦破",
        "公安其他",
    ]


def test_codes_and_labels_are_unique() -> None:
    choices = categories.choices()
    assert len({one.code for one in choices}) == len({one.label for one in choices}) == len(choices)


def test_a_code_begins_with_the_code_of_its_group() -> None:
    tops: dict[str, set[str]] = {}
    for category in categories.choices():
        if category.group:
            tops.setdefault(category.group, set()).add(category.code.split(".")[0])
    assert all(len(codes) == 1 for codes in tops.values())


def test_no_word_is_so_short_or_so_empty_that_it_is_everywhere() -> None:
    def short(category: Category) -> list[str]:
        return [word for word in category.words if len(word.strip()) < 2]

    assert [short(category) for category in categories.choices() if short(category)] == []


def test_words_are_written_as_texts_are_compared_or_they_would_never_match() -> None:
    assert [word for category in categories.choices() for word in category.words if word != word.lower()] == []


def test_the_class_with_the_longer_words_is_the_better() -> None:
    match = read("派出所不立案").category
    assert match.code == "supervision.enforcement"


def test_hints_tell_classes_apart_and_make_work_of_nothing() -> None:
    reading = read("楼上半夜")
    assert (reading.category.code, reading.category.words) == ("public_order.nuisance", ())
    assert "police_matter" not in reading.codes


def test_a_text_without_words_of_any_class_is_left_to_a_person() -> None:
    match = read("今天的晚霞真好看").category
    assert (match.code, match.words, match.hints) == (categories.UNCLEAR, (), ())
