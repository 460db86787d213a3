"""Charts as geometry: nothing above the scale, nothing beside the drawing, no share without its interval."""

from hypothesis import given
from hypothesis import strategies as st

from jiesu.cases.timeliness import Rate, rate_of
from jiesu.pages.charts import COLUMNS_HEIGHT, ROW, columns, share_columns, shares
from jiesu.pages.source_drawing import WIDTH

VALUES = st.lists(
    st.tuples(st.integers(0, 50_000), st.integers(0, 50_000)).map(lambda pair: ("标", max(pair), min(pair))), max_size=31
)


@given(VALUES)
def test_every_column_stands_within_the_drawing_with_its_part_in_front_and_apart_from_the_next(
    values: list[tuple[str, int, int]],
) -> None:
    chart = columns(values)
    for one, (_, whole, part) in zip(chart.bars, values, strict=True):
        assert chart.axis <= one.x <= one.x + one.width <= WIDTH
        assert 0 < one.whole_y <= one.part_y <= chart.foot < COLUMNS_HEIGHT
        assert (one.whole_height > 0) <= (whole > 0)
        assert (one.part_height > 0) <= (part > 0)
    assert all(one.x + one.width < other.x for one, other in zip(chart.bars, chart.bars[1:], strict=False))


@given(st.integers(0, 10**7))
def test_the_scale_is_round_begins_at_nought_and_ends_above_everything(most: int) -> None:
    marks = [int(one.said.replace(",", "")) for one in columns([("一", most, 0)]).scale]
    assert marks[0] == 0
    assert marks[-1] >= most
    assert 2 <= len(marks) <= 5
    assert str(marks[1]).rstrip("0") in {"1", "2", "5"}


def test_labels_that_would_touch_are_left_out() -> None:
    hours = [(f"{hour}", 1, 0) for hour in range(24)]
    assert [one.said for one in columns(hours).labels] == [str(hour) for hour in range(0, 24, 2)]
    assert [one.said for one in columns(hours[:6]).labels] == [str(hour) for hour in range(6)]


@given(st.lists(st.tuples(st.integers(0, 300), st.integers(0, 300)).map(lambda pair: rate_of(min(pair), max(pair))), max_size=31))
def test_the_interval_of_a_column_is_around_its_top_and_within_the_scale(rates: list[Rate]) -> None:
    chart = share_columns([("时", one) for one in rates])
    known = [column for column, one in zip(chart.bars, rates, strict=True) if one.share is not None]
    assert len(chart.intervals) == len(known)
    for column, one in zip(known, chart.intervals, strict=True):
        assert 0 < one.high_y <= column.part_y <= one.low_y <= chart.foot
        assert column.x < one.x < column.x + column.width
    assert all(mark.said.endswith("%") for mark in chart.scale)


def test_a_share_is_drawn_with_its_interval_and_one_of_nothing_is_left_out() -> None:
    chart = shares([("微博", rate_of(1, 4)), ("来信", rate_of(0, 0)), ("电话", rate_of(0, 3))])
    assert [one.name for one in chart.lines] == ["微博", "电话"]
    assert [one.bar_width for one in chart.lines] == [WIDTH / 4, 0]
    assert chart.height == 2 * ROW
    assert chart.lines[0].said == "25%（1/4）"
    for one in chart.lines:
        assert 0 <= one.low_x <= one.bar_width <= one.high_x <= WIDTH
