"""Which bureau answers: rules in order, then the district."""

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from jiesu.model.jurisdiction import OwnJurisdictions, OwnRule


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
    district: str = ""
    is_own: bool = False

    def fits(self, text: str, category: str, districts: tuple[str, ...]) -> bool:
        """Whether all that the rule names holds; a category holds for the classes below it."""
        return (
            (not self.categories or any(category == one or category.startswith(f"{one}.") for one in self.categories))
            and (self.pattern is None or self.pattern.search(text) is not None)
            and (self.unless is None or self.unless.search(text) is None)
            and not (self.without_district and len(districts) == 1)
            and not (self.with_place and not districts)
            and (not self.district or self.district in districts)
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

    def with_own(self, own: OwnJurisdictions) -> "Jurisdictions":
        """The same with what the office says itself: its rules before all others, its branches in the place of these."""
        names = {**self.names, **own.names}
        branches = {
            district: Branch(bureau_code=code, name=names.get(code, code))
            for district, code in own.branches.items()
            if district in self.branches
        }
        return Jurisdictions(
            branches={**self.branches, **branches},
            rules=(*(_own_rule(one) for one in own.rules), *self.rules),
            names=names,
        )


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


def _own_rule(own: OwnRule) -> Rule:
    return Rule(
        bureau_code=own.bureau_code,
        reason=own.reason,
        categories=(own.category,) if own.category else (),
        pattern=_any_of(own.words),
        unless=_any_of(own.unless),
        without_district=False,
        with_place=False,
        district=own.district,
        is_own=True,
    )


def _any_of(words: tuple[str, ...]) -> re.Pattern[str] | None:
    """Texts are looked at in NFKC; words are words, whatever stands in them."""
    return re.compile("|".join(re.escape(unicodedata.normalize("NFKC", one)) for one in words)) if words else None


def _pattern(expression: str | None) -> re.Pattern[str] | None:
    return None if expression is None else re.compile(expression)
