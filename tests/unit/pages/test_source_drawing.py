"""The drawing of a source chain: the earliest at the top, nobody on somebody else's line."""

from hypothesis import given

from jiesu.matters.source_chain import Clue, ClueKind, Sighting, SourceChain, source_chain
from jiesu.pages.source_drawing import MOST_ROWS, WIDTH, draw, in_time
from tests.unit.matters.test_source_chain import CLUES, SIGHTINGS, clue, seen


def a_chain() -> SourceChain:
    """`a` told `b` and `d`, `b` told `c`; somebody else says that `d` has it from `c`."""
    people = [seen(key, minutes) for minutes, key in enumerate("abcd")]
    return source_chain(people, [clue("b", "a"), clue("c", "b"), clue("d", "a"), clue("d", "c", ClueKind.TEXT)])


def test_whoever_had_it_first_stands_at_the_top_and_is_marked() -> None:
    drawn = draw(a_chain())
    assert [mark.teller.key for mark in drawn.marks] == ["a", "b", "c", "d"]
    assert [mark.is_first for mark in drawn.marks] == [True, False, False, False]
    assert [mark.y for mark in drawn.marks] == sorted(mark.y for mark in drawn.marks)


def test_a_contradiction_is_drawn_as_one() -> None:
    assert sorted(line.strength for line in draw(a_chain()).lines) == ["likely", "rival", "sure", "sure"]


def test_nobody_stands_on_the_line_from_a_source_to_the_last_whom_it_told() -> None:
    drawn = draw(a_chain())
    a, b, c, d = (mark.x for mark in drawn.marks)
    assert b > a, "the line from a to d runs past b"
    assert c > a
    assert d == a, "it ends there, so that its lane is free again"


def test_a_crowd_is_drawn_as_far_as_there_is_room_and_the_rest_is_counted() -> None:
    chain = source_chain([seen(f"网民 {number:03d} 的名字很长很长很长很长很长", number) for number in range(100)], [])
    drawn = draw(chain)
    assert (len(drawn.marks), drawn.more) == (MOST_ROWS, 100 - MOST_ROWS)
    assert all(mark.label.endswith("…") for mark in drawn.marks)


def test_nothing_known_is_an_empty_drawing() -> None:
    assert (draw(source_chain([], [])).marks, draw(source_chain([], [])).lines) == ((), ())


@given(sightings=SIGHTINGS, clues=CLUES)
def test_every_teller_and_every_edge_between_two_is_drawn_inside_the_box(sightings: list[Sighting], clues: list[Clue]) -> None:
    chain = source_chain(sightings, clues)
    drawn = draw(chain)
    assert [mark.teller for mark in drawn.marks] == list(in_time(chain))
    assert len(drawn.lines) == sum(edge.parent is not None for edge in chain.edges)
    assert all(0 < mark.x < mark.label_x < WIDTH and 0 < mark.y < drawn.height for mark in drawn.marks)
