"""What in a text speaks for work and what against it: word lists from data, shapes from here."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class WordGroup:
    """Words that say the same of a text; `weight` counts once, negative against work."""

    code: str
    name: str
    weight: int
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Signals:
    """The word lists of the rules.

    `chatter` speaks against work. `not_meant` are phrases that hold a word of another list by chance.
    `critical` words say that a life is in danger; `grave` ones only where something ties them to here
    and now. `figurative` words speak against taking either at its word.
    """

    groups: tuple[WordGroup, ...]
    chatter: tuple[WordGroup, ...]
    not_meant: tuple[str, ...]
    critical: tuple[str, ...]
    grave: tuple[str, ...]
    urgent: tuple[str, ...]
    happening: tuple[str, ...]
    vulnerable: tuple[str, ...]
    figurative: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One thing found in a text: the code and Chinese name of its group or shape, what was found, its weight."""

    code: str
    name: str
    found: tuple[str, ...]
    weight: int

    @property
    def reason(self) -> str:
        return f"{self.name}:{quote(self.found)}"


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
        r"|\d+号(?:楼|院|线)|\d+栋|\d+单元"
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
MONEY = Shape(code="money", name="金额", weight=1, pattern=re.compile(r"\d+(?:\.\d+)?\s*(?:万|元|块钱)"))
QUESTION = Shape(code="question_mark", name="问句", weight=1, pattern=re.compile(r"[吗嘛呢么]\s*[?。!]|\?|吗$"))

SHAPES = (PLACE, TIME, TELEPHONE, PLATE, MONEY, QUESTION)
CONCRETE = (PLACE.code, TELEPHONE.code)
"""Codes of the shapes that tie a text to a real spot or person."""


def quote(words: Iterable[str]) -> str:
    """The first three of `words` as a Chinese text quotes them."""
    return "、".join(f"「{word}」" for word in tuple(dict.fromkeys(words))[:3])


def found(text: str, words: Iterable[str]) -> tuple[str, ...]:
    """Those of `words` that `text` holds, in their order."""
    return tuple(word for word in words if word in text)


def meant(text: str, signals: Signals) -> str:
    """`text` without the phrases that hold a word of the lists by chance."""
    for phrase in signals.not_meant:
        if phrase in text:
            text = text.replace(phrase, " ")
    return text


def weigh(text: str, signals: Signals) -> tuple[Evidence, ...]:
    """All evidence in `text`, which `clean` has made comparable; a group with several words weighs one more."""
    evidence: list[Evidence] = []
    for group in (*signals.groups, *signals.chatter):
        words = found(text, group.words)
        if words:
            more = 1 if len(words) > 1 and group.weight > 0 else 0
            evidence.append(Evidence(code=group.code, name=group.name, found=words, weight=group.weight + more))
    for shape in SHAPES:
        hit = shape.pattern.search(text)
        if hit is not None:
            evidence.append(Evidence(code=shape.code, name=shape.name, found=(hit.group().strip(),), weight=shape.weight))
    return tuple(evidence)


@cache
def load() -> Signals:
    """The word lists of the rules, read once."""
    lists: dict[str, Any] = json.loads((files("jiesu.triage") / "data" / "signals.json").read_text(encoding="utf-8"))
    return Signals(
        groups=_groups(lists["groups"]),
        chatter=_groups(lists["chatter"]),
        not_meant=tuple(lists["not_meant"]),
        critical=tuple(lists["critical"]),
        grave=tuple(lists["grave"]),
        urgent=tuple(lists["urgent"]),
        happening=tuple(lists["happening"]),
        vulnerable=tuple(lists["vulnerable"]),
        figurative=tuple(lists["figurative"]),
    )


def _groups(groups: Iterable[dict[str, Any]]) -> tuple[WordGroup, ...]:
    return tuple(WordGroup(code=one["code"], name=one["name"], weight=one["weight"], words=tuple(one["words"])) for one in groups)
