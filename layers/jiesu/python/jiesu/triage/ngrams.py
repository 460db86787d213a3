"""A text as counts of its character n-grams: what the linear model reads instead of words.

Chinese is written without spaces and citizens write with typing errors: overlapping runs of one to
three characters need no dictionary and lose little to a wrong character.
"""

import re
from collections import Counter
from zlib import crc32

LONGEST = 3

_RUN = re.compile(r"\w+")
_NUMBER = re.compile(r"\d+")


def ngrams(text: str) -> Counter[str]:
    """How often each n-gram occurs in `text`, which `clean` has made comparable.

    None reaches over punctuation or spaces. Any number counts as one `0`: house numbers and
    amounts are as good as never the same twice.
    """
    grams: list[str] = []
    for run in _RUN.findall(_NUMBER.sub("0", text)):
        grams += run
        for length in range(2, LONGEST + 1):
            grams += [run[start : start + length] for start in range(len(run) - length + 1)]
    return Counter(grams)


def fingerprint(gram: str) -> int:
    """The number that stands for `gram` in an artefact: CRC-32 of its UTF-8, so that no text is kept in it."""
    return crc32(gram.encode())
