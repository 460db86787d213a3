"""Is it work, of what kind, how fast, and why: rules that a person can read.

Recall comes first: a miss is a call for help that nobody read, a false alarm is an editor's minute.
"""

from datetime import datetime

from jiesu.model.message import Triage
from jiesu.model.words import ContentType, Intent, MessageKind, Urgency
from jiesu.triage import categories
from jiesu.triage.categories import CategoryMatch
from jiesu.triage.signals import CONCRETE, Evidence, load, meant, quote, weigh
from jiesu.triage.text import clean, names_office
from jiesu.triage.urgency import UrgencyMatch, assess

MODEL_VERSION = "rules-1"

THRESHOLDS = {MessageKind.PRIVATE: 2, MessageKind.MENTION: 3, MessageKind.COMMENT: 3}
"""Weight of evidence that makes work of a message: who writes in private has come to us on purpose."""

_WITHOUT_WORDS = {
    ContentType.TEXT: (False, "没有文字内容"),
    ContentType.IMAGE: (False, "只有图片、没有文字"),
    ContentType.LINK: (False, "只有链接、没有文字"),
    ContentType.VOICE: (True, "语音不能自动识别,需人工收听"),
    ContentType.VIDEO: (True, "视频不能自动识别,需人工查看"),
    ContentType.LOCATION: (True, "发来了位置,需人工询问情况"),
    ContentType.EVENT: (False, "平台事件,不是留言"),
    ContentType.UNKNOWN: (False, "不认识的消息类型,保存备查"),
}
"""Whether a message of a type is work when there is nothing to read, and why."""


def triage(
    text: str,
    *,
    kind: MessageKind,
    content_type: ContentType,
    sent_at: datetime,  # noqa: ARG001  what a text says of time is relative to it; these rules compare no times
) -> Triage:
    """What to think of a message by itself; whether its writer has an open case to add to is the caller's to know."""
    words = clean(text)
    if not words or content_type in (ContentType.EVENT, ContentType.UNKNOWN):
        return _without_words(text, kind=kind, content_type=content_type)
    signals = load()
    words = meant(words, signals)
    category = categories.best(words)
    evidence = (*_named(category), *weigh(words, signals))
    concrete = any(one.code in CONCRETE for one in evidence)
    urgency = assess(words, signals, concrete=concrete)
    weight = sum(one.weight for one in evidence)
    threshold = THRESHOLDS[kind]
    if weight >= threshold:
        return _work(words, category, evidence, urgency, why=f"依据合计 {weight},达到 {threshold}")
    if urgency.emergency:
        return _work(words, category, evidence, urgency, why="紧急情形,不论其他依据")
    return _noise(f"依据合计 {weight},不足 {threshold}", *_said(evidence))


def _work(
    words: str,
    category: CategoryMatch,
    evidence: tuple[Evidence, ...],
    urgency: UrgencyMatch,
    *,
    why: str,
) -> Triage:
    named = quote(category.words)
    return Triage(
        actionable=True,
        category=category.code,
        urgency=urgency.urgency,
        intent=_intent(words, evidence, emergency=urgency.emergency),
        reasons=(
            why,
            *_said(evidence),
            f"类别 {categories.label(category.code)}:{named or '没有类别词,请人工判断'}",
            f"{urgency.urgency.label}:{urgency.reason}",
        ),
        model_version=MODEL_VERSION,
    )


def _named(category: CategoryMatch) -> tuple[Evidence, ...]:
    """The words of a class as evidence: what the police answer for weighs more than what others do."""
    if not category.words:
        return ()
    if category.code == categories.NOT_POLICE:
        return (Evidence(code="other_matter", name="其他部门事项", found=category.words, weight=1),)
    weight = 3 if len(category.words) > 1 or len(category.words[0]) > 2 else 2
    return (Evidence(code="police_matter", name="公安事项", found=category.words, weight=weight),)


def _without_words(text: str, *, kind: MessageKind, content_type: ContentType) -> Triage:
    is_work, reason = _WITHOUT_WORDS[content_type]
    if content_type is ContentType.TEXT and kind is MessageKind.MENTION and names_office(text):
        is_work, reason = True, "只有@提及、没有文字,需人工看原帖"
    if not is_work:
        return _noise(reason)
    return Triage(
        actionable=True,
        category=categories.UNCLEAR,
        urgency=Urgency.ROUTINE,
        intent=None,
        reasons=(reason,),
        model_version=MODEL_VERSION,
    )


def _noise(*reasons: str) -> Triage:
    return Triage(
        actionable=False,
        category=categories.NOISE,
        urgency=Urgency.ROUTINE,
        intent=None,
        reasons=reasons,
        model_version=MODEL_VERSION,
    )


def _said(evidence: tuple[Evidence, ...]) -> tuple[str, ...]:
    return tuple(one.reason for one in evidence)


def _intent(words: str, evidence: tuple[Evidence, ...], *, emergency: bool) -> Intent:
    """The first that fits: who is in need asks for help, whatever else is said; who only tells complains."""
    found = {one.code for one in evidence}
    if any(word in words for word in ("举报", "揭发", "检举", "控告")):
        return Intent.REPORT
    if emergency or "help" in found:
        return Intent.HELP
    if "线索" in words or "witness" in found:
        return Intent.LEAD
    if "question" in found or (found & {"doubt", "question_mark"} and not found & {"accusation", "harm", "request"}):
        return Intent.INQUIRY
    return Intent.COMPLAINT
