"""What a corrected text says anew."""

from hypothesis import given
from hypothesis import strategies as st

from jiesu.pages.clauses import Run, compared

TEXTS = st.text(alphabet="路人甲乙，。\n", max_size=40)


def test_only_the_clause_that_changed_differs() -> None:
    before, after = compared("周六早上，桥下有人摆摊。卖刀具。", "周六早上，桥东有人摆摊。卖刀具。")
    assert before == (Run("周六早上，", False), Run("桥下有人摆摊。", True), Run("卖刀具。", False))
    assert after == (Run("周六早上，", False), Run("桥东有人摆摊。", True), Run("卖刀具。", False))


def test_what_was_added_differs_and_nothing_was_there_before() -> None:
    before, after = compared("桥下有人摆摊。", "桥下有人摆摊。每周六九点。")
    assert before == (Run("桥下有人摆摊。", False),)
    assert after == (Run("桥下有人摆摊。", False), Run("每周六九点。", True))


@given(before=TEXTS, after=TEXTS)
def test_no_word_of_either_is_lost_and_what_does_not_differ_is_the_same(before: str, after: str) -> None:
    runs = compared(before, after)
    assert tuple("".join(one.text for one in side) for side in runs) == (before, after)
    kept = [[one.text for one in side if not one.differs] for side in runs]
    assert kept[0] == kept[1]
