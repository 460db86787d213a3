"""The tree of matters: codes that are stored, names that are shown, words that point to them.

Two levels of the police branch of the national petition classification, with what a city
police office meets besides (help to persons, fraud, cyber, the borders' papers). `noise` asks for
nothing; `not_police` is somebody else's work and goes to 12345.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

NOISE = "noise"
NOT_POLICE = "not_police"
UNCLEAR = "police_other.unclear"
"""Work of a kind that no rule could name: a person decides."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """One class that a message or case can have.

    `group` is the name of the class above it, empty at the top. A `fallback` is for what no other
    class has words for. `words` speak for a class and for work at once; `hints` are too common
    to make work of a text and only help to tell the classes apart.
    """

    code: str
    name: str
    group: str
    words: tuple[str, ...]
    hints: tuple[str, ...] = ()
    fallback: bool = False

    @property
    def label(self) -> str:
        return f"{self.group}·{self.name}" if self.group else self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryMatch:
    """The class that a text's words point to, and those words and hints; neither where it is `UNCLEAR`."""

    code: str
    words: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()


def label(code: str) -> str:
    """The name of `code` as pages show it, such as `社会治安·治安案件`.

    A code that the tree no longer has is shown as it is: old cases keep theirs.
    """
    category = _by_code().get(code)
    return category.label if category is not None else code


def name(code: str) -> str:
    """The name of `code` without that of its group; a code that the tree no longer has is shown as it is."""
    category = _by_code().get(code)
    return category.name if category is not None else code


def group(code: str) -> str:
    """The name of the class above `code`, its own at the top."""
    category = _by_code().get(code)
    return code if category is None else category.group or category.name


def label_of_kind(code: str) -> str:
    """The name of a class, or of a group by the part of its classes' codes before the dot."""
    members = [one for one in choices() if one.code.partition(".")[0] == code]
    return members[0].group if members and not is_known(code) else label(code)


def choices() -> tuple[Category, ...]:
    """All classes that can be chosen, in the tree's order; those of one `group` stand together."""
    return tuple(_by_code().values())


def is_known(code: str) -> bool:
    """Whether `code` is one of `choices()`."""
    return code in _by_code()


def hints_list(code: str) -> str:
    """The name under which the hints of a class are looked up."""
    return f"hints:{code}"


def best(found: Mapping[str, tuple[str, ...]]) -> CategoryMatch:
    """The class whose words cover most of a text. `found` has the words that the text holds, by the names of their lists.

    A long word says more than several short ones: words are weighed by the squares of their
    lengths; hints, and the words of a fallback, count half. Between equals the tree's order decides.
    """
    best_match, most = CategoryMatch(code=UNCLEAR), 0
    for category in choices():
        words, hints = found.get(category.code, ()), found.get(hints_list(category.code), ())
        if words or hints:
            covered = (1 if category.fallback else 2) * _covered(words) + _covered(hints)
            if covered > most:
                best_match, most = CategoryMatch(code=category.code, words=words, hints=hints), covered
    return best_match


def _covered(words: tuple[str, ...]) -> int:
    return sum([len(word) ** 2 for word in words])


@cache
def _by_code() -> dict[str, Category]:
    tree: list[dict[str, Any]] = json.loads((files("jiesu.triage") / "data" / "categories.json").read_text(encoding="utf-8"))
    return {category.code: category for top in tree for category in _leaves(top)}


def _leaves(top: dict[str, Any]) -> Iterator[Category]:
    if not top["children"]:
        yield Category(
            code=top["code"],
            name=top["name"],
            group="",
            words=tuple(top.get("words", ())),
            hints=tuple(top.get("hints", ())),
        )
    for child in top["children"]:
        yield Category(
            code=child["code"],
            name=child["name"],
            group=top["name"],
            words=tuple(child["words"]),
            hints=tuple(child["hints"]),
            fallback=child.get("fallback", False),
        )
