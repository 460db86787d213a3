"""What must not stand in a text that everybody can read, and how long one may be."""

import re
from unicodedata import normalize

MAX_TITLE = 60
MAX_DESCRIPTION = 500
"""Characters; a thousand of them at once must fit the answer of a function (6 MB)."""
MAX_PLACE = 40

_PERSONAL = re.compile(
    r"""
    (?<!\d)(?:
        (?:\+?86[\s-]*)?1[3-9](?:[\s-]?\d){9}      # a mobile telephone
      | 0\d{2,3}(?:[\s-]?\d){7,8}                  # a fixed one with its area
      | \d(?:[\s-]?\d){16}[\s-]?[\dXx]             # an identity card
      | \d{15}                                     # an old one
    )(?!\d)
    """,
    re.VERBOSE | re.ASCII,
)


def names_a_person(text: str) -> bool:
    """Whether `text` holds what looks like a telephone or identity number, in whatever width and grouping.

    A simple check that stops slips: names and addresses it cannot see, so a person reads the text all the same.
    """
    return _PERSONAL.search(normalize("NFKC", text)) is not None


_DWELLING = re.compile(
    r"""
    (?<![月0-9A-Za-z一二三四五六七八九十百零])          # 11月12号 is a day
    (?:[0-9A-Za-z]+|[一二三四五六七八九十百零]+) \s*
    (?:号(?:楼|院|门|宅)|号(?=$|[,。、;!?\s])|栋|幢|单元|弄|室|座[0-9])
    """,
    re.VERBOSE,
)


def names_a_dwelling(text: str) -> bool:
    """Whether `text` goes down to a building, a flat or a house number: a place for everybody's eyes ends at the road.

    A simple check too: a bare 号 counts only at the end of a phrase, for 3号线 is a railway.
    """
    return _DWELLING.search(normalize("NFKC", text)) is not None
