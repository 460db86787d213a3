"""What in a text speaks for work and what against it: word lists from data, shapes from here."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from jiesu.triage import categories
from jiesu.triage.categories import CategoryMatch
from jiesu.triage.lexicon import Lexicon


@dataclass(frozen=True, slots=True, kw_only=True)
class WordGroup:
    """Words that say the same of a text; `weight` counts once, negative against work."""

    code: str
    name: str
    weight: int
    words: tuple[str, ...]


CRITICAL = "critical"
GRAVE = "grave"
URGENT = "urgent"
HAPPENING = "happening"
VULNERABLE = "vulnerable"
FIGURATIVE = "figurative"

_LISTS = (CRITICAL, GRAVE, URGENT, HAPPENING, VULNERABLE, FIGURATIVE)
_NOT_MEANT = "not_meant"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signals:
    """The word lists of the rules.

    `groups` speak for work, or against it where their weight is negative. `CRITICAL` words say that
    a life is in danger; `GRAVE` ones only where something ties them to here and now; `FIGURATIVE`
    words speak against taking either at its word. `not_meant` are phrases that hold a word of
    another list by chance. `lists_of` has the names of the lists that a word is on.
    """

    groups: tuple[WordGroup, ...]
    lexicon: Lexicon
    lists_of: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One thing found in a text: the code and Chinese name of its group or shape, what was found, its weight."""

    code: str
    name: str
    found: tuple[str, ...]
    weight: int

    @property
    def reason(self) -> str:
        return f"{self.name}：{quote(self.found)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A pattern that no word list can hold."""

    code: str
    name: str
    weight: int
    pattern: re.Pattern[str]


PLACE = Shape(
    code="place",
    name="地点",
    weight=1,
    pattern=re.compile(
        r"[^\W\d_a-z的了在有是被把和与到从往着我你他她这那里个就又也都不没一]{1,8}"
        r"(?:大街|胡同|路口|路|街|小区|社区|家园|花园|公寓|大厦|广场|商场|地铁站|火车站|车站|公园|村|镇|桥|派出所)"
        r"|(?<!\d)\d+(?:号(?:楼|院|线)|栋|单元)"
    ),
)
TIME = Shape(
    code="time",
    name="时间",
    weight=1,
    pattern=re.compile(
        r"\d{1,2}月\d{1,2}[日号]|(?:今天|昨天|前天|今晚|昨晚|昨夜|今早|凌晨|上午|中午|下午|晚上|夜里)\s*\d{0,2}[点时:]?|\d{1,2}[:点]\d{0,2}分?"
    ),
)
TELEPHONE = Shape(
    code="telephone",
    name="电话",
    weight=2,
    pattern=re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)|(?<!\d)0\d{2,3}-?\d{7,8}(?!\d)|1\*{10}"),
)
PLATE = Shape(
    code="plate", name="车牌", weight=2, pattern=re.compile(r"[京津冀晋蒙辽吉黑沪苏浙皖鲁豫鄂湘粤][a-z]·?[a-z\d]{5,6}(?![a-z\d])")
)
MONEY = Shape(code="money", name="金额", weight=1, pattern=re.compile(r"(?<!\d)\d+(?:\.\d+)?\s*(?:万|元|块钱)"))
QUESTION = Shape(code="question_mark", name="问句", weight=1, pattern=re.compile(r"[吗嘛呢么]\s*[?。!]|\?|吗$"))

SHAPES = (PLACE, TIME, TELEPHONE, PLATE, MONEY, QUESTION)
CONCRETE = frozenset([PLACE.code, TELEPHONE.code])
"""Codes of the shapes that tie a text to a real spot or person."""


def quote(words: Iterable[str]) -> str:
    """The first three of `words` as a Chinese text quotes them, without those that lie within another."""
    distinct = tuple(dict.fromkeys(words))
    whole = [word for word in distinct if not any(word != other and word in other for other in distinct)]
    return "、".join(f"「{word}」" for word in whole[:3])


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What the rules see in a text: its words by list, its class, and the evidence for and against work."""

    words: Mapping[str, tuple[str, ...]]
    category: CategoryMatch
    evidence: tuple[Evidence, ...]

    def of(self, name: str) -> tuple[str, ...]:
        """The words of a list that the text has, in the order of the text."""
        return self.words.get(name, ())

    @property
    def codes(self) -> frozenset[str]:
        return frozenset([one.code for one in self.evidence])

    @property
    def weight(self) -> int:
        return sum([one.weight for one in self.evidence])


def read(text: str) -> Reading:
    """What `text`, which `clean` has made comparable, says to the rules. A group with several words weighs one more."""
    signals = load()
    words = _words(text, signals)
    evidence: list[Evidence] = []
    category = categories.best(words)
    named = _named(category)
    if named is not None:
        evidence.append(named)
    for group in signals.groups:
        found = words.get(group.code)
        if found is not None:
            more = 1 if len(found) > 1 and group.weight > 0 else 0
            evidence.append(Evidence(code=group.code, name=group.name, found=found, weight=group.weight + more))
    for shape in SHAPES:
        hit = shape.pattern.search(text)
        if hit is not None:
            evidence.append(Evidence(code=shape.code, name=shape.name, found=(hit.group().strip(),), weight=shape.weight))
    return Reading(words=words, category=category, evidence=tuple(evidence))


def _words(text: str, signals: Signals) -> dict[str, tuple[str, ...]]:
    """The words of every list in `text`, by the list's name, without those that lie within a phrase that is not meant."""
    found = [(start, word) for start, word in signals.lexicon.find(text) if not _is_part_of_a_number(text, start, word)]
    words: dict[str, dict[str, None]] = {}
    reach = place = 0
    phrases = [(start, start + len(word)) for start, word in found if _NOT_MEANT in signals.lists_of[word]]
    for start, word in found:
        while place < len(phrases) and phrases[place][0] <= start:
            reach = max(reach, phrases[place][1])
            place += 1
        if start + len(word) > reach:
            for name in signals.lists_of[word]:
                words.setdefault(name, {})[word] = None
    return {name: tuple(one) for name, one in words.items()}


def _is_part_of_a_number(text: str, start: int, word: str) -> bool:
    """Whether `word` is digits out of a longer number or a plate: no telephone number names the hotline 12345."""
    if not word.isdecimal():
        return False
    before, after = text[max(0, start - 1) : start], text[start + len(word) : start + len(word) + 1]
    return (before.isascii() and before.isalnum()) or before == "·" or after.isdecimal()


def _named(category: CategoryMatch) -> Evidence | None:
    """The words of a class as evidence: what the police answer for weighs more than what others do."""
    if not category.words:
        return None
    if category.code == categories.NOT_POLICE:
        return Evidence(code="other_matter", name="其他部门事项", found=category.words, weight=1)
    weight = 3 if len(category.words) > 1 or len(category.words[0]) > 2 else 2
    return Evidence(code="police_matter", name="公安事项", found=category.words, weight=weight)


@cache
def load() -> Signals:
    """The word lists of the rules, read once."""
    lists: dict[str, Any] = json.loads((files("jiesu.triage") / "data" / "signals.json").read_text(encoding="utf-8"))
    groups = tuple(
        WordGroup(code=one["code"], name=one["name"], weight=one["weight"], words=tuple(one["words"]))
        for one in (*lists["groups"], *lists["chatter"])
    )
    named = [(group.code, group.words) for group in groups]
    named += [(name, tuple(lists[name])) for name in (*_LISTS, _NOT_MEANT)]
    for category in categories.choices():
        named += [(category.code, category.words), (categories.hints_list(category.code), category.hints)]
    lists_of: dict[str, tuple[str, ...]] = {}
    for name, words in named:
        for word in words:
            lists_of[word] = (*lists_of.get(word, ()), name)
    return Signals(groups=groups, lexicon=Lexicon(lists_of), lists_of=lists_of)
