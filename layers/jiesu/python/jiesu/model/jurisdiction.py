"""Who answers for what, where the office says otherwise than the files that ship."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnRule:
    """A rule of the office's own, which comes before those that ship. What is empty limits nothing; `category` may be a group.

    `bureau_code` is empty where a person is to choose. `words` fit where one of them is written, `unless` where none is.
    """

    bureau_code: str
    reason: str
    category: str = ""
    district: str = ""
    words: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnJurisdictions:
    """The office's rules, the first that fits wins, and the districts that another bureau answers for, by name.

    `names` has each bureau that is named here by its code.
    """

    rules: tuple[OwnRule, ...] = ()
    branches: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
