"""Which clauses differ between two texts. Clauses and not characters: what changed is read, not deciphered."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

_CLAUSE = re.compile(r"[^。！？；，、\n]+[。！？；，、]?|[。！？；，、\n]")


@dataclass(frozen=True, slots=True)
class Run:
    """Clauses in a row that the other text has too, or has not."""

    text: str
    differs: bool


def compared(before: str, after: str) -> tuple[tuple[Run, ...], tuple[Run, ...]]:
    """Both texts whole, in runs."""
    old, new = (_CLAUSE.findall(text) for text in (before, after))
    left: list[Run] = []
    right: list[Run] = []
    for tag, old_from, old_to, new_from, new_to in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        for runs, clauses in ((left, old[old_from:old_to]), (right, new[new_from:new_to])):
            if clauses:
                runs.append(Run("".join(clauses), tag != "equal"))
    return tuple(left), tuple(right)
