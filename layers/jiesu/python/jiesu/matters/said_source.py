"""What people say of where they have something from: 转自, 来源, //@somebody, 在业主群看到的, 我自己拍的.

Only what names a source counts. An @name by itself does not: people name whom they want to read it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class SourceKind(StrEnum):
    """`ACQUAINTANCE` and `CIRCLE` are the speaker's own (我朋友, 朋友圈): the same words of another speaker are somebody else."""

    ACCOUNT = "account"
    GROUP = "group"
    ACQUAINTANCE = "acquaintance"
    CIRCLE = "circle"
    SELF = "self"


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidSource:
    """One source as it was said; `name` is empty of `SELF`. `words` is the passage that says so."""

    kind: SourceKind
    name: str
    words: str

    @property
    def label(self) -> str:
        match self.kind:
            case SourceKind.ACCOUNT:
                return f"@{self.name}"
            case SourceKind.SELF:
                return "本人"
            case _:
                return self.name


_NAME: Final = r"[\w\-·]{1,30}"
_CUT: Final = r"\s，。！？、；：,.!?;:@\"'“”‘’「」（）()/"
_GROUP: Final = rf"(?P<group>(?:[^{_CUT}从在由自到是]{{0,14}})?群)"
_VERB: Final = r"(?:看到|看见|转|发|来|传|得知|听说|流出|有人|说)"
_WHO: Final = (
    r"(?:朋友|同事|邻居|亲戚|同学|家人|家属|爱人|老公|老婆|儿子|女儿|妈妈|爸爸|妈|爸|孩子|客户|群主|物业|网友|室友|楼上|楼下)"
)

TRAIL: Final = re.compile(rf"//\s*@({_NAME})\s*[:：]")
"""Who stands in the trail of a Weibo repost, the one it was taken from directly first."""

_TAKEN_FROM: Final = r"(?:转自|转发自|搬运自|引自|出处\s*[:：]|来源\s*[:：])"
_OWN_EYES: Final = (
    r"(?:我|本人|自己)(?:自己|亲自|亲手|当时|现场|在现场)?(?:用手机)?(?:拍的|拍摄|拍下|录的|录下)"
    r"|亲眼(?:看到|看见|所见)|我是(?:拍摄者|原作者|首发)|我首发"
)
_CIRCLE: Final = "朋友圈|视频号"

_PATTERNS: Final = tuple(
    (kind, re.compile(pattern, re.IGNORECASE))
    for kind, pattern in (
        (SourceKind.ACCOUNT, rf"(?:{_TAKEN_FROM}|来源|来自|出处|原文|via|看到)\s*[:：]?\s*[^{_CUT}]{{0,6}}@(?P<name>{_NAME})"),
        (SourceKind.ACCOUNT, rf"@(?P<name>{_NAME}?)\s*(?:那里|那儿|那边|首发|发布|发的|转的|说的|拍的|的微博|的视频)"),
        (SourceKind.GROUP, rf"(?:从|在|由|自|来自|转自|来源|是)\s*[:：]?\s*(?:我们|我|咱们|咱)?{_GROUP}"),
        (SourceKind.CIRCLE, rf"(?:从|在|转自|来源[:：]?)\s*(?P<name>{_CIRCLE})"),
        (SourceKind.CIRCLE, rf"(?P<name>{_CIRCLE})\s*(?:里|中|上)?\s*{_VERB}"),
        (SourceKind.ACQUAINTANCE, rf"我的?(?P<name>(?:一个|一位)?{_WHO})[^{_CUT}]{{0,3}}?(?:转|发|告诉|传|说|给我)"),
        (SourceKind.ACQUAINTANCE, rf"(?P<name>(?:一个|一位)?{_WHO})(?:转|发|传)(?:给|来|的)"),
        (SourceKind.SELF, _OWN_EYES),
        (SourceKind.ACCOUNT, rf"{_TAKEN_FROM}\s*[:：]?\s*(?P<name>[^{_CUT}]{{2,20}})"),
    )
)
"""In order: a passage that an earlier one has taken says nothing else."""

_BARE: Final = (
    (SourceKind.GROUP, re.compile(r"(?P<group>[^\s从在由自是]{0,14}群)(?:里面?|中|聊)?(?:的|看到的|转的|发的)?")),
    (SourceKind.CIRCLE, re.compile(r"(?P<name>朋友圈|视频号)(?:里|看到的|转的|的)?")),
    (SourceKind.ACQUAINTANCE, re.compile(rf"(?:我)?(?P<name>{_WHO})")),
    (SourceKind.ACCOUNT, re.compile(rf"@(?P<name>{_NAME})")),
    (SourceKind.SELF, re.compile(r"(?:我|本人|自己|我自己|我本人)")),
)
"""What names a source only as the whole answer to the question."""

_DENIED: Final = re.compile(r"(?:不是|并非|没有?|不)(?:从|在|由)?$")
_MARKS: Final = " \t\n，。！？、；,.!?;~～…"


def said_sources(text: str, *, asked: bool = False) -> tuple[SaidSource, ...]:
    """The sources that `text` names, in its order, each once; `asked` where the text answers just that question."""
    found = sorted(_found(text), key=lambda one: one[0])
    if asked and not found:
        found = list(_bare(text.strip(_MARKS)))
    return tuple({(one.kind, one.name): one for _, one in reversed(found)}.values())[::-1]


def repost_trail(text: str) -> tuple[str, ...]:
    """The accounts in a repost's trail, the nearest first."""
    return tuple(TRAIL.findall(text))


def _found(text: str) -> Iterator[tuple[int, SaidSource]]:
    taken: list[tuple[int, int]] = [match.span() for match in TRAIL.finditer(text)]
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            start, end = match.span()
            if any(start < other_end and other_start < end for other_start, other_end in taken):
                continue
            taken.append((start, end))
            if not _DENIED.search(text[max(0, start - 4) : start]):
                yield start, SaidSource(kind=kind, name=_name(match), words=match.group().strip())


def _bare(text: str) -> Iterator[tuple[int, SaidSource]]:
    for kind, pattern in _BARE:
        match = pattern.fullmatch(text)
        if match is not None:
            yield 0, SaidSource(kind=kind, name=_name(match), words=text)
            return


def _name(match: re.Match[str]) -> str:
    return next(iter(match.groupdict().values()), "")
