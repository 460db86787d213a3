"""What must not stand in a text that everybody can read."""

import re
from unicodedata import normalize

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
