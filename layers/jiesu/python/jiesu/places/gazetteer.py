"""The names of a city's places, and where a text holds them."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from importlib.resources.abc import Traversable
from typing import Any


class Level(IntEnum):
    """What kind of place a name is of; the higher, the more it decides."""

    COMMUNITY = 1
    STATION = 2
    LANDMARK = 3
    SUBDISTRICT = 4
    ROAD = 5
    DISTRICT = 6

    @property
    def label(self) -> str:
        return {1: "社区", 2: "车站", 3: "地标", 4: "街道乡镇", 5: "道路", 6: "区"}[self.value]

    @property
    def suffixes(self) -> tuple[str, ...]:
        """What is written after a name to say of which kind it is; the longer first."""
        return {
            1: ("社区", "小区", "村"),
            2: ("地铁站", "站"),
            3: (),
            4: ("街道", "地区", "校区", "院区", "镇", "乡"),
            5: (),
            6: ("区",),
        }[self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A place's name at `start` of a text, and the districts that have such a place: one, unless the name is ambiguous."""

    text: str
    start: int
    level: Level
    districts: tuple[str, ...]

    @property
    def end(self) -> int:
        return self.start + len(self.text)


_KEY = 2
"""Characters of the index; no name is shorter."""

_NEVER_BARE = re.compile(
    r"体育中心|人民大学|传媒大学|动物园|国家图书馆|政务中心.?|火车站|飞机场|新家园|阳光花园|中心村|幸福里|光明里|新世纪|新天地|大学城|大学生"
    r"|高教园|开发区|生活区|青年路|科技园|航天城|城关|商业街|步行街|[东西南北]大街|.*(?:大学|学院|学校|部|社|局|院|党校|公司|传播|机关|宿舍)"
    r"|第?[一二三四五六七八九十百]+[条区里号院]?"
)
"""Names that are in every city, or of an organisation: they match only with their kind (社区, 地铁站) after them."""


_OTHER_CAMPUS = re.compile(r"\([^()]{0,8}(?:校区|学院|院区|部)|[^\s,。!?()]{0,8}(?:学院(?!路)|校区|附中|附小|附属)")
"""After a university's name: a part of it that often lies in another district than the university."""

_OTHER_SITE = re.compile(r"\(?[^\s,。!?()]{0,6}(?:分校|校区|分部|分院|院区|附属|附小|附中)|[^\s,。!?()]{1,4}学校")
"""After a school's name: a branch of it, which lies where its own name says."""

_BRANCH = re.compile(
    r"(.+(?:大学|学院|学校|医院|中学|小学|附中|附小|[一二三四五六七八九十][中小]))(.{1,6}(?:校区|分校|院区|学校))"
)
"""A branch of a school or hospital; it is written with its own part in parentheses too."""

_SCHOOL = ("中学", "小学", "学校", "附中", "附小", *(f"{digit}{kind}" for digit in "一二三四五六七八九十" for kind in "中小"))

_INSTITUTION = re.compile(
    r"(?:镇|乡)?(?:第?[一二三四五六七八九十]{1,2})?(?:中心|民族|实验|完全)?"
    r"(?:小学|中学|学校|幼儿园|医院|卫生院|派出所|社区卫生服务(?:中心|站)|敬老院|养老院|农贸市场|批发市场|菜市场)|[一二三四五六七八九十][中小](?![国区学心])"
)
"""What is called by the short name of the place it stands at: 采育中心小学, 木林中学."""

_ANYWHERE = re.compile(
    r"新区|[东西][南北]|[东南西北][一二三四五]|上海|光明|和平|胜利|幸福|友谊|团结|建国|建设|新华|新建|东风|红旗|红星|向阳|朝阳|前进|先锋|育才|育英|育新|实验|中心|希望|人民|解放|文化|工人|青年|曙光"
    r"|振兴|兴华|东方|永安|平安|长安|康庄|花园|清河|滨河|[湖河]北|[湖河海江]南|[山河]东|[山河江]西|城关|东街|西街|南街|北街|南关|北关|东关|西关|站前|新村|北京|第[一二三四五六七八九十]"
    r"|[一二三四五六七八九十][区里条街]|中学|小学|学校|医院|公园|动物|太平|光华|复兴|民主|民生|铁路|师范|机关|体育|国际|外语|双语|职业|军区"
)
"""Short names that every city has: what is called by them may stand in any."""

_STEM = 3
_PART_OF_ESTATE = re.compile(
    r"(?:[东南西北中前后上下]?(?:里|区|(?<!家)园|(?<!学)院|街|路|大街)|第?[一二三四五六七八九十]+(?:里|区|园|院|村|条|街坊)?|[东南西北中])(?:社区)?[东南西北]?$"
)


class Gazetteer:
    """Places of one city, found by longest match."""

    def __init__(
        self, *, not_places: Iterable[str] = (), elsewhere: Iterable[str] = (), everywhere: Iterable[str] = (), city: str = ""
    ) -> None:
        self._places: dict[str, dict[Level, tuple[str, ...]]] = {}
        self._lengths: dict[str, tuple[int, ...]] = {}
        self._not_places = _any_of(not_places)
        cities = tuple(elsewhere)
        self._elsewhere = tuple(name + tail for name in cities for tail in ("", "市", "省"))
        self._named_elsewhere = _any_of(cities)
        self._address_elsewhere = re.compile(rf"(?:{self._named_elsewhere.pattern})[市省]\w{{1,6}}?[市区县镇乡村路街]")
        self._everywhere = frozenset(everywhere)
        self._city = city

    def add(self, name: str, level: Level, district: str) -> None:
        """One more place; `name` without the suffix of its level."""
        if len(name) < _KEY:
            return
        levels = self._places.get(name)
        if levels is None:
            levels = self._places[name] = {}
            lengths = self._lengths.get(name[:_KEY], ())
            if len(name) not in lengths:
                self._lengths[name[:_KEY]] = tuple(sorted((*lengths, len(name)), reverse=True))
        known = levels.get(level, ())
        if district not in known:
            levels[level] = (*known, district)

    def matches(self, text: str) -> tuple[Match, ...]:
        """The places that `text` names, from left to right, none inside another.

        Where it gives an address in another city ("郑州市…") and does not name this one, only districts are this city's;
        where it only names another, a name that every city has is not.
        """
        text = self._not_places.sub(lambda phrase: "\0" * len(phrase[0]), text)
        abroad = not (self._city and self._city in text) and self._named_elsewhere.search(text) is not None
        foreign = abroad and self._address_elsewhere.search(text) is not None
        found: list[Match] = []
        start = 0
        while start < len(text) - 1:
            match = self._at(text, start)
            if match is None:
                start += 1
                continue
            is_ours = match.level is Level.DISTRICT or not (foreign or (abroad and match.text in self._everywhere))
            if is_ours and not text.endswith(self._elsewhere, 0, start):
                found.append(match)
            start = match.end
        return tuple(found)

    def _at(self, text: str, start: int) -> Match | None:
        for length in self._lengths.get(text[start : start + _KEY], ()):
            name = text[start : start + length]
            levels = self._places.get(name)
            if levels is None:
                continue
            match = (
                _suffixed(text, start, name, levels)
                or _bare(text, start, name, levels)
                or _institution(text, start, name, levels)
            )
            if match is not None:
                return match
        return None


def _suffixed(text: str, start: int, name: str, levels: Mapping[Level, tuple[str, ...]]) -> Match | None:
    for level in sorted(levels, reverse=True):
        for suffix in level.suffixes:
            if text.startswith(suffix, start + len(name)):
                return Match(text=name + suffix, start=start, level=level, districts=levels[level])
    return None


def _bare(text: str, start: int, name: str, levels: Mapping[Level, tuple[str, ...]]) -> Match | None:
    """The name by itself, as the highest kind that may stand so.

    Two characters are a word of the language more often than a place: only districts and
    landmarks, which are chosen by hand, may be so short.
    """
    end = start + len(name)
    if name.endswith(("大学", "学院")) and _OTHER_CAMPUS.match(text, end):
        return None
    if name.endswith(_SCHOOL) and _OTHER_SITE.match(text, end):
        return None
    curt = len(name) <= _KEY or _NEVER_BARE.fullmatch(name) is not None
    for level in sorted(levels, reverse=True):
        if level in (Level.DISTRICT, Level.ROAD, Level.LANDMARK) or not curt:
            return Match(text=name, start=start, level=level, districts=levels[level])
    return None


def _institution(text: str, start: int, name: str, levels: Mapping[Level, tuple[str, ...]]) -> Match | None:
    """The short name of a place with the school, hospital or police station that is called by it."""
    if len(name) > _KEY or _ANYWHERE.fullmatch(name):
        return None
    kind = _INSTITUTION.match(text, start + len(name))
    if kind is None or _OTHER_SITE.match(text, kind.end()):
        return None
    level = max(levels)
    return Match(text=name + kind[0], start=start, level=level, districts=levels[level])


def _any_of(phrases: Iterable[str]) -> re.Pattern[str]:
    """Finds any of `phrases`; nothing where there are none."""
    return re.compile("|".join(map(re.escape, sorted(phrases, key=len, reverse=True))) or r"(?!)")


def read(folder: Traversable) -> Gazetteer:
    """The gazetteer of the city whose files lie in `folder`; the README beside Beijing's tells their shapes.

    Only `divisions.json` must be there.
    """
    phrases = _read(folder, "phrases.json")
    gazetteer = Gazetteer(
        not_places=(*phrases.get("accounts", ()), *phrases.get("not_places", ())),
        elsewhere=phrases.get("elsewhere", ()),
        everywhere=phrases.get("everywhere", ()),
        city=phrases.get("city", ""),
    )
    stems: dict[str, set[str]] = {}
    for district, subdistricts in _read(folder, "divisions.json").items():
        gazetteer.add(district.removesuffix("区"), Level.DISTRICT, district)
        for subdistrict, communities in subdistricts.items():
            gazetteer.add(_stem(subdistrict), Level.SUBDISTRICT, district)
            if len(_stem(subdistrict)) < _KEY:
                gazetteer.add(subdistrict, Level.SUBDISTRICT, district)
            for community in communities:
                gazetteer.add(community, Level.COMMUNITY, district)
                stems.setdefault(_PART_OF_ESTATE.sub("", community), set()).add(district)
    _add_stems(gazetteer, stems)
    sources = (
        ("stations.json", Level.STATION),
        ("bus_stops.json", Level.STATION),
        ("roads.json", Level.ROAD),
        ("hospitals.json", Level.LANDMARK),
        ("clinics.json", Level.LANDMARK),
        ("schools.json", Level.LANDMARK),
        ("landmarks.json", Level.LANDMARK),
        ("areas.json", Level.LANDMARK),
    )
    for source, level in sources:
        for district, names in _read(folder, source).items():
            for name in names:
                gazetteer.add(name.removesuffix("站") if level is Level.STATION else name, level, district)
                branch = _BRANCH.fullmatch(name)
                if branch is not None:
                    gazetteer.add(f"{branch[1]}({branch[2]})", level, district)
    for district, numbers in _read(folder, "numbered_schools.json").items():
        for number in numbers:
            for name in _numbered(number, phrases["city"]):
                gazetteer.add(name, Level.LANDMARK, district)
    return gazetteer


_DIGITS = "零一二三四五六七八九"
_FIRST_THAT_ONLY_THE_CITY_HAS = 20
"""Districts number their own schools too, but not so far."""


def _numbered(number: int, city: str) -> Iterator[str]:
    """How the city's middle school of that `number` is written: 北京市第二十五中学, 北京25中, 第一六六中学."""
    tens, ones = divmod(number, 10)
    if tens >= len(_DIGITS):
        spoken = "".join(_DIGITS[int(digit)] for digit in str(number))
    else:
        spoken = ("" if not tens else "十" if tens == 1 else f"{_DIGITS[tens]}十") + (_DIGITS[ones] if ones else "")
    for numeral in (spoken, str(number)):
        for prefix in (city, f"{city}市", *([""] if number >= _FIRST_THAT_ONLY_THE_CITY_HAS else [])):
            yield from (f"{prefix}第{numeral}中学", f"{prefix}{numeral}中学")
            if prefix:
                yield f"{prefix}{numeral}中"


def _add_stems(gazetteer: Gazetteer, stems: Mapping[str, set[str]]) -> None:
    """What the parts of an estate have in common (垂杨柳 of 东里 and 西里); in more than two districts it says nothing."""
    for stem, districts in stems.items():
        if len(stem) >= _STEM and len(districts) <= 2:
            for district in sorted(districts):
                gazetteer.add(stem, Level.COMMUNITY, district)


def _stem(subdistrict: str) -> str:
    for suffix in Level.SUBDISTRICT.suffixes:
        if subdistrict.endswith(suffix):
            return subdistrict.removesuffix(suffix)
    return subdistrict


def _read(folder: Traversable, name: str) -> dict[str, Any]:
    file = folder / name
    if name != "divisions.json" and not file.is_file():
        return {}
    read: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return read
