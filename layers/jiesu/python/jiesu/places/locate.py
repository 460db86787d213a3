"""From a citizen's words to a place, its district and the bureau that answers, with the reason."""

import re
import unicodedata
from dataclasses import replace

from jiesu.model.message import PlaceCandidate, PlaceMatch
from jiesu.places.city import City, beijing
from jiesu.places.gazetteer import Level, Match

_OFFICE_NAMES = ("@平安北京",)
_MENTION = re.compile(r"@[\w·-]{2,30}")

_TAIL = re.compile(
    r"(?:[^\W的了在有是被把和与到从往着过我你他她这那您请里个就又也都让不没说一跳打上下前后吵偷-]{0,7}?"
    r"(?:大街|胡同|路口|路|街|巷|小区|社区|家园|花园|公寓|大厦|广场|商场|大悦城|万达|地铁站|车站|公园|村|桥|学校|中学|小学|大学|医院|派出所|[东南西北一二三四五]区|"
    r"\d+(?:号院|号楼|号|栋|单元|层|室)))+"
)
"""What goes on an address after a known name: roads, estates, house numbers, without the words of a sentence between them."""


def locate(text: str, *, city: City | None = None) -> PlaceMatch:
    """The place that `text` names, and the branch of its district; empty where there is none.

    A name that lies in several districts keeps them all and no bureau: a person picks. The `city` is Beijing where none is given.
    """
    return _place(_prepare(text), city or beijing())


def suggest(text: str, category: str, *, city: City | None = None) -> PlaceMatch:
    """As `locate`, but the bureau that answers for a matter of `category`: special jurisdictions come before the district."""
    text = _prepare(text)
    city = city or beijing()
    place = _place(text, city)
    districts = tuple(place.district.split(_OR)) if place.district else ()
    rule = city.jurisdictions.rule_for(text, category, districts)
    if rule is None:
        return place
    reasons = [rule.reason, place.reason] if place.text else [rule.reason]
    # Who answers whatever the district need not ask which: only a rule for want of a district leaves the choice open.
    candidates = place.candidates if rule.without_district else ()
    return replace(place, bureau_code=rule.bureau_code, reason="；".join(reasons), candidates=candidates)


_OR = "、"


def _prepare(text: str) -> str:
    """`text` in NFKC, without @names: an account's name is no place, and people write on without a space after ours."""
    text = unicodedata.normalize("NFKC", text)
    for name in _OFFICE_NAMES:
        text = text.replace(name, " ")
    return _MENTION.sub(" ", text)


def _place(text: str, city: City) -> PlaceMatch:
    matches = city.gazetteer.matches(text)
    if not matches:
        return PlaceMatch()
    districts, deciding = _decide(matches)
    if len(districts) > 1:
        said = "、".join(dict.fromkeys(match.text for match in matches if match.level is deciding.level))
        return PlaceMatch(
            text=said,
            district=_OR.join(districts),
            candidates=tuple(_candidate(district, city) for district in districts),
            reason=f"「{said}」可能在{_OR.join(districts)}，请人工选择",
        )
    said = _address(text, matches, deciding)
    branch = city.jurisdictions.branches[districts[0]]
    return PlaceMatch(
        text=said,
        district=districts[0],
        bureau_code=branch.bureau_code,
        reason=f"{deciding.level.label}「{deciding.text}」属{districts[0]}，由{branch.name}管辖",
    )


def _candidate(district: str, city: City) -> PlaceCandidate:
    return PlaceCandidate(district=district, bureau_code=city.jurisdictions.branches[district].bureau_code)


def _decide(matches: tuple[Match, ...]) -> tuple[tuple[str, ...], Match]:
    """The districts that the names of the highest level agree on, and the name that says so.

    Names of lower levels settle what those leave open (八里庄 lies in two districts, 八里庄…定慧寺 in one).
    Names that contradict each other leave all their districts standing.
    """
    ranked = sorted(matches, key=lambda match: (-match.level, match.start))
    deciding = ranked[0]
    districts = set(deciding.districts)
    for match in ranked[1:]:
        common = districts & set(match.districts)
        if common:
            districts = common
        elif match.level == deciding.level and deciding.level is not Level.COMMUNITY:
            districts |= set(match.districts)
    return tuple(sorted(districts)), deciding


def _address(text: str, matches: tuple[Match, ...], deciding: Match) -> str:
    """The deciding name with what directly precedes and follows it of the same address."""
    start, end = deciding.start, deciding.end
    for match in reversed(matches):
        if match.end == start:
            start = match.start
    for match in matches:
        if match.start == end:
            end = match.end
    tail = _TAIL.match(text, end)
    return text[start : end if tail is None else tail.end()]
