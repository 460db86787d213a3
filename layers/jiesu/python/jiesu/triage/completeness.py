"""Which of the seven things that a bulletin owes its reader it does not say: 时间 地点 起因 经过 结果 人物 联系.

Words are looked for, nothing is understood: what is said in words that stand in no list here counts as
missing, and a list can be met by chance. So it tells the editor where to look again, and refuses nothing.
"""

import re
from datetime import UTC, datetime
from enum import StrEnum

from jiesu.model.bulletin import Bulletin
from jiesu.triage.extract.extraction import extract
from jiesu.triage.extract.spans import SpanKind


class Element(StrEnum):
    """One of the seven, in the order in which they are told."""

    TIME = "time"
    PLACE = "place"
    CAUSE = "cause"
    COURSE = "course"
    RESULT = "result"
    PERSONS = "persons"
    CONTACT = "contact"

    @property
    def label(self) -> str:
        return {
            "time": "时间",
            "place": "地点",
            "cause": "起因",
            "course": "经过",
            "result": "结果",
            "persons": "人物",
            "contact": "联系",
        }[self.value]

    @property
    def advice(self) -> str:
        """What an editor adds where it is missing."""
        return {
            "time": "写明事发的日期和钟点，不是网民反映的时间",
            "place": "写到路名、门牌、小区或单位，不只写到区",
            "cause": "写明因何而起；不清楚的写“起因不明”",
            "course": "按先后写明发生了什么",
            "result": "写明后果和现状：伤亡、损失、是否报警、解决没有",
            "persons": "写明涉及谁：人数、体貌、车牌或店名，不写网民身份",
            "contact": "写明能否联系到网民、由谁代为联系，不写号码",
        }[self.value]


_REPORTED = re.compile(r"^[^\n，]{1,24}，网民通过[^\n：]{1,24}反映：", re.MULTILINE)
"""How the draft begins a citizen's words: the hour is when they wrote, not when it happened."""
_ADDED = re.compile(r"^(?:提到的时间|提到的证据|联系方式)：.*$", re.MULTILINE)

_BARE_DISTRICT = re.compile(r"(?:北京市?)?[一-鿿]{1,5}(?:(?<!小)区|县|市)")
_PLACE = re.compile(
    r"[一-鿿A-Za-z\d](?:路|街|胡同|巷|桥|小区|社区|家园|大厦|广场|商场|商城|市场|超市|医院|学校|小学|中学|大学|幼儿园|公园|车站|地铁站|站台"
    r"|号楼|单元|村|银行|酒店|宾馆|饭店|餐厅|网吧|出口|路口|号线)"
)
_CAUSE = re.compile(
    r"因(?!此|而|素)|由于|起因|原因|缘由|为了|纠纷|争执|矛盾|口角|吵架|争吵|琐事|不满|拖欠|欠薪|欠款|讨薪|为由|冒充|自称|谎称|声称|的名义"
)
_SEQUENCE = re.compile(r"随后|后来|然后|接着|之后|先是|期间|当时|突然|开始|多次|反复|再次|于是|继而|紧接着|过程中|途中")
_CLAUSE = re.compile(r"[一-鿿][^，。；！？,;!?\n]*")
_COURSE_CLAUSES = 3
_COURSE_LENGTH = 30
"""So much is told in steps even where no word says so."""
_RESULT = re.compile(
    r"结果|后果|造成|致使|导致|受伤|轻伤|重伤|骨折|送医|就医|住院|死亡|身亡|伤亡|损失|损坏|损毁|被(?:骗|偷|盗|抢|打|砸|撞|拉黑)|失联|逃[离逸跑]"
    r"|报(?:了)?警|出警|立案|至今|仍|尚未|还[没未在]|未(?:处理|解决|归还|退|果)|没有?(?:处理|解决|人管|下文)|已(?:经)?(?:处理|解决|制止|离开)"
)
_PERSONS = re.compile(
    r"男子|女子|男性|女性|老人|老太|大爷|大妈|小孩|孩子|儿童|男孩|女孩|学生|司机|车主|驾驶人|店主|老板|房东|中介|保安|物业|邻居|工人|骑手"
    r"|快递员|外卖员|客服|嫌疑人|对方|当事人|死者|伤者|骗子|[\d一二两三四五六七八九十几多余](?:名|个人|人)(?!民|次|气)"
)
_CONTACT = re.compile(r"联系方式|联系人|（联系电话略）|代为联系|可(?:以)?联系|私信联系|联系不上网民|回访")


def missing_elements(facts: str, *, place: str, happened: str, persons: str, now: datetime) -> tuple[Element, ...]:
    """What neither the facts nor the fields of their own say, in order; `now` is when the bulletin was, or would be, issued."""
    told = _ADDED.sub("", _REPORTED.sub("", facts))
    kinds = {span.kind for span in extract(told, sent_at=now, time_zone=now.tzinfo or UTC)}
    place = place.strip()
    said = {
        Element.TIME: bool(happened.strip()) or SpanKind.TIME in kinds,
        Element.PLACE: bool(place and not _BARE_DISTRICT.fullmatch(place)) or bool(_PLACE.search(told)),
        Element.CAUSE: bool(_CAUSE.search(told)),
        Element.COURSE: _tells_steps(told),
        Element.RESULT: bool(_RESULT.search(told)),
        Element.PERSONS: bool(persons.strip()) or bool(kinds & {SpanKind.PERSON, SpanKind.PLATE}) or bool(_PERSONS.search(told)),
        Element.CONTACT: bool(_CONTACT.search(facts)),
    }
    return tuple(element for element in Element if not said[element])


def missing_in(bulletin: Bulletin) -> tuple[Element, ...]:
    """The same of a version that is out."""
    details = bulletin.details
    return missing_elements(
        bulletin.facts,
        place=bulletin.place,
        happened=details.happened,
        persons=details.persons,
        now=bulletin.issued_at,
    )


def _tells_steps(told: str) -> bool:
    clauses = _CLAUSE.findall(told)
    length = sum(map(len, clauses))
    return length >= _COURSE_LENGTH and (len(clauses) >= _COURSE_CLAUSES or _SEQUENCE.search(told) is not None)
