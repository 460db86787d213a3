"""The draft of a bulletin: what citizens wrote, without the ways to reach them.

A bureau does not learn who reported. A telephone number stays where the words before it say that
it is somebody else's (the fraudster's, the shop's); every other number, and every identity
number, is taken for the citizen's own and left out. Names no rule can see: an editor reads the draft.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from jiesu.model.message import Message
from jiesu.pages.marks import spans_of, time_in_words
from jiesu.pages.sentences import local_time
from jiesu.triage.extract.extraction import extract
from jiesu.triage.extract.spans import Span, SpanKind

_WITHHELD = {SpanKind.PHONE: "（联系电话略）", SpanKind.ID_NUMBER: "（证件号码略）"}

_SOMEBODY_ELSES = re.compile(
    r"(?:对方|骗子|[他她它]|嫌疑人|店家|商家|老板|中介|房东|司机|车主|卖家|客服|自称|来电|打来|陌生|诈骗|可疑|举报)[^。！？!?\n]{0,12}$"
)
_OWN = re.compile(r"我(?:的|是|这边)?(?:联系)?(?:电话|手机|号码|微信)|联系我|打给我|本人|我叫|请联系[^。！？!?\n]{0,4}$")

_BEFORE = 20
"""Characters before a number that may say whose it is."""

_CUT_NUMBER = re.compile(r"\d[\d \-]{2,}…$")
"""A number that the end of a title has cut: too short to be recognised, too long to be shown."""

_LIKE_IDENTITY = re.compile(r"(?<![\dA-Za-z])\d{17}[\dXx](?![\dA-Za-z])", re.ASCII)
"""An identity number with a slip in it: no such person, and yet nearly one."""


def title(text: str, zone: ZoneInfo, now: datetime) -> str:
    """A case's title, which is the beginning of what a citizen wrote, without the citizen's numbers."""
    spans = extract(text, sent_at=now, time_zone=zone)
    return _CUT_NUMBER.sub("…", _without(text, _withheld(text, spans)))


def facts(messages: Iterable[Message], zone: ZoneInfo, now: datetime) -> str:
    """The citizens' words with time and channel, without who said them; then what was found in them."""
    lines: list[str] = []
    times: list[str] = []
    evidence: list[str] = []
    withheld = False
    for one in messages:
        spans = spans_of(one, zone)
        hidden = tuple(_withheld(one.text, spans))
        withheld = withheld or any(span.kind is SpanKind.PHONE for span in hidden)
        way = f"{one.platform.label}{one.kind.label}"
        lines.append(f"{local_time(one.sent_at, zone, now)}，网民通过{way}反映：{_without(one.text, hidden)}")
        times += [time_in_words(span.value, zone, now) for span in spans if span.kind is SpanKind.TIME]
        evidence += [span.value for span in spans if span.kind is SpanKind.EVIDENCE]
    if times:
        lines.append(f"提到的时间：{'、'.join(dict.fromkeys(times))}")
    if evidence:
        lines.append(f"提到的证据：{'、'.join(dict.fromkeys(evidence))}")
    if withheld:
        lines.append("联系方式：网民留有电话，需要时由本单位代为联系。")
    return "\n".join(lines)


def _withheld(text: str, spans: Iterable[Span]) -> Iterator[Span]:
    """The numbers that lead to the citizen."""
    for span in spans:
        if span.kind is SpanKind.ID_NUMBER or (span.kind is SpanKind.PHONE and not _is_somebody_elses(text[: span.start])):
            yield span


def _is_somebody_elses(before: str) -> bool:
    """Whether the words before a number say so; the nearest ones count, and in doubt it is the citizen's."""
    near = before[-_BEFORE:]
    found = _SOMEBODY_ELSES.search(near)
    return found is not None and _OWN.search(near, found.start()) is None


def _without(text: str, spans: Iterable[Span]) -> str:
    end, kept = 0, ""
    for span in spans:
        kept += text[end : span.start] + _WITHHELD[span.kind]
        end = span.end
    return _LIKE_IDENTITY.sub(_WITHHELD[SpanKind.ID_NUMBER], kept + text[end:]).strip()
