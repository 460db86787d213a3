"""The table of how common n-grams are: its file, the one that ships, and how the next one is counted.

A file is `JSTF\\1`, then zlib of: number of texts, number of n-grams (32-bit, little-endian), the fingerprints in rising
order, their counts. It holds no text.
"""

import struct
import sys
import zlib
from array import array
from collections import Counter
from collections.abc import Collection, Iterable
from functools import cache
from importlib.resources import files
from typing import Final

from jiesu.matters.likeness import Frequencies

MAGIC: Final = b"JSTF\x01"
_HEAD: Final = struct.Struct("<II")
SHIPPED: Final = "frequencies.bin"

LEAST_COUNT: Final = 3
"""N-grams of fewer texts are as rare as those of none: the first reports of a matter do not make its words common."""
MOST_NGRAMS: Final = 60_000
"""N-grams that a table keeps, the most common: its size does not grow with what is stored."""
MOST_TALLIED: Final = 300_000
"""N-grams that are counted from day to day. A year of an office has more; what is rare among them begins anew."""


class FrequenciesFormatError(ValueError):
    """The bytes are no table that this release can read."""


def packed(frequencies: Frequencies) -> bytes:
    """The table as a file. The same table gives the same bytes."""
    keys = sorted(frequencies.counts)
    counts = [frequencies.counts[key] for key in keys]
    body = _HEAD.pack(frequencies.documents, len(keys)) + _column(keys) + _column(counts)
    return MAGIC + zlib.compress(body, 9)


def read(data: bytes) -> Frequencies:
    """The table in a file; raises `FrequenciesFormatError`."""
    if not data.startswith(MAGIC):
        raise FrequenciesFormatError("no table of frequencies")
    try:
        body = zlib.decompress(data[len(MAGIC) :])
        documents, number = _HEAD.unpack_from(body)
    except (zlib.error, struct.error) as error:
        raise FrequenciesFormatError("the table is damaged") from error
    if len(body) != _HEAD.size + 8 * number:
        raise FrequenciesFormatError("the table is cut off")
    middle = _HEAD.size + 4 * number
    return Frequencies(
        documents=documents, counts=dict(zip(_values(body[_HEAD.size : middle]), _values(body[middle:]), strict=True))
    )


@cache
def shipped() -> Frequencies:
    """The table that ships: counted on petitions to several offices of one city."""
    return read((files("jiesu.matters") / "data" / SHIPPED).read_bytes())


def counted(texts: Iterable[Collection[int]], *, prior: Frequencies) -> Frequencies:
    """The table of `texts`, each the fingerprints of its n-grams, on top of what is known before them."""
    return table_of(tallied(texts, prior=prior))


def tallied(texts: Iterable[Collection[int]], *, prior: Frequencies) -> Frequencies:
    """The same with everything that was counted, what is in one text too: the next day goes on from it, not from a table.

    It keeps `MOST_TALLIED` n-grams, the most common.
    """
    counts: Counter[int] = Counter(prior.counts)
    documents = prior.documents
    for text in texts:
        counts.update(set(text))
        documents += 1
    return _bounded(documents, counts, least=1, most=MOST_TALLIED)


def table_of(tally: Frequencies) -> Frequencies:
    """The table of what was counted."""
    return bounded(tally.documents, Counter(tally.counts))


def bounded(documents: int, counts: Counter[int]) -> Frequencies:
    """A table of the most common n-grams; equally common ones in the order of their fingerprints."""
    return _bounded(documents, counts, least=LEAST_COUNT, most=MOST_NGRAMS)


def _bounded(documents: int, counts: Counter[int], *, least: int, most: int) -> Frequencies:
    common = sorted([(-count, key) for key, count in counts.items() if count >= least])[:most]
    return Frequencies(documents=documents, counts={key: -count for count, key in common})


def _column(values: Iterable[int]) -> bytes:
    column = array("I", values)
    if sys.byteorder == "big":
        column.byteswap()
    return column.tobytes()


def _values(data: bytes) -> array[int]:
    column = array("I", data)
    if sys.byteorder == "big":
        column.byteswap()
    return column
