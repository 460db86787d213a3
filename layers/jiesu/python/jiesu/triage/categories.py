"""The tree of matters: codes that are stored, names that are shown, words that point to them.

Two levels of the police branch of the national petition classification, with what a city
police office meets besides (help to persons, fraud, cyber, the borders' papers). `noise` asks for
nothing; `not_police` is somebody else's work and goes to 12345.
"""

import json
from collections.abc import Iterator
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

    `group` is the name of the class above it, empty at the top. A `fallback` is for what no other class has words for.
    """

    code: str
    name: str
    group: str
    words: tuple[str, ...]
    fallback: bool = False

    @property
    def label(self) -> str:
        return f"{self.group}·{self.name}" if self.group else self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryMatch:
    """The class that a text's words point to, and those words; none where it is `UNCLEAR`."""

    code: str
    words: tuple[str, ...]


def label(code: str) -> str:
    """The name of `code` as pages show it, such as `社会治安·治安案件`.

    A code that the tree no longer has is shown as it is: old cases keep theirs.
    """
    category = _by_code().get(code)
    return category.label if category is not None else code


def choices() -> tuple[Category, ...]:
    """All classes that can be chosen, in the tree's order; those of one `group` stand together."""
    return tuple(_by_code().values())


def is_known(code: str) -> bool:
    """Whether `code` is one of `choices()`."""
    return code in _by_code()


def best(text: str) -> CategoryMatch:
    """The class whose words cover most of `text`, which `clean` has made comparable.

    A long word says more than several short ones: words are weighed by the squares of their
    lengths. Between equals the tree's order decides.
    """
    matches = [
        (category, CategoryMatch(code=category.code, words=words))
        for category in choices()
        if (words := tuple(word for word in category.words if word in text))
    ]
    named = [match for category, match in matches if not category.fallback] or [match for _, match in matches]
    return max(named, key=_coverage, default=CategoryMatch(code=UNCLEAR, words=()))


def _coverage(match: CategoryMatch) -> int:
    return sum(len(word) ** 2 for word in match.words)


@cache
def _by_code() -> dict[str, Category]:
    tree: list[dict[str, Any]] = json.loads((files("jiesu.triage") / "data" / "categories.json").read_text(encoding="utf-8"))
    return {category.code: category for top in tree for category in _leaves(top)}


def _leaves(top: dict[str, Any]) -> Iterator[Category]:
    if not top["children"]:
        yield Category(code=top["code"], name=top["name"], group="", words=tuple(top.get("words", ())))
    for child in top["children"]:
        yield Category(
            code=child["code"],
            name=child["name"],
            group=top["name"],
            words=tuple(child["words"]),
            fallback=child.get("fallback", False),
        )
