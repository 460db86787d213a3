"""A text as counts of its character n-grams: what the linear model reads instead of words.

Chinese is written without spaces and citizens write with typing errors: overlapping runs of one to
three characters need no dictionary and lose little to a wrong character.
"""

import re
from collections import Counter
from collections.abc import Iterable
from operator import add
from zlib import crc32

_RUN = re.compile(r"\w+")
_NUMBER = re.compile(r"\d+")


def ngrams(text: str) -> Counter[str]:
    """How often each n-gram occurs in `text`, which `clean` has made comparable.

    None reaches over punctuation or spaces. Any number counts as one `0`: house numbers and
    amounts are as good as never the same twice.
    """
    grams: list[str] = []
    for run in _RUN.findall(_NUMBER.sub("0", text)):
        pairs = list(map(add, run, run[1:]))
        grams += run
        grams += pairs
        grams += map(add, pairs, run[2:])
    return Counter(grams)


def fingerprints(grams: Iterable[str]) -> tuple[int, ...]:
    """The fingerprint of each of `grams`, in their order."""
    return tuple(map(crc32, map(str.encode, grams)))


def fingerprint(gram: str) -> int:
    """The number that stands for `gram` in an artefact: CRC-32 of its UTF-8, so that no text is kept in it."""
    return crc32(gram.encode())
