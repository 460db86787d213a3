"""Many words sought in one pass over a text."""

from collections.abc import Iterable, Iterator
from operator import add


class Lexicon:
    """Finds every occurrence of any of `words`, overlapping ones too.

    A pass looks at each pair of neighbouring characters once, so that two thousand words cost
    little more than twenty. Words have at least two characters: `ValueError` otherwise.
    """

    __slots__ = ("_by_beginning",)

    def __init__(self, words: Iterable[str]) -> None:
        by_beginning: dict[str, list[str]] = {}
        for word in sorted(set(words)):
            if len(word) < 2:
                raise ValueError(f"a word of a lexicon has two characters or more, not {word!r}")
            by_beginning.setdefault(word[:2], []).append(word)
        self._by_beginning = {beginning: tuple(words) for beginning, words in by_beginning.items()}

    def find(self, text: str) -> Iterator[tuple[int, str]]:
        """Where each word begins in `text` and the word, from left to right."""
        by_beginning = self._by_beginning
        for start, words in enumerate(map(by_beginning.get, map(add, text, text[1:]))):
            if words is not None:
                for word in words:
                    if text.startswith(word, start):
                        yield start, word
