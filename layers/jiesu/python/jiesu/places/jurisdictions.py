"""Which bureau answers: rules in order, then the district."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A jurisdiction that comes before the district's. An empty `bureau_code` leaves it to a person."""

    bureau_code: str
    reason: str
    categories: tuple[str, ...]
    pattern: re.Pattern[str] | None
    unless: re.Pattern[str] | None
    without_district: bool
    with_place: bool

    def fits(self, text: str, category: str, districts: tuple[str, ...]) -> bool:
        """Whether all that the rule names holds; a category holds for the classes below it."""
        return (
            (not self.categories or any(category == one or category.startswith(f"{one}.") for one in self.categories))
            and (self.pattern is None or self.pattern.search(text) is not None)
            and (self.unless is None or self.unless.search(text) is None)
            and not (self.without_district and len(districts) == 1)
            and not (self.with_place and not districts)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """The branch of a district."""

    bureau_code: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Jurisdictions:
    """The branches by district and the rules before them. `names` has each bureau's by its code, as it is said in the city."""

    branches: Mapping[str, Branch]
    rules: tuple[Rule, ...]
    names: Mapping[str, str]

    def rule_for(self, text: str, category: str, districts: tuple[str, ...]) -> Rule | None:
        """The first rule that fits."""
        return next((rule for rule in self.rules if rule.fits(text, category, districts)), None)


def read(folder: Traversable) -> Jurisdictions:
    """The jurisdictions of the city whose files lie in `folder`."""
    read: dict[str, Any] = json.loads((folder / "jurisdictions.json").read_text(encoding="utf-8"))
    branches = {
        district: Branch(bureau_code=branch["bureau"], name=branch["name"]) for district, branch in read["districts"].items()
    }
    return Jurisdictions(
        branches=branches,
        rules=tuple(_rule(one) for one in read["rules"]),
        names={one.bureau_code: one.name for one in branches.values()} | read.get("names", {}),
    )


@cache
def bureau_names() -> Mapping[str, str]:
    """What Beijing calls each bureau, by its code."""
    return read(files("jiesu.places") / "data").names


def _rule(read: Mapping[str, Any]) -> Rule:
    return Rule(
        bureau_code=read["bureau"],
        reason=read["reason"],
        categories=tuple(read.get("categories", ())),
        pattern=_pattern(read.get("pattern")),
        unless=_pattern(read.get("unless")),
        without_district=read.get("without_district", False),
        with_place=read.get("with_place", False),
    )


def _pattern(expression: str | None) -> re.Pattern[str] | None:
    return None if expression is None else re.compile(expression)
