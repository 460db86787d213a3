"""The table of frequencies: its file, its bounds, and the one that ships."""

import zlib
from collections import Counter

import pytest

from jiesu.matters import frequencies
from jiesu.matters.frequencies import LEAST_COUNT, MAGIC, FrequenciesFormatError, bounded, counted, packed, read
from jiesu.matters.likeness import Frequencies
from jiesu.triage.ngrams import fingerprint

SMALL = Frequencies(documents=10, counts={7: 5, 4_000_000_000: 3})


def test_a_table_comes_back_as_it_was_written() -> None:
    assert read(packed(SMALL)) == SMALL
    assert packed(Frequencies(documents=10, counts={4_000_000_000: 3, 7: 5})) == packed(SMALL)


@pytest.mark.parametrize(
    "data", [b"", b"JSTM\x01", packed(SMALL)[:-4], MAGIC + zlib.compress(b"\0"), MAGIC + zlib.compress(b"\1\0\0\0\2\0\0\0\0")]
)
def test_what_is_no_table_is_refused(data: bytes) -> None:
    with pytest.raises(FrequenciesFormatError):
        read(data)


def test_an_ngram_counts_once_a_text_and_only_from_the_least_count_on() -> None:
    found = counted([[7, 7, 1]] * (LEAST_COUNT - 1), prior=SMALL)
    assert found.documents == 10 + LEAST_COUNT - 1
    assert found.counts == {7: 5 + LEAST_COUNT - 1, 4_000_000_000: 3}


def test_a_table_keeps_the_most_common_however_many_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frequencies, "MOST_NGRAMS", 2)
    assert bounded(9, Counter({1: 4, 2: 9, 3: 4})).counts == {2: 9, 1: 4}


def test_the_table_that_ships_knows_common_words_from_rare_ones() -> None:
    table = frequencies.shipped()
    assert table.rarity(fingerprint("小区")) < table.rarity(fingerprint("吐口水"))
    assert table.rarity(fingerprint("的")) < 1
