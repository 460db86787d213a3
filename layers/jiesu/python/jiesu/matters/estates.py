"""Estates, buildings and roads that a text names: what keeps the same trouble in two places apart.

No gazetteer has every estate. A name is what stands before a word such as 小区 or 花园, cut where the words of a
sentence begin. 社区 and 新村 are not among those words: an estate lies in one, and people name either.
"""

import re
from collections.abc import Iterable
from typing import Final

_NAME: Final = re.compile(r"([\u4e00-\u9fff]{2,12}?)(?:小区|家园|花园|公寓|大厦|嘉园|佳苑|雅苑|名苑|国际城|山庄)")
_BEFORE_NAME: Final = re.compile(
    r".*(?:[的了在有是被把和与及到从往对于向至为让请给将某个这那各该本我你您他她它们里内外旁边后前路街道镇乡县市省区号栋幢站"
    r"一二三四五六七八九十]|楼下|门口|隔壁|附近|对面|领导|重视|反映|投诉|咨询|举报|建议|要求|希望|关于|解决|进行)"
)
_NO_NAME: Final = re.compile(
    "老旧|居民|住宅|整个|全体|多个|所住|居住|商业|商务|文化|新建|安置|拆迁|封闭|物业|业主|开放|老年|住房|高档|大型"
    "|青年|人才|单身|酒店|学生|职工|员工|宿舍"
)


def estates_in(words: str) -> tuple[str, ...]:
    """The names in `words`, without their kind (`望京西园` of `望京西园小区`), each once."""
    names = [_BEFORE_NAME.sub("", match[1]) for match in _NAME.finditer(words)]
    return tuple(dict.fromkeys([name for name in names if len(name) > 1 and not _NO_NAME.fullmatch(name)]))


def agree(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether a name of `one` and a name of `other` may be of the same place.

    People shorten names and mistype them: half of the shorter one's characters is enough.
    """
    return any(2 * len(set(mine) & set(theirs)) >= min(len(mine), len(theirs)) for mine in one for theirs in other)


_ROAD: Final = re.compile(r"(?:.*(?:[区县镇乡]|街道))?([\u4e00-\u9fff]{2,8}?)(?:大街|胡同|路口|路|街|桥)")


def road_in(place: str) -> tuple[str, ...]:
    """The road, street, crossing or bridge that a located place is, with its kind; empty where it is none."""
    found = _ROAD.fullmatch(place)
    return (place[found.start(1) :],) if found else ()


def at_odds(one: tuple[str, ...], others: Iterable[tuple[str, ...]]) -> tuple[str, tuple[str, ...], tuple[str, ...]] | None:
    """Where the names of `one` agree with those of none of `others`: of what kind they are, its own, theirs.

    Estates are set against estates and roads against roads: an estate lies on a road, and people name either.
    """
    others = list(others)
    for kind, is_of, same in (("小区", _is_estate, agree), ("道路", _is_road, _same_road)):
        mine = tuple(filter(is_of, one))
        theirs = [names for other in others if (names := tuple(filter(is_of, other)))]
        if mine and theirs and not any(same(mine, names) for names in theirs):
            return kind, mine, tuple(dict.fromkeys([name for names in theirs for name in names]))
    return None


def _is_road(name: str) -> bool:
    return bool(road_in(name))


def _is_estate(name: str) -> bool:
    return not _is_road(name)


def _same_road(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Roads of two characters that differ in one are two roads: only what holds the other is the same."""
    stems = [[found[1] for name in names if (found := _ROAD.fullmatch(name))] for names in (one, other)]
    return any(mine in theirs or theirs in mine for mine in stems[0] for theirs in stems[1])
