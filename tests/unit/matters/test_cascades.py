"""The tree of a post's reposts: exact, whatever comes in whatever order."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiesu.matters.cascades import Cascade, Repost, Spreader, cascade


def a_repost(repost_id: str, parent_id: str, *, user: str = "", seconds: int = 0) -> Repost:
    return Repost(id=repost_id, parent_id=parent_id, user_id=user or f"u-{repost_id}", seconds=seconds)


TREE = [
    a_repost("a", "", seconds=10),
    a_repost("b", "a", seconds=20),
    a_repost("c", "b", seconds=30),
    a_repost("d", "b", seconds=40),
    a_repost("e", "", seconds=50),
    a_repost("f", "e", seconds=60, user="u-b"),
    a_repost("g", "f", seconds=70),
]


def test_a_chain_leads_from_a_repost_to_the_original() -> None:
    found = cascade("root", TREE)
    assert found.chain("d") == ("d", "b", "a", "root")
    assert found.chain("root") == ("root",)
    assert [found.depths[one] for one in "aceg"] == [1, 3, 1, 3]


def test_the_posts_of_one_user_count_together() -> None:
    assert cascade("root", TREE).top_spreaders(2) == (
        Spreader(user_id="u-b", direct=3, reached=3),
        Spreader(user_id="u-a", direct=1, reached=3),
    )


def test_a_user_who_reposts_below_themselves_is_not_counted_twice() -> None:
    rows = [a_repost("a", "", user="u"), a_repost("b", "a", user="u"), a_repost("c", "b")]
    assert cascade("root", rows).top_spreaders(1) == (Spreader(user_id="u", direct=2, reached=2),)


def test_the_order_of_the_rows_changes_nothing() -> None:
    expected = cascade("root", TREE)
    for seed in range(20):
        rows = TREE.copy()
        random.Random(seed).shuffle(rows)
        assert cascade("root", rows) == expected


def test_a_row_that_names_the_original_is_its_direct_repost() -> None:
    assert cascade("root", [a_repost("a", "root")]).depths["a"] == 1


def test_an_orphan_hangs_under_the_original_and_is_told() -> None:
    found = cascade("root", [a_repost("a", "gone"), a_repost("b", "a")])
    assert found.chain("b") == ("b", "a", "root")
    assert found.orphans == ("a",)


def test_a_circle_is_opened_at_its_earliest_repost_and_is_told() -> None:
    rows = [a_repost("a", "c", seconds=3), a_repost("b", "a", seconds=1), a_repost("c", "b", seconds=2), a_repost("d", "a")]
    for ordered in (rows, rows[::-1]):
        found = cascade("root", ordered)
        assert found.circular == ("b",)
        assert found.chain("d") == ("d", "a", "c", "b", "root")


def test_a_repost_of_itself_is_a_circle() -> None:
    assert cascade("root", [a_repost("a", "a")]).circular == ("a",)


def test_of_a_repost_that_came_twice_the_earliest_row_counts() -> None:
    once = a_repost("a", "", seconds=1)
    found = cascade("root", [a_repost("b", "a", seconds=9), once, a_repost("b", "", seconds=5), once])
    assert found.parents["b"] == "root"
    assert found.repeated == ("b",)


def test_a_stranger_has_no_chain() -> None:
    with pytest.raises(KeyError):
        cascade("root", TREE).chain("x")


def test_a_chain_may_be_longer_than_the_stack() -> None:
    rows = [a_repost(str(number), str(number - 1) if number else "") for number in range(5000)]
    assert cascade("root", rows).depths["4999"] == 5000


REPOSTS = st.builds(a_repost, st.sampled_from("abcdefg"), st.sampled_from(["", *"abcdefgx"]), seconds=st.integers(0, 3))


@given(st.lists(REPOSTS, max_size=12), st.randoms(use_true_random=False))
def test_whatever_comes_every_repost_leads_to_the_original(rows: list[Repost], draw: random.Random) -> None:
    found = cascade("root", rows)
    for one in {row.id for row in rows}:
        assert found.chain(one)[-1] == "root"
        assert found.depths[one] == len(found.chain(one)) - 1
    shuffled: list[Repost] = rows.copy()
    draw.shuffle(shuffled)
    again: Cascade = cascade("root", shuffled)
    assert again == found
