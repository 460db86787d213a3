"""Is it work, of what kind, how fast, and why: rules and model together, in words that a person can check.

Recall comes first: a miss is a call for help that nobody read, a false alarm is an editor's minute.
"""

from datetime import datetime

from jiesu.model.message import Triage
from jiesu.model.words import ContentType, MessageKind, Urgency
from jiesu.triage import categories, judge
from jiesu.triage.judge import Matter, Work
from jiesu.triage.model import Model, load, shipped_version
from jiesu.triage.signals import quote
from jiesu.triage.text import clean, names_office

RULES_VERSION = "rules-4"
"""Names the word lists, scenes and shapes; raised by hand with each change of what they mean."""

_WAYS = {"petition": "向单位的诉求", "message": "给警方的留言", "distress": "求助信息", "any": "需要办理的留言"}

_WITHOUT_WORDS = {
    ContentType.TEXT: (False, "没有文字内容"),
    ContentType.IMAGE: (False, "只有图片、没有文字"),
    ContentType.LINK: (False, "只有链接、没有文字"),
    ContentType.VOICE: (True, "语音不能自动识别，需人工收听"),
    ContentType.VIDEO: (True, "视频不能自动识别，需人工查看"),
    ContentType.FILE: (True, "发来了文件，需人工查看"),
    ContentType.LOCATION: (True, "发来了位置，需人工询问情况"),
    ContentType.EVENT: (False, "平台事件，不是留言"),
    ContentType.ECHO: (False, "本单位发出的消息，不是留言"),
    ContentType.UNKNOWN: (False, "不认识的消息类型，保存备查"),
}
"""Whether a message of a type is work when there is nothing to read, and why."""


def triage(
    text: str,
    *,
    kind: MessageKind,
    content_type: ContentType,
    sent_at: datetime,  # noqa: ARG001  what a text says of time is relative to it; nothing here compares times
    model: Model | None = None,
) -> Triage:
    """What to think of a message by itself; whether its writer has an open case to add to is the caller's to know.

    `model` is the artefact to think with, by default the one that ships with the release.
    """
    model = model or load()
    words = clean(text)
    if not words or content_type in (ContentType.EVENT, ContentType.ECHO, ContentType.UNKNOWN):
        return _without_words(text, kind=kind, content_type=content_type, model=model)
    work = judge.weigh(words, kind=kind, model=model)
    if work.actionable:
        return _work(work, kind=kind, model=model)
    return _noise(_odds(work), *_said(work), probability=work.probability, model=model)


def _work(work: Work, *, kind: MessageKind, model: Model) -> Triage:
    matter = judge.name(work, kind=kind, model=model)
    also = matter.also
    urgency = f"{matter.urgency.label}：{work.urgency.reason}"
    if matter.urgency is not work.urgency.urgency:
        urgency = f"{matter.urgency.label}：模型判断可能正在发生，规则未见紧急情形"
    return Triage(
        actionable=True,
        category=matter.category,
        urgency=matter.urgency,
        intent=matter.intent,
        reasons=(
            "紧急情形，不论其他依据" if work.urgency.emergency else _odds(work),
            *_said(work),
            *_carried(work, model),
            _why_category(work, matter, model),
            *([f"也可能是 {'、'.join(categories.label(code) for code in also)}"] if also else []),
            urgency,
        ),
        model_version=version(model),
        probability=round(work.probability, 4),
        emergency=work.urgency.emergency,
        also_categories=also,
    )


def version(model: Model) -> str:
    """What stands on every message that was thought of with `model` and the rules of this release."""
    return f"{model.version}+{RULES_VERSION}"


def release() -> str:
    """What this release thinks with by itself: a promoted model replaces it only where it was measured against it."""
    return f"{shipped_version()}+{RULES_VERSION}"


def _odds(work: Work) -> str:
    likely = f"需要办理的可能 {_percent(work.probability)}"
    if work.is_plea and work.probability < work.threshold:
        return f"{likely}；明确请求办理"
    if work.probability < work.threshold:
        return f"{likely}，不到界限 {_percent(work.threshold)}"
    return f"{likely}，达到界限 {_percent(work.threshold)}；最像{_WAYS[work.way]}"


def _percent(share: float) -> str:
    """Nothing is impossible and nothing certain: what would be rounded to either is said as such."""
    return "不到 1%" if share < 0.01 else "超过 99%" if share > 0.99 else f"{share:.0%}"


def _said(work: Work) -> tuple[str, ...]:
    return tuple([one.reason for one in work.reading.evidence])


def _carried(work: Work, model: Model) -> tuple[str, ...]:
    """The characters that speak loudest for work; what lies within what is already quoted is left out."""
    chosen = _loudest(work, judge.WORK, judge.WORK, work.way, model)
    return (f"相似用语：{quote(chosen)}",) if chosen else ()


def _why_category(work: Work, matter: Matter, model: Model) -> str:
    if matter.is_baseless:
        return f"类别 {categories.label(matter.category)}：没有类别词，请人工判断"
    share = matter.likelihoods[0][1]
    found = work.reading.category
    quoted: tuple[str, ...] = found.words or found.hints
    if found.code != matter.category or not quoted:
        quoted = _loudest(work, judge.POLICE, judge.CATEGORY, matter.category, model)
    reason = quote(quoted) or "没有类别词，请人工判断"
    return f"类别 {categories.label(matter.category)}({share:.0%}):{reason}"


def _loudest(work: Work, bank: str, head: str, class_name: str, model: Model) -> tuple[str, ...]:
    """What a text has in common with a class, as three runs of characters of which none lies within another."""
    chosen: list[str] = []
    for gram in model.banks[bank].loudest(work.counts, work.spelled, head, class_name, number=12):
        if not any(gram in other or other in gram for other in chosen):
            chosen.append(gram)
    return tuple(chosen[:3])


def _without_words(text: str, *, kind: MessageKind, content_type: ContentType, model: Model) -> Triage:
    is_work, reason = _WITHOUT_WORDS[content_type]
    if content_type is ContentType.TEXT and kind is not MessageKind.PRIVATE and names_office(text):
        is_work, reason = True, "只有@提及、没有文字，需人工看原帖"
    return _unclear(reason, probability=None, model=model) if is_work else _noise(reason, probability=None, model=model)


def _unclear(reason: str, *, probability: float | None, model: Model) -> Triage:
    return Triage(
        actionable=True,
        category=categories.UNCLEAR,
        urgency=Urgency.ROUTINE,
        intent=None,
        reasons=(reason,),
        model_version=version(model),
        probability=None if probability is None else round(probability, 4),
    )


def _noise(*reasons: str, probability: float | None, model: Model) -> Triage:
    return Triage(
        actionable=False,
        category=categories.NOISE,
        urgency=Urgency.ROUTINE,
        intent=None,
        reasons=reasons,
        model_version=version(model),
        probability=None if probability is None else round(probability, 4),
    )
