"""Capacity units against the examples in DynamoDB's developer guide."""

from typing import Any

import pytest

from bench.capacity import item_bytes, read_units, write_units

INDEXED = {"pk": {"S": "a"}, "sk": {"S": "b"}, "gsi1pk": {"S": "queue"}, "gsi1sk": {"S": "1"}}


def an_item(size: int, **more: Any) -> dict[str, Any]:
    """An item of `size` bytes without `more`."""
    return {"pk": {"S": "x" * (size - len("pk"))}, **more}


def test_names_and_texts_count_in_utf_8_and_bytes_as_they_are() -> None:
    assert item_bytes({"pk": {"S": "接诉"}, "raw": {"B": b"1234"}}) == len("pk") + 6 + len("raw") + 4


@pytest.mark.parametrize(("digits", "size"), [("0", 2), ("27", 2), ("-27", 2), ("1795397400", 5)])
def test_a_number_takes_half_a_byte_a_digit_and_one_more(digits: str, size: int) -> None:
    assert item_bytes({"n": {"N": digits}}) == len("n") + size


@pytest.mark.parametrize(("size", "units"), [(500, 1), (1_024, 1), (1_025, 2)])
def test_a_write_is_rounded_up_to_whole_kibibytes(size: int, units: int) -> None:
    assert write_units(None, an_item(size), transactional=False) == units


def test_a_transaction_writes_each_item_twice() -> None:
    assert write_units(None, an_item(500), transactional=True) == 2


def test_a_write_costs_what_the_larger_of_old_and_new_costs() -> None:
    assert write_units(an_item(3_000), an_item(10), transactional=False) == 3


def test_a_new_item_in_the_index_is_written_there_once() -> None:
    assert write_units(None, INDEXED, transactional=False) == 2


def test_an_item_that_moves_in_the_index_is_taken_away_and_put_there() -> None:
    moved = {**INDEXED, "gsi1pk": {"S": "another queue"}}
    assert write_units(INDEXED, moved, transactional=False) == 3


def test_an_item_that_stays_in_the_index_is_replaced_there() -> None:
    changed = {**INDEXED, "body": {"S": "new"}}
    assert write_units(INDEXED, changed, transactional=False) == 2


def test_an_index_of_few_attributes_is_written_where_one_of_them_changes() -> None:
    listed = {"pk": {"S": "a"}, "sk": {"S": "b"}, "gsi2pk": {"S": "day"}, "gsi2sk": {"S": "1"}}
    assert write_units(None, {**listed, "body": {"S": "x" * 3_000}}, transactional=False) == 3 + 1
    assert write_units(listed, {**listed, "body": {"S": "new"}}, transactional=False) == 1
    assert write_units(listed, {**listed, "case_id": {"S": "c"}}, transactional=False) == 2


def test_an_item_without_the_index_keys_costs_nothing_there() -> None:
    assert write_units(None, {"pk": {"S": "a"}}, transactional=False) == 1


@pytest.mark.parametrize(("consistent", "units"), [(True, 2.0), (False, 1.0)])
def test_a_query_rounds_the_sum_of_what_it_reads(consistent: bool, units: float) -> None:
    assert read_units([an_item(3_000), an_item(3_000)], consistent=consistent) == units


def test_nothing_found_still_costs_the_least_read() -> None:
    assert read_units([], consistent=True) == 1
